"""
What happened on the time axis of a trend: versions of the form, campaigns, imports, and
what people noted. Each is shown to whoever may see it where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from gapless.core.imports.choices import State as ImportState
from gapless.core.instruments.models import FormVersion
from gapless.evaluation.campaigns.choices import State as CampaignState
from gapless.evaluation.campaigns.queries import visible_campaigns
from gapless.evaluation.surveys.queries import visible_imports
from gapless.people.org.models import Unit, under
from gapless.people.org.rules import Policy, Viewer, ancestors

from .models import Event


class MarkKind(StrEnum):
    VERSION = "version"
    BEGAN = "began"  # a campaign
    ENDED = "ended"
    IMPORT = "import"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day. ``name`` is what is called so, or was written."""

    on: date
    kind: MarkKind
    name: str
    event: Event | None = None


def visible_events(viewer: Viewer) -> QuerySet[Event]:
    """The events that this person may change."""
    within = under("unit__path", viewer.paths(Policy.NOTE_EVENTS))
    return Event.objects.filter(within).select_related("unit", "noted_by")


def events_of(viewer: Viewer, unit: Unit) -> QuerySet[Event]:
    """What was noted of the unit or of one above it, for whoever sees its numbers."""
    if not viewer.holds_at(Policy.SEE_NUMBERS, unit.path):
        return Event.objects.none()
    found = Event.objects.filter(unit__path__in=(*ancestors(unit.path), unit.path))
    return found.select_related("unit", "noted_by")


def marks_of(
    viewer: Viewer,
    unit: Unit,
    versions: Mapping[FormVersion, Sequence[date]],
    *,
    now: datetime,
) -> list[Mark]:
    """
    Everything worth knowing beside a trend, oldest first.

    :param versions: those of the form with evidence, and the months they have it in.
    """
    marks = [
        *_noted(viewer, unit),
        *_published(versions),
        *_campaigns(viewer, unit, versions, now),
        *_imports(viewer, unit, versions),
    ]
    return sorted(marks, key=lambda mark: (mark.on, mark.kind, mark.name))


def _noted(viewer: Viewer, unit: Unit) -> Iterator[Mark]:
    for event in events_of(viewer, unit):
        yield Mark(event.happened_on, MarkKind.EVENT, event.words, event)


def _published(versions: Mapping[FormVersion, Sequence[date]]) -> Iterator[Mark]:
    """
    When a version followed another: in the month of its first answers, and on the day it
    was published if that is in it. Of a file brought in later the answers are older.
    """
    begun = {version: min(months) for version, months in versions.items() if months}
    for version, month in begun.items():
        if version.published_at and month != min(begun.values()):
            day = localdate(version.published_at)
            on = day if day.replace(day=1) == month else month
            yield Mark(on, MarkKind.VERSION, str(version))


def _campaigns(
    viewer: Viewer, unit: Unit, versions: Iterable[FormVersion], now: datetime
) -> Iterator[Mark]:
    about = Q(units__path__startswith=unit.path) | Q(
        units__path__in=(*ancestors(unit.path), unit.path)
    )
    asked = visible_campaigns(viewer).filter(about, version__in=list(versions))
    asked = asked.in_state(CampaignState.FIELDING, CampaignState.CLOSED)
    for campaign in asked.distinct():
        if campaign.starts_at <= now:
            yield Mark(localdate(campaign.starts_at), MarkKind.BEGAN, str(campaign))
        ended = min(campaign.closed_at or campaign.ends_at, campaign.ends_at)
        if ended <= now:
            yield Mark(localdate(ended), MarkKind.ENDED, str(campaign))


def _imports(viewer: Viewer, unit: Unit, versions: Iterable[FormVersion]) -> Iterator[Mark]:
    near = Q(within__path__startswith=unit.path) | Q(
        within__path__in=(*ancestors(unit.path), unit.path)
    )
    found = visible_imports(viewer).filter(near, version__in=list(versions))
    for import_ in found.in_state(ImportState.DONE):
        if import_.finished_at:
            yield Mark(localdate(import_.finished_at), MarkKind.IMPORT, str(import_))
