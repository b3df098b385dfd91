"""Tests and standard errors that hold when answers are not normal (MLM and MLR)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NotIdentified
from gapless_stats.results import Result

from .confirmatory import Fit, fit
from .estimate import Estimate, Problem, Search, inverse_information
from .model import Model
from .samples import FourthMoments, triangle
from .structure import Slopes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RobustFit(Result):
    """
    A fit by maximum likelihood, judged by the fourth moments the answers really have.

    ``chi_square`` is that of ``fit`` over ``scaling``: above 1 where tails are heavy.
    ``errors`` are the sandwich standard errors of the free parameters, in the order of
    ``fit.parameters``. ``cfi`` and ``rmsea`` estimate what normal answers would have given.
    """

    source: ClassVar[str] = (
        "Satorra and Bentler 1994; Yuan and Bentler 2000; Brosseau-Liard and Savalei 2014"
    )

    n: int
    fit: Fit
    chi_square: float
    df: int
    p_value: float
    scaling: float
    baseline_scaling: float
    cfi: float
    rmsea: float
    errors: Floats  # (q,)
    method: str


def satorra_bentler(model: Model, fourth: FourthMoments) -> RobustFit:
    """
    The mean-adjusted test and robust errors of a model (MLM).

    c = tr(UΓ)/df, U = W - WΔ(Δ'WΔ)⁻¹Δ'W, W = ½D'(Σ⁻¹ ⊗ Σ⁻¹)D; χ²/c (Satorra and Bentler
    1994, eq. 16.23). Errors from (Δ'WΔ)⁻¹ Δ'WΓWΔ (Δ'WΔ)⁻¹ / n. Robust CFI and RMSEA after
    Brosseau-Liard and Savalei 2014, eq. 10, and Li and Bentler 2006.

    R: ``lavaan::cfa(model, d, estimator = "MLM")``.

    :raises NotIdentified: without degrees of freedom, or when other parameters fit equally.
    :raises WrongShape: when the sample lacks an item of the model.
    :raises TooFew: with no more respondents than items.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> rows = np.random.default_rng(1).normal(size=(400, 4)) + np.arange(400)[:, None] % 3
    >>> model = Model({"f": ("x1", "x2", "x3", "x4")})
    >>> found = satorra_bentler(model, FourthMoments.of_rows(rows))
    >>> found.df, round(found.scaling, 2)
    (2, 1.09)
    """
    state = _State.of(model, fourth)
    bread = np.linalg.inv(state.information)
    filling = state.scores @ state.gamma @ state.scores.T
    total = float((state.weight * state.gamma).sum() - (bread * filling).sum())
    return state.judged(total, state.independent(), bread @ filling @ bread, "MLM")


def yuan_bentler(model: Model, fourth: FourthMoments) -> RobustFit:
    """
    The Yuan-Bentler test and errors from the observed information (MLR).

    c = (tr(B₁A₁⁻¹) - tr(B₀A₀⁻¹))/df with A the observed information and B the covariance of
    the scores, of the saturated model (1) and this one (0) (Yuan and Bentler 2000, in the
    form Asparouhov and Muthén 2005 gave it). Errors from A₀⁻¹B₀A₀⁻¹/n (White 1982).

    R: ``lavaan::cfa(model, d, estimator = "MLR")``.

    :raises NotIdentified: without degrees of freedom, or when other parameters fit equally.
    :raises WrongShape: when the sample lacks an item of the model.
    :raises TooFew: with no more respondents than items.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> rows = np.random.default_rng(1).normal(size=(400, 4)) + np.arange(400)[:, None] % 3
    >>> model = Model({"f": ("x1", "x2", "x3", "x4")})
    >>> found = yuan_bentler(model, FourthMoments.of_rows(rows))
    >>> found.df, round(found.scaling, 2)
    (2, 1.04)
    """
    state = _State.of(model, fourth)
    labels = [f"parameter {place}" for place in range(len(state.scores))]
    problem, theta = state.estimate.problem, state.estimate.theta
    observed = Search(problem.look, problem.n).curvature(theta, problem.look(theta))
    bread = inverse_information(observed, labels)
    apart = state.scores @ state.left
    filling = state.scores @ state.gamma @ state.scores.T + np.outer(apart, apart)
    saturated = _weight(np.linalg.inv(state.sample_covariance).astype(np.float64))
    every = float((saturated * state.gamma).sum())
    variances = np.diag(state.sample_covariance)
    diagonal = np.flatnonzero(np.equal(*triangle(len(variances))))
    alone = every - float((np.diag(state.gamma)[diagonal] / variances**2).sum() / 2)
    total = every - float((bread * filling).sum())
    return state.judged(total, alone, bread @ filling @ bread, "MLR")


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What both corrections are made of."""

    estimate: Estimate
    fit: Fit
    sample_covariance: Floats  # (p, p)
    gamma: Floats  # (p*, p*)
    weight: Floats  # (p*, p*) W
    scores: Floats  # (q, p*)  Δ'W
    information: Floats  # (q, q)  Δ'WΔ
    left: Floats  # (p*,) s - σ

    @classmethod
    def of(cls, model: Model, fourth: FourthMoments) -> _State:
        estimate = Estimate.of(Problem.of(model, [fourth.sample]))
        if estimate.problem.df == 0:
            raise NotIdentified("no degrees of freedom are left, so there is no test")
        ((_, part, implied, misfit),) = estimate.problem.groups(estimate.theta)
        slopes: Slopes = implied.slopes(part.cells)
        jacobian, weight = slopes.jacobian(), _weight(misfit.precision)
        sample = estimate.problem.samples[0]
        low, high = triangle(sample.items)
        return cls(
            estimate,
            fit(model, fourth.sample),
            sample.covariance,
            _selected(fourth, sample.names),
            weight,
            jacobian.T @ weight,
            jacobian.T @ weight @ jacobian,
            (sample.covariance - implied.covariance)[low, high],
        )

    def independent(self) -> float:
        """The part of tr(UΓ) of a model in which nothing goes together."""
        spread = np.sqrt(np.diag(self.sample_covariance))
        low, high = triangle(len(spread))
        own = np.diag(self.gamma) / (spread[low] * spread[high]) ** 2
        return float(own[low != high].sum())

    def judged(
        self, total: float, alone: float, covariance: Floats, method: str
    ) -> RobustFit:
        """
        The result, from the traces of this model and of the independence model.

        :raises NotIdentified: when the correction is not positive: n is too small for it.
        """
        indices = self.fit.indices
        scaling, baseline = total / indices.df, alone / indices.baseline_df
        if not (scaling > 0 and baseline > 0):
            raise NotIdentified(f"{indices.n} respondents are too few for fourth moments")
        excess = max(indices.chi_square - total, 0.0)
        worst = max(indices.baseline_chi_square - alone, excess)
        scaled = indices.chi_square / scaling
        return RobustFit(
            n=indices.n,
            fit=self.fit,
            chi_square=scaled,
            df=indices.df,
            p_value=float(scipy.special.chdtrc(indices.df, scaled)),
            scaling=scaling,
            baseline_scaling=baseline,
            cfi=1 - excess / worst if excess else 1.0,
            rmsea=math.sqrt(excess / (indices.df * indices.n)),
            errors=np.sqrt(np.diag(covariance) / indices.n),
            method=method,
        )


def _weight(precision: Floats) -> Floats:
    """½ D'(P ⊗ P)D over vech, (p*, p*)."""
    low, high = triangle(len(precision))
    halved = np.where(low == high, 0.5, 1.0)
    both = (
        precision[np.ix_(low, low)] * precision[np.ix_(high, high)]
        + precision[np.ix_(low, high)] * precision[np.ix_(high, low)]
    )
    found: Floats = both * np.outer(halved, halved)
    return found


def _selected(fourth: FourthMoments, names: tuple[str, ...]) -> Floats:
    """Γ of some of the items, in the model's order."""
    every = fourth.sample.names
    p = len(every)
    where = np.empty((p, p), np.intp)
    low, high = triangle(p)
    where[low, high] = where[high, low] = np.arange(len(low))
    chosen = np.array([every.index(name) for name in names])
    low, high = triangle(len(names))
    at = where[chosen[low], chosen[high]]
    return fourth.gamma[np.ix_(at, at)]
