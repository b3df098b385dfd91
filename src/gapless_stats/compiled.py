"""The loops of ``rows`` compiled by numba: the same integers, several times sooner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import njit, prange, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .rows import Answers, Composites, Groups, PairedRows

    Three = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

WORDS = 256
"""Words of 64 respondents in a block: the bits of 44 items fit into the cache."""

ROWS = 4_096
"""Rows in a block of gaps: their sums fit into the cache."""

PARTS = 16
"""Rows are taken in as many parts, each with sums of its own, by as many threads as run."""

MOST_BLOCKS = 64
"""A part has at most so many blocks of gaps, 2¹⁸ rows. A composite of bytes lies within
2²³, so their Σ within 2⁴¹: how many they are stands above it in the same integer."""

SHIFT = 43
ONE = np.int64(1 << SHIFT)
HALF = np.int64(1 << (SHIFT - 1))

UNANSWERED = np.uint8(128)
LOWEST_BITS = np.uint64(0x0101_0101_0101_0101)
GATHER = np.uint64(0x0102_0408_1020_4080)
"""Times the lowest bits of eight bytes, this has them side by side in its highest byte."""


@intrinsic
def _ones(_typing: Any, _word: Any) -> Any:
    """How many bits of a word are set: one instruction."""

    def made(_context: Any, builder: ir.IRBuilder, _signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.uint64(types.uint64), made


def pair_counts(values: Answers, missing: int, low: int, high: int) -> Three:
    """
    n, Σx and Σxy of every pair of items over who answered both, answers counted from the
    lowest. Each item is a mark and the bits of its answers; a product of answers is a sum
    over pairs of bits, and a sum over respondents counts ones in words of 64.
    """
    bits = max(1, (high - low).bit_length())
    k = values.shape[1]
    counted = _bit_products(values, np.int8(missing), np.uint8(low & 255), bits)
    counted = counted.reshape(k, bits + 1, k, bits + 1)
    powers = 2 ** np.arange(bits, dtype=np.int64)
    n = counted[:, 0, :, 0]
    total = np.einsum("ibj,b->ij", counted[:, 1:, :, 0], powers)
    cross = np.einsum("iajb,a,b->ij", counted[:, 1:, :, 1:], powers, powers)
    return n, total, cross


@njit(parallel=True, cache=True)
def _bit_products(values: Any, missing: Any, low: Any, bits: int) -> Any:
    n, k = values.shape
    planes = k * (bits + 1)
    blocks = (n + 64 * WORDS - 1) // (64 * WORDS)
    sums = np.zeros((PARTS, planes, planes), np.int64)
    for part in prange(PARTS):
        plane = np.empty((planes, WORDS), np.uint64)
        given = np.empty(64 * WORDS, np.uint8)
        for block in range(part, blocks, PARTS):
            first = block * 64 * WORDS
            for item in range(k):
                _read(values[first : first + 64 * WORDS, item], missing, low, given)
                _take_bits(given, plane[item * (bits + 1) : (item + 1) * (bits + 1)])
            _multiply(plane, sums[part])
    whole = sums.sum(axis=0)
    return np.triu(whole) + np.triu(whole, 1).T


@njit(cache=True)
def _read(answers: Any, missing: Any, low: Any, given: Any) -> None:
    """The answers of one item in a block, counted from the lowest; the rest unanswered."""
    given[len(answers) :] = UNANSWERED
    for row in range(len(answers)):
        answer = answers[row]
        given[row] = UNANSWERED if answer == missing else np.uint8(answer) - low


@njit(cache=True)
def _multiply(plane: Any, sums: Any) -> None:
    """Add how many respondents have both bits set, for every pair of bits."""
    for one in range(len(plane)):
        for other in range(one, len(plane)):
            found = np.uint64(0)
            for word in range(WORDS):
                found += _ones(plane[one, word] & plane[other, word])  # type: ignore[call-arg]
            sums[one, other] += np.int64(found)


@njit(cache=True)
def _take_bits(given: Any, plane: Any) -> None:
    """The answers of a block as marks, and bit by bit: eight bytes at once."""
    eights = given.view(np.uint64)
    bits = plane.shape[0] - 1
    plane[:] = 0
    for word in range(WORDS):
        for byte in range(8):
            eight = eights[8 * word + byte]
            place = np.uint64(8 * byte)
            silent = (eight >> np.uint64(7)) & LOWEST_BITS
            plane[0, word] |= (((silent ^ LOWEST_BITS) * GATHER) >> np.uint64(56)) << place
            for bit in range(bits):
                lowest = (eight >> np.uint64(bit)) & LOWEST_BITS
                plane[1 + bit, word] |= ((lowest * GATHER) >> np.uint64(56)) << place


def gap_sums(
    rows: PairedRows, group: Groups, groups: int, composites: Sequence[Composites]
) -> NDArray[np.int64]:
    """
    n, Σ and Σ² of the composites of gaps, (3, groups, dimensions).

    :param composites: of each dimension, what a sum of gaps over how many items makes.
    """
    shapes = np.array([each.made.shape for each in composites])
    made = np.zeros((len(composites), *shapes.max(axis=0)), np.int32)
    for at, each in enumerate(composites):
        made[at, : shapes[at, 0], : shapes[at, 1]] = each.made
    found = _gap_sums(
        rows.expectation,
        rows.perception,
        rows.dimension.astype(np.int64),
        np.int8(rows.missing),
        group,
        groups,
        made,
        np.array([each.reach for each in composites]),
        np.array([each.needed for each in composites]),
    )
    return np.asarray(np.moveaxis(found, 3, 0).sum(axis=1), np.int64)


@njit(parallel=True, cache=True)
def _gap_sums(
    expectation: Any,
    perception: Any,
    dimension: Any,
    missing: Any,
    group: Any,
    groups: int,
    made: Any,
    reach: Any,
    needed: Any,
) -> Any:
    n, dimensions = expectation.shape[0], len(made)
    blocks = (n + ROWS - 1) // ROWS
    parts = max(PARTS, (blocks + MOST_BLOCKS - 1) // MOST_BLOCKS)
    sums = np.zeros((parts, groups, dimensions, 3), np.int64)
    for part in prange(parts):
        packed = np.zeros((groups, dimensions, 2), np.int64)
        counts = np.empty((dimensions, ROWS), np.int16)
        totals = np.empty((dimensions, ROWS), np.int16)
        for block in range(part, blocks, parts):
            rows = slice(block * ROWS, min(n, (block + 1) * ROWS))
            counts[:] = 0
            totals[:] = 0
            for item in range(len(dimension)):
                at = dimension[item]
                if at >= 0:
                    _take_gaps(
                        expectation[rows, item],
                        perception[rows, item],
                        missing,
                        counts[at],
                        totals[at],
                    )
            _add_gaps(group[rows], counts, totals, made, reach, needed, packed)
        _unpack(packed, sums[part])
    return sums


@njit(cache=True)
def _take_gaps(
    expected: Any, perceived: Any, missing: Any, counts: Any, totals: Any
) -> None:
    """Add one item's gaps of a block."""
    for row in range(len(expected)):
        one, other = expected[row], perceived[row]
        both = np.int16(one != missing) & np.int16(other != missing)
        counts[row] += both
        totals[row] += both * (np.int16(other) - np.int16(one))


