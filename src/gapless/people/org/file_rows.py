"""A row of a file of units or people on its way in: read, planned, or rejected and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gapless.core.imports.tables import Problem, Table

from .choices import Outcome
from .file_columns import NOTHING, Columns, PersonHolds, UnitHolds, Unreadable

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, and in which column: a code that the doors say in words."""

    column: str
    code: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a column would change: what stands, and what will. None: nothing, or closed."""

    holds: UnitHolds | PersonHolds
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row would do, if it came in now."""

    line: int
    key: str  # the code or the log-in name, as people know it
    outcome: Outcome
    name: str = ""
    changes: tuple[Change, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    cells: tuple[str, ...] = field(default=(), repr=False)  # of a rejected row


Row = TypeVar("Row", bound=Planned)


@dataclass(frozen=True, slots=True)
class Source:
    """A row as the file has it."""

    line: int
    header: tuple[str, ...]
    cells: tuple[str, ...]
    problem: Wrong | None = None


def sources(table: Table) -> Iterator[Source]:
    """The rows of a table in which something stands."""
    for line in table.lines:
        if isinstance(line, Problem):
            params = tuple(line.params.items())
            problem = Wrong("", line.code, params)
            yield Source(line.line or 0, table.header, (), problem)
        elif any(cell.strip() for cell in line.cells):
            yield Source(line.line, table.header, line.cells)


def cells_of(row: Source, columns: Columns) -> tuple[dict[str, str], list[Wrong]]:
    """What is held → the cell, without surrounding space; an empty cell says nothing."""
    cells: dict[str, str] = {}
    wrong: list[Wrong] = []
    for name, cell in zip(row.header, row.cells, strict=True):
        holds, text = columns.get(name, NOTHING), cell.strip()
        if holds == NOTHING or not text:
            continue
        if "\0" in text:
            wrong.append(Wrong(name, "nul_character"))
        else:
            cells[holds] = text
    return cells, wrong


def readable(reader: Reader, cell: str, holds: str, columns: Columns) -> Any:
    """What the cell says, or what is `Wrong` with it."""
    try:
        return reader(cell)
    except Unreadable as problem:
        return Wrong(column_of(columns, holds), str(problem), (("cell", cell[:80]),))


def column_of(columns: Columns, holds: str) -> str:
    """The name of the column that holds this; "" when none does."""
    return next((name for name, held in columns.items() if held == holds), "")


def rejected(kind: type[Row], row: Source, key: str, wrong: list[Wrong]) -> Row:
    return kind(
        line=row.line,
        key=key[:120],
        outcome=Outcome.REJECTED,
        wrong=tuple(wrong),
        cells=row.cells,
    )
