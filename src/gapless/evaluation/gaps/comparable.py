"""The units of a heat map, read: who is compared, in what, and how each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gapless.analytics.summaries import Measure, MeasureKind
from gapless.people.org.models import Unit
from gapless.people.org.queries import units_for, visible_units
from gapless.people.org.rules import STEP, Policy, Viewer

from .heatmap import Column, Ranking, column_of, ranking_of
from .selection import Selection
from .tables import UnitsTable, units_table


@dataclass(frozen=True)
class HeatMap:
    """Units by measures: published, shrunken. The first column is the overall one."""

    units: Sequence[Unit]
    measures: tuple[Measure, ...]
    columns: tuple[Column, ...]
    both_columns: bool  # whether there are dimensions and items to choose from

    @cached_property
    def lead(self) -> Column:
        return self.columns[0]

    @cached_property
    def ranking(self) -> Ranking | None:
        return ranking_of(self.lead)


def compared_units(viewer: Viewer, unit: Unit, *, lowest: bool) -> list[Unit]:
    """The units below one: its halls, or whatever hangs directly from it."""
    below = units_for(viewer, Policy.SEE_NUMBERS).within([unit.path]).exclude(pk=unit.pk)
    below = below.filter(numchild=0) if lowest else below.filter(depth=unit.depth + 1)
    return list(below)


def units_above(viewer: Viewer, units: Sequence[Unit]) -> dict[str, Unit]:
    """By path the units that these hang from, as far as the viewer sees."""
    paths = {unit.path[:-STEP] for unit in units}
    return {unit.path: unit for unit in visible_units(viewer).filter(path__in=paths)}


def upper_of(viewer: Viewer, unit: Unit) -> Unit | None:
    """The unit that this one hangs from, where its numbers are the viewer's too."""
    above = unit.path[:-STEP]
    found: Unit | None = units_for(viewer, Policy.SEE_NUMBERS).filter(path=above).first()
    return found


def heat_map(
    viewer: Viewer,
    selection: Selection,
    units: Sequence[Unit],
    *,
    items: bool = False,
    against: float | None = None,
) -> HeatMap | None:
    """
    How the units stand in each dimension; in each item where asked, or where the form has
    no dimensions. None where the form measures nothing that units could differ in.

    :param against: what they are held against; None: their own mean.
    """
    table = units_table(viewer, selection, units)
    return heat_map_in(table, len(units), items=items, against=against)


def heat_map_in(
    table: UnitsTable, count: int, *, items: bool = False, against: float | None = None
) -> HeatMap | None:
    """The same of the first ``count`` units of a table."""
    places = columns_in(table.measures, items=items)
    if not places:
        return None
    return HeatMap(
        table.units[:count],
        tuple(table.measures[place] for place in places),
        tuple(_column(table, place, count, against) for place in places),
        both_columns=columns_in(table.measures, items=not items) != places,
    )


def columns_in(measures: Sequence[Measure], *, items: bool) -> list[int]:
    """The measures that a heat map shows, as places: the overall one, then its parts."""
    gaps = [at for at, m in enumerate(measures) if m.kind is MeasureKind.GAP]
    offered = gaps or list(range(len(measures)))
    whole = _wholes(measures, offered)
    parts = [at for at in offered if measures[at].target.startswith("dimension:")]
    if items or not parts:
        parts = [at for at in offered if measures[at].item]
    return whole + parts


def _wholes(measures: Sequence[Measure], offered: list[int]) -> list[int]:
    """The overall composite, or where there are no dimensions that of all items."""
    for name in ("overall", "by_item"):
        found = [at for at in offered if measures[at].target == name]
        if found:
            return found[:1]
    return []


def _column(table: UnitsTable, place: int, count: int, against: float | None) -> Column:
    return column_of(
        table.sums[:count, place],
        table.hidden[:count, place],
        scale=table.measures[place].scale,
        against=against,
    )
