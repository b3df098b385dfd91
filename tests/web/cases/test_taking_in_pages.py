"""The form on which staff take cases in: quick, nothing lost, nothing twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime, now

from gapless.control.cases.categories import Points, add_category, retire_category
from gapless.control.cases.choices import Kind, ReplyBy, State
from gapless.control.cases.grading import ship_table
from gapless.control.cases.models import Attachment, Case, Concern, SeverityTable
from gapless.core.addresses import phone_key
from gapless.core.clocks.drafting import ship_builtin as ship_limits
from gapless.core.files.models import StoredFile
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import taken_in
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
NEW = "/cases/new/"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
SENT = {
    "key": "a1b2",
    "kind": "complaint",
    "unit": "EAST-HALL",
    "channel": "phone",
    "title": "Waited for two hours",
    "words": "Nobody came.",
    "name": "Gao",
    "phone": "138 0013 8000",
    "language": "en",
}


@pytest.fixture(autouse=True)
def shipped(cast: Cast) -> None:
    ship_limits(now=NINE_AM)
    ship_table(now=NINE_AM)


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(cast.li)


def send(client: Client, **said: Any) -> Any:
    return client.post(NEW, {key: v for key, v in (SENT | said).items() if v != ""})


def wrong(response: Any) -> set[str]:
    """The fields that the page says something about; "" is the form as a whole."""
    assert response.status_code == 422
    return {name.replace("__all__", "") for name in response.context["form"].errors}


def test_whoever_takes_it_in_owns_it_and_gets_a_receipt(cast: Cast, li: Client) -> None:
    response = send(li)
    case = Case.objects.get()
    assert response.url == f"/cases/{case.pk}/receipt/"
    assert (case.owner, case.holder, case.unit) == (cast.li, cast.li, cast.east)
    assert (case.kind, case.channel, case.reply_by) == ("complaint", "phone", ReplyBy.PHONE)
    assert (case.customer_name, case.customer_phone) == ("Gao", "+8613800138000")
    assert case.phone_key == phone_key("+8613800138000")


def test_the_next_one_comes_where_and_how_the_last_one_did(cast: Cast, li: Client) -> None:
    first = li.get(NEW).context["form"].initial
    send(li, language="zh-hant")
    second = li.get(NEW).context["form"].initial
    assert first["key"] != second["key"]
    assert (second["channel"], second["unit"]) == ("phone", "EAST-HALL")
    assert second["language"] == cast.li.language  # not that of the last customer


def test_with_one_unit_nothing_is_to_be_chosen(cast: Cast, li: Client) -> None:
    assert '<input type="hidden" name="unit" value="EAST-HALL">' in li.get(NEW).text
    assert '<select name="unit"' in signed_in(cast.chen).get(NEW).text


def test_what_was_typed_stands_there_again_when_something_is_wrong(li: Client) -> None:
    response = send(li, title="", phone="12", words="两个小时没人管", facts=["loss"])
    assert wrong(response) == {"title", "phone"}
    assert "两个小时没人管" in response.text
    assert re.search(r'value="loss"[^>]*checked', response.text)
    assert 'value="12"' in response.text
    assert 'name="key" value="a1b2"' in response.text
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_case(li: Client) -> None:
    assert send(li).url == send(li).url
    assert Case.objects.count() == 1


def test_another_matter_on_the_same_form_is_not_swallowed(li: Client) -> None:
    """Somebody went back in the browser and typed the next customer's matter over it."""
    send(li)
    again = send(li, title="The card was swallowed", phone="139 0013 9000")
    assert wrong(again) == {""}
    assert "The card was swallowed" in again.text
    key = again.context["form"]["key"].value()
    assert key != SENT["key"]
    send(li, title="The card was swallowed", phone="139 0013 9000", key=key)
    assert Case.objects.count() == 2


