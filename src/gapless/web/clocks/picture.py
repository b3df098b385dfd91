"""
A clock drawn on the server, as in design.md 5: what ran is filled, what was paused is
hatched, a tick of ink is the limit, a tick of the brand is now. Only geometry is decided
here; the words stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gapless.core.clocks.rules import Reading, Stretch

WIDTH = 720.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    kind: str  # "run", "pause", or "late"


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    at: datetime
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    labels: tuple[datetime, ...]  # at its beginning, in its middle, at its end


def drawn(reading: Reading, pauses: Iterable[Stretch], *, now: datetime) -> Picture | None:
    """On an axis from its start to its limit, or beyond; None before it has started."""
    if reading.started_at is None:
        return None
    start, until = reading.started_at, reading.stopped_at or now
    moments = [until, reading.due_at or until, reading.original_due_at or until]
    end = max(moments)
    end += (end - start) / 25 or timedelta(minutes=1)

    def x(moment: datetime) -> float:
        share = (moment - start) / (end - start)
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    marks = [Mark(x(w.at), w.at, "warned") for w in reading.warnings]
    if reading.original_due_at and reading.original_due_at != reading.due_at:
        marks.append(Mark(x(reading.original_due_at), reading.original_due_at, "first"))
    if reading.due_at:
        marks.append(Mark(x(reading.due_at), reading.due_at, "due"))
    if reading.stopped_at:
        marks.append(Mark(x(reading.stopped_at), reading.stopped_at, "stop"))
    else:
        marks.append(Mark(x(now), now, "now"))
    spans = [("run", start, until)]
    spans += [("pause", each.starts_at, min(each.ends_at, until)) for each in pauses]
    if reading.breached_at and reading.breached_at < until:
        spans.append(("late", reading.breached_at, until))
    bars = [
        Bar(x(first), round(x(last) - x(first), 1), kind)
        for kind, first, last in spans
        if last > first
    ]
    return Picture(tuple(bars), tuple(marks), (start, start + (end - start) / 2, end))
