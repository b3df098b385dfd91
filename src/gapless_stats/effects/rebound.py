"""
What would have come back by itself: regression to the mean, taken off an improvement.

Units are picked for being worst, and the worst month is partly bad luck, which does not
come twice. So they improve whatever is done, and what is done gets the credit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import WrongShape
from gapless_stats.estimates import tail_of
from gapless_stats.results import Result
from gapless_stats.shrinkage import Shrunken, UnitMeans

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rebound(Result):
    """
    How far B units changed, and how much of it is more than coming back, in scale points.

    ``change`` = ``bounce`` + ``improvement``; ``low`` to ``high`` is of the improvement.
    """

    n: int  # answers of the second period
    change: Floats  # (B,) after - before
    bounce: Floats  # (B,) expected without doing anything
    improvement: Floats  # (B,)
    error: Floats  # (B,)
    low: Floats  # (B,)
    high: Floats  # (B,)
    level: float
    method: ClassVar[str] = "change less the expected bounce (1 - λ)(μ - y)"
    source: ClassVar[str] = "Galton 1886; James 1973; Efron and Morris 1975"


def without_rebound(
    before: UnitMeans, shrunken: Shrunken, after: UnitMeans, *, level: float = 0.95
) -> Rebound:
    """
    What changed beyond regression to the mean.

    A unit's true mean before was not y_b but about θ̂_b = y_b + (1 - λ_b)(μ - y_b): it would
    have bounced by (1 - λ_b)(μ - y_b). Improvement y'_b - θ̂_b, with variance v'_b + the
    posterior variance of θ_b; normal intervals.
    R: ``after - predict(lme4::lmer(y ~ 1 + (1 | unit)))``.

    :param before: B units in the period they were picked by; ``shrunken`` what ``shrink``
        makes of them (of *all* units, not of those picked); ``after`` the same units later.
    :raises WrongShape: when there are not the same number of units throughout.
    :raises OutOfRange: when ``level`` is not between 0 and 1.

    Source: James 1973, Biometrics 29:121; Efron and Morris 1975.

    >>> from gapless_stats.shrinkage import shrink
    >>> ones = np.ones(4, np.int64)
    >>> first = UnitMeans(ones, np.array([3.0, 5.0, 5.5, 6.5]), np.full(4, 0.5))
    >>> later = UnitMeans(ones, np.array([4.0, 5.0, 5.5, 6.0]), np.full(4, 0.5))
    >>> found = without_rebound(first, shrink(first), later)
    >>> found.change[0].item(), found.bounce[0].round(2).item()
    (1.0, 0.46)
    """
    tail = tail_of(level)
    if not len(before) == len(shrunken.estimate) == len(after):
        raise WrongShape(
            f"{len(before)} units before, {len(shrunken.estimate)} shrunken and"
            f" {len(after)} after are not the same"
        )
    improvement = after.mean - shrunken.estimate
    error = np.sqrt(after.error + shrunken.variance)
    reach = -float(scipy.special.ndtri(tail)) * error
    return Rebound(
        n=int(after.n.sum()),
        change=after.mean - before.mean,
        bounce=shrunken.estimate - before.mean,
        improvement=improvement,
        error=error,
        low=improvement - reach,
        high=improvement + reach,
        level=level,
    )
