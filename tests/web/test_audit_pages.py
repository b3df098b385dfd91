import csv
import io
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gapless.core.audit import triggers
from gapless.core.audit.actions import record, refuse, seal_finished
from gapless.core.audit.models import Event
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, Unit
from tests.conftest import NINE_AM, Cast, person
from tests.web.signing_in import freshly, signed_in

ATTACK = "<script>alert(1)</script>"
TOKEN = re.compile(r'"X-CSRFToken": "\w+"|csrfmiddlewaretoken" value="\w+"')
LABELS = {"Unit edited", "Unit moved", "Demo company loaded"}


@pytest.fixture
def east_admin(cast: Cast) -> Person:
    return person("Deng", Role.ADMINISTRATOR, cast.east)


@pytest.fixture
def trail(cast: Cast) -> dict[str, Event]:
    """An edit in the East, a move in the West, and the demo, which is nowhere."""
    return {
        "east": record(
            "unit.edited",
            subject=cast.east,
            by=cast.ma,
            at=NINE_AM,
            unit=cast.east,
            changed={"name": ["East", "East hall"], "kind": ["city", "hall"]},
        ),
        "west": record(
            "unit.moved", subject=cast.west, by=cast.ma, at=NINE_AM, unit=cast.west
        ),
        "demo": record("demo.loaded", subject=cast.city, by=None, at=NINE_AM),
    }


def page(client: Client, **query: object) -> str:
    response = client.get(reverse("audit:index"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_administrator_reads_what_was_done(cast: Cast, trail: dict[str, Event]) -> None:
    shown = page(signed_in(cast.ma))

    for words in ("Unit edited", "Unit moved", "Demo company loaded", "The system", "Ma"):
        assert words in shown


def test_without_events_the_page_says_what_would_stand_there(cast: Cast) -> None:
    assert "Nothing has been done yet" in page(signed_in(cast.ma))


def test_an_administrator_of_a_part_reads_that_part(
    trail: dict[str, Event], east_admin: Person
) -> None:
    client = signed_in(east_admin)

    shown = page(client)

    assert "Unit edited" in shown
    assert "Unit moved" not in shown
    assert "Demo company loaded" not in shown
    assert client.get(reverse("audit:detail", args=[trail["west"].pk])).status_code == 404


def test_what_happened_elsewhere_changes_nothing_on_the_page(
    cast: Cast, trail: dict[str, Event], east_admin: Person
) -> None:
    client = signed_in(east_admin)
    url = reverse("audit:detail", args=[trail["east"].pk])

    def pages() -> list[str]:
        both = page(client), client.get(url).content.decode()
        return [TOKEN.sub("", content) for content in both]

    before = pages()
    for _ in range(60):
        record("unit.edited", subject=cast.west, by=cast.ma, at=NINE_AM, unit=cast.west)

    assert pages() == before


@pytest.mark.parametrize("name", ["chen", "wang", "sun", "qian", "li"])
def test_nobody_else_reads_the_trail(
    cast: Cast, trail: dict[str, Event], name: str
) -> None:
    client = signed_in(getattr(cast, name))

    assert client.get(reverse("audit:index")).status_code == 403
    assert client.get(reverse("audit:refusals")).status_code == 403
    assert client.get(reverse("audit:detail", args=[trail["east"].pk])).status_code == 403


def test_an_event_shows_what_changed_in_the_readers_words(
    cast: Cast, trail: dict[str, Event]
) -> None:
    url = reverse("audit:detail", args=[trail["east"].pk])
    shown = signed_in(cast.ma).get(url).content.decode()

    assert "<del>East</del> → <ins>East hall</ins>" in shown
    assert "<del>City</del> → <ins>Business hall</ins>" in shown


def test_before_and_after_may_be_single_values(cast: Cast) -> None:
    event = record(
        "characteristic.placed",
        subject=Unit(pk=1),
        by=cast.ma,
        at=NINE_AM,
        before={"en": "Old words", "zh-hans": "旧"},
        after={"en": "New words", "zh-hans": "新"},
    )
    url = reverse("audit:detail", args=[event.pk])

    shown = signed_in(cast.ma).get(url).content.decode()

    assert "<del>Old words</del> → <ins>New words</ins>" in shown


def test_of_a_person_only_the_names_of_the_fields_are_told(cast: Cast) -> None:
    event = record(
        "person.edited", subject=cast.li, by=cast.ma, at=NINE_AM, changed=["email", "name"]
    )
    url = reverse("audit:detail", args=[event.pk])

    assert "e-mail, Name" in signed_in(cast.ma).get(url).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"group": "unit"}, {"Unit edited", "Unit moved"}),
        ({"group": "installation"}, {"Demo company loaded"}),
        ({"q": "moved"}, {"Unit moved"}),
        ({"q": "east hall"}, {"Unit edited"}),
        ({"since": "2026-03-03"}, set()),
        ({"until": "2026-03-02"}, LABELS),
        ({"until": "2026-03-01"}, set()),
        ({"since": "2026-02-30", "person": "many", "group": "none"}, LABELS),
    ],
)
def test_the_list_is_narrowed(
    cast: Cast, trail: dict[str, Event], query: dict[str, str], found: set[str]
) -> None:
    shown = page(signed_in(cast.ma), **query)

    assert {label for label in LABELS if f">{label}</a>" in shown} == found


def test_one_record_and_one_person_can_be_followed(
    cast: Cast, trail: dict[str, Event]
) -> None:
    client = signed_in(cast.ma)

    assert ">Unit moved</a>" not in page(client, subject=f"org.unit:{cast.east.pk}")
    assert ">Unit edited</a>" in page(client, subject=f"org.unit:{cast.east.pk}")
    assert ">Demo company loaded</a>" not in page(client, person=cast.ma.pk)


