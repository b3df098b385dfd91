"""
What may be concluded from two units, or from two periods.

A difference is always this minus the other: positive where this one is higher. It is
judged by its whole interval against the smallest difference that matters, never by a
p value alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .gaps import independent_gap
from .intervals import Interval, NetScore, mean_interval, mean_of_values, wilson
from .moments import Sums
from .results import Result

RELEVANT = 0.1
"""The smallest difference that matters, in scale points, unless somebody says otherwise.
As wide as the band in which a gap counts as none (domain.md 2.2)."""

POWER = 0.8
"""With how many more answers a comparison is settled four times of five (domain.md 2.4)."""


class Conclusion(StrEnum):
    """What the interval of a difference allows to say, with δ the smallest that matters."""

    BETTER = "better"
    """Better by at least δ: the whole interval lies at or above it."""
    BETTER_PERHAPS = "better_perhaps"
    """Better, but perhaps by less than δ: the interval lies above 0."""
    SAME = "same"
    """No relevant difference: the whole interval lies within ±δ."""
    WORSE_PERHAPS = "worse_perhaps"
    """Worse, but perhaps by less than δ: the interval lies below 0."""
    WORSE = "worse"
    """Worse by at least δ: the whole interval lies at or below -δ."""
    CANNOT_TELL = "cannot_tell"
    """The interval holds 0 and reaches beyond δ on one side or both."""


@dataclass(frozen=True, slots=True)
class Difference(Result):
    """
    One minus the other, in the unit of what is compared; ``p_value`` is two-sided.

    Of pairs (the same units twice), ``n`` and ``other_n`` both count the pairs.
    """

    n: int
    other_n: int
    difference: float
    interval: Interval
    p_value: float
    method: str  # as the interval's, and so is the source
    source: str


def difference_of_means(this: Sums, other: Sums, *, level: float = 0.95) -> Difference:
    """
    The difference of the means of two groups of respondents.

    Welch 1947: SE² = s²₁ / n₁ + s²₂ / n₂, degrees of freedom by Satterthwaite.
    R: ``t.test(this, other)``.

    :param this: the sums of a score in 1/``scale``; the result is in scale points.
    :raises TooFew: with fewer than two respondents on either side.
    :raises NoVariance: when neither side varies.

    >>> import numpy as np
    >>> east, west = Sums.of(np.array([6, 7, 5, 6])), Sums.of(np.array([4, 5, 5, 4]))
    >>> difference_of_means(east, west).difference
    1.5
    """
    found = independent_gap(other, this, level=level)
    return _found((this.n, other.n), found.gap, found.interval, found.p_value)


def paired_difference(
    this: NDArray[np.float64], other: NDArray[np.float64], *, level: float = 0.95
) -> Difference:
    """
    The mean difference of the same units (or respondents) at two times.

    Student 1908: d̄ ± t(B-1) · s_d / √B over the B pairs; pairs count alike, however many
    respondents stand behind each. R: ``t.test(this, other, paired = TRUE)``.

    :param this: (B,) the unit's means; ``other``: (B,) of the same units, in this order.
    :raises TooFew: with fewer than two pairs.
    :raises NoVariance: when every unit changed by the same.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a mean is not finite.

    >>> found = paired_difference(np.array([5.0, 6.0, 4.5]), np.array([4.5, 5.0, 4.25]))
    >>> round(found.difference, 3), found.n
    (0.583, 3)
    """
    if len(this) != len(other):
        raise WrongShape(f"{len(this)} means cannot be paired with {len(other)}")
    score = mean_of_values(this - other, level=level)
    if score.mean is None or score.sd is None:
        raise TooFew(f"a paired difference needs two pairs, and there are {score.n}")
    if score.interval is None:
        raise NoVariance(f"all {score.n} pairs differ by the same")
    return _of_pairs(score.n, score.mean, score.sd, score.interval)


def paired_difference_of_sums(differences: Sums, *, level: float = 0.95) -> Difference:
    """
    As ``paired_difference``, from the sums of respondents' own differences (Student 1908).

    R: ``t.test(d)``.

    :raises TooFew: with fewer than two respondents.
    :raises NoVariance: when everybody differs by the same.

    >>> paired_difference_of_sums(Sums.of(np.array([1, 0, 2, 1]))).difference
    1.0
    """
    mean, sd, n = differences.mean, differences.sd, differences.n
    if sd == 0:
        raise NoVariance(f"all {n} respondents differ by the same")
    return _of_pairs(n, mean, sd, mean_interval(n, mean, sd, level=level))


def _of_pairs(n: int, mean: float, sd: float, interval: Interval) -> Difference:
    t = mean / sd * math.sqrt(n)
    paired = Interval(
        interval.low, interval.high, interval.level, "paired t", interval.source
    )
    p_value = 2 * float(scipy.special.stdtr(n - 1, -abs(t)))
    return _found((n, n), mean, paired, p_value)


def difference_of_shares(
    successes: int, n: int, other_successes: int, other_n: int, *, level: float = 0.95
) -> Difference:
    """
    The difference of two shares, as fractions from -1 to 1.

    Newcombe 1998, method 10: from the Wilson intervals (l, u) of both,
    d - √((p₁-l₁)² + (u₂-p₂)²) to d + √((u₁-p₁)² + (p₂-l₂)²). The p value is of the
    pooled score test. R: ``prop.test(c(x1, x2), c(n1, n2), correct = FALSE)$p.value``.

    :raises TooFew: of nobody on either side.
    :raises OutOfRange: when a count is no part of its n.

    >>> found = difference_of_shares(56, 70, 48, 80)
    >>> round(found.interval.low, 6), round(found.interval.high, 6)
    (0.052431, 0.333873)
    """
    first = wilson(successes, n, level=level)
    second = wilson(other_successes, other_n, level=level)
    share, other = successes / n, other_successes / other_n
    interval = _joined(
        share, first, other, second, ("Newcombe", "Newcombe 1998, method 10")
    )
    pooled = (successes + other_successes) / (n + other_n)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    p_value = _two_sided((share - other) / error) if error else 1.0
    return _found((n, other_n), share - other, interval, p_value)


def difference_of_net_scores(this: NetScore, other: NetScore) -> Difference:
    """
    The difference of two net scores, as fractions from -2 to 2.

    The intervals of both are joined as Newcombe joins those of two shares (Zou and Donner
    2008, MOVER), each about its own estimate; p value from the normal approximation with
    s² = p + d - (p - d)² for promoters p and detractors d. R: these formulas.

    :raises NoVariance: when on both sides everybody is of one kind.
    :raises OutOfRange: when the intervals are not of one level.

    >>> from gapless_stats.intervals import net_score
    >>> found = difference_of_net_scores(net_score(60, 10, 100), net_score(40, 20, 100))
    >>> round(found.difference, 3), found.interval.low > 0
    (0.3, True)
    """
    if this.interval.level != other.interval.level:
        raise OutOfRange("two intervals of different levels do not make one")
    squared_error = _net_variance(this) / this.n + _net_variance(other) / other.n
    if squared_error == 0:
        raise NoVariance("on both sides everybody is of one kind")
    difference = this.score - other.score
    return _found(
        (this.n, other.n),
        difference,
        _joined(this.score, this.interval, other.score, other.interval, _MOVER),
        _two_sided(difference / math.sqrt(squared_error)),
    )


_MOVER = "MOVER", "Zou and Donner 2008"


def _net_variance(found: NetScore) -> float:
    return (found.promoters + found.detractors) / found.n - found.score**2


def _joined(
    this: float, first: Interval, other: float, second: Interval, by: tuple[str, str]
) -> Interval:
    difference = this - other
    below = math.hypot(this - first.low, second.high - other)
    above = math.hypot(first.high - this, other - second.low)
    return Interval(difference - below, difference + above, first.level, *by)


def _found(
    n: tuple[int, int], difference: float, interval: Interval, p_value: float
) -> Difference:
    method, source = interval.method, interval.source
    return Difference(*n, difference, interval, p_value, method, source)


def _two_sided(z: float) -> float:
    return 2 * float(scipy.special.ndtr(-abs(z)))


def conclude(interval: Interval, *, relevant: float = RELEVANT) -> Conclusion:
    """
    What the interval of a difference allows to say (domain.md 4.12; equivalence by
    inclusion: Westlake 1976). R: ``TOSTER::t_TOST(x, y, eqb = delta)`` for sameness.

    :param relevant: δ, the smallest difference that matters, in the interval's unit.
    :raises OutOfRange: when δ is not above 0, or an end of the interval not finite.

    >>> conclude(Interval(0.02, 0.31, 0.95, "Welch t"))
    <Conclusion.BETTER_PERHAPS: 'better_perhaps'>
    """
    _relevant(relevant)
    low, high = interval.low, interval.high
    if not (math.isfinite(low) and math.isfinite(high)):
        raise OutOfRange(f"an interval has two ends, not {low} and {high}")
    found = [
        (low >= relevant, Conclusion.BETTER),
        (high <= -relevant, Conclusion.WORSE),
        (low >= -relevant and high <= relevant, Conclusion.SAME),
        (low > 0, Conclusion.BETTER_PERHAPS),
        (high < 0, Conclusion.WORSE_PERHAPS),
    ]
    return next((said for holds, said in found if holds), Conclusion.CANNOT_TELL)


def answers_to_settle(found: Difference, *, relevant: float = RELEVANT) -> int:
    """
    About how many more answers, both sides together, would settle a comparison.

    Four times of five, if the difference and the spread are what they now seem to be, and
    the answers come in as they did. Settled means that ``conclude`` can tell: the interval
    leaves 0 out, or lies within ±δ, whichever takes fewer. 0 where it can tell already.
    With SE the standard error behind the interval and D the distance to get clear of:
    n' = n · ((z_(1+level)/2 + z_0.8) · SE / D)² (Cohen 1988, 2.4).
    R: ``power.t.test(delta = D, sd = s, power = .8)``.

    :raises OutOfRange: when δ is not above 0.

    >>> apart = Interval(-0.2, 0.4, 0.95, "Welch t", "Welch 1947")
    >>> found = Difference(50, 50, 0.1, apart, 0.51, apart.method, apart.source)
    >>> answers_to_settle(found, relevant=0.5)
    0
    >>> answers_to_settle(found)
    1739
    """
    if conclude(found.interval, relevant=relevant) is not Conclusion.CANNOT_TELL:
        return 0
    size = abs(found.difference)
    distance = max(size, relevant - size)
    z = float(scipy.special.ndtri((1 + found.interval.level) / 2))
    error = (found.interval.high - found.interval.low) / (2 * z)
    factor = ((z + float(scipy.special.ndtri(POWER))) * error / distance) ** 2
    answers = found.n if found.method == "paired t" else found.n + found.other_n
    return max(1, math.ceil(answers * (factor - 1)))


def _relevant(relevant: float) -> None:
    if not (math.isfinite(relevant) and relevant > 0):
        raise OutOfRange(f"the smallest difference that matters is above 0, not {relevant}")
