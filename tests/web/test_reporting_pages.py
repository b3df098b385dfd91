"""The form behind a QR code, and how a case stands for whoever has its link."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from gapless.control.cases import answering, customer
from gapless.control.cases.actions import write
from gapless.control.cases.choices import Channel, Kind, ReplyBy, State, Step
from gapless.control.cases.models import Attachment, Case
from gapless.control.cases.opening import Customer
from gapless.control.cases.tokens import case_token, report_token
from gapless.core.files.models import StoredFile
from gapless.people.org.models import RoleAssignment, Unit
from tests.conftest import Cast
from tests.control.cases.taking import PHONE, ship

PNG = b"\x89PNG\r\n\x1a\n" + b"a photo"
FILLED = {
    "kind": "complaint",
    "title": "Waited an hour",
    "words": "Nobody came to the counter.",
    "reply_by": "phone",
    "phone": "138 0013 8000",
    "key": "k" * 32,
    "language": "en",
}


@pytest.fixture(autouse=True)
def _shipped(db: None, own_folder: Any) -> None:
    ship()


def photo(name: str = "queue.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def door(unit: Unit) -> str:
    return reverse("reporting:report", args=[report_token(unit)])


def reported(cast: Cast, words: str = "Nobody came.") -> Case:
    told = customer.Report(Kind.COMPLAINT, "Waited an hour", words)
    who = Customer(name="Gao", phone=PHONE, language="en", reply_by=ReplyBy.PHONE)
    return customer.report(cast.east, told, who, key="first", now=now())


def answered(cast: Cast) -> Case:
    case = reported(cast)
    answering.answer(
        case, text="It is open.", key="a", seen=case.version, by=cast.wang, now=now()
    )
    return case


def page(case: Case, name: str = "follow") -> str:
    return reverse(f"reporting:{name}", args=[case_token(case)])


def sent(case: Case, **more: object) -> dict[str, object]:
    return {"key": "p" * 32, "version": case.version, "language": "en"} | more


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "What can we do for you?"),
        ("zh-hans", '<html lang="zh-hans"'),
        ("zh-hant", '<html lang="zh-hant"'),
    ],
)
def test_the_form_speaks_three_languages(
    client: Client, cast: Cast, language: str, words: str
) -> None:
    answer = client.get(f"{door(cast.east)}?lang={language}")
    assert words in answer.content.decode()
    assert "East hall" in answer.content.decode()


def test_a_complaint_with_photos_becomes_a_case_and_a_receipt(
    client: Client, cast: Cast
) -> None:
    answer = client.post(door(cast.east), FILLED | {"photos": [photo(), photo("b.png")]})
    case = Case.objects.get()
    assert answer.status_code == 303
    assert (case.unit, case.owner, case.channel) == (cast.east, cast.wang, Channel.WEB)
    assert case.customer_phone == PHONE
    assert Attachment.objects.filter(entry__case=case).count() == 2

    receipt = client.get(answer["Location"]).content.decode()
    assert str(case) in receipt
    assert "Wang" in receipt
    assert page(case) in receipt
    assert "You have our answer by" in receipt


def test_sent_twice_it_is_one_case_and_no_photo_is_kept_twice(
    client: Client, cast: Cast
) -> None:
    for _twice in range(2):
        answer = client.post(door(cast.east), FILLED | {"photos": [photo()]})
        assert answer.status_code == 303
    assert Case.objects.count() == StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "Say in a few words"),
        ({"kind": "leaving"}, "leaving"),
        ({"phone": ""}, "Give a telephone number"),
        ({"phone": "call me"}, "Nobody can be called there"),
        ({"reply_by": "mail"}, "Give an e-mail address"),
        ({"email": "gao@"}, "No mail gets there"),
        ({"website": "https://spam.example"}, "for programs"),
        ({"photos": [SimpleUploadedFile("a.png", b"MZ program")]}, "is no photo"),
        ({"photos": [SimpleUploadedFile(f"{n}.png", PNG) for n in range(6)]}, "At most 5"),
        ({"words": "字" * 4001}, "longer than 4000"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    client: Client, cast: Cast, wrong: dict[str, Any], says: str
) -> None:
    answer = client.post(door(cast.east), FILLED | wrong)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert says in body
    assert "another look" in body
    for name in ("title", "words", "key"):
        assert str((FILLED | wrong)[name])[:60] in body
    assert not Case.objects.exists()
    assert not StoredFile.objects.exists()


def test_who_asks_for_no_answer_leaves_no_address(client: Client, cast: Cast) -> None:
    quiet = FILLED | {"reply_by": "none", "phone": ""}
    assert client.post(door(cast.east), quiet).status_code == 303
    assert Case.objects.get().customer_phone == ""


def test_where_nobody_could_own_it_the_page_says_so_and_keeps_it(
    client: Client, cast: Cast
) -> None:
    RoleAssignment.objects.filter(person__in=[cast.wang, cast.chen]).delete()
    answer = client.post(door(cast.east), FILLED | {"photos": [photo()]})
    assert answer.status_code == 409
    assert "nobody here can take this in" in answer.content.decode()
    assert FILLED["words"] in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_too_many_reports_in_a_minute_wait(client: Client, cast: Cast) -> None:
    answers = [
        client.post(door(cast.east), FILLED | {"key": f"{n}"}).status_code
        for n in range(22)
    ]
    assert answers[0] == 303
    assert answers[-1] == 429
    assert Case.objects.count() == 20


@pytest.mark.parametrize("name", ["report", "follow", "received"])
@pytest.mark.parametrize("token", ["nothing", "1-aaaaaaaaaaaaaaaa", "1-" + "a" * 26])
def test_what_we_did_not_sign_opens_nothing(
    client: Client, cast: Cast, name: str, token: str
) -> None:
    reported(cast)
    address = reverse(f"reporting:{name}", args=[token])
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "Nothing to see here" in answer.content.decode()


def test_guessing_is_stopped(client: Client, cast: Cast) -> None:
    guesses = [client.get(f"/c/1-{'a' * 26}/").status_code for _n in range(22)]
    assert guesses[0] == 404
    assert guesses[-1] == 429
    case = reported(cast)
    assert client.get(page(case)).status_code == 200  # who has it is not kept out


def headers(answers: Iterable[Any]) -> None:
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_nothing_is_kept_or_found_by_machines(client: Client, cast: Cast) -> None:
    case = reported(cast)
    again = client.post(page(case, "words"), sent(case, words="And more."))
    shown = [client.get(address) for address in (door(cast.east), page(case))]
    headers([again, *shown, client.get(page(case, "received")), client.get("/c/x/")])


def test_the_customer_sees_what_was_said_and_nobody_but_the_owner(
    client: Client, cast: Cast
) -> None:
    case = reported(cast)
    write(case, Step.NOTED, words="Li was rude, I think.", key="n", by=cast.li, now=now())
    write(case, Step.TOLD, words="We called you back.", key="t", by=cast.li, now=now())
    body = client.get(page(case)).content.decode()
    assert "Nobody came." in body
    assert "We called you back." in body
    assert "Wang" in body
    assert "rude" not in body
    assert ">Li<" not in body
    assert PHONE not in body
    assert "Gao" not in body


def test_words_and_photos_are_added_once(client: Client, cast: Cast) -> None:
    case = reported(cast)
    for _twice in range(2):
        said = sent(case, words="Here is the ticket.", photos=[photo("ticket.png")])
        assert client.post(page(case, "words"), said).status_code == 303
    assert case.entries.filter(step=Step.SAID).count() == 1
    body = client.get(page(case)).content.decode()
    assert "Here is the ticket." in body
    assert "ticket.png" in body
    empty = client.post(page(case, "words"), sent(case))
    assert empty.status_code == 422
    assert "Write something" in empty.content.decode()


def test_an_answer_is_confirmed_rated_and_taken_up_again(
    client: Client, cast: Cast
) -> None:
    case = answered(cast)
    assert "Is it settled?" in client.get(page(case)).content.decode()
    assert client.post(page(case, "confirmation"), sent(case)).status_code == 303
    case.refresh_from_db()
    assert case.state == State.CONFIRMED

    assert (
        client.post(page(case, "rating"), sent(case, points=4, key="r")).status_code == 303
    )
    assert customer.rating_of(case) == 4
    assert client.post(page(case, "rating"), sent(case, points=9)).status_code == 422

    case.refresh_from_db()
    nothing = client.post(page(case, "reopening"), sent(case, key="s"))
    assert nothing.status_code == 422
    again = sent(case, words="It broke again.", key="s")
    assert client.post(page(case, "reopening"), again).status_code == 303
    case.refresh_from_db()
    assert case.state == State.HANDLING


def test_who_was_slower_sees_how_it_stands_and_keeps_the_words(
    client: Client, cast: Cast
) -> None:
    case = answered(cast)
    stale = sent(case, version=case.version - 1, words="Still not settled.")
    answer = client.post(page(case, "reopening"), stale)
    assert answer.status_code == 409
    assert "Something happened to it meanwhile" in answer.content.decode()
    assert "Still not settled." in answer.content.decode()
    assert client.post(page(case, "rating"), sent(case, points=5)).status_code == 303


def test_before_an_answer_nothing_is_confirmed_or_rated(client: Client, cast: Cast) -> None:
    case = reported(cast)
    body = client.get(page(case)).content.decode()
    assert "Is it settled?" not in body
    assert "Rate it" not in body
    assert client.post(page(case, "confirmation"), sent(case)).status_code == 409
    assert client.post(page(case, "rating"), sent(case, points=5)).status_code == 409


def test_a_broken_promise_is_admitted(client: Client, cast: Cast) -> None:
    case = reported(cast)
    Case.objects.filter(pk=case.pk).update(promised_at=now() - timedelta(hours=1))
    assert "We are late; call us." in client.get(page(case)).content.decode()


def test_malice_is_no_word_for_a_customer(client: Client, cast: Cast) -> None:
    case = reported(cast)
    ended = {"state": State.NOT_FILED, "ended_at": now()}
    Case.objects.filter(pk=case.pk).update(not_filed_as="abusive", **ended)
    body = client.get(page(case)).content.decode()
    assert "We do not take it up" in body
    assert "malic" not in body
    assert client.post(page(case, "reopening"), sent(case, words="?")).status_code == 409
    Case.objects.filter(pk=case.pk).update(not_filed_as="settled", **ended)
    assert "It was settled before." in client.get(page(case)).content.decode()


def test_the_sheet_is_for_those_who_take_cases_there(client: Client, cast: Cast) -> None:
    address = reverse("cases:qr", args=[cast.east.code])
    client.force_login(cast.li)
    assert report_token(cast.east) in client.get(address).content.decode()
    assert client.get(reverse("cases:qr", args=["NOWHERE"])).status_code == 404
    client.force_login(cast.zhao)
    assert client.get(address).status_code == 404
    client.force_login(cast.qian)
    assert client.get(address).status_code == 403
