"""
Rejected rows out with all their cells, corrected by somebody, and in again. Pure.

The file that goes out has the columns of the original, and before them ours, whose names
carry the number of its import: by them it is known again, in whatever language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .choices import ColumnKind
from .mapping import Column, FileMap
from .tables import Problem, Reading, Row, Table

_MARK = re.compile(r"Gapless ([0-9]{1,18}) · .")
_ARMED = re.compile(r"'(?=[\s\u200b\ufeff]*[=+\-@\t\r\n\0＝＋－＠])")
_LINE = 0
"""Where the line stands among our columns."""


def marked(number: int, titles: Iterable[str]) -> list[str]:
    """Names for our columns, by which the file is known again."""
    return [f"Gapless {number} · {title}" for title in titles]


def origin_of(header: Sequence[str]) -> int | None:
    """The number of the import whose rejected rows a file with this header holds."""
    numbers = {found[1] for name in header if (found := _MARK.match(name))}
    return int(numbers.pop()) if len(numbers) == 1 else None


def without_marks(header: Sequence[str]) -> tuple[str, ...]:
    """The columns that are not ours."""
    return tuple(name for name in header if not _MARK.match(name))


def mended_map(
    file_map: FileMap, header: Sequence[str], *, original: Table
) -> FileMap | None:
    """
    The original's mapping for the file with the corrected rows; nothing, if a column is
    missing that it needs. The file is ours, so it is read as we write it.
    """
    needed = {c.name for c in file_map.columns if c.kind is not ColumnKind.IGNORE}
    needed |= {name for name, _value in file_map.where}
    if file_map.long:
        needed |= {file_map.long.item, file_map.long.value}
    if not needed & set(original.header) <= set(header):
        return None
    columns = file_map.columns
    if not file_map.long:
        known = {column.name: column for column in columns}
        columns = tuple(known.get(name, Column(name)) for name in header)
    reading = Reading(decimal=original.read_as.decimal)
    return replace(file_map, columns=columns, reading=reading)


@dataclass(frozen=True, slots=True)
class _Rearmed:
    """Rows whose cells have lost the apostrophe that an export put before them."""

    lines: Iterable[Row | Problem]

    def __iter__(self) -> Iterator[Row | Problem]:
        for line in self.lines:
            if isinstance(line, Problem):
                yield line
            else:
                yield Row(line.line, tuple(_rearmed(cell) for cell in line.cells))


def _rearmed(cell: str) -> str:
    # The apostrophe keeps spreadsheets from calculating; here a cell is only text.
    return cell[1:] if _ARMED.match(cell) else cell


def as_it_was(table: Table) -> Table:
    """A file of ours with its cells as they stood in the original."""
    return replace(table, lines=_Rearmed(table.lines))


def lines_of(table: Table) -> frozenset[int]:
    """Which lines of the original a file of ours holds."""
    places = [place for place, name in enumerate(table.header) if _MARK.match(name)]
    if not places:
        return frozenset()
    place = places[_LINE]
    cells = (row.cells[place] for row in table.lines if isinstance(row, Row))
    return frozenset(int(cell) for cell in cells if cell.isascii() and cell.isdecimal())
