"""What is sent to a case: once each, never lost, and told when somebody was quicker."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils.timezone import now

from gapless.control.cases.choices import Fact, Kind, State, Step, Verdict
from gapless.control.cases.models import Case, Category, Draft, Entry, NotFiled, Offer
from gapless.people.org.choices import Role
from gapless.people.org.models import Person
from tests.conftest import Cast, person
from tests.control.cases import taking
from tests.web.signing_in import signed_in

HOUR = timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


@pytest.fixture
def case(cast: Cast) -> Case:
    taking.ship()
    return taking.taken_in(cast.east, cast.li, now=now() - HOUR)


@pytest.fixture
def liu(cast: Cast) -> Person:
    return person("Liu", Role.AGENT, cast.east)


def send(by: Person, case: Case, noun: str, *, key: str = "", **facts: Any) -> Any:
    """As the page would that was opened just now."""
    case.refresh_from_db()
    data = {"key": key or f"{noun}{case.version}", "version": case.version, **facts}
    return signed_in(by).post(f"/cases/{case.pk}/{noun}/", data)


def done(response: HttpResponse) -> None:
    assert response.status_code == 302, response.content.decode()[:2000]


def test_a_case_goes_its_whole_way_on_the_page(cast: Cast, case: Case, liu: Person) -> None:
    category: Category = taking.category()
    facts = {"kind": Kind.COMPLAINT, "facts_ticked": [Fact.LOSS], "category": category.pk}
    done(send(cast.li, case, "assessment", **facts))
    done(send(cast.li, case, "offers", to=liu.pk, reason="Your field"))
    offer = Offer.objects.get()
    done(send(liu, case, f"offers/{offer.pk}", taken="yes"))
    done(send(liu, case, "question", words="Which ticket was it?"))
    assert Case.objects.get().state == State.WAITING
    done(send(cast.li, case, "entries", what="said", words="A073"))
    done(send(liu, case, "finding", verdict=Verdict.JUSTIFIED, words="Two windows only"))
    done(send(liu, case, "drafts", text="We are sorry."))
    draft = Draft.objects.get()
    done(send(cast.wang, case, f"drafts/{draft.pk}", approved="no", remark="Say why"))
    done(send(liu, case, "drafts", text="We are sorry: two windows."))
    draft = Draft.objects.get(decided_at=None)
    done(send(cast.wang, case, f"drafts/{draft.pk}", approved="yes"))
    assert Case.objects.get().state == State.ANSWERED
    done(send(cast.li, case, "reopening", words="Still no money"))
    done(send(liu, case, "drafts", text="It is on its way."))
    draft = Draft.objects.get(decided_at=None)
    done(send(cast.wang, case, f"drafts/{draft.pk}", approved="yes"))
    done(send(cast.li, case, "confirmation", words="Thanks"))
    learnt = {"category": category.pk, "cause": "Two windows", "measure": "A third one"}
    done(send(cast.li, case, "closing", **learnt))

    case.refresh_from_db()
    assert (case.state, case.reopened, case.holder) == (State.CLOSED, 1, liu)
    shown = signed_in(cast.li).get(f"/cases/{case.pk}/").content.decode()
    for said in ("Two windows only", "Still no money", "A third one", "Liu took it on"):
        assert said in shown


def test_sent_twice_it_happens_once(cast: Cast, case: Case) -> None:
    data = {"key": "same", "version": case.version, "words": "Which ticket?"}
    client = signed_in(cast.li)
    for _time in range(2):
        done(client.post(f"/cases/{case.pk}/question/", data))

    assert Entry.objects.filter(step=Step.ASKED).count() == 1


def test_when_somebody_was_quicker_what_was_typed_stands_to_be_sent_again(
    cast: Cast, case: Case
) -> None:
    seen = case.version
    done(send(cast.wang, case, "entries", what="noted", words="I looked at it"))
    data = {"key": "k", "version": seen, "text": "Two windows were open."}
    response = signed_in(cast.li).post(f"/cases/{case.pk}/answer/", data)
    shown = response.content.decode()

    assert response.status_code == 409
    assert "Wang was quicker" in shown
    assert "Two windows were open." in shown
    assert "I looked at it" in shown
    case.refresh_from_db()
    assert f'name="version" value="{case.version}"' in shown
    assert case.state == State.RECEIVED
    data["version"] = case.version
    done(signed_in(cast.li).post(f"/cases/{case.pk}/answer/", data))


def test_what_was_typed_is_kept_when_the_case_does_not_take_it_any_more(
    cast: Cast, case: Case
) -> None:
    seen = case.version
    facts = {"why": "unrelated", "reason": "Next door"}
    done(send(cast.wang, case, "not-filing", **facts))
    data = {"key": "k", "version": seen, "text": "Two windows were open."}
    response = signed_in(cast.li).post(f"/cases/{case.pk}/answer/", data)
    shown = response.content.decode()

    assert response.status_code == 409
    assert "Two windows were open." in shown
    assert f'action="/cases/{case.pk}/answer/"' not in shown


@pytest.mark.parametrize(
    ("noun", "facts", "sentence"),
    [
        ("question", {"words": " "}, "Say it in a few words."),
        ("finding", {"words": "x"}, "Choose what came out."),
        ("answer", {"text": ""}, "Say it in a few words."),
        ("entries", {"what": "noted"}, "Say it in a few words."),
        ("entries", {"what": "closed", "words": "x"}, "closed is not one of"),
        ("offers", {"to": "", "reason": "x"}, "Choose who is to take it on."),
        ("not-filing", {"why": "abusive"}, "Say it in a few words."),
        ("merging", {"number": "nothing", "reason": "x"}, "give another one’s number"),
        ("merging", {"number": "9" * 15, "reason": "x"}, "give another one’s number"),
    ],
)
def test_what_is_in_the_way_is_said_and_nothing_happens(
    cast: Cast, case: Case, noun: str, facts: dict[str, str], sentence: str
) -> None:
    response = send(cast.li, case, noun, **facts)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Entry.objects.count() == 1


def test_whoever_refuses_says_why_and_does_not_see_it_any_more(
    cast: Cast, case: Case, liu: Person
) -> None:
    done(send(cast.li, case, "offers", to=liu.pk, reason="Your field"))
    offer = Offer.objects.get()
    silent = send(liu, case, f"offers/{offer.pk}", taken="no")
    assert silent.status_code == 422
    assert "Say in a few words why." in silent.content.decode()
    refused = send(liu, case, f"offers/{offer.pk}", taken="no", why="On leave")
    assert refused.url == "/cases/"
    again = send(liu, case, f"offers/{offer.pk}", taken="yes")
    assert again.url == "/cases/"
    assert Case.objects.get().holder == cast.li


def test_nobody_reads_their_own_answer_or_reviews_their_own_decision(
    cast: Cast, case: Case
) -> None:
    done(send(cast.wang, case, "drafts", text="Sorry."))
    draft = Draft.objects.get()
    done(send(cast.wang, case, f"drafts/{draft.pk}", approved="yes"))
    assert Draft.objects.get().decided_at is None
    done(send(cast.chen, case, f"drafts/{draft.pk}", approved="no", remark="More"))
    done(send(cast.wang, case, "not-filing", why="no_facts", reason="Nothing to go by"))
    decision = NotFiled.objects.get()
    done(send(cast.wang, case, f"reviews/{decision.pk}", upheld="no", remark="x"))
    assert NotFiled.objects.get().reviewed_at is None
    done(send(cast.chen, case, f"reviews/{decision.pk}", upheld="no", remark="There is"))
    assert Case.objects.get().state == State.HANDLING


def test_somebody_concerned_is_kept_out_when_somebody_else_takes_over(
    cast: Cast, case: Case, liu: Person
) -> None:
    alone = send(cast.wang, case, "concerned", person=cast.li.pk)
    assert alone.status_code == 422
    assert "say who takes over" in alone.content.decode()
    done(send(cast.wang, case, "concerned", person=cast.li.pk, instead=liu.pk))
    case.refresh_from_db()
    assert (case.owner, case.holder) == (liu, liu)
    assigned = send(cast.wang, case, "holder", to=cast.li.pk, reason="Back to you")
    assert "choose somebody else" in assigned.content.decode()
    assert signed_in(cast.li).get(f"/cases/{case.pk}/").status_code == 404


def test_words_and_a_photo_come_along_and_what_is_no_photo_is_refused(
    cast: Cast, case: Case, own_folder: Any
) -> None:
    photo = SimpleUploadedFile("till.png", PNG)
    done(send(cast.li, case, "entries", what="said", words="Look", papers=[photo]))
    entry = Entry.objects.get(step=Step.SAID)
    assert [each.file.name for each in entry.attachments.all()] == ["till.png"]
    program = SimpleUploadedFile("till.png", b"MZ\0\0" * 20)
    refused = send(cast.li, case, "entries", what="said", words="Look", papers=[program])
    assert refused.status_code == 422
    assert "cannot be shown" in refused.content.decode()


def test_the_manager_says_that_they_know_and_the_clock_stops(cast: Cast) -> None:
    taking.ship()
    facts = frozenset({Fact.SAFETY})
    case = taking.taken_in(cast.east, cast.li, facts=facts, now=now() - HOUR / 4)
    done(send(cast.wang, case, "knowledge"))

    assert taking.clocks_of(case)["S1-NOTIFY"].stopped_at
    shown = signed_in(cast.wang).get(f"/cases/{case.pk}/").content.decode()
    assert f"/cases/{case.pk}/knowledge/" not in shown


def test_a_customer_who_says_nothing_for_a_week_is_content(cast: Cast) -> None:
    taking.ship()
    case = taking.taken_in(cast.east, cast.li, kind=Kind.INQUIRY, now=now() - HOUR)
    done(send(cast.li, case, "answer", text="At nine."))
    early = send(cast.li, case, "closing")
    assert early.status_code == 422
    assert "Ask the customer first" in early.content.decode()
    long_ago = now() - timedelta(days=8)
    Case.objects.filter(pk=case.pk).update(answered_at=long_ago)
    done(send(cast.li, case, "closing"))


def test_the_way_back_is_kept(cast: Cast, case: Case) -> None:
    response = send(cast.li, case, "question", words="Which?", next="/work/?show=mine")
    assert response.url == f"/cases/{case.pk}/?next=%2Fwork%2F%3Fshow%3Dmine"
    assert 'href="/work/?show=mine"' in (
        signed_in(cast.li).get(response.url).content.decode()
    )
    elsewhere = send(cast.li, case, "entries", what="noted", words="x", next="//evil.cn/")
    assert elsewhere.url == f"/cases/{case.pk}/"


def test_a_draft_of_another_case_is_missing(cast: Cast, case: Case) -> None:
    other = taking.taken_in(cast.east, cast.li, key="two", now=now() - HOUR)
    done(send(cast.li, other, "drafts", text="Sorry."))
    draft = Draft.objects.get()

    assert send(cast.wang, case, f"drafts/{draft.pk}", approved="yes").status_code == 404
    assert send(cast.zhao, other, f"drafts/{draft.pk}").status_code == 404


def test_who_decides_assigns_what_somebody_else_has_and_does_not_hand_it_over(
    cast: Cast, case: Case, liu: Person
) -> None:
    response = send(cast.wang, case, "offers", to=liu.pk, reason="Your field")

    assert response.status_code == 409
    assert "assign it instead" in response.content.decode()
    assert not Offer.objects.exists()
