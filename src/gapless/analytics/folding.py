"""
From stored answers to cells: the schema of a version's cells, and the fold.

``fold_each`` turns any batch of answers into the cells they make; folding out is its
negative. Every integer is a sum over answers, so cells add in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.answers import (
    CIRCUMSTANCES,
    COUNTED,
    FLAGS,
    FOUR_BYTES,
    LOWEST,
    NO_NUMBER,
    NOT_APPLICABLE,
    POINTS,
    UNUSABLE,
    WIDE,
    Batch,
    Bytes,
    Kind,
    Layout,
    Mask,
    Question,
    not_applicable,
    numbers,
)
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.drivers import COUNTED as DRIVERS
from gapless.analytics.drivers import block_of, driver_shapes, outcomes, predictors
from gapless.analytics.grouping import Groups, moments_shape
from gapless.analytics.summaries import Terms, measures, summarise, terms_of
from gapless.analytics.weights import weigh, weighted_shapes
from gapless_stats import scores

ZONES = ("below", "inside", "above", "inconsistent", "unanswered")
"""Where a perception lies: below the least accepted, between it and the desired, at or
above the desired; desiring less than the least accepted is inconsistent (domain.md 2.3)."""


@lru_cache(maxsize=64)
def schema_of(layout: Layout) -> Schema:
    """What a cell of this version holds."""
    measured = len(measures(layout))
    shapes: dict[str, tuple[int, ...]] = {"answers": (), "measures": (3, measured)}
    shapes["flags"] = (len(FLAGS),)
    for question in layout.questions:
        shapes |= _shapes_of(question)
    for name in layout.gap_names:
        shapes[f"gap/{name}"] = moments_shape(3)
        shapes[f"signs/{name}"] = (3,)
    for name in layout.performance_names:
        shapes[f"performance/{name}"] = moments_shape(1)
    for dimension in layout.dimensions:
        shapes[f"items/{dimension}"] = moments_shape(len(_item_columns(layout, dimension)))
    shapes["circumstances"] = (len(CIRCUMSTANCES),)
    shapes["not_applicable"] = (len(layout.questions),)
    if layout.of(Kind.CASE_WEIGHT):
        shapes |= weighted_shapes(layout)
    shapes |= driver_shapes(layout)
    return Schema(shapes, head=1 + 3 * measured)


def _shapes_of(question: Question) -> dict[str, tuple[int, ...]]:
    """The blocks that one item adds by itself."""
    code, levels = question.code, question.high - question.low + 1
    shapes: dict[str, tuple[int, ...]] = {}
    if question.kind is Kind.PAIR:
        shapes[f"pair/{code}"] = (levels + 1, levels + 1)
    elif question.kind in COUNTED:
        shapes[f"histogram/{code}"] = (levels + 1,)
    elif question.kind is Kind.WEIGHT:
        shapes[f"points/{question.dimension}"] = (3,)
    elif question.kind is Kind.MULTIPLE:
        shapes[f"chosen/{code}"] = (question.options + 1,)
    elif question.kind in WIDE:
        shapes[f"number/{code}"] = moments_shape(1)
    if question.kind is Kind.ZONE:
        shapes[f"zone/{code}"] = (len(ZONES),)
        shapes[f"tolerance/{code}"] = moments_shape(3)
    return shapes


def fold(layout: Layout, schema: Schema, batch: Batch) -> Vector:
    """The cell that these answers make together. Every integer is a sum over answers."""
    alone = np.zeros(len(batch.values), np.intp)
    cell: Vector = fold_each(layout, schema, batch, Groups(alone, 1))[0]
    return cell


def fold_each(layout: Layout, schema: Schema, batch: Batch, groups: Groups) -> Vector:
    """
    The cells that groups of answers make, one row each: all in one pass.

    :raises ValueError: when an answer lies outside its scale.
    """
    plan = _plan(layout)
    given = plan.scales.read(batch.values)
    cells = groups.tally(_marks(plan, batch, given), schema.size)
    for starts, rows, kept in _sums(plan, batch, given):
        sums = groups.moments(rows, kept)
        places = starts[:, None] + np.arange(sums.shape[2])
        cells[:, places.ravel()] = sums.reshape(groups.count, places.size)
    if layout.of(Kind.CASE_WEIGHT):
        weigh(layout, schema, batch, groups, cells)
    if plan.drivers:
        schema.blocks(cells, DRIVERS)[...] = schema.blocks(cells, "answers")
    summarise(plan.terms, schema, cells)
    return cells


# --- What is where --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Scales:
    """Every byte that answers on a scale, as the columns of one matrix."""

    owners: tuple[Question, ...]  # (columns,)
    bytes: Vector
    low: Vector
    high: Vector
    turned: Vector  # 1 where the item is reverse-keyed
    first: Mapping[str, int]  # the first column of each item

    @classmethod
    def of(cls, layout: Layout) -> _Scales:
        scaled = [q for q in layout.questions if q.kind not in FOUR_BYTES]
        owners = tuple(q for q in scaled for _ in range(q.width))
        first = {q.code: owners.index(q) for q in scaled if q.width}
        rows = [
            (
                layout.columns[q.code] + column - first[q.code],
                *_SCALES.get(q.kind, (q.low, q.high)),
                q.reverse and q.kind not in _SCALES,
            )
            for column, q in enumerate(owners)
        ]
        places, low, high, turned = _table(4, rows)
        return cls(owners, places, low, high, turned, first)

    def read(self, values: Bytes) -> _Given:
        """
        What was answered, reverse-keyed items turned, and whether it was at all.

        :raises ValueError: when an answer lies outside its scale.
        """
        given = values[:, self.bytes].astype(np.int64)
        answered = given >= LOWEST
        outside = answered & ((given < self.low) | (given > self.high))
        if outside.any():
            owner = self.owners[int(np.argmax(outside.any(axis=0)))]
            raise ValueError(f"an answer to {owner.code} lies outside its scale")
        return np.where(self.turned == 1, self.low + self.high - given, given), answered

    def of_side(self, question: Question, side: int) -> int:
        """The column of one side of an item, as ``keyed`` counts sides."""
        return self.first[question.code] + (question.perceived_at if side else 0)


_Given = tuple[NDArray[np.int64], Mask]
_SCALES = {Kind.WEIGHT: (0, POINTS), Kind.MULTIPLE: (0, 1)}


@dataclass(frozen=True, slots=True, eq=False)
class _Drivers:
    """Where the parts of the joint moments come from, and where they go."""

    starts: Vector  # (outcomes,)
    outcomes: Vector  # (outcomes,) columns
    items: Vector  # (p,) columns of the predictors, where these are items
    dimensions: Vector  # (p,) composites, where they are dimensions

    @classmethod
    def of(cls, layout: Layout, schema: Schema, scales: _Scales) -> _Drivers:
        asked = {f"item:{question.code}": question for question in layout.rated}
        names = [name.replace("/", ":") for name in layout.performance_names]
        scored, first = predictors(layout), 3 * len(layout.gap_names)
        places = [schema.start(block_of(q.code)) for q in outcomes(layout)]
        columns = [scales.of_side(q, 1) for q in outcomes(layout)]
        items = [scales.of_side(asked[name], 1) for name in scored if name in asked]
        dimensions = [first + names.index(name) for name in scored if name in names]
        found = (places, columns, items, dimensions)
        return cls(*(np.array(each, np.int64) for each in found))

    def rows(self, batch: Batch, given: _Given) -> tuple[NDArray[np.int64], Mask]:
        """(n, outcomes, p + 1): predictors, then the outcome; and who has them all."""
        turned, answered = given
        scores = batch.composites[:, self.dimensions].astype(np.int64)
        # One of the two has no columns.
        parts = np.concatenate((turned[:, self.items], scores), axis=1)
        whole = answered[:, self.items].all(axis=1) & (scores != UNUSABLE).all(axis=1)
        each = np.repeat(parts[:, None], len(self.outcomes), axis=1)
        rows = np.concatenate((each, turned[:, self.outcomes, None]), axis=2)
        return rows, whole[:, None] & answered[:, self.outcomes]


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Where in a cell everything is counted: for each item its first place there."""

    layout: Layout
    scales: _Scales
    pairs: Vector  # (3, items): first column, the side of the table, first place
    counted: Vector  # (2, items): column, first place
    options: Vector  # (2, options): column, place
    choices: tuple[tuple[int, int, int], ...]  # first and last column, place of any
    zones: Vector  # (2, items): first column, first place
    tolerances: Vector  # (2, items): first column, first place
    points: Vector  # (2, items): column, first place
    narrow: Vector  # (2, items): column, place among all items
    dimensions: tuple[tuple[Vector, Vector], ...]  # first places, columns (blocks, k)
    drivers: _Drivers | None
    terms: Terms  # what the measures are made of
    start: Callable[[str], int]  # where a block begins


