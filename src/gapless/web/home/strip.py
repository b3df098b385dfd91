"""The strip: how every hall stands beside the others, one small cell each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.urls import reverse

from gapless.evaluation.gaps.comparable import HeatMap, heat_map_in, units_above
from gapless.evaluation.gaps.heatmap import Standing
from gapless.evaluation.gaps.tables import UnitsTable
from gapless.people.org.rules import STEP, Viewer
from gapless.web.gaps import heat_words, measures
from gapless.web.gaps.heat_rows import Cell, Drawing

if TYPE_CHECKING:
    from gapless.people.org.models import Unit
    from gapless.web.gaps.context import Context

CELLS = 60  # more of them than this say nothing at a glance


@dataclass(frozen=True, slots=True)
class Group:
    above: str
    cells: tuple[tuple[Unit, Cell], ...]


@dataclass(frozen=True, slots=True)
class Strip:
    verdict: str
    rest: list[str]
    groups: tuple[Group, ...]
    more: int
    cells: str  # the address of a cell's evidence, but for its unit
    heat_map: str


def strip_of(
    viewer: Viewer, context: Context, table: UnitsTable, count: int
) -> Strip | None:
    """
    Of the first ``count`` units of a table. None where nothing can be compared: of one
    unit alone, or where none may be shown.
    """
    heat = heat_map_in(table, count) if count > 1 else None
    if heat is None or not heat.lead.comparable:
        return None
    drawing = Drawing(heat, measures.names_in(context.version), None)
    answered = [
        at for at, state in enumerate(heat.lead.standings) if state is not Standing.NONE
    ]
    return Strip(
        heat_words.verdict(heat.lead, None),
        heat_words.rest(heat.lead),
        tuple(_groups(viewer, drawing, answered)),
        max(len(answered) - CELLS, 0),
        f"{reverse('gaps:heatmap_cell')}?{context.query}&rows=lowest&against=mean",
        context.address("gaps:heatmap"),
    )


def _groups(viewer: Viewer, drawing: Drawing, answered: Sequence[int]) -> list[Group]:
    heat = drawing.heat
    if len(answered) > CELLS:
        shown = _most_telling(heat, answered)
        return [Group("", tuple(_cell(drawing, at) for at in shown))]
    above = units_above(viewer, [heat.units[at] for at in answered])
    found = []
    for path, places in groupby(answered, key=lambda at: heat.units[at].path[:-STEP]):
        name = above[path].name if path in above and len(above) > 1 else ""
        found.append(Group(name, tuple(_cell(drawing, at) for at in places)))
    return found


def _most_telling(heat: HeatMap, answered: Sequence[int]) -> list[int]:
    """Those that are told apart, the farthest first; then the rest as they come."""
    told = (Standing.BELOW, Standing.ABOVE)
    sure = [at for at in answered if heat.lead.standings[at] in told]
    sure.sort(key=lambda at: -abs(float(heat.lead.distance[at])))
    rest = [at for at in answered if heat.lead.standings[at] not in told]
    return [*sure, *rest][:CELLS]


def _cell(drawing: Drawing, at: int) -> tuple[Unit, Cell]:
    heat = drawing.heat
    unit = heat.units[at]
    return unit, drawing.cell(unit, heat.measures[0], heat.lead, at)
