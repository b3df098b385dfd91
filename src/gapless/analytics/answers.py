"""
The kernel of questionnaires: answers of one form version in, integers out.

``score`` runs once, at intake; what it finds is stored with the answer. ``fold`` turns
any batch of stored answers into the cell they make together; folding out is its
negative. Both are numpy in, integer arrays out, so the same kernel runs anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.cells import Schema, Vector
from gapless_stats import flags as careless
from gapless_stats import scores
from gapless_stats.moments import Moments
from gapless_stats.tables import Histogram, PairTable

UNANSWERED = -128
NOT_APPLICABLE = -127
LOWEST, HIGHEST = -100, 127  # what an answer byte can say

UNUSABLE = np.iinfo(np.int32).min
"""Stands where a respondent answered too little for a composite."""

FLAGS = ("straight_lining", "all_equal", "expectation_ceiling")

Bytes = NDArray[np.int8]
Composites = NDArray[np.int32]
Mask = NDArray[np.bool_]


class Kind(StrEnum):
    PAIR = "pair"  # expectation and perception, one byte each
    SCORE = "score"  # perception alone
    WEIGHT = "weight"  # points out of 100 for one dimension
    OVERALL = "overall"  # satisfaction, recommendation and the like
    TEXT = "text"  # no byte: kept beside the answer
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Question:
    """One item, as the version froze it. ``dimension`` is empty where it has none."""

    code: str
    kind: Kind
    dimension: str = ""
    low: int = 1
    high: int = 7
    reverse: bool = False

    @property
    def width(self) -> int:
        """How many bytes of an answer this item takes."""
        return {Kind.PAIR: 2, Kind.TEXT: 0, Kind.ATTRIBUTE: 0}.get(self.kind, 1)


@dataclass(frozen=True)
class Layout:
    """What the bytes of an answer mean: the questions of a form version, in order."""

    questions: tuple[Question, ...]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The first byte of each question that has any."""
        places, end = {}, 0
        for question in self.questions:
            if question.width:
                places[question.code] = end
            end += question.width
        return places

    @cached_property
    def width(self) -> int:
        return sum(question.width for question in self.questions)

    def of(self, *kinds: Kind) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.kind in kinds)

    @cached_property
    def rated(self) -> tuple[Question, ...]:
        """The items that say how service is perceived: pairs, or perceptions alone."""
        return self.of(Kind.PAIR, Kind.SCORE)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the rated items, in form order."""
        return tuple(dict.fromkeys(q.dimension for q in self.rated if q.dimension))

    @cached_property
    def paired_dimensions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(q.dimension for q in self.of(Kind.PAIR) if q.dimension))

    @cached_property
    def weighted(self) -> bool:
        """Whether customers divide points among all the dimensions that have pairs."""
        named = {q.dimension for q in self.of(Kind.WEIGHT)}
        return bool(named) and named >= set(self.paired_dimensions)

    @cached_property
    def gap_names(self) -> tuple[str, ...]:
        """The composites that are gaps: each stored as expectation, perception, gap."""
        if not self.of(Kind.PAIR):
            return ()
        whole = ("overall",) if self.paired_dimensions else ()
        by_weight = ("weighted",) if self.weighted and whole else ()
        return (
            *(f"dimension/{d}" for d in self.paired_dimensions),
            *whole,
            "by_item",
            *by_weight,
        )

    @cached_property
    def performance_names(self) -> tuple[str, ...]:
        """The composites of perception alone (SERVPERF)."""
        whole = ("overall",) if self.dimensions else ()
        return (*(f"dimension/{d}" for d in self.dimensions), *whole, "by_item")

    @cached_property
    def composites(self) -> int:
        """How many integers the composites of one answer take."""
        return 3 * len(self.gap_names) + len(self.performance_names)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Stored answers of one version: what ``fold`` needs of them."""

    values: Bytes  # (n, layout.width)
    composites: Composites  # (n, layout.composites)
    flags: NDArray[np.uint8]  # (n,) one bit for each of FLAGS

    def only(self, chosen: NDArray[np.intp]) -> Batch:
        return Batch(self.values[chosen], self.composites[chosen], self.flags[chosen])


def score(layout: Layout, values: Bytes) -> Batch:
    """
    Composites (in 1/27720 of a scale point) and flags of new answers (domain.md 2.4).

    :param values: (n, layout.width) as answered; reverse-keyed items are turned here.
    """
    stored = np.full((len(values), layout.composites), UNUSABLE, np.int32)
    for place, composite in enumerate(_composites(layout, values)):
        stored[composite.usable, place] = composite.rounded()
    return Batch(values, stored, _flags(layout, values))


