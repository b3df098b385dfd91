"""
One shape of cell for all evidence: a vector of integers under a schema that the
version names. Adding two cells adds their vectors; taking an answer out subtracts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.int64]

_INDEX = np.dtype("<u4")
_VALUE = np.dtype("<i8")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Where a piece of evidence counts, within one source and version."""

    unit_id: int
    month: date  # its first day, in the unit's own time zone
    stratum: str


@dataclass(frozen=True)
class Schema:
    """
    The names of a cell's integers: blocks in order, each with its shape.

    A schema is a function of the version alone, so every cell of a version has the
    same length and adds without looking inside.
    """

    shapes: Mapping[str, tuple[int, ...]]
    head: int = 0
    """How many integers at the beginning tables of many cells are made of."""

    @cached_property
    def _offsets(self) -> dict[str, int]:
        offsets, end = {}, 0
        for name, shape in self.shapes.items():
            offsets[name] = end
            end += math.prod(shape)
        return offsets

    @cached_property
    def size(self) -> int:
        """How many integers a cell has."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    def start(self, name: str) -> int:
        """The place of a block's first integer. :raises KeyError: when there is none."""
        return self._offsets[name]

    def zero(self) -> Vector:
        """The cell of no evidence."""
        return np.zeros(self.size, np.int64)

    def block(self, vector: Vector, name: str) -> Vector:
        """
        A view of one block, in its shape: writing to it writes to the vector.

        :raises KeyError: when the version has no such block.
        """
        return self.blocks(vector[None, :], name)[0, ...]

    def blocks(self, cells: Vector, name: str) -> Vector:
        """The same of several cells at once: a view of (cells, *shape)."""
        start, shape = self._offsets[name], self.shapes[name]
        end = start + math.prod(shape)
        # Splitting the last axis of a slice never copies, so the view writes through.
        return cells[:, start:end].reshape(len(cells), *shape)


def pack(vector: Vector) -> bytes:
    """A vector as bytes: the places that are not zero, then their values."""
    places = np.flatnonzero(vector)
    return places.astype(_INDEX).tobytes() + vector[places].astype(_VALUE).tobytes()


def add_packed(packed: bytes, onto: Vector) -> None:
    """
    Add a packed vector to another, in place.

    :raises ValueError: when the bytes are no packed vector of that length.
    """
    count, rest = divmod(len(packed), _INDEX.itemsize + _VALUE.itemsize)
    if rest:
        raise ValueError(f"{len(packed)} bytes are no packed cell")
    places = np.frombuffer(packed, _INDEX, count)
    if count and places[-1] >= len(onto):
        raise ValueError(f"a cell of {len(onto)} integers has no place {places[-1]}")
    onto[places] += np.frombuffer(packed, _VALUE, count, offset=count * _INDEX.itemsize)


def packed_size(packed: bytes) -> int:
    """How long a vector must be at least for these bytes to be added to it."""
    count = len(packed) // (_INDEX.itemsize + _VALUE.itemsize)
    return int(np.frombuffer(packed, _INDEX, count)[-1]) + 1 if count else 0


def unpack(packed: bytes, size: int) -> Vector:
    """The vector that was packed. :raises ValueError: as ``add_packed``."""
    vector = np.zeros(size, np.int64)
    add_packed(packed, vector)
    return vector


def unpack_head(packed: bytes, head: int) -> bytes:
    """The first ``head`` integers of a packed vector, as roll-ups keep them."""
    whole = unpack(packed, max(packed_size(packed), head))
    return whole[:head].astype("<i8").tobytes()


def total(packed: Iterable[bytes], schema: Schema) -> Vector:
    """A roll-up: the sum of cells, in any order. Of no cells it is zero."""
    vector = schema.zero()
    for cell in packed:
        add_packed(cell, vector)
    return vector
