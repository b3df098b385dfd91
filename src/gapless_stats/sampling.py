"""
How many answers or visits it takes to know something well enough.

How to share them out among strata is in ``allocation``, how to accept or reject a lot in
``acceptance``. All is of a random sample: no number makes up for one that chose itself.
"""

from __future__ import annotations

import math

import scipy

from .errors import OutOfRange

TYPICAL_SD = 1.6
"""Of a gap on a seven-point scale (domain.md 2.4). An assumption until it is measured."""

EVEN = 0.5
"""The share whose sample has to be largest: right whatever the true one is."""


def answers_for_margin(
    margin: float,
    *,
    sd: float = TYPICAL_SD,
    population: int | None = None,
    level: float = 0.95,
) -> int:
    """
    How many answers make the interval of a mean ``margin`` wide on each side.

    n = (z·sd/margin)², and among N customers n / (1 + (n - 1)/N), rounded up.
    R: ``ceiling((qnorm(0.975) * sd / margin)^2)``.

    :param margin: in the unit of ``sd``, above 0.
    :raises OutOfRange: when a margin or spread is not above zero, nobody is in the
        population, or the level is no probability.

    Source: Cochran 1977, eq. 4.1, with the correction for a finite population.

    >>> answers_for_margin(0.2), answers_for_margin(0.2, population=500)
    (246, 166)
    """
    _positive(margin=margin, sd=sd)
    needed = (_normal_quantile((1 + level) / 2) * sd / margin) ** 2
    return max(1, math.ceil(_among(needed, population)))


def answers_for_share(
    margin: float,
    *,
    share: float = EVEN,
    population: int | None = None,
    level: float = 0.95,
) -> int:
    """
    How many answers make the interval of a share ``margin`` wide on each side.

    n = z² p(1-p)/margin², and among N customers n / (1 + (n - 1)/N), rounded up.
    R: ``ceiling(qnorm(0.975)^2 * p * (1 - p) / margin^2)``.

    :param margin: as a fraction: 0.03 for ±3 points.
    :param share: about how large it is thought to be; one half needs most.
    :raises OutOfRange: when a margin is not above zero, the share not between 0 and 1,
        nobody is in the population, or the level is no probability.

    Source: Cochran 1977, eq. 4.2.

    >>> answers_for_share(0.05), answers_for_share(0.05, population=1_000)
    (385, 278)
    """
    _positive(margin=margin)
    _share(share)
    z = _normal_quantile((1 + level) / 2)
    needed = z**2 * share * (1 - share) / margin**2
    return max(1, math.ceil(_among(needed, population)))


def answers_for_change(
    change: float, *, sd: float = TYPICAL_SD, level: float = 0.95, power: float = 0.8
) -> int:
    """
    How many answers each of two periods needs, so that a change of the mean this large
    is found with probability ``power`` (two-sided test, equal groups).

    n = 2 ((z_level + z_power)·sd/change)², rounded up; with Student's t one or two more.
    R: ``power.t.test(delta = change, sd = sd, power = 0.8)``.

    :raises OutOfRange: when a change or spread is not above zero, or the level or the
        power is no probability.

    Source: Cochran 1977, sec. 4.10; Chow, Shao and Wang 2008, eq. 3.2.4.

    >>> answers_for_change(0.3), answers_for_change(0.2)
    (447, 1005)
    """
    _positive(change=change, sd=sd)
    reach = _normal_quantile((1 + level) / 2) + _normal_quantile(power)
    return max(1, math.ceil(2 * (reach * sd / change) ** 2))


def answers_for_share_change(
    share: float, other: float, *, level: float = 0.95, power: float = 0.8
) -> int:
    """
    How many answers each of two periods needs, so that a share's change from ``share`` to
    ``other`` is found with probability ``power`` (two-sided test, equal groups).

    n = (z_level √(2p̄(1-p̄)) + z_power √(p₁(1-p₁) + p₂(1-p₂)))² / (p₁ - p₂)², rounded up.
    R: ``power.prop.test(p1 = share, p2 = other, power = 0.8)``.

    :raises OutOfRange: when a share is not between 0 and 1 or both are the same, or the
        level or the power is no probability.

    Source: Fleiss, Levin and Paik 2003, eq. 4.14. The example of ``?power.prop.test``:

    >>> answers_for_share_change(0.50, 0.75, power=0.9)
    77
    """
    _share(share)
    _share(other)
    if share == other:
        raise OutOfRange(f"two shares of {share} do not differ")
    pooled = (share + other) / 2
    reach = _normal_quantile((1 + level) / 2) * math.sqrt(2 * pooled * (1 - pooled))
    reach += _normal_quantile(power) * math.sqrt(share * (1 - share) + other * (1 - other))
    return max(1, math.ceil((reach / (share - other)) ** 2))


