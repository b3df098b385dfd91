"""What keeps the columns of a file from making a questionnaire. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gapless.core.instruments.rules import MOST_OPTIONS

from .choices import ColumnKind
from .mapping import CHOICES, ITEMS, ONCE, RATED, SCALED, ZONE, Column, Long

PAIR = (ColumnKind.EXPECTATION, ColumnKind.PERCEPTION)
COUNTED = (*SCALED, *CHOICES, ColumnKind.NUMBER)
"""What makes a questionnaire worth having; dates and words alone do not."""

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a file cannot be read by this map: a code, and the column or item concerned."""

    code: str
    column: str = ""
    item: str = ""


def flaws(columns: Sequence[Column], long: Long | None = None) -> Iterator[Flaw]:
    """Everything that keeps these columns from making a questionnaire."""
    if not any(column.kind in COUNTED for column in columns):
        yield Flaw("nothing_rated")
    for kind in ONCE:
        for column in [c for c in columns if c.kind is kind][1:]:
            yield Flaw("kind_twice", column.name)
    if long and not any(c.kind is ColumnKind.RESPONDENT for c in columns):
        yield Flaw("long_without_respondent", long.item)
    yield from _item_flaws([c for c in columns if c.kind in ITEMS])
    rated = [c for c in columns if c.kind in RATED and c.item]
    yield from _pair_flaws(rated)
    yield from _zone_flaws(rated)
    yield from _weight_flaws(columns)
    yield from _choice_flaws([c for c in columns if c.kind in CHOICES and c.item])


def _item_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    places: set[tuple[str, ColumnKind, str]] = set()
    first: dict[str, Column] = {}
    for column in columns:
        if not column.item:
            yield Flaw("no_item", column.name)
            continue
        if len(column.item) > LONGEST_CODE:
            yield Flaw("item_too_long", column.name, column.item)
        if len(column.dimension) > LONGEST_CODE:
            yield Flaw("dimension_too_long", column.name, column.item)
        place = (column.item, column.kind, column.option)
        if place in places or not _together(column, first.setdefault(column.item, column)):
            yield Flaw("item_twice", column.name, column.item)
        places.add(place)


def _together(one: Column, other: Column) -> bool:
    """Whether two columns may be parts of one item."""
    kinds = {one.kind, other.kind}
    if kinds == {ColumnKind.MULTIPLE}:
        return one is other or bool(one.option and other.option)
    return len(kinds) == 1 or kinds <= set(PAIR) or kinds <= set(ZONE)


def _pair_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    zoned = {c.item for c in columns if c.kind in ZONE[:2]}
    expected = {c.item: c for c in columns if c.kind is PAIR[0]}
    perceived = {c.item: c for c in columns if c.kind is PAIR[1] and c.item not in zoned}
    for item, column in expected.items():
        if item in perceived:
            yield from _unlike(column, perceived[item])
        else:
            yield Flaw("no_perception", column.name, item)
    for item, column in perceived.items():
        if expected and item not in expected:
            yield Flaw("no_expectation", column.name, item)


def _zone_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    sides: dict[str, dict[ColumnKind, Column]] = {}
    for column in columns:
        if column.kind in ZONE:
            sides.setdefault(column.item, {})[column.kind] = column
    for item, found in sides.items():
        if set(found) == {ColumnKind.PERCEPTION}:
            continue
        first, *others = found.values()
        if len(found) < len(ZONE):
            yield Flaw("zone_incomplete", first.name, item)
        for other in others:
            yield from _unlike(first, other)


def _unlike(column: Column, other: Column) -> Iterator[Flaw]:
    """What two sides of one item must share, and do not."""
    if column.dimension != other.dimension:
        yield Flaw("two_dimensions", other.name, column.item)
    elif column.reverse != other.reverse or column.scale != other.scale:
        yield Flaw("two_scales", other.name, column.item)


def _weight_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    known = {c.dimension for c in columns if c.kind in RATED and c.dimension}
    weighed: set[str] = set()
    for column in columns:
        if column.kind is not ColumnKind.WEIGHT:
            continue
        if not column.dimension:
            yield Flaw("weight_without_dimension", column.name)
        elif column.dimension not in known:
            yield Flaw("unknown_weight_dimension", column.name)
        elif column.dimension in weighed:
            yield Flaw("weight_twice", column.name)
        weighed.add(column.dimension)
    if weighed and (left := sorted(known - weighed)):
        yield Flaw("weight_missing", item=left[0])


def _choice_flaws(columns: Sequence[Column]) -> Iterator[Flaw]:
    options: dict[str, list[str]] = {}
    named: dict[str, str] = {}
    for column in columns:
        named.setdefault(column.item, column.name)
        options.setdefault(column.item, []).extend(
            [column.option] if column.option else column.options
        )
    for item, texts in options.items():
        if len(texts) < 2:
            yield Flaw("too_few_options", named[item], item)
        elif len(texts) > MOST_OPTIONS:
            yield Flaw("too_many_options", named[item], item)
        elif len(set(texts)) < len(texts):
            yield Flaw("option_twice", named[item], item)
    for column in [c for c in columns if c.groups][1:]:
        yield Flaw("groups_twice", column.name, column.item)
