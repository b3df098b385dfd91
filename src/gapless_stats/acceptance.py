"""Acceptance plans: check n, accept with at most c failures; and what that lets through."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NotConverged, OutOfRange, WrongShape
from .results import Result

Floats = NDArray[np.float64]

_SCHILLING = "Schilling and Neubauer 2009, Acceptance Sampling, ch. 5"

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan(Result):
    """
    Check ``n`` of a lot, and accept it with at most ``accept`` failures among them.

    ``lot`` is how many there are, None for a stream without end.
    """

    n: int
    accept: int
    lot: int | None = None
    method: ClassVar[str] = "single sampling by attributes"
    source: ClassVar[str] = _SCHILLING

    def __post_init__(self) -> None:
        if not 0 <= self.accept < self.n:
            raise OutOfRange(f"a plan accepts 0 to n - 1 failures, not {self.accept}")
        if self.lot is not None and self.lot < self.n:
            raise OutOfRange(f"{self.n} cannot be checked of {self.lot}")


@dataclass(frozen=True, slots=True, eq=False)
class Operating(Result):
    """
    How probably a plan accepts lots of each quality: its operating characteristic.

    ``outgoing`` is the share of failures that is left where rejected lots are checked whole
    and put right; of a stream, what is left on average.
    """

    plan: Plan
    failing: Floats  # (k,)
    accepted: Floats  # (k,)
    outgoing: Floats  # (k,)
    method: str
    source: ClassVar[str] = _SCHILLING


def operating(plan: Plan, failing: NDArray[np.generic]) -> Operating:
    """
    The probability of acceptance at each true share of failures.

    P(X ≤ c), X binomial(n, p), or of a lot hypergeometric with ⌊Np + ½⌋ failures in it.
    R: ``pbinom(c, n, p)``; ``phyper(c, D, N - D, n)``; ``AcceptanceSampling::OC2c(n, c)``.

    :param failing: (k,) true shares of failures, 0 to 1.
    :raises WrongShape: when shares have more than one dimension.
    :raises OutOfRange: when a share is not between 0 and 1.

    Source: Schilling and Neubauer 2009, ch. 5.

    >>> operating(Plan(50, 1), np.array([0.01, 0.05])).accepted.round(4).tolist()
    [0.9106, 0.2794]
    """
    share = np.asarray(failing, dtype=np.float64)
    if share.ndim != 1:
        raise WrongShape(f"shares are a list, not of {share.ndim} dimensions")
    if not ((share >= 0) & (share <= 1)).all():
        raise OutOfRange("a share lies between 0 and 1")
    if plan.lot is None:
        accepted = np.asarray(scipy.special.bdtr(plan.accept, plan.n, share))
        return Operating(plan, share, accepted, share * accepted, "binomial")
    bad = np.floor(share * plan.lot + 0.5)
    accepted = _hypergeometric(plan.accept, bad, plan.lot, plan.n)
    # What is checked is put right as well.
    left = share * accepted * (1 - plan.n / plan.lot)
    return Operating(plan, share, accepted, left, "hypergeometric")


def _hypergeometric(accept: int, bad: Floats, lot: int, n: int) -> Floats:
    found = np.arange(accept + 1)[:, None]
    good = lot - bad
    possible = (found <= bad) & (n - found <= good)
    inside = np.where(possible, found, np.maximum(n - good, 0))
    logs = (
        _log_choose(bad, inside)
        + _log_choose(good, n - inside)
        - _log_choose(np.float64(lot), np.float64(n))
    )
    return np.asarray(np.minimum(np.where(possible, np.exp(logs), 0.0).sum(axis=0), 1.0))


def _log_choose(of: Floats | np.float64, some: Floats | np.float64) -> Floats:
    log = scipy.special.gammaln
    return np.asarray(log(of + 1) - log(some + 1) - log(of - some + 1))


@dataclass(frozen=True, slots=True)
class DesignedPlan(Result):
    """The smallest plan that keeps two risks, and the risks it really has."""

    plan: Plan
    producer_risk: float
    consumer_risk: float
    method: ClassVar[str] = "smallest binomial plan through two points"
    source: ClassVar[str] = "Guenther 1969, J. Quality Technology 1:82"


def plan_for(
    acceptable: float,
    unacceptable: float,
    *,
    producer_risk: float = 0.05,
    consumer_risk: float = 0.10,
) -> DesignedPlan:
    """
    The smallest plan that seldom rejects good lots and seldom accepts bad ones.

    The smallest c, and with it the smallest n, with P(accept | p₁) ≥ 1 - α and
    P(accept | p₂) ≤ β. R: ``AcceptanceSampling::find.plan(c(p1, 1 - a), c(p2, b))``.

    :param acceptable: p₁, a share of failures that is good enough.
    :param unacceptable: p₂, a share that is not; above p₁.
    :raises OutOfRange: when a share or a risk is not between 0 and 1, or p₂ not above p₁.
    :raises NotConverged: when the shares are so close that more than a million would have
        to be checked.

    Source: Guenther 1969, J. Quality Technology 1:82.

    >>> found = plan_for(0.01, 0.05)
    >>> found.plan.n, found.plan.accept
    (132, 3)
    """
    for each in (acceptable, unacceptable, producer_risk, consumer_risk):
        if not 0 < each < 1:
            raise OutOfRange(f"a share or risk lies between 0 and 1, not at {each}")
    if acceptable >= unacceptable:
        raise OutOfRange(f"{unacceptable} is not worse than {acceptable}")
    accept = 0
    while True:
        # The smallest n that protects the customer; a larger one only rejects more.
        n = _smallest(accept, unacceptable, consumer_risk)
        kept = float(scipy.special.bdtr(accept, n, acceptable))
        if kept >= 1 - producer_risk:
            missed = float(scipy.special.bdtr(accept, n, unacceptable))
            return DesignedPlan(Plan(n, accept), 1 - kept, missed)
        accept += 1


def _smallest(accept: int, share: float, risk: float) -> int:
    low, high = accept, accept + 1
    while float(scipy.special.bdtr(accept, high, share)) > risk:
        low, high = high, 2 * high
        if high > _LARGEST:
            raise NotConverged(f"more than {_LARGEST} would have to be checked")
    while high - low > 1:
        middle = (low + high) // 2
        enough = float(scipy.special.bdtr(accept, middle, share)) <= risk
        low, high = (low, middle) if enough else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class OutgoingLimit(Result):
    """The worst average outgoing quality of a plan, and at which incoming one it lies."""

    plan: Plan
    limit: float
    failing: float
    method: ClassVar[str] = "average outgoing quality limit"
    source: ClassVar[str] = "Dodge and Romig 1959, Sampling Inspection Tables"


def outgoing_limit(plan: Plan) -> OutgoingLimit:
    """
    The most failures that can be left on average, where rejected lots are put right.

    The maximum over p of p · P(accept | p) [· (1 - n/N)], by golden section: the curve
    has one top. R: ``optimize(function(p) p * pbinom(c, n, p), c(0, 1), maximum = TRUE)``.

    :raises OutOfRange: when the plan is not one (see ``Plan``).

    Source: Dodge and Romig 1959.

    >>> found = outgoing_limit(Plan(50, 1))
    >>> round(found.limit, 4), round(found.failing, 4)
    (0.0167, 0.0318)
    """
    part = 1.0 if plan.lot is None else 1 - plan.n / plan.lot

    def left(share: float) -> float:
        return share * float(scipy.special.bdtr(plan.accept, plan.n, share))

    low, high = 0.0, 1.0
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(80):
        one, two = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, two) if left(one) > left(two) else (one, high)
    top = (low + high) / 2
    return OutgoingLimit(plan, left(top) * part, top)
