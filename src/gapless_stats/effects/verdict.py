"""Did it work? One of five answers, from the interval of the improvement alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gapless_stats.errors import OutOfRange
from gapless_stats.intervals import Interval
from gapless_stats.results import Result


class Answer(StrEnum):
    """What may be said of an improvement, with δ the smallest that matters."""

    EFFECTIVE = "effective"
    """The whole interval lies at or above δ."""
    PARTLY = "partly"
    """Better than nothing, but perhaps by less than δ: the interval lies above 0."""
    INCONCLUSIVE = "inconclusive"
    """Perhaps nothing, perhaps enough: measure on."""
    INEFFECTIVE = "ineffective"
    """Less than δ, whatever it is: the interval lies below δ."""
    HARMFUL = "harmful"
    """Worse than before: the interval lies below 0."""


@dataclass(frozen=True, slots=True)
class Verdict(Result):
    """The answer, with the interval and the δ that it rests on."""

    answer: Answer
    interval: Interval
    relevant: float
    method: ClassVar[str] = "interval against the smallest effect that matters"
    source: ClassVar[str] = "Westlake 1976; Jones, Jarvis, Lewis and Ebbutt 1996"


def verdict(improvement: Interval, *, relevant: float) -> Verdict:
    """
    What the interval [L, U] of an improvement says, positive being good.

    L ≥ δ effective; 0 < L < δ partly effective; L ≤ 0 and δ ≤ U inconclusive; U < 0
    harmful; otherwise U < δ and it is ineffective. R: ``cut(…)`` of the two ends.

    :param improvement: in any unit; of a paired or Welch t, a difference in differences, a
        sequential design.
    :param relevant: δ, the smallest improvement that matters, agreed before; above 0.
    :raises OutOfRange: when δ is not above 0, or an end is not finite.

    Source: Jones, Jarvis, Lewis and Ebbutt 1996, BMJ 313:36 (figure 1); domain.md 4.12.

    >>> verdict(Interval(0.02, 0.31, 0.95, "Welch t"), relevant=0.1).answer
    <Answer.PARTLY: 'partly'>
    """
    low, high = improvement.low, improvement.high
    if not (math.isfinite(relevant) and relevant > 0):
        raise OutOfRange(f"the smallest effect that matters is above 0, not {relevant}")
    if not (math.isfinite(low) and math.isfinite(high)):
        raise OutOfRange(f"an interval from {low} to {high} has no ends to judge by")
    found = [
        (low >= relevant, Answer.EFFECTIVE),
        (low > 0, Answer.PARTLY),
        (high >= relevant, Answer.INCONCLUSIVE),
        (high < 0, Answer.HARMFUL),
    ]
    answer = next((said for holds, said in found if holds), Answer.INEFFECTIVE)
    return Verdict(answer, improvement, relevant)
