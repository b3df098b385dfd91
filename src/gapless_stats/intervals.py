"""
Confidence intervals of a mean, a share, a net score and a ratio of sums.

Each names its method. Quantiles are in ``quantiles``, rates of events in ``rates``,
differences in ``comparison``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import OutOfRange, TooFew, WrongShape
from .moments import Sums
from .results import Result

_STUDENT = "Student 1908, Biometrika 6:1"
_WILSON = "Wilson 1927, J. American Statistical Association 22:209"
_CLOPPER_PEARSON = "Clopper and Pearson 1934, Biometrika 26:404"
_ROCKS = "Rocks 2016, Annals of Applied Statistics 10"
_COCHRAN = "Cochran 1977, Sampling Techniques, eq. 6.13 and 9A.2"


@dataclass(frozen=True, slots=True)
class Interval(Result):
    """A two-sided confidence interval: ``level`` is 0.95 for 95 %."""

    low: float
    high: float
    level: float
    method: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Mean(Result):
    """
    A mean with its spread, in scale points.

    ``mean`` is None of nobody, ``sd`` with fewer than two respondents, and
    ``interval`` also where everybody scored the same.
    """

    n: int
    mean: float | None
    sd: float | None
    interval: Interval | None
    method: ClassVar[str] = "mean, Student's t"
    source: ClassVar[str] = _STUDENT


def mean_of_sums(sums: Sums, *, level: float = 0.95) -> Mean:
    """
    The mean of a score from its exact sums, with Student's interval.

    x̄ = Σx/n in scale points; see ``mean_interval``. R: ``t.test(x)``.

    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Student 1908, Biometrika 6:1.

    >>> mean_of_sums(Sums.of(np.array([3, 4, 5]))).mean
    4.0
    """
    mean = sums.mean if sums.n else None
    return _mean(sums.n, mean, sums.sd if sums.n > 1 else None, level)


def mean_of_values(values: NDArray[np.float64], *, level: float = 0.95) -> Mean:
    """
    The mean of (n,) scores with Student's interval.

    Sums are taken without rounding on the way, so the order of rows is immaterial.
    R: ``t.test(x)``.

    :raises OutOfRange: when a value is not finite, or ``level`` not between 0 and 1.

    Source: Student 1908, Biometrika 6:1.

    >>> found = mean_of_values(np.array([3.0, 4.0, 5.0]))
    >>> found.mean, found.sd
    (4.0, 1.0)
    """
    if not np.isfinite(values).all():
        raise OutOfRange("a mean is of finite numbers only")
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
    Where a mean lies (Student 1908): mean ± t(n-1) · sd / √n. R: ``t.test(x)$conf.int``.

    :param sd: the sample's standard deviation, divisor n - 1, at least 0.
    :raises TooFew: with fewer than two respondents.
    :raises OutOfRange: when ``level`` is not between 0 and 1, ``sd`` is negative, or either
        number is not finite.

    Source: Student 1908, Biometrika 6:1. The sleep study of that paper:

    >>> found = mean_interval(10, 1.58, 1.229995)
    >>> round(found.low, 4), round(found.high, 4)
    (0.7001, 2.4599)
    """
    tail = _tail(level)
    if n < 2:
        raise TooFew(f"an interval needs two respondents, and there are {n}")
    if not (math.isfinite(mean) and 0 <= sd < math.inf):
        raise OutOfRange(f"a mean is finite and a deviation at least 0, not {mean}, {sd}")
    reach = float(scipy.special.stdtrit(n - 1, 1 - tail)) * sd / math.sqrt(n)
    return Interval(mean - reach, mean + reach, level, "t", _STUDENT)


