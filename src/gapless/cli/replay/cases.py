"""The cases of a file: when each began and was stopped, and when it waited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gapless.cli.gap import mapping
from gapless.cli.gap.cells import LISTED, LONGEST_SHOWN
from gapless.cli.gap.mapping import refusal
from gapless.core.clocks.deadlines import Span
from gapless.core.clocks.replaying import Past
from gapless.core.imports.cells import Wrong
from gapless.core.imports.dates import Dates
from gapless.core.imports.tables import Problem, Row, Table, UnreadableFile

SENTENCES: Mapping[str, str] = {
    **mapping.SENTENCES,
    "no_such_column": (
        "%(file)s has no column “%(column)s” for %(option)s; it has %(columns)s."
    ),
    "no_start": (
        "%(file)s line %(line)d, column “%(column)s” is empty; write when the case began,"
        " or remove the row."
    ),
    "time_unreadable": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is no date; write it such"
        " as 2026-03-09 10:00, or name it by --missing."
    ),
    "time_order_unsaid": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” can be read in two ways;"
        " say by --dates in which order the dates are."
    ),
    "time_day_alone": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is no date; write the"
        " year and the month too."
    ),
    "stop_before_start": (
        "%(file)s line %(line)d, column “%(column)s”: %(cell)s is before %(start)s,"
        " when the case began; correct one of the two."
    ),
    "pause_reversed": (
        "%(file)s line %(line)d, column “%(column)s”: the pause ends at %(cell)s, before it"
        " begins; correct one of the two."
    ),
    "no_cases": "%(file)s has no rows below its column names; export it again.",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that say when; pauses are pairs of from and until."""

    opened: str
    closed: str
    pauses: tuple[tuple[str, str], ...] = ()

    def options(self) -> Iterator[tuple[str, str]]:
        yield "--opened", self.opened
        yield "--closed", self.closed
        for pair in self.pauses:
            yield from (("--pause", name) for name in pair)


@dataclass(frozen=True, slots=True)
class Cases:
    past: tuple[Past, ...]
    latest: datetime  # the latest moment that the file knows


def read_cases(
    table: Table,
    columns: Columns,
    zone: ZoneInfo,
    *,
    order: str = "",
    missing: Sequence[str] = (),
) -> Cases:
    """
    Every row as a case.

    :raises Refused: with everything that is wrong, the first twenty in full.
    """
    _refuse_absent(table, columns)
    reader = _Reader(table, columns, zone, Dates(order, missing))
    try:
        for line in table.lines:
            if isinstance(line, Problem):
                reader.complain(line)
            else:
                reader.take(line)
    except UnreadableFile as error:
        for problem in error.problems:
            reader.complain(problem)
    if not reader.past and not reader.count:
        reader.complain(Problem("no_cases", table.name))
    if reader.count:
        more = reader.count - len(reader.troubles)
        raise refusal(reader.troubles, sentences=SENTENCES, more=more)
    return Cases(tuple(reader.past), reader.latest())


def _refuse_absent(table: Table, columns: Columns) -> None:
    names = ", ".join(table.header)
    problems = [
        Problem(
            "no_such_column",
            table.name,
            column=name,
            params={"option": option, "columns": names},
        )
        for option, name in columns.options()
        if name not in table.header
    ]
    if problems:
        raise refusal(problems, sentences=SENTENCES)


class _Flawed(Exception):
    """A row that cannot be used; its argument is the problem."""


@dataclass(slots=True)
class _Reader:
    table: Table
    columns: Columns
    zone: ZoneInfo
    dates: Dates
    past: list[Past] = field(default_factory=list)
    troubles: list[Problem] = field(default_factory=list)
    count: int = 0

    def complain(self, problem: Problem) -> None:
        self.count += 1
        if self.count <= LISTED:
            self.troubles.append(problem)

    def take(self, row: Row) -> None:
        try:
            past = self._past(row)
        except _Flawed as flawed:
            self.complain(flawed.args[0])
            return
        self.past.append(past)

    def latest(self) -> datetime:
        return max(stopped_at or started_at for started_at, stopped_at, _ in self.past)

    def _past(self, row: Row) -> Past:
        opened, closed = self.columns.opened, self.columns.closed
        started_at, stopped_at = self._moment(row, opened), self._moment(row, closed)
        if started_at is None:
            raise self._flaw("no_start", row, opened)
        if stopped_at is not None and stopped_at < started_at:
            start = self._cell(row, opened)
            raise self._flaw("stop_before_start", row, closed, start=start)
        spans = []
        for first, until in self.columns.pauses:
            starts_at, ends_at = self._moment(row, first), self._moment(row, until)
            if starts_at is None:
                continue
            if ends_at is not None and ends_at < starts_at:
                raise self._flaw("pause_reversed", row, until)
            spans.append((starts_at, ends_at or datetime.max.replace(tzinfo=UTC)))
        return Past(started_at, stopped_at, apart(spans))

    def _moment(self, row: Row, column: str) -> datetime | None:
        found = self.dates[row.cells[self.table.header.index(column)]]
        if isinstance(found, Wrong):
            raise self._flaw(found.code, row, column)
        if found is None:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def _cell(self, row: Row, column: str) -> str:
        cell = row.cells[self.table.header.index(column)]
        return " ".join(cell.split())[:LONGEST_SHOWN]

    def _flaw(self, code: str, row: Row, column: str, **params: object) -> _Flawed:
        params["cell"] = self._cell(row, column)
        return _Flawed(Problem(code, self.table.name, row.line, column, params))


def apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same time, in order; what overlaps or touches is one."""
    found: list[Span] = []
    for starts_at, ends_at in sorted(spans):
        if found and starts_at <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends_at))
        else:
            found.append((starts_at, ends_at))
    return tuple(found)
