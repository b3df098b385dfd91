"""
One number for the quality of a service: an index of many indicators, or of a few questions.

A service quality index scores each indicator from 0 to 1 and weighs the scores together; a
satisfaction index of the American kind rescales the mean of a few questions to 0-100.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import ArrayLike

from .checks import Floats, at_least, finite, fraction, weights_of
from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .estimates import tail_of
from .exact import Mask
from .intervals import Interval
from .moments import Moments
from .results import Result

ENOUGH = 0.7
"""With less of the weight available a unit gets no index (domain.md 3.3)."""

GEOMETRIC_FLOOR = 0.01
"""A score of 0 would make a product 0 whatever else is good (domain.md 3.3)."""


class Aggregation(StrEnum):
    """How scores become an index."""

    ARITHMETIC = "arithmetic"
    """100 Σ w s: what is good makes up for what is poor."""
    GEOMETRIC = "geometric"
    """100 Π s^w: imbalance costs."""


@dataclass(frozen=True, slots=True)
class SatisfactionIndex(Result):
    """
    A satisfaction index from 0 to 100 with Student's interval; ``mean`` is the weighted
    mean in scale points, ``error`` the index's standard error.
    """

    n: int
    value: float
    error: float
    interval: Interval
    mean: float
    method: ClassVar[str] = "weighted mean rescaled to 0-100, t"
    source: ClassVar[str] = "Fornell et al. 1996, p. 17"


def satisfaction_index(
    moments: Moments,
    *,
    low: int,
    high: int,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> SatisfactionIndex:
    """
    An index in the manner of the ACSI (Fornell, Johnson, Anderson, Cha and Bryant 1996).

    100 · Σ w_k (x̄_k - low) / ((high - low) Σ w_k); its variance is that of the weighted
    mean, w'Sw / n.

    :param moments: of k questions on one scale, ``low`` to ``high``: 1 to 10 in the ACSI.
    :param weights: (k,) at least 0; alike where not given.
    :raises TooFew: without a question, or with fewer than two respondents.
    :raises WrongShape: when there are not as many weights as questions.
    :raises OutOfRange: when a weight is negative, ``low`` is not below ``high``, a mean
        lies outside the scale, or ``level`` is not between 0 and 1.

    R: ``100 * (weighted.mean(colMeans(d), w) - 1) / 9``.

    >>> rows = np.array([[8, 9, 7], [6, 7, 7], [10, 9, 8]])
    >>> round(satisfaction_index(Moments.of(rows), low=1, high=10).value, 4)
    76.5432
    """
    k, n = moments.items, moments.n
    if k < 1 or n < 2:
        raise TooFew(f"an index needs a question and 2 respondents, not {k} and {n}")
    if not low < high or (moments.mean < low).any() or (moments.mean > high).any():
        raise OutOfRange(f"answers on {low}-{high} have their means there")
    share = weights_of(np.ones(k) if weights is None else weights, k)
    unit = 100 / (high - low)
    mean = float(share @ moments.mean)
    variance = max(float(share @ moments.covariance @ share), 0.0) / n
    error = unit * math.sqrt(variance)
    value = unit * (mean - low)
    reach = float(scipy.special.stdtrit(n - 1, 1 - tail_of(level))) * error
    ends = max(value - reach, 0.0), min(value + reach, 100.0)
    return SatisfactionIndex(
        n, value, error, Interval(*ends, level, "t", "Student 1908"), mean
    )


def between_floor_and_target(
    values: ArrayLike, *, floor: float, target: float, stretch: float = 1.0
) -> Floats:
    """
    Scores by how far an indicator has come from its floor to its target, (U,).

    s = (x - floor) / (target - floor), kept within 0 and ``stretch``. Where less is better
    the target lies below the floor (domain.md 3.3).

    :param stretch: 1, or up to 1.2 where more than the target is rewarded.
    :raises WrongShape: when the values are not (U,).
    :raises OutOfRange: when a number is not finite, the floor is the target, or the stretch
        is below 1.

    R: ``pmin(pmax((x - floor) / (target - floor), 0), stretch)``.

    >>> between_floor_and_target([70, 85, 99], floor=80, target=90).tolist()
    [0.0, 0.5, 1.0]
    >>> between_floor_and_target([9, 6], floor=10, target=5).tolist()
    [0.2, 0.8]
    """
    x = finite(values, "values")
    way = float(finite([floor, target], "floor and target") @ [-1, 1])
    if way == 0:
        raise OutOfRange(f"a target lies above or below its floor, not at {target}")
    return np.clip((x - floor) / way, 0.0, at_least(stretch, 1, "a stretch"))


def between_worst_and_best(values: ArrayLike, *, more_is_better: bool = True) -> Floats:
    """
    Scores from 0 for the worst of the units to 1 for the best, (U,).

    s = (x - min) / (max - min). Unstable: it changes when another unit does (domain.md
    3.3).

    :raises TooFew: with fewer than two units.
    :raises NoVariance: when all units are the same.
    :raises WrongShape: when the values are not (U,).
    :raises OutOfRange: when a value is not finite.

    R: ``scales::rescale(x)``.

    >>> between_worst_and_best([3, 5, 4]).tolist()
    [0.0, 1.0, 0.5]
    """
    x = _spread(values)
    found = (x - x.min()) / np.ptp(x)
    return np.asarray(found if more_is_better else 1 - found)


def by_normal_curve(values: ArrayLike, *, more_is_better: bool = True) -> Floats:
    """
    Scores by the normal curve: Φ(z), z = (x - x̄) / s among the units, (U,) (domain.md 3.3).

    :raises TooFew: with fewer than two units.
    :raises NoVariance: when all units are the same.
    :raises WrongShape: when the values are not (U,).
    :raises OutOfRange: when a value is not finite.

    R: ``pnorm(scale(x))``.

    >>> by_normal_curve([3, 5, 4]).round(4).tolist()
    [0.1587, 0.8413, 0.5]
    """
    x = _spread(values)
    z = (x - x.mean()) / x.std(ddof=1)
    return np.asarray(scipy.special.ndtr(z if more_is_better else -z))


def by_rank(values: ArrayLike, *, more_is_better: bool = True) -> Floats:
    """
    Scores by rank among the units, (r - ½) / U with midranks for ties, (U,) (Hazen 1914).

    :raises TooFew: with fewer than two units.
    :raises NoVariance: when all units are the same.
    :raises WrongShape: when the values are not (U,).
    :raises OutOfRange: when a value is not finite.

    R: ``(rank(x) - 0.5) / length(x)``.

    >>> by_rank([3, 5, 4, 4]).tolist()
    [0.125, 0.875, 0.5, 0.5]
    """
    x = _spread(values)
    _, which, size = np.unique(x, return_inverse=True, return_counts=True)
    rank = np.cumsum(size) - (size - 1) / 2
    found = (rank[which] - 0.5) / len(x)
    return np.asarray(found if more_is_better else 1 - found)


def by_points_table(values: ArrayLike, limits: ArrayLike, scores: ArrayLike) -> Floats:
    """
    Scores from a table of bands: from ``limits[k]`` on ``scores[k + 1]``, (U,).

    As scoring sheets have it: below the first limit the first score (domain.md 3.3).

    :param limits: (B,) ascending. :param scores: (B + 1,) from 0 to 1.
    :raises WrongShape: when there is not one score more than limits.
    :raises OutOfRange: when limits do not ascend, a score is not from 0 to 1, or a value is
        not finite.

    R: ``scores[findInterval(x, limits) + 1]``.

    >>> by_points_table([79, 80, 95], [80, 90], [0, 0.6, 1]).tolist()
    [0.0, 0.6, 1.0]
    """
    x, ends = finite(values, "values"), finite(limits, "limits")
    given = finite(scores, "scores")
    if len(given) != len(ends) + 1:
        raise WrongShape(f"{len(ends)} limits make {len(ends) + 1} bands, not {len(given)}")
    if (np.diff(ends) <= 0).any():
        raise OutOfRange("limits ascend, and these do not")
    for score in given.tolist():
        fraction(score, "a score")
    return np.asarray(given[np.searchsorted(ends, x, side="right")])


def _spread(values: ArrayLike) -> Floats:
    x = finite(values, "values")
    if len(x) < 2:
        raise TooFew(f"{len(x)} units are not compared with each other")
    if not np.ptp(x):
        raise NoVariance("all units are the same")
    return x


@dataclass(frozen=True, slots=True, eq=False)
class QualityIndex(Result):
    """
    The index of each of U units, 0 to 100 (more where scores are stretched).

    Where ``usable`` is false less than 70 % of the weight was available, and the value is
    0; ``available`` is that share. ``capped`` units crossed a red line.
    """

    n: int  # units
    value: Floats  # (U,)
    usable: Mask  # (U,)
    available: Floats  # (U,)
    capped: Mask  # (U,)
    method: str
    source: ClassVar[str] = "OECD and JRC 2008, step 6; domain.md 3.3"


def quality_index(
    scores: ArrayLike,
    weights: ArrayLike,
    *,
    answered: Mask | None = None,
    aggregation: Aggregation = Aggregation.ARITHMETIC,
    red_line: Mask | None = None,
    cap: float = 60.0,
) -> QualityIndex:
    """
    A service quality index (OECD and JRC 2008; domain.md 3.3).

    Arithmetic 100 Σ w_k s_k, or geometric 100 Π s_k^w_k with scores of at least 0.01. Where
    an indicator is missing, the weights of the others are normalised again. A unit that
    crossed a red line is held at ``cap``.

    :param scores: (U, K) from 0 on. :param weights: (K,) at least 0.
    :param answered: (U, K) false where a score is missing and not to be looked at.
    :param red_line: (U,) true where a unit crossed one.
    :raises TooFew: without a unit.
    :raises WrongShape: when the shapes do not belong together.
    :raises OutOfRange: when a score or weight is negative, or the cap not from 0 to 100.

    R: ``100 * drop(s %*% w)`` or ``100 * exp(drop(log(s) %*% w))``.

    >>> quality_index([[0.9, 0.5], [0.7, 0.7]], [1, 1]).value.round(6).tolist()
    [70.0, 70.0]
    """
    seen = np.ones(np.shape(scores), np.bool_) if answered is None else answered
    if seen.shape != np.shape(scores):
        raise WrongShape(f"scores of {np.shape(scores)}, but {seen.shape} answered")
    s = finite(np.where(seen, scores, 0.0), "scores", dimensions=2)
    if len(s) < 1:
        raise TooFew("an index needs a unit, and there is none")
    if (s < 0).any():
        raise OutOfRange("a score is at least 0")
    held = np.where(seen, weights_of(weights, s.shape[1]), 0.0)
    available = held.sum(axis=1)
    usable = available >= ENOUGH - _ROUNDING
    share = held / np.where(available > 0, available, 1.0)[:, None]
    value = 100 * _aggregated(s, share, aggregation)
    crossed = np.zeros(len(s), np.bool_) if red_line is None else np.asarray(red_line)
    if crossed.shape != (len(s),):
        raise WrongShape(f"{len(s)} units, but {crossed.shape} red lines")
    highest = 100 * fraction(cap / 100, "a cap, as a share of 100,")
    capped = crossed & usable & (value > highest)
    value = np.where(usable, np.where(capped, highest, value), 0.0)
    return QualityIndex(len(s), value, usable, available, capped, aggregation.value)


_ROUNDING = 1e-9


def _aggregated(scores: Floats, share: Floats, how: Aggregation) -> Floats:
    if how is Aggregation.ARITHMETIC:
        return np.asarray((scores * share).sum(axis=1))
    logs = np.log(np.maximum(scores, GEOMETRIC_FLOOR))
    return np.asarray(np.exp((logs * share).sum(axis=1)))
