"""Verbs: note what happened to a unit, put it right, strike it out."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from gapless.core.audit.actions import record
from gapless.people.org.models import Person, Unit
from gapless.people.org.rules import changes

from .models import Event


class ChangedMeanwhile(Exception):
    """Somebody else saved the event after this one was opened."""


@transaction.atomic
def note_event(
    unit: Unit, *, happened_on: date, words: str, by: Person | None, now: datetime
) -> Event:
    """Put an event on the trends of a unit and of everything below it."""
    event = Event.objects.create(
        unit=unit, happened_on=happened_on, words=words, noted_by=by, noted_at=now
    )
    record("event.noted", subject=event, by=by, at=now, unit=unit, happened_on=happened_on)
    return event


@transaction.atomic
def edit_event(
    event: Event, *, version: int, happened_on: date, words: str, by: Person, now: datetime
) -> None:
    """Put right what an event says. The trail keeps that words changed, not the words."""
    said = {"happened_on": happened_on, "words": words}
    before, after = changes(event, said)
    won = Event.objects.filter(pk=event.pk, version=version).update(
        **said, version=F("version") + 1
    )
    if not won:
        raise ChangedMeanwhile(event)
    moved = (
        {"before": before["happened_on"], "after": happened_on}
        if "happened_on" in after
        else {}
    )
    record(
        "event.edited",
        subject=event,
        by=by,
        at=now,
        unit=event.unit,
        changed=sorted(after),
        **moved,
    )


@transaction.atomic
def remove_event(event: Event, *, by: Person, now: datetime) -> None:
    """Strike an event out; where somebody else was first, there is nothing left to do."""
    deleted, _ = Event.objects.filter(pk=event.pk).delete()
    if deleted:
        record(
            "event.removed",
            subject=event,
            by=by,
            at=now,
            unit=event.unit,
            happened_on=event.happened_on,
        )
