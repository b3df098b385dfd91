"""What the designer's page shows: the outline, what is edited, and the phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language_info

from gapless.core.instruments import designing, wording
from gapless.core.instruments.queries import Steps, content_of, steps_of
from gapless.core.instruments.rules import ItemDraft, VersionDraft, tables
from gapless.core.text import LANGUAGES, LanguageMap, said
from gapless.requirements.characteristics import queries as characteristics
from gapless.requirements.characteristics.choices import State

from . import phone
from .conditions import sentences, titled
from .forms import SectionForm, WholeForm
from .items import Around, ItemForm
from .kinds import GROUPS, OFFERS, offer_of
from .operations import Spot
from .told import Told, flaw_told, section_title

if TYPE_CHECKING:
    from gapless.core.instruments.models import Draft
    from gapless.people.org.rules import Viewer

LONG_NUMBER = 10  # digits: no revision is that high, and databases refuse it
EditForm = ItemForm | SectionForm | WholeForm


def spot_in(query: QueryDict, content: VersionDraft) -> Spot:
    """What a query wants open; what is not there counts as not asked."""
    sections = range(len(content.sections))
    item, section, add = (query.get(name, "") for name in ("item", "section", "add"))
    if item and content.item(item):
        return Spot(item=item)
    if section.isdecimal() and int(section) in sections:
        return Spot(section=int(section))
    if add.isdecimal() and int(add) in sections:
        return Spot(add_to=int(add))
    return Spot(whole="whole" in query)


def language_in(query: QueryDict) -> str:
    asked = query.get("language", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def seen_in(query: QueryDict) -> int:
    """The revision that was on the page; one that never was, when the page says none."""
    said_there = query.get("seen", "")
    sound = said_there.isdecimal() and len(said_there) < LONG_NUMBER
    return int(said_there) if sound else -1


def characteristic_names(viewer: Viewer) -> dict[str, str]:
    """Names by code, of those that new forms may ask about."""
    found = characteristics.visible_characteristics(viewer).filter(state=State.ACTIVE)
    return {each.code: said(each.name) for each in found.order_by("code")}


def known_dimensions(viewer: Viewer) -> dict[str, LanguageMap]:
    """Names by code, of the dimensions of the leading set, to choose from."""
    leading = characteristics.visible_dimensions(viewer).filter(dimension_set__leading=True)
    return {dimension.code: dimension.name for dimension in leading}


@dataclass(frozen=True, slots=True)
class ItemRow:
    number: int  # in the whole form; what the buttons mean
    item: ItemDraft
    title: str
    kind: str
    shown_if: list[str]
    flaws: list[str]
    current: bool
    first: bool  # of the whole form
    last: bool


@dataclass(frozen=True, slots=True)
class SectionRow:
    place: int
    title: str
    randomised: bool
    shown_if: list[str]
    flaws: list[str]
    current: bool
    last: bool
    items: list[ItemRow]


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    code: str
    name: str
    missing: int
    current: bool


@dataclass
class Desk:
    """One draft on the designer's page, as one person has it open."""

    viewer: Viewer
    draft: Draft
    spot: Spot
    language: str
    typed: QueryDict | None = None
    form: EditForm | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def content(self) -> VersionDraft:
        return content_of(self.draft)

    @cached_property
    def around(self) -> Around:
        return Around(self.content, self.language, characteristic_names(self.viewer))

    def edited(self, data: Any = None) -> EditForm | None:
        """The form of what stands open, empty-handed or with what was typed."""
        if self.spot.item and (item := self.content.item(self.spot.item)):
            return ItemForm(item, self.around, data)
        if self.spot.section is not None:
            return SectionForm(self.spot.section, self.around, data)
        if self.spot.whole:
            return WholeForm(self.content, known_dimensions(self.viewer), data)
        return None

    def url(self, spot: Spot | None = None, language: str = "") -> str:
        """The address of the designer with something open."""
        spot = self.spot if spot is None else spot
        query: dict[str, str] = {}
        if spot.item:
            query["item"] = spot.item
        elif spot.section is not None:
            query["section"] = str(spot.section)
        elif spot.add_to is not None:
            query["add"] = str(spot.add_to)
        elif spot.whole:
            query["whole"] = "1"
        if (language or self.language) != LANGUAGES[0]:
            query["language"] = language or self.language
        address = reverse("designer:form", args=[self.draft.form_id])
        return f"{address}?{urlencode(query)}" if query else address

    # --- What the template asks for ---------------------------------------------------

    @cached_property
    def steps(self) -> Steps:
        return steps_of(self.draft)

    @cached_property
    def languages(self) -> list[LanguageChoice]:
        missing = wording.missing_words(self.content)
        return [
            LanguageChoice(
                code,
                get_language_info(code)["name_local"],
                len(missing[code]),
                code == self.language,
            )
            for code in LANGUAGES
        ]

    @cached_property
    def told_flaws(self) -> list[Told]:
        found = designing.objections(self.content)
        return [flaw_told(self.content, flaw) for flaw in found]

    @cached_property
    def flaws(self) -> dict[str | int, list[str]]:
        """The sentences by what they are about: an item's code, a section's place, ""."""
        found: dict[str | int, list[str]] = defaultdict(list)
        for told in self.told_flaws:
            about = told.item if told.section is None else told.section
            found[about].append(told.words)
        return found

    @property
    def outline(self) -> list[SectionRow]:
        numbers = {item.code: n for n, item in enumerate(self.content.items)}
        return [
            self._section(place, numbers) for place in range(len(self.content.sections))
        ]

    def _section(self, place: int, numbers: dict[str, int]) -> SectionRow:
        section = self.content.sections[place]
        return SectionRow(
            place=place,
            title=section_title(self.content, place),
            randomised=section.randomised,
            shown_if=sentences(self.content, section.show_if),
            # That a section is empty is seen; it is said where the form is published.
            flaws=self.flaws.get(place, []) if section.items else [],
            current=place == self.spot.section,
            last=place == len(self.content.sections) - 1,
            items=[self._item(item, numbers[item.code]) for item in section.items],
        )

    def _item(self, item: ItemDraft, number: int) -> ItemRow:
        offered = OFFERS.get(offer_of(item))
        words = item.text.get(self.language, "")
        section, place = designing.place_of(self.content, item.code)
        sections = self.content.sections
        return ItemRow(
            number=number,
            item=item,
            title=words or titled(item),
            kind=str(offered.title if offered else item.kind.label),
            shown_if=sentences(self.content, item.show_if),
            flaws=self.flaws.get(item.code, []),
            current=item.code == self.spot.item,
            first=section == 0 and place == 0,
            last=section == len(sections) - 1 and place == len(sections[section].items) - 1,
        )

    @property
    def whole_flaws(self) -> int:
        return sum(map(len, self.flaws.values()))

    @property
    def no_undo(self) -> bool:
        return self.steps.undo is None

    @property
    def no_redo(self) -> bool:
        return self.steps.redo is None

    @property
    def opened(self) -> str:
        """What stands open, as a mark: the same mark later means nobody touched it."""
        content, spot = self.content, self.spot
        stands: object = (content.expectation_type, content.dimensions)
        if spot.item:
            stands = content.item(spot.item)
        elif spot.section is not None and spot.section < len(content.sections):
            stands = replace(content.sections[spot.section], items=())
        return sha256(repr(stands).encode()).hexdigest()[:16]

    @property
    def number(self) -> int:
        """Of the item that is edited, as the buttons mean it."""
        return [item.code for item in self.content.items].index(self.spot.item)

    @property
    def groups(self) -> Any:
        return GROUPS

    @property
    def phone_tables(self) -> list[phone.Table]:
        """What the phone shows beside the editor: the item's table, or its section."""
        shown = _on_the_phone(self.content, self.spot)
        return [phone.table(items, self.language) for items in shown]

    @property
    def adds_to(self) -> str:
        return section_title(self.content, self.spot.add_to or 0)

    @property
    def next_version(self) -> int:
        numbers = [version.number for version in self.draft.form.versions.all()]
        return max(numbers, default=0) + 1


def _on_the_phone(content: VersionDraft, spot: Spot) -> Iterable[tuple[ItemDraft, ...]]:
    section = spot.section
    if spot.item:
        section, _place = designing.place_of(content, spot.item)
    if section is None:
        section = spot.add_to or 0
    if section >= len(content.sections):
        return
    for table in tables(content.sections[section].items):
        if not spot.item or spot.item in {item.code for item in table}:
            yield table
