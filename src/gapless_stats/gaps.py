"""
The customer gap: what was perceived minus what was expected.

Parasuraman, Zeithaml and Berry 1988. A negative gap is a shortfall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .estimates import tail_of
from .exact import AnyIntegers, Integers, total
from .intervals import Interval, Mean, mean_of_sums, mean_of_values
from .moments import Sums
from .multiplicity import benjamini_hochberg as benjamini_hochberg  # the name callers know
from .results import Result
from .tables import PairTable

TOLERANCE = 0.1
"""A dimension's or overall gap of at most this size, either way, counts as none."""


@dataclass(frozen=True, slots=True)
class GapSums:
    """
    What a gap needs to know about n respondents: integers of any size, additive.

    Sums count 1/``scale`` of a scale point. ``negative``, ``zero`` and ``positive``
    count respondents; they sum to ``n``.
    """

    n: int
    expectation_sum: int
    perception_sum: int
    gap_sum: int
    gap_squares: int
    negative: int
    zero: int
    positive: int
    scale: int = 1

    @classmethod
    def empty(cls, *, scale: int = 1) -> GapSums:
        """The sums of nobody."""
        return cls(0, 0, 0, 0, 0, 0, 0, 0, scale)

    @classmethod
    def of_pairs(cls, table: PairTable) -> GapSums:
        """An item's sums, over its complete pairs; zero is a gap of exactly 0."""
        differences = table.difference_histogram
        gap, moments = differences.sums(), table.moments()
        expectation, perception = moments.total.tolist()
        reach = table.high - table.low
        return cls(
            n=gap.n,
            expectation_sum=expectation,
            perception_sum=perception,
            gap_sum=gap.total,
            gap_squares=gap.squares,
            negative=int(differences.counts[:reach].sum()),
            zero=int(differences.counts[reach]),
            positive=int(differences.counts[reach + 1 :].sum()),
        )

    @classmethod
    def of_scores(
        cls,
        expectation: AnyIntegers,
        perception: AnyIntegers,
        gap: AnyIntegers,
        *,
        scale: int,
    ) -> GapSums:
        """
        A composite's sums from the usable respondents' stored scores.

        :param gap: (n,) integers in 1/``scale``; so are ``expectation`` and
            ``perception``. Within ±0.1 of a scale point a gap counts as zero.
        """
        sums = Sums.of(gap, scale=scale)
        negative, positive = int((10 * gap < -scale).sum()), int((10 * gap > scale).sum())
        return cls(
            n=sums.n,
            expectation_sum=total(expectation),
            perception_sum=total(perception),
            gap_sum=sums.total,
            gap_squares=sums.squares,
            negative=negative,
            zero=sums.n - negative - positive,
            positive=positive,
            scale=scale,
        )

    def __add__(self, other: GapSums) -> GapSums:
        return self._merged(other, sign=1)

    def __sub__(self, other: GapSums) -> GapSums:
        return self._merged(other, sign=-1)

    def _merged(self, other: GapSums, *, sign: int) -> GapSums:
        if self.scale != other.scale:
            raise WrongShape(f"sums in 1/{self.scale} and 1/{other.scale} do not add")
        return GapSums(
            self.n + sign * other.n,
            self.expectation_sum + sign * other.expectation_sum,
            self.perception_sum + sign * other.perception_sum,
            self.gap_sum + sign * other.gap_sum,
            self.gap_squares + sign * other.gap_squares,
            self.negative + sign * other.negative,
            self.zero + sign * other.zero,
            self.positive + sign * other.positive,
            self.scale,
        )


@dataclass(frozen=True, slots=True)
class Gap(Result):
    """
    A gap in scale points, with everything said beside it.

    ``t`` and ``p_value`` are the two-sided paired t test of no gap (Student 1908),
    unadjusted; ``effect_size`` is Cohen's d_z (1988), gap / sd; the shares are
    0 to 1. Of nobody all but ``n`` are None; with one respondent, ``sd`` and what
    rests on it; with an ``sd`` of 0, what rests on it.
    """

    n: int
    expectation: float | None
    perception: float | None
    gap: float | None
    sd: float | None
    interval: Interval | None
    t: float | None
    p_value: float | None
    effect_size: float | None
    negative: float | None
    zero: float | None
    positive: float | None
    method: ClassVar[str] = "paired t"
    source: ClassVar[str] = "Parasuraman, Zeithaml and Berry 1988; Student 1908"


