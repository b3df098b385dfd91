"""
What customers are worth, and what losing or keeping them costs: the sources' sums and ours.

The sources' formulas are kept as they stand, as presets: they count revenue, discount
nothing and take every listener as lost. Beside each stands the one to decide by. Amounts
are in any money; margins, not revenue, make value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .checks import above, at_least, fraction
from .errors import OutOfRange
from .results import Result

LISTENERS = 10
"""One customer influences at least ten others (S003-87, S001-09)."""

FEEDBACK = 0.04
"""Of the dissatisfied 4 % say so (S003-89); most others do not bother."""

SEVERE = 0.25
"""Of the silent a quarter have a serious problem (S003-89)."""

RETAINED_FAST = 0.95
"""Of those resolved fast and well return (S003-91)."""

RETAINED_SLOWLY = 0.65
"""Of those resolved well may return (S003-91)."""

ON_THE_SPOT, DELAYED = 0.90, 0.70
"""Stay when a complaint is solved on the spot, or after days (S003-50)."""

TOLD_WHEN_LOST = 15
"""Whom the dissatisfied tell: 10 to 20 (S003-92)."""

TOLD_WHEN_RESOLVED = 5
"""Whom those tell whose complaint was resolved (S003-93)."""


@dataclass(frozen=True, slots=True)
class LifetimeValue(Result):
    """
    What a customer is worth, in money, as of today.

    ``method`` says which sum, and whether it counts revenue or margin.
    """

    value: float
    method: str
    source: str


def lifetime_spend(spend: float, years: float) -> LifetimeValue:
    """
    The source's lifetime value: yearly spend × years (S003-84). Revenue, undiscounted.

    :param spend: money a year. :param years: how long a customer stays.
    :raises OutOfRange: when either is negative or not finite.

    Source: domain.md 4.19. R: ``spend * years``.

    >>> round(lifetime_spend(781.35, 35).value, 2)
    27347.25
    """
    found = at_least(spend, 0, "a spend") * at_least(years, 0, "years")
    return LifetimeValue(found, "spend × years, undiscounted revenue", "S003-84")


def annuity(margin: float, years: int, *, discount: float) -> LifetimeValue:
    """
    A margin at the end of each of some years, discounted: m (1 - (1 + d)^-T) / d.

    Fisher 1930. At a discount of 0 it is m T: ``lifetime_spend``.

    :param margin: money a year, may be negative. :param discount: d a year, above -1.
    :raises OutOfRange: when the years are negative, or the discount is -1 or less.

    R: ``FinCal::pv.annuity(d, n, -m)``.

    >>> round(annuity(781.35, 35, discount=0.08).value, 2)
    9106.3
    """
    rate = above(discount, -1, "a discount")
    whole = at_least(years, 0, "years")
    factor = (1 - (1 + rate) ** -whole) / rate if rate else whole
    return LifetimeValue(
        _money(margin) * factor, "annuity, paid at the end of each year", "Fisher 1930"
    )


def lifetime_value(
    margin: float,
    *,
    retention: float,
    discount: float,
    acquisition: float = 0.0,
    years: int | None = None,
    first_now: bool = True,
) -> LifetimeValue:
    """
    The lifetime value to decide by: CLV = Σ_t m r^t / (1 + d)^t - AC.

    Without end m (1 + d) / (1 + d - r) with the first margin now, m r / (1 + d - r) with it
    after one period (Berger and Nasr 1998, case 1; Gupta and Lehmann 2003); with ``years``
    T the sum of t = 0 to T, or 1 to T.

    :param margin: money a period, not revenue. :param retention: r, 0 to 1.
    :param discount: d a period, at least 0. :param acquisition: AC, what the customer cost.
    :raises OutOfRange: when a number lies outside its range, or r = 1 + d without end.

    R: ``m * (1 + d) / (1 + d - r)``.

    >>> round(lifetime_value(781.35, retention=0.85, discount=0.08).value, 2)
    3668.95
    >>> later = lifetime_value(781.35, retention=0.85, discount=0.08, first_now=False)
    >>> round(later.value, 2)
    2887.6
    """
    kept = fraction(retention, "a retention")
    ratio = kept / (1 + at_least(discount, 0, "a discount"))
    if years is None:
        if ratio == 1:
            raise OutOfRange("who never leaves is worth endlessly much without a discount")
        whole = 1 / (1 - ratio)
    else:
        periods = int(at_least(years, 0, "years")) + 1
        whole = periods if ratio == 1 else (1 - ratio**periods) / (1 - ratio)
    value = _money(margin) * (whole - (0 if first_now else 1)) - _money(acquisition)
    when = "now" if first_now else "after one period"
    method = f"discounted margins, first {when}"
    return LifetimeValue(value, method, "Berger and Nasr 1998; Gupta and Lehmann 2003")


@dataclass(frozen=True, slots=True)
class Loss(Result):
    """What lost customers cost, in money: their ``own`` value and that of ``others``."""

    own: float
    others: float
    method: str
    source: str

    @property
    def total(self) -> float:
        """Both together."""
        return self.own + self.others


def source_loss(
    lost: float, value: float, *, listeners: float = LISTENERS, itself: bool = False
) -> Loss:
    """
    The source's loss: losing one is losing ten, N · 10 · V (S003-87).

    With ``itself`` the lost customers count beside their ten listeners, all of whom stay
    away (S001-08).

    :param lost: customers lost. :param value: of a customer, by ``lifetime_spend``.
    :raises OutOfRange: when a number is negative or not finite.

    Source: domain.md 4.19. R: ``n * 10 * v``.

    >>> round(source_loss(1, lifetime_spend(781.35, 35).value).total, 2)
    273472.5
    """
    customers = at_least(lost, 0, "lost customers") * _money(value)
    heard = customers * at_least(listeners, 0, "listeners")
    said = "S001-08" if itself else "S003-87"
    return Loss(customers if itself else 0.0, heard, "every listener is lost", said)


def likely_loss(
    lost: float,
    value: float,
    *,
    prospect: float,
    deterred: float,
    listeners: float = LISTENERS,
) -> Loss:
    """
    The loss to decide by: N · V + N · k · q · V_f (domain.md 4.19, preset B).

    :param value: V of a customer, discounted. :param prospect: V_f, of one who might come.
    :param deterred: q, the chance that a listener stays away: from a survey, else between
        0.02 and 0.25; the sources imply 1.
    :raises OutOfRange: when a number is negative, or q not from 0 to 1.

    R: ``n * v + n * k * q * vf``.

    >>> likely_loss(100, 3669.0, prospect=800.0, deterred=0.05).total
    406900.0
    """
    customers = at_least(lost, 0, "lost customers")
    heard = customers * at_least(listeners, 0, "listeners")
    away = heard * fraction(deterred, "the share deterred") * at_least(prospect, 0, "V_f")
    return Loss(
        customers * _money(value), away, "listeners deterred by chance", "domain.md 4.19"
    )


@dataclass(frozen=True, slots=True)
class Profit(Result):
    """What good service earns, in money: four parts and their sum."""

    kept: float
    recommended: float
    rework_avoided: float
    complaint_handling: float
    total: float
    method: ClassVar[str] = "kept + recommended + rework avoided - complaint handling"
    source: ClassVar[str] = "S001-07; domain.md 4.19"


def service_profit(
    *,
    kept: float,
    customers: float,
    persuaded: float,
    prospect: float,
    rework_avoided: float = 0.0,
    complaint_handling: float = 0.0,
) -> Profit:
    """
    Profit = long-term profit of those kept + N · 10 q⁺ V_f + rework avoided - handling.

    S001-07, where q⁺ is implied to be 1.

    :param kept: money, by ``lifetime_value`` × customers. :param persuaded: q⁺, 0 to 1.
    :param customers: N who recommend. :param prospect: V_f, what a newcomer is worth.
    :raises OutOfRange: when a number other than ``kept`` is negative, or q⁺ above 1.

    Source: domain.md 4.19.
    R: ``kept + 10 * n * q * vf + rework - handling``.

    >>> service_profit(kept=1000, customers=10, persuaded=0.1, prospect=50).total
    1500.0
    """
    heard = LISTENERS * at_least(customers, 0, "customers")
    won = heard * fraction(persuaded, "the share persuaded")
    recommended = won * at_least(prospect, 0, "what a newcomer is worth")
    saved = at_least(rework_avoided, 0, "rework avoided")
    spent = at_least(complaint_handling, 0, "complaint handling")
    total = _money(kept) + recommended + saved - spent
    return Profit(_money(kept), recommended, saved, spent, total)


@dataclass(frozen=True, slots=True)
class Iceberg(Result):
    """
    The dissatisfied behind the complaints, and what becomes of them: numbers of people.

    ``silent`` say nothing, ``severe`` of them with a serious problem; ``retained`` return.
    ``told_ill`` and ``told_well`` are how many others hear of it.
    """

    complaints: float
    dissatisfied: float
    silent: float
    severe: float
    retained: float
    told_ill: float
    told_well: float
    method: ClassVar[str] = "the sources' shares"
    source: ClassVar[str] = "S003-89 to S003-93; domain.md 4.19"


def iceberg(
    complaints: float,
    *,
    resolved_fast: float,
    resolved_slowly: float,
    retained_unresolved: float,
    retained_silent: float,
    feedback: float = FEEDBACK,
) -> Iceberg:
    """
    How many dissatisfied customers stand behind the complaints (S003-89 to S003-93).

    U = C / c with c = 0.04; retained C (s_fast · 0.95 + s_slow · 0.65 + the rest · ρ₀) +
    silent · ρ_s. Unresolved and silent customers who leave tell 15, resolved ones 5.

    :param complaints: C. :param resolved_fast: s_fast, 0 to 1; so are the other shares.
    :param retained_unresolved: ρ₀. :param retained_silent: ρ_s; the sources give neither.
    :raises OutOfRange: when a share lies outside 0 to 1, those resolved exceed 1, the
        complaints are negative, or the feedback is 0.

    Source: domain.md 4.19. R: ``c / .04``.

    >>> found = iceberg(40, resolved_fast=0.5, resolved_slowly=0.3,
    ...     retained_unresolved=0.2, retained_silent=0.4)
    >>> found.dissatisfied, found.silent, found.severe, round(found.retained, 1)
    (1000.0, 960.0, 240.0, 412.4)
    """
    heard = at_least(complaints, 0, "complaints")
    said = fraction(above(feedback, 0, "the share who complain"), "the share who complain")
    fast, slow = fraction(resolved_fast, "s_fast"), fraction(resolved_slowly, "s_slow")
    rest = fraction(1 - fast - slow, "the share unresolved")
    unresolved_stay = fraction(retained_unresolved, "the share of unresolved who stay")
    silent_stay = fraction(retained_silent, "the share of silent who stay")
    silent = heard / said - heard
    stay = fast * RETAINED_FAST + slow * RETAINED_SLOWLY + rest * unresolved_stay
    return Iceberg(
        complaints=heard,
        dissatisfied=heard / said,
        silent=silent,
        severe=SEVERE * silent,
        retained=heard * stay + silent * silent_stay,
        told_ill=TOLD_WHEN_LOST * (heard * rest + silent * (1 - silent_stay)),
        told_well=TOLD_WHEN_RESOLVED * heard * (fast + slow),
    )


def _money(amount: float) -> float:
    return at_least(amount, -_ENDLESS, "an amount")


_ENDLESS = 1e300
