"""What the first rows of a file hold, column by column, to recognise each by. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from .tables import Problem, Table

ROWS = 5_000
"""How many rows are looked at: enough to know a column, and quick for a page."""

SAMPLES = 5
LONGEST = 40
MANY = 1_000
"""Different cells are counted up to here."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One column: some different cells, how many different ones, how many are blank."""

    name: str
    samples: tuple[str, ...]
    different: int
    blank: int
    rows: int

    @property
    def many(self) -> bool:
        """Whether there are more different cells than were counted."""
        return self.different >= MANY

    @property
    def constant(self) -> bool:
        """Whether it says the same in every row, or nothing at all."""
        return self.different < 2 and (not self.different or not self.blank)


def profiles(table: Table, *, rows: int = ROWS) -> list[Profile]:
    """What each column holds in the first rows."""
    sound = (line.cells for line in table.lines if not isinstance(line, Problem))
    columns = list(zip(*islice(sound, rows), strict=True)) or [()] * len(table.header)
    return [_profile(*column) for column in zip(table.header, columns, strict=True)]


def _profile(name: str, cells: Iterable[str]) -> Profile:
    every = [cell.strip() for cell in cells]
    said = dict.fromkeys(cell for cell in every if cell)
    return Profile(
        name,
        samples=tuple(map(_short, islice(said, SAMPLES))),
        different=min(len(said), MANY),
        blank=every.count(""),
        rows=len(every),
    )


def first_rows(table: Table, rows: int) -> list[tuple[int, list[str]]]:
    """The first sound rows: the line of each, and its cells, shortened to be shown."""
    sound = (line for line in table.lines if not isinstance(line, Problem))
    return [(row.line, [_short(c) for c in row.cells]) for row in islice(sound, rows)]


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…"
