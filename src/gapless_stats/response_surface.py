"""
How an outcome depends on expectation and perception, not on their difference alone.

A gap P - E takes for granted that an outcome rises with P as it falls with E, in straight
lines. The quadratic surface of Edwards and Parry 1993 asks. Everything is computed from the
table of E × P with the outcome's sums in each cell, which adds up from halls to company.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .checks import Floats, counts
from .errors import OutOfRange, WrongShape
from .estimates import upper_tail_of_f
from .exact import AnyIntegers, Integers
from .moments import Moments
from .regression import Regression, ols
from .results import Result


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceCells:
    """
    What a surface needs to know of the answers on a scale from ``low`` to ``high``.

    Rows are expectations and columns perceptions. Additive: ``+`` merges two groups, ``-``
    takes one out again.
    """

    low: int
    high: int
    counts: Integers  # (levels, levels)
    outcome: Integers  # (levels, levels) sum of the outcome in each cell
    squares: int  # sum of the outcome's squares over all cells

    @classmethod
    def of(
        cls,
        expectation: AnyIntegers,
        perception: AnyIntegers,
        outcome: AnyIntegers,
        *,
        low: int,
        high: int,
    ) -> SurfaceCells:
        """
        From (n,) whole answers to all three.

        :raises WrongShape: when the lengths differ.
        :raises OutOfRange: when an expectation or perception lies outside the scale.
        """
        if not len(expectation) == len(perception) == len(outcome):
            raise WrongShape("expectation, perception and outcome are of the same people")
        both = np.stack((expectation, perception)).astype(np.int64)
        if both.size and not low <= both.min() <= both.max() <= high:
            raise OutOfRange(f"an answer lies outside the scale {low}-{high}")
        side = high - low + 1
        place = (both[0] - low) * side + both[1] - low
        counted = np.bincount(place, minlength=side * side).astype(np.int64)
        summed = np.zeros(side * side, np.int64)
        np.add.at(summed, place, outcome.astype(np.int64))
        squares = int((outcome.astype(object) ** 2).sum())
        shape = (side, side)
        return cls(low, high, counted.reshape(shape), summed.reshape(shape), squares)

    def __add__(self, other: SurfaceCells) -> SurfaceCells:
        return self._merged(other, sign=1)

    def __sub__(self, other: SurfaceCells) -> SurfaceCells:
        return self._merged(other, sign=-1)

    def _merged(self, other: SurfaceCells, *, sign: int) -> SurfaceCells:
        if (self.low, self.high) != (other.low, other.high):
            raise WrongShape("answers on two scales do not add up")
        return SurfaceCells(
            self.low,
            self.high,
            self.counts + sign * other.counts,
            self.outcome + sign * other.outcome,
            self.squares + sign * other.squares,
        )

    def moments(self) -> Moments:
        """
        The moments of (p, e, p², pe, e², Y) with p and e twice the distance of P and E from
        the middle of the scale, so that they are whole: exact sums over the cells.
        """
        side = self.high - self.low + 1
        checked = counts(self.counts, "answers", shape=(side, side))
        twice = 2 * np.arange(self.low, self.high + 1, dtype=np.int64)
        e, p = np.meshgrid(twice - self.low - self.high, twice - self.low - self.high)
        e, p = e.T, p.T  # rows are expectations
        terms = np.stack([p, e, p * p, p * e, e * e]).reshape(5, -1)
        weighted = terms * checked.ravel()
        towards = terms @ self.outcome.ravel()
        cross = np.empty((6, 6), np.int64)
        cross[:5, :5] = weighted @ terms.T
        cross[:5, 5] = cross[5, :5] = towards
        cross[5, 5] = self.squares
        total = np.append(weighted.sum(axis=1), self.outcome.sum())
        return Moments(int(checked.sum()), total, cross)


@dataclass(frozen=True, slots=True)
class Feature(Result):
    """A slope or curvature of the surface, with Student's interval; p is two-sided."""

    n: int
    value: float
    error: float
    low: float
    high: float
    p_value: float
    level: float
    method: ClassVar[str] = "linear combination of slopes, t"
    source: ClassVar[str] = "Edwards and Parry 1993"


@dataclass(frozen=True, slots=True)
class GapAlone(Result):
    """
    Whether the gap alone may tell the outcome: b₂ = -b₁ and b₃ = b₄ = b₅ = 0.

    ``f`` on ``restrictions`` and ``freedom`` degrees; a small ``p_value`` says it may not.
    """

    n: int
    r_squared: float  # of the outcome on the gap alone
    f: float
    restrictions: int
    freedom: int
    p_value: float
    method: ClassVar[str] = "F test of four restrictions"
    source: ClassVar[str] = "Edwards and Parry 1993; Fisher 1922"


