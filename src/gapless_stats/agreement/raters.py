"""Agreement of any number of raters on categories: shares, Fleiss' kappa, Gwet's AC."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import interval_about, two_sided
from gapless_stats.intervals import Interval, wilson
from gapless_stats.results import Result

from .kappa import Weights, weights_between
from .ratings import Floats, Ratings


@dataclass(frozen=True, slots=True)
class PercentAgreement(Result):
    """
    The share of n units on which all raters agree, and of pairs of raters who do; 0 to 1.

    ``interval`` is of ``share``.
    """

    n: int
    count: int
    share: float
    interval: Interval
    pairs: float
    method: ClassVar[str] = "agreement of all raters of a unit"
    source: ClassVar[str] = "Wilson 1927 (interval); Fleiss 1971, eq. 2 (pairs)"


def percent_agreement(
    ratings: Ratings, *, tolerance: float = 0.0, level: float = 0.95
) -> PercentAgreement:
    """
    How often raters agree, with nothing taken off for chance.

    ``share`` is of units whose ratings lie within ``tolerance`` of each other, ``pairs``
    the mean over units of the share of pairs of raters that do. Units with fewer than two
    ratings are left out. R: ``irr::agree(d, tolerance = 0)``.

    :param tolerance: in the unit of the values, at least 0.
    :raises TooFew: when no unit has two ratings.
    :raises OutOfRange: when the tolerance is negative, or ``level`` not between 0 and 1.

    Source: Fleiss 1971, eq. 2 (pairs); Wilson 1927 (interval).

    >>> found = percent_agreement(Ratings.of_table(np.array([[20, 5], [10, 15]])))
    >>> found.count, found.share
    (35, 0.7)
    """
    if not tolerance >= 0:
        raise OutOfRange(f"a tolerance is at least 0, not {tolerance}")
    shared = _shared(ratings)
    values = shared.values
    near = np.abs(values[:, None] - values[None, :]) <= tolerance
    each = _agreement(shared, near.astype(np.float64))
    chosen = shared.counts > 0
    top = np.where(chosen, values, -np.inf).max(axis=1)
    bottom = np.where(chosen, values, np.inf).min(axis=1)
    count = int(shared.times[top - bottom <= tolerance].sum())
    interval = wilson(count, shared.n, level=level)
    pairs = float(each @ shared.times) / shared.n
    return PercentAgreement(shared.n, count, count / shared.n, interval, pairs)


@dataclass(frozen=True, slots=True, eq=False)
class FleissKappa(Result):
    """
    How far the same number of raters of every unit agree beyond chance; at most 1.

    ``null_error`` is the standard error where kappa is 0, behind ``z`` and ``p_value``;
    ``error`` the one behind the interval. Of each category that was used: its kappa.
    """

    n: int
    raters: int
    value: float
    interval: Interval
    error: float
    null_error: float
    z: float
    p_value: float
    categories: Floats  # (c,) values of the categories that were used
    category_kappas: Floats  # (c,)
    category_z: Floats  # (c,)
    category_p_values: Floats  # (c,)
    method: ClassVar[str] = "Fleiss' kappa"
    source: ClassVar[str] = "Fleiss 1971; Fleiss, Nee and Landis 1979; Gwet 2021 (interval)"


def fleiss_kappa(ratings: Ratings, *, level: float = 0.95) -> FleissKappa:
    """
    How far m raters, not always the same ones, agree on n units (Fleiss 1971).

    κ = (p̄ - p_e) / (1 - p_e), p_e = Σ p_j²; of a category
    κ_j = 1 - Σ_i n_ij (m - n_ij) / (n m (m - 1) p_j (1 - p_j)).
    Null variance 2 / (n m (m - 1)) · ((Σpq)² - Σpq(q - p)) / (Σpq)² (Fleiss, Nee and Landis
    1979). R: ``irr::kappam.fleiss(d, detail = TRUE)``.

    :raises TooFew: of fewer than two units, or fewer than two raters of each.
    :raises WrongShape: when not every unit has as many ratings; see ``krippendorff_alpha``.
    :raises NoVariance: when all ratings are of one category.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Fleiss 1971, Psychological Bulletin 76:378; Fleiss, Nee and Landis 1979.

    >>> found = fleiss_kappa(Ratings.of_table(np.array([[20, 5], [10, 15]])))
    >>> round(found.value, 6)  # Scott's pi of two raters
    0.393939
    """
    n, m = ratings.n, _equally_many(ratings)
    used = ratings.times @ ratings.counts > 0
    counts, times = ratings.counts[:, used], ratings.times
    p = (times @ counts) / (n * m)
    if len(p) < 2:
        raise NoVariance(f"all {m} raters put all {n} units into one category")
    pq = p * (1 - p)
    apart = times @ (counts * (m - counts))
    each = 1 - apart / (n * m * (m - 1) * pq)
    value = 1 - float(apart.sum()) / (n * m * (m - 1) * float(pq.sum()))
    skew = float((pq * (1 - 2 * p)).sum()) / float(pq.sum()) ** 2
    of_category = math.sqrt(2 / (n * m * (m - 1)))
    null_error = of_category * math.sqrt(1 - skew)
    expected = counts @ p / m
    _, error = _coefficient(ratings, np.eye(len(used)), float(p @ p), expected)
    return FleissKappa(
        n=n,
        raters=m,
        value=value,
        interval=_interval(value, error, n, level),
        error=error,
        null_error=null_error,
        z=value / null_error,
        p_value=two_sided(value, null_error),
        categories=ratings.values[used],
        category_kappas=each,
        category_z=each / of_category,
        category_p_values=np.array([two_sided(k, of_category) for k in each.tolist()]),
    )


@dataclass(frozen=True, slots=True)
class GwetCoefficient(Result):
    """
    How far raters agree beyond chance where most units are of one kind; at most 1.

    ``agreement`` and ``expected`` are the (weighted) shares observed and by chance; p value
    and interval are of t with n - 1 degrees of freedom.
    """

    n: int
    value: float
    interval: Interval
    error: float
    p_value: float
    agreement: float
    expected: float
    method: str
    source: ClassVar[str] = "Gwet 2008, eqs. 20 and 24; Gwet 2021"


def gwet_ac1(ratings: Ratings, *, level: float = 0.95) -> GwetCoefficient:
    """
    How far raters agree on unordered categories (Gwet 2008): (p_a - p_e) / (1 - p_e).

    p_e = Σ π_k (1 - π_k) / (q - 1), with π_k the mean share of a unit's ratings in category
    k. Where nearly everything passes, kappa falls to 0 however often raters agree; AC1 does
    not. Ratings may be missing. R: ``irrCAC::gwet.ac1.raw(d)``.

    :raises TooFew: of fewer than two units, fewer than two categories, or when no unit has
        two ratings.
    :raises NoVariance: when chance alone would agree always.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Gwet 2008, British J. of Mathematical and Statistical Psychology 61:29.

    >>> round(gwet_ac1(Ratings.of_table(np.array([[20, 5], [10, 15]]))).value, 6)
    0.405941
    """
    return gwet_ac2(ratings, weights="identity", level=level)


def gwet_ac2(
    ratings: Ratings, *, weights: Weights = "quadratic", level: float = 0.95
) -> GwetCoefficient:
    """
    As ``gwet_ac1`` on ordered categories, where a near miss is worth something.

    p_e = Σ_kl w_kl / (q (q - 1)) · Σ π_k (1 - π_k) (Gwet 2021, AC2).
    R: ``irrCAC::gwet.ac1.raw(d, weights = "quadratic")``.

    :raises TooFew: of fewer than two units, fewer than two categories, or when no unit has
        two ratings.
    :raises NoVariance: when chance alone would agree always.
    :raises OutOfRange: when the weights are unknown, or ``level`` is not between 0 and 1.

    Source: Gwet 2021, Handbook of Inter-Rater Reliability, 5th ed., ch. 5.

    >>> table = np.array([[44, 5, 1], [7, 20, 3], [9, 5, 6]])
    >>> linear = gwet_ac2(Ratings.of_table(table), weights="linear")
    >>> gwet_ac1(Ratings.of_table(table)).value < linear.value < 1
    True
    """
    worth = weights_between(ratings.values, weights)
    known = ratings.rated_by(1)
    if known.n < 2:
        raise TooFew(f"a coefficient needs two rated units, and there are {known.n}")
    shares = known.counts / known.raters[:, None]
    pi = known.times @ shares / known.n
    share = float(worth.sum()) / (len(pi) * (len(pi) - 1))
    expected = share * float((pi * (1 - pi)).sum())
    if expected >= 1:
        raise NoVariance("by chance alone these raters would always agree")
    value, error = _coefficient(known, worth, expected, share * (shares @ (1 - pi)))
    return GwetCoefficient(
        n=known.n,
        value=value,
        interval=_interval(value, error, known.n, level),
        error=error,
        p_value=two_sided(value, error, freedom=known.n - 1) if error else 0.0,
        agreement=value * (1 - expected) + expected,
        expected=expected,
        method="Gwet's AC1" if weights == "identity" else f"Gwet's AC2, {weights} weights",
    )


def _shared(ratings: Ratings) -> Ratings:
    shared = ratings.rated_by(2)
    if shared.n < 1:
        raise TooFew("raters agree or not on a unit that two of them rated; none was")
    return shared


def _equally_many(ratings: Ratings) -> int:
    raters = ratings.raters[ratings.times > 0]
    if ratings.n < 2 or raters.min() < 2:
        raise TooFew(f"two units and two raters of each; there are {ratings.n} units")
    if raters.min() != raters.max():
        raise WrongShape(
            f"units have {raters.min()} to {raters.max()} ratings, not as many"
        )
    return int(raters[0])


def _agreement(ratings: Ratings, worth: Floats) -> Floats:
    """The mean worth of a pair of ratings of each pattern's unit, (P,); 0 of one rating."""
    counts, raters = ratings.counts, ratings.raters
    together = (counts * (counts @ worth)).sum(axis=1) - raters
    return np.asarray(together / np.maximum(raters * (raters - 1), 1))


def _coefficient(
    ratings: Ratings, worth: Floats, expected: float, each: Floats
) -> tuple[float, float]:
    """
    (p_a - p_e) / (1 - p_e) and its error by linearisation (Gwet 2021, section 5.4).

    :param each: (P,) what each pattern adds to the agreement ``expected`` by chance.
    """
    shared, n = _shared(ratings), ratings.n
    of_shared = n / shared.n * (ratings.raters >= 2)
    agreement = of_shared * _agreement(ratings, worth)
    observed = float(agreement @ ratings.times) / n
    value = min((observed - expected) / (1 - expected), 1.0)
    unit = (agreement - of_shared * expected) / (1 - expected)
    unit = unit - 2 * (1 - value) * (each - expected) / (1 - expected)
    scatter = float(ratings.times @ (unit - value) ** 2)
    return value, math.sqrt(scatter / (n * (n - 1)))


def _interval(value: float, error: float, n: int, level: float) -> Interval:
    found = interval_about(value, error, level=level, method="t", freedom=n - 1)
    ends = max(found.low, -1.0), min(found.high, 1.0)
    return Interval(*ends, level, "linearised t", "Gwet 2021, section 5.4")
