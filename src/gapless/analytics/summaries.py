"""
The measures of a version: what stands in tables of many units or months.

Each is three integers, n, Σ and Σ², and a linear function of the rest of a cell. They come
first in a cell, after the number of answers: every n, every Σ, every Σ². So a table of
thousands of cells is read without the rest of them, and counts without the sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.answers import COUNTED, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless_stats.scores import SCALE


class MeasureKind(StrEnum):
    GAP = "gap"  # perception minus expectation
    PERFORMANCE = "performance"  # perception, or any other answer on a scale
    NET = "net"  # recommendation: 1 a promoter, −1 a detractor, 0 anybody else


@dataclass(frozen=True, slots=True)
class Measure:
    """
    One number of a table. ``target`` names it as ``gaps.report.Target`` does: "overall",
    "by_item", "weighted", "dimension:reliability", "item:tan1".
    """

    target: str
    kind: MeasureKind
    scale: int = 1  # a sum divided by this is in scale points

    @property
    def item(self) -> str:
        """The code of its item; empty where it is a composite."""
        level, _, code = self.target.partition(":")
        return code if level == "item" else ""


PROMOTER, DETRACTOR = 9, 6
"""Of 0 to 10: a promoter from the one on, a detractor up to the other (domain.md 3.2)."""


@lru_cache(maxsize=64)
def measures(layout: Layout) -> tuple[Measure, ...]:
    """What a version measures: gaps, then perceptions, then item by item."""
    return tuple(_measures(layout))


def _measures(layout: Layout) -> Iterator[Measure]:
    for name in layout.gap_names:
        yield Measure(_target(name), MeasureKind.GAP, SCALE)
    for name in layout.performance_names:
        yield Measure(_target(name), MeasureKind.PERFORMANCE, SCALE)
    for question in layout.of(Kind.PAIR, *COUNTED):
        if question.kind is Kind.PAIR:
            yield Measure(f"item:{question.code}", MeasureKind.GAP)
        if question.kind is not Kind.SINGLE:
            net = question.kind is Kind.NPS
            kind = MeasureKind.NET if net else MeasureKind.PERFORMANCE
            yield Measure(f"item:{question.code}", kind)


def _target(name: str) -> str:
    return name.replace("dimension/", "dimension:", 1)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Which integers of a cell, times what, make up each sum: the terms of all in a row."""

    places: NDArray[np.int64]
    factors: NDArray[np.int64]
    starts: NDArray[np.int64]


def terms_of(layout: Layout, schema: Schema) -> Terms:
    """Where the measures of a version's cells come from: the same for all of them."""
    places: list[int] = []
    factors: list[int] = []
    starts: list[int] = []
    asked = {question.code: question for question in layout.questions}
    for power in range(3):
        for measure in measures(layout):
            starts.append(len(places))
            for place, factor in _sum_of(schema, measure, asked.get(measure.item), power):
                places.append(place)
                factors.append(factor)
    return Terms(*(np.array(each, np.int64) for each in (places, factors, starts)))


def summarise(terms: Terms, schema: Schema, cells: Vector) -> None:
    """Fill in the measures of cells whose other blocks are there: (cells, size)."""
    if len(terms.starts) and len(cells):
        block = schema.blocks(cells, "measures")
        sums = np.add.reduceat(cells[:, terms.places] * terms.factors, terms.starts, axis=1)
        block[...] = sums.reshape(block.shape)


def _sum_of(
    schema: Schema, measure: Measure, question: Question | None, power: int
) -> Iterator[tuple[int, int]]:
    if question is None:
        name = measure.target.replace("dimension:", "dimension/", 1)
        yield schema.start(f"{measure.kind.value}/{name}") + _MOMENT[measure.kind][power], 1
    elif question.kind is Kind.PAIR:
        yield from _of_pairs(schema, measure, question, power)
    else:
        start = schema.start(f"histogram/{question.code}")
        for level in range(question.high - question.low + 1):
            value = question.low + level
            if measure.kind is MeasureKind.NET:
                value = (value >= PROMOTER) - (value <= DETRACTOR)
            yield start + level, value**power


# Of a gap the moments are of expectation, perception and gap: n, three sums, six products.
_MOMENT = {MeasureKind.GAP: (0, 3, 9), MeasureKind.PERFORMANCE: (0, 1, 2)}


def _of_pairs(
    schema: Schema, measure: Measure, question: Question, power: int
) -> Iterator[tuple[int, int]]:
    """A gap counts who answered both sides, a perception whoever answered that."""
    start, levels = schema.start(f"pair/{question.code}"), question.high - question.low + 1
    gap = measure.kind is MeasureKind.GAP
    for expected in range(levels + (not gap)):
        for perceived in range(levels):
            value = perceived - expected if gap else question.low + perceived
            yield start + expected * (levels + 1) + perceived, value**power
