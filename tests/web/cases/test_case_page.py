"""The page of a case: who sees what, what may be done, and what it says."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from gapless.control.cases import actions, answering, baton
from gapless.control.cases.choices import Fact, State, Step, Verdict
from gapless.control.cases.models import Attachment, Case
from gapless.core.files.actions import store
from gapless.people.org.choices import Role
from gapless.people.org.models import Person
from tests.conftest import Cast, person
from tests.control.cases import taking
from tests.web.signing_in import signed_in

HOUR = timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32
PDF = b"%PDF-1.7 " + b"0" * 32


@pytest.fixture
def case(cast: Cast) -> Case:
    taking.ship()
    return taking.taken_in(cast.east, cast.li, now=now() - HOUR)


@pytest.fixture
def liu(cast: Cast) -> Person:
    return person("Liu", Role.AGENT, cast.east)


def url(case: Case, noun: str = "") -> str:
    return f"/cases/{case.pk}/{noun}"


def page(person: Person, case: Case, query: str = "") -> str:
    response = signed_in(person).get(url(case) + query)
    assert response.status_code == 200
    return response.content.decode()


def nouns(text: str, case: Case) -> set[str]:
    """To what the page lets something be sent."""
    return set(re.findall(rf'action="/cases/{case.pk}/([a-z-]+)/', text))


def sent(case: Case, **facts: Any) -> dict[str, Any]:
    case.refresh_from_db()
    return {"key": "k1", "version": case.version, **facts}


def handed(case: Case, to: Person, by: Person) -> Any:
    case.refresh_from_db()
    facts = {"reason": "Your field", "key": f"to {to.pk}", "seen": case.version}
    return baton.offer(case, to=to, by=by, now=now(), **facts)


# --- Who sees what --------------------------------------------------------------------


def test_those_who_have_to_do_with_it_see_it_and_for_others_it_is_missing(
    cast: Cast, case: Case, liu: Person
) -> None:
    for someone in (cast.li, cast.wang, cast.chen):
        assert case.title in page(someone, case)
    for someone in (liu, cast.zhao):
        assert signed_in(someone).get(url(case)).status_code == 404
    for someone in (cast.sun, cast.qian, cast.ma, cast.zhou):
        assert signed_in(someone).get(url(case)).status_code == 403


def test_for_whom_it_is_about_it_does_not_exist(cast: Cast, case: Case) -> None:
    facts = {"instead": None, "key": "k", "by": cast.chen, "now": now()}
    actions.keep_out(case, cast.wang, **facts)

    assert signed_in(cast.wang).get(url(case)).status_code == 404
    data = sent(case, what="noted", words="?")
    assert signed_in(cast.wang).post(url(case, "entries/"), data).status_code == 404
    shown = page(cast.chen, case)
    assert "Kept out" in shown
    assert "Kept out" not in page(cast.li, case)


def test_the_customer_is_masked_for_whoever_is_only_asked_to_take_it_on(
    cast: Cast, case: Case, liu: Person
) -> None:
    handed(case, liu, cast.li)
    for someone in (cast.li, cast.wang):
        shown = page(someone, case)
        assert "+8613800138000" in shown
        assert "Mr Gao" in shown
    asked = page(liu, case)
    assert "+8613800138000" not in asked
    assert "Mr Gao" not in asked
    assert "****8000" in asked
    assert "M**" in asked


# --- What may be done -----------------------------------------------------------------


def test_the_holder_handles_it_and_the_manager_decides_as_well(
    cast: Cast, case: Case
) -> None:
    handling = {"entries", "question", "assessment", "offers", "finding", "drafts"}
    handling |= {"answer", "not-filing", "merging"}
    assert nouns(page(cast.li, case), case) == handling
    deciding = (handling - {"offers"}) | {"holder", "concerned"}
    assert nouns(page(cast.wang, case), case) == deciding


def test_whoever_is_asked_takes_it_on_or_says_why_not(
    cast: Cast, case: Case, liu: Person
) -> None:
    handed(case, liu, cast.li)

    assert nouns(page(liu, case), case) == {"offers"}
    assert "offers" not in nouns(page(cast.li, case), case)
    assert "Take it on, or say why not" in page(cast.li, case)


def test_whoever_answers_for_it_still_speaks_with_the_customer(
    cast: Cast, case: Case, liu: Person
) -> None:
    baton.take_on(handed(case, liu, cast.li), by=liu, now=now())

    assert nouns(page(cast.li, case), case) == {"entries"}
    assert "Li" in page(liu, case)
    response = signed_in(cast.li).post(url(case, "finding/"), sent(case))
    assert response.status_code == 403


@pytest.mark.parametrize("noun", ["holder/", "concerned/"])
def test_what_the_page_does_not_offer_is_refused(cast: Cast, case: Case, noun: str) -> None:
    response = signed_in(cast.li).post(url(case, noun), sent(case))
    assert response.status_code == 403


def test_a_grave_case_is_read_before_it_is_answered(cast: Cast) -> None:
    taking.ship()
    facts = frozenset({Fact.SAFETY})
    case = taking.taken_in(cast.east, cast.li, facts=facts, now=now() - HOUR)
    assert "answer" not in nouns(page(cast.li, case), case)
    assert "knowledge" in nouns(page(cast.wang, case), case)

    data = sent(case, text="We are sorry.")
    signed_in(cast.li).post(url(case, "drafts/"), data)
    assert nouns(page(cast.li, case), case) == {"entries"}
    assert "We are sorry." in page(cast.wang, case)
    assert "drafts" in nouns(page(cast.wang, case), case)


def test_when_it_is_closed_only_what_may_still_happen_is_offered(
    cast: Cast, case: Case
) -> None:
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED, ended_at=now())
    assert nouns(page(cast.li, case), case) == {"entries", "reopening"}
    long_ago = now() - timedelta(days=31)
    Case.objects.filter(pk=case.pk).update(ended_at=long_ago)
    shown = page(cast.li, case)
    assert nouns(shown, case) == {"entries"}
    assert "Nothing is left to do" in shown


# --- What it says ---------------------------------------------------------------------


def test_the_timeline_tells_all_or_the_customer_or_what_was_decided(
    cast: Cast, case: Case
) -> None:
    write = {"by": cast.li, "now": now()}
    actions.write(case, Step.NOTED, words="Only for us", key="a", **write)
    actions.write(case, Step.SAID, words="And the light was off", key="b", **write)
    facts = {"verdict": Verdict.PARTLY, "facts": "One window", "key": "c"}
    case.refresh_from_db()
    answering.find_out(case, **facts, seen=case.version, **write)

    everything = page(cast.li, case)
    assert all(
        said in everything for said in ("Only for us", "the light was off", "One window")
    )
    customer = page(cast.li, case, "?show=customer")
    assert "the light was off" in customer
    assert "Only for us" not in customer
    decisions = page(cast.li, case, "?show=decisions")
    assert "Investigated: Partly justified" in decisions
    assert "the light was off" not in decisions
    assert page(cast.li, case, "?show=nonsense").count("Only for us") == 1


def test_a_limit_that_passed_stands_on_the_timeline(cast: Cast) -> None:
    taking.ship()
    case = taking.taken_in(cast.east, cast.li, now=now() - timedelta(days=30))
    shown = page(cast.li, case)

    assert "The limit passed" in shown
    assert "overdue by" in shown


def test_the_chain_shows_every_hand_and_whom_it_is_offered_to(
    cast: Cast, case: Case, liu: Person
) -> None:
    baton.take_on(handed(case, liu, cast.li), by=liu, now=now())
    handed(case, cast.wang, liu)
    chain = page(liu, case).partition('class="case-chain"')[2].partition("</ol>")[0]

    assert re.findall(r"<b>(\w+)</b>", chain) == ["Li", "Liu", "Wang"]
    assert 'class="fut"' in chain


def test_a_foreign_case_that_this_one_was_merged_with_is_not_named(cast: Cast) -> None:
    taking.ship()
    case = taking.taken_in(cast.east, cast.li, now=now() - HOUR)
    foreign = taking.taken_in(cast.west, cast.zhao, key="two", now=now() - HOUR)
    data = sent(case, number=str(foreign), reason="The same")
    refused = signed_in(cast.li).post(url(case, "merging/"), data)
    assert refused.status_code == 422
    assert "give another one’s number" in refused.content.decode()

    merged = signed_in(cast.chen).post(url(case, "merging/"), data)
    assert merged.status_code == 302
    assert f"/cases/{foreign.pk}/" in page(cast.chen, case)
    assert f"/cases/{foreign.pk}/" not in page(cast.li, case)
    assert str(foreign) not in page(cast.li, case)


def test_photos_are_shown_papers_kept_and_both_only_to_whoever_sees_the_case(
    cast: Cast, case: Case, own_folder: Any
) -> None:
    files = [
        store(ContentFile(PNG, "till.png"), by=cast.li, now=now()),
        store(ContentFile(PDF, "slip.pdf"), by=cast.li, now=now()),
    ]
    actions.write(case, Step.SAID, words="", key="a", by=cast.li, now=now(), files=files)
    photo, paper = Attachment.objects.filter(entry__case=case).order_by("pk")
    shown = page(cast.li, case)
    assert f'src="/cases/{case.pk}/files/{photo.pk}/"' in shown
    assert "slip.pdf" in shown

    client = signed_in(cast.li)
    one, two = (client.get(url(case, f"files/{each.pk}/")) for each in (photo, paper))
    assert (one["Content-Type"], two["Content-Type"]) == (
        "image/png",
        "application/octet-stream",
    )
    assert two["Content-Disposition"].startswith("attachment")
    assert b"".join(one.streaming_content) == PNG
    assert b"".join(two.streaming_content) == PDF
    assert one["Cache-Control"] == "no-store"
    other = taking.taken_in(cast.east, cast.li, key="other", now=now() - HOUR)
    assert client.get(url(other, f"files/{photo.pk}/")).status_code == 404
    foreign: Client = signed_in(cast.zhao)
    assert foreign.get(url(case, f"files/{photo.pk}/")).status_code == 404


def test_the_page_asks_the_database_no_more_when_much_has_happened(
    cast: Cast, case: Case, liu: Person
) -> None:
    client = signed_in(cast.wang)
    client.get(url(case))
    with CaptureQueriesContext(connection) as few:
        client.get(url(case))
    for n in range(20):
        actions.write(case, Step.NOTED, words="x", key=f"n{n}", by=cast.li, now=now())
    with CaptureQueriesContext(connection) as many:
        client.get(url(case))

    assert len(many) == len(few)
    assert len(many) <= 45
