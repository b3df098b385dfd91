"""Many units or many periods beside each other: sums, and what of them may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from gapless.analytics.answers import Layout
from gapless.analytics.cells import Vector
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import Grain, Period, periods_of
from gapless.analytics.summaries import Measure, measures
from gapless.core.evidence.choices import Source
from gapless.core.evidence.queries import Heads, heads_of_units, one_snapshot, years_of
from gapless.core.evidence.rules import Stratum
from gapless.people.org.models import Unit
from gapless.people.org.rules import Policy, Viewer, ancestors
from gapless_stats.moments import Sums

from .counting import counting_for
from .publishing import Mask, Tree, series_of, withheld_in
from .selection import Counting, Part, Selection


class NotTheirs(Exception):
    """The numbers of this unit are not for this person."""


@dataclass(frozen=True)
class Table:
    """Rows of measures. What is ``hidden`` is zero in ``sums`` too."""

    layout: Layout
    answers: NDArray[np.int64]  # (rows,): on how many each row rests; −1 where hidden
    sums: Vector  # (rows, measures, 3): n, Σ, Σ²
    hidden: Mask  # (rows, measures)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        return measures(self.layout)

    def place(self, target: str, kind: str) -> int:
        """The place of a measure. :raises LookupError: when the form has none such."""
        for place, measure in enumerate(self.measures):
            if (measure.target, measure.kind.value) == (target, kind):
                return place
        raise LookupError(f"{kind} of {target}")

    def measuring(self, target: str) -> int | None:
        """The place of what is said first about a target: its gap, else what was found."""
        places = [i for i, m in enumerate(self.measures) if m.target == target]
        return min(places, default=None)

    def sums_at(self, row: int, place: int) -> Sums:
        n, total, squares = (int(each) for each in self.sums[row, place])
        return Sums(n, total, squares, self.measures[place].scale)


@dataclass(frozen=True)
class UnitsTable(Table):
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class PeriodsTable(Table):
    periods: tuple[Period, ...]


def units_table(viewer: Viewer, selection: Selection, units: Sequence[Unit]) -> UnitsTable:
    """
    Some units below (or at) the unit of the selection, each with all below it.

    :raises NotTheirs: when the numbers of one of them are not the viewer's.
    """
    if not all(viewer.holds_at(Policy.SEE_NUMBERS, unit.path) for unit in units):
        raise NotTheirs(selection.unit)
    reading = _Reading(selection)
    with one_snapshot():
        sums, answers = reading.sums_of(units, [selection.period])
        hidden = reading.withheld(units, [selection.period])[:, 0]
    return UnitsTable(reading.layout, *_shown(sums, answers, hidden), tuple(units))


def periods_table(
    viewer: Viewer, selection: Selection, periods: Sequence[Period]
) -> PeriodsTable:
    """
    The unit of the selection in some periods, whatever its own period is.

    :raises NotTheirs: when the numbers of the unit are not the viewer's.
    """
    if not viewer.holds_at(Policy.SEE_NUMBERS, selection.unit.path):
        raise NotTheirs(selection.unit)
    reading = _Reading(selection)
    with one_snapshot():
        sums, answers = reading.sums_of([selection.unit], periods)
        hidden = reading.withheld([selection.unit], periods)[0]
    return PeriodsTable(reading.layout, *_shown(sums, answers, hidden), tuple(periods))


def withheld_at(selection: Selection) -> Mask:
    """What is withheld of the selection itself: the answers, then its measures."""
    reading = _Reading(selection)
    with one_snapshot():
        found: Mask = reading.withheld([selection.unit], [selection.period])[0, 0]
    return found


def _shown(
    sums: Vector, answers: NDArray[np.int64], hidden: Mask
) -> tuple[NDArray[np.int64], Vector, Mask]:
    whole, single = hidden[:, 0], hidden[:, 1:]
    return np.where(whole, -1, answers), np.where(single[:, :, None], 0, sums), single


class _Reading:
    """The heads of every version that counts, as measures of the chosen one."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.counting = counting_for(selection)
        self.layout = self.counting[0].layout
        self.measured = len(measures(self.layout))
        self._parts: dict[Part, int] = {}

    def sums_of(
        self, units: Sequence[Unit], periods: Sequence[Period]
    ) -> tuple[Vector, NDArray[np.int64]]:
        """The measures and the answers: the units of the first period, then the next."""
        found = _Added(len(periods) * len(units), self.measured)
        for each in self.counting:
            head = schema_of(each.layout).head
            heads = heads_of_units(Source.SURVEY, each.version.pk, units, periods, head)
            found.add(self, each, heads)
        return found.sums, found.answers

    def measures_of(self, each: Counting, heads: Heads) -> Vector:
        """(n, measures, 3): what heads say of the measures of the chosen version."""
        measured = len(measures(each.layout))  # no head says how many
        theirs = heads.values[:, 1:].reshape(len(heads.values), 3, measured)
        theirs = theirs.transpose(0, 2, 1)
        if each.shared is None:
            return theirs
        places = each.measures_in(self.layout)
        return np.where((places >= 0)[None, :, None], theirs[:, places], 0)

    def counts_of(self, each: Counting, heads: Heads) -> NDArray[np.int64]:
        """(n, 1 + measures): how many answers there are, and behind each measure."""
        if each.shared is None:
            return heads.values
        places = each.measures_in(self.layout)
        mine = np.where(places >= 0, heads.values[:, 1 + places], 0)
        return np.concatenate((heads.values[:, :1], mine), axis=1)

    # --- Withholding ------------------------------------------------------------------

    def withheld(self, units: Sequence[Unit], periods: Sequence[Period]) -> Mask:
        """(units, periods, 1 + measures): the answers, then each measure."""
        nodes, tree = _around(units)
        place = {node.pk: index for index, node in enumerate(nodes)}
        rows = [place[unit.pk] for unit in units]
        years = self._years()
        known: dict[tuple[Period, ...], Mask] = {}
        found = np.zeros((len(units), len(periods), 1 + self.measured), np.bool_)
        for column, period in enumerate(periods):
            hidden = np.zeros((len(nodes), 1 + self.measured), np.bool_)
            for series in series_of(period, years):
                if series not in known:
                    known[series] = self._withheld_in(nodes, tree, series, hidden)
                hidden = known[series]
            found[:, column] = hidden[rows]
        # Without its answers no number of a row is shown.
        return found | found[:, :, :1]

    def _withheld_in(
        self,
        nodes: Sequence[Unit],
        tree: Tree,
        series: Sequence[Period],
        already: Mask,
    ) -> Mask:
        return withheld_in(
            tree,
            self._counts(nodes, series),
            threshold=int(settings.DISPLAY_THRESHOLD),
            already=already,
        )

    def _counts(self, nodes: Sequence[Unit], series: Sequence[Period]) -> NDArray[np.int64]:
        """(units, periods, parts, 1 + measures)."""
        pieces = []
        for each in self.counting_or_all:
            # Counts come first in a head; the sums behind them are not read.
            front = 1 + len(measures(each.layout))
            heads = heads_of_units(Source.SURVEY, each.version.pk, nodes, series, front)
            known = {s: self._part(s, each.version.pk) for s in set(heads.strata)}
            part = np.array([known[s] for s in heads.strata], np.intp)
            pieces.append((heads.rows, part, self.counts_of(each, heads)))
        parts = max(len(self._parts), 1)
        found = np.zeros((len(series) * len(nodes) * parts, 1 + self.measured), np.int64)
        for rows, part, counts in pieces:
            _add_to(found, rows * parts + part, counts)
        shape = (len(series), len(nodes), parts, 1 + self.measured)
        return found.reshape(shape).swapaxes(0, 1)

    def _part(self, stratum: str, version_id: int) -> int:
        """The number of the part that answers are in."""
        part = self.selection.part_of(Stratum.parse(stratum), version_id)
        return self._parts.setdefault(part, len(self._parts))

    @cached_property
    def counting_or_all(self) -> tuple[Counting, ...]:
        """A version that stands alone is told apart from those it would count with."""
        alone = self.selection.alone
        return counting_for(self.selection, alone=False) if alone else self.counting

    def _years(self) -> list[Period]:
        versions = [each.version.pk for each in self.counting_or_all]
        return periods_of(years_of(Source.SURVEY, versions), Grain.YEAR)


