"""What makes a form sound, what it asks of whom, and when an answer counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from gapless.analytics.answers import HIGHEST, LOWEST, NUMBER_LIMIT
from gapless.analytics.answers import POINTS as POINTS  # said here to the doors
from gapless.core.text import LanguageMap

from .choices import Comparison, ExpectationType, ItemKind, Measure

RATED = (ItemKind.PAIR, ItemKind.SCORE, ItemKind.ZONE)
SCALED = (*RATED, ItemKind.EXPECTATION, ItemKind.OVERALL, ItemKind.NPS)
CHOICES = (ItemKind.SINGLE, ItemKind.MULTIPLE)
WRITTEN = (ItemKind.TEXT, ItemKind.ATTRIBUTE)
MOST_OPTIONS = 100
MOST_DECIMALS = 4
_FIXED_SCALES = {ItemKind.NPS: (0, 10), ItemKind.WEIGHT: (0, POINTS)}


@dataclass(frozen=True, slots=True)
class DimensionDraft:
    code: str
    name: LanguageMap


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things to choose from. An answer is its place in the list."""

    code: str
    text: LanguageMap


@dataclass(frozen=True, slots=True)
class Condition:
    """
    An earlier answer that decides whether something is asked: a point of the scale (of
    a pair or zone, what was perceived) or the place of an option. Unanswered never fits.
    """

    item: str
    comparison: Comparison
    value: int


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item as somebody wants it; becomes an ``Item`` when its version is made."""

    code: str
    kind: ItemKind
    text: LanguageMap
    dimension: str = ""
    low: int = 1
    high: int = 7
    reverse: bool = False
    expectation_text: LanguageMap = field(default_factory=dict)
    perception_text: LanguageMap = field(default_factory=dict)
    low_label: LanguageMap = field(default_factory=dict)
    high_label: LanguageMap = field(default_factory=dict)
    not_applicable: bool = True
    required: bool = False
    options: tuple[Option, ...] = ()
    matrix: LanguageMap = field(default_factory=dict)
    show_if: tuple[Condition, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    decimals: int = 0
    measure: Measure | str = ""
    # The code of what it asks about. What the code stands for is known above this area.
    about: str = ""

    @property
    def scale(self) -> tuple[int, int]:
        """The lowest and the highest answer; of some kinds it is not chosen."""
        if self.kind is ItemKind.SINGLE:
            return 0, max(len(self.options) - 1, 1)
        return _FIXED_SCALES.get(self.kind, (self.low, self.high))


@dataclass(frozen=True, slots=True)
class SectionDraft:
    title: LanguageMap
    items: tuple[ItemDraft, ...]
    introduction: LanguageMap = field(default_factory=dict)
    randomised: bool = False
    show_if: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionDraft:
    expectation_type: ExpectationType
    dimensions: tuple[DimensionDraft, ...]
    sections: tuple[SectionDraft, ...]
    grouped_by: str = ""  # the single choice whose options keep their evidence apart

    @property
    def items(self) -> tuple[ItemDraft, ...]:
        return tuple(item for section in self.sections for item in section.items)

    def item(self, code: str) -> ItemDraft | None:
        return next((item for item in self.items if item.code == code), None)


def tables(items: Iterable[ItemDraft]) -> Iterator[tuple[ItemDraft, ...]]:
    """
    Items as they stand on a page: neighbours on one scale that share the question above
    them are the rows of one table, every other item stands alone.
    """

    def alike(item: ItemDraft) -> tuple[object, ...]:
        if not any(item.matrix.values()):
            return (item.code,)
        words = (dict(item.matrix), dict(item.low_label), dict(item.high_label))
        options = tuple((option.code, dict(option.text)) for option in item.options)
        return ("", item.kind, item.scale, words, options, item.not_applicable)

    for _, rows in groupby(items, key=alike):
        yield tuple(rows)


def to_json(draft: VersionDraft) -> dict[str, Any]:
    return asdict(draft)


def from_json(content: Mapping[str, Any]) -> VersionDraft:
    """The draft that ``to_json`` wrote."""
    return VersionDraft(
        ExpectationType(content["expectation_type"]),
        tuple(DimensionDraft(**each) for each in content["dimensions"]),
        tuple(_section(each) for each in content["sections"]),
        content.get("grouped_by", ""),
    )


def _section(content: Mapping[str, Any]) -> SectionDraft:
    return SectionDraft(
        title=content["title"],
        introduction=content["introduction"],
        randomised=content["randomised"],
        show_if=conditions(content["show_if"]),
        items=tuple(_item(each) for each in content["items"]),
    )


def _item(content: Mapping[str, Any]) -> ItemDraft:
    said = {f.name: content[f.name] for f in fields(ItemDraft) if f.name in content}
    return ItemDraft(
        **said
        | {
            "kind": ItemKind(said["kind"]),
            "options": tuple(Option(**each) for each in said.get("options", ())),
            "show_if": conditions(said.get("show_if", ())),
        }
    )


def conditions(content: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(
        Condition(each["item"], Comparison(each["comparison"]), each["value"])
        for each in content
    )


# --- Skip logic -----------------------------------------------------------------------

Values = Mapping[tuple[str, int], int]
"""(item code, which of its bytes) → value, as ``analytics.answers.written`` takes it."""


def holds(condition: Condition, kind: ItemKind, values: Values) -> bool:
    if condition.comparison is Comparison.INCLUDES:
        return values.get((condition.item, condition.value)) == 1
    side = {ItemKind.PAIR: 1, ItemKind.ZONE: 2}.get(kind, 0)
    given = values.get((condition.item, side))
    if given is None or given < LOWEST:
        return False
    return {
        Comparison.IS: given == condition.value,
        Comparison.IS_NOT: given != condition.value,
        Comparison.AT_LEAST: given >= condition.value,
        Comparison.AT_MOST: given <= condition.value,
    }[condition.comparison]


def asked(draft: VersionDraft, values: Values) -> frozenset[str]:
    """
    The codes of the items that somebody who answers so far like this is asked. What a
    hidden item holds does not count: an item that depends on it is hidden too.
    """
    shown: set[str] = set()
    known: dict[tuple[str, int], int] = {}
    kinds = {item.code: item.kind for item in draft.items}
    for section in draft.sections:
        for item in section.items:
            if item.kind is ItemKind.CASE_WEIGHT:
                continue  # comes with a file; nobody is asked how much they count
            every = (*section.show_if, *item.show_if)
            if all(holds(each, kinds.get(each.item, item.kind), known) for each in every):
                shown.add(item.code)
                known |= {at: v for at, v in values.items() if at[0] == item.code}
    return frozenset(shown)


# --- What makes a form sound ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flaw:
    """
    Why a draft cannot become a version: a code that the doors put into words, and which
    item (or dimension) it is about, or which section, by its place.
    """

    code: str
    item: str = ""
    section: int | None = None


def flaws(draft: VersionDraft) -> Iterator[Flaw]:
    """Everything that keeps a draft from being a form that can be answered and counted."""
    if not draft.items:
        yield Flaw("nothing_asked")
    yield from _repeated("code_twice", (item.code for item in draft.items))
    yield from _repeated("dimension_twice", (d.code for d in draft.dimensions))
    weights = [item for item in draft.items if item.kind is ItemKind.WEIGHT]
    yield from _repeated("weighted_twice", (item.dimension for item in weights))
    yield from _whole_flaws(draft)
    known = {dimension.code for dimension in draft.dimensions}
    for item in draft.items:
        yield from _item_flaws(item, known)
    yield from _skip_flaws(draft)


def _whole_flaws(draft: VersionDraft) -> Iterator[Flaw]:
    groups = draft.item(draft.grouped_by)
    if draft.grouped_by and (groups is None or groups.kind is not ItemKind.SINGLE):
        yield Flaw("groups_by_no_choice", draft.grouped_by)
    weighing = [item for item in draft.items if item.kind is ItemKind.CASE_WEIGHT]
    for item in weighing[1:]:
        yield Flaw("answer_weighed_twice", item.code)


def _item_flaws(item: ItemDraft, known: set[str]) -> Iterator[Flaw]:
    if item.dimension and item.dimension not in known:
        yield Flaw("unknown_dimension", item.code)
    if item.kind is ItemKind.WEIGHT and not item.dimension:
        yield Flaw("weight_without_dimension", item.code)
    if not LOWEST <= item.low < item.high <= HIGHEST:
        yield Flaw("impossible_scale", item.code)
    if item.kind is ItemKind.NPS and (item.low, item.high) != item.scale:
        yield Flaw("nps_scale", item.code)
    if item.kind in CHOICES:
        yield from _option_flaws(item)
    if item.kind is ItemKind.NUMBER and not _counts(item):
        yield Flaw("impossible_limits", item.code)


def _option_flaws(item: ItemDraft) -> Iterator[Flaw]:
    if len(item.options) < 2:
        yield Flaw("too_few_options", item.code)
    if len(item.options) > MOST_OPTIONS:
        yield Flaw("too_many_options", item.code)
    if len({option.code for option in item.options}) < len(item.options):
        yield Flaw("option_twice", item.code)


def _counts(item: ItemDraft) -> bool:
    """Whether a number within these limits can be stored, and there is any."""
    if not 0 <= item.decimals <= MOST_DECIMALS:
        return False
    low = -NUMBER_LIMIT if item.minimum is None else item.minimum * 10**item.decimals
    high = NUMBER_LIMIT if item.maximum is None else item.maximum * 10**item.decimals
    return -NUMBER_LIMIT <= low < high <= NUMBER_LIMIT


def _skip_flaws(draft: VersionDraft) -> Iterator[Flaw]:
    """
    Conditions look back, at something whose answer is a number or an option, and for
    something that can be answered there.
    """
    before: dict[str, ItemDraft] = {}
    for place, section in enumerate(draft.sections):
        earlier = dict(before)
        for condition in section.show_if:
            if wrong := _wrong(condition, earlier):
                yield Flaw(wrong, section=place)
        for item in section.items:
            # Rows that are shuffled stand in no order among themselves.
            visible = earlier if section.randomised else before
            for condition in item.show_if:
                if wrong := _wrong(condition, visible):
                    yield Flaw(wrong, item.code)
            before[item.code] = item


def _wrong(condition: Condition, before: Mapping[str, ItemDraft]) -> str:
    """The code of what is wrong with a condition, empty if nothing is."""
    item = before.get(condition.item)
    if item is None:
        return "condition_looks_ahead"
    includes = condition.comparison is Comparison.INCLUDES
    if item.kind is ItemKind.MULTIPLE:
        sound = includes and 0 <= condition.value < len(item.options)
    else:
        low, high = item.scale
        decides = item.kind in (*SCALED, ItemKind.SINGLE)
        sound = decides and not includes and low <= condition.value <= high
    return "" if sound else "condition_cannot_hold"


def _repeated(code: str, names: Iterable[str]) -> Iterator[Flaw]:
    return (Flaw(code, name) for name, times in Counter(names).items() if times > 1)


# --- When an answer counts ------------------------------------------------------------

COMPLETE, USABLE = 0.8, 0.5
"""Shares of the required items (domain.md 2.4): complete from the one, partial from the
other; below it the answer was broken off and does not count."""


def share_answered(required: Sequence[ItemDraft], answered: frozenset[str]) -> float:
    """Of the required items that were asked, how many have an answer: 1 if none is."""
    if not required:
        return 1.0
    return sum(item.code in answered for item in required) / len(required)


def month_of(moment: datetime, zone: str) -> date:
    """The month an answer counts in: the unit's own calendar decides."""
    return moment.astimezone(ZoneInfo(zone)).date().replace(day=1)
