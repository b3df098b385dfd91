"""Reads of the list of cases: which of those that somebody may see are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from gapless.core.clocks.models import Clock
from gapless.people.org.models import Unit
from gapless.people.org.rules import Viewer

from .choices import Channel, Kind, Severity, State
from .models import CaseQuerySet
from .queries import matching, visible_cases, with_due

# What the list is sorted by; equals stand with the newest first.
SORTS = {
    "due": F("due_at").asc(nulls_last=True),
    "-due": F("due_at").desc(nulls_last=True),
    "opened": F("opened_at").asc(),
    "-opened": F("opened_at").desc(),
    "severity": F("severity").asc(),
    "-severity": F("severity").desc(),
    "unit": F("unit__name").asc(),
    "-unit": F("unit__name").desc(),
    "holder": F("holder__name").asc(),
    "-holder": F("holder__name").desc(),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the cases is asked for; nothing said leaves nothing out."""

    words: str = ""
    whose: str = ""  # mine, held, owned
    state: State | None = None
    open: bool = False
    overdue: bool = False
    kind: Kind | None = None
    severity: Severity | None = None
    channel: Channel | None = None
    categories: frozenset[int] = frozenset()
    unit: Unit | None = None  # this one and all below
    since: datetime | None = None
    until: datetime | None = None  # no longer part of it


def found(viewer: Viewer, wanted: Wanted, *, now: datetime) -> CaseQuerySet:
    """Those that the viewer may see of what is asked for, in no order yet."""
    cases = visible_cases(viewer).filter(_whose(viewer, wanted.whose))
    if wanted.open or wanted.overdue:
        cases = cases.open()
    if wanted.overdue:
        cases = cases.filter(is_overdue(now))
    exactly = {
        "state": wanted.state,
        "kind": wanted.kind,
        "severity": wanted.severity,
        "channel": wanted.channel,
        "opened_at__gte": wanted.since,
        "opened_at__lt": wanted.until,
    }
    cases = cases.filter(**{name: said for name, said in exactly.items() if said})
    if wanted.categories:
        cases = cases.filter(category__in=wanted.categories)
    if wanted.unit:
        below = Unit.objects.within([wanted.unit.path])
        cases = cases.filter(unit__in=below.values("pk"))
    return matching(cases, wanted.words) if wanted.words else cases


def sorted_by(cases: CaseQuerySet, sort: str) -> CaseQuerySet:
    """
    With their `due_at`, in that order.

    :raises KeyError: nothing is sorted by that.
    """
    return with_due(cases).order_by(SORTS[sort], "-opened_at", "-pk")


def _whose(viewer: Viewer, whose: str) -> Q:
    me = viewer.person_id
    held, owned = Q(holder=me), Q(owner=me)
    return {"mine": held | owned, "held": held, "owned": owned}.get(whose, Q())


def is_overdue(now: datetime) -> Exists:
    """Whether a limit has passed that still matters: its clock has not stopped."""
    return Exists(Clock.objects.overdue(now).filter(matter=OuterRef("matter")))
