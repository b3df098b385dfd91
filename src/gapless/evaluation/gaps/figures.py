"""What a form asks beside its rated items: satisfaction, effort, recommendation. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gapless.analytics.answers import Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.summaries import DETRACTOR, PROMOTER
from gapless_stats.intervals import Mean, NetScore, mean_of_sums, net_score
from gapless_stats.tables import Histogram

from .report import Level, Target


@dataclass(frozen=True, slots=True)
class Figure:
    """One of them: a mean, of a recommendation also the net score."""

    target: Target
    n: int
    mean: Mean | None
    net: NetScore | None = None
    withheld: bool = False


BLANK: Mapping[str, Any] = {"mean": None, "net": None, "withheld": True}


def figures(layout: Layout, schema: Schema, cell: Vector) -> Iterator[Figure]:
    """In form order, unrounded, without display threshold."""
    for question in layout.of(Kind.OVERALL, Kind.NPS, Kind.EXPECTATION):
        counts = schema.block(cell, f"histogram/{question.code}")
        given = Histogram(question.low, question.high, counts[:-1], int(counts[-1]))
        if given.n:
            target = Target(Level.ITEM, question.code)
            mean = mean_of_sums(given.sums())
            yield Figure(target, given.n, mean, _net(question, given))


def _net(question: Question, given: Histogram) -> NetScore | None:
    if question.kind is not Kind.NPS:
        return None
    promoters = int(given.counts[given.values >= PROMOTER].sum())
    detractors = int(given.counts[given.values <= DETRACTOR].sum())
    return net_score(promoters, detractors, given.n)
