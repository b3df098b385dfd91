"""
The heat map: which units differ, in what, and how surely (domain.md 4.9). Pure: a function
of published sums. What is hidden enters nothing: neither the mean of the units, nor their
spread, nor anybody's rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.ranks import CALL_OUT, ranks
from gapless_stats.shrinkage import Shrunken, UnitMeans, shrink

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEVEL = 0.9
# How far from the reference counts as "lower", then "much lower", in scale points; what
# certainly lies nearer than the first is "about the same".
STEPS = (0.2, 0.4)
# Beyond so many, to collect more answers is no advice.
MOST_ANSWERS = 20_000


class Standing(StrEnum):
    """What may be said of one unit beside the reference."""

    BELOW = "below"
    ABOVE = "above"
    SAME = "same"
    UNSURE = "unsure"
    HIDDEN = "hidden"
    NONE = "none"


_STANDINGS = tuple(Standing)


@dataclass(frozen=True, eq=False)
class Column:
    """One measure of all U units. Where a number is not shown it is NaN."""

    n: Integers
    hidden: Mask  # withheld; ``n`` says nothing of these
    raw: Floats
    variance: Floats  # of one answer, as the error of the unit takes it
    estimate: Floats
    low: Floats  # to ``high``: the 90 % interval of the estimate
    high: Floats
    reliability: Floats  # λ: how much of a unit's own difference is believed
    reference: float
    shrunken: Shrunken | None  # of those shown; None where they are too few

    @cached_property
    def shown(self) -> Mask:
        return ~self.hidden & (self.n > 0)

    @cached_property
    def distance(self) -> Floats:
        return self.estimate - self.reference

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """What may be said of each unit: the whole interval decides."""
        nearest = np.maximum(self.high - self.reference, self.reference - self.low)
        places = np.select(
            [
                self.high < self.reference,
                self.low > self.reference,
                nearest < STEPS[0],
                self.shown,
                self.hidden,
            ],
            range(5),
            _STANDINGS.index(Standing.NONE),
        )
        return tuple(_STANDINGS[place] for place in places.tolist())

    @cached_property
    def counted(self) -> dict[Standing, int]:
        """How many units stand where."""
        return {each: self.standings.count(each) for each in Standing}

    @property
    def comparable(self) -> int:
        return int(self.shown.sum())

    @property
    def shown_n(self) -> Floats:
        return np.where(self.shown, self.n, np.nan)

    def answers_needed(self, at: int) -> int | None:
        """
        About how many more answers would tell how a unit stands, should its mean and
        spread stay as they are. None where it is told, or more answers would not help.
        """
        if self.standings[at] is not Standing.UNSURE or self.shrunken is None:
            return None
        n, between = int(self.n[at]), self.shrunken.between
        total = np.unique(np.geomspace(n, n + MOST_ANSWERS, 400).astype(np.int64))
        error = self.variance[at] / total
        kept = between.variance / (between.variance + error)
        estimate = between.mean + kept * (self.raw[at] - between.mean)
        reach = np.sqrt(kept * error + (1 - kept) ** 2 * between.mean_error)
        # As wide as it is now, with all that the estimate knows of its own uncertainty.
        reach *= (self.high[at] - self.low[at]) / 2 / reach[0]
        distance = np.abs(estimate - self.reference)
        told = (distance > reach) | (distance + reach < STEPS[0])
        return max(int(total[np.argmax(told)]) - n, 1) if told.any() else None


_Z = float(ndtri((1 + LEVEL) / 2))


def column_of(
    sums: Integers, hidden: Mask, *, scale: int = 1, against: float | None = None
) -> Column:
    """
    One measure of U units, each drawn towards the mean of those shown, and held against
    that mean or a fixed value. ``sums``, (U, 3): n, Σ and Σ² in 1/``scale`` of a point.
    """
    n, total, _squares = sums.T
    shown = ~hidden & (n > 0)
    try:
        units = UnitMeans.of_sums(*sums[shown].T, scale=scale)
    except (TooFew, NoVariance):
        return _without_spread(n, hidden, total / scale, against)
    try:
        shrunken = shrink(units, level=LEVEL)
    except TooFew:
        return _as_they_are(n, hidden, units, against)
    return Column(
        n=n,
        hidden=hidden,
        raw=_spread(shown, units.mean),
        variance=_spread(shown, units.variance),
        estimate=_spread(shown, shrunken.estimate),
        low=_spread(shown, shrunken.low),
        high=_spread(shown, shrunken.high),
        reliability=_spread(shown, shrunken.reliability),
        reference=shrunken.between.mean if against is None else against,
        shrunken=shrunken,
    )


def _as_they_are(
    n: Integers, hidden: Mask, units: UnitMeans, against: float | None
) -> Column:
    """Two units cannot be drawn towards each other; each stands by its own answers."""
    shown = ~hidden & (n > 0)
    mean, reach = units.mean, _Z * np.sqrt(units.error)
    return Column(
        n=n,
        hidden=hidden,
        raw=_spread(shown, mean),
        variance=_spread(shown, units.variance),
        estimate=_spread(shown, mean),
        low=_spread(shown, mean - reach),
        high=_spread(shown, mean + reach),
        reliability=np.full(len(n), np.nan),
        reference=np.nan if against is None else against,
        shrunken=None,
    )


def _without_spread(
    n: Integers, hidden: Mask, total: Floats, against: float | None
) -> Column:
    """Nobody differs from anybody within any unit, so there is no error to reckon with."""
    nothing = np.full(len(n), np.nan)
    return Column(
        n=n,
        hidden=hidden,
        raw=np.where(~hidden & (n > 0), total / np.maximum(n, 1), np.nan),
        variance=nothing,
        estimate=nothing,
        low=nothing,
        high=nothing,
        reliability=nothing,
        reference=np.nan if against is None else against,
        shrunken=None,
    )


def _spread(shown: Mask, values: Floats | Integers) -> Floats:
    """Values of those shown, at the places of all."""
    found = np.full(len(shown), np.nan)
    found[shown] = values
    return found


@dataclass(frozen=True, eq=False)
class Ranking:
    """Where each of U units may rank among those shown; 0 and NaN for the others."""

    of: int
    expected: Floats
    low: Integers  # the better end of the 90 % interval
    high: Integers
    best: Floats  # the probability to be among the ``tail`` best
    worst: Floats
    tail: int

    def called_out(self, probability: Floats) -> list[int]:
        """The units of which it may be said, the surest first."""
        sure = np.flatnonzero(np.nan_to_num(probability) > CALL_OUT)
        found: list[int] = sure[np.argsort(-probability[sure], kind="stable")].tolist()
        return found


def ranking_of(column: Column) -> Ranking | None:
    """
    The ranks of one measure. None where too little is known to put anybody in an order:
    with fewer than three units, or a median reliability below a half (domain.md 4.9).
    """
    if column.shrunken is None or not column.shrunken.fair:
        return None
    found = ranks(column.shrunken, level=LEVEL)
    return Ranking(
        of=found.n,
        expected=_spread(column.shown, found.expected),
        low=np.nan_to_num(_spread(column.shown, found.low)).astype(np.int64),
        high=np.nan_to_num(_spread(column.shown, found.high)).astype(np.int64),
        best=_spread(column.shown, found.best),
        worst=_spread(column.shown, found.worst),
        tail=found.tail,
    )


def in_order(values: Floats, *, down: bool = False) -> list[int]:
    """Places by value, the lowest first; what is not shown stands last either way."""
    order: list[int] = np.argsort(-values if down else values, kind="stable").tolist()
    return order
