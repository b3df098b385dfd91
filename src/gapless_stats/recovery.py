"""What it pays to put things right: faster answers, revenue at risk, recovery, quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .checks import Floats, above, at_least, finite, fraction
from .errors import OutOfRange, TooFew
from .results import Result
from .value import DELAYED, ON_THE_SPOT

DRAWS = 10_000
SEED = 20_260_101
"""Any number will do, as long as it stays: the same page shows the same return twice."""


@dataclass(frozen=True, slots=True)
class FasterAnswers(Result):
    """Customers ``kept`` by solving more on the spot, and their ``value`` in money."""

    kept: float
    value: float
    method: ClassVar[str] = "ΔFCR · N · (stay on the spot - stay after delay) · value"
    source: ClassVar[str] = "S003-50; domain.md 4.19"


def faster_answers(
    more_on_the_spot: float,
    cases: float,
    value: float,
    *,
    on_the_spot: float = ON_THE_SPOT,
    delayed: float = DELAYED,
) -> FasterAnswers:
    """
    What it is worth to solve more at first contact: ΔFCR · N · (0.90 - 0.70) · CLV.

    The shares who stay are the source's (S003-50); put in your own.

    :param more_on_the_spot: ΔFCR, 0 to 1. :param cases: N a year. :param value: CLV.
    :raises OutOfRange: when a share lies outside 0 to 1, or cases or value are negative.

    Source: domain.md 4.19. R: ``dfcr * n * (.9 - .7) * clv``.

    >>> round(faster_answers(0.1, 1000, 3668.95).value, 2)
    73379.0
    """
    apart = fraction(on_the_spot, "who stay at once") - fraction(delayed, "who stay later")
    solved = fraction(more_on_the_spot, "a change of first-contact resolution")
    kept = solved * at_least(cases, 0, "cases") * apart
    return FasterAnswers(kept, kept * at_least(value, 0, "a lifetime value"))


@dataclass(frozen=True, slots=True)
class Path:
    """
    What becomes of customers with a problem: ``share`` of them take this path, after which
    ``loyalty`` of them stay.
    """

    name: str
    share: float
    loyalty: float


@dataclass(frozen=True, slots=True)
class RevenueAtRisk(Result):
    """Money at risk a year, in total and by path."""

    total: float
    by_path: Mapping[str, float]
    method: ClassVar[str] = "N · p · Σ share · (loyalty without problem - loyalty) · value"
    source: ClassVar[str] = "TARP 1986; Goodman 2009; domain.md 4.19"


def revenue_at_risk(
    customers: float,
    problems: float,
    paths: Sequence[Path],
    *,
    loyalty: float,
    value: float,
) -> RevenueAtRisk:
    """
    What problems put at risk: R = N p Σ_path P(path) (loyalty₀ - loyalty_path) V.

    Paths are the silent, those complained to satisfaction, mollified, and dissatisfied;
    their shares and loyalties come from a cross-tabulation of your own survey (TARP 1986;
    Goodman 2009).

    :param customers: N. :param problems: p, the share with a problem, 0 to 1.
    :param loyalty: of those without a problem, 0 to 1. :param value: of a customer.
    :raises TooFew: without a path.
    :raises OutOfRange: when a share lies outside 0 to 1, the paths' shares do not sum to 1,
        or customers or value are negative.

    R: ``n * p * sum(share * (l0 - l)) * v``.

    >>> paths = [Path("silent", 0.6, 0.7), Path("satisfied", 0.3, 0.95)]
    >>> paths.append(Path("dissatisfied", 0.1, 0.3))
    >>> round(revenue_at_risk(10000, 0.2, paths, loyalty=0.9, value=500.0).total, 2)
    165000.0
    """
    if not paths:
        raise TooFew("revenue is at risk on a path, and there is none")
    shares = [fraction(each.share, f"the share of {each.name}") for each in paths]
    if abs(sum(shares) - 1) > _ROUNDING:
        raise OutOfRange(f"the shares of all paths sum to 1, not to {sum(shares):g}")
    base = at_least(customers, 0, "customers") * fraction(problems, "those with a problem")
    base *= at_least(value, 0, "a value")
    usual = fraction(loyalty, "loyalty")
    by_path = {
        each.name: base * share * (usual - fraction(each.loyalty, "loyalty"))
        for each, share in zip(paths, shares, strict=True)
    }
    return RevenueAtRisk(sum(by_path.values()), by_path)


_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Return(Result):
    """``gain`` in money and the return on its cost: 0.5 earns half as much again."""

    gain: float
    cost: float
    ratio: float
    method: ClassVar[str] = "(gain - cost) / cost"
    source: ClassVar[str] = "Tax and Brown 1998; domain.md 4.19"


def return_on_recovery(
    more_retained: float, value: float, *, word_of_mouth: float = 0.0, cost: float
) -> Return:
    """
    What recovery returns: (Δretained · CLV + word of mouth - cost) / cost.

    Tax and Brown 1998.

    :param more_retained: customers kept who would have left. :param value: CLV.
    :param word_of_mouth: money. :param cost: of recovering, above 0.
    :raises OutOfRange: when a number is negative, or the cost is 0.

    R: ``(d * clv + wom - cost) / cost``.

    >>> return_on_recovery(10, 300.0, cost=2000.0).ratio
    0.5
    """
    spent = above(cost, 0, "a cost")
    kept = at_least(more_retained, 0, "customers kept") * at_least(value, 0, "a value")
    gain = kept + at_least(word_of_mouth, 0, "word of mouth")
    return Return(gain, spent, (gain - spent) / spent)


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain of effects: how much the next rises with this, and its error."""

    slope: float
    error: float


