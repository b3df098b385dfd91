"""Confirmatory factor analysis and structural equations by maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import OutOfRange, TooFew, WrongShape
from gapless_stats.results import Result

from .estimate import Estimate, Level, Problem
from .indices import FitIndices, fit_indices
from .model import Model
from .samples import Sample, triangle
from .solution import Parameter, Solution
from .structure import Implied

Floats = NDArray[np.float64]

_EVERYBODY = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Fit(Result):
    """
    A model fitted to one group or several.

    ``srmr`` is the root mean square of correlation residuals (Bentler 1995): up to 0.08.
    ``negative`` names variances below 0 (Heywood cases): the model is wrong, or n small.
    """

    method: ClassVar[str] = "maximum likelihood, expected information"
    source: ClassVar[str] = "Jöreskog 1969; Bollen 1989"

    n: int
    groups: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    solutions: tuple[Solution, ...]
    indices: FitIndices
    srmr: float
    log_likelihood: float
    saturated_log_likelihood: float
    aic: float
    bic: float
    free: int  # parameters, q
    negative: tuple[str, ...]

    @property
    def solution(self) -> Solution:
        """The only group's matrices, or the first group's."""
        return self.solutions[0]

    def parameter(self, left: str, operator: str, right: str = "") -> Parameter:
        """
        The parameter of the first group that is written so: ``"visual", "=~", "x2"``.

        :raises WrongShape: when the model has no such parameter.
        """
        wanted = (left, operator, right)
        for each in self.parameters:
            if (each.left, each.operator, each.right) == wanted:
                return each
        raise WrongShape(f"the model has no parameter {' '.join(wanted).strip()}")


def fit(model: Model, sample: Sample) -> Fit:
    """
    Fit a factor model, or a structural equation model, to a covariance matrix.

    Σ(θ) = F(I - A)⁻¹S(I - A)⁻ᵀF' (McArdle and McDonald 1984), least
    F = ln|Σ| + tr(SΣ⁻¹) - ln|S| - p with S of divisor n (Jöreskog 1969, eq. 9), χ² = nF.
    Standard errors from the expected information (n/2) tr(Σ⁻¹ ∂ᵢΣ Σ⁻¹ ∂ⱼΣ).

    R: ``lavaan::sem(model, sample.cov = s, sample.nobs = n)``.

    :param sample: with all the model's items, in any order, and others.
    :raises WrongShape: when the sample lacks an item of the model.
    :raises TooFew: with no more respondents than items.
    :raises NotIdentified: with more parameters than covariances, or when other parameters
        fit equally well.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> r = np.array([[1, .5, .4, .3], [.5, 1, .35, .3], [.4, .35, 1, .2], [.3, .3, .2, 1]])
    >>> found = fit(
    ...     Model({"f": ("x1", "x2", "x3", "x4")}), Sample.covariance_of(r, n=201)
    ... )
    >>> found.indices.df, found.solution.standardised_loadings[:, 0].round(3).tolist()
    (2, [0.742, 0.678, 0.526, 0.414])
    """
    return _fit_of(Estimate.of(Problem.of(model, [sample])), (_EVERYBODY,))


def fit_groups(
    model: Model, samples: Mapping[str, Sample], *, level: Level = Level.CONFIGURAL
) -> Fit:
    """
    Fit one model to several groups at once, with so much of it equal as ``level`` says.

    F = Σ (n_g/n) F_g (Jöreskog 1971), with means: intercepts are free, factor means 0; from
    ``Level.SCALAR`` on intercepts are equal and factor means free after the first group.

    R: ``lavaan::cfa(model, d, group = "g", group.equal = c("loadings", "intercepts"))``.

    :param samples: by group, with means.
    :raises TooFew: with fewer than two groups, or no more respondents in one than items.
    :raises WrongShape: when a sample lacks an item of the model, or its means.
    :raises NotIdentified: with more parameters than covariances and means, or when other
        parameters fit equally well.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> one = Sample(100, ("a", "b", "c"), np.eye(3) / 2 + 0.5, np.zeros(3))
    >>> two = Sample(100, ("a", "b", "c"), np.eye(3) / 2 + 0.5, np.ones(3))
    >>> model = Model({"f": ("a", "b", "c")})
    >>> found = fit_groups(model, {"one": one, "two": two}, level=Level.SCALAR)
    >>> found.indices.df, found.solutions[1].factor_mean.round(6).tolist()
    (4, [1.0])
    """
    if len(samples) < 2:
        raise TooFew(f"groups are compared from two on, and there are {len(samples)}")
    problem = Problem.of(model, list(samples.values()), level=level, means=True)
    return _fit_of(Estimate.of(problem), tuple(samples))


@dataclass(frozen=True, slots=True)
class ModelDifference(Result):
    """How much worse the model with fewer parameters fits, and whether by chance."""

    method: ClassVar[str] = "χ² difference"
    source: ClassVar[str] = "Steiger, Shapiro and Browne 1985"

    n: int
    chi_square: float
    df: int
    p_value: float


def compare(restricted: Fit, general: Fit) -> ModelDifference:
    """
    The χ² difference of two models, one a special case of the other.

    Δχ² = χ²_restricted - χ²_general with Δdf degrees (Steiger, Shapiro and Browne 1985).
    R: ``anova(fit1, fit2)``.

    :raises OutOfRange: when the first model has no more degrees of freedom than the second.
    :raises WrongShape: when they were not fitted to as many respondents.

    >>> r = np.array([[1, .5, .4, .3], [.5, 1, .35, .3], [.4, .35, 1, .2], [.3, .3, .2, 1]])
    >>> sample, items = Sample.covariance_of(r, n=201), ("x1", "x2", "x3", "x4")
    >>> more = fit(Model({"f": items}, covariances=(("x1", "x2"),)), sample)
    >>> found = compare(fit(Model({"f": items}), sample), more)
    >>> found.df, round(found.chi_square, 3)
    (1, 0.142)
    """
    if restricted.n != general.n:
        raise WrongShape(f"fitted to {restricted.n} and to {general.n} respondents")
    df = restricted.indices.df - general.indices.df
    if df < 1:
        raise OutOfRange(f"the restricted model has {df} more degrees of freedom")
    # Nested models differ by 0 or more; where a search ended a shade early, by -1e-10.
    apart = max(restricted.indices.chi_square - general.indices.chi_square, 0.0)
    return ModelDifference(restricted.n, apart, df, float(scipy.special.chdtrc(df, apart)))


def _fit_of(estimate: Estimate, groups: tuple[str, ...]) -> Fit:
    problem = estimate.problem
    implied = [part.at(estimate.theta) for part in problem.parts]
    errors = np.append(np.sqrt(np.diag(estimate.covariance)), 0.0)
    parameters = tuple(
        each
        for place, group in enumerate(groups)
        for each in Parameter.of(problem.member(place, group), estimate.theta, errors)
    )
    constant = sum(sample.n * sample.items for sample in problem.samples)
    saturated = -(problem.n * problem.saturated + constant * math.log(2 * math.pi)) / 2
    log_likelihood = saturated - estimate.chi_square / 2
    q = problem.parameters
    return Fit(
        n=problem.n,
        groups=groups,
        parameters=parameters,
        solutions=tuple(
            Solution.of(problem.member(place, group), estimate.theta)
            for place, group in enumerate(groups)
        ),
        indices=_indices(estimate),
        srmr=_srmr(problem, implied),
        log_likelihood=log_likelihood,
        saturated_log_likelihood=saturated,
        aic=2 * q - 2 * log_likelihood,
        bic=q * math.log(problem.n) - 2 * log_likelihood,
        free=q,
        negative=tuple(
            f"{each.left} ({each.group})" if len(groups) > 1 else each.left
            for each in parameters
            if each.operator == "~~" and each.left == each.right and each.value < 0
        ),
    )


def _indices(estimate: Estimate) -> FitIndices:
    samples = estimate.problem.samples
    apart = [
        sample.n * (2 * np.log(sample.spread).sum() - sample.log_determinant)
        for sample in samples
    ]
    p = samples[0].items
    return fit_indices(
        estimate.chi_square,
        estimate.problem.df,
        baseline_chi_square=float(sum(apart)),
        baseline_df=len(samples) * p * (p - 1) // 2,
        n=estimate.problem.n,
        groups=len(samples),
    )


def _srmr(problem: Problem, implied: list[Implied]) -> float:
    found = 0.0
    for sample, each in zip(problem.samples, implied, strict=True):
        spread = sample.spread
        low, high = triangle(sample.items)
        apart = (sample.covariance - each.covariance) / np.outer(spread, spread)
        squares, count = float((apart[low, high] ** 2).sum()), len(low)
        if problem.means and sample.mean is not None:
            squares += float((((sample.mean - each.mean) / spread) ** 2).sum())
            count += sample.items
        found += sample.n / problem.n * math.sqrt(squares / count)
    return found
