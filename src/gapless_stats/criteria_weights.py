"""
Weights of criteria: from a panel's points, or from the scores themselves.

Entropy and CRITIC reward spread, not importance: a criterion on which all units are alike
weighs nothing, however much it matters. For rankings only (domain.md 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .checks import Floats, finite
from .errors import NoVariance, OutOfRange, TooFew
from .results import Result


@dataclass(frozen=True, slots=True, eq=False)
class PanelWeights(Result):
    """
    The weights of k criteria that ``n`` people gave, summing to 1.

    ``spread`` is the standard deviation of the shares among people; 0 of one person.
    """

    n: int
    weights: Floats  # (k,)
    spread: Floats  # (k,)
    method: str
    source: ClassVar[str] = "OECD and JRC 2008, 6.2.4, budget allocation"


def panel_weights(points: ArrayLike, *, median: bool = False) -> PanelWeights:
    """
    Weights from people who divided points among criteria (OECD and JRC 2008, 6.2.4).

    Each person's points are made shares; weights are their means, or medians made to sum
    to 1, which one person cannot pull.

    :param points: (n, k) at least 0; whatever they sum to counts as all.
    :raises TooFew: without a person or a criterion.
    :raises WrongShape: when the points are not (people, criteria).
    :raises OutOfRange: when points are negative or missing, or a person gave none.
    :raises NoVariance: when all medians are 0.

    R: ``colMeans(prop.table(x, 1))``.

    >>> panel_weights([[60, 40], [20, 80], [30, 70]]).weights.round(4).tolist()
    [0.3667, 0.6333]
    """
    x = finite(points, "points", dimensions=2)
    if not x.size:
        raise TooFew(f"{x.shape[0]} people on {x.shape[1]} criteria give no weights")
    if (x < 0).any() or not x.any(axis=1).all():
        raise OutOfRange("points are at least 0, and everybody gives some")
    shares = x / x.sum(axis=1, keepdims=True)
    centre = np.median(shares, axis=0) if median else shares.mean(axis=0)
    spread = shares.std(axis=0, ddof=1) if len(x) > 1 else np.zeros(x.shape[1])
    method = "panel, median" if median else "panel, mean"
    return PanelWeights(len(x), _normalised(np.asarray(centre)), spread, method)


@dataclass(frozen=True, slots=True, eq=False)
class EntropyWeights(Result):
    """The weights of k criteria, summing to 1; ``entropy`` is 1 where all units agree."""

    n: int
    weights: Floats  # (k,)
    entropy: Floats  # (k,)
    method: ClassVar[str] = "entropy"
    source: ClassVar[str] = "Shannon 1948; Hwang and Yoon 1981"


def entropy_weights(scores: ArrayLike) -> EntropyWeights:
    """
    Weights by how unevenly the units' scores lie (Hwang and Yoon 1981, section 3.3).

    p_uk = x_uk / Σ_u x_uk, e_k = -Σ_u p ln p / ln U, w_k = (1 - e_k) / Σ (1 - e).

    :param scores: (U, k) of U units, at least 0, more is better.
    :raises TooFew: with fewer than two units, or no criterion.
    :raises WrongShape: when the scores are not (units, criteria).
    :raises OutOfRange: when a score is negative or missing, or a criterion has only 0.
    :raises NoVariance: when the units score the same on every criterion.

    R: ``creditmodel::entropy_weight(dat, pos_vars)``.

    >>> found = entropy_weights([[4, 1], [4, 3], [4, 8]])
    >>> found.weights.round(6).tolist(), found.entropy.round(4).tolist()
    ([0.0, 1.0], [1.0, 0.75])
    """
    x = _scores(scores)
    if (x < 0).any() or not x.any(axis=0).all():
        raise OutOfRange("scores are at least 0, and on each criterion one is above 0")
    p = x / x.sum(axis=0)
    logs = np.log(np.where(p > 0, p, 1.0))
    entropy = -(p * logs).sum(axis=0) / np.log(len(x))
    spread = np.where(np.ptp(x, axis=0) > 0, 1 - entropy, 0.0)
    return EntropyWeights(len(x), _normalised(spread), entropy)


@dataclass(frozen=True, slots=True, eq=False)
class CriticWeights(Result):
    """
    The weights of k criteria, summing to 1.

    ``contrast`` is the standard deviation of the rescaled scores, ``conflict`` the sum of
    one minus each correlation with the others.
    """

    n: int
    weights: Floats  # (k,)
    contrast: Floats  # (k,)
    conflict: Floats  # (k,)
    method: ClassVar[str] = "CRITIC"
    source: ClassVar[str] = "Diakoulaki, Mavrotas and Papayannakis 1995"


def critic_weights(scores: ArrayLike) -> CriticWeights:
    """
    Weights by spread and by how much a criterion says that others do not.

    Scores are rescaled to 0-1 over the units; C_k = σ_k Σ_l (1 - r_kl), w = C / ΣC
    (Diakoulaki, Mavrotas and Papayannakis 1995, eq. 3-5), σ with divisor U - 1.

    :param scores: (U, k) of U units; whether more is better does not matter if it is the
        same for all.
    :raises TooFew: with fewer than two units or two criteria.
    :raises WrongShape: when the scores are not (units, criteria).
    :raises OutOfRange: when a score is missing.
    :raises NoVariance: when a criterion is the same for all units, or all say the same.

    R: ``x <- apply(d, 2, scales::rescale); w <- apply(x, 2, sd) * colSums(1 - cor(x))``.

    >>> critic_weights([[1, 9], [2, 5], [4, 1]]).weights.round(4).tolist()
    [0.5045, 0.4955]
    """
    x = _scores(scores)
    if x.shape[1] < 2:
        raise TooFew("a criterion needs another to conflict with")
    reach = np.ptp(x, axis=0)
    if not reach.all():
        raise NoVariance(f"all units score the same on criterion {int(np.argmin(reach))}")
    rescaled = (x - x.min(axis=0)) / reach
    contrast = rescaled.std(axis=0, ddof=1)
    correlation = np.corrcoef(rescaled, rowvar=False)
    np.fill_diagonal(correlation, 1.0)
    conflict = np.maximum(1 - correlation, 0.0).sum(axis=0)
    conflict[conflict < _ROUNDING] = 0.0
    return CriticWeights(len(x), _normalised(contrast * conflict), contrast, conflict)


_ROUNDING = 1e-12


def _scores(scores: ArrayLike) -> Floats:
    x = finite(scores, "scores", dimensions=2)
    if len(x) < 2 or x.shape[1] < 1:
        raise TooFew(f"{x.shape[0]} units on {x.shape[1]} criteria have no spread")
    return x


def _normalised(spread: Floats) -> Floats:
    whole = spread.sum()
    if not whole > 0:
        raise NoVariance("the units do not differ in what would weigh")
    return np.asarray(spread / whole)
