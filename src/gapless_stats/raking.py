"""
Weights that make answers stand for everybody: post-stratification, raking, trimming.

From a table of how many answered in each cell, one axis a margin, never from rows: all who
are alike in every margin get the same weight. Weights are 1 on average over the answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from .checks import Floats, above, at_least, finite, fraction
from .checks import counts as checked_counts
from .errors import NotConverged, OutOfRange, TooFew, TooMany, WrongShape
from .exact import Integers
from .results import Result

FEWEST = 5
"""A category of fewer answers is merged with another before weighting (domain.md 4.10)."""

MOST_CELLS = 10_000_000

CLOSE = 1e-6
MOST_CYCLES = 100
MOST_ROUNDS = 10
BOUNDS = (0.2, 5.0)
"""Weights are trimmed to this many times their mean (domain.md 4.10)."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights(Result):
    """
    What each answer of a cell counts: 1 on average over all ``n``, 0 in empty cells.

    ``design_effect`` is how many times larger the weights make a mean's variance (Kish),
    ``effective_n`` is n divided by it. ``cycles`` is how often all margins were adjusted,
    ``rounds`` how often weights were trimmed, and ``off`` the largest relative distance of
    a margin from its target.
    """

    n: int
    weights: Floats  # the shape of the counts; (n,) of ``rake_rows``
    design_effect: float
    effective_n: float
    lowest: float
    highest: float
    cycles: int
    rounds: int
    off: float
    method: str
    source: str


def post_stratification(counts: ArrayLike, population: ArrayLike) -> Weights:
    """
    Weights that give each stratum its share of the population (Holt and Smith 1979).

    w_h = (N_h / N) / (n_h / n).

    :param counts: (H,) answers in each stratum, 5 or more; fewer are merged first
        (``collapse``).
    :param population: (H,) people in each, in any unit.
    :raises TooFew: when a stratum of people has fewer than five answers.
    :raises WrongShape: when there are not as many of one as of the other.
    :raises OutOfRange: when a number is negative or missing, or all people are 0.

    R: ``survey::postStratify(design, ~h, data.frame(h, Freq = N))``.

    >>> found = post_stratification([60, 40], [5000, 5000])
    >>> found.weights.round(4).tolist(), round(found.design_effect, 4)
    ([0.8333, 1.25], 1.0417)
    """
    n = checked_counts(counts, "answers")
    target = _target(population, n.shape, place=0)
    _populated(n, target, place=0)
    weights = np.zeros(len(n))
    answered = n > 0
    weights[answered] = target[answered] * n.sum() / n[answered]
    return _weights(n, weights, (0, 0, 0.0), ("post-stratification", "Holt and Smith 1979"))


def rake(
    counts: ArrayLike,
    margins: Sequence[ArrayLike],
    *,
    bounds: tuple[float, float] | None = BOUNDS,
) -> Weights:
    """
    Weights that give every category of every margin its share (Deming and Stephan 1940).

    Each margin in turn: w ← w · T_c / Σ_{i in c} w_i, over and over until no category is
    off by more than a millionth. With ``bounds``, weights are then trimmed to these many
    times their mean and raked again, up to ten times; what the last raking leaves outside
    shows in ``lowest`` and ``highest``.

    :param counts: answers, one axis a margin: (C_1, …, C_M).
    :param margins: for each axis (C_m,) people, in any unit.
    :raises TooFew: when a category of people has fewer than five answers.
    :raises WrongShape: when there is not a margin an axis, or it has other categories.
    :raises OutOfRange: when a number is negative or missing, or the bounds are not below
        and above 1.
    :raises NotConverged: when after 100 cycles a category is still off: the margins
        contradict which cells have answers.

    R: ``survey::rake(design, margins, population)`` then ``trimWeights``.

    >>> found = rake([[30, 20], [10, 40]], [[50, 50], [60, 40]])
    >>> found.weights.round(4).tolist()
    [[1.3333, 0.5], [2.0, 0.75]]
    """
    n = checked_counts(counts, "answers")
    if n.ndim < 1 or len(margins) != n.ndim:
        raise WrongShape(f"{n.ndim} axes of answers, but {len(margins)} margins")
    targets = []
    for place, margin in enumerate(margins):
        target = _target(margin, n.shape[place : place + 1], place=place)
        _populated(n.sum(axis=_but(place, n.ndim)), target, place=place)
        targets.append(target * n.sum())
    weights, cycles, off = _raked(n, np.ones(n.shape), targets)
    rounds = 0
    while bounds is not None and rounds < MOST_ROUNDS:
        trimmed = trim(weights, n, bounds=bounds)
        if np.allclose(trimmed, weights, rtol=CLOSE, atol=0):
            break
        weights, more, off = _raked(n, trimmed, targets)
        cycles, rounds = cycles + more, rounds + 1
    said = "raking" if bounds is None else "raking, trimmed"
    return _weights(n, weights, (cycles, rounds, off), (said, "Deming and Stephan 1940"))


