"""
A form as its page shows it: sections of steps, one thing to answer at a time. Pure but for
the words, which are said in the language that is active.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from django.utils.translation import gettext as _

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.reading import DOES_NOT_APPLY, LONGEST_TEXT, PREFIX, SIDES
from gapless.core.instruments.rules import SCALED, ItemDraft, SectionDraft, VersionDraft
from gapless.core.text import said

from .splicing import slot

Given = Mapping[str, Sequence[str]]

MOST_SQUARES = 11  # points of a scale that fit a phone as squares; beyond, a list
ONE_ROW = 7
LONG_LIST = 12  # options
_TEMPLATES = {
    ItemKind.SINGLE: "choice",
    ItemKind.MULTIPLE: "choice",
    ItemKind.TEXT: "text",
    ItemKind.ATTRIBUTE: "line",
    ItemKind.NUMBER: "line",
    ItemKind.DATE: "line",
    ItemKind.WEIGHT: "points",
}
# How long a step takes to answer, for “about 2 minutes left”: rounded from what people
# need to read one sentence and choose.
_SECONDS = {ItemKind.TEXT: 25, ItemKind.PAIR: 12, ItemKind.ZONE: 18, ItemKind.DATE: 10}


@dataclass(frozen=True, slots=True)
class Point:
    """Something to choose: a point of a scale or an option."""

    value: str
    text: str
    chosen: bool
    label: str = ""  # what a screen reader says, where the text alone says too little


@dataclass(frozen=True, slots=True)
class Scale:
    """One row of points."""

    name: str  # of the form field
    look: str  # e: an outline, p: filled, a and d: of a zone
    legend: str
    points: tuple[Point, ...]

    @property
    def long(self) -> bool:
        return len(self.points) > MOST_SQUARES

    @property
    def wide(self) -> bool:
        """Two rows on a phone, so that its ends have to be named with their points."""
        return len(self.points) > ONE_ROW

    @property
    def plural(self) -> int:
        return len(self.points)


@dataclass(frozen=True, slots=True)
class Ask:
    """One item on the page."""

    item: ItemDraft
    place: int  # in the form: a code may hold signs that no id may
    text: str
    scales: tuple[Scale, ...]
    options: tuple[Point, ...]
    show_if: str  # JSON for the script: [[item, comparison, value], …]
    low: str
    high: str
    value: str
    problem: str
    given_up: bool  # “does not apply” was chosen

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.item.code}"

    @property
    def template(self) -> str:
        kind = _TEMPLATES.get(self.item.kind, "scales")
        return f"answering/asks/{kind}.html"

    @property
    def may_not_apply(self) -> bool:
        """Written words have no such box: leaving them out says the same."""
        written = (ItemKind.TEXT, ItemKind.ATTRIBUTE, ItemKind.WEIGHT)
        return self.item.not_applicable and self.item.kind not in written

    @property
    def one_field(self) -> bool:
        """Whether “does not apply” is one more choice of the same row."""
        return (len(self.scales) == 1 and not self.scales[0].long) or self.single

    @property
    def single(self) -> bool:
        return self.item.kind is ItemKind.SINGLE

    @property
    def many(self) -> bool:
        return len(self.options) > LONG_LIST

    @property
    def longest(self) -> int:
        return LONGEST_TEXT if self.item.kind is ItemKind.TEXT else 200

    @property
    def input_mode(self) -> str:
        if self.item.kind is not ItemKind.NUMBER:
            return "text"
        below_zero = self.item.minimum is None or self.item.minimum < 0
        if below_zero:  # the number pads of telephones have no minus sign
            return "text"
        return "decimal" if self.item.decimals else "numeric"

    @property
    def hint(self) -> str:
        return _limits(self.item) if self.item.kind is ItemKind.NUMBER else ""


@dataclass(frozen=True, slots=True)
class Step:
    """What stands on the screen at once: an item, a table of items, points to divide."""

    asks: tuple[Ask, ...]
    kind: str  # one, table, points
    question: str
    seconds: int
    first: bool

    @property
    def code(self) -> str:
        return self.asks[0].code

    @property
    def required(self) -> bool:
        return any(ask.item.required for ask in self.asks)

    @property
    def problem(self) -> str:
        """Of points that do not add up, once: each of the boxes has the same."""
        return self.asks[0].problem if self.kind == "points" else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section."""

    title: str
    introduction: str
    shuffled: bool
    steps: tuple[Step, ...]


def parts_of(
    draft: VersionDraft, given: Given, problems: Mapping[str, str]
) -> tuple[Part, ...]:
    """The form in the language that is active, filled with what was given so far."""
    parts = []
    places = {item.code: place for place, item in enumerate(draft.items)}
    for place, section in enumerate(draft.sections):
        shuffled = section.randomised and not _looks_at_itself(section)
        first = place == 0 and not shuffled
        parts.append(
            Part(
                title=said(section.title),
                introduction=said(section.introduction),
                shuffled=shuffled,
                steps=tuple(
                    _steps(section, partial(_ask, section, places, given, problems), first)
                ),
            )
        )
    return tuple(parts)


