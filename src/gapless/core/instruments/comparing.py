"""
What a new version changes, and which trend lines go on under it. Pure.

A line goes on when the numbers before and after answer the same question, put in the same
words on the same scale to the same people. Whoever is strict here need not wonder later
whether service or the questionnaire has changed. Items are the same when their codes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gapless.core.text import LanguageMap

from .choices import ExpectationType, ItemKind
from .rules import CHOICES, RATED, WRITTEN, ItemDraft, SectionDraft, VersionDraft


class Change(StrEnum):
    """What differs in an item that both have. The doors put it into words."""

    KIND = "kind"
    SCALE = "scale"
    REVERSE = "reverse"
    WORDING = "wording"
    TRANSLATION = "translation"  # said in one more language, or in one less
    OPTIONS = "options"
    DIMENSION = "dimension"
    CONDITION = "condition"  # its own, or its section's
    REQUIRED = "required"
    NOT_APPLICABLE = "not_applicable"
    LIMITS = "limits"
    MEASURE = "measure"
    ABOUT = "about"
    MOVED = "moved"


class Reason(StrEnum):
    """Why a line ends."""

    REMOVED = "removed"  # the item is asked no more
    LEFT = "left"  # the item belongs to another dimension
    JOINED = "joined"  # another item counts in the dimension
    KIND = "kind"
    SCALE = "scale"
    REVERSE = "reverse"
    WORDING = "wording"
    OPTIONS = "options"
    CONDITION = "condition"
    EXPECTATION = "expectation"  # "expected" means something else
    DIMENSIONS = "dimensions"  # others are averaged, or one of them ends


class LineKind(StrEnum):
    ITEM = "item"
    DIMENSION = "dimension"
    OVERALL = "overall"  # the mean of the dimensions
    WEIGHTS = "weights"  # the points that customers give the dimensions


@dataclass(frozen=True, slots=True)
class Because:
    """A reason, and the item that gives it."""

    reason: Reason
    item: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A trend line of the older version. It goes on when nothing ends it."""

    kind: LineKind
    code: str = ""
    broken: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemChange:
    before: ItemDraft
    after: ItemDraft
    what: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    added: tuple[ItemDraft, ...]
    removed: tuple[ItemDraft, ...]
    changed: tuple[ItemChange, ...]
    dimensions_added: tuple[str, ...]
    dimensions_removed: tuple[str, ...]
    sections_differ: bool  # titles, introductions, random order, or how many there are
    expectation: tuple[ExpectationType, ExpectationType] | None
    lines: tuple[Line, ...]

    @property
    def breaks(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.broken)

    @property
    def nothing(self) -> bool:
        """Whether the two ask exactly the same."""
        return not (
            self.added
            or self.removed
            or self.changed
            or self.dimensions_added
            or self.dimensions_removed
            or self.sections_differ
            or self.expectation
        )


def compare(old: VersionDraft, new: VersionDraft) -> Changes:
    """What becomes of ``old`` when ``new`` is published after it."""
    before, after = _placed(old), _placed(new)
    moved = _moved(list(before), list(after))
    changed = []
    for code in before.keys() & after.keys():
        what = tuple(_differences(before[code], after[code], moved=code in moved))
        if what:
            changed.append(ItemChange(before[code].item, after[code].item, what))
    order = {code: place for place, code in enumerate(after)}
    codes = [{d.code: d.name for d in draft.dimensions} for draft in (old, new)]
    meanings = (old.expectation_type, new.expectation_type)
    return Changes(
        added=tuple(p.item for code, p in after.items() if code not in before),
        removed=tuple(p.item for code, p in before.items() if code not in after),
        changed=tuple(sorted(changed, key=lambda change: order[change.after.code])),
        dimensions_added=tuple(code for code in codes[1] if code not in codes[0]),
        dimensions_removed=tuple(code for code in codes[0] if code not in codes[1]),
        sections_differ=[_frame(s) for s in old.sections]
        != [_frame(s) for s in new.sections],
        expectation=meanings if meanings[0] is not meanings[1] else None,
        lines=tuple(_lines(old, new)),
    )


# --- Items ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item, and the section that decides with it whether it is asked."""

    item: ItemDraft
    section: SectionDraft


def _placed(draft: VersionDraft) -> dict[str, _Placed]:
    return {i.code: _Placed(i, s) for s in draft.sections for i in s.items}


def _frame(section: SectionDraft) -> tuple[object, ...]:
    return (dict(section.title), dict(section.introduction), section.randomised)


def _differences(old: _Placed, new: _Placed, *, moved: bool) -> Iterator[Change]:
    before, after = old.item, new.item
    for change in _BREAKING:
        if _BREAKING[change](old, new):
            yield change
    if {k for k, _ in _words(before)} != {k for k, _ in _words(after)}:
        yield Change.TRANSLATION
    for field, change in _PLAIN.items():
        if getattr(before, field) != getattr(after, field):
            yield change
    limits = [(i.minimum, i.maximum, i.decimals) for i in (before, after)]
    if limits[0] != limits[1]:
        yield Change.LIMITS
    if moved:
        yield Change.MOVED


_PLAIN = {
    "dimension": Change.DIMENSION,
    "required": Change.REQUIRED,
    "not_applicable": Change.NOT_APPLICABLE,
    "measure": Change.MEASURE,
    "about": Change.ABOUT,
}

_SAID = (
    *("text", "expectation_text", "perception_text"),
    *("matrix", "low_label", "high_label"),
)


