"""Charts of measurements: individual values, and the means and spreads of subgroups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, TooFew, WrongShape
from gapless_stats.exact import AnyIntegers, Integers
from gapless_stats.moments import Sums
from gapless_stats.results import Result

from .chart import (
    THREE_SIGMA,
    Baseline,
    Chart,
    Limits,
    baseline_size,
    frozen,
    judged,
    numbers,
)
from .ranges import deviation_mean, range_mean, range_sd
from .rules import USUAL, Floats, Rule, Rules

_MEDIAN_RANGE = 0.954
"""The median moving range of a normal process, in σ (Wheeler 1992; exactly √2 · 0.6745)."""

_INDIVIDUAL = "Shewhart 1931; Wheeler and Chambers 1992; Montgomery 2013, eq. 6.33"
_SUBGROUPS = "Shewhart 1931; Montgomery 2013, sec. 6.2 and 6.3"

# A range has no run of its own to speak of: neighbours share a value.
_RANGES_ONLY = Rules(frozenset({Rule.BEYOND}))


@dataclass(frozen=True, slots=True, eq=False)
class Individuals(Result):
    """
    A chart of individual values and, beside it, of the moving ranges between neighbours.

    The range in position i lies between the values in positions i and i + 1.
    """

    n: int
    values: Chart
    ranges: Chart
    method: ClassVar[str] = "XmR"
    source: ClassVar[str] = _INDIVIDUAL

    @property
    def baseline(self) -> Baseline:
        """What the limits of both rest on."""
        return self.values.baseline


def xmr(
    values: NDArray[np.generic],
    *,
    baseline: int | Baseline | None = None,
    spread: Literal["mean", "median"] = "mean",
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Individuals:
    """
    The chart of individual values and moving ranges (XmR, I-MR).

    σ is the mean moving range / 1.128, so the limits are x̄ ± 2.660 MR̄, and the upper
    limit of the ranges is 3.267 MR̄. With ``"median"`` it is the median moving range / 0.954
    (3.145 M̃R): a few wild ranges then do not hide themselves.
    R: ``qcc::qcc(x, type = "xbar.one")``.

    :param values: (k,) in any unit, in the order of time.
    :param baseline: how many of the first values the limits rest on, or those of an earlier
        chart; else all values.
    :raises TooFew: with fewer than two values.
    :raises NoVariance: when the baseline's moving ranges are all 0.
    :raises OutOfRange: when a value is not finite, or the baseline of another kind.

    Source: Montgomery 2013, eq. 6.33; the median, Wheeler and Chambers 1992.

    >>> chart = xmr(np.array([33.75, 33.05, 34, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49,
    ...     33.20, 33.62, 33.00, 33.54, 33.12, 33.84])).values
    >>> round(float(chart.lower[0]), 5), round(float(chart.upper[0]), 5)
    (32.24484, 34.80183)
    """
    series = numbers(values)
    base = _individual_baseline(series, baseline, spread)
    k, sigma = len(series), base.spread
    if k < 2:
        raise TooFew(f"a moving range needs two values, and there are {k}")
    charted = judged(
        series, np.full(k, base.centre), np.full(k, sigma), base, Limits(rules, width)
    )
    middle = range_mean(2) if spread == "mean" else _MEDIAN_RANGE
    of_ranges = Baseline(base.n - 1, middle * sigma, sigma, "moving range", _INDIVIDUAL)
    upper = range_mean(2) + width * range_sd(2)
    # The upper limit is d₂ + 3 d₃ times σ, wherever the centre line is drawn.
    error = (upper - middle) * sigma / width
    ranges = judged(
        np.abs(np.diff(series)),
        np.full(k - 1, middle * sigma),
        np.full(k - 1, error),
        of_ranges,
        Limits(_RANGES_ONLY, width, floor=0.0),
    )
    return Individuals(k, charted, ranges)


def _individual_baseline(
    series: Floats, baseline: int | Baseline | None, spread: Literal["mean", "median"]
) -> Baseline:
    method = f"XmR, {spread} moving range"
    if isinstance(baseline, Baseline):
        return frozen(baseline, method)
    size = baseline_size(baseline, len(series))
    moving = np.abs(np.diff(series[:size]))
    sigma = (
        float(moving.mean()) / range_mean(2)
        if spread == "mean"
        else float(np.median(moving)) / _MEDIAN_RANGE
    )
    if sigma == 0:
        raise NoVariance("the baseline's moving ranges are 0, so no limits can be drawn")
    return Baseline(size, float(series[:size].mean()), sigma, method, _INDIVIDUAL)


@dataclass(frozen=True, slots=True, eq=False)
class Subgroups:
    """
    The size, mean, standard deviation and range of each of k subgroups of two or more.

    ``range`` is None where only sums were kept: a range does not follow from them.
    """

    n: Integers  # (k,)
    mean: Floats  # (k,)
    sd: Floats  # (k,) divisor n - 1
    range: Floats | None  # (k,)

    @classmethod
    def of(cls, values: NDArray[np.generic], group: AnyIntegers) -> Subgroups:
        """
        From (n,) values and which group each is of, 0 to k - 1.

        :raises WrongShape: when the lengths differ.
        :raises OutOfRange: when a value is not finite.
        :raises TooFew: when a subgroup has fewer than two values.
        """
        series = numbers(values)
        if len(group) != len(series) or len(series) == 0:
            raise WrongShape(f"{len(series)} values, but the groups of {len(group)}")
        order = np.argsort(group, kind="stable")
        n = np.bincount(group)
        if n.min() < 2:
            raise TooFew(f"subgroup {int(n.argmin())} has fewer than two values")
        starts = np.concatenate(([0], n.cumsum()[:-1]))
        sorted_values = series[order]
        mean = np.add.reduceat(sorted_values, starts) / n
        squares = np.add.reduceat((sorted_values - np.repeat(mean, n)) ** 2, starts)
        top = np.maximum.reduceat(sorted_values, starts)
        bottom = np.minimum.reduceat(sorted_values, starts)
        return cls(n, mean, np.sqrt(squares / (n - 1)), top - bottom)

    @classmethod
    def of_sums(cls, sums: Sequence[Sums]) -> Subgroups:
        """
        From each subgroup's exact sums; no range chart can be drawn of these.

        :raises TooFew: when there is no subgroup, or one has fewer than two values.
        """
        if not sums:
            raise TooFew("there is no subgroup")
        return cls(
            np.array([each.n for each in sums]),
            np.array([each.mean for each in sums]),
            np.array([each.sd for each in sums]),
            None,
        )

    def __len__(self) -> int:
        return len(self.n)


Spread = Literal["range", "sd", "pooled"]


def xbar(
    subgroups: Subgroups,
    *,
    spread: Spread = "sd",
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of subgroup means, X̄ ± 3 σ/√n_i.

    Only where subgroups differ no more than their members do; else put their means on
    ``xmr``. σ is the mean of R_i/d₂ (``"range"``), of s_i/c₄ (``"sd"``), or the pooled
    √(Σ(n_i-1)s_i²/Σ(n_i-1)) / c₄ (``"pooled"``).
    R: ``qcc::qcc(x, type = "xbar", std.dev = "UWAVE-R")``, ``"UWAVE-SD"``, ``"RMSDF"``.

    :param baseline: how many of the first subgroups the limits rest on, or those of an
        earlier chart; else all.
    :raises TooFew: with fewer than two subgroups.
    :raises WrongShape: when ranges are asked for and were not kept.
    :raises NoVariance: when no subgroup varies.

    Source: Montgomery 2013, eq. 6.4, 6.28.

    >>> two = Subgroups.of(np.array([4.0, 6.0, 5.0, 5.5]), np.array([0, 0, 1, 1]))
    >>> xbar(two, spread="range").upper.round(3).tolist()
    [7.476, 7.476]
    """
    method = f"X̄, {spread}"
    if isinstance(baseline, Baseline):
        base = frozen(baseline, method)
    else:
        size = baseline_size(baseline, len(subgroups))
        n, mean = subgroups.n[:size], subgroups.mean[:size]
        centre, sigma = float(n @ mean / n.sum()), _SIGMA[spread](subgroups, size)
        base = Baseline(size, centre, sigma, method, _SUBGROUPS)
    error = base.spread / np.sqrt(subgroups.n)
    centre_line = np.full(len(subgroups), base.centre)
    return judged(subgroups.mean, centre_line, error, base, Limits(rules, width))


