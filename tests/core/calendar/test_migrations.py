"""Opening hours that stood in people/org become weeks, and come back on the way back."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# A process with a database of its own: to go back and forth in the one of the other tests
# would take every table of theirs along.
STORY = """
import json
from datetime import UTC, datetime, time
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

def migrated(*to):
    executor = MigrationExecutor(connection)
    executor.migrate(list(to))
    return MigrationExecutor(connection).loader.project_state(list(to)).apps

before = ("org", "0002_files_of_units_and_people"), ("calendar", "0001_initial")
after = ("org", "0003_hours_are_weeks"), ("calendar", "0002_from_opening_hours")
apps = migrated(*before)
unit, hours = (apps.get_model("org", name) for name in ("Unit", "OpeningHours"))
born = datetime(2026, 3, 2, tzinfo=UTC)
for n, zone in enumerate(("Asia/Taipei", "Europe/Berlin", "Asia/Shanghai"), 1):
    hall = unit.objects.create(
        name=zone, code=zone, path=f"000{n}", depth=1, time_zone=zone, created_at=born
    )
    if n < 3:
        hours.objects.create(unit=hall, weekday=1, opens_at=time(9), closes_at=time(18))
        late = time(23, 59, 59)
        hours.objects.create(unit=hall, weekday=6, opens_at=time(10, 30), closes_at=late)

week = migrated(*after).get_model("calendar", "WorkingWeek")
fields = "unit__code", "number", "shifts", "region", "closed_on_holidays"
weeks = list(week.objects.order_by("pk").values_list(*fields))
since = [each.created_at == born for each in week.objects.all()]
taipei = week.objects.get(unit__code="Asia/Taipei")
taipei.shifts = [[[540, 720], [810, 1440]], [], [], [], [], [], []]
taipei.save()
hours = migrated(*before).get_model("org", "OpeningHours")
back = hours.objects.order_by("unit", "weekday")
rows = [
    (each.unit.code, each.weekday, str(each.opens_at), str(each.closes_at)) for each in back
]
print(json.dumps([weeks, since, rows]))
"""


def told(folder: Path) -> Any:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"GAPLESS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "gapless.settings"}
    done = subprocess.run(
        [sys.executable, "-c", STORY], env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_opening_hours_become_weeks_and_come_back(tmp_path: Path) -> None:
    weeks, since, back = told(tmp_path)
    shifts = [[[540, 1080]], [], [], [], [], [[630, 1439]], []]
    # The third said nothing, and says nothing.
    assert weeks == [
        ["Asia/Taipei", 1, shifts, "TW", True],
        ["Europe/Berlin", 1, shifts, "none", True],
    ]
    assert since == [True, True]
    # A break is lost on the way back, the first opening and the last closing are not.
    assert back == [
        ["Asia/Taipei", 1, "09:00:00", "23:59:00"],
        ["Europe/Berlin", 1, "09:00:00", "18:00:00"],
        ["Europe/Berlin", 6, "10:30:00", "23:59:00"],
    ]
