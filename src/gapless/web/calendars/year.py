"""A unit's year at a glance: twelve months of days, and what is special about them."""

from __future__ import annotations

from calendar import Calendar as Months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gapless.core.calendar.queries import Resolved
from gapless.core.calendar.reading import stretches
from gapless.core.calendar.rules import DAY, SpecialDay
from gapless.core.text import said

CLOSED, HOLIDAY, MAKE_UP, CLOSURE = "closed", "holiday", "make-up", "closure"


@dataclass(frozen=True, slots=True)
class Cell:
    day: date
    kind: str  # "" on an ordinary working day
    title: str
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days alike that follow one another."""

    first: date
    last: date
    name: str
    works: bool

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Year:
    """What the page of a year shows."""

    number: int
    months: list[Month]
    provisional: bool
    working_days: int
    stretches: list[Stretch]


def year_of(resolved: Resolved, year: int, *, today: date) -> Year:
    calendar = resolved.calendar
    first, until = date(year, 1, 1), date(year + 1, 1, 1)
    days = [first + n * DAY for n in range((until - first).days)]
    cells = {day: _cell(resolved, day, today) for day in days}
    return Year(
        year,
        [_month(date(year, month, 1), cells) for month in range(1, 13)],
        calendar.is_provisional(days[0], days[-1]),
        sum(calendar.works_on(day) for day in days),
        stretches_of(each for each in resolved.days.values() if each.day.year == year),
    )


def _month(first: date, cells: dict[date, Cell]) -> Month:
    weeks = Months().monthdatescalendar(first.year, first.month)
    return Month(
        first,
        [
            [cells[day] if day.month == first.month else None for day in week]
            for week in weeks
        ],
    )


def _cell(resolved: Resolved, day: date, today: date) -> Cell:
    special = resolved.days.get(day)
    name = said(special.name) if special else ""
    if any(closure.from_on <= day < closure.until_on for closure in resolved.closures):
        kind, title = CLOSURE, _("Closed for a reason of its own")
    elif special and special.works:
        kind, title = MAKE_UP, _("Make-up working day: %(name)s") % {"name": name}
    elif special:
        kind, title = HOLIDAY, _("Public holiday: %(name)s") % {"name": name}
    elif not resolved.calendar.works_on(day):
        kind, title = CLOSED, _("Closed in an ordinary week")
    else:
        kind, title = "", ""
    return Cell(day, kind, title, day == today)


def stretches_of(days: Iterable[SpecialDay]) -> list[Stretch]:
    return [
        Stretch(some[0].day, some[-1].day, said(some[0].name), some[0].works)
        for some in stretches(days)
    ]