def _composites(layout: Layout, values: Bytes) -> Iterator[scores.Composite]:
    if layout.gap_names:
        yield from _gap_composites(layout, values)
    rated = layout.rated
    perceived = _keyed(layout, values, rated, side=1)
    asked = _dimension_index(rated, layout.dimensions)
    parts = scores.dimension_composites(*perceived, asked)
    yield from parts
    if parts:
        yield scores.overall(parts)
    yield scores.overall_by_item(*perceived)


def _gap_composites(layout: Layout, values: Bytes) -> Iterator[scores.Composite]:
    pairs = layout.of(Kind.PAIR)
    expected, expectation_answered = _keyed(layout, values, pairs, side=0)
    perceived, perception_answered = _keyed(layout, values, pairs, side=1)
    both = expectation_answered & perception_answered
    asked = _dimension_index(pairs, layout.paired_dimensions)
    sides = (expected, perceived, scores.differences(expected, perceived))
    parts = [scores.dimension_composites(side, both, asked) for side in sides]
    for triple in zip(*parts, strict=True):
        yield from triple
    if layout.paired_dimensions:
        yield from (scores.overall(part) for part in parts)
    yield from (scores.overall_by_item(side, both) for side in sides)
    if layout.weighted and layout.paired_dimensions:
        points = _points(layout, values)
        yield from (scores.overall_weighted(part, points) for part in parts)


def _keyed(
    layout: Layout, values: Bytes, questions: tuple[Question, ...], *, side: int
) -> tuple[NDArray[np.int64], Mask]:
    """One side of the rated items, reverse-keyed items turned, and who answered them."""
    columns = [
        layout.columns[q.code] + (side if q.kind is Kind.PAIR else 0) for q in questions
    ]
    given = values[:, columns].astype(np.int64)
    answered = given >= LOWEST
    turned = np.array([q.low + q.high if q.reverse else 0 for q in questions], np.int64)
    sign = np.array([-1 if q.reverse else 1 for q in questions], np.int64)
    return turned + sign * given, answered


def _points(layout: Layout, values: Bytes) -> NDArray[np.int64]:
    """The points of each dimension that has pairs, (n, dimensions); a blank box holds 0."""
    columns = {q.dimension: layout.columns[q.code] for q in layout.of(Kind.WEIGHT)}
    points = values[:, [columns[d] for d in layout.paired_dimensions]].astype(np.int64)
    return np.where(points >= 0, points, 0)


def _dimension_index(
    questions: tuple[Question, ...], dimensions: tuple[str, ...]
) -> NDArray[np.int64]:
    place = {name: index for index, name in enumerate(dimensions)}
    return np.array([place.get(q.dimension, -1) for q in questions], np.int64)


def _flags(layout: Layout, values: Bytes) -> NDArray[np.uint8]:
    blocks = {}
    if pairs := layout.of(Kind.PAIR):
        first = np.array([layout.columns[q.code] for q in pairs])
        blocks = {side: _block(values, first + side) for side in (0, 1)}
    if alone := layout.of(Kind.SCORE):
        blocks[2] = _block(values, np.array([layout.columns[q.code] for q in alone]))
    if not blocks:
        return np.zeros(len(values), np.uint8)
    found = [
        careless.straight_lining(list(blocks.values())),
        careless.all_equal(list(blocks.values())),
        _ceiling(pairs, blocks.get(0)),
    ]
    bits = np.zeros(len(values), np.uint8)
    for place, flagged in enumerate(found):
        if flagged is not None:
            bits |= flagged.astype(np.uint8) << place
    return bits


def _block(values: Bytes, columns: NDArray[np.intp]) -> careless.Block:
    answers = values[:, columns]
    return careless.Block(answers, answers >= LOWEST)


def _ceiling(pairs: tuple[Question, ...], block: careless.Block | None) -> Mask | None:
    if block is None:
        return None
    # Each answer's distance from the top of its own scale, so that scales may differ.
    tops = np.array([q.high for q in pairs], np.int64)
    return careless.expectation_ceiling(
        careless.Block(block.answers.astype(np.int64) - tops, block.answered), top=0
    )


