"""What each limit makes of the cases, and what changes from the first to the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gapless.core.calendar.rules import Calendar
from gapless.core.clocks.limits import Limit
from gapless.core.clocks.replaying import Replayed, changed, replay
from gapless.core.clocks.verdicts import Verdict

from .cases import Cases


@dataclass(frozen=True, slots=True)
class Result:
    """A limit, how the cases came out under it, and how that differs from the first one."""

    limit: Limit
    replayed: Replayed
    changed: Counter[tuple[Verdict, Verdict]]
    share_change: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """``unstopped`` are the cases without a stop by the moment of the count."""

    rows: int
    unstopped: int
    as_of: datetime
    results: tuple[Result, ...]


def report(
    cases: Cases, limits: Sequence[Limit], calendar: Calendar, *, as_of: datetime
) -> Report:
    """:raises NeverOpen: the place does not work for so long."""
    replays = [replay(cases.past, limit, calendar, as_of=as_of) for limit in limits]
    first = replays[0]
    results = [
        Result(
            limit,
            each,
            changed(first.verdicts, each.verdicts),
            None if each is first else _difference(first.share, each.share),
        )
        for limit, each in zip(limits, replays, strict=True)
    ]
    unstopped = sum(
        each.started_at <= as_of and (each.stopped_at is None or each.stopped_at > as_of)
        for each in cases.past
    )
    return Report(len(cases.past), unstopped, as_of, tuple(results))


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
