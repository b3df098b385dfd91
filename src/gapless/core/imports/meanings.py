"""What the cells of one column stand for, as the values of an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial

from gapless.analytics.answers import (
    NO_SUCH_NUMBER,
    NOT_APPLICABLE,
    NUMBER_LIMIT,
    WEIGHT_LIMIT,
    WEIGHT_UNIT,
)

from .cells import FIGURES, Wrong, number, tidy
from .choices import ColumnKind
from .dates import EPOCH, Dates
from .hints import hints
from .mapping import MEASURED, Column, FileMap, Scale

At = tuple[str, int]
"""An item's code, and which of its bytes: as ``analytics.answers.written`` takes it."""

Said = tuple[tuple[At, int], ...]
"""The values that a cell gives; none where nothing was answered."""

# What somebody typed after "other", as 问卷星 puts it behind the option.
_TYPED = re.compile(r"\s*[\u3016\u3014].*[\u3017\u3015]$", re.DOTALL)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,15})?", re.ASCII)
_GROUPED = {
    ".": re.compile(r"[+-]?[0-9]{1,3}([, '])[0-9]{3}(\1[0-9]{3})*(\.[0-9]*)?", re.ASCII),
    ",": re.compile(r"[+-]?[0-9]{1,3}([. '])[0-9]{3}(\1[0-9]{3})*(,[0-9]*)?", re.ASCII),
}
"""Numbers with marks between their thousands, by the decimal mark of the file."""


class Meaning(dict[str, Said | Wrong]):
    """
    What the cells of one column give, each worked out once. A column's own codes go
    before the file's, and its own coding goes before the file's codes.
    """

    LIMIT = 10_000  # distinct cells remembered: identifiers must not fill memory

    def __init__(self, column: Column, file_map: FileMap, *, decimal: str = ".") -> None:
        super().__init__()
        self.own_missing = _tidied(column.missing)
        self.own_not_applicable = _tidied(column.not_applicable)
        self.missing = _tidied(file_map.missing)
        self.not_applicable = _tidied(file_map.not_applicable)
        self.coding = {tidy(text): n for text, n in column.coding}
        self.inapplicable = _inapplicable(column, file_map)
        self.reader = _reader(column, file_map, self.coding, decimal)

    def __missing__(self, cell: str) -> Said | Wrong:
        if len(self) >= self.LIMIT:
            self.clear()
        try:
            found: Said | Wrong = self._said(tidy(cell))
        except Wrong as wrong:
            found = wrong
        self[cell] = found
        return found

    def _said(self, cell: str) -> Said:
        if not cell or cell in self.own_missing:
            return ()
        if cell in self.own_not_applicable:
            return self.inapplicable
        if cell not in self.coding:
            if cell in self.missing:
                return ()
            if cell in self.not_applicable:
                return self.inapplicable
        return self.reader(cell)


def _tidied(cells: Iterable[str]) -> frozenset[str]:
    return frozenset(map(tidy, cells))


def _inapplicable(column: Column, file_map: FileMap) -> Said:
    """What is kept where something does not apply; of how much one counts, nothing."""
    if column.kind is ColumnKind.CASE_WEIGHT:
        return ()
    if column.kind in MEASURED:
        return (((column.item, 0), NO_SUCH_NUMBER),)
    sides: Iterable[int] = (file_map.side_of(column),)
    if column.kind is ColumnKind.MULTIPLE:
        sides = range(len(file_map.options_of(column.item)))
    return tuple(((column.item, side), NOT_APPLICABLE) for side in sides)


