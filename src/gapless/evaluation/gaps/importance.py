"""
What is important and weak: from a cell to the importance–performance map. Pure.

What may not be shown is left out before anything is computed, so that it is not felt in
the crosshair either. Derived importance is not offered: cells keep how items go together
within a dimension, but not how they go with overall satisfaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gapless.analytics.answers import POINTS, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.grouping import read_moments
from gapless_stats.errors import TooFew
from gapless_stats.importance import (
    Crosshair,
    ImportanceMap,
    Point,
    expectation_against_gap,
    importance_performance_of_pairs,
    importance_performance_of_sums,
)
from gapless_stats.intervals import Mean, mean_of_sums
from gapless_stats.moments import Moments, Sums
from gapless_stats.scores import SCALE
from gapless_stats.tables import PairTable

from .report import Level, Target

FEWEST = 2
"""Of fewer there is no map: a single one lies on its own crosshair."""

MayShow = Callable[[Target, int], bool]


class Importance(StrEnum):
    """What says how important something is."""

    EXPECTATION = "expectation"  # items, by what is expected of them
    POINTS = "points"  # dimensions, by the points that customers divide among them


class Performance(StrEnum):
    PERCEPTION = "perception"
    GAP = "gap"


class Cross(StrEnum):
    """Where the axes cross."""

    MEANS = "means"
    MIDDLE = "middle"  # of the scale; of importance points, an equal share
    ZERO = "zero"  # of the gap; importance at its mean


@dataclass(frozen=True, slots=True)
class Asked:
    """Which map."""

    importance: Importance
    performance: Performance = Performance.PERCEPTION
    cross: Cross = Cross.MEANS


@dataclass(frozen=True, slots=True)
class Spot:
    """One item or dimension on the map."""

    target: Target
    importance: Mean
    performance: Mean
    point: Point

    @property
    def n(self) -> int:
        """On how many answers the weaker side rests."""
        return min(self.importance.n, self.performance.n)


@dataclass(frozen=True, slots=True)
class Placed:
    """A map as it may be shown; without ``whole`` there are too few spots for one."""

    asked: Asked
    spots: tuple[Spot, ...]
    whole: ImportanceMap | None
    withheld: int  # there are answers, but too few
    silent: int  # nobody answered
    elsewhere: int  # asked on another scale than most


def importances(layout: Layout) -> tuple[Importance, ...]:
    """What of importance the form asks."""
    offered = {
        Importance.EXPECTATION: _pairs(layout),
        Importance.POINTS: _weighed(layout, Performance.PERCEPTION),
    }
    return tuple(each for each, there in offered.items() if len(there) >= FEWEST)


def performances(layout: Layout, importance: Importance) -> tuple[Performance, ...]:
    if importance is Importance.EXPECTATION:
        return tuple(Performance)
    by_gap = len(_weighed(layout, Performance.GAP)) >= FEWEST
    return tuple(Performance) if by_gap else (Performance.PERCEPTION,)


def crosses(performance: Performance) -> tuple[Cross, ...]:
    """Where the axes may cross, the usual place first."""
    if performance is Performance.GAP:
        return Cross.ZERO, Cross.MEANS
    return Cross.MEANS, Cross.MIDDLE


def placed(
    layout: Layout, schema: Schema, cell: Vector, asked: Asked, may_show: MayShow
) -> Placed:
    """The map of a cell, of what ``may_show`` lets through."""
    find = _of_pairs if asked.importance is Importance.EXPECTATION else _of_points
    every = list(find(layout, schema, cell, asked.performance))
    answered = [each for each in every if each.n]
    shown = [e for e in answered if e.n >= FEWEST and may_show(e.target, e.n)]
    whole = _mapped(layout, asked, shown)
    return Placed(
        asked,
        tuple(
            Spot(e.target, mean_of_sums(e.importance), mean_of_sums(e.performance), point)
            for e, point in zip(shown, whole.points if whole else (), strict=bool(whole))
        ),
        whole,
        withheld=len(answered) - len(shown),
        silent=len(every) - len(answered),
        elsewhere=_elsewhere(layout) if find is _of_pairs else 0,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Summed:
    target: Target
    importance: Sums
    performance: Sums
    joint: Moments | None = None  # of both, where the same people gave both

    @property
    def n(self) -> int:
        return min(self.importance.n, self.performance.n)


def _of_pairs(
    layout: Layout, schema: Schema, cell: Vector, performance: Performance
) -> Iterator[_Summed]:
    for question in _pairs(layout):
        counts = schema.block(cell, f"pair/{question.code}")
        joint = PairTable(question.low, question.high, counts).moments()
        if performance is Performance.GAP:
            joint = expectation_against_gap(joint)
        sums = (_column(joint, 0), _column(joint, 1))
        yield _Summed(Target(Level.ITEM, question.code), *sums, joint)


def _of_points(
    layout: Layout, schema: Schema, cell: Vector, performance: Performance
) -> Iterator[_Summed]:
    gap = performance is Performance.GAP
    for dimension in _weighed(layout, performance):
        points = read_moments(schema.block(cell, f"points/{dimension}"), 1)
        name = f"{'gap' if gap else 'performance'}/dimension/{dimension}"
        scores = read_moments(schema.block(cell, name), 3 if gap else 1)
        scored = _column(scores, 2 if gap else 0, SCALE)
        yield _Summed(Target(Level.DIMENSION, dimension), _column(points, 0), scored)


def _column(moments: Moments, at: int, scale: int = 1) -> Sums:
    total, squares = int(moments.total[at]), int(moments.cross[at, at])
    return Sums(moments.n, total, squares, scale)


def _mapped(layout: Layout, asked: Asked, shown: list[_Summed]) -> ImportanceMap | None:
    crosshair = _crosshair(layout, asked, len(shown))
    joint = [each.joint for each in shown if each.joint]
    try:
        if asked.importance is Importance.EXPECTATION:
            return importance_performance_of_pairs(joint, crosshair=crosshair)
        return importance_performance_of_sums(
            [each.importance for each in shown],
            [each.performance for each in shown],
            crosshair=crosshair,
        )
    except TooFew:
        return None


def _crosshair(layout: Layout, asked: Asked, count: int) -> Crosshair:
    if asked.cross is Cross.ZERO:
        return Crosshair(performance=0.0)
    if asked.cross is Cross.MEANS or not count:
        return Crosshair()
    middle = sum(_scale(layout)) / 2
    by_points = asked.importance is Importance.POINTS
    return Crosshair(POINTS / count if by_points else middle, middle)


def _weighed(layout: Layout, performance: Performance) -> tuple[str, ...]:
    """The dimensions that have both importance points and a performance."""
    named = {question.dimension for question in layout.of(Kind.WEIGHT)}
    gap = performance is Performance.GAP
    every = layout.paired_dimensions if gap else layout.dimensions
    return tuple(dimension for dimension in every if dimension in named)


def _pairs(layout: Layout) -> tuple[Question, ...]:
    """The pairs on the scale that most of them have: points of two scales do not mix."""
    pairs = layout.of(Kind.PAIR)
    return tuple(q for q in pairs if (q.low, q.high) == _scale(layout))


def _elsewhere(layout: Layout) -> int:
    return len(layout.of(Kind.PAIR)) - len(_pairs(layout))


def _scale(layout: Layout) -> tuple[int, int]:
    asked = layout.of(Kind.PAIR) or layout.rated
    scales = Counter((question.low, question.high) for question in asked)
    return scales.most_common(1)[0][0] if scales else (0, 0)
