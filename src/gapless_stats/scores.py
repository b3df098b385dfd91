"""
From a respondent's answers to dimension and overall scores, exactly.

Once answers are missing, a prorated mean is no linear function of item sums, so
it is formed per respondent, here, for the command line and the database alike:
the command line reads the fractions, the database stores them rounded once to
1/27720 of a scale point.

Rows are (n, items) integers with an ``answered`` mask of the same shape; where
it is false the number is not looked at. Feed gaps (``differences``, answered on
both sides), expectations or perceptions under the same mask, or perceptions
alone (SERVPERF, Cronin and Taylor 1992).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import OutOfRange, TooFew, WrongShape
from .exact import (
    FLOAT64_EXACT_LIMIT,
    INT64_LIMIT,
    AnyIntegers,
    Integers,
    Mask,
    divide_half_even,
    fitting,
    peak,
)

SCALE = math.lcm(*range(1, 13))
"""27720: the mean of up to 12 whole answers is a whole number of 1/27720."""

WEIGHT_SLACK = 20
"""The importance points may miss their sum by 1/20 of it (5 of 100) and are normalised."""


@dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """
    One score of n respondents, each an exact fraction.

    Where ``usable`` is false the respondent answered too little, and the fraction
    is 0/1. Numerators are int64, or Python integers where int64 could not hold them.
    """

    numerator: AnyIntegers  # (n,)
    denominator: AnyIntegers  # (n,) positive
    usable: Mask  # (n,)

    def values(self) -> NDArray[np.float64]:
        """The scores of the usable respondents, in order: each the nearest float."""
        scores = self.numerator[self.usable] / self.denominator[self.usable]
        return np.asarray(scores, dtype=np.float64)

    def rounded(self, scale: int = SCALE) -> Integers:
        """
        The scores of the usable respondents in 1/``scale``, ties to the even one.

        Exact while no more than 12 answers enter a dimension's mean.
        """
        numerator = self.numerator[self.usable]
        wide = fitting(numerator, bound=peak(numerator) * scale) * scale
        return divide_half_even(wide, self.denominator[self.usable])


def differences(expectation: AnyIntegers, perception: AnyIntegers) -> Integers:
    """
    Perception minus expectation, P - E, of the same shape, in answers' points.

    Widened to 64 bits first: bytes would wrap at ±128.

    :raises WrongShape: when the shapes differ.

    Source: Parasuraman, Zeithaml and Berry 1988. R: ``p - e``.

    >>> differences(np.array([7], np.int8), np.array([3], np.int8)).tolist()
    [-4]
    """
    if expectation.shape != perception.shape:
        raise WrongShape(
            f"expectations of {expectation.shape} and perceptions of {perception.shape}"
        )
    return perception.astype(np.int64) - expectation.astype(np.int64)


def dimension_composites(
    scores: AnyIntegers, answered: Mask, dimension: Integers
) -> tuple[Composite, ...]:
    """
    Each respondent's mean of the answered items, dimension by dimension.

    Σ answers / answered, usable with half of the dimension's items answered, rounded up
    (the half rule of prorated scales: Schafer and Graham 2002).

    :param scores: (n, items) integers.
    :param dimension: (items,) the index of each item's dimension, -1 for none.
    :raises OutOfRange: when a dimension below the highest index has no item.
    :raises WrongShape: when the shapes do not belong together.

    Source: Schafer and Graham 2002; domain.md 2.2 and 2.4.
    R: ``rowMeans(x[, items], na.rm = TRUE)``.

    >>> answers, of = np.array([[4, 5, 6], [1, 7, 2]]), np.array([0, 0, 1])
    >>> [each.values().tolist() for each in dimension_composites(answers, answers > 0, of)]
    [[4.5, 4.0], [6.0, 2.0]]
    """
    _same_cells(scores, answered)
    if dimension.shape != scores.shape[1:]:
        raise WrongShape(f"{scores.shape[1]} items, but dimensions of {dimension.shape}")
    # Which item belongs to which dimension: one product sums all dimensions at once.
    member = (dimension[:, None] == np.arange(int(dimension.max(initial=-1)) + 1)).astype(
        int
    )
    items = member.sum(axis=0)
    if not items.all():
        raise OutOfRange(f"dimension {int(np.argmin(items))} has no item")
    totals = np.where(answered, scores, 0).astype(np.int64) @ member
    counts = answered.astype(np.int64) @ member
    return tuple(
        _mean_of(totals[:, index], counts[:, index], -(-int(items[index]) // 2))
        for index in range(len(items))
    )


def overall_by_item(scores: AnyIntegers, answered: Mask) -> Composite:
    """
    Each respondent's mean of all answered items, of a dimension or of none.

    Σ answers / answered, usable with one answered item.

    :param scores: (n, items) integers, and ``answered`` of the same shape.
    :raises WrongShape: when the shapes differ.

    Source: domain.md 2.2. R: ``rowMeans(x, na.rm = TRUE)``.

    >>> answers = np.array([[4, 5, 6], [1, 7, 0]])
    >>> overall_by_item(answers, answers > 0).values().tolist()
    [5.0, 4.0]
    """
    _same_cells(scores, answered)
    total = np.where(answered, scores, 0).sum(axis=1, dtype=np.int64)
    return _mean_of(total, answered.sum(axis=1, dtype=np.int64), 1)


def overall(dimensions: Sequence[Composite]) -> Composite:
    """
    Each respondent's mean of the usable dimensions, each dimension counting the same.

    Usable with four fifths of the dimensions, rounded up (domain.md 2.4).

    :raises TooFew: without a dimension.
    :raises WrongShape: when dimensions are not of the same respondents.

    Source: Parasuraman, Zeithaml and Berry 1988; domain.md 2.2.
    R: ``rowMeans(dimensions, na.rm = TRUE)``.

    >>> answers, of = np.array([[4, 5, 6], [1, 7, 2]]), np.array([0, 0, 1])
    >>> overall(dimension_composites(answers, answers > 0, of)).values().tolist()
    [5.25, 3.0]
    """
    needed = -(-4 * len(dimensions) // 5)
    alike = np.ones((len(_first(dimensions).usable), len(dimensions)), dtype=np.int64)
    available = _usable(dimensions).sum(axis=1, dtype=np.int64)
    return _weighted_mean(dimensions, alike, usable=available >= needed)


def overall_weighted(
    dimensions: Sequence[Composite], weights: AnyIntegers, *, whole: int = 100
) -> Composite:
    """
    Each respondent's mean of the usable dimensions by the respondent's own weights.

    The weights divide ``whole`` points among the dimensions; a box left blank holds
    none, so pass 0. Usable when they sum to within a twentieth of ``whole`` (and are
    then normalised) and the usable dimensions hold four fifths of the sum.

    :param weights: (n, dimensions) integers; ``whole`` is what 100 points are in their
        unit, so 10000 when they count hundredths of a point.
    :raises TooFew: without a dimension.
    :raises OutOfRange: when a weight is negative.
    :raises WrongShape: when the shapes disagree.

    Σ w_d g_d / Σ w_d over the usable d. Source: Parasuraman, Zeithaml and Berry 1991;
    domain.md 2.2. R: ``rowSums(w * g) / rowSums(w)``.

    >>> answers, of = np.array([[4, 5, 6], [1, 7, 2]]), np.array([0, 0, 1])
    >>> parts = dimension_composites(answers, answers > 0, of)
    >>> overall_weighted(parts, np.array([[80, 20], [50, 50]])).values().tolist()
    [4.8, 3.0]
    """
    if weights.shape != (len(_first(dimensions).usable), len(dimensions)):
        raise WrongShape(f"{len(dimensions)} dimensions, but weights of {weights.shape}")
    if (weights < 0).any():
        raise OutOfRange("a weight is at least 0")
    points = weights.astype(np.int64)
    given = points.sum(axis=1)
    held = np.where(_usable(dimensions), points, 0).sum(axis=1)
    sums_up = np.abs(given - whole) * WEIGHT_SLACK <= whole
    return _weighted_mean(dimensions, points, usable=sums_up & (5 * held >= 4 * given))


def _same_cells(scores: AnyIntegers, answered: Mask) -> None:
    if scores.ndim != 2 or scores.shape != answered.shape:
        raise WrongShape(f"answers of {scores.shape}, but {answered.shape} answered")


def _mean_of(total: Integers, count: Integers, needed: int) -> Composite:
    usable = count >= needed
    return Composite(np.where(usable, total, 0), np.where(usable, count, 1), usable)


def _weighted_mean(
    dimensions: Sequence[Composite], weights: Integers, *, usable: Mask
) -> Composite:
    common = _common_denominator(dimensions)
    most = 1 + max(peak(each.numerator) for each in dimensions)
    bound = len(dimensions) * (1 + peak(weights)) * most * common
    if bound >= FLOAT64_EXACT_LIMIT:
        # Above 2**53 dividing two int64 as floats is no longer correctly rounded;
        # Python integers always are.
        bound = INT64_LIMIT
    held = fitting(np.where(_usable(dimensions), weights, 0), bound=bound)
    numerator = sum(
        held[:, place] * each.numerator * (common // fitting(each.denominator, bound=bound))
        for place, each in enumerate(dimensions)
    )
    denominator = held.sum(axis=1) * common
    return Composite(
        np.where(usable, numerator, 0), np.where(usable, denominator, 1), usable
    )


def _common_denominator(dimensions: Sequence[Composite]) -> int:
    """The least one of the denominators that occur, so that long dimensions stay small."""
    every = np.concatenate([each.denominator for each in dimensions])
    return math.lcm(*np.unique(every).tolist())


def _usable(dimensions: Sequence[Composite]) -> Mask:
    return np.column_stack([each.usable for each in dimensions])


def _first(dimensions: Sequence[Composite]) -> Composite:
    if not dimensions:
        raise TooFew("an overall score needs a dimension")
    if len({len(each.usable) for each in dimensions}) > 1:
        raise WrongShape("dimensions are of the same respondents, and these are not")
    return dimensions[0]
