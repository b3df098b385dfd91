"""What predictors and an outcome have in common, checked once for all that divides R²."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .errors import Collinear, NoVariance, OutOfRange, TooFew, TooMany, WrongShape
from .exact import Integers
from .moments import Moments
from .results import Result

Floats = NDArray[np.float64]

MOST_EXACT = 16
"""All 65,536 subsets of 16 predictors take a moment, of 22 minutes (domain.md 4.7)."""

_SMALLEST_EIGENVALUE = 1e-10


def correlations(moments: Moments) -> Floats:
    """
    The correlation matrix of k items, (k, k): s_ij / √(s_ii s_jj), from -1 to 1.

    Pearson (1896). R: ``cor(rows)``.

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


@dataclass(frozen=True, slots=True, eq=False)
class Predictors(Result):
    """How p predictors go together, and each with the outcome, over n respondents."""

    n: int
    among: Floats  # (p, p) correlations
    towards: Floats  # (p,) correlations with the outcome
    method: ClassVar[str] = "Pearson correlations"
    source: ClassVar[str] = "Pearson 1896"

    @property
    def r_squared(self) -> float:
        """The share of the outcome's variance that all explain, r' R⁻¹ r, 0 to 1."""
        return float(self.towards @ np.linalg.solve(self.among, self.towards))


def predictors(moments: Moments) -> Predictors:
    """
    The correlations of predictors with each other and with an outcome.

    r_jk = s_jk / √(s_jj s_kk), Pearson 1896, from exact moments.

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :raises TooFew: without a predictor, or with no more respondents than columns.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    R: ``cor(cbind(x, y))``.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> found = predictors(Moments.of(rows))
    >>> found.towards.round(4).tolist(), round(found.r_squared, 4)
    ([0.9615, 0.8928], 0.967)
    """
    p = moments.items - 1
    if p < 1 or moments.n <= moments.items:
        raise TooFew(f"{moments.n} respondents cannot tell {p} predictors apart")
    correlation = correlations(moments)
    among = correlation[:p, :p].copy()
    if np.linalg.eigvalsh(among)[0] < _SMALLEST_EIGENVALUE:
        raise Collinear("some predictors together say exactly what another says")
    return Predictors(moments.n, among, correlation[:p, p].copy())


def explained_by_subsets(among: Floats, towards: Floats) -> Floats:
    """
    R² of every subset of p predictors, (2^p,): s has predictor j when bit j of s is 1.

    R²(S) = r_S' R_S⁻¹ r_S (Lindeman, Merenda and Gold 1980, p. 119).

    :param among: (p, p) correlations, or covariances: then R² is in the outcome's variance.
    :param towards: (p,) with the outcome.
    :raises WrongShape: when there are not as many of one as of the other.
    :raises TooMany: with more than 16 predictors.

    R: ``sapply(subsets, function(s) summary(lm(y ~ ., d[c("y", s)]))$r.squared)``.

    >>> explained_by_subsets(np.eye(2), np.array([0.5, 0.5])).tolist()
    [0.0, 0.25, 0.25, 0.5]
    """
    p = len(towards)
    if among.shape != (p, p):
        raise WrongShape(f"{p} predictors correlate in ({p}, {p}), not {among.shape}")
    if p > MOST_EXACT:
        raise TooMany(f"{p} predictors; all subsets are taken up to {MOST_EXACT}")
    matrix = np.zeros((p + 1, p + 1))
    matrix[:p, :p], matrix[:p, p], matrix[p, :p] = among, towards, towards
    return np.asarray(0 - unexplained(matrix[None])[0])


