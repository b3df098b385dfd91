"""What the evidence drawer says of one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.choices import ExpectationType, Flag
from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.distribution import FEW, distribution
from gapless.evaluation.gaps.queries import GapPage, Trend
from gapless.evaluation.gaps.report import (
    DimensionGap,
    GapReport,
    ItemGap,
    Level,
    Reliability,
    Target,
)
from gapless.evaluation.gaps.rules import INDICATIVE_BELOW
from gapless.web.pictures import Histogram, Spark
from gapless_stats.gaps import Gap
from gapless_stats.intervals import Mean

from . import words
from .rows import state_in

# Peter, Churchill and Brown 1993, as domain.md 2.7 sets it: below this P alone leads.
RELIABLE_DIFFERENCE = 0.7


_EXPECTATION = gettext_lazy("Expectation")
_PERCEPTION = gettext_lazy("Perception")
_DIFFERENCE = gettext_lazy("Perception minus expectation")


@dataclass(frozen=True, slots=True)
class Counted:
    label: str
    n: int

    @property
    def few(self) -> bool:
        """Whether the number itself would say too much of somebody."""
        return 0 < self.n < FEW


@dataclass(frozen=True)
class Evidence:
    target: Target
    name: str
    state: State
    gap: Gap | None
    performance: Mean | None
    item: ItemGap | None
    dimension: DimensionGap | None
    trend: Trend
    page: GapPage

    @property
    def shown(self) -> bool:
        return self.state not in (State.HIDDEN, State.NONE)

    @property
    def indicative(self) -> bool:
        return self.shown and self.gap is not None and self.gap.n < INDICATIVE_BELOW

    @property
    def histogram(self) -> Histogram | None:
        """
        How the differences of an item are spread, as far as its distribution is shown:
        levels of one or two people stand together with the next.
        """
        page = self.page
        if not self.item or not self.item.table:
            return None
        code, threshold = self.target.code, page.threshold
        found = distribution(page.layout, page.schema, page.cell, code, threshold=threshold)
        if not found or not found.parts:
            return None
        levels = [part.high - part.low + 1 for part in found.parts]
        return Histogram([part.count for part in found.parts], levels)

    @property
    def missing(self) -> tuple[Counted, ...]:
        """Who did not answer, side by side."""
        if not self.item or not self.item.perceived:
            return ()
        sides = [(_PERCEPTION, self.item.perceived)]
        if self.item.table:
            sides.insert(0, (_EXPECTATION, self.item.table.expectation_histogram))
        return tuple(Counted(str(label), side.missing) for label, side in sides)

    @property
    def modes(self) -> tuple[Counted, ...]:
        return tuple(
            Counted(str(CollectionMode(m).label), n) for m, n in self.page.modes.items()
        )

    @property
    def flags(self) -> tuple[Counted, ...]:
        flagged = self.page.report.flagged
        return tuple(Counted(str(Flag(f).label), n) for f, n in flagged.items() if n)

    @property
    def without_flagged(self) -> Gap | None:
        """The same gap with flagged answers left out, where saying so gives nobody away."""
        report = self.page.without_flagged
        found = gap_in(report, self.target) if report and self.page.flagged else None
        return found if found and found.gap is not None else None

    @property
    def formula(self) -> str:
        return words.formula(self.target, paired=self.gap is not None)

    @property
    def meaning(self) -> str:
        return str(ExpectationType(self.page.version.expectation_type).label)

    @property
    def alphas(self) -> tuple[tuple[str, Reliability], ...]:
        if not self.dimension:
            return ()
        sides = (
            (_EXPECTATION, self.dimension.alpha_expectation),
            (_PERCEPTION, self.dimension.alpha_perception),
            (_DIFFERENCE, self.dimension.alpha_gap),
        )
        return tuple((str(label), alpha) for label, alpha in sides if alpha)

    @property
    def difference_is_weak(self) -> bool:
        found = self.dimension.difference_reliability if self.dimension else None
        return found is not None and found < RELIABLE_DIFFERENCE

    @property
    def spark(self) -> Spark:
        return Spark(estimates_of(self.trend), width=340, height=72)

    @property
    def change(self) -> str:
        return words.change_sentence(self.trend.change)


def estimates_of(trend: Trend) -> Sequence[tuple[float, float, float] | None]:
    """The points that may be drawn; a period without an interval breaks the line."""
    return [
        (point.gap.mean, point.gap.interval.low, point.gap.interval.high)
        if point.gap and point.gap.mean is not None and point.gap.interval
        else None
        for point in trend.points
    ]


def gap_in(report: GapReport, target: Target) -> Gap | None:
    if target.level is Level.ITEM:
        item = report.item(target.code)
        return item.gap if item else None
    if target.level is Level.DIMENSION:
        dimension = report.dimension(target.code)
        return dimension.gap if dimension else None
    return {
        Level.OVERALL: report.overall,
        Level.BY_ITEM: report.by_item,
        Level.WEIGHTED: report.weighted,
    }[target.level]


def evidence_of(
    page: GapPage, target: Target, trend: Trend, names: dict[str, str]
) -> Evidence | None:
    """The drawer of one number; None where the form has no such number."""
    report = page.report
    item = report.item(target.code) if target.level is Level.ITEM else None
    dimension = report.dimension(target.code) if target.level is Level.DIMENSION else None
    gap = gap_in(report, target)
    if gap is None and item is None and dimension is None:
        return None
    performance = report.performance
    if item or dimension:
        performance = (
            item.perception if item else dimension.performance if dimension else None
        )
    return Evidence(
        target,
        words.target_name(target, names),
        state_in(gap, performance, threshold=page.threshold),
        gap,
        performance,
        item,
        dimension,
        trend,
        page,
    )
