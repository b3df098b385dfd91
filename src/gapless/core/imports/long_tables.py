"""
Files with a row for each answered item, as tables with a row for each answer. Pure.

Rows belong together that name the same respondent, unit and time. Where they stand
together in the file, one answer is held at a time; otherwise all of them are, so that
such a file may only be so long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, islice

from .cells import tidy
from .choices import ColumnKind
from .mapping import ABOUT_THE_ROW, FileMap, Long
from .tables import Problem, Row, Table, UnreadableFile

MOST_ITEMS = 500
"""How many different items a long file may name, before it is taken to name none."""

MOST_SCATTERED = 1_000_000
"""How many rows are held at once where those of one answer do not stand together."""


class Gathered(Row):
    """The rows that tell one answer, as one row; ``line`` is the first one's."""

    others: tuple[int, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def of(
        cls, lines: Sequence[int], cells: Sequence[str], problems: Sequence[Problem]
    ) -> Gathered:
        row = cls(lines[0], tuple(cells))
        row.others, row.problems = tuple(lines[1:]), tuple(problems)
        return row


def item_names(table: Table, long: Long, *, rows: int) -> tuple[str, ...]:
    """The items that the first rows name, in the order in which they come up."""
    place = table.header.index(long.item)
    names: dict[str, None] = {}
    for line in islice(table.lines, rows):
        if isinstance(line, Row) and (name := line.cells[place].strip()):
            names[name] = None
            if len(names) > MOST_ITEMS:
                return ()
    return tuple(names)


def wide_header(table: Table, long: Long, items: Sequence[str]) -> tuple[str, ...]:
    """The columns of the table with a row for each answer."""
    kept = [name for name in table.header if name not in (long.item, long.value)]
    return (*kept, *(name for name in items if name not in table.header))


def widened(table: Table, file_map: FileMap) -> Table:
    """The table as its map understands it: of a long file, a row for each answer."""
    if file_map.long is None:
        return table
    header = tuple(column.name for column in file_map.columns)
    about = tuple(c.name for c in file_map.of(*ABOUT_THE_ROW) if c.name in table.header)
    used = {c.name for c in file_map.columns if c.kind is not ColumnKind.IGNORE}
    return replace(
        table,
        header=header,
        lines=_Answers(table, file_map.long, header, about, frozenset(used)),
    )


# Without slots, so that what was found out about the file is kept.
@dataclass(frozen=True)
class _Answers:
    table: Table
    long: Long
    header: tuple[str, ...]
    about: tuple[str, ...]
    used: frozenset[str]

    def __iter__(self) -> Iterator[Gathered | Problem]:
        return self._together() if self.sorted else self._scattered()

    @cached_property
    def places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.table.header)}

    @cached_property
    def items(self) -> dict[str, int]:
        """Where in the wide row the answer to each item goes."""
        return {
            name: place for place, name in enumerate(self.header) if name not in self.places
        }

    @cached_property
    def kept(self) -> list[tuple[int, int, str]]:
        """Which column of the file goes where in the wide row."""
        return [
            (self.places[name], place, name)
            for place, name in enumerate(self.header)
            if name in self.places
        ]

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(tidy(row.cells[self.places[name]]) for name in self.about)

    @cached_property
    def sorted(self) -> bool:
        """Whether the rows of each answer stand together; reads the file once."""
        seen: set[int] = set()
        last: tuple[str, ...] | None = None
        for line in self.table.lines:
            if isinstance(line, Problem) or (key := self._key(line)) == last:
                continue
            if (mark := hash(key)) in seen:
                return False
            seen.add(mark)
            last = key
        return True

    def _together(self) -> Iterator[Gathered | Problem]:
        def key(line: Row | Problem) -> tuple[str, ...] | None:
            return None if isinstance(line, Problem) else self._key(line)

        rows: list[Row] = []
        for found, lines in groupby(self.table.lines, key=key):
            if found is None:
                # A row that cannot be read does not part the answer around it.
                yield from (line for line in lines if isinstance(line, Problem))
                continue
            some = [line for line in lines if isinstance(line, Row)]
            if rows and self._key(rows[0]) != found:
                yield self._gathered(rows)
                rows = []
            rows += some
        if rows:
            yield self._gathered(rows)

    def _scattered(self) -> Iterator[Gathered | Problem]:
        groups: dict[tuple[str, ...], list[Row]] = {}
        for count, line in enumerate(self.table.lines):
            if count == MOST_SCATTERED:
                params = {"limit": MOST_SCATTERED}
                raise UnreadableFile(
                    Problem("rows_scattered", self.table.name, params=params)
                )
            if isinstance(line, Problem):
                yield line
            else:
                groups.setdefault(self._key(line), []).append(line)
        for rows in groups.values():
            yield self._gathered(rows)

    def _gathered(self, rows: Sequence[Row]) -> Gathered:
        cells = [""] * len(self.header)
        problems: list[Problem] = []
        for row in rows:
            for source, place, name in self.kept:
                said = row.cells[source]
                if name in self.used and _contradicts(cells[place], said):
                    problems.append(self._problem("rows_disagree", row, name, said))
                cells[place] = cells[place] or said.strip()
            self._answer(row, cells, problems)
        return Gathered.of([row.line for row in rows], cells, problems)

    def _answer(self, row: Row, cells: list[str], problems: list[Problem]) -> None:
        item = row.cells[self.places[self.long.item]].strip()
        said = row.cells[self.places[self.long.value]]
        place = self.items.get(item)
        if place is None:
            problems.append(self._problem("item_unknown", row, self.long.item, item))
        elif _contradicts(cells[place], said):
            problems.append(self._problem("item_answered_twice", row, item, said))
        else:
            cells[place] = cells[place] or said.strip()

    def _problem(self, code: str, row: Row, column: str, cell: str) -> Problem:
        params = {"cell": cell[:80].replace("\0", "\ufffd")}
        return Problem(code, self.table.name, row.line, column, params)


def _contradicts(known: str, said: str) -> bool:
    return bool(known and said.strip()) and tidy(known) != tidy(said)