class _Added:
    def __init__(self, rows: int, measured: int) -> None:
        self.sums = np.zeros((rows, measured, 3), np.int64)
        self.answers = np.zeros(rows, np.int64)

    def add(self, reading: _Reading, each: Counting, heads: Heads) -> None:
        takes = {s: reading.selection.takes(Stratum.parse(s)) for s in set(heads.strata)}
        chosen = np.array([takes[s] for s in heads.strata], np.bool_)
        rows = heads.rows[chosen]
        _add_to(self.sums, rows, reading.measures_of(each, heads)[chosen])
        _add_to(self.answers, rows, heads.values[chosen, 0])


def _add_to(sums: Vector, rows: NDArray[np.intp], values: Vector) -> None:
    """Add values to the rows they belong to, of which some come several times."""
    if len(rows):
        order = np.argsort(rows, kind="stable")
        present, starts = np.unique(rows[order], return_index=True)
        sums[present] += np.add.reduceat(values[order], starts, axis=0)


def _around(units: Sequence[Unit]) -> tuple[list[Unit], Tree]:
    """The units, all above them, and beside each of these all its siblings."""
    wanted = {path for unit in units for path in (*ancestors(unit.path), unit.path)}
    lines = {_above(path) for path in wanted}
    deepest = max((unit.depth for unit in units), default=1)
    known = Unit.objects.filter(depth__lte=deepest).only("path", "depth")
    nodes = [unit for unit in known if _above(unit.path) in lines]
    nodes.sort(key=lambda unit: (unit.depth, unit.path))
    place = {unit.path: index for index, unit in enumerate(nodes)}
    return nodes, Tree(tuple(place.get(_above(unit.path), -1) for unit in nodes))


def _above(path: str) -> str:
    """The path of the unit above, empty for the highest."""
    return next(iter(ancestors(path)[-1:]), "")
