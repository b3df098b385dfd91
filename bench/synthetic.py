"""Answers nobody gave: 22 expectations and 22 perceptions, branches of all sizes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20261122
BRANCHES = 2_000
SIZES = (4, 5, 4, 4, 5)  # the items of each dimension
DIMENSION = np.repeat(np.arange(len(SIZES)), SIZES)
ITEMS = len(DIMENSION)
MISSING = -1
SHARE_MISSING = 0.02
FEWEST = 30
"""Every branch has so many answers, and most have many more."""
NAMES = [f"{side}{item + 1}" for side in "EP" for item in range(ITEMS)]


@dataclass(frozen=True)
class Answers:
    """Answers in memory: a byte for each, column by column."""

    values: NDArray[np.int8]  # (n, 44): expectations, then perceptions; -1 where missing
    branch: NDArray[np.intp]  # (n,)

    def __len__(self) -> int:
        return len(self.branch)


def answers(n: int) -> Answers:
    """
    Seven points; a respondent, a dimension and a branch lean one way; the largest branch
    has some hundred times as many answers as the smallest; 2 % missing at random.
    """
    chance = np.random.default_rng(SEED)
    share = chance.lognormal(0, 1, BRANCHES)
    branch = chance.choice(BRANCHES, n, p=share / share.sum())
    branch[: FEWEST * BRANCHES] = np.tile(np.arange(BRANCHES), FEWEST)
    leaning = chance.normal(0, 0.4, BRANCHES)
    values = np.empty((n, 2 * ITEMS), np.int8, order="F")
    for first in range(0, n, 250_000):
        rows = slice(first, min(n, first + 250_000))
        values[rows] = _some(chance, leaning[branch[rows]])
    return Answers(values, branch)


def _some(chance: np.random.Generator, leaning: NDArray[np.float64]) -> NDArray[np.int8]:
    n = len(leaning)
    person = chance.standard_normal((n, 1), np.float32)
    dimension = chance.standard_normal((n, len(SIZES)), np.float32)[:, DIMENSION]
    sides = []
    for centre, own in ((5.8, 0.0), (5.2, leaning[:, None])):
        noise = chance.standard_normal((n, ITEMS), np.float32)
        felt = centre + own + 0.6 * person + 0.5 * dimension + 0.9 * noise
        sides.append(np.clip(np.rint(felt), 1, 7).astype(np.int8))
    values = np.concatenate(sides, axis=1)
    values[chance.random(values.shape, np.float32) < SHARE_MISSING] = MISSING
    return values
