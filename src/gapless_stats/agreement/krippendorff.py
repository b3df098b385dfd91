"""Krippendorff's alpha: any number of raters, any scale, and ratings may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from gapless_stats.errors import NoVariance, OutOfRange, TooFew
from gapless_stats.estimates import tail_of
from gapless_stats.intervals import Interval
from gapless_stats.results import Result

from .ratings import Floats, Ratings

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
"""What a difference between two ratings is: any, in rank, in points, or in proportion."""

RECALIBRATE = 0.667
"""Below this raters need to be trained together again (domain.md 4.15)."""

GOOD = 0.8
"""From here on what raters say may be relied on (Krippendorff 2004, p. 241)."""

DRAWS = 2_000
SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class KrippendorffAlpha(Result):
    """
    How far raters agree beyond chance: at most 1, 0 by chance, below 0 less than chance.

    Over the ``n`` units that two rated, with ``pairable`` ratings in all. ``disagreement``
    and ``expected`` are D_o and D_e in the metric's unit (of "ordinal": squared ranks).
    """

    n: int
    pairable: int
    value: float
    disagreement: float
    expected: float
    metric: Metric
    method: ClassVar[str] = "Krippendorff's alpha"
    source: ClassVar[str] = "Krippendorff 2004, ch. 11; 2011"


def coincidences(ratings: Ratings) -> Floats:
    """
    How often two values stand in one unit: o_ck = Σ_u (n_uc n_uk - [c=k] n_uc) / (m_u - 1).

    :returns: (q, q), symmetric, additive over units; sums to the pairable ratings.
    :raises TooFew: when no unit has two ratings.

    Source: Krippendorff 2011, p. 3. R: ``irr::kripp.alpha(t(d))$cm``.

    >>> coincidences(Ratings.of_table(np.array([[2, 1], [0, 1]]))).tolist()
    [[4.0, 1.0], [1.0, 2.0]]
    """
    shared = ratings.rated_by(2)
    if shared.n < 1:
        raise TooFew("raters agree or not on a unit that two of them rated; none was")
    return np.asarray(np.tensordot(shared.times, _of_patterns(shared), axes=1))


def krippendorff_alpha(
    ratings: Ratings, *, metric: Metric = "nominal"
) -> KrippendorffAlpha:
    """
    How far raters agree, whoever they are and whatever is missing: 1 - D_o / D_e.

    With coincidences o_ck and margins n_c, D_o = Σ o δ² / n, D_e = Σ n_c n_k δ² / (n(n-1)).
    δ² is 1 (nominal), (Σ_{g=c}^{k} n_g - (n_c + n_k)/2)² (ordinal), (c - k)² (interval) or
    ((c - k) / (c + k))² (ratio). R: ``irr::kripp.alpha(t(d), "ordinal")``.

    :raises TooFew: when no unit has two ratings.
    :raises NoVariance: when all pairable ratings are the same.
    :raises OutOfRange: when the metric is unknown, or "ratio" meets a value below 0.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.

    >>> ratings = Ratings.of_table(np.array([[20, 5], [10, 15]]))
    >>> round(krippendorff_alpha(ratings).value, 6)
    0.4
    """
    table = coincidences(ratings)
    observed, expected = _disagreements(table[None], ratings.values, metric)
    if expected[0] == 0:
        raise NoVariance("all ratings that could be compared are the same")
    return KrippendorffAlpha(
        n=ratings.rated_by(2).n,
        pairable=round(float(table.sum())),
        value=float(1 - observed[0] / expected[0]),
        disagreement=float(observed[0]),
        expected=float(expected[0]),
        metric=metric,
    )


def krippendorff_interval(
    ratings: Ratings,
    *,
    metric: Metric = "nominal",
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Interval:
    """
    Where alpha lies, by drawing units anew (percentile bootstrap, Efron 1979).

    Each draw takes as many units as there are, with replacement; expected disagreement is
    that of the draw. R: ``boot::boot(units, \\(d, i) irr::kripp.alpha(t(d[i, ])), 2000)``.

    :param draws: how many, at least 100; the same ``seed`` gives the same interval.
    :raises TooFew: when fewer than two units have two ratings.
    :raises NoVariance: when in a draw all ratings are the same: there are too few units of
        the rarer kind.
    :raises OutOfRange: when ``level`` is not between 0 and 1, or there are too few draws.

    Source: Efron 1979; Hayes and Krippendorff 2007.

    >>> table = Ratings.of_table(np.array([[200, 50], [100, 150]]))
    >>> found = krippendorff_interval(table)
    >>> 0.30 < found.low < 0.32 < 0.47 < found.high < 0.49
    True
    """
    tail, shared = tail_of(level), ratings.rated_by(2)
    if shared.n < 2:
        raise TooFew(f"units are drawn from two or more, and there are {shared.n}")
    if draws < _FEWEST_DRAWS:
        raise OutOfRange(f"{draws} draws say nothing about the ends of an interval")
    shares = shared.times / shared.n
    drawn = np.random.default_rng(seed).multinomial(shared.n, shares, size=draws)
    tables = np.tensordot(drawn, _of_patterns(shared), axes=1)
    observed, expected = _disagreements(tables, shared.values, metric)
    same = int((expected == 0).sum())
    if same:
        raise NoVariance(f"in {same} of {draws} draws of units all ratings are the same")
    low, high = np.quantile(1 - observed / expected, [tail, 1 - tail]).tolist()
    method, source = "percentile bootstrap of units", "Efron 1979"
    return Interval(low, high, level, method, source)


_FEWEST_DRAWS = 100


def _of_patterns(shared: Ratings) -> Floats:
    """The coincidences within one unit of each pattern, (P, q, q)."""
    counts = shared.counts.astype(np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    places = np.arange(counts.shape[1])
    pairs[:, places, places] -= counts
    return np.asarray(pairs / (shared.raters - 1)[:, None, None])


def _disagreements(tables: Floats, values: Floats, metric: Metric) -> tuple[Floats, Floats]:
    """D_o and D_e of each of D tables of coincidences, (D,) both."""
    margins = tables.sum(axis=2)
    n = margins.sum(axis=1)
    squares = _squares(margins, values, metric)
    observed = (tables * squares).sum(axis=(1, 2)) / n
    chance = margins[:, :, None] * margins[:, None, :]
    return observed, (chance * squares).sum(axis=(1, 2)) / (n * (n - 1))


def _squares(margins: Floats, values: Floats, metric: Metric) -> Floats:
    """The squared differences δ², (D, q, q), or (1, q, q) where margins do not matter."""
    apart = np.abs(values[:, None] - values[None, :])[None]
    if metric == "nominal":
        return np.asarray((apart > 0).astype(np.float64))
    if metric == "ordinal":
        # A value's place is the middle of its ranks; what lies between two is a difference.
        middle = np.cumsum(margins, axis=1) - margins / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    if metric == "interval":
        return np.asarray(apart**2)
    if metric != "ratio":
        raise OutOfRange(f"a metric is nominal, ordinal, interval or ratio, not {metric}")
    if values[0] < 0:
        raise OutOfRange(f"proportions are of values from 0, not of {values[0]}")
    sums = values[:, None] + values[None, :]
    return np.asarray((apart / np.where(sums > 0, sums, 1)) ** 2)