def rake_rows(
    categories: ArrayLike,
    margins: Sequence[ArrayLike],
    *,
    bounds: tuple[float, float] | None = BOUNDS,
) -> Weights:
    """
    As ``rake``, from who answered: ``weights`` are then (n,), one a respondent.

    Counts the cells, rakes them, and gives everybody the weight of their cell (Deming and
    Stephan 1940).

    :param categories: (n, M) the category of each respondent in each margin, from 0 on.
    :param margins: for each column (C_m,) people, in any unit.
    :raises TooFew: when a category of people has fewer than five answers.
    :raises TooMany: when the margins make more than ten million cells.
    :raises WrongShape: when there is not a margin a column.
    :raises OutOfRange: when a category is not one of its margin, or as ``rake``.
    :raises NotConverged: as ``rake``.

    R: ``weights(survey::rake(design, margins, population))``.

    >>> people = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [30, 20, 10, 40], axis=0)
    >>> found = rake_rows(people, [[50, 50], [60, 40]])
    >>> found.weights[[0, 30, 50, 60]].round(4).tolist()
    [1.3333, 0.5, 2.0, 0.75]
    """
    given = checked_counts(categories, "categories")
    if given.ndim != 2 or given.shape[1] != len(margins):
        raise WrongShape(f"categories of {given.shape}, but {len(margins)} margins")
    shape = tuple(len(finite(each, "a population's numbers")) for each in margins)
    if math.prod(shape) > MOST_CELLS:
        raise TooMany(f"{math.prod(shape)} cells; rake up to {MOST_CELLS}")
    if (given >= np.array(shape)).any():
        raise OutOfRange(f"a category is not one of its margin's {shape}")
    place = np.ravel_multi_index(tuple(given.T), shape)
    counts = np.bincount(place, minlength=math.prod(shape)).reshape(shape)
    found = rake(counts, margins, bounds=bounds)
    return replace(found, weights=found.weights.ravel()[place])


def trim(
    weights: ArrayLike, counts: ArrayLike, *, bounds: tuple[float, float] = BOUNDS
) -> Floats:
    """
    Weights no farther from their mean than ``bounds`` say, and again 1 on average.

    w ← min(max(w, low · w̄), high · w̄) with w̄ = Σ n w / Σ n (Potter 1990); empty cells
    stay 0.

    :param weights: of each cell, in the shape of ``counts``, how many answers it has.
    :raises WrongShape: when the shapes differ.
    :raises OutOfRange: when a number is negative or missing, or the bounds are not
        0 < low ≤ 1 ≤ high.
    :raises TooFew: of nobody.

    R: ``survey::trimWeights(design, upper, lower)`` without its redistribution.

    >>> trim([0.1, 1.0, 9.0], [10, 80, 10]).round(4).tolist()
    [0.2025, 0.592, 5.0616]
    """
    n = checked_counts(counts, "answers")
    given = finite(weights, "weights", dimensions=n.ndim)
    if given.shape != n.shape or (given < 0).any():
        raise WrongShape(f"weights of {given.shape} are not those of cells of {n.shape}")
    low, high = bounds
    if not fraction(low, "the lower bound") <= 1 <= high or low <= 0:
        raise OutOfRange(f"bounds lie below and above 1, not at {low} and {high}")
    if not n.sum():
        raise TooFew("weights need one respondent, and there is none")
    mean = float((n * given).sum() / n.sum())
    kept = np.where(n > 0, np.clip(given, low * mean, high * mean), 0.0)
    return np.asarray(kept * n.sum() / (n * kept).sum())