def wilson(successes: float, n: float, *, level: float = 0.95) -> Interval:
    """
    Where a share lies (Wilson 1927): the score interval, within 0 to 1.

    With p = x/n its centre is (p + z²/2n)/(1 + z²/n), and it reaches
    z √(p(1-p)/n + z²/4n²)/(1 + z²/n) to either side. Counts need not be whole: of weighted
    answers they are what the answers are worth.
    R: ``prop.test(x, n, correct = FALSE)$conf.int``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when ``successes`` is not between 0 and ``n``, or ``level`` not
        between 0 and 1.

    Source: Wilson 1927, J. American Statistical Association 22:209.

    >>> found = wilson(15, 100)
    >>> round(found.low, 8), round(found.high, 8)
    (0.09305985, 0.2328356)
    """
    z = float(scipy.special.ndtri(1 - _tail(level)))
    if n < 1:
        raise TooFew("a share needs one respondent, and there is none")
    if not 0 <= successes <= n < math.inf:
        raise OutOfRange(f"{successes} of {n} is not a share")
    centre = (successes + z**2 / 2) / (n + z**2)
    reach = z * math.sqrt(successes * (n - successes) / n + z**2 / 4) / (n + z**2)
    # Nobody is exactly 0 and everybody exactly 1; floats would miss both by one bit.
    low = 0.0 if successes == 0 else centre - reach
    high = 1.0 if successes == n else centre + reach
    return Interval(low, high, level, "Wilson score", _WILSON)


