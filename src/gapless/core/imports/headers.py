"""
Which rows of a table hold its column names, and what the columns are called.

Above the names may stand a title; the names may fill several rows, of which the upper ones
group the lower. A row of answers must never be taken for names: where the file does not
show it, the first row is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, mode

from .tables import Limits, Problem, Reading, UnreadableFile, letters, printable

SAMPLE = 60
"""How many rows the names are told from."""

ABOVE = 20
"""How many rows may stand above the names."""

MOST_ROWS = 4
MOST_MERGED = 200  # columns under one name
JOINED_BY = " / "

Cells = tuple[str, ...]
Records = Sequence[tuple[int, Cells]]
"""Lines and their cells."""

Span = tuple[int, int, int, int]
"""A merged cell: its first row and column, its last row and column, from 0."""

_FIGURES = re.compile(r"[+-]?[\d.,:/%\sT-]*\d[\d.,:/%\s-]*")

# What Chinese writes after the figures of a date.
_DATE_MARK = re.compile(r"(?<=\d)[^\x00-\x7f](?=\d|\s|$)")


@dataclass(frozen=True, slots=True)
class Header:
    """The column names, where they stand, and what was done about them."""

    names: Cells
    line: int  # of their first row
    rows: int
    last: int  # the line on which their last row starts; answers come after it
    notes: tuple[Problem, ...]


def header_of(
    records: Records,
    *,
    file: str,
    reading: Reading,
    limits: Limits,
    merged: Collection[Span] = (),
) -> Header:
    """
    The header of a table, from its first rows.

    :raises UnreadableFile: when there is none, or it has too many columns.
    """
    records = [
        (line, printable(cells)) for line, cells in records if any(map(str.strip, cells))
    ]
    first = _insisted(records, reading) if reading.header_line else _first(records)
    if first >= len(records):
        raise UnreadableFile(Problem("no_header", file))
    rows = min(reading.header_rows or _rows(records[first:], merged), len(records) - first)
    line = records[first][0]
    found = [_filled(record, merged) for record in records[first : first + rows - 1]]
    found.append([cell.strip() for cell in records[first + max(rows, 1) - 1][1]])
    width = max(map(len, found))
    if width > limits.columns:
        params = {"columns": width, "limit": limits.columns}
        raise UnreadableFile(Problem("too_many_columns", file, params=params))
    notes = [Problem("lines_above", file, line)] * bool(first)
    notes += [Problem("names_joined", file, line, params={"rows": rows})] * (rows > 1)
    if rows:
        names = _named(_joined(found, width), file, line, notes)
    else:
        notes += [Problem("no_names", file, line)]
        names = tuple(map(letters, range(width)))
    last = records[first + rows - 1][0] if rows else line - 1
    return Header(names, line, rows, last, tuple(notes))


def _insisted(records: Records, reading: Reading) -> int:
    lines = (
        place for place, (line, _) in enumerate(records) if line >= reading.header_line
    )
    return next(lines, len(records))


def _first(records: Records) -> int:
    """The first row that is no title: titles fill few cells, and names follow them."""
    if not records:
        return 0
    some = records[:SAMPLE]
    width = mode(len(cells) for _, cells in some)
    filled = [sum(map(bool, map(str.strip, cells))) for _, cells in some]
    usual = median(filled)
    for place, (_, cells) in enumerate(some[:ABOVE]):
        short = len(cells) * 2 <= width
        sparse = width > 2 and filled[place] * 3 <= usual and filled[place] <= 2
        if not (short or sparse):
            return 0 if _all_figures(cells) else place
    return 0


def _rows(records: Records, merged: Collection[Span]) -> int:
    (line, cells), below = records[0], records[1:SAMPLE]
    if merged:
        return _merged_rows(line - 1, merged, dict(records))
    if _all_figures(cells) and len(set(cells)) < len(cells):
        return 0
    rows = 1
    while rows < MOST_ROWS and _groups(records[rows - 1][1], below[rows - 1 :]):
        rows += 1
    return rows


def _merged_rows(first: int, merged: Collection[Span], cells: dict[int, Cells]) -> int:
    """How many rows of names the merged cells show that begin in the first one."""
    rows = 1
    for top, left, bottom, right in sorted(merged):
        if first <= top < first + rows and bottom - top < MOST_ROWS:
            rows = max(rows, bottom - first + 1)
            # Below a name of several columns stand their own, unless the answers begin.
            below = cells.get(bottom + 2, ())[left : right + 1]
            if right > left and any(below) and not any(map(is_figures, below)):
                rows = max(rows, bottom - first + 2)
    return min(rows, MOST_ROWS)


def _groups(upper: Cells, below: Records) -> bool:
    """Whether the next row still holds names, below these that leave cells empty."""
    if len(below) < 2 or len(below[0][1]) != len(upper):
        return False
    lower, rest = below[0][1], [cells for _, cells in below[1:]]
    unnamed = [place for place, cell in enumerate(upper) if not cell.strip()]
    named = [place for place, cell in enumerate(lower) if cell.strip()]
    if not set(unnamed) - {0} or not upper[0].strip() or not set(unnamed) <= set(named):
        return False
    if any(is_figures(lower[place]) for place in named):
        return False
    apart = sum(_differs(lower[place], _column(rest, place)) for place in named)
    return apart * 10 >= len(named) * 6


def _column(rows: Iterable[Cells], place: int) -> list[str]:
    return [cells[place].strip() for cells in rows if place < len(cells)]


def _differs(name: str, below: Sequence[str]) -> bool:
    """Whether a cell is a name of what stands below it, and not one of it."""
    filled = [cell for cell in below if cell]
    if not filled:
        return False
    figures = sum(map(is_figures, filled))
    if figures * 2 >= len(filled):
        return True
    others = set(filled)
    if others == {name.strip()}:  # a box that was ticked says what it stands for
        return len(filled) < len(below)
    return name.strip() not in others and len(others) * 2 <= len(filled)


def is_figures(cell: str) -> bool:
    """Whether a cell holds a number or a date, and so is no name."""
    return bool(_FIGURES.fullmatch(_DATE_MARK.sub("-", cell.strip())))


def _all_figures(cells: Cells) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(map(is_figures, filled))


def _filled(record: tuple[int, Cells], merged: Collection[Span]) -> list[str]:
    """The names of groups, each over all its columns."""
    line, cells = record
    filled: list[str] = []
    for cell in cells:
        name = cell.strip()
        filled.append(name or (filled[-1] if filled and not merged else ""))
    for top, left, bottom, right in merged:
        if top <= line - 1 <= bottom and left < len(filled) and right - left < MOST_MERGED:
            filled += [""] * (right + 1 - len(filled))
            filled[left : right + 1] = [filled[left]] * (right - left + 1)
    return filled


def _joined(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    names = []
    for place in range(width):
        parts = [row[place] for row in rows if place < len(row) and row[place]]
        names.append(JOINED_BY.join(dict.fromkeys(parts)))
    return names


def _named(names: Sequence[str], file: str, line: int, notes: list[Problem]) -> Cells:
    """Every column by a name of its own."""
    taken = set(names)
    found: list[str] = []
    for place, said in enumerate(names):
        name = said or letters(place)
        if name in found or (not said and name in taken):
            name = _another(name, taken | set(found))
        if not said:
            notes.append(Problem("empty_name", file, line, name))
        elif name != said:
            notes.append(Problem("duplicate_name", file, line, said, {"name": name}))
        found.append(name)
    return tuple(found)


def _another(name: str, taken: Collection[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
