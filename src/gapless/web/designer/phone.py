"""What the phone beside the editor shows: pure, from a draft to what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.rules import SCALED, ItemDraft
from gapless.core.text import LANGUAGES, LanguageMap

_FIELDS = {
    ItemKind.TEXT: "long",
    ItemKind.NUMBER: "short",
    ItemKind.DATE: "short",
    ItemKind.WEIGHT: "short",
    ItemKind.ATTRIBUTE: "short",
}


@dataclass(frozen=True, slots=True)
class Scale:
    legend: str
    low: int
    high: int

    @property
    def points(self) -> range:
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class Row:
    item: ItemDraft
    text: str
    scales: tuple[Scale, ...]
    low_label: str
    high_label: str
    options: tuple[str, ...]
    several: bool
    field: str


@dataclass(frozen=True, slots=True)
class Table:
    """One item, or several below one question."""

    question: str
    rows: tuple[Row, ...]


def table(items: tuple[ItemDraft, ...], language: str) -> Table:
    return Table(
        worded(items[0].matrix, language), tuple(_row(item, language) for item in items)
    )


def _row(item: ItemDraft, language: str) -> Row:
    return Row(
        item=item,
        text=worded(item.text, language) or _("No words yet"),
        scales=tuple(_scales(item, language)),
        low_label=worded(item.low_label, language),
        high_label=worded(item.high_label, language),
        options=tuple(worded(option.text, language) or "…" for option in item.options),
        several=item.kind is ItemKind.MULTIPLE,
        field=_FIELDS.get(item.kind, ""),
    )


def _scales(item: ItemDraft, language: str) -> Iterator[Scale]:
    if item.kind not in SCALED:
        return
    low, high = item.scale
    expected = worded(item.expectation_text, language)
    perceived = worded(item.perception_text, language)
    legends = {
        ItemKind.PAIR: (expected or _("Expected"), perceived or _("Experienced")),
        ItemKind.ZONE: (_("The least I accept"), _("What I would like"), _("As it was")),
        ItemKind.EXPECTATION: (expected,),
        ItemKind.SCORE: (perceived,),
    }
    for legend in legends.get(item.kind, ("",)):
        yield Scale(legend, low, high)


def worded(text: LanguageMap, language: str) -> str:
    """A text in a language, else in the first it was written in."""
    return next((text[k] for k in (language, *LANGUAGES) if text.get(k)), "")
