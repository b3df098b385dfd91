import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef
from django.db.models.expressions import RawSQL
from django.utils.timezone import now as clock

from .catalogue import EVENTS, REFUSALS
from .models import SEALED, Event, Readable, Seal, SecurityEvent
from .rules import GENESIS, canonical, digest, network, plain, stamped

_THIS_TRANSACTION = RawSQL("pg_current_xact_id()::text::bigint", [])
# Any number nobody else locks: one sealer at a time.
SEALER = 0x6761_706C_6573_73  # "gapless"


class Actor(Protocol):
    pk: int


class Place(Protocol):
    path: str


class Uncatalogued(Exception):
    """The type is not in catalogue.toml; what is recorded must be named there first."""


class ReasonMissing(Exception):
    """Events of the type are only recorded with a reason."""


class OutsideTransaction(Exception):
    """An event is written in the transaction of what it records, never alone."""


def record(
    type_: str,
    *,
    subject: Model,
    by: Actor | None,
    at: datetime,
    unit: Place | None = None,
    reason: str = "",
    **facts: object,
) -> Event:
    """
    Write down what was done, in the transaction that does it.

    ``type_`` stands in the catalogue (``catalogue.toml``); ``facts`` are JSON values and
    hold no names of people, no answers and no free text of customers. A change is told
    by ``before`` and ``after``: two values, or two maps of the fields that changed.

    :raises Uncatalogued: the catalogue does not know the type.
    :raises ReasonMissing: the type needs a reason.
    :raises OutsideTransaction: there is nothing for the event to stand or fall with.
    """
    if type_ not in EVENTS:
        raise Uncatalogued(type_)
    if EVENTS[type_].needs_reason and not reason.strip():
        raise ReasonMissing(type_)
    if not connection.in_atomic_block:
        raise OutsideTransaction(type_)
    postgres = connection.vendor == "postgresql"
    event = Event.objects.create(
        tx=_THIS_TRANSACTION if postgres else None,
        at=at,
        actor_id=by.pk if by else None,
        type=type_,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        unit_path=unit.path if unit else "",
        facts=json.loads(json.dumps(facts, cls=Readable), parse_float=plain),
        reason=reason,
    )
    if not postgres:
        # SQLite has one writer at a time: nobody can seal between us and our commit.
        _append([event])
    return event


@transaction.atomic
def note_export(*, by: Model, rows: int, asked: Mapping[str, str], now: datetime) -> None:
    """Write down that somebody took a copy of the trail, and of which part."""
    record("audit.exported", subject=by, by=by, at=now, rows=rows, asked=dict(asked))


def refuse(
    type_: str, *, by: Actor | None, at: datetime, detail: str, address: str
) -> None:
    """Write down a refused attempt. Call it outside the transaction that refused it."""
    if type_ not in REFUSALS:
        raise Uncatalogued(type_)
    SecurityEvent.objects.create(
        type=type_,
        actor_id=by.pk if by else None,
        at=at,
        detail=detail[:120],
        network=network(address),
    )


def seal_finished() -> int:
    """
    Seal, on PostgreSQL, the events of all transactions that have ended, in the order in
    which these began; return how many. On SQLite events are sealed as they are written.

    A transaction below the snapshot's xmin has ended, and so has every one before it:
    nothing can appear later in front of what is sealed now.
    """
    if connection.vendor != "postgresql":
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER])
        events = list(Event.objects.raw(_FINISHED))
        _append(events)
    return len(events)


def seal_restored() -> None:
    """
    Seal what had no seal yet when a backup was taken, in the transaction that restores it.
    Elsewhere its transaction numbers mean nothing; their order is that of the ids.
    """
    sealed = Seal.objects.filter(event=OuterRef("pk"))
    _append(Event.objects.exclude(Exists(sealed)).order_by("pk"))


# Nothing at or below the last sealed transaction is sealed any more: it was put in past
# the trail. Numbers above the newest one of this server come from the server that this
# database was restored from.
_FINISHED = """
WITH edge AS (
  SELECT pg_snapshot_xmin(s)::text::bigint AS xmin,
         pg_snapshot_xmax(s)::text::bigint AS xmax,
         pg_current_xact_id_if_assigned()::text::bigint AS own
  FROM pg_current_snapshot() s
), last AS (
  SELECT COALESCE((
    SELECT e.tx FROM audit_seal JOIN audit_event e ON e.id = event_id
    ORDER BY seq DESC LIMIT 1), 0) AS tx
)
SELECT event.* FROM audit_event event, edge, last
WHERE NOT EXISTS (SELECT 1 FROM audit_seal WHERE event_id = event.id)
  AND ((event.tx >= edge.xmax AND event.tx IS DISTINCT FROM edge.own)
    OR (event.tx < edge.xmin
        AND event.tx > CASE WHEN last.tx >= edge.xmax THEN 0 ELSE last.tx END))
ORDER BY event.tx >= edge.xmax DESC, event.tx, event.id
"""


def _append(events: Iterable[Event]) -> None:
    """Add events to the end of the chain. The caller is the only one doing so."""
    read = clock()  # the sealing is the machine's act, at its own time
    ends = Seal.objects.order_by("-seq").values_list("seq", "hash", "sealed_at")[:1]
    seq, head, last_at = next(iter(ends), (0, GENESIS, read))
    sealed_at = max(read, last_at)
    regressed = read < sealed_at
    stamp = stamped(sealed_at, regressed=regressed)
    seals = []
    for event in events:
        body = canonical({name: getattr(event, name) for name in SEALED})
        previous, head, seq = head, digest(head, stamp, body), seq + 1
        seals.append(
            Seal(
                seq=seq,
                event=event,
                previous=previous,
                hash=head,
                sealed_at=sealed_at,
                clock_regressed=regressed,
            )
        )
    Seal.objects.bulk_create(seals, batch_size=1000)
