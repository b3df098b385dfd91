"""Do groups choose alike? Tables of counts: chi-square, and Fisher's exact test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, OutOfRange, WrongShape
from gapless_stats.estimates import interval_about
from gapless_stats.exact import AnyIntegers, Integers
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

Floats = NDArray[np.float64]

SMALLEST_EXPECTED = 5.0
"""Where more than a fifth of the cells expects less, χ² is rough (Cochran 1954)."""

FEW_CELLS = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class ChiSquare(Result):
    """
    Whether rows of a table choose columns alike.

    ``cramers_v`` is 0 where they do, and 1 where the row says the column; of a 2 × 2 table
    it is |φ|. ``residuals`` are adjusted: beyond ±2 a cell stands out.
    ``rough`` where too many cells expect too little for χ² to be trusted.
    """

    n: int
    statistic: float
    degrees: int
    p_value: float
    cramers_v: float
    residuals: Floats  # (r, c)
    smallest_expected: float
    rough: bool
    method: ClassVar[str] = "Pearson's chi-square, no continuity correction"
    source: ClassVar[str] = "Pearson 1900; Cramér 1946; Haberman 1973 (residuals)"


def chi_square(table: AnyIntegers) -> ChiSquare:
    """
    Whether r groups choose among c categories alike (Pearson 1900).

    X² = Σ (o - e)² / e with e = row · column / n, (r - 1)(c - 1) degrees;
    V = √(X² / (n · min(r - 1, c - 1))); residual (o - e) / √(e (1 - row/n)(1 - column/n)).
    R: ``chisq.test(table, correct = FALSE)``, ``$stdres``.

    :param table: (r, c) counts, additive.
    :raises WrongShape: when there are fewer than two rows or columns.
    :raises OutOfRange: when a count is negative or no whole number.
    :raises NoVariance: when a row or a column is empty; leave it out.

    Source: Pearson 1900, Philosophical Magazine 50:157; Haberman 1973, Biometrics 29:205.

    >>> found = chi_square(np.array([[762, 327, 468], [484, 239, 477]]))
    >>> round(found.statistic, 5), found.degrees
    (30.07015, 2)
    """
    counts = _counts(table)
    n, rows, columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    if min(rows.min(), columns.min()) == 0:
        raise NoVariance("an empty row or column says nothing; leave it out")
    expected = np.outer(rows, columns) / n
    statistic = float(((counts - expected) ** 2 / expected).sum())
    degrees = (len(rows) - 1) * (len(columns) - 1)
    spread = expected * np.outer(1 - rows / n, 1 - columns / n)
    most = int(n) * (min(counts.shape) - 1)
    return ChiSquare(
        n=int(n),
        statistic=statistic,
        degrees=degrees,
        p_value=float(scipy.special.chdtrc(degrees, statistic)),
        cramers_v=math.sqrt(min(statistic / most, 1.0)),
        residuals=(counts - expected) / np.sqrt(spread),
        smallest_expected=float(expected.min()),
        rough=bool((expected < SMALLEST_EXPECTED).mean() > FEW_CELLS or expected.min() < 1),
    )


@dataclass(frozen=True, slots=True)
class FisherExact(Result):
    """
    Whether two groups have the same share of successes, whatever their size.

    ``odds_ratio`` has ½ added to each cell, so that it is finite (Haldane 1956, Anscombe
    1956); ``interval`` is of it (Gart 1966).
    """

    n: int
    p_value: float
    odds_ratio: float
    interval: Interval
    method: ClassVar[str] = "Fisher's exact test, two-sided"
    source: ClassVar[str] = "Fisher 1935; odds ratio: Haldane 1956, Gart 1966"


def fisher_exact(table: AnyIntegers, *, level: float = 0.95) -> FisherExact:
    """
    Whether two groups differ in a yes or no, exactly (Fisher 1935).

    The probability, with both margins given, of all tables no more probable than this one.
    Odds ratio (a+½)(d+½) / ((b+½)(c+½)), its interval on the logarithm with variance
    Σ 1/(cell + ½). R: ``fisher.test(table)$p.value``.

    :param table: (2, 2) counts: rows are groups, columns yes and no.
    :raises WrongShape: when the table is not two by two.
    :raises OutOfRange: when a count is negative or no whole number, or ``level`` is not
        between 0 and 1.
    :raises NoVariance: when a row or a column is empty.

    Source: Fisher 1935, The Design of Experiments, ch. 2 (the lady tasting tea):

    >>> round(fisher_exact(np.array([[3, 1], [1, 3]])).p_value, 7)
    0.4857143
    """
    counts = _counts(table)
    if counts.shape != (2, 2):
        raise WrongShape(f"Fisher's test is of two by two counts, not of {counts.shape}")
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    if min(rows.min(), columns.min()) == 0:
        raise NoVariance("an empty row or column says nothing of the other")
    probable = _hypergeometric(int(rows[0]), int(rows[1]), int(columns[0]))
    this = probable[int(counts[0, 0]) - max(0, int(columns[0] - rows[1]))]
    halves = counts + 0.5
    log_odds = math.log(halves[0, 0] * halves[1, 1] / (halves[0, 1] * halves[1, 0]))
    error = math.sqrt(float((1 / halves).sum()))
    about = interval_about(log_odds, error, level=level, method="Gart")
    low, high = math.exp(about.low), math.exp(about.high)
    return FisherExact(
        n=int(counts.sum()),
        p_value=min(1.0, float(probable[probable <= this * _AS_PROBABLE].sum())),
        odds_ratio=math.exp(log_odds),
        interval=Interval(low, high, level, "Gart", "Gart 1966"),
    )


_AS_PROBABLE = 1 + 1e-7
"""R's allowance for rounding among tables that are equally probable."""


def _hypergeometric(first: int, second: int, successes: int) -> Floats:
    """The probability of each possible count of successes in the first group."""
    x = np.arange(max(0, successes - second), min(first, successes) + 1)
    log = scipy.special.gammaln
    ways = -log(x + 1) - log(first - x + 1) - log(successes - x + 1)
    ways = ways - log(second - successes + x + 1)
    share = np.exp(ways - ways.max())
    return np.asarray(share / share.sum())


def _counts(table: AnyIntegers) -> Integers:
    counts = np.asarray(table)
    if counts.ndim != 2 or min(counts.shape) < 2:
        raise WrongShape(f"a table has two rows and two columns at least: {counts.shape}")
    whole = counts.astype(np.int64)
    if (whole != counts).any() or (whole < 0).any():
        raise OutOfRange("a table holds whole numbers from 0")
    return whole
