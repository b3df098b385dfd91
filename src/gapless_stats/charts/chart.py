"""What every Shewhart chart is made of: a baseline, limits, and the points they judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gapless_stats.checks import finite
from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.results import Result

from .rules import Floats, Rules, Signals, found

ENOUGH = 20
"""Limits from fewer points than this are provisional (domain.md 4.8)."""

THREE_SIGMA = 3.0
"""Shewhart's limits. For more than 200 series at once 3.5 keeps false alarms bearable."""


@dataclass(frozen=True, slots=True)
class Baseline(Result):
    """
    What limits rest on: where the process lay, and how much it varied, over ``n`` points.

    Kept from one chart and given to a later one, it freezes the limits: new points then no
    longer move them. ``spread`` is σ of one value in its own unit; of counts it is how many
    times what chance alone makes (1, unless the chart is Laney's).
    """

    n: int
    centre: float
    spread: float
    method: str
    source: str

    @property
    def provisional(self) -> bool:
        """Whether the limits rest on fewer than 20 points."""
        return self.n < ENOUGH


@dataclass(frozen=True, slots=True, eq=False)
class Chart(Result):
    """
    A series of ``n`` points with the limits that judge each, and the signals they gave.

    ``error`` is the standard error of each point, ``z`` its distance from the centre in
    these. ``lower`` and ``upper`` lie ``width`` of them away, but not beyond what a point
    can be.
    """

    n: int
    points: Floats  # (k,)
    centre: Floats  # (k,)
    error: Floats  # (k,)
    lower: Floats  # (k,)
    upper: Floats  # (k,)
    z: Floats  # (k,)
    signals: Signals
    baseline: Baseline
    width: float
    method: str  # as the baseline's, and so is the source
    source: str

    @property
    def beyond(self) -> tuple[int, ...]:
        """The positions from 0 of the points beyond their limits, whatever rules are on."""
        outside = (self.points < self.lower) | (self.points > self.upper)
        return tuple(np.flatnonzero(outside).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """How wide the limits are, and what a point can be at least and at most."""

    rules: Rules
    width: float
    floor: float = -np.inf
    ceiling: float | Floats = np.inf


def judged(
    points: Floats, centre: Floats, error: Floats, baseline: Baseline, limits: Limits
) -> Chart:
    """
    Each of (k,) points against its own centre and standard error.

    The limits are centre ± width · error, cut off at what a point can be. For charts this
    package does not have: any statistic with a known centre and standard error.

    :raises NoVariance: when a standard error is 0.
    :raises OutOfRange: when a point is not finite, or the width is not above 0.

    Source: Shewhart 1931. R: ``qcc::qcc(x, center = c, std.dev = s)``.

    >>> from .rules import USUAL
    >>> at = Baseline(20, 5.0, 1.0, "my own", "here")
    >>> chart = judged(np.array([5.5, 9.0]), np.full(2, 5.0), np.ones(2), at,
    ...     Limits(USUAL, 3.0))
    >>> chart.beyond, chart.upper.tolist()
    ((1,), [8.0, 8.0])
    """
    if not (error > 0).all():
        raise NoVariance("the baseline does not vary, so no limits can be drawn")
    z = (points - centre) / error
    lower = np.maximum(centre - limits.width * error, limits.floor)
    upper = np.minimum(centre + limits.width * error, limits.ceiling)
    beyond = (points < lower) | (points > upper)
    signals = found(z, beyond, rules=limits.rules, width=limits.width)
    return Chart(
        n=len(points),
        points=points,
        centre=centre,
        error=error,
        lower=lower,
        upper=upper,
        z=z,
        signals=signals,
        baseline=baseline,
        width=limits.width,
        method=baseline.method,
        source=baseline.source,
    )


def baseline_size(baseline: int | None, points: int) -> int:
    """
    How many of the first points limits rest on; all of them, where none is said.

    :raises TooFew: when there are fewer than two points, or fewer than asked for.

    Definition, not a method.
    R: the length of ``data`` where ``qcc::qcc`` also has ``newdata``.

    >>> baseline_size(None, 30), baseline_size(20, 30)
    (30, 20)
    """
    size = points if baseline is None else baseline
    if not 2 <= size <= points:
        raise TooFew(f"limits rest on two of the points or more, not on {size} of {points}")
    return size


def frozen(baseline: Baseline, method: str) -> Baseline:
    """
    A baseline from an earlier chart, for a new one of the same kind.

    :raises OutOfRange: when it is of another kind of chart, whose spread means another
        thing.

    Source: Shewhart 1931 (phase II). R: ``qcc::qcc(new, center = c, std.dev = s)``.

    >>> frozen(Baseline(20, 5.0, 1.0, "c", "Shewhart"), "c").centre
    5.0
    """
    if baseline.method != method:
        raise OutOfRange(f"limits of {baseline.method} do not judge points of {method}")
    return baseline


def numbers(values: NDArray[np.generic], *, least: float = -np.inf) -> Floats:
    """
    A series of (k,) finite numbers of at least ``least``, as floats.

    :raises WrongShape: when the series has more than one dimension.
    :raises OutOfRange: when a number is missing, infinite or below ``least``.

    Definition, not a method. R: ``stopifnot(is.finite(x))``.

    >>> numbers(np.array([1, 2]))
    array([1., 2.])
    """
    series = finite(values, "points of a series")
    if (series < least).any():
        raise OutOfRange(f"points of a series are at least {least}, and one is not")
    return series


def matching(values: Floats, sizes: NDArray[np.generic] | float) -> Floats:
    """
    What each of (k,) values was counted among, as floats above 0; one for all will do.

    :raises WrongShape: when there is not one for each value.
    :raises OutOfRange: when one is not above 0.

    Definition, not a method. R: the recycling of ``sizes`` in ``qcc::qcc(x, sizes = n)``.

    >>> matching(np.zeros(2), 50)
    array([50., 50.])
    """
    among = np.asarray(sizes, dtype=np.float64)
    if among.ndim == 0:
        among = np.full(len(values), float(among))
    if among.shape != values.shape:
        raise WrongShape(f"{len(values)} values, but {among.size} sizes")
    if not (np.isfinite(among) & (among > 0)).all():
        raise OutOfRange("every size is a finite number above 0")
    return among
