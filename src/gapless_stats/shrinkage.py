"""
Fair comparison of many units: shrunken estimates of their means.

A unit's own mean is mostly noise where few answered. Empirical Bayes draws every mean
towards the mean of all units, the more the less it rests on (Efron and Morris 1975).
How units rank by it, and how sure that is: ``ranks``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .exact import AnyIntegers, Integers
from .results import Result

FEWEST_UNITS = 3
"""Of two units no spread between units can be told from noise."""

OWN_VARIANCE_FROM = 30
"""From so many answers on a unit's own spread is used, else the units' common one."""

FAIR_TABLE = 0.5
"""With a median reliability below this a league table shows noise (domain.md 4.9)."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class UnitMeans:
    """
    The means of B units on one measure, in scale points, each with its error.

    ``variance`` is the variance within a unit that its error is computed from: its own
    with 30 answers or more, else the one common to all units.
    """

    n: Integers  # (B,) answers
    mean: Floats  # (B,)
    variance: Floats  # (B,)

    @classmethod
    def of_sums(
        cls, n: AnyIntegers, total: AnyIntegers, squares: AnyIntegers, *, scale: int = 1
    ) -> UnitMeans:
        """
        From each unit's count, sum and sum of squares: (B,) integers each.

        The common variance is Σ(n_b - 1)s²_b / Σ(n_b - 1). Scatter is computed in whole
        numbers, so nothing cancels.

        :param scale: sums count 1/``scale`` of a scale point.
        :raises TooFew: when a unit has no answer (leave it out), or no unit has two.
        :raises NoVariance: when in every unit everybody answered the same.

        >>> units = UnitMeans.of_sums(*np.array([[2, 2, 1], [3, 7, 4], [5, 25, 16]]))
        >>> units.mean.tolist(), units.variance.tolist()
        ([1.5, 3.5, 4.0], [0.5, 0.5, 0.5])
        """
        count, sums = n.astype(np.int64), total.astype(object)
        if len(count) == 0 or count.min() < 1:
            raise TooFew("a unit without an answer has no mean; leave it out")
        # n times the scatter about the mean, exact; at most one rounding each from here.
        scatter = (count * squares.astype(object) - sums * sums).astype(np.float64)
        scatter /= count * float(scale) ** 2
        mean = (sums / (count * scale)).astype(np.float64)
        return cls(count, mean, _within(count, scatter))

    @property
    def error(self) -> Floats:
        """The variance of each unit's mean, v_b = s² / n_b, (B,)."""
        return self.variance / self.n

    def __len__(self) -> int:
        return len(self.n)


def _within(n: Integers, scatter: Floats) -> Floats:
    freedom = int((n - 1).sum())
    if freedom < 1:
        raise TooFew("no unit has two answers, so nothing is known of the spread within")
    common = float(scatter.sum()) / freedom
    if common == 0:
        raise NoVariance("within every unit everybody answered the same")
    own = scatter / np.maximum(n - 1, 1)
    # Thirty equal answers are no proof that the next one will be equal too.
    return np.where((n >= OWN_VARIANCE_FROM) & (own > 0), own, common)


@dataclass(frozen=True, slots=True)
class Between(Result):
    """How much true means differ: τ² in squared scale points, about their mean μ."""

    n: int
    variance: float
    mean: float
    mean_error: float  # the variance of μ
    method: str
    source: ClassVar[str] = "Paule and Mandel 1982; DerSimonian and Laird 1986"


def paule_mandel(units: UnitMeans) -> Between:
    """
    The variance between units (Paule and Mandel 1982).

    τ² solves Σ w_b (y_b - μ)² = B - 1 with w_b = 1 / (v_b + τ²) and μ = Σwy / Σw; 0 where
    the units differ no more than noise. By Newton's method, which never overshoots here
    (DerSimonian and Kacker 2007). R: ``metafor::rma(y, v, method = "PM")$tau2``.

    :raises TooFew: with fewer than three units.

    >>> found = paule_mandel(_units([5.0, 6.0, 4.0], [0.1, 0.1, 0.1]))
    >>> round(found.variance, 6), round(found.mean, 6)
    (0.9, 5.0)
    """
    _enough(units)
    return _between(units, _spread_about(units, _one_family(units)), "Paule-Mandel")


def _one_family(units: UnitMeans) -> _Family:
    return _Family(np.zeros(len(units), np.int64), 1)


_MOST_STEPS = 200
_CLOSE = 1e-12


