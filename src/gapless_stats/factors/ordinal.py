"""Correlations of what lies behind ordered answers: polychorics, from tables of counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.bivariate import FAR, bivariate_normal
from gapless_stats.errors import (
    Collinear,
    NotConverged,
    NoVariance,
    OutOfRange,
    TooFew,
    WrongShape,
)
from gapless_stats.exact import AnyIntegers, Integers
from gapless_stats.results import Result

Floats = NDArray[np.float64]

_ALMOST_ONE = 0.9999
_MOST_STEPS = 100
_STILL = 1e-11
_TINY = 1e-17
"""Rounding of a cell's probability: less is not told from 0."""

_BLOCK = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Polychorics(Result):
    """
    How the normal variables behind p ordered items correlate.

    ``thresholds`` are, for each item, where one answer turns into the next, in deviations;
    answers nobody gave are left out. ``errors`` are standard errors, 0 on the diagonal.
    A matrix of them may contradict itself: see ``nearest.nearest_correlation``.
    """

    method: ClassVar[str] = "two-step maximum likelihood"
    source: ClassVar[str] = "Olsson 1979; Muthén 1984"

    n: int
    names: tuple[str, ...]
    correlation: Floats  # (p, p)
    errors: Floats  # (p, p)
    thresholds: tuple[Floats, ...]  # p of (levels - 1,)


def pair_counts(rows: AnyIntegers, *, low: int, high: int) -> Integers:
    """
    How often each answer to one item went with each answer to another.

    A (p, K, p, K) array of counts for K levels, entry [i, a, j, b] the respondents who
    answered ``low + a`` to item i and ``low + b`` to j: all pairs' tables at once, also
    called Burt's matrix (Burt 1950). Tables of two groups add up.
    R: ``ade4::acm.burt(d, d)``.

    :param rows: (n, p) answers from ``low`` to ``high``, without missing ones.
    :raises WrongShape: when there are not rows and columns.
    :raises OutOfRange: when an answer lies outside the scale, or the scale is no scale.

    >>> pair_counts(np.array([[1, 2], [1, 1]]), low=1, high=2)[0, :, 1].tolist()
    [[1, 1], [0, 0]]
    """
    if rows.ndim != 2:
        raise WrongShape(f"answers have rows and columns, and these have {rows.ndim} axes")
    if high <= low:
        raise OutOfRange(f"a scale from {low} to {high} has no two levels")
    if rows.size and (rows.min() < low or rows.max() > high):
        raise OutOfRange(f"an answer lies outside the scale {low}-{high}")
    n, p = rows.shape
    levels = high - low + 1
    counts = np.zeros((p * levels, p * levels))
    for start in range(0, n, _BLOCK):
        part = rows[start : start + _BLOCK]
        given = part[:, :, None] == np.arange(low, high + 1)
        flat = given.reshape(len(part), p * levels).astype(np.float64)
        counts += flat.T @ flat  # exact: counts are far below 2**53
    return counts.astype(np.int64).reshape(p, levels, p, levels)