def clopper_pearson(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """
    Where a share lies, never with less than the level: the exact binomial interval.

    From the quantiles of Beta(x, n-x+1) and Beta(x+1, n-x). Longer than ``wilson``; for
    audits, where the level must be kept whatever the share. R: ``binom.test(x, n)``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when ``successes`` is not between 0 and ``n``, or ``level`` not
        between 0 and 1.

    Source: Clopper and Pearson 1934, Biometrika 26:404.

    >>> found = clopper_pearson(15, 100)
    >>> round(found.low, 8), round(found.high, 8)
    (0.08645439, 0.2353075)
    """
    tail = _tail(level)
    if n < 1:
        raise TooFew("a share needs one respondent, and there is none")
    if not 0 <= successes <= n:
        raise OutOfRange(f"{successes} of {n} is not a share")
    failures = n - successes
    quantile = scipy.special.betaincinv
    low = float(quantile(successes, failures + 1, tail)) if successes else 0.0
    high = float(quantile(successes + 1, failures, 1 - tail)) if failures else 1.0
    return Interval(low, high, level, "Clopper-Pearson", _CLOPPER_PEARSON)


@dataclass(frozen=True, slots=True)
class Share(Result):
    """How many of n, as a fraction, with Wilson's interval; None of nobody."""

    n: int
    count: int
    share: float | None
    interval: Interval | None
    method: ClassVar[str] = "share, Wilson score"
    source: ClassVar[str] = _WILSON


def share_of(count: int, n: int, *, level: float = 0.95) -> Share:
    """
    The share of ``count`` among ``n`` respondents, x/n, with ``wilson``'s interval.

    R: ``prop.test(x, n, correct = FALSE)``.

    :raises OutOfRange: when ``count`` is not between 0 and ``n``, or ``level`` not between
        0 and 1.

    Source: Wilson 1927, J. American Statistical Association 22:209.

    >>> share_of(81, 263).interval.low.__round__(6)
    0.255289
    """
    if n == 0 == count:
        return Share(0, 0, None, None)
    return Share(n, count, count / n, wilson(count, n, level=level))


@dataclass(frozen=True, slots=True)
class NetScore(Result):
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
    method: ClassVar[str] = "net promoter score, adjusted Wald"
    source: ClassVar[str] = _ROCKS

    @property
    def passives(self) -> int:
        """How many are neither promoters nor detractors."""
        return self.n - self.promoters - self.detractors


def net_score(promoters: int, detractors: int, n: int, *, level: float = 0.95) -> NetScore:
    """
    The net promoter score with the adjusted Wald interval: three answers are added, three
    quarters of one on either side (Rocks 2016, best of six for small n).

    The score is (promoters - detractors)/n. With n' = n + 3, p = (promoters + ¾)/n' and
    d = (detractors + ¾)/n' the interval is p - d ± z √((p + d - (p - d)²)/n'), within ±1.
    R: these formulas; no package has them.

    :raises TooFew: of nobody.
    :raises OutOfRange: when the counts are not parts of ``n``, or ``level`` is not between
        0 and 1.

    Source: Rocks 2016, Annals of Applied Statistics 10.

    >>> found = net_score(19, 8, 36).interval
    >>> round(found.low, 6), round(found.high, 6)
    (0.028784, 0.535318)
    """
    if n < 1:
        raise TooFew("a net score needs one respondent, and there is none")
    centre, interval = adjusted_wald(promoters, detractors, n, level=level)
    score = (promoters - detractors) / n
    return NetScore(n, promoters, detractors, score, centre, interval)


def adjusted_wald(
    promoters: float, detractors: float, n: float, *, level: float
) -> tuple[float, Interval]:
    """
    The centre and the interval of ``net_score``; counts need not be whole.

    See there for the formula. R: the same, as no package has it.

    :raises OutOfRange: when the counts are not parts of ``n``, or ``level`` not between 0
        and 1.

    Source: Rocks 2016, Annals of Applied Statistics 10.

    >>> round(adjusted_wald(19, 8, 36, level=0.95)[0], 6)
    0.282051
    """
    z = float(scipy.special.ndtri(1 - _tail(level)))
    if not (promoters >= 0 <= detractors and promoters + detractors <= n < math.inf):
        raise OutOfRange(f"{promoters} and {detractors} are not parts of {n}")
    high, low = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    centre = high - low
    reach = z * math.sqrt((high + low - centre**2) / (n + 3))
    # Few answers may reach past what a net score can be.
    ends = max(centre - reach, -1.0), min(centre + reach, 1.0)
    return centre, Interval(*ends, level, "adjusted Wald", _ROCKS)


@dataclass(frozen=True, slots=True)
class RatioOfTotals(Result):
    """A sum over a sum, Σy/Σx, over ``n`` clusters: units, visits or days."""

    n: int
    ratio: float
    error: float
    interval: Interval
    method: ClassVar[str] = "linearised ratio of totals"
    source: ClassVar[str] = _COCHRAN


def ratio_of_totals(
    numerators: NDArray[np.generic],
    denominators: NDArray[np.generic],
    *,
    level: float = 0.95,
) -> RatioOfTotals:
    """
    The ratio of two sums whose parts belong together by cluster, with Student's interval.

    Var = m/(m-1) Σ_c (y_c - r x_c)² / (Σx)², with m - 1 degrees of freedom. With sums of
    scores and counts of answers per unit it is the mean of clustered answers.
    R: ``survey::svyratio(~y, ~x, survey::svydesign(ids = ~1, data = d))``.

    :param numerators: (m,) one of each cluster, in its unit; ``denominators``: (m,), at
        least 0.
    :raises TooFew: with fewer than two clusters.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a number is not finite, or a denominator below 0 or all are 0.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Cochran 1977, eq. 6.13.

    >>> found = ratio_of_totals(np.array([40, 90, 75]), np.array([10, 20, 15]))
    >>> round(found.ratio, 4), round(found.error, 4)
    (4.5556, 0.2381)
    """
    y, x = (np.asarray(each, dtype=np.float64) for each in (numerators, denominators))
    if x.shape != y.shape or x.ndim != 1:
        raise WrongShape(f"{y.size} numerators, but {x.size} denominators")
    m = len(x)
    if m < 2:
        raise TooFew(f"a ratio of totals needs two clusters, and there are {m}")
    if not (np.isfinite(y).all() and np.isfinite(x).all() and x.min() >= 0 and x.any()):
        raise OutOfRange("numbers are finite, and denominators at least 0 and not all 0")
    ratio = float(y.sum() / x.sum())
    rest = y - ratio * x
    error = math.sqrt(m / (m - 1) * float(rest @ rest)) / float(x.sum())
    reach = float(scipy.special.stdtrit(m - 1, 1 - _tail(level))) * error
    interval = Interval(ratio - reach, ratio + reach, level, "linearisation, t", _COCHRAN)
    return RatioOfTotals(m, ratio, error, interval)


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2
