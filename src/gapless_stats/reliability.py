"""
How consistently items measure one thing, and how much of that a difference keeps.

Guides: from 0.7 on for groups, 0.8 to compare units, 0.9 for decisions on one person
(Nunnally 1978; domain.md 4.1). Items that measure unequally well are in ``omega``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import Collinear, NoVariance, OutOfRange, TooFew, WrongShape
from .intervals import Interval
from .moments import Moments
from .pairwise import PairwiseMoments
from .predictors import correlations
from .results import Result

Floats = NDArray[np.float64]

_SMALLEST_EIGENVALUE = 1e-10


@dataclass(frozen=True, slots=True)
class Alpha(Result):
    """Cronbach's alpha: at most 1; negative when the items contradict each other."""

    method: ClassVar[str] = "Cronbach"
    source: ClassVar[str] = "Cronbach 1951, eq. 2"

    value: float
    items: int
    n: int


def cronbach_alpha(moments: Moments) -> Alpha:
    """
    How consistently k items measure one thing (Cronbach 1951, eq. 2).

    k/(k - 1) · (1 - tr S / 1'S1). Give it the moments of E, of P, or of P - E
    (``Moments.through``). R: ``psych::alpha(d)$total$raw_alpha``.

    :raises TooFew: with fewer than two items or two respondents.
    :raises NoVariance: when every respondent has the same total.

    >>> rows = np.array([[1, 2, 2], [3, 3, 4], [4, 4, 5], [2, 1, 3]])
    >>> round(cronbach_alpha(Moments.of(rows)).value, 6)  # 3/2 (1 - 15/41), by hand
    0.95122
    """
    k = moments.items
    _enough(k, moments.n)
    # The total's variance from exact sums: it is 0 exactly when all totals are equal.
    of_total = moments.through(np.ones((1, k), np.int64)).covariance[0, 0]
    if of_total == 0:
        raise NoVariance(f"all {moments.n} respondents have the same total")
    of_items = np.trace(moments.covariance)
    # Where all items agree the quotients may round to a shade above 1.
    found = min(float(k / (k - 1) * (1 - of_items / of_total)), 1.0)
    return Alpha(found, items=k, n=moments.n)


@dataclass(frozen=True, slots=True)
class StandardisedAlpha(Result):
    """Alpha were all items of equal variance; ``mean_correlation`` is of item pairs."""

    method: ClassVar[str] = "Spearman-Brown of the mean correlation"
    source: ClassVar[str] = "Cronbach 1951, eq. 54"

    value: float
    mean_correlation: float
    items: int
    n: int


def standardised_alpha(moments: Moments) -> StandardisedAlpha:
    """
    Alpha of items in standard deviations: k r̄ / (1 + (k - 1) r̄), r̄ their mean correlation.

    Source: Cronbach 1951, eq. 54. R: ``psych::alpha(d)$total$std.alpha``.

    :raises TooFew: with fewer than two items or two respondents.
    :raises NoVariance: when an item was answered alike by all, or the totals of
        standardised items are.

    >>> rows = np.array([[1, 2], [2, 1], [3, 3]])  # r = 1/2
    >>> round(standardised_alpha(Moments.of(rows)).value, 6)
    0.666667
    """
    k = moments.items
    _enough(k, moments.n)
    mean = (float(correlations(moments).sum()) - k) / (k * (k - 1))
    whole = 1 + (k - 1) * mean
    if whole < _SMALLEST_EIGENVALUE:
        raise NoVariance(f"all {moments.n} respondents have the same standardised total")
    return StandardisedAlpha(min(k * mean / whole, 1.0), mean, items=k, n=moments.n)


