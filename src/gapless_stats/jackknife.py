"""
The error of any statistic of sums, by leaving out one group of respondents after another.

Respondents fall into K random groups whose sums are kept apart. As sums can be taken out
of sums again, each statistic is computed K + 1 times from totals, at any roll-up, and no
answer is looked at twice. It replaces the bootstrap wherever moments are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np
import scipy
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, WrongShape
from .estimates import interval_about, tail_of
from .exact import AnyIntegers, Integers
from .intervals import Interval
from .results import Result

Floats = NDArray[np.float64]

GROUPS = 32
"""So many groups give t with 31 degrees, hardly wider than normal (domain.md, [J])."""


class Summary(Protocol):
    """What can be added up and taken apart: moments, sums, histograms."""

    @property
    def n(self) -> int:
        """How many respondents."""
        ...

    def __add__(self, other: Self, /) -> Self: ...

    def __sub__(self, other: Self, /) -> Self: ...


S = TypeVar("S", bound=Summary)


def random_groups(ids: AnyIntegers, *, groups: int = GROUPS) -> Integers:
    """
    The group of each respondent, from a hash of the number: the same on every machine.

    Whoever answers again falls into the same group, so that waves stay comparable. The hash
    is SplitMix64's mixing (Steele, Lea and Flood 2014). R: ``sample(groups, n, TRUE)``.

    :param ids: (n,) whole numbers, each respondent's (or each cluster's) own.
    :param groups: K, at least 2.
    :returns: (n,) 0 to K - 1.
    :raises TooFew: with fewer than two groups.
    :raises OutOfRange: when ids are not whole numbers.

    Source: Wolter 2007, section 4.2 (random groups); Steele, Lea and Flood 2014.

    >>> random_groups(np.arange(8), groups=4).tolist()
    [3, 1, 2, 1, 2, 2, 0, 3]
    """
    if groups < 2:
        raise TooFew(f"two groups at least, not {groups}")
    if not np.issubdtype(ids.dtype, np.integer):
        raise OutOfRange(f"respondents are told apart by whole numbers, not {ids.dtype}")
    mixed = ids.astype(np.int64).view(np.uint64) + _GAMMA
    for shift, factor in _MIXING:
        mixed = (mixed ^ (mixed >> shift)) * factor
    mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(groups)).astype(np.int64)


_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIXING = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)


@dataclass(frozen=True, slots=True)
class Jackknife(Result):
    """
    A statistic with its error, in its own unit, over ``n`` respondents in K ``groups``.

    ``bias`` is how far the mean of the K partial estimates leads away, times K - 1: what a
    correction would take off; the estimate is left as it is.
    """

    n: int
    groups: int
    estimate: float
    error: float
    bias: float
    interval: Interval
    method: ClassVar[str] = "random-group jackknife"
    source: ClassVar[str] = "Quenouille 1956; Wolter 2007, eq. 4.2.5; Kott 2001"


def jackknife(
    parts: Sequence[S], statistic: Callable[[S], float], *, level: float = 0.95
) -> Jackknife:
    """
    The error of one number: Var = (K - 1) / K · Σ (θ_(-k) - θ̄)², θ_(-k) without group k.

    The interval is θ ± t(K - 1) · error. R: ``survey::as.svrepdesign(d, "JKn")``.

    :param parts: the sums of each of K random groups; K 20 to 50 is usual.
    :param statistic: of a sum: ``lambda m: cronbach_alpha(m).value``.
    :raises TooFew: with fewer than two groups, or an empty one.
    :raises OutOfRange: when the statistic is not finite, or ``level`` not between 0 and 1.
    :raises NoVariance: when leaving out a group never changes anything.

    Source: Wolter 2007, Introduction to Variance Estimation, eq. 4.2.5.

    >>> from gapless_stats.moments import Sums
    >>> parts = [Sums.of(np.array(each)) for each in ([4, 5], [6, 7], [5, 5], [3, 5])]
    >>> found = jackknife(parts, lambda sums: sums.mean)
    >>> found.estimate, round(found.error, 4)
    (5.0, 0.5401)
    """
    found = jackknife_each(parts, lambda whole: np.array([statistic(whole)]), level=level)
    estimate, error = float(found.estimate[0]), float(found.error[0])
    return Jackknife(
        n=found.n,
        groups=found.groups,
        estimate=estimate,
        error=error,
        bias=float(found.bias[0]),
        interval=interval_about(
            estimate,
            error,
            level=level,
            method="random-group jackknife t",
            freedom=found.groups - 1,
            source=Jackknife.source,
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class JackknifeEach(Result):
    """Several statistics, each with its error and interval, and how they go together."""

    n: int
    groups: int
    estimate: Floats  # (m,)
    error: Floats  # (m,)
    bias: Floats  # (m,)
    low: Floats  # (m,)
    high: Floats  # (m,)
    covariance: Floats  # (m, m) of the estimates
    level: float
    method: ClassVar[str] = "random-group jackknife"
    source: ClassVar[str] = "Quenouille 1956; Wolter 2007, eq. 4.2.5; Kott 2001"


def jackknife_each(
    parts: Sequence[S], statistic: Callable[[S], Floats], *, level: float = 0.95
) -> JackknifeEach:
    """
    As ``jackknife``, of m numbers at once: all shares of a driver analysis, say.

    The covariance says how sure a difference between two of them is.
    R: ``survey::as.svrepdesign(d, "JKn")``.

    :param parts: the sums of each of K random groups.
    :param statistic: of a sum, giving (m,) numbers: ``lambda m: drivers(m).shares``.
    :raises TooFew: with fewer than two groups, or an empty one.
    :raises WrongShape: when the statistic gives no array of one dimension, or not always as
        many numbers.
    :raises OutOfRange: when a number is not finite, or ``level`` not between 0 and 1.
    :raises NoVariance: when leaving out a group never changes anything.

    Source: Wolter 2007, Introduction to Variance Estimation, section 4.2 and 4.7.

    >>> from gapless_stats.moments import Moments
    >>> parts = [Moments.of(np.array([each])) for each in ([4, 1], [6, 2], [5, 6])]
    >>> jackknife_each(parts, lambda moments: moments.mean).error.round(4).tolist()
    [0.5774, 1.5275]
    """
    tail, k = tail_of(level), len(parts)
    if k < 2 or min(each.n for each in parts) < 1:
        raise TooFew(f"two groups with a respondent each at least; there are {k} groups")
    whole = _added(parts)
    estimate = _finite(statistic(whole))
    without = [_finite(statistic(whole - each)) for each in parts]
    if {each.shape for each in without} != {estimate.shape} or estimate.ndim != 1:
        raise WrongShape("the statistic gives as many numbers each time, in one dimension")
    apart = np.array(without) - np.mean(without, axis=0)
    covariance = (k - 1) / k * apart.T @ apart
    error = np.sqrt(np.diag(covariance))
    if not error.any():
        raise NoVariance(f"none of {k} groups makes a difference to the statistic")
    reach = -float(scipy.special.stdtrit(k - 1, tail)) * error
    return JackknifeEach(
        n=whole.n,
        groups=k,
        estimate=estimate,
        error=error,
        bias=(k - 1) * (np.mean(without, axis=0) - estimate),
        low=estimate - reach,
        high=estimate + reach,
        covariance=covariance,
        level=level,
    )


def _added(parts: Sequence[S]) -> S:
    whole = parts[0]
    for each in parts[1:]:
        whole = whole + each
    return whole


def _finite(found: Any) -> Floats:
    values = np.asarray(found, dtype=np.float64)
    if not np.isfinite(values).all():
        raise OutOfRange("the statistic is not a finite number with a group left out")
    return values
