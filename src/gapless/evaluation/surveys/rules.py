"""From the columns of a file to the questionnaire that was asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gapless.analytics.answers import NUMBER_LIMIT
from gapless.core.imports.cells import tidy
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.flaws import LONGEST_CODE
from gapless.core.imports.mapping import ITEMS, Column, FileMap
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.rules import (
    CHOICES,
    SCALED,
    WRITTEN,
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    Values,
    VersionDraft,
)
from gapless.core.text import LanguageMap


def expectation_of(file_map: FileMap) -> ExpectationType:
    """What expectation means on the form: nothing, where none is asked."""
    return file_map.expectation if file_map.paired else ExpectationType.NONE


@dataclass(frozen=True, slots=True)
class Recoding:
    """
    How the values of a file become those of a version that asks the same, but lists more
    options, or in another order, or keeps more decimal places.
    """

    options: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # place → place
    widths: Mapping[str, int] = field(default_factory=dict)  # options of multiple choices
    factors: Mapping[str, int] = field(default_factory=dict)  # of numbers

    def of(self, values: Values) -> Values:
        if not self.options and not self.factors:
            return values
        found: dict[tuple[str, int], int] = {}
        for (item, side), value in values.items():
            found |= self._one(item, side, value)
        for item, width in self.widths.items():
            # What the file could not offer was not chosen, where something was.
            if any((item, side) in found for side in range(width)):
                known = next(found[item, s] for s in range(width) if (item, s) in found)
                blank = min(known, 0)
                found = {(item, side): blank for side in range(width)} | found
        return found

    def _one(self, item: str, side: int, value: int) -> dict[tuple[str, int], int]:
        if item in self.widths:
            return {(item, self.options[item][side]): value}
        if item in self.options and value >= 0:
            return {(item, side): self.options[item][value]}
        if item in self.factors and abs(value) <= NUMBER_LIMIT:
            return {(item, side): value * self.factors[item]}
        return {(item, side): value}


def recoding(wanted: VersionDraft, version: VersionDraft) -> Recoding | None:
    """
    How answers to what a file asks count under a version; nothing, if they cannot: it
    must ask each of its items alike. What it asks beyond them stays unanswered.
    """
    if wanted.grouped_by and wanted.grouped_by != version.grouped_by:
        return None
    known = {item.code: item for item in version.items}
    places: dict[str, tuple[int, ...]] = {}
    for item in wanted.items:
        other = known.get(item.code)
        if other is None or not _alike(other, item):
            return None
        if item.kind in CHOICES:
            found = _places(item, other)
            if found is None:
                return None
            places[item.code] = found
    moved = {code: found for code, found in places.items() if not _same(found, known[code])}
    several = {i.code for i in wanted.items if i.kind is ItemKind.MULTIPLE}
    return Recoding(
        options=moved,
        widths={code: len(known[code].options) for code in moved.keys() & several},
        factors={
            item.code: 10 ** (known[item.code].decimals - item.decimals)
            for item in wanted.items
            if known[item.code].decimals != item.decimals
        },
    )


def _same(places: tuple[int, ...], known: ItemDraft) -> bool:
    return places == tuple(range(len(known.options)))


def _alike(known: ItemDraft, asked: ItemDraft) -> bool:
    if known.kind is not asked.kind:
        return False
    if asked.kind in WRITTEN:
        return True
    same = known.dimension == asked.dimension and known.reverse == asked.reverse
    if asked.kind in SCALED:
        return same and known.scale == asked.scale
    if asked.kind is ItemKind.NUMBER:
        return same and known.decimals >= asked.decimals
    return same


def _places(asked: ItemDraft, known: ItemDraft) -> tuple[int, ...] | None:
    """Where each option of the file stands among those of the version, by code or words."""
    by_word: dict[str, int] = {}
    for at, option in enumerate(known.options):
        for said in (*option.text.values(), option.code):
            by_word.setdefault(tidy(said).casefold(), at)
    places = []
    for option in asked.options:
        said = next(iter(option.text.values()))
        place = by_word.get(tidy(said).casefold(), by_word.get(option.code.casefold()))
        if place is None or place in places:
            return None
        places.append(place)
    return tuple(places)


def draft(
    file_map: FileMap, names: Mapping[str, LanguageMap], language: str
) -> VersionDraft:
    """
    The form version that the file's columns make.

    :param names: dimensions that the organisation knows; others are called by their code.
    :param language: in which the person says what the items are called.
    """
    by_item: dict[str, Column] = {}
    for column in file_map.of(*ITEMS):
        # A pair is named by what was perceived: that is what its tables show.
        if column.kind is ColumnKind.PERCEPTION or column.item not in by_item:
            by_item[column.item] = column
    items = [_item(file_map, by_item[code], language) for code in by_item]
    dimensions = dict.fromkeys(item.dimension for item in items if item.dimension)
    return VersionDraft(
        expectation_type=expectation_of(file_map),
        dimensions=tuple(
            DimensionDraft(code, names.get(code, {language: code})) for code in dimensions
        ),
        sections=(SectionDraft(title={language: file_map.form_name}, items=tuple(items)),),
        grouped_by=file_map.grouped_by,
    )


def _item(file_map: FileMap, column: Column, language: str) -> ItemDraft:
    labels = {number: text for text, number in (*file_map.coding, *column.coding)}
    kind, scale = file_map.item_kind(column), file_map.scale_of(column)
    scaled = kind in (*SCALED, ItemKind.WEIGHT)
    low, high = (labels.get(scale.low), labels.get(scale.high)) if scaled else (None, None)
    plain = ItemDraft(code=column.item, kind=kind, text={})
    return replace(
        plain,
        text={language: column.text or column.name},
        dimension=column.dimension,
        low=scale.low if scaled else plain.low,
        high=scale.high if scaled else plain.high,
        reverse=column.reverse and scaled,
        low_label={language: low} if low else {},
        high_label={language: high} if high else {},
        options=_options(file_map.options_of(column.item), language),
        decimals=column.decimals if kind is ItemKind.NUMBER else 0,
    )


def _options(texts: tuple[str, ...], language: str) -> tuple[Option, ...]:
    """Options are known by their words, so that another file means the same by them."""
    codes: dict[str, str] = {}
    for text in texts:
        code = text[:LONGEST_CODE]
        codes[text] = code if code not in codes.values() else f"{code[:30]}-{len(codes)}"
    return tuple(Option(codes[text], {language: text}) for text in texts)
