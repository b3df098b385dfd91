"""
The clocks of a case on one axis, as in design.md 5: filled where a clock ran, hatched
where it was paused, a tick of ink for its limit, a tick of the brand for now. Only
geometry is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gapless.web.clocks.picture import WIDTH, Bar, Mark

Span = tuple[str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Axis:
    start: datetime
    end: datetime

    @classmethod
    def over(cls, moments: Sequence[datetime]) -> Axis:
        """From the first to the last of them, with a little air at its end."""
        start, end = min(moments), max(moments)
        return cls(start, end + ((end - start) / 25 or timedelta(minutes=1)))

    def x(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start)
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    def bars(self, spans: Iterable[Span]) -> tuple[Bar, ...]:
        return tuple(
            Bar(self.x(first), round(self.x(last) - self.x(first), 1), kind)
            for kind, first, last in spans
            if last > first
        )

    def marks(self, moments: Iterable[tuple[str, datetime | None]]) -> tuple[Mark, ...]:
        return tuple(Mark(self.x(at), at, kind) for kind, at in moments if at)

    @property
    def labels(self) -> tuple[datetime, ...]:
        return self.start, self.start + (self.end - self.start) / 2, self.end


def ran(start: datetime, until: datetime, due_at: datetime | None) -> list[Span]:
    """What ran within its limit, and what beyond it."""
    if due_at is None or due_at >= until:
        return [("run", start, until)]
    return [("run", start, max(start, due_at)), ("late", max(start, due_at), until)]


# Hands in turn, so that two beside each other are told apart.
SHADES = ("hand-a", "hand-b")


def shaded(turn: int) -> str:
    return SHADES[turn % len(SHADES)]
