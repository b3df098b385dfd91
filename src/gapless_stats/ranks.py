"""
How units rank, and how sure that is.

A rank is the least certain of all numbers: of sixty halls the middle forty can often not
be told apart. So every rank comes with the interval it lies in, and only a unit that is
almost surely among the best or the worst should be called so (Goldstein and Spiegelhalter
1996). Rank 1 has the highest true mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import OutOfRange, TooFew
from .exact import Integers
from .results import Result
from .shrinkage import Floats, Shrunken

CALL_OUT = 0.8
"""Only above this probability a unit is called one of the best or worst (domain.md 4.9)."""

DRAWS = 4_000
SEED = 20_260_101
"""Any number will do, as long as it stays: the same page shows the same ranks twice."""

MOST_DRAWN = 100
"""Of more units than this ranks are computed without drawing; see ``ranks_by_integral``."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranks(Result):
    """
    Where each of ``n`` units may rank, 1 being the highest.

    ``low`` to ``high`` hold the rank with probability ``level``; ``best`` and ``worst``
    are the probabilities to be among the ``tail`` best or worst units.
    """

    n: int
    expected: Floats  # (B,)
    low: Integers  # (B,) the better end
    high: Integers  # (B,)
    best: Floats  # (B,)
    worst: Floats  # (B,)
    tail: int
    level: float
    method: str
    source: ClassVar[str] = "Goldstein and Spiegelhalter 1996"


def ranks(shrunken: Shrunken, *, level: float = 0.9, share: float = 0.1) -> Ranks:
    """
    The ranks of the units' true means: drawn, or of more than 100 units integrated.

    Both take each true mean as normal about its estimate, independent of the others
    (Goldstein and Spiegelhalter 1996). R: ``apply(draws, 1, function(x) rank(-x))``.

    :param share: how many of the units count as best, and as worst; at least one does.
    :raises OutOfRange: when ``level`` or ``share`` is not between 0 and 1.

    >>> from .shrinkage import UnitMeans, shrink
    >>> three = UnitMeans(np.array([9, 9, 9]), np.array([1.0, 6, 3]), np.array([0.1] * 3))
    >>> ranks(shrink(three)).low.tolist()
    [3, 1, 2]
    """
    if len(shrunken.estimate) > MOST_DRAWN:
        return ranks_by_integral(shrunken, level=level, share=share)
    return ranks_by_draws(shrunken, level=level, share=share)


