"""
Two units, or two periods of one, held against each other. Pure: functions of published
sums. What may be said of each row is decided by its whole interval and the smallest
difference that matters (gapless_stats.comparison.conclude), never by a p value.

Where one unit lies within the other, it is compared with the rest: otherwise the same
people would stand on both sides. A row is hidden when either side is, or the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from gapless.analytics.summaries import Measure, MeasureKind
from gapless_stats.comparison import (
    RELEVANT,
    Conclusion,
    Difference,
    answers_to_settle,
    conclude,
    paired_difference,
)
from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.gaps import benjamini_hochberg
from gapless_stats.moments import Sums

from .estimates import NET_POINTS, Estimate, difference_of, estimate_of

PAIRS_FROM = 5
"""Fewer units than this are no sample of units."""


class Method(StrEnum):
    """How a difference is judged."""

    WELCH = "welch"  # answers against answers
    PAIRED = "paired"  # the same units below, each with itself


@dataclass(frozen=True, slots=True)
class Side:
    """One side of one row: its sums, and whether they may be shown."""

    sums: Sums
    hidden: bool

    @property
    def there(self) -> bool:
        return not self.hidden and self.sums.n > 0


@dataclass(frozen=True, slots=True)
class Compared:
    """One row: ``hidden`` where it may not be shown; without difference if none is told."""

    measure: Measure
    this: Estimate | None = None
    other: Estimate | None = None
    hidden: bool = False
    difference: Difference | None = None
    conclusion: Conclusion | None = None
    q_value: float | None = None
    needed: int = 0  # about how many more answers would settle it

    @property
    def relevant(self) -> bool:
        return self.conclusion in (Conclusion.BETTER, Conclusion.WORSE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every row of a page; q values are adjusted over ``tested`` of them."""

    rows: tuple[Compared, ...]
    tested: int
    relevant: float
    method: Method

    def with_conclusion(self, *wanted: Conclusion) -> tuple[Compared, ...]:
        return tuple(row for row in self.rows if row.conclusion in wanted)


def rest_of(whole: Side, part: Side, *, threshold: int) -> Side:
    """The whole without one of its parts, as far as that gives nobody away."""
    rest = whole.sums - part.sums
    return Side(rest, whole.hidden or part.hidden or 0 < rest.n < threshold)


def relevant_for(measure: Measure, relevant: float) -> float:
    """δ in the points of a measure: of a net score, as many hundredths of its range."""
    return relevant * NET_POINTS / 2 if measure.kind is MeasureKind.NET else relevant


def compare(
    rows: Iterable[tuple[Measure, Side, Side]], *, relevant: float = RELEVANT
) -> Comparison:
    """Answers against answers: Welch's interval, row by row."""
    compared = [_by_answers(*row, relevant=relevant) for row in rows]
    return _adjusted(compared, relevant, Method.WELCH)


def compare_paired(
    rows: Iterable[tuple[Measure, Side, Side]],
    pairs: Iterable[Sequence[tuple[Side, Side]]],
    *,
    relevant: float = RELEVANT,
) -> Comparison:
    """
    The same units twice: the mean of their differences, each unit counting the same.

    :param pairs: for each row, both sides of each unit below; a unit of which either may
        not be shown enters nothing.
    """
    compared = [
        _by_units(*row, below, relevant=relevant)
        for row, below in zip(rows, pairs, strict=True)
    ]
    return _adjusted(compared, relevant, Method.PAIRED)


def _by_answers(measure: Measure, this: Side, other: Side, *, relevant: float) -> Compared:
    row = _sides(measure, this, other)
    if row.hidden or row.this is None or row.other is None:
        return row
    return _concluded(row, difference_of(measure, this.sums, other.sums), relevant)


def _by_units(
    measure: Measure,
    this: Side,
    other: Side,
    below: Sequence[tuple[Side, Side]],
    *,
    relevant: float,
) -> Compared:
    row = _sides(measure, this, other)
    if row.hidden:
        return row
    means = [
        (estimate_of(measure, now.sums).value, estimate_of(measure, then.sums).value)
        for now, then in below
        if now.there and then.there
    ]
    if len(means) < PAIRS_FROM:
        return row
    both = np.array(means, dtype=np.float64)
    try:
        found = paired_difference(both[:, 0], both[:, 1])
    except (TooFew, NoVariance):
        return row
    return _concluded(row, found, relevant)


def _sides(measure: Measure, this: Side, other: Side) -> Compared:
    if this.hidden or other.hidden:
        return Compared(measure, hidden=True)
    return Compared(
        measure,
        estimate_of(measure, this.sums) if this.there else None,
        estimate_of(measure, other.sums) if other.there else None,
    )


def _concluded(row: Compared, found: Difference | None, relevant: float) -> Compared:
    if found is None:
        return row
    limit = relevant_for(row.measure, relevant)
    return replace(
        row,
        difference=found,
        conclusion=conclude(found.interval, relevant=limit),
        needed=answers_to_settle(found, relevant=limit),
    )


def _adjusted(rows: list[Compared], relevant: float, method: Method) -> Comparison:
    tested = [row.difference.p_value for row in rows if row.difference]
    q_values = iter(benjamini_hochberg(tested).tolist())
    adjusted = tuple(
        replace(row, q_value=next(q_values)) if row.difference else row for row in rows
    )
    return Comparison(adjusted, len(tested), relevant, method)