def polychorics(counts: Integers, names: Sequence[str] | None = None) -> Polychorics:
    """
    The polychoric correlation of every two items.

    Thresholds from the margins, then each ρ at the most of Σ n_ab ln π_ab(ρ), with π_ab the
    bivariate normal's share of the cell (Olsson 1979); all pairs are searched at once.
    Errors allow for the thresholds (Muthén 1984). With two levels: tetrachoric.

    R: ``lavaan::lavCor(d, ordered = TRUE)``, ``psych::polychoric(d, correct = 0)``.

    :param counts: (p, K, p, K), by ``pair_counts``, of the same respondents throughout.
    :raises WrongShape: when the counts are not of that shape, or names not as many.
    :raises OutOfRange: when a count is negative.
    :raises TooFew: with fewer than two items or two respondents.
    :raises NoVariance: when everybody gave one item the same answer.
    :raises Collinear: when two items order everybody alike, so that ρ is 1 or -1.
    :raises NotConverged: when the search does not end.

    >>> table = np.array([[40, 10], [10, 40]])  # sin(π/2 (4·0.4 - 1)), by hand
    >>> counts = np.zeros((2, 2, 2, 2), int)
    >>> counts[0, :, 1], counts[1, :, 0] = table, table.T
    >>> counts[0, :, 0] = counts[1, :, 1] = 50 * np.eye(2, dtype=int)
    >>> round(polychorics(counts).correlation[0, 1].item(), 6)
    0.809017
    """
    pairs = Pairs.of(counts)
    p = len(pairs.margins)
    if names is not None and len(names) != p:
        raise WrongShape(f"{len(names)} names do not fit {p} items")
    rho = pairs.solve()
    error = np.sqrt(pairs.variances(rho) / pairs.n)
    return Polychorics(
        n=pairs.n,
        names=tuple(names or (f"x{place}" for place in range(1, p + 1))),
        correlation=pairs.matrix(rho, 1.0),
        errors=pairs.matrix(error, 0.0),
        thresholds=tuple(
            np.unique(each[np.isfinite(each)]) for each in _thresholds(pairs.margins)
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Polychoric(Result):
    """The polychoric correlation of two items, with its standard error."""

    method: ClassVar[str] = "two-step maximum likelihood"
    source: ClassVar[str] = "Olsson 1979"

    n: int
    value: float
    error: float


def polychoric(table: Integers) -> Polychoric:
    """
    The correlation of what lies behind two ordered items, from their table of counts.

    ``polychorics`` of two items (Olsson 1979); a ``PairTable``'s is
    ``polychoric(table.complete)``.
    R: ``polycor::polychor(table, std.err = TRUE)``.

    :param table: (rows, columns) of counts.
    :raises WrongShape: when the table has not two axes.
    :raises OutOfRange: when a count is negative.
    :raises TooFew: with fewer than two respondents.
    :raises NoVariance: when everybody gave one item the same answer.
    :raises Collinear: when the items order everybody alike, so that ρ is 1 or -1.
    :raises NotConverged: when the search does not end.

    >>> round(polychoric(np.array([[40, 10], [10, 40]])).value, 6)
    0.809017
    """
    given = np.asarray(table, np.int64)
    if given.ndim != 2:
        raise WrongShape(f"a table has rows and columns, and this one {given.ndim} axes")
    levels = max(given.shape)
    counts = np.zeros((2, levels, 2, levels), np.int64)
    rows, columns = given.shape
    counts[0, :rows, 1, :columns] = given
    counts[1, :columns, 0, :rows] = given.T
    for item, margin in enumerate((given.sum(axis=1), given.sum(axis=0))):
        places = np.arange(len(margin))
        counts[item, places, item, places] = margin
    found = polychorics(counts)
    error = float(found.errors[0, 1])
    return Polychoric(found.n, float(found.correlation[0, 1]), error)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Every two items' table, as shares, and the thresholds of both."""

    n: int
    margins: Integers  # (p, K) how often each answer was given
    first: NDArray[np.intp]  # (m,) of m = p(p - 1)/2 pairs, i before j
    second: NDArray[np.intp]  # (m,)
    shares: Floats  # (m, K, K)
    edges: Floats  # (p, K + 1) thresholds with -∞ before and ∞ after

    @classmethod
    def of(cls, counts: Integers) -> Pairs:
        """From what ``pair_counts`` gives; refuses as ``polychorics`` does."""
        if counts.ndim != 4 or counts.shape[:2] != counts.shape[2:]:
            raise WrongShape(f"pairs are counted in (p, K, p, K), not {counts.shape}")
        p = len(counts)
        margins = np.array([np.diag(counts[item, :, item]) for item in range(p)])
        n = int(margins[0].sum()) if p else 0
        if (counts < 0).any():
            raise OutOfRange(f"a count is at least 0, not {counts.min()}")
        if p < 2 or n < 2:
            raise TooFew(f"{p} items, {n} respondents")
        if (margins.sum(axis=1) != n).any() or (counts.sum(axis=(1, 3)) != n).any():
            raise WrongShape("some pairs were answered by others than the rest")
        for item, margin in enumerate(margins):
            if (margin > 0).sum() < 2:
                raise NoVariance(f"everybody gave item {item + 1} the same answer")
        first, second = np.triu_indices(p, 1)
        shares = counts[first, :, second] / n
        outside = np.full((p, 1), np.inf)
        edges = np.hstack([-outside, _thresholds(margins), outside])
        return cls(n, margins, first, second, shares, edges)

    def solve(self) -> Floats:
        """Each pair's ρ, (m,), by scoring, each step no further than halfway to ±1."""
        levels = np.arange(self.margins.shape[1])
        centred = levels - (self.margins @ levels)[:, None] / self.n
        spread = np.sqrt((self.margins * centred**2).sum(axis=1) / self.n)
        first, second = centred[self.first], centred[self.second]
        product = np.einsum("mab,ma,mb->m", self.shares, first, second)
        rho: Floats = np.clip(
            product / (spread[self.first] * spread[self.second]), -0.9, 0.9
        )
        for _ in range(_MOST_STEPS):
            share, slope = self.cells(rho)
            score = (self.shares * slope / share).sum(axis=(1, 2))
            known = (slope**2 / share).sum(axis=(1, 2))
            self._must_tell(np.where(known > 0, np.abs(rho), 1.0))
            further = np.clip(rho + score / known, (rho - 1) / 2, (rho + 1) / 2)
            moved, rho = np.abs(further - rho).max(), further
            self._must_tell(np.abs(rho))
            if moved < _STILL:
                return rho
        raise NotConverged(f"a correlation still moved after {_MOST_STEPS} steps")

    def _must_tell(self, size: Floats) -> None:
        """Refuse where the likelihood still rises, or is flat, next to ±1."""
        worst = int(np.argmax(size))
        if size[worst] > _ALMOST_ONE:
            one, other = int(self.first[worst]) + 1, int(self.second[worst]) + 1
            raise Collinear(f"items {one} and {other} order everybody alike")

    def cells(self, rho: Floats) -> tuple[Floats, Floats]:
        """π_ab and dπ_ab/dρ of every pair, (m, K, K)."""
        x, y = self.edges[self.first][:, :, None], self.edges[self.second][:, None, :]
        r = rho[:, None, None]
        below = bivariate_normal(x, y, r)
        # The slope of Φ₂ by ρ is the density (Plackett 1954): 0 at infinite limits.
        a, b = np.clip(x, -FAR, FAR), np.clip(y, -FAR, FAR)
        left = (1 - r) * (1 + r)
        exponent = -(a * a - 2 * r * a * b + b * b) / (2 * left)
        density = np.exp(exponent) / (2 * math.pi * np.sqrt(left))
        return np.maximum(_differences(below), _TINY), _differences(density)

    def influence(self, rho: Floats) -> Floats:
        """
        How much each pair of answers moves ρ, times n: (m, K, K).

        Of the score of ρ less, through A₂₁, that of the thresholds (Muthén 1984, eq. 21),
        with the products of scores that were observed, as R's lavaan takes them.
        """
        share, slope = self.cells(rho)
        score = slope / share
        weight = self.shares * score / share
        by_first = self._through(weight, rho, self.first, self.second)
        across = weight.swapaxes(1, 2)
        by_second = self._through(across, rho, self.second, self.first)
        known = (self.shares * score**2).sum(axis=(1, 2))
        moved = score - by_first[:, :, None] - by_second[:, None, :]
        found: Floats = moved / known[:, None, None]
        return found

    def _through(
        self,
        weight: Floats,
        rho: Floats,
        mine: NDArray[np.intp],
        other: NDArray[np.intp],
    ) -> Floats:
        """What each answer to my item changes through my thresholds, (m, K)."""
        at, limit = self.edges[mine][:, 1:-1, None], self.edges[other][:, None, :]
        used = np.isfinite(at)
        r = rho[:, None, None]
        root = np.sqrt((1 - r) * (1 + r))
        below = scipy.special.ndtr((limit - r * np.where(used, at, 0.0)) / root)
        # A threshold's slope over its density: P(the other answer | just at it).
        along = np.where(used, np.diff(below, axis=2), 0.0)
        product = ((weight[:, :-1] - weight[:, 1:]) * along).sum(axis=2)
        total = np.cumsum(self.margins, axis=1)[mine, :-1] / self.n
        after = np.cumsum(product[:, ::-1], axis=1)[:, ::-1]
        mean = (product * total).sum(axis=1, keepdims=True)
        found: Floats = np.pad(after, ((0, 0), (0, 1))) - mean
        return found

    def variances(self, rho: Floats) -> Floats:
        """Of each ρ, times n, (m,)."""
        found: Floats = (self.shares * self.influence(rho) ** 2).sum(axis=(1, 2))
        return found

    def matrix(self, values: Floats, diagonal: float) -> Floats:
        """Values of pairs as a symmetric (p, p) matrix."""
        found = np.diag(np.full(len(self.margins), diagonal))
        found[self.first, self.second] = found[self.second, self.first] = values
        return found


def _thresholds(margins: Integers) -> Floats:
    """Where answers end, (p, K - 1); infinite beyond the outermost that were given."""
    total = np.cumsum(margins, axis=1)
    found: Floats = scipy.special.ndtri(total[:, :-1] / total[:, -1:])
    return found


def _differences(corners: Floats) -> Floats:
    """What lies in each cell, from what lies below its corners."""
    found: Floats = np.diff(np.diff(corners, axis=1), axis=2)
    return found
