"""
Whether a questionnaire measures well, and what follows where it does not.

Each finding is one number against one limit. The limits are those of domain.md 2.4, 2.7
and 4.1; where those name none, ours is said to be ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from .errors import OutOfRange, TooFew
from .intervals import Interval, wilson
from .reliability import Alpha, feldt_interval
from .results import Result

RELIABLE = 0.7
"""Alpha from which groups may be studied, and a difference stand for itself (2.7, 4.1)."""

COMPARABLE = 0.8
"""Alpha from which units may be compared (4.1)."""

NOT_APPLICABLE = 0.2
"""Above this share of "does not apply" customers do not meet what an item asks (2.4)."""

CEILING = 0.5
"""Ours: when most respondents expect the top of everything, expectations tell nothing."""

STRAIGHT_LINING = 0.1
"""Ours: with more straight-liners than this, numbers are read with and without them."""


class Verdict(StrEnum):
    """What follows from a finding."""

    FINE = "fine"
    SWITCH_TO_PERCEPTION = "switch_to_perception"
    """The difference is unreliable: put perception, or disconfirmation, in the headline."""
    ASK_TOLERANCE = "ask_tolerance"
    """Expectations stand at the top: ask the least accepted and the desired instead."""
    REVIEW_ITEM = "review_item"
    """Too many cannot answer it: drop the item, or ask it only where it applies."""
    REVIEW_DIMENSION = "review_dimension"
    """Its items do not measure one thing: reword them, or show them one by one."""
    GROUPS_ONLY = "groups_only"
    """Reliable enough for all units together, not to compare one unit with another."""
    COMPARE_WITHOUT_FLAGGED = "compare_without_flagged"
    """Many answered carelessly: read every number with and without them."""


@dataclass(frozen=True, slots=True)
class Finding(Result):
    """
    One number against its limit.

    ``sure`` says that the whole interval lies on the same side of the limit as the value;
    without an interval nothing is sure.
    """

    n: int
    value: float
    interval: Interval | None
    limit: float
    verdict: Verdict
    method: str
    source: ClassVar[str] = "domain.md 2.4, 2.7 and 4.1; Nunnally 1978; Wilson 1927"

    @property
    def sure(self) -> bool:
        """Whether the verdict would be the same all over the interval."""
        if self.interval is None:
            return False
        return not self.interval.low <= self.limit <= self.interval.high


def not_applicable_share(without: int, asked: int, *, level: float = 0.95) -> Finding:
    """
    How many of those asked an item said that it does not apply, against a fifth.

    x / n with Wilson's interval (Wilson 1927; the limit: domain.md 2.4).
    R: ``prop.test(x, n, correct = FALSE)``.

    :raises TooFew: when nobody was asked.
    :raises OutOfRange: when ``without`` is not between 0 and ``asked``.

    >>> not_applicable_share(30, 100).verdict
    <Verdict.REVIEW_ITEM: 'review_item'>
    """
    return _share(without, asked, level, NOT_APPLICABLE, Verdict.REVIEW_ITEM)


def ceiling_share(flagged: int, n: int, *, level: float = 0.95) -> Finding:
    """
    How many gave nine tenths of their expectations the top, against a half.

    x / n with Wilson's interval (Wilson 1927). R: ``prop.test(x, n, correct = FALSE)``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when ``flagged`` is not between 0 and ``n``.

    >>> ceiling_share(10, 100).verdict
    <Verdict.FINE: 'fine'>
    """
    return _share(flagged, n, level, CEILING, Verdict.ASK_TOLERANCE)


def straight_lining_share(flagged: int, n: int, *, level: float = 0.95) -> Finding:
    """
    How many gave one answer all the way down, against a tenth.

    x / n with Wilson's interval (Wilson 1927). R: ``prop.test(x, n, correct = FALSE)``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when ``flagged`` is not between 0 and ``n``.

    >>> found = straight_lining_share(5, 194)
    >>> found.verdict, found.sure
    (<Verdict.FINE: 'fine'>, True)
    """
    return _share(flagged, n, level, STRAIGHT_LINING, Verdict.COMPARE_WITHOUT_FLAGGED)


def _share(count: int, n: int, level: float, limit: float, beyond: Verdict) -> Finding:
    interval = wilson(count, n, level=level)
    verdict = beyond if count > limit * n else Verdict.FINE
    return Finding(n, count / n, interval, limit, verdict, interval.method)


def alpha_finding(alpha: Alpha, *, level: float = 0.95) -> Finding:
    """
    Whether a dimension is reliable enough to compare units, or at least for all together.

    Against 0.8, and below it against 0.7 (Nunnally 1978); Feldt's interval (1965).
    R: ``psych::alpha.ci(a, n, k)``.

    :raises TooFew: with fewer than two items or two respondents.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> alpha_finding(Alpha(0.75, items=4, n=500)).verdict
    <Verdict.GROUPS_ONLY: 'groups_only'>
    """
    interval = feldt_interval(alpha.value, n=alpha.n, k=alpha.items, level=level)
    if alpha.value >= COMPARABLE:
        limit, verdict = COMPARABLE, Verdict.FINE
    elif alpha.value >= RELIABLE:
        limit, verdict = COMPARABLE, Verdict.GROUPS_ONLY
    else:
        limit, verdict = RELIABLE, Verdict.REVIEW_DIMENSION
    return Finding(alpha.n, alpha.value, interval, limit, verdict, interval.method)


def difference_finding(reliability: float, n: int) -> Finding:
    """
    Whether a gap is reliable enough to stand in the headline, against 0.7.

    Peter, Churchill and Brown 1993; Nunnally 1978. R: ``r >= 0.7``.

    :param reliability: by ``reliability.difference_reliability``, over ``n`` respondents.
    :raises TooFew: with fewer than two respondents.
    :raises OutOfRange: when the reliability exceeds 1.

    >>> difference_finding(0.62, 194).verdict
    <Verdict.SWITCH_TO_PERCEPTION: 'switch_to_perception'>
    """
    if n < 2:
        raise TooFew(f"a reliability needs two respondents, and there are {n}")
    if not reliability <= 1:
        raise OutOfRange(f"a reliability is at most 1, not {reliability}")
    verdict = Verdict.FINE if reliability >= RELIABLE else Verdict.SWITCH_TO_PERCEPTION
    method = "Peter, Churchill and Brown"
    return Finding(n, reliability, None, RELIABLE, verdict, method)