def gap_of_pairs(table: PairTable, *, level: float = 0.95) -> Gap:
    """
    An item's gap over its complete pairs, from its table: Ḡ = Σ(P - E) / n.

    Ḡ ± t(n-1) s_D / √n in scale points (Parasuraman, Zeithaml and Berry 1988; Student
    1908). R: ``t.test(p, e, paired = TRUE)``.

    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> e, p = np.array([7, 6, 5, 7]), np.array([5, 6, 4, 6])
    >>> table = PairTable.of(e, p, low=1, high=7, expectation_answered=e > 0,
    ...     perception_answered=p > 0)
    >>> found = gap_of_pairs(table)
    >>> found.gap, round(found.t, 4), found.negative
    (-1.0, -2.4495, 0.75)
    """
    return gap_of_sums(GapSums.of_pairs(table), level=level)


def gap_of_sums(sums: GapSums, *, level: float = 0.95) -> Gap:
    """
    A gap from exact sums: each number is one division of integers.

    Ḡ = Σ(P - E) / n, d_z = Ḡ / s_D, t = d_z √n (Student 1908; Cohen 1988).
    R: ``t.test(d)``.

    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> gap_of_sums(GapSums(4, 25, 21, -4, 6, 3, 1, 0)).gap
    -1.0
    """
    tail_of(level)  # refuses an impossible level, also of nobody
    score = mean_of_sums(
        Sums(sums.n, sums.gap_sum, sums.gap_squares, sums.scale), level=level
    )
    if not sums.n:
        return _gap(score, None, None, (0, 0, 0))
    points = sums.n * sums.scale
    return _gap(
        score,
        sums.expectation_sum / points,
        sums.perception_sum / points,
        (sums.negative, sums.zero, sums.positive),
    )


def gap_of_values(
    expectation: NDArray[np.float64],
    perception: NDArray[np.float64],
    gap: NDArray[np.float64],
    *,
    level: float = 0.95,
) -> Gap:
    """
    A composite's gap from the usable respondents' scores, unrounded.

    :param gap: (n,) scale points; so are ``expectation`` and ``perception``, over the
        same respondents. Within ±0.1 a gap counts as zero.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a value is not finite, or ``level`` not between 0 and 1.

    Parasuraman, Zeithaml and Berry 1988; Student 1908. R: ``t.test(gap)``.

    >>> e, p = np.array([6.5, 6.0, 7.0]), np.array([5.0, 6.0, 6.0])
    >>> round(gap_of_values(e, p, p - e).gap, 4)
    -0.8333
    """
    if not len(expectation) == len(perception) == len(gap):
        raise WrongShape("expectation, perception and gap are of the same respondents")
    tail_of(level)  # refuses an impossible level, also of nobody
    negative, positive = int((gap < -TOLERANCE).sum()), int((gap > TOLERANCE).sum())
    return _gap(
        mean_of_values(gap, level=level),
        mean_of_values(expectation).mean,
        mean_of_values(perception).mean,
        (negative, len(gap) - negative - positive, positive),
    )


def _gap(
    score: Mean,
    expectation: float | None,
    perception: float | None,
    signs: tuple[int, int, int],
) -> Gap:
    t = p_value = effect_size = None
    if score.mean is not None and score.sd:
        effect_size = score.mean / score.sd
        t = effect_size * math.sqrt(score.n)
        p_value = _two_sided(t, score.n - 1)
    negative, zero, positive = (each / score.n if score.n else None for each in signs)
    return Gap(
        n=score.n,
        expectation=expectation,
        perception=perception,
        gap=score.mean,
        sd=score.sd,
        interval=score.interval,
        t=t,
        p_value=p_value,
        effect_size=effect_size,
        negative=negative,
        zero=zero,
        positive=positive,
    )


@dataclass(frozen=True, slots=True)
class IndependentGap(Result):
    """
    A gap between two samples, in scale points; ``p_value`` is two-sided.

    ``n`` are those who were asked for expectations, and for perceptions.
    """

    n: tuple[int, int]
    expectation: float
    perception: float
    gap: float
    interval: Interval
    t: float
    degrees_of_freedom: float
    p_value: float
    method: ClassVar[str] = "Welch t"
    source: ClassVar[str] = "Welch 1947"


