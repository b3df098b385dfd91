"""
Which part of the audit trail someone may read. The trail itself lies in `core/audit`,
below the organisation, and cannot know who is asking.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from gapless.core.audit.models import Event, SecurityEvent

from .models import Person, PersonQuerySet, Unit, under
from .queries import visible_people, visible_units
from .rules import Policy, Viewer


def reads_whole_trail(viewer: Viewer) -> bool:
    """Whether the viewer administers every root, and so the organisation as a whole."""
    roots = set(Unit.objects.filter(depth=1).values_list("path", flat=True))
    return bool(roots) and roots <= set(viewer.paths(Policy.READ_AUDIT))


def visible_events(viewer: Viewer) -> QuerySet[Event]:
    """
    What happened within the administrator's reach. What happened at no unit (a form was
    published, the demo loaded) is for whoever administers the whole organisation.
    """
    if reads_whole_trail(viewer):
        return Event.objects.all()
    return Event.objects.filter(under("unit_path", viewer.paths(Policy.READ_AUDIT)))


def visible_refusals(viewer: Viewer) -> QuerySet[SecurityEvent]:
    """
    Refused attempts of the people within reach. A failed log-in names nobody for certain,
    so only whoever administers the whole organisation sees those.
    """
    if reads_whole_trail(viewer):
        return SecurityEvent.objects.all()
    return SecurityEvent.objects.filter(actor__in=visible_people(viewer))


def actors(viewer: Viewer) -> PersonQuerySet:
    """Who did anything of what the viewer may read."""
    done = visible_events(viewer).filter(actor=OuterRef("pk"))
    people: PersonQuerySet = Person.objects.filter(Exists(done))
    return people


def subject_names(viewer: Viewer, events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """What the units and people that events speak of are called today, within reach."""
    found: dict[str, QuerySet[Any]] = {
        "org.unit": visible_units(viewer),
        "org.person": visible_people(viewer),
    }
    names: dict[tuple[str, str], str] = {}
    for kind, rows in found.items():
        ids = {event.subject_id for event in events if event.subject_type == kind}
        named = rows.filter(pk__in=ids).values_list("pk", "name")
        names |= {(kind, str(pk)): name for pk, name in named}
    return names
