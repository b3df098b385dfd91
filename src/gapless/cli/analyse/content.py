"""What a report is made of, before it becomes a page or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from gapless_stats.intervals import Interval

Cell: TypeAlias = str | int | float | Interval | None


class Style(Enum):
    """How the numbers of a column are written; in a workbook they stay unrounded."""

    TEXT = "text"
    COUNT = "count"
    POINTS = "points"
    SIGNED = "signed"
    FINE = "fine"
    """Loadings, coefficients and indices: three decimals."""
    SHARE = "share"
    CHANCE = "chance"
    """A p value or another probability: never 0, never 1."""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    heading: str
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of raw values; what could not be computed is None."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def column(self, key: str) -> tuple[Cell, ...]:
        place = [each.key for each in self.columns].index(key)
        return tuple(row[place] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG and what it shows; ``narrow`` is drawn for a phone where one does not fit."""

    title: str
    svg: str
    narrow: str = ""


Block: TypeAlias = Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """
    A method or a few that belong together.

    ``lead`` says in sentences what was found, ``refusals`` what could not be computed and
    why; ``sources`` who published it. Without blocks the lead says what is missing.
    """

    key: str
    title: str
    lead: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    refusals: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def table(self, key: str) -> Table:
        return next(each for each in self.tables if each.key == key)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(each for each in self.blocks if isinstance(each, Table))


@dataclass(frozen=True, slots=True)
class Report:
    """``about`` are facts of the file: name and value."""

    title: str
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        return next(each for each in self.sections if each.key == key)


def columns(*each: tuple[str, str] | tuple[str, str, Style]) -> tuple[Column, ...]:
    """Columns from (key, heading) or (key, heading, style)."""
    return tuple(Column(*one) for one in each)


def rows(each: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in each)
