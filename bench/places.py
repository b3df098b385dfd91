"""What the bench of pages asks for: the company, a region, a city, a hall; four periods."""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapless.settings")
django.setup()

from gapless.analytics.periods import Grain, periods_of  # noqa: E402  after django.setup
from gapless.core.evidence.choices import Source  # noqa: E402
from gapless.core.evidence.queries import months_of  # noqa: E402
from gapless.core.instruments.models import FormVersion  # noqa: E402
from gapless.people.org.models import Unit  # noqa: E402

root = Unit.objects.filter(depth=1, simulated=True).get()
halls = Unit.objects.filter(path__startswith=root.path)
line = [halls.filter(depth=depth).order_by("path").last() for depth in (1, 2, 3, 4)]
version = FormVersion.objects.filter(form__code="servqual").latest("number")
months = months_of(Source.SURVEY, version.pk, root)
grains = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
print(
    json.dumps(
        {
            "units": [str(unit.pk) for unit in line],
            "periods": [*(str(periods_of(months, grain)[1]) for grain in grains), "all"],
            "version": [str(version.pk)],
        }
    )
)
