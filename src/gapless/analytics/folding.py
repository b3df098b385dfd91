"""
From stored answers to cells: the schema of a version's cells, and the fold.

``fold_each`` turns any batch of answers into the cells they make; folding out is its
negative. Every integer is a sum over answers, so cells add in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gapless.analytics.answers import (
    CIRCUMSTANCES,
    COUNTED,
    FLAGS,
    LOWEST,
    NO_NUMBER,
    UNUSABLE,
    Batch,
    Bytes,
    Composites,
    Kind,
    Layout,
    Mask,
    Question,
    keyed,
    numbers,
)
from gapless.analytics.cells import Schema, Vector
from gapless_stats import scores
from gapless_stats.moments import Moments

ZONES = ("below", "inside", "above", "inconsistent", "unanswered")
"""Where a perception lies: below the least accepted, between it and the desired, at or
above the desired; desiring less than the least accepted is inconsistent (domain.md 2.3)."""


def schema_of(layout: Layout) -> Schema:
    """What a cell of this version holds."""
    shapes: dict[str, tuple[int, ...]] = {"answers": (), "flags": (len(FLAGS),)}
    for question in layout.questions:
        shapes |= _shapes_of(question)
    for name in layout.gap_names:
        shapes[f"gap/{name}"] = _moments_shape(3)
        shapes[f"signs/{name}"] = (3,)
    for name in layout.performance_names:
        shapes[f"performance/{name}"] = _moments_shape(1)
    for dimension in layout.dimensions:
        shapes[f"items/{dimension}"] = _moments_shape(len(_item_columns(layout, dimension)))
    # Last, because it came last: what was folded before it keeps its places.
    shapes["circumstances"] = (len(CIRCUMSTANCES),)
    return Schema(shapes)


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
    elif question.kind in (Kind.NUMBER, Kind.DATE):
        shapes[f"number/{code}"] = _moments_shape(1)
    if question.kind is Kind.ZONE:
        shapes[f"zone/{code}"] = (len(ZONES),)
        shapes[f"tolerance/{code}"] = _moments_shape(3)
    return shapes


def fold(layout: Layout, schema: Schema, batch: Batch) -> Vector:
    """The cell that these answers make together. Every integer is a sum over answers."""
    alone = np.zeros(len(batch.values), np.intp)
    cell: Vector = fold_each(layout, schema, batch, Groups(alone, 1))[0]
    return cell


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which of ``count`` cells each of n answers belongs to."""

    of: NDArray[np.intp]  # (n,)
    count: int

    def tally(self, codes: NDArray[np.int64], levels: int) -> Vector:
        """How often each of ``levels`` codes occurs in each group, (count, levels)."""
        flat = np.bincount(self.of * levels + codes, minlength=self.count * levels)
        return flat.astype(np.int64).reshape(self.count, levels)

    def moments(self, rows: NDArray[np.int64], kept: Mask | None = None) -> Vector:
        """The moments of each group's rows, as ``write_moments`` writes them."""
        of = self.of if kept is None else self.of[kept]
        left, right = _upper_triangle(rows.shape[1])
        ones = np.ones((len(rows), 1), np.int64)
        terms = np.hstack((ones, rows, rows[:, left] * rows[:, right]))
        sums = np.zeros((self.count, terms.shape[1]), np.int64)
        if len(rows):
            order = np.argsort(of, kind="stable")
            present, starts = np.unique(of[order], return_index=True)
            sums[present] = np.add.reduceat(terms[order], starts, axis=0)
        return sums


def fold_each(layout: Layout, schema: Schema, batch: Batch, groups: Groups) -> Vector:
    """The cells that groups of answers make, one row each: all in one pass."""
    cells = np.zeros((groups.count, schema.size), np.int64)
    nothing = np.zeros(len(batch.values), np.int64)
    schema.blocks(cells, "answers")[...] = groups.tally(nothing, 1)[:, 0]
    for place in range(len(FLAGS)):
        schema.blocks(cells, "flags")[:, place] = _raised(batch, groups, place)
    for place in range(len(CIRCUMSTANCES)):
        raised = _raised(batch, groups, len(FLAGS) + place)
        schema.blocks(cells, "circumstances")[:, place] = raised
    for question in layout.questions:
        _count(layout, schema, cells, batch.values, (question, groups))
    _fold_composites(layout, schema, cells, batch.composites, groups)
    for dimension in layout.dimensions:
        rows, complete = _complete_rows(layout, batch.values, dimension)
        schema.blocks(cells, f"items/{dimension}")[...] = groups.moments(rows, complete)
    return cells


def _raised(batch: Batch, groups: Groups, bit: int) -> Vector:
    """How many answers of each group have a flag."""
    return groups.tally((batch.flags >> bit & 1).astype(np.int64), 2)[:, 1]


