"""
The picture of skip logic: the outline as lines of text, and an arc from each item that
decides to each item or section it lets be shown. Only geometry, in pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from gapless.core.instruments.designing import objections
from gapless.core.instruments.rules import Condition, VersionDraft

from .conditions import sentence, titled
from .told import section_title

ROW = 30
LANE = 13  # how far apart arcs run that lie beside one another
EDGE = 16  # between the arcs and the text
TEXT = 270
ARROW = 4.5
ROOM = 36  # half-widths of a letter


@dataclass(frozen=True, slots=True)
class Line:
    """A section or an item."""

    text: str
    code: str  # of an item; empty for a section
    section: int
    y: float
    decides: bool
    depends: bool


@dataclass(frozen=True, slots=True)
class Arc:
    start: float
    end: float
    lane: int
    words: str
    broken: bool  # it cannot hold, or looks ahead


@dataclass(frozen=True, slots=True)
class Picture:
    lines: tuple[Line, ...]
    arcs: tuple[Arc, ...]

    @property
    def gutter(self) -> float:
        return EDGE + LANE * (1 + max((arc.lane for arc in self.arcs), default=0))

    @property
    def width(self) -> float:
        return self.text_x + TEXT

    @property
    def text_x(self) -> float:
        return self.gutter + 10

    @property
    def height(self) -> float:
        return len(self.lines) * ROW + 4

    @property
    def drawn(self) -> Iterator[tuple[Arc, str, str]]:
        """Each arc with its path and the path of its arrow."""
        x = self.gutter - 6
        for arc in self.arcs:
            out = x - EDGE - LANE * arc.lane + 6
            curve = min(10, abs(arc.end - arc.start) / 2)
            down = curve if arc.end > arc.start else -curve
            path = (
                f"M{x - 2:g} {arc.start:g}H{out + curve:g}"
                f"Q{out:g} {arc.start:g} {out:g} {arc.start + down:g}"
                f"V{arc.end - down:g}Q{out:g} {arc.end:g} {out + curve:g} {arc.end:g}"
                f"H{x - ARROW:g}"
            )
            head = f"M{x:g} {arc.end:g}l-{ARROW * 1.5:g} -{ARROW:g}v{2 * ARROW:g}z"
            yield arc, path, head


def clipped(text: str, room: int = ROOM) -> str:
    """As much of a text as fits; a Chinese character takes the room of two letters."""
    taken = 0
    for place, letter in enumerate(text):
        taken += 2 if east_asian_width(letter) in "WF" else 1
        if taken > room:
            return text[:place].rstrip() + "…"
    return text


def picture(draft: VersionDraft) -> Picture:
    lines = list(_lines(draft))
    at = {line.code: line.y for line in lines if line.code}
    heads = {line.section: line.y for line in lines if not line.code}
    wrong = {
        flaw.item if flaw.section is None else flaw.section
        for flaw in objections(draft)
        if flaw.code.startswith("condition_")
    }
    arcs: list[Arc] = []
    for place, section in enumerate(draft.sections):
        arcs += _arcs(draft, section.show_if, at, heads[place], place in wrong)
        for item in section.items:
            arcs += _arcs(draft, item.show_if, at, at[item.code], item.code in wrong)
    return Picture(tuple(lines), tuple(_in_lanes(arcs)))


def _lines(draft: VersionDraft) -> Iterator[Line]:
    conditions = [c for section in draft.sections for c in section.show_if]
    conditions += [c for item in draft.items for c in item.show_if]
    deciding = {condition.item for condition in conditions}
    y = ROW / 2
    for place, section in enumerate(draft.sections):
        title = clipped(section_title(draft, place))
        yield Line(title, "", place, y, decides=False, depends=bool(section.show_if))
        y += ROW
        for item in section.items:
            yield Line(
                text=clipped(titled(item), ROOM - 2),
                code=item.code,
                section=place,
                y=y,
                decides=item.code in deciding,
                depends=bool(item.show_if),
            )
            y += ROW


def _arcs(
    draft: VersionDraft,
    conditions: Iterable[Condition],
    at: dict[str, float],
    end: float,
    broken: bool,  # noqa: FBT001  of the picture's own
) -> Iterator[Arc]:
    for condition in conditions:
        if condition.item in at:
            words = sentence(draft, condition)
            # Several arcs at one line start and end a little apart.
            yield Arc(at[condition.item] + 4, end - 4, 0, words, broken)


def _in_lanes(arcs: Iterable[Arc]) -> Iterator[Arc]:
    """The shortest nearest to the text; arcs in one lane do not touch."""
    lanes: list[list[tuple[float, float]]] = []
    for arc in sorted(arcs, key=lambda each: abs(each.end - each.start)):
        low, high = sorted((arc.start, arc.end))
        free = (
            lane
            for lane, taken in enumerate(lanes)
            if all(high < other_low or low > other_high for other_low, other_high in taken)
        )
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((low, high))
        yield Arc(arc.start, arc.end, lane, arc.words, arc.broken)
