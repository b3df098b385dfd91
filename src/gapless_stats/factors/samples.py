"""What a factor model needs of respondents: n, means, covariances, fourth moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import (
    NotPositiveDefinite,
    NoVariance,
    OutOfRange,
    TooFew,
    WrongShape,
)
from gapless_stats.exact import AnyIntegers
from gapless_stats.moments import Moments

Floats = NDArray[np.float64]

_SYMMETRIC = 1e-8
"""How far, of its largest entry, a matrix may be from its transpose: rounding in print."""

_BLOCK = 4096
"""Rows whose products are taken at a time; 275 columns of them are 9 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """
    n respondents' covariances of p items, and their means where known.

    ``covariance`` has the divisor n, as maximum likelihood wants it; ``covariance_of``
    takes the unbiased one, with divisor n - 1.
    """

    n: int
    names: tuple[str, ...]
    covariance: Floats  # (p, p), divisor n
    mean: Floats | None = None  # (p,)

    def __post_init__(self) -> None:
        p = len(self.names)
        if self.covariance.shape != (p, p):
            raise WrongShape(f"{p} names do not fit a matrix of {self.covariance.shape}")
        if self.mean is not None and self.mean.shape != (p,):
            raise WrongShape(f"{p} names do not fit means of {self.mean.shape}")
        if len(set(self.names)) != p:
            raise WrongShape("two items have the same name")
        self._must_be_finite()
        if self.n < 2:
            raise TooFew(f"a covariance needs two respondents, and there are {self.n}")
        for name, variance in zip(self.names, np.diag(self.covariance), strict=True):
            if not variance > 0:
                raise NoVariance(f"item {name} has the variance {variance}")

    def _must_be_finite(self) -> None:
        mean = 0.0 if self.mean is None else self.mean
        if not (np.isfinite(self.covariance).all() and np.isfinite(mean).all()):
            raise OutOfRange("a covariance or a mean is not a finite number")
        apart = np.abs(self.covariance - self.covariance.T)
        if (apart > _SYMMETRIC * np.abs(self.covariance).max(initial=0)).any():
            raise WrongShape(
                "a covariance matrix equals its transpose, and this one does not"
            )

    @classmethod
    def of(cls, moments: Moments, names: Sequence[str] | None = None) -> Sample:
        """The sample behind moments; items are called x1, x2, … where nobody named them."""
        smaller = (moments.n - 1) / moments.n if moments.n else 0.0
        covariance = moments.covariance * smaller
        return cls(moments.n, _names(names, moments.items), covariance, moments.mean)

    @classmethod
    def covariance_of(
        cls, covariance: Floats, *, n: int, names: Sequence[str] | None = None
    ) -> Sample:
        """The sample behind a published covariance (divisor n - 1) or correlations."""
        given = np.asarray(covariance, np.float64)
        return cls(n, _names(names, len(given)), given * ((n - 1) / n if n else 0.0))

    @classmethod
    def of_rows(cls, rows: Floats, names: Sequence[str] | None = None) -> Sample:
        """The sample of complete (n, p) rows of any numbers."""
        n, p = rows.shape
        if n < 2:
            raise TooFew(f"a covariance needs two respondents, and there are {n}")
        mean = rows.mean(axis=0)
        centred = rows - mean
        return cls(n, _names(names, p), centred.T @ centred / n, mean)

    @property
    def items(self) -> int:
        """How many items, p."""
        return len(self.names)

    @property
    def spread(self) -> Floats:
        """The standard deviation of each item, (p,), divisor n."""
        found: Floats = np.sqrt(np.diag(self.covariance))
        return found

    @property
    def correlation(self) -> Floats:
        """The correlation matrix, (p, p)."""
        spread = self.spread
        found: Floats = self.covariance / np.outer(spread, spread)
        np.fill_diagonal(found, 1.0)
        return found

    @property
    def log_determinant(self) -> float:
        """
        The logarithm of |S|.

        :raises NotPositiveDefinite: when some items together say exactly what another says.
        """
        # Of the correlations, so that the unit of measurement cannot decide.
        sign, value = np.linalg.slogdet(self.correlation)
        smallest = np.linalg.eigvalsh(self.correlation)[0]
        if sign <= 0 or smallest < self.items * np.finfo(float).eps:
            raise NotPositiveDefinite(
                f"the smallest eigenvalue of the correlations is {smallest:.2g}:"
                " some items together say what another says"
            )
        return float(value + 2 * np.log(self.spread).sum())

    def select(self, names: Sequence[str]) -> Sample:
        """
        The same respondents on some of the items, in the order asked for.

        :raises WrongShape: when an item is unknown.
        """
        unknown = sorted(set(names) - set(self.names))
        if unknown:
            raise WrongShape(f"the sample has no item {', '.join(unknown)}")
        chosen = [self.names.index(name) for name in names]
        mean = None if self.mean is None else self.mean[chosen]
        return Sample(self.n, tuple(names), self.covariance[np.ix_(chosen, chosen)], mean)