def test_a_long_list_asks_the_database_no_more_often(
    cast: Cast, trail: dict[str, Event], django_assert_num_queries
) -> None:
    client = signed_in(cast.ma)
    page(client)  # how much there is to do is kept for some seconds
    with CaptureQueriesContext(connection) as few:
        page(client)
    for number in range(40):
        record("unit.edited", subject=Unit(pk=number), by=cast.ma, at=NINE_AM)

    with django_assert_num_queries(len(few)):
        page(client)


def test_a_person_who_is_gone_leaves_a_number(cast: Cast) -> None:
    record("unit.edited", subject=cast.east, by=Person(pk=4711), at=NINE_AM)

    assert "Person 4711, no longer known" in page(signed_in(cast.ma))


def test_what_was_typed_does_no_harm(cast: Cast) -> None:
    """reliability.md X2: the audit viewer is an attack surface."""
    event = record(
        "unit.edited",
        subject=cast.east,
        by=cast.ma,
        at=NINE_AM,
        reason=ATTACK,
        changed={ATTACK: [ATTACK, "b"]},
        also=ATTACK,
    )
    refuse("login.failed", by=None, at=NINE_AM, detail=ATTACK, address="")
    client = signed_in(cast.ma)

    urls = [
        reverse("audit:index") + "?q=" + ATTACK + "&subject=" + ATTACK,
        reverse("audit:index"),
        reverse("audit:refusals"),
        reverse("audit:detail", args=[event.pk]),
    ]
    for url in urls:
        content = client.get(url).content.decode()
        assert ATTACK not in content
        assert "&lt;script&gt;" in content


# --- Refused attempts -----------------------------------------------------------------


def test_refused_attempts_have_a_page(cast: Cast, east_admin: Person) -> None:
    refuse("login.failed", by=None, at=NINE_AM, detail="root", address="203.0.113.9")
    refuse("door.refused", by=cast.li, at=NINE_AM, detail="people:index", address="")
    refuse("door.refused", by=cast.zhao, at=NINE_AM, detail="audit:index", address="")
    url = reverse("audit:refusals")

    all_of_it = signed_in(cast.ma).get(url).content.decode()
    part = signed_in(east_admin).get(url).content.decode()

    assert all(words in all_of_it for words in ("root", "203.0.113.0/24", "Li", "Zhao"))
    assert "people:index" in part
    assert "root" not in part
    assert "Zhao" not in part


# --- The chain ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_chain_is_checked_on_demand(cast: Cast) -> None:
    with transaction.atomic():
        record("unit.edited", subject=cast.east, by=cast.ma, at=NINE_AM, unit=cast.east)
    client = signed_in(cast.ma)

    def answer() -> str:
        response = client.post(reverse("audit:verification"), follow=True)
        return response.content.decode()

    assert "The chain is whole up to number 1." in answer()
    with triggers.lifted():
        Event.objects.update(reason="another")
    assert "An event was changed after it was sealed." in answer()


@pytest.mark.django_db(transaction=True)
def test_the_seal_is_shown_to_whoever_reads_everything(
    cast: Cast, east_admin: Person
) -> None:
    with transaction.atomic():
        event = record(
            "unit.edited", subject=cast.east, by=cast.ma, at=NINE_AM, unit=cast.east
        )
    seal_finished()
    event.refresh_from_db()
    url = reverse("audit:detail", args=[event.pk])

    assert event.seal.hash in signed_in(cast.ma).get(url).content.decode()
    assert event.seal.hash not in signed_in(east_admin).get(url).content.decode()


def test_only_who_reads_everything_may_check_the_chain(east_admin: Person) -> None:
    assert signed_in(east_admin).post(reverse("audit:verification")).status_code == 403


def test_looking_changes_nothing(cast: Cast, trail: dict[str, Event]) -> None:
    client = signed_in(cast.ma)

    assert client.get(reverse("audit:verification")).status_code == 405
    assert "3 events" in freshly(client).get(reverse("audit:exports")).content.decode()
    assert Event.objects.count() == 3


# --- Export ---------------------------------------------------------------------------


def exported(client: Client, ending: str = "csv", query: str = "") -> list[list[str]]:
    response = client.post(reverse("audit:exports") + query, {"format": ending})
    assert response["Content-Disposition"] == f'attachment; filename="audit.{ending}"'
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_an_export_holds_what_was_asked_for_and_is_itself_recorded(
    cast: Cast, trail: dict[str, Event]
) -> None:
    client = freshly(signed_in(cast.ma))

    header, *rows = exported(client, query="?group=unit")

    assert header[:4] == ["When", "Who", "What", "Type"]
    assert {row[3] for row in rows} == {"unit.edited", "unit.moved"}
    event = Event.objects.get(type="audit.exported")
    assert (event.actor, event.facts) == (
        cast.ma,
        {"rows": 2, "asked": {"group": "unit"}},
    )


def test_an_export_of_a_part_has_no_numbers_of_the_whole(
    trail: dict[str, Event], east_admin: Person
) -> None:
    header, *rows = exported(freshly(signed_in(east_admin)))

    assert "Seal" not in header
    assert {row[3] for row in rows} == {"unit.edited"}


def test_an_export_cannot_carry_a_formula(cast: Cast) -> None:
    record(
        "unit.edited",
        subject=cast.east,
        by=cast.ma,
        at=NINE_AM,
        reason="=cmd|' /C calc'!A0",
    )

    _header, row, *_ = exported(freshly(signed_in(cast.ma)))

    assert "'=cmd|' /C calc'!A0" in row
