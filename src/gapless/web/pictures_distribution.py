"""The pictures of a distribution: columns of a histogram, grounds of a table. Geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

STEPS = (0.05, 0.1)
"""From which share of all answers a cell takes a deeper ground."""


def _px(value: float) -> float:
    return round(value, 1) + 0.0


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    share: float
    tone: str  # of pictures.css: "big", "even", "over"; "plain" where none is meant


@dataclass(frozen=True, slots=True)
class Drawn:
    bar: Bar
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return _px(self.x + self.width / 2)

    @property
    def tiny(self) -> bool:
        """Whether its share would be written as nothing although it is some."""
        return 0 < self.bar.share < 0.005

    @property
    def figure_y(self) -> float:
        return _px(self.y - 5)


@dataclass(frozen=True, slots=True)
class Bars:
    """Shares side by side, each with its figure above and its level below."""

    bars: Sequence[Bar]
    column: float = 44
    gap: float = 8

    top = 18
    floor = 138  # where the columns stand
    height = 158
    labels_y = 154

    @property
    def narrow(self) -> Self:
        """The same for a phone: no column wider than the figure above it."""
        return replace(self, column=26, gap=4)

    @property
    def width(self) -> float:
        return len(self.bars) * (self.column + self.gap)

    @property
    def columns(self) -> tuple[Drawn, ...]:
        highest = max((bar.share for bar in self.bars), default=0) or 1
        return tuple(self._drawn(at, bar, highest) for at, bar in enumerate(self.bars))

    def _drawn(self, at: int, bar: Bar, highest: float) -> Drawn:
        height = _px((self.floor - self.top) * bar.share / highest)
        if bar.share:
            height = max(height, 1.0)  # one answer in ten thousand is still there
        x = at * (self.column + self.gap) + self.gap / 2
        return Drawn(bar, _px(x), _px(self.floor - height), self.column, height)


def ground(share: float | None, *, low: int, high: int, level: int) -> str:
    """
    The class of a cell: vermilion where less was found than expected, blue-green where
    more, grey where as much; the deeper the more answers lie there.
    """
    if share is None:
        return "d-kept"
    if not share:
        return "d-none"
    step = 1 + sum(share >= limit for limit in STEPS)
    side = "s" if level < low else "o" if level > high else "e"
    return f"d-{side}{step}"
