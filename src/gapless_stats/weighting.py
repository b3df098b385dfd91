"""
Answers that stand for a number of people: weighted means, shares and net scores.

Weights are whole millionths and scores whole numbers, so the sums behind every number
are exact integers that add up from month to year and from hall to company.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import scipy

from .errors import OutOfRange, TooFew, WrongShape
from .exact import AnyIntegers, dot, total
from .intervals import Interval, adjusted_wald, wilson
from .results import Result

MILLIONTHS = 1_000_000
"""What a weight of 1 is counted as. The unit of weights falls out of every result."""

_KISH = "Kish 1965, 11.7"


@dataclass(frozen=True, slots=True)
class WeightedSums:
    """
    What a weighted mean needs to know about n respondents: integers of any size.

    ``w2x2`` is Σw²x², and so on. ``x`` counts 1/``scale`` of a scale point. A commutative
    group, as ``Sums`` are.
    """

    n: int
    w: int
    w2: int
    wx: int
    wx2: int
    w2x: int
    w2x2: int
    scale: int = 1

    @classmethod
    def of(
        cls, values: AnyIntegers, weights: AnyIntegers, *, scale: int = 1
    ) -> WeightedSums:
        """
        The sums of (n,) integer scores and their (n,) integer weights in millionths.

        :raises WrongShape: when the lengths differ.
        :raises OutOfRange: when a weight is not above 0.

        >>> import numpy as np
        >>> WeightedSums.of(np.array([4, 5]), np.array([1_000_000, 3_000_000])).wx
        19000000
        """
        if len(values) != len(weights):
            raise WrongShape(f"{len(values)} answers, but {len(weights)} weights")
        if len(weights) and weights.min() <= 0:
            raise OutOfRange("a weight is above 0; leave out what should not count")
        x, w = values.astype(object), weights.astype(object)
        return cls(
            len(values),
            total(w),
            dot(w, w),
            dot(w, x),
            dot(w, x * x),
            dot(w * w, x),
            dot(w * w, x * x),
            scale,
        )

    def __add__(self, other: WeightedSums) -> WeightedSums:
        return self._merged(other, sign=1)

    def __sub__(self, other: WeightedSums) -> WeightedSums:
        return self._merged(other, sign=-1)

    def _merged(self, other: WeightedSums, *, sign: int) -> WeightedSums:
        if self.scale != other.scale:
            raise WrongShape(f"sums in 1/{self.scale} and 1/{other.scale} do not add")
        return WeightedSums(
            self.n + sign * other.n,
            self.w + sign * other.w,
            self.w2 + sign * other.w2,
            self.wx + sign * other.wx,
            self.wx2 + sign * other.wx2,
            self.w2x + sign * other.w2x,
            self.w2x2 + sign * other.w2x2,
            self.scale,
        )


@dataclass(frozen=True, slots=True)
class WeightedCount:
    """Of n respondents how much they weigh: Σw and Σw². Additive."""

    n: int
    w: int
    w2: int

    def __add__(self, other: WeightedCount) -> WeightedCount:
        return WeightedCount(self.n + other.n, self.w + other.w, self.w2 + other.w2)

    def __sub__(self, other: WeightedCount) -> WeightedCount:
        return WeightedCount(self.n - other.n, self.w - other.w, self.w2 - other.w2)


def effective_n(everybody: WeightedCount | WeightedSums) -> float:
    """
    How many equally weighted answers tell as much (Kish 1965, 11.7): (Σw)² / Σw².

    R: ``sum(w)^2 / sum(w^2)``.

    :raises TooFew: of nobody.

    >>> effective_n(WeightedCount(2, 4, 10))
    1.6
    """
    _somebody(everybody)
    return everybody.w**2 / everybody.w2


def design_effect(everybody: WeightedCount | WeightedSums) -> float:
    """
    How many times larger weighting makes the variance (Kish 1965, 11.7): n Σw² / (Σw)².

    R: ``length(w) * sum(w^2) / sum(w)^2``.

    :raises TooFew: of nobody.

    >>> design_effect(WeightedCount(2, 4, 10))
    1.25
    """
    _somebody(everybody)
    return everybody.n * everybody.w2 / everybody.w**2


def _somebody(everybody: WeightedCount | WeightedSums) -> None:
    if everybody.n < 1 or everybody.w <= 0:
        raise TooFew("a weighted number needs one respondent, and there is none")


@dataclass(frozen=True, slots=True)
class WeightedMean(Result):
    """
    A weighted mean in scale points; ``error`` is its standard error.

    With one respondent ``sd``, ``error`` and ``interval`` are None, and ``interval`` also
    where everybody scored the same.
    """

    n: int
    mean: float
    sd: float | None
    error: float | None
    interval: Interval | None
    effective_n: float
    design_effect: float
    method: ClassVar[str] = "weighted mean, linearised"
    source: ClassVar[str] = "Cochran 1977, 6.4; Kish 1965, 11.7"


def weighted_mean(sums: WeightedSums, *, level: float = 0.95) -> WeightedMean:
    """
    The weighted mean Σwx / Σw with its linearised variance.

    Cochran 1977, 6.4, for weights that are inverse chances to be asked:
    Var = n/(n-1) · Σw²(x - x̄)² / (Σw)²; the interval is Student's with n - 1 degrees. Each
    number is one division of whole numbers. ``sd`` is that of the weighted answers,
    √(n/(n-1) · Σw(x - x̄)² / Σw). R: ``survey::svymean(~x, svydesign(~1, weights = ~w))``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> import numpy as np
    >>> answers, weights = np.array([3, 5, 4]), np.array([1_000_000, 2_000_000, 1_000_000])
    >>> found = weighted_mean(WeightedSums.of(answers, weights))
    >>> found.mean, round(found.error, 6), round(found.effective_n, 3)
    (4.25, 0.602728, 2.667)
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    _somebody(sums)
    n, whole = sums.n, sums.w
    mean = sums.wx / (whole * sums.scale)
    worth, effect = effective_n(sums), design_effect(sums)
    if n == 1:
        return WeightedMean(1, mean, None, None, None, worth, effect)
    scatter = sums.w2x2 * whole**2 - 2 * sums.wx * whole * sums.w2x + sums.wx**2 * sums.w2
    error = math.sqrt(n * scatter / ((n - 1) * whole**4 * sums.scale**2))
    spread = sums.wx2 * whole - sums.wx**2
    sd = math.sqrt(n * spread / ((n - 1) * whole**2 * sums.scale**2))
    reach = float(scipy.special.stdtrit(n - 1, (1 + level) / 2)) * error
    ends = mean - reach, mean + reach
    interval = Interval(*ends, level, "weighted t", "Cochran 1977, 6.4") if error else None
    return WeightedMean(n, mean, sd, error, interval, worth, effect)


