"""
Views of the list that people keep. They are somebody's own and change nothing that the
organisation would ask about, so the audit trail does not hear of them.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from gapless.people.org.models import Person
from gapless.people.org.rules import Viewer

from .models import SavedFilter

# Our default: more than these nobody looks through.
MOST = 20


class NoName(Exception):
    """A view is kept under a name."""


class TooMany(Exception):
    """Somebody keeps as many as one may; one of them has to go first."""


@transaction.atomic
def save_filter(name: str, query: str, *, by: Person, now: datetime) -> SavedFilter:
    """
    Keep a view of the list; under a name that is taken it replaces the one before.

    :param query: as it stands in the address of the list.
    :raises NoName: without one.
    :raises TooMany: with twenty others.
    """
    called = name.strip()[:40]
    if not called:
        raise NoName
    Person.objects.select_for_update().get(pk=by.pk)  # two windows would count the same
    others = SavedFilter.objects.filter(person=by).exclude(name=called)
    if others.count() >= MOST:
        raise TooMany
    saved, _made = SavedFilter.objects.update_or_create(
        person=by, name=called, defaults={"query": query, "saved_at": now}
    )
    return saved


def forget_filter(saved: SavedFilter) -> None:
    """Keep it no longer; forgotten twice, it is forgotten."""
    SavedFilter.objects.filter(pk=saved.pk).delete()


def filters_of(viewer: Viewer) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(person=viewer.person_id)
