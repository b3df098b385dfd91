"""
The picture of a trend, drawn on the server: lines with their intervals over periods, and
what happened meanwhile beneath. Only geometry is decided here, as in pictures.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import median

from .pictures import Estimate, Tick

Maybe = Estimate | None

STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
TICKS_AT_MOST = 8
MARK_SIZE = 16
MARK_ROWS = 4
LABEL_ROOM = 52  # pixels that the name of a period takes
FIGURE_ROOM = 40  # and a number of answers


def _px(value: float) -> float:
    return round(value, 1) + 0.0  # no minus zero


@dataclass(frozen=True, slots=True)
class Axis:
    """What the height of a picture means; its ends are figures of the axis."""

    low: float
    high: float
    step: float

    @classmethod
    def over(cls, estimates: Iterable[Maybe]) -> Axis:
        """
        Wide enough for every estimate and for intervals of the usual width; the interval
        of a period with very few answers may reach out of the picture.
        """
        known = [each for each in estimates if each]
        if not known:
            return cls(0.0, 1.0, 0.5)
        reach = 2 * median((high - low) / 2 for _value, low, high in known)
        bottom = max(min(v for v, _l, _h in known) - reach, min(e[1] for e in known))
        top = min(max(v for v, _l, _h in known) + reach, max(e[2] for e in known))
        span = max(top - bottom, 0.05)
        step = next((s for s in STEPS if span <= (TICKS_AT_MOST - 2) * s), 100.0)
        low, high = floor(round(bottom / step, 9)), ceil(round(top / step, 9))
        return cls(low * step, max(high, low + 1) * step, step)

    @property
    def values(self) -> tuple[float, ...]:
        first, last = round(self.low / self.step), round(self.high / self.step)
        return tuple(round(n * self.step, 4) + 0.0 for n in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at one period: its label, its n, and whether something is withheld."""

    label: str
    n: str
    state: str = ""  # "hidden" below the threshold, "none" where nobody answered


