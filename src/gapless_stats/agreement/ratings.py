"""What raters said, counted: patterns per unit, and tables of two raters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange, WrongShape
from gapless_stats.exact import AnyIntegers, Integers, Mask

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """
    How often raters sorted a unit in each way into q categories.

    In ``times[p]`` units, ``counts[p, c]`` raters chose category c, which is worth
    ``values[c]``. Who rated is forgotten, and raters may differ from unit to unit.
    Additive: ``+`` is both groups of units together.
    """

    values: Floats  # (q,)    ascending
    counts: Integers  # (P, q)  raters of a unit in each category
    times: Integers  # (P,)    units with this pattern

    @classmethod
    def of(cls, scores: NDArray[np.generic], rated: Mask, *, values: Floats) -> Ratings:
        """
        Count (n, R) ratings of n units by R raters; where ``rated`` is false a rating is
        not looked at.

        :param values: (q,) what may be said, ascending; also what nobody said.
        :raises WrongShape: when ratings and mask are not of one shape.
        :raises OutOfRange: when a rating is none of the values.
        """
        if scores.ndim != 2 or scores.shape != rated.shape:
            raise WrongShape(f"ratings {scores.shape} and their mask {rated.shape} differ")
        codes = codes_of(scores, rated, values=values)
        hits = codes[:, :, None] == np.arange(len(values))
        return cls.of_counts(hits.sum(axis=1), values=values)

    @classmethod
    def of_counts(cls, counts: AnyIntegers, *, values: Floats) -> Ratings:
        """
        From (n, q) counts: how many raters put each unit into each category.

        :raises WrongShape: when there are not as many columns as values.
        :raises OutOfRange: when a count is negative.
        """
        worth = np.asarray(values, dtype=np.float64)
        if counts.ndim != 2 or counts.shape[1] != len(worth):
            raise WrongShape(f"counts {counts.shape} are not of {len(worth)} categories")
        if (counts < 0).any():
            raise OutOfRange("a number of raters is at least 0")
        patterns, times = np.unique(counts.astype(np.int64), axis=0, return_counts=True)
        return cls(worth, patterns, times.astype(np.int64))

    @classmethod
    def of_table(cls, table: AnyIntegers) -> Ratings:
        """
        From a (q, q) table of two raters; the categories are worth 1 to q.

        :raises WrongShape: when the table is not square.
        :raises OutOfRange: when a count is negative.
        """
        square = checked_table(table)
        first, second = np.nonzero(square)
        category = np.eye(len(square), dtype=np.int64)
        worth = np.arange(1, len(square) + 1, dtype=np.float64)
        return cls(worth, category[first] + category[second], square[first, second])

    def __add__(self, other: Ratings) -> Ratings:
        if not np.array_equal(self.values, other.values):
            raise WrongShape("ratings on different scales do not add")
        return Ratings(
            self.values,
            np.concatenate((self.counts, other.counts)),
            np.concatenate((self.times, other.times)),
        )

    @property
    def n(self) -> int:
        """How many units."""
        return int(self.times.sum())

    @property
    def raters(self) -> Integers:
        """How many rated a unit of each pattern, (P,)."""
        return np.asarray(self.counts.sum(axis=1))

    def rated_by(self, fewest: int) -> Ratings:
        """Those units that at least so many raters rated."""
        kept = self.raters >= fewest
        return Ratings(self.values, self.counts[kept], self.times[kept])


def codes_of(scores: NDArray[np.generic], rated: Mask, *, values: Floats) -> Integers:
    """
    Each rating as its place among the values, -1 where there is none.

    :param scores: any shape; ``rated`` of the same; ``values`` (q,) ascending.
    :raises OutOfRange: when a rating is none of the values, or these do not ascend.

    Definition, not a method. R: ``match(scores, values) - 1``.

    >>> rated = np.array([True, True, False])
    >>> codes_of(np.array([4, 2, 9]), rated, values=np.array([2.0, 4.0]))
    array([ 1,  0, -1])
    """
    worth = np.asarray(values, dtype=np.float64)
    if len(worth) == 0 or (np.diff(worth) <= 0).any():
        raise OutOfRange("the values of a scale ascend, and there is at least one")
    filled = np.where(rated, scores, worth[0]).astype(np.float64)
    place = np.minimum(np.searchsorted(worth, filled), len(worth) - 1)
    unknown = worth[place] != filled
    if unknown.any():
        raise OutOfRange(f"{float(filled[unknown][0])} is none of the {len(worth)} values")
    return np.where(rated, place, -1).astype(np.int64)


def pair_tables(codes: AnyIntegers, *, categories: int) -> Integers:
    """
    How often each two raters chose each two categories, (R, R, q, q): additive.

    The table of raters a and b is ``[a, b]``, with a's categories as rows, over the units
    that both rated.

    :param codes: (n, R) category 0 to q - 1 of n units by R raters, -1 for none.
    :raises WrongShape: when the codes are not of two dimensions.
    :raises OutOfRange: when a code is no category.

    Source: Burt 1950 (the table of all indicator columns). R: ``table(a, b)``.

    >>> pair_tables(np.array([[0, 1], [1, 1], [0, 0]]), categories=2)[0, 1].tolist()
    [[1, 1], [0, 1]]
    """
    if codes.ndim != 2:
        raise WrongShape(f"codes are of units by raters, not of shape {codes.shape}")
    if codes.size and not -1 <= codes.min() <= codes.max() < categories:
        raise OutOfRange(f"a code lies between -1 and {categories - 1}")
    n, raters = codes.shape
    hits = (codes[:, :, None] == np.arange(categories)).reshape(n, raters * categories)
    # Float products go by BLAS, and counts below 2**53 are exact in them.
    floats = hits.astype(np.float64)
    burt = (floats.T @ floats).astype(np.int64)
    sides = (raters, categories, raters, categories)
    return np.asarray(burt.reshape(sides).swapaxes(1, 2))


def checked_table(table: AnyIntegers) -> Integers:
    """
    The table as whole numbers, when it is one of two raters.

    :param table: (q, q) counts; rows are the first rater's categories.
    :raises WrongShape: when it is not square, or of fewer than two categories.
    :raises OutOfRange: when a count is negative or no whole number.

    Definition, not a method. R: ``stopifnot(nrow(t) == ncol(t), t >= 0)``.

    >>> checked_table(np.array([[20, 5], [10, 15]])).sum().item()
    50
    """
    counts = np.asarray(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise WrongShape(f"a table of two raters is square, q ≥ 2, not {counts.shape}")
    whole = counts.astype(np.int64)
    if (whole != counts).any() or (whole < 0).any():
        raise OutOfRange("a table of two raters holds whole numbers from 0")
    return whole
