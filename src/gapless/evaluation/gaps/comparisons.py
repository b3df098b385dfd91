"""What a comparison is made of, read: both sides of every row, and the units below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.conf import settings

from gapless.analytics.answers import Layout
from gapless.analytics.periods import Period
from gapless.analytics.summaries import Measure
from gapless.people.org.models import Unit
from gapless.people.org.rules import Viewer

from .comparable import compared_units
from .compare import Side, rest_of
from .selection import Selection
from .tables import Table, periods_table, units_table


class Overlap(StrEnum):
    """Which side is the rest of a unit, because the other one lies within it."""

    NONE = "none"
    THIS = "this"
    OTHER = "other"


@dataclass(frozen=True)
class Sides:
    """Both sides of every measure; ``pairs`` are those of the units below, if any."""

    layout: Layout
    measures: tuple[Measure, ...]
    rows: tuple[tuple[Side, Side], ...]
    overlap: Overlap = Overlap.NONE
    pairs: tuple[tuple[tuple[Side, Side], ...], ...] = ()

    def at(self, measure: Measure) -> tuple[Measure, Side, Side]:
        return (measure, *self.rows[self.measures.index(measure)])

    def pairs_at(self, measure: Measure) -> tuple[tuple[Side, Side], ...]:
        return self.pairs[self.measures.index(measure)]


def sides_of_units(viewer: Viewer, selection: Selection, other: Unit) -> Sides:
    """Two units in the period of the selection; of one within the other, the rest of it."""
    table = units_table(viewer, selection, [selection.unit, other])
    places = range(len(table.measures))
    rows = [(_side(table, 0, place), _side(table, 1, place)) for place in places]
    limit = int(settings.DISPLAY_THRESHOLD)
    this_path, other_path = selection.unit.path, other.path
    if this_path == other_path:
        return Sides(table.layout, table.measures, tuple(rows))
    if this_path.startswith(other_path):
        rest = [(this, rest_of(whole, this, threshold=limit)) for this, whole in rows]
        return Sides(table.layout, table.measures, tuple(rest), Overlap.OTHER)
    if other_path.startswith(this_path):
        rest = [(rest_of(whole, part, threshold=limit), part) for whole, part in rows]
        return Sides(table.layout, table.measures, tuple(rest), Overlap.THIS)
    return Sides(table.layout, table.measures, tuple(rows))


def sides_of_periods(
    viewer: Viewer, selection: Selection, other: Period, *, paired: bool
) -> Sides:
    """One unit in two periods; where asked, with every lowest unit below it in both."""
    periods = [selection.period, other]
    table = periods_table(viewer, selection, periods)
    places = range(len(table.measures))
    rows = tuple((_side(table, 0, place), _side(table, 1, place)) for place in places)
    if not paired:
        return Sides(table.layout, table.measures, rows)
    below = compared_units(viewer, selection.unit, lowest=True)
    tables = [
        units_table(viewer, replace(selection, period=period), below) for period in periods
    ]
    pairs = tuple(_pairs(tables, place, len(below)) for place in places)
    return Sides(table.layout, table.measures, rows, pairs=pairs)


def _pairs(
    tables: Sequence[Table], place: int, units: int
) -> tuple[tuple[Side, Side], ...]:
    now, then = tables
    return tuple((_side(now, row, place), _side(then, row, place)) for row in range(units))


def _side(table: Table, row: int, place: int) -> Side:
    return Side(table.sums_at(row, place), hidden=bool(table.hidden[row, place]))
