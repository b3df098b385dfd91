"""
What a designer does to a draft: each operation takes one and gives the next. Pure.

A section is meant by its place, counted from 0; an item by its code. What is unsound
afterwards (a condition that looks ahead, say) is kept as it is and named by ``flaws``:
nothing disappears because something else was moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from gapless.core.text import LanguageMap

from .altering import (
    every_condition,
    every_item,
    every_section,
    following,
    forgetting,
    without,
)
from .choices import ExpectationType, ItemKind
from .rules import (
    CHOICES,
    RATED,
    Condition,
    DimensionDraft,
    Flaw,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
    flaws,
    tables,
)
from .wording import languages_of

CODE_FORMAT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
"""What a designer may call an item. Forms made from files call theirs as the file does."""

FEWEST_POINTS, MOST_POINTS = 2, 11
FEWEST_ZONE_POINTS = 3
"""How many points a scale has that people answer by hand. Files may bring longer ones."""

_ON_A_SCALE = (*RATED, ItemKind.EXPECTATION, ItemKind.OVERALL)
_ASKS_EXPECTATION = (ItemKind.PAIR, ItemKind.EXPECTATION)


class NoSuchSection(Exception):
    """The draft has no section at this place."""


class NoSuchItem(Exception):
    """The draft has no item with this code."""


class CodeTaken(Exception):
    """Another item of the draft has this code."""


class UnusableCode(Exception):
    """A code has letters, digits, hyphens and underscores, at most 40."""


class NoDimensions(Exception):
    """Points are divided among dimensions, and every dimension has its points already."""


def fresh() -> VersionDraft:
    """Where a new form begins: one section, nothing asked."""
    return VersionDraft(ExpectationType.NONE, (), (SectionDraft({}, ()),))


# --- Sections -------------------------------------------------------------------------


def add_section(
    draft: VersionDraft, *, title: LanguageMap | None = None, at: int | None = None
) -> VersionDraft:
    """A new, empty section: last, or at a place."""
    sections = list(draft.sections)
    sections.insert(len(sections) if at is None else at, SectionDraft(title or {}, ()))
    return replace(draft, sections=tuple(sections))


def edit_section(
    draft: VersionDraft,
    section: int,
    *,
    title: LanguageMap,
    introduction: LanguageMap,
    randomised: bool,
) -> VersionDraft:
    return _in_section(
        draft,
        section,
        lambda old: replace(
            old, title=title, introduction=introduction, randomised=randomised
        ),
    )


def move_section(draft: VersionDraft, section: int, to: int) -> VersionDraft:
    sections = list(draft.sections)
    moved = sections.pop(_checked(draft, section))
    sections.insert(max(to, 0), moved)
    return replace(draft, sections=tuple(sections))


def remove_section(draft: VersionDraft, section: int) -> VersionDraft:
    """Without the section, its items, and every condition that looks at one of them."""
    gone = draft.sections[_checked(draft, section)]
    sections = (s for place, s in enumerate(draft.sections) if place != section)
    left = replace(draft, sections=tuple(sections))
    return forgetting(left, {item.code for item in gone.items})


# --- Items ----------------------------------------------------------------------------


def next_code(draft: VersionDraft, stem: str = "q") -> str:
    """The first of q1, q2, … that no item has."""
    taken = {item.code for item in draft.items}
    return next(code for n in count(1) if (code := f"{stem}{n}") not in taken)


_BEGINNINGS: Mapping[ItemKind, Mapping[str, object]] = {
    ItemKind.ZONE: {"low": 1, "high": 9},
    ItemKind.OVERALL: {"low": 1, "high": 5},
    ItemKind.NPS: {"low": 0, "high": 10},
    ItemKind.WEIGHT: {"low": 0, "high": 100, "not_applicable": False},
    ItemKind.SINGLE: {"low": 0, "high": 1, "not_applicable": False},
    ItemKind.MULTIPLE: {"not_applicable": False},
    ItemKind.NUMBER: {"not_applicable": False},
    ItemKind.DATE: {"not_applicable": False},
    ItemKind.CASE_WEIGHT: {"not_applicable": False},
    ItemKind.TEXT: {"not_applicable": False},
    ItemKind.ATTRIBUTE: {"not_applicable": False},
}


def new_item(draft: VersionDraft, kind: ItemKind) -> ItemDraft:
    """An item to begin with: on the scale of the last one of its kind, with its words."""
    code = next_code(draft)
    options = (Option("a", {}), Option("b", {})) if kind in CHOICES else ()
    alike = [item for item in draft.items if item.kind is kind]
    if alike and kind in _ON_A_SCALE:
        last = alike[-1]
        return ItemDraft(
            code,
            kind,
            {},
            low=last.low,
            high=last.high,
            low_label=last.low_label,
            high_label=last.high_label,
            not_applicable=last.not_applicable,
            required=last.required,
        )
    return replace(
        ItemDraft(code, kind, {}, options=options),
        **_BEGINNINGS.get(kind, {}),  # type: ignore[arg-type]  # fields of ItemDraft
    )


def add_item(
    draft: VersionDraft, section: int, kind: ItemKind, *, at: int | None = None
) -> VersionDraft:
    """A new item of this kind, with the code ``next_code``: last in its section, or at."""
    return insert_item(draft, section, new_item(draft, kind), at=at)


def insert_item(
    draft: VersionDraft, section: int, item: ItemDraft, *, at: int | None = None
) -> VersionDraft:
    """
    Put an item into a section. The first that asks what is expected lets the form mean
    what an excellent provider would do, until somebody says otherwise.

    :raises CodeTaken: when another item has its code.
    """
    if draft.item(item.code) is not None:
        raise CodeTaken(item.code)
    draft = _in_section(
        draft,
        section,
        lambda old: replace(old, items=_inserted(old.items, _settled(item), at)),
    )
    undefined = draft.expectation_type is ExpectationType.NONE
    if undefined and item.kind in _ASKS_EXPECTATION:
        return set_expectation_type(draft, ExpectationType.IDEAL)
    return draft


def edit_item(draft: VersionDraft, code: str, item: ItemDraft) -> VersionDraft:
    """
    The item as it shall be now. Conditions that look at it follow its code and its
    options; those that look at an option it no longer has are dropped.

    :raises CodeTaken: when it takes the code of another item.
    :raises UnusableCode: when its new code is none.
    """
    before = found(draft, code)
    if item.code != code:
        if not CODE_FORMAT.fullmatch(item.code):
            raise UnusableCode(item.code)
        if draft.item(item.code) is not None:
            raise CodeTaken(item.code)
    draft = every_item(draft, lambda old: _settled(item) if old.code == code else old)
    return every_condition(draft, lambda each: following(each, before, item))


def duplicate_item(draft: VersionDraft, code: str) -> VersionDraft:
    """The same item again, right behind, under the next free code."""
    section, place = place_of(draft, code)
    copy = replace(found(draft, code), code=next_code(draft))
    return insert_item(draft, section, copy, at=place + 1)


def move_item(draft: VersionDraft, code: str, section: int, place: int) -> VersionDraft:
    """The item at this place of a section, counted without the item itself."""
    item = found(draft, code)
    _checked(draft, section)
    return _in_section(
        without(draft, {code}),
        section,
        lambda old: replace(old, items=_inserted(old.items, item, place)),
    )


def remove_item(draft: VersionDraft, code: str) -> VersionDraft:
    """Without the item, and without the conditions that look at it."""
    found(draft, code)
    return forgetting(without(draft, {code}), {code})


def set_matrix(draft: VersionDraft, code: str, question: LanguageMap) -> VersionDraft:
    """The question above the table that the item stands in, for the whole table."""
    section, _ = place_of(draft, code)
    rows = next(
        table
        for table in tables(draft.sections[section].items)
        if code in {item.code for item in table}
    )
    inside = {item.code for item in rows}
    return every_item(
        draft, lambda old: replace(old, matrix=question) if old.code in inside else old
    )


def add_allocation(
    draft: VersionDraft, section: int, *, at: int | None = None
) -> VersionDraft:
    """
    Let 100 points be divided among the dimensions: an item for each without one.

    :raises NoDimensions: when there is nothing to divide them among.
    """
    weighed = {item.dimension for item in draft.items if item.kind is ItemKind.WEIGHT}
    left = [dimension for dimension in draft.dimensions if dimension.code not in weighed]
    if not left:
        raise NoDimensions
    for offset, dimension in enumerate(left):
        code = f"points-{dimension.code}"[:40]
        free = code if draft.item(code) is None else next_code(draft, "points")
        item = replace(
            new_item(draft, ItemKind.WEIGHT),
            code=free,
            text=dimension.name,
            dimension=dimension.code,
        )
        place = None if at is None else at + offset
        draft = insert_item(draft, section, item, at=place)
    return draft


# --- The form as a whole --------------------------------------------------------------


def set_show_if(
    draft: VersionDraft, target: str | int, conditions: Sequence[Condition]
) -> VersionDraft:
    """When an item (by its code) or a section (by its place) is asked."""
    if isinstance(target, int):
        return _in_section(
            draft, target, lambda old: replace(old, show_if=tuple(conditions))
        )
    return edit_item(
        draft, target, replace(found(draft, target), show_if=tuple(conditions))
    )


def edit_dimensions(
    draft: VersionDraft, dimensions: Sequence[DimensionDraft]
) -> VersionDraft:
    """
    The dimensions the form has now. Items of one that is gone belong to none; its points
    are not asked any more.
    """
    kept = {dimension.code for dimension in dimensions}
    points = {
        item.code
        for item in draft.items
        if item.kind is ItemKind.WEIGHT and item.dimension not in kept
    }
    draft = replace(without(draft, points), dimensions=tuple(dimensions))
    return every_item(
        forgetting(draft, points),
        lambda old: old if old.dimension in kept else replace(old, dimension=""),
    )


def set_expectation_type(draft: VersionDraft, meaning: ExpectationType) -> VersionDraft:
    return replace(draft, expectation_type=meaning)


# --- What keeps it from being published -----------------------------------------------


def objections(draft: VersionDraft) -> Iterator[Flaw]:
    """
    Everything that keeps a designed form from being published: what ``flaws`` finds, a
    scale nobody can answer by hand, expectation without a meaning, and no language in
    which everything is said.
    """
    yield from flaws(draft)
    for place, section in enumerate(draft.sections):
        if not section.items:
            yield Flaw("section_empty", section=place)
    for item in draft.items:
        fewest = FEWEST_ZONE_POINTS if item.kind is ItemKind.ZONE else FEWEST_POINTS
        points = item.high - item.low + 1
        if item.kind in _ON_A_SCALE and not fewest <= points <= MOST_POINTS:
            yield Flaw("scale_too_long", item.code)
        if not item.code or len(item.code) > 40:
            yield Flaw("code_unusable", item.code)
    asked = any(item.kind in _ASKS_EXPECTATION for item in draft.items)
    if asked and draft.expectation_type is ExpectationType.NONE:
        yield Flaw("expectation_undefined")
    if draft.items and not languages_of(draft):
        yield Flaw("words_missing")


# --- Finding and replacing ------------------------------------------------------------


def found(draft: VersionDraft, code: str) -> ItemDraft:
    """:raises NoSuchItem: when the draft has no such item."""
    item = draft.item(code)
    if item is None:
        raise NoSuchItem(code)
    return item


def place_of(draft: VersionDraft, code: str) -> tuple[int, int]:
    """In which section an item stands, and where there. :raises NoSuchItem: if nowhere."""
    for section, held in enumerate(draft.sections):
        for place, item in enumerate(held.items):
            if item.code == code:
                return section, place
    raise NoSuchItem(code)


def _checked(draft: VersionDraft, section: int) -> int:
    if not 0 <= section < len(draft.sections):
        raise NoSuchSection(section)
    return section


def _in_section(
    draft: VersionDraft, section: int, change: Callable[[SectionDraft], SectionDraft]
) -> VersionDraft:
    _checked(draft, section)
    return every_section(draft, lambda place, old: change(old) if place == section else old)


def _inserted(
    items: tuple[ItemDraft, ...], item: ItemDraft, at: int | None
) -> tuple[ItemDraft, ...]:
    place = len(items) if at is None else max(at, 0)
    return (*items[:place], item, *items[place:])


def _settled(item: ItemDraft) -> ItemDraft:
    """Scales that follow from the kind are not chosen."""
    low, high = item.scale
    return replace(item, low=low, high=high)
