"""Limits of agreement of two raters, or two ways of measuring, on a scale of points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import scipy

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.estimates import interval_about, tail_of
from gapless_stats.intervals import Interval
from gapless_stats.moments import Sums
from gapless_stats.results import Result


@dataclass(frozen=True, slots=True)
class Limits(Result):
    """
    Between which limits the differences of two raters lie, in scale points.

    ``bias`` is the mean difference, ``low`` and ``high`` hold ``share`` of normal
    differences; each with its interval.
    """

    n: int
    bias: float
    bias_interval: Interval
    sd: float
    low: float
    low_interval: Interval
    high: float
    high_interval: Interval
    share: float
    method: ClassVar[str] = "Bland-Altman limits of agreement"
    source: ClassVar[str] = "Bland and Altman 1986, 1999, section 2"


def bland_altman(differences: Sums, *, share: float = 0.95, level: float = 0.95) -> Limits:
    """
    How far two raters of the same units may differ (Bland and Altman 1986): d̄ ± z · s.

    Standard error of the bias s / √n, of a limit s √(1/n + z² / (2(n - 1))) (1999, p. 142);
    both with Student's t of n - 1 degrees. R: ``blandr::blandr.statistics(a, b)``.

    :param differences: sums of first minus second, a unit each; of two columns of answers
        ``PairTable.difference_histogram.sums()``.
    :param share: of the differences that lie within the limits, 0 to 1.
    :raises TooFew: with fewer than two units.
    :raises NoVariance: when all differences are the same.
    :raises OutOfRange: when ``share`` or ``level`` is not between 0 and 1.

    Source: Bland and Altman 1986, Lancet 327:307; 1999, section 2.

    >>> import numpy as np
    >>> found = bland_altman(Sums.of(np.array([1, -2, 0, 3, 1, -1])))
    >>> round(found.bias, 4), round(found.low, 4), round(found.high, 4)
    (0.3333, -3.0989, 3.7656)
    """
    if differences.n < 2:
        raise TooFew(f"limits need two units, and there are {differences.n}")
    n, bias, sd = differences.n, differences.mean, differences.sd
    if sd == 0:
        raise NoVariance(f"all {n} units differ by the same")
    z = -float(scipy.special.ndtri(tail_of(share)))
    of_limit = sd * math.sqrt(1 / n + z**2 / (2 * (n - 1)))
    low, bias_interval, high = (
        interval_about(
            at, error, level=level, method="t", freedom=n - 1, source=Limits.source
        )
        for at, error in (
            (bias - z * sd, of_limit),
            (bias, sd / math.sqrt(n)),
            (bias + z * sd, of_limit),
        )
    )
    return Limits(
        n=n,
        bias=bias,
        bias_interval=bias_interval,
        sd=sd,
        low=bias - z * sd,
        low_interval=low,
        high=bias + z * sd,
        high_interval=high,
        share=share,
    )
