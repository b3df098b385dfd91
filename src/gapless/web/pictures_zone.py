"""The zone of tolerance on a scale that all rows of a table share. Geometry alone."""

from __future__ import annotations

from dataclasses import dataclass

from .pictures import Estimate, Tick

HEIGHT = 30
MIDDLE = 15
BAND = 14  # how thick the zone is drawn


def _px(value: float) -> float:
    return round(value, 1) + 0.0


@dataclass(frozen=True, slots=True)
class Ruler:
    """A scale from its lowest to its highest answer, laid flat."""

    low: int
    high: int
    width: float = 260
    margin: float = 10

    def x(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return _px(self.margin + (self.width - 2 * self.margin) * min(max(share, 0), 1))

    @property
    def ticks(self) -> tuple[Tick, ...]:
        step = max((self.high - self.low) // 6, 1)
        values = range(self.low, self.high + 1, step)
        return tuple(Tick(self.x(value), value) for value in values)


@dataclass(frozen=True, slots=True)
class Zone:
    """From the least accepted to the desired, and what was perceived with its interval."""

    ruler: Ruler
    least: float
    desired: float
    perceived: Estimate
    place: str  # as evaluation.gaps.zone.Place: decides the ink

    height = HEIGHT
    middle = MIDDLE
    band = BAND
    top = MIDDLE - BAND / 2

    @property
    def width(self) -> float:
        return self.ruler.width

    @property
    def begin(self) -> float:
        return self.ruler.x(self.least)

    @property
    def length(self) -> float:
        return _px(max(self.ruler.x(self.desired) - self.begin, 1))

    @property
    def rail(self) -> str:
        return (
            f"M{self.ruler.x(self.ruler.low):g} {MIDDLE}H{self.ruler.x(self.ruler.high):g}"
        )

    @property
    def dot(self) -> float:
        return self.ruler.x(self.perceived[0])

    @property
    def whisker(self) -> str:
        low, high = self.ruler.x(self.perceived[1]), self.ruler.x(self.perceived[2])
        return f"M{low:g} {MIDDLE}H{high:g}M{low:g} {MIDDLE - 4}v8M{high:g} {MIDDLE - 4}v8"
