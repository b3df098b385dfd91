"""Confidence intervals of a mean, a share and a net score, each naming its method."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .errors import TooFew
from .moments import Sums


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided confidence interval: ``level`` is 0.95 for 95 %."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Mean:
    """
    A mean with its spread, in scale points.

    ``mean`` is None of nobody, ``sd`` with fewer than two respondents, and
    ``interval`` also where everybody scored the same.
    """

    n: int
    mean: float | None
    sd: float | None
    interval: Interval | None


def mean_of_sums(sums: Sums, *, level: float = 0.95) -> Mean:
    """The mean of a score from its exact sums, with Student's interval."""
    mean = sums.mean if sums.n else None
    return _mean(sums.n, mean, sums.sd if sums.n > 1 else None, level)


def mean_of_values(values: NDArray[np.float64], *, level: float = 0.95) -> Mean:
    """
    The mean of (n,) scores with Student's interval.

    Sums are taken without rounding on the way, so the order of rows is immaterial.

    :raises ValueError: when a value is not finite.
    """
    if not np.isfinite(values).all():
        raise ValueError("a mean is of finite numbers only")
    n = len(values)
    if n == 0:
        return _mean(0, None, None, level)
    mean = math.fsum(values) / n
    if n == 1:
        return _mean(1, mean, None, level)
    # The two passes could leave 1e-17 where all values are the same.
    same = values.min() == values.max()
    sd = 0.0 if same else math.sqrt(math.fsum((values - mean) ** 2) / (n - 1))
    return _mean(n, mean, sd, level)


def _mean(n: int, mean: float | None, sd: float | None, level: float) -> Mean:
    interval = mean_interval(n, mean, sd, level=level) if mean is not None and sd else None
    return Mean(n, mean, sd, interval)


def mean_interval(n: int, mean: float, sd: float, *, level: float = 0.95) -> Interval:
    """
    Where a mean lies (Student 1908): mean ± t(n-1) · sd / √n.

    :param sd: the sample's standard deviation, divisor n - 1, at least 0.
    :raises TooFew: with fewer than two respondents.
    :raises ValueError: when ``level`` is not between 0 and 1, or ``sd`` is negative or NaN.
    """
    tail = _tail(level)
    if n < 2:
        raise TooFew(f"an interval needs two respondents, and there are {n}")
    if not sd >= 0:
        raise ValueError(f"a standard deviation is at least 0, not {sd}")
    reach = float(special.stdtrit(n - 1, 1 - tail)) * sd / math.sqrt(n)
    return Interval(mean - reach, mean + reach, level, "t")


def wilson(successes: float, n: float, *, level: float = 0.95) -> Interval:
    """
    Where a share lies (Wilson 1927): the score interval, within 0 to 1.

    Counts need not be whole: of weighted answers they are what the answers are worth.

    :raises TooFew: of nobody.
    :raises ValueError: when ``successes`` is not between 0 and ``n``, or ``level`` not
        between 0 and 1.
    """
    z = float(special.ndtri(1 - _tail(level)))
    if n < 1:
        raise TooFew("a share needs one respondent, and there is none")
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    centre = (successes + z**2 / 2) / (n + z**2)
    reach = z * math.sqrt(successes * (n - successes) / n + z**2 / 4) / (n + z**2)
    # Nobody is exactly 0 and everybody exactly 1; floats would miss both by one bit.
    low = 0.0 if successes == 0 else centre - reach
    high = 1.0 if successes == n else centre + reach
    return Interval(low, high, level, "Wilson score")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of n, as a fraction, with Wilson's interval; None of nobody."""

    n: int
    count: int
    share: float | None
    interval: Interval | None


def share_of(count: int, n: int, *, level: float = 0.95) -> Share:
    """
    The share of ``count`` among ``n`` respondents.

    :raises ValueError: when ``count`` is not between 0 and ``n``, or ``level`` not between
        0 and 1.

    >>> share_of(81, 263).interval.low.__round__(6)
    0.255289
    """
    if n == 0 == count:
        return Share(0, 0, None, None)
    return Share(n, count, count / n, wilson(count, n, level=level))


@dataclass(frozen=True, slots=True)
class NetScore:
    """
    The share of promoters minus the share of detractors, from -1 to 1.

    ``centre`` is the estimate the interval is built around, a little nearer to 0.
    """

    n: int
    promoters: int
    detractors: int
    score: float
    centre: float
    interval: Interval

    @property
    def passives(self) -> int:
        return self.n - self.promoters - self.detractors


def net_score(promoters: int, detractors: int, n: int, *, level: float = 0.95) -> NetScore:
    """
    The net promoter score with the adjusted Wald interval: three answers are added, three
    quarters of one on either side (Rocks 2016, best of six for small n).

    :raises TooFew: of nobody.
    :raises ValueError: when the counts are not parts of ``n``, or ``level`` is not between
        0 and 1.
    """
    if n < 1:
        raise TooFew("a net score needs one respondent, and there is none")
    if min(promoters, detractors) < 0 or promoters + detractors > n:
        raise ValueError(f"{promoters} and {detractors} are not parts of {n}")
    centre, interval = adjusted_wald(promoters, detractors, n, level=level)
    score = (promoters - detractors) / n
    return NetScore(n, promoters, detractors, score, centre, interval)


def adjusted_wald(
    promoters: float, detractors: float, n: float, *, level: float
) -> tuple[float, Interval]:
    """
    The centre and the interval of ``net_score``; counts need not be whole.

    :raises ValueError: when ``level`` is not between 0 and 1.
    """
    z = float(special.ndtri(1 - _tail(level)))
    high, low = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    centre = high - low
    reach = z * math.sqrt((high + low - centre**2) / (n + 3))
    # Few answers may reach past what a net score can be.
    ends = max(centre - reach, -1.0), min(centre + reach, 1.0)
    return centre, Interval(*ends, level, "adjusted Wald")


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2
