"""
Which features delight, which are demanded and which taken for granted: Kano's model.

Every feature is asked twice: how it would be to have it (functional) and not to have it
(dysfunctional), each from 1, "I like it", to 5, "I dislike it". Kano, Seraku, Takahashi and
Tsuji 1984; better and worse by Berger et al. 1993.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .checks import counts as checked_counts
from .errors import OutOfRange, TooFew
from .estimates import tail_of
from .exact import AnyIntegers
from .intervals import Interval, Share, share_of, wilson
from .results import Result
from .tables import PairTable

ANSWERS = 5
"""Like, must be, neutral, can live with, dislike."""

MIXED = 0.06
"""With a smaller lead than this the commonest category says little (Berger et al. 1993)."""

QUESTIONABLE = 0.1
"""With more contradicting answers than this a question is misread (domain.md 4.6)."""

FONG_Z = 1.65
"""The normal quantile of Fong's test, 1996: two-sided at 10 %."""


class Category(StrEnum):
    """What a feature is to a customer, in the order that decides ties: M > O > A > I."""

    MUST_BE = "must_be"
    """Taken for granted; its lack dissatisfies (M)."""
    ONE_DIMENSIONAL = "one_dimensional"
    """The more the better (O)."""
    ATTRACTIVE = "attractive"
    """Not missed, but it delights (A)."""
    INDIFFERENT = "indifferent"
    """It makes no difference (I)."""
    REVERSE = "reverse"
    """Rather not (R)."""
    QUESTIONABLE = "questionable"
    """The two answers contradict each other (Q)."""


_LETTERS = dict(zip("MOAIRQ", Category, strict=True))
_EVALUATION = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
"""The evaluation table: functional down, dysfunctional across (Berger et al. 1993)."""


@dataclass(frozen=True, slots=True)
class Fong(Result):
    """
    Whether the commonest category is ahead of the second by more than chance.

    ``distinct`` when ``lead`` respondents or more are ``needed``.
    """

    n: int
    first: Category
    second: Category
    lead: int
    needed: float
    distinct: bool
    method: ClassVar[str] = "Fong"
    source: ClassVar[str] = "Fong 1996, two-sided at 10 %"


@dataclass(frozen=True, slots=True)
class Kano(Result):
    """
    One feature. Shares and strengths are fractions; ``worse`` is negative.

    ``category_strength`` is how far the commonest category leads the second, as a share of
    all; below 0.06 the feature is ``mixed``. ``total_strength`` is the share of customers
    to whom it matters. ``better`` is how far satisfaction rises with it and ``worse`` how
    far it falls without it, among those who are neither reverse nor questionable.
    """

    n: int
    counts: Mapping[Category, int]
    category: Category
    mixed: bool
    category_strength: float
    total_strength: float
    better: float
    better_interval: Interval
    worse: float
    worse_interval: Interval
    fong: Fong
    questionable: Share
    method: ClassVar[str] = "Kano's table, Wilson score, Fong"
    source: ClassVar[str] = "Kano et al. 1984; Berger et al. 1993; Fong 1996"

    @property
    def misunderstood(self) -> bool:
        """Whether more than a tenth contradict themselves: reword the question."""
        return (self.questionable.share or 0.0) > QUESTIONABLE


def category_of(functional: int, dysfunctional: int) -> Category:
    """
    What one customer's two answers say, by the evaluation table of Berger et al. 1993.

    :param functional: from 1, "I like it", to 5, "I dislike it"; so is ``dysfunctional``.
    :raises OutOfRange: when an answer is none of the five.

    R: ``c("Q", "R", "R", …)[cbind(functional, dysfunctional)]``.

    >>> category_of(1, 5).value, category_of(3, 5).value
    ('one_dimensional', 'must_be')
    """
    if not (1 <= functional <= ANSWERS and 1 <= dysfunctional <= ANSWERS):
        raise OutOfRange(f"answers are 1 to 5, not {functional} and {dysfunctional}")
    return _LETTERS[_EVALUATION[functional - 1][dysfunctional - 1]]


def categories(answers: AnyIntegers) -> dict[Category, int]:
    """
    How many customers put a feature into each category: sums over the evaluation table.

    Berger et al. 1993.

    :param answers: (5, 5) counts, functional down and dysfunctional across; of a
        ``PairTable`` from 1 to 5 its ``complete`` part.
    :raises WrongShape: when the table is not 5 by 5.
    :raises OutOfRange: when a count is negative.

    R: ``table(category)``.

    >>> categories(np.eye(5, dtype=int))[Category.QUESTIONABLE]
    2
    """
    table = checked_counts(answers, "answers", shape=(ANSWERS, ANSWERS))
    letters = np.array([list(row) for row in _EVALUATION])
    return {each: int(table[letters == letter].sum()) for letter, each in _LETTERS.items()}


