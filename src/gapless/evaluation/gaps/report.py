"""From a cell to the gap report. Pure: a function of the layout and a vector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from gapless.analytics.answers import CIRCUMSTANCES, FLAGS, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.folding import schema_of
from gapless.analytics.grouping import read_moments
from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.gaps import (
    Gap,
    GapSums,
    SignedRank,
    benjamini_hochberg,
    gap_of_pairs,
    gap_of_sums,
    wilcoxon_signed_rank,
)
from gapless_stats.intervals import Interval, Mean, mean_of_sums
from gapless_stats.moments import Moments, Sums
from gapless_stats.reliability import cronbach_alpha, difference_reliability, feldt_interval
from gapless_stats.scores import SCALE
from gapless_stats.tables import Histogram, PairTable


class Level(StrEnum):
    OVERALL = "overall"  # the mean of the dimensions, each counting the same
    BY_ITEM = "by_item"  # the mean of all items
    WEIGHTED = "weighted"  # the dimensions by each customer's own points
    DIMENSION = "dimension"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with Feldt's interval, over those who answered every item."""

    alpha: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class ItemGap:
    """One item. ``gap`` and ``table`` are None where only perceptions are asked."""

    code: str
    dimension: str
    perception: Mean
    perceived: Histogram | None = None
    table: PairTable | None = None
    gap: Gap | None = None
    signed_rank: SignedRank | None = None
    # Of the paired t test: false discovery rate over the items of the report that have one.
    q_value: float | None = None


@dataclass(frozen=True, slots=True)
class DimensionGap:
    code: str
    performance: Mean  # SERVPERF: perception alone, whoever answered half the items
    gap: Gap | None = None
    alpha_expectation: Reliability | None = None
    alpha_perception: Reliability | None = None
    alpha_gap: Reliability | None = None
    difference_reliability: float | None = None
    weight: Mean | None = None  # importance points out of 100


@dataclass(frozen=True, slots=True)
class GapReport:
    """Everything that one cell says about gap 5."""

    answers: int
    flagged: dict[str, int]
    items: tuple[ItemGap, ...]
    dimensions: tuple[DimensionGap, ...]
    overall: Gap | None
    by_item: Gap | None
    weighted: Gap | None
    performance: Mean | None  # SERVPERF over the dimensions
    expectation: Mean | None = None  # the two sides of ``overall``, each by itself
    perception: Mean | None = None

    @property
    def tested(self) -> int:
        """How many items the q values stand for."""
        return sum(item.q_value is not None for item in self.items)

    def item(self, code: str) -> ItemGap | None:
        return next((item for item in self.items if item.code == code), None)

    def dimension(self, code: str) -> DimensionGap | None:
        return next((d for d in self.dimensions if d.code == code), None)


def report(layout: Layout, cell: Vector) -> GapReport:
    """The gap report of a cell, unrounded, without display threshold."""
    schema = schema_of(layout)
    flags = np.concatenate(
        (schema.block(cell, "flags"), schema.block(cell, "circumstances"))
    )
    return GapReport(
        answers=int(schema.block(cell, "answers")),
        flagged=dict(zip((*FLAGS, *CIRCUMSTANCES), flags.tolist(), strict=True)),
        items=with_q_values([_item(schema, cell, q) for q in layout.rated]),
        dimensions=tuple(_dimension(layout, schema, cell, d) for d in layout.dimensions),
        overall=_composite(layout, schema, cell, "overall"),
        by_item=_composite(layout, schema, cell, "by_item"),
        weighted=_composite(layout, schema, cell, "weighted"),
        performance=_performance(layout, schema, cell, "overall"),
        expectation=_side(layout, schema, cell, 0),
        perception=_side(layout, schema, cell, 1),
    )


def _item(schema: Schema, cell: Vector, question: Question) -> ItemGap:
    low, high = question.low, question.high
    if question.kind is not Kind.PAIR:
        counts = schema.block(cell, f"histogram/{question.code}")
        perceived = Histogram(low, high, counts[:-1], int(counts[-1]))
        mean = mean_of_sums(perceived.sums())
        return ItemGap(question.code, question.dimension, mean, perceived)
    table = _table(schema, cell, question)
    perceived = table.perception_histogram
    return ItemGap(
        question.code,
        question.dimension,
        mean_of_sums(perceived.sums()),
        perceived,
        table=table,
        gap=gap_of_pairs(table),
        signed_rank=_signed_rank(table.difference_histogram),
    )


def _signed_rank(differences: Histogram) -> SignedRank | None:
    try:
        return wilcoxon_signed_rank(
            differences.values.tolist(), differences.counts.tolist()
        )
    except (TooFew, NoVariance):
        return None


def with_q_values(items: Iterable[ItemGap]) -> tuple[ItemGap, ...]:
    """The items, each p value adjusted for how many of them there are (domain.md 4.11)."""
    items = tuple(items)
    p_values = {
        item.code: item.gap.p_value
        for item in items
        if item.gap and item.gap.p_value is not None
    }
    q_values = benjamini_hochberg(list(p_values.values())).tolist()
    found = dict(zip(p_values, q_values, strict=True))
    return tuple(replace(item, q_value=found.get(item.code)) for item in items)


