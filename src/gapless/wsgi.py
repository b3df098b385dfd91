"""The server's entry. It refuses to start on an installation that was never set up."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  the settings are ready only now

if not (settings.SECRET_KEY_FILE.exists() or os.environ.get("GAPLESS_SECRET_KEY")):
    raise ImproperlyConfigured("No installation found. Run `gapless init` first.")