def kr20(moments: Moments) -> Alpha:
    """
    Kuder and Richardson's formula 20: alpha of items that are right or wrong.

    k/(k - 1) · (1 - Σ p(1 - p) / σ²_total) (Kuder and Richardson 1937), σ² of divisor n.
    R: ``psych::alpha(d)$total$raw_alpha`` of zeros and ones.

    :param moments: of items answered 0 or 1.
    :raises TooFew: with fewer than two items or two respondents.
    :raises NoVariance: when every respondent has the same total.
    :raises OutOfRange: when an item was answered otherwise than 0 or 1.

    >>> rows = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(kr20(Moments.of(rows)).value, 6)
    0.75
    """
    # x² = x for 0 and 1 only, and x² ≥ x for all other integers, so sums tell.
    if not np.array_equal(np.diag(moments.cross), moments.total):
        raise OutOfRange("KR-20 is of items answered 0 or 1")
    return cronbach_alpha(moments)


def pairwise_alpha(moments: PairwiseMoments) -> Alpha:
    """
    Alpha where not everybody answered every item: each covariance over whoever gave both.

    As ``cronbach_alpha`` with S pairwise; ``n`` is the fewest behind any covariance.
    Source: Cronbach 1951, eq. 2. R: ``psych::alpha(cov(d, use = "pairwise"))``.

    :raises TooFew: with fewer than two items, or two respondents to any pair.
    :raises NoVariance: when the covariances add up to no positive variance of a total, as
        those of different respondents may.

    >>> rows = np.array([[1, 2], [3, 3], [5, 9]])
    >>> answered = np.array([[True, True], [True, True], [True, False]])
    >>> found = pairwise_alpha(PairwiseMoments.of(rows, answered))
    >>> round(found.value, 6), found.n  # 2 (1 - 4.5/6.5), by hand
    (0.615385, 2)
    """
    k = moments.items
    fewest = int(moments.n.min()) if k else 0
    _enough(k, fewest)
    covariance = moments.covariance
    of_total = float(covariance.sum())
    if not of_total > 0:
        raise NoVariance(f"pairwise covariances add up to {of_total:.3g}")
    found = k / (k - 1) * (1 - float(np.trace(covariance)) / of_total)
    return Alpha(found, items=k, n=fewest)


@dataclass(frozen=True, slots=True, eq=False)
class ItemAnalysis(Result):
    """
    What each of k items adds to the scale they form.

    ``alpha_if_deleted`` above ``alpha`` says that the rest is better without the item, and
    so does a ``corrected_total`` (its correlation with the rest) below 0.3 or so.
    ``mean`` and ``sd`` are of respondents' mean scores, in scale points. ``error`` is the
    standard error of alpha (Duhachek and Iacobucci 2004), ``smallest_split`` Guttman's λ6.
    """

    method: ClassVar[str] = "classical item analysis"
    source: ClassVar[str] = (
        "Cronbach 1951; Guttman 1945; Duhachek and Iacobucci 2004; Nunnally 1978"
    )

    n: int
    items: int
    alpha: float
    standardised: float
    smallest_split: float
    mean_correlation: float
    error: float
    mean: float
    sd: float
    alpha_if_deleted: Floats  # (k,)
    corrected_total: Floats  # (k,)