@dataclass(frozen=True, slots=True, eq=False)
class FourthMoments:
    """
    A sample with the covariance of its covariances, which robust statistics need.

    ``gamma`` is (1/n) Σ (z - z̄)(z - z̄)' for z = vech((x - x̄)(x - x̄)'), the p* = p(p + 1)/2
    products on and below the diagonal, column after column.
    """

    sample: Sample
    gamma: Floats  # (p*, p*)

    @classmethod
    def of_rows(cls, rows: Floats, names: Sequence[str] | None = None) -> FourthMoments:
        """Of complete (n, p) rows of any numbers."""
        sample = Sample.of_rows(rows, names)
        centre = rows.mean(axis=0)
        low, high = triangle(sample.items)
        squares = np.zeros((len(low), len(low)))
        for start in range(0, len(rows), _BLOCK):
            part = rows[start : start + _BLOCK] - centre
            products = part[:, low] * part[:, high] - sample.covariance[low, high]
            squares += products.T @ products
        return cls(sample, squares / sample.n)

    @classmethod
    def of(cls, moments: Moments, names: Sequence[str] | None = None) -> FourthMoments:
        """
        From the moments of ``with_products``: exact integers that add up over units.

        :raises WrongShape: when the columns are not p items and their products.
        """
        p = _items_of(moments.items)
        sample = Sample.of(moments.select(range(p)), names)
        low, high = triangle(p)
        mean = moments.mean[:p]
        # (x - m)(x - m)' is linear in x and xx', so its covariance is that of theirs.
        weights = np.zeros((len(low), moments.items))
        places = np.arange(len(low))
        np.add.at(weights, (places, low), -mean[high])
        np.add.at(weights, (places, high), -mean[low])
        weights[places, p + places] = 1.0
        every = moments.covariance * ((moments.n - 1) / moments.n)
        return cls(sample, weights @ every @ weights.T)


def triangle(p: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """
    Which (column, row) each entry of vech is: a p × p matrix on and below its diagonal.

    Two arrays of p(p + 1)/2, column after column (Magnus and Neudecker 1980).
    R: ``which(lower.tri(s, diag = TRUE), arr.ind = TRUE)``.

    :raises OutOfRange: when ``p`` is negative.

    >>> [each.tolist() for each in triangle(2)]
    [[0, 0, 1], [0, 1, 1]]
    """
    if p < 0:
        raise OutOfRange(f"a matrix has no {p} columns")
    return np.triu_indices(p)


def with_products(rows: AnyIntegers) -> AnyIntegers:
    """
    Integer answers beside all their products, (n, p + p(p + 1)/2).

    ``Moments`` of them hold the fourth moments of the answers, and so add up over units:
    ``FourthMoments.of`` (Browne 1984).
    R: ``t(apply(d, 1, function(x) c(x, lavaan::lav_matrix_vech(x %o% x))))``.

    :param rows: (n, p) integers.
    :raises WrongShape: when there are not rows and columns.

    >>> with_products(np.array([[2, 3]])).tolist()
    [[2, 3, 4, 6, 9]]
    """
    if rows.ndim != 2:
        raise WrongShape(f"answers have rows and columns, and these have {rows.ndim} axes")
    answers = rows.astype(np.int64)
    low, high = triangle(answers.shape[1])
    return np.hstack([answers, answers[:, low] * answers[:, high]])


def _items_of(columns: int) -> int:
    """The p of p + p(p + 1)/2 columns."""
    p = int((np.sqrt(9 + 8 * columns) - 3) / 2 + 0.5)
    if p < 1 or p + p * (p + 1) // 2 != columns:
        raise WrongShape(f"{columns} columns are not items and all their products")
    return p


def _names(names: Sequence[str] | None, items: int) -> tuple[str, ...]:
    if names is None:
        return tuple(f"x{place}" for place in range(1, items + 1))
    return tuple(names)
