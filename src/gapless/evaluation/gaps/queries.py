"""Reads for the gap pages. Each starts with who is asking; units come from its reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from gapless.analytics.answers import Layout
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import Grain, Period
from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.models import Cell
from gapless.core.evidence.queries import Slice, by_month, by_stratum, months_of
from gapless.core.evidence.rules import Stratum
from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.queries import layout_of, published_versions
from gapless.people.org.models import Unit, UnitQuerySet
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, Viewer
from gapless_stats.gaps import Gap, gap_of_sums

from .report import GapReport, Target, report, sums_of
from .rules import Change, change_between, may_leave_out, publish

TREND_LENGTH = 8  # periods, the chosen one included


@dataclass(frozen=True, slots=True)
class TrendPoint:
    period: Period
    gap: Gap | None  # None: nobody answered, or fewer than may be shown


@dataclass(frozen=True)
class GapPage:
    """What one person sees of gap 5: a unit, a period and a form version, chosen."""

    unit: Unit
    period: Period
    version: FormVersion
    layout: Layout
    strata: dict[Stratum, Vector]
    with_flagged: bool

    @cached_property
    def threshold(self) -> int:
        return int(settings.DISPLAY_THRESHOLD)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.layout)

    @cached_property
    def report(self) -> GapReport:
        """As it may be shown."""
        return self._published(with_flagged=self.with_flagged)

    @cached_property
    def without_flagged(self) -> GapReport | None:
        """
        The same without flagged answers, beside the report that has them. Withheld where
        it and the report together would give away fewer answers than may be shown.
        """
        return self._published(with_flagged=False) if self.can_leave_out_flagged else None

    @cached_property
    def can_leave_out_flagged(self) -> bool:
        flagged = report(self.layout, self._sum(s for s in self.strata if s.flagged))
        return may_leave_out(flagged, threshold=self.threshold)

    @cached_property
    def answers(self) -> int:
        return self._counted(self.strata)

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

    def _published(self, *, with_flagged: bool) -> GapReport:
        cell = self._sum(s for s in self.strata if with_flagged or not s.flagged)
        return publish(report(self.layout, cell), threshold=self.threshold)

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
    return months_of(Source.SURVEY, version.pk, _slice(viewer, unit))


def gap_page(
    viewer: Viewer, *, unit: Unit, period: Period, version: FormVersion, with_flagged: bool
) -> GapPage:
    layout = layout_of(version)
    strata = by_stratum(
        Source.SURVEY, version.pk, _slice(viewer, unit, period), schema_of(layout)
    )
    page = GapPage(unit, period, version, layout, strata, with_flagged)
    if with_flagged or page.can_leave_out_flagged:
        return page
    return GapPage(unit, period, version, layout, strata, with_flagged=True)


@dataclass(frozen=True, slots=True)
class Trend:
    points: tuple[TrendPoint, ...]
    change: Change | None  # against the period before, where both may be shown


def trend_of(page: GapPage, viewer: Viewer, target: Target) -> Trend:
    """One gap over the periods up to the chosen one, flagged answers included."""
    period = page.period
    if period.start is None:
        return Trend((), None)
    periods = period.up_to_here(TREND_LENGTH)
    reach = Period(Grain.ALL, periods[0].start, period.end)
    months = by_month(
        Source.SURVEY, page.version.pk, _slice(viewer, page.unit, reach), page.schema
    )
    sums = [
        sums_of(page.layout, page.schema, _within(months, each, page.schema), target)
        for each in periods
    ]
    points = tuple(
        TrendPoint(
            each, gap_of_sums(found) if found and found.n >= page.threshold else None
        )
        for each, found in zip(periods, sums, strict=True)
    )
    before = sums[-2] if len(sums) > 1 else None
    return Trend(points, change_between(before, sums[-1], threshold=page.threshold))


def _within(months: dict[date, Vector], period: Period, schema: Schema) -> Vector:
    return sum((v for month, v in months.items() if period.holds(month)), schema.zero())


def _slice(viewer: Viewer, unit: Unit, period: Period | None = None) -> Slice:
    units: UnitQuerySet = units_for(viewer, Policy.SEE_NUMBERS).within([unit.path])
    return Slice(units, period.start if period else None, period.end if period else None)
