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
    """The answers to one block: where ``answered`` is false the number is ignored."""

    answers: AnyIntegers  # (n, items) in form order
    answered: Mask  # (n, items)

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
    """
    return _any(blocks, FORGIVEN)


def all_equal(blocks: Sequence[Block]) -> Mask:
    """
    Who gave the same answer to every answered item of some block: (n,).

    With 10 answers or more, so whoever is all equal is straight-lining too.
    """
    return _any(blocks, 0)


def expectation_ceiling(expectation: Block, *, top: int) -> Mask:
    """
    Who answered nine tenths or more of the expectations with the scale's top: (n,).

    Over the answered expectations; one is enough.
    """
    at_top = (expectation.answered & (expectation.answers == top)).sum(axis=1)
    answered = expectation.answered.sum(axis=1)
    return np.asarray((answered > 0) & (10 * at_top >= 9 * answered))


def _any(blocks: Sequence[Block], forgiven: int) -> Mask:
    if not blocks:
        raise ValueError("careless answering shows in blocks of answers, and there is none")
    flagged = np.zeros(len(blocks[0].answers), np.bool_)
    for block in blocks:
        count = block.answered.sum(axis=1)
        flagged |= (count >= SHORTEST_BLOCK) & (block.longest_run >= count - forgiven)
    return flagged
