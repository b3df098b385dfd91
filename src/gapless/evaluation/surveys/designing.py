"""Verbs: open the draft of a questionnaire, publish it with what its items ask about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from gapless.core.instruments.actions import publish_version
from gapless.core.instruments.drafting import open_draft, settle_draft
from gapless.core.instruments.models import Draft, Form, FormVersion
from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.rules import VersionDraft
from gapless.people.org.models import Person
from gapless.requirements.characteristics.actions import link_item
from gapless.requirements.characteristics.models import Characteristic, ItemCharacteristic


class UnknownCharacteristic(Exception):
    """Items ask about characteristics that there are not; ``codes`` says which."""

    def __init__(self, codes: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(codes)))
        self.codes = codes


def draft_with_links(version: FormVersion) -> VersionDraft:
    """What a version asks, and which characteristic each item asks about."""
    links = ItemCharacteristic.objects.filter(item__version=version)
    about = dict(links.values_list("item__code", "characteristic__code"))
    draft = draft_of(version)
    sections = tuple(
        replace(
            section,
            items=tuple(replace(i, about=about.get(i.code, "")) for i in section.items),
        )
        for section in draft.sections
    )
    return replace(draft, sections=sections)


@transaction.atomic
def open_form_draft(form: Form, *, by: Person, now: datetime) -> Draft:
    """The form's draft: as it stands, or begun from what was published last."""
    version = form.versions.published().order_by("-number").first()
    content = draft_with_links(version) if version else None
    return open_draft(form, by=by, now=now, content=content)


@transaction.atomic
def publish_form(draft: Draft, *, seen: int, by: Person, now: datetime) -> FormVersion:
    """
    Publish a draft, its items linked to the characteristics they ask about.

    :raises Unsound: when something keeps it from being published.
    :raises Overtaken: when somebody else changed it since ``seen``.
    :raises UnknownCharacteristic: when an item asks about one that there is not.
    :raises CharacteristicRetired: when an item asks about one that is retired.
    """
    version, content = settle_draft(draft, seen=seen, by=by, now=now)
    link_items(version, content, by=by, now=now)
    publish_version(version, by=by, now=now)
    return version


@transaction.atomic
def link_items(
    version: FormVersion, draft: VersionDraft, *, by: Person | None, now: datetime
) -> None:
    """Link the items of an unpublished version as its draft says."""
    about = {item.code: item.about for item in draft.items if item.about}
    known = Characteristic.objects.in_bulk(set(about.values()), field_name="code")
    if unknown := frozenset(about.values()) - known.keys():
        raise UnknownCharacteristic(unknown)
    for item in version.items.filter(code__in=about):
        link_item(item, characteristic=known[about[item.code]], by=by, now=now)
