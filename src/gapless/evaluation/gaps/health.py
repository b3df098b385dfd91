"""
Whether the form measures well where it is used: findings from a cell. Pure.

Each finding is one number against one limit (``gapless_stats.health``); numbers of fewer
answers than may be shown are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gapless.analytics.answers import CIRCUMSTANCES, COUNTED, FLAGS, Kind, Layout, Question
from gapless.analytics.cells import Schema, Vector
from gapless_stats.health import (
    Finding,
    alpha_finding,
    ceiling_share,
    difference_finding,
    not_applicable_share,
    straight_lining_share,
)
from gapless_stats.reliability import Alpha

from .distribution import FEW
from .report import DimensionGap, GapReport, Level, Reliability, Target

MayShow = Callable[[Target, int], bool]

CEILING = "expectation_ceiling"


class Side(StrEnum):
    """Of what alpha is taken."""

    EXPECTATION = "expectation"
    PERCEPTION = "perception"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class DimensionHealth:
    """A dimension: how consistently its items measure, and whether its gap is reliable."""

    target: Target
    alphas: tuple[tuple[Side, Finding | None], ...]  # None: too few answers, or all alike
    difference: Finding | None
    items: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        found = (*(finding for _side, finding in self.alphas), self.difference)
        return tuple(each for each in found if each)


@dataclass(frozen=True, slots=True)
class FlagHealth:
    flag: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class ItemHealth:
    """How many say that an item does not apply to them."""

    target: Target
    finding: Finding
    few: bool  # one or two said so: their number is not shown


@dataclass(frozen=True, slots=True)
class Health:
    dimensions: tuple[DimensionHealth, ...]
    flags: tuple[FlagHealth, ...]
    items: tuple[ItemHealth, ...]  # the largest share first

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (
            *(finding for each in self.dimensions for finding in each.findings),
            *(each.finding for each in self.flags),
            *(each.finding for each in self.items),
        )


def health(
    layout: Layout, schema: Schema, cell: Vector, report: GapReport, may_show: MayShow
) -> Health:
    """
    The health of a form in one cell.

    :param report: of the cell, as it may be shown.
    """
    items = sorted(
        _not_applicable(layout, schema, cell, may_show),
        key=lambda each: 0.0 if each.few else -each.finding.value,
    )
    return Health(
        tuple(_dimensions(layout, report)),
        tuple(_flags(layout, report)),
        tuple(items),
    )


def _dimensions(layout: Layout, report: GapReport) -> Iterator[DimensionHealth]:
    for found in report.dimensions:
        kinds = [q.kind for q in layout.rated if q.dimension == found.code]
        pairs = kinds.count(Kind.PAIR)
        sides = [(Side.PERCEPTION, found.alpha_perception, len(kinds))]
        if pairs:
            sides.insert(0, (Side.EXPECTATION, found.alpha_expectation, pairs))
            sides.append((Side.GAP, found.alpha_gap, pairs))
        yield DimensionHealth(
            Target(Level.DIMENSION, found.code),
            tuple((side, _alpha(alpha, items)) for side, alpha, items in sides),
            _difference(found),
            len(kinds),
        )


def _alpha(alpha: Reliability | None, items: int) -> Finding | None:
    return alpha_finding(Alpha(alpha.alpha, items, alpha.n)) if alpha else None


def _difference(found: DimensionGap) -> Finding | None:
    if found.difference_reliability is None or found.gap is None or found.gap.gap is None:
        return None
    return difference_finding(found.difference_reliability, found.gap.n)


def _flags(layout: Layout, report: GapReport) -> Iterator[FlagHealth]:
    """A flag is a finding where the form could have raised it, and its number is shown."""
    expected = layout.of(Kind.PAIR, Kind.EXPECTATION)
    rated = layout.of(Kind.PAIR, Kind.SCORE, Kind.EXPECTATION, Kind.ZONE)
    for flag in (*FLAGS, *CIRCUMSTANCES):
        asked = expected if flag == CEILING else rated
        count = report.flagged.get(flag)
        if count is None or not report.answers or (flag in FLAGS and not asked):
            continue
        # Whatever raised it, many careless answers have the same limit and consequence.
        share = ceiling_share if flag == CEILING else straight_lining_share
        yield FlagHealth(flag, share(count, report.answers))


def _not_applicable(
    layout: Layout, schema: Schema, cell: Vector, may_show: MayShow
) -> Iterator[ItemHealth]:
    said = schema.block(cell, "not_applicable").tolist()
    for question, without in zip(layout.questions, said, strict=True):
        if question.kind not in (*COUNTED, Kind.PAIR):
            continue
        asked = without + _answered(schema, cell, question)
        target = Target(Level.ITEM, question.code)
        if asked and may_show(target, asked):
            few = 0 < without < FEW
            yield ItemHealth(target, not_applicable_share(without, asked), few)


def _answered(schema: Schema, cell: Vector, question: Question) -> int:
    """How many said what they perceived."""
    if question.kind is Kind.PAIR:
        table = schema.block(cell, f"pair/{question.code}")
        return int(table[:, :-1].sum())
    return int(schema.block(cell, f"histogram/{question.code}")[:-1].sum())
