"""
Importance against performance: what to put right first (Martilla and James 1977).

Every item is a point, importance upwards and performance to the right, in one of four
quadrants about a crosshair. Points near the crosshair change sides with the next ten
answers, so each comes with its ellipse and the probability of each quadrant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .bivariate import Ellipse as Ellipse
from .bivariate import (
    correlation_covariance,
    ellipse,
    quadrant_chances,
    seen_from_crosshair,
)
from .drivers import Drivers, DriverSpread
from .errors import TooFew, WrongShape
from .estimates import tail_of
from .moments import Moments, Sums
from .predictors import correlations
from .results import Result

Floats = NDArray[np.float64]

SURE = 0.8
"""From this probability on an item is said to lie in its quadrant (domain.md 4.9)."""


class Quadrant(StrEnum):
    """Where an item lies, seen from the crosshair."""

    CONCENTRATE = "concentrate"
    """Important and poor: concentrate here."""
    KEEP_UP = "keep_up"
    """Important and good: keep it up."""
    LOW_PRIORITY = "low_priority"
    """Unimportant and poor."""
    OVERKILL = "overkill"
    """Unimportant and good: perhaps more is done than anybody asks for."""


@dataclass(frozen=True, slots=True)
class Crosshair:
    """
    Where the axes cross. None is the mean over all items, which moves with the data; a
    number stands: the middle of the scale, a target, or 0 for gaps.
    """

    importance: float | None = None
    performance: float | None = None


@dataclass(frozen=True, slots=True)
class Point(Result):
    """
    One item. ``probability`` has every quadrant and sums to 1.

    ``ellipse`` is about where the item lies as seen from the crosshair, which is what its
    quadrant depends on. ``priority`` is z(importance) - z(performance) among the items:
    equal along the diagonal, highest at "concentrate here"; None where all are the same.
    """

    importance: float
    performance: float
    quadrant: Quadrant
    probability: Mapping[Quadrant, float]
    ellipse: Ellipse
    priority: float | None
    method: ClassVar[str] = "joint normal"
    source: ClassVar[str] = "Martilla and James 1977"

    @property
    def sure(self) -> bool:
        """Whether the item lies in its quadrant with a probability of 0.8 or more."""
        return self.probability[self.quadrant] >= SURE


@dataclass(frozen=True, slots=True)
class ImportanceMap(Result):
    """All items on one map; ``importance`` and ``performance`` are where the axes cross."""

    n: int  # respondents; of items answered unequally often, the fewest
    points: tuple[Point, ...]
    importance: float
    performance: float
    method: str
    source: ClassVar[str] = "Martilla and James 1977; domain.md 4.5"


MEANS = Crosshair()
"""The means over all items: the default (domain.md 4.5)."""


def importance_performance(
    moments: Moments, *, crosshair: Crosshair = MEANS, level: float = 0.95
) -> ImportanceMap:
    """
    The map of K items from the moments of all importances and performances together.

    A crosshair at the means moves with every answer: with C the covariance of the 2K means
    and A = I - 11'/K on an axis that crosses at its mean (I where it stands), what lies
    between item and crosshair has covariance A C A', of which each item takes its 2×2 part.
    The point lies in a quadrant with the probability that the bivariate normal puts there.

    :param moments: of (I_1, …, I_K, P_1, …, P_K), the same respondents throughout. Stated
        importance, or expectations; performance, or gaps (``expectation_against_gap``).
    :raises TooFew: with fewer than two items or two respondents.
    :raises WrongShape: when the columns are not pairs.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Martilla and James 1977. R: ``colMeans(d)`` for the points; no package for the
    probabilities.

    >>> rows = np.array([[7, 5, 3, 6], [6, 4, 2, 5], [7, 4, 3, 4], [6, 5, 2, 6]])
    >>> [point.quadrant.value for point in importance_performance(Moments.of(rows)).points]
    ['concentrate', 'overkill']
    """
    items, odd = divmod(moments.items, 2)
    if odd:
        raise WrongShape(
            "as many importances as performances, not an odd number of columns"
        )
    _enough(items, moments.n)
    blocks = _blocks(moments.covariance / moments.n, crosshair)
    centres = moments.mean[:items], moments.mean[items:]
    return _map(moments.n, centres, blocks, crosshair, (level, "joint normal"))


def importance_performance_of_pairs(
    pairs: Sequence[Moments], *, crosshair: Crosshair = MEANS, level: float = 0.95
) -> ImportanceMap:
    """
    The map from each item's own (importance, performance) moments.

    For what cells keep: every item over whoever answered both. How answers to different
    items go together is then unknown, so a crosshair at the means is taken as if it stood.
    Where respondents who rate one item high rate others high too, as they mostly do, that
    makes ellipses somewhat too large.

    :param pairs: K moments of two columns each, as ``PairTable.moments`` gives them.
    :raises TooFew: with fewer than two items, or two respondents to any.
    :raises WrongShape: when moments are not of two columns.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Martilla and James 1977. R: ``colMeans(d)`` for the points.

    >>> first, second = np.array([[7, 3], [6, 2]]), np.array([[5, 6], [4, 5]])
    >>> pairs = [Moments.of(first), Moments.of(second)]
    >>> importance_performance_of_pairs(pairs).points[0].quadrant.value
    'concentrate'
    """
    if any(each.items != 2 for each in pairs):
        raise WrongShape("each item has an importance and a performance")
    fewest = min((each.n for each in pairs), default=0)
    _enough(len(pairs), fewest)
    blocks = np.array([each.covariance / each.n for each in pairs])
    means = np.array([each.mean for each in pairs])
    found = (level, "normal, crosshair as known")
    return _map(fewest, (means[:, 0], means[:, 1]), blocks, crosshair, found)


def importance_performance_of_sums(
    importances: Sequence[Sums],
    performances: Sequence[Sums],
    *,
    crosshair: Crosshair = MEANS,
    level: float = 0.95,
) -> ImportanceMap:
    """
    The map from importances and performances that were summed apart, each over whoever
    answered it: the points customers divide among dimensions, say, and their scores.

    How the two go together is unknown, so they are taken as independent, and a crosshair
    at the means as if it stood.

    :raises TooFew: with fewer than two items, or two respondents to any.
    :raises WrongShape: when there are not as many importances as performances.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Martilla and James 1977. R: ``colMeans(d)`` for the points.

    >>> points = [Sums.of(np.array(each)) for each in ([30, 40], [10, 20])]
    >>> scores = [Sums.of(np.array(each)) for each in ([3, 2], [6, 5])]
    >>> importance_performance_of_sums(points, scores).points[0].quadrant.value
    'concentrate'
    """
    if len(importances) != len(performances):
        raise WrongShape(
            f"{len(importances)} importances, {len(performances)} performances"
        )
    fewest = min((each.n for each in (*importances, *performances)), default=0)
    _enough(len(importances), fewest)
    blocks = np.array(
        [
            np.diag([of.variance / of.n, by.variance / by.n])
            for of, by in zip(importances, performances, strict=True)
        ]
    )
    centres = np.array([each.mean for each in (*importances, *performances)])
    halves = centres[: len(importances)], centres[len(importances) :]
    found = (level, "normal, independent, crosshair as known")
    return _map(fewest, halves, blocks, crosshair, found)


def derived_importance_performance(
    moments: Moments, *, crosshair: Crosshair = MEANS, level: float = 0.95
) -> ImportanceMap:
    """
    The map with derived importance: how each item's performance correlates with an outcome.

    The covariance of the correlations is that of Olkin and Siotani 1976 for normal answers,
    for which correlations and means are independent.

    :param moments: of (P_1, …, P_K, Y): the outcome is the last column.
    :raises TooFew: with fewer than two items or four respondents.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    R: ``cor(d)[-k, k]`` for the importances.

    >>> rows = np.array([[7, 3, 6], [5, 4, 4], [6, 2, 6], [3, 3, 2], [4, 5, 3]])
    >>> found = derived_importance_performance(Moments.of(rows))
    >>> [round(point.importance, 3) for point in found.points]
    [0.972, -0.539]
    """
    items, n = moments.items - 1, moments.n
    _enough(items, n - 2)
    correlation = correlations(moments)
    towards = correlation[:items, items]
    joint = np.zeros((2 * items, 2 * items))
    joint[:items, :items] = correlation_covariance(correlation, n)
    joint[items:, items:] = moments.select(range(items)).covariance / n
    blocks = _blocks(joint, crosshair)
    found = (level, "joint normal, derived by correlation")
    return _map(n, (towards, moments.mean[:items]), blocks, crosshair, found)


def importance_performance_of_shares(
    shares: Drivers,
    spread: DriverSpread,
    performances: Sequence[Sums],
    crosshair: Crosshair,
) -> ImportanceMap:
    """
    The map with derived importance: each item's part in what an outcome goes with.

    Shares vary together as their draws do, and their mean with them; of normal answers they
    are independent of means. Performances are taken as summed apart, as above.

    :raises TooFew: with fewer than two items, or two respondents to any.
    :raises WrongShape: when there are not as many shares as performances.

    Martilla and James 1977; domain.md 4.5. R: ``calc.relimp(lm(y ~ ., d))$lmg`` for the
    importances.

    >>> from .drivers import driver_spread, drivers
    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]] * 20)
    >>> found, scores = Moments.of(rows), [Sums.of(rows[:, each]) for each in (0, 1)]
    >>> spread = driver_spread(found)
    >>> drawn = importance_performance_of_shares(drivers(found), spread, scores, MEANS)
    >>> [round(point.importance, 4) for point in drawn.points]
    [0.5472, 0.4198]
    """
    if len(shares.shares) != len(performances):
        raise WrongShape(f"{len(shares.shares)} shares, {len(performances)} performances")
    fewest = min((shares.n, *(each.n for each in performances)))
    _enough(len(performances), fewest)
    apart = np.diag([each.variance / each.n for each in performances])
    joint = np.block([[spread.covariance, 0 * apart], [0 * apart, apart]])
    blocks = _blocks(joint, Crosshair(crosshair.importance, 0.0))
    centres = shares.shares, np.array([each.mean for each in performances])
    found = (0.95, "shares by parametric bootstrap, means normal and as known")
    return _map(fewest, centres, blocks, crosshair, found)


def expectation_against_gap(moments: Moments) -> Moments:
    """
    What the gap-based map is made of, with expectation as importance.

    Put a ``Crosshair(performance=0.0)`` on it: left of it reality falls short.

    :param moments: of (E_1, …, E_K, P_1, …, P_K).
    :returns: of (E_1, …, E_K, P_1 - E_1, …, P_K - E_K).
    :raises WrongShape: when the columns are not pairs.

    Source: domain.md 4.5. R: ``cbind(e, p - e)``.

    >>> found = expectation_against_gap(Moments.of(np.array([[7, 5, 3, 6]])))
    >>> found.total.tolist()
    [7, 5, -4, 1]
    """
    items, odd = divmod(moments.items, 2)
    if odd:
        raise WrongShape(
            "as many expectations as perceptions, not an odd number of columns"
        )
    same, nothing = np.eye(items, dtype=np.int64), np.zeros((items, items), np.int64)
    return moments.through(np.block([[same, nothing], [-same, same]]))


# --- From means and their covariance to a map -----------------------------------------


def _enough(items: int, n: int) -> None:
    if items < 2 or n < 2:
        raise TooFew(f"a map needs two items and two respondents, not {items} and {n}")


def _blocks(joint: Floats, crosshair: Crosshair) -> Floats:
    moving = crosshair.importance is None, crosshair.performance is None
    return seen_from_crosshair(joint, moving=moving)


def _map(
    n: int,
    centres: tuple[Floats, Floats],
    blocks: Floats,
    crosshair: Crosshair,
    found: tuple[float, str],
) -> ImportanceMap:
    level, method = found
    tail_of(level)  # refuses an impossible level
    fixed = crosshair.importance, crosshair.performance
    axes = [
        float(of.mean()) if at is None else at
        for of, at in zip(centres, fixed, strict=True)
    ]
    apart = np.stack(centres, axis=1) - np.array(axes)
    chances = quadrant_chances(apart, blocks)
    priorities = _priorities(*centres)
    points = tuple(
        Point(
            importance=float(centres[0][item]),
            performance=float(centres[1][item]),
            quadrant=_quadrant(*apart[item].tolist()),
            probability=dict(zip(_ORDER, chances[item].tolist(), strict=True)),
            ellipse=ellipse(blocks[item], level=level),
            priority=None if priorities is None else float(priorities[item]),
        )
        for item in range(len(apart))
    )
    return ImportanceMap(n, points, axes[0], axes[1], method)


_ORDER = (
    Quadrant.CONCENTRATE,
    Quadrant.KEEP_UP,
    Quadrant.LOW_PRIORITY,
    Quadrant.OVERKILL,
)


def _quadrant(importance: float, performance: float) -> Quadrant:
    if importance >= 0:
        return Quadrant.KEEP_UP if performance >= 0 else Quadrant.CONCENTRATE
    return Quadrant.OVERKILL if performance >= 0 else Quadrant.LOW_PRIORITY


def _priorities(importance: Floats, performance: Floats) -> Floats | None:
    spreads = importance.std(ddof=1), performance.std(ddof=1)
    if not all(spreads):
        return None
    z = [
        (each - each.mean()) / spread
        for each, spread in zip((importance, performance), spreads, strict=True)
    ]
    return np.asarray(z[0] - z[1])
