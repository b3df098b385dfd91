import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from gapless.people.org.rules import Policy
from gapless.web.account.policies import EXTERNAL
from gapless.web.checks import addresses, every_address_has_a_policy
from gapless.web.http import policy
from tests.evaluation.gaps import answering
from tests.web.signing_in import signed_in


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to all")


@policy(Policy.ANYONE)
def declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("meant to be")


urlpatterns = [
    path("forgotten/", forgotten, name="forgotten"),
    path("declared/", declared, name="declared"),
]


def test_every_address_that_is_served_has_a_policy():
    assert every_address_has_a_policy(None) == []


def test_a_view_without_a_policy_fails_the_build_and_the_request(settings, db):
    settings.ROOT_URLCONF = __name__
    errors = every_address_has_a_policy(None)
    assert [e.msg for e in errors if e.id == "gapless.E001"] == [
        "The address “forgotten” declares no policy."
    ]
    assert {e.id for e in errors} == {"gapless.E001", "gapless.E002"}
    assert Client().get("/declared/").status_code == 200
    with pytest.raises(ImproperlyConfigured):
        Client().get("/forgotten/")


def test_no_page_that_knows_a_person_is_open_to_anyone():
    mine = {name for name, view in addresses() if getattr(view, "policy", None)}
    anyone = {
        name for name, view in addresses() if getattr(view, "policy", None) is Policy.ANYONE
    }
    # What customers come to: their own answers and cases, by a link that only they have.
    own = ("answering:", "reporting:")
    of_customers = {name for name in mine if name.startswith(own)} | {"opt-out"}
    # What calendar programs come to, which cannot sign in: by an address that can be ended.
    assert anyone == {"language", "notices:feed"} | of_customers
    assert not set(EXTERNAL) & mine


@pytest.mark.parametrize("name", ["units:index", "people:index", "profile", "home"])
def test_who_is_not_signed_in_is_led_to_the_log_in(db, name):
    address = reverse(name)
    assert Client().get(address)["Location"] == f"/login/?next={address}"


def test_after_a_form_one_does_not_come_back_to_its_address(db):
    assert Client().post(reverse("profile"))["Location"] == "/login/"


def test_a_fragment_leads_the_whole_page_to_the_log_in(cast):
    answer = Client().get(
        reverse("units:children", args=[cast.city.pk]),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/units/?at=X"},
    )
    assert answer["HX-Redirect"] == "/login/?next=/units/%3Fat%3DX"


def test_every_answer_carries_the_headers(cast):
    for answer in (
        Client().get("/login/"),
        signed_in(cast.li).get(reverse("units:index")),
        signed_in(cast.li).get("/units/987654/"),
        signed_in(cast.li).get(reverse("people:index")),
    ):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "script-src" not in answer["Content-Security-Policy"]
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))


def test_the_time_zone_of_a_person_does_not_stay_for_the_next(cast):
    type(cast.li).objects.filter(pk=cast.li.pk).update(time_zone="Pacific/Honolulu")
    signed_in(cast.li).get(reverse("profile"))
    page = signed_in(cast.wang).get(reverse("profile"))
    assert page.context["form"]["time_zone"].value() == "Asia/Shanghai"


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=%00",
        "/units/?under=%00",
        "/people/?unit=%00",
        "/audit/?subject=%00",
        "/?period=0001",
        "/gaps/evidence/?of=overall&period=0001",
    ],
)
def test_an_address_that_nobody_could_have_followed_leads_nowhere(client, cast, address):
    client.force_login(cast.ma if address.startswith(("/people", "/audit")) else cast.chen)
    answering.answer(answering.questionnaire(), cast.east, [(7, 5)] * 12)
    assert client.get(address).status_code == 404
