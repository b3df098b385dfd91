"""
What is important and weak: from a cell to the importance–performance map. Pure.

What may not be shown is left out before anything is computed, so that it is not felt in
the crosshair either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gapless.analytics.answers import POINTS, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.drivers import outcomes
from gapless.analytics.grouping import read_moments
from gapless_stats.errors import TooFew
from gapless_stats.importance import (
    Crosshair,
    ImportanceMap,
    Point,
    expectation_against_gap,
    importance_performance_of_pairs,
    importance_performance_of_shares,
    importance_performance_of_sums,
)
from gapless_stats.intervals import Mean, mean_of_sums
from gapless_stats.moments import Moments, Sums
from gapless_stats.scores import SCALE
from gapless_stats.tables import PairTable

from .derived import Derived, MayShow, derived, items_on_usual_scale, usual_scale
from .report import Level, Target

FEWEST = 2
"""Of fewer there is no map: a single one lies on its own crosshair."""


class Importance(StrEnum):
    """What says how important something is."""

    EXPECTATION = "expectation"  # items, by what is expected of them
    POINTS = "points"  # dimensions, by the points that customers divide among them
    DERIVED = "derived"  # dimensions, else items, by what an overall judgement goes with


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
    outcome: str = ""  # of derived importance: the code of the overall judgement

    @property
    def as_written(self) -> dict[str, str]:
        """As an address writes it."""
        said = {
            "by": self.importance.value,
            "against": self.performance.value,
            "cross": self.cross.value,
            "judgement": self.outcome,
        }
        return {name: value for name, value in said.items() if value}


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
    derived: Derived | None = None  # where importance is


def importances(layout: Layout) -> tuple[Importance, ...]:
    """What of importance the form asks, or lets be derived."""
    offered = {
        Importance.EXPECTATION: _pairs(layout),
        Importance.POINTS: _weighed(layout, Performance.PERCEPTION),
    }
    stated = tuple(each for each, there in offered.items() if len(there) >= FEWEST)
    return (*stated, Importance.DERIVED) if outcomes(layout) else stated


def performances(layout: Layout, importance: Importance) -> tuple[Performance, ...]:
    if importance is Importance.EXPECTATION:
        return tuple(Performance)
    stated = importance is Importance.POINTS
    by_gap = stated and len(_weighed(layout, Performance.GAP)) >= FEWEST
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
    if asked.importance is Importance.DERIVED:
        found = derived(layout, schema, cell, asked.outcome, may_show)
        return _placed_by_shares(layout, asked, found)
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


def _placed_by_shares(layout: Layout, asked: Asked, origin: Derived) -> Placed:
    left_out = origin.withheld, origin.silent, origin.elsewhere
    if not origin.found:
        return Placed(asked, (), None, *left_out, origin)
    shares, spread = origin.found.drivers, origin.found.spread
    whole = importance_performance_of_shares(
        shares,
        spread,
        [part.performance for part in origin.parts],
        _crosshair(layout, asked, len(origin.parts)),
    )
    each = zip(origin.parts, whole.points, spread.shares, strict=True)
    spots = tuple(
        Spot(
            part.target,
            Mean(origin.n, point.importance, None, limits),
            mean_of_sums(part.performance),
            point,
        )
        for part, point, limits in each
    )
    return Placed(asked, spots, whole, *left_out, origin)


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
    middle = sum(usual_scale(layout)) / 2
    if asked.cross is Cross.MIDDLE and asked.importance is Importance.DERIVED:
        return Crosshair(performance=middle)  # an equal share is the mean of them
    if asked.cross is Cross.MEANS or not count:
        return Crosshair()
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
    usual = items_on_usual_scale(layout)
    return tuple(q for q in layout.of(Kind.PAIR) if q.code in usual)


def _elsewhere(layout: Layout) -> int:
    return len(layout.of(Kind.PAIR)) - len(_pairs(layout))
