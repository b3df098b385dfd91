"""The heat map as a table: which units in which order, and what each cell says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gapless.analytics.summaries import Measure, MeasureKind
from gapless.evaluation.gaps.comparable import HeatMap
from gapless.evaluation.gaps.estimates import NET_POINTS
from gapless.evaluation.gaps.heatmap import Column, Floats, Standing, in_order
from gapless.people.org.rules import STEP
from gapless.web.pictures_heat import GLYPHS, RankBar, ground
from gapless.web.templatetags.numbers import count, interval

from . import heat_words, measures

if TYPE_CHECKING:
    from gapless.people.org.models import Unit


@dataclass(frozen=True, slots=True)
class Head:
    """One column: what it is about, and what units are held against in it."""

    target: str
    name: str
    short: str
    reference: str


@dataclass(frozen=True, slots=True)
class Cell:
    target: str
    ground: str
    glyph: str
    value: str
    raw: str
    words: str  # everything, in one sentence


@dataclass(frozen=True, slots=True)
class Row:
    unit: Unit
    n: str
    cells: tuple[Cell, ...]
    rank: RankBar | None
    rank_words: str
    reliability: float | None
    withheld: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Units that hang from the same one; ``above`` is None where rows are mixed."""

    above: Unit | None
    rows: tuple[Row, ...]
    units: int
    n: int


@dataclass(frozen=True)
class Drawing:
    """A heat map and the names of what it shows: makes cells of numbers."""

    heat: HeatMap
    names: dict[str, str]
    against: float | None

    def heads(self) -> tuple[Head, ...]:
        pairs = zip(self.heat.measures, self.heat.columns, strict=True)
        return tuple(self._head(measure, column) for measure, column in pairs)

    def row(self, at: int) -> Row:
        lead, ranking = self.heat.lead, self.heat.ranking
        unit, shown = self.heat.units[at], bool(lead.shown[at])
        ranked = ranking if ranking and shown else None
        trusted = shown and lead.shrunken is not None
        return Row(
            unit=unit,
            n=count(int(lead.n[at])) if shown else "",
            cells=tuple(
                self.cell(unit, measure, column, at)
                for measure, column in zip(
                    self.heat.measures, self.heat.columns, strict=True
                )
            ),
            rank=RankBar(int(ranked.low[at]), int(ranked.high[at]), ranked.of)
            if ranked
            else None,
            rank_words=heat_words.rank(ranked, at) if ranked else "",
            reliability=float(lead.reliability[at]) if trusted else None,
            withheld=lead.standings[at] is Standing.HIDDEN,
        )

    def cell(self, unit: Unit, measure: Measure, column: Column, at: int) -> Cell:
        state = column.standings[at]
        shown = bool(column.shown[at])
        distance = float(column.distance[at])
        return Cell(
            target=measure.target,
            ground=ground(state, distance),
            glyph=GLYPHS.get(state, ""),
            value=written(measure, column.estimate[at]) if shown else "",
            raw=written(measure, column.raw[at]) if shown else "",
            words=self._words(unit, measure, column, at),
        )

    def _words(self, unit: Unit, measure: Measure, column: Column, at: int) -> str:
        state, names = column.standings[at], {"unit": unit.name}
        names["what"] = self.name(measure)
        if state is Standing.NONE:
            return _("%(unit)s, %(what)s: no answers") % names
        if state is Standing.HIDDEN:
            return _("%(unit)s, %(what)s: withheld, so that nobody is recognised") % names
        factor = factor_of(measure)
        said = _("%(unit)s, %(what)s: %(standing)s, %(estimate)s %(interval)s") % {
            **names,
            "standing": heat_words.standing(state, float(column.distance[at])),
            "estimate": written(measure, column.estimate[at]),
            "interval": interval(
                float(column.low[at]) * factor,
                float(column.high[at]) * factor,
                measures.decimals(measure),
            ),
        }
        raw = _("raw mean %(raw)s, n %(n)s") % {
            "raw": written(measure, column.raw[at]),
            "n": count(int(column.n[at])),
        }
        lines = [said, raw]
        if state is Standing.UNSURE and column.shrunken:
            lines.append(heat_words.needed(column.answers_needed(at)))
        return "\n".join(lines)

    def name(self, measure: Measure) -> str:
        return measures.name_of(measure, self.names)

    def _head(self, measure: Measure, column: Column) -> Head:
        name = self.name(measure)
        whole = measure.target in ("overall", "by_item")
        short = _("Overall") if whole else measure.item or name
        told = not isnan(column.reference)
        reference = written(measure, column.reference) if told else ""
        return Head(measure.target, name, short, reference)


def factor_of(measure: Measure) -> int:
    """Recommendation is said in points from −100 to 100."""
    return NET_POINTS if measure.kind is MeasureKind.NET else 1


def written(measure: Measure, value: float) -> str:
    return measures.written(measure, float(value) * factor_of(measure))


# --- Order ----------------------------------------------------------------------------


def found_in(units: Sequence[Unit], asked: str) -> list[int]:
    """The places of the units with these words in their name or code."""
    folded = asked.casefold()
    return [
        at
        for at, unit in enumerate(units)
        if folded in unit.name.casefold() or folded in unit.code.casefold()
    ]


def ordered(heat: HeatMap, sort: str) -> list[int]:
    """Every place, in the order asked for; what is not shown stands last."""
    field, down = sort.removeprefix("-"), sort.startswith("-")
    if field == "name":
        return sorted(
            range(len(heat.units)), key=lambda at: heat.units[at].name, reverse=down
        )
    values = _sortable(heat).get(field)
    if values is None:
        return list(range(len(heat.units)))
    return in_order(values, down=down)


def _sortable(heat: HeatMap) -> dict[str, Floats]:
    """What the table can be sorted by, apart from names."""
    lead, ranking = heat.lead, heat.ranking
    pairs = zip(heat.measures, heat.columns, strict=True)
    found = {measure.target: column.estimate for measure, column in pairs}
    found |= {"n": lead.shown_n, "reliability": lead.reliability}
    return found | {"rank": ranking.expected} if ranking else found


def grouped(
    drawing: Drawing, places: Sequence[int], above: dict[str, Unit]
) -> Iterator[Group]:
    """The rows under what they hang from; without ``above`` one group of them all."""
    heat = drawing.heat
    if not above:
        yield Group(None, tuple(drawing.row(at) for at in places), len(places), 0)
        return
    sizes = _sizes(heat)
    for path, members in groupby(places, key=lambda at: heat.units[at].path[:-STEP]):
        rows = tuple(drawing.row(at) for at in members)
        yield Group(above.get(path), rows, *sizes[path])


def _sizes(heat: HeatMap) -> dict[str, tuple[int, int]]:
    """Of everything that units hang from, how many hang there and their shown answers."""
    sizes: dict[str, tuple[int, int]] = {}
    for at, unit in enumerate(heat.units):
        units, n = sizes.get(unit.path[:-STEP], (0, 0))
        own = int(heat.lead.n[at]) if heat.lead.shown[at] else 0
        sizes[unit.path[:-STEP]] = units + 1, n + own
    return sizes