def item_analysis(moments: Moments) -> ItemAnalysis:
    """
    Alpha, alpha if each item is deleted, and corrected item-total correlations.

    Corrected: ((S1)_j - s_jj) / √(s_jj (1'S1 - 2(S1)_j + s_jj)); deleted: alpha of the
    sub-matrix; λ6 = 1 - Σ(1 - R²_j)/1'R1 (Guttman 1945); error² = 2k²/((k - 1)² (1'S1)³ n)
    · (1'S1 (tr S² + tr² S) - 2 tr S · 1'S²1) (van Zyl, Neudecker and Nel 2000).

    R: ``psych::alpha(d)`` (``alpha.drop``, ``item.stats$r.drop``).

    :raises TooFew: with fewer than three items or two respondents.
    :raises NoVariance: when an item was answered alike by all, or a total was.
    :raises Collinear: when some items together say exactly what another says.

    >>> rows = np.array([[1, 2, 2], [3, 3, 4], [4, 4, 1], [2, 1, 3], [5, 4, 5]])
    >>> found = item_analysis(Moments.of(rows))
    >>> found.alpha_if_deleted.round(3).tolist(), found.corrected_total.round(3).tolist()
    ([0.213, 0.571, 0.909], [0.802, 0.58, 0.285])
    """
    k, n = moments.items, moments.n
    if k < 3:
        raise TooFew(f"without an item two must remain, so three are needed, not {k}")
    alpha, standardised = cronbach_alpha(moments), standardised_alpha(moments)
    s, r = moments.covariance, correlations(moments)
    if np.linalg.eigvalsh(r)[0] < _SMALLEST_EIGENVALUE:
        raise Collinear("some items together say exactly what another says")
    whole, by_item, own = float(s.sum()), s.sum(axis=1), np.diag(s)
    rest = whole - 2 * by_item + own
    if not (rest > _SMALLEST_EIGENVALUE * whole).all():
        raise NoVariance(f"without item {int(np.argmin(rest))} all totals are the same")
    return ItemAnalysis(
        n=n,
        items=k,
        alpha=alpha.value,
        standardised=standardised.value,
        smallest_split=1 - float((1 / np.diag(np.linalg.inv(r))).sum() / r.sum()),
        mean_correlation=standardised.mean_correlation,
        error=_alpha_error(s, n),
        mean=float(moments.mean.mean()),
        sd=math.sqrt(whole) / k,
        alpha_if_deleted=(k - 1) / (k - 2) * (1 - (np.trace(s) - own) / rest),
        corrected_total=(by_item - own) / np.sqrt(own * rest),
    )


def _alpha_error(s: Floats, n: int) -> float:
    k, whole, trace = len(s), float(s.sum()), float(np.trace(s))
    squares, total = float((s * s).sum()), float((s.sum(axis=0) ** 2).sum())
    spread = whole * (squares + trace**2) - 2 * trace * total
    return math.sqrt(2 * k**2 / ((k - 1) ** 2 * whole**3) * max(spread, 0.0) / n)


def feldt_interval(alpha: float, *, n: int, k: int, level: float = 0.95) -> Interval:
    """
    Where alpha lies (Feldt 1965): 1 - (1 - α) F, with n - 1 and (n - 1)(k - 1) degrees.

    Exact for normal items of equal variances and covariances.
    R: ``psych::alpha.ci(alpha, n.obs = n, n.var = k)``.

    :raises TooFew: with fewer than two items or two respondents.
    :raises OutOfRange: when alpha exceeds 1, or ``level`` is not between 0 and 1.

    >>> found = feldt_interval(0.913, n=873, k=20)
    >>> round(found.low, 6), round(found.high, 6)
    (0.904402, 0.921159)
    """
    tail = _checked(alpha, n, k, level)
    degrees = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(scipy.special.fdtri(*degrees, 1 - tail))
    high = 1 - (1 - alpha) * float(scipy.special.fdtri(*degrees, tail))
    return Interval(low, high, level, "Feldt", "Feldt 1965, Psychometrika 30:357")


def bonett_interval(alpha: float, *, n: int, k: int, level: float = 0.95) -> Interval:
    """
    Where alpha lies, by the nearly normal distribution of ln(1 - α) (Bonett 2002).

    1 - exp(ln(1 - α) - ln(n/(n - 1)) ± z √(2k/((k - 1)(n - 2)))).
    R: ``MBESS::ci.reliability(S = s, N = n, type = "alpha", interval.type = "bonett")``.

    :raises TooFew: with fewer than two items or three respondents.
    :raises OutOfRange: when alpha is 1 or more, or ``level`` is not between 0 and 1.

    >>> found = bonett_interval(0.85, n=89, k=7)
    >>> round(found.low, 6), round(found.high, 6)
    (0.795552, 0.892407)
    """
    tail = _checked(alpha, n - 1, k, level)
    if not alpha < 1:
        raise OutOfRange("an alpha of 1 has no logarithm of 1 - α")
    centre = math.log(1 - alpha) - math.log(n / (n - 1))
    reach = float(scipy.special.ndtri(1 - tail)) * math.sqrt(2 * k / ((k - 1) * (n - 2)))
    low, high = 1 - math.exp(centre + reach), 1 - math.exp(centre - reach)
    return Interval(low, high, level, "Bonett", "Bonett 2002; Bonett and Wright 2015")