def ranks_by_draws(
    shrunken: Shrunken,
    *,
    level: float = 0.9,
    share: float = 0.1,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Ranks:
    """
    Ranks from ``draws`` joint draws of the true means: the definition.

    Goldstein and Spiegelhalter 1996. R: ``apply(matrix(rnorm(n * B, est, sqrt(v)), B), 2,
    function(x) rank(-x))``.

    :raises TooFew: without a draw.
    :raises OutOfRange: when ``level`` or ``share`` is not between 0 and 1.

    >>> from .shrinkage import UnitMeans, shrink
    >>> three = UnitMeans(np.array([9, 9, 9]), np.array([1.0, 6, 3]), np.array([0.1] * 3))
    >>> ranks_by_draws(shrink(three)).expected.tolist()
    [3.0, 1.0, 2.0]
    """
    lower, upper = _tails(level)
    count, tail = len(shrunken.estimate), _tail(shrunken, share)
    if draws < 1:
        raise TooFew(f"ranks are counted over draws, and there are {draws}")
    normal = np.random.default_rng(seed).standard_normal((draws, count))
    drawn = shrunken.estimate + np.sqrt(shrunken.variance) * normal
    order = np.argsort(-drawn, axis=1)
    # How often each unit took each place: all else is read off these counts.
    flat = (order * count + np.arange(count)).ravel()
    taken = np.bincount(flat, minlength=count * count).reshape(count, count)
    places, below = np.arange(1, count + 1), taken.cumsum(axis=1)
    return Ranks(
        n=count,
        expected=taken @ places / draws,
        low=1 + (below < lower * draws).sum(axis=1),
        high=1 + (below < upper * draws).sum(axis=1),
        best=taken[:, :tail].sum(axis=1) / draws,
        worst=taken[:, count - tail :].sum(axis=1) / draws,
        tail=tail,
        level=level,
        method=f"{draws} draws",
    )


def ranks_by_integral(
    shrunken: Shrunken, *, level: float = 0.9, share: float = 0.1
) -> Ranks:
    """
    What ever more draws come to, in milliseconds for thousands of units.

    Where a unit's true mean is x, the others above it number Σ_j Φ((θ̂_j - x) / s_j) on
    average, with variance Σ_j Φ(1 - Φ): by the central limit theorem nearly normal for
    many units. Averaged over 64 equally likely x of the unit itself (Goldstein and
    Spiegelhalter 1996 for the ranks). R: as ``ranks_by_draws``, with ever more draws.

    :raises OutOfRange: when ``level`` or ``share`` is not between 0 and 1.

    >>> from .shrinkage import UnitMeans, shrink
    >>> three = UnitMeans(np.array([9, 9, 9]), np.array([1.0, 6, 3]), np.array([0.1] * 3))
    >>> ranks_by_integral(shrink(three)).expected.round(3).tolist()
    [3.0, 1.0, 2.0]
    """
    lower, upper = _tails(level)
    count, tail = len(shrunken.estimate), _tail(shrunken, share)
    above, spread = _above(shrunken)
    near, closeness = above.astype(np.float32), (1 / spread).astype(np.float32)

    def at_most(rank: Floats) -> Floats:
        """The probability of each unit's rank being at most ``rank``, (B,)."""
        apart = (rank - 0.5).astype(np.float32)[:, None] - near
        found: Floats = _normal(apart * closeness).mean(axis=1, dtype=np.float64)
        return found

    return Ranks(
        n=count,
        expected=1 + above.mean(axis=1),
        low=_first_rank(at_most, lower, count),
        high=_first_rank(at_most, upper, count),
        best=at_most(np.full(count, float(tail))),
        worst=1 - at_most(np.full(count, float(count - tail))),
        tail=tail,
        level=level,
        method="integral",
    )


@cache
def _nodes() -> Floats:
    """Equally likely values of a standard normal variable, (64,)."""
    return np.asarray(scipy.special.ndtri((np.arange(64) + 0.5) / 64))


_GRID = 256
_REACH = 5.0


def _above(shrunken: Shrunken) -> tuple[Floats, Floats]:
    """How many others lie above a unit, at each of its nodes: mean and sd, (B, nodes)."""
    centre, spread = shrunken.estimate, np.sqrt(shrunken.variance)
    ends = (centre - _REACH * spread).min(), (centre + _REACH * spread).max()
    grid = np.linspace(*ends, _GRID)
    higher = _normal((centre[:, None] - grid) / spread[:, None])  # (B, grid)
    expected = higher.sum(axis=0, dtype=np.float64)
    uncertain = expected - np.square(higher).sum(axis=0, dtype=np.float64)
    at = centre[:, None] + spread[:, None] * _nodes()
    itself = scipy.special.ndtr(-_nodes())
    others = np.interp(at, grid, expected) - itself
    variance = np.interp(at, grid, uncertain) - itself * (1 - itself)
    return others, np.sqrt(np.maximum(variance, _CERTAIN))


_CERTAIN = 1e-6
"""A variance of 0 would divide by 0; this small, nobody's place is uncertain."""


def _normal(z: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """
    Φ(z) to within 0.00014, some seventeen times faster than exactly: a logistic function
    of a cubic (Bowling, Khasawneh, Kaewkuekool and Cho 2009). Draws miss by more.
    """
    short = np.clip(z.astype(np.float32, copy=False), -_FAR, _FAR)
    cubic = short * (np.float32(1.5976) + np.float32(0.07056) * short * short)
    return np.asarray(1 / (1 + np.exp(-cubic)), np.float32)


_FAR = 8.0


def _first_rank(at_most: Callable[[Floats], Floats], chance: float, count: int) -> Integers:
    """The first rank that is not passed with this chance, found by halving, (B,)."""
    low, high = np.ones(count), np.full(count, float(count))
    for _ in range(count.bit_length()):
        middle = np.floor((low + high) / 2)
        enough = at_most(middle) >= chance
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.minimum(middle + 1, high))
    return high.astype(np.int64)


def probability_below(shrunken: Shrunken, target: float) -> Floats:
    """
    How probably each unit's true mean lies below a target, Φ((target - θ̂) / s), (B,).

    Goldstein and Spiegelhalter 1996. R: ``pnorm(target, est, sqrt(v))``.

    :raises OutOfRange: when the target is not a finite number.

    >>> from .shrinkage import UnitMeans, shrink
    >>> three = UnitMeans(np.array([9, 9, 9]), np.array([1.0, 6, 3]), np.array([0.1] * 3))
    >>> probability_below(shrink(three), 2.0).round(3).tolist()
    [1.0, 0.0, 0.0]
    """
    if not math.isfinite(target):
        raise OutOfRange(f"{target} is no target")
    apart = (target - shrunken.estimate) / np.sqrt(shrunken.variance)
    return np.asarray(scipy.special.ndtr(apart))


def _tails(level: float) -> tuple[float, float]:
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2, (1 + level) / 2


def _tail(shrunken: Shrunken, share: float) -> int:
    if not 0 < share < 1:
        raise OutOfRange(f"a share of the units lies between 0 and 1, not at {share}")
    return max(1, math.floor(share * len(shrunken.estimate) + 0.5))
