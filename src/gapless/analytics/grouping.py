"""Answers sorted into the cells they belong to, and sums of what each of them adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.answers import Bytes, Layout, Mask
from gapless.analytics.cells import Vector
from gapless_stats.moments import Moments


def options_chosen(layout: Layout, values: Bytes) -> NDArray[np.int64]:
    """Which option of the grouping item each answer chose, (n,); -1 for none of them."""
    if not layout.grouped_by:
        return np.full(len(values), -1, np.int64)
    chosen = values[:, layout.columns[layout.grouped_by]].astype(np.int64)
    return np.maximum(chosen, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which of ``count`` cells each of n answers belongs to."""

    of: NDArray[np.intp]  # (n,)
    count: int

    def tally(self, marks: Iterable[tuple[Vector, Mask | None]], size: int) -> Vector:
        """
        How often each of ``size`` places was marked in each group, (count, size).

        :param marks: places (n, k), and which of them count: None for all.
        """
        first = self.of[:, None] * size
        flat = [
            (first + places).ravel() if kept is None else (first + places)[kept]
            for places, kept in marks
        ]
        counted = np.bincount(np.concatenate(flat), minlength=self.count * size)
        return counted.astype(np.int64).reshape(self.count, size)

    def moments(self, rows: NDArray[np.int64], kept: Mask) -> Vector:
        """
        The moments of each group's rows, block by block, as ``write_moments`` writes
        them: (count, blocks, 1 + k + k(k+1)/2).

        :param rows: (n, blocks, k), of which those count that are ``kept``, (n, blocks).
        """
        left, right = _upper_triangle(rows.shape[2])
        clean = np.where(kept[:, :, None], rows, 0)
        ones = kept[:, :, None].astype(np.int64)
        return self.sums(
            np.concatenate((ones, clean, clean[..., left] * clean[..., right]), axis=2)
        )

    def sums(self, terms: Vector) -> Vector:
        """What each group's answers add up to, (count, …), of what each adds, (n, …)."""
        if self.count == 1:
            return np.asarray(terms.sum(axis=0)[None])
        sums = np.zeros((self.count, *terms.shape[1:]), np.int64)
        if len(terms):
            order = np.argsort(self.of, kind="stable")
            present, starts = np.unique(self.of[order], return_index=True)
            sums[present] = np.add.reduceat(terms[order], starts, axis=0)
        return sums


def moments_shape(k: int) -> tuple[int, ...]:
    """How many integers the moments of k items take."""
    return (1 + k + k * (k + 1) // 2,)


# Made once for each size: a roll-up reads thousands of cells.
_upper_triangle = cache(np.triu_indices)


def write_moments(block: Vector, moments: Moments) -> None:
    """Moments as one row of integers: n, the sums, the upper triangle of the products."""
    upper = _upper_triangle(moments.items)
    block[...] = np.concatenate(([moments.n], moments.total, moments.cross[upper]))


def read_moments(block: Vector, k: int) -> Moments:
    """The moments of k items that ``write_moments`` wrote."""
    cross = np.zeros((k, k), np.int64)
    cross[_upper_triangle(k)] = block[1 + k :]
    cross = cross + np.triu(cross, 1).T
    return Moments(int(block[0]), block[1 : 1 + k].copy(), cross)
