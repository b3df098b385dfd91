"""
What to put right first, by three more maps beside ``importance``.

Vavra's grid sets what customers say matters against what their satisfaction goes with;
Deng's revised importance takes out what attributes have in common; impact asymmetry asks
whether an attribute can only disappoint, or also delight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

import numpy as np
import scipy

from .bivariate import correlation_covariance, quadrant_chances, seen_from_crosshair
from .checks import Floats, above
from .errors import Collinear, OutOfRange, TooFew, WrongShape
from .estimates import tail_of
from .exact import AnyIntegers, Integers
from .moments import Moments
from .predictors import correlations, predictors
from .regression import ols
from .results import Result

_SMALLEST_EIGENVALUE = 1e-10

MILLIONTHS = 1_000_000
"""What a logarithm of 1 is counted as, so that sums of logarithms are exact."""

DELIGHT, SATISFY = 0.4, 0.1
"""Cut-offs of the impact asymmetry; editable (Mikulić and Prebežac 2008; domain.md 4.5)."""


class Factor(StrEnum):
    """What an attribute is when stated and derived importance are set side by side."""

    BASIC = "basic"
    """Said to matter, and satisfaction does not go with it: taken for granted."""
    IMPORTANT_PERFORMANCE = "important_performance"
    """Said to matter, and it does."""
    UNIMPORTANT_PERFORMANCE = "unimportant_performance"
    """Neither."""
    EXCITEMENT = "excitement"
    """Not said to matter, and yet satisfaction goes with it."""


# The order of quadrant_chances: stated upwards, derived rightwards.
_FACTORS = (
    Factor.BASIC,
    Factor.IMPORTANT_PERFORMANCE,
    Factor.UNIMPORTANT_PERFORMANCE,
    Factor.EXCITEMENT,
)


@dataclass(frozen=True, slots=True)
class GridPoint(Result):
    """One attribute; ``probability`` has every factor and sums to 1."""

    stated: float
    derived: float
    factor: Factor
    probability: Mapping[Factor, float]
    method: ClassVar[str] = "joint normal"
    source: ClassVar[str] = "Vavra 1997"


@dataclass(frozen=True, slots=True)
class VavraGrid(Result):
    """All attributes; ``stated`` and ``derived`` are the means where the axes cross."""

    n: int
    points: tuple[GridPoint, ...]
    stated: float
    derived: float
    method: ClassVar[str] = "stated by derived importance, crosshair at the means"
    source: ClassVar[str] = "Vavra 1997; domain.md 4.5"


def vavra_grid(moments: Moments) -> VavraGrid:
    """
    Stated importance against derived: each attribute's factor, and how sure it is.

    Stated is the mean of I_j, derived the correlation of P_j with Y; the crosshair lies at
    the means of both. Their covariance is that of means and of correlations (Olkin and
    Siotani 1976), taken as independent of each other.

    :param moments: of (I_1, …, I_K, P_1, …, P_K, Y), the same respondents throughout.
    :raises TooFew: with fewer than two attributes or four respondents.
    :raises WrongShape: when the columns are not pairs and an outcome.
    :raises NoVariance: when a performance or the outcome is the same for everybody.

    Vavra 1997, chapter 13. R: ``colMeans(d)`` and ``cor(d)[, "y"]``.

    >>> first, second = [7, 3, 4, 6, 6], [6, 3, 5, 5, 5]
    >>> rows = np.array([first, second, [7, 2, 4, 3, 3], [6, 2, 4, 2, 2]])
    >>> [point.factor.value for point in vavra_grid(Moments.of(rows)).points]
    ['basic', 'excitement']
    """
    items, odd = divmod(moments.items - 1, 2)
    if odd:
        raise WrongShape(f"{moments.items} columns are not pairs and an outcome")
    n = moments.n
    if items < 2 or n < 4:
        raise TooFew(f"a grid needs 2 attributes and 4 respondents, not {items} and {n}")
    correlation = correlations(moments.select(range(items, 2 * items + 1)))
    stated, derived = moments.mean[:items], correlation[:items, items]
    joint = np.zeros((2 * items, 2 * items))
    joint[:items, :items] = moments.select(range(items)).covariance / n
    joint[items:, items:] = correlation_covariance(correlation, n)
    at = float(stated.mean()), float(derived.mean())
    apart = np.stack((stated - at[0], derived - at[1]), axis=1)
    chances = quadrant_chances(apart, seen_from_crosshair(joint, moving=(True, True)))
    points = tuple(
        GridPoint(
            stated=float(stated[place]),
            derived=float(derived[place]),
            factor=_factor(*apart[place].tolist()),
            probability=dict(zip(_FACTORS, chances[place].tolist(), strict=True)),
        )
        for place in range(items)
    )
    return VavraGrid(n, points, *at)


def _factor(stated: float, derived: float) -> Factor:
    return _FACTORS[2 * (stated < 0) + (derived >= 0)]


def in_logarithms(rows: AnyIntegers) -> Integers:
    """
    The natural logarithms of answers in millionths, rounded: whole, so that moments add.

    :param rows: any shape, answers of at least 1.
    :raises OutOfRange: when an answer is not above 0.

    Deng 2007. R: ``round(1e6 * log(rows))``.

    >>> in_logarithms(np.array([1, 7])).tolist()
    [0, 1945910]
    """
    answers = np.asarray(rows, dtype=np.float64)
    if not (answers > 0).all():
        raise OutOfRange("only answers above 0 have a logarithm")
    return np.asarray(np.rint(np.log(answers) * MILLIONTHS), np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class ImplicitImportance(Result):
    """
    How each of K attributes goes with satisfaction, the others held still.

    ``importance`` is the size of the ``partial`` correlation, 0 to 1; ``low`` to ``high``
    hold the partial correlation with probability ``level`` (Fisher's z).
    """

    n: int
    importance: Floats  # (K,)
    partial: Floats  # (K,)
    low: Floats  # (K,)
    high: Floats  # (K,)
    level: float
    method: ClassVar[str] = "partial correlations, Fisher's z"
    source: ClassVar[str] = "Deng 2007; Fisher 1924"


def implicit_importance(moments: Moments, *, level: float = 0.95) -> ImplicitImportance:
    """
    Deng's revised importance: |partial correlation of ln P_j and Y, other ln P held|.

    With W the inverse of all correlations, -w_jy / √(w_jj w_yy); the interval is
    tanh(artanh r ± z / √(n - K - 2)) (Fisher 1924).

    :param moments: of (ln P_1, …, ln P_K, Y) in any unit, as ``in_logarithms`` makes them;
        of plain answers it gives plain partial correlations.
    :raises TooFew: without an attribute, or with no more than K + 2 respondents.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some attributes together say exactly what another says, or what
        the outcome says.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Deng 2007. R: ``ppcor::pcor(cbind(log(p), y))$estimate``.

    >>> rows = np.array([[5, 6, 4], [6, 6, 5], [3, 4, 2], [7, 5, 6], [4, 5, 4], [5, 3, 3]])
    >>> found = implicit_importance(Moments.of(in_logarithms(rows)))
    >>> found.importance.round(3).tolist()
    [0.921, 0.744]
    """
    z = float(scipy.special.ndtri(1 - tail_of(level)))
    columns = moments.items
    if moments.n <= columns + 1:
        raise TooFew(f"{moments.n} respondents cannot tell {columns - 1} attributes apart")
    predictors(moments)  # refuses what cannot be told apart
    correlation = correlations(moments)
    if np.linalg.eigvalsh(correlation)[0] < _SMALLEST_EIGENVALUE:
        raise Collinear("the attributes together say exactly what the outcome says")
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse[:-1, -1] / (scale[:-1] * scale[-1])
    middle = np.arctanh(partial)
    reach = z / np.sqrt(moments.n - columns - 1)
    low, high = np.tanh(middle - reach), np.tanh(middle + reach)
    return ImplicitImportance(moments.n, np.abs(partial), partial, low, high, level)


class Impact(StrEnum):
    """What an attribute can do to satisfaction, from delighter to frustrator."""

    DELIGHTER = "delighter"
    SATISFIER = "satisfier"
    HYBRID = "hybrid"
    DISSATISFIER = "dissatisfier"
    FRUSTRATOR = "frustrator"


@dataclass(frozen=True, slots=True)
class Asymmetry(Result):
    """
    One attribute: what low and high performance do to satisfaction, in its points.

    ``penalty`` is at most and ``reward`` at least 0 where it works as it should; a wrong
    sign counts as 0 in what follows. ``impact`` is the range reward + |penalty|,
    ``generating`` the reward's and ``destroying`` the penalty's share of it, and
    ``asymmetry`` their difference, -1 to 1, with its standard ``error``. All four and
    ``kind`` are None where neither has an effect.
    """

    n: int
    penalty: float
    reward: float
    penalty_error: float
    reward_error: float
    impact: float | None = None
    generating: float | None = None
    destroying: float | None = None
    asymmetry: float | None = None
    error: float | None = None
    kind: Impact | None = None
    method: ClassVar[str] = "penalty-reward contrast, delta"
    source: ClassVar[str] = "Brandt 1988; Mikulić and Prebežac 2008"


def low_and_high(rows: AnyIntegers, *, low: int, high: int) -> Integers:
    """
    Two dummies an attribute: (low_1, …, low_K, high_1, …, high_K), (n, 2K) of 0 and 1.

    :param rows: (n, K) answers; ``low`` and below is low, ``high`` and above is high: 3 and
        6 of seven points.
    :raises WrongShape: when the rows are not (n, K).
    :raises OutOfRange: when ``low`` is not below ``high``.

    Brandt 1988. R: ``cbind(rows <= low, rows >= high) + 0``.

    >>> low_and_high(np.array([[2, 7]]), low=3, high=6).tolist()
    [[1, 0, 0, 1]]
    """
    if rows.ndim != 2:
        raise WrongShape(f"answers are (respondents, attributes), not {rows.shape}")
    if low >= high:
        raise OutOfRange(f"low answers end below high ones, not at {low} and {high}")
    return np.hstack((rows <= low, rows >= high)).astype(np.int64)


def impact_asymmetry(
    moments: Moments, *, delight: float = DELIGHT, satisfy: float = SATISFY
) -> tuple[Asymmetry, ...]:
    """
    What low and high performance of each attribute do to satisfaction (Brandt 1988).

    Least squares of Y on all dummies gives penalties p_j and rewards r_j. Range r + |p|,
    SGP = r / range, DGP = |p| / range, asymmetry SGP - DGP (Mikulić and Prebežac 2008) with
    its error by linearisation. Above ``delight`` a delighter, above ``satisfy`` a
    satisfier, within ±``satisfy`` a hybrid, and so on down to a frustrator.

    :param moments: of (low_1, …, low_K, high_1, …, high_K, Y), see ``low_and_high``.
    :raises TooFew: without an attribute, or with no more respondents than columns.
    :raises WrongShape: when the columns are not pairs and an outcome.
    :raises NoVariance: when nobody, or everybody, rated an attribute low or high.
    :raises Collinear: when some dummies together say exactly what another says.
    :raises OutOfRange: when the cut-offs are not 0 < satisfy < delight.

    R: ``lm(y ~ low + high)``.

    >>> p = np.array([1, 2, 4, 5, 4, 6, 7, 7, 4, 2])
    >>> y = np.array([1, 2, 4, 4, 5, 5, 5, 4, 4, 1])
    >>> rows = np.column_stack([low_and_high(p[:, None], low=3, high=6), y])
    >>> found, = impact_asymmetry(Moments.of(rows))
    >>> round(found.penalty, 3), round(found.reward, 3), found.kind.value
    (-2.917, 0.417, 'frustrator')
    """
    if not above(delight, above(satisfy, 0, "a cut-off"), "the farther cut-off") <= 1:
        raise OutOfRange(f"an asymmetry is at most 1, so no cut-off is {delight}")
    items, odd = divmod(moments.items - 1, 2)
    if odd:
        raise WrongShape(f"{moments.items} columns are not pairs and an outcome")
    if items < 1:
        raise TooFew("an asymmetry is of an attribute, and there is none")
    found = ols(moments)
    # Regressed on low - high and high, the coefficient of high is p + r: its error tells
    # how p and r go together.
    turn = np.eye(moments.items, dtype=np.int64)
    turn[range(items), range(items, 2 * items)] = -1
    together = ols(moments.through(turn)).errors[items + 1 :] ** 2
    slopes = found.coefficients[1:].reshape(2, items)
    squares = found.errors[1:].reshape(2, items) ** 2
    shared = (together - squares.sum(axis=0)) / 2
    return tuple(
        _asymmetry(
            Asymmetry(found.n, *slopes[:, place].tolist(), *np.sqrt(squares[:, place])),
            float(shared[place]),
            (delight, satisfy),
        )
        for place in range(items)
    )


def _asymmetry(alone: Asymmetry, shared: float, cuts: tuple[float, float]) -> Asymmetry:
    """With ``shared`` the covariance of penalty and reward."""
    penalty, reward = alone.penalty, alone.reward
    lost, won = max(-penalty, 0.0), max(reward, 0.0)
    impact = lost + won
    if impact == 0:
        return alone
    # d/dp and d/dr of (r + p) / (r - p), p the negative penalty.
    by_penalty, by_reward = 2 * won / impact**2, 2 * lost / impact**2
    squared = (by_penalty * alone.penalty_error) ** 2
    squared += (by_reward * alone.reward_error) ** 2 + 2 * by_penalty * by_reward * shared
    asymmetry = (won - lost) / impact
    return replace(
        alone,
        impact=impact,
        generating=won / impact,
        destroying=lost / impact,
        asymmetry=asymmetry,
        error=math.sqrt(max(squared, 0.0)),
        kind=_kind(asymmetry, *cuts),
    )


def _kind(asymmetry: float, delight: float, satisfy: float) -> Impact:
    ends = (delight, satisfy, -satisfy, -delight)
    passed = (
        asymmetry > ends[0],
        asymmetry > ends[1],
        asymmetry >= ends[2],
        asymmetry >= ends[3],
    )
    return next(
        (kind for kind, over in zip(Impact, passed, strict=False) if over),
        Impact.FRUSTRATOR,
    )
