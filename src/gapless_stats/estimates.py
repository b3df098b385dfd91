"""An estimate and its standard error: the interval about it, and the test that it is 0."""

from __future__ import annotations

import math

import scipy

from .errors import NoVariance, OutOfRange
from .intervals import Interval


def tail_of(level: float) -> float:
    """
    What a two-sided interval leaves out on either side: (1 - level) / 2.

    :param level: 0 to 1, both excluded.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Neyman 1937, section 3. R: ``(1 - level) / 2``.

    >>> tail_of(0.5)
    0.25
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2


def interval_about(
    estimate: float,
    error: float,
    *,
    level: float,
    method: str,
    freedom: float | None = None,
    source: str = "Student 1908, section III",
) -> Interval:
    """
    Estimate ± quantile · error: Student's with ``freedom`` degrees, else the normal one.

    :param error: the standard error, at least 0, in the unit of the estimate.
    :param freedom: degrees of freedom, above 0; None where the error is as good as known.
    :param source: who published an error like this one.
    :raises OutOfRange: when a number is not finite, the error negative, ``freedom`` not
        above 0, or ``level`` not between 0 and 1.

    Source: Student 1908, section III. R: ``estimate + c(-1, 1) * qt(0.975, df) * error``.

    >>> found = interval_about(0.0, 1.0, level=0.95, method="z")
    >>> round(found.low, 6), round(found.high, 6)
    (-1.959964, 1.959964)
    """
    tail = tail_of(level)
    if not (math.isfinite(estimate) and 0 <= error < math.inf):
        raise OutOfRange(
            f"no interval lies about {estimate} with a standard error of {error}"
        )
    reach = -_quantile(tail, freedom) * error
    return Interval(estimate - reach, estimate + reach, level, method, source)


def two_sided(estimate: float, error: float, *, freedom: float | None = None) -> float:
    """
    How probable an estimate at least so far from 0 is where 0 is true: 2 P(T ≤ -|e / s|).

    :param error: the standard error, above 0; ``freedom`` as for ``interval_about``.
    :returns: the p value, 0 to 1.
    :raises NoVariance: when the error is 0.
    :raises OutOfRange: when ``freedom`` is not above 0.

    Source: Student 1908, section III. R: ``2 * pt(-abs(estimate / error), df)``.

    >>> round(two_sided(-1.58, 0.3889587, freedom=9), 5)  # R: t.test of the sleep study
    0.00283
    """
    if not error > 0:
        raise NoVariance(f"an estimate of {estimate} with an error of {error} has no test")
    statistic = -abs(estimate / error)
    if freedom is None:
        return 2 * float(scipy.special.ndtr(statistic))
    _positive(freedom)
    return 2 * float(scipy.special.stdtr(freedom, statistic))


def upper_tail_of_f(statistic: float, between: float, within: float) -> float:
    """
    P(F ≥ statistic) with ``between`` and ``within`` degrees of freedom, 0 to 1.

    :param statistic: a ratio of two mean squares, at least 0.
    :raises OutOfRange: when the statistic is negative or not finite, or a number of degrees
        is not above 0.

    Source: Fisher 1924; Snedecor 1934. R: ``pf(f, df1, df2, lower.tail = FALSE)``.

    >>> round(upper_tail_of_f(4.846088, 2, 27), 5)  # R: aov(weight ~ group, PlantGrowth)
    0.01591
    """
    if not 0 <= statistic < math.inf:
        raise OutOfRange(f"a ratio of mean squares is at least 0, not {statistic}")
    _positive(between)
    _positive(within)
    return float(scipy.special.fdtrc(between, within, statistic))


def _quantile(tail: float, freedom: float | None) -> float:
    if freedom is None:
        return float(scipy.special.ndtri(tail))
    _positive(freedom)
    return float(scipy.special.stdtrit(freedom, tail))


def _positive(freedom: float) -> None:
    if not freedom > 0:
        raise OutOfRange(f"degrees of freedom are above 0, not {freedom}")
