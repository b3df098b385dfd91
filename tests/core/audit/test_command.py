import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from gapless.core.audit import triggers
from gapless.core.audit.actions import record, refuse
from gapless.core.audit.models import Event, Seal
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM
from tests.core.audit.forging import write_trail

pytestmark = pytest.mark.django_db(transaction=True)


def audit(*words: str) -> tuple[int, str]:
    """What `gapless audit …` prints, and how it ends."""
    out = io.StringIO()
    try:
        call_command("audit", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_whole_chain_ends_in_0() -> None:
    write_trail(3)
    head = Seal.objects.get(seq=3).hash

    code, said = audit("verify")

    assert code == 0
    assert f"The chain is whole: 3 events, head {head}." in said
    assert "keep this head elsewhere" in said


def test_a_broken_chain_ends_in_1_and_names_the_event() -> None:
    write_trail(3)
    second = Event.objects.get(seal__seq=2)
    with triggers.lifted():
        Event.objects.filter(pk=second.pk).update(reason="another")

    code, said = audit("verify")

    assert code == 1
    assert "An event was changed after it was sealed." in said
    assert f"Whole up to number 1; first fault at event {second.pk}." in said


def test_json_says_the_same_to_machines() -> None:
    write_trail(2)
    assert json.loads(audit("verify", "--json")[1]) == {
        "ok": True,
        "count": 2,
        "head": Seal.objects.get(seq=2).hash,
        "fault": None,
    }

    second = Event.objects.get(seal__seq=2)
    with triggers.lifted():
        Event.objects.filter(pk=second.pk).update(reason="another")
    code, said = audit("verify", "--json")

    assert code == 1
    assert json.loads(said)["fault"] == {
        "kind": "edited",
        "seq": 2,
        "event": str(second.pk),
    }


def test_an_empty_trail_is_whole() -> None:
    assert audit("verify")[0] == 0


def test_status_tells_how_the_trail_stands() -> None:
    write_trail(2)
    refuse("login.failed", by=None, at=NINE_AM.replace(year=2999), detail="", address="")

    _, said = audit("status")

    assert "Sealed events: 2" in said
    assert "Events waiting for their seal: 0" in said
    assert "Refused attempts in the last 24 hours: 1" in said


def test_verify_seals_first_what_the_worker_would_seal() -> None:
    with transaction.atomic():
        record("unit.created", subject=Unit(pk=1), by=None, at=NINE_AM)

    code, said = audit("verify", "--json")

    assert (code, json.loads(said)["count"]) == (0, 1)


@pytest.mark.parametrize("words", [(), ("paint",), ("verify", "--loud")])
def test_wrong_usage_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("audit", *words)
