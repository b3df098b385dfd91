"""
The bootstrap, from counts: a draw of n answers is a multinomial over the distinct ones.

So a draw from a million answers on eleven levels takes as long as one from a hundred. For
small n and skewed statistics; where moments are kept in groups, see ``jackknife``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .estimates import tail_of
from .exact import AnyIntegers
from .intervals import Interval
from .moments import Moments
from .results import Result
from .tables import Histogram

Floats = NDArray[np.float64]
Ends = Literal["percentile", "BCa"]
OfSums = Callable[[Floats], Floats]
"""A statistic of sums: (draws, d) sums of d features to (draws,) numbers."""

DRAWS = 2_000
SEED = 20_260_101

_FEWEST_DRAWS = 100
_AT_ONCE = 4_000_000  # numbers held at a time
_SOURCES = {
    "percentile": "Efron 1979; Efron and Tibshirani 1993, ch. 13",
    "BCa": "Efron 1987; Efron and Tibshirani 1993, ch. 14",
}


@dataclass(frozen=True, slots=True)
class Bootstrap(Result):
    """A statistic with its error and interval from ``draws`` samples, in its own unit."""

    n: int
    estimate: float
    error: float
    interval: Interval
    draws: int
    seed: int
    method: str
    source: str


def bootstrap(
    features: Floats,
    counts: AnyIntegers,
    statistic: OfSums,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    level: float = 0.95,
    ends: Ends = "percentile",
) -> Bootstrap:
    """
    The error of any statistic of sums, from the distinct answers and their counts.

    Draw m* ~ Multinomial(n, m / n) and compute the statistic of m*'F. Percentile ends, or
    bias-corrected and accelerated ones (BCa: acceleration from leaving out one answer).
    R: ``boot::boot.ci(boot::boot(y, f, 2000), type = c("perc", "bca"))``.

    :param features: (P, d) what a distinct answer adds to each of d sums; give a column of
        ones where the statistic needs n.
    :param counts: (P,) how often each occurred.
    :param statistic: (D, d) sums to (D,) numbers, all draws at once.
    :param draws: at least 100; the same ``seed`` gives the same numbers.
    :raises WrongShape: when there is not one count to each row of features, or the
        statistic does not give one number a draw.
    :raises TooFew: with fewer than two answers.
    :raises OutOfRange: when a count is negative, there are too few draws, the ends are
        unknown, the statistic is not finite, or ``level`` is not between 0 and 1.
    :raises NoVariance: when every draw gives the same number.

    Source: Efron 1979, Annals of Statistics 7:1; Efron 1987.

    >>> levels, counts = np.arange(1.0, 6.0), np.array([1, 4, 9, 12, 4])
    >>> found = bootstrap(levels[:, None], counts, lambda sums: sums[:, 0] / 30)
    >>> round(found.estimate, 4), round(found.error, 2)
    (3.4667, 0.18)
    """
    tail = tail_of(level)
    n = _usable(features, counts, draws, ends)
    whole = counts.astype(np.float64) @ features
    estimate = float(_of(statistic, whole[None])[0])
    found = np.sort(_of(statistic, _drawn(features, counts, n, draws, seed)))
    if found[0] == found[-1]:
        raise NoVariance(f"all {draws} draws give {estimate}")
    at = np.array([tail, 1 - tail])
    if ends == "BCa":
        left_out = _of(statistic, whole[None] - features[counts > 0])
        at = _corrected(found, estimate, left_out, counts[counts > 0], at)
    low, high = np.quantile(found, at).tolist()
    return Bootstrap(
        n=n,
        estimate=estimate,
        error=float(found.std(ddof=1)),
        interval=Interval(low, high, level, f"{ends} bootstrap", _SOURCES[ends]),
        draws=draws,
        seed=seed,
        method=f"{ends} bootstrap of answers",
        source=_SOURCES[ends],
    )


def bootstrap_mean(
    answers: Histogram,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    level: float = 0.95,
    ends: Ends = "percentile",
) -> Bootstrap:
    """
    The mean of a histogram's answers, in scale points: ``bootstrap`` of one sum.

    R: ``boot::boot.ci(boot::boot(y, \\(y, i) mean(y[i]), 2000), type = "perc")``.

    :raises TooFew: with fewer than two answers.
    :raises OutOfRange: when there are too few draws, the ends are unknown, or ``level`` is
        not between 0 and 1.
    :raises NoVariance: when everybody answered the same.

    Source: Efron 1979, Annals of Statistics 7:1.

    >>> found = bootstrap_mean(Histogram(1, 5, np.array([100, 400, 900, 1200, 400])))
    >>> found.estimate.__round__(4), found.interval.low.__round__(2)
    (3.4667, 3.43)
    """
    n = answers.n
    if n < 2:
        raise TooFew(f"draws are from two answers at least, and there are {n}")
    return bootstrap(
        answers.values[:, None].astype(np.float64),
        answers.counts,
        lambda sums: sums[:, 0] / n,
        draws=draws,
        seed=seed,
        level=level,
        ends=ends,
    )


def bootstrap_alpha(
    patterns: AnyIntegers,
    counts: AnyIntegers,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    level: float = 0.95,
    ends: Ends = "percentile",
) -> Bootstrap:
    """
    Cronbach's alpha of k items, from the distinct rows of answers and their counts.

    Each draw needs the k + 1 variances of items and total only.
    R: ``psych::alpha(d, n.iter = 2000)$boot.ci``.

    :param patterns: (P, k) answers, complete; ``counts`` (P,) how often each occurred:
        ``np.unique(rows, axis=0, return_counts=True)``.
    :raises WrongShape: when there is not one count to each pattern.
    :raises TooFew: with fewer than two items or two respondents.
    :raises OutOfRange: when a count is negative, there are too few draws, the ends are
        unknown, or ``level`` is not between 0 and 1.
    :raises NoVariance: when, in some draw, all respondents have the same total.

    Source: Cronbach 1951, eq. 2; Efron 1979.

    >>> rng = np.random.default_rng(1)
    >>> rows = rng.integers(1, 5, (200, 1)) + rng.integers(0, 3, (200, 4))
    >>> found = bootstrap_alpha(*np.unique(rows, axis=0, return_counts=True))
    >>> 0.8 < found.interval.low < found.estimate < found.interval.high < 0.95
    True
    """
    if patterns.ndim != 2 or patterns.shape[1] < 2:
        raise TooFew(f"alpha is of two items at least, not of {patterns.shape}")
    k, n = patterns.shape[1], int(counts.sum())
    columns = np.column_stack((patterns, patterns.sum(axis=1))).astype(np.float64)
    # About their means sums of squares lose nothing to cancellation.
    columns -= (counts @ columns) / max(n, 1)

    def alpha(sums: Floats) -> Floats:
        scatter = sums[:, k + 1 :] - sums[:, : k + 1] ** 2 / n
        if (scatter[:, -1] <= _ROUNDING * n).any():
            raise NoVariance("in some draw all respondents have the same total")
        return np.asarray(k / (k - 1) * (1 - scatter[:, :-1].sum(axis=1) / scatter[:, -1]))

    return bootstrap(
        np.column_stack((columns, columns**2)),
        counts,
        alpha,
        draws=draws,
        seed=seed,
        level=level,
        ends=ends,
    )


def bootstrap_units(
    units: Sequence[Moments],
    statistic: Callable[[Moments], float],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    level: float = 0.95,
) -> Bootstrap:
    """
    The error of any statistic of moments where answers of one unit go together.

    Units are drawn with replacement, each with all its answers (Davison and Hinkley 1997,
    section 3.8). R: ``boot::boot(units, \\(u, i) f(Reduce(`+`, u[i])), 2000)``.

    :param units: the moments of each of B units, 10 or more to mean much.
    :param statistic: of moments: ``lambda m: cronbach_alpha(m).value``.
    :param draws: at least 100; each computes the statistic once.
    :raises TooFew: with fewer than two units, or an empty one.
    :raises OutOfRange: when there are too few draws, the statistic is not finite, or
        ``level`` is not between 0 and 1.
    :raises NoVariance: when every draw gives the same number.

    Source: Davison and Hinkley 1997, Bootstrap Methods and their Application, section 3.8.

    >>> units = [Moments.of(np.array([[each], [each + 1]])) for each in range(1, 21)]
    >>> found = bootstrap_units(units, lambda moments: moments.mean[0].item())
    >>> found.estimate, round(found.error, 1)
    (11.0, 1.3)
    """
    tail_of(level)
    if len(units) < 2 or min(each.n for each in units) < 1:
        raise TooFew(f"two units with an answer each at least, not {len(units)}")
    k = units[0].items
    stacked = np.array(
        [[each.n, *each.total.tolist(), *each.cross.ravel().tolist()] for each in units]
    )

    def of_sums(sums: Floats) -> Floats:
        rows = np.rint(sums).astype(np.int64)
        return np.array(
            [
                statistic(Moments(int(row[0]), row[1 : k + 1], row[k + 1 :].reshape(k, k)))
                for row in rows
            ]
        )

    found = bootstrap(
        stacked.astype(np.float64),
        np.ones(len(units), np.int64),
        of_sums,
        draws=draws,
        seed=seed,
        level=level,
    )
    return Bootstrap(
        n=sum(each.n for each in units),
        estimate=found.estimate,
        error=found.error,
        interval=found.interval,
        draws=draws,
        seed=seed,
        method="percentile bootstrap of units",
        source="Davison and Hinkley 1997, section 3.8",
    )


_ROUNDING = 1e-12


def _drawn(features: Floats, counts: AnyIntegers, n: int, draws: int, seed: int) -> Floats:
    """The sums of each draw, (draws, d)."""
    rng = np.random.default_rng(seed)
    kept = counts > 0
    features, counts = features[kept], counts[kept].astype(np.int64)
    # A multinomial costs its cells, drawing answers one by one costs the answers.
    one_by_one = n < _CHEAPER * len(counts)
    step = max(1, _AT_ONCE // (n if one_by_one else len(counts)))
    found = []
    for start in range(0, draws, step):
        size = min(step, draws - start)
        if one_by_one:
            drawn = _one_by_one(rng, counts, n, size)
        else:
            drawn = rng.multinomial(n, counts / n, size=size)
        found.append(drawn.astype(np.float64) @ features)
    return np.concatenate(found)


_CHEAPER = 4


def _one_by_one(
    rng: np.random.Generator, counts: AnyIntegers, n: int, size: int
) -> NDArray[np.int64]:
    cells = len(counts)
    place = np.repeat(np.arange(cells), counts)
    drawn = place[rng.integers(0, n, size=(size, n), dtype=np.int32)]
    drawn += np.arange(size)[:, None] * cells
    return np.bincount(drawn.ravel(), minlength=size * cells).reshape(size, cells)


def _corrected(
    found: Floats, estimate: float, left_out: Floats, counts: AnyIntegers, at: Floats
) -> Floats:
    """Where BCa reads the sorted draws (Efron 1987, eqs. 2.3 and 6.6)."""
    below = np.searchsorted(found, estimate) + np.searchsorted(found, estimate, "right")
    share = np.clip(below / (2 * len(found)), 1 / len(found), 1 - 1 / len(found))
    bias = float(scipy.special.ndtri(share))
    apart = counts @ left_out / counts.sum() - left_out
    spread = float(counts @ apart**2)
    acceleration = float(counts @ apart**3) / (6 * spread**1.5) if spread else 0.0
    z = bias + scipy.special.ndtri(at)
    return np.asarray(scipy.special.ndtr(bias + z / (1 - acceleration * z)))


def _of(statistic: OfSums, sums: Floats) -> Floats:
    found = np.asarray(statistic(sums), dtype=np.float64)
    if found.shape != (len(sums),):
        raise WrongShape(f"{len(sums)} draws have given {found.shape} numbers")
    if not np.isfinite(found).all():
        raise OutOfRange("in some draw the statistic is no finite number")
    return found


def _usable(features: Floats, counts: AnyIntegers, draws: int, ends: str) -> int:
    if features.ndim != 2 or counts.shape != features.shape[:1]:
        raise WrongShape(f"features {features.shape} and counts {counts.shape} differ")
    if (counts < 0).any():
        raise OutOfRange("a count is at least 0")
    if draws < _FEWEST_DRAWS:
        raise OutOfRange(f"{draws} draws say nothing about the ends of an interval")
    if ends not in _SOURCES:
        raise OutOfRange(f"ends are percentile or BCa, not {ends}")
    n = int(counts.sum())
    if n < 2:
        raise TooFew(f"draws are from two answers at least, and there are {n}")
    return n
