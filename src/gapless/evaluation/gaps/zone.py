"""
Where perception lies between the least accepted and the desired, item by item. Pure: a
function of a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gapless.analytics.answers import Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless.analytics.grouping import read_moments
from gapless_stats.intervals import Mean
from gapless_stats.tolerance import ZoneOfTolerance, zone_of_tolerance

from .distribution import FEW
from .report import Level, Target

MayShow = Callable[[Target, int], bool]


class Place(StrEnum):
    """Where an item lies, as far as its intervals tell."""

    BELOW = "below"  # less than customers accept
    INSIDE = "inside"
    ABOVE = "above"  # at least what they desire
    UNSURE = "unsure"
    HIDDEN = "hidden"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ItemZone:
    """One item. ``zone`` is None where it may not be shown, or nobody answered."""

    question: Question
    place: Place
    zone: ZoneOfTolerance | None

    @property
    def target(self) -> Target:
        return Target(Level.ITEM, self.question.code)

    @property
    def inconsistent(self) -> int | None:
        """Who desires less than they accept; None where it is one or two people."""
        count = self.zone.inconsistent if self.zone else 0
        return None if 0 < count < FEW else count


def zones(
    layout: Layout, schema: Schema, cell: Vector, may_show: MayShow
) -> tuple[ItemZone, ...]:
    """In form order, of what ``may_show`` lets through."""
    return tuple(_zones(layout, schema, cell, may_show))


def _zones(
    layout: Layout, schema: Schema, cell: Vector, may_show: MayShow
) -> Iterator[ItemZone]:
    for question in layout.of(Kind.ZONE):
        triples = read_moments(schema.block(cell, f"tolerance/{question.code}"), 3)
        if not triples.n:
            yield ItemZone(question, Place.NONE, None)
        elif not may_show(Target(Level.ITEM, question.code), triples.n):
            yield ItemZone(question, Place.HIDDEN, None)
        else:
            counts = schema.block(cell, f"zone/{question.code}")
            zone = zone_of_tolerance(counts, triples)
            yield ItemZone(question, place_of(zone), zone)


def place_of(zone: ZoneOfTolerance) -> Place:
    """
    The whole intervals of MSA and MSS decide, as everywhere: below where all of MSA is
    below 0, above where all of MSS is above it, inside where MSA is above and MSS below.
    """
    adequate, superior = _side(zone.adequacy), _side(zone.superiority)
    if adequate < 0:
        return Place.BELOW
    if superior > 0:
        return Place.ABOVE
    return Place.INSIDE if adequate > 0 and superior < 0 else Place.UNSURE


def _side(mean: Mean) -> int:
    """On which side of 0 the whole interval lies; 0 where it is on both."""
    if mean.interval is None:
        return 0
    return (mean.interval.low > 0) - (mean.interval.high < 0)