def independent_gap(
    expectation: Sums, perception: Sums, *, level: float = 0.95
) -> IndependentGap:
    """
    The gap when expectations and perceptions come from different respondents.

    Welch 1947: SE² = s²_P / n_P + s²_E / n_E, degrees of freedom by Satterthwaite.
    R: ``t.test(p, e)``.

    :raises TooFew: with fewer than two respondents on either side.
    :raises NoVariance: when neither side varies.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    >>> e, p = Sums.of(np.array([7, 6, 7, 5])), Sums.of(np.array([4, 5, 6]))
    >>> found = independent_gap(e, p)
    >>> found.gap, round(found.degrees_of_freedom, 4)
    (-1.25, 4.3307)
    """
    if not 0 < level < 1:
        raise OutOfRange(f"a confidence level lies between 0 and 1, not at {level}")
    parts = [side.variance / side.n for side in (expectation, perception)]
    squared_error = sum(parts)
    if squared_error == 0:
        raise NoVariance("neither expectations nor perceptions vary")
    freedom = squared_error**2 / (
        parts[0] ** 2 / (expectation.n - 1) + parts[1] ** 2 / (perception.n - 1)
    )
    gap, error = perception.mean - expectation.mean, math.sqrt(squared_error)
    reach = float(scipy.special.stdtrit(freedom, (1 + level) / 2)) * error
    return IndependentGap(
        n=(expectation.n, perception.n),
        expectation=expectation.mean,
        perception=perception.mean,
        gap=gap,
        interval=Interval(gap - reach, gap + reach, level, "Welch t", "Welch 1947"),
        t=gap / error,
        degrees_of_freedom=freedom,
        p_value=_two_sided(gap / error, freedom),
    )


def _two_sided(t: float, degrees_of_freedom: float) -> float:
    return 2 * float(scipy.special.stdtr(degrees_of_freedom, -abs(t)))


@dataclass(frozen=True, slots=True)
class SignedRank(Result):
    """Wilcoxon's test: the rank sum of the positive differences, z, two-sided p."""

    n: int
    positive_ranks: float
    z: float
    p_value: float
    method: ClassVar[str] = "signed-rank, normal approximation"
    source: ClassVar[str] = "Wilcoxon 1945; Pratt 1959; Hollander and Wolfe 1999, 3.1"


def wilcoxon_signed_rank(
    values: Sequence[int] | Integers,
    counts: Sequence[int] | Integers,
    *,
    zeros: Literal["drop", "pratt"] = "drop",
    continuity: bool = True,
) -> SignedRank:
    """
    Whether differences lean to one side (Wilcoxon 1945), from their histogram.

    Midranks for ties, normal approximation with the tie correction (Hollander and
    Wolfe 1999, 3.1), and the continuity correction that R applies by default. Zeros
    are dropped, or with ``"pratt"`` ranked first and then dropped (Pratt 1959).
    R: ``wilcox.test(d, exact = FALSE)``.

    :param values: the distinct differences; ``counts``: how often each occurred.
    :raises TooFew: when no difference other than 0 occurred.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a count is negative.

    >>> found = wilcoxon_signed_rank([-2, -1, 0, 1], [3, 6, 4, 2])
    >>> found.n, found.positive_ranks, round(found.p_value, 4)
    (11, 9.0, 0.0288)
    """
    if len(values) != len(counts):
        raise WrongShape(f"{len(values)} differences, but {len(counts)} counts")
    if any(count < 0 for count in counts):
        raise OutOfRange("a count is at least 0, and one of them is not")
    # Python integers: the cube of a million tied respondents needs more than 64 bits.
    sizes = _by_size([int(value) for value in values], [int(count) for count in counts])
    dropped = sum(sizes.pop(0, (0, 0)))
    skipped = dropped if zeros == "pratt" else 0
    ranked, doubled_ranks, ties = skipped, 0, 0
    for _, (below, above) in sorted(sizes.items()):
        tied = below + above
        doubled_ranks += above * (2 * ranked + tied + 1)
        ties += tied**3 - tied
        ranked += tied
    if ranked == skipped:
        raise TooFew("a signed-rank test needs a difference other than 0")
    return _signed_rank(ranked, skipped, doubled_ranks, ties, continuity=continuity)


def _by_size(values: Sequence[int], counts: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How often each absolute difference occurred, not above and above 0."""
    sizes: dict[int, tuple[int, int]] = {}
    for value, count in zip(values, counts, strict=True):
        below, above = sizes.get(abs(value), (0, 0))
        sizes[abs(value)] = (below + count * (value <= 0), above + count * (value > 0))
    return sizes


def _signed_rank(
    ranked: int, skipped: int, doubled_ranks: int, ties: int, *, continuity: bool
) -> SignedRank:
    """Exact integers in, one division each; ``doubled_ranks`` avoids the halves of ties."""
    doubled_mean = (ranked * (ranked + 1) - skipped * (skipped + 1)) // 2
    all_ranks = ranked * (ranked + 1) * (2 * ranked + 1)
    skipped_ranks = skipped * (skipped + 1) * (2 * skipped + 1)
    variance = (2 * (all_ranks - skipped_ranks) - ties) / 48
    lean = (doubled_ranks - doubled_mean) / 2
    if continuity:
        lean -= math.copysign(0.5, lean) if lean else 0.0
    z = lean / math.sqrt(variance)
    p_value = min(1.0, 2 * float(scipy.special.ndtr(-abs(z))))
    return SignedRank(ranked - skipped, doubled_ranks / 2, z, p_value)
