"""How to share out a sample among strata, or among units by their size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import NoVariance, OutOfRange, TooFew, TooMany, WrongShape
from .exact import Integers
from .results import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Allocation(Result):
    """
    How many to ask in each of h strata, ``n`` in all.

    ``weights`` are how many of its stratum each answer then stands for.
    """

    n: int
    each: Integers  # (h,)
    weights: Floats  # (h,)
    method: str
    source: str


def allocate_proportional(
    n: int, population: NDArray[np.integer], *, least: int = 1
) -> Allocation:
    """
    A sample in proportion to how many are in each stratum: n_h = n · N_h/N.

    Rounded by largest remainder, so that it adds up; no stratum gets fewer than ``least``
    or more than it has. R: ``sampling::strata`` takes such sizes; ``survey`` their weights.

    :param population: (h,) how many there are in each stratum, at least 1.
    :param least: for a stratum that is to be reported itself; two for a spread.
    :raises TooFew: when there is no stratum, or n is below the least of all together.
    :raises TooMany: when n is more than there are.
    :raises OutOfRange: when a stratum is empty.

    Source: Cochran 1977, sec. 5.5.

    >>> allocate_proportional(100, np.array([500, 300, 150, 50])).each.tolist()
    [50, 30, 15, 5]
    """
    sizes = _sizes(population)
    each = _rounded(n, sizes.astype(np.float64), sizes, least)
    return Allocation(n, each, sizes / each, "proportional", "Cochran 1977, sec. 5.5")


def allocate_neyman(
    n: int,
    population: NDArray[np.integer],
    sd: NDArray[np.generic],
    *,
    cost: NDArray[np.generic] | None = None,
    least: int = 2,
) -> Allocation:
    """
    The sample with the smallest error of the overall mean: n_h ∝ N_h s_h, and / √cost_h.

    More where there are more and where they differ more; strata that would get more than
    they have are asked whole. R: ``PracTools::strAlloc(n, N, s, alloc = "neyman")``.

    :param population: (h,) how many there are in each stratum; ``sd``: (h,) their spread.
    :param cost: (h,) of one answer in each stratum; else the same everywhere.
    :raises TooFew: when there is no stratum, or n is below the least of all together.
    :raises TooMany: when n is more than there are.
    :raises WrongShape: when the lengths differ.
    :raises NoVariance: when no stratum varies.
    :raises OutOfRange: when a stratum is empty, or a spread or cost no such number.

    Source: Neyman 1934; Cochran 1977, eq. 5.24 and 5.26.

    >>> sizes, spreads = np.array([500, 300, 200]), np.array([1.0, 2.0, 4.0])
    >>> allocate_neyman(95, sizes, spreads).each.tolist()
    [25, 30, 40]
    """
    sizes = _sizes(population)
    spread = _matching(sd, sizes)
    if (spread < 0).any():
        raise OutOfRange("a spread is at least 0")
    share = sizes * spread
    if cost is not None:
        price = _matching(cost, sizes)
        if (price <= 0).any():
            raise OutOfRange("an answer costs more than nothing")
        share = share / np.sqrt(price)
    if not share.any():
        raise NoVariance("nobody differs in any stratum, so one answer each would do")
    each = _rounded(n, share, sizes, least)
    return Allocation(
        n, each, sizes / each, "Neyman", "Neyman 1934; Cochran 1977, eq. 5.26"
    )


@dataclass(frozen=True, slots=True, eq=False)
class Inclusion(Result):
    """
    With which probability each unit is to be drawn; they add up to ``n``.

    ``weights`` are their inverses: a unit stands for so many like it.
    """

    n: int
    probability: Floats  # (u,)
    weights: Floats  # (u,)
    certain: Integers  # positions of the units drawn for certain
    method: str = "probability proportional to size"
    source: str = "Hansen and Hurwitz 1943; Särndal, Swensson and Wretman 1992, sec. 3.6"


def inclusion_by_size(n: int, size: NDArray[np.generic]) -> Inclusion:
    """
    The probability to draw each unit in proportion to its size, π_i = n x_i/Σx.

    Units with more than 1 are drawn for certain, and the rest of the draws shared out among
    the others, until nobody exceeds 1. R: ``sampling::inclusionprobabilities(x, n)``.

    :param size: (u,) customers, visits or turnover of each unit, above 0.
    :raises TooFew: when fewer than one unit is to be drawn.
    :raises TooMany: when more units are to be drawn than there are.
    :raises WrongShape: when sizes have more than one dimension.
    :raises OutOfRange: when a size is not finite and above 0.

    Source: Särndal, Swensson and Wretman 1992, sec. 3.6.2.

    >>> inclusion_by_size(3, np.array([100, 20, 20, 20, 40])).probability.tolist()
    [1.0, 0.4, 0.4, 0.4, 0.8]
    """
    sizes = np.asarray(size, dtype=np.float64)
    if sizes.ndim != 1:
        raise WrongShape(f"sizes are a list, not of {sizes.ndim} dimensions")
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise OutOfRange("every unit has a finite size above 0")
    if n < 1:
        raise TooFew(f"{n} units cannot be drawn")
    if n > len(sizes):
        raise TooMany(f"{n} of {len(sizes)} units cannot be drawn")
    certain = np.zeros(len(sizes), np.bool_)
    while True:
        found = np.where(certain, 1.0, 0.0)
        left = ~certain
        found[left] = (n - certain.sum()) * sizes[left] / sizes[left].sum()
        beyond = left & (found >= 1)
        if not beyond.any():
            break
        certain |= beyond
        if certain.all():
            found = np.ones(len(sizes))
            break
    return Inclusion(n, found, 1 / found, np.flatnonzero(certain))


def draw_systematic(inclusion: Inclusion, *, seed: int = 20_260_101) -> Integers:
    """
    One draw with these probabilities: ``n`` different units, their positions ascending.

    The units are put in a row in random order, each as long as its probability, and marked
    at u, u + 1, u + 2, … R: ``sampling::UPrandomsystematic(pi)``.

    :param seed: of the draw; the same seed draws the same units.
    :raises OutOfRange: when the probabilities do not add up to n.

    Source: Madow 1949; Goodman and Kish 1950 (random order).

    >>> units = inclusion_by_size(3, np.array([100, 20, 20, 20, 40]))
    >>> len(draw_systematic(units)), 0 in draw_systematic(units)
    (3, True)
    """
    chances = inclusion.probability
    if not (chances.size > 0 and abs(float(chances.sum()) - inclusion.n) < _ROUNDING):
        raise OutOfRange(
            f"probabilities that add up to {chances.sum()} draw no whole number"
        )
    random = np.random.default_rng(seed)
    order = random.permutation(len(chances))
    ends = chances[order].cumsum()
    marks = random.random() + np.arange(inclusion.n)
    places = np.searchsorted(ends, marks, side="right")
    # The last end may miss n by a bit.
    return np.sort(order[np.minimum(places, len(order) - 1)]).astype(np.int64)


_ROUNDING = 1e-6


def _sizes(population: NDArray[np.integer]) -> Integers:
    sizes = np.asarray(population)
    if sizes.ndim != 1 or not len(sizes):
        raise TooFew("a sample is shared out among one stratum at least")
    if (sizes < 1).any():
        raise OutOfRange(f"stratum {int(sizes.argmin())} has nobody in it; leave it out")
    return sizes.astype(np.int64)


def _matching(numbers: NDArray[np.generic], sizes: Integers) -> Floats:
    found = np.asarray(numbers, dtype=np.float64)
    if found.shape != sizes.shape:
        raise WrongShape(f"{len(sizes)} strata, but {found.size} numbers")
    if not np.isfinite(found).all():
        raise OutOfRange("spreads and costs are finite")
    return found


def _rounded(n: int, share: Floats, sizes: Integers, least: int) -> Integers:
    """Whole numbers in proportion to ``share``, each from ``least`` to its size."""
    floor = np.minimum(least, sizes)
    if n < floor.sum():
        raise TooFew(f"{n} answers, but the strata need {floor.sum()} at the least")
    if n > sizes.sum():
        raise TooMany(f"{n} answers, but only {sizes.sum()} can be asked")
    ideal = np.clip(_scaled(n, share, floor, sizes), floor, sizes)
    each = np.floor(ideal + _ROUNDING).astype(np.int64)
    rest = n - int(each.sum())
    room = np.where(each < sizes, ideal - each, -np.inf)
    each[np.argsort(-room, kind="stable")[:rest]] += 1
    return each


def _scaled(n: int, share: Floats, floor: Integers, sizes: Integers) -> Floats:
    """``share`` times what makes it add up to n between the bounds, found by halving."""
    low, high = 0.0, 1.0
    # What has no share of its own fills up only once the others are full.
    share = share + share.max() * 1e-12
    while np.clip(high * share, floor, sizes).sum() < n:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if np.clip(middle * share, floor, sizes).sum() < n:
            low = middle
        else:
            high = middle
    return high * share