def _spread_about(units: UnitMeans, family: _Family) -> float:
    """Paule and Mandel's τ² about the mean of each unit's parent."""
    freedom = len(units) - family.parents
    variance = 0.0
    for _ in range(_MOST_STEPS):
        w, _, _, apart = family.weigh(units, variance)
        excess = float(w @ apart**2) - freedom
        if excess <= _CLOSE * freedom:
            break
        variance += excess / float(w**2 @ apart**2)
    return variance


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """Whose mean each unit is measured against: its parent's, or one of all."""

    of: Integers  # (B,) the parent of each unit
    parents: int

    def weigh(
        self, units: UnitMeans, variance: float
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """At this τ²: weights (B,), Σw (parents,), means (parents,), residuals (B,)."""
        w = 1 / (units.error + variance)
        whole: Floats = np.bincount(self.of, weights=w).astype(np.float64)
        centre: Floats = np.bincount(self.of, weights=w * units.mean) / whole
        return w, whole, centre, units.mean - centre[self.of]


def dersimonian_laird(units: UnitMeans) -> Between:
    """
    The variance between units in closed form (DerSimonian and Laird 1986, eq. 8).

    τ² = max(0, (Q - (B-1)) / (Σw - Σw²/Σw)), w_b = 1/v_b, Q = Σ w_b (y_b - μ)².
    R: ``metafor::rma(y, v, method = "DL")$tau2``.

    :raises TooFew: with fewer than three units.

    >>> round(dersimonian_laird(_units([5.0, 6.0, 4.0], [0.1, 0.1, 0.1])).variance, 6)
    0.9
    """
    _enough(units)
    y, w = units.mean, 1 / units.error
    whole = float(w.sum())
    q = float(w @ (y - (w @ y) / whole) ** 2)
    variance = max(0.0, (q - (len(y) - 1)) / (whole - float(w @ w) / whole))
    return _between(units, variance, "DerSimonian-Laird")


def _enough(units: UnitMeans) -> None:
    if len(units) < FEWEST_UNITS:
        raise TooFew(f"{FEWEST_UNITS} units can be compared fairly, not {len(units)}")


def _between(units: UnitMeans, variance: float, method: str) -> Between:
    w = 1 / (units.error + variance)
    whole = float(w.sum())
    mean = float(w @ units.mean) / whole
    return Between(len(units), variance, mean, 1 / whole, method)


def _units(mean: list[float], error: list[float]) -> UnitMeans:
    """For examples: units of one answer each, by the variance of their mean."""
    ones = np.ones(len(mean), np.int64)
    return UnitMeans(ones, np.array(mean), np.array(error))


@dataclass(frozen=True, slots=True, eq=False)
class Shrunken(Result):
    """
    B units' means, shrunken, in scale points.

    ``variance`` is what is not known of each true mean (posterior variance), ``low`` to
    ``high`` hold it with probability ``level``. ``reliability`` λ is the weight that a
    unit's own mean got: 1 for itself alone, 0 for the mean of all.
    """

    n: int  # answers of all units
    estimate: Floats  # (B,)
    variance: Floats  # (B,)
    low: Floats  # (B,)
    high: Floats  # (B,)
    reliability: Floats  # (B,)
    between: Between
    level: float
    method: str
    source: ClassVar[str] = "Efron and Morris 1975; Rubin 1981"

    @property
    def median_reliability(self) -> float:
        """The middle unit's reliability, 0 to 1."""
        return float(np.median(self.reliability))

    @property
    def fair(self) -> bool:
        """Whether units may be ranked at all: a median reliability of a half or more."""
        return self.median_reliability >= FAIR_TABLE


def shrink(
    units: UnitMeans, *, between: Between | None = None, level: float = 0.9
) -> Shrunken:
    """
    Every unit's mean drawn towards the mean of all by how little it rests on.

    Empirical Bayes (Efron and Morris 1975): λ_b = τ² / (τ² + v_b) and
    θ̂_b = μ + λ_b (y_b - μ). What is not known of the true mean at a given τ² is
    λ_b v_b + (1-λ_b)² Var(μ̂); its average over what τ² may be, with the squared distance
    between the estimates there and here, is ``variance``. τ is weighed by its restricted
    likelihood, uniform before (Rubin 1981; Gelman 2006, 2.2): taking τ² as known would
    claim far too much where it was estimated as 0, or of few units.
    R: ``metafor::blup(rma(y, v, method = "PM"))`` for the estimates.

    :param between: the spread between units; by Paule and Mandel where none is given.
    :raises TooFew: with fewer than three units.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> shrunken = shrink(_units([5.0, 6.0, 4.0] * 10, [0.1, 2.0, 0.1] * 10))
    >>> [round(each, 2) for each in shrunken.estimate[:3].tolist()]
    [4.84, 4.69, 4.22]
    """
    _enough(units)
    found = between or paule_mandel(units)
    family = _one_family(units)
    method = f"empirical Bayes, {found.method}"
    return _shrunken(units, _Prior(family, None), found, level, method)


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    """What means are drawn towards: given means and errors, (B,), or the family's."""

    family: _Family
    given: tuple[Floats, Floats] | None

    def at(self, units: UnitMeans, variance: float) -> tuple[Floats, Floats, float]:
        """At this τ²: estimates and what is unknown of them, (B,), and log likelihood."""
        w, whole, centre, apart = self.family.weigh(units, variance)
        likelihood = float(np.log(w).sum() - np.log(whole).sum() - w @ apart**2) / 2
        means, errors = self.given or (centre[self.family.of], (1 / whole)[self.family.of])
        kept = variance * w
        estimate = means + kept * (units.mean - means)
        return estimate, kept * units.error + (1 - kept) ** 2 * errors, likelihood


def _shrunken(
    units: UnitMeans, prior: _Prior, between: Between, level: float, method: str
) -> Shrunken:
    z = _quantile(level)
    estimate = prior.at(units, between.variance)[0]
    variance, weight = np.zeros(len(units)), 0.0
    for spread, chance in _likely_spreads(units, prior):
        there, unknown, _ = prior.at(units, spread)
        variance += chance * (unknown + (there - estimate) ** 2)
        weight += chance
    variance /= weight
    reach = z * np.sqrt(variance)
    return Shrunken(
        n=int(units.n.sum()),
        estimate=estimate,
        variance=variance,
        low=estimate - reach,
        high=estimate + reach,
        reliability=between.variance / (between.variance + units.error),
        between=between,
        level=level,
        method=method,
    )


_STEPS = 24
_LIKELY = 10.0


def _likely_spreads(units: UnitMeans, prior: _Prior) -> Iterator[tuple[float, float]]:
    """Values of τ² and how likely each is, evenly spaced in τ where it is likely at all."""
    low, high = 0.0, 5 * float(np.sqrt(units.mean.var() + units.error.mean()))
    while True:
        step = (high - low) / _STEPS
        grid = low + step * (np.arange(_STEPS) + 0.5)
        likely = np.array([prior.at(units, each**2)[2] for each in grid.tolist()])
        likely -= likely.max()
        kept = np.flatnonzero(likely > -_LIKELY)
        if len(kept) > _STEPS // 4:
            break
        # Many units know their spread well: look closer, one step beyond on either side.
        low, high = max(0.0, grid[kept[0]] - step), grid[kept[-1]] + step
    return zip((grid**2).tolist(), np.exp(likely).tolist(), strict=True)


def shrink_within(units: UnitMeans, parent: AnyIntegers, *, level: float = 0.9) -> Shrunken:
    """
    As ``shrink``, but towards the shrunken mean of each unit's own parent.

    Halls are drawn towards their city, and cities towards the mean of all: top down, one
    τ² among the parents and one among the units of a parent. The units' τ² solves
    Σ w_b (y_b - ȳ_parent)² = B - P for P parents; a parent's own mean is its units' at the
    weights w, so that it counts halls, not answers (Efron and Morris 1975, nested).
    R: ``metafor::rma.mv(y, v, random = ~ 1 | parent / unit)`` comes near.

    :param parent: (B,) which of P parents each unit belongs to, 0 to P - 1.
    :raises TooFew: with fewer than three parents, or no more units than parents.
    :raises WrongShape: when a unit has no parent, or a parent no unit.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> halls = _units([5.0, 5.5, 6.0, 6.5, 4.0, 4.5], [0.1] * 6)
    >>> shrunken = shrink_within(halls, np.array([0, 0, 1, 1, 2, 2]))
    >>> [round(each, 2) for each in shrunken.estimate.tolist()]
    [5.2, 5.3, 6.15, 6.25, 4.25, 4.35]
    """
    of = parent.astype(np.int64)
    members = np.bincount(of)
    if len(of) != len(units) or not members.all():
        raise WrongShape("every unit has one parent, and every parent a unit")
    if len(members) >= len(units):
        raise TooFew("no parent has two units, so nothing is known of the spread within")
    family = _Family(of, len(members))
    variance = _spread_about(units, family)
    _, whole, centre, _ = family.weigh(units, variance)
    cities = UnitMeans(np.ones(len(members), np.int64), centre, 1 / whole)
    parents = shrink(cities, level=level)
    prior = _Prior(family, (parents.estimate[of], parents.variance[of]))
    above = parents.between
    between = Between(len(units), variance, above.mean, above.mean_error, "nested")
    return _shrunken(units, prior, between, level, "empirical Bayes, nested Paule-Mandel")


def spread_right(shrunken: Shrunken) -> Floats:
    """
    The estimates stretched so that they differ as much as the true means do, (B,).

    Shrunken means differ less than true ones do, raw means more. Constrained empirical
    Bayes (Ghosh 1992, eq. 2.4): about their mean θ̄, θ̄ + a (θ̂_b - θ̄) with
    a² = 1 + (1 - 1/B) Σ variance_b / Σ (θ̂_b - θ̄)². For a histogram of units; any
    single unit is estimated better by ``estimate``. R: this formula.

    :raises NoVariance: when all estimates are the same, as with a τ² of 0.

    >>> shrunken = shrink(_units([5.0, 6.0, 4.0] * 10, [0.5] * 30))
    >>> for each in (shrunken.estimate, spread_right(shrunken)):
    ...     round(float(np.var(each, ddof=1)), 3)
    0.052
    0.214
    """
    centre = float(shrunken.estimate.mean())
    apart = shrunken.estimate - centre
    squares = float(apart @ apart)
    if shrunken.between.variance == 0 or squares == 0:
        raise NoVariance("the units do not differ, so there is no spread to put right")
    unknown = (1 - 1 / len(apart)) * float(shrunken.variance.sum())
    return np.asarray(centre + np.sqrt(1 + unknown / squares) * apart)


def _quantile(level: float) -> float:
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    return float(scipy.special.ndtri((1 + level) / 2))
