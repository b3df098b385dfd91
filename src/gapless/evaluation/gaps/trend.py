"""
One measure over time: what each period says, where a line begins anew, and what may be
concluded of its last period. Pure: a function of published sums.

A period is shown when it may be; where it may not, the line is broken and nothing is drawn
through. A line begins anew where another version of the form asks something else, in other
words or of other people (core.instruments.comparing): numbers before and after are not
compared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gapless.analytics.periods import Grain, Period
from gapless.analytics.summaries import Measure
from gapless_stats.comparison import Difference
from gapless_stats.moments import Sums

from .estimates import Estimate, difference_of, estimate_of

LONGEST = 120
"""Periods: ten years of months. What is older is left to a coarser grain."""

READABLE = 36
"""More points than this are too many for a first look."""

A_YEAR = {Grain.MONTH: 12, Grain.QUARTER: 4, Grain.YEAR: 1}


class Shown(StrEnum):
    YES = "yes"
    HIDDEN = "hidden"  # somebody answered, and it may not be shown
    NONE = "none"  # nobody answered


class Against(StrEnum):
    """What the last period is held against."""

    BEFORE = "before"  # the period before it
    YEAR_AGO = "year_ago"


class Missing(StrEnum):
    """Why nothing is said of a change."""

    NO_PERIOD = "no_period"  # the evidence does not reach back so far
    NOT_SHOWN = "not_shown"
    OTHER_FORM = "other_form"  # the line began anew in between
    NO_SPREAD = "no_spread"


@dataclass(frozen=True, slots=True)
class Point:
    period: Period
    shown: Shown
    estimate: Estimate | None  # None unless it is shown


@dataclass(frozen=True, slots=True)
class Change:
    """The last period shown against another one; ``missing`` says why there is none."""

    against: Against
    period: Period | None
    difference: Difference | None
    missing: Missing | None = None

    @property
    def told(self) -> bool:
        """Whether the interval leaves out 0, so that a direction may be named."""
        if self.difference is None:
            return False
        interval = self.difference.interval
        return interval.low > 0 or interval.high < 0


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure over consecutive periods, oldest first."""

    measure: Measure
    points: tuple[Point, ...]
    breaks: frozenset[int]  # places where the line begins anew
    changes: tuple[Change, ...]

    @property
    def last(self) -> Point | None:
        """The newest period that is shown."""
        return next((p for p in reversed(self.points) if p.estimate), None)

    def counted(self, shown: Shown) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.shown is shown)


def periods_between(months: Sequence[date], grain: Grain) -> tuple[Period, ...]:
    """Every period from the first month with evidence to the last, at most `LONGEST`."""
    if not months:
        return ()
    first, last = min(months), max(months)
    apart = 12 * (last.year - first.year) + last.month - first.month
    count = 1 + min(apart, LONGEST * A_YEAR[Grain.MONTH])
    every = Period.containing(last, Grain.MONTH).up_to_here(count)
    found = {Period.containing(each.first_day, grain): None for each in every}
    return tuple(found)[-LONGEST:]


def grain_for(months: Sequence[date]) -> Grain:
    """The finest grain in which most periods hold evidence and a page holds them all."""
    for grain in (Grain.MONTH, Grain.QUARTER):
        every = periods_between(months, grain)
        held = {Period.containing(month, grain) for month in months}
        if len(every) <= READABLE and 2 * len(held) > len(every):
            return grain
    return Grain.YEAR


def trend_of_sums(
    measure: Measure,
    periods: Sequence[Period],
    sums: Sequence[Sums],
    hidden: Sequence[bool],
    *,
    breaks: Collection[int] = (),
) -> Trend:
    """
    The trend of one measure.

    :param hidden: which periods may not be shown; their sums are not looked at.
    :param breaks: places at which the line begins anew.
    """
    points = tuple(
        _point(measure, *each) for each in zip(periods, sums, hidden, strict=True)
    )
    trend = Trend(measure, points, frozenset(breaks), ())
    if trend.last is None:
        return trend
    at = points.index(trend.last)
    grain = periods[at].grain
    back = {Against.BEFORE: 1, Against.YEAR_AGO: A_YEAR.get(grain, 1)}
    # Of years the period before is the one a year ago.
    wanted = {steps: against for against, steps in reversed(back.items())}
    changes = tuple(
        _change(trend, sums, against, at, at - steps)
        for steps, against in sorted(wanted.items())
    )
    return Trend(measure, points, frozenset(breaks), changes)


def _point(measure: Measure, period: Period, sums: Sums, hidden: bool) -> Point:  # noqa: FBT001
    if hidden:
        return Point(period, Shown.HIDDEN, None)
    if not sums.n:
        return Point(period, Shown.NONE, None)
    return Point(period, Shown.YES, estimate_of(measure, sums))


def _change(
    trend: Trend, sums: Sequence[Sums], against: Against, at: int, other: int
) -> Change:
    if other < 0:
        return Change(against, None, None, Missing.NO_PERIOD)
    point = trend.points[other]
    if any(other < place <= at for place in trend.breaks):
        return Change(against, point.period, None, Missing.OTHER_FORM)
    if point.estimate is None:
        return Change(against, point.period, None, Missing.NOT_SHOWN)
    difference = difference_of(trend.measure, sums[at], sums[other])
    missing = None if difference else Missing.NO_SPREAD
    return Change(against, point.period, difference, missing)
