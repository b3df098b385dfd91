"""
A deadline in words: how much time is left, and when it is, wherever one is shown. The
time allowed ends before the deadline: what is open at that moment is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SOON = timedelta(hours=4)

_WITH_WEEKDAY = (
    gettext_lazy("%(date)s Mon"),
    gettext_lazy("%(date)s Tue"),
    gettext_lazy("%(date)s Wed"),
    gettext_lazy("%(date)s Thu"),
    gettext_lazy("%(date)s Fri"),
    gettext_lazy("%(date)s Sat"),
    gettext_lazy("%(date)s Sun"),
)
_NEAR = {
    -1: gettext_lazy("yesterday, %(time)s"),
    0: gettext_lazy("today, %(time)s"),
    1: gettext_lazy("tomorrow, %(time)s"),
    2: gettext_lazy("the day after tomorrow, %(time)s"),
}


def time_left(left: timedelta) -> str:
    """How long until the deadline, or since it; two units at most (design.md, 3)."""
    span = abs(left)
    days, hours = span.days, span.seconds // 3600
    minutes = span.seconds % 3600 // 60
    blanks = {"days": days, "hours": hours, "minutes": minutes}
    if left <= timedelta(0):
        if days:
            return _("overdue by %(days)d d %(hours)d h") % blanks
        return _("overdue by %(hours)d h %(minutes)d min") % blanks
    if days:
        return _("%(days)d d %(hours)d h left") % blanks
    return _("%(hours)d h %(minutes)d min left") % blanks


def tone_of(left: timedelta) -> str:
    if left <= timedelta(0):
        return "short"
    return "soon" if left < SOON else "plain"


def short_day(day: date, *, today: date) -> str:
    """A day as design.md writes it; with its year where that is another one."""
    written = f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"
    return _WITH_WEEKDAY[day.weekday()] % {"date": written}


@dataclass(frozen=True, slots=True)
class Due:
    """What is said of a date: first what matters most, then the rest of it."""

    tone: str
    first: str
    second: str


def due_in_words(due_at: datetime, *, now: datetime) -> Due:
    """Near dates by the time that is left, others by their day; both say when it is."""
    left, local = due_at - now, localtime(due_at)
    today = localtime(now).date()
    day, time = short_day(local.date(), today=today), f"{local:%H:%M}"
    near = _NEAR.get((local.date() - today).days)
    when = near % {"time": time} if near else f"{day} {time}"
    if left <= timedelta(0) or local.date() == today:
        return Due(tone_of(left), time_left(left), when)
    return Due("plain", day, when if near else time)