@dataclass(frozen=True, slots=True)
class Course:
    """One line: an estimate or nothing for each period, and where it starts anew."""

    name: str
    estimates: Sequence[Maybe]
    breaks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened, at a place on the axis: 2.5 is in the middle of the third period."""

    at: float
    number: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line without a break."""

    line: str
    band: str
    dots: tuple[tuple[float, float], ...]
    whiskers: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line as it is drawn, and where its name stands."""

    name: str
    order: int
    runs: tuple[Run, ...]
    last: tuple[float, float] | None
    label_y: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark as it is drawn."""

    x: float
    y: float
    mark: Mark

    @property
    def text_y(self) -> float:
        return _px(self.y + 4)

    @property
    def shape(self) -> str:
        """The outline that says of what kind it is; what people noted is a circle."""
        half, x, y = MARK_SIZE / 2, self.x, self.y
        if self.mark.kind == "version":
            tip = half + 1
            sides = f"l{tip:g} {tip:g}l-{tip:g} {tip:g}l-{tip:g} -{tip:g}z"
            return f"M{x:g} {y - tip:g}{sides}"
        if self.mark.kind == "event":
            arc = f"a{half:g} {half:g} 0 1 0"
            return f"M{x - half:g} {y:g}{arc} {MARK_SIZE} 0{arc} -{MARK_SIZE} 0z"
        return f"M{x - half:g} {y - half:g}h{MARK_SIZE}v{MARK_SIZE}h-{MARK_SIZE}z"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much room a picture has, in pixels."""

    width: float = 960
    plot: float = 220
    left: float = 44
    right: float = 16
    top: float = 14
    counted: bool = True  # whether n stands beneath each period


WIDE = Sizes()
NARROW = Sizes(width=340, plot=190, left=38, right=10)
SMALL = Sizes(width=300, plot=84, left=34, right=10, top=8, counted=False)


@dataclass(frozen=True, slots=True)
class TrendPicture:
    places: Sequence[Place]
    courses: Sequence[Course]
    axis: Axis
    marks: Sequence[Mark] = ()
    sizes: Sizes = WIDE

    # --- Where things are -------------------------------------------------------------

    @property
    def width(self) -> float:
        return self.sizes.width

    @property
    def bottom(self) -> float:
        return self.sizes.top + self.sizes.plot

    @property
    def end(self) -> float:
        return self.width - self.sizes.right

    @property
    def left(self) -> float:
        return self.sizes.left

    @property
    def labels_y(self) -> float:
        return self.bottom + 16

    @property
    def counts_y(self) -> float:
        return self.bottom + 32

    @property
    def height(self) -> float:
        foot = self.counts_y if self.sizes.counted else self.labels_y
        return _px(foot + 6 + self._mark_rows * (MARK_SIZE + 4) + (4 if self.marks else 0))

    @property
    def zero(self) -> float | None:
        """Where a difference of nothing lies, if within the picture."""
        return self._y(0) if self.axis.low < 0 <= self.axis.high else None

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Figures of the axis; here ``x`` is their height."""
        return tuple(Tick(self._y(value), value) for value in self.axis.values)

    # --- What stands there ------------------------------------------------------------

    @property
    def labels(self) -> tuple[tuple[float, str], ...]:
        """The names of periods, as many as fit; the last one always."""
        return tuple(
            (self._x(at), place.label)
            for at, place in enumerate(self.places)
            if self._told(at, LABEL_ROOM)
        )

    @property
    def counts(self) -> tuple[tuple[float, str], ...]:
        if not self.sizes.counted:
            return ()
        return tuple(
            (self._x(at), place.n)
            for at, place in enumerate(self.places)
            if place.n and self._told(at, FIGURE_ROOM)
        )

    @property
    def withheld(self) -> tuple[float, ...]:
        """Where a period has answers, and too few to show."""
        return tuple(
            self._x(at) for at, place in enumerate(self.places) if place.state == "hidden"
        )

    @property
    def step(self) -> float:
        """The width of one period."""
        return _px(self._room / max(len(self.places), 1))

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        found = [self._drawn(order, course) for order, course in enumerate(self.courses)]
        return tuple(found)

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where a line starts anew: between two periods."""
        places = {at for course in self.courses for at in course.breaks}
        return tuple(_px(self._x(at) - self.step / 2) for at in sorted(places) if at)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The marks in rows beneath the axis, so that none covers another."""
        top = (self.counts_y if self.sizes.counted else self.labels_y) + 6 + MARK_SIZE
        ends: list[float] = []
        flags = []
        for mark in self.marks:
            x = self._at(mark.at)
            row = next((row for row, end in enumerate(ends) if x - end >= 0), len(ends))
            row = min(row, MARK_ROWS - 1)
            ends[row : row + 1] = [x + MARK_SIZE + 2]
            flags.append(Flag(x, _px(top + row * (MARK_SIZE + 4)), mark))
        return tuple(flags)

    # --- Geometry ---------------------------------------------------------------------

    @property
    def _mark_rows(self) -> int:
        return len({flag.y for flag in self.flags}) if self.marks else 0

    @property
    def _room(self) -> float:
        return self.width - self.sizes.left - self.sizes.right

    def _at(self, place: float) -> float:
        return _px(self.sizes.left + self._room * place / max(len(self.places), 1))

    def _x(self, at: int) -> float:
        return self._at(at + 0.5)

    def _y(self, value: float) -> float:
        inside = min(max(value, self.axis.low), self.axis.high)
        share = (inside - self.axis.low) / (self.axis.high - self.axis.low)
        return _px(self.bottom - self.sizes.plot * share)

    def _told(self, at: int, room: float) -> bool:
        """Whether a text fits here, counted back from the last period."""
        every = max(ceil(room / (self._room / max(len(self.places), 1))), 1)
        return (len(self.places) - 1 - at) % every == 0

    def _drawn(self, order: int, course: Course) -> Drawn:
        # Whiskers of several lines stand beside one another.
        aside = (order - (len(self.courses) - 1) / 2) * 5
        runs = tuple(self._run(run, aside) for run in _runs(course))
        last = runs[-1].dots[-1] if runs else None
        return Drawn(course.name, order + 1, runs, last, last[1] if last else 0)

    def _run(self, run: list[tuple[int, Estimate]], aside: float) -> Run:
        dots = tuple(
            (_px(self._x(at) + aside), self._y(value)) for at, (value, _l, _h) in run
        )
        upper = [(self._x(at), self._y(high)) for at, (_v, _l, high) in run]
        lower = [(self._x(at), self._y(low)) for at, (_v, low, _h) in reversed(run)]
        whiskers = "".join(
            f"M{x:g} {self._y(low):g}V{self._y(high):g}"
            for (x, _y), (_at, (_v, low, high)) in zip(dots, run, strict=True)
        )
        return Run(_points(dots), _points(upper + lower), dots, whiskers)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _runs(course: Course) -> Iterator[list[tuple[int, Estimate]]]:
    """Stretches of neighbouring periods that all have an estimate."""
    run: list[tuple[int, Estimate]] = []
    for at, estimate in enumerate(course.estimates):
        if run and (estimate is None or at in course.breaks):
            yield run
            run = []
        if estimate is not None:
            run.append((at, estimate))
    if run:
        yield run
