"""How consistently items measure one thing, and how much of that a difference keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from .errors import NoVariance, TooFew
from .intervals import Interval
from .moments import Moments


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha: at most 1; negative when the items contradict each other."""

    value: float
    items: int
    n: int


def cronbach_alpha(moments: Moments) -> Alpha:
    """
    How consistently k items measure one thing (Cronbach 1951, eq. 2).

    Give it the moments of E, of P, or of P - E (``Moments.through``).

    :raises TooFew: with fewer than two items or two respondents.
    :raises NoVariance: when every respondent has the same total.
    """
    k = moments.items
    if k < 2 or moments.n < 2:
        raise TooFew(f"alpha needs 2 items and 2 respondents, not {k} and {moments.n}")
    # The total's variance from exact sums: it is 0 exactly when all totals are equal.
    of_total = moments.through(np.ones((1, k), np.int64)).covariance[0, 0]
    if of_total == 0:
        raise NoVariance(f"all {moments.n} respondents have the same total")
    of_items = np.trace(moments.covariance)
    # Where all items agree the quotients may round to a shade above 1.
    found = min(float(k / (k - 1) * (1 - of_items / of_total)), 1.0)
    return Alpha(found, items=k, n=moments.n)


def feldt_interval(alpha: float, *, n: int, k: int, level: float = 0.95) -> Interval:
    """
    Where alpha lies (Feldt 1965): 1 - (1 - α) F, with n - 1 and (n - 1)(k - 1) degrees.

    Exact for normal items of equal variances and covariances.

    :raises TooFew: with fewer than two items or two respondents.
    :raises ValueError: when alpha exceeds 1, or ``level`` is not between 0 and 1.
    """
    if k < 2 or n < 2:
        raise TooFew(f"alpha needs 2 items and 2 respondents, not {k} and {n}")
    if not alpha <= 1:
        raise ValueError(f"alpha is at most 1, not {alpha}")
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    tail = (1 - level) / 2
    degrees = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(special.fdtri(*degrees, 1 - tail))
    high = 1 - (1 - alpha) * float(special.fdtri(*degrees, tail))
    return Interval(low, high, level, "Feldt")


def difference_reliability(
    scores: Moments, *, expectation_alpha: float, perception_alpha: float
) -> float:
    """
    How reliable P - E is (Peter, Churchill and Brown 1993).

    (σ²_P r_PP + σ²_E r_EE - 2 σ_PE) / (σ²_P + σ²_E - 2 σ_PE): the more E and P
    move together, the less of their reliability the difference keeps. At most 1
    for alphas of at most 1; below 0.7 P alone is the better headline.

    :param scores: the moments of a dimension's (E, P) scores, k = 2.
    :raises TooFew: with fewer than two respondents.
    :raises NoVariance: when all respondents have the same difference.
    :raises ValueError: when the moments are not of two columns, or an alpha exceeds 1.
    """
    if scores.items != 2:
        raise ValueError(f"expected the moments of E and P, not of {scores.items} columns")
    if not (expectation_alpha <= 1 and perception_alpha <= 1):
        raise ValueError(f"alpha is at most 1: {expectation_alpha}, {perception_alpha}")
    of_difference = float(scores.through(np.array([[-1, 1]])).covariance[0, 0])
    if of_difference == 0:
        raise NoVariance(f"all {scores.n} respondents have the same difference")
    (of_expectation, shared), (_, of_perception) = scores.covariance.tolist()
    kept = of_perception * perception_alpha + of_expectation * expectation_alpha
    return min(float((kept - 2 * shared) / of_difference), 1.0)