@dataclass(frozen=True, slots=True)
class ReturnOnQuality(Result):
    """
    The net present value of an improvement, in money: ``low`` to ``high`` hold 90 % of
    ``draws`` of the chain, and ``gains`` is how often it earns anything.
    """

    value: float
    low: float
    high: float
    gains: float
    draws: int
    method: ClassVar[str] = "chain of slopes, normal draws"
    source: ClassVar[str] = "Rust, Zahorik and Keiningham 1995"


def return_on_quality(
    improvement: float,
    chain: Sequence[Link],
    *,
    worth: float,
    cost: float,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ReturnOnQuality:
    """
    Δquality → Δsatisfaction → Δretention → money (Rust, Zahorik and Keiningham 1995).

    NPV = Δ · Π slopes · worth - cost; the slopes are drawn from normal distributions with
    their errors, independently of each other.

    :param improvement: Δ in the first link's unit. :param worth: money for one unit of what
        the last link gives: customers × lifetime value for a retention.
    :raises TooFew: without a link, or with fewer than 100 draws.
    :raises OutOfRange: when a number is not finite, or an error or the cost negative.

    R: ``delta * rnorm(n, b1, se1) * rnorm(n, b2, se2) * worth - cost``.

    >>> chain = [Link(0.5, 0.0), Link(0.02, 0.0)]
    >>> round(return_on_quality(1.0, chain, worth=1e6, cost=4000.0).value, 6)
    6000.0
    """
    if not chain or draws < 100:
        raise TooFew(f"{len(chain)} links in {draws} draws make no chain of effects")
    slopes = finite([each.slope for each in chain], "slopes")
    errors = finite([each.error for each in chain], "errors")
    for error in errors.tolist():
        at_least(error, 0, "an error")
    start, unit = finite([improvement, worth], "an improvement and its worth").tolist()
    spent = at_least(cost, 0, "a cost")
    random = np.random.default_rng(seed)
    drawn: Floats = random.normal(slopes, errors, size=(draws, len(slopes))).prod(axis=1)
    values = start * drawn * unit - spent
    low, high = np.quantile(values, [0.05, 0.95]).tolist()
    value = start * float(slopes.prod()) * unit - spent
    return ReturnOnQuality(value, low, high, float((values > 0).mean()), draws)
