"""
Which items satisfaction goes with: derived importance.

From the moments of the predictors and an outcome, so it adds up from halls to company.
"Goes with", never "causes": these are associations among answers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .errors import Collinear, NoVariance, TooFew, TooMany
from .moments import Moments

MOST_PREDICTORS = 16
"""Shares are exact over all 65,536 subsets of 16; group further items by dimension."""

Floats = NDArray[np.float64]

_SMALLEST_EIGENVALUE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """
    How an outcome goes with each of p predictors, over n respondents.

    ``shares`` are the general-dominance (LMG) parts of R², and sum to it.
    ``weights`` are standardised regression coefficients β, ``inflation`` their VIF: above
    5 a weight says little, and may even turn its sign, where the share does not.
    """

    n: int
    r_squared: float
    shares: Floats  # (p,)
    weights: Floats  # (p,)
    correlations: Floats  # (p,)
    inflation: Floats  # (p,)
    method: str


def drivers(moments: Moments) -> Drivers:
    """
    What each predictor contributes to the outcome's R².

    LMG (Lindeman, Merenda and Gold 1980, p. 119; Shapley 1953; general dominance, Budescu
    1993): φ_j = Σ over S without j of |S|!(p-|S|-1)!/p! · (R²(S∪j) - R²(S)), exact.
    R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "lmg")``.

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :raises TooFew: without a predictor, or with no more respondents than columns.
    :raises TooMany: with more than 16 predictors.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> found = drivers(Moments.of(rows))
    >>> round(found.r_squared, 4), found.shares.round(4).tolist()
    (0.967, [0.5472, 0.4198])
    """
    p = moments.items - 1
    if p > MOST_PREDICTORS:
        raise TooMany(f"{p} predictors; shares are exact up to {MOST_PREDICTORS}")
    correlation = _usable_correlation(moments)
    among, towards = correlation[:p, :p], correlation[:p, p]
    weights: Floats = np.linalg.solve(among, towards).astype(np.float64)
    return Drivers(
        n=moments.n,
        r_squared=float(weights @ towards),
        shares=_general_dominance(among, towards),
        weights=weights,
        correlations=towards,
        inflation=np.diag(np.linalg.inv(among)).copy(),
        method="LMG",
    )


def correlations(moments: Moments) -> Floats:
    """
    The correlation matrix of k items, (k, k). R: ``cor(rows)``.

    :raises TooFew: with fewer than two respondents.
    :raises NoVariance: when everybody gave one item the same answer.

    >>> correlations(Moments.of(np.array([[1, 2], [2, 1], [3, 3]])))[0, 1].item()
    0.5
    """
    covariance = moments.covariance
    spread = np.sqrt(np.diag(covariance))
    if not spread.all():
        raise NoVariance(f"everybody gave item {int(np.argmin(spread))} the same answer")
    found: Floats = covariance / np.outer(spread, spread)
    np.fill_diagonal(found, 1.0)
    return found


def _usable_correlation(moments: Moments) -> Floats:
    p = moments.items - 1
    if p < 1 or moments.n <= moments.items:
        raise TooFew(f"{moments.n} respondents cannot tell {p} predictors apart")
    correlation = correlations(moments)
    if np.linalg.eigvalsh(correlation[:p, :p])[0] < _SMALLEST_EIGENVALUE:
        raise Collinear("some predictors together say exactly what another says")
    return correlation


def _general_dominance(among: Floats, towards: Floats) -> Floats:
    p = len(towards)
    explained = np.zeros(2**p)  # R² of each subset, whose bits say who is in it
    for size in range(1, p + 1):
        members = _subsets(p, size)
        matrices = among[members[:, :, None], members[:, None, :]]
        sides = towards[members]
        solved = np.linalg.solve(matrices, sides[:, :, None])[:, :, 0]
        explained[(1 << members).sum(axis=1)] = (solved * sides).sum(axis=1)
    every = np.arange(2**p)
    sizes = _bits(p)
    weight = np.array([1 / (p * math.comb(p - 1, size)) for size in range(p)] + [0.0])
    shares = np.empty(p)
    for place in range(p):
        without = every[(every >> place & 1) == 0]
        gained = explained[without | 1 << place] - explained[without]
        shares[place] = weight[sizes[without]] @ gained
    return shares


@lru_cache(maxsize=256)
def _subsets(p: int, size: int) -> NDArray[np.int64]:
    """All ways to choose ``size`` of p, (ways, size)."""
    return np.array(list(combinations(range(p), size)), np.int64)


def _bits(p: int) -> NDArray[np.int64]:
    """How many bits are set in each number below 2^p."""
    counted = np.zeros(1, np.int64)
    for _ in range(p):
        counted = np.concatenate((counted, counted + 1))
    return counted
