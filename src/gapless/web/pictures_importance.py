"""
The importance–performance map, drawn on the server: dots with their ellipses about a
crosshair. Only geometry is decided here, as in pictures.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, sin
from statistics import median
from unicodedata import east_asian_width

from gapless_stats.importance import Ellipse, Quadrant

from .pictures import Estimate, Tick
from .pictures_trend import Axis

DOT = 5
FONT = 12  # pixels, as .map-label in importance.css
LINE = 16
ELLIPSIS = "…"


def _px(value: float) -> float:
    return round(value, 1) + 0.0  # no minus zero


@dataclass(frozen=True, slots=True)
class Spot:
    """One item: where it lies, what of that is known, and what it is called."""

    name: str
    importance: float
    performance: float
    ellipse: Ellipse
    quadrant: Quadrant
    sure: bool

    @property
    def tinted(self) -> bool:
        return self.sure and self.quadrant is Quadrant.CONCENTRATE

    @property
    def reach(self) -> tuple[float, float]:
        """How far the ellipse extends along performance and along importance."""
        along, across = cos(self.ellipse.angle), sin(self.ellipse.angle)
        major, minor = self.ellipse.major, self.ellipse.minor
        return hypot(major * along, minor * across), hypot(major * across, minor * along)


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def within(self, other: Box) -> bool:
        return (
            other.x <= self.x
            and other.y <= self.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )


@dataclass(frozen=True, slots=True)
class Label:
    """A name that found room, and the line to its dot where it had to stand off."""

    text: str
    x: float
    y: float
    tinted: bool
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Corner:
    quadrant: Quadrant
    name: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A dot at x, y; ``matrix`` makes its ellipse of a circle of radius 1."""

    spot: Spot
    x: float
    y: float
    matrix: str


@dataclass(frozen=True, slots=True)
class Size:
    """How large a map is, and how long its labels may get."""

    width: int
    height: int
    label: int
    only_sure: bool
    corner: int  # pixels of the names in the corners
    left: int = 44
    right: int = 10
    top: int = 8
    bottom: int = 26


WIDE = Size(760, 560, label=150, only_sure=False, corner=16)
NARROW = Size(350, 400, label=106, only_sure=True, corner=13, left=36, right=6)


@dataclass(frozen=True)
class Map:
    """Importance upwards, performance to the right; ``names`` are those of the corners."""

    spots: Sequence[Spot]
    importance: float  # where the axes cross
    performance: float
    names: dict[Quadrant, str]
    size: Size = WIDE
    unit: int = 1  # figures of importance are so many times as large: 100 for shares

    @cached_property
    def plot(self) -> Box:
        size = self.size
        return Box(
            size.left,
            size.top,
            size.width - size.left - size.right,
            size.height - size.top - size.bottom,
        )

    @cached_property
    def across(self) -> Axis:
        return _axis(self.performance, [(s.performance, s.reach[0]) for s in self.spots])

    @cached_property
    def upwards(self) -> Axis:
        """In figures, not in importance."""
        each = [(self.unit * s.importance, self.unit * s.reach[1]) for s in self.spots]
        return _axis(self.unit * self.importance, each)

    @cached_property
    def _per_point(self) -> tuple[float, float]:
        """Pixels of a point of performance and of importance."""
        across, upwards, plot = self.across, self.upwards, self.plot
        return (
            plot.width / (across.high - across.low),
            self.unit * plot.height / (upwards.high - upwards.low),
        )

    def x(self, performance: float) -> float:
        return _px(self.plot.x + (performance - self.across.low) * self._per_point[0])

    def y(self, importance: float) -> float:
        below = self.upwards.high / self.unit - importance
        return _px(self.plot.y + below * self._per_point[1])

    @property
    def cross(self) -> tuple[float, float]:
        return self.x(self.performance), self.y(self.importance)

    @property
    def bottom(self) -> float:
        return self.plot.y + self.plot.height

    @property
    def labels_y(self) -> float:
        """Where the figures below the plot stand."""
        return self.bottom + 16

    @property
    def labels_x(self) -> float:
        """Where those beside it end."""
        return self.plot.x - 6

    @property
    def tint(self) -> Box:
        """The ground of "concentrate here"."""
        x, y = self.cross
        plot = self.plot
        return Box(plot.x, plot.y, _px(x - plot.x), _px(y - plot.y))

    @property
    def ticks_across(self) -> list[Tick]:
        every = [Tick(self.x(value), value) for value in self.across.values]
        return every[:: 2 if len(every) > self.plot.width / 48 else 1]

    @property
    def ticks_upwards(self) -> list[Tick]:
        return [Tick(self.y(value / self.unit), value) for value in self.upwards.values]

    @cached_property
    def drawn(self) -> list[Drawn]:
        """Those that matter most last, so that they lie on top."""
        ordered = sorted(self.spots, key=lambda spot: (spot.tinted, spot.sure))
        return [
            Drawn(s, self.x(s.performance), self.y(s.importance), self._matrix(s))
            for s in ordered
        ]

    def _matrix(self, spot: Spot) -> str:
        wide, high = self._per_point
        major, minor, angle = spot.ellipse.major, spot.ellipse.minor, spot.ellipse.angle
        turned = (
            wide * major * cos(angle),
            -high * major * sin(angle),
            -wide * minor * sin(angle),
            -high * minor * cos(angle),
            self.x(spot.performance),
            self.y(spot.importance),
        )
        return " ".join(f"{each + 0.0:.2f}" for each in turned)

    @property
    def corners(self) -> list[Corner]:
        """The names of the quadrants that are wide enough for theirs."""
        plot, ends = self.plot, {True: "end", False: "start"}
        found, inset = [], self.size.corner / 2
        for quadrant, (right, low) in _CORNERS.items():
            name = self.names[quadrant]
            room = plot.x + plot.width - self.cross[0] if right else self.tint.width
            if text_width(name, self.size.corner) + 2 * inset > room:
                continue
            x = plot.x + plot.width - inset if right else plot.x + inset
            y = self.bottom - inset if low else plot.y + 22
            found.append(Corner(quadrant, name, x, y, ends[right]))
        return found

    @cached_property
    def labels(self) -> list[Label]:
        """
        The names that find room beside their dots, the certain ones first; those that do
        not stand in the table alone.
        """
        drawn = list(reversed(self.drawn))
        taken = [Box(d.x - DOT, d.y - DOT, 2 * DOT, 2 * DOT) for d in drawn]
        taken += [_corner_box(corner) for corner in self.corners]
        found = []
        for each in drawn:
            if self.size.only_sure and not each.spot.sure:
                continue
            text = _shortened(each.spot.name, self.size.label)
            for box in _places(each, text_width(text)):
                if box.within(self.plot) and not any(box.meets(t) for t in taken):
                    taken.append(box)
                    found.append(_label(each, text, box))
                    break
        return found

    @property
    def unnamed(self) -> int:
        return len(self.spots) - len(self.labels)


