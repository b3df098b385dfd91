"""
Small pictures, each a pure function of numbers. Ink is in the page's style sheet: b a bar,
w a whisker, z the zero line, g a grid line, t a text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, log10, sin
from unicodedata import east_asian_width

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE, NARROW = 720, 344
"""Pixels: the body of a page, and what a phone holds."""

ROW = 38
FIGURE = 48  # room at the right for a bar's figure
SHAPE = "{}"


def _px(value: float) -> str:
    return f"{value + 0.0:.1f}"


def _joined(pieces: Sequence[SafeString]) -> SafeString:
    return format_html_join("", SHAPE, ((each,) for each in pieces))


def _drawn(width: float, height: float, label: str, pieces: Sequence[SafeString]) -> str:
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
        ' aria-label="{label}">{body}</svg>',
        w=_px(width),
        h=_px(height),
        label=label,
        body=_joined(pieces),
    )


def _text(
    x: float, y: float, said: str, *, ink: str = "t", anchor: str = "start"
) -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        *(ink, _px(x), _px(y), anchor, said),
    )


def _line(ink: str, path: str) -> SafeString:
    return format_html('<path class="{}" d="{}"/>', ink, path)


def _steps(low: float, high: float, *, about: int) -> list[float]:
    """Round numbers from ``low`` to ``high``."""
    span = (high - low) or 1.0
    size = 10.0 ** floor(log10(span / about))
    step = next(s * size for s in (1, 2, 5, 10) if span / (s * size) <= about)
    return [n * step for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _figure(value: float) -> str:
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


def text_width(said: str, font: int = 12) -> float:
    """About how many pixels a label takes: a Chinese character is a square."""
    wide = sum(east_asian_width(each) in "WF" for each in said)
    return font * (wide + 0.56 * (len(said) - wide))


def shortened(said: str, width: float) -> str:
    if text_width(said) <= width:
        return said
    while said and text_width(said + "…") > width:
        said = said[:-1]
    return said.rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Bar:
    """A value from zero with its interval; ``ink`` is short, over or even."""

    name: str
    value: float
    low: float | None
    high: float | None
    figure: str
    ink: str = "even"


def bars(each: Sequence[Bar], *, label: str, width: int = NARROW) -> str:
    """Names above their bars, all on one scale; figures in a column of their own."""
    reach = [
        v for bar in each for v in (0.0, bar.value, bar.low, bar.high) if v is not None
    ]
    low, high = min(reach), max(reach)
    air = 0.04 * (high - low) or 1.0
    low, high = low - air * (low < 0), high + air
    per = (width - FIGURE) / (high - low)

    def x(value: float) -> float:
        return 1 + (value - low) * per

    bottom = ROW * len(each) + 6
    pieces = [_line("g", f"M{_px(x(at))} 0V{bottom}") for at in _steps(low, high, about=5)]
    for place, bar in enumerate(each):
        pieces += _bar(bar, ROW * place, x, width)
    pieces.append(_line("z", f"M{_px(x(0))} 0V{bottom}"))
    pieces += [
        _text(max(x(at), 10), bottom + 14, _figure(at), anchor="middle")
        for at in _steps(low, high, about=5)
    ]
    return _drawn(width, bottom + 20, label, pieces)


def _bar(bar: Bar, top: float, x: Callable[[float], float], width: int) -> list[SafeString]:
    ends = sorted((x(0.0), x(bar.value)))
    room = width - text_width(bar.figure) - 14
    pieces = [
        _text(2, top + 14, shortened(bar.name, room), ink="t n"),
        _text(width - 2, top + 14, bar.figure, anchor="end"),
        format_html(
            '<rect class="b {}" x="{}" y="{}" width="{}" height="10"/>',
            *(bar.ink, _px(ends[0]), _px(top + 20), _px(ends[1] - ends[0])),
        ),
    ]
    if bar.low is not None and bar.high is not None:
        left, right, y = x(bar.low), x(bar.high), top + 25
        path = f"M{_px(left)} {y}H{_px(right)}M{_px(left)} {y - 4}v8M{_px(right)} {y - 4}v8"
        pieces += [_line("w halo", path), _line("w", path)]
    return pieces


@dataclass(frozen=True, slots=True)
class Dot:
    """
    A point of a map; ``sure`` ones are solid. ``reach`` is its uncertainty: half-lengths
    and angle of an ellipse in the units of the axes, or half-widths with angle 0.
    """

    name: str
    x: float
    y: float
    reach: tuple[float, float, float] | None
    sure: bool
    ink: str = "even"


@dataclass(frozen=True, slots=True)
class Ground:
    """The axes of a map: where they cross, what they are called, and the four corners."""

    cross: tuple[float, float]
    names: tuple[str, str]
    corners: tuple[str, str, str, str]
    """Top left, top right, bottom left, bottom right."""
    ends: tuple[tuple[float, float], tuple[float, float]] | None = None


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    air = 0.08 * (high - low) or 0.5
    return low - air, high + air


def scatter(dots: Sequence[Dot], ground: Ground, *, label: str, width: int = WIDE) -> str:
    """Dots about a crosshair, with names where they find room."""
    height = 540 if width == WIDE else 420
    frame = _Frame.about(dots, ground, width, height)
    pieces = frame.paper(ground)
    pieces.append(frame.clipped([_uncertain(dot, frame) for dot in dots if dot.reach]))
    pieces += [
        format_html(
            '<circle class="d {} {}" cx="{}" cy="{}" r="4.5"/>',
            *(dot.ink, "sure" if dot.sure else "open", *map(_px, frame.at(dot.x, dot.y))),
        )
        for dot in dots
    ]
    pieces += _labels(dots, frame)
    return _drawn(width, height, label, pieces)


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, float]
    upwards: tuple[float, float]

    @classmethod
    def about(cls, dots: Sequence[Dot], ground: Ground, width: int, height: int) -> _Frame:
        across, upwards = ground.ends or (
            _span([ground.cross[0], *(dot.x for dot in dots)]),
            _span([ground.cross[1], *(dot.y for dot in dots)]),
        )
        return cls(44, 10, width - 8, height - 44, across, upwards)

    @property
    def per(self) -> tuple[float, float]:
        return (
            (self.right - self.left) / (self.across[1] - self.across[0]),
            (self.bottom - self.top) / (self.upwards[1] - self.upwards[0]),
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        wide, high = self.per
        return (
            self.left + (x - self.across[0]) * wide,
            self.bottom - (y - self.upwards[0]) * high,
        )

    def clipped(self, shapes: Sequence[SafeString]) -> SafeString:
        """What reaches beyond the frame ends at it."""
        wide, high = self.right - self.left, self.bottom - self.top
        return format_html(
            '<svg x="{x}" y="{y}" width="{w}" height="{h}" viewBox="{x} {y} {w} {h}">'
            "{shapes}</svg>",
            **dict(
                zip(
                    ("x", "y", "w", "h"),
                    map(_px, (self.left, self.top, wide, high)),
                    strict=True,
                )
            ),
            shapes=_joined(shapes),
        )

    def paper(self, ground: Ground) -> list[SafeString]:
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        cross = self.at(*ground.cross)
        pieces = [
            _line("frame", f"M{left} {top}H{right}V{bottom}H{left}Z"),
            _line("z", f"M{_px(cross[0])} {top}V{bottom}M{left} {_px(cross[1])}H{right}"),
        ]
        pieces += [
            _text(self.at(value, 0)[0], bottom + 15, _figure(value), anchor="middle")
            for value in _steps(*self.across, about=6)
        ]
        pieces += [
            _text(left - 5, self.at(0, value)[1] + 4, _figure(value), anchor="end")
            for value in _steps(*self.upwards, about=6)
        ]
        pieces.append(_text(right, bottom + 34, ground.names[0] + " →", anchor="end"))
        pieces.append(_text(2, bottom + 34, "↑ " + ground.names[1]))
        return [*pieces, *self._corners(ground, cross)]

    def _corners(self, ground: Ground, cross: tuple[float, float]) -> list[SafeString]:
        places = (
            (self.left + 8, self.top + 18, "start", cross[0] - self.left),
            (self.right - 8, self.top + 18, "end", self.right - cross[0]),
            (self.left + 8, self.bottom - 8, "start", cross[0] - self.left),
            (self.right - 8, self.bottom - 8, "end", self.right - cross[0]),
        )
        return [
            _text(x, y, shortened(name, room - 12), ink="t c", anchor=anchor)
            for name, (x, y, anchor, room) in zip(ground.corners, places, strict=True)
            if room > 40
        ]


def _uncertain(dot: Dot, frame: _Frame) -> SafeString:
    major, minor, angle = dot.reach or (0.0, 0.0, 0.0)
    (wide, high), (x, y) = frame.per, frame.at(dot.x, dot.y)
    matrix = (
        *(wide * major * cos(angle), -high * major * sin(angle)),
        *(-wide * minor * sin(angle), -high * minor * cos(angle)),
        *(x, y),
    )
    return format_html(
        '<circle class="e {} {}" r="1" transform="matrix({})"/>',
        *(dot.ink, "sure" if dot.sure else "open", " ".join(f"{v:.2f}" for v in matrix)),
    )


Box = tuple[float, float, float, float]


def _labels(dots: Sequence[Dot], frame: _Frame) -> list[SafeString]:
    """Names beside their dots where they meet neither each other nor a dot."""
    taken = [
        (frame.left, top, frame.right, top + 16)
        for top in (frame.top + 6, frame.bottom - 20)  # the names of the corners
    ]
    for dot in dots:
        x, y = frame.at(dot.x, dot.y)
        taken.append((x - 5, y - 5, x + 5, y + 5))
    pieces = []
    for dot in sorted(dots, key=lambda each: not each.sure):
        name = shortened(dot.name, 150)
        box = _free(frame.at(dot.x, dot.y), text_width(name), taken, frame)
        if box:
            taken.append(box)
            pieces.append(_text(box[0], box[3] - 3, name, ink=f"t n {dot.ink}"))
    return pieces


def _free(
    at: tuple[float, float], width: float, taken: Sequence[Box], frame: _Frame
) -> Box | None:
    x, y = at
    for dx, dy in (
        *((7, -7), (-7 - width, -7), (-width / 2, -21), (-width / 2, 7)),
        *((6, -18), (6, 5), (-6 - width, -18), (-6 - width, 5)),
    ):
        box = (x + dx, y + dy, x + dx + width, y + dy + 14)
        inside = frame.left <= box[0] and box[2] <= frame.right
        inside = inside and frame.top <= box[1] and box[3] <= frame.bottom
        if inside and not any(_meet(box, other) for other in taken):
            return box
    return None


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    )


def scree(
    found: Sequence[float], chance: Sequence[float], names: tuple[str, str], *, label: str
) -> str:
    """Eigenvalues as a line with dots, and what chance would give as a dashed one."""
    width, height = NARROW, 230
    left, top, right, bottom = 34, 10, width - 10, height - 46
    high = max(*found, *chance) * 1.05
    each = (right - left) / max(len(found) - 1, 1)

    def path(values: Sequence[float]) -> str:
        steps = [
            f"{_px(left + each * at)} {_px(bottom - value / high * (bottom - top))}"
            for at, value in enumerate(values)
        ]
        return "M" + "L".join(steps)

    pieces = [_line("frame", f"M{left} {top}V{bottom}H{right}")]
    for value in _steps(0, high, about=5):
        y = bottom - value / high * (bottom - top)
        pieces.append(_text(left - 5, y + 4, _figure(value), anchor="end"))
    pieces += [
        _text(left + each * at, bottom + 15, str(at + 1), anchor="middle")
        for at in range(0, len(found), ceil(len(found) / 12))
    ]
    pieces += [_line("l dash", path(chance)), _line("l", path(found))]
    pieces += _key(("l", names[0]), left, height - 5)
    pieces += _key(("l dash", names[1]), left + 150, height - 5)
    return _drawn(width, height, label, pieces)


def _key(line: tuple[str, str], x: float, y: float) -> list[SafeString]:
    """What a line stands for."""
    ink, name = line
    return [_line(ink, f"M{x} {y - 4}h22"), _text(x + 28, y, name)]
