"""Every row of a file becomes exactly one outcome: accepted, filtered out or rejected."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from .cells import Codes, Wrong, moment, tidy
from .choices import ColumnKind
from .mapping import SCALED, SINGLE, Column, FileMap
from .tables import Problem, Row, Table


class Place(Protocol):
    pk: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Accepted:
    line: int
    key: str
    place: Place
    moment: datetime
    values: Mapping[tuple[str, int], int]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filtered:
    line: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used, and everything that is wrong with it."""

    line: int
    problems: tuple[Problem, ...]


Outcome = Accepted | Filtered | Rejected

Places = Mapping[str, Place | None]
"""By code and name in lower case; ``None`` where several units have the name."""

# An answer from a clock that is a little ahead of ours is no error.
_CLOCKS_DIFFER = timedelta(days=1)


def outcomes(
    table: Table, file_map: FileMap, places: Places, *, now: datetime
) -> Iterator[Outcome]:
    """
    Read a file by its map, row after row, always to the same outcomes.

    :raises UnreadableFile: where nothing after a line can be trusted.
    """
    reading = _Reading(table, file_map, places, now)
    for line in table.lines:
        if isinstance(line, Problem):
            yield Rejected(line.line or 0, (line,))
        else:
            yield reading.outcome(line)


class _Reading:
    """What is worked out once for a file, and what its rows so far leave behind."""

    def __init__(
        self, table: Table, file_map: FileMap, places: Places, now: datetime
    ) -> None:
        self.file = table.name
        self.map = file_map
        self.places = places
        self.latest = now + _CLOCKS_DIFFER
        self.missing = frozenset(map(tidy, file_map.missing))
        self.index = {name: place for place, name in enumerate(table.header)}
        self.texts = [
            (self.index[c.name], c)
            for c in file_map.of(ColumnKind.TEXT, ColumnKind.ATTRIBUTE)
        ]
        self.numbers = [
            (self.index[c.name], c, (c.item, self._side(c)), self._codes(c))
            for c in file_map.of(*SCALED, ColumnKind.WEIGHT)
        ]
        self.spoken = {c.item for c in file_map.of(ColumnKind.TEXT)}
        self.single = {c.kind: c.name for c in file_map.of(*SINGLE)}
        self.where = [(self.index[name], tidy(value)) for name, value in file_map.where]
        # By what a column means, so that another order of the columns makes no new rows.
        self.identity = [
            self.index[c.name]
            for c in sorted(file_map.columns, key=lambda c: (c.kind, c.item, c.name))
            if c.kind is not ColumnKind.IGNORE
        ]
        self.equal_rows: Counter[bytes] = Counter()
        self.respondents: dict[str, tuple[int, bytes]] = {}

    def _side(self, column: Column) -> int:
        return column.side if self.map.paired else 0

    def _codes(self, column: Column) -> Codes:
        weight = column.kind is ColumnKind.WEIGHT
        coding = {} if weight else {tidy(text): n for text, n in self.map.coding}
        return Codes(
            self.map.scale_of(column),
            coding=coding | {tidy(text): n for text, n in column.coding},
            missing=self.missing,
            not_applicable=frozenset(map(tidy, self.map.not_applicable)),
        )

    def outcome(self, row: Row) -> Outcome:
        # Counted before anything else: the ordinal of a row may not hang on the filter.
        digest = self._digest(row)
        self.equal_rows[digest] += 1
        if any(tidy(row.cells[place]) != value for place, value in self.where):
            return Filtered(row.line)
        problems: list[Problem] = []
        place, when = self._where_and_when(row, problems)
        values = self._values(row, problems)
        texts = self._texts(row, problems)
        key = self._key(row, digest, place, problems)
        if not problems and not values and not self.spoken & texts.keys():
            problems.append(Problem("nothing_answered", self.file, row.line))
        if problems or place is None or when is None:
            return Rejected(row.line, tuple(problems))
        return Accepted(row.line, key, place, when, values, texts)

    def _digest(self, row: Row) -> bytes:
        said = [row.cells[place].strip() for place in self.identity]
        # What stands in for a blank cell, and only there: equal rows of two days, each in
        # a file of its own, are two, and a row that says its own is what it was.
        said += ["" if self._cell(row, ColumnKind.TIME) else self.map.time]
        return hashlib.sha256(json.dumps(said).encode()).digest()

    def _cell(self, row: Row, kind: ColumnKind) -> str:
        name = self.single.get(kind)
        return tidy(row.cells[self.index[name]]) if name else ""

    def _where_and_when(
        self, row: Row, problems: list[Problem]
    ) -> tuple[Place | None, datetime | None]:
        place = when = None
        try:
            place = self._place(self._cell(row, ColumnKind.UNIT) or self.map.unit)
        except Wrong as wrong:
            problems.append(
                self._problem(wrong.code, row, self.single.get(ColumnKind.UNIT))
            )
        try:
            zone = place.time_zone if place else "UTC"
            when = self._moment(self._cell(row, ColumnKind.TIME) or self.map.time, zone)
        except Wrong as wrong:
            problems.append(
                self._problem(wrong.code, row, self.single.get(ColumnKind.TIME))
            )
        return place, when

    def _place(self, said: str) -> Place:
        if not said:
            raise Wrong("unit_missing")
        try:
            place = self.places[said.casefold()]
        except KeyError:
            raise Wrong("unit_unknown") from None
        if place is None:
            raise Wrong("unit_ambiguous")
        return place

    def _moment(self, said: str, zone: str) -> datetime:
        if not said:
            raise Wrong("time_missing")
        found = moment(said, zone)
        if found > self.latest:
            raise Wrong("time_in_future")
        return found

    def _values(self, row: Row, problems: list[Problem]) -> dict[tuple[str, int], int]:
        values = {}
        for place, column, target, codes in self.numbers:
            found = codes[row.cells[place]]
            if isinstance(found, int):
                values[target] = found
            elif found is not None:
                problems.append(self._wrong_number(found, row, column, codes))
        return values

    def _wrong_number(
        self, wrong: Wrong, row: Row, column: Column, codes: Codes
    ) -> Problem:
        code = "not_points" if column.kind is ColumnKind.WEIGHT else wrong.code
        scale = codes.scale
        return self._problem(code, row, column.name, low=scale.low, high=scale.high)

    def _texts(self, row: Row, problems: list[Problem]) -> dict[str, str]:
        texts = {}
        for place, column in self.texts:
            cell = row.cells[place].strip()
            if "\0" in cell:
                problems.append(self._problem("nul_character", row, column.name))
            elif cell and tidy(cell) not in self.missing:
                texts[column.item] = cell
        return texts

    def _key(
        self, row: Row, digest: bytes, place: Place | None, problems: list[Problem]
    ) -> str:
        respondent = self._cell(row, ColumnKind.RESPONDENT)
        if not respondent:
            # With the unit itself: two cities may both have a "central hall".
            here = hashlib.sha256(digest + str(place and place.pk).encode()).hexdigest()
            return f"row:{here}:{self.equal_rows[digest]}"
        # A number of a person, perhaps a telephone number, is not kept in the open.
        key = f"id:{hashlib.sha256(respondent.encode()).hexdigest()}"
        first, same = self.respondents.setdefault(key, (row.line, digest))
        if same != digest:
            name = self.single[ColumnKind.RESPONDENT]
            problems.append(self._problem("respondent_twice", row, name, first=first))
        return key

    def _problem(
        self, code: str, row: Row, column: str | None, **params: object
    ) -> Problem:
        cell = row.cells[self.index[column]] if column else ""
        # PostgreSQL's JSON holds no NUL.
        shown = cell[:80].replace("\0", "\ufffd")
        return Problem(code, self.file, row.line, column, {"cell": shown, **params})
