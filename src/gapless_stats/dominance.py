"""
Whether one predictor is more useful than another, whatever else is known.

Three grades, each weaker than the one before (Budescu 1993; Azen and Budescu 2003):
complete, of every subset of the others; conditional, on average over the subsets of each
size; general, on average over the sizes, which is LMG.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .exact import Mask
from .moments import Moments
from .predictors import Floats, bits, explained_by_subsets, gains, predictors
from .results import Result

_ROUNDING = 1e-12
"""Two R² nearer than this are taken as equal: they differ by how they were rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Dominance(Result):
    """
    How p predictors dominate one another in explaining an outcome.

    ``conditional[j, s]`` is what predictor j adds to R² on average beyond s others, s from
    0 to p - 1; their mean over s is ``general[j]``, which sums to R². ``complete[i, j]``:
    i adds at least as much as j beyond every subset of the others, and more beyond one.
    """

    n: int
    r_squared: float
    general: Floats  # (p,)
    conditional: Floats  # (p, p)
    complete: Mask  # (p, p)
    method: ClassVar[str] = "dominance analysis"
    source: ClassVar[str] = "Budescu 1993; Azen and Budescu 2003"

    @property
    def conditionally(self) -> Mask:
        """Whether i adds at least as much as j at every size, and more at one, (p, p)."""
        apart = self.conditional[:, None, :] - self.conditional[None, :, :]
        never_less = (apart >= -_ROUNDING).all(axis=2)
        return np.asarray(never_less & (apart > _ROUNDING).any(axis=2))

    @property
    def generally(self) -> Mask:
        """Whether i's general part is larger than j's, (p, p)."""
        return np.asarray(self.general[:, None] - self.general[None, :] > _ROUNDING)


def dominance(moments: Moments) -> Dominance:
    """
    General, conditional and complete dominance of every pair of predictors.

    From the gains R²(S ∪ j) - R²(S) over all subsets S without j: Budescu 1993, eq. 3;
    Azen and Budescu 2003, p. 134-137.

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :raises TooFew: without a predictor, or with no more respondents than columns.
    :raises TooMany: with more than 16 predictors.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    R: ``domir::domin(y ~ ., lm, list("summary", "r.squared"), data = d)``.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> found = dominance(Moments.of(rows))
    >>> found.conditional.round(4).tolist(), found.complete.tolist()
    ([[0.9245, 0.1698], [0.7972, 0.0425]], [[False, True], [False, False]])
    """
    found = predictors(moments)
    explained = explained_by_subsets(found.among, found.towards)
    p = len(found.towards)
    sizes = bits(p)
    conditional = np.empty((p, p))
    for place in range(p):
        without, gained = gains(explained, place)
        of = sizes[without]
        conditional[place] = np.bincount(of, weights=gained) / np.bincount(of)
    return Dominance(
        n=found.n,
        r_squared=found.r_squared,
        general=conditional.mean(axis=1),
        conditional=conditional,
        complete=_complete(explained, p),
    )


def _complete(explained: Floats, p: int) -> Mask:
    every = np.arange(len(explained))
    found = np.zeros((p, p), np.bool_)
    for one in range(p):
        for other in range(one):
            neither = every[(every >> one & 1) + (every >> other & 1) == 0]
            apart = explained[neither | 1 << one] - explained[neither | 1 << other]
            least, most = float(apart.min()), float(apart.max())
            found[one, other] = least >= -_ROUNDING and most > _ROUNDING
            found[other, one] = most <= _ROUNDING and least < -_ROUNDING
    return found
