"""In whose hands a thing was, and how long. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gapless.core.calendar.rules import Calendar

from .course import Happening
from .limits import Measure, utc

NOBODY = ""


def held(
    happenings: Iterable[Happening], until: datetime, calendar: Calendar | None = None
) -> dict[str, timedelta]:
    """
    How long each held it, from what happened first up to a moment; the times sum to the
    whole. Whoever is named last at one moment (by name) has it from then on.

    :param calendar: count the open time of a place; else the time on the wall.
    """
    until, times = utc(until), dict[str, timedelta]()
    measure = Measure(calendar, open_time=True) if calendar else None
    holder, since = NOBODY, None
    for each in sorted(happenings, key=lambda one: (one.at, one.holder)):
        if each.at >= until:
            break
        if since is not None and each.holder and each.holder != holder:
            length = measure.between(since, each.at) if measure else each.at - since
            times[holder] = times.get(holder, timedelta()) + length
            since = each.at
        since = each.at if since is None else since
        holder = each.holder or holder
    if since is not None:
        length = measure.between(since, until) if measure else until - since
        times[holder] = times.get(holder, timedelta()) + length
    return times
