"""
The words of a form that customers read, one by one: what is said in which language.

A text is missing in a language when it is said in another one, or when every reader needs
it (what an item asks, what an option says). A form is offered in the languages in which
nothing is missing; with one such language it can be published, and a language that is
half translated is simply not offered yet. (Names of dimensions are not shown to customers.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gapless.core.text import LANGUAGES, LanguageMap

from .choices import ItemKind
from .rules import ItemDraft, Option, SectionDraft, VersionDraft


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: in which field of a section, an item or an item's option."""

    section: int
    field: str
    item: str = ""
    option: str = ""

    def __str__(self) -> str:
        """What a form field for it may be called."""
        return "/".join((str(self.section), self.item, self.option, self.field))


@dataclass(frozen=True, slots=True)
class Text:
    place: Place
    said: LanguageMap
    needed: bool = False


SECTION_TEXTS = ("title", "introduction")
SIDES = {
    "expectation_text": (ItemKind.PAIR, ItemKind.EXPECTATION),
    "perception_text": (ItemKind.PAIR, ItemKind.SCORE),
}
"""How one side of an item is put, and the kinds that have that side."""

ITEM_TEXTS = ("matrix", "text", *SIDES, "low_label", "high_label")


def texts(draft: VersionDraft) -> Iterator[Text]:
    """Every text there is or has to be, in the order of the form."""
    for place, section in enumerate(draft.sections):
        for field in SECTION_TEXTS:
            if any((said := getattr(section, field)).values()):
                yield Text(Place(place, field), said)
        for item in section.items:
            yield from _texts_of(item, place)


def _texts_of(item: ItemDraft, section: int) -> Iterator[Text]:
    for field in ITEM_TEXTS:
        said: LanguageMap = getattr(item, field)
        unasked = field in SIDES and item.kind not in SIDES[field]
        if not unasked and (field == "text" or any(said.values())):
            yield Text(Place(section, field, item.code), said, needed=field == "text")
    for option in item.options:
        place = Place(section, "option", item.code, option.code)
        yield Text(place, option.text, needed=True)


def missing_words(draft: VersionDraft) -> Mapping[str, tuple[Text, ...]]:
    """For each language, the texts that are not said in it."""
    every = tuple(texts(draft))
    return {
        language: tuple(t for t in every if not t.said.get(language, "").strip())
        for language in LANGUAGES
    }


def languages_of(draft: VersionDraft) -> tuple[str, ...]:
    """The languages in which everything is said: those a customer may choose among."""
    missing = missing_words(draft)
    return tuple(language for language in LANGUAGES if not missing[language])


def main_language(draft: VersionDraft) -> str:
    """The language in which least is missing: the one to complete before publishing."""
    missing = missing_words(draft)
    return min(LANGUAGES, key=lambda language: len(missing[language]))


def reworded(draft: VersionDraft, place: Place, language: str, words: str) -> VersionDraft:
    """
    The draft with one text said anew in one language; nothing said removes it there. A
    place that the draft no longer has changes nothing: it was removed meanwhile.
    """
    sections = tuple(
        _section_reworded(section, place, language, words.strip())
        if place.item or number == place.section
        else section
        for number, section in enumerate(draft.sections)
    )
    return replace(draft, sections=sections)


def _section_reworded(
    section: SectionDraft, place: Place, language: str, words: str
) -> SectionDraft:
    if not place.item and place.field == "title":
        return replace(section, title=_with(section.title, language, words))
    if not place.item and place.field == "introduction":
        return replace(section, introduction=_with(section.introduction, language, words))
    items = tuple(
        _item_reworded(item, place, language, words) if item.code == place.item else item
        for item in section.items
    )
    return replace(section, items=items)


def _item_reworded(item: ItemDraft, place: Place, language: str, words: str) -> ItemDraft:
    if place.option:
        options = tuple(
            Option(option.code, _with(option.text, language, words))
            if option.code == place.option
            else option
            for option in item.options
        )
        return replace(item, options=options)
    if place.field not in ITEM_TEXTS:
        return item
    said = _with(getattr(item, place.field), language, words)
    return replace(item, **{place.field: said})  # type: ignore[arg-type]


def _with(said: LanguageMap, language: str, words: str) -> LanguageMap:
    kept = {key: text for key, text in said.items() if key != language}
    return kept | ({language: words} if words else {})
