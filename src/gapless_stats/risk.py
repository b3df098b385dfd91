"""
What risks cost in a year: simulated losses, their tail, and what drives them.

Losses come Poisson or negative-binomially often, each of a size drawn from what people can
say of it: a usual and a bad case (lognormal), or least, likely and most (PERT, triangular).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

from .checks import Floats, above, at_least, finite, fraction
from .errors import OutOfRange, TooFew, TooMany
from .results import Result

DRAWS = 100_000
"""Years simulated (domain.md 4.16)."""

SEED = 20_260_101
"""Any number will do, as long as it stays: the same page shows the same loss twice."""

MOST_LOSSES = 50_000_000
"""Single losses drawn for one risk; more take too long."""

_P90 = 1.2815515655446004  # the normal quantile of 0.9


class Shape(StrEnum):
    """How the size of a single loss is spread."""

    LOGNORMAL = "lognormal"
    PERT = "pert"
    TRIANGULAR = "triangular"


@dataclass(frozen=True, slots=True)
class Severity:
    """
    The size of a single loss, in money, by ``lognormal``, ``pert`` or ``triangular``.

    ``parameters`` are (μ, σ) of the logarithm, or (least, likely, most).
    """

    shape: Shape
    parameters: tuple[float, ...]

    @property
    def mean(self) -> float:
        """E[X]."""
        if self.shape is Shape.LOGNORMAL:
            mu, sigma = self.parameters
            return float(np.exp(mu + sigma**2 / 2))
        least, likely, most = self.parameters
        weight = 4.0 if self.shape is Shape.PERT else 1.0
        return (least + weight * likely + most) / (2 + weight)

    @property
    def square(self) -> float:
        """E[X²]."""
        if self.shape is Shape.LOGNORMAL:
            mu, sigma = self.parameters
            return float(np.exp(2 * mu + 2 * sigma**2))
        least, likely, most = self.parameters
        if self.shape is Shape.PERT:
            variance = (self.mean - least) * (most - self.mean) / 7
        else:
            products = least * likely + least * most + likely * most
            variance = (least**2 + likely**2 + most**2 - products) / 18
        return variance + self.mean**2

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """So many losses, (count,)."""
        if self.shape is Shape.LOGNORMAL:
            mu, sigma = self.parameters
            return random.lognormal(mu, sigma, size=count)
        least, likely, most = self.parameters
        if least == most:
            return np.full(count, least)
        if self.shape is Shape.TRIANGULAR:
            return random.triangular(least, likely, most, size=count)
        reach = most - least
        a, b = 1 + 4 * (likely - least) / reach, 1 + 4 * (most - likely) / reach
        return least + reach * random.beta(a, b, size=count)


def lognormal(usual: float, bad: float) -> Severity:
    """
    A loss of which half are below ``usual`` and a tenth above ``bad`` (domain.md 4.16).

    μ = ln P50, σ = (ln P90 - ln P50) / 1.2816.

    :raises OutOfRange: when ``usual`` is not above 0, or ``bad`` below it.

    R: ``rlnorm(n, log(p50), (log(p90) - log(p50)) / qnorm(.9))``.

    >>> round(lognormal(1000, 5000).mean, 2)
    2200.27
    """
    above(usual, 0, "a usual loss")
    at_least(bad, usual, "a bad loss")
    sigma = (np.log(bad) - np.log(usual)) / _P90
    return Severity(Shape.LOGNORMAL, (float(np.log(usual)), float(sigma)))


def pert(least: float, likely: float, most: float) -> Severity:
    """
    A loss between ``least`` and ``most``, most likely ``likely`` (Malcolm et al. 1959).

    a + (b - a) · Beta(1 + 4(m - a)/(b - a), 1 + 4(b - m)/(b - a)).

    :raises OutOfRange: when it is not 0 ≤ least ≤ likely ≤ most.

    R: ``mc2d::rpert(n, least, likely, most)``.

    >>> pert(10, 20, 60).mean
    25.0
    """
    return Severity(Shape.PERT, _ascending(least, likely, most))


def triangular(least: float, likely: float, most: float) -> Severity:
    """
    A loss whose density rises to ``likely`` and falls to ``most`` (Johnson 1997).

    :raises OutOfRange: when it is not 0 ≤ least ≤ likely ≤ most.

    R: ``EnvStats::rtri(n, least, most, likely)``.

    >>> triangular(10, 20, 60).mean
    30.0
    """
    return Severity(Shape.TRIANGULAR, _ascending(least, likely, most))


def _ascending(least: float, likely: float, most: float) -> tuple[float, ...]:
    return (
        at_least(least, 0, "the least loss"),
        at_least(likely, least, "the likely loss"),
        at_least(most, likely, "the most"),
    )


@dataclass(frozen=True, slots=True)
class Risk:
    """
    One risk: ``rate`` losses a year on average, of a ``severity`` each.

    With a ``dispersion`` r losses are negative binomial, of variance λ + λ²/r; without one
    Poisson. Each of ``prevented`` is the share of losses a control prevents, independently
    of the others, all together no more than ``most_prevented``: controls overlap.
    ``mitigated`` is the share of each loss that is made good, and ``delay`` what each costs
    besides because it is found late.
    """

    rate: float
    severity: Severity
    dispersion: float | None = None
    prevented: tuple[float, ...] = ()
    mitigated: float = 0.0
    most_prevented: float = 1.0
    delay: float = 0.0

    def __post_init__(self) -> None:
        at_least(self.rate, 0, "a rate")
        if self.dispersion is not None:
            above(self.dispersion, 0, "a dispersion")
        at_least(self.delay, 0, "the cost of a delay")
        for share in (*self.prevented, self.mitigated, self.most_prevented):
            fraction(share, "a control's effect")

    @property
    def controlled_rate(self) -> float:
        """λ' = λ Π (1 - e), but no less than λ (1 - most prevented)."""
        left = float(np.prod([1 - each for each in self.prevented]))
        return self.rate * max(left, 1 - self.most_prevented)


