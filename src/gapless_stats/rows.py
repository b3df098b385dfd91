"""
From rows of answers in memory to sums: the step before everything else.

Each function takes whole arrays of answers and gives exact integers, in passes over blocks
that stay in the processor's cache. Where numba is installed (the extra ``fast``) the same
integers come from compiled loops; ``compiled`` says which. Sums of several files, months or
machines add.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .exact import INT64_LIMIT, Integers, divide_half_even, peak
from .scores import SCALE

Answers = NDArray[np.int8]
Groups = NDArray[np.intp]

BLOCK = 32_768
"""Rows in a pass: their floats fit into the cache."""

FLOAT32_EXACT_LIMIT = 2**24
MOST_LEVELS = 64
"""Compiled loops count answers bit by bit; of a longer scale numpy takes the products."""


@cache
def _loops() -> Any | None:
    """The compiled loops, made once and on first use; None without numba."""
    if importlib.util.find_spec("numba") is None:
        return None
    return importlib.import_module("gapless_stats.compiled")


def _chosen(*, compiled: bool | None) -> Any | None:
    if compiled is False:
        return None
    if compiled and _loops() is None:
        raise ModuleNotFoundError("compiled loops need numba: install gapless[fast]")
    return _loops()


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseSums:
    """
    What every pair of k items says over those who answered both.

    A commutative group, as ``Moments`` are.
    """

    n: Integers  # (k, k): who answered both
    total: Integers  # (k, k): the sum of item i over them
    cross: Integers  # (k, k): the sum of the products

    def __add__(self, other: PairwiseSums) -> PairwiseSums:
        return PairwiseSums(
            self.n + other.n, self.total + other.total, self.cross + other.cross
        )

    def __sub__(self, other: PairwiseSums) -> PairwiseSums:
        return PairwiseSums(
            self.n - other.n, self.total - other.total, self.cross - other.cross
        )

    @property
    def covariance(self) -> NDArray[np.float64]:
        """
        The covariance of every pair over who answered both, (k, k), divisor n - 1:
        (Σxy - Σx Σy / n) / (n - 1). It need not be the covariance of anything.

        R: ``cov(rows, use = "pairwise.complete.obs")``.

        :raises TooFew: when fewer than two people answered some pair.
        """
        if self.n.size == 0 or self.n.min() < 2:
            raise TooFew("a covariance needs two respondents for every pair of items")
        n = self.n.astype(object)
        scatter = n * self.cross.astype(object) - self.total * self.total.T.astype(object)
        return np.asarray(scatter / (n * (n - 1)), np.float64)


def pairwise_sums(
    values: Answers, *, missing: int = -1, compiled: bool | None = None
) -> PairwiseSums:
    """
    The sums of every pair of items over who answered both.

    :param values: (n, k) bytes.
    :param missing: the byte that says nothing was answered.
    :param compiled: whether compiled loops do it; None: where they are at hand.
    :raises WrongShape: when the answers are no table.
    :raises ModuleNotFoundError: when compiled loops are asked for and numba is not there.

    Definition, not a method. R: ``crossprod(!is.na(d))`` for n, and with zeros for no
    answer ``crossprod(d)`` for the products.

    >>> found = pairwise_sums(np.array([[1, 2], [3, -1], [5, 4]], np.int8))
    >>> found.n.tolist(), found.cross.tolist()
    ([[3, 2], [2, 2]], [[35, 22], [22, 20]])
    >>> found.covariance.tolist()
    [[4.0, 4.0], [4.0, 2.0]]
    """
    if values.ndim != 2:
        raise WrongShape(f"answers are a table of two dimensions, not of {values.ndim}")
    n, k = values.shape
    if not n:
        zero = np.zeros((k, k), np.int64)
        return PairwiseSums(zero, zero.copy(), zero.copy())
    loops = _chosen(compiled=compiled)
    if loops:
        low, high = map(int, loops.range_of(values, np.int8(missing)))
        if 0 <= high - low < MOST_LEVELS:
            return _moved(loops.pair_counts(values, missing, low, high), low)
    return _pairwise_by_products(values, missing)


def _blocks(values: Answers) -> list[Answers]:
    return [values[at : at + BLOCK] for at in range(0, len(values), BLOCK)]


def _moved(sums: tuple[Integers, Integers, Integers], by: int) -> PairwiseSums:
    """Sums of answers counted from their lowest, as sums of the answers."""
    n, total, cross = sums
    return PairwiseSums(n, total + by * n, cross + by * (total + total.T) + by * by * n)


def _pairwise_by_products(values: Answers, missing: int) -> PairwiseSums:
    """Answers beside marks of who answered: one product gives all three sums."""
    k = values.shape[1]
    # Below 2**24 every partial sum of a block is an exact float.
    narrow = BLOCK * peak(values) ** 2 < FLOAT32_EXACT_LIMIT
    both = np.empty((BLOCK, 2 * k), np.float32 if narrow else np.float64)
    sums = np.zeros((2 * k, 2 * k), np.int64)
    for block in _blocks(values):
        beside = both[: len(block)]
        answered = block != missing
        np.multiply(block, answered, out=beside[:, :k])
        beside[:, k:] = answered
        sums += (beside.T @ beside).astype(np.int64)
    return PairwiseSums(sums[k:, k:], sums[:k, k:], sums[:k, :k])


@dataclass(frozen=True, slots=True, eq=False)
class GroupSums:
    """
    Of the composites of many groups, how many, their sum and their sum of squares, in
    1/``scale`` of a scale point. A commutative group.
    """

    n: Integers  # (groups, dimensions)
    total: Integers  # (groups, dimensions)
    squares: Integers  # (groups, dimensions)
    scale: int = SCALE

    def __add__(self, other: GroupSums) -> GroupSums:
        return GroupSums(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.scale,
        )

    @property
    def mean(self) -> NDArray[np.float64]:
        """
        The mean of each group and dimension in scale points, (groups, dimensions).

        :raises TooFew: when nobody answered some of them.
        """
        if not self.n.all():
            raise TooFew("a mean needs one respondent in every group")
        return np.asarray(self.total / (self.n * self.scale), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class PairedRows:
    """
    What n respondents expect and perceive of the same items, each in one of the dimensions.

    :raises WrongShape: when the arrays do not belong together.
    :raises OutOfRange: when some dimension below the highest has no item.
    :raises OverflowError: when a sum of squares could pass 64 bits.
    """

    expectation: Answers  # (n, items)
    perception: Answers  # (n, items)
    dimension: Integers  # (items,) the index of each item's dimension, -1 for none
    missing: int = -1  # the byte that says nothing was answered

    def __post_init__(self) -> None:
        shape = self.expectation.shape
        if self.perception.shape != shape or shape[1:] != self.dimension.shape:
            raise WrongShape(
                f"expectations of {shape}, perceptions of {self.perception.shape} and "
                f"dimensions of {len(self.dimension)} items do not belong together"
            )
        if not self.sizes.all():
            raise OutOfRange(f"dimension {int(np.argmin(self.sizes))} has no item")
        if len(self.expectation) * (self.widest * SCALE) ** 2 >= INT64_LIMIT:
            raise OverflowError("the squares of these gaps do not fit in 64 bits")

    @property
    def sizes(self) -> Integers:
        """How many items each dimension has, (dimensions,)."""
        return np.bincount(self.dimension[self.dimension >= 0]).astype(np.int64)

    @property
    def widest(self) -> int:
        """No gap is larger."""
        return peak(self.expectation) + peak(self.perception)


def gap_sums(
    rows: PairedRows, group: Groups, groups: int, *, compiled: bool | None = None
) -> GroupSums:
    """
    What the respondents' gaps in each dimension add up to, group by group.

    As ``scores.dimension_composites`` of ``scores.differences`` for every respondent
    (usable with half of a dimension's items answered on both sides), rounded to 1/27720 of
    a point and summed.

    :param group: (n,) the index of each respondent's group.
    :param compiled: whether compiled loops do it; None: where they are at hand.
    :raises WrongShape: when there are not as many groups as respondents.
    :raises OutOfRange: when a group lies outside 0 to ``groups`` - 1.
    :raises ModuleNotFoundError: when compiled loops are asked for and numba is not there.

    Source: Parasuraman, Zeithaml and Berry 1988; Schafer and Graham 2002; domain.md 2.2.
    R: ``rowsum(rowMeans((p - e)[, items], na.rm = TRUE), group)``.

    >>> rows = PairedRows(np.array([[7, 6], [6, -1]], np.int8),
    ...                   np.array([[5, 5], [7, 4]], np.int8), np.array([0, 0]))
    >>> gap_sums(rows, np.array([0, 1]), 2).mean.tolist()
    [[-1.5], [1.0]]
    """
    _check_groups(group, groups, len(rows.expectation))
    every = [Composites.of(int(size), rows.widest) for size in rows.sizes]
    loops = _chosen(compiled=compiled)
    if loops:
        return GroupSums(*loops.gap_sums(rows, group, groups, every))
    found = np.zeros((3, groups, len(every)), np.int64)
    for at, composites in enumerate(every):
        counts = _counted_gaps(rows, at, composites, group, groups)
        made = composites.made.ravel()
        found[:, :, at] = counts.sum(axis=1), counts @ made, counts @ (made * made)
    return GroupSums(*found)


@dataclass(frozen=True, slots=True, eq=False)
class Composites:
    """What a sum of gaps over how many of a dimension's items makes, in 1/27720."""

    made: Integers  # (items + 1, sums): 0 where too few are answered
    reach: int  # no sum is larger; the first of a row is of -reach
    needed: int  # items answered

    @classmethod
    def of(cls, items: int, widest: int) -> Composites:
        reach, needed = widest * items, -(-items // 2)
        sums = np.tile(np.arange(-reach, reach + 1), items + 1 - needed)
        counts = np.repeat(np.arange(needed, items + 1), 2 * reach + 1)
        made = np.zeros((items + 1, 2 * reach + 1), np.int64)
        made[needed:] = divide_half_even(sums * SCALE, counts).reshape(-1, 2 * reach + 1)
        return cls(made, reach, needed)


def _check_groups(group: Groups, groups: int, n: int) -> None:
    if group.shape != (n,):
        raise WrongShape(f"{n} respondents, but groups of {group.shape}")
    if n and not (group.min() >= 0 and group.max() < groups):
        raise OutOfRange(f"a group lies outside 0 to {groups - 1}")


def _counted_gaps(
    rows: PairedRows, at: int, composites: Composites, group: Groups, groups: int
) -> Integers:
    """
    A composite is one of few fractions: how often each occurs in each group, (groups,
    fractions), none of them too few answers.
    """
    items = np.flatnonzero(rows.dimension == at)
    states = composites.made.size
    counts = np.zeros(groups * states, np.int64)
    for first in range(0, len(group), BLOCK):
        part = slice(first, first + BLOCK)
        expected, perceived = rows.expectation[part, items], rows.perception[part, items]
        both = (expected != rows.missing) & (perceived != rows.missing)
        gaps = np.subtract(perceived, expected, dtype=np.int16) * both
        state = gaps.sum(axis=1, dtype=np.int64) + composites.reach
        state += composites.made.shape[1] * both.sum(axis=1)
        counts += np.bincount(states * group[part] + state, minlength=len(counts))
    found = counts.reshape(groups, *composites.made.shape)
    found[:, : composites.needed] = 0
    return found.reshape(groups, states)


@dataclass(frozen=True, slots=True, eq=False)
class GroupMoments:
    """The moments of the complete rows of many groups. A commutative group."""

    n: Integers  # (groups,)
    total: Integers  # (groups, k)
    cross: Integers  # (groups, k, k)

    def __add__(self, other: GroupMoments) -> GroupMoments:
        return GroupMoments(
            self.n + other.n, self.total + other.total, self.cross + other.cross
        )

    @property
    def alpha(self) -> NDArray[np.float64]:
        """
        Cronbach's alpha of every group at once, (groups,): k/(k-1) · (1 - tr S / 1ᵀS1).

        Cronbach (1951, eq. 2). R: ``psych::alpha(d)$total$raw_alpha`` for each group.

        :raises TooFew: with fewer than two items, or two respondents in some group.
        :raises NoVariance: when everybody in some group has the same sum.
        """
        k = self.total.shape[1]
        if k < 2 or (len(self.n) and self.n.min() < 2):
            raise TooFew("alpha needs two items, and two respondents in every group")
        # n · scatter, in integers: n Σx² - (Σx)².
        parts = self.n * np.einsum("gii->g", self.cross) - (self.total**2).sum(axis=1)
        whole = self.n * self.cross.sum(axis=(1, 2)) - self.total.sum(axis=1) ** 2
        if not whole.all():
            raise NoVariance(f"everybody in group {int(np.argmin(whole))} has the same sum")
        return np.asarray(k / (k - 1) * (1 - parts / whole), np.float64)


def group_moments(
    values: Answers, group: Groups, groups: int, *, missing: int = -1
) -> GroupMoments:
    """
    The moments of every group's complete rows.

    :param values: (n, k) bytes; ``group`` (n,) the index of each respondent's group.
    :param missing: the byte that says nothing was answered.
    :raises WrongShape: when there are not as many groups as respondents.
    :raises OutOfRange: when a group lies outside 0 to ``groups`` - 1.

    Definition, not a method.
    R: ``by(na.omit(d), group, function(x) crossprod(as.matrix(x)))``.

    >>> values = np.array([[1, 2], [2, 4], [3, 3], [5, -1]], np.int8)
    >>> found = group_moments(values, np.array([0, 0, 0, 0]), 1)
    >>> found.n.tolist(), round(float(found.alpha[0]), 4)
    ([3], 0.6667)
    """
    _check_groups(group, groups, len(values))
    k = values.shape[1]
    complete = (values != missing).all(axis=1)
    order = np.argsort(np.where(complete, group, groups), kind="stable")
    ends = np.cumsum(np.bincount(group[complete], minlength=groups))
    found = np.zeros((groups, k + 1, k + 1), np.int64)
    exact = FLOAT32_EXACT_LIMIT // max(1, peak(values) ** 2)
    first = 0
    for at, end in enumerate(ends.tolist()):
        for start in range(first, end, exact):
            chosen = values[order[start : min(end, start + exact)]]
            beside = np.ones((len(chosen), k + 1), np.float32)
            beside[:, 1:] = chosen
            found[at] += (beside.T @ beside).astype(np.int64)
        first = end
    return GroupMoments(found[:, 0, 0], found[:, 0, 1:], found[:, 1:, 1:])
