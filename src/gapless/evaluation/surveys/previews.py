"""What an import would do, found by reading its file without keeping anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from gapless.core.imports.cells import tidy
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import FileMap
from gapless.core.imports.models import Import
from gapless.core.imports.queries import mending_of, table_of
from gapless.core.imports.rows import Accepted, Filtered, Outcome, Rejected, outcomes
from gapless.core.imports.tables import Problem

from .queries import mapped_table, places

CHECKED_ROWS = 50_000
"""How many rows a preview reads, so that its page comes within seconds."""

TOLD = 20
"""How many problems a preview names; the rest it counts."""

NEEDS_UNIT = "unit_unknown"
"""What is wrong with a row that comes in as soon as its unit is created."""

Trouble = tuple[str, str | None, object]
"""The code of a problem, its column, and what the cell says."""


@dataclass(slots=True)
class Preview:
    """Row by row what would become of the file; of a large one, of its beginning."""

    accepted: int = 0
    filtered: int = 0
    rejected: int = 0
    # Rows with which nothing is wrong but that nobody knows their unit.
    waiting: int = 0
    # The first row of each kind of trouble, and how many rows have it.
    examples: dict[Trouble, Problem] = field(default_factory=dict)
    troubles: Counter[Trouble] = field(default_factory=Counter)
    units: Counter[int] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    whole: bool = True

    @property
    def rows(self) -> int:
        return self.accepted + self.filtered + self.rejected + self.waiting

    def count(self, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            self.accepted += 1 + len(outcome.others)
            self.units[outcome.place.pk] += 1
            self.first = min(self.first or outcome.moment, outcome.moment)
            self.last = max(self.last or outcome.moment, outcome.moment)
        elif isinstance(outcome, Filtered):
            self.filtered += 1
        elif isinstance(outcome, Rejected):
            if all(
                NEEDS_UNIT in (problem.code, problem.params.get("because"))
                for problem in outcome.problems
            ):
                self.waiting += 1
            else:
                self._count_rejected(outcome.problems)

    def _count_rejected(self, problems: tuple[Problem, ...]) -> None:
        self.rejected += 1
        for problem in problems:
            trouble = (problem.code, problem.column, problem.params.get("cell"))
            if len(self.examples) < TOLD or trouble in self.examples:
                self.examples.setdefault(trouble, problem)
                self.troubles[trouble] += 1


def preview(import_: Import, *, now: datetime) -> Preview:
    """
    Read a file as its import would.

    :raises UnreadableFile: where nothing after a line can be trusted.
    """
    found = Preview()
    file_map = FileMap.from_json(import_.mapping)
    table = mapped_table(import_)
    known, mending = places(import_.within), mending_of(import_)
    for outcome in outcomes(table, file_map, known, now=now, mending=mending):
        if found.rows >= CHECKED_ROWS:
            found.whole = False
            break
        found.count(outcome)
    return found


def unknown_units(import_: Import) -> Counter[str]:
    """
    Every unit that the file names and nobody knows, and in how many of its rows; all of
    the file is read, however long. A unit spelled in two ways is one.

    :raises UnreadableFile: where nothing after a line can be trusted.
    """
    file_map = FileMap.from_json(import_.mapping)
    columns = file_map.of(ColumnKind.UNIT)
    if not columns:
        return Counter()
    table, known = table_of(import_), places(import_.within)
    index = {name: place for place, name in enumerate(table.header)}
    place = index[columns[0].name]
    where = [(index[name], tidy(value)) for name, value in file_map.where if name in index]
    found: Counter[str] = Counter()
    for line in table.lines:
        if isinstance(line, Problem):
            continue
        if all(tidy(line.cells[at]) == value for at, value in where):
            found[line.cells[place]] += 1
    names: dict[str, str] = {}
    unknown: Counter[str] = Counter()
    for cell, rows in found.items():
        name = tidy(cell)
        if name and name.casefold() not in known:
            unknown[names.setdefault(name.casefold(), name)] += rows
    return unknown
