"""
When a place works, and how time is counted there. Pure: what a year's holidays are is
handed in, and nothing reads the clock.

A shift, a span and a closure are half-open: the moment they end is no part of them. Days
are those of the place; moments come and go in UTC.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
# Whoever has not been open for so long is not going to be: a limit has no end then.
HORIZON_DAYS = 3 * 366

Span = tuple[datetime, datetime]


class ShiftUnreadable(ValueError):
    """Not a stretch of a day such as 09:00-17:30."""


class NeverOpen(Exception):
    """The place has no opening time within three years; a limit in it would never end."""


class ShiftsOverlap(ValueError):
    """Two shifts of one day overlap, or one ends before it begins."""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A stretch of a day, in minutes after midnight; 24:00 is 1440."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_A_DAY:
            raise ShiftsOverlap(f"{self.opens} to {self.closes} minutes")

    def __str__(self) -> str:
        return f"{clock(self.opens)}–{clock(self.closes)}"


Shifts = tuple[Shift, ...]
Week = tuple[Shifts, Shifts, Shifts, Shifts, Shifts, Shifts, Shifts]  # Monday first


@dataclass(frozen=True)
class Calendar:
    """
    The days of one place.

    :param week: the shifts of an ordinary week, Monday first.
    :param special: what differs: a holiday or a closure has no shifts, a make-up working
        day has some.
    :param years: the years whose holidays are published; None where no holidays matter.
        What falls in any other year is provisional.
    :raises ShiftsOverlap: two shifts of one day overlap.
    """

    zone: ZoneInfo
    week: Week
    special: Mapping[date, Shifts] = field(default_factory=dict)
    years: frozenset[int] | None = None
    _spans: dict[date, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for shifts in (*self.week, *self.special.values()):
            for one, next_ in pairwise(sorted(shifts)):
                if next_.opens < one.closes:
                    raise ShiftsOverlap(f"{one} and {next_}")

    def day_of(self, moment: datetime) -> date:
        """The day it is at the place."""
        return moment.astimezone(self.zone).date()

    def shifts(self, day: date) -> Shifts:
        """When the place works that day; none: it is closed."""
        special = self.special.get(day)
        return self.week[day.weekday()] if special is None else special

    def works_on(self, day: date) -> bool:
        return bool(self.spans(day))

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a day from the first to the last lies in a year not yet published."""
        if self.years is None:
            return False
        return any(year not in self.years for year in range(first.year, last.year + 1))

    def spans(self, day: date) -> tuple[Span, ...]:
        """The moments between which the place works that day, in order and apart."""
        known = self._spans.get(day)
        if known is None:
            known = self._spans[day] = tuple(self._worked_out(day))
        return known

    def _worked_out(self, day: date) -> Iterator[Span]:
        # Where the clock is put forward, a time that it leaps over is as much later; what
        # would then lie in another shift, or end before it begins, is not worked.
        last = datetime.min.replace(tzinfo=UTC)
        for shift in sorted(self.shifts(day)):
            opens = max(last, self._moment(day, shift.opens))
            closes = self._moment(day, shift.closes)
            if opens < closes:
                yield opens, closes
                last = closes

    def _moment(self, day: date, minutes: int) -> datetime:
        # By the clock on the wall, so that 24:00 is the next midnight in summer time too.
        days, minutes = divmod(minutes, MINUTES_A_DAY)
        wall = datetime.combine(
            day + days * DAY, time(minutes // 60, minutes % 60), self.zone
        )
        return wall.astimezone(UTC)

    def open_spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The parts of a stretch of time in which the place works."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        day, last = self.day_of(start), self.day_of(end)
        while day <= last:
            for opens, closes in self.spans(day):
                first, until = max(opens, start), min(closes, end)
                if first < until:
                    yield first, until
            day += DAY

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How long the place works between two moments; none if they are reversed."""
        parts = (until - first for first, until in self.open_spans(start, end))
        return sum(parts, timedelta())

    def after_open(self, start: datetime, length: timedelta) -> datetime:
        """
        The first moment by which the place has worked so long since the start. No length:
        the start itself.

        :raises NeverOpen: it does not work so long within three years of closed days.
        """
        start = start.astimezone(UTC)
        if length <= timedelta():
            return start
        day, left, closed = self.day_of(start), length, 0
        while closed < HORIZON_DAYS:
            for opens, closes in self.spans(day):
                begins = max(opens, start)
                if begins < closes:
                    if left <= closes - begins:
                        return begins + left
                    left -= closes - begins
            closed = 0 if self.works_on(day) else closed + 1
            day += DAY
        raise NeverOpen(f"{length} after {start.isoformat()}")

    def working_day(self, day: date, n: int) -> date:
        """
        The n-th working day after a day, which itself is not counted.

        :raises NeverOpen: three years without a working day lie between.
        :raises ValueError: n is less than 1.
        """
        if n < 1:
            raise ValueError(f"{n} working days")
        closed = 0
        while n:
            day += DAY
            works = self.works_on(day)
            n -= works
            closed = 0 if works else closed + 1
            if closed >= HORIZON_DAYS:
                raise NeverOpen(day.isoformat())
        return day

    def close_of(self, day: date) -> datetime:
        """
        The close of business of a working day: the end of its last shift.

        :raises NeverOpen: the place is closed that day.
        """
        spans = self.spans(day)
        if not spans:
            raise NeverOpen(day.isoformat())
        return spans[-1][1]


_WHOLE_DAY: Shifts = (Shift(0, MINUTES_A_DAY),)


def always(zone: ZoneInfo) -> Calendar:
    """Twenty-four hours on seven days: time on the wall."""
    return Calendar(zone, (_WHOLE_DAY,) * 7)


# --- Shifts in words ------------------------------------------------------------------


def clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them: 540 is 09:00, 1440 is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes_of(text: str) -> int:
    """
    Minutes after midnight.

    :raises ShiftUnreadable: it is not a time such as 9:00, 17:30 or 24:00.

    >>> minutes_of("17:30")
    1050
    """
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else MINUTES_A_DAY + 1
    if minutes > MINUTES_A_DAY:
        raise ShiftUnreadable(text)
    return minutes


def in_order(shifts: Iterable[Shift]) -> Shifts:
    """
    The shifts of one day, the earliest first; two that touch are one.

    :raises ShiftsOverlap: two of them overlap.
    """
    done: list[Shift] = []
    for shift in sorted(shifts):
        if done and shift.opens < done[-1].closes:
            raise ShiftsOverlap(f"{done[-1]} and {shift}")
        if done and shift.opens == done[-1].closes:
            shift = Shift(done.pop().opens, shift.closes)
        done.append(shift)
    return tuple(done)


# --- A calendar from its parts --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day of a year's table: a public holiday, or a make-up working day."""

    day: date
    works: bool
    name: Mapping[str, str] = field(default_factory=dict)  # in several languages


@dataclass(frozen=True, slots=True)
class Closing:
    """A place is closed from a day on, until a day, which is no longer part of it."""

    first: date
    until: date
    reason: str = ""

    def days(self) -> Iterator[date]:
        day = self.first
        while day < self.until:
            yield day
            day += DAY


# What is taken until somebody has said when a place works: office hours, with lunch.
USUAL_DAY: Shifts = (Shift(9 * 60, 12 * 60), Shift(13 * 60 + 30, 17 * 60 + 30))
USUAL_WEEK: Week = (USUAL_DAY,) * 5 + ((),) * 2


def on_make_up_day(week: Week, day: date) -> Shifts:
    """
    When a place works on a make-up working day: as on that day of the week, and where
    the week is closed then, as on its first day that is not.
    """
    return week[day.weekday()] or next((shifts for shifts in week if shifts), ())


def made_of(
    zone: ZoneInfo,
    week: Week,
    days: Iterable[SpecialDay] = (),
    closings: Iterable[Closing] = (),
    years: Iterable[int] | None = None,
) -> Calendar:
    """A place's calendar. A closure goes before everything, a table before the week."""
    special: dict[date, Shifts] = {
        each.day: on_make_up_day(week, each.day) if each.works else () for each in days
    }
    for closing in closings:
        special |= dict.fromkeys(closing.days(), ())
    return Calendar(zone, week, special, None if years is None else frozenset(years))