def kano(answers: AnyIntegers, *, level: float = 0.95) -> Kano:
    """
    What a feature is to its customers, from its table of answers.

    With A, O, M, I the counts: better = (A + O) / (A + O + M + I) and
    worse = -(O + M) / (A + O + M + I), each a share with Wilson's interval. The category is
    the commonest, ties by M > O > A > I; its strength is its share minus the second's,
    the total strength (A + M + O) / n.

    :param answers: (5, 5) counts, functional down and dysfunctional across.
    :raises TooFew: when nobody's answers are attractive, one-dimensional, must-be or
        indifferent.
    :raises WrongShape: when the table is not 5 by 5.
    :raises OutOfRange: when a count is negative, or ``level`` not between 0 and 1.

    Kano et al. 1984; Berger et al. 1993.
    R: ``prop.test(a + o, a + o + m + i, correct = FALSE)`` for better and its interval.

    >>> table = np.zeros((5, 5), int)
    >>> table[0, 1], table[0, 4], table[2, 4], table[2, 2] = 82, 22, 6, 83
    >>> found = kano(table)
    >>> found.category.value, round(found.better, 6), round(found.worse, 6)
    ('indifferent', 0.53886, -0.145078)
    """
    tail_of(level)  # refuses an impossible level
    found = categories(answers)
    n = sum(found.values())
    attractive, one, must = (found[each] for each in _MATTER)
    base = attractive + one + must + found[Category.INDIFFERENT]
    if base < 1:
        raise TooFew("better and worse need an answer that is not reverse or questionable")
    first, second = _leaders(found)
    strength = (found[first] - found[second]) / n
    loss = wilson(one + must, base, level=level)
    return Kano(
        n=n,
        counts=found,
        category=first,
        mixed=strength < MIXED,
        category_strength=strength,
        total_strength=(attractive + one + must) / n,
        better=(attractive + one) / base,
        better_interval=wilson(attractive + one, base, level=level),
        worse=-(one + must) / base,
        worse_interval=Interval(-loss.high, -loss.low, level, loss.method, loss.source),
        fong=fong(found),
        questionable=share_of(found[Category.QUESTIONABLE], n, level=level),
    )


_MATTER = (Category.ATTRACTIVE, Category.ONE_DIMENSIONAL, Category.MUST_BE)


def kano_of_answers(
    functional: ArrayLike, dysfunctional: ArrayLike, *, level: float = 0.95
) -> Kano:
    """
    As ``kano``, from (n,) answers 1 to 5 each, of the same customers.

    Counts them and calls ``kano``; Kano et al. 1984.

    :raises TooFew: when nobody's answers are attractive, one-dimensional, must-be or
        indifferent.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when an answer is not 1 to 5, or ``level`` not between 0 and 1.

    R: ``table(functional, dysfunctional)``.

    >>> kano_of_answers([1, 1, 2, 3], [5, 3, 5, 5]).category.value
    'must_be'
    """
    sides = [
        checked_counts(each, "answers", shape=np.shape(functional))
        for each in (functional, dysfunctional)
    ]
    both = np.stack(sides)
    if both.size and not 1 <= both.min() <= both.max() <= ANSWERS:
        raise OutOfRange(f"an answer lies outside 1 to {ANSWERS}")
    answered = np.ones(sides[0].shape, np.bool_)
    table = PairTable.of(
        *sides,
        low=1,
        high=ANSWERS,
        expectation_answered=answered,
        perception_answered=answered,
    )
    return kano(table.complete, level=level)


def fong(found: Mapping[Category, int]) -> Fong:
    """
    Whether the commonest category is ahead by more than chance (Fong 1996).

    With a the commonest, b the second and n respondents, they differ when
    |a - b| ≥ 1.65 √((a + b)(2n - a - b) / 2n).

    :param found: how many customers put the feature into each category, as ``categories``
        counts them; a category left out has none.
    :raises TooFew: of nobody.
    :raises OutOfRange: when a count is negative.

    R: ``abs(a - b) >= 1.65 * sqrt((a + b) * (2 * n - a - b) / (2 * n))``.

    >>> found = fong({Category.INDIFFERENT: 83, Category.ATTRACTIVE: 82})
    >>> found.distinct, round(found.needed, 2)
    (False, 14.99)
    """
    each = {one: int(found.get(one, 0)) for one in Category}
    checked_counts(list(each.values()), "counts")
    n = sum(each.values())
    if n < 1:
        raise TooFew("a category needs one respondent, and there is none")
    first, second = _leaders(each)
    lead, both = each[first] - each[second], each[first] + each[second]
    needed = FONG_Z * math.sqrt(both * (2 * n - both) / (2 * n))
    return Fong(n, first, second, lead, needed, lead >= needed)


def _leaders(found: Mapping[Category, int]) -> tuple[Category, Category]:
    """The commonest two; of equals the one that ``Category`` names first."""
    first, second, *_ = sorted(Category, key=lambda each: -found[each])
    return first, second
