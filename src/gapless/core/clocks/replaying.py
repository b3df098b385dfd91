"""
What another time limit, or another calendar, would have made of what is past. Pure.

Of each case only whether it was on time is asked, so this is `rules.read` without what a
single clock says besides; a test holds the two together.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gapless.core.calendar.rules import Calendar

from .deadlines import Span, deadline
from .limits import OPEN_TIME, Limit
from .verdicts import Verdict, share_on_time


class Past(NamedTuple):
    """
    From when to when, in UTC; None: it has not been stopped. Pauses are apart and in
    order.
    """

    started_at: datetime
    stopped_at: datetime | None
    pauses: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Replayed:
    """
    How each case came out, in the order in which they were given.

    :param provisional: how many have a deadline for which the holidays are not known.
    """

    verdicts: tuple[Verdict, ...]
    provisional: int

    @property
    def counts(self) -> Counter[str]:
        return Counter[str](self.verdicts)

    @property
    def share(self) -> float | None:
        """On time, of those that are decided."""
        return share_on_time(self.counts)


def replay(
    past: Iterable[Past], limit: Limit, calendar: Calendar, *, as_of: datetime
) -> Replayed:
    """
    How the cases came out under a limit, by what was known at a moment.

    :raises NeverOpen: the place does not work for so long.
    """
    found = [_verdict(each, limit, calendar, as_of) for each in past]
    return Replayed(
        tuple(verdict for verdict, _ in found),
        sum(provisional for _, provisional in found),
    )


def changed(
    before: Sequence[Verdict], after: Sequence[Verdict]
) -> Counter[tuple[Verdict, Verdict]]:
    """How many cases came out differently, by how they did before and do after."""
    pairs = zip(before, after, strict=True)
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def _verdict(
    past: Past, limit: Limit, calendar: Calendar, as_of: datetime
) -> tuple[Verdict, bool]:
    started_at, stopped_at, pauses = past
    if started_at > as_of:
        return Verdict.WAITING, False
    if stopped_at is not None and stopped_at > as_of:
        stopped_at = None
    if pauses:
        until = stopped_at or as_of
        pauses = tuple(_within(pauses, started_at, until))
        paused = stopped_at is None and bool(pauses) and pauses[-1][1] == until
        due_at = deadline(limit, calendar, started_at, pauses).due_at
    else:
        paused = False
        due_at = limit.end(calendar, started_at)
    provisional = limit.unit in OPEN_TIME and calendar.is_provisional(
        calendar.day_of(started_at), calendar.day_of(due_at)
    )
    if stopped_at is not None:
        return Verdict.ON_TIME if stopped_at <= due_at else Verdict.LATE, provisional
    late = due_at <= as_of and not (paused and pauses[-1][0] < due_at)
    return Verdict.LATE if late else Verdict.OPEN, provisional


def _within(pauses: Iterable[Span], first: datetime, until: datetime) -> Iterable[Span]:
    for starts_at, ends_at in pauses:
        if first <= starts_at < until:
            yield starts_at, min(ends_at, until)
