"""
What overall judgements may go with: the joint moments that cells keep for it.

An overall judgement is asked beside the dimensions, so how the two go together cannot be
worked out from what either has by itself (domain.md 4.22, block B).
"""

from __future__ import annotations

from functools import lru_cache

from gapless.analytics.answers import Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.grouping import moments_shape, read_moments
from gapless_stats.drivers import MOST_PREDICTORS
from gapless_stats.moments import Moments

COUNTED = "drivers"
"""
The block that says how many answers were folded into the joint moments, complete or not.
Cells of a program that did not know these yet hold 0 there: that is how they are found.
"""


@lru_cache(maxsize=64)
def predictors(layout: Layout) -> tuple[str, ...]:
    """
    What may go with an overall judgement, as targets: the dimensions, or where there is at
    most one of them the rated items. Too many of them are none.
    """
    found = tuple(f"dimension:{name}" for name in layout.dimensions)
    if len(found) < 2:
        found = tuple(f"item:{question.code}" for question in layout.rated)
    return found if 2 <= len(found) <= MOST_PREDICTORS else ()


@lru_cache(maxsize=64)
def outcomes(layout: Layout) -> tuple[Question, ...]:
    """The overall judgements that something may go with, in form order."""
    return layout.of(Kind.OVERALL) if predictors(layout) else ()


def driver_shapes(layout: Layout) -> dict[str, tuple[int, ...]]:
    """The blocks of a version with overall judgements; others have none."""
    joint = moments_shape(len(predictors(layout)) + 1)
    shapes: dict[str, tuple[int, ...]] = {
        block_of(question.code): joint for question in outcomes(layout)
    }
    return {COUNTED: ()} | shapes if shapes else {}


def block_of(outcome: str) -> str:
    """The name of an overall judgement's block, by the code of its item."""
    return f"{COUNTED}/{outcome}"


def joint_moments(layout: Layout, schema: Schema, cell: Vector, outcome: str) -> Moments:
    """
    The moments of (predictors…, overall judgement), over whoever has them all. Dimensions
    count in 1/27720 of a scale point, items and the judgement in points.
    """
    block = schema.block(cell, block_of(outcome))
    return read_moments(block, len(predictors(layout)) + 1)


def folded_before(schema: Schema, cell: Vector) -> bool:
    """Whether a cell has answers that its joint moments do not know of."""
    if COUNTED not in schema.shapes:
        return False
    return int(schema.block(cell, COUNTED)) != int(schema.block(cell, "answers"))
