"""Whether items of a factor belong together, and whether factors are different things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .errors import NotIdentified, OutOfRange, TooFew
from .factors.samples import Sample
from .factors.solution import Solution
from .results import Result

Floats = NDArray[np.float64]

DISTINCT = 0.85
"""HTMT below which constructs are different (Henseler, Ringle and Sarstedt 2015)."""

SIMILAR_BUT_DISTINCT = 0.9
"""The same where they are close in meaning (Henseler, Ringle and Sarstedt 2015)."""


@dataclass(frozen=True, slots=True, eq=False)
class ConvergentValidity(Result):
    """
    How well the items of each of m factors measure it; each number from 0 to 1.

    ``extracted`` (AVE) above 0.5 and ``composite`` (CR) above 0.7 are wanted (Fornell and
    Larcker 1981). ``maximal`` is the reliability of the best weighting of the items (H).
    ``omega`` and ``extracted_variance`` are CR and AVE in scale points instead of standard
    deviations: items with more variance count for more.
    """

    method: ClassVar[str] = "from the loadings of a confirmatory fit"
    source: ClassVar[str] = "Fornell and Larcker 1981; Hancock and Mueller 2001"

    n: int
    factors: tuple[str, ...]
    extracted: Floats  # (m,)
    composite: Floats  # (m,)
    maximal: Floats  # (m,)
    omega: Floats  # (m,)
    extracted_variance: Floats  # (m,)


def convergent_validity(solution: Solution) -> ConvergentValidity:
    """
    AVE, composite reliability, maximal reliability and ω of every factor.

    With standardised loadings ℓ: AVE = mean ℓ², CR = (Σℓ)²/((Σℓ)² + Σ(1 - ℓ²)),
    H = 1/(1 + 1/Σ(ℓ²/(1 - ℓ²))); with loadings λ, factor variance φ and residuals θ:
    ω = φ(Σλ)²/(φ(Σλ)² + Σθ), and AVE of variances φΣλ²/(φΣλ² + Σθ) (Fornell and Larcker
    1981; Hancock and Mueller 2001). Residual covariances count as error.

    R: ``semTools::reliability(fit)`` (omega, avevar), ``semTools::maximalRelia(fit)``.

    :param solution: of ``factors.confirmatory.fit``: ``fit(…).solution``.
    :raises NotIdentified: when a factor has no items of its own, as a factor of factors,
        or an item no variance of its own, or a factor none at all.

    >>> from gapless_stats.factors.confirmatory import fit
    >>> from gapless_stats.factors.model import Model
    >>> r = np.array([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]])
    >>> sample = Sample.covariance_of(r, n=100, names=("a", "b", "c"))
    >>> found = convergent_validity(fit(Model({"f": ("a", "b", "c")}), sample).solution)
    >>> found.extracted.round(4).tolist()  # (.75 + .48 + .3333) / 3, by hand
    [0.5211]
    """
    rows = [
        _convergent(solution, place, factor)
        for place, factor in enumerate(solution.factors)
    ]
    columns = np.array(rows).T
    return ConvergentValidity(solution.n, solution.factors, *columns)


def _convergent(solution: Solution, place: int, factor: str) -> list[float]:
    mine = np.flatnonzero(solution.loadings[:, place])
    if len(mine) == 0:
        raise NotIdentified(f"factor {factor} has no items of its own")
    spread = np.sqrt(np.diag(solution.implied_covariance))[mine]
    residual = solution.residual[np.ix_(mine, mine)]
    if not (np.diag(residual) > 0).all():
        raise NotIdentified(f"an item of {factor} has no variance of its own")
    variance = float(solution.factor_covariance[place, place])
    single = solution.standardised_loadings[mine, place] ** 2
    if not (variance > 0 and (single < 1).all()):
        raise NotIdentified(f"factor {factor} has the variance {variance:.3g}")
    found = []
    for loadings, left in (
        (solution.standardised_loadings[mine, place], residual / np.outer(spread, spread)),
        (solution.loadings[mine, place] * np.sqrt(variance), residual),
    ):
        total, squares = float(loadings.sum()) ** 2, float((loadings**2).sum())
        own = float(np.trace(left))
        found.append((total / (total + float(left.sum())), squares / (squares + own)))
    (composite, _), (omega, extracted) = found
    maximal = 1 / (1 + 1 / float((single / (1 - single)).sum()))
    return [float(single.mean()), composite, maximal, omega, extracted]


@dataclass(frozen=True, slots=True, eq=False)
class FornellLarcker(Result):
    """
    Whether each factor shares more with its own items than with any other factor.

    ``table`` has √AVE on the diagonal and correlations of factors off it; ``holds`` says of
    each factor whether its √AVE exceeds every correlation in its row.
    """

    method: ClassVar[str] = "√AVE against correlations"
    source: ClassVar[str] = "Fornell and Larcker 1981"

    n: int
    factors: tuple[str, ...]
    table: Floats  # (m, m)
    holds: NDArray[np.bool_]  # (m,)


def fornell_larcker(solution: Solution) -> FornellLarcker:
    """
    The criterion of Fornell and Larcker (1981): √AVE_a > |φ_ab| for all b.

    R: ``semTools::discriminantValidity(fit)`` is the stricter test by confidence intervals.

    :param solution: of ``factors.confirmatory.fit``: ``fit(…).solution``.
    :raises TooFew: with fewer than two factors.
    :raises NotIdentified: when a factor has no items of its own, or an item no variance of
        its own.

    >>> from gapless_stats.factors.confirmatory import fit
    >>> from gapless_stats.factors.model import Model
    >>> r = 0.2 + np.kron(np.eye(2), np.full((2, 2), 0.4)) + np.eye(4) * 0.4
    >>> sample = Sample.covariance_of(r, n=100, names=("a", "b", "c", "d"))
    >>> model = Model({"f": ("a", "b"), "g": ("c", "d")})
    >>> fornell_larcker(fit(model, sample).solution).table.round(3).tolist()
    [[0.775, 0.333], [0.333, 0.775]]
    """
    if len(solution.factors) < 2:
        raise TooFew("factors are compared from two on, and there is one")
    found = convergent_validity(solution)
    table = solution.factor_correlation.copy()
    np.fill_diagonal(table, np.sqrt(found.extracted))
    others = np.abs(solution.factor_correlation - np.eye(len(table))).max(axis=1)
    return FornellLarcker(solution.n, solution.factors, table, np.diag(table) > others)


@dataclass(frozen=True, slots=True, eq=False)
class Heterotrait(Result):
    """
    How near two constructs come to being one: correlations between against those within.

    ``ratio`` has ones on its diagonal; below 0.85 (0.9 for constructs close in meaning)
    two are distinct. ``ratio`` estimates the correlation of the constructs free of error.
    """

    source: ClassVar[str] = (
        "Henseler, Ringle and Sarstedt 2015; Roemer, Schuberth and Henseler 2021"
    )

    n: int
    constructs: tuple[str, ...]
    ratio: Floats  # (m, m)
    method: str

    @property
    def largest(self) -> float:
        """The ratio of the two constructs that are nearest to each other."""
        return float(self.ratio[np.triu_indices(len(self.ratio), 1)].max())


def htmt(sample: Sample, constructs: Mapping[str, Sequence[str]]) -> Heterotrait:
    """
    The heterotrait-monotrait ratio of every two constructs.

    mean |r_ij| over i in a, j in b, over √(mean |r| within a · mean |r| within b)
    (Henseler, Ringle and Sarstedt 2015, eq. 6). Assumes that items load equally.

    R: ``semTools::htmt(model, d, htmt2 = FALSE)``.

    :param constructs: the items of each; two or more.
    :raises TooFew: with fewer than two constructs, or two items to one.
    :raises WrongShape: when the sample lacks an item.
    :raises NotIdentified: when the items of a construct do not correlate at all.

    >>> r = 0.2 + np.kron(np.eye(2), np.full((2, 2), 0.4)) + np.eye(4) * 0.4
    >>> sample = Sample.covariance_of(r, n=100, names=("a", "b", "c", "d"))
    >>> round(htmt(sample, {"f": ("a", "b"), "g": ("c", "d")}).largest, 4)  # .2 / .6
    0.3333
    """
    return _ratio(sample, constructs, "HTMT", geometric=False)


def htmt2(sample: Sample, constructs: Mapping[str, Sequence[str]]) -> Heterotrait:
    """
    The same with geometric means of |r|, which hold when items load unequally.

    (Roemer, Schuberth and Henseler 2021, eq. 5.) R: ``semTools::htmt(model, d)``.

    :param constructs: the items of each; two or more.
    :raises TooFew: with fewer than two constructs, or two items to one.
    :raises WrongShape: when the sample lacks an item.
    :raises OutOfRange: when a correlation is 0, and with it the geometric mean.

    >>> r = 0.2 + np.kron(np.eye(2), np.full((2, 2), 0.4)) + np.eye(4) * 0.4
    >>> sample = Sample.covariance_of(r, n=100, names=("a", "b", "c", "d"))
    >>> round(htmt2(sample, {"f": ("a", "b"), "g": ("c", "d")}).largest, 4)
    0.3333
    """
    return _ratio(sample, constructs, "HTMT2", geometric=True)


def _ratio(
    sample: Sample, constructs: Mapping[str, Sequence[str]], method: str, *, geometric: bool
) -> Heterotrait:
    if len(constructs) < 2:
        raise TooFew("constructs are compared from two on")
    for name, items in constructs.items():
        if len(items) < 2:
            raise TooFew(f"construct {name} has {len(items)} items; two are needed")
    m = len(constructs)
    groups = [sample.select(items).names for items in constructs.values()]
    at = {name: place for place, name in enumerate(sample.names)}
    means = np.empty((m, m))
    for one in range(m):
        for other in range(one, m):
            rows = np.array([at[name] for name in groups[one]])
            columns = np.array([at[name] for name in groups[other]])
            block = sample.correlation[np.ix_(rows, columns)]
            among = block[np.triu_indices(len(rows), 1)] if one == other else block.ravel()
            means[one, other] = means[other, one] = _mean(among, geometric=geometric)
    within = np.sqrt(np.diag(means))
    if not within.all():
        name = tuple(constructs)[int(np.argmin(within))]
        raise NotIdentified(f"the items of {name} do not correlate at all")
    return Heterotrait(
        sample.n, tuple(constructs), means / np.outer(within, within), method
    )


def _mean(correlations: Floats, *, geometric: bool) -> float:
    size = np.abs(correlations)
    if not geometric:
        return float(size.mean())
    if not size.all():
        raise OutOfRange("a correlation is 0, and with it every geometric mean")
    return float(np.exp(np.log(size).mean()))
