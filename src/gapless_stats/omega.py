"""How much of a total's variance is common, when items do not measure equally well."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .errors import NotIdentified, TooFew
from .factors.confirmatory import fit
from .factors.exploratory import Extraction, Turn, explore
from .factors.model import Model, Scale
from .factors.samples import Sample
from .results import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Omega(Result):
    """
    McDonald's ω of a total of k items: from 0 to 1 unless loadings contradict each other.

    ``loadings`` are those of one factor of variance 1, in scale points.
    """

    method: ClassVar[str] = "one factor, maximum likelihood"
    source: ClassVar[str] = "McDonald 1999, eq. 6.20b"

    value: float
    items: int
    n: int
    loadings: Floats  # (k,)


def omega_total(sample: Sample) -> Omega:
    """
    How much of the variance of a total is due to one factor: ω = (Σλ)²/((Σλ)² + Σθ).

    As alpha, but items may load unequally (McDonald 1999, eq. 6.20b; domain.md 4.1).
    R: ``semTools::compRelSEM(lavaan::cfa("f =~ a + b + c", d), obs.var = FALSE)``.

    :raises NotIdentified: with fewer than three items.
    :raises TooFew: with no more respondents than items.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when the search does not end.

    >>> r = np.array([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]])
    >>> round(omega_total(Sample.covariance_of(r, n=100)).value, 4)  # 2.1362² / 6, by hand
    0.7606
    """
    if sample.items < 3:
        raise NotIdentified(f"one factor needs three items or more, not {sample.items}")
    found = fit(Model({"factor": sample.names}, scale=Scale.UNIT), sample).solution
    common = float(found.loadings.sum()) ** 2
    own = float(np.trace(found.residual))
    loadings = found.loadings[:, 0]
    return Omega(common / (common + own), sample.items, sample.n, loadings)


@dataclass(frozen=True, slots=True, eq=False)
class OmegaHierarchical(Result):
    """
    How much of a total's variance is due to a general factor, and how much to any.

    ``hierarchical`` (ω_h) and ``total`` (ω_t) from 0 to 1, ``common_variance`` (ECV) is the
    general factor's share of all common variance. A total is worth reporting where ω_h is
    not far below ω_t.
    """

    source: ClassVar[str] = (
        "Schmid and Leiman 1957; McDonald 1999; Zinbarg, Revelle, Yovel and Li 2005"
    )

    hierarchical: float
    total: float
    alpha: float  # standardised
    smallest_split: float  # Guttman's λ6 (G6)
    common_variance: float
    items: int
    factors: int
    n: int
    general: Floats  # (k,) loadings on the general factor
    group: Floats  # (k, q) loadings on what is left of the group factors
    uniqueness: Floats  # (k,)
    method: str


def omega_hierarchical(
    sample: Sample, factors: int = 3, *, extraction: Extraction = Extraction.MINRES
) -> OmegaHierarchical:
    """
    ω_h and ω_t by the Schmid-Leiman transformation of q correlated group factors.

    With pattern λ_jf and γ_f the group factors' loadings on one factor of theirs, item j
    loads g_j = Σ_f λ_jf γ_f on the general factor and λ_jf √(1 - γ_f²) on group f (Schmid
    and Leiman 1957). ω_h = (Σ g)² / 1'R1, ω_t = 1 - Σu²/1'R1 (Zinbarg et al. 2005, eq. 5),
    ECV = Σg²/(Σg² + Σgroup²). Two group factors are taken to load equally; one is general.

    R: ``psych::omega(r, nfactors = 3, n.obs = n)``.

    :raises TooFew: with fewer than three items.
    :raises NotIdentified: with more factors than the items tell apart, two that do not go
        together, or one that is the general factor itself.
    :raises OutOfRange: when ``factors`` is below 1.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotConverged: when a search does not end.

    >>> r = np.full((6, 6), 0.3) + np.kron(np.eye(2), np.full((3, 3), 0.2)) + np.eye(6) / 2
    >>> found = omega_hierarchical(Sample.covariance_of(r, n=200), 2)
    >>> round(found.hierarchical, 4), round(found.total, 4)  # by hand 10.8, 14.4 of 17.4
    (0.6207, 0.8276)
    """
    if sample.items < 3:
        raise TooFew(f"factors are of three items or more, not of {sample.items}")
    found = explore(sample, factors, extraction=extraction, turn=Turn.OBLIMIN)
    higher = _higher(found.factor_correlation, sample.n)
    general: Floats = found.loadings @ higher
    group = found.loadings * np.sqrt(1 - higher**2)
    correlation = sample.correlation
    whole = float(correlation.sum())
    k = sample.items
    mean = (whole - k) / (k * (k - 1))
    own = 1 / np.diag(np.linalg.inv(correlation))
    by_general, by_group = float((general**2).sum()), float((group**2).sum())
    return OmegaHierarchical(
        hierarchical=float(general.sum()) ** 2 / whole,
        total=1 - float(found.uniqueness.sum()) / whole,
        alpha=k * mean / (1 + (k - 1) * mean),
        smallest_split=1 - float(own.sum()) / whole,
        common_variance=by_general / (by_general + by_group),
        items=k,
        factors=factors,
        n=sample.n,
        general=general,
        group=group,
        uniqueness=found.uniqueness,
        method=f"Schmid-Leiman, {extraction.value}, oblimin",
    )


def _higher(correlation: Floats, n: int) -> Floats:
    """How the group factors load on one factor of theirs, (q,)."""
    q = len(correlation)
    if q == 1:
        return np.ones(1)
    if q == 2:
        shared = float(correlation[0, 1])
        if shared < 0:
            raise NotIdentified(
                f"two factors that correlate {shared:.2f} have no common one"
            )
        return np.full(2, math.sqrt(shared))
    names = tuple(f"group {place}" for place in range(1, q + 1))
    above = explore(Sample(n, names, correlation), 1, turn=Turn.NONE).loadings[:, 0]
    if not (np.abs(above) < 1).all():
        worst = names[int(np.argmax(np.abs(above)))]
        raise NotIdentified(f"{worst} is the general factor itself: ask for fewer factors")
    return above