def _count(
    layout: Layout,
    schema: Schema,
    cells: Vector,
    values: Bytes,
    counted: tuple[Question, Groups],
) -> None:
    question, groups = counted
    if question.kind is Kind.PAIR:
        side = question.high - question.low + 2
        rows, columns = (_codes(layout, values, question, side=at) for at in (0, 1))
        tables = groups.tally(rows * side + columns, side * side)
        block = schema.blocks(cells, f"pair/{question.code}")
        block[...] = tables.reshape(block.shape)
    elif question.kind in COUNTED:
        codes = _codes(layout, values, question, side=1)
        levels = question.high - question.low + 2
        schema.blocks(cells, f"histogram/{question.code}")[...] = groups.tally(
            codes, levels
        )
    elif question.kind is Kind.MULTIPLE:
        _count_chosen(layout, schema, cells, values, counted)
    elif question.kind in (Kind.NUMBER, Kind.DATE):
        found = numbers(layout, values, question)
        given = found != NO_NUMBER
        block = schema.blocks(cells, f"number/{question.code}")
        block[...] = groups.moments(found[given][:, None], given)
    elif question.kind is Kind.WEIGHT:
        points = values[:, layout.columns[question.code]].astype(np.int64)
        given = points >= 0
        block = schema.blocks(cells, f"points/{question.dimension}")
        block[...] = groups.moments(points[given][:, None], given)
    if question.kind is Kind.ZONE:
        _count_zone(layout, schema, cells, values, counted)


def _count_chosen(
    layout: Layout,
    schema: Schema,
    cells: Vector,
    values: Bytes,
    counted: tuple[Question, Groups],
) -> None:
    """How often each option was chosen, and by how many people any was answered."""
    question, groups = counted
    first = layout.columns[question.code]
    given = values[:, first : first + question.options].astype(np.int64)
    block = schema.blocks(cells, f"chosen/{question.code}")
    for option in range(question.options):
        block[:, option] = groups.tally((given[:, option] == 1).astype(np.int64), 2)[:, 1]
    answered: Vector = np.asarray((given >= 0).any(axis=1), np.int64)
    block[:, question.options] = groups.tally(answered, 2)[:, 1]


def _count_zone(
    layout: Layout,
    schema: Schema,
    cells: Vector,
    values: Bytes,
    counted: tuple[Question, Groups],
) -> None:
    """Where perceptions lie, and the moments of the triples that make sense."""
    question, groups = counted
    first = layout.columns[question.code]
    triples = values[:, first : first + 3].astype(np.int64)
    complete = (triples >= LOWEST).all(axis=1)
    least, desired, perceived = triples.T
    zone = np.select(
        [~complete, desired < least, perceived < least, perceived < desired],
        [ZONES.index(z) for z in ("unanswered", "inconsistent", "below", "inside")],
        ZONES.index("above"),
    ).astype(np.int64)
    schema.blocks(cells, f"zone/{question.code}")[...] = groups.tally(zone, len(ZONES))
    sound = complete & (desired >= least)
    block = schema.blocks(cells, f"tolerance/{question.code}")
    block[...] = groups.moments(triples[sound], sound)


def _codes(
    layout: Layout, values: Bytes, question: Question, *, side: int
) -> NDArray[np.int64]:
    """
    Each answer as its index on the scale; the index after the last is unanswered.

    :raises ValueError: when an answer lies outside the scale.
    """
    turned, answered = keyed(layout, values, (question,), side=side)
    outside = answered & ((turned < question.low) | (turned > question.high))
    if outside.any():
        raise ValueError(f"an answer to {question.code} lies outside its scale")
    unanswered = question.high - question.low + 1
    codes: NDArray[np.int64] = np.where(answered, turned - question.low, unanswered)
    return codes[:, 0]


def _fold_composites(
    layout: Layout, schema: Schema, cells: Vector, composites: Composites, groups: Groups
) -> None:
    wide = composites.astype(np.int64)
    for place, name in enumerate(layout.gap_names):
        usable = composites[:, 3 * place + 2] != UNUSABLE
        triples = wide[usable, 3 * place : 3 * place + 3]
        schema.blocks(cells, f"gap/{name}")[...] = groups.moments(triples, usable)
        within = Groups(groups.of[usable], groups.count)
        schema.blocks(cells, f"signs/{name}")[...] = within.tally(_sign(triples[:, 2]), 3)
    start = 3 * len(layout.gap_names)
    for place, name in enumerate(layout.performance_names, start):
        usable = composites[:, place] != UNUSABLE
        alone = groups.moments(wide[usable][:, [place]], usable)
        schema.blocks(cells, f"performance/{name}")[...] = alone


def _sign(gaps: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 for a shortfall, 1 for none (within ±0.1 of a scale point), 2 for a surplus."""
    tenfold = 10 * gaps
    return 1 + (tenfold > scores.SCALE).astype(np.int64) - (tenfold < -scores.SCALE)


def _item_columns(layout: Layout, dimension: str) -> tuple[tuple[Question, int], ...]:
    """The (question, side) columns of a dimension: expectations first, then perceptions."""
    rated = [q for q in layout.rated if q.dimension == dimension]
    pairs = [(q, 0) for q in rated if q.kind is Kind.PAIR]
    return (*pairs, *((q, 1) for q in rated))


def _complete_rows(
    layout: Layout, values: Bytes, dimension: str
) -> tuple[NDArray[np.int64], Mask]:
    """The rows of those who answered everything the dimension asks, and who they are."""
    sides = [
        keyed(layout, values, (question,), side=side)
        for question, side in _item_columns(layout, dimension)
    ]
    complete: Mask = np.logical_and.reduce([answered[:, 0] for _, answered in sides])
    return np.column_stack([given[complete, 0] for given, _ in sides]), complete


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
