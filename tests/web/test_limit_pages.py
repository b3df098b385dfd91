"""Time limits on pages: reading, drafting, publishing, and replaying the past."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from gapless.core.clocks import drafting, replays
from gapless.core.clocks.actions import Subject
from gapless.core.clocks.models import ClockPolicy, PolicyVersion, Replay
from gapless.core.clocks.queries import in_force
from gapless.core.jobs.working import run_next
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import HOUR, happens, limit, next_version, started
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db

TYPED = {
    "code": "VIP-2",
    "name_en": "Answer an important customer",
    "kind": "promise",
    "amount": "2",
    "unit": "working_day",
    "region": "CN",
    "starts_on": ["registered", "fee_received"],
    "stops_on": ["answered"],
    "warn_at": "50，80",
    "pause_awaiting_customer": "on",
    "cap_awaiting_customer": "48",
    "role_1": "unit_manager",
    "after_1": "0",
    "role_2": "quality_manager",
    "after_2": "24",
    "source": "Decided in spring",
}


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_what_ships_is_shown_with_its_source(cast: Cast) -> None:
    drafting.ship_builtin(now=NINE_AM)
    client = signed_in(cast.wang)
    answer = ClockPolicy.objects.get(code="S2-ANSWER")

    listed = text(client, "/time-limits/")
    page = text(client, f"/time-limits/{answer.pk}/")

    assert listed.count('class="badge badge-soon"') == 10  # what is only assumed
    for words in (
        "2 working days",
        "the day of the start is not counted",
        "Waiting for the customer, for at most 5 days",
        "50% · 80%",
        "At the limit: Unit manager",
        "1 day after the limit: Quality manager",
        "Our default",
    ):
        assert words in page
    assert "Draft a new version" not in page


def test_those_who_do_not_decide_only_read(cast: Cast) -> None:
    version = limit()
    address = f"/time-limits/{version.policy_id}/"

    for someone in (cast.wang, cast.qian):
        client = signed_in(someone)
        assert client.get(address).status_code == 200
        assert client.get("/time-limits/new/").status_code == 403
        assert client.post(f"{address}publication/").status_code == 403
    assert signed_in(cast.li).get(address).status_code == 403


def test_a_time_limit_is_written_and_put_in_force(cast: Cast) -> None:
    client = signed_in(cast.chen)

    made = client.post("/time-limits/new/", TYPED)

    draft = PolicyVersion.objects.get()
    assert made.url == f"/time-limits/{draft.policy_id}/"
    assert draft.terms == {
        "limit": {"amount": 2, "unit": "working_day"},
        "starts_on": ["fee_received", "registered"],
        "stops_on": ["answered"],
        "pauses": [{"reason": "awaiting_customer", "cap": 2880}],
        "resumes_on": ["customer_message"],
        "reopens_on": ["reopened"],
        "warn_at": ["1/2", "4/5"],
        "on_breach": [],
        "escalation": [
            {"after": 0, "role": "unit_manager"},
            {"after": 1440, "role": "quality_manager"},
        ],
    }
    assert (draft.region, draft.source) == ("CN", {"en": "Decided in spring"})
    assert "Starts when all of this has happened" in text(client, made.url)
    assert client.post(f"{made.url}publication/").status_code == 302
    assert in_force(draft.policy) == draft


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"amount": ""}, "Say how long it may take"),
        ({"starts_on": []}, "Say what starts the clock."),
        ({"starts_on": ["put_right"], "stops_on": ["put_right"]}, "cannot stop it, too"),
        ({"warn_at": "50, 120"}, "whole percentages between 1 and 99"),
        ({"name_en": ""}, "Give the name in at least one language."),
        ({"kind": "regulatory"}, "what the law requires is never paused"),
        ({"code": "a b"}, "A code has letters, digits"),
        ({"amount": "99999"}, "This cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_said(
    cast: Cast, typed: dict[str, object], says: str
) -> None:
    answer = signed_in(cast.chen).post("/time-limits/new/", TYPED | typed)

    assert says in answer.content.decode()
    assert not ClockPolicy.objects.exists()


def test_a_code_twice_is_said(cast: Cast) -> None:
    client = signed_in(cast.chen)
    client.post("/time-limits/new/", TYPED)

    assert (
        "Another time limit has this code"
        in client.post("/time-limits/new/", TYPED).content.decode()
    )


def test_a_change_is_a_draft_beside_what_is_in_force(cast: Cast) -> None:
    version = limit(escalation=[{"after": 60, "role": "unit_manager"}])
    client = signed_in(cast.chen)
    address = f"/time-limits/{version.policy_id}/draft/"
    form = client.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {k: v for k, v in typed.items() if v not in (None, False)}

    saved = client.post(address, typed | {"amount": "4"})

    assert saved.status_code == 302
    draft = PolicyVersion.objects.drafts().get()
    assert draft.terms == version.terms | {"limit": {"amount": 4, "unit": "hour"}}
    page = text(client, f"/time-limits/{version.policy_id}/")
    assert "10 hours" in page
    assert "4 hours" in page

    behind = client.post(address, typed | {"amount": "5", "version": "1"})
    assert behind.status_code == 409
    assert "Stands now" in behind.content.decode()

    client.post(f"/time-limits/{version.policy_id}/draft/end/")
    assert not PolicyVersion.objects.drafts().exists()


def test_a_draft_alone_goes_with_its_time_limit(cast: Cast) -> None:
    client = signed_in(cast.chen)
    made = client.post("/time-limits/new/", TYPED)

    gone = client.post(f"{made.url}draft/end/")

    assert gone.url == "/time-limits/"
    assert not ClockPolicy.objects.exists()
    assert client.get(made.url).status_code == 404


def test_none_yet_says_where_they_come_from(cast: Cast) -> None:
    assert "gapless init" in text(signed_in(cast.wang), "/time-limits/")


# --- Replay ---------------------------------------------------------------------------


@pytest.fixture
def draft(cast: Cast) -> PolicyVersion:
    """Six clocks of last week, answered after 1 to 11 hours; the draft allows four."""
    version = limit()
    for number in range(6):
        at = now() - timedelta(days=5) + number * HOUR
        subject = Subject("test.case", str(number))
        started(cast.east, subject=subject, now=at)
        happens("answered", at=at + (2 * number + 1) * HOUR, subject=subject)
    return next_version(version, cast.chen, amount=4)


def ask(
    client: Client, draft: PolicyVersion, cast: Cast, **other: object
) -> tuple[object, str]:
    period = {
        "version": draft.pk,
        "unit": cast.east.pk,
        "starts_on": localdate() - timedelta(days=30),
        "ends_on": localdate(),
    }
    asked = client.post(f"/time-limits/{draft.policy_id}/replays/", period | other)
    return asked, getattr(asked, "url", "")


def test_a_replay_says_how_the_period_would_have_looked(
    cast: Cast, draft: PolicyVersion
) -> None:
    client = signed_in(cast.wang)
    _asked, address = ask(client, draft, cast)

    waiting = text(client, address)
    assert "It goes on when you close this page" in waiting
    assert 'hx-trigger="every 2s"' in waiting

    run_next({replays.REPLAY: replays.run_replay})
    done = text(client, address)
    assert "on time 83.3% → 33.3%, of 6 clocks." in done
    assert 'hx-trigger="every 2s"' not in done
    table = client.get(f"{address}changes.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 7
    assert table.count("On time,Late") == 3
    assert address in text(client, f"/time-limits/{draft.policy_id}/")


def test_a_replay_belongs_to_its_units(cast: Cast, draft: PolicyVersion) -> None:
    _asked, address = ask(signed_in(cast.chen), draft, cast)

    assert signed_in(cast.zhao).get(address).status_code == 404
    assert signed_in(cast.zhao).post(f"{address}end/").status_code == 404
    assert signed_in(cast.qian).get(address).status_code == 200
    foreign, _nothing = ask(signed_in(cast.zhao), draft, cast)
    assert foreign.status_code == 422


def test_a_replay_is_stopped(cast: Cast, draft: PolicyVersion) -> None:
    client = signed_in(cast.wang)
    _asked, address = ask(client, draft, cast)

    client.post(f"{address}end/")
    page = client.post(f"{address}end/", follow=True).content.decode()

    assert "It had ended already." in page
    assert "It was stopped before its end." in page
    assert Replay.objects.get().finished_at is None


@pytest.mark.parametrize(
    ("days", "says"),
    [(-1, "The period ends after it begins"), (400, "The period has not begun yet")],
)
def test_a_period_without_clocks_is_said(
    cast: Cast, draft: PolicyVersion, days: int, says: str
) -> None:
    client = signed_in(cast.wang)
    first = localdate() + timedelta(days=max(days, 0))
    last = first + timedelta(days=1 if days > 0 else -1)

    refused, _nothing = ask(client, draft, cast, starts_on=first, ends_on=last)

    assert refused.status_code == 422
    assert says in refused.content.decode()
    assert not Replay.objects.exists()


def test_nothing_decided_is_no_share(cast: Cast, draft: PolicyVersion) -> None:
    client = signed_in(cast.wang)
    early = {
        "starts_on": localdate() - timedelta(days=60),
        "ends_on": localdate() - timedelta(days=50),
    }
    _asked, address = ask(client, draft, cast, **early)
    run_next({replays.REPLAY: replays.run_replay})

    assert "No clock of this limit was decided in this period" in text(client, address)
