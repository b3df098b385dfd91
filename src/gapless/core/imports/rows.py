"""Every row of a file becomes exactly one outcome: accepted, filtered out or rejected."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from .cells import Wrong, tidy
from .choices import ColumnKind
from .dates import Dates, moment
from .long_tables import Gathered
from .mapping import (
    ABOUT_THE_ROW,
    CHOICES,
    MEASURED,
    SCALED,
    WRITTEN,
    Column,
    FileMap,
)
from .meanings import Meaning
from .mending import Mending, says_the_same
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
    others: tuple[int, ...] = ()  # further rows of a long file that tell the same answer


@dataclass(frozen=True, slots=True)
class Filtered:
    line: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A row that an earlier run has accounted for."""

    line: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used, and everything that is wrong with it."""

    line: int
    problems: tuple[Problem, ...]


Outcome = Accepted | Filtered | Rejected | Passed

Places = Mapping[str, Place | None]
"""By code and name in lower case; ``None`` where several units have the name."""

# An answer from a clock that is a little ahead of ours is no error.
_CLOCKS_DIFFER = timedelta(days=1)


def outcomes(
    table: Table,
    file_map: FileMap,
    places: Places,
    *,
    now: datetime,
    done: int = 0,
    mending: Mending | None = None,
) -> Iterator[Outcome]:
    """
    Read a file by its map, row after row, always to the same outcomes: of the rows of a
    long file that tell one answer, the first is accepted, with the others.

    :param done: how many rows are behind us; of these only what later rows hang on is
        worked out.
    :param mending: of a file with mended rows, what is known of them.
    :raises UnreadableFile: where nothing after a line can be trusted.
    """
    reading = _Reading(table, file_map, places, now, mending)
    count = 0
    for line in table.lines:
        lines = _lines(line)
        if isinstance(line, Problem):
            found: Outcome = Rejected(lines[0], (line,))
        elif count + len(lines) <= done:
            found = reading.passed(line)
        else:
            found = reading.outcome(line)
        # An earlier run may have stopped in the middle of an answer that is rejected.
        for place, each in enumerate(_each(found, lines)):
            yield Passed(each.line) if count + place < done else each
        count += len(lines)


def equal_rows(
    table: Table, file_map: FileMap, *, without: frozenset[int]
) -> Counter[bytes]:
    """
    How many rows say the same, for each thing that rows say. A mended row that now says
    what others say is one more of them, and not one of them again.

    :param without: the lines that were rejected, and may come in mended.
    """
    reading = _Reading(table, file_map, {}, datetime.min.replace(tzinfo=UTC))
    for row in table.lines:
        if not isinstance(row, Problem) and row.line not in without:
            reading.passed(row)
    return reading.equal_rows


def _lines(row: Row | Problem) -> tuple[int, ...]:
    """The lines of the file that the row stands for."""
    return (row.line or 0, *(row.others if isinstance(row, Gathered) else ()))


def _each(found: Outcome, lines: tuple[int, ...]) -> Iterator[Outcome]:
    """An outcome for every row, where an accepted one does not speak for them all."""
    yield found
    if isinstance(found, Accepted):
        return
    for line in lines[1:]:
        if isinstance(found, Rejected):
            yield Rejected(line, (also_rejected(found.problems[0], lines[0], line),))
        else:
            yield type(found)(line)


def also_rejected(problem: Problem, first: int, line: int) -> Problem:
    """What is said of a row that stays out because another one of its answer does."""
    params = {"first": first, "because": problem.code}
    return Problem("answer_rejected", problem.file, line, params=params)


class _Reading:
    """What is worked out once for a file, and what its rows so far leave behind."""

    def __init__(
        self,
        table: Table,
        file_map: FileMap,
        places: Places,
        now: datetime,
        mending: Mending | None = None,
    ) -> None:
        self.file = table.name
        self.map = file_map
        self.places = places
        self.latest = now + _CLOCKS_DIFFER
        self.index = {name: place for place, name in enumerate(table.header)}
        self.texts = [
            (self.index[c.name], c, frozenset(map(tidy, (*c.missing, *file_map.missing))))
            for c in file_map.of(*WRITTEN)
        ]
        decimal = table.read_as.decimal
        self.values = [
            (self.index[c.name], c, Meaning(c, file_map, decimal=decimal))
            for c in file_map.of(*SCALED, ColumnKind.WEIGHT, *CHOICES, *MEASURED)
        ]
        # Of choices with a column for each option: how many options there are.
        self.ticked = {
            c.item: len(file_map.options_of(c.item))
            for c in file_map.of(ColumnKind.MULTIPLE)
            if c.option
        }
        self.spoken = {c.item for c in file_map.of(ColumnKind.TEXT)}
        self.single = {c.kind: c.name for c in file_map.of(*ABOUT_THE_ROW)}
        self.where = [(self.index[name], tidy(value)) for name, value in file_map.where]
        self.dates = Dates(
            file_map.date_order, file_map.no_dates, month=_day(file_map.time)
        )
        # By what a column means, so that another order of the columns makes no new rows.
        self.identity = [
            self.index[c.name]
            for c in sorted(file_map.columns, key=lambda c: (c.kind, c.item, c.name))
            if c.kind is not ColumnKind.IGNORE
        ]
        self.mending = mending
        self.equal_rows = Counter(mending.kept if mending else {})
        self.respondents: dict[str, tuple[int, bytes]] = {}

    def passed(self, row: Row) -> Passed:
        """Only what the outcomes of later rows hang on."""
        digest = self._counted(row)
        if not self._filtered(row) and (respondent := self._respondent(row)):
            self.respondents.setdefault(_key_of(respondent), (row.line, digest))
        return Passed(row.line)

    def outcome(self, row: Row) -> Outcome:
        # Counted before anything else: the ordinal of a row may not hang on the filter.
        digest = self._counted(row)
        if self._filtered(row):
            return Filtered(row.line)
        problems = list(row.problems) if isinstance(row, Gathered) else []
        place, when = self._where_and_when(row, problems)
        values = self._values(row, problems)
        texts = self._texts(row, problems)
        key = self._key(row, digest, place, problems)
        if self.mending:
            key = self._mended(self.mending, row, key, problems)
        if not problems and not values and not self.spoken & texts.keys():
            problems.append(Problem("nothing_answered", self.file, row.line))
        if problems or place is None or when is None:
            return Rejected(row.line, tuple(problems))
        return Accepted(row.line, key, place, when, values, texts, _lines(row)[1:])

    def _filtered(self, row: Row) -> bool:
        return any(tidy(row.cells[place]) != value for place, value in self.where)

    def _counted(self, row: Row) -> bytes:
        """What the row says, counted where it may become an answer of its own."""
        digest = self._digest(row)
        if self.mending is None or self.mending.is_new(row.line):
            self.equal_rows[digest] += 1
        return digest

    def _mended(self, mending: Mending, row: Row, key: str, problems: list[Problem]) -> str:
        """The key of a row of the original: if it is in already, the key it has there."""
        for line in _lines(row):
            first = mending.first.get(mending.lines.get(line, 0))
            if first is None:
                problems.append(Problem("line_unknown", self.file, line, mending.column))
            elif first != line:
                told = Problem("mended_twice", self.file, line, mending.column)
                problems.append(replace(told, params={"first": first}))
        known = {mending.key(line) for line in _lines(row)} - {""}
        if any(not says_the_same(key, other) for other in known):
            problems.append(Problem("mended_otherwise", self.file, row.line))
        return min(known, default=mending.counted_on(key))

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
            when = self._moment(row, place.time_zone if place else "UTC")
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

    def _moment(self, row: Row, zone: str) -> datetime:
        found = self.dates[self._cell(row, ColumnKind.TIME)]
        if isinstance(found, Wrong):
            raise found
        if found is None:
            if not self.map.time:
                raise Wrong("time_missing")
            found = moment(self.map.time, zone)
        elif found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone))
        if found > self.latest:
            raise Wrong("time_in_future")
        return found

    def _values(self, row: Row, problems: list[Problem]) -> dict[tuple[str, int], int]:
        values: dict[tuple[str, int], int] = {}
        for place, column, meaning in self.values:
            found = meaning[row.cells[place]]
            if isinstance(found, Wrong):
                problems.append(self._wrong_value(found, row, column))
            else:
                values.update(found)
        for item, options in self.ticked.items():
            # One box ticked, or said not to be: then the blank ones are not.
            if any((item, option) in values for option in range(options)):
                values = {(item, option): 0 for option in range(options)} | values
        return values

    def _wrong_value(self, wrong: Wrong, row: Row, column: Column) -> Problem:
        code = "not_points" if column.kind is ColumnKind.WEIGHT else wrong.code
        if column.kind not in (*SCALED, ColumnKind.WEIGHT):
            return self._problem(code, row, column.name)
        scale = self.map.scale_of(column)
        return self._problem(code, row, column.name, low=scale.low, high=scale.high)

    def _texts(self, row: Row, problems: list[Problem]) -> dict[str, str]:
        texts = {}
        for place, column, missing in self.texts:
            cell = row.cells[place].strip()
            if "\0" in cell:
                problems.append(self._problem("nul_character", row, column.name))
            elif cell and tidy(cell) not in missing:
                texts[column.item] = cell
        return texts

    def _respondent(self, row: Row) -> str:
        respondent = self._cell(row, ColumnKind.RESPONDENT)
        if not respondent or not self.map.long:
            return respondent
        # In a long file one person may answer about several units, or several times.
        about = (self._cell(row, kind) for kind in (ColumnKind.UNIT, ColumnKind.TIME))
        return json.dumps([respondent, *about])

    def _key(
        self,
        row: Row,
        digest: bytes,
        place: Place | None,
        problems: list[Problem],
    ) -> str:
        respondent = self._respondent(row)
        if not respondent and self.map.long:
            column = self.single[ColumnKind.RESPONDENT]
            problems.append(self._problem("respondent_missing", row, column))
        if not respondent:
            # With the unit itself: two cities may both have a "central hall".
            here = hashlib.sha256(digest + str(place and place.pk).encode()).hexdigest()
            return f"row:{here}:{self.equal_rows[digest]}"
        key = _key_of(respondent)
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


def _key_of(respondent: str) -> str:
    """A number of a person, perhaps a telephone number, is not kept in the open."""
    return f"id:{hashlib.sha256(respondent.encode()).hexdigest()}"


def _day(said: str) -> date | None:
    """The day that somebody gave for rows without one."""
    with suppress(Wrong):
        return moment(said, "UTC").date()
    return None
