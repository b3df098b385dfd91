"""The trends of a unit, read: every measure over its periods, and the versions between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gapless.analytics.periods import Grain, Period
from gapless.analytics.summaries import Measure
from gapless.core.instruments.models import FormVersion
from gapless.people.org.rules import Viewer

from .counting import counting_for
from .queries import months_for, versions_for
from .selection import Selection
from .tables import PeriodsTable, periods_table
from .trend import Trend, grain_for, periods_between, trend_of_sums

VERSIONS_APART = 6
"""More lines than this beside the one asked for are no help to anybody."""

Months = Mapping[FormVersion, list[date]]


@dataclass(frozen=True)
class Series:
    """The periods of one version and of those that count with it."""

    version: FormVersion
    table: PeriodsTable
    months: tuple[date, ...]

    def trend(self, measure: Measure, breaks: frozenset[int] = frozenset()) -> Trend:
        """:raises LookupError: where the version does not ask it."""
        table = self.table
        place = table.place(measure.target, measure.kind.value)
        held = [any(p.holds(month) for month in self.months) for p in table.periods]
        hidden = table.hidden[:, place].tolist()
        return trend_of_sums(
            measure,
            table.periods,
            [table.sums_at(row, place) for row in range(len(table.periods))],
            # Where nobody answered there is nothing to withhold.
            [there and kept for there, kept in zip(held, hidden, strict=True)],
            breaks=breaks,
        )


@dataclass(frozen=True)
class Trends:
    """Every measure of the chosen version, over every period with evidence."""

    grain: Grain
    periods: tuple[Period, ...]
    series: Series
    apart: tuple[Series, ...]  # versions that do not count with it in everything
    counted: Mapping[Measure, frozenset[int]]  # the versions that do, by their keys

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.series.table.measures

    def trend(self, measure: Measure) -> Trend:
        """The line of the chosen version and of those that can be compared with it."""
        return self.series.trend(measure, self._begin(self.series, measure))

    def others(self, measure: Measure) -> Iterator[tuple[FormVersion, Trend]]:
        """The lines of other versions, which cannot be compared with it."""
        for series in self._not_counted(measure):
            breaks = self._begin(series, measure)
            yield series.version, series.trend(measure, breaks)

    def _not_counted(self, measure: Measure) -> Iterator[Series]:
        for series in self.apart:
            if series.version.pk not in self.counted[measure] and (
                measure in series.table.measures
            ):
                yield series

    def _begin(self, line: Series, measure: Measure) -> frozenset[int]:
        """Where a line begins, if another one was there before it."""
        lines = [self.series, *self._not_counted(measure)]
        earlier = any(min(each.months) < min(line.months) for each in lines)
        places = (at for at, p in enumerate(self.periods) if p.holds(min(line.months)))
        return frozenset(places) if earlier else frozenset()


def versions_with(viewer: Viewer, selection: Selection) -> Months:
    """The versions of the form with evidence of the unit, and their months."""
    versions = versions_for(viewer, unit=selection.unit)
    return {
        version: list(months_for(viewer, unit=selection.unit, version=version))
        for version in versions.filter(form=selection.version.form_id)
    }


def trends(
    viewer: Viewer, selection: Selection, months: Months, *, grain: Grain | None = None
) -> Trends | None:
    """The trends of a selection; None where nobody answered."""
    counting = counting_for(selection)
    known = {each.version.pk for each in counting}
    every = sorted({month for found in months.values() for month in found})
    if not every:
        return None
    chosen = grain or grain_for(every)
    periods = periods_between(every, chosen)
    table = periods_table(viewer, selection, periods)
    counted = {
        measure: frozenset(
            each.version.pk
            for each in counting
            if each.measures_in(table.layout)[place] >= 0
        )
        for place, measure in enumerate(table.measures)
    }
    together = {m for v, found in months.items() if v.pk in known for m in found}
    in_all = frozenset.intersection(*counted.values()) if counted else frozenset()
    apart = [v for v, found in months.items() if found and v.pk not in in_all]
    return Trends(
        chosen,
        periods,
        Series(selection.version, table, tuple(sorted(together)) or tuple(every)),
        tuple(
            _alone(viewer, selection, version, periods, months[version])
            for version in apart[:VERSIONS_APART]
        ),
        counted,
    )


def _alone(
    viewer: Viewer,
    selection: Selection,
    version: FormVersion,
    periods: tuple[Period, ...],
    months: list[date],
) -> Series:
    only = replace(selection, version=version, alone=True)
    return Series(version, periods_table(viewer, only, periods), tuple(months))
