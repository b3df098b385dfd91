"""Counts, sums and cross-products: exact, mergeable in any order, and reversible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import TooFew, WrongShape
from .exact import (
    FLOAT64_EXACT_LIMIT,
    INT64_LIMIT,
    AnyIntegers,
    Integers,
    dot,
    peak,
    total,
)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """
    What every linear statistic of k integer items needs to know about n respondents.

    ``Moments`` form a commutative group: ``a + b`` is both groups together,
    ``a - b`` takes b's respondents out again, and ``Moments.empty(k)`` changes
    nothing. A roll-up is therefore a sum, in any order, on any machine, and an
    erasure is a subtraction.

    64 bits hold the cross-products of 10¹⁴ respondents on a 7-point scale, and
    of 10⁸ on a 7-point scale counted in 1/27720.
    """

    n: int
    total: Integers  # (k,)    sum of x
    cross: Integers  # (k, k)  sum of x x'

    @classmethod
    def empty(cls, k: int) -> Moments:
        """The moments of nobody on k items."""
        return cls(0, np.zeros(k, np.int64), np.zeros((k, k), np.int64))

    @classmethod
    def of(cls, rows: AnyIntegers) -> Moments:
        """
        The moments of complete rows.

        :param rows: (n, k) array of an integer dtype, without missing answers.
        :raises TypeError: when the rows are not integers.
        :raises OverflowError: when a sum of products could pass 64 bits.

        R: ``crossprod(rows)`` and ``colSums(rows)``.

        >>> found = Moments.of(np.array([[1, 2], [3, 5]]))
        >>> found.total.tolist(), found.cross.tolist()
        ([4, 7], [[10, 17], [17, 29]])
        """
        if not np.issubdtype(rows.dtype, np.integer):
            raise TypeError(f"moments are of integers, not of {rows.dtype}")
        return cls(len(rows), rows.sum(axis=0, dtype=np.int64), _products(rows))

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.total + other.total, self.cross + other.cross)

    def __sub__(self, other: Moments) -> Moments:
        return Moments(self.n - other.n, self.total - other.total, self.cross - other.cross)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        return (
            self.n == other.n
            and np.array_equal(self.total, other.total)
            and np.array_equal(self.cross, other.cross)
        )

    @property
    def items(self) -> int:
        """How many items, k."""
        return len(self.total)

    @property
    def mean(self) -> NDArray[np.float64]:
        """
        The mean of each item, (k,).

        :raises TooFew: of nobody.
        """
        if self.n < 1:
            raise TooFew("a mean needs one respondent, and there is none")
        return self.total / self.n

    @property
    def covariance(self) -> NDArray[np.float64]:
        """
        The unbiased covariance matrix, (k, k), divisor n - 1.

        Each entry is one division of exact integers, so nothing cancels.

        :raises TooFew: with fewer than two respondents.
        """
        if self.n < 2:
            raise TooFew(f"a covariance needs two respondents, and there are {self.n}")
        sums = self.total.astype(object)
        scatter = self.n * self.cross.astype(object) - np.outer(sums, sums)
        return (scatter / (self.n * (self.n - 1))).astype(np.float64)

    def select(self, indices: Sequence[int]) -> Moments:
        """The moments of some of the items, in the order asked for."""
        chosen = np.asarray(indices, dtype=np.intp)
        return Moments(self.n, self.total[chosen], self.cross[np.ix_(chosen, chosen)])

    def through(self, matrix: AnyIntegers) -> Moments:
        """
        The moments of ``rows @ matrix.T``, without the rows.

        With columns (E, P) and the matrix ``[-1, 1]`` these are the moments of P - E.

        :param matrix: (m, k) integers.
        :raises OverflowError: when a result does not fit in 64 bits.
        """
        weights = matrix.astype(object)
        return Moments(
            self.n,
            (weights @ self.total.astype(object)).astype(np.int64),
            (weights @ self.cross.astype(object) @ weights.T).astype(np.int64),
        )


def _products(rows: AnyIntegers) -> Integers:
    largest = len(rows) * peak(rows) ** 2
    if largest < FLOAT64_EXACT_LIMIT:
        # numpy multiplies floats by BLAS, some fifty times faster than integers, and below
        # 2**53 every partial sum is the exact integer.
        floats = rows.astype(np.float64)
        return (floats.T @ floats).astype(np.int64)
    if largest < INT64_LIMIT:
        integers = rows.astype(np.int64)
        return integers.T @ integers
    raise OverflowError("the cross-products of these rows do not fit in 64 bits")


@dataclass(frozen=True, slots=True)
class Sums:
    """
    One score's count, sum and sum of squares, as integers of any size.

    Scores are counted in 1/``scale`` of a scale point, so that prorated means
    add up exactly. A commutative group, as ``Moments`` are.
    """

    n: int
    total: int
    squares: int
    scale: int = 1

    @classmethod
    def of(cls, values: AnyIntegers, *, scale: int = 1) -> Sums:
        """The sums of (n,) integers, each counting 1/``scale`` of a scale point."""
        return cls(len(values), total(values), dot(values, values), scale)

    def __add__(self, other: Sums) -> Sums:
        self._must_match(other)
        return Sums(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.scale,
        )

    def __sub__(self, other: Sums) -> Sums:
        self._must_match(other)
        return Sums(
            self.n - other.n,
            self.total - other.total,
            self.squares - other.squares,
            self.scale,
        )

    def _must_match(self, other: Sums) -> None:
        if self.scale != other.scale:
            raise WrongShape(f"sums in 1/{self.scale} and 1/{other.scale} do not add")

    @property
    def mean(self) -> float:
        """
        The mean in scale points.

        :raises TooFew: of nobody.
        """
        if self.n < 1:
            raise TooFew("a mean needs one respondent, and there is none")
        return self.total / (self.n * self.scale)

    @property
    def variance(self) -> float:
        """
        The unbiased variance in squared scale points, divisor n - 1.

        :raises TooFew: with fewer than two respondents.
        """
        if self.n < 2:
            raise TooFew(f"a variance needs two respondents, and there are {self.n}")
        scatter = self.n * self.squares - self.total**2
        return scatter / (self.n * (self.n - 1) * self.scale**2)

    @property
    def sd(self) -> float:
        """
        The standard deviation in scale points, the square root of ``variance``.

        :raises TooFew: with fewer than two respondents.
        """
        return math.sqrt(self.variance)
