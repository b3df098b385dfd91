"""
The course of gap 5, read once: the chosen period against the one before, and a year month
by month, with what became of it in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from gapless.analytics.periods import Grain, Period
from gapless.evaluation.gaps.comparable import columns_in
from gapless.evaluation.gaps.tables import PeriodsTable, periods_table
from gapless.evaluation.gaps.trend import Against, Trend, trend_of_sums
from gapless.people.org.rules import Viewer
from gapless.web.gaps import measures, trend_rows, trend_words
from gapless.web.pictures import Spark
from gapless.web.pictures_trend import Sizes, TrendPicture

if TYPE_CHECKING:
    from gapless.web.gaps.context import Context

PERIODS = 8
MONTHS = 13  # a year, and the month that the last one is held against
WIDE = Sizes(width=720, plot=200, left=44, right=12)
NARROW = Sizes(width=340, plot=150, left=38, right=8)


@dataclass(frozen=True, slots=True)
class Course:
    """A year as a picture; the first sentence is what it shows."""

    name: str
    wide: TrendPicture
    narrow: TrendPicture
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Courses:
    periods: Trend | None  # up to the chosen one; None of all time
    months: Trend
    name: str

    @property
    def spark(self) -> Spark:
        points = (self.periods or self.months).points
        estimates = [p.estimate.with_limits if p.estimate else None for p in points]
        return Spark(estimates, width=146, height=34)

    @property
    def change(self) -> str:
        """Against the period before, as the card of gap 5 says it."""
        trend = self.periods or self.months
        before = [each for each in trend.changes if each.against is Against.BEFORE]
        changes = before or list(trend.changes)
        return trend_words.change(trend, changes[0]) if changes else ""

    @property
    def year(self) -> Course | None:
        """None where a single month would be all there is."""
        if sum(point.estimate is not None for point in self.months.points) < 2:
            return None
        line = trend_rows.Line(self.name, self.months)
        wide, narrow = (trend_rows.picture([line], [], sizes) for sizes in (WIDE, NARROW))
        return Course(self.name, wide, narrow, _sentences(self.months))


def courses_of(viewer: Viewer, context: Context) -> Courses | None:
    """None where the form measures nothing that could be followed, or nobody answered."""
    if not context.months:
        return None
    chosen = context.period
    periods = [] if chosen.start is None else chosen.up_to_here(PERIODS)
    months = Period.containing(_last_month(context), Grain.MONTH).up_to_here(MONTHS)
    table = periods_table(viewer, context.selection, [*periods, *months])
    places = columns_in(table.measures, items=False)
    if not places:
        return None
    place = places[0]
    name = measures.name_of(table.measures[place], measures.names_in(context.version))
    trends = [
        _trend(context, table, place, rows)
        for rows in (range(len(periods)), range(len(periods), len(table.periods)))
    ]
    return Courses(trends[0] if periods else None, trends[1], name)


def _trend(context: Context, table: PeriodsTable, place: int, rows: range) -> Trend:
    periods = [table.periods[row] for row in rows]
    return trend_of_sums(
        table.measures[place],
        periods,
        [table.sums_at(row, place) for row in rows],
        [
            bool(table.hidden[row, place]) and _held(context, table.periods[row])
            for row in rows
        ],
    )


def _sentences(trend: Trend) -> list[str]:
    """A change that can be told goes first."""
    changes = sorted(trend.changes, key=lambda change: not change.told)
    said = [trend_words.change(trend, change) for change in changes]
    if trend.last:
        said.append(trend_words.still_running(trend.last.period, localdate()))
    said.append(trend_words.gaps_in_line(trend))
    return [sentence for sentence in said if sentence]


def _last_month(context: Context) -> date:
    """The last month of the chosen period that holds answers; else of all."""
    within = [month for month in context.months if context.period.holds(month)]
    return (within or context.months)[-1]


def _held(context: Context, period: Period) -> bool:
    """Where nobody answered there is nothing to withhold."""
    return any(period.holds(month) for month in context.months)
