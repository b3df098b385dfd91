"""Agreement of several raters on an order: Kendall's W."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.results import Result

from .ratings import Floats


@dataclass(frozen=True, slots=True)
class Concordance(Result):
    """
    How far m raters put n units into the same order: 0 not at all, 1 exactly.

    ``mean_correlation`` is the mean of Spearman's rho of all pairs of raters (exact without
    ties); χ² with n - 1 degrees tests that orders are unrelated.
    """

    n: int
    raters: int
    value: float
    mean_correlation: float
    chi_square: float
    degrees: int
    p_value: float
    method: ClassVar[str] = "Kendall's W, corrected for ties"
    source: ClassVar[str] = "Kendall and Babington Smith 1939; Kendall 1970, ch. 6"


def kendall_w(scores: Floats) -> Concordance:
    """
    How far raters agree on the order of units (Kendall and Babington Smith 1939).

    W = 12 Σ (R_i - R̄)² / (m² (n³ - n) - m Σ_j T_j), with R_i the sum of a unit's midranks
    and T_j = Σ (t³ - t) over the ties of rater j; χ² = m (n - 1) W.
    R: ``irr::kendall(d, correct = TRUE)``.

    :param scores: (n, m) finite numbers; only each rater's order counts.
    :raises WrongShape: when the scores are not of two dimensions.
    :raises TooFew: with fewer than two units or two raters.
    :raises OutOfRange: when a score is not finite.
    :raises NoVariance: when every rater scores all units the same.

    Source: Kendall and Babington Smith 1939; Kendall 1970, Rank Correlation Methods, ch. 6.

    >>> found = kendall_w(np.array([[1, 2, 1], [2, 1, 3], [3, 3, 2], [4, 4, 4]]))
    >>> round(found.value, 6)
    0.777778
    """
    if scores.ndim != 2:
        raise WrongShape(f"scores are of units by raters, not of shape {scores.shape}")
    n, m = scores.shape
    if n < 2 or m < 2:
        raise TooFew(f"two units and two raters at least, not {n} and {m}")
    if not np.isfinite(scores).all():
        raise OutOfRange("every rater scores every unit, with a finite number")
    ranks = scipy.stats.rankdata(scores, axis=0)
    # Ties take away from the squares of ranks just what they take from the greatest spread:
    # Σ (t³ - t) / 12 of each rater.
    spread = float(((ranks - (n + 1) / 2) ** 2).sum())
    if spread == 0:
        raise NoVariance(f"every rater scores all {n} units the same")
    apart = float(((ranks.sum(axis=1) - m * (n + 1) / 2) ** 2).sum())
    value = min(apart / (m * spread), 1.0)
    chi_square = m * (n - 1) * value
    return Concordance(
        n=n,
        raters=m,
        value=value,
        mean_correlation=(m * value - 1) / (m - 1),
        chi_square=chi_square,
        degrees=n - 1,
        p_value=float(scipy.special.chdtrc(n - 1, chi_square)),
    )