def collapse(counts: ArrayLike, groups: ArrayLike, *, fewest: int = FEWEST) -> Integers:
    """
    Which categories to merge so that each has enough answers, (C,): a number each.

    Where a category has fewer than ``fewest`` answers, all of its group become one; groups
    that then still have too few join the smallest other. Merged categories share a number,
    from 0 on without holes (domain.md 4.10, by a declared hierarchy).

    :param counts: (C,) answers.
    :param groups: (C,) which group of like categories each belongs to.
    :raises TooFew: when there are fewer answers than a category needs.
    :raises WrongShape: when the lengths differ.
    :raises OutOfRange: when a number is negative or not whole.

    R: ``forcats::fct_collapse``.

    >>> collapse([40, 3, 25, 30], [0, 0, 1, 1]).tolist()
    [0, 0, 1, 2]
    """
    n = checked_counts(counts, "answers")
    of = checked_counts(groups, "groups", shape=n.shape)
    at_least(fewest, 1, "how many a category needs")
    if n.sum() < fewest:
        raise TooFew(f"{int(n.sum())} answers do not fill one category of {fewest}")
    small = np.isin(of, of[n < fewest])
    found = np.where(small, of + len(n), np.arange(len(n)))
    while True:
        found = _numbered(found)
        sizes = np.bincount(found, weights=n)
        smallest, *others = np.argsort(sizes, kind="stable").tolist()
        if sizes[smallest] >= fewest:
            return found
        found = np.where(found == smallest, others[0], found)


def _numbered(found: Integers) -> Integers:
    """Numbers without holes, in the order in which they first come."""
    _, first, which = np.unique(found, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[which], np.int64)


def cluster_design_effect(size: float, intraclass: float) -> float:
    """
    How many times larger clusters make a mean's variance: 1 + (m̄ - 1) ρ (Kish 1965, 5.4).

    :param size: m̄, answers per unit on average, at least 1.
    :param intraclass: ρ = τ² / (τ² + σ²), from 0 to 1; ``shrinkage`` estimates τ².
    :raises OutOfRange: when either lies outside its range.

    R: ``1 + (m - 1) * rho``.

    >>> cluster_design_effect(21, 0.05)
    2.0
    """
    whole = at_least(size, 1, "answers per unit")
    return 1 + (whole - 1) * fraction(intraclass, "an intraclass correlation")


def _target(population: ArrayLike, shape: tuple[int, ...], *, place: int) -> Floats:
    """The population's shares, summing to 1."""
    people = finite(population, "a population's numbers")
    if people.shape != shape:
        raise WrongShape(f"margin {place} has {shape} categories, not {people.shape}")
    if (people < 0).any():
        raise OutOfRange(f"margin {place} has a negative number of people")
    above(float(people.sum()), 0, "a population")
    return np.asarray(people / people.sum())


def _populated(n: Integers, target: Floats, *, place: int) -> None:
    few = (target > 0) & (n < FEWEST)
    if few.any():
        at = int(np.argmax(few))
        raise TooFew(
            f"category {at} of margin {place} has {int(n[at])} answers;"
            f" merge categories of fewer than {FEWEST}"
        )


def _but(place: int, axes: int) -> tuple[int, ...]:
    return tuple(axis for axis in range(axes) if axis != place)


def _raked(n: Integers, start: Floats, targets: list[Floats]) -> tuple[Floats, int, float]:
    """Weights, how many cycles they took, and how far off the worst category is."""
    weighted = n * start
    for cycle in range(1, MOST_CYCLES + 1):
        for place, target in enumerate(targets):
            held = weighted.sum(axis=_but(place, n.ndim))
            factor = np.divide(target, held, out=np.zeros_like(target), where=held > 0)
            shape = [-1 if axis == place else 1 for axis in range(n.ndim)]
            weighted = weighted * factor.reshape(shape)
        off = _off(weighted, targets)
        if off < CLOSE:
            found = np.divide(weighted, n, out=np.zeros(n.shape), where=n > 0)
            return found, cycle, off
    raise NotConverged(f"after {MOST_CYCLES} cycles a category is off by {off:.2g}")


def _off(weighted: Floats, targets: list[Floats]) -> float:
    worst = 0.0
    for place, target in enumerate(targets):
        held = weighted.sum(axis=_but(place, weighted.ndim))
        wanted = target > 0
        worst = max(worst, float(np.abs(held[wanted] / target[wanted] - 1).max()))
    return worst


def _weights(
    n: Integers, weights: Floats, work: tuple[int, int, float], said: tuple[str, str]
) -> Weights:
    cycles, rounds, off = work
    whole = int(n.sum())
    scaled = weights * whole / float((n * weights).sum())
    effect = float((n * scaled**2).sum()) / whole
    used = scaled[n > 0]
    return Weights(
        n=whole,
        weights=scaled,
        design_effect=effect,
        effective_n=whole / effect,
        lowest=float(used.min()),
        highest=float(used.max()),
        cycles=cycles,
        rounds=rounds,
        off=off,
        method=said[0],
        source=said[1],
    )
