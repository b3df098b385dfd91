"""
Signs of careless answering, per respondent.

A block is what one page of the form asks on one scale: the expectations, or the
perceptions, in form order and as given (a reverse-keyed item is not turned round).
A flagged respondent is counted and shown, never deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .exact import AnyIntegers, Integers, Mask

RULES_VERSION = 1
"""Stored with every answer; raise it whenever a rule below changes its verdict."""

SHORTEST_BLOCK = 10
"""Fewer answers than this are the same by chance too often to say anything."""

FORGIVEN = 2
"""How many answers may stand outside the run of a straight-liner."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The answers to one block: where ``answered`` is false the number is ignored."""

    answers: AnyIntegers  # (n, items) in form order
    answered: Mask  # (n, items)


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


def longest_run(block: Block) -> Integers:
    """The most answers in a row that are the same, unanswered items passed over: (n,)."""
    n, items = block.answers.shape
    run, longest = np.zeros(n, np.int64), np.zeros(n, np.int64)
    last = np.zeros(n, block.answers.dtype)
    for item in range(items):
        answer, answered = block.answers[:, item], block.answered[:, item]
        run = np.where(answered, np.where(answer == last, run, 0) + 1, run)
        last = np.where(answered, answer, last)
        longest = np.maximum(longest, run)
    return longest


def _any(blocks: Sequence[Block], forgiven: int) -> Mask:
    if not blocks:
        raise ValueError("careless answering shows in blocks of answers, and there is none")
    flagged = np.zeros(len(blocks[0].answers), np.bool_)
    for block in blocks:
        count = block.answered.sum(axis=1)
        flagged |= (count >= SHORTEST_BLOCK) & (longest_run(block) >= count - forgiven)
    return flagged