def _looks_at_itself(section: SectionDraft) -> bool:
    """Whether something here depends on something here: then the order has to stay."""
    codes = {item.code for item in section.items}
    return any(each.item in codes for item in section.items for each in item.show_if)


def _steps(
    section: SectionDraft,
    ask: Callable[[ItemDraft], Ask],
    first: bool,  # noqa: FBT001  the step that shows before the script runs
) -> Iterator[Step]:
    for together, items in groupby(_numbered(section), key=lambda pair: pair[0]):
        asks = tuple(ask(item) for _place, item in items)
        kind = together[0]
        question = asks[0].text
        if kind == "table":
            question = said(asks[0].item.matrix)
        elif kind == "points":
            question = _("Divide 100 points: the more it matters to you, the more it gets")
        yield Step(asks, kind, question, sum(map(_seconds, asks)), first)
        first = False


def _numbered(
    section: SectionDraft,
) -> Iterator[tuple[tuple[str, str], ItemDraft]]:
    """Each item with what it shares a step with: the same table, the same 100 points."""
    for place, item in enumerate(section.items):
        if item.kind is ItemKind.WEIGHT:
            yield ("points", ""), item
        elif any(item.matrix.values()) and item.kind in SCALED:
            yield ("table", json.dumps(dict(item.matrix), sort_keys=True)), item
        else:
            yield ("one", str(place)), item


def _seconds(ask: Ask) -> int:
    return _SECONDS.get(ask.item.kind, 6)


def _ask(
    section: SectionDraft,
    places: Mapping[str, int],
    given: Given,
    problems: Mapping[str, str],
    item: ItemDraft,
) -> Ask:
    name = f"{PREFIX}{item.code}"
    here = given.get(name, ())
    conditions = [
        [each.item, each.comparison.value, each.value]
        for each in (*section.show_if, *item.show_if)
    ]
    return Ask(
        item=item,
        place=places[item.code],
        text=said(item.text),
        scales=tuple(_scales(item, given)),
        options=tuple(
            Point(str(place), said(option.text), str(place) in here)
            for place, option in enumerate(item.options)
        ),
        show_if=json.dumps(conditions, separators=(",", ":")) if conditions else "",
        low=said(item.low_label),
        high=said(item.high_label),
        value=here[-1] if here else "",
        problem=problems.get(item.code, ""),
        given_up=DOES_NOT_APPLY in here,
    )


def _scales(item: ItemDraft, given: Given) -> Iterator[Scale]:
    if item.kind not in SCALED:
        return
    name = f"{PREFIX}{item.code}"
    sides = SIDES.get(item.kind, ("",))
    for side, legend in zip(sides, _legends(item), strict=True):
        field = f"{name}.{side}" if side else name
        look = side or ("e" if item.kind is ItemKind.EXPECTATION else "p")
        yield Scale(field, look, legend, tuple(_points(item, given.get(field, ()))))


def _legends(item: ItemDraft) -> tuple[str, ...]:
    if item.kind is ItemKind.PAIR:
        return (
            _frame(said(item.expectation_text), said(item.text))
            or _("An excellent provider"),
            _frame(said(item.perception_text), said(item.text))
            or _("%(unit)s, this time") % {"unit": slot("unit")},
        )
    if item.kind is ItemKind.ZONE:
        return (
            _("The least I would accept"),
            _("What I would wish for"),
            _("%(unit)s, this time") % {"unit": slot("unit")},
        )
    return ("",)


def _frame(whole: str, text: str) -> str:
    """
    What a wording adds to the item's own text: “This branch: it is clean” about “it is
    clean” is “This branch”. A wording that does not hold the text stands as it is.
    """
    if not text:
        return whole
    head, found, tail = whole.partition(text)
    if found and not tail.strip(" 。.") and head.strip():
        return head.strip().rstrip(":：,，")
    return "" if whole == text else whole


def _points(item: ItemDraft, here: Sequence[str]) -> Iterator[Point]:
    ends = {item.low: said(item.low_label), item.high: said(item.high_label)}
    for value in range(item.low, item.high + 1):
        shown = str(value).replace("-", "−")
        end = ends.get(value, "")
        label = _("%(point)s, %(word)s") % {"point": shown, "word": end} if end else ""
        yield Point(str(value), shown, str(value) in here, label)


def _limits(item: ItemDraft) -> str:
    limits = {"low": item.minimum, "high": item.maximum}
    if item.minimum is not None and item.maximum is not None:
        return _("From %(low)s to %(high)s.") % limits
    if item.minimum is not None:
        return _("At least %(low)s.") % limits
    return _("At most %(high)s.") % limits if item.maximum is not None else ""
