"""The answering page at its doors: cookies, languages, handing in, what is refused."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from gapless.core.instruments.models import Answer
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState
from gapless.evaluation.campaigns.models import Campaign, Contact, Invitation, Response
from gapless.evaluation.campaigns.queries import door_of
from gapless.evaluation.campaigns.tokens import invitation_token, token_of
from gapless.web.answering import entry
from tests.conftest import Cast
from tests.web import asking

WHOLE = {"q.wait.e": "7", "q.wait.p": "3", "q.overall": "4", "q.why": "Too long a queue."}


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return asking.campaign_of(cast)


@pytest.fixture
def token(campaign: Campaign, cast: Cast) -> str:
    return asking.way_in(campaign, cast.east)


@pytest.fixture
def customer(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def inside(customer: Client, token: str) -> dict[str, str]:
    """Go in, and come back with what the page would send of itself."""
    customer.get(f"/s/{token}/")
    html = customer.get("/s/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    return {name: hidden[name] for name in ("key", "door", "language")}


def invited(campaign: Campaign, cast: Cast, language: str = "") -> Invitation:
    way = asking.way_in(campaign, cast.east, CollectorKind.INVITATION)
    door = door_of(way)
    assert door is not None
    contact = Contact.objects.create(
        unit=cast.east, key="k", language=language, created_at=now()
    )
    return Invitation.objects.create(
        campaign=campaign,
        collector=door.collector,
        contact=contact,
        unit=cast.east,
        made_at=now(),
    )


# --- The way in -----------------------------------------------------------------------


def test_a_token_opens_once_and_then_stands_in_a_cookie(
    customer: Client, token: str
) -> None:
    response = customer.get(f"/s/{token}/")

    assert (response.status_code, response["Location"]) == (303, "/s/")
    kept = response.cookies[entry.TOKEN]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Lax", "/s/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_page_is_private_and_says_so(customer: Client, token: str) -> None:
    customer.get(f"/s/{token}/")
    response = customer.get("/s/")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert token not in response.content.decode()


def test_unknown_revoked_and_answered_look_alike(
    customer: Client, campaign: Campaign, cast: Cast, token: str
) -> None:
    invitation = invited(campaign, cast)
    ticket = invitation_token(invitation)
    sent = inside(customer, ticket) | WHOLE
    customer.post("/s/answers/", sent)
    door = door_of(token)
    assert door is not None
    door.collector.revoked_at = now()
    door.collector.save()
    stranger = Client(headers={"Accept-Language": "en"})

    answers = [stranger.get(f"/s/{each}/") for each in ("nonsense", token, ticket)]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert len({each.content for each in answers}) == 1


def test_failed_opens_are_limited_and_good_ones_are_not(
    customer: Client, token: str
) -> None:
    failed = [customer.get("/s/nonsense/").status_code for _ in range(20)]
    refused = customer.get("/s/nonsense/")

    assert set(failed) == {404}
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert customer.get(f"/s/{token}/").status_code == 303


def test_a_forged_forwarding_header_changes_nothing(customer: Client, db: None) -> None:
    for nth in range(20):
        customer.get("/s/nonsense/", headers={"X-Forwarded-For": f"10.0.0.{nth}"})

    forged = customer.get("/s/nonsense/", headers={"X-Forwarded-For": "10.9.9.9"})
    assert forged.status_code == 429


def test_looking_writes_nothing(
    customer: Client, token: str, django_assert_max_num_queries: Any
) -> None:
    customer.get(f"/s/{token}/")
    customer.get("/s/")
    with django_assert_max_num_queries(6) as asked:
        customer.get(f"/s/{token}/")
        response = customer.get("/s/")

    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
    assert not Response.objects.exists()
    assert entry.DEVICE not in response.cookies


# --- Languages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Waiting and service times are as posted"),
        ("zh-hans", "等候和办理时间与公示的一样"),
        ("zh-hant", "等候和辦理時間與公示的一樣"),
    ],
)
def test_the_page_speaks(
    customer: Client, token: str, language: str, question: str
) -> None:
    customer.get(f"/s/{token}/")
    response = customer.get("/s/", {"lang": language})

    assert question in response.content.decode()
    assert response["Content-Language"] == language
    assert question in customer.get("/s/").content.decode()  # it is remembered


def test_only_the_languages_in_which_everything_is_said_are_offered(
    customer: Client, cast: Cast
) -> None:
    half = asking.OVERALL
    english = asking.ItemDraft("q", half.kind, {"en": "Well?"}, low=1, high=5)
    draft = asking.VersionDraft(
        asking.ExpectationType.NONE, (), (asking.SectionDraft({}, (english,)),)
    )
    token = asking.way_in(asking.campaign_of(cast, draft), cast.east)
    customer.get(f"/s/{token}/")

    html = customer.get("/s/", {"lang": "zh-hans"}).content.decode()
    assert '<html lang="en">' in html
    assert "?lang=" not in html


def test_an_invitation_speaks_the_language_of_its_customer(
    customer: Client, campaign: Campaign, cast: Cast
) -> None:
    customer.get(f"/s/{invitation_token(invited(campaign, cast, 'zh-hant'))}/")

    assert customer.get("/s/")["Content-Language"] == "zh-hant"


# --- Handing in -----------------------------------------------------------------------


def test_a_plain_form_gets_a_receipt_and_twice_the_same(
    customer: Client, token: str
) -> None:
    sent = inside(customer, token) | WHOLE
    first = customer.post("/s/answers/", sent)
    second = customer.post("/s/answers/", sent)

    code = re.search(r"data-code[^>]*>([\w-]+)<", first.content.decode())
    assert code
    assert code[1] in second.content.decode()
    assert Answer.objects.count() == 1
    assert Answer.objects.get().texts == {"why": "Too long a queue."}


def test_what_is_missing_is_said_and_the_rest_is_kept(customer: Client, token: str) -> None:
    sent = inside(customer, token) | {"q.wait.e": "7", "q.overall": "4", "q.why": "A <b>"}
    response = customer.post("/s/answers/", sent)
    html = response.content.decode()

    assert response.status_code == 422
    assert "This one needs an answer." in html
    assert 'name="q.wait.e" value="7" checked' in html
    assert "A &lt;b&gt;</textarea>" in html
    assert sent["key"] in html  # so that it stays one answer
    assert not Answer.objects.exists()


def test_the_script_gets_json(customer: Client, token: str) -> None:
    sent = inside(customer, token)
    missing = customer.post("/s/answers/", sent, headers={"Accept": "application/json"})
    whole = customer.post(
        "/s/answers/", sent | WHOLE, headers={"Accept": "application/json"}
    )

    assert missing.status_code == 422
    assert missing.json()["problems"].keys() == {"wait", "overall"}
    assert re.fullmatch(r"\w{5}-\w{5}", whole.json()["code"])
    assert whole.json()["state"] == ResponseState.COMPLETE


def test_the_same_key_with_other_words_is_refused(customer: Client, token: str) -> None:
    sent = inside(customer, token) | WHOLE
    customer.post("/s/answers/", sent)
    other = customer.post("/s/answers/", sent | {"q.overall": "9"})

    assert other.status_code == 422
    assert "handed in from this page before" in other.content.decode()


def test_what_was_said_at_one_door_never_comes_in_through_another(
    customer: Client, campaign: Campaign, cast: Cast, token: str
) -> None:
    sent = inside(customer, token) | WHOLE
    inside(customer, asking.way_in(campaign, cast.west))

    for address in ("/s/progress/", "/s/answers/"):
        assert customer.post(address, sent).status_code == 409
    assert not Response.objects.exists()


def test_a_device_is_known_again_only_after_it_said_something(
    customer: Client, token: str
) -> None:
    sent = inside(customer, token)
    saved = customer.post("/s/progress/", sent | {"seq": "1", "q.overall": "4"})

    assert saved.status_code == 204
    assert saved.cookies[entry.DEVICE]["httponly"]
    assert Response.objects.get().device


def test_an_invitation_goes_on_where_another_device_stopped(
    customer: Client, campaign: Campaign, cast: Cast
) -> None:
    ticket = invitation_token(invited(campaign, cast))
    customer.post("/s/progress/", inside(customer, ticket) | {"seq": "1", "q.overall": "4"})
    other = Client()
    other.get(f"/s/{ticket}/")

    assert other.get("/s/progress/").json() == {"fields": {"q.overall": ["4"]}}


def test_too_many_from_one_device_wait(customer: Client, token: str, settings: Any) -> None:
    settings.ANSWERS_PER_DEVICE = 1
    customer.post("/s/answers/", inside(customer, token) | WHOLE)
    response = customer.post(
        "/s/answers/",
        inside(customer, token) | WHOLE,
        headers={"Accept": "application/json"},
    )

    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert response.json()["says"].endswith(".")


@pytest.mark.parametrize(
    ("starts", "ends", "says"),
    [(1, 2, "It has not begun yet"), (-2, -1, "This survey has ended")],
)
def test_outside_its_period_a_campaign_says_why(
    customer: Client, campaign: Campaign, token: str, starts: int, ends: int, says: str
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(
        starts_at=now() + timedelta(days=starts), ends_at=now() + timedelta(days=ends)
    )
    customer.get(f"/s/{token}/")

    assert says in customer.get("/s/").content.decode()


def test_without_a_cookie_there_is_nothing(customer: Client, db: None) -> None:
    assert customer.get("/s/").status_code == 410
    assert customer.get("/s/notice/").status_code == 410
    assert customer.post("/s/answers/", WHOLE).status_code == 410


def test_the_notice_carries_its_version(customer: Client, token: str) -> None:
    customer.get(f"/s/{token}/")
    html = customer.get("/s/notice/").content.decode()

    assert "privacy@example.com" in html
    assert "Privacy notice, version 1" in html
    assert "confidential, not anonymous" in html


# --- Taking back ----------------------------------------------------------------------


def test_a_receipt_takes_the_answer_back_after_asking_once_more(
    customer: Client, token: str
) -> None:
    sent = inside(customer, token) | WHOLE
    answer = customer.post("/s/answers/", sent, headers={"Accept": "application/json"})
    code = {"code": answer.json()["code"].lower()}

    asked = customer.post("/s/receipt/", code)
    assert "This cannot be undone" in asked.content.decode()
    assert Answer.objects.count() == 1

    done = customer.post("/s/receipt/", code | {"sure": "1"})
    assert "Your answers are deleted" in done.content.decode()
    assert not Answer.objects.exists()


def test_wrong_codes_are_limited(customer: Client, db: None) -> None:
    wrong = {"code": "AAAAA-AAAAA"}
    found = [customer.post("/s/receipt/", wrong).status_code for _ in range(20)]

    assert set(found) == {422}
    assert customer.post("/s/receipt/", wrong).status_code == 429


# --- Kiosk ----------------------------------------------------------------------------


def test_a_kiosk_is_left_with_its_pin_alone(
    customer: Client, campaign: Campaign, cast: Cast
) -> None:
    way = asking.way_in(campaign, cast.east, CollectorKind.KIOSK, pin="2468")
    customer.get(f"/s/{way}/")

    assert customer.post("/s/kiosk/", {"pin": "1111"}).status_code == 403
    assert entry.TOKEN in customer.cookies
    left = customer.post("/s/kiosk/", {"pin": "2468"})
    assert (left.status_code, left["Location"]) == (204, "/")
    assert not customer.cookies[entry.TOKEN].value


def test_wrong_pins_are_limited(customer: Client, campaign: Campaign, cast: Cast) -> None:
    way = asking.way_in(campaign, cast.east, CollectorKind.KIOSK, pin="2468")
    customer.get(f"/s/{way}/")
    for _ in range(5):
        customer.post("/s/kiosk/", {"pin": "1111"})

    assert customer.post("/s/kiosk/", {"pin": "2468"}).status_code == 429


def test_a_token_of_the_wrong_place_opens_nothing(
    customer: Client, campaign: Campaign, cast: Cast, token: str
) -> None:
    door = door_of(asking.way_in(campaign, cast.east, CollectorKind.KIOSK))
    assert door is not None
    elsewhere = token_of(door.collector, cast.west)

    assert customer.get(f"/s/{elsewhere}/").status_code == 404
