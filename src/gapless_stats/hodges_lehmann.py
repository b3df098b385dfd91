"""By how much answers differ, whatever their distribution (Hodges and Lehmann 1963)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import OutOfRange, TooFew, TooMany, WrongShape
from .exact import Integers
from .intervals import Interval
from .results import Result

Floats = NDArray[np.float64]

EXACT_BELOW = 50
"""With fewer answers than this the rank sum's distribution is exact, as R's is."""

MOST_VALUES = 4_000
"""Of more distinct values than this the pairs would not fit into memory; round them."""

_HODGES_LEHMANN = "Hodges and Lehmann 1963, Annals of Mathematical Statistics 34:598"


@dataclass(frozen=True, slots=True)
class Shift(Result):
    """
    By how much answers lie above 0, or above others, in their own unit.

    ``n`` are the pairs, or the answers on either side.
    """

    n: tuple[int, ...]
    shift: float
    interval: Interval
    method: str
    source: str = _HODGES_LEHMANN


def pseudo_median(
    values: NDArray[np.generic], counts: NDArray[np.integer], *, level: float = 0.95
) -> Shift:
    """
    The middle of differences within pairs: the median of all (d_i + d_j)/2, i ≤ j.

    The interval is [W_(q), W_(M+1-q)] of the M = n(n+1)/2 ordered averages, with q the
    signed-rank distribution's quantile: exact below 50 pairs, else
    n(n+1)/4 - z √(n(n+1)(2n+1)/24). Goes with ``wilcoxon_signed_rank``.
    R: ``wilcox.test(d, conf.int = TRUE)``; with 50 pairs or ties R solves for the interval
    instead, which moves an end by no more than one step between averages.

    :param values: (k,) the distinct differences; ``counts``: (k,) how often each occurred.
    :raises TooFew: with fewer than six pairs: no interval holds 95 % there.
    :raises TooMany: with more than 4,000 distinct differences.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a difference is not finite, a count below 0, or the level not
        between 0 and 1.

    Source: Hodges and Lehmann 1963; Hollander and Wolfe 1999, eq. 3.23 and 3.27. Their
    example 3.1, depression before and after, which R has in ``?wilcox.test``:

    >>> differences = np.array([-.952, .147, -1.022, -.43, -.62, -.59, -.49, .08, -.01])
    >>> found = pseudo_median(differences, np.ones(9, int))
    >>> round(found.shift, 3), round(found.interval.low, 3), round(found.interval.high, 3)
    (-0.46, -0.786, -0.01)
    """
    found, often = _counted(values, counts)
    n = int(often.sum())
    middle, spread = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    first = _first((n,), level, _signed_rank_chances, (middle, spread))
    pairs = np.triu_indices(len(found))
    averages = (found[pairs[0]] + found[pairs[1]]) / 2
    same = pairs[0] == pairs[1]
    times = often[pairs[0]] * np.where(same, 0, often[pairs[1]])
    times += np.where(same, often[pairs[0]] * (often[pairs[0]] + 1) // 2, 0)
    shift, low, high = _middle(averages, times, first)
    interval = Interval(low, high, level, "signed-rank order statistics", _HODGES_LEHMANN)
    return Shift((n,), shift, interval, "pseudo-median of pairs")


def shift_between(
    values: NDArray[np.generic],
    counts: NDArray[np.integer],
    other_values: NDArray[np.generic],
    other_counts: NDArray[np.integer],
    *,
    level: float = 0.95,
) -> Shift:
    """
    By how much answers of one group lie above another's: the median of all x_i - y_j.

    The interval is [D_(q), D_(mn+1-q)] of the mn ordered differences, with q the rank sum's
    quantile: exact where both groups are below 50, else mn/2 - z √(mn(m+n+1)/12).
    R: ``wilcox.test(x, y, conf.int = TRUE)``; see ``pseudo_median`` for ties.

    :param values: (k,) distinct answers; ``counts``: (k,) how often each was given.
    :raises TooFew: when the groups are too small for an interval of this level.
    :raises TooMany: with more than 4,000 distinct answers on a side.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when an answer is not finite, a count below 0, or the level not
        between 0 and 1.

    Source: Hodges and Lehmann 1963; Hollander and Wolfe 1999, eq. 4.33 and 4.37. Their
    example 4.1, permeability of membranes, which R has in ``?wilcox.test``:

    >>> x = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
    >>> y = np.array([1.15, 0.88, 0.90, 0.74, 1.21])
    >>> found = shift_between(x, np.ones(10, int), y, np.ones(5, int))
    >>> round(found.shift, 3), round(found.interval.low, 2), round(found.interval.high, 2)
    (0.305, -0.15, 0.76)
    """
    found, often = _counted(values, counts)
    others, other_often = _counted(other_values, other_counts)
    m, n = int(often.sum()), int(other_often.sum())
    middle, spread = m * n / 2, math.sqrt(m * n * (m + n + 1) / 12)
    first = _first((m, n), level, _rank_sum_chances, (middle, spread))
    differences = (found[:, None] - others[None, :]).ravel()
    times = (often[:, None] * other_often[None, :]).ravel()
    shift, low, high = _middle(differences, times, first)
    interval = Interval(low, high, level, "rank-sum order statistics", _HODGES_LEHMANN)
    return Shift((m, n), shift, interval, "median difference between groups")


def _counted(
    values: NDArray[np.generic], counts: NDArray[np.integer]
) -> tuple[Floats, Integers]:
    found = np.asarray(values, dtype=np.float64)
    often = np.asarray(counts).astype(np.int64)
    if found.shape != often.shape or found.ndim != 1:
        raise WrongShape(f"{found.size} values, but {often.size} counts")
    if not np.isfinite(found).all() or (often < 0).any():
        raise OutOfRange("values are finite, and a count is at least 0")
    seen = often > 0
    if seen.sum() > MOST_VALUES:
        raise TooMany(f"{int(seen.sum())} distinct values; round them to {MOST_VALUES}")
    return found[seen], often[seen]


def _first(
    sizes: tuple[int, ...],
    level: float,
    chances: Callable[..., Floats],
    normal: tuple[float, float],
) -> int:
    """Which of the ordered pairs bounds the interval below, counted from 1."""
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    tail = (1 - level) / 2
    if min(sizes) < 1:
        raise TooFew("a shift needs answers, and there are none")
    if max(sizes) < EXACT_BELOW:
        below = chances(*sizes).cumsum()
        # The quantile of the rank sum is the first value with this chance at or below it.
        first = int(np.searchsorted(below, tail * (1 - 1e-12)))
        if below[0] > tail:
            raise TooFew(f"no interval of {sizes} answers has a level of {level}")
        return max(first, 1)
    middle, spread = normal
    z = float(scipy.special.ndtri(1 - tail))
    return max(1, math.floor(middle - z * spread))


def _signed_rank_chances(n: int) -> Floats:
    """The probability of each sum of positive ranks, 0 to n(n+1)/2."""
    chances = np.zeros(n * (n + 1) // 2 + 1)
    chances[0] = 1.0
    for rank in range(1, n + 1):
        up = np.zeros_like(chances)
        up[rank:] = chances[:-rank]
        chances = (chances + up) / 2
    return chances


def _rank_sum_chances(m: int, n: int) -> Floats:
    """The probability of each count of pairs with x above y, 0 to mn (Mann and Whitney)."""
    ways = np.zeros(m * n + 1)
    ways[0] = 1.0
    # The Gaussian binomial coefficient: times 1 - q^(n+i), over 1 - q^i.
    for each in range(1, m + 1):
        if n + each <= m * n:
            ways[n + each :] -= ways[: -n - each].copy()
        rows = -(-len(ways) // each)
        table = np.zeros(rows * each)
        table[: len(ways)] = ways
        ways = table.reshape(rows, each).cumsum(axis=0).ravel()[: m * n + 1]
    return np.asarray(ways / ways.sum())


def _middle(values: Floats, times: Integers, first: int) -> tuple[float, float, float]:
    """The median and the ``first`` from either end of values that occur so often."""
    order = np.argsort(values, kind="stable")
    ranked, upto = values[order], times[order].cumsum()
    whole = int(upto[-1])
    places = [(whole + 1) // 2, whole // 2 + 1, first, whole + 1 - first]
    found = ranked[np.searchsorted(upto, np.array(places))].tolist()
    return (found[0] + found[1]) / 2, found[2], found[3]
