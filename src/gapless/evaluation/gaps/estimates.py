"""
What the sums of a measure say: an estimate with its interval, and how two of them differ.
Pure. Gaps and perceptions in scale points, recommendation from −100 to 100.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gapless.analytics.summaries import Measure, MeasureKind
from gapless_stats.comparison import (
    Difference,
    difference_of_means,
    difference_of_net_scores,
)
from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.intervals import Interval, NetScore, mean_of_sums, net_score
from gapless_stats.moments import Sums

NET_POINTS = 100
"""A net score is said in points from −100 to 100."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a table. ``value`` is None of nobody, ``interval`` without spread."""

    n: int
    value: float | None
    sd: float | None
    interval: Interval | None

    @property
    def with_limits(self) -> tuple[float, float, float] | None:
        """Value, low, high: what a picture needs; without an interval it has none."""
        if self.value is None or self.interval is None:
            return None
        return self.value, self.interval.low, self.interval.high


def estimate_of(measure: Measure, sums: Sums) -> Estimate:
    if measure.kind is not MeasureKind.NET:
        mean = mean_of_sums(sums)
        return Estimate(mean.n, mean.mean, mean.sd, mean.interval)
    if not sums.n:
        return Estimate(0, None, None, None)
    net = _net(sums)
    sd = NET_POINTS * sums.sd if sums.n > 1 else None
    return Estimate(sums.n, NET_POINTS * net.score, sd, _in_points(net.interval))


def difference_of(measure: Measure, this: Sums, other: Sums) -> Difference | None:
    """One minus the other; None where too few answered, or nobody differs."""
    try:
        if measure.kind is not MeasureKind.NET:
            return difference_of_means(this, other)
        found = difference_of_net_scores(_net(this), _net(other))
    except (TooFew, NoVariance):
        return None
    return replace(
        found,
        difference=NET_POINTS * found.difference,
        interval=_in_points(found.interval),
    )


def _net(sums: Sums) -> NetScore:
    """From Σ = promoters − detractors and Σ² = promoters + detractors."""
    promoters = (sums.squares + sums.total) // 2
    return net_score(promoters, promoters - sums.total, sums.n)


def _in_points(interval: Interval) -> Interval:
    low, high = NET_POINTS * interval.low, NET_POINTS * interval.high
    return Interval(low, high, interval.level, interval.method)
