"""
How long something may take, and when that is over. Pure.

Seconds, minutes and hours are counted through; calendar days and months go by the clock on
the wall of the place, a month clipped to its last day; business hours are open time; a
limit in working days ends at the close of business of the last of them, the day of the
start not counted. docs/concepts/clocks.md tells it with examples.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gapless.core.calendar.rules import Calendar

from .choices import Unit

THROUGH = {
    Unit.SECOND: timedelta(seconds=1),
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
}
# In these the time counts in which the place works; in the others all of it.
OPEN_TIME = frozenset({Unit.BUSINESS_HOUR, Unit.WORKING_DAY})

# Ten years: whatever is longer is a slip of the pen, and would leave the calendar.
LONGEST = {
    Unit.SECOND: 10 * 366 * 86_400,
    Unit.MINUTE: 10 * 366 * 1440,
    Unit.HOUR: 10 * 366 * 24,
    Unit.DAY: 10 * 366,
    Unit.MONTH: 120,
    Unit.BUSINESS_HOUR: 10 * 366 * 24,
    Unit.WORKING_DAY: 10 * 366,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """
    So much time.

    :raises ValueError: it is none, or longer than ten years.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= LONGEST[self.unit]:
            raise ValueError(f"{self.amount} × {self.unit.value}")

    def end(self, calendar: Calendar, start: datetime) -> datetime:
        """
        When it is over, without a pause.

        :raises NeverOpen: the place does not work for so long.
        """
        start = utc(start)
        if step := THROUGH.get(self.unit):
            return start + self.amount * step
        if self.unit == Unit.BUSINESS_HOUR:
            return calendar.after_open(start, self.amount * timedelta(hours=1))
        if self.unit == Unit.WORKING_DAY:
            day = calendar.working_day(calendar.day_of(start), self.amount)
            return calendar.close_of(day)
        return utc(self._on_the_wall(start.astimezone(calendar.zone)))

    def _on_the_wall(self, start: datetime) -> datetime:
        if self.unit == Unit.DAY:
            return start + timedelta(days=self.amount)
        months = start.year * 12 + start.month - 1 + self.amount
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        return start.replace(year=year, month=month + 1, day=min(start.day, last))


@dataclass(frozen=True, slots=True)
class Measure:
    """In what a limit counts: open time, or all time."""

    calendar: Calendar
    open_time: bool

    @classmethod
    def of(cls, unit: Unit, calendar: Calendar) -> "Measure":
        return cls(calendar, open_time=unit in OPEN_TIME)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much lies between two moments; none if they are reversed."""
        if self.open_time:
            return self.calendar.open_between(start, end)
        return max(end - start, timedelta())

    def after(self, start: datetime, length: timedelta) -> datetime:
        """
        The first moment by which so much has passed.

        :raises NeverOpen: the place does not work for so long.
        """
        if self.open_time:
            return self.calendar.after_open(start, length)
        return start + length


def utc(moment: datetime) -> datetime:
    """
    The same moment in UTC, in which alone moments may be subtracted.

    :raises ValueError: it has no time zone, so that it is none.
    """
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} without a time zone")
    return moment.astimezone(UTC)
