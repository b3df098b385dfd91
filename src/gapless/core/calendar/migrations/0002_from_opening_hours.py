"""Opening hours of units become weeks of their own; on the way back, weeks become hours."""

from datetime import time

from django.db import migrations

ZONES = {"Asia/Shanghai": "CN", "Asia/Hong_Kong": "HK", "Asia/Taipei": "TW"}


def copy(apps, schema_editor):
    unit_of = apps.get_model("org", "Unit").objects.in_bulk()
    weeks = {}
    for hours in apps.get_model("org", "OpeningHours").objects.order_by("unit", "weekday"):
        opens = hours.opens_at.hour * 60 + hours.opens_at.minute
        closes = hours.closes_at.hour * 60 + hours.closes_at.minute
        week = weeks.setdefault(hours.unit_id, [[] for _day in range(7)])
        # Seconds are left out; a unit open for less than a minute is open for one.
        week[hours.weekday - 1].append([opens, max(closes, opens + 1)])
    apps.get_model("calendar", "WorkingWeek").objects.bulk_create(
        apps.get_model("calendar", "WorkingWeek")(
            unit_id=pk,
            number=1,
            shifts=week,
            region=ZONES.get(unit_of[pk].time_zone, "none"),
            created_at=unit_of[pk].created_at,
        )
        for pk, week in weeks.items()
    )


def copy_back(apps, schema_editor):
    """One stretch a day, from the first opening to the last closing."""
    standing = apps.get_model("calendar", "WorkingWeek").objects.filter(replaced_at=None)
    hours = apps.get_model("org", "OpeningHours")
    hours.objects.bulk_create(
        hours(
            unit_id=week.unit_id,
            weekday=weekday,
            opens_at=time(*divmod(shifts[0][0], 60)),
            closes_at=time(*divmod(min(shifts[-1][1], 24 * 60 - 1), 60)),
        )
        for week in standing.exclude(shifts=None)
        for weekday, shifts in enumerate(week.shifts, start=1)
        # The last minute of the day can only close at midnight, which hours cannot.
        if shifts and shifts[0][0] < 24 * 60 - 1
    )


class Migration(migrations.Migration):
    dependencies = [
        ("calendar", "0001_initial"),
        ("org", "0002_files_of_units_and_people"),
    ]

    operations = [migrations.RunPython(copy, copy_back)]
