"""Whether correlations are worth a factor analysis, and how many factors they hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from gapless_stats.errors import NotIdentified, OutOfRange, TooFew
from gapless_stats.results import Result

from .samples import Sample

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Adequacy(Result):
    """
    How much of the correlations items share with more than one other.

    From 0 to 1: below 0.5 unacceptable, from 0.8 on meritorious (Kaiser 1974).
    """

    method: ClassVar[str] = "Kaiser-Meyer-Olkin"
    source: ClassVar[str] = "Kaiser 1970; Kaiser and Rice 1974"

    n: int
    overall: float
    items: Floats  # (p,) MSA


def kmo(sample: Sample) -> Adequacy:
    """
    Kaiser, Meyer and Olkin's measure of sampling adequacy, overall and by item.

    Σr² / (Σr² + Σq²) off the diagonal, q the partial correlations given all other items
    (Kaiser and Rice 1974). R: ``psych::KMO(r)``.

    :raises TooFew: with fewer than two items.
    :raises NotPositiveDefinite: when some items together say what another says.
    :raises NotIdentified: when an item goes with no other.

    >>> r = np.array([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]])
    >>> round(kmo(Sample.covariance_of(r, n=100)).overall, 4)
    0.6578
    """
    if sample.items < 2:
        raise TooFew("sampling adequacy is of two items or more")
    _must_invert(sample)
    inverse = np.linalg.inv(sample.correlation)
    root = np.sqrt(np.diag(inverse))
    partial, squares = (inverse / np.outer(root, root)) ** 2, sample.correlation**2
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(squares, 0.0)
    shared, both = squares.sum(axis=0), (squares + partial).sum(axis=0)
    if not both.all():
        raise NotIdentified(f"item {sample.names[int(np.argmin(both))]} goes with no other")
    return Adequacy(sample.n, float(shared.sum() / both.sum()), shared / both)


@dataclass(frozen=True, slots=True)
class Sphericity(Result):
    """Whether the items correlate at all."""

    method: ClassVar[str] = "Bartlett"
    source: ClassVar[str] = "Bartlett 1951"

    n: int
    chi_square: float
    df: int
    p_value: float


def sphericity(sample: Sample) -> Sphericity:
    """
    Bartlett's test that no two items correlate.

    χ² = -(n - 1 - (2p + 5)/6) ln|R| with p(p - 1)/2 degrees (Bartlett 1951).
    R: ``psych::cortest.bartlett(r, n)``.

    :raises TooFew: with fewer than two items, or no more respondents than items.
    :raises NotPositiveDefinite: when some items together say what another says.

    >>> r = np.array([[1, .6, .5], [.6, 1, .4], [.5, .4, 1]])
    >>> round(sphericity(Sample.covariance_of(r, n=100)).chi_square, 3)
    73.363
    """
    p = sample.items
    if p < 2 or sample.n <= p:
        raise TooFew(f"{sample.n} respondents to {p} items say too little")
    log_determinant = sample.log_determinant - 2 * float(np.log(sample.spread).sum())
    chi_square = max(-(sample.n - 1 - (2 * p + 5) / 6) * log_determinant, 0.0)
    df = p * (p - 1) // 2
    p_value = float(scipy.special.chdtrc(df, chi_square))
    return Sphericity(sample.n, chi_square, df, p_value)


@dataclass(frozen=True, slots=True, eq=False)
class NumberOfFactors(Result):
    """
    How many factors to keep: those before the first that is no more than chance.

    ``eigenvalues`` of the data against ``chance``, by rank.
    """

    source: ClassVar[str] = "Horn 1965; Glorfeld 1995"

    n: int
    factors: int
    eigenvalues: Floats  # (p,) descending
    chance: Floats  # (p,)
    method: str


def parallel_analysis(
    sample: Sample,
    *,
    reduced: bool = False,
    quantile: float = 0.95,
    repetitions: int = 200,
    seed: int = 1965,
) -> NumberOfFactors:
    """
    Keep the factors whose eigenvalues exceed those of unrelated items (Horn 1965).

    ``chance`` is the 95th percentile (Glorfeld 1995) of the eigenvalues of n respondents'
    correlations of p independent normal items; only n and p matter. With ``reduced`` the
    diagonals are squared multiple correlations, which asks after factors, not components.

    R: ``psych::fa.parallel(d, fa = "both", n.iter = 200, quant = .95)``.

    :raises TooFew: with fewer than two items, or no more respondents than items.
    :raises OutOfRange: when ``quantile`` is not between 0 and 1, or without repetitions.
    :raises NotPositiveDefinite: when, ``reduced``, some items together say what another
        says.

    >>> r = np.kron(np.eye(2), np.full((4, 4), 0.5)) + np.eye(8) / 2
    >>> parallel_analysis(Sample.covariance_of(r, n=300)).factors
    2
    """
    if sample.items < 2 or sample.n <= sample.items:
        raise TooFew(f"{sample.n} respondents to {sample.items} items say too little")
    if not 0 < quantile < 1 or repetitions < 1:
        raise OutOfRange(f"no quantile {quantile} of {repetitions} repetitions")
    if reduced:
        _must_invert(sample)
    found = _eigenvalues(sample.correlation[None], reduced=reduced)[0]
    by_chance = _by_chance(sample.n, sample.items, repetitions, seed, reduced=reduced)
    chance = np.quantile(by_chance, quantile, axis=0)
    above = found > chance
    factors = len(found) if above.all() else int(np.argmin(above))
    method = (
        "parallel analysis of factors" if reduced else "parallel analysis of components"
    )
    return NumberOfFactors(sample.n, factors, found, chance, method)


@lru_cache(maxsize=64)
def _by_chance(n: int, p: int, repetitions: int, seed: int, *, reduced: bool) -> Floats:
    """Eigenvalues of correlations of independent items, (repetitions, p)."""
    draws = np.random.default_rng(seed)
    # Bartlett 1933: the scatter of n normal rows is LL' with these L, whatever n.
    lower = np.tril(draws.standard_normal((repetitions, p, p)), -1)
    degrees = n - 1 - np.arange(p)
    lower[:, np.arange(p), np.arange(p)] = np.sqrt(
        draws.chisquare(degrees, (repetitions, p))
    )
    lower /= np.sqrt((lower**2).sum(axis=2, keepdims=True))
    found = _eigenvalues(lower @ lower.transpose(0, 2, 1), reduced=reduced)
    found.setflags(write=False)
    return found


def _eigenvalues(correlations: Floats, *, reduced: bool) -> Floats:
    if reduced:
        correlations = correlations.copy()
        own = np.diagonal(np.linalg.inv(correlations), axis1=1, axis2=2)
        places = np.arange(correlations.shape[1])
        correlations[:, places, places] = 1 - 1 / own
    found: Floats = np.linalg.eigvalsh(correlations)[:, ::-1].astype(np.float64)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class AveragePartial(Result):
    """How many components to keep: where the correlations left over are smallest."""

    method: ClassVar[str] = "minimum average partial"
    source: ClassVar[str] = "Velicer 1976"

    n: int
    factors: int
    averages: Floats  # (at most p - 1,) with 0, 1, … components taken out


def minimum_average_partial(sample: Sample) -> AveragePartial:
    """
    Velicer's MAP: the mean squared partial correlation once m components are taken out.

    Σ_{i≠j} r*²_ij / (p(p - 1)) is smallest at the number of components to keep (Velicer
    1976, eq. 7). R: ``psych::vss(r, n.obs = n)$map``, from one component on.

    :raises TooFew: with fewer than three items.
    :raises NotPositiveDefinite: when some items together say what another says.

    >>> r = np.kron(np.eye(2), np.full((4, 4), 0.5)) + np.eye(8) / 2
    >>> minimum_average_partial(Sample.covariance_of(r, n=300)).factors
    2
    """
    p = sample.items
    if p < 3:
        raise TooFew(f"components are taken out of three items or more, not of {p}")
    _must_invert(sample)
    values, vectors = np.linalg.eigh(sample.correlation)
    parts = (vectors * np.sqrt(values))[:, ::-1]
    averages = []
    left: Floats = sample.correlation
    for m in range(p - 1):
        if m:
            left = left - np.outer(parts[:, m - 1], parts[:, m - 1])
        own = np.diag(left)
        if own.min() < _NOTHING_LEFT:
            break  # some item is all component, and has no partial correlations
        partial = left / np.sqrt(np.outer(own, own))
        averages.append((float((partial**2).sum()) - p) / (p * (p - 1)))
    found = np.array(averages)
    return AveragePartial(sample.n, int(np.argmin(found)), found)


_NOTHING_LEFT = 1e-10
"""Of an item's variance: less is rounding."""


def _must_invert(sample: Sample) -> None:
    """Refuses, by name, correlations without an inverse."""
    _ = sample.log_determinant
