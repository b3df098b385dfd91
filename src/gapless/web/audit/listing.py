"""What the pages of the trail show, and what the export holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from gapless.core.audit.catalogue import GROUPS, REFUSALS
from gapless.core.audit.queries import Wanted, narrowed, refused
from gapless.people.org.trail import visible_events, visible_refusals

from .told import told

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gapless.core.audit.models import Event, SecurityEvent
    from gapless.core.files.exports import Cell
    from gapless.people.org.rules import Viewer


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    group: str
    refusal: str
    person: int | None
    since: date | None
    until: date | None
    subject: str
    words: str
    sort: str

    @property
    def narrowed(self) -> bool:
        return any(value for name, value in asdict(self).items() if name != "sort")

    @property
    def said(self) -> dict[str, str]:
        """What was asked for, for the trail; not the words, which may name somebody."""
        given = (self.group, self.since, self.until, self.subject, self.person)
        names = ("group", "since", "until", "subject", "person")
        return {name: str(value) for name, value in zip(names, given, strict=True) if value}

    @property
    def wanted(self) -> Wanted:
        subject_type, _colon, subject_id = self.subject.partition(":")
        return Wanted(
            group=self.group,
            actor=self.person,
            since=_midnight(self.since) if self.since else None,
            until=_midnight(self.until + timedelta(days=1)) if self.until else None,
            subject_type=subject_type,
            subject_id=subject_id,
            words=self.words,
        )


def asked(query: Mapping[str, str]) -> Asked:
    group, refusal, person = (query.get(name, "") for name in ("group", "type", "person"))
    return Asked(
        group=group if group in GROUPS else "",
        refusal=refusal if refusal in REFUSALS else "",
        person=int(person) if person.isdecimal() and len(person) < 10 else None,
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        subject=query.get("subject", "").strip()[:100],
        words=query.get("q", "").replace("\0", "").strip()[:100],
        sort="at" if query.get("sort") == "at" else "-at",
    )


def found(viewer: Viewer, listing: Asked) -> QuerySet[Event]:
    sign = listing.sort.removesuffix("at")
    events = narrowed(visible_events(viewer), listing.wanted)
    return events.select_related("actor", "seal").order_by(f"{sign}at", f"{sign}id")


def found_refusals(viewer: Viewer, listing: Asked) -> QuerySet[SecurityEvent]:
    refusals = refused(visible_refusals(viewer), listing.wanted, type_=listing.refusal)
    return refusals.select_related("actor").order_by("-at", "-pk")


def header(*, whole: bool) -> list[str]:
    titles = [
        _("When"),
        _("Who"),
        _("What"),
        _("Type"),
        _("Record"),
        _("Reason"),
        _("Details"),
    ]
    return [*titles, _("Number"), _("Seal")] if whole else titles


def rows(viewer: Viewer, listing: Asked, *, whole: bool) -> Iterator[list[Cell]]:
    """
    The events as a table. Numbers and seals count the events of the whole organisation,
    so they are for whoever reads all of those.
    """
    for event in found(viewer, listing).iterator(2000):
        shown = told(event, viewer)
        seal = getattr(event, "seal", None)
        facts = json.dumps(event.facts, ensure_ascii=False, sort_keys=True)
        row: list[Cell] = [event.at, shown.who, shown.what, event.type]
        row += [f"{event.subject_type}:{event.subject_id}", event.reason, facts]
        if whole:
            row += [seal and seal.seq, seal and seal.hash]
        yield row


def _midnight(day: date) -> datetime:
    """Where the day begins for the reader."""
    return make_aware(datetime.combine(day, time.min))


def _day(typed: str) -> date | None:
    try:
        day = parse_date(typed)
    except ValueError:  # such as 30 February
        return None
    return day if day and date(1900, 1, 1) <= day < date(9000, 1, 1) else None
