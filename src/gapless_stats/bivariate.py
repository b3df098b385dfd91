"""Points of two normal coordinates: their ellipses and the chance of each quadrant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy

from .checks import Floats, finite
from .errors import NotPositiveDefinite, OutOfRange, TooFew, WrongShape
from .estimates import tail_of
from .results import Result

_CERTAIN = 1e-12
"""A spread of 0 would divide by 0; this small, nothing is uncertain."""

FAR = 38.0
"""Beyond this many deviations the normal distribution function is 0 or 1 in 64 bits."""

_NEAR_ZERO = 1e-100
"""In place of 0 as a limit, where Owen's formula would divide by it."""

_STRAIGHT = 1 - 1e-12
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Ellipse(Result):
    """
    The region that holds the true point with probability ``level``.

    ``major`` and ``minor`` are half-lengths in scale points; ``angle`` is that of the major
    axis in radians, from the performance axis towards the importance axis.
    """

    major: float
    minor: float
    angle: float
    level: float
    method: ClassVar[str] = "joint normal"
    source: ClassVar[str] = "Hotelling 1931"


def ellipse(covariance: Floats, *, level: float = 0.95) -> Ellipse:
    """
    Where a point with this covariance lies: half-lengths √(χ²₂ · eigenvalue).

    χ²₂ at ``level`` is -2 ln(1 - level) (Hotelling 1931, for many respondents).

    :param covariance: (2, 2) of (upwards, rightwards).
    :raises WrongShape: when it is not 2 by 2.
    :raises NotPositiveDefinite: when it has a negative eigenvalue.
    :raises OutOfRange: when a number is not finite, or ``level`` not between 0 and 1.

    R: ``ellipse::ellipse(S, level = level)`` draws it.

    >>> found = ellipse(np.array([[4.0, 0], [0, 1]]))
    >>> round(found.major, 4), round(found.minor, 4), round(found.angle, 4)
    (4.8955, 2.4477, 1.5708)
    """
    block = finite(covariance, "covariances", dimensions=2)
    if block.shape != (2, 2):
        raise WrongShape(f"a covariance of two is 2 by 2, not {block.shape}")
    lengths, directions = np.linalg.eigh(block)
    if lengths[0] < -_ROUNDING * max(lengths[1], 1):
        raise NotPositiveDefinite("a covariance has no negative eigenvalue, and this has")
    reach = np.sqrt(-2 * math.log(2 * tail_of(level)) * np.maximum(lengths, 0))
    upwards, rightwards = directions[:, 1].tolist()
    angle = math.atan2(upwards, rightwards)
    # An axis has no front: between -90° and 90° it is said once.
    angle -= math.copysign(math.pi, angle) if abs(angle) > math.pi / 2 else 0.0
    return Ellipse(float(reach[1]), float(reach[0]), angle, level)


