"""
Signs of careless answering, per respondent.

A block is what one page of the form asks on one scale: the expectations, or the
perceptions, in form order and as given (a reverse-keyed item is not turned round).
A flagged respondent is counted and shown, never deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .errors import OutOfRange, WrongShape
from .exact import AnyIntegers, Integers, Mask

RULES_VERSION = 2
"""
Stored with every answer; raise it whenever a rule changes its verdict. From 2 on, how an
answer was given may flag it too, which whoever takes it in says: too fast (less than 2
seconds an item, or than a third of the usual time), and again from one device about one
unit within 24 hours. What its content shows is judged as by 1.
"""

SHORTEST_BLOCK = 10
"""Fewer answers than this are the same by chance too often to say anything."""

FORGIVEN = 2
"""How many answers may stand outside the run of a straight-liner."""


@dataclass(frozen=True, eq=False)
class Block:
    """
    The answers to one block: where ``answered`` is false the number is ignored.

    :raises WrongShape: when the two do not have the same shape, (n, items).
    """

    answers: AnyIntegers  # (n, items) in form order
    answered: Mask  # (n, items)

    def __post_init__(self) -> None:
        if self.answers.ndim != 2 or self.answers.shape != self.answered.shape:
            raise WrongShape(
                f"answers of {self.answers.shape}, but {self.answered.shape} answered"
            )

    @cached_property
    def longest_run(self) -> Integers:
        """The longest run of equal answers, unanswered ones passed over: (n,)."""
        # Answered items move to the front in their order; a run begins where an answer
        # differs from the one before.
        order = np.argsort(~self.answered, axis=1, kind="stable")
        answers = np.take_along_axis(self.answers, order, axis=1)
        answered = np.take_along_axis(self.answered, order, axis=1)
        places = np.arange(1, answers.shape[1] + 1)
        begins = np.ones(answers.shape, np.bool_)
        begins[:, 1:] = answers[:, 1:] != answers[:, :-1]
        before = np.maximum.accumulate(np.where(begins, places - 1, 0), axis=1)
        runs = np.where(answered, places - before, 0)
        return np.asarray(runs.max(axis=1, initial=0), np.int64)


def straight_lining(blocks: Sequence[Block]) -> Mask:
    """
    Who gave one answer all the way down, but for two, in some block: (n,).

    Longest identical run ≥ J - 2 of the J answered items, J ≥ 10. An unanswered
    item is passed over: it neither breaks a run nor lengthens it, and is not in J.

    :raises WrongShape: without a block, or when blocks are not of the same respondents.

    Source: Johnson 2005, long strings; domain.md 2.4. R: ``careless::longstring(x)``.

    >>> answers = np.array([[4] * 8 + [5, 3], list(range(1, 8)) + [1, 2, 3]])
    >>> straight_lining([Block(answers, answers > 0)]).tolist()
    [True, False]
    """
    return _any(blocks, FORGIVEN)


def all_equal(blocks: Sequence[Block]) -> Mask:
    """
    Who gave the same answer to every answered item of some block: (n,).

    With 10 answers or more, so whoever is all equal is straight-lining too.

    :raises WrongShape: without a block, or when blocks are not of the same respondents.

    Source: Johnson 2005; domain.md 2.4. R: ``apply(x, 1, sd) == 0``.

    >>> answers = np.array([[4] * 10, [4] * 9 + [5]])
    >>> all_equal([Block(answers, answers > 0)]).tolist()
    [True, False]
    """
    return _any(blocks, 0)


def expectation_ceiling(expectation: Block, *, top: int) -> Mask:
    """
    Who answered nine tenths or more of the expectations with the scale's top: (n,).

    Over the answered expectations; one is enough.

    :raises OutOfRange: when somebody answered above the top.

    Source: domain.md 2.4; Peter, Churchill and Brown 1993 on restricted variance.
    R: ``rowMeans(e == top) >= 0.9``.

    >>> answers = np.array([[7] * 10, [7] * 8 + [6, 6]])
    >>> expectation_ceiling(Block(answers, answers > 0), top=7).tolist()
    [True, False]
    """
    if (expectation.answered & (expectation.answers > top)).any():
        raise OutOfRange(f"an answer lies above {top}, the top of the scale")
    at_top = (expectation.answered & (expectation.answers == top)).sum(axis=1)
    answered = expectation.answered.sum(axis=1)
    return np.asarray((answered > 0) & (10 * at_top >= 9 * answered))


def _any(blocks: Sequence[Block], forgiven: int) -> Mask:
    if not blocks:
        raise WrongShape("careless answering shows in blocks of answers, and there is none")
    if len({len(each.answers) for each in blocks}) > 1:
        raise WrongShape("blocks are of the same respondents, and these are not")
    flagged = np.zeros(len(blocks[0].answers), np.bool_)
    for block in blocks:
        count = block.answered.sum(axis=1)
        flagged |= (count >= SHORTEST_BLOCK) & (block.longest_run >= count - forgiven)
    return flagged
