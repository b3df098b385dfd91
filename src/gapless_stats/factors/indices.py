"""How well a model fits, from its χ² and that of a model in which nothing goes together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import scipy

from gapless_stats.errors import NoVariance, OutOfRange, TooFew
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

CLOSE = 0.05
"""The RMSEA up to which a fit is called close (Browne and Cudeck 1993)."""

_LEVEL = 0.9
"""RMSEA is published with 90 % intervals: both ends decide at 5 % (Steiger 1990)."""


@dataclass(frozen=True, slots=True)
class FitIndices(Result):
    """
    What is published of a model's fit.

    Guides, not laws: CFI and TLI from 0.95 (0.90), RMSEA up to 0.06 (0.08) (Hu and Bentler
    1999). ``cfi`` lies between 0 and 1; ``tli`` need not.
    """

    method: ClassVar[str] = "χ² = n F against the independence model"
    source: ClassVar[str] = "Bentler 1990; Tucker and Lewis 1973; Steiger 1990"

    n: int
    chi_square: float
    df: int
    p_value: float
    baseline_chi_square: float
    baseline_df: int
    cfi: float
    tli: float
    rmsea: float
    rmsea_interval: Interval  # 90 %
    p_close: float


def fit_indices(
    chi_square: float,
    df: int,
    *,
    baseline_chi_square: float,
    baseline_df: int,
    n: int,
    groups: int = 1,
) -> FitIndices:
    """
    CFI, TLI and RMSEA of a model from two χ².

    CFI = 1 - max(χ² - df, 0) / max(χ₀² - df₀, χ² - df, 0) (Bentler 1990, eq. 17);
    TLI = (χ₀²/df₀ - χ²/df) / (χ₀²/df₀ - 1) (Tucker and Lewis 1973);
    RMSEA = √(G max(χ² - df, 0) / (df n)) over G groups (Steiger 1998), the limits where
    the noncentral χ² puts 95 % and 5 % below the χ² found, and ``p_close`` the probability
    of at least this χ² were RMSEA 0.05 (Browne and Cudeck 1993). With no degrees of freedom
    left every model fits: CFI, TLI and the p-values are 1, RMSEA is 0.

    R: ``lavaan::fitMeasures(fit)``.

    :param n: respondents of all groups.
    :raises OutOfRange: when a χ² is negative or not finite, or a count is.
    :raises TooFew: without respondents.
    :raises NoVariance: when the independence model fits as well as it could, so that there
        is nothing for CFI and TLI to improve on.

    >>> found = fit_indices(
    ...     85.30552177, 24, baseline_chi_square=918.8515893, baseline_df=36, n=301
    ... )
    >>> round(found.cfi, 6), round(found.tli, 6), round(found.rmsea, 6)
    (0.93056, 0.895839, 0.092121)
    """
    for value in (chi_square, baseline_chi_square, df, groups - 1):
        if not 0 <= value < math.inf:
            raise OutOfRange(f"a χ² and its degrees are not negative, as {value} is")
    if n < 1:
        raise TooFew("a fit needs respondents, and there are none")
    if baseline_df < 1 or baseline_chi_square <= 0:
        raise NoVariance("nothing goes together, so no model can say why")
    excess, worst = max(chi_square - df, 0.0), baseline_chi_square - baseline_df
    size = n * max(df, 1) / groups
    return FitIndices(
        n=n,
        chi_square=chi_square,
        df=df,
        p_value=_beyond(chi_square, df),
        baseline_chi_square=baseline_chi_square,
        baseline_df=baseline_df,
        cfi=1 - excess / max(worst, excess) if excess else 1.0,
        tli=_tucker_lewis(chi_square, df, baseline_chi_square / baseline_df),
        rmsea=math.sqrt(excess / size) if df else 0.0,
        rmsea_interval=_interval(chi_square, df, size),
        p_close=_beyond(chi_square, df, CLOSE**2 * size),
    )


def _tucker_lewis(chi_square: float, df: int, baseline: float) -> float:
    if df == 0:
        return 1.0
    if baseline == 1:
        raise NoVariance("the independence model fits as expected; TLI has no scale")
    return (baseline - chi_square / df) / (baseline - 1)


def _beyond(chi_square: float, df: int, noncentral: float = 0.0) -> float:
    """The probability of at least this χ²."""
    if df == 0:
        return 1.0
    if noncentral == 0:
        return float(scipy.special.chdtrc(df, chi_square))
    # The lower tail rounds to 1 long before the upper one matters.
    return min(max(1 - float(scipy.special.chndtr(chi_square, df, noncentral)), 0.0), 1.0)


def _interval(chi_square: float, df: int, size: float) -> Interval:
    tail = (1 - _LEVEL) / 2
    ends = (_noncentrality(chi_square, df, 1 - tail), _noncentrality(chi_square, df, tail))
    low, high = (math.sqrt(end / size) for end in ends)
    return Interval(low, high, _LEVEL, "noncentral χ²", "Browne and Cudeck 1993")


def _noncentrality(chi_square: float, df: int, below: float) -> float:
    """The noncentrality at which ``below`` of all χ² are smaller; 0 where none is."""
    if df == 0 or float(scipy.special.chdtr(df, chi_square)) <= below:
        return 0.0
    return float(scipy.special.chndtrinc(chi_square, df, below))
