"""
The peer: the least that Django can do. A small page with a CSRF token; a form that becomes
one row through the ORM; no middleware but the one that checks the token.
"""

import os
import sys

import django
import environ
import pysqlite3
from django.conf import settings

# The same SQLite, with the same promises about what was committed, as ours.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
DATABASE = environ.Env.db_url_config(os.environ["BARE_DATABASE_URL"])
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASE |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
settings.configure(
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    DATABASES={"default": DATABASE},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for a benchmark",  # noqa: S106
    USE_TZ=True,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.timezone import now  # noqa: E402

PAGE = (
    "<!doctype html><title>?</title><form method=post>"
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<input name="q"><button>Send</button></form>'
)


class Row(models.Model):
    at = models.DateTimeField()
    said = models.JSONField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"#{self.pk}"


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        Row.objects.create(at=now(), said=request.POST.dict())
        return _whole("Thank you.")
    return _whole(PAGE.format(get_token(request)))


def _whole(text: str) -> HttpResponse:
    response = HttpResponse(text)
    response.headers["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("", form)]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Row)
