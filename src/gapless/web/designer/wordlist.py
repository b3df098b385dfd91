"""The words of a form side by side in three languages: each different text once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from gapless.core.instruments.rules import VersionDraft
from gapless.core.instruments.wording import Place, reworded, texts
from gapless.core.text import LANGUAGES, LanguageMap

from .conditions import titled
from .told import section_title

FIELDS = {
    "title": _("Title of the section"),
    "introduction": _("Introduction of the section"),
    "matrix": _("Question above the table"),
    "text": _("What is asked"),
    "expectation_text": _("Expected"),
    "perception_text": _("Experienced"),
    "low_label": _("Word at the lowest point"),
    "high_label": _("Word at the highest point"),
    "option": _("Option"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    language: str
    label: str
    name: str  # of the form field
    words: str
    missing: bool
    rows: int
    stands: str | None = None  # what is kept, where something else was typed


@dataclass(frozen=True, slots=True)
class Row:
    """A text, and every place where it stands: “strongly agree” is translated once."""

    what: str
    where: str
    times: int
    cells: tuple[Cell, ...]
    missing: bool
    new_section: str  # the section's title, before the first row of each section
    key: str


def rows(draft: VersionDraft, typed: Mapping[str, str]) -> list[Row]:
    """What was typed takes the place of what is kept."""
    found: list[Row] = []
    section = -1
    for key, (places, text) in _grouped(draft).items():
        place = places[0]
        heading = section_title(draft, place.section) if place.section > section else ""
        section = max(section, place.section)
        words = {lang: typed.get(f"{key}:{lang}", text.get(lang, "")) for lang in LANGUAGES}
        tall = max(len(each) for each in words.values()) // 24 + 1
        cells = tuple(
            Cell(
                lang,
                get_language_info(lang)["name_local"],
                f"{key}:{lang}",
                said,
                not said.strip(),
                min(tall, 5),
                _stands(said, text.get(lang, "")),
            )
            for lang, said in words.items()
        )
        item = draft.item(place.item)
        found.append(
            Row(
                what=str(FIELDS[place.field]),
                where=titled(item) if item and place.field != "text" else place.item,
                times=len(places),
                cells=cells,
                missing=any(cell.missing for cell in cells),
                new_section=heading,
                key=key,
            )
        )
    return found


def said_anew(draft: VersionDraft, typed: Mapping[str, str]) -> VersionDraft:
    """The draft with every text as it was typed; what was not typed stays."""
    for key, (places, text) in _grouped(draft).items():
        for language in LANGUAGES:
            words = typed.get(f"{key}:{language}")
            if words is None:
                continue
            words = words.replace("\r\n", "\n").replace("\0", "").strip()
            if words == text.get(language, ""):
                continue
            for place in places:
                draft = reworded(draft, place, language, words)
    return draft


def _stands(typed: str, kept: str) -> str | None:
    return None if typed.replace("\r\n", "\n").strip() == kept else kept


def _grouped(draft: VersionDraft) -> dict[str, tuple[list[Place], LanguageMap]]:
    """By the first place of each text: all its places, and how it reads."""
    alike: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
    grouped: dict[str, tuple[list[Place], LanguageMap]] = {}
    for text in texts(draft):
        reads = tuple(sorted(text.said.items()))
        # Two texts that nobody wrote yet have nothing in common.
        own = (str(text.place), reads) if not reads else (text.place.field, reads)
        key = alike.setdefault(own, str(text.place))
        grouped.setdefault(key, ([], text.said))[0].append(text.place)
    return grouped
