"""Rates of events: how often something happens per exposure, and how two rates compare."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import scipy

from .errors import OutOfRange, TooFew
from .intervals import Interval, clopper_pearson
from .results import Result

_GARWOOD = "Garwood 1936, Biometrika 28:437"
_MID_P = "Lancaster 1961; Cohen and Yang 1994"
_CONDITIONAL = "Przyborowski and Wilenski 1940, Biometrika 31:313"

_TOLERANCE = 1e-13
_TIE = 1 + 1e-7
"""R's allowance for two probabilities that are the same but for rounding (binom.test)."""


@dataclass(frozen=True, slots=True)
class Rate(Result):
    """``n`` events in ``exposure``: how many per unit of it, with its interval."""

    n: int
    exposure: float
    rate: float
    interval: Interval
    method: ClassVar[str] = "Poisson rate"
    source: ClassVar[str] = _GARWOOD


def rate_of(
    events: int, exposure: float, *, level: float = 0.95, mid_p: bool = False
) -> Rate:
    """
    A rate with its exact Poisson interval, [χ²_{α/2, 2x}/2, χ²_{1-α/2, 2x+2}/2] / exposure.

    The exact interval keeps its level whatever the rate, and so is somewhat long; with
    ``mid_p`` the count found is only half counted as "as extreme", which keeps the level on
    average. R: ``poisson.test(x, T)$conf.int``;
    ``exactci::poisson.exact(x, T, midp = TRUE)``.

    :param exposure: customers, transactions or days, above 0; 10,000 of them is 1 where the
        rate is to be per 10,000.
    :raises OutOfRange: when there are fewer than no events, the exposure is not above 0, or
        the level not between 0 and 1.

    Source: Garwood 1936, Biometrika 28:437.

    The example of ``?poisson.test``:

    >>> found = rate_of(137, 24.19893).interval
    >>> round(found.low, 6), round(found.high, 6)
    (4.753125, 6.692709)
    """
    tail = _tail(level)
    _events(events, exposure)
    if mid_p:
        ends = _mid_p_end(events, 1 - tail), _mid_p_end(events, tail)
        interval = Interval(ends[0] / exposure, ends[1] / exposure, level, "mid-P", _MID_P)
        return Rate(events, exposure, events / exposure, interval)
    low = float(scipy.special.gammaincinv(events, tail)) if events else 0.0
    high = float(scipy.special.gammaincinv(events + 1, 1 - tail))
    interval = Interval(low / exposure, high / exposure, level, "exact Poisson", _GARWOOD)
    return Rate(events, exposure, events / exposure, interval)


def _mid_p_end(events: int, tail: float) -> float:
    """The mean at which P(X < x) + ½ P(X = x) is ``tail``; it falls as the mean grows."""
    # The exact end of this side lies just outside.
    if events == 0 and tail >= 0.5:
        return 0.0
    low, high = 0.0, float(scipy.special.gammaincinv(events + 1, max(1 - tail, tail)))
    while high - low > _TOLERANCE * max(high, 1.0):
        middle = (low + high) / 2
        at_most = float(scipy.special.pdtr(events, middle))
        fewer = float(scipy.special.pdtr(events - 1, middle)) if events else 0.0
        low, high = (middle, high) if (at_most + fewer) / 2 > tail else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class RateRatio(Result):
    """
    How many times one rate is of the other, with its interval and a two-sided p value.

    ``n`` are the events on either side. The ratio and its upper end are None where the
    other side had no event: nothing bounds it there.
    """

    n: tuple[int, int]
    ratio: float | None
    low: float
    high: float | None
    level: float
    p_value: float
    method: ClassVar[str] = "exact conditional comparison of two Poisson rates"
    source: ClassVar[str] = _CONDITIONAL


def rate_ratio(
    events: int,
    exposure: float,
    other_events: int,
    other_exposure: float,
    *,
    level: float = 0.95,
) -> RateRatio:
    """
    Two rates compared, exactly: given x₁ + x₂, x₁ is binomial with share e₁/(e₁ + e₂).

    Clopper and Pearson's interval (l, u) of x₁/(x₁ + x₂) gives that of the ratio,
    l/(1 - l) · e₂/e₁ to u/(1 - u) · e₂/e₁; the p value sums what is no more probable than
    x₁. R: ``poisson.test(c(x1, x2), c(e1, e2))``.

    :raises TooFew: when there was no event on either side.
    :raises OutOfRange: when there are fewer than no events, an exposure is not above 0, or
        the level not between 0 and 1.

    Source: Przyborowski and Wilenski 1940, Biometrika 31:313.

    The example of ``?poisson.test``, lung cancer in Fredericia and in three other towns:

    >>> found = rate_ratio(11, 800, 6 + 8 + 7, 1083 + 1050 + 878)
    >>> round(found.ratio, 6), round(found.p_value, 5)
    (1.971488, 0.07967)
    """
    _tail(level)
    _events(events, exposure)
    _events(other_events, other_exposure)
    both = events + other_events
    if both == 0:
        raise TooFew("no event on either side, so there are no rates to compare")
    share = clopper_pearson(events, both, level=level)
    times = other_exposure / exposure
    return RateRatio(
        n=(events, other_events),
        ratio=events / other_events * times if other_events else None,
        low=share.low / (1 - share.low) * times,
        high=share.high / (1 - share.high) * times if other_events else None,
        level=level,
        p_value=_binomial_p(events, both, exposure / (exposure + other_exposure)),
    )


def _binomial_p(successes: int, n: int, share: float) -> float:
    """The probability of all counts that are no more probable than this one."""
    density = [_log_binomial(each, n, share) for each in range(n + 1)]
    limit = density[successes] + math.log(_TIE)
    return min(1.0, math.fsum(math.exp(each) for each in density if each <= limit))


def _log_binomial(successes: int, n: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(successes + 1) - math.lgamma(n - successes + 1)
    return ways + successes * math.log(share) + (n - successes) * math.log1p(-share)


def _events(events: int, exposure: float) -> None:
    if events < 0:
        raise OutOfRange(f"there cannot be {events} events")
    if not 0 < exposure < math.inf:
        raise OutOfRange(f"an exposure is a finite number above 0, not {exposure}")


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2
