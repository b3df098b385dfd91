"""
Reads of the trail. Whose trail it is, core cannot know: `people/org/trail.py` gives each
administrator the part within reach, and what stands here narrows or checks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from gapless.core.text import said

from . import triggers
from .catalogue import EVENTS
from .choices import FaultKind
from .models import SEALED, Event, Seal, SecurityEvent
from .rules import GENESIS, Link, Walk, canonical, made_at, stamped, walk

# The sealer runs every second; an event that waits this long has been forgotten.
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events somebody looks for. Nothing said: all of them."""

    group: str = ""
    actor: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    subject_type: str = ""
    subject_id: str = ""
    words: str = ""


def narrowed(events: QuerySet[Event], wanted: Wanted) -> QuerySet[Event]:
    exact = {
        "actor": wanted.actor,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "subject_type": wanted.subject_type,
        "subject_id": wanted.subject_id,
    }
    events = events.filter(**{field: value for field, value in exact.items() if value})
    if wanted.group:
        kinds = [name for name, kind in EVENTS.items() if kind.group == wanted.group]
        events = events.filter(type__in=kinds)
    for word in wanted.words.split():
        events = _mentioning(events, word)
    return events


def _mentioning(events: QuerySet[Event], word: str) -> QuerySet[Event]:
    labelled = [
        name
        for name, kind in EVENTS.items()
        if word.casefold() in said(kind.label).casefold()
    ]
    return events.alias(text=Cast("facts", TextField())).filter(
        Q(type__in=labelled)
        | Q(actor__name__icontains=word)
        | Q(reason__icontains=word)
        | Q(subject_id=word)
        | Q(text__icontains=word)
    )


def refused(
    refusals: QuerySet[SecurityEvent], wanted: Wanted, *, type_: str = ""
) -> QuerySet[SecurityEvent]:
    exact = {"type": type_, "at__gte": wanted.since, "at__lt": wanted.until}
    refusals = refusals.filter(**{field: value for field, value in exact.items() if value})
    for word in wanted.words.split():
        refusals = refusals.filter(
            Q(detail__icontains=word)
            | Q(network__startswith=word)
            | Q(actor__name__icontains=word)
        )
    return refusals


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with the trail, and where."""

    kind: FaultKind
    seq: int | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What following the whole chain has shown."""

    count: int
    head: str
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None


def last_seal() -> Seal | None:
    """The end of the chain."""
    return Seal.objects.order_by("-seq").first()


def is_untouched() -> bool:
    """Whether nothing was done here but making the installation, if even that."""
    last = Event.objects.order_by("-pk").first()
    return last is None or last.type == "installation.made"


@dataclass(frozen=True, slots=True)
class Status:
    """How the trail stands, without following it."""

    sealed: int
    unsealed: int
    head: str
    clock_regressions: int
    refused_lately: int


def status(*, now: datetime) -> Status:
    last = last_seal()
    return Status(
        sealed=last.seq if last else 0,
        unsealed=_unsealed().count(),
        head=last.hash if last else GENESIS,
        clock_regressions=Seal.objects.filter(clock_regressed=True).count(),
        refused_lately=SecurityEvent.objects.filter(at__gt=now - timedelta(days=1)).count(),
    )


def verify(*, now: datetime) -> Verdict:
    """
    Follow the chain from the first seal to the last and look for events beside it.

    An edited, deleted, inserted or moved event is found wherever it stands, and so is an
    edited seal. Two things leave no trace in the database and are not found: the last
    events deleted together with their seals, and a whole database put back to an earlier
    day. Whoever keeps the head of an earlier verification elsewhere sees both.
    """
    walked = walk(_links(Seal.objects.order_by("seq")))
    fault = _diagnosis(walked) or _stray(walked, now)
    if not fault and triggers.missing():
        fault = Fault(FaultKind.UNGUARDED)
    return Verdict(walked.count, walked.head, fault)


def _links(seals: QuerySet[Seal]) -> Iterator[Link]:
    """The seals that still have their event, each with what it sealed."""
    columns = [f"event__{name}" for name in SEALED]
    rows = seals.values_list(
        "seq", "previous", "hash", "sealed_at", "clock_regressed", *columns
    )
    for seq, previous, hash_, sealed_at, regressed, *values in rows.iterator(2000):
        event = dict(zip(SEALED, values, strict=True))
        stamp = stamped(sealed_at, regressed=regressed)
        yield Link(seq, previous, hash_, event["id"], stamp, canonical(event))


def _diagnosis(walked: Walk) -> Fault | None:
    """Say what was done to the first link that does not follow."""
    broken, head = walked.broken, walked.head
    if broken is None:
        return None
    if broken.previous == head and broken.seq == walked.count + 1:
        kind = _why_its_hash_is_wrong(broken)
    else:
        kind = _why_it_follows_another(broken, walked)
        if kind is FaultKind.INSERTED and walked.last and _is_twin(broken, walked.last):
            broken = walked.last
    return Fault(kind, broken.seq, str(broken.event_id))


def _is_twin(broken: Link, last: Link) -> bool:
    """Whether both claim the same place: the earlier one was put in before the other."""
    return broken.previous == last.previous


def _why_its_hash_is_wrong(broken: Link) -> FaultKind:
    rivals = Seal.objects.filter(previous=broken.previous).exclude(seq=broken.seq)
    if rivals.exists():
        return FaultKind.INSERTED
    others = _links(Seal.objects.filter(seq__gt=broken.seq).order_by("seq"))
    if any(broken.sealing(link.event, broken.previous) == broken.hash for link in others):
        return FaultKind.REORDERED  # this seal belongs to an event further on
    follower = Seal.objects.filter(previous=broken.sealing(broken.event, broken.previous))
    return FaultKind.SEAL_EDITED if follower.exists() else FaultKind.EDITED


def _why_it_follows_another(broken: Link, walked: Walk) -> FaultKind:
    head = walked.head
    if broken.sealing(broken.event, head) == broken.hash:
        return FaultKind.SEAL_EDITED  # it is the right one, with a changed number or link
    rightful = Seal.objects.filter(previous=head).first()
    if rightful and not Event.objects.filter(pk=rightful.event_id).exists():
        return FaultKind.DELETED
    if rightful:  # it stands elsewhere
        known = broken.previous == GENESIS or Seal.objects.filter(hash=broken.previous)
        return FaultKind.REORDERED if known else FaultKind.INSERTED
    if walked.last and _is_twin(broken, walked.last):
        return FaultKind.INSERTED
    return FaultKind.DELETED


def _unsealed() -> QuerySet[Event]:
    return Event.objects.exclude(Exists(Seal.objects.filter(event=OuterRef("pk"))))


def _stray(walked: Walk, now: datetime) -> Fault | None:
    """An event beside the chain: put in behind its back, or waiting for too long."""
    last = Event.objects.filter(pk=walked.last.event_id).first() if walked.last else None
    for event in _unsealed().order_by("pk").iterator():
        # SQLite seals in the event's own transaction. PostgreSQL numbers transactions
        # as they begin, and no number at or below the last sealed one is still open.
        if event.tx is None or (last and last.tx and event.tx <= last.tx):
            return Fault(FaultKind.INSERTED, None, str(event.pk))
        if now - made_at(event.pk) > PATIENCE:
            return Fault(FaultKind.UNSEALED, None, str(event.pk))
    return None
