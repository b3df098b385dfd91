"""
Funnel plots: which units differ from a target by more than chance, and more than usual.

The fewer answers, the wider the limits; and where units differ among themselves for many
small reasons, the limits know it (over-dispersion), so that not half of all stand out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .exact import Mask
from .results import Result
from .shrinkage import UnitMeans

Floats = NDArray[np.float64]
Dispersion = Literal["multiplicative", "additive", "none"]

LEVELS = (0.95, 0.998)
"""Two and three standard errors: a warning and an alarm (Spiegelhalter 2005)."""

WINSORISED = 0.1
"""The part of the z scores on either side that is drawn in before they are squared."""

FEWEST_UNITS = 3

_SPIEGELHALTER = "Spiegelhalter 2005, Statistics in Medicine 24:1185"


@dataclass(frozen=True, slots=True, eq=False)
class Funnel(Result):
    """
    Where each of ``n`` units lies against the target, and the limits for its size.

    ``dispersion`` is φ̂, 1 where units differ no more than by chance; ``inflation`` what
    limits were multiplied by for it, squared, and ``between`` the τ² they were widened by.
    ``z`` and ``outside`` are with these. One row for each of the ``levels``.
    """

    n: int
    target: float
    value: Floats  # (B,)
    error: Floats  # (B,) by chance alone
    z: Floats  # (B,)
    levels: tuple[float, ...]
    lower: Floats  # (L, B)
    upper: Floats  # (L, B)
    outside: Mask  # (L, B)
    dispersion: float
    inflation: float
    between: float
    unit_variance: float
    method: str
    source: ClassVar[str] = _SPIEGELHALTER

    @property
    def overdispersed(self) -> bool:
        """Whether units differ more than by chance: φ̂ above 1 + 2√(2/B)."""
        return self.dispersion > 1 + 2 * math.sqrt(2 / self.n)

    def limits_at(self, sizes: NDArray[np.generic]) -> tuple[Floats, Floats]:
        """
        The limits for units of (m,) such sizes, two arrays of (L, m): the funnel's curves.

        Not cut off at what a value can be.

        :raises OutOfRange: when a size is not above 0.
        """
        among = np.asarray(sizes, dtype=np.float64)
        if not (np.isfinite(among) & (among > 0)).all():
            raise OutOfRange("every size is a finite number above 0")
        spread = np.sqrt(self.inflation * self.unit_variance / among + self.between)
        reach = _quantiles(self.levels)[:, None] * spread
        return self.target - reach, self.target + reach


def funnel_of_shares(
    counts: NDArray[np.generic],
    sizes: NDArray[np.generic],
    *,
    target: float | None = None,
    dispersion: Dispersion = "multiplicative",
    levels: Sequence[float] = LEVELS,
) -> Funnel:
    """
    The funnel of B units' shares, with v_b = θ₀(1-θ₀)/n_b.

    z_b = (y_b - θ₀)/√v_b; φ̂ is the mean of the z², 10 % on either side winsorised. Where
    φ̂ > 1 + 2√(2/B) the limits θ₀ ± z√v become θ₀ ± z√(φ̂v) or θ₀ ± z√(v + τ²), with
    τ² = (Bφ̂ - (B-1)) / (Σw - Σw²/Σw), w = 1/v.
    R: ``FunnelPlotR::funnel_plot(d, x, n, unit, data_type = "PR")``.

    :param counts: (B,) how many, of ``sizes``: (B,).
    :param target: θ₀, else the share of all units together.
    :raises TooFew: with fewer than three units.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a count is not between 0 and its size, or the target or a level
        not between 0 and 1.
    :raises NoVariance: when all or none were counted.

    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185, App. A.

    >>> sizes = np.array([100, 100, 100, 400])
    >>> found = funnel_of_shares(np.array([40, 45, 52, 160]), sizes)
    >>> found.target.__round__(4), found.z.round(2).tolist()
    (0.4243, [-0.49, 0.52, 1.94, -0.98])
    """
    among = _sizes(counts, sizes)
    found = np.asarray(counts, dtype=np.float64)
    if (found > among).any():
        raise OutOfRange("a count is at most the size of what it was counted among")
    centre = float(found.sum() / among.sum()) if target is None else target
    if target is not None and not 0 < target < 1:
        raise OutOfRange(f"a target of shares lies between 0 and 1, not at {target}")
    unit_variance = centre * (1 - centre)
    return _funnel(
        found / among,
        unit_variance / among,
        _Aim(centre, unit_variance, 0.0, 1.0, "shares"),
        dispersion,
        levels,
    )


def funnel_of_rates(
    counts: NDArray[np.generic],
    exposure: NDArray[np.generic],
    *,
    target: float | None = None,
    dispersion: Dispersion = "multiplicative",
    levels: Sequence[float] = LEVELS,
) -> Funnel:
    """
    The funnel of B units' rates, with v_b = θ₀/e_b; else as ``funnel_of_shares``.

    With expected counts for exposure it is that of standardised ratios, whose target is 1.
    R: ``FunnelPlotR::funnel_plot(d, x, e, unit, data_type = "SR")``.

    :param counts: (B,) events, in ``exposure``: (B,), above 0.
    :raises TooFew: with fewer than three units.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a count is below 0, an exposure or the target not above 0, or a
        level not between 0 and 1.
    :raises NoVariance: when nothing was counted.

    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185, App. A.

    >>> found = funnel_of_rates(np.array([8, 12, 30]), np.array([10.0, 10, 30]), target=1)
    >>> found.z.round(4).tolist()
    [-0.6325, 0.6325, 0.0]
    """
    among = _sizes(counts, exposure)
    found = np.asarray(counts, dtype=np.float64)
    centre = float(found.sum() / among.sum()) if target is None else target
    if target is not None and not 0 < target < math.inf:
        raise OutOfRange(f"a target of rates is above 0, not {target}")
    aim = _Aim(centre, centre, 0.0, math.inf, "rates")
    return _funnel(found / among, centre / among, aim, dispersion, levels)


def funnel_of_means(
    units: UnitMeans,
    *,
    target: float | None = None,
    dispersion: Dispersion = "additive",
    levels: Sequence[float] = LEVELS,
) -> Funnel:
    """
    The funnel of B units' means, with v_b their errors; else as ``funnel_of_shares``.

    The target is else the mean weighted by 1/v_b. R: ``metafor::funnel(y, vi = v)``.

    :raises TooFew: with fewer than three units.
    :raises OutOfRange: when the target is not finite, or a level not between 0 and 1.

    Source: Spiegelhalter 2005, Statistics in Medicine 24:1185, App. A.

    >>> three = UnitMeans(np.array([9, 9, 9]), np.array([4.0, 5.0, 6.0]), np.full(3, 2.25))
    >>> funnel_of_means(three).z.round(2).tolist()
    [-2.0, 0.0, 2.0]
    """
    if len(units) < FEWEST_UNITS:
        raise TooFew(f"a funnel needs three units, and there are {len(units)}")
    error = units.error
    weights = 1 / error
    centre = float(weights @ units.mean / weights.sum()) if target is None else target
    if not math.isfinite(centre):
        raise OutOfRange(f"{centre} is no target")
    common = float(units.n @ units.variance / units.n.sum())
    aim = _Aim(centre, common, -math.inf, math.inf, "means")
    return _funnel(units.mean, error, aim, dispersion, levels)


@dataclass(frozen=True, slots=True)
class _Aim:
    """What units are held against, and between which values they can lie."""

    target: float
    unit_variance: float
    floor: float
    ceiling: float
    of: str


def _funnel(
    value: Floats,
    variance: Floats,
    aim: _Aim,
    dispersion: Dispersion,
    levels: Sequence[float],
) -> Funnel:
    if not (variance > 0).all():
        raise NoVariance("all or none were counted, so chance has no part in it")
    reach = _quantiles(levels)[:, None]
    raw = (value - aim.target) / np.sqrt(variance)
    phi = winsorised_dispersion(raw)
    inflation, between = _allowance(phi, variance, dispersion)
    usual = inflation == 1 and between == 0
    spread = np.sqrt(inflation * variance + between)
    lower, upper = aim.target - reach * spread, aim.target + reach * spread
    return Funnel(
        n=len(value),
        target=aim.target,
        value=value,
        error=np.sqrt(variance),
        z=(value - aim.target) / spread,
        levels=tuple(levels),
        lower=np.maximum(lower, aim.floor),
        upper=np.minimum(upper, aim.ceiling),
        outside=(value < lower) | (value > upper),
        dispersion=phi,
        inflation=inflation,
        between=between,
        unit_variance=aim.unit_variance,
        method=f"funnel of {aim.of}, " + ("chance alone" if usual else dispersion),
    )


def _allowance(phi: float, variance: Floats, dispersion: Dispersion) -> tuple[float, float]:
    """What limits are inflated by, and the τ² they are widened by."""
    if dispersion == "none" or phi <= 1 + 2 * math.sqrt(2 / len(variance)):
        return 1.0, 0.0
    if dispersion == "multiplicative":
        return phi, 0.0
    return 1.0, _between(phi, variance)


def winsorised_dispersion(z: Floats, *, part: float = WINSORISED) -> float:
    """
    How much more units differ than by chance, 1: the mean of z², winsorised.

    The ``part`` of z scores on either side is drawn in to its quantile first, so that a few
    units that are truly different do not widen the limits for themselves.
    R: ``mean(DescTools::Winsorize(z, quantile(z, c(0.1, 0.9)))^2)``.

    :param z: (B,) standardised distances from the target.
    :raises TooFew: with fewer than three units.
    :raises OutOfRange: when a score is not finite, or ``part`` not from 0 to below ½.

    Source: Spiegelhalter 2005, App. A.3.1.

    >>> winsorised_dispersion(np.array([-1.0, 0.0, 1.0, 0.0, 9.0]), part=0.25)
    0.4
    """
    if len(z) < FEWEST_UNITS:
        raise TooFew(f"a funnel needs three units, and there are {len(z)}")
    if not (np.isfinite(z).all() and 0 <= part < 0.5):
        raise OutOfRange("scores are finite, and less than half of them are winsorised")
    low, high = np.quantile(z, [part, 1 - part])
    return float((np.clip(z, low, high) ** 2).mean())


def _between(phi: float, variance: Floats) -> float:
    weights = 1 / variance
    units = len(variance)
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (units * phi - (units - 1)) / spare)


def _quantiles(levels: Sequence[float]) -> Floats:
    if not levels or not all(0 < each < 1 for each in levels):
        raise OutOfRange(f"levels lie between 0 and 1, not at {tuple(levels)}")
    return np.asarray(scipy.special.ndtri((1 + np.asarray(levels)) / 2))


def _sizes(counts: NDArray[np.generic], sizes: NDArray[np.generic]) -> Floats:
    found, among = np.asarray(counts), np.asarray(sizes, dtype=np.float64)
    if found.shape != among.shape or among.ndim != 1:
        raise WrongShape(f"{found.size} counts, but {among.size} sizes")
    if len(among) < FEWEST_UNITS:
        raise TooFew(f"a funnel needs three units, and there are {len(among)}")
    if not (np.isfinite(among).all() and (among > 0).all() and (found >= 0).all()):
        raise OutOfRange("counts are at least 0, and sizes finite and above 0")
    return among


def exact_limits(
    target: float,
    sizes: NDArray[np.integer],
    *,
    kind: Literal["shares", "rates"] = "shares",
    levels: Sequence[float] = LEVELS,
) -> tuple[Floats, Floats]:
    """
    The limits by the binomial or the Poisson distribution, two arrays of (L, m).

    For units so small that the normal curve is wrong. Between the two counts about the
    quantile they are interpolated by probability: (r - (F(r) - p)/(F(r) - F(r-1)))/n with r
    the smallest count with F(r) ≥ p, at least 0.
    R: ``qbinom``, ``pbinom`` and ``dbinom`` in this formula; ``funnelR`` draws them.

    :param target: θ₀, of shares between 0 and 1, of rates above 0.
    :param sizes: (m,) how many were asked, or the exposure.
    :raises OutOfRange: when the target, a size or a level is not in its range.

    Source: Spiegelhalter 2005, App. A.1.1.

    >>> low, high = exact_limits(0.2, np.array([50]), levels=[0.95])
    >>> round(low.item(), 4), round(high.item(), 4)
    (0.0844, 0.3071)
    """
    among = np.asarray(sizes, dtype=np.float64)
    if not (np.isfinite(among) & (among > 0)).all():
        raise OutOfRange("every size is a finite number above 0")
    if not 0 < target < (1 if kind == "shares" else math.inf):
        raise OutOfRange(f"{target} is no target of {kind}")
    reach = _quantiles(levels)
    tails = scipy.special.ndtr(np.stack([-reach, reach]))[:, :, None]
    low, high = _interpolated(tails, target, among, kind)
    return low, high


def _interpolated(tails: Floats, target: float, among: Floats, kind: str) -> Floats:
    """The interpolated quantiles, (2, L, m)."""
    # One name for both, as what follows asks the same of either.
    spread: Any = (
        scipy.stats.binom(among, target)
        if kind == "shares"
        else scipy.stats.poisson(among * target)
    )
    count = spread.ppf(tails)
    over = (spread.cdf(count) - tails) / spread.pmf(count)
    return np.asarray(np.maximum(count - over, 0.0) / among)
