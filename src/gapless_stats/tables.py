"""Answers on one scale, counted: histograms and expectation × perception tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange, WrongShape
from .exact import AnyIntegers, Integers, Mask
from .moments import Moments, Sums


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """
    How often each level from ``low`` to ``high`` was answered.

    Additive: ``+`` merges two groups, ``-`` takes one out again.
    """

    low: int
    high: int
    counts: Integers  # (levels,)
    missing: int = 0

    @classmethod
    def of(cls, answers: AnyIntegers, answered: Mask, *, low: int, high: int) -> Histogram:
        """
        Count (n,) answers; where ``answered`` is false the answer is not looked at.

        :raises OutOfRange: when an answer lies outside ``low``-``high``.

        R: ``table(factor(x, low:high), useNA = "always")``.

        >>> answers = np.array([3, 5, 5, 0])
        >>> Histogram.of(answers, answers > 0, low=1, high=5).counts.tolist()
        [0, 0, 1, 0, 2]
        """
        codes = _codes(answers, answered, low, high)
        counts = np.bincount(codes, minlength=high - low + 2).astype(np.int64)
        return cls(low, high, counts[:-1], int(counts[-1]))

    def __add__(self, other: Histogram) -> Histogram:
        _same_scale(self, other)
        return Histogram(
            self.low, self.high, self.counts + other.counts, self.missing + other.missing
        )

    def __sub__(self, other: Histogram) -> Histogram:
        _same_scale(self, other)
        return Histogram(
            self.low, self.high, self.counts - other.counts, self.missing - other.missing
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Histogram):
            return NotImplemented
        mine = (self.low, self.high, self.missing)
        theirs = (other.low, other.high, other.missing)
        return mine == theirs and np.array_equal(self.counts, other.counts)

    @property
    def values(self) -> Integers:
        """The levels of the scale, (levels,), ascending."""
        return np.arange(self.low, self.high + 1, dtype=np.int64)

    @property
    def n(self) -> int:
        """How many answered."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """
        The mean answer.

        :raises TooFew: when nobody answered.
        """
        return self.sums().mean

    @property
    def sd(self) -> float:
        """
        The standard deviation of the answers, divisor n - 1.

        :raises TooFew: when fewer than two answered.
        """
        return self.sums().sd

    def sums(self) -> Sums:
        """Count, sum and sum of squares of the answers."""
        weighted = self.counts * self.values
        return Sums(self.n, int(weighted.sum()), int((weighted * self.values).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class PairTable:
    """
    How often each expectation went with each perception, on one scale.

    Rows are expectations and columns perceptions, from ``low`` to ``high``; the
    last row and the last column count what was not answered. Additive: ``+``
    merges two groups, ``-`` takes one out again.
    """

    low: int
    high: int
    counts: Integers  # (levels + 1, levels + 1)

    @classmethod
    def empty(cls, low: int, high: int) -> PairTable:
        """The table of nobody."""
        side = high - low + 2
        return cls(low, high, np.zeros((side, side), np.int64))

    @classmethod
    def of(
        cls,
        expectation: AnyIntegers,
        perception: AnyIntegers,
        *,
        low: int,
        high: int,
        expectation_answered: Mask,
        perception_answered: Mask,
    ) -> PairTable:
        """
        Count (n,) pairs of answers; where a mask is false that answer is not looked at.

        :raises OutOfRange: when an answer lies outside ``low``-``high``.

        R: ``table(e, p, useNA = "always")``.

        >>> e, p = np.array([3, 2]), np.array([2, 0])
        >>> PairTable.of(e, p, low=1, high=3, expectation_answered=e > 0,
        ...     perception_answered=p > 0).counts.tolist()
        [[0, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
        """
        side = high - low + 2
        rows = _codes(expectation, expectation_answered, low, high)
        columns = _codes(perception, perception_answered, low, high)
        flat = np.bincount(rows * side + columns, minlength=side * side)
        return cls(low, high, flat.astype(np.int64).reshape(side, side))

    def __add__(self, other: PairTable) -> PairTable:
        _same_scale(self, other)
        return PairTable(self.low, self.high, self.counts + other.counts)

    def __sub__(self, other: PairTable) -> PairTable:
        _same_scale(self, other)
        return PairTable(self.low, self.high, self.counts - other.counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PairTable):
            return NotImplemented
        same_scale = (self.low, self.high) == (other.low, other.high)
        return same_scale and np.array_equal(self.counts, other.counts)

    @property
    def complete(self) -> Integers:
        """The table without its unanswered margins, (levels, levels)."""
        return self.counts[:-1, :-1]

    @property
    def pairs(self) -> int:
        """How many answered both sides."""
        return int(self.complete.sum())

    @property
    def unanswered(self) -> int:
        """How many left at least one side unanswered."""
        return int(self.counts.sum()) - self.pairs

    @property
    def expectation_histogram(self) -> Histogram:
        """All answered expectations, also those without a perception beside them."""
        margin = self.counts.sum(axis=1)
        return Histogram(self.low, self.high, margin[:-1], int(margin[-1]))

    @property
    def perception_histogram(self) -> Histogram:
        """All answered perceptions, also those without an expectation beside them."""
        margin = self.counts.sum(axis=0)
        return Histogram(self.low, self.high, margin[:-1], int(margin[-1]))

    @property
    def difference_histogram(self) -> Histogram:
        """
        Perception minus expectation over the complete pairs.

        From -(levels - 1) to levels - 1: the 13 values -6 to 6 of a 7-point scale.
        """
        reach = self.high - self.low
        perception, expectation = np.meshgrid(np.arange(reach + 1), np.arange(reach + 1))
        counts = np.zeros(2 * reach + 1, np.int64)
        np.add.at(counts, perception - expectation + reach, self.complete)
        return Histogram(-reach, reach, counts, self.unanswered)

    def moments(self) -> Moments:
        """The moments of (expectation, perception) over the complete pairs."""
        levels = np.arange(self.low, self.high + 1, dtype=np.int64)
        rows, columns = self.complete.sum(axis=1), self.complete.sum(axis=0)
        product = int(levels @ self.complete @ levels)
        return Moments(
            self.pairs,
            np.array([levels @ rows, levels @ columns]),
            np.array([[levels**2 @ rows, product], [product, levels**2 @ columns]]),
        )


def _codes(answers: AnyIntegers, answered: Mask, low: int, high: int) -> NDArray[Any]:
    """Each answer as its index on the scale; the index after the last is unanswered."""
    outside = answered & ((answers < low) | (answers > high))
    if outside.any():
        raise OutOfRange(f"{int(answers[outside][0])} lies outside the scale {low}-{high}")
    return np.where(answered, answers.astype(np.int64) - low, high - low + 1)


def _same_scale(one: Histogram | PairTable, other: Histogram | PairTable) -> None:
    if (one.low, one.high) != (other.low, other.high):
        raise WrongShape(
            f"answers on {one.low}-{one.high} do not add to answers on"
            f" {other.low}-{other.high}"
        )
