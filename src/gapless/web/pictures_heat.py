"""The pictures of the heat map: cells, ranks, how far an estimate moved. Geometry alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from gapless.evaluation.gaps.heatmap import STEPS, Standing

GLYPHS = {
    Standing.BELOW: "▾",
    Standing.ABOVE: "▴",
    Standing.SAME: "≈",
    Standing.UNSURE: "?",
}


def _px(value: float) -> float:
    return round(value, 1) + 0.0


def ground(standing: Standing, distance: float) -> str:
    """
    The class of a cell. Only what is certain has a colour, the deeper the further it lies
    from the reference.
    """
    if standing in (Standing.BELOW, Standing.ABOVE):
        step = 1 + sum(abs(distance) >= limit for limit in STEPS)
        return f"h-{'s' if standing is Standing.BELOW else 'o'}{step}"
    return f"h-{standing.value}"


# --- Rank -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RankBar:
    """From the 5 % to the 95 % rank on a line that holds them all; the best at the left."""

    low: int
    high: int
    of: int

    width = 112
    height = 14
    margin = 4

    @property
    def x1(self) -> float:
        return self._x(self.low)

    @property
    def x2(self) -> float:
        # One rank alone is still a bar.
        return max(self._x(self.high), _px(self.x1 + 0.5))

    @property
    def end(self) -> float:
        return self.width - self.margin

    def _x(self, rank: int) -> float:
        room = self.width - 2 * self.margin
        return _px(self.margin + room * (rank - 1) / max(self.of - 1, 1))


# --- Shrinkage ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on the axis."""

    x: float
    value: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A hollow dot where the answers are, a solid one where the estimate is."""

    raw: float
    estimate: float
    low: float
    high: float
    reference: float

    width = 316
    height = 134
    margin = 18
    raw_y = 46
    estimate_y = 78
    axis_y = 112

    @property
    def marks(self) -> tuple[Mark, ...]:
        low, high = self._reach
        step = next(s for s in (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 50) if high - low <= 6 * s)
        first, last = ceil(round(low / step, 6)), floor(round(high / step, 6))
        values = [round(at * step, 2) + 0.0 for at in range(first, last + 1)]
        return tuple(Mark(self.x(value), value) for value in values)

    @property
    def raw_x(self) -> float:
        return self.x(self.raw)

    @property
    def estimate_x(self) -> float:
        return self.x(self.estimate)

    @property
    def reference_x(self) -> float:
        return self.x(self.reference)

    @property
    def whisker(self) -> str:
        y, low, high = self.estimate_y, self.x(self.low), self.x(self.high)
        return f"M{low:g} {y}H{high:g}M{low:g} {y - 4}v8M{high:g} {y - 4}v8"

    @property
    def path(self) -> str:
        """From the raw dot to the estimate."""
        down = self.estimate_y - 8
        return f"M{self.raw_x:g} {self.raw_y + 6}V62L{self.estimate_x:g} {down}"

    @property
    def reference_anchor(self) -> str:
        return self._anchor(self.reference_x)

    @property
    def raw_anchor(self) -> str:
        return self._anchor(self.raw_x)

    @property
    def estimate_anchor(self) -> str:
        return self._anchor(self.estimate_x)

    def x(self, value: float) -> float:
        low, high = self._reach
        room = self.width - 2 * self.margin
        return _px(self.margin + room * (value - low) / (high - low))

    def _anchor(self, x: float) -> str:
        if x < 60:
            return "start"
        return "end" if x > self.width - 60 else "middle"

    @property
    def _reach(self) -> tuple[float, float]:
        known = (self.raw, self.estimate, self.low, self.high, self.reference)
        air = max((max(known) - min(known)) * 0.06, 0.02)
        return min(known) - air, max(known) + air
