"""What quality costs: prevention, appraisal, and failures inside and outside (PAF)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from .checks import Floats, above, at_least, fraction
from .errors import TooFew, TooMany
from .results import Result

MOST_PERIODS = 10_000


class CostCategory(StrEnum):
    """Feigenbaum's four kinds of cost."""

    PREVENTION = "prevention"
    """Training, planning, standards, reviews."""
    APPRAISAL = "appraisal"
    """Inspection, mystery shopping, surveys, audits."""
    INTERNAL_FAILURE = "internal_failure"
    """Rework before the customer notices, staff kept waiting."""
    EXTERNAL_FAILURE = "external_failure"
    """Complaints, compensation, lost customers, penalties."""


@dataclass(frozen=True, slots=True)
class QualityCost(Result):
    """
    The cost of quality, in money: ``total`` of all four kinds, ``poor`` of failures (COPQ).

    ``of_revenue`` is COPQ as a share of revenue and ``per_transaction`` the total divided
    by the transactions; None where those were not given.
    """

    by_category: Mapping[CostCategory, float]
    total: float
    poor: float
    of_revenue: float | None
    per_transaction: float | None
    method: ClassVar[str] = "prevention, appraisal, failure"
    source: ClassVar[str] = "Feigenbaum 1956; Juran 1951; domain.md 4.19"


def driven_cost(quantity: float, rate: float) -> float:
    """
    A cost from its driver: minutes × money a minute, say (domain.md 4.19).

    :raises OutOfRange: when either is negative or not finite.

    R: ``minutes * rate``.

    >>> driven_cost(90, 1.5)
    135.0
    """
    return at_least(quantity, 0, "a quantity") * at_least(rate, 0, "a rate")


def quality_cost(
    entries: Iterable[tuple[CostCategory, float]],
    *,
    revenue: float | None = None,
    transactions: float | None = None,
) -> QualityCost:
    """
    COQ = P + A + IF + EF, COPQ = IF + EF (Feigenbaum 1956).

    :param entries: what each cost is of, and the amount, at least 0.
    :param revenue: of the same period, above 0; so are ``transactions``.
    :raises TooFew: without an entry.
    :raises OutOfRange: when an amount is negative, or revenue or transactions not above 0.

    R: ``tapply(amount, category, sum)``.

    >>> found = quality_cost([(CostCategory.PREVENTION, 300.0),
    ...     (CostCategory.EXTERNAL_FAILURE, 700.0)], revenue=14000.0)
    >>> found.total, found.poor, found.of_revenue
    (1000.0, 700.0, 0.05)
    """
    sums = dict.fromkeys(CostCategory, 0.0)
    counted = 0
    for category, amount in entries:
        sums[category] += at_least(amount, 0, "an amount")
        counted += 1
    if not counted:
        raise TooFew("a cost needs an entry, and there is none")
    poor = sums[CostCategory.INTERNAL_FAILURE] + sums[CostCategory.EXTERNAL_FAILURE]
    total = sum(sums.values())
    return QualityCost(
        by_category=sums,
        total=total,
        poor=poor,
        of_revenue=None if revenue is None else poor / above(revenue, 0, "revenue"),
        per_transaction=None
        if transactions is None
        else total / above(transactions, 0, "transactions"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Adoption(Result):
    """A scenario, not a forecast: newcomers and customers in all, period by period."""

    newcomers: Floats  # (T,)
    customers: Floats  # (T,) at the end of each period
    method: ClassVar[str] = "Bass diffusion, scenario"
    source: ClassVar[str] = "Bass 1969, eq. 9"


def adoption(
    market: float,
    *,
    innovation: float,
    imitation: float,
    periods: int,
    dissatisfied: float = 0.0,
    harm: float = 0.0,
) -> Adoption:
    """
    How word of mouth spreads: n_t = (p + q' N_{t-1} / M)(M - N_{t-1}) (Bass 1969).

    Negative word of mouth dampens imitation: q' = q (1 - κ · share dissatisfied), at least
    0 (domain.md 4.19). A period never brings in more than are left.

    :param market: M people. :param innovation: p, 0 to 1. :param imitation: q, at least 0.
    :param dissatisfied: 0 to 1. :param harm: κ, how many satisfied voices one ill one
        undoes.
    :raises TooMany: with more than 10,000 periods.
    :raises OutOfRange: when a number lies outside its range.

    R: ``Reduce(function(N, t) N + (p + q * N / M) * (M - N), 1:T, 0, accumulate = TRUE)``.

    >>> found = adoption(1000, innovation=0.03, imitation=0.4, periods=3)
    >>> found.newcomers.round(2).tolist()
    [30.0, 40.74, 54.17]
    """
    people, p = above(market, 0, "a market"), fraction(innovation, "innovation")
    dampened = at_least(harm, 0, "harm") * fraction(dissatisfied, "the dissatisfied")
    q = at_least(imitation, 0, "imitation") * max(0.0, 1 - dampened)
    count = int(at_least(periods, 1, "periods"))
    if count > MOST_PERIODS:
        raise TooMany(f"{count} periods; a scenario takes up to {MOST_PERIODS}")
    newcomers = np.empty(count)
    customers = 0.0
    for period in range(count):
        left = people - customers
        newcomers[period] = min(left, (p + q * customers / people) * left)
        customers += newcomers[period]
    return Adoption(newcomers, np.cumsum(newcomers))