def test_two_people_with_one_key_are_two_people(cast: Cast, li: Client) -> None:
    send(li)
    send(signed_in(cast.zhao), unit="WEST-HALL")
    assert {case.owner for case in Case.objects.all()} == {cast.li, cast.zhao}


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ({}, ReplyBy.PHONE),
        ({"phone": "", "email": "gao@example.com"}, ReplyBy.MAIL),
        ({"phone": "", "reply_by": "in_person"}, ReplyBy.IN_PERSON),
        ({"reply_by": "letter"}, ReplyBy.LETTER),
    ],
)
def test_the_answer_goes_where_the_customer_can_be_reached(
    li: Client, said: dict[str, str], reply: ReplyBy
) -> None:
    assert send(li, **said).status_code == 302
    assert Case.objects.get().reply_by == reply


@pytest.mark.parametrize(
    "said", [{"phone": ""}, {"phone": "", "reply_by": "phone"}, {"reply_by": "mail"}]
)
def test_an_answer_needs_an_address(li: Client, said: dict[str, str]) -> None:
    assert wrong(send(li, **said)) == {"reply_by"}


def test_a_letter_counts_from_when_it_came(li: Client) -> None:
    came = now() - timedelta(days=1)
    send(li, opened_at=f"{localtime(came):%Y-%m-%dT%H:%M}", channel="letter")
    case = Case.objects.get()
    assert case.opened_at == came.replace(second=0, microsecond=0)
    later = f"{localtime(now() + timedelta(days=1)):%Y-%m-%dT%H:%M}"
    assert wrong(send(li, key="b", opened_at=later)) == {"opened_at"}
    assert wrong(send(li, key="c", occurred_on=later[:10])) == {"occurred_on"}


def test_the_colleague_it_is_about_is_kept_out(cast: Cast, li: Client) -> None:
    send(li, concerned=cast.wang.pk)
    case = Case.objects.get()
    assert Concern.objects.get(case=case).person == cast.wang
    assert signed_in(cast.wang).get(f"/cases/{case.pk}/receipt/").status_code == 404
    assert wrong(send(li, key="b", concerned=cast.li.pk)) == {"concerned"}


def test_nobody_learns_here_who_shops_and_inspects(cast: Cast) -> None:
    page = signed_in(cast.chen).get(NEW).text
    assert "Zhao</option>" in page
    assert "Wu</option>" not in page
    assert "Zhou</option>" not in page


# --- Settled while the customer is here -----------------------------------------------


def test_an_inquiry_is_answered_and_closed_in_the_same_go(li: Client) -> None:
    said = {"kind": "inquiry", "phone": "", "settled": "on", "answer": "Showed the form"}
    response = send(li, **said)
    case = Case.objects.get()
    assert (case.state, case.reply_by) == (State.CLOSED, ReplyBy.IN_PERSON)
    assert "Your matter is settled" in li.get(response.url).text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "complaint"}, "settled"),
        ({"kind": "fault"}, "settled"),
        ({"kind": "inquiry", "facts": ["loss"]}, "settled"),
        ({"kind": "inquiry", "answer": ""}, "answer"),
    ],
)
def test_what_is_not_settled_so_quickly_is_said_and_nothing_is_lost(
    li: Client, said: dict[str, Any], field: str
) -> None:
    response = send(li, **({"settled": "on", "answer": "Said sorry"} | said))
    assert wrong(response) == {field}
    assert "Waited for two hours" in response.text
    assert not Case.objects.exists()


# --- Photos and papers ----------------------------------------------------------------


def upload(name: str, content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


@pytest.mark.usefixtures("own_folder")
def test_photos_and_papers_come_along(cast: Cast, li: Client) -> None:
    send(li, papers=[upload("queue.png"), upload("bill.pdf", b"%PDF-1.7 bill")])
    kinds = Attachment.objects.values_list("file__name", "file__content_type")
    assert list(kinds) == [("queue.png", "image/png"), ("bill.pdf", "application/pdf")]


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([upload("virus.png", b"MZ\x90\x00\x03")], "“virus.png” cannot be shown"),
        ([upload("none.png", b"")], "“none.png” is empty"),
        ([upload(f"{n}.png") for n in range(6)], "At most 5 files come along"),
    ],
)
def test_other_files_are_told_by_what_is_in_them(
    li: Client, files: list[SimpleUploadedFile], said: str
) -> None:
    response = send(li, papers=files)
    assert wrong(response) == {"papers"}
    assert said in response.text
    assert not Case.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.usefixtures("own_folder")
