"""
Reading workbooks: XLSX here, after looking through the archive for what would swamp us;
what cannot be looked through (XLS, and XLSX whose cells do not say where they stand) in a
process of its own with limits (apart.py).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from . import apart
from .archives import Looked, Tab, look_through, refuse_bomb, tabs_of
from .headers import SAMPLE, Header, Span, header_of
from .tables import (
    Limits,
    Problem,
    ReadAs,
    Reading,
    Row,
    Table,
    UnreadableFile,
    as_text,
    checked_row,
)

_DAMAGE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    LookupError,  # a part that is missing, or an encoding that does not exist
    NotImplementedError,  # a compression method that zipfile does not know
    OSError,
    RuntimeError,  # an encrypted member
    ValueError,
)

PROGRAM = "gapless.core.imports.parse_workbook"

KNOWN = 2**16
"""How many numbers' texts are kept."""

Numbered = tuple[int, tuple[str, ...]]


class _Rows(Protocol):
    """The rows of a sheet that are not empty, again and again; and what is merged."""

    def first(self, count: int) -> tuple[list[Numbered], list[Span]]: ...

    def __iter__(self) -> Iterator[Numbered]: ...


def read_xlsx(path: Path, *, name: str, reading: Reading, limits: Limits) -> Table:
    """
    The cells of one sheet, the first that is not hidden unless one is asked for.

    Wholly empty rows are no rows. A formula that failed shows its error (#DIV/0!).

    :raises UnreadableFile: when it is no workbook, unsafe, or exceeds ``limits``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive, name)
            tabs = tabs_of(archive, name)
            tab = chosen(tabs, reading.sheet, name)
            looked = look_through(archive, tab.member, name=name, limits=limits)
        rows: _Rows
        if looked.regular:
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(tab.name)
            rows = _Texts(sheet, looked)
        else:
            rows = _Apart(path, Problem("not_a_workbook", name), tab.name)
    except _DAMAGE as error:
        raise UnreadableFile(Problem("not_a_workbook", name)) from error
    return _table(name, rows, tab, tabs, reading, limits)


def read_xls(path: Path, *, name: str, reading: Reading, limits: Limits) -> Table:
    """
    The same of the format before 2007, which is parsed in a process of its own.

    :raises UnreadableFile: when it is none, is damaged, or exceeds ``limits``.
    """
    problem = Problem("not_xls", name)
    with apart.parsing(PROGRAM, path, problem=problem) as said:
        tabs = [Tab(sheet, "", hidden) for sheet, hidden in next(said)]
    tab = chosen(tabs, reading.sheet, name)
    return _table(name, _Apart(path, problem, tab.name), tab, tabs, reading, limits)


def chosen(tabs: Sequence[Tab], sheet: str, name: str) -> Tab:
    """:raises UnreadableFile: when there is no such sheet."""
    if not sheet:
        return next((tab for tab in tabs if not tab.hidden), tabs[0])
    for tab in tabs:
        if tab.name == sheet:
            return tab
    known = ", ".join(f"“{tab.name}”" for tab in tabs)
    params = {"sheet": sheet, "sheets": known}
    raise UnreadableFile(Problem("no_such_sheet", name, params=params))


def _table(
    name: str,
    rows: _Rows,
    tab: Tab,
    tabs: Sequence[Tab],
    reading: Reading,
    limits: Limits,
) -> Table:
    first, merged = rows.first(SAMPLE)
    some = [(line, _trimmed(cells)) for line, cells in first]
    header = header_of(some, file=name, reading=reading, limits=limits, merged=merged)
    hidden = ", ".join(f"“{each.name}”" for each in tabs if each.hidden)
    note = Problem("hidden_sheets", name, params={"sheets": hidden})
    read_as = ReadAs(
        decimal=".",
        header_line=header.line,
        header_rows=header.rows,
        sheet=tab.name,
        sheets=tuple(each.name for each in tabs),
    )
    cells = _Cells(name, rows, header, limits)
    notes = (*header.notes, *[note] * bool(hidden))
    return Table(name, header.names, cells, read_as=read_as, notes=notes)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The rows of a sheet that are not empty, with their row numbers, as text."""

    sheet: Any
    looked: Looked

    def first(self, count: int) -> tuple[list[Numbered], list[Span]]:
        return list(islice(self, count)), self.looked.merged

    def __iter__(self) -> Iterator[Numbered]:
        errors = self.looked.errors
        # Calamine begins with the first row, but with the first column that is used.
        before = ("",) * (self.sheet.start or (0, 0))[1]
        shown = _Shown().__getitem__
        for row, values in enumerate(self.sheet.iter_rows()):
            # True and 1.0 are one key, and not one text.
            cells = (*before, *map(as_text if bool in map(type, values) else shown, values))
            if row in errors:
                failed = errors[row]
                cells = tuple(failed.get(place, cell) for place, cell in enumerate(cells))
            if any(cells):
                yield row + 1, cells


class _Shown(dict[object, str]):
    """The text of a value; that of a number, which comes again, is worked out once."""

    def __missing__(self, value: object) -> str:
        text = as_text(value)
        if isinstance(value, float) and len(self) < KNOWN:
            self[value] = text
        return text


@dataclass(frozen=True, slots=True)
class _Apart:
    """The same of a sheet that is parsed in a process of its own, each time anew."""

    path: Path
    problem: Problem
    sheet: str

    def first(self, count: int) -> tuple[list[Numbered], list[Span]]:
        with apart.parsing(PROGRAM, self.path, self.sheet, problem=self.problem) as said:
            next(said)
            merged = [(top, left, bottom, right) for top, left, bottom, right in next(said)]
            return [(line, tuple(cells)) for line, cells in islice(said, count)], merged

    def __iter__(self) -> Iterator[Numbered]:
        with apart.parsing(PROGRAM, self.path, self.sheet, problem=self.problem) as said:
            for line, cells in islice(said, 2, None):
                yield line, tuple(cells)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The answers of a sheet, below its header."""

    name: str
    texts: Iterable[Numbered]
    header: Header
    limits: Limits
    columns: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", len(self.header.names))

    def __iter__(self) -> Iterator[Row | Problem]:
        count = 0
        for line, cells in self.texts:
            if line <= self.header.last:
                continue
            count += 1
            if count > self.limits.rows:
                params = {"limit": self.limits.rows}
                raise UnreadableFile(Problem("too_many_rows", self.name, params=params))
            yield self._row(line, cells)

    def _row(self, line: int, cells: tuple[str, ...]) -> Row | Problem:
        # A sheet is a rectangle: what is empty to the right of the header is no cell.
        if len(cells) > self.columns:
            cells = cells[: self.columns] + _trimmed(cells[self.columns :])
        if len(cells) < self.columns:
            cells += ("",) * (self.columns - len(cells))
        names = self.header.names
        return checked_row(
            cells, file=self.name, line=line, names=names, limits=self.limits
        )


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    used = max((place for place, cell in enumerate(cells) if cell.strip()), default=-1)
    return cells[: used + 1]
