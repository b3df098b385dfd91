"""
What a cell says of a day and a time, in whatever order. Pure.

A date that could be read in two ways is never guessed at: it is unreadable until somebody
has said in which order the file writes its dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .cells import Wrong, tidy
from .choices import DateOrder
from .hints import hints

EARLIEST_YEAR = 1900
"""Nobody was asked before; the year 1 also has no moment in some time zones."""

EPOCH = date(1970, 1, 1).toordinal()

_SHAPE = re.compile(r"(?:[0-9]|[^\W0-9_]|[\s/.,:\-()])+")
_TOKEN = re.compile(r"[0-9]+|[^\W0-9_]+\.?")
_FRACTION = re.compile(r"(:[0-9]{2})[.,][0-9]+")
_OFFSET = re.compile(r":[0-9.]+[+-][0-9:]+$", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?", re.ASCII)
_PACKED = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?", re.ASCII
)
_DAY = re.compile(r"[0-9]{1,2}", re.ASCII)
_LONGEST = 60  # characters that a date may take

# Day 0 of a spreadsheet, such that its wrong leap day of 1900 is behind us.
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_PLAUSIBLE_SERIALS = (32_874, 73_050)  # from 1990 up to 2100

# Two figures of a year, as POSIX reads them: 69 is 1969, 68 is 2068.
_CENTURY_TURNS = 69

Parts = tuple[str, str, str]
"""Year, month and day."""


def stated(cell: str, order: str = "") -> datetime:
    """
    The date and time in a tidy cell; without a zone, unless the cell names one.

    :param order: of ``DateOrder``, for dates that do not begin with a four-figure year.
    :raises Wrong: when it is none, or its order is not known.
    """
    try:
        if _SERIAL.fullmatch(cell):
            return _from_serial(float(cell))
        if cell.endswith("Z") or _OFFSET.search(cell):
            return datetime.fromisoformat(cell)
        if packed := _PACKED.fullmatch(cell):
            return _datetime(*(int(part or 0) for part in packed.groups()))
        return _worded(cell, order)
    except (ValueError, OverflowError):
        raise Wrong("time_unreadable") from None


def _from_serial(days: float) -> datetime:
    if not _PLAUSIBLE_SERIALS[0] <= days < _PLAUSIBLE_SERIALS[1]:
        raise ValueError(days)
    seconds = round(days * 86_400)
    return (_DAY_ZERO + timedelta(seconds=seconds)).replace(tzinfo=None)


def _datetime(*parts: int) -> datetime:
    # The unit's own time zone follows, where it is known.
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def _worded(cell: str, order: str) -> datetime:
    if len(cell) > _LONGEST or not _SHAPE.fullmatch(cell):
        raise ValueError(cell)
    numbers: list[str] = []
    month_at, month, afternoon = 0, 0, None
    for token in _TOKEN.findall(_FRACTION.sub(r"\1", cell).casefold()):
        word = token.rstrip(".")
        if token.isascii() and token.isdecimal():
            numbers.append(token)
        elif word in hints().months and not month:
            month_at, month = len(numbers), hints().months[word]
        elif word in hints().afternoon and afternoon is None:
            afternoon = hints().afternoon[word]
        elif word not in hints().date_words:
            raise ValueError(cell)
    if month:
        parts, time = _around(month_at, month, numbers)
    else:
        parts, time = _in_order(numbers, order)
    year, *others = parts
    return _datetime(_full(year), *map(int, others), *_clock(time, afternoon=afternoon))


def _around(at: int, month: int, numbers: list[str]) -> tuple[Parts, list[str]]:
    """A month with a name: before it the day, or the year; after it the others."""
    if at > 1 or len(numbers) < 2:
        raise ValueError(numbers)
    one, other, *time = numbers
    year, day = (one, other) if len(one) == 4 else (other, one)
    return (year, str(month), day), time


def _in_order(numbers: list[str], order: str) -> tuple[Parts, list[str]]:
    one, two, three, *time = numbers
    if len(one) == 4:
        parts = (one, three, two) if order == DateOrder.YDM else (one, two, three)
        return parts, time
    if max(len(one), len(two)) > 2 or len(three) not in (2, 4):
        raise ValueError(numbers)
    if not order or (len(three) == 4 and order in (DateOrder.YMD, DateOrder.YDM)):
        raise Wrong("time_order_unsaid")
    return {
        DateOrder.YMD: (one, two, three),
        DateOrder.YDM: (one, three, two),
        DateOrder.DMY: (three, two, one),
        DateOrder.MDY: (three, one, two),
    }[DateOrder(order)], time


def _full(year: str) -> int:
    if len(year) == 2:
        return int(year) + (1900 if int(year) >= _CENTURY_TURNS else 2000)
    if len(year) != 4:
        raise ValueError(year)
    return int(year)


def _clock(time: list[str], *, afternoon: bool | None) -> list[int]:
    if not time and afternoon is None:
        return []
    if not 2 <= len(time) <= 3 or max(map(len, time)) > 2:
        raise ValueError(time)
    hour, *others = map(int, time)
    if afternoon is not None and hour > 12:
        raise ValueError(time)
    if afternoon is not None:
        hour = hour % 12 + 12 * afternoon
    return [hour, *others]


def moment(cell: str, zone: str, order: str = "") -> datetime:
    """
    When an answer was given. Without a time of its own a date is its first minute there;
    a spreadsheet's bare day number is understood.

    :param zone: the time zone of the unit, for what does not say its own.
    :raises Wrong: when no moment can be read.
    """
    found = Dates(order)[cell]
    if isinstance(found, Wrong):
        raise found
    if found is None:
        raise Wrong("time_unreadable")
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def possible_orders(cells: Iterable[str]) -> frozenset[str]:
    """
    The orders in which every one of these dates can be read; nothing but "" where they
    need none, and nothing at all where no order reads them all.
    """
    dates = {tidy(cell) for cell in cells} - {""}
    if all(_reads(cell, "") for cell in dates):
        return frozenset({""})
    return frozenset(
        order for order in DateOrder.values if all(_reads(cell, order) for cell in dates)
    )


def _reads(cell: str, order: str) -> bool:
    try:
        stated(cell, order)
    except Wrong:
        return False
    return True


class Dates(dict[str, datetime | Wrong | None]):
    """What the cells of one column say, each worked out once; nothing for "no date"."""

    LIMIT = 20_000  # distinct cells remembered

    def __init__(
        self, order: str = "", none: Iterable[str] = (), *, month: date | None = None
    ) -> None:
        super().__init__()
        self.order = order
        self.none = frozenset(none)
        # Where a column names the day alone, somebody said of which month.
        self.month = month

    def __missing__(self, cell: str) -> datetime | Wrong | None:
        if len(self) >= self.LIMIT:
            self.clear()
        try:
            found: datetime | Wrong | None = self._read(tidy(cell))
        except Wrong as wrong:
            found = wrong
        self[cell] = found
        return found

    def stated(self, cell: str) -> datetime | None:
        """What a cell says as it stands, be it ever so long ago."""
        try:
            return stated(tidy(cell), self.order)
        except Wrong:
            return None

    def _read(self, cell: str) -> datetime | None:
        if not cell or cell in self.none:
            return None
        if _DAY.fullmatch(cell):
            return _of_month(self.month, int(cell))
        found = stated(cell, self.order)
        if found.date().isoformat() in self.none:
            return None
        if found.year < EARLIEST_YEAR:
            raise Wrong("time_unreadable")
        return found


def _of_month(month: date | None, day: int) -> datetime:
    if month is None:
        raise Wrong("time_day_alone")
    try:
        return _datetime(month.year, month.month, day)
    except ValueError:
        raise Wrong("time_unreadable") from None
