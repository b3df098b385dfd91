"""Whether a process in control also stays within its specification: Cp, Cpk, Cpm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import scipy

from gapless_stats.errors import NoVariance, OutOfRange, TooFew
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

_CHI_SQUARE = "Chou, Owen and Borrego 1990, J. Quality Technology 22:223"
_BISSELL = "Bissell 1990, Applied Statistics 39:331"
_BOYLES = "Boyles 1991, J. Quality Technology 23:107"


@dataclass(frozen=True, slots=True)
class Index(Result):
    """A capability index with its interval; 1 where the process just fills its limits."""

    value: float
    interval: Interval
    method: str  # of the interval, and so is the source
    source: str


@dataclass(frozen=True, slots=True)
class Capability(Result):
    """
    How well a process fits between its specification limits.

    ``lower`` and ``upper`` look at one side each, ``actual`` (Cpk) is the worse of them;
    ``potential`` (Cp) is what a centred process would reach, and ``on_target`` (Cpm) counts
    every step from the target. None where the specification does not have what it takes.
    ``outside`` is the share that falls outside, of a normal process.
    """

    n: int
    potential: Index | None
    lower: Index | None
    upper: Index | None
    actual: Index
    on_target: Index | None
    outside: float
    method: ClassVar[str] = "process capability"
    source: ClassVar[str] = "Kane 1986, J. Quality Technology 18:41; Montgomery 2013, ch. 8"


@dataclass(frozen=True, slots=True)
class Specification:
    """Between which values the process should stay; a target, else the middle of them."""

    lower: float | None = None
    upper: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        known = [each for each in (self.lower, self.upper, self.target) if each is not None]
        if self.lower is None and self.upper is None:
            raise OutOfRange("a specification has a limit on one side at least")
        if not all(map(math.isfinite, known)):
            raise OutOfRange("the limits and the target are finite numbers")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise OutOfRange(f"a lower limit of {self.lower} is not below {self.upper}")

    @property
    def aim(self) -> float | None:
        """The target, or the middle of two limits."""
        if self.target is not None or self.lower is None or self.upper is None:
            return self.target
        return (self.lower + self.upper) / 2


def capability(
    mean: float, sigma: float, n: int, specification: Specification, *, level: float = 0.95
) -> Capability:
    """
    The capability indices of a process that its control chart says is stable.

    Cp = (U - L)/6σ, Cpl = (x̄ - L)/3σ, Cpu = (U - x̄)/3σ, Cpk the smaller of these, and
    Cpm = Cp/√(1 + ((x̄ - T)/σ)²). Cp's interval is from χ²(n - 1), Cpk's from the normal
    approximation of Bissell, Cpm's that of Boyles.
    R: ``qcc::process.capability(chart, spec.limits = c(73.95, 74.05))``.

    :param sigma: of one value: a chart's ``baseline.spread`` for what the process can do
        (Cp), or the standard deviation of all values for what it did (Pp).
    :param n: how many values both rest on.
    :raises TooFew: with fewer than two values.
    :raises NoVariance: when σ is 0.
    :raises OutOfRange: when the mean or σ is no such number, or the level not between
        0 and 1.

    Source: Montgomery 2013, eq. 8.8-8.16.

    >>> rings = capability(74.001176, 0.009785038693, 125, Specification(73.95, 74.05))
    >>> round(rings.actual.value, 5), round(rings.potential.value, 5)
    (1.66322, 1.70328)
    """
    _usable(mean, sigma, n, level)
    lower, upper = specification.lower, specification.upper
    sides = [
        None if lower is None else (mean - lower) / (3 * sigma),
        None if upper is None else (upper - mean) / (3 * sigma),
    ]
    known = [each for each in sides if each is not None]
    below, above = (None if each is None else _one_side(each, n, level) for each in sides)
    potential = on_target = None
    if lower is not None and upper is not None and specification.aim is not None:
        fits = (upper - lower) / (6 * sigma)
        potential = _scaled(fits, n - 1, level, _CHI_SQUARE)
        off = ((mean - specification.aim) / sigma) ** 2
        freedom = n * (1 + off) / (1 + 2 * off)
        on_target = _scaled(fits / math.sqrt(1 + off), freedom, level, _BOYLES)
    return Capability(
        n=n,
        potential=potential,
        lower=below,
        upper=above,
        actual=_one_side(min(known), n, level),
        on_target=on_target,
        outside=sum(float(scipy.special.ndtr(-3 * each)) for each in known),
    )


def _scaled(value: float, freedom: float, level: float, source: str) -> Index:
    """An index that goes with 1/s: its interval is from χ² with so many degrees."""
    tail = (1 - level) / 2
    # The χ² quantile by the incomplete gamma function, for degrees that need not be whole.
    ends = [
        value * math.sqrt(2 * float(scipy.special.gammaincinv(freedom / 2, at)) / freedom)
        for at in (tail, 1 - tail)
    ]
    interval = Interval(ends[0], ends[1], level, "chi-square", source)
    return Index(value, interval, interval.method, source)


def _one_side(value: float, n: int, level: float) -> Index:
    z = float(scipy.special.ndtri((1 + level) / 2))
    reach = z * math.sqrt(1 / (9 * n) + value**2 / (2 * (n - 1)))
    interval = Interval(value - reach, value + reach, level, "normal", _BISSELL)
    return Index(value, interval, interval.method, _BISSELL)


def _usable(mean: float, sigma: float, n: int, level: float) -> None:
    if n < 2:
        raise TooFew(f"a spread needs two values, and there are {n}")
    if not (math.isfinite(mean) and 0 <= sigma < math.inf):
        raise OutOfRange(f"a process has a finite mean and spread, not {mean}, {sigma}")
    if sigma == 0:
        raise NoVariance("all values are the same, so nothing is known of the spread")
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