@dataclass(frozen=True, slots=True)
class AlphaDifference(Result):
    """Two alphas of different respondents; ``ratio`` is (1 - α₁)/(1 - α₂)."""

    method: ClassVar[str] = "Feldt's W"
    source: ClassVar[str] = "Feldt 1969, Psychometrika 34:363"

    n: tuple[int, int]
    difference: float
    ratio: float
    p_value: float


def compare_alphas(one: Alpha, other: Alpha) -> AlphaDifference:
    """
    Whether two groups' alphas differ (Feldt 1969): W = (1 - α₁)/(1 - α₂).

    W follows F(n₁ - 1, n₂ - 1) when the alphas are equal and items many; the p-value is
    two-sided. R: ``pf((1 - a1) / (1 - a2), n1 - 1, n2 - 1)``.

    :raises TooFew: with fewer than two respondents in a group.
    :raises OutOfRange: when an alpha is 1 or more: there is nothing left to compare.

    >>> found = compare_alphas(Alpha(0.9, items=20, n=101), Alpha(0.8, items=20, n=101))
    >>> round(found.ratio, 3), round(found.p_value, 5)
    (0.5, 0.00062)
    """
    for each in (one, other):
        if each.n < 2:
            raise TooFew(f"alpha needs two respondents, and there are {each.n}")
        if not each.value < 1:
            raise OutOfRange(f"alphas are compared below 1, not at {each.value}")
    ratio = (1 - one.value) / (1 - other.value)
    below = float(scipy.special.fdtr(one.n - 1, other.n - 1, ratio))
    p_value = min(2 * min(below, 1 - below), 1.0)
    return AlphaDifference((one.n, other.n), one.value - other.value, ratio, p_value)


def difference_reliability(
    scores: Moments, *, expectation_alpha: float, perception_alpha: float
) -> float:
    """
    How reliable P - E is (Peter, Churchill and Brown 1993).

    (σ²_P r_PP + σ²_E r_EE - 2 σ_PE) / (σ²_P + σ²_E - 2 σ_PE): the more E and P
    move together, the less of their reliability the difference keeps. At most 1
    for alphas of at most 1; below 0.7 P alone is the better headline.
    R: ``(vp * rpp + ve * ree - 2 * cpe) / (vp + ve - 2 * cpe)``; no package has it.

    :param scores: the moments of a dimension's (E, P) scores, k = 2.
    :raises TooFew: with fewer than two respondents.
    :raises NoVariance: when all respondents have the same difference.
    :raises WrongShape: when the moments are not of two columns.
    :raises OutOfRange: when an alpha exceeds 1.

    >>> scores = Moments(4, np.zeros(2, np.int64), 3 * np.array([[2, 1], [1, 2]]))
    >>> found = difference_reliability(
    ...     scores, expectation_alpha=0.8, perception_alpha=0.8
    ... )
    >>> round(found, 6)
    0.6
    """
    if scores.items != 2:
        raise WrongShape(f"expected the moments of E and P, not of {scores.items} columns")
    if not (expectation_alpha <= 1 and perception_alpha <= 1):
        raise OutOfRange(f"alpha is at most 1: {expectation_alpha}, {perception_alpha}")
    of_difference = float(scores.through(np.array([[-1, 1]])).covariance[0, 0])
    if of_difference == 0:
        raise NoVariance(f"all {scores.n} respondents have the same difference")
    (of_expectation, shared), (_, of_perception) = scores.covariance.tolist()
    kept = of_perception * perception_alpha + of_expectation * expectation_alpha
    return min(float((kept - 2 * shared) / of_difference), 1.0)


def _enough(k: int, n: int) -> None:
    if k < 2 or n < 2:
        raise TooFew(f"alpha needs 2 items and 2 respondents, not {k} and {n}")


def _checked(alpha: float, n: int, k: int, level: float) -> float:
    """The probability beyond each end of the interval."""
    _enough(k, n)
    if not alpha <= 1:
        raise OutOfRange(f"alpha is at most 1, not {alpha}")
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    return (1 - level) / 2
