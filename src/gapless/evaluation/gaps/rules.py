"""What may be said of a gap, and what may be shown of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.gaps import Gap, GapSums, independent_gap
from gapless_stats.intervals import Interval, Mean
from gapless_stats.moments import Sums

from .choices import State
from .report import DimensionGap, GapReport, ItemGap, with_q_values

# design.md §2: a gap within ±0.1 is even; wholly below −1 an action is due.
TOLERANCE = 0.1
ACTION = -1.0
# domain.md 2.4: from here to 29 answers a number is indicative only.
INDICATIVE_BELOW = 30


def state_of(gap: Gap | None, *, threshold: int) -> State:
    """What may be said of a gap (design.md §2): the whole interval decides."""
    if gap is None or gap.n == 0:
        return State.NONE
    if gap.n < threshold:
        return State.HIDDEN
    if gap.interval is None:
        return State.UNSURE
    low, high = gap.interval.low, gap.interval.high
    if high < ACTION:
        return State.BIG
    if high < -TOLERANCE:
        return State.SHORT
    if low > TOLERANCE:
        return State.OVER
    return State.EVEN if low > -TOLERANCE and high < TOLERANCE else State.UNSURE


def answers_to_settle(gap: Gap) -> int | None:
    """
    About how many more answers would let the state be told, should mean and spread stay:
    those that shrink the interval to the nearest limit. None where more would not help.
    """
    if gap.gap is None or not gap.sd or gap.interval is None:
        return None
    distance = min(abs(gap.gap - limit) for limit in (ACTION, -TOLERANCE, TOLERANCE))
    if distance == 0:
        return None
    # domain.md 2.4: n = (1.96 s / E)².
    return max(math.ceil((1.96 * gap.sd / distance) ** 2) - gap.n, 1)


def publish(found: GapReport, *, threshold: int) -> GapReport:
    """
    The report as it may be shown: a number resting on fewer than ``threshold`` answers is
    blank and keeps only its n, which pages and exports write as "n < threshold".
    """
    enough = found.answers >= threshold
    return replace(
        found,
        # Adjusted anew: an item that is not shown must not be felt in those that are.
        items=with_q_values(_publish_item(item, threshold) for item in found.items),
        dimensions=tuple(_publish_dimension(d, threshold) for d in found.dimensions),
        overall=_publish_gap(found.overall, threshold),
        by_item=_publish_gap(found.by_item, threshold),
        weighted=_publish_gap(found.weighted, threshold),
        performance=_publish_mean(found.performance, threshold),
        expectation=_publish_mean(found.expectation, threshold),
        perception=_publish_mean(found.perception, threshold),
        flagged=found.flagged if enough else {},
    )


def may_leave_out(left_out: GapReport, *, threshold: int) -> bool:
    """
    Whether numbers without these answers may be shown beside numbers with them: what
    differs between the two rests, number by number, on nobody or on enough answers.
    """
    return all(n == 0 or n >= threshold for n in _counts(left_out))


def _counts(found: GapReport) -> Iterator[int]:
    """How many answers each number of a report rests on."""
    yield found.answers
    parts = [(found.overall, found.performance), (found.by_item, found.weighted)]
    parts += [(item.gap, item.perception) for item in found.items]
    parts += [(d.gap, d.performance) for d in found.dimensions]
    parts += [(None, d.weight) for d in found.dimensions]
    yield from (each.n for pair in parts for each in pair if each)


def _publish_item(item: ItemGap, threshold: int) -> ItemGap:
    n = item.gap.n if item.gap else item.perception.n
    if n >= threshold:
        return item
    return ItemGap(
        item.code,
        item.dimension,
        Mean(item.perception.n, None, None, None),
        gap=_publish_gap(item.gap, threshold),
    )


def _publish_dimension(found: DimensionGap, threshold: int) -> DimensionGap:
    alphas = [
        alpha if alpha and alpha.n >= threshold else None
        for alpha in (found.alpha_expectation, found.alpha_perception, found.alpha_gap)
    ]
    return replace(
        found,
        gap=_publish_gap(found.gap, threshold),
        performance=_publish_mean(found.performance, threshold) or found.performance,
        alpha_expectation=alphas[0],
        alpha_perception=alphas[1],
        alpha_gap=alphas[2],
        difference_reliability=found.difference_reliability if all(alphas) else None,
        weight=_publish_mean(found.weight, threshold),
    )


def _publish_gap(gap: Gap | None, threshold: int) -> Gap | None:
    if gap is None or gap.n >= threshold:
        return gap
    return Gap(gap.n, *([None] * 11))


def _publish_mean(mean: Mean | None, threshold: int) -> Mean | None:
    if mean is None or mean.n >= threshold:
        return mean
    return Mean(mean.n, None, None, None)


@dataclass(frozen=True, slots=True)
class Change:
    """How a gap moved against the period before: positive means it narrowed."""

    change: float
    interval: Interval

    @property
    def told(self) -> bool:
        """Whether the interval leaves out 0, so that a direction may be named."""
        return self.interval.low > 0 or self.interval.high < 0


def change_between(
    before: GapSums | None, now: GapSums | None, *, threshold: int
) -> Change | None:
    """The change of a gap, by Welch's interval; None where it cannot be told."""
    if before is None or now is None or min(before.n, now.n) < threshold:
        return None
    sides = [
        Sums(side.n, side.gap_sum, side.gap_squares, side.scale) for side in (before, now)
    ]
    try:
        found = independent_gap(*sides)
    except (TooFew, NoVariance):
        return None
    return Change(found.gap, found.interval)
