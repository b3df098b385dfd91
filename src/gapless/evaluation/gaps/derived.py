"""
Derived importance: with what an overall judgement goes, from a cell. Pure.

"Goes with", never "causes". What may not be shown is left out before anything is computed:
whoever may not see a dimension does not feel it in the shares of the others either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gapless.analytics.answers import Kind, Layout
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.drivers import joint_moments, predictors
from gapless.analytics.summaries import MeasureKind, measures
from gapless_stats.drivers import Drivers, DriverSpread, driver_spread, drivers
from gapless_stats.errors import Collinear, NoVariance, TooFew
from gapless_stats.moments import Moments, Sums

from .report import Level, Target

MayShow = Callable[[Target, int], bool]

FEWEST = 50
PER_PREDICTOR = 10
"""
So many complete answers at least. Ten for each predictor is the lower end of what is
advised for regressions (Harrell 2015, section 4.4); below fifty even two are mostly chance.
"""

UNSTEADY = 5.0
"""From this inflation of variance on, weights say little (domain.md 4.7)."""


class Refusal(StrEnum):
    """Why there are no shares."""

    NOBODY = "nobody"  # nobody judged, or nobody rated anything
    APART = "apart"  # both are there, but never all in one answer
    HIDDEN = "hidden"  # there are such answers, but too few to be shown
    TOO_FEW = "too_few"  # enough to be shown, but not to tell shares apart
    NO_VARIANCE = "no_variance"
    COLLINEAR = "collinear"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the judgement may go with, and how it is perceived."""

    target: Target
    performance: Sums


@dataclass(frozen=True, slots=True)
class Found:
    """The shares of the parts that may be shown, and how far they could be off."""

    drivers: Drivers
    spread: DriverSpread

    @property
    def unsteady(self) -> bool:
        """Whether some parts say so much the same that their weights mean little."""
        return bool((self.drivers.inflation > UNSTEADY).any())


@dataclass(frozen=True, slots=True)
class Derived:
    """
    What an overall judgement goes with. Without ``found`` there is a ``refusal``; ``n`` is
    0 where it may not be said.
    """

    outcome: str
    n: int
    parts: tuple[Part, ...]
    withheld: int = 0
    silent: int = 0
    elsewhere: int = 0  # asked on another scale than most
    found: Found | None = None
    refusal: Refusal | None = None

    @property
    def needed(self) -> int:
        """How many complete answers it takes."""
        return _needed(self.parts)


def derived(
    layout: Layout, schema: Schema, cell: Vector, outcome: str, may_show: MayShow
) -> Derived:
    """What the judgement ``outcome`` goes with, of what ``may_show`` lets through."""
    moments = joint_moments(layout, schema, cell, outcome)
    every = list(_parts(layout, schema, cell))
    usual = items_on_usual_scale(layout)
    same = [
        place
        for place, part in enumerate(every)
        if part.target.level is Level.DIMENSION or part.target.code in usual
    ]
    answered = [place for place in same if every[place].performance.n]
    shown = [place for place in answered if _may(may_show, every[place], moments.n)]
    left_out = (
        len(answered) - len(shown),
        len(same) - len(answered),
        len(every) - len(same),
    )
    parts = tuple(every[place] for place in shown)
    if not may_show(Target(Level.ITEM, outcome), moments.n):
        return Derived(outcome, 0, parts, *left_out, refusal=Refusal.HIDDEN)
    chosen = moments.select([*shown, moments.items - 1])
    found, refusal = _found(chosen, parts, hidden=bool(left_out[0]))
    if not moments.n and parts and _judged(layout, schema, cell, outcome):
        refusal = Refusal.APART
    return Derived(outcome, moments.n, parts, *left_out, found=found, refusal=refusal)


def _found(
    moments: Moments, parts: Sequence[Part], *, hidden: bool
) -> tuple[Found | None, Refusal | None]:
    if not moments.n:
        return None, Refusal.NOBODY
    if len(parts) < 2:
        return None, Refusal.HIDDEN if hidden else Refusal.NOBODY
    if moments.n < _needed(parts):
        return None, Refusal.TOO_FEW
    try:
        return Found(drivers(moments), driver_spread(moments)), None
    except NoVariance:
        return None, Refusal.NO_VARIANCE
    except Collinear:
        return None, Refusal.COLLINEAR
    except TooFew:
        return None, Refusal.TOO_FEW


def _needed(parts: Sequence[Part]) -> int:
    return max(FEWEST, PER_PREDICTOR * len(parts))


def _may(may_show: MayShow, part: Part, together: int) -> bool:
    """Whether a part may be shown by itself, and with all the others."""
    counts = part.performance.n, together
    return all(may_show(part.target, n) for n in counts)


def _judged(layout: Layout, schema: Schema, cell: Vector, outcome: str) -> bool:
    asked = next(question for question in layout.questions if question.code == outcome)
    counts = schema.block(cell, f"histogram/{outcome}")
    return bool(counts[: asked.high - asked.low + 1].any())


def _parts(layout: Layout, schema: Schema, cell: Vector) -> Iterator[Part]:
    """In the order of the joint moments."""
    sums = schema.block(cell, "measures")
    places = {
        measure.target: (place, measure.scale)
        for place, measure in enumerate(measures(layout))
        if measure.kind is MeasureKind.PERFORMANCE
    }
    for name in predictors(layout):
        place, scale = places[name]
        n, total, squares = (int(each) for each in sums[:, place])
        yield Part(Target.parse(name), Sums(n, total, squares, scale))


def usual_scale(layout: Layout) -> tuple[int, int]:
    """The scale that most pairs have, or without any most of the rated items."""
    asked = layout.of(Kind.PAIR) or layout.rated
    scales = Counter((question.low, question.high) for question in asked)
    return scales.most_common(1)[0][0] if scales else (0, 0)


def items_on_usual_scale(layout: Layout) -> frozenset[str]:
    """The rated items on it: points of two scales do not mix."""
    usual = usual_scale(layout)
    return frozenset(q.code for q in layout.rated if (q.low, q.high) == usual)
