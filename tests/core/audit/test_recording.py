from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
import time_machine
from django.db import connection, transaction
from django.utils.timezone import now

from gapless.core.audit.actions import (
    OutsideTransaction,
    ReasonMissing,
    Uncatalogued,
    record,
    refuse,
    seal_finished,
)
from gapless.core.audit.models import Event, Seal, SecurityEvent
from gapless.core.audit.queries import status, verify
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast
from tests.core.audit.forging import write_trail

on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL seals after the commit"
)


def note(number: int = 1, **facts: object) -> Event:
    return record("unit.created", subject=Unit(pk=number), by=None, at=NINE_AM, **facts)


def test_an_event_says_who_did_what_to_what_and_where(cast: Cast) -> None:
    event = record(
        "unit.edited", subject=cast.east, by=cast.ma, at=NINE_AM, unit=cast.east, code="E"
    )

    stored = Event.objects.get(pk=event.pk)
    assert (stored.type, stored.subject_type) == ("unit.edited", "org.unit")
    assert (stored.subject_id, stored.unit_path) == (str(cast.east.pk), cast.east.path)
    assert (stored.actor, stored.at, stored.facts) == (cast.ma, NINE_AM, {"code": "E"})


def test_facts_come_back_as_every_database_keeps_them(db: None) -> None:
    event = note(
        day=date(2026, 3, 2), whole=1e22, part=0.1, share=Decimal("0.5"), t=(1, "二")
    )

    stored = Event.objects.get(pk=event.pk)
    assert stored.facts == event.facts
    assert stored.facts == {
        "day": "2026-03-02", "whole": 10**22, "part": 0.1, "share": "0.5", "t": [1, "二"]
    }  # fmt: skip


def test_a_type_outside_the_catalogue_is_refused(db: None) -> None:
    with pytest.raises(Uncatalogued):
        record("unit.painted", subject=Unit(pk=1), by=None, at=NINE_AM)
    with pytest.raises(Uncatalogued):
        refuse("unit.created", by=None, at=NINE_AM, detail="", address="")


@pytest.mark.parametrize("reason", ["", "  "])
def test_what_needs_a_reason_is_refused_without_one(db: None, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        record("answers.removed", subject=Unit(pk=1), by=None, at=NINE_AM, reason=reason)


@pytest.mark.django_db(transaction=True)
def test_an_event_cannot_be_written_alone() -> None:
    with pytest.raises(OutsideTransaction):
        note()


@pytest.mark.django_db(transaction=True)
def test_an_event_falls_with_its_transaction() -> None:
    with transaction.atomic():
        note()
        transaction.set_rollback(True)

    assert not Event.objects.exists()
    assert not Seal.objects.exists()


@on_sqlite
def test_sqlite_seals_in_the_transaction_of_the_event(db: None) -> None:
    first, second = note(1), note(2)

    assert list(Seal.objects.order_by("seq").values_list("seq", "event")) == [
        (1, first.pk),
        (2, second.pk),
    ]


def test_events_of_one_moment_keep_their_order(db: None) -> None:
    events = [note(number) for number in range(50)]

    assert list(Event.objects.order_by("-at", "-id")) == events[::-1]


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_one_chain_without_a_gap() -> None:
    def write() -> None:
        try:
            write_trail(25)
        finally:
            connection.close()

    writers = [Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    seal_finished()

    assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == list(
        range(1, 201)
    )
    assert verify(now=now()).ok


@pytest.mark.django_db(transaction=True)
def test_the_order_of_seals_survives_a_clock_that_goes_back() -> None:
    for moment in (NINE_AM, NINE_AM - timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            write_trail(1)

    first, second = Seal.objects.order_by("seq")
    assert (first.sealed_at, second.sealed_at) == (NINE_AM, NINE_AM)
    assert (first.clock_regressed, second.clock_regressed) == (False, True)
    assert status(now=NINE_AM).clock_regressions == 1
    assert verify(now=NINE_AM).ok


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_the_sealer_waits_for_older_transactions() -> None:
    with transaction.atomic():
        open_one = note(1)
        write_in_another_connection(2)
        assert seal_there() == 0  # an older transaction may still bring events
    assert seal_finished() == 2
    assert Seal.objects.get(seq=1).event == open_one


def write_in_another_connection(number: int) -> None:
    def write() -> None:
        with transaction.atomic():
            note(number)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    writer.join()


def seal_there() -> int:
    sealed: list[int] = []

    def seal() -> None:
        sealed.append(seal_finished())
        connection.close()

    sealer = Thread(target=seal)
    sealer.start()
    sealer.join()
    return sealed[0]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),  # behind a unix socket
    ],
)
def test_a_refusal_keeps_the_network_and_not_the_device(
    db: None, address: str, kept: str
) -> None:
    refuse("login.failed", by=None, at=NINE_AM, detail="x" * 200, address=address)

    refusal = SecurityEvent.objects.get()
    assert refusal.network == kept
    assert len(refusal.detail) == 120
