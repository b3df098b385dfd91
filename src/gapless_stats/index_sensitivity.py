"""How far an index can be trusted: its error, other weights, grades, other versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import ArrayLike

from .checks import Floats, above, finite, weights_of
from .errors import OutOfRange, TooFew, WrongShape
from .estimates import tail_of
from .exact import Integers
from .intervals import Interval
from .results import Result

CONCENTRATION = 80.0
"""κ of the Dirichlet draws of weights, between 50 and 100 (domain.md 3.3)."""

DRAWS = 1_000
SEED = 20_260_101
"""Any number will do, as long as it stays: the same page shows the same chances twice."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexErrors(Result):
    """The standard errors of U units' indices and where each lies with ``level``."""

    n: int  # units
    error: Floats  # (U,)
    low: Floats  # (U,)
    high: Floats  # (U,)
    level: float
    method: ClassVar[str] = "delta, normal"
    source: ClassVar[str] = "OECD and JRC 2008, step 7"


def index_errors(
    values: ArrayLike, score_errors: ArrayLike, weights: ArrayLike, *, level: float = 0.95
) -> IndexErrors:
    """
    What the errors of the scores make of arithmetic indices: 100 √(Σ w_k² se_k²).

    Scores are taken as independent of each other (OECD and JRC 2008, step 7).

    :param values: (U,) indices, 0 to 100.
    :param score_errors: (U, K) standard errors of the scores, in the scores' unit 0 to 1.
    :param weights: (K,) at least 0.
    :raises WrongShape: when the shapes do not belong together.
    :raises OutOfRange: when an error or weight is negative or missing, or ``level`` not
        between 0 and 1.

    R: ``100 * sqrt(drop(se^2 %*% w^2))``.

    >>> index_errors([70.0], [[0.03, 0.04]], [1, 1]).error.round(6).tolist()
    [2.5]
    """
    value = finite(values, "indices")
    errors = finite(score_errors, "errors of scores", dimensions=2)
    if len(errors) != len(value):
        raise WrongShape(f"{len(value)} indices, but errors of {len(errors)}")
    if (errors < 0).any():
        raise OutOfRange("an error is at least 0")
    share = weights_of(weights, errors.shape[1])
    error = 100 * np.sqrt(errors**2 @ share**2)
    reach = float(scipy.special.ndtri(1 - tail_of(level))) * error
    return IndexErrors(len(value), error, value - reach, value + reach, level)


@dataclass(frozen=True, slots=True, eq=False)
class WeightSensitivity(Result):
    """
    How U units' ranks depend on the weights; rank 1 has the highest index.

    ``among[u, k]`` is how often unit u was among the first k + 1, so the last column is 1.
    """

    n: int  # units
    rank: Integers  # (U,) at the weights as they are
    expected: Floats  # (U,)
    among: Floats  # (U, U)
    draws: int
    method: ClassVar[str] = "Dirichlet draws of the weights"
    source: ClassVar[str] = "Saisana, Saltelli and Tarantola 2005; domain.md 3.3"


def weight_sensitivity(
    scores: ArrayLike,
    weights: ArrayLike,
    *,
    concentration: float = CONCENTRATION,
    draws: int = DRAWS,
    seed: int = SEED,
) -> WeightSensitivity:
    """
    How the units would rank had others set the weights: drawn from Dirichlet(κ · w).

    For arithmetic indices of complete scores. Weights that are 0 stay 0 (Saisana, Saltelli
    and Tarantola 2005). Ties share the better rank.

    :param scores: (U, K). :param weights: (K,) at least 0.
    :param concentration: κ: the larger, the nearer to the weights; at 80 a weight of 0.2
        has a standard deviation of 0.044.
    :raises TooFew: with fewer than two units, or without a draw.
    :raises WrongShape: when the shapes do not belong together.
    :raises OutOfRange: when a score is not finite, a weight is negative, or κ not above 0.

    R: ``gtools::rdirichlet(1000, kappa * w)``.

    >>> found = weight_sensitivity([[0.9, 0.2], [0.6, 0.6], [0.5, 0.1]], [0.5, 0.5])
    >>> found.rank.tolist(), found.among[:, 1].tolist()
    ([2, 1, 3], [1.0, 1.0, 0.0])
    """
    s = finite(scores, "scores", dimensions=2)
    share = weights_of(weights, s.shape[1])
    above(concentration, 0, "a concentration")
    if len(s) < 2 or draws < 1:
        raise TooFew(f"{len(s)} units in {draws} draws do not rank")
    random = np.random.default_rng(seed)
    drawn = np.zeros((draws, len(share)))
    used = share > 0
    drawn[:, used] = random.dirichlet(concentration * share[used], size=draws)
    ranks = _ranks(drawn @ s.T)
    counts = np.stack([(ranks <= k + 1).mean(axis=0) for k in range(len(s))], axis=1)
    at = _ranks((share @ s.T)[None])[0]
    return WeightSensitivity(len(s), at, ranks.mean(axis=0), counts, draws)


def _ranks(values: Floats) -> Integers:
    """Of each row, 1 for the highest; ties share the better rank."""
    ordered = np.sort(-values, axis=1)
    found = [
        np.searchsorted(row, -each, side="left")
        for row, each in zip(ordered, values, strict=True)
    ]
    return np.asarray(found, np.int64) + 1


@dataclass(frozen=True, slots=True)
class Grade(Result):
    """
    A grade from 0, the lowest, up; ``lowest`` to ``highest`` are those the interval
    touches. Unless they are one, the unit is on the border and has no grade: None.
    """

    grade: int | None
    lowest: int
    highest: int
    method: ClassVar[str] = "cut-points, whole interval"
    source: ClassVar[str] = "domain.md 3.3"


def grade(interval: Interval, cuts: ArrayLike) -> Grade:
    """
    The grade of an index, where its whole interval lies within one (domain.md 3.3).

    Grade g is from ``cuts[g - 1]`` on to below ``cuts[g]``.

    :param cuts: (G - 1,) ascending.
    :raises WrongShape: when the cuts are not in one row.
    :raises OutOfRange: when the cuts do not ascend or are not finite.

    R: ``findInterval(c(low, high), cuts)``.

    >>> grade(Interval(71, 78, 0.95, "t"), [60, 70, 80]).grade
    2
    >>> grade(Interval(68, 75, 0.95, "t"), [60, 70, 80]).grade is None
    True
    """
    ends = finite(cuts, "cuts")
    if (np.diff(ends) <= 0).any():
        raise OutOfRange("cuts ascend, and these do not")
    limits = finite([interval.low, interval.high], "the ends of an interval")
    low, high = np.searchsorted(ends, limits, side="right").tolist()
    return Grade(low if low == high else None, low, high)


def chain_linked(values: ArrayLike, *, old: float, new: float) -> Floats:
    """
    Indices of a new version in the units of the old, (T,): value · old / new.

    ``old`` and ``new`` are the index of one overlap period under both versions (ILO 2004,
    9.106; domain.md 3.3). Keeps the changes of the new version.

    :raises WrongShape: when the values are not (T,).
    :raises OutOfRange: when an index is not finite, or the overlap not above 0.

    R: ``x * old / new``.

    >>> chain_linked([80.0, 84.0], old=60.0, new=80.0).tolist()
    [60.0, 63.0]
    """
    factor = above(old, 0, "an overlapping index") / above(new, 0, "an overlapping index")
    return np.asarray(finite(values, "indices") * factor)