@lru_cache(maxsize=64)
def _plan(layout: Layout) -> _Plan:
    schema, scales = schema_of(layout), _Scales.of(layout)
    column, start = scales.first, schema.start
    choices = [(q, start(f"chosen/{q.code}")) for q in layout.of(Kind.MULTIPLE)]
    narrow = [(at, q) for at, q in enumerate(layout.questions) if q.code in column]
    weights, zones = layout.of(Kind.WEIGHT), layout.of(Kind.ZONE)
    pairs = [(q, start(f"pair/{q.code}")) for q in layout.of(Kind.PAIR)]
    counted = [(q, start(f"histogram/{q.code}")) for q in layout.of(*COUNTED)]
    return _Plan(
        layout,
        scales,
        _table(3, [(column[q.code], q.high - q.low + 2, at) for q, at in pairs]),
        _table(2, [(scales.of_side(q, 1), at) for q, at in counted]),
        _table(
            2, [(column[q.code] + n, at + n) for q, at in choices for n in range(q.options)]
        ),
        tuple((n := column[q.code], n + q.options, at + q.options) for q, at in choices),
        _table(2, [(column[q.code], start(f"zone/{q.code}")) for q in zones]),
        _table(2, [(column[q.code], start(f"tolerance/{q.code}")) for q in zones]),
        _table(2, [(column[q.code], start(f"points/{q.dimension}")) for q in weights]),
        _table(2, [(scales.of_side(q, 1), at) for at, q in narrow]),
        tuple(_dimensions(layout, schema, scales)),
        _Drivers.of(layout, schema, scales) if outcomes(layout) else None,
        terms_of(layout, schema),
        schema.start,
    )


