"""Quantiles of answers, with intervals that assume nothing of their distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy

from .errors import OutOfRange, TooFew
from .intervals import Interval
from .results import Result
from .tables import Histogram

_ORDER = "Conover 1999, Practical Nonparametric Statistics, sec. 3.2"


@dataclass(frozen=True, slots=True)
class Quantile(Result):
    """
    The answer that a share ``at`` of all lies at or below, with its interval.

    The interval lies between two answers that were given, so its true level is at least
    the one asked for; an end is the scale's own where the sample is too small for more.
    """

    n: int
    at: float
    value: float
    interval: Interval
    method: ClassVar[str] = "order statistics"
    source: ClassVar[str] = _ORDER


def quantile_of(answers: Histogram, at: float, *, level: float = 0.95) -> Quantile:
    """
    A quantile of answers with its distribution-free interval, from their histogram.

    The value is the smallest with at least the share ``at`` at or below it. How many lie
    below the true one is binomial(n, at), and its quantiles at the tails say which answers
    in order of size bound it. R: ``quantile(x, at, type = 1)``;
    ``sort(x)[qbinom(c(tail, 1 - tail), n, at) + 0:1]``.

    :param at: 0.5 for the median, 0.9 for what nine of ten stay within.
    :raises TooFew: of nobody.
    :raises OutOfRange: when ``at`` or ``level`` is not between 0 and 1.

    Source: Conover 1999, sec. 3.2.

    >>> found = quantile_of(Histogram(1, 5, np.array([1, 2, 8, 20, 9])), 0.5)
    >>> found.value, found.interval.low, found.interval.high
    (4.0, 4.0, 4.0)
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    if not 0 < at < 1:
        raise OutOfRange(f"a quantile lies between 0 and 1, not at {at}")
    n = answers.n
    if n < 1:
        raise TooFew("a quantile needs one answer, and there is none")
    below = answers.counts.cumsum()
    chances = scipy.special.bdtr(np.arange(n + 1), n, at)
    first = int(np.searchsorted(chances, (1 - level) / 2))
    last = int(np.searchsorted(chances, (1 + level) / 2)) + 1
    # A hair less than n · at, so that 0.9 of 10 answers is the ninth, as R has it.
    places = np.array([n * at * (1 - 1e-12), float(first), float(last)])
    found = answers.low + np.searchsorted(below, np.minimum(places, n))
    low = float(found[1]) if first else float(answers.low)
    high = float(found[2]) if last <= n else float(answers.high)
    interval = Interval(low, high, level, "order statistics", _ORDER)
    return Quantile(n, at, float(found[0]), interval)
