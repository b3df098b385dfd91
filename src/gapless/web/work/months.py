"""The dates of the work by the calendar: one month, its weeks, and what is due each day."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import get_current_timezone, localtime

from gapless.people.work import queries
from gapless.people.work.rules import Span

from .listing import YEARS

if TYPE_CHECKING:
    from gapless.people.work.queries import Day
    from gapless.people.work.rules import Entry

    from .listing import Asked, Desk


@dataclass(frozen=True, slots=True)
class Cell:
    day: date
    number: int
    entries: tuple[Entry, ...]
    inside: bool  # of the month itself, not of the weeks around it
    today: bool
    past: bool

    @property
    def more(self) -> int:
        return self.number - len(self.entries)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: tuple[tuple[Cell, ...], ...]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def days(self) -> list[Cell]:
        """The days on which something is due, for a narrow screen."""
        return [cell for week in self.weeks for cell in week if cell.number]

    @property
    def weekdays(self) -> list[date]:
        return [cell.day for cell in self.weeks[0]]


def month_of(typed: str, *, today: date) -> date:
    """The first day of the month that was asked for, as 2026-11; else of this one."""
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return first if YEARS[0] < first.year < YEARS[1] else today.replace(day=1)


def month(desk: Desk, asked: Asked, first: date) -> Month:
    zone, today = get_current_timezone(), localtime(desk.now).date()
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    span = Span(weeks[0][0], weeks[-1][-1] + timedelta(days=1), zone)
    due = queries.days(desk.viewer, desk.sources, asked.wanted, desk.now, span)
    return Month(
        first,
        tuple(tuple(_cell(day, due, first, today) for day in week) for week in weeks),
    )


def _cell(day: date, due: Mapping[date, Day], first: date, today: date) -> Cell:
    found = due.get(day)
    return Cell(
        day=day,
        number=found.number if found else 0,
        entries=found.entries if found else (),
        inside=(day.year, day.month) == (first.year, first.month),
        today=day == today,
        past=day < today,
    )