def _table(width: int, rows: Iterable[tuple[int, ...]]) -> Vector:
    """Facts about some items, a row for each fact."""
    return np.array(list(rows), np.int64).reshape(-1, width).T


def _dimensions(
    layout: Layout, schema: Schema, scales: _Scales
) -> Iterator[tuple[Vector, Vector]]:
    """The dimensions that ask equally much, together."""
    alike: dict[int, list[tuple[int, list[int]]]] = {}
    for dimension in layout.dimensions:
        columns = [scales.of_side(q, side) for q, side in _item_columns(layout, dimension)]
        there = schema.start(f"items/{dimension}")
        alike.setdefault(len(columns), []).append((there, columns))
    for blocks in alike.values():
        starts, columns_of = zip(*blocks, strict=True)
        yield np.array(starts, np.int64), np.array(columns_of, np.int64)


# --- What is counted ------------------------------------------------------------------


def _marks(
    plan: _Plan, batch: Batch, given: _Given
) -> Iterator[tuple[Vector, Mask | None]]:
    """The places that each answer raises by one: (n, k), and which of them it does."""
    (turned, answered), scales, start = given, plan.scales, plan.start
    n = len(turned)
    yield np.full((n, 1), start("answers"), np.int64), None
    bits = np.arange(len(FLAGS) + len(CIRCUMSTANCES))
    places = np.where(
        bits < len(FLAGS), start("flags") + bits, start("circumstances") + bits - len(FLAGS)
    )
    yield np.tile(places, (n, 1)), (batch.flags[:, None] >> bits & 1).astype(np.bool_)

    unanswered = scales.high - scales.low + 1
    codes = np.where(answered, turned - scales.low, unanswered)
    column, side, first = plan.pairs
    yield first + codes[:, column] * side + codes[:, column + 1], None
    column, first = plan.counted
    yield first + codes[:, column], None
    column, first = plan.options
    yield np.tile(first, (n, 1)), answered[:, column] & (turned[:, column] == 1)
    for begin, end, place in plan.choices:
        yield np.full((n, 1), place, np.int64), _any(answered[:, begin:end])
    column, first = plan.zones
    yield first + _zone_of(turned, answered, column), None
    yield from _signs(plan, batch)
    column, place = plan.narrow
    without = batch.values[:, scales.bytes[column]] == NOT_APPLICABLE
    yield np.tile(start("not_applicable") + place, (n, 1)), without
    for place, question in enumerate(plan.layout.questions):
        if question.kind in FOUR_BYTES:
            without = not_applicable(plan.layout, batch.values, question)[:, None]
            yield np.full((n, 1), start("not_applicable") + place, np.int64), without