def r_chart(
    subgroups: Subgroups,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of subgroup ranges: σ d₂ ± 3 σ d₃, σ the mean of R_i/d₂.

    R: ``qcc::qcc(x, type = "R")``.

    :raises TooFew: with fewer than two subgroups.
    :raises WrongShape: when the ranges were not kept.
    :raises NoVariance: when no subgroup varies.

    Source: Montgomery 2013, eq. 6.5.

    >>> two = Subgroups.of(np.array([4.0, 6.0, 5.0, 5.5]), np.array([0, 0, 1, 1]))
    >>> r_chart(two).upper.round(3).tolist()
    [4.084, 4.084]
    """
    middle = _each(subgroups.n, range_mean)
    apart = _each(subgroups.n, range_sd)
    base = _spread_baseline(subgroups, "range", baseline)
    limits = Limits(rules, width, floor=0.0)
    return judged(
        _ranges(subgroups), middle * base.spread, apart * base.spread, base, limits
    )


def s_chart(
    subgroups: Subgroups,
    *,
    baseline: int | Baseline | None = None,
    rules: Rules = USUAL,
    width: float = THREE_SIGMA,
) -> Chart:
    """
    The chart of subgroup standard deviations: σ c₄ ± 3 σ √(1 - c₄²), σ the mean of s_i/c₄.

    R: ``qcc::qcc(x, type = "S")``.

    :raises TooFew: with fewer than two subgroups.
    :raises NoVariance: when no subgroup varies.

    Source: Montgomery 2013, eq. 6.27.

    >>> two = Subgroups.of(np.array([4.0, 6.0, 5.0, 5.5]), np.array([0, 0, 1, 1]))
    >>> s_chart(two).upper.round(3).tolist()
    [2.887, 2.887]
    """
    middle = _each(subgroups.n, deviation_mean)
    base = _spread_baseline(subgroups, "sd", baseline)
    apart = np.sqrt(1 - middle**2) * base.spread
    limits = Limits(rules, width, floor=0.0)
    return judged(subgroups.sd, middle * base.spread, apart, base, limits)


def _spread_baseline(
    subgroups: Subgroups, spread: Literal["range", "sd"], baseline: int | Baseline | None
) -> Baseline:
    method = {"range": "R", "sd": "S"}[spread]
    if isinstance(baseline, Baseline):
        return frozen(baseline, method)
    size = baseline_size(baseline, len(subgroups))
    sigma = _SIGMA[spread](subgroups, size)
    return Baseline(size, sigma, sigma, method, _SUBGROUPS)


def _ranges(subgroups: Subgroups) -> Floats:
    if subgroups.range is None:
        raise WrongShape("the subgroups' ranges were not kept; use their deviations")
    return subgroups.range


def _by_range(subgroups: Subgroups, size: int) -> float:
    each = _ranges(subgroups)[:size] / _each(subgroups.n[:size], range_mean)
    return float(each.mean())


def _by_sd(subgroups: Subgroups, size: int) -> float:
    each = subgroups.sd[:size] / _each(subgroups.n[:size], deviation_mean)
    return float(each.mean())


def _pooled(subgroups: Subgroups, size: int) -> float:
    freedom = subgroups.n[:size] - 1
    whole = int(freedom.sum())
    pooled = float(freedom @ subgroups.sd[:size] ** 2) / whole
    return float(np.sqrt(pooled)) / deviation_mean(whole + 1)


_SIGMA: dict[str, Callable[[Subgroups, int], float]] = {
    "range": _by_range,
    "sd": _by_sd,
    "pooled": _pooled,
}


def _each(n: Integers, constant: Callable[[int], float]) -> Floats:
    sizes, place = np.unique(n, return_inverse=True)
    return np.array([constant(int(size)) for size in sizes])[place]