def _words(item: ItemDraft) -> Iterator[tuple[tuple[str, str], str]]:
    """What an item says: (which text, which language) → words, without blank space."""
    texts: dict[str, LanguageMap] = {name: getattr(item, name) for name in _SAID}
    texts |= {f"option/{option.code}": option.text for option in item.options}
    for name, said in texts.items():
        for language, words in said.items():
            if plain := " ".join(words.split()):
                yield (name, language), plain


def _reworded(old: _Placed, new: _Placed) -> bool:
    """
    Whether something is put differently in a language it was said in before, or something
    is said that was not said at all. A translation that is added changes no question.
    """
    before, after = dict(_words(old.item)), dict(_words(new.item))
    said = [{name for name, _ in words if "/" not in name} for words in (before, after)]
    return said[0] != said[1] or any(
        before[at] != after[at] for at in before.keys() & after.keys()
    )


def _regraded(old: _Placed, new: _Placed) -> bool:
    return old.item.kind not in CHOICES and old.item.scale != new.item.scale


def _other_options(old: _Placed, new: _Placed) -> bool:
    """In another order they are the same options: each answer knows which it meant."""
    before, after = ({o.code for o in placed.item.options} for placed in (old, new))
    return before != after


def _other_people(old: _Placed, new: _Placed) -> bool:
    conditions = [{*p.section.show_if, *p.item.show_if} for p in (old, new)]
    return conditions[0] != conditions[1]


_BREAKING = {
    Change.KIND: lambda old, new: old.item.kind is not new.item.kind,
    Change.SCALE: _regraded,
    Change.REVERSE: lambda old, new: old.item.reverse is not new.item.reverse,
    Change.WORDING: _reworded,
    Change.OPTIONS: _other_options,
    Change.CONDITION: _other_people,
}
"""The changes after which an item's numbers are about something else."""


def _moved(before: list[str], after: list[str]) -> set[str]:
    """
    The fewest items whose moving explains the new order of those that both have: all but
    the longest series that kept its order.
    """
    place = {code: at for at, code in enumerate(after)}
    stayed = [code for code in before if code in place]
    longest: list[list[str]] = [[]]  # and the longest series that ends at each item
    for code in stayed:
        fits = [s for s in longest if not s or place[s[-1]] < place[code]]
        best: list[str] = max(fits, key=len)
        longest.append([*best, code])
    kept: list[str] = max(longest, key=len)
    return set(stayed) - set(kept)


# --- Lines ----------------------------------------------------------------------------


def _lines(old: VersionDraft, new: VersionDraft) -> Iterator[Line]:
    before, after = _placed(old), _placed(new)
    other_meaning = old.expectation_type is not new.expectation_type
    ends: dict[str, tuple[Because, ...]] = {}
    for code, placed in before.items():
        if placed.item.kind in WRITTEN or placed.item.kind is ItemKind.WEIGHT:
            continue
        ends[code] = tuple(_item_ends(placed, after.get(code), other_meaning=other_meaning))
        yield Line(LineKind.ITEM, code, ends[code])
    dimensions = _dimension_lines(before, after, ends)
    yield from dimensions
    if dimensions:
        yield Line(LineKind.OVERALL, "", tuple(_overall_ends(dimensions, after)))
    weighed = [_weighed(placed) for placed in (before, after)]
    if weighed[0]:
        same = weighed[0] == weighed[1]
        broken = () if same else (Because(Reason.DIMENSIONS),)
        yield Line(LineKind.WEIGHTS, "", broken)


def _item_ends(
    old: _Placed, new: _Placed | None, *, other_meaning: bool
) -> Iterator[Because]:
    code = old.item.code
    if new is None:
        yield Because(Reason.REMOVED, code)
        return
    for change, differs in _BREAKING.items():
        if differs(old, new):
            yield Because(Reason(change.value), code)
    if other_meaning and old.item.kind in (ItemKind.PAIR, ItemKind.EXPECTATION):
        yield Because(Reason.EXPECTATION, code)


def _rated(placed: Mapping[str, _Placed]) -> dict[str, list[str]]:
    """The dimensions in which something is rated, and the codes of what is."""
    found: dict[str, list[str]] = {}
    for code, each in placed.items():
        if each.item.kind in (*RATED, ItemKind.EXPECTATION) and each.item.dimension:
            found.setdefault(each.item.dimension, []).append(code)
    return found


def _weighed(placed: Mapping[str, _Placed]) -> set[str]:
    return {p.item.dimension for p in placed.values() if p.item.kind is ItemKind.WEIGHT}


def _dimension_lines(
    before: Mapping[str, _Placed],
    after: Mapping[str, _Placed],
    ends: Mapping[str, tuple[Because, ...]],
) -> list[Line]:
    rated, now = _rated(before), _rated(after)
    lines = []
    for dimension, codes in rated.items():
        present = now.get(dimension, [])
        broken = [because for code in codes for because in ends[code]]
        broken += [
            Because(Reason.LEFT, code)
            for code in codes
            if code in after and code not in present
        ]
        broken += [Because(Reason.JOINED, code) for code in present if code not in codes]
        lines.append(Line(LineKind.DIMENSION, dimension, tuple(broken)))
    return lines


def _overall_ends(
    dimensions: list[Line], after: Mapping[str, _Placed]
) -> Iterator[Because]:
    others = {line.code for line in dimensions} != _rated(after).keys()
    if others or any(line.broken for line in dimensions):
        yield Because(Reason.DIMENSIONS)
