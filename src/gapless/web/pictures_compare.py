"""Two values of one thing on a scale that all rows of a table share. Geometry alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .pictures import Estimate, Tick
from .pictures_trend import Axis

ROW = 30
UP, DOWN = 10, 20  # where this side and the other stand, so that whiskers do not touch


def _px(value: float) -> float:
    return round(value, 1) + 0.0


@dataclass(frozen=True, slots=True)
class Ruler:
    """An axis laid flat."""

    axis: Axis
    width: float = 240
    margin: float = 8

    @classmethod
    def over(cls, estimates: Iterable[Estimate | None]) -> Ruler:
        return cls(Axis.over(estimates))

    def x(self, value: float) -> float:
        inside = min(max(value, self.axis.low), self.axis.high)
        share = (inside - self.axis.low) / (self.axis.high - self.axis.low)
        return _px(self.margin + (self.width - 2 * self.margin) * share)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.x(value), value) for value in self.axis.values)

    @property
    def zero(self) -> float | None:
        return self.x(0) if self.axis.low <= 0 <= self.axis.high else None


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """One side above, the other below, and what lies between them."""

    ruler: Ruler
    this: Estimate
    other: Estimate

    height = ROW
    up = UP
    down = DOWN

    @property
    def width(self) -> float:
        return self.ruler.width

    @property
    def this_x(self) -> float:
        return self.ruler.x(self.this[0])

    @property
    def other_x(self) -> float:
        return self.ruler.x(self.other[0])

    @property
    def this_limits(self) -> str:
        return self._limits(self.this, UP)

    @property
    def other_limits(self) -> str:
        return self._limits(self.other, DOWN)

    @property
    def between(self) -> str:
        return f"M{self.this_x:g} {UP}L{self.other_x:g} {DOWN}"

    def _limits(self, estimate: Estimate, y: float) -> str:
        _value, low, high = estimate
        return f"M{self.ruler.x(low):g} {y:g}H{self.ruler.x(high):g}"