def unexplained(matrices: Floats) -> Floats:
    """
    What each subset of p predictors leaves of the outcome's variance, (m, 2^p): s has
    predictor j when bit j of s is 1.

    One predictor after the other is left out, or swept out (Beaton 1964):
    S_rest - s_j s_j' / s_jj.

    :param matrices: (m, p + 1, p + 1) covariances, the outcome last.
    :raises WrongShape: when the matrices are not square.
    :raises TooMany: with more than 16 predictors.

    R: ``sapply(subsets, function(s) deviance(lm(y ~ ., d[c("y", s)]))) / (n - 1)``.

    >>> unexplained(np.array([[[1.0, 0.5], [0.5, 1.0]]])).tolist()
    [[1.0, 0.75]]
    """
    if matrices.ndim != 3 or matrices.shape[1] != matrices.shape[2]:
        raise WrongShape(f"matrices are (m, p + 1, p + 1), not {matrices.shape}")
    p = matrices.shape[1] - 1
    if p > MOST_EXACT:
        raise TooMany(f"{p} predictors; all subsets are taken up to {MOST_EXACT}")
    found = matrices[:, None]
    for _ in range(p):
        rest, column = found[..., 1:, 1:], found[..., 1:, :1]
        swept = rest - column * column.swapaxes(-1, -2) / found[..., :1, :1]
        found = np.concatenate((rest, swept), axis=1)
    return np.asarray(found[..., 0, 0])


def gains(explained: Floats, place: int) -> tuple[Integers, Floats]:
    """
    What one predictor adds to R² beyond each subset without it: those subsets, and gains.

    R²(S ∪ j) - R²(S) (Budescu 1993).

    :param explained: (…, 2^p) of ``explained_by_subsets``.
    :param place: j, from 0 to p - 1.
    :returns: the subsets as bits, (2^(p-1),), and the gains, (…, 2^(p-1)).
    :raises OutOfRange: when there is no such predictor.

    R: ``diff(R2[c(s, s + 2^j)])``.

    >>> gains(np.array([0.0, 0.25, 0.25, 0.5]), 0)[1].tolist()
    [0.25, 0.25]
    """
    subsets = explained.shape[-1]
    if not 1 <= 1 << place < subsets:
        raise OutOfRange(f"there is no predictor {place} in {subsets} subsets")
    every = np.arange(subsets, dtype=np.int64)
    without = every[(every >> place & 1) == 0]
    return without, explained[..., without | 1 << place] - explained[..., without]


def bits(p: int) -> Integers:
    """
    How many predictors each of the 2^p subsets has, (2^p,).

    :raises OutOfRange: with fewer than 0 predictors.
    :raises TooMany: with more than 16 predictors.

    Of the subset bits of ``explained_by_subsets`` (Wegner 1960).
    R: ``sapply(0:(2^p - 1), function(s) sum(bitwAnd(s, 2^(0:p)) > 0))``.

    >>> bits(2).tolist()
    [0, 1, 1, 2]
    """
    if p < 0:
        raise OutOfRange(f"there are no {p} predictors")
    if p > MOST_EXACT:
        raise TooMany(f"{p} predictors; all subsets are taken up to {MOST_EXACT}")
    counted = np.zeros(1, np.int64)
    for _ in range(p):
        counted = np.concatenate((counted, counted + 1))
    return counted


def shapley(explained: Floats) -> Floats:
    """
    Each predictor's gain averaged over all orders to enter them in, (…, p).

    φ_j = Σ over S without j of |S|!(p-|S|-1)!/p! · (R²(S ∪ j) - R²(S)), Shapley 1953.

    :param explained: (…, 2^p) of ``explained_by_subsets``, or any value of every subset.
    :raises WrongShape: when the values are not of all subsets of some predictors.
    :raises TooMany: with more than 16 predictors.

    R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "lmg")``.

    >>> shapley(np.array([0.0, 0.25, 0.25, 0.5])).tolist()
    [0.25, 0.25]
    """
    subsets = explained.shape[-1]
    p = subsets.bit_length() - 1
    if p < 1 or subsets != 1 << p:
        raise WrongShape(f"{subsets} values are not those of all subsets")
    sizes = bits(p)
    weight = np.array([1 / (p * comb(p - 1, size)) for size in range(p)])
    found = np.empty((*explained.shape[:-1], p))
    for place in range(p):
        without, gained = gains(explained, place)
        found[..., place] = gained @ weight[sizes[without]]
    return found
