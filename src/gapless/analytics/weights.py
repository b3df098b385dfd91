"""
What answers add to their cell when each stands for a number of people (domain.md 4.10).

Weights are whole millionths, so every sum is an integer: weighted numbers add up as
exactly as all others. What may grow beyond 64 bits is kept as three digits of 32 bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.answers import (
    COUNTED,
    UNUSABLE,
    Batch,
    Bytes,
    Kind,
    Layout,
    Mask,
    Question,
    four_bytes,
    keyed,
)
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.grouping import Groups
from gapless_stats.weighting import WeightedCount, WeightedSums

DIGITS = 3
_BITS = 32
_DIGIT = (1 << _BITS) - 1

QUANTITIES = 6
"""Σw, Σw², Σwx, Σwx², Σw²x, Σw²x², in this order."""

SUMS = 1 + QUANTITIES * DIGITS
"""How many integers one weighted variable takes: n, then the quantities."""

LEVEL = 2 + DIGITS
"""How many integers one point of a weighted histogram takes: n, Σw, then Σw²."""


def case_weights(layout: Layout, values: Bytes) -> NDArray[np.int64]:
    """How much each answer weighs in millionths, (n,): 0 where nothing says so."""
    found = np.zeros(len(values), np.int64)
    for question in layout.of(Kind.CASE_WEIGHT):
        found = np.maximum(four_bytes(layout, values, question), 0)
    return found


# --- What a cell keeps ----------------------------------------------------------------


def weighted_shapes(layout: Layout) -> dict[str, tuple[int, ...]]:
    """The blocks of a version whose answers have weights."""
    shapes: dict[str, tuple[int, ...]] = {"weight": (LEVEL,)}
    for question in layout.of(Kind.PAIR):
        shapes[f"weighted/item:{question.code}"] = (3, SUMS)
    for question in layout.of(*COUNTED):
        levels = question.high - question.low + 1
        shapes[f"weighted/item:{question.code}"] = (levels, LEVEL)
    for place in range(len(layout.gap_names)):
        shapes[f"weighted/gap/{layout.gap_names[place]}"] = (3, SUMS)
    for name in layout.performance_names:
        shapes[f"weighted/performance/{name}"] = (1, SUMS)
    return shapes


def weigh(
    layout: Layout, schema: Schema, batch: Batch, groups: Groups, cells: Vector
) -> None:
    """Fill in the weighted blocks of the cells that groups of answers make."""
    w = case_weights(layout, batch.values)
    everybody = _level_terms(w) * (w > 0)[:, None]
    schema.blocks(cells, "weight")[...] = groups.sums(everybody)
    for question in layout.of(*COUNTED):
        block = schema.blocks(cells, f"weighted/item:{question.code}")
        block[...] = _histogram(layout, batch, question, groups, w)
    for question in layout.of(Kind.PAIR):
        sides = [keyed(layout, batch.values, (question,), side=side) for side in (0, 1)]
        (expected, asked), (perceived, found) = sides
        rows = np.hstack((expected, perceived, perceived - expected))
        kept = np.repeat(asked & found, 3, axis=1)
        block = schema.blocks(cells, f"weighted/item:{question.code}")
        block[...] = groups.sums(_terms(w, rows, kept))
    _weigh_composites(layout, schema, batch, groups, cells)


def _weigh_composites(
    layout: Layout, schema: Schema, batch: Batch, groups: Groups, cells: Vector
) -> None:
    w = case_weights(layout, batch.values)
    wide = batch.composites.astype(np.int64)
    first = 0
    names = [f"gap/{name}" for name in layout.gap_names]
    names += [f"performance/{name}" for name in layout.performance_names]
    for name in names:
        block = schema.blocks(cells, f"weighted/{name}")
        rows = wide[:, first : first + block.shape[1]]
        block[...] = groups.sums(_terms(w, rows, rows != UNUSABLE))
        first += block.shape[1]


def _histogram(
    layout: Layout,
    batch: Batch,
    question: Question,
    groups: Groups,
    w: NDArray[np.int64],
) -> Vector:
    """(groups, levels, LEVEL): who chose which point, by weight."""
    levels = question.high - question.low + 1
    given, answered = keyed(layout, batch.values, (question,), side=1)
    counts = answered[:, 0] & (w > 0)
    # Everybody in the cell of their group and point; whoever does not count, in none.
    point = np.clip(given[:, 0] - question.low, 0, levels - 1)
    split = Groups(groups.of * levels + point, groups.count * levels)
    sums = split.sums(_level_terms(w) * counts[:, None])
    return sums.reshape(groups.count, levels, LEVEL)


# --- Exact sums -----------------------------------------------------------------------


def _terms(w: NDArray[np.int64], x: NDArray[np.int64], kept: Mask) -> Vector:
    """
    What each answer adds for each variable, (n, variables, SUMS).

    :param w: (n,) the weights, 0 where there is none: such answers add nothing.
    :param x: (n, variables), of which those count that are ``kept``.
    """
    counts = kept & (w > 0)[:, None]
    weight = np.where(counts, w[:, None], 0).astype(object)
    value = np.where(counts, x, 0).astype(object)
    square = weight * weight
    every = (
        weight,
        square,
        weight * value,
        weight * value * value,
        square * value,
        square * value * value,
    )
    return np.concatenate(
        (counts[:, :, None].astype(np.int64), *(_digits(each) for each in every)), axis=2
    )


def _digits(numbers: NDArray[np.object_]) -> Vector:
    """Whole numbers of any size as digits, the lowest first; the last one has the sign."""
    low = (numbers & _DIGIT).astype(np.int64)
    middle = ((numbers >> _BITS) & _DIGIT).astype(np.int64)
    high = (numbers >> (2 * _BITS)).astype(np.int64)
    return np.stack((low, middle, high), axis=-1)


def _level_terms(w: NDArray[np.int64]) -> Vector:
    """What each answer adds to the point of a weighted histogram it chose, (n, LEVEL)."""
    weight = w.astype(object)
    ones = np.ones((len(w), 1), np.int64)
    return np.concatenate((ones, w[:, None], _digits(weight * weight)), axis=1)


def read_sums(block: Vector, *, scale: int = 1) -> WeightedSums:
    """The sums of one weighted variable, which counts 1/``scale`` of a scale point."""
    numbers = [_number(block[1 + DIGITS * k :][:DIGITS]) for k in range(QUANTITIES)]
    w, w2, wx, wx2, w2x, w2x2 = numbers
    return WeightedSums(int(block[0]), w, w2, wx, wx2, w2x, w2x2, scale)


def read_count(block: Vector) -> WeightedCount:
    """Who is counted in ``weight``, or chose one point of a weighted histogram."""
    return WeightedCount(int(block[0]), int(block[1]), _number(block[2:]))


def _number(digits: Vector) -> int:
    return sum(int(digit) << _BITS * place for place, digit in enumerate(digits))
