"""
Which items satisfaction goes with: derived importance.

From the moments of the predictors and an outcome, so it adds up from halls to company.
"Goes with", never "causes": these are associations among answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange, TooMany
from .intervals import Interval
from .moments import Moments
from .predictors import MOST_EXACT, correlations, predictors, shapley, unexplained
from .results import Result

MOST_PREDICTORS = MOST_EXACT
"""Shares are exact over all subsets of as many; group further items by dimension."""

DRAWS = 400
"""How many samples an interval is read from; of more than 10 predictors, half as many."""

Floats = NDArray[np.float64]

_SEED = 1980  # one map has one answer, however often it is opened
_EXACT = 10  # predictors: up to here every draw takes all subsets
_ORDERS = 50  # beyond, as many random orders and their reverses


@dataclass(frozen=True, slots=True, eq=False)
class Drivers(Result):
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
    method: ClassVar[str] = "LMG"
    source: ClassVar[str] = "Lindeman, Merenda and Gold 1980, p. 119"


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
    found = predictors(moments)
    weights: Floats = np.linalg.solve(found.among, found.towards).astype(np.float64)
    return Drivers(
        n=moments.n,
        r_squared=found.r_squared,
        shares=_shares(correlations(moments)[None])[0],
        weights=weights,
        correlations=found.towards,
        inflation=np.diag(np.linalg.inv(found.among)).copy(),
    )


@dataclass(frozen=True, slots=True, eq=False)
class DriverSpread(Result):
    """How far the shares of p predictors could be off: from draws, not from formulas."""

    n: int
    shares: tuple[Interval, ...]  # (p,)
    r_squared: Interval
    covariance: Floats  # (p, p) of the shares
    draws: int
    method: ClassVar[str] = "percentiles of a parametric bootstrap"
    source: ClassVar[str] = "Wishart 1928; Efron and Tibshirani 1993, section 6.5"


def driver_spread(moments: Moments, *, level: float = 0.95) -> DriverSpread:
    """
    Intervals of the shares: the percentiles of their parametric bootstrap.

    Assumes normal answers: then n - 1 times the covariance matrix is a Wishart matrix
    about the true one (Wishart 1928). It is drawn about the one found (Bartlett 1933), with
    a fixed seed, and from every draw the shares are computed anew (Efron and Tibshirani
    1993, sections 6.5 and 13.3; percentiles as Grömping 2006). Answers on a scale of few
    points are not normal; where most choose its end, intervals are too short.

    Of more than 10 predictors the shares of a draw are means over 100 orders instead of all
    (Castro, Gómez and Tejada 2009), less what these miss of the shares found.
    R: ``apply(rWishart(400, n - 1, R), 3, \\(s) calc.relimp(s, type = "lmg")$lmg)``.

    :param moments: of (x_1, …, x_p, y), as ``drivers`` takes them, which refuses first.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]] * 20)
    >>> first, _ = driver_spread(Moments.of(rows)).shares
    >>> round(first.low, 2), round(first.high, 2)
    (0.52, 0.58)
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    found = drivers(moments)
    shares = _drawn_shares(moments, found.shares)
    each = zip(shares.T, found.shares.tolist(), strict=True)
    return DriverSpread(
        n=moments.n,
        shares=tuple(_percentiles(values, at, level) for values, at in each),
        r_squared=_percentiles(shares.sum(axis=1), found.r_squared, level),
        covariance=np.atleast_2d(np.cov(shares, rowvar=False)),
        draws=len(shares),
    )


def _drawn_shares(moments: Moments, found: Floats) -> Floats:
    """Shares as other samples of the same size might have had them, (draws, p)."""
    p = len(found)
    draws = DRAWS if p <= _EXACT else DRAWS // 2
    random = np.random.default_rng(_SEED)
    correlation = correlations(moments)
    drawn = _wishart(correlation, moments.n - 1, draws, random)
    if p <= _EXACT:
        return _shares(drawn)
    orders = _random_orders(p, random)
    missed = found - _shares_by_orders(correlation[None], orders)
    return _shares_by_orders(drawn, orders) + missed


def _percentiles(drawn: Floats, at: float, level: float) -> Interval:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
    method = f"percentiles of a parametric bootstrap of {len(drawn)} draws"
    # No share is negative, so where one is next to nothing all draws lie above it: what was
    # found belongs in its interval.
    return Interval(max(min(low, at), 0.0), max(high, at), level, method)


def _shares(matrices: Floats) -> Floats:
    """General dominance over all subsets, (m, p), from covariances (m, p + 1, p + 1)."""
    left = unexplained(matrices)
    return shapley(1 - left / left[:, :1])


def _shares_by_orders(matrices: Floats, orders: NDArray[np.int64]) -> Floats:
    """
    Means over some orders to enter predictors in, (m, p). In the Cholesky factor of
    matrices so ordered, the last row holds the roots of what each adds.
    """
    ordered = matrices[:, orders[:, :, None], orders[:, None, :]]
    last = np.linalg.cholesky(ordered)[:, :, -1, :-1]
    added = last**2 / matrices[:, None, -1:, -1]
    found = np.empty_like(added)
    places = np.broadcast_to(orders[:, :-1], added.shape)
    np.put_along_axis(found, places, added, axis=2)
    return np.asarray(found.mean(axis=1))


def _random_orders(p: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Each with its reverse, which evens out who comes early; the outcome is last."""
    forth = random.permuted(np.tile(np.arange(p), (_ORDERS, 1)), axis=1)
    orders = np.concatenate((forth, forth[:, ::-1]))
    return np.column_stack((orders, np.full(len(orders), p)))


def _wishart(
    about: Floats, freedom: int, draws: int, random: np.random.Generator
) -> Floats:
    """Draws from W(about, freedom), (draws, k, k)."""
    k = len(about)
    lengths, directions = np.linalg.eigh(about)
    triangle = np.tril(random.standard_normal((draws, k, k)), -1)
    squares = random.chisquare(freedom - np.arange(k), (draws, k))
    triangle[:, range(k), range(k)] = np.sqrt(squares)
    root = directions * np.sqrt(np.maximum(lengths, 0)) @ triangle
    return np.asarray(root @ root.swapaxes(-1, -2))
