"""Hotelling's T² chart: several measures of one point, watched together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import Collinear, OutOfRange, TooFew, WrongShape
from gapless_stats.moments import Moments
from gapless_stats.results import Result

from .chart import ENOUGH
from .rules import Floats

LEVEL = 0.9973
"""As many false alarms as one chart at three sigma, whatever the number of measures."""

_NEARLY_ONE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class JointBaseline(Result):
    """Where p measures lay together, and how they varied, over ``n`` points."""

    n: int
    mean: Floats  # (p,)
    covariance: Floats  # (p, p) divisor n - 1
    method: ClassVar[str] = "sample mean and covariance"
    source: ClassVar[str] = "Hotelling 1947"

    @classmethod
    def of(cls, rows: NDArray[np.generic]) -> JointBaseline:
        """
        From (n, p) points.

        :raises TooFew: when there are not at least two points more than measures.
        :raises OutOfRange: when a number is not finite.
        """
        points = _rows(rows)
        n, p = points.shape
        if n < p + 2:
            raise TooFew(f"{n} points do not tell how {p} measures vary together")
        covariance = np.cov(points, rowvar=False, ddof=1).reshape(p, p)
        return cls(n, points.mean(axis=0), covariance)

    @classmethod
    def of_moments(cls, moments: Moments) -> JointBaseline:
        """
        From the moments of whole-number measures.

        :raises TooFew: when there are not at least two points more than measures.
        """
        n, p = moments.n, moments.items
        if n < p + 2:
            raise TooFew(f"{n} points do not tell how {p} measures vary together")
        return cls(n, moments.mean, moments.covariance)

    @property
    def provisional(self) -> bool:
        """Whether the limits rest on fewer than 20 points for each measure."""
        return self.n < ENOUGH * len(self.mean)


@dataclass(frozen=True, slots=True, eq=False)
class JointChart(Result):
    """
    How unusual each of ``n`` points is as a whole, T², with the limit that judges it.

    ``contributions`` say which measure makes a point unusual: by how much T² would fall
    without it (Runger, Alt and Montgomery 1996).
    """

    n: int
    points: Floats  # (k,) T²
    upper: Floats  # (k,)
    beyond: tuple[int, ...]
    contributions: Floats  # (k, p)
    baseline: JointBaseline
    level: float
    method: ClassVar[str] = "Hotelling T² of individual points"
    source: ClassVar[str] = "Tracy, Young and Mason 1992, J. Quality Technology 24:88"


def hotelling(
    rows: NDArray[np.generic],
    *,
    baseline: int | JointBaseline | None = None,
    level: float = LEVEL,
) -> JointChart:
    """
    The T² chart: T²_i = (x_i - x̄)' S⁻¹ (x_i - x̄).

    Points that S was computed from are judged by (n-1)²/n · Beta(p/2, (n-p-1)/2), points
    that came after by p(n+1)(n-1)/(n(n-p)) · F(p, n-p), both at ``level``.
    R: ``qcc::mqcc(x, type = "T2.single", confidence.level = 0.999)``.

    :param rows: (k, p) points of p measures, in the order of time.
    :param baseline: how many of the first points S rests on, or that of an earlier chart;
        else all.
    :raises TooFew: when S rests on fewer than p + 2 points.
    :raises WrongShape: when a row has not the baseline's measures.
    :raises Collinear: when some measures together say exactly what another says.
    :raises OutOfRange: when a number is not finite, or the level not between 0 and 1.

    Source: Tracy, Young and Mason 1992, eq. 5 and 8; Montgomery 2013, eq. 11.26.

    >>> points = np.array([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5], [1, 5.0]])
    >>> hotelling(points).points.round(3).tolist()
    [1.282, 2.051, 0.171, 0.94, 2.35, 3.205]
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a level lies between 0 and 1, not at {level}")
    points = _rows(rows)
    base, size = _base(points, baseline)
    n, p = base.n, len(base.mean)
    if points.shape[1] != p:
        raise WrongShape(f"the baseline has {p} measures, and a point {points.shape[1]}")
    inverse = _inverse(base.covariance)
    weights = (points - base.mean) @ inverse
    found = (weights * (points - base.mean)).sum(axis=1)
    later = p * (n + 1) * (n - 1) / (n * (n - p)) * _f_quantile(p, n - p, level)
    upper = np.full(len(points), later)
    among = scipy.special.betaincinv(p / 2, (n - p - 1) / 2, level)
    upper[:size] = (n - 1) ** 2 / n * float(among)
    return JointChart(
        n=len(points),
        points=found,
        upper=upper,
        beyond=tuple(np.flatnonzero(found > upper).tolist()),
        contributions=weights**2 / np.diag(inverse),
        baseline=base,
        level=level,
    )


def _base(
    points: Floats, baseline: int | JointBaseline | None
) -> tuple[JointBaseline, int]:
    """The baseline, and how many of these points it rests on."""
    if isinstance(baseline, JointBaseline):
        return baseline, 0
    size = len(points) if baseline is None else baseline
    if not 0 < size <= len(points):
        raise TooFew(f"limits cannot rest on {size} of {len(points)} points")
    return JointBaseline.of(points[:size]), size


def _inverse(covariance: Floats) -> Floats:
    spread = np.sqrt(np.diag(covariance))
    if not spread.all():
        raise Collinear(f"measure {int(np.argmin(spread))} does not vary")
    correlation = covariance / np.outer(spread, spread)
    if np.linalg.eigvalsh(correlation)[0] < _NEARLY_ONE:
        raise Collinear("some measures together say exactly what another says")
    found: Floats = np.linalg.inv(correlation) / np.outer(spread, spread)
    return found


def _f_quantile(above: int, below: int, level: float) -> float:
    return float(scipy.special.fdtri(above, below, level))


def _rows(rows: NDArray[np.generic]) -> Floats:
    points = np.asarray(rows, dtype=np.float64)
    if points.ndim != 2:
        raise WrongShape(f"points are the rows of a table, not of {points.ndim} dimensions")
    if not np.isfinite(points).all():
        raise OutOfRange("a chart is of finite numbers only")
    return points