def test_what_is_refused_leaves_no_files_behind(cast: Cast, li: Client) -> None:
    assert wrong(send(li, concerned=cast.li.pk, papers=[upload("a.png")])) == {"concerned"}
    assert not StoredFile.objects.exists()


# --- What is said while it is filled in -----------------------------------------------


def told(client: Client, **said: Any) -> str:
    address = reverse("cases:preview")
    headers = {"HX-Request": "true"}
    response = client.post(address, {k: v for k, v in said.items() if v}, headers=headers)
    assert response.status_code == 200
    assert "<html" not in response.text
    return response.text


def test_the_grade_and_the_promise_are_said_at_once(li: Client) -> None:
    nothing = told(li)
    assert "Choose what it is" in nothing
    ordinary = told(li, kind="complaint", unit="EAST-HALL")
    assert "S3 ordinary" in ordinary
    graver = told(li, kind="complaint", unit="EAST-HALL", facts=["loss", "failure"])
    assert "S2 serious" in graver
    assert "The customer lost money" in graver
    assert not Case.objects.exists()


def test_the_promise_foreseen_is_the_one_of_the_receipt(li: Client) -> None:
    minute = {"opened_at": f"{localtime(now() - timedelta(hours=2)):%Y-%m-%dT%H:%M}"}
    promise = re.search(
        r'case-promise num">([^<]+)<',
        told(li, kind="complaint", unit="EAST-HALL", **minute),
    )
    receipt = li.get(send(li, **minute).url).text
    assert promise
    assert f"<b>{promise[1]}</b>" in receipt


def test_a_customer_who_was_here_before_is_known_by_the_telephone(
    cast: Cast, li: Client
) -> None:
    taken_in(cast.east, cast.li, title="The first time")
    taken_in(cast.west, cast.zhao, title="Elsewhere", key="two")
    page = told(li, phone="+86 138-0013-8000")
    assert "The first time" in page
    assert "Elsewhere" not in page
    assert "has been here before" not in told(li, phone="139 0013 9000")
    assert "has been here before" not in told(li, phone="not a number")


def test_without_scripts_the_whole_page_comes_with_what_was_typed(li: Client) -> None:
    response = li.post(reverse("cases:preview"), SENT | {"facts": ["loss"], "title": ""})
    assert response.status_code == 200
    assert "S2 serious" in response.text
    assert "Nobody came." in response.text
    assert re.search(r'value="loss"[^>]*checked', response.text)
    assert not response.context["form"].errors


def test_scripts_get_the_form_alone_and_are_sent_on(li: Client) -> None:
    headers = {"HX-Request": "true"}
    bad = li.post(NEW, SENT | {"title": ""}, headers=headers)
    assert bad.status_code == 422
    assert bad.text.strip().startswith("<form")
    good = li.post(NEW, SENT, headers=headers)
    assert good.headers["HX-Redirect"] == f"/cases/{Case.objects.get().pk}/receipt/"


def test_only_leaves_in_use_are_offered_under_what_they_are_part_of(
    cast: Cast, li: Client
) -> None:
    def add(code: str, parent: Any = None) -> Any:
        return add_category(
            code=code,
            name={"en": code},
            parent=parent,
            points=Points(),
            by=cast.chen,
            now=NINE_AM,
        )

    service = add("SERVICE")
    wait, old = add("WAIT", service), add("OLD", service)
    retire_category(old, by=cast.chen, now=NINE_AM)
    page = li.get(NEW).text
    assert '<optgroup label="SERVICE">' in page
    assert f'<option value="{wait.pk}">WAIT' in page
    assert ">OLD" not in page
    assert wrong(send(li, category=service.pk)) == {"category"}
    send(li, category=wait.pk)
    assert Case.objects.get().category == wait


def test_without_a_severity_table_the_page_says_what_is_missing(
    cast: Cast, li: Client
) -> None:
    SeverityTable.objects.all().delete()
    page = li.get(NEW).text
    assert "gapless init" in page
    assert "<form id=" not in page


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_kind_can_be_taken_in(li: Client, kind: str) -> None:
    assert send(li, kind=kind).status_code == 302
