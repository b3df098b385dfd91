"""
Rejected rows out with all their cells, corrected by somebody, and in again. Pure.

The file that goes out has the columns of the original, and before them ours, whose names
carry the number of its import: by them it is known again, in whatever language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .choices import ColumnKind
from .mapping import Column, FileMap
from .tables import Problem, Reading, Row, Table

# The dot may be all that is not ASCII, and then a program may save it as anything.
_MARK = re.compile(r"Gapless ([0-9]{1,18}) [^ ]{1,3} .")
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


def line_column(header: Sequence[str]) -> str:
    """Our column that says which line a row mends; "" where somebody took it away."""
    ours = [name for name in header if _MARK.match(name)]
    return ours[_LINE] if ours else ""


def lines_of(table: Table) -> dict[int, int]:
    """Of a file of ours: its lines, and those of the original that they mend."""
    name = line_column(table.header)
    if not name:
        return {}
    place = table.header.index(name)
    cells = ((row.line or 0, row.cells[place : place + 1]) for row in table.lines)
    return {
        line: int(cell)
        for line, found in cells
        for cell in found
        if cell.isascii() and cell.isdecimal()
    }


# Without slots, so that what follows from the keys is kept.
@dataclass(frozen=True)
class Mending:
    """What is known of mended rows: which rows of the first file they are, and if in."""

    column: str  # the name of the column that says so
    lines: Mapping[int, int]  # their lines, and those of rows that the first file rejected
    keys: Mapping[int, str]  # of such lines that are in: the keys of their answers
    kept: Mapping[bytes, int]  # the ``equal_rows`` of the others in the first file

    @cached_property
    def taken(self) -> Counter[str]:
        """How many rows came in mended, for each thing that rows say."""
        return Counter(_said(key) for key in self.keys.values())

    def key(self, line: int) -> str:
        """The key of the answer as which a row is in already, or "" for none."""
        return self.keys.get(self.lines.get(line, 0), "")

    @cached_property
    def first(self) -> dict[int, int]:
        """Of each row of the first file, the first line here that mends it."""
        return {self.lines[line]: line for line in reversed(self.lines)}

    def is_new(self, line: int) -> bool:
        """Whether it mends a row that is still out, and is the first here that does."""
        mended = self.lines.get(line, 0)
        return mended not in self.keys and self.first.get(mended) == line

    def counted_on(self, key: str) -> str:
        """The key of a row with which others may have come in that say the same."""
        said = _said(key)
        if said == key:
            return key
        return f"{said}:{int(key.rsplit(':', 1)[1]) + self.taken[said]}"


def says_the_same(key: str, other: str) -> bool:
    return _said(key) == _said(other)


def _said(key: str) -> str:
    """A key without the number that tells equal rows apart."""
    return key.rsplit(":", 1)[0] if key.startswith("row:") else key
