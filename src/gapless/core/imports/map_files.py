"""MAP.csv: which column of a file is what, for the command line and to fill in a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .choices import ColumnKind
from .mapping import ITEMS, RATED, Column
from .reading import read_table
from .tables import Problem, Table, UnreadableFile

COLUMNS = ("column", "kind", "item", "dimension")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of MAP.csv that names a column."""

    line: int
    column: str
    kind: ColumnKind
    item: str
    dimension: str

    def applied_to(self, name: str) -> Column:
        if self.kind not in ITEMS:
            return Column(name, self.kind)
        # What stands alone may be named by its column.
        item = self.item or ("" if self.kind in RATED else name[:40])
        return Column(name, self.kind, item=item, text=item, dimension=self.dimension)


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
    for line, cells in table.rows:
        column, kind, item, dimension = (cells[place].strip() for place in places)
        if not column:
            yield Problem("unnamed_column", table.name, line)
        elif kind.lower() not in ColumnKind.values:
            params = {"kind": kind, "kinds": ", ".join(ColumnKind.values)}
            yield Problem("unknown_kind", table.name, line, column, params)
        else:
            yield Entry(line, column, ColumnKind(kind.lower()), item, dimension)


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
