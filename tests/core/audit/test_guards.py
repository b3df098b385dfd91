"""The database itself refuses to change the trail, and still does after all migrations."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from gapless.core.audit import triggers
from gapless.core.audit.models import Event, Seal
from tests.core.audit.forging import sql, write_trail


def test_the_guards_stand_after_migrate(db: None) -> None:
    assert triggers.missing() == []


CHANGES = {
    "edit an event": lambda: Event.objects.update(reason="another"),
    "edit a seal": lambda: Seal.objects.update(hash="0" * 64),
    "delete an event": lambda: sql("DELETE FROM audit_event"),
    "delete a seal": lambda: sql("DELETE FROM audit_seal"),
}
if connection.vendor == "sqlite":
    CHANGES["replace an event"] = lambda: sql(
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event"
    )
    CHANGES["replace a seal"] = lambda: sql(
        "INSERT OR REPLACE INTO audit_seal SELECT * FROM audit_seal"
    )
else:
    CHANGES["empty the events"] = lambda: sql("TRUNCATE audit_event CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_refuses_to(change: Callable[[], object]) -> None:
    write_trail(2)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()

    assert Seal.objects.count() == Event.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_lifted_guards_come_back() -> None:
    with triggers.lifted():
        assert len(triggers.missing()) >= 4

    assert triggers.missing() == []
