"""
Importance against performance: what to put right first (Martilla and James 1977).

Every item is a point, importance upwards and performance to the right, in one of four
quadrants about a crosshair. Points near the crosshair change sides with the next ten
answers, so each comes with its ellipse and the probability of each quadrant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .drivers import correlations
from .errors import TooFew
from .moments import Moments, Sums

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
class Ellipse:
    """
    The region that holds the true point with probability ``level``.

    ``major`` and ``minor`` are half-lengths in scale points; ``angle`` is that of the major
    axis in radians, from the performance axis towards the importance axis.
    """

    major: float
    minor: float
    angle: float
    level: float


@dataclass(frozen=True, slots=True)
class Point:
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

    @property
    def sure(self) -> bool:
        """Whether the item lies in its quadrant with a probability of 0.8 or more."""
        return self.probability[self.quadrant] >= SURE


@dataclass(frozen=True, slots=True)
class ImportanceMap:
    """All items on one map; ``importance`` and ``performance`` are where the axes cross."""

    n: int  # respondents; of items answered unequally often, the fewest
    points: tuple[Point, ...]
    importance: float
    performance: float
    method: str


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
    :raises ValueError: when the columns are not pairs, or ``level`` not between 0 and 1.

    >>> rows = np.array([[7, 5, 3, 6], [6, 4, 2, 5], [7, 4, 3, 4], [6, 5, 2, 6]])
    >>> [point.quadrant.value for point in importance_performance(Moments.of(rows)).points]
    ['concentrate', 'overkill']
    """
    items, odd = divmod(moments.items, 2)
    if odd:
        raise ValueError(
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
    :raises ValueError: when moments are not of two columns, or ``level`` not between 0
        and 1.
    """
    if any(each.items != 2 for each in pairs):
        raise ValueError("each item has an importance and a performance")
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
    :raises ValueError: when there are not as many importances as performances, or
        ``level`` is not between 0 and 1.
    """
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

    The covariance of correlations r_j, r_k with the outcome is that of Olkin and Siotani
    1976: (½(2r_jk - r_j r_k)(1 - r_jk² - r_j² - r_k²) + r_jk³) / n, for normal answers, for
    which correlations and means are independent.

    :param moments: of (P_1, …, P_K, Y): the outcome is the last column.
    :raises TooFew: with fewer than two items or four respondents.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises ValueError: when ``level`` is not between 0 and 1.
    """
    items, n = moments.items - 1, moments.n
    _enough(items, n - 2)
    correlation = correlations(moments)
    towards, among = correlation[:items, items], correlation[:items, :items]
    both = np.outer(towards, towards)
    squares = towards**2
    apart = 1 - among**2 - squares[:, None] - squares[None, :]
    joint = np.zeros((2 * items, 2 * items))
    joint[:items, :items] = ((among - both / 2) * apart + among**3) / n
    joint[items:, items:] = moments.select(range(items)).covariance / n
    blocks = _blocks(joint, crosshair)
    found = (level, "joint normal, derived by correlation")
    return _map(n, (towards, moments.mean[:items]), blocks, crosshair, found)


def expectation_against_gap(moments: Moments) -> Moments:
    """
    What the gap-based map is made of, with expectation as importance.

    Put a ``Crosshair(performance=0.0)`` on it: left of it reality falls short.

    :param moments: of (E_1, …, E_K, P_1, …, P_K).
    :returns: of (E_1, …, E_K, P_1 - E_1, …, P_K - E_K).
    :raises ValueError: when the columns are not pairs.

    >>> found = expectation_against_gap(Moments.of(np.array([[7, 5, 3, 6]])))
    >>> found.total.tolist()
    [7, 5, -4, 1]
    """
    items, odd = divmod(moments.items, 2)
    if odd:
        raise ValueError(
            "as many expectations as perceptions, not an odd number of columns"
        )
    same, nothing = np.eye(items, dtype=np.int64), np.zeros((items, items), np.int64)
    return moments.through(np.block([[same, nothing], [-same, same]]))


# --- From means and their covariance to a map -----------------------------------------


def _enough(items: int, n: int) -> None:
    if items < 2 or n < 2:
        raise TooFew(f"a map needs two items and two respondents, not {items} and {n}")


def _blocks(joint: Floats, crosshair: Crosshair) -> Floats:
    """How each item lies about the crosshair: 2×2 parts of the covariance, (K, 2, 2)."""
    items = len(joint) // 2
    across = np.eye(2 * items)
    if crosshair.importance is None:
        across[:items, :items] -= 1 / items
    if crosshair.performance is None:
        across[items:, items:] -= 1 / items
    seen = across @ joint @ across.T
    places = np.stack((np.arange(items), np.arange(items) + items), axis=1)
    return np.asarray(seen[places[:, :, None], places[:, None, :]])


def _map(
    n: int,
    centres: tuple[Floats, Floats],
    blocks: Floats,
    crosshair: Crosshair,
    found: tuple[float, str],
) -> ImportanceMap:
    level, method = found
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    fixed = crosshair.importance, crosshair.performance
    axes = [
        float(of.mean()) if at is None else at
        for of, at in zip(centres, fixed, strict=True)
    ]
    apart = np.stack(centres, axis=1) - np.array(axes)
    chances = _quadrant_chances(apart, blocks)
    priorities = _priorities(*centres)
    points = tuple(
        Point(
            importance=float(centres[0][item]),
            performance=float(centres[1][item]),
            quadrant=_quadrant(*apart[item].tolist()),
            probability=dict(zip(_ORDER, chances[item].tolist(), strict=True)),
            ellipse=_ellipse(blocks[item], level),
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


def _ellipse(block: Floats, level: float) -> Ellipse:
    """Half-lengths √(χ²₂ · eigenvalue), and χ²₂ at ``level`` is -2 ln(1 - level)."""
    lengths, directions = np.linalg.eigh(block)
    reach = np.sqrt(-2 * math.log(1 - level) * np.maximum(lengths, 0))
    upwards, rightwards = directions[:, 1].tolist()
    angle = math.atan2(upwards, rightwards)
    # An axis has no front: between -90° and 90° it is said once.
    angle -= math.copysign(math.pi, angle) if abs(angle) > math.pi / 2 else 0.0
    return Ellipse(float(reach[1]), float(reach[0]), angle, level)


def _quadrant_chances(apart: Floats, blocks: Floats) -> Floats:
    """The probability of each quadrant in ``_ORDER``, (K, 4)."""
    spread = np.sqrt(np.maximum(blocks[:, [0, 1], [0, 1]], _CERTAIN**2))
    correlation = blocks[:, 0, 1] / (spread[:, 0] * spread[:, 1])
    z = np.clip(apart / spread, -_FAR, _FAR)
    both = bivariate_normal(z[:, 0], z[:, 1], correlation)
    important, good = special.ndtr(z).T
    found = np.stack(
        (important - both, both, 1 - important - good + both, good - both), axis=1
    )
    found = np.clip(found, 0.0, 1.0)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


_CERTAIN = 1e-12
_FAR = 30.0


def bivariate_normal(h: Floats, k: Floats, correlation: Floats) -> Floats:
    """
    The probability that two standard normal variables lie below h and k, elementwise.

    Owen 1956, eq. 2.1: ½Φ(h) + ½Φ(k) - T(h, (k/h - ρ)/√(1-ρ²)) - T(k, (h/k - ρ)/√(1-ρ²)),
    less ½ where h and k lie on different sides of 0. R: ``mvtnorm::pmvnorm``.

    >>> at = np.zeros(1)
    >>> round(float(bivariate_normal(at, at, np.array([0.5]))[0]), 6)
    0.333333
    """
    # The formula has a removable 0/0; so near to 0 the probability is the same to 1e-15.
    h, k = (np.where(np.abs(each) < _NONE, _NONE, each) for each in (h, k))
    rho = np.clip(correlation, -_STRAIGHT, _STRAIGHT)
    root = np.sqrt(1 - rho**2)
    first = special.owens_t(h, (k / h - rho) / root)
    second = special.owens_t(k, (h / k - rho) / root)
    apart = np.where(h * k < 0, 0.5, 0.0)
    half = (special.ndtr(h) + special.ndtr(k)) / 2
    return np.asarray(np.clip(half - first - second - apart, 0.0, 1.0))


_NONE = 1e-15
_STRAIGHT = 1 - 1e-12
