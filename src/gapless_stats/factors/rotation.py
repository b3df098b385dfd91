"""Turning factors so that each item has few large loadings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import Collinear, NotConverged, NoVariance, OutOfRange, WrongShape
from gapless_stats.results import Result

Floats = NDArray[np.float64]

_MOST_TURNS = 5000
_STILL = 1e-9
"""The gradient at which turning ends; GPArotation stops at 1e-5, where loadings show it."""

_GOOD_ENOUGH = 1e-5
_POWER = 4
"""To which promax raises varimax loadings (Hendrickson and White 1964; R's default)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rotation(Result):
    """
    Loadings after turning: the pattern, and how the turned factors correlate.

    loadings = unrotated · (T')⁻¹ with ``turn`` T, and ``correlation`` T'T.
    """

    source: ClassVar[str] = (
        "Kaiser 1958; Hendrickson and White 1964; Bernaards and Jennrich 2005"
    )

    loadings: Floats  # (p, m)
    correlation: Floats  # (m, m)
    turn: Floats  # (m, m)
    method: str


def varimax(loadings: Floats, *, normalise: bool = True) -> Rotation:
    """
    Turn at right angles to the largest variance of squared loadings (Kaiser 1958).

    Maximises Σ_f (Σ_j λ⁴ - (Σ_j λ²)²/p), of rows scaled to length 1 with ``normalise``.
    R: ``varimax(l, normalize = TRUE)``.

    :param loadings: (p, m).
    :raises WrongShape: when there are not rows and columns.
    :raises OutOfRange: when a loading is not finite.
    :raises NoVariance: when an item with no loadings is to be normalised.
    :raises NotConverged: when turning does not end.

    >>> found = varimax(np.array([[0.8, 0.3], [0.7, 0.3], [0.3, -0.7], [0.4, -0.6]]))
    >>> np.abs(found.loadings).round(2).tolist()
    [[0.85, 0.07], [0.76, 0.03], [0.03, 0.76], [0.11, 0.71]]
    """
    given = _checked(loadings)
    size = np.sqrt((given**2).sum(axis=1))
    if normalise and not size.all():
        raise NoVariance(f"item {int(np.argmin(size))} loads on no factor")
    scaled = given / size[:, None] if normalise else given
    turn = _planes(scaled)
    return Rotation(given @ turn, np.eye(len(turn)), turn, "varimax")


def _planes(loadings: Floats) -> Floats:
    """Kaiser's turn, (m, m): plane by plane, in each to the very best angle."""
    p, m = loadings.shape
    turn = np.eye(m)
    for _ in range(_MOST_TURNS):
        widest = 0.0
        for one, other in combinations(range(m), 2):
            x, y = (loadings @ turn[:, [one, other]]).T
            u, v = x * x - y * y, 2 * x * y
            across = 2 * (u @ v - u.sum() * v.sum() / p)
            along = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / p
            angle = float(np.arctan2(across, along)) / 4
            c, s = np.cos(angle), np.sin(angle)
            turn[:, [one, other]] = turn[:, [one, other]] @ np.array([[c, -s], [s, c]])
            widest = max(widest, abs(angle))
        if widest < _STILL:
            return turn
    raise NotConverged(f"varimax was still turning after {_MOST_TURNS} turns")


def promax(loadings: Floats, *, power: int = _POWER) -> Rotation:
    """
    Let varimax factors correlate (Hendrickson and White 1964).

    The varimax loadings are fitted, by least squares, to themselves with |λ| raised to
    ``power``. R: ``promax(varimax(l)$loadings, m = 4)``.

    :param loadings: (p, m).
    :raises OutOfRange: when ``power`` is not above 1, or a loading not finite.
    :raises WrongShape: when there are not rows and columns.
    :raises NoVariance: when an item has no loadings.
    :raises Collinear: when some factors together load as another does.
    :raises NotConverged: when turning does not end.

    >>> found = promax(np.array([[0.8, 0.3], [0.7, 0.3], [0.3, -0.7], [0.4, -0.6]]))
    >>> np.abs(found.loadings).round(2).tolist()
    [[0.85, 0.01], [0.76, 0.02], [0.06, 0.77], [0.07, 0.71]]
    """
    if not power > 1:
        raise OutOfRange(f"promax raises loadings to a power above 1, not to {power}")
    straight = varimax(loadings)
    turned = straight.loadings
    if np.linalg.matrix_rank(turned) < turned.shape[1]:
        raise Collinear("some factors together load as another does")
    target = turned * np.abs(turned) ** (power - 1)
    fitted = np.linalg.lstsq(turned, target)[0]
    unit = np.sqrt(np.diag(np.linalg.inv(fitted.T @ fitted)))
    fitted = fitted * unit
    back = np.linalg.inv(fitted)
    turn = straight.turn @ back.T
    return Rotation(turned @ fitted, back @ back.T, turn, "promax")


def oblimin(loadings: Floats, *, gamma: float = 0.0) -> Rotation:
    """
    Let factors correlate while products of squared loadings become small.

    Minimises ¼ Σ_{f≠g} (Σ_j λ²_jf λ²_jg - γ/p Σ_j λ²_jf Σ_j λ²_jg) by gradient projection
    from no turn and from varimax (Jennrich 2002); γ = 0 is quartimin, the usual choice.
    R: ``GPArotation::oblimin(l)``.

    :param loadings: (p, m).
    :raises OutOfRange: when ``gamma`` is above 0.8, where there is no minimum, or a loading
        not finite.
    :raises WrongShape: when there are not rows and columns.
    :raises NotConverged: when turning does not end.

    >>> found = oblimin(np.array([[0.8, 0.3], [0.7, 0.3], [0.3, -0.7], [0.4, -0.6]]))
    >>> np.abs(found.loadings).round(2).tolist()
    [[0.85, 0.02], [0.76, 0.02], [0.06, 0.77], [0.08, 0.71]]
    """
    given = _checked(loadings)
    if not gamma <= _LARGEST_GAMMA:
        raise OutOfRange(f"oblimin has no minimum for γ above 0.8, as {gamma} is")
    criterion = _Oblimin(given, gamma)
    plain, turned = (
        criterion.lowest(at) for at in (np.eye(given.shape[1]), _planes(given))
    )
    _, turn = turned if turned[0] < plain[0] * (1 - _BETTER) else plain
    return Rotation(given @ np.linalg.inv(turn).T, turn.T @ turn, turn, "oblimin")


_LARGEST_GAMMA = 0.8
"""Above it the criterion has no lower bound (Harman 1976, p. 322)."""

_HALVINGS = 50


@dataclass(frozen=True, slots=True, eq=False)
class _Oblimin:
    """The criterion and its slope by the turn."""

    loadings: Floats
    gamma: float

    def lowest(self, turn: Floats) -> tuple[float, Floats]:
        """The criterion and the turn that gradient projection leads to."""
        value, uphill = self.at(turn)
        pace = 1.0
        for _ in range(_MOST_TURNS):
            along = uphill - turn * (turn * uphill).sum(axis=0)
            slope = float(np.linalg.norm(along))
            if slope < _STILL:
                break
            pace, tried = self._step(turn, value, along, pace * 2)
            if tried is None:
                break  # no step lowers it further: rounding has been reached
            turn = tried
            value, uphill = self.at(turn)
        if slope > _GOOD_ENOUGH:
            raise NotConverged(f"oblimin was still turning after {_MOST_TURNS} turns")
        return value, turn

    def _step(
        self, turn: Floats, value: float, along: Floats, pace: float
    ) -> tuple[float, Floats | None]:
        """A turn along the slope that lowers the criterion as much as it promises."""
        promised = float((along**2).sum()) / 2
        for _ in range(_HALVINGS):
            tried = turn - pace * along
            tried = tried / np.sqrt((tried**2).sum(axis=0))
            lower, _ = self.at(tried)
            if value - lower > promised * pace:
                return pace, tried
            pace /= 2
        return pace, None

    def at(self, turn: Floats) -> tuple[float, Floats]:
        back = np.linalg.inv(turn)
        turned = self.loadings @ back.T
        squares = turned**2
        p, m = turned.shape
        others = squares @ (1 - np.eye(m))
        others -= self.gamma / p * others.sum(axis=0)
        slope = turned * others
        found: Floats = -(turned.T @ slope @ back).T
        return float((squares * others).sum() / 4), found


_BETTER = 1e-6
"""Of the criterion: how much better from varimax, for no turn at all to be left."""


def _checked(loadings: Floats) -> Floats:
    given = np.asarray(loadings, np.float64)
    if given.ndim != 2 or 0 in given.shape:
        raise WrongShape(f"loadings have items and factors, not the shape {given.shape}")
    if not np.isfinite(given).all():
        raise OutOfRange("a loading is not a finite number")
    return given