def schema_of(layout: Layout) -> Schema:
    """What a cell of this version holds."""
    shapes: dict[str, tuple[int, ...]] = {"answers": (), "flags": (len(FLAGS),)}
    for question in layout.questions:
        levels = question.high - question.low + 1
        if question.kind is Kind.PAIR:
            shapes[f"pair/{question.code}"] = (levels + 1, levels + 1)
        elif question.kind in (Kind.SCORE, Kind.OVERALL):
            shapes[f"histogram/{question.code}"] = (levels + 1,)
        elif question.kind is Kind.WEIGHT:
            shapes[f"points/{question.dimension}"] = (3,)
    for name in layout.gap_names:
        shapes[f"gap/{name}"] = _moments_shape(3)
        shapes[f"signs/{name}"] = (3,)
    for name in layout.performance_names:
        shapes[f"performance/{name}"] = _moments_shape(1)
    for dimension in layout.dimensions:
        shapes[f"items/{dimension}"] = _moments_shape(len(_item_columns(layout, dimension)))
    return Schema(shapes)


def fold(layout: Layout, schema: Schema, batch: Batch) -> Vector:
    """The cell that these answers make together. Every integer is a sum over answers."""
    cell = schema.zero()
    schema.block(cell, "answers")[...] = len(batch.values)
    bits = (batch.flags[:, None] >> np.arange(len(FLAGS), dtype=np.uint8)) & 1
    schema.block(cell, "flags")[...] = bits.sum(axis=0)
    for question in layout.questions:
        _count(layout, schema, cell, batch.values, question)
    _fold_composites(layout, schema, cell, batch.composites)
    for dimension in layout.dimensions:
        rows = _complete_rows(layout, batch.values, dimension)
        write_moments(schema.block(cell, f"items/{dimension}"), Moments.of(rows))
    return cell


def _count(
    layout: Layout, schema: Schema, cell: Vector, values: Bytes, question: Question
) -> None:
    scale = {"low": question.low, "high": question.high}
    if question.kind is Kind.PAIR:
        expected, perceived = (
            _keyed(layout, values, (question,), side=side) for side in (0, 1)
        )
        table = PairTable.of(
            expected[0][:, 0],
            perceived[0][:, 0],
            expectation_answered=expected[1][:, 0],
            perception_answered=perceived[1][:, 0],
            **scale,
        )
        schema.block(cell, f"pair/{question.code}")[...] = table.counts
    elif question.kind in (Kind.SCORE, Kind.OVERALL):
        given, answered = _keyed(layout, values, (question,), side=0)
        counted = Histogram.of(given[:, 0], answered[:, 0], **scale)
        schema.block(cell, f"histogram/{question.code}")[...] = [
            *counted.counts,
            counted.missing,
        ]
    elif question.kind is Kind.WEIGHT:
        points = values[:, layout.columns[question.code]].astype(np.int64)
        write_moments(
            schema.block(cell, f"points/{question.dimension}"),
            Moments.of(points[points >= 0][:, None]),
        )


def _fold_composites(
    layout: Layout, schema: Schema, cell: Vector, composites: Composites
) -> None:
    for place, name in enumerate(layout.gap_names):
        triple = composites[:, 3 * place : 3 * place + 3]
        triple = triple[triple[:, 2] != UNUSABLE].astype(np.int64)
        write_moments(schema.block(cell, f"gap/{name}"), Moments.of(triple))
        gap = 10 * triple[:, 2]
        negative, positive = (gap < -scores.SCALE).sum(), (gap > scores.SCALE).sum()
        schema.block(cell, f"signs/{name}")[...] = (
            negative,
            len(gap) - negative - positive,
            positive,
        )
    start = 3 * len(layout.gap_names)
    for place, name in enumerate(layout.performance_names):
        alone = composites[:, [start + place]]
        alone = alone[alone[:, 0] != UNUSABLE].astype(np.int64)
        write_moments(schema.block(cell, f"performance/{name}"), Moments.of(alone))


def _item_columns(layout: Layout, dimension: str) -> tuple[tuple[Question, int], ...]:
    """The (question, side) columns of a dimension: expectations first, then perceptions."""
    rated = [q for q in layout.rated if q.dimension == dimension]
    pairs = [(q, 0) for q in rated if q.kind is Kind.PAIR]
    return (*pairs, *((q, 1) for q in rated))


def _complete_rows(layout: Layout, values: Bytes, dimension: str) -> NDArray[np.int64]:
    """The rows of those who answered everything the dimension asks."""
    sides = [
        _keyed(layout, values, (question,), side=side)
        for question, side in _item_columns(layout, dimension)
    ]
    complete = np.logical_and.reduce([answered[:, 0] for _, answered in sides])
    return np.column_stack([given[complete, 0] for given, _ in sides])


def _moments_shape(k: int) -> tuple[int, ...]:
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
