"""
Reads of notices. A notice is its reader's alone, so these start with the person; the
organisation's channels start with the paths of the units that somebody administers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, Max, Q, QuerySet, When

from .catalogue import KINDS
from .choices import DeliveryState
from .models import Channel, Delivery, Notice, NoticeQuerySet, Wording


def inbox_of(person_id: int) -> NoticeQuerySet:
    """A person's notices, the unread first, and the newest first of each."""
    own = Notice.objects.filter(person=person_id).select_related("wording")
    unread_first = Case(When(read_at=None, then=0), default=1)
    return own.order_by(unread_first, "-created_at", "-pk")


def of_group(notices: NoticeQuerySet, group: str) -> NoticeQuerySet:
    return notices.filter(kind__in=kinds_of(group))


def kinds_of(group: str) -> list[str]:
    return [name for name, kind in KINDS.items() if kind.group == group]


def unread_of(person_id: int) -> int:
    """The number on the bell. Every page asks for it; an index of its own answers."""
    return Notice.objects.filter(person=person_id).unread().count()


def unread_by_group(person_id: int) -> Mapping[str, int]:
    """How many are unread, of each group that has any."""
    rows = Notice.objects.filter(person=person_id).unread().order_by().values_list("kind")
    found: dict[str, int] = {}
    for kind, count in rows.annotate(n=Count("pk")):
        group = KINDS[kind].group if kind in KINDS else ""
        found[group] = found.get(group, 0) + count
    return found


def told(keys: Iterable[str]) -> set[str]:
    """Those of the keys under which somebody has been told something."""
    found = Notice.objects.filter(key__in=list(keys), person__isnull=False)
    return set(found.values_list("key", flat=True))


# --- Channels -------------------------------------------------------------------------


def channels_within(paths: Iterable[str]) -> QuerySet[Channel]:
    """The channels of the subtrees that start at ``paths``, with what became of it all."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(unit__path__startswith=path)
    state = "deliveries__state"
    return (
        Channel.objects.filter(within)
        .select_related("unit", "created_by")
        .annotate(
            sent=Count("deliveries", filter=Q(**{state: DeliveryState.SENT})),
            waiting=Count("deliveries", filter=Q(**{state: DeliveryState.WAITING})),
            dead=Count("deliveries", filter=Q(**{state: DeliveryState.DEAD})),
            last_sent_at=Max("deliveries__sent_at"),
        )
        .order_by("unit__path", "name", "pk")
    )


def deliveries_of(channel: Channel) -> QuerySet[Delivery]:
    """What went out there, the newest first, with the number of notices in each."""
    own = Delivery.objects.filter(channel=channel)
    return own.annotate(carried=Count("notices")).order_by("-pk")


@dataclass(frozen=True, slots=True)
class MailTally:
    """How mail goes: what waits, and what was given up."""

    waiting: int
    dead: int


def mail_tally() -> MailTally:
    by_mail = Delivery.objects.filter(channel=None)
    return MailTally(
        waiting=by_mail.filter(state=DeliveryState.WAITING).count(),
        dead=by_mail.dead().count(),
    )


# --- Words ----------------------------------------------------------------------------


def own_wordings(kinds: Collection[str]) -> Mapping[str, Wording]:
    """The newest of the organisation's own words of each kind that has any."""
    newest: dict[str, Wording] = {}
    for each in Wording.objects.filter(kind__in=kinds).select_related("made_by"):
        newest.setdefault(each.kind, each)  # ordered: the highest number comes first
    return newest


def versions_of(kind: str) -> QuerySet[Wording]:
    return Wording.objects.filter(kind=kind).select_related("made_by").order_by("-number")
