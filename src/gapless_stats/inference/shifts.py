"""What people talk about more, or less, than before: categories of free text, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.comparison import Difference, difference_of_shares
from gapless_stats.errors import OutOfRange, TooFew, WrongShape
from gapless_stats.exact import AnyIntegers
from gapless_stats.multiplicity import benjamini_hochberg
from gapless_stats.results import Result

from .contingency import SMALLEST_EXPECTED, fisher_exact

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shifts(Result):
    """
    How the share of each of q categories changed, as fractions; after minus before.

    ``q_values`` are the p values adjusted for looking at all categories at once.
    """

    n: tuple[int, int]  # texts before and after
    difference: Floats  # (q,)
    low: Floats  # (q,)
    high: Floats  # (q,)
    p_values: Floats  # (q,)
    q_values: Floats  # (q,)
    level: float
    method: ClassVar[str] = "score or Fisher's exact test of each, Benjamini-Hochberg"
    source: ClassVar[str] = (
        "Newcombe 1998 (intervals); Fisher 1935; Benjamini-Hochberg 1995"
    )


def shifts(
    before: AnyIntegers, after: AnyIntegers, *, texts: tuple[int, int], level: float = 0.95
) -> Shifts:
    """
    Which categories came up more or less often; a text may be of several.

    Of each: the difference of shares with Newcombe's interval; Fisher's test where some
    expected count is below 5, else the score test; q values over all categories.
    R: ``p.adjust(apply(x, 1, \\(k) prop.test(k, n, correct = FALSE)$p.value), "BH")``.

    :param before: (q,) texts of each category, of ``texts[0]``; ``after`` of ``texts[1]``.
    :raises WrongShape: when there are not the same categories.
    :raises TooFew: without a category, or without a text on either side.
    :raises OutOfRange: when a count is no part of the texts, or ``level`` is not between 0
        and 1.

    Source: Newcombe 1998, method 10; Benjamini and Hochberg 1995; domain.md 4.14.

    >>> found = shifts(np.array([56, 20]), np.array([48, 22]), texts=(70, 80))
    >>> found.difference.round(3).tolist(), found.q_values.round(3).tolist()
    ([-0.2, -0.011], [0.016, 0.884])
    """
    if before.shape != after.shape or before.ndim != 1:
        raise WrongShape(f"{before.shape} and {after.shape} are not the same categories")
    if len(before) < 1 or min(texts) < 1:
        raise TooFew(
            f"{texts[0]} texts before and {texts[1]} after, of {len(before)} kinds"
        )
    pairs = list(zip(before.tolist(), after.tolist(), strict=True))
    if any(not (0 <= x <= texts[0] and 0 <= y <= texts[1]) for x, y in pairs):
        raise OutOfRange(f"a category has some of the {texts[0]} and {texts[1]} texts")
    each = [
        difference_of_shares(later, texts[1], earlier, texts[0], level=level)
        for earlier, later in pairs
    ]
    p_values = [
        _p_value(found, pair, texts) for found, pair in zip(each, pairs, strict=True)
    ]
    return Shifts(
        n=texts,
        difference=np.array([found.difference for found in each]),
        low=np.array([found.interval.low for found in each]),
        high=np.array([found.interval.high for found in each]),
        p_values=np.array(p_values),
        q_values=benjamini_hochberg(p_values),
        level=level,
    )


def _p_value(found: Difference, pair: tuple[int, int], texts: tuple[int, int]) -> float:
    rest = [n - x for n, x in zip(texts, pair, strict=True)]
    if sum(pair) == 0 or sum(rest) == 0:
        return 1.0
    smallest = min(sum(pair), sum(rest)) * min(texts) / sum(texts)
    if smallest >= SMALLEST_EXPECTED:
        return found.p_value
    return fisher_exact(np.array([pair, rest])).p_value