def visits_for_margin(margin: float, *, sd: float, level: float = 0.95) -> int:
    """
    How many visits to each unit make the interval of its score ``margin`` wide each side.

    n = (z·sd/margin)², rounded up: an endless number of visits could be made.
    R: ``ceiling((qnorm(0.975) * sd / margin)^2)``.

    :param sd: of the scores of single visits to one unit.
    :raises OutOfRange: when a margin or spread is not above zero, or the level is no
        probability.

    Source: Cochran 1977, eq. 4.1.

    >>> visits_for_margin(5, sd=12)
    23
    """
    return answers_for_margin(margin, sd=sd, level=level)


def visits_for_reliability(
    *, within: float, between: float, reliability: float = 0.6
) -> int:
    """
    How many visits make a unit's score so reliable that it tells units apart.

    λ = τ²/(τ² + s²/n) is at least ``reliability`` from n = λ/(1-λ) · s²/τ² on: 1.5 s²/τ²
    for 0.6. R: ``ceiling(r / (1 - r) * s2 / tau2)``.

    :param within: s², the variance of single visits to one unit.
    :param between: τ², the variance of the units' true means, as ``paule_mandel`` finds it.
    :raises OutOfRange: when a variance is not above zero, or the reliability not between
        0 and 1.

    Source: Spearman 1910; Brown 1910.

    >>> visits_for_reliability(within=144, between=36)
    6
    """
    _positive(within=within, between=between)
    _share(reliability)
    return max(1, math.ceil(reliability / (1 - reliability) * within / between))


def zero_failure_sample(
    worst: float, *, confidence: float = 0.95, population: int | None = None
) -> int:
    """
    How many to check, and find no failure, to be sure that fewer than ``worst`` fail.

    n = ln(1 - confidence)/ln(1 - worst), rounded up. Among N, of which D = ⌈worst·N⌉ would
    fail, the smallest n with C(N-D, n)/C(N, n) at most 1 - confidence.
    R: ``ceiling(log(0.05) / log(1 - worst))``; ``phyper(0, D, N - D, n)``.

    :param worst: the share of failures to be ruled out, between 0 and 1.
    :raises OutOfRange: when ``worst`` or ``confidence`` is not between 0 and 1, or nobody
        is in the population.

    Source: Hahn and Meeker 1991, Statistical Intervals, sec. 9.6.

    >>> zero_failure_sample(0.05), zero_failure_sample(0.05, population=100)
    (59, 45)
    """
    _share(worst)
    _share(confidence)
    if population is None:
        # A hair less: ln 0.01 / ln 0.1 is 2 and a bit's worth more.
        exact = math.log1p(-confidence) / math.log1p(-worst)
        return max(1, math.ceil(exact - _ROUNDING))
    _somebody(population)
    good = population - math.ceil(worst * population - _ROUNDING)
    limit = math.log1p(-confidence) + _ROUNDING
    low, high = 0, good + 1  # of so many one fails for certain
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if _log_none(population, good, middle) <= limit
            else (middle, high)
        )
    return high


_ROUNDING = 1e-9


def _log_none(population: int, good: int, n: int) -> float:
    """The logarithm of the probability that n of them are all good."""
    kept = math.lgamma(good + 1) - math.lgamma(good - n + 1)
    return kept - math.lgamma(population + 1) + math.lgamma(population - n + 1)


def _among(needed: float, population: int | None) -> float:
    """Corrected for a finite population; a tiny margin asks everybody, and nobody more."""
    if population is None:
        return needed
    _somebody(population)
    return min(needed / (1 + (needed - 1) / population), population)


def _somebody(population: int) -> None:
    if population < 1:
        raise OutOfRange("a population has at least one member")


def _positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (math.isfinite(number) and number > 0):
            raise OutOfRange(f"{name} has to be above zero")


def _share(share: float) -> None:
    if not 0 < share < 1:
        raise OutOfRange(f"a share or probability lies between 0 and 1, not at {share}")


def _normal_quantile(probability: float) -> float:
    if not 0.5 < probability < 1:
        raise OutOfRange("level and power lie between what chance gives and certainty")
    return float(scipy.special.ndtri(probability))