def _dimension(layout: Layout, schema: Schema, cell: Vector, code: str) -> DimensionGap:
    kinds = [q.kind for q in layout.rated if q.dimension == code]
    pairs = kinds.count(Kind.PAIR)
    # Expectations of the pairs, then perceptions of all items in form order.
    answered = read_moments(schema.block(cell, f"items/{code}"), pairs + len(kinds))
    performance = _performance(layout, schema, cell, f"dimension/{code}")
    found = DimensionGap(
        code,
        performance=performance or mean_of_sums(Sums(0, 0, 0)),
        alpha_perception=_alpha(answered.select(range(pairs, pairs + len(kinds)))),
        weight=_weight(schema, cell, code),
    )
    if not pairs:
        return found
    # Items that ask for perception alone have no part in what follows.
    paired = [pairs + place for place, kind in enumerate(kinds) if kind is Kind.PAIR]
    both = answered.select([*range(pairs), *paired])
    signs = np.hstack([-np.eye(pairs, dtype=np.int64), np.eye(pairs, dtype=np.int64)])
    expectation = _alpha(both.select(range(pairs)))
    return replace(
        found,
        gap=_composite(layout, schema, cell, f"dimension/{code}"),
        alpha_expectation=expectation,
        alpha_gap=_alpha(both.through(signs)),
        difference_reliability=_difference_reliability(
            read_moments(schema.block(cell, f"gap/dimension/{code}"), 3),
            expectation,
            _alpha(answered.select(paired)),
        ),
    )


def _alpha(moments: Moments) -> Reliability | None:
    try:
        alpha = cronbach_alpha(moments)
    except (TooFew, NoVariance):
        return None
    interval = feldt_interval(alpha.value, n=alpha.n, k=alpha.items)
    return Reliability(alpha.value, interval, alpha.n)


def _difference_reliability(
    scores: Moments, expectation: Reliability | None, perception: Reliability | None
) -> float | None:
    if not expectation or not perception:
        return None
    try:
        return difference_reliability(
            scores.select([0, 1]),
            expectation_alpha=expectation.alpha,
            perception_alpha=perception.alpha,
        )
    except (TooFew, NoVariance):
        return None


def _composite(layout: Layout, schema: Schema, cell: Vector, name: str) -> Gap | None:
    if name not in layout.gap_names:
        return None
    return gap_of_sums(_composite_sums(schema, cell, name))


@dataclass(frozen=True, slots=True)
class Target:
    """What a number is about: an item, a dimension, or one of the overall composites."""

    level: Level
    code: str = ""

    def __str__(self) -> str:
        return f"{self.level.value}:{self.code}" if self.code else self.level.value

    @classmethod
    def parse(cls, text: str) -> Target:
        """:raises ValueError: when the text names no level."""
        level, _, code = text.partition(":")
        return cls(Level(level), code)


def _composite_sums(schema: Schema, cell: Vector, name: str) -> GapSums:
    moments = read_moments(schema.block(cell, f"gap/{name}"), 3)
    negative, zero, positive = schema.block(cell, f"signs/{name}").tolist()
    expectation, perception, gap = moments.total.tolist()
    return GapSums(
        n=moments.n,
        expectation_sum=expectation,
        perception_sum=perception,
        gap_sum=gap,
        gap_squares=int(moments.cross[2, 2]),
        negative=negative,
        zero=zero,
        positive=positive,
        scale=SCALE,
    )


def _table(schema: Schema, cell: Vector, question: Question) -> PairTable:
    counts = schema.block(cell, f"pair/{question.code}")
    return PairTable(question.low, question.high, counts)


def _side(layout: Layout, schema: Schema, cell: Vector, side: int) -> Mean | None:
    """The mean expectation (0) or perception (1) behind the overall gap."""
    if "overall" not in layout.gap_names:
        return None
    moments = read_moments(schema.block(cell, "gap/overall"), 3)
    total, squares = int(moments.total[side]), int(moments.cross[side, side])
    return mean_of_sums(Sums(moments.n, total, squares, SCALE))


def _performance(layout: Layout, schema: Schema, cell: Vector, name: str) -> Mean | None:
    if name not in layout.performance_names:
        return None
    moments = read_moments(schema.block(cell, f"performance/{name}"), 1)
    return mean_of_sums(
        Sums(moments.n, int(moments.total[0]), int(moments.cross[0, 0]), SCALE)
    )


def _weight(schema: Schema, cell: Vector, dimension: str) -> Mean | None:
    if f"points/{dimension}" not in schema.shapes:
        return None
    moments = read_moments(schema.block(cell, f"points/{dimension}"), 1)
    return mean_of_sums(Sums(moments.n, int(moments.total[0]), int(moments.cross[0, 0])))