@dataclass(frozen=True, slots=True, eq=False)
class Surface(Result):
    """
    Y = b₀ + b₁P + b₂E + b₃P² + b₄PE + b₅E², P and E from the middle of the scale.

    ``coefficients`` are (b₀, …, b₅). Along P = E the outcome rises by
    ``congruence_slope`` b₁ + b₂ at the middle and bends by ``congruence_curve``
    b₃ + b₄ + b₅; along P = -E, perception rising as expectation falls, by
    ``incongruence_slope`` b₁ - b₂ and ``incongruence_curve`` b₃ - b₄ + b₅.
    ``gap_alone`` tests whether the gap says it all. ``stationary`` is the (P, E) where the
    surface is level, from the middle of the scale; None where it has no such point.
    """

    n: int
    coefficients: Floats  # (6,)
    errors: Floats  # (5,) of b₁ to b₅
    r_squared: float
    congruence_slope: Feature
    congruence_curve: Feature
    incongruence_slope: Feature
    incongruence_curve: Feature
    gap_alone: GapAlone
    stationary: tuple[float, float] | None
    middle: float
    method: ClassVar[str] = "quadratic response surface"
    source: ClassVar[str] = "Edwards and Parry 1993; Edwards 1994, 2002"


def response_surface(cells: SurfaceCells, *, level: float = 0.95) -> Surface:
    """
    The quadratic surface of an outcome over expectation and perception, from their table.

    Least squares of Y on P, E, P², PE and E² about the scale's middle (Edwards and Parry
    1993, eq. 5); slopes and curvatures are sums of coefficients, with Student's intervals
    from their covariance (Edwards 1994; 2002). With a three-point scale or more.

    :raises TooFew: with six respondents or fewer.
    :raises NoVariance: when everybody gave the same outcome, expectation or perception.
    :raises Collinear: when too few of the table's cells have answers to bend a surface.
    :raises WrongShape: when the table is not one of the scale.
    :raises OutOfRange: when a count is negative, or ``level`` not between 0 and 1.

    R: ``RSA::RSA(y ~ e * p, d, models = "full")`` or
    ``lm(y ~ p + e + I(p^2) + I(p * e) + I(e^2))`` with p and e centred.

    >>> e, p = np.meshgrid(np.arange(1, 8), np.arange(1, 8))
    >>> y = 3 * p - e + (e + p) % 2  # the gap alone does not tell it
    >>> cells = SurfaceCells.of(e.ravel(), p.ravel(), y.ravel(), low=1, high=7)
    >>> found = response_surface(cells)
    >>> round(found.congruence_slope.value, 6), round(found.incongruence_slope.value, 6)
    (2.0, 4.0)
    """
    moments = cells.moments()
    found = ols(moments, level=level)
    turned = ols(moments.through(_TURNED), level=level)
    features = [_feature(turned, place) for place in range(1, 1 + len(_FEATURES))]
    slopes = found.coefficients[1:] * _PER_POINT
    of_gap = _of_gap(moments)
    return Surface(
        n=found.n,
        coefficients=np.append(found.coefficients[0], slopes),
        errors=found.errors[1:] * _PER_POINT,
        r_squared=found.r_squared,
        congruence_slope=features[0],
        incongruence_slope=features[1],
        congruence_curve=features[2],
        incongruence_curve=features[3],
        gap_alone=_restriction(found, of_gap),
        stationary=_stationary(slopes),
        middle=(cells.low + cells.high) / 2,
    )


# p and e count half points, so a slope is for half a point and a curvature for a quarter.
_PER_POINT = np.array([2.0, 2.0, 4.0, 4.0, 4.0])
_FEATURES = (2.0, 2.0, 4.0, 4.0)
# Y = a₁(p+e)/2 + a₃(p-e)/2 + a₂(p²+pe)/2 + a₄(p²-pe)/2 + b₅(e²-p²): regressed on these,
# twice each, the features are coefficients, and have their errors.
_TURNED = np.array(
    [
        [1, 1, 0, 0, 0, 0],
        [1, -1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0],
        [0, 0, 1, -1, 0, 0],
        [0, 0, -2, 0, 2, 0],
        [0, 0, 0, 0, 0, 1],
    ]
)
_RESTRICTIONS = 4


def _feature(turned: Regression, place: int) -> Feature:
    # Twice the predictors make half the coefficients.
    unit = 2 * _FEATURES[place - 1]
    value, error, low, high = (
        unit * float(each[place])
        for each in (turned.coefficients, turned.errors, turned.low, turned.high)
    )
    p_value = float(turned.p_values[place])
    return Feature(turned.n, value, error, low, high, p_value, turned.level)


def _of_gap(moments: Moments) -> float:
    """R² of the outcome on P - E alone; 0 where all have the same gap."""
    gap = np.array([[1, -1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]])
    (of_gap, shared), (_, of_outcome) = moments.through(gap).covariance.tolist()
    return float(shared**2 / (of_gap * of_outcome)) if of_gap else 0.0


def _restriction(found: Regression, of_gap: float) -> GapAlone:
    """F of what the surface explains beyond the gap."""
    freedom = found.degrees[1]
    f = (found.r_squared - of_gap) / _RESTRICTIONS / ((1 - found.r_squared) / freedom)
    p_value = upper_tail_of_f(f, _RESTRICTIONS, freedom)
    return GapAlone(found.n, of_gap, f, _RESTRICTIONS, freedom, p_value)


def _stationary(slopes: Floats) -> tuple[float, float] | None:
    p, e, pp, pe, ee = slopes.tolist()
    bend = np.array([[2 * pp, pe], [pe, 2 * ee]])
    flat = abs(4 * pp * ee - pe * pe) <= _FLAT * (pp * pp + pe * pe + ee * ee)
    if flat:
        return None
    at = np.linalg.solve(bend, [-p, -e])
    return float(at[0]), float(at[1])


_FLAT = 1e-9