@dataclass(frozen=True, slots=True)
class WeightedShare(Result):
    """A weighted share, 0 to 1, of n respondents."""

    n: int
    count: int  # unweighted
    share: float
    interval: Interval
    effective_n: float
    design_effect: float
    method: ClassVar[str] = "weighted share, Wilson score at Kish's n"
    source: ClassVar[str] = "Wilson 1927; Kish 1965, 11.7"


def weighted_share(
    those: WeightedCount, everybody: WeightedCount, *, level: float = 0.95
) -> WeightedShare:
    """
    The weighted share of some among all, with Wilson's interval at Kish's effective n.

    Σw of those / Σw of all (Kish 1965; Wilson 1927; Korn and Graubard 1998).
    R: ``survey::svyciprop(~x, design, method = "wilson")``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when some are no part of all, or ``level`` is not between 0 and 1.

    >>> found = weighted_share(WeightedCount(1, 3, 9), WeightedCount(2, 4, 10))
    >>> found.share, round(found.interval.low, 3), round(found.interval.high, 3)
    (0.75, 0.169, 0.978)
    """
    _somebody(everybody)
    _part(those, everybody)
    share, worth = those.w / everybody.w, effective_n(everybody)
    found = wilson(share * worth, worth, level=level)
    interval = Interval(found.low, found.high, level, "Wilson score, Kish's n", _KISH)
    return WeightedShare(
        everybody.n, those.n, share, interval, worth, design_effect(everybody)
    )


@dataclass(frozen=True, slots=True)
class WeightedNetScore(Result):
    """The weighted share of promoters minus that of detractors, from -1 to 1."""

    n: int
    promoters: float
    detractors: float
    score: float
    centre: float
    interval: Interval
    effective_n: float
    design_effect: float
    method: ClassVar[str] = "weighted net score, adjusted Wald at Kish's n"
    source: ClassVar[str] = "Rocks 2016; Kish 1965, 11.7"


def weighted_net_score(
    promoters: WeightedCount,
    detractors: WeightedCount,
    everybody: WeightedCount,
    *,
    level: float = 0.95,
) -> WeightedNetScore:
    """
    The weighted net promoter score; ``promoters`` and ``detractors`` are shares.

    The adjusted Wald interval of ``intervals.net_score`` at Kish's effective n (Rocks
    2016; Kish 1965). R: ``weighted.mean((x > 8) - (x < 7), w)``.

    :raises TooFew: of nobody.
    :raises OutOfRange: when some are no part of all, or ``level`` is not between 0 and 1.

    >>> found = weighted_net_score(
    ...     WeightedCount(1, 3, 9), WeightedCount(1, 1, 1), WeightedCount(3, 6, 14))
    >>> round(found.score, 3), round(found.effective_n, 3)
    (0.333, 2.571)
    """
    _somebody(everybody)
    _part(promoters + detractors, everybody)
    high, low = promoters.w / everybody.w, detractors.w / everybody.w
    worth = effective_n(everybody)
    centre, found = adjusted_wald(high * worth, low * worth, worth, level=level)
    interval = Interval(found.low, found.high, level, "adjusted Wald, Kish's n", _KISH)
    score = (promoters.w - detractors.w) / everybody.w
    effect = design_effect(everybody)
    return WeightedNetScore(everybody.n, high, low, score, centre, interval, worth, effect)


def _part(those: WeightedCount, everybody: WeightedCount) -> None:
    if not (0 <= those.n <= everybody.n and 0 <= those.w <= everybody.w):
        raise OutOfRange(f"{those} is no part of {everybody}")
