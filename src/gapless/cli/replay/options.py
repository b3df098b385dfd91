"""What the options of the command say: limits, hours, holidays."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gapless.core.calendar import published
from gapless.core.calendar.choices import ZONES, Region
from gapless.core.calendar.rules import (
    USUAL_WEEK,
    Calendar,
    Shift,
    Shifts,
    ShiftsOverlap,
    ShiftUnreadable,
    Week,
    always,
    in_order,
    made_of,
    minutes_of,
)
from gapless.core.clocks.choices import Unit
from gapless.core.clocks.limits import Limit

ALWAYS = "always"
PLACES = (*(region.lower() for region in ZONES), ALWAYS)

# How long a limit may be called here; the first of a unit is how it is written out.
UNITS = {
    "second": Unit.SECOND,
    "minute": Unit.MINUTE,
    "hour": Unit.HOUR,
    "day": Unit.DAY,
    "calendar day": Unit.DAY,
    "month": Unit.MONTH,
    "business hour": Unit.BUSINESS_HOUR,
    "working hour": Unit.BUSINESS_HOUR,
    "working day": Unit.WORKING_DAY,
    "business day": Unit.WORKING_DAY,
}
WRITTEN = {unit: name for name, unit in reversed(UNITS.items())}

_LIMIT = re.compile(r"([0-9]{1,9})\s+([a-z]+(?:\s+[a-z]+)?)")
_DAYS = re.compile(r"([1-7])(?:-([1-7]))?")


class Unclear(ValueError):
    """What an option says makes no sense; its argument is the sentence."""


def limit_of(text: str) -> Limit:
    """
    Such as “3 working days” or “24 hours”.

    :raises Unclear: it is no limit.
    """
    found = _LIMIT.fullmatch(text.strip().lower())
    name = " ".join(found[2].split()) if found else ""
    unit = UNITS.get(name) or UNITS.get(name.removesuffix("s"))
    if found is None or unit is None:
        units = ", ".join(f"{each}s" for each in UNITS)
        raise Unclear(
            f"“{text}” is no time limit; write a number and one of {units}, such as"
            " “3 working days”."
        )
    try:
        return Limit(int(found[1]), unit)
    except ValueError:
        raise Unclear(
            f"“{text}” is no time limit; write 1 at least and ten years at most."
        ) from None


def written(limit: Limit) -> str:
    return f"{limit.amount} {WRITTEN[limit.unit]}{'' if limit.amount == 1 else 's'}"


def week_of(texts: Iterable[str]) -> Week:
    """
    The shifts of a week, Monday first; what is said of no day is closed.

    :raises Unclear: one is not such as “1-5 09:00-12:00 13:30-17:30”.
    """
    week: list[Shifts] = [()] * 7
    for text in texts:
        days, *spans = text.split()
        found = _DAYS.fullmatch(days)
        if not found or not spans:
            raise _no_hours(text)
        for day in range(int(found[1]), int(found[2] or found[1]) + 1):
            week[day - 1] = in_order([*week[day - 1], *_shifts(spans, text)])
    if not any(week):
        raise _no_hours("; ".join(texts))
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = week
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _shifts(spans: Iterable[str], text: str) -> list[Shift]:
    try:
        return [Shift(*map(minutes_of, span.split("-", 1))) for span in spans]
    except (ShiftUnreadable, ShiftsOverlap, TypeError):
        raise _no_hours(text) from None


def _no_hours(text: str) -> Unclear:
    return Unclear(
        f"“{text}” are no hours; write days (1 is Monday) and when they are worked, such as"
        " “1-5 09:00-12:00 13:30-17:30”."
    )


def zone_of(text: str) -> ZoneInfo:
    """:raises Unclear: there is no such time zone."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unclear(
            f"“{text}” is no time zone; write one such as Asia/Shanghai."
        ) from None


def calendar_of(place: str, zone: ZoneInfo | None, hours: Iterable[str]) -> Calendar:
    """
    The calendar of a place: office hours unless others are said, and the holidays of its
    region; “always” keeps no holidays, and no hours unless they are said.

    :raises Unclear: its hours make no sense.
    """
    hours = list(hours)
    try:
        week = week_of(hours) if hours else USUAL_WEEK
    except ShiftsOverlap:
        raise Unclear(f"the hours “{'; '.join(hours)}” overlap; write each once.") from None
    if place == ALWAYS:
        zone = zone or ZoneInfo(ZONES[Region.CN])
        return made_of(zone, week) if hours else always(zone)
    region = Region(place.upper())
    years = published.years(region)
    return made_of(
        zone or ZoneInfo(ZONES[region]),
        week,
        [day for year in years for day in year.days],
        years=[year.year for year in years],
    )
