"""Sums over whoever answered both of two items, where not everybody answered everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import TooFew, WrongShape
from .exact import FLOAT64_EXACT_LIMIT, AnyIntegers, Integers, Mask, peak


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseMoments:
    """
    What pairwise-complete covariances of k items need to know.

    Entry (i, j) of each is over the respondents who answered both i and j. Additive, as
    ``Moments`` are: ``+`` merges two groups, ``-`` takes one out again. The covariances of
    different respondents may contradict one another: see
    ``factors.nearest.nearest_correlation``.
    """

    n: Integers  # (k, k) who answered both
    total: Integers  # (k, k) sum of i over those who also answered j
    cross: Integers  # (k, k) sum of i times j

    @classmethod
    def of(cls, rows: AnyIntegers, answered: Mask) -> PairwiseMoments:
        """
        The moments of (n, k) integers; where ``answered`` is false they are not looked at.

        :raises WrongShape: when rows and mask differ in shape.
        :raises OverflowError: when a sum of products could pass 2⁵³.
        """
        if rows.shape != answered.shape:
            raise WrongShape(f"rows of {rows.shape} and a mask of {answered.shape}")
        given = np.where(answered, rows, 0).astype(np.float64)
        if len(rows) * peak(np.where(answered, rows, 0)) ** 2 >= FLOAT64_EXACT_LIMIT:
            raise OverflowError("the cross-products of these rows pass 2**53")
        there = answered.astype(np.float64)
        products = (there.T @ there, given.T @ there, given.T @ given)
        return cls(*(each.astype(np.int64) for each in products))

    def __add__(self, other: PairwiseMoments) -> PairwiseMoments:
        return PairwiseMoments(
            self.n + other.n, self.total + other.total, self.cross + other.cross
        )

    def __sub__(self, other: PairwiseMoments) -> PairwiseMoments:
        return PairwiseMoments(
            self.n - other.n, self.total - other.total, self.cross - other.cross
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PairwiseMoments):
            return NotImplemented
        return (
            np.array_equal(self.n, other.n)
            and np.array_equal(self.total, other.total)
            and np.array_equal(self.cross, other.cross)
        )

    @property
    def items(self) -> int:
        """How many items, k."""
        return len(self.n)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """
        The unbiased covariance of every pair, (k, k), each over its own respondents.

        :raises TooFew: when fewer than two answered both of some pair.
        """
        fewest = int(self.n.min(initial=2))
        if fewest < 2:
            raise TooFew(f"a covariance needs two respondents, and a pair has {fewest}")
        n, total = self.n.astype(object), self.total.astype(object)
        scatter = n * self.cross.astype(object) - total * total.T
        found: NDArray[np.float64] = (scatter / (n * (n - 1))).astype(np.float64)
        return found