def quadrant_chances(apart: Floats, blocks: Floats) -> Floats:
    """
    The probability that each of K points lies in each quadrant about 0, (K, 4).

    In the order up-left, up-right, down-left, down-right; rows sum to 1. By
    ``bivariate_normal`` (Owen 1956).

    :param apart: (K, 2) estimates, upwards and rightwards of the crosshair.
    :param blocks: (K, 2, 2) their covariances; a variance of 0 is certainty.
    :raises WrongShape: when there is not a covariance a point.
    :raises OutOfRange: when a number is not finite.

    R: ``mvtnorm::pmvnorm(lower, upper, mean, sigma = S)``.

    >>> quadrant_chances(np.zeros((1, 2)), np.eye(2)[None]).round(12).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    points = finite(apart, "points", dimensions=2)
    spreads = finite(blocks, "covariances", dimensions=3)
    if spreads.shape != (len(points), 2, 2):
        raise WrongShape(f"{len(points)} points need covariances, not {spreads.shape}")
    spread = np.sqrt(np.maximum(spreads[:, [0, 1], [0, 1]], _CERTAIN**2))
    correlation = spreads[:, 0, 1] / (spread[:, 0] * spread[:, 1])
    z = points / spread
    straight = np.clip(correlation, -_STRAIGHT, _STRAIGHT)
    both = bivariate_normal(z[:, 0], z[:, 1], straight)
    important, good = scipy.special.ndtr(z).T
    found = np.stack(
        (important - both, both, 1 - important - good + both, good - both), axis=1
    )
    found = np.clip(found, 0.0, 1.0)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def bivariate_normal(high_x: Floats, high_y: Floats, correlation: Floats) -> Floats:
    """
    The probability that both of two standard normal values lie below their limits.

    Φ₂(h, k; ρ) = ½(Φ(h) + Φ(k)) - T(h, (k - ρh)/(h√(1-ρ²))) - T(k, (h - ρk)/(k√(1-ρ²)))
    - ½[hk < 0], T Owen's function (Owen 1956, eq. 2.1). Arrays are broadcast; limits may be
    infinite. R: ``pbivnorm::pbivnorm(h, k, rho)``.

    :raises OutOfRange: when a correlation is not between -1 and 1, or a limit no number.

    >>> nothing = np.array(0.0)
    >>> round(bivariate_normal(nothing, nothing, np.array(0.5)).item(), 12)  # 1/4 + 1/12
    0.333333333333
    """
    if (
        not (np.abs(correlation) < 1).all()
        or np.isnan(high_x).any()
        or np.isnan(high_y).any()
    ):
        raise OutOfRange("a correlation lies strictly between -1 and 1, limits are numbers")
    h, k = np.clip(high_x, -FAR, FAR), np.clip(high_y, -FAR, FAR)
    h, k = (np.where(np.abs(x) < _NEAR_ZERO, _NEAR_ZERO, x) for x in (h, k))
    root = np.sqrt((1 - correlation) * (1 + correlation))
    half = (scipy.special.ndtr(h) + scipy.special.ndtr(k)) / 2 - ((h < 0) != (k < 0)) / 2
    by_x = scipy.special.owens_t(h, (k - correlation * h) / (h * root))
    by_y = scipy.special.owens_t(k, (h - correlation * k) / (k * root))
    found: Floats = np.clip(half - by_x - by_y, 0.0, 1.0)
    return found


def seen_from_crosshair(joint: Floats, *, moving: tuple[bool, bool]) -> Floats:
    """
    How each of K points lies about a crosshair: 2×2 parts of A C A', (K, 2, 2).

    A = I - 11'/K on an axis that crosses at the mean of all points and so moves with them,
    I where it stands (domain.md 4.5).

    :param joint: (2K, 2K) the covariance C of all upward, then all rightward coordinates.
    :param moving: whether the upward and the rightward axis cross at their mean.
    :raises WrongShape: when the matrix is not square, or of an odd side.
    :raises OutOfRange: when a covariance is not finite.

    R: ``A %*% C %*% t(A)``.

    >>> seen_from_crosshair(np.eye(4), moving=(True, False))[0].tolist()
    [[0.5, 0.0], [0.0, 1.0]]
    """
    finite(joint, "covariances", dimensions=2)
    points, odd = divmod(len(joint), 2)
    if joint.shape[0] != joint.shape[1] or odd:
        raise WrongShape(f"points have two coordinates each, not {joint.shape}")
    across = np.eye(2 * points)
    for place, moves in enumerate(moving):
        if moves:
            half = slice(place * points, (place + 1) * points)
            across[half, half] -= 1 / points
    seen = across @ joint @ across.T
    places = np.stack((np.arange(points), np.arange(points) + points), axis=1)
    return np.asarray(seen[places[:, :, None], places[:, None, :]])


def correlation_covariance(correlation: Floats, n: int) -> Floats:
    """
    How p correlations with one outcome vary together from sample to sample, (p, p).

    Olkin and Siotani 1976, for normal answers:
    Cov(r_j, r_k) = (½(2r_jk - r_j r_k)(1 - r_jk² - r_j² - r_k²) + r_jk³) / n; on the
    diagonal this is (1 - r_j²)² / n.

    :param correlation: (p + 1, p + 1), the outcome last, of ``n`` respondents.
    :raises TooFew: without a predictor, or of nobody.
    :raises OutOfRange: when a correlation is not finite.

    R: ``metafor::rcalc(R, ni = n)$V``.

    >>> correlation_covariance(np.array([[1.0, 0.6], [0.6, 1.0]]), 64).round(6).tolist()
    [[0.0064]]
    """
    found = finite(correlation, "correlations", dimensions=2)
    if len(found) < 2 or n < 1:
        raise TooFew(f"{len(found) - 1} correlations of {n} respondents do not vary")
    towards, among = found[:-1, -1], found[:-1, :-1]
    both, squares = np.outer(towards, towards), towards**2
    apart = 1 - among**2 - squares[:, None] - squares[None, :]
    return np.asarray(((among - both / 2) * apart + among**3) / n)
