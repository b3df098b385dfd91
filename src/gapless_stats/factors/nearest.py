"""The correlation matrix nearest to one that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gapless_stats.errors import NotConverged, OutOfRange, WrongShape
from gapless_stats.results import Result

Floats = NDArray[np.float64]

_MOST_STEPS = 10_000
_STILL = 1e-12
"""Of its size, how much the matrix may still move when the search ends."""


@dataclass(frozen=True, slots=True, eq=False)
class NearestCorrelation(Result):
    """``distance`` is the root of the sum of squared changes; 0 where nothing changed."""

    method: ClassVar[str] = "alternating projections"
    source: ClassVar[str] = "Higham 2002, algorithm 3.3"

    correlation: Floats  # (p, p)
    distance: float
    steps: int


def nearest_correlation(matrix: Floats, *, least: float = 1e-8) -> NearestCorrelation:
    """
    The nearest matrix that is the correlation of something, by Frobenius' norm.

    Correlations that each rest on other respondents (pairwise, or polychoric) may
    contradict one another. Projects in turn on positive semi-definite matrices and on those
    with ones on the diagonal, with Dykstra's correction (Higham 2002, algorithm 3.3).

    R: ``Matrix::nearPD(r, corr = TRUE)``.

    :param matrix: (p, p) symmetric.
    :param least: of the largest eigenvalue, the smallest that is left, so that the result
        can be inverted; 0 gives Higham's own.
    :raises WrongShape: when the matrix is not square and symmetric.
    :raises OutOfRange: when an entry is not finite, or ``least`` not between 0 and 1.
    :raises NotConverged: when the projections do not settle.

    >>> contradiction = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1.0]])  # Higham 2002, p. 334
    >>> found = nearest_correlation(contradiction, least=0)
    >>> found.correlation[0].round(4).tolist(), round(found.distance, 4)
    ([1.0, 0.7607, 0.1573], 0.5278)
    """
    given = np.asarray(matrix, np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or given.size == 0:
        raise WrongShape(f"a correlation matrix is square, not {given.shape}")
    if not np.isfinite(given).all() or not 0 <= least < 1:
        raise OutOfRange("an entry is not finite, or the smallest eigenvalue not below 1")
    if not np.allclose(given, given.T):
        raise WrongShape("a correlation matrix equals its transpose, and this one does not")
    found, correction = given, np.zeros_like(given)
    for step in range(1, _MOST_STEPS + 1):
        towards = found - correction
        projected = _positive(towards, least)
        correction = projected - towards
        before, found = found, projected.copy()
        np.fill_diagonal(found, 1.0)
        if np.linalg.norm(found - before) <= _STILL * np.linalg.norm(found):
            distance = float(np.linalg.norm(found - given))
            return NearestCorrelation(found, distance, step)
    raise NotConverged(f"the projections still moved after {_MOST_STEPS} steps")


def _positive(matrix: Floats, least: float) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    kept = np.maximum(values, max(least * float(values[-1]), 0.0))
    found: Floats = (vectors * kept) @ vectors.T
    return (found + found.T) / 2
