"""reliability.md 5.1: every class of tampering is found, wherever in the chain it is."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from gapless.core.audit import triggers
from gapless.core.audit.actions import record, seal_finished
from gapless.core.audit.choices import FaultKind
from gapless.core.audit.models import SEALED, Event, Seal
from gapless.core.audit.queries import verify
from gapless.core.audit.rules import canonical, digest, stamped
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM
from tests.core.audit.forging import sql, verdict_after, write_trail

LENGTH = 102
POSITIONS = range(2, LENGTH)  # 100 of them, with neighbours on both sides


@pytest.fixture
def trail(transactional_db: None) -> Iterator[None]:
    write_trail(LENGTH)
    with triggers.lifted():
        yield


def sealed_at(seq: int) -> Event:
    return Event.objects.get(seal__seq=seq)


def edit_fact(seq: int) -> None:
    event = sealed_at(seq)
    Event.objects.filter(pk=event.pk).update(facts={"code": "another"})


def edit_moment(seq: int) -> None:
    Event.objects.filter(seal__seq=seq).update(at=NINE_AM.replace(microsecond=1))


def edit_actor(seq: int) -> None:
    Event.objects.filter(seal__seq=seq).update(actor=7)


def delete_event(seq: int) -> None:
    pk = sealed_at(seq).pk
    sql("DELETE FROM audit_event WHERE id = %s", pk.hex)


def delete_both(seq: int) -> None:
    pk = sealed_at(seq).pk
    sql("DELETE FROM audit_seal WHERE seq = %s", seq)
    sql("DELETE FROM audit_event WHERE id = %s", pk.hex)


def delete_and_close_the_gap(seq: int) -> None:
    delete_both(seq)
    shift(seq + 1, by=-1)


def shift(start: int, *, by: int) -> None:
    """Renumber the seals from ``start`` on; seq is unique, so by way of negatives."""
    sql("UPDATE audit_seal SET seq = -seq WHERE seq >= %s", start)
    sql("UPDATE audit_seal SET seq = -seq + %s WHERE seq < 0", by)


def forged_event(like: int) -> Event:
    event = sealed_at(like)
    event.pk = None
    return Event.objects.create(
        tx=event.tx, at=event.at, type=event.type, subject_type=event.subject_type,
        subject_id="666", unit_path="", facts={}, reason="",
    )  # fmt: skip


def insert_event(seq: int) -> None:
    forged_event(like=seq)


def insert_with_a_well_made_seal(seq: int) -> None:
    event, before = forged_event(like=seq), Seal.objects.get(seq=seq - 1)
    shift(seq, by=1)
    stamp = stamped(before.sealed_at, regressed=False)
    body = canonical({name: getattr(event, name) for name in SEALED})
    Seal.objects.create(
        seq=seq,
        event=event,
        previous=before.hash,
        hash=digest(before.hash, stamp, body),
        sealed_at=before.sealed_at,
    )


def insert_with_a_made_up_seal(seq: int) -> None:
    event, before = forged_event(like=seq), Seal.objects.get(seq=seq - 1)
    shift(seq, by=1)
    Seal.objects.create(
        seq=seq, event=event, previous="a" * 64, hash="b" * 64, sealed_at=before.sealed_at
    )


def swap_events(seq: int) -> None:
    first, second = sealed_at(seq).pk.hex, sealed_at(seq + 1).pk.hex
    other = forged_event(like=seq).pk.hex  # event is unique: by way of a third
    for at, pk in ((seq, other), (seq + 1, first), (seq, second)):
        sql("UPDATE audit_seal SET event_id = %s WHERE seq = %s", pk, at)
    sql("DELETE FROM audit_event WHERE id = %s", other)


def swap_rows(seq: int) -> None:
    for before, after in ((seq, -1), (seq + 1, seq), (-1, seq + 1)):
        sql("UPDATE audit_seal SET seq = %s WHERE seq = %s", after, before)


def move_to_the_end(seq: int) -> None:
    sql("UPDATE audit_seal SET seq = %s WHERE seq = %s", LENGTH + 1, seq)
    shift(seq + 1, by=-1)


def edit_seal_hash(seq: int) -> None:
    sql("UPDATE audit_seal SET hash = %s WHERE seq = %s", "c" * 64, seq)


def edit_seal_link(seq: int) -> None:
    sql("UPDATE audit_seal SET previous = %s WHERE seq = %s", "d" * 64, seq)


@pytest.mark.parametrize(
    ("forgery", "kind"),
    [
        (edit_fact, FaultKind.EDITED),
        (edit_moment, FaultKind.EDITED),
        (edit_actor, FaultKind.EDITED),
        (delete_event, FaultKind.DELETED),
        (delete_both, FaultKind.DELETED),
        (delete_and_close_the_gap, FaultKind.DELETED),
        (insert_with_a_well_made_seal, FaultKind.INSERTED),
        (insert_with_a_made_up_seal, FaultKind.INSERTED),
        (swap_events, FaultKind.REORDERED),
        (swap_rows, FaultKind.REORDERED),
        (move_to_the_end, FaultKind.REORDERED),
        (edit_seal_hash, FaultKind.SEAL_EDITED),
        (edit_seal_link, FaultKind.SEAL_EDITED),
    ],
)
def test_a_forgery_is_found_where_it_is(
    trail: None, forgery: Callable[[int], None], kind: FaultKind
) -> None:
    found = {seq: verdict_after(lambda seq=seq: forgery(seq)).fault for seq in POSITIONS}

    assert {fault.kind for fault in found.values() if fault} == {kind}
    late = {seq for seq, fault in found.items() if not fault or abs(fault.seq - seq) > 1}
    assert late == set()


def test_an_event_without_a_seal_is_found(trail: None) -> None:
    found = {
        verdict_after(lambda seq=seq: insert_event(seq)).fault.kind for seq in POSITIONS
    }

    assert found == {FaultKind.INSERTED}


def test_a_trail_left_alone_is_whole(trail: None) -> None:
    with triggers.lifted():
        pass  # put the guards back
    verdict = verify(now=NINE_AM)

    assert verdict.ok
    assert verdict.count == LENGTH
    assert verdict.head == Seal.objects.get(seq=LENGTH).hash


def test_missing_guards_are_a_fault(trail: None) -> None:
    assert verify(now=NINE_AM).fault.kind is FaultKind.UNGUARDED


def test_the_last_events_cut_off_leave_no_trace_here(trail: None) -> None:
    """What `verify` cannot see without a head kept elsewhere; its docstring says so."""
    verdict = verdict_after(lambda: delete_both(LENGTH))

    assert verdict.fault.kind is FaultKind.UNGUARDED  # nothing but the guards lifted here
    assert verdict.count == LENGTH - 1


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite seals in the event's transaction"
)
def test_an_event_nobody_seals_is_found_after_a_minute(transactional_db: None) -> None:
    with transaction.atomic():
        event = record("unit.created", subject=Unit(pk=1), by=None, at=NINE_AM)

    from_the_id = event.pk  # NINE_AM is what the event says, not when it was written
    verdict = verify(now=NINE_AM.replace(year=2100))
    seal_finished()

    assert verdict.fault.kind is FaultKind.UNSEALED
    assert verdict.fault.event_id == str(from_the_id)
    assert verify(now=NINE_AM.replace(year=2100)).ok
