"""Before and after without controls: an interrupted time series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange, TooFew, WrongShape
from gapless_stats.intervals import Interval
from gapless_stats.line import lag_of
from gapless_stats.regression import Regression, ols_of_rows
from gapless_stats.results import Result

Floats = NDArray[np.float64]

FEWEST_POINTS = 8
"""Fewer on either side show no trend (domain.md 4.12)."""


@dataclass(frozen=True, slots=True)
class Interruption(Result):
    """
    How a series changed at one point: at once (``jump``) and per period (``bend``).

    In the unit of the series; ``trend`` is the slope before. Whatever else happened then is
    in here too: a series without controls cannot tell.
    """

    n: int
    trend: float
    jump: float
    jump_interval: Interval
    jump_p_value: float
    bend: float
    bend_interval: Interval
    bend_p_value: float
    lag: int
    method: ClassVar[str] = "segmented regression, Newey-West errors"
    source: ClassVar[str] = "Wagner et al. 2002; Bernal et al. 2017; Newey and West 1994"


def interrupted_series(
    values: Floats, *, first: int, season: int = 1, level: float = 0.95
) -> Interruption:
    """
    y_t = β₀ + β₁ t + β₂ D_t + β₃ (t - T₀) D_t (+ a level for each part of the season).

    β₂ is the jump, β₃ the bend; D is 1 from T₀ on. Errors take in that neighbouring periods
    go together (Newey and West, Bartlett's weights), Student's t.
    R: ``lmtest::coeftest(lm(y ~ t + D + I((t - T0) * D)), sandwich::NeweyWest(fit, lag,
    prewhite = FALSE, adjust = TRUE))``.

    :param values: (T,) one a period, in order, without holes.
    :param first: the place of T₀; 8 periods or more before it, and from it on.
    :param season: how many periods make a season that repeats, 12 for months; 1 for none.
    :raises WrongShape: when the values are not of one dimension.
    :raises TooFew: with fewer than 8 periods on a side, or too few for the season.
    :raises OutOfRange: when a value is not finite, the season below 1, or ``level`` not
        between 0 and 1.
    :raises NoVariance: when the lines fit exactly.

    Source: Wagner, Soumerai, Zhang and Ross-Degnan 2002; Bernal et al. 2017.

    >>> noise = np.resize([0.2, -0.1, -0.2, 0.1], 24)
    >>> series = np.arange(24) * 0.1 + 2 * (np.arange(24) >= 12) + noise
    >>> found = interrupted_series(series, first=12)
    >>> round(found.jump, 2), round(found.trend, 2)
    (2.05, 0.1)
    """
    if values.ndim != 1:
        raise WrongShape(f"a series has one dimension, not the shape {values.shape}")
    if min(first, len(values) - first) < FEWEST_POINTS:
        raise TooFew(
            f"{FEWEST_POINTS} periods before and after show a trend, not {first} and"
            f" {len(values) - first}"
        )
    if season < 1:
        raise OutOfRange(f"a season is of one period at least, not of {season}")
    time = np.arange(len(values), dtype=np.float64)
    after = (time >= first).astype(np.float64)
    parts = np.arange(len(values))[:, None] % season == np.arange(1, season)
    columns = np.column_stack((time, after, (time - first) * after, parts))
    line = ols_of_rows(columns, values, errors="HAC", level=level)
    return Interruption(
        n=len(values),
        trend=float(line.coefficients[1]),
        jump=float(line.coefficients[2]),
        jump_interval=_interval(line, 2),
        jump_p_value=float(line.p_values[2]),
        bend=float(line.coefficients[3]),
        bend_interval=_interval(line, 3),
        bend_p_value=float(line.p_values[3]),
        lag=lag_of(len(values)),
    )


def _interval(line: Regression, place: int) -> Interval:
    ends = float(line.low[place]), float(line.high[place])
    return Interval(*ends, line.level, "t, Newey-West", line.source)
