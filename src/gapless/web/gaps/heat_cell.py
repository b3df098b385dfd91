"""One cell of the heat map: why its number is not the mean of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gapless.analytics.summaries import Measure
from gapless.evaluation.gaps.heatmap import Column, Floats, Ranking, Standing, ranking_of
from gapless.web.pictures_heat import Shrunk
from gapless.web.templatetags.numbers import interval

from . import heat_words, measures
from .heat_rows import Drawing, factor_of, written

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

# By which sign and colour of a gap's states a standing is shown.
SIGNS = {
    Standing.BELOW: "short",
    Standing.ABOVE: "over",
    Standing.SAME: "even",
    Standing.UNSURE: "unsure",
    Standing.HIDDEN: "hidden",
    Standing.NONE: "none",
}


@dataclass(frozen=True)
class CellEvidence:
    """How one unit stands in one column."""

    drawing: Drawing
    measure: Measure
    column: Column
    at: int

    @property
    def unit(self) -> Unit:
        return self.drawing.heat.units[self.at]

    @property
    def name(self) -> str:
        return self.drawing.name(self.measure)

    @property
    def standing(self) -> Standing:
        return self.column.standings[self.at]

    @property
    def sign(self) -> str:
        return SIGNS[self.standing]

    @property
    def shown(self) -> bool:
        return bool(self.column.shown[self.at])

    @property
    def n(self) -> int:
        return int(self.column.n[self.at])

    @property
    def estimate(self) -> str:
        return written(self.measure, self.column.estimate[self.at])

    @property
    def raw(self) -> str:
        return written(self.measure, self.column.raw[self.at])

    @property
    def reference(self) -> str:
        return written(self.measure, self.column.reference)

    @property
    def interval(self) -> str:
        low, high = self._points(self.column.low), self._points(self.column.high)
        return interval(low, high, measures.decimals(self.measure))

    @property
    def apart(self) -> str:
        distance = float(self.column.distance[self.at]) * factor_of(self.measure)
        return heat_words.apart(self.standing, distance, self.drawing.against)

    @property
    def picture(self) -> Shrunk | None:
        """Only where the estimate was drawn somewhere."""
        column = self.column
        if not self.shown or column.shrunken is None:
            return None
        return Shrunk(
            raw=self._points(column.raw),
            estimate=self._points(column.estimate),
            low=self._points(column.low),
            high=self._points(column.high),
            reference=float(column.reference) * factor_of(self.measure),
        )

    @property
    def moved(self) -> str:
        return heat_words.moved(self.column, self.at, factor_of(self.measure))

    @property
    def ranking(self) -> Ranking | None:
        """Of the units in this column, where they may be ranked at all."""
        return ranking_of(self.column) if self.shown else None

    @property
    def rank_words(self) -> tuple[str, ...]:
        ranking = self.ranking
        if ranking is None:
            unranked = heat_words.unranked(self.column)
            return (unranked,) if unranked else ()
        return heat_words.rank(ranking, self.at), heat_words.chance(ranking, self.at)

    @property
    def needed(self) -> str:
        """What would settle it, where nothing can be told yet."""
        if self.standing is not Standing.UNSURE or self.column.shrunken is None:
            return ""
        return heat_words.needed(self.column.answers_needed(self.at))

    def _points(self, values: Floats) -> float:
        return float(values[self.at]) * factor_of(self.measure)


def cell_in(drawing: Drawing, row: str, target: str) -> CellEvidence | None:
    """The cell of a unit and a column; None where the map has no such cell."""
    heat = drawing.heat
    rows = [at for at, unit in enumerate(heat.units) if str(unit.pk) == row]
    columns = [at for at, each in enumerate(heat.measures) if each.target == target]
    if not rows or not columns:
        return None
    measure, column = heat.measures[columns[0]], heat.columns[columns[0]]
    return CellEvidence(drawing, measure, column, rows[0])
