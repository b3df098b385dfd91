"""What may be said of a gap, and what may be shown of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.gaps import Gap, independent_gap
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
    if gap.n < threshold or gap.gap is None:
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


def publish(
    found: GapReport,
    *,
    threshold: int,
    hidden: frozenset[str] = frozenset(),
    withheld: bool = False,
) -> GapReport:
    """
    The report as it may be shown: a number that rests on fewer than ``threshold`` answers
    is blank and keeps only its n.

    :param hidden: the targets whose numbers would give others away.
    :param withheld: whether all of them would.
    """
    may = _May(threshold, hidden, withheld)
    enough = found.answers >= threshold and not withheld
    return replace(
        found,
        # Adjusted anew: an item that is not shown must not be felt in those that are.
        items=with_q_values(_publish_item(item, may) for item in found.items),
        dimensions=tuple(_publish_dimension(d, may) for d in found.dimensions),
        overall=may.gap(found.overall, "overall"),
        by_item=may.gap(found.by_item, "by_item"),
        weighted=may.gap(found.weighted, "weighted"),
        performance=may.mean(found.performance, "overall"),
        expectation=may.mean(found.expectation, "overall"),
        perception=may.mean(found.perception, "overall"),
        flagged=found.flagged if enough else {},
    )


@dataclass(frozen=True, slots=True)
class _May:
    """What may be shown of one cell."""

    threshold: int
    hidden: frozenset[str]
    withheld: bool

    def show(self, target: str, n: int) -> bool:
        return not self.withheld and n >= self.threshold and target not in self.hidden

    def gap(self, gap: Gap | None, target: str) -> Gap | None:
        if gap is None or gap.n == 0 or self.show(target, gap.n):
            return gap
        return Gap(gap.n, *([None] * 11))

    def mean(self, mean: Mean | None, target: str) -> Mean | None:
        if mean is None or mean.n == 0 or self.show(target, mean.n):
            return mean
        return Mean(mean.n, None, None, None)


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


def _publish_item(item: ItemGap, may: _May) -> ItemGap:
    target = f"item:{item.code}"
    n = item.gap.n if item.gap else item.perception.n
    if may.show(target, n):
        return item
    return ItemGap(
        item.code,
        item.dimension,
        Mean(item.perception.n, None, None, None),
        gap=may.gap(item.gap, target),
    )


def _publish_dimension(found: DimensionGap, may: _May) -> DimensionGap:
    target = f"dimension:{found.code}"
    alphas = [
        alpha if alpha and may.show(target, alpha.n) else None
        for alpha in (found.alpha_expectation, found.alpha_perception, found.alpha_gap)
    ]
    return replace(
        found,
        gap=may.gap(found.gap, target),
        performance=may.mean(found.performance, target) or found.performance,
        alpha_expectation=alphas[0],
        alpha_perception=alphas[1],
        alpha_gap=alphas[2],
        difference_reliability=found.difference_reliability if all(alphas) else None,
        weight=may.mean(found.weight, target),
    )


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
    before: Sums | None, now: Sums | None, *, threshold: int
) -> Change | None:
    """The change of a gap, by Welch's interval; None where it cannot be told."""
    if before is None or now is None or min(before.n, now.n) < threshold:
        return None
    try:
        found = independent_gap(before, now)
    except (TooFew, NoVariance):
        return None
    return Change(found.gap, found.interval)
