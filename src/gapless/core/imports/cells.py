"""What a single cell says: a number of a scale, or a moment. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gapless.analytics.answers import NOT_APPLICABLE

from .mapping import Scale

LONGEST_NUMBER = 20
"""How many characters a whole number may have."""

_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?", re.ASCII)
_DATE = re.compile(
    r"([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})[^0-9]?"
    r"(?:[^0-9]{0,2}([0-9]{1,2})[^0-9]([0-9]{2})(?:[^0-9]([0-9]{2}))?(?:\.[0-9]+)?[^0-9]?)?",
    re.ASCII,
)
_OFFSET = re.compile(r":[0-9.]+[+-][0-9:]+$", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?", re.ASCII)

# Day 0 of a spreadsheet, such that its wrong leap day of 1900 is behind us.
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_PLAUSIBLE_SERIALS = (32_874, 73_050)  # from 1990 up to 2100

EARLIEST_YEAR = 1900
"""Nobody was asked before; the year 1 also has no moment in some time zones."""


class Wrong(Exception):
    """A cell that says nothing we can use; its argument is the code of the reason."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def tidy(cell: str) -> str:
    """The cell as it is compared: full-width figures are figures, outer blanks are none."""
    return unicodedata.normalize("NFKC", cell).strip()


def number(cell: str) -> int:
    """
    The whole number that a cell writes: 7, 7.0 and ７ are one.

    :raises Wrong: when it writes none.
    """
    if _WHOLE.fullmatch(cell):
        whole = cell.partition(".")[0]
        # int() itself refuses thousands of digits; no scale needs twenty.
        if len(whole) > LONGEST_NUMBER:
            raise Wrong("off_scale")
        return int(whole)
    try:
        # float() also reads the figures of other scripts, which nobody here means.
        found = float(cell) if cell.isascii() else math.nan
    except ValueError:
        raise Wrong("not_a_number") from None
    raise Wrong("not_whole" if math.isfinite(found) else "not_a_number")


class Codes(dict[str, int | Wrong | None]):
    """
    What the cells of one column stand for, each worked out once: a number, nothing where
    it was not answered, or what is wrong with it.
    """

    LIMIT = (
        10_000  # distinct cells remembered; a column of identifiers must not fill memory
    )

    def __init__(
        self,
        scale: Scale,
        *,
        coding: Mapping[str, int],
        missing: frozenset[str],
        not_applicable: frozenset[str],
    ) -> None:
        super().__init__()
        self.scale = scale
        self.coding = coding
        self.missing = missing
        self.not_applicable = not_applicable

    def __missing__(self, cell: str) -> int | Wrong | None:
        if len(self) >= self.LIMIT:
            self.clear()
        try:
            found: int | Wrong | None = self._value(tidy(cell))
        except Wrong as wrong:
            found = wrong
        self[cell] = found
        return found

    def _value(self, cell: str) -> int | None:
        if not cell or cell in self.missing:
            return None
        if cell in self.not_applicable:
            return NOT_APPLICABLE
        value = self.coding[cell] if cell in self.coding else number(cell)
        if not self.scale.low <= value <= self.scale.high:
            raise Wrong("off_scale")
        return value


def moment(cell: str, zone: str) -> datetime:
    """
    When an answer was given. Without a time of its own a date is its first minute there;
    a spreadsheet's bare day number is understood.

    :param zone: the time zone of the unit, for what does not say its own.
    :raises Wrong: when no moment can be read.
    """
    found = _stated(tidy(cell))
    if found.year < EARLIEST_YEAR:
        raise Wrong("time_unreadable")
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _stated(cell: str) -> datetime:
    try:
        if (
            _SERIAL.fullmatch(cell)
            and _PLAUSIBLE_SERIALS[0] <= float(cell) < _PLAUSIBLE_SERIALS[1]
        ):
            return _from_serial(float(cell))
        if cell.endswith("Z") or _OFFSET.search(cell):
            return datetime.fromisoformat(cell)
        if written := _DATE.fullmatch(cell):
            return datetime(*(int(part or 0) for part in written.groups()))  # type: ignore[arg-type]  # noqa: DTZ001  the unit's zone follows
        return datetime.fromisoformat(cell)
    except (ValueError, OverflowError):
        raise Wrong("time_unreadable") from None


def _from_serial(days: float) -> datetime:
    seconds = round(days * 86_400)
    return (_DAY_ZERO + timedelta(seconds=seconds)).replace(tzinfo=None)
