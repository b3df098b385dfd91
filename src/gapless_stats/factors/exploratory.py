"""Exploratory factor analysis: what might be behind the items, with nothing claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NotConverged, NotIdentified, OutOfRange
from gapless_stats.results import Result

from .rotation import Rotation, oblimin, promax, varimax
from .samples import Sample

Floats = NDArray[np.float64]

LEAST_UNIQUENESS = 0.005
"""Below this an item is said to be all common: a Heywood case (R's factanal)."""

_MOST_STEPS = 2000


class Extraction(StrEnum):
    """What is made smallest."""

    MINRES = "minres"
    """The squares of the correlations left over (Harman and Jones 1966)."""
    ML = "ml"
    """The misfit of maximum likelihood (Jöreskog 1967)."""


class Turn(StrEnum):
    """How the factors are turned once they are found."""

    NONE = "none"
    VARIMAX = "varimax"
    PROMAX = "promax"
    OBLIMIN = "oblimin"


@dataclass(frozen=True, slots=True, eq=False)
class Exploratory(Result):
    """
    m factors behind p items, those that explain most first.

    ``loadings`` are the pattern, ``structure`` the correlations of items with factors,
    ``score_weights`` turn standardised answers into factor scores (Thurstone 1935).
    ``explained`` is each factor's share of the variance of all items.
    ``root_mean_square`` is of the correlations left over. ``heywood`` numbers items with no
    variance of their own left; the solution is then not to be trusted.
    """

    source: ClassVar[str] = "Harman and Jones 1966; Jöreskog 1967; Lawley and Maxwell 1971"

    n: int
    names: tuple[str, ...]
    loadings: Floats  # (p, m)
    structure: Floats  # (p, m)
    factor_correlation: Floats  # (m, m)
    uniqueness: Floats  # (p,)
    explained: Floats  # (m,)
    score_weights: Floats  # (p, m)
    chi_square: float
    df: int
    p_value: float
    root_mean_square: float
    heywood: tuple[str, ...]
    method: str

    @property
    def communality(self) -> Floats:
        """What of each item's variance the factors explain, (p,)."""
        found: Floats = 1 - self.uniqueness
        return found


def explore(
    sample: Sample,
    factors: int,
    *,
    extraction: Extraction = Extraction.MINRES,
    turn: Turn = Turn.OBLIMIN,
) -> Exploratory:
    """
    Find m factors behind the correlations of p items, and turn them.

    R ≈ ΛΦΛ' + Ψ. For given Ψ the loadings are eigenvectors, of R - Ψ (minres) or of
    Ψ^-½ R Ψ^-½ (ML), so only Ψ is searched. χ² = (n - 1 - (2p + 5)/6 - 2m/3) F with
    ((p - m)² - p - m)/2 degrees (Bartlett 1951; Lawley and Maxwell 1971, eq. 4.14).

    R: ``psych::fa(r, m, n.obs = n, fm = "minres", rotate = "oblimin")``,
    ``factanal(covmat = r, factors = m, n.obs = n, rotation = "varimax")`` for ML.

    :raises OutOfRange: when ``factors`` is below 1.
    :raises NotIdentified: with more factors than so many items can tell apart.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> r = np.array([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]])
    >>> found = explore(Sample.covariance_of(r, n=100), 1)
    >>> np.abs(found.loadings[:, 0]).round(3).tolist()  # √(.6 × .5 / .4), …
    [0.866, 0.693, 0.577]
    """
    extraction, turn = Extraction(extraction), Turn(turn)  # also where only written so
    if factors < 1:
        raise OutOfRange(f"one factor or more can be found, not {factors}")
    p = sample.items
    df = ((p - factors) ** 2 - p - factors) // 2
    if df < 0:
        raise NotIdentified(f"{p} items cannot tell {factors} factors apart")
    # Also refuses what has no inverse.
    log_determinant = sample.log_determinant - 2 * float(np.log(sample.spread).sum())
    correlation = sample.correlation
    uniqueness = _uniqueness(correlation, factors, extraction)
    found = _loadings(correlation, uniqueness, factors, extraction)
    rotation = _ordered(_turned(found, turn))
    implied = found @ found.T + np.diag(uniqueness)
    misfit = _misfit(correlation, implied, log_determinant)
    factor = sample.n - 1 - (2 * p + 5) / 6 - 2 * factors / 3
    chi_square = max(factor * misfit, 0.0)
    structure = rotation.loadings @ rotation.correlation
    apart = (correlation - implied)[np.triu_indices(p, 1)]
    return Exploratory(
        n=sample.n,
        names=sample.names,
        loadings=rotation.loadings,
        structure=structure,
        factor_correlation=rotation.correlation,
        uniqueness=uniqueness,
        explained=(rotation.loadings * structure).sum(axis=0) / p,
        score_weights=np.linalg.solve(correlation, structure).astype(np.float64),
        chi_square=chi_square,
        df=df,
        p_value=float(scipy.special.chdtrc(df, chi_square)) if df else 1.0,
        root_mean_square=float(np.sqrt((apart**2).mean())),
        heywood=tuple(
            name
            for name, own in zip(sample.names, uniqueness, strict=True)
            if own <= LEAST_UNIQUENESS
        ),
        method=f"{extraction.value}, {turn.value}",
    )


def _misfit(correlation: Floats, implied: Floats, log_determinant: float) -> float:
    _, value = np.linalg.slogdet(implied)
    within = float(np.trace(np.linalg.solve(implied, correlation)))
    return float(value) + within - log_determinant - len(correlation)


def _uniqueness(correlation: Floats, factors: int, extraction: Extraction) -> Floats:
    p = len(correlation)
    objective = _OBJECTIVES[extraction]
    own = 1 / np.diag(np.linalg.inv(correlation))

    def at(psi: Floats) -> tuple[float, Floats]:
        return objective(correlation, psi, factors)

    found = scipy.optimize.minimize(
        at,
        np.clip(own * (1 - factors / (2 * p)), LEAST_UNIQUENESS, 1.0),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * p,
        options={"maxiter": _MOST_STEPS, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 30},
    )
    # Status 2 is a line search that rounding ended: nothing lower can be told apart.
    if found.status == 1 or not np.isfinite(found.fun):
        raise NotConverged(f"{factors} factors were not found in {_MOST_STEPS} steps")
    psi: Floats = np.asarray(found.x, np.float64)
    return psi


def _minres(correlation: Floats, psi: Floats, factors: int) -> tuple[float, Floats]:
    """½ Σ of the squared eigenvalues of R - Ψ that are not factors, and its slope."""
    values, vectors = np.linalg.eigh(correlation - np.diag(psi))
    # Eigenvalues ascend; a factor's below 0 would explain less than nothing.
    kept = np.zeros(len(values))
    kept[len(values) - factors :] = np.maximum(values[len(values) - factors :], 0)
    left = values - kept
    return float((left**2).sum() / 2), -(vectors**2) @ left


def _maximum_likelihood(
    correlation: Floats, psi: Floats, factors: int
) -> tuple[float, Floats]:
    """Jöreskog's F with Λ at its best for Ψ, and its slope (Jöreskog 1967, eq. 26)."""
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    values = np.maximum(values, np.finfo(float).eps)
    left = values[: len(values) - factors]
    value = float((left - np.log(left) - 1).sum())
    # With Λ at its best the slope is diag(ΛΛ' + Ψ - R)/ψ², of rest eigenvalues only.
    rest = (vectors[:, : len(left)] ** 2) @ (1 - left)
    return value, rest / psi


_OBJECTIVES: dict[Extraction, Callable[[Floats, Floats, int], tuple[float, Floats]]] = {
    Extraction.MINRES: _minres,
    Extraction.ML: _maximum_likelihood,
}


def _loadings(
    correlation: Floats, psi: Floats, factors: int, extraction: Extraction
) -> Floats:
    if extraction is Extraction.MINRES:
        values, vectors = np.linalg.eigh(correlation - np.diag(psi))
        root, extra = np.ones(len(psi)), 0.0
    else:
        root, extra = np.sqrt(psi), 1.0
        values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    size = np.sqrt(np.maximum(values[: -factors - 1 : -1] - extra, 0))
    found: Floats = root[:, None] * vectors[:, : -factors - 1 : -1] * size
    return found


def _turned(loadings: Floats, turn: Turn) -> Rotation:
    m = loadings.shape[1]
    if m == 1 or turn is Turn.NONE:
        return Rotation(loadings, np.eye(m), np.eye(m), "none")
    return _TURNS[turn](loadings)


_TURNS: dict[Turn, Callable[[Floats], Rotation]] = {
    Turn.VARIMAX: varimax,
    Turn.PROMAX: promax,
    Turn.OBLIMIN: oblimin,
}


def _ordered(rotation: Rotation) -> Rotation:
    """Factors that explain most first, each pointing the way most of its items do."""
    structure = rotation.loadings @ rotation.correlation
    order = np.argsort(-(rotation.loadings * structure).sum(axis=0), kind="stable")
    sign = np.where(rotation.loadings.sum(axis=0) < 0, -1.0, 1.0)[order]
    return Rotation(
        rotation.loadings[:, order] * sign,
        rotation.correlation[np.ix_(order, order)] * np.outer(sign, sign),
        rotation.turn[:, order] * sign,
        rotation.method,
    )
