"""Do several groups score alike? Analysis of variance from each group's sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.estimates import tail_of, upper_tail_of_f
from gapless_stats.exact import AnyIntegers, Integers
from gapless_stats.moments import Sums
from gapless_stats.results import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Anova(Result):
    """
    How much of the spread of scores lies between groups.

    ``n`` respondents; mean squares in squared scale points. ``eta_squared`` is the share of
    the sample's spread that groups account for, ``omega_squared`` and ``epsilon_squared``
    what is left of it after chance, below 0 when less than chance; ``cohen_f`` of Cohen
    1988 is √(SS_b / SS_w).
    """

    n: int
    groups: int
    between: float
    within: float
    degrees: tuple[int, int]
    f: float
    p_value: float
    eta_squared: float
    omega_squared: float
    epsilon_squared: float
    cohen_f: float
    method: ClassVar[str] = "one-way analysis of variance"
    source: ClassVar[str] = "Fisher 1925; Hays 1963 (omega); Kelley 1935 (epsilon)"


def one_way_anova(groups: Sequence[Sums]) -> Anova:
    """
    Whether group means differ, spreads within groups being alike (Fisher 1925).

    F = [Σ n_g (x̄_g - x̄)² / (k - 1)] / [Σ (n_g - 1) s²_g / (N - k)].
    η² = SS_b / SS_t, ω² = (SS_b - (k - 1) MS_w) / (SS_t + MS_w), ε² = the same over SS_t.
    R: ``anova(lm(y ~ group))``, ``effectsize::omega_squared``.

    :param groups: each group's sums, in scale points once divided; all of one ``scale``.
    :raises TooFew: with fewer than two groups, an empty one, or one respondent each.
    :raises NoVariance: when within every group all score the same.

    Source: Fisher 1925, Statistical Methods for Research Workers, ch. 7.

    >>> halls = [Sums.of(np.array(hall)) for hall in ([1, 2, 3], [2, 3, 4], [6, 7, 8])]
    >>> found = one_way_anova(halls)
    >>> round(found.f, 6), found.degrees, round(found.eta_squared, 6)
    (21.0, (2, 6), 0.875)
    """
    n, means = _sizes_and_means(groups)
    freedom = int(n.sum()) - len(n)
    scatter = _scatter(groups)
    if freedom < 1:
        raise TooFew("one respondent in each group says nothing of the spread within")
    inner = float(scatter.sum())
    if inner == 0:
        raise NoVariance("within every group all score the same")
    outer = float(n @ (means - (n @ means) / n.sum()) ** 2)
    within, between = inner / freedom, outer / (len(n) - 1)
    beyond = outer - (len(n) - 1) * within
    return Anova(
        n=int(n.sum()),
        groups=len(n),
        between=between,
        within=within,
        degrees=(len(n) - 1, freedom),
        f=between / within,
        p_value=upper_tail_of_f(between / within, len(n) - 1, freedom),
        eta_squared=outer / (outer + inner),
        omega_squared=beyond / (outer + inner + within),
        epsilon_squared=beyond / (outer + inner),
        cohen_f=math.sqrt(outer / inner),
    )


@dataclass(frozen=True, slots=True)
class WelchAnova(Result):
    """Whether group means differ, each group having a spread of its own."""

    n: int
    groups: int
    f: float
    degrees: tuple[float, float]
    p_value: float
    omega_squared: float
    method: ClassVar[str] = "Welch's analysis of variance"
    source: ClassVar[str] = "Welch 1951; Carroll and Nordholm 1975 (omega)"


def welch_anova(groups: Sequence[Sums]) -> WelchAnova:
    """
    Whether group means differ, without asking that spreads be alike (Welch 1951).

    With w_g = n_g / s²_g, W = Σw, x̃ = Σwx̄ / W, h = Σ (1 - w_g / W)² / (n_g - 1):
    F = [Σ w (x̄ - x̃)² / (k - 1)] / [1 + 2 (k - 2) h / (k² - 1)] with k - 1 and
    (k² - 1) / 3h degrees; est. ω² = (k - 1)(F - 1) / ((k - 1)(F - 1) + N).
    R: ``oneway.test(y ~ group)``.

    :param groups: each group's sums.
    :raises TooFew: with fewer than two groups, or fewer than two respondents in one.
    :raises NoVariance: when in some group all score the same.

    Source: Welch 1951, Biometrika 38:330.

    >>> halls = [Sums.of(np.array(hall)) for hall in ([1, 2, 3], [2, 3, 4], [6, 7, 8])]
    >>> found = welch_anova(halls)
    >>> round(found.f, 6), round(found.degrees[1], 6)
    (18.0, 4.0)
    """
    n, means = _sizes_and_means(groups)
    if n.min() < 2:
        raise TooFew("each group needs two respondents to have a spread of its own")
    variances = _scatter(groups) / (n - 1)
    if variances.min() == 0:
        raise NoVariance(f"in group {int(variances.argmin())} all score the same")
    k, weights = len(n), n / variances
    centre = weights @ means / weights.sum()
    h = float(((1 - weights / weights.sum()) ** 2 / (n - 1)).sum())
    f = float(weights @ (means - centre) ** 2) / (k - 1)
    f /= 1 + 2 * (k - 2) * h / (k**2 - 1)
    degrees = k - 1, (k**2 - 1) / (3 * h)
    excess = (k - 1) * (f - 1)
    return WelchAnova(
        n=int(n.sum()),
        groups=k,
        f=f,
        degrees=degrees,
        p_value=upper_tail_of_f(f, *degrees),
        omega_squared=excess / (excess + int(n.sum())),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Pairwise(Result):
    """
    Each two groups compared: ``second`` minus ``first``, in scale points.

    Intervals hold all together with probability ``level``; p values are adjusted likewise.
    """

    n: int
    first: Integers  # (pairs,) place of a group
    second: Integers  # (pairs,)
    difference: Floats  # (pairs,)
    low: Floats  # (pairs,)
    high: Floats  # (pairs,)
    p_value: Floats  # (pairs,)
    level: float
    method: ClassVar[str] = "Tukey-Kramer"
    source: ClassVar[str] = "Tukey 1953; Kramer 1956"


def tukey(groups: Sequence[Sums], *, level: float = 0.95) -> Pairwise:
    """
    Which groups differ from which, all pairs at once (Tukey 1953, Kramer 1956).

    q = |x̄_a - x̄_b| / √(MS_w / 2 · (1/n_a + 1/n_b)) against the studentised range of k
    means with N - k degrees. R: ``TukeyHSD(aov(y ~ group))``.

    :param groups: each group's sums.
    :raises TooFew: with fewer than two groups, an empty one, or one respondent each.
    :raises NoVariance: when within every group all score the same.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: Kramer 1956, Biometrics 12:307.

    >>> found = tukey([Sums.of(np.array(g)) for g in ([1, 2, 3], [2, 3, 4], [6, 7, 8])])
    >>> found.difference.tolist(), found.p_value.round(3).tolist()
    ([1.0, 5.0, 4.0], [0.483, 0.002, 0.006])
    """
    outside = 2 * tail_of(level)
    whole = one_way_anova(groups)
    n, means = _sizes_and_means(groups)
    first, second = np.triu_indices(len(n), 1)
    error = np.sqrt(whole.within / 2 * (1 / n[first] + 1 / n[second]))
    difference = means[second] - means[first]
    shape = whole.groups, whole.degrees[1]
    range_of_means = scipy.stats.studentized_range
    reach = float(range_of_means.isf(outside, *shape)) * error
    beyond = range_of_means.sf(np.abs(difference) / error, *shape)
    return Pairwise(
        n=whole.n,
        first=first.astype(np.int64),
        second=second.astype(np.int64),
        difference=difference,
        low=difference - reach,
        high=difference + reach,
        p_value=np.clip(beyond, 0.0, 1.0),
        level=level,
    )


@dataclass(frozen=True, slots=True)
class KruskalWallis(Result):
    """
    Whether groups tend to answer higher or lower, by ranks.

    ``epsilon_squared`` is the share of the spread of ranks between groups, 0 to 1.
    """

    n: int
    groups: int
    h: float
    degrees: int
    p_value: float
    epsilon_squared: float
    method: ClassVar[str] = "Kruskal-Wallis, corrected for ties"
    source: ClassVar[str] = "Kruskal and Wallis 1952; Tomczak and Tomczak 2014 (epsilon)"


def kruskal_wallis(counts: AnyIntegers) -> KruskalWallis:
    """
    Whether groups answer alike, from the histogram of each (Kruskal and Wallis 1952).

    H = [12 / (N(N+1)) Σ R_g² / n_g - 3(N+1)] / [1 - Σ(t³ - t) / (N³ - N)], R_g the sum
    of midranks of a group; χ² with k - 1 degrees. ε² = H / (N - 1).
    R: ``kruskal.test(y ~ group)``.

    :param counts: (k, levels) respondents of each group at each level, levels ascending:
        additive.
    :raises WrongShape: when the counts are not of two dimensions.
    :raises OutOfRange: when a count is negative.
    :raises TooFew: with fewer than two groups, or an empty one.
    :raises NoVariance: when everybody answered the same.

    Source: Kruskal and Wallis 1952, J. American Statistical Association 47:583.

    >>> found = kruskal_wallis(np.array([[3, 1, 0], [1, 2, 3]]))
    >>> round(found.h, 6), round(found.p_value, 6)
    (3.686224, 0.054864)
    """
    if counts.ndim != 2:
        raise WrongShape(f"counts are of groups by levels, not of shape {counts.shape}")
    if (counts < 0).any():
        raise OutOfRange("a count is at least 0")
    n = counts.sum(axis=1)
    if len(n) < 2 or n.min() < 1:
        raise TooFew("two groups with an answer each are needed to compare")
    ties = counts.sum(axis=0).astype(np.float64)
    total = float(ties.sum())
    midranks = np.cumsum(ties) - (ties - 1) / 2
    spread = float(ties @ (midranks - (total + 1) / 2) ** 2)
    if spread == 0:
        raise NoVariance(f"all {int(total)} respondents answered the same")
    apart = counts @ (midranks - (total + 1) / 2)
    h = (total - 1) * float((apart**2 / n).sum()) / spread
    return KruskalWallis(
        n=int(total),
        groups=len(n),
        h=h,
        degrees=len(n) - 1,
        p_value=float(scipy.special.chdtrc(len(n) - 1, h)),
        epsilon_squared=h / (total - 1),
    )


def _sizes_and_means(groups: Sequence[Sums]) -> tuple[Floats, Floats]:
    if len(groups) < 2 or min(each.n for each in groups) < 1:
        raise TooFew(f"two groups with a respondent each, not {len(groups)} groups")
    n = np.array([float(each.n) for each in groups])
    return n, np.array([each.mean for each in groups])


def _scatter(groups: Sequence[Sums]) -> Floats:
    """Each group's sum of squares about its mean: one division of whole numbers."""
    return np.array(
        [
            (each.n * each.squares - each.total**2) / (each.n * each.scale**2)
            for each in groups
        ]
    )
