"""Risk without drawing: Panjer's recursion, rates from records, and the risk matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import ArrayLike

from .checks import Floats, above, at_least, finite
from .checks import counts as checked_counts
from .errors import OutOfRange, TooMany
from .estimates import tail_of
from .intervals import Interval
from .results import Result

LARGEST_RATE = 700.0
"""Beyond, the chance of no loss is 0 in floats, and the recursion cannot begin."""

MATRIX = 5
"""Likelihoods and consequences are ranked from 1 to 5."""


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate(Result):
    """
    The distribution of a year's loss on a grid: ``chance[k]`` of a loss of k · ``step``.

    Chances beyond the grid are ``beyond``; all sum to 1.
    """

    step: float
    chance: Floats  # (points,)
    beyond: float
    method: ClassVar[str] = "Panjer recursion, Poisson"
    source: ClassVar[str] = "Panjer 1981, eq. 2"

    def quantile(self, level: float) -> float:
        """
        The smallest loss that is not exceeded with this chance: the value at risk.

        :raises OutOfRange: when ``level`` is not between 0 and 1, or beyond the grid.
        """
        tail_of(level)  # refuses an impossible level
        reached = np.cumsum(self.chance) >= level
        if not reached.any():
            raise OutOfRange(f"the grid holds {1 - self.beyond:.4f}, less than {level}")
        return self.step * int(np.argmax(reached))


def panjer(rate: float, severity: ArrayLike, *, step: float, points: int) -> Aggregate:
    """
    The exact distribution of a Poisson number of losses of whole sizes (Panjer 1981).

    g_0 = e^(-λ(1 - f_0)), g_k = λ/k Σ_{j=1}^k j f_j g_(k-j). Deterministic: what simulated
    losses are tested against.

    :param rate: λ, losses a year, up to 700.
    :param severity: (sizes,) the chance that a loss is 0, 1, 2, … steps large.
    :param step: how much money a step is. :param points: how many steps the grid has.
    :raises WrongShape: when the chances are not in one row.
    :raises OutOfRange: when chances are negative or do not sum to 1, or the rate, the step
        or the number of points is not above 0.
    :raises TooMany: with a rate beyond 700.

    R: ``actuar::aggregateDist("recursive", model.freq = "poisson", …)``.

    >>> found = panjer(2.0, [0, 0.5, 0.5], step=100, points=200)
    >>> found.chance[:3].round(6).tolist(), found.quantile(0.95)
    ([0.135335, 0.135335, 0.203003], 700.0)
    """
    f = finite(severity, "chances")
    if (f < 0).any() or abs(f.sum() - 1) > _ROUNDING:
        raise OutOfRange(f"chances are at least 0 and sum to 1, not to {f.sum():g}")
    often = above(rate, 0, "a rate")
    if often > LARGEST_RATE:
        raise TooMany(f"{rate:g} losses a year; the recursion takes up to {LARGEST_RATE:g}")
    size = above(step, 0, "a step")
    g = np.zeros(int(at_least(points, 1, "a number of points")))
    g[0] = np.exp(-often * (1 - f[0]))
    weighted = np.arange(len(f)) * f
    for k in range(1, len(g)):
        reach = min(k, len(f) - 1)
        g[k] = often / k * (weighted[1 : reach + 1] @ g[k - reach : k][::-1])
    return Aggregate(size, g, max(0.0, 1 - float(g.sum())))


_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Rate(Result):
    """How often something happens a year, with a credible interval; ``n`` are incidents."""

    n: int
    years: float
    rate: float
    interval: Interval
    method: ClassVar[str] = "gamma-Poisson"
    source: ClassVar[str] = "Gelman et al. 2013, 2.6; domain.md 4.16"


def rate_of_incidents(
    incidents: int,
    years: float,
    *,
    prior_incidents: float = 0.5,
    prior_years: float = 0.0,
    level: float = 0.9,
) -> Rate:
    """
    A yearly rate from a record: (a + x) / (b + years), gamma about it (domain.md 4.16).

    :param prior_incidents: a, and ``prior_years`` b: what was known before, as if it had
        been seen; ½ in 0 years says next to nothing (Jeffreys 1946).
    :raises OutOfRange: when a number is negative, the years are none, nothing was seen or
        known, or ``level`` is not between 0 and 1.

    R: ``qgamma(c(.05, .95), a + x, b + years)``.

    >>> found = rate_of_incidents(3, 2.0)
    >>> found.rate, round(found.interval.low, 4), round(found.interval.high, 4)
    (1.75, 0.5418, 3.5168)
    """
    seen = int(checked_counts(incidents, "incidents"))
    a = above(seen + at_least(prior_incidents, 0, "prior incidents"), 0, "all incidents")
    b = above(years, 0, "years") + at_least(prior_years, 0, "prior years")
    tail = tail_of(level)
    low, high = scipy.special.gammaincinv(a, [tail, 1 - tail]) / b
    found = Interval(float(low), float(high), level, "gamma-Poisson", Rate.source)
    return Rate(seen, float(years), a / b, found)


def risk_level(likelihood: int, consequence: int, table: ArrayLike) -> int:
    """
    A risk's level from a matrix: looked up, never a product of ranks (ISO 31010, B.10.3).

    A product would make 5 · 1 and 1 · 5 the same, which they are not (domain.md 4.16).

    :param likelihood: 1 to 5, so is ``consequence``.
    :param table: (5, 5) levels, likelihood down; no worse rank may lower the level.
    :raises OutOfRange: when a rank is not 1 to 5, or a worse rank lowers the level.
    :raises WrongShape: when the table is not 5 by 5.

    R: ``table[likelihood, consequence]``.

    >>> risk_level(2, 5, np.add.outer(np.arange(5), 2 * np.arange(5)))
    9
    """
    levels = checked_counts(table, "levels", shape=(MATRIX, MATRIX))
    if any((np.diff(levels, axis=axis) < 0).any() for axis in (0, 1)):
        raise OutOfRange("no worse rank lowers a level, and in this table one does")
    if not (1 <= likelihood <= MATRIX and 1 <= consequence <= MATRIX):
        raise OutOfRange(f"ranks are 1 to {MATRIX}, not {likelihood} and {consequence}")
    return int(levels[likelihood - 1, consequence - 1])