def _any(answered: Mask) -> Mask:
    return np.asarray(answered.any(axis=1, keepdims=True))


def _zone_of(turned: Vector, answered: Mask, column: Vector) -> Vector:
    """Where each perception lies, as its index in ``ZONES``: (n, items)."""
    least, desired, perceived = (turned[:, column + byte] for byte in range(3))
    return np.select(
        [
            ~_complete(answered, column),
            desired < least,
            perceived < least,
            perceived < desired,
        ],
        [ZONES.index(z) for z in ("unanswered", "inconsistent", "below", "inside")],
        ZONES.index("above"),
    ).astype(np.int64)


def _complete(answered: Mask, column: Vector) -> Mask:
    """Whose three answers are all there, (n, items)."""
    return np.asarray(answered[:, column[:, None] + np.arange(3)].all(axis=2))


def _signs(plan: _Plan, batch: Batch) -> Iterator[tuple[Vector, Mask]]:
    """A shortfall, none (within ±0.1 of a scale point), or a surplus: 0, 1, 2."""
    names = plan.layout.gap_names
    gaps = batch.composites[:, 2 : 3 * len(names) : 3].astype(np.int64)
    first = np.array([plan.start(f"signs/{name}") for name in names], np.int64)
    tenfold = 10 * gaps
    sign = 1 + (tenfold > scores.SCALE).astype(np.int64) - (tenfold < -scores.SCALE)
    yield first + sign, gaps != UNUSABLE


def _sums(
    plan: _Plan, batch: Batch, given: _Given
) -> Iterator[tuple[Vector, NDArray[np.int64], Mask]]:
    """What is summed with its squares and products: first places, rows, which count."""
    (turned, answered), layout, start = given, plan.layout, plan.start
    wide = batch.composites.astype(np.int64)
    gaps = 3 * len(layout.gap_names)
    triples = wide[:, :gaps].reshape(len(wide), gaps // 3, 3)
    starts = [start(f"gap/{name}") for name in layout.gap_names]
    yield np.array(starts, np.int64), triples, triples[:, :, 2] != UNUSABLE
    starts = [start(f"performance/{name}") for name in layout.performance_names]
    yield np.array(starts, np.int64), wide[:, gaps:, None], wide[:, gaps:] != UNUSABLE
    column, first = plan.points
    yield first, turned[:, column, None], answered[:, column]
    for question in layout.of(*WIDE):
        found = numbers(layout, batch.values, question)[:, None]
        place = np.array([start(f"number/{question.code}")], np.int64)
        yield place, found[:, :, None], found != NO_NUMBER
    column, first = plan.tolerances
    rows = turned[:, column[:, None] + np.arange(3)]
    yield first, rows, _complete(answered, column) & (rows[:, :, 1] >= rows[:, :, 0])
    for first, columns in plan.dimensions:
        yield first, turned[:, columns], np.asarray(answered[:, columns].all(axis=2))
    if plan.drivers:
        yield plan.drivers.starts, *plan.drivers.rows(batch, given)


def _item_columns(layout: Layout, dimension: str) -> tuple[tuple[Question, int], ...]:
    """The (question, side) columns of a dimension: expectations first, then perceptions."""
    rated = [q for q in layout.rated if q.dimension == dimension]
    pairs = [(q, 0) for q in rated if q.kind is Kind.PAIR]
    return (*pairs, *((q, 1) for q in rated))
