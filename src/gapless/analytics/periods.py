"""Periods of whole months: a month, a quarter, a year, or all time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_FORM = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})|Q(?P<quarter>[1-4]))?")


class Grain(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


EVER = date(1, 1, 1)
"""Stands for the first day of all time where a day must stand."""

_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: from ``start`` up to before ``end``. All time has neither."""

    grain: Grain
    start: date | None
    end: date | None

    @classmethod
    def starting(cls, grain: Grain, year: int, month: int) -> Period:
        return cls(grain, date(year, month, 1), _later(year, month, _MONTHS[grain]))

    @classmethod
    def containing(cls, day: date, grain: Grain) -> Period:
        """The period of that grain that ``day`` lies in."""
        if grain is Grain.ALL:
            return ALL_TIME
        months = _MONTHS[grain]
        return cls.starting(grain, day.year, (day.month - 1) // months * months + 1)

    @classmethod
    def parse(cls, text: str) -> Period:
        """
        "2026-09", "2026Q3", "2026" or "all".

        :raises ValueError: when the text is none of these.
        """
        if text == Grain.ALL:
            return ALL_TIME
        found = _FORM.fullmatch(text)
        if not found or not 1000 <= int(found["year"]) <= 9998:
            raise ValueError(f"{text!r} is no period")
        year = int(found["year"])
        if found["quarter"]:
            return cls.starting(Grain.QUARTER, year, 3 * int(found["quarter"]) - 2)
        if found["month"]:
            return cls.starting(Grain.MONTH, year, int(found["month"]))
        return cls.starting(Grain.YEAR, year, 1)

    @property
    def first_day(self) -> date:
        return self.start or EVER

    def __str__(self) -> str:
        if self.start is None:
            return Grain.ALL.value
        if self.grain is Grain.QUARTER:
            return f"{self.start.year:04}Q{self.quarter}"
        return f"{self.start:%Y-%m}" if self.grain is Grain.MONTH else f"{self.start:%Y}"

    @property
    def quarter(self) -> int:
        """Which quarter of its year the period starts in, 1 to 4."""
        return (self.start.month + 2) // 3 if self.start else 0

    def holds(self, day: date) -> bool:
        return self.start is None or self.end is None or self.start <= day < self.end

    def previous(self) -> Period | None:
        """The period before this one; all time has none."""
        if self.start is None:
            return None
        first = _later(self.start.year, self.start.month, -_MONTHS[self.grain])
        return Period(self.grain, first, self.start)

    def up_to_here(self, count: int) -> list[Period]:
        """The ``count`` periods that end with this one, oldest first."""
        periods = [self]
        while len(periods) < count and (before := periods[0].previous()):
            periods.insert(0, before)
        return periods


ALL_TIME = Period(Grain.ALL, None, None)


def periods_of(months: Iterable[date], grain: Grain) -> list[Period]:
    """The periods of one grain that hold some of the months, newest first."""
    found = {str(p): p for p in (Period.containing(month, grain) for month in months)}
    return [found[name] for name in sorted(found, reverse=True)]


def _later(year: int, month: int, months: int) -> date:
    years, index = divmod(month - 1 + months, 12)
    return date(year + years, index + 1, 1)