@njit(cache=True)
def _add_gaps(
    group: Any, counts: Any, totals: Any, made: Any, reach: Any, needed: Any, sums: Any
) -> None:
    """Add the composites of a block to their groups: how many and Σ in one integer."""
    for row in range(len(group)):
        own = sums[group[row]]
        for at in range(len(made)):
            count = counts[at, row]
            if count >= needed[at]:
                composite = np.int64(made[at, count, totals[at, row] + reach[at]])
                own[at, 0] += ONE + composite
                own[at, 1] += composite * composite


@njit(cache=True)
def _unpack(packed: Any, sums: Any) -> None:
    """Take how many and Σ apart."""
    for own in range(len(sums)):
        for at in range(sums.shape[1]):
            both = packed[own, at, 0]
            n = (both + HALF) >> SHIFT
            sums[own, at, 0] = n
            sums[own, at, 1] = both - (n << SHIFT)
            sums[own, at, 2] = packed[own, at, 1]


@njit(cache=True)
def range_of(answers: Any, missing: Any) -> Any:
    """The lowest and the highest of (n, k) answers; 127 and -128 without any."""
    low, high = np.int8(127), np.int8(-128)
    for item in range(answers.shape[1]):
        for row in range(answers.shape[0]):
            answer = answers[row, item]
            if answer != missing:
                low, high = min(low, answer), max(high, answer)
    return low, high