def _reader(
    column: Column, file_map: FileMap, coding: dict[str, int], decimal: str
) -> Callable[[str], Said]:
    plain = partial(_plain, decimal=decimal)
    match column.kind:
        case ColumnKind.SINGLE:
            options = _places(file_map.options_of(column.item), coding)
            return lambda cell: (((column.item, 0), _place(cell, options)),)
        case ColumnKind.MULTIPLE if column.option:
            place = file_map.options_of(column.item).index(column.option)
            words = {tidy(column.option).casefold(): 1, **hints().chosen, **coding}
            return lambda cell: (((column.item, place), _ticked(cell, words)),)
        case ColumnKind.MULTIPLE:
            options = _places(file_map.options_of(column.item), coding)
            return partial(_several, column, options, len(column.options))
        case ColumnKind.NUMBER:
            return lambda cell: (
                ((column.item, 0), _scaled(_measured(cell, plain), column.decimals)),
            )
        case ColumnKind.DATE:
            days = Dates(file_map.date_order, file_map.no_dates)
            return partial(_day, column, days)
        case ColumnKind.CASE_WEIGHT:
            return lambda cell: (((column.item, 0), weight(plain(cell))),)
    known = coding
    if column.kind is not ColumnKind.WEIGHT:
        known = {tidy(text): n for text, n in file_map.coding} | coding
    at, scale = (column.item, file_map.side_of(column)), file_map.scale_of(column)
    return lambda cell: ((at, _point(plain(cell), known, scale)),)


def _plain(cell: str, *, decimal: str) -> str:
    """A number without marks between its thousands, and with a point before its parts."""
    if grouped := _GROUPED[decimal or "."].fullmatch(cell):
        cell = cell.replace(grouped[1], "")
    return cell.replace(",", ".") if decimal == "," else cell


def _measured(cell: str, plain: Callable[[str], str]) -> str:
    """A number without the sign of a currency; 45 % is 0.45, as a spreadsheet keeps it."""
    signed = FIGURES.fullmatch(cell)
    if signed is None:
        return plain(cell)
    figures = plain(signed["sign"] + signed["figures"])
    if signed["unit"] != "%" or not _DECIMAL.fullmatch(figures):
        return figures
    return f"{Decimal(figures).scaleb(-2):f}"


def _point(cell: str, coding: dict[str, int], scale: Scale) -> int:
    value = coding[cell] if cell in coding else number(cell)
    if not scale.low <= value <= scale.high:
        raise Wrong("off_scale")
    return value


def _places(options: Iterable[str], coding: dict[str, int]) -> dict[str, int]:
    """The place of each option, by what a cell calls it."""
    texts = {tidy(text).casefold(): place for place, text in enumerate(options)}
    return texts | {cell.casefold(): place for cell, place in coding.items()}


def _place(cell: str, places: dict[str, int]) -> int:
    for said in (cell.casefold(), _TYPED.sub("", cell).casefold()):
        if said in places:
            return places[said]
    # 1.0 from a spreadsheet is the option 1.
    whole = cell.removesuffix(".0")
    if whole in places:
        return places[whole]
    raise Wrong("no_such_option")


def _ticked(cell: str, words: dict[str, int]) -> int:
    said = cell.casefold().removesuffix(".0")
    if said not in words:
        said = _TYPED.sub("", said)
    if words.get(said) not in (0, 1):
        raise Wrong("not_ticked")
    return words[said]


def _several(column: Column, options: dict[str, int], count: int, cell: str) -> Said:
    parts = cell.split(tidy(column.separator)) if column.separator else [cell]
    chosen = {_place(part.strip(), options) for part in parts if part.strip()}
    return tuple(((column.item, at), int(at in chosen)) for at in range(count))


def _scaled(cell: str, decimals: int) -> int:
    if not _DECIMAL.fullmatch(cell):
        raise Wrong("not_a_number")
    scaled = Decimal(cell).scaleb(decimals)
    if scaled != int(scaled):
        raise Wrong("too_many_decimals")
    if abs(scaled) > NUMBER_LIMIT:
        raise Wrong("number_too_large")
    return int(scaled)


def weight(cell: str) -> int:
    """How much an answer counts, in millionths: rounded once, here, half to even."""
    if not _DECIMAL.fullmatch(cell):
        raise Wrong("not_a_weight")
    millionths = int((Decimal(cell) * WEIGHT_UNIT).to_integral_value(ROUND_HALF_EVEN))
    if not 0 < millionths <= WEIGHT_LIMIT:
        raise Wrong("not_a_weight")
    return millionths


def _day(column: Column, days: Dates, cell: str) -> Said:
    found = days[cell]
    if isinstance(found, Wrong):
        raise found
    if found is None:
        return ()
    days_since = found.toordinal() - EPOCH
    if abs(days_since) > NUMBER_LIMIT:
        raise Wrong("time_unreadable")
    return (((column.item, 0), days_since),)
