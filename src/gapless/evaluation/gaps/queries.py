"""Reads for the gap pages. Each starts with who is asking; units come from its reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray

from gapless.analytics.answers import Kind, Layout
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import Period
from gapless.analytics.summaries import measures
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.models import Cell
from gapless.core.evidence.queries import months_of, one_snapshot, strata_of
from gapless.core.evidence.rules import Stratum
from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.queries import layout_of, published_versions
from gapless.people.org.models import Unit
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, Viewer
from gapless_stats.intervals import Mean, mean_of_sums
from gapless_stats.weighting import WeightedMean, WeightedNetScore

from .counting import evidence_of
from .figures import BLANK, Figure, figures
from .report import GapReport, Target, report
from .rules import Change, change_between, may_leave_out, publish
from .selection import Selection
from .tables import NotTheirs, PeriodsTable, periods_table, withheld_at
from .weighted import weighted_at

TREND_LENGTH = 8  # periods, the chosen one included


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A gap, or what is measured in its place, in one period."""

    period: Period
    gap: Mean | None  # None: nobody answered, or fewer than may be shown


@dataclass(frozen=True)
class GapPage:
    """What one person sees of gap 5 as they chose it."""

    selection: Selection
    layout: Layout
    strata: dict[Stratum, Vector]  # of every answer, taken or not
    hidden: NDArray[np.bool_]  # the answers, then each measure

    @property
    def unit(self) -> Unit:
        return self.selection.unit

    @property
    def period(self) -> Period:
        return self.selection.period

    @property
    def version(self) -> FormVersion:
        return self.selection.version

    @property
    def with_flagged(self) -> bool:
        return self.selection.with_flagged

    @cached_property
    def threshold(self) -> int:
        return int(settings.DISPLAY_THRESHOLD)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.layout)

    @cached_property
    def withheld(self) -> bool:
        """Whether nothing of it may be shown."""
        return bool(self.hidden[0])

    @cached_property
    def hidden_targets(self) -> frozenset[str]:
        """What may not be shown although there are answers, as targets are written."""
        targets = (measure.target for measure in measures(self.layout))
        places = zip(targets, self.hidden[1:], strict=True)
        return frozenset(target for target, hidden in places if hidden)

    def may_show(self, target: Target, n: int) -> bool:
        """Whether a number about ``target`` that rests on n answers may be shown."""
        return not (self.withheld or 0 < n < self.threshold) and (
            str(target) not in self.hidden_targets
        )

    @cached_property
    def cell(self) -> Vector:
        """All answers taken, together. What is made of it passes by ``may_show``."""
        return self._sum(s for s in self.strata if self.selection.takes(s))

    def weighted(self, target: Target) -> WeightedMean | WeightedNetScore | None:
        """The weighted number beside a shown one; None where answers have no weights."""
        found = weighted_at(self.layout, self.schema, self.cell, target)
        return found if found and self.may_show(target, found.n) else None

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """What stands beside the rated items, as it may be shown."""
        found = figures(self.layout, self.schema, self.cell)
        return tuple(
            each if self.may_show(each.target, each.n) else replace(each, **BLANK)
            for each in found
        )

    @cached_property
    def report(self) -> GapReport:
        """As it may be shown."""
        return publish(
            report(self.layout, self.cell),
            threshold=self.threshold,
            hidden=self.hidden_targets,
            withheld=self.withheld,
        )

    @cached_property
    def without_flagged(self) -> GapReport | None:
        """
        The same without flagged answers, beside the report that has them. Withheld where
        it and the report together would give away fewer answers than may be shown.
        """
        if not self.can_leave_out_flagged:
            return None
        without = replace(self.selection, with_flagged=False)
        page = replace(self, selection=without, hidden=withheld_at(without))
        return None if page.withheld else page.report

    @cached_property
    def can_leave_out_flagged(self) -> bool:
        flagged = report(self.layout, self._sum(s for s in self.strata if s.flagged))
        return may_leave_out(flagged, threshold=self.threshold)

    @cached_property
    def answers(self) -> int:
        return self._counted(s for s in self.strata if self.selection.takes(s))

    @cached_property
    def flagged(self) -> int:
        return self._counted(s for s in self.strata if s.flagged)

    @cached_property
    def modes(self) -> dict[CollectionMode, int]:
        """How many answers each way of choosing people brought."""
        counted: dict[CollectionMode, int] = {}
        for stratum in self.strata:
            counted[stratum.mode] = counted.get(stratum.mode, 0) + self._counted([stratum])
        return counted

    def _counted(self, strata: Iterable[Stratum]) -> int:
        return sum(int(self.schema.block(self.strata[s], "answers")) for s in strata)

    def _sum(self, strata: Iterable[Stratum]) -> Vector:
        return sum((self.strata[s] for s in strata), self.schema.zero())