@dataclass(frozen=True, slots=True)
class Expected(Result):
    """A risk's loss in a year without simulating: mean and standard deviation, in money."""

    mean: float
    sd: float
    method: ClassVar[str] = "compound distribution, closed form"
    source: ClassVar[str] = "Klugman, Panjer and Willmot 2012, eq. 9.9"


def expected_loss(risk: Risk) -> Expected:
    """
    A year's loss in closed form: E = λ E[X], Var = λ E[X²] (+ λ² E[X]² / r).

    λ and X are those that controls leave: X (1 - m) + delay.

    Klugman, Panjer and Willmot 2012, eq. 9.9.

    :raises OutOfRange: by ``Risk`` itself, when a rate or an effect is none.

    R: ``lambda * exp(mu + s^2 / 2)``.

    >>> round(expected_loss(Risk(2.0, pert(10, 20, 60))).mean, 6)
    50.0
    """
    rate, kept = risk.controlled_rate, 1 - risk.mitigated
    mean = kept * risk.severity.mean + risk.delay
    square = kept**2 * risk.severity.square + risk.delay * (2 * mean - risk.delay)
    variance = rate * square
    if risk.dispersion is not None:
        variance += (rate * mean) ** 2 / risk.dispersion
    return Expected(rate * mean, float(np.sqrt(variance)))


@dataclass(frozen=True, slots=True, eq=False)
class Losses(Result):
    """
    Simulated yearly losses of R risks together, in money.

    ``expected`` is the expected annual loss (EAL), ``quantiles`` the value at risk at
    ``levels`` with Monte Carlo errors, ``tail`` the mean of what lies at or beyond each
    (TVaR). ``exceedance`` is the chance of more than the appetite, None without one.
    ``contribution`` are the risks' parts of the variance, summing to 1 (Euler), and
    ``tornado`` their rank correlations with the total; both 0 where nothing varies.
    """

    draws: int
    expected: float
    expected_error: float
    sd: float
    levels: Floats  # (Q,)
    quantiles: Floats  # (Q,)
    quantile_errors: Floats  # (Q,)
    tail: Floats  # (Q,)
    exceedance: float | None
    by_risk: Floats  # (R,) expected annual loss of each
    contribution: Floats  # (R,)
    tornado: Floats  # (R,)
    seed: int
    method: ClassVar[str] = "Monte Carlo of a compound distribution"
    source: ClassVar[str] = "Klugman, Panjer and Willmot 2012, 20.1; domain.md 4.16"


LEVELS = (0.5, 0.9, 0.95, 0.99)


