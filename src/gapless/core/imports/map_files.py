"""MAP.csv: which column of a file is what, for the command line and to fill in a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .choices import ColumnKind
from .mapping import (
    ITEMS,
    RATED,
    BadCoding,
    BadScale,
    Column,
    parse_coding,
    parse_options,
    parse_scale,
)
from .reading import read_table
from .tables import Problem, Table, UnreadableFile

COLUMNS = ("column", "kind", "item", "dimension")

SIDES = set(RATED) - {ColumnKind.SCORE}
"""The kinds that share an item with another column."""

BETWEEN = "|"
"""What stands between several things in one cell of MAP.csv."""


def _listed(said: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in said.split(BETWEEN) if part.strip())


def _said_yes(said: str) -> bool:
    return said.casefold() in ("yes", "y", "1", "true")


MORE: dict[str, Callable[[str], Any]] = {
    "text": str,
    "reverse": _said_yes,
    "scale": parse_scale,
    "coding": parse_coding,
    "missing": _listed,
    "not_applicable": _listed,
    "options": lambda said: parse_options("\n".join(_listed(said))),
    "separator": str,
    "option": str,
    "decimals": int,
    "groups": _said_yes,
}
"""Columns that MAP.csv may have too, and how their cells are read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of MAP.csv that names a column."""

    line: int
    column: str
    kind: ColumnKind
    item: str
    dimension: str
    more: Mapping[str, Any] = field(default_factory=dict)

    def applied_to(self, name: str) -> Column:
        if self.kind not in ITEMS:
            return Column(name, self.kind)
        # What stands alone may be named by its column.
        item = self.item or ("" if self.kind in SIDES else name[:40])
        column = Column(name, self.kind, item=item, text=item, dimension=self.dimension)
        said = {name: value for name, value in self.more.items() if name != "options"}
        if "options" in self.more:
            options, coding = self.more["options"]
            said |= {"options": options, "coding": (*coding, *said.get("coding", ()))}
        return replace(column, **said)


def read_map(path: Path, *, name: str | None = None) -> dict[str, Entry]:
    """
    What MAP.csv says of each column.

    :raises UnreadableFile: with everything that is wrong in it.
    """
    table = read_table(path, name=name)
    absent = [column for column in COLUMNS if column not in table.header]
    if absent:
        raise UnreadableFile(
            *(Problem("no_map_column", table.name, column=column) for column in absent)
        )
    entries: dict[str, Entry] = {}
    problems = []
    for found in _entries(table):
        if isinstance(found, Problem):
            problems.append(found)
        elif found.column in entries:
            first = {"first": entries[found.column].line}
            problems.append(
                Problem("column_twice", table.name, found.line, found.column, first)
            )
        else:
            entries[found.column] = found
    if problems:
        raise UnreadableFile(*problems)
    return entries


def _entries(table: Table) -> Iterator[Entry | Problem]:
    places = [table.header.index(column) for column in COLUMNS]
    further = {name: table.header.index(name) for name in MORE if name in table.header}
    for line, cells in table.rows:
        column, kind, item, dimension = (cells[place].strip() for place in places)
        said = {name: cells[place].strip() for name, place in further.items()}
        wrong = _wrong_cell(said)
        if not column:
            yield Problem("unnamed_column", table.name, line)
        elif kind.lower() not in ColumnKind.values:
            params = {"kind": kind, "kinds": ", ".join(ColumnKind.values)}
            yield Problem("unknown_kind", table.name, line, column, params)
        elif wrong:
            params = {"cell": said[wrong], "name": wrong}
            yield Problem("bad_map_cell", table.name, line, column, params)
        else:
            more = {name: MORE[name](cell) for name, cell in said.items() if cell}
            yield Entry(line, column, ColumnKind(kind.lower()), item, dimension, more)


def _wrong_cell(said: Mapping[str, str]) -> str:
    """The column of MAP.csv whose cell cannot be read; "" when all can."""
    for name, cell in said.items():
        try:
            if cell:
                MORE[name](cell)
        except (BadCoding, BadScale, ValueError):
            return name
    return ""


def columns_by(
    entries: dict[str, Entry], header: tuple[str, ...], *, file: str
) -> tuple[Column, ...]:
    """
    The columns of a file as MAP.csv says; what it does not list is left out.

    :raises UnreadableFile: when it names columns that the file does not have.
    """
    unknown = [
        Problem("no_column", file, entry.line, entry.column)
        for entry in entries.values()
        if entry.column not in header and entry.kind is not ColumnKind.IGNORE
    ]
    if unknown:
        raise UnreadableFile(*unknown)
    return tuple(
        entries[name].applied_to(name) if name in entries else Column(name)
        for name in header
    )