def versions_for(viewer: Viewer, *, unit: Unit | None = None) -> QuerySet[FormVersion]:
    """The form versions with evidence whose numbers this person may see, newest first."""
    units = units_for(viewer, Policy.SEE_NUMBERS)
    if unit:
        units = units.within([unit.path])
    cells = Cell.objects.filter(
        source=Source.SURVEY, version_id=OuterRef("pk"), unit__in=units.order_by()
    ).exclude(value=b"")
    return published_versions().filter(Exists(cells)).order_by("-published_at", "-pk")


def months_for(viewer: Viewer, *, unit: Unit, version: FormVersion) -> list[date]:
    """The months in which somebody answered about the unit's subtree, oldest first."""
    return months_of(Source.SURVEY, version.pk, unit) if _theirs(viewer, unit) else []


def strata_for(viewer: Viewer, *, unit: Unit, version: FormVersion) -> list[Stratum]:
    """The kinds of answers that there are about the unit's subtree."""
    return strata_of(Source.SURVEY, version.pk, unit) if _theirs(viewer, unit) else []


def kinds_in(version: FormVersion) -> frozenset[Kind]:
    """What a version asks."""
    return frozenset(question.kind for question in layout_of(version).questions)


def gap_page(viewer: Viewer, selection: Selection) -> GapPage:
    """:raises NotTheirs: when the numbers of the unit are not the viewer's."""
    if not _theirs(viewer, selection.unit):
        raise NotTheirs(selection.unit)
    layout = layout_of(selection.version)
    with one_snapshot():
        page = GapPage(selection, layout, evidence_of(selection), withheld_at(selection))
        if selection.with_flagged or page.can_leave_out_flagged:
            return page
        together = replace(selection, with_flagged=True)
        return replace(page, selection=together, hidden=withheld_at(together))


@dataclass(frozen=True, slots=True)
class Trend:
    points: tuple[TrendPoint, ...]
    change: Change | None  # against the period before, where both may be shown


def trend_of(page: GapPage, viewer: Viewer, target: Target) -> Trend:
    """One gap over the periods up to the chosen one."""
    if page.period.start is None:
        return Trend((), None)
    periods = page.period.up_to_here(TREND_LENGTH)
    table = periods_table(viewer, page.selection, periods)
    place = table.measuring(str(target))
    if place is None:
        return Trend((), None)
    gaps = [
        None if table.hidden[row, place] else _mean_at(table, row, place)
        for row in range(len(periods))
    ]
    points = tuple(TrendPoint(*each) for each in zip(periods, gaps, strict=True))
    sums = [
        None if table.hidden[row, place] else table.sums_at(row, place)
        for row in (-2, -1)
        if len(periods) > 1
    ]
    change = change_between(*sums, threshold=page.threshold) if sums else None
    return Trend(points, change)


def _mean_at(table: PeriodsTable, row: int, place: int) -> Mean | None:
    sums = table.sums_at(row, place)
    return mean_of_sums(sums) if sums.n else None


def _theirs(viewer: Viewer, unit: Unit) -> bool:
    """Whether the numbers of the unit, and so of all below it, are the viewer's."""
    return viewer.holds_at(Policy.SEE_NUMBERS, unit.path)
