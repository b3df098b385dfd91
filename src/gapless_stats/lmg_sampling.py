"""
Shares of R² of more predictors than all subsets can be taken of.

By orders drawn at random, with the error that leaves; or exactly, when predictors belong to
dimensions that enter as wholes (Owen 1977).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .checks import counts as checked_counts
from .errors import TooFew, TooMany
from .exact import Integers
from .moments import Moments
from .predictors import (
    MOST_EXACT,
    Floats,
    Predictors,
    bits,
    explained_by_subsets,
    predictors,
    shapley,
)
from .results import Result

ORDERS = 4_000
"""Drawn orders: each share's error is then below a hundredth of R² (domain.md 4.7)."""

SEED = 20_260_101
"""Any number will do, as long as it stays: the same page shows the same shares twice."""

MOST_WORK = 2**21
"""Subsets that Owen values may take; five dimensions of five items take 2,560."""

_AT_ONCE = 2_000_000
"""Numbers held at a time: 16 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class SampledShares(Result):
    """
    Each of p predictors' share of R², estimated; the shares sum to R² exactly.

    ``errors`` are the standard errors of drawing ``orders`` orders, not of the respondents.
    """

    n: int
    r_squared: float
    shares: Floats  # (p,)
    errors: Floats  # (p,)
    orders: int
    method: ClassVar[str] = "LMG, orders drawn in mirrored pairs"
    source: ClassVar[str] = "Castro, Gómez and Tejada 2009; Lindeman, Merenda and Gold 1980"


def sampled_shares(
    moments: Moments, *, orders: int = ORDERS, seed: int = SEED
) -> SampledShares:
    """
    LMG from random orders to enter predictors in (Castro, Gómez and Tejada 2009).

    In an order, the squares of L⁻¹ r, with L the Cholesky factor of the correlations in
    that order, are what each adds to R². Every order is followed by its mirror image, which
    takes out much of the chance; the error is of the pairs' means: sd / √pairs.

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :param orders: how many, an even number; each pair counts as one draw.
    :raises TooFew: without a predictor, with no more respondents than columns, or with
        fewer than four orders.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "lmg")`` is what it comes near to.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> found = sampled_shares(Moments.of(rows), orders=4)
    >>> found.shares.round(4).tolist(), found.errors.tolist()
    ([0.5472, 0.4198], [0.0, 0.0])
    """
    pairs = orders // 2
    if pairs < 2:
        raise TooFew(f"an error needs two pairs of orders, not {orders} orders")
    found = predictors(moments)
    p = len(found.towards)
    total, squares = np.zeros(p), np.zeros(p)
    for order in _orders(p, pairs, seed):
        mean = (_entered(found, order) + _entered(found, order[:, ::-1])) / 2
        total += mean.sum(axis=0)
        squares += (mean**2).sum(axis=0)
    shares = total / pairs
    variance = np.maximum(squares / pairs - shares**2, 0) / (pairs - 1)
    # Two pairs that agree leave a difference of rounding, not an error.
    variance[variance < np.finfo(float).eps * shares**2] = 0.0
    return SampledShares(found.n, found.r_squared, shares, np.sqrt(variance), 2 * pairs)


def _orders(p: int, pairs: int, seed: int) -> Iterator[Integers]:
    """Random orders, (some, p), as many at a time as fit."""
    rng = np.random.default_rng(seed)
    most = max(1, _AT_ONCE // (p * p))
    while pairs > 0:
        some = min(pairs, most)
        yield rng.permuted(np.tile(np.arange(p), (some, 1)), axis=1)
        pairs -= some


def _entered(found: Predictors, order: Integers) -> Floats:
    """What each predictor adds to R² in these orders, (orders, p)."""
    matrices = found.among[order[:, :, None], order[:, None, :]]
    lower = np.linalg.cholesky(matrices)
    gained = np.linalg.solve(lower, found.towards[order][:, :, None])[:, :, 0] ** 2
    back = np.empty_like(gained)
    np.put_along_axis(back, order, gained, axis=1)
    return back


@dataclass(frozen=True, slots=True, eq=False)
class OwenValues(Result):
    """
    Each predictor's share of R² when dimensions enter as wholes; the shares sum to R².

    ``dimensions`` are the sums over each dimension's predictors: the LMG of dimensions.
    """

    n: int
    r_squared: float
    shares: Floats  # (p,)
    dimensions: Floats  # (D,)
    method: ClassVar[str] = "Owen values, exact"
    source: ClassVar[str] = "Owen 1977; Lindeman, Merenda and Gold 1980"


def owen_values(moments: Moments, dimension: ArrayLike) -> OwenValues:
    """
    LMG dimension first (Owen 1977): no item enters between two of another dimension.

    φ_j = Σ over sets H of other dimensions of |H|!(D-|H|-1)!/D! · Shapley value of j among
    its dimension's items in R²(· | items of H). What is known of H is taken out of the
    covariances (Schur complement), so each set of dimensions costs one dimension's subsets.

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :param dimension: (p,) which dimension each predictor belongs to, 0 to D - 1.
    :raises TooFew: without a predictor, with no more respondents than columns, or when a
        dimension has no predictor.
    :raises TooMany: with more than 16 predictors in a dimension, or too many dimensions.
    :raises WrongShape: when there are not as many dimensions given as predictors.
    :raises OutOfRange: when a dimension is negative.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "lmg", groups = g)`` gives
    ``dimensions``.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> owen_values(Moments.of(rows), [0, 1]).shares.round(4).tolist()
    [0.5472, 0.4198]
    """
    found = predictors(moments)
    of = checked_counts(dimension, "dimensions", shape=found.towards.shape)
    members = [np.flatnonzero(of == each) for each in range(int(of.max()) + 1)]
    _manageable(members)
    shares = np.zeros(len(of))
    for own, items in enumerate(members):
        others = [each for place, each in enumerate(members) if place != own]
        shares[items] = _within(found, items, others)
    totals: Floats = np.bincount(of, weights=shares).astype(np.float64)
    return OwenValues(found.n, found.r_squared, shares, totals)


def _manageable(members: Sequence[Integers]) -> None:
    sizes = [len(each) for each in members]
    if not all(sizes):
        raise TooFew(f"dimension {sizes.index(0)} has no predictor")
    if max(sizes) > MOST_EXACT or len(sizes) > MOST_EXACT:
        raise TooMany(f"{max(sizes)} predictors in a dimension, {len(sizes)} dimensions")
    work = sum(2 ** (len(sizes) - 1 + size) for size in sizes)
    if work > MOST_WORK:
        raise TooMany(f"{len(sizes)} dimensions of up to {max(sizes)} take {work} subsets")


def _within(found: Predictors, items: Integers, others: Sequence[Integers]) -> Floats:
    """The Owen values of one dimension's items."""
    whole = len(others) + 1
    shares = np.zeros(len(items))
    for chosen, size in enumerate(bits(len(others)).tolist()):
        known = [each for place, each in enumerate(others) if chosen >> place & 1]
        given = np.concatenate([np.zeros(0, np.int64), *known])
        among, towards = _beyond(found, items, given)
        weight = 1 / (whole * comb(whole - 1, size))
        shares += weight * shapley(explained_by_subsets(among, towards))
    return shares


def _beyond(found: Predictors, items: Integers, given: Integers) -> tuple[Floats, Floats]:
    """The items' covariances, and those with the outcome, beyond what is given."""
    across = found.among[np.ix_(given, items)]
    solved = np.linalg.solve(found.among[np.ix_(given, given)], across)
    among = found.among[np.ix_(items, items)] - across.T @ solved
    return among, found.towards[items] - solved.T @ found.towards[given]
