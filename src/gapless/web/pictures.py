"""
Pictures drawn on the server: each a pure function of a summary. Only geometry is decided
here, in pixels with one decimal; words stand in the templates, ink in pictures.css.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor

from gapless.evaluation.gaps.choices import State

BAR_HEIGHT = 10
ROW_HEIGHT = 26
CAP = 4  # half the height of a whisker's end
ARROW = 5
TOLERANCE = 0.1  # design.md §2: inside it a gap counts as even

Estimate = tuple[float, float, float]  # value, low, high


def _px(value: float) -> float:
    return round(value, 1) + 0.0  # no minus zero


# --- One scale for every row of a table -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    value: float


@dataclass(frozen=True, slots=True)
class Scale:
    """From ``low`` to ``high`` over ``width`` pixels; zero always lies within."""

    low: float
    high: float
    width: float = 240
    step: float = 0.5

    @classmethod
    def around(cls, values: Iterable[float], *, width: float = 240) -> "Scale":
        """
        Wide enough for every estimate, with air at both ends. Intervals may reach out of
        it: one hall with ten answers must not flatten the bars of all others.
        """
        reach = [0.0, *values]
        span = max(reach) - min(reach)
        step = next((s for s in (0.1, 0.25, 0.5, 1.0, 2.0) if span <= 4 * s), 5.0)
        low = floor(round(min(reach) / step, 9)) * step
        high = ceil(round(max(reach) / step, 9)) * step
        if low == high == 0:
            low = -step
        # A bar is never drawn to the very edge, and zero keeps room on both sides.
        return cls(low - 0.15 * step, high + 0.4 * step, width, step)

    def x(self, value: float) -> float:
        return _px((value - self.low) / (self.high - self.low) * self.width)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def zero(self) -> float:
        return self.x(0)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        first, last = ceil(self.low / self.step), floor(self.high / self.step)
        values = [round(n * self.step, 2) + 0.0 for n in range(first, last + 1)]
        return tuple(Tick(self.x(value), value) for value in values)


# --- Gap bar --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GapBar:
    """A bar from zero, its interval on top; with state hidden or none only a well."""

    state: State
    scale: Scale
    estimate: Estimate | None = None
    tolerance: float = TOLERANCE

    height = ROW_HEIGHT
    bar_height = BAR_HEIGHT
    bar_y = (ROW_HEIGHT - BAR_HEIGHT) / 2

    @property
    def width(self) -> float:
        return self.scale.width

    @property
    def well_width(self) -> float:
        return self.width - 1

    @property
    def band_x(self) -> float:
        return self.scale.x(-self.tolerance)

    @property
    def band_width(self) -> float:
        return _px(self.scale.x(self.tolerance) - self.band_x)

    @property
    def bar_x(self) -> float:
        return min(self.scale.zero, self._end)

    @property
    def bar_width(self) -> float:
        return _px(abs(self.scale.zero - self._end))

    @property
    def whisker(self) -> str:
        """The interval as a path; an end beyond the picture has no cap, but an arrow."""
        middle = self.height / 2
        left, right = self._limits
        caps = (
            f"M{x:g} {middle - CAP:g}v{2 * CAP}"
            for x, limit in zip((left, right), self._interval, strict=True)
            if self.scale.holds(limit)
        )
        return f"M{left:g} {middle:g}H{right:g}" + "".join(caps)

    @property
    def beyond(self) -> str:
        """An arrow at each end where the interval goes on outside the picture."""
        middle, (low, high) = self.height / 2, self._interval
        arrows = ""
        if low < self.scale.low:
            arrows += f"M0 {middle:g}l{ARROW} -{CAP}v{2 * CAP}z"
        if high > self.scale.high:
            arrows += f"M{self.width:g} {middle:g}l-{ARROW} -{CAP}v{2 * CAP}z"
        return arrows

    @property
    def _interval(self) -> tuple[float, float]:
        return self.estimate[1:] if self.estimate else (0.0, 0.0)

    @property
    def _limits(self) -> tuple[float, float]:
        low, high = self._interval
        return self.scale.x(max(low, self.scale.low)), self.scale.x(
            min(high, self.scale.high)
        )

    @property
    def _end(self) -> float:
        value = self.estimate[0] if self.estimate else 0.0
        return self.scale.x(min(max(value, self.scale.low), self.scale.high))


# --- Trend ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spark:
    """
    A line through the periods that have an estimate, its interval as a band. It breaks
    where a period has none: nothing is drawn through what nobody measured.
    """

    estimates: Sequence[Estimate | None]
    width: float = 180
    height: float = 34
    margin: float = 3

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(
            " ".join(f"{self._x(at):g},{self._y(value):g}" for at, (value, _l, _h) in run)
            for run in self._runs
        )

    @property
    def bands(self) -> tuple[str, ...]:
        return tuple(
            " ".join(
                f"{self._x(at):g},{self._y(limit):g}"
                for at, limit in (
                    *((at, high) for at, (_v, _low, high) in run),
                    *((at, low) for at, (_v, low, _high) in reversed(run)),
                )
            )
            for run in self._runs
        )

    @property
    def last(self) -> tuple[float, float] | None:
        """Where the dot of the latest estimate stands."""
        if not self._runs:
            return None
        at, (value, _low, _high) = self._runs[-1][-1]
        return self._x(at), self._y(value)

    @property
    def _runs(self) -> list[list[tuple[int, Estimate]]]:
        runs: list[list[tuple[int, Estimate]]] = [[]]
        for at, estimate in enumerate(self.estimates):
            if estimate is None:
                runs.append([])
            else:
                runs[-1].append((at, estimate))
        return [run for run in runs if run]

    def _x(self, at: int) -> float:
        room = self.width - 2 * self.margin
        return _px(self.margin + room * at / max(len(self.estimates) - 1, 1))

    def _y(self, value: float) -> float:
        known = [limit for estimate in self.estimates if estimate for limit in estimate]
        low, span = min(known), max(known) - min(known)
        room = self.height - 2 * self.margin
        share = (value - low) / span if span else 0.5
        return _px(self.margin + room * (1 - share))


# --- Distribution of differences ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    difference: int  # the lowest that stands in it
    count: int
    x: float
    y: float
    height: float
    levels: int = 1

    @property
    def state(self) -> State:
        if self.difference > 0:
            return State.OVER
        return State.BIG if self.difference + self.levels <= 0 else State.EVEN

    @property
    def width(self) -> float:
        return self.levels * Histogram.step - Histogram.gap


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many answered how far off what they expected: −6 … 6 on seven points."""

    counts: Sequence[int]  # from the lowest difference to the highest; their middle is 0
    levels: Sequence[int] = ()  # of each count, where some levels are taken together

    step = 28
    gap = 4
    floor = 76  # where the columns stand
    height = 94

    @property
    def width(self) -> float:
        return self._every * self.step

    @property
    def joined(self) -> bool:
        """Whether somewhere levels are taken together."""
        return any(levels > 1 for levels in self.levels)

    @property
    def ticks(self) -> list[tuple[float, int]]:
        """Each difference with the middle of its place."""
        return [
            (_px((at + 0.5) * self.step), at - self._every // 2)
            for at in range(self._every)
        ]

    @property
    def columns(self) -> tuple[Column, ...]:
        """As high as one of its levels would be if all were alike: areas are people."""
        columns = zip(self.counts, self._levels, strict=True)
        tallest = max(*(count / levels for count, levels in columns), 1)
        begins = accumulate(self._levels, initial=0)
        return tuple(
            self._column(at, count, levels, tallest)
            for at, count, levels in zip(begins, self.counts, self._levels, strict=False)
        )

    @property
    def _levels(self) -> Sequence[int]:
        return self.levels or [1] * len(self.counts)

    @property
    def _every(self) -> int:
        return sum(self._levels)

    @property
    def share_below(self) -> float | None:
        total = sum(self.counts)
        below = sum(each.count for each in self.columns if each.state is State.BIG)
        return below / total if total else None

    def _column(self, at: int, count: int, levels: int, tallest: float) -> Column:
        height = _px((self.floor - 6) * count / levels / tallest)
        if count:
            height = max(height, 1.0)  # one answer in ten thousand is still there
        x, y = _px(at * self.step + self.gap / 2), _px(self.floor - height)
        return Column(at - self._every // 2, count, x, y, height, levels)
