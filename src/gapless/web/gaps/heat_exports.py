"""The heat map as a file: every unit in every column, under the same publishing."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.core.files.exports import Cell
from gapless.evaluation.gaps.heatmap import Column
from gapless.people.org.rules import STEP

from . import heat_words
from .context import Context
from .heat_rows import Drawing, factor_of
from .pages import Table, file_name

if TYPE_CHECKING:
    from gapless.analytics.summaries import Measure
    from gapless.people.org.models import Unit


def table(context: Context, drawing: Drawing | None, above: dict[str, Unit]) -> Table:
    """Only a heading where there is nothing to compare."""
    header = (
        _("Above it"),
        _("Code"),
        _("Unit"),
        _("Level"),
        _("Name"),
        _("n"),
        _("Raw mean"),
        _("Estimate"),
        _("Interval from"),
        _("Interval to"),
        _("Reliability"),
        _("Held against"),
        _("Rank from"),
        _("Rank to"),
        _("Ranked units"),
        _("State"),
    )
    name = file_name(context, "heat-map", context.period)
    return Table(name, header, _rows(drawing, above) if drawing else ())


def _rows(drawing: Drawing, above: dict[str, Unit]) -> Iterator[tuple[Cell, ...]]:
    heat = drawing.heat
    names = [drawing.name(measure) for measure in heat.measures]
    for at, unit in enumerate(heat.units):
        upper = above.get(unit.path[:-STEP])
        who = (upper.name if upper else "", unit.code, unit.name)
        for place, (measure, column) in enumerate(
            zip(heat.measures, heat.columns, strict=True)
        ):
            numbers = _numbers(measure, column, at)
            ranked = _ranked(drawing, at) if place == 0 else (None, None, None)
            state = heat_words.standing(column.standings[at], float(column.distance[at]))
            yield (*who, measure.target, names[place], *numbers, *ranked, state)


def _numbers(measure: Measure, column: Column, at: int) -> tuple[Cell, ...]:
    factor = factor_of(measure)
    sides = (column.raw, column.estimate, column.low, column.high)
    return (
        int(column.n[at]) if column.shown[at] else None,
        *(_number(float(side[at]) * factor) for side in sides),
        _number(float(column.reliability[at])),
        _number(float(column.reference) * factor),
    )


def _ranked(drawing: Drawing, at: int) -> tuple[Cell, ...]:
    ranking = drawing.heat.ranking
    if ranking is None or not drawing.heat.lead.shown[at]:
        return None, None, None
    return int(ranking.low[at]), int(ranking.high[at]), ranking.of


def _number(value: float) -> float | None:
    return None if isnan(value) else value
