"""
Importance by making predictors uncorrelated first: relative weights and CAR scores.

For comparison only: Thomas, Zumbo, Kwan and Schweitzer 2014 show that relative weights
rest on no definition of importance; ``drivers`` and ``dominance`` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .moments import Moments
from .predictors import Floats, predictors
from .results import Result


@dataclass(frozen=True, slots=True, eq=False)
class RelativeWeights(Result):
    """
    What each of p predictors contributes to R², which the ``weights`` sum to.

    At least 0 each. ``shares`` are the weights as parts of R².
    """

    n: int
    r_squared: float
    weights: Floats  # (p,)
    method: ClassVar[str] = "relative weights"
    source: ClassVar[str] = "Johnson 2000, eq. 9; Genizi 1993"

    @property
    def shares(self) -> Floats:
        """The weights divided by R², (p,); all 0 where nothing is explained."""
        return self.weights / self.r_squared if self.r_squared else self.weights


def relative_weights(moments: Moments) -> RelativeWeights:
    """
    Johnson's relative weights (Johnson 2000, eq. 9; the same as Genizi 1993).

    With R = V D V' the correlations among predictors and r those with the outcome:
    Λ = V D^½ V', β = Λ⁻¹ r, ε = Λ^∘2 β^∘2, so that Σε = R².

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :raises TooFew: without a predictor, or with no more respondents than columns.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "genizi")$genizi``.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> found = relative_weights(Moments.of(rows))
    >>> found.weights.round(4).tolist(), round(found.r_squared, 4)
    ([0.5472, 0.4198], 0.967)
    """
    found = predictors(moments)
    values, vectors = np.linalg.eigh(found.among)
    root = vectors * np.sqrt(values) @ vectors.T
    beta = np.linalg.solve(root, found.towards)
    weights: Floats = root**2 @ beta**2
    return RelativeWeights(found.n, float(beta @ beta), weights)


@dataclass(frozen=True, slots=True, eq=False)
class CarScores(Result):
    """
    Correlations of the outcome with predictors made uncorrelated, -1 to 1.

    Their ``squares`` sum to R²; the sign is the direction.
    """

    n: int
    r_squared: float
    scores: Floats  # (p,)
    method: ClassVar[str] = "CAR scores"
    source: ClassVar[str] = "Zuber and Strimmer 2011, eq. 8"

    @property
    def squares(self) -> Floats:
        """The scores squared, (p,): each predictor's part of R²."""
        return self.scores**2


def car_scores(moments: Moments) -> CarScores:
    """
    Correlation-adjusted correlations ω = R^-½ r (Zuber and Strimmer 2011, eq. 8).

    :param moments: of (x_1, …, x_p, y): the outcome is the last column.
    :raises TooFew: without a predictor, or with no more respondents than columns.
    :raises NoVariance: when everybody gave one column the same answer.
    :raises Collinear: when some predictors together say exactly what another says.

    R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "car")$car`` gives the squares.

    >>> rows = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 5], [4, 3, 5], [5, 5, 8]])
    >>> found = car_scores(Moments.of(rows))
    >>> found.scores.round(4).tolist(), round(float(found.squares.sum()), 4)
    ([0.7679, 0.6143], 0.967)
    """
    found = predictors(moments)
    values, vectors = np.linalg.eigh(found.among)
    scores: Floats = vectors / np.sqrt(values) @ vectors.T @ found.towards
    return CarScores(found.n, float(scores @ scores), scores)
