"""
Failure modes and their effects: which steps of a service to make safe first (FMEA).

Severity S, occurrence O and detection D are each ranked from 1, best, to 10, worst.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from .checks import Floats, above, finite, fraction
from .errors import OutOfRange, TooFew
from .results import Result

WORST = 10


class Priority(StrEnum):
    """How soon something has to be done about a failure mode."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class FailureMode(Result):
    """
    One failure mode. ``risk_number`` is S · O · D, 1 to 1000: shown, never decisive, for
    10 · 1 · 1 is no better than 1 · 1 · 10. ``priority`` decides.
    """

    severity: int
    occurrence: int
    detection: int
    risk_number: int
    priority: Priority
    method: ClassVar[str] = "risk priority number and action priority"
    source: ClassVar[str] = "IEC 60812:2018, annex B; domain.md 4.18"


def failure_mode(severity: int, occurrence: int, detection: int) -> FailureMode:
    """
    The risk priority number S · O · D (IEC 60812:2018) and the action priority.

    :param severity: 1 none, 6 complaint, 8 the customer leaves, 10 safety or law.
    :param occurrence: 1 eliminated to 10, see ``occurrence_rank``.
    :param detection: 1 error-proof, 5 caught before the customer, 10 not detectable.
    :raises OutOfRange: when a rank is not a whole number from 1 to 10.

    R: ``s * o * d`` for the number.

    >>> found = failure_mode(8, 4, 7)
    >>> found.risk_number, found.priority.value
    (224, 'high')
    """
    for rank in (severity, occurrence, detection):
        if rank != int(rank) or not 1 <= rank <= WORST:
            raise OutOfRange(f"a rank is a whole number from 1 to {WORST}, not {rank}")
    s, o, d = int(severity), int(occurrence), int(detection)
    return FailureMode(s, o, d, s * o * d, action_priority(s, o, d))


def action_priority(severity: int, occurrence: int, detection: int) -> Priority:
    """
    What a failure mode's ranks ask for: a rule table of our own, in the manner of AIAG-VDA.

    High if S ≥ 9 and O ≥ 4, or S ≥ 9 and O ≥ 2 and D ≥ 7, or S ≥ 7 and O ≥ 6, or S ≥ 7 and
    O ≥ 4 and D ≥ 7, or S ≥ 4 and O ≥ 8 and D ≥ 5. Else low if O = 1, or S = 1, or S ≤ 3 and
    O ≤ 7, or S ≤ 6 and O ≤ 3, or S ≤ 8, O ≤ 3 and D ≤ 4. Else medium. No worse rank ever
    lowers the priority (domain.md 4.18).

    :raises OutOfRange: when a rank is not from 1 to 10.

    R: no package has this table.

    >>> action_priority(9, 2, 7).value, action_priority(6, 3, 10).value
    ('high', 'low')
    """
    s, o, d = severity, occurrence, detection
    if not all(1 <= rank <= WORST for rank in (s, o, d)):
        raise OutOfRange(f"ranks are from 1 to {WORST}, not {s}, {o} and {d}")
    if any(s >= a and o >= b and d >= c for a, b, c in _HIGH):
        return Priority.HIGH
    if any(s <= a and o <= b and d <= c for a, b, c in _LOW):
        return Priority.LOW
    return Priority.MEDIUM


# At least so severe, so frequent and so hard to detect; the least needed of each.
_HIGH = ((9, 4, 1), (9, 2, 7), (7, 6, 1), (7, 4, 7), (4, 8, 5))
# At most so.
_LOW = ((10, 1, 10), (1, 10, 10), (3, 7, 10), (6, 3, 10), (8, 3, 4))

OCCURRENCE: Mapping[int, float] = {
    10: 1 / 10,
    9: 1 / 20,
    8: 1 / 50,
    7: 1 / 100,
    6: 1 / 500,
    5: 1 / 2_000,
    4: 1 / 10_000,
    3: 1 / 100_000,
}
"""From how many failures per occasion a rank is given; below all 2 (domain.md 4.18)."""


def occurrence_rank(failures: float, occasions: float) -> int:
    """
    The occurrence rank of a service that exists, from its records: 2 to 10.

    The highest rank of ``OCCURRENCE`` whose rate failures / occasions reaches. 1 is kept
    for what was made impossible, which no record proves (domain.md 4.18).

    :raises OutOfRange: when failures are not between 0 and the occasions.
    :raises TooFew: without an occasion.

    R: ``findInterval(rate, c(0, 1e-5, 1e-4, 5e-4, 2e-3, .01, .02, .05, .1)) + 1``.

    >>> occurrence_rank(3, 200), occurrence_rank(0, 200)
    (7, 2)
    """
    if occasions == 0 == failures:
        raise TooFew("a rate needs an occasion, and there is none")
    rate = fraction(failures / above(occasions, 0, "occasions"), "failures per occasion")
    # A rate that is the limit in writing may miss it in floats.
    return next((rank for rank, least in OCCURRENCE.items() if rate >= least - _TINY), 2)


_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Ranking(Result):
    """
    Failure modes in the order to take them: ``order`` holds their places.

    By priority, then severity, then the risk number. ``counts`` are modes per priority.
    """

    n: int
    order: tuple[int, ...]
    counts: Mapping[Priority, int]
    risk_numbers: Floats  # (n,)
    method: ClassVar[str] = "priority, severity, risk priority number"
    source: ClassVar[str] = "domain.md 4.18; IEC 60812:2018"


def ranked(modes: list[FailureMode]) -> Ranking:
    """
    Failure modes in the order to take them (IEC 60812:2018; domain.md 4.18).

    Sorted by priority, severity and S · O · D, worst first; of equals the first given.

    :raises TooFew: without a failure mode.

    R: ``order(priority, -s, -s * o * d)``.

    >>> ranked([failure_mode(3, 3, 3), failure_mode(9, 4, 1)]).order
    (1, 0)
    """
    if not modes:
        raise TooFew("an order needs a failure mode, and there is none")
    places = list(Priority)
    keyed = [
        (places.index(each.priority), -each.severity, -each.risk_number, at)
        for at, each in enumerate(modes)
    ]
    counts = {each: sum(mode.priority is each for mode in modes) for each in Priority}
    numbers = finite([each.risk_number for each in modes], "risk numbers")
    order = tuple(key[-1] for key in sorted(keyed))
    return Ranking(len(modes), order, counts, np.asarray(numbers))