def simulate_losses(
    risks: Sequence[Risk],
    *,
    appetite: float | None = None,
    levels: Sequence[float] = LEVELS,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Losses:
    """
    Losses of many simulated years: L = Σ_risks Σ_{k=1}^N X_k (1 - m).

    A quantile's error is √(p(1-p)/n) / f̂, with the density from its neighbours 1 % away;
    Euler contributions are Cov(L_r, L) / Var(L) (Tasche 1999).

    :param appetite: the yearly loss that is still acceptable.
    :param levels: which quantiles, each between 0 and 1.
    :raises TooFew: without a risk or a level, or with fewer than 1,000 draws.
    :raises TooMany: when a risk would need more than 50 million single losses.
    :raises OutOfRange: when a level is not between 0 and 1, or the appetite negative.

    R: ``replicate(n, sum(rlnorm(rpois(1, lambda), mu, sigma)))``.

    >>> found = simulate_losses([Risk(2.0, lognormal(1000, 5000))])
    >>> abs(found.expected - 2 * lognormal(1000, 5000).mean) < 4 * found.expected_error
    True
    """
    at = finite(list(levels), "levels")
    if len(risks) < 1 or len(at) < 1 or draws < 1_000:
        raise TooFew(f"{len(risks)} risks, {len(at)} levels and {draws} draws say nothing")
    if not ((at > 0) & (at < 1)).all():
        raise OutOfRange("a level of a quantile lies between 0 and 1")
    random = np.random.default_rng(seed)
    each = np.stack([_yearly(risk, random, draws) for risk in risks])  # (R, draws)
    total = each.sum(axis=0)
    ordered = np.sort(total)
    over = None
    if appetite is not None:
        over = float((total > at_least(appetite, 0, "an appetite")).mean())
    sd = float(total.std(ddof=1))
    quantiles = np.quantile(ordered, at)
    return Losses(
        draws=draws,
        expected=float(total.mean()),
        expected_error=sd / float(np.sqrt(draws)),
        sd=sd,
        levels=at,
        quantiles=quantiles,
        quantile_errors=_quantile_errors(ordered, at),
        tail=np.array([ordered[ordered >= each].mean() for each in quantiles.tolist()]),
        exceedance=over,
        by_risk=each.mean(axis=1),
        contribution=_contribution(each, total),
        tornado=np.array([_rank_correlation(one, total) for one in each]),
        seed=seed,
    )


def _yearly(risk: Risk, random: np.random.Generator, draws: int) -> Floats:
    """A risk's loss in each year, (draws,)."""
    rate = risk.controlled_rate
    if rate * draws > MOST_LOSSES:
        raise TooMany(f"{rate:g} losses a year in {draws} years; group or rescale them")
    often: float | Floats = rate
    if risk.dispersion is not None and rate > 0:
        often = random.gamma(risk.dispersion, rate / risk.dispersion, size=draws)
    counts = random.poisson(often, size=draws)
    sizes = (
        risk.severity.draw(random, int(counts.sum())) * (1 - risk.mitigated) + risk.delay
    )
    year = np.repeat(np.arange(draws), counts)
    return np.bincount(year, weights=sizes, minlength=draws).astype(np.float64)


def _quantile_errors(ordered: Floats, at: Floats) -> Floats:
    """√(p(1-p)/n) / f̂, f̂ the inverse of how fast quantiles rise about p."""
    near = np.minimum(0.01, np.minimum(at, 1 - at) / 2)
    rise = np.quantile(ordered, at + near) - np.quantile(ordered, at - near)
    return np.asarray(np.sqrt(at * (1 - at) / len(ordered)) * rise / (2 * near))


def _contribution(each: Floats, total: Floats) -> Floats:
    apart = total - total.mean()
    whole = float(apart @ apart)
    return np.asarray((each - each.mean(axis=1, keepdims=True)) @ apart / (whole or 1.0))


def _rank_correlation(one: Floats, total: Floats) -> float:
    """Spearman's, with midranks; 0 where one of the two does not vary."""
    first, second = _midranks(one), _midranks(total)
    apart, across = first - first.mean(), second - second.mean()
    spread = float(np.sqrt((apart @ apart) * (across @ across)))
    return float(apart @ across) / spread if spread else 0.0


def _midranks(values: Floats) -> Floats:
    _, which, size = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(size) - (size - 1) / 2)[which])
