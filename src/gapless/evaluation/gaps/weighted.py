"""Weighted numbers of a cell whose answers stand for a number of people. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

from gapless.analytics.answers import Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.summaries import DETRACTOR, PROMOTER
from gapless.analytics.weights import read_count, read_sums
from gapless_stats.errors import TooFew
from gapless_stats.scores import SCALE
from gapless_stats.weighting import (
    WeightedCount,
    WeightedMean,
    WeightedNetScore,
    WeightedSums,
    weighted_mean,
    weighted_net_score,
)

from .report import Level, Target

GAP = 2
"""Of a pair the weighted variables are expectation, perception and gap."""

_NOBODY = WeightedCount(0, 0, 0)


def everybody(schema: Schema, cell: Vector) -> WeightedCount | None:
    """How many answers have a weight, and how much; None where the form has none."""
    return read_count(schema.block(cell, "weight")) if "weight" in schema.shapes else None


def weighted_at(
    layout: Layout, schema: Schema, cell: Vector, target: Target
) -> WeightedMean | WeightedNetScore | None:
    """
    The weighted number beside the number of ``target``: a gap where there is one, else a
    mean, of a recommendation its net score. None where nothing is weighted.
    """
    if "weight" not in schema.shapes:
        return None
    try:
        if target.level is Level.ITEM:
            question = next((q for q in layout.questions if q.code == target.code), None)
            return _of_item(schema, cell, question) if question else None
        return weighted_mean(_composite(layout, schema, cell, target))
    except (TooFew, LookupError):
        return None


def _composite(
    layout: Layout, schema: Schema, cell: Vector, target: Target
) -> WeightedSums:
    """:raises LookupError: when the form has no such composite."""
    dimension = target.level is Level.DIMENSION
    name = f"dimension/{target.code}" if dimension else target.level.value
    if name in layout.gap_names:
        block = schema.block(cell, f"weighted/gap/{name}")
        return read_sums(block[GAP], scale=SCALE)
    block = schema.block(cell, f"weighted/performance/{name}")
    return read_sums(block[0], scale=SCALE)


def _of_item(
    schema: Schema, cell: Vector, question: Question
) -> WeightedMean | WeightedNetScore:
    block = schema.block(cell, f"weighted/item:{question.code}")
    if question.kind is Kind.PAIR:
        return weighted_mean(read_sums(block[GAP]))
    counts = {question.low + place: read_count(row) for place, row in enumerate(block)}
    if question.kind is Kind.NPS:
        return weighted_net_score(
            _together(count for point, count in counts.items() if point >= PROMOTER),
            _together(count for point, count in counts.items() if point <= DETRACTOR),
            _together(counts.values()),
        )
    return weighted_mean(_sums(counts))


def _together(counts: Iterable[WeightedCount]) -> WeightedCount:
    return reduce(add, counts, _NOBODY)


def _sums(counts: dict[int, WeightedCount]) -> WeightedSums:
    """A histogram says all that a weighted mean needs to know."""
    points = counts.items()
    return WeightedSums(
        n=sum(count.n for _, count in points),
        w=sum(count.w for _, count in points),
        w2=sum(count.w2 for _, count in points),
        wx=sum(count.w * x for x, count in points),
        wx2=sum(count.w * x * x for x, count in points),
        w2x=sum(count.w2 * x for x, count in points),
        w2x2=sum(count.w2 * x * x for x, count in points),
    )