_CORNERS = {
    Quadrant.CONCENTRATE: (False, False),
    Quadrant.KEEP_UP: (True, False),
    Quadrant.LOW_PRIORITY: (False, True),
    Quadrant.OVERKILL: (True, True),
}


def _axis(cross: float, spots: Sequence[tuple[float, float]]) -> Axis:
    """Wide enough for every dot, the crosshair, and ellipses of the usual size."""
    usual = median(reach for _at, reach in spots)
    estimates: list[Estimate | None] = [(at, at - reach, at + reach) for at, reach in spots]
    return Axis.over([*estimates, (cross, cross - usual, cross + usual)])


def text_width(text: str, font: int = FONT) -> float:
    """About how many pixels a label takes: a Chinese character is a square."""
    wide = sum(east_asian_width(each) in "WF" for each in text)
    return font * (1.0 * wide + 0.56 * (len(text) - wide))


def _shortened(name: str, width: float) -> str:
    if text_width(name) <= width:
        return name
    while name and text_width(name + ELLIPSIS) > width:
        name = name[:-1]
    return name.rstrip(" ,，、（(") + ELLIPSIS


def _places(drawn: Drawn, width: float) -> Iterator[Box]:
    """Where a label may stand, the best place first: beside its dot, then further off."""
    for off in (DOT + 4, 22, 38):
        x, y = drawn.x, drawn.y
        for left, top in (
            (x + off, y - LINE / 2),
            (x - off - width, y - LINE / 2),
            (x - width / 2, y - off - LINE),
            (x - width / 2, y + off),
            (x + off / 2, y - off - LINE),
            (x + off / 2, y + off),
            (x - off / 2 - width, y - off - LINE),
            (x - off / 2 - width, y + off),
        ):
            yield Box(_px(left), _px(top), width, LINE)


def _label(drawn: Drawn, text: str, box: Box) -> Label:
    lead = ""
    near = (
        min(max(drawn.x, box.x), box.x + box.width),
        min(max(drawn.y, box.y + 3), box.y + LINE - 3),
    )
    if hypot(near[0] - drawn.x, near[1] - drawn.y) > 2 * DOT + 4:
        lead = f"M{drawn.x:g} {drawn.y:g}L{_px(near[0]):g} {_px(near[1]):g}"
    return Label(text, box.x, _px(box.y + LINE - 4), drawn.spot.tinted, lead)


def _corner_box(corner: Corner) -> Box:
    width = text_width(corner.name, 16)
    left = corner.x - width if corner.anchor == "end" else corner.x
    return Box(left, corner.y - 15, width, 20)
