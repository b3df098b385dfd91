"""The receipt: what a customer takes along, in the customer's language."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from gapless.control.cases.choices import ReplyBy, State
from gapless.control.cases.models import Case
from gapless.control.cases.opening import Customer
from gapless.control.cases.tokens import case_token
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import PHONE, ship, taken_in
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    ship()
    Unit.objects.filter(pk=cast.city.pk).update(phone="10010", supervision_phone="12300")
    Unit.objects.filter(pk=cast.east.pk).update(phone="0571-8888 1234")
    customer = Customer("Gao", PHONE, language="en", reply_by=ReplyBy.PHONE)
    return taken_in(cast.east, cast.li, customer=customer)


def address(case: Case) -> str:
    return f"/cases/{case.pk}/receipt/"


def test_it_says_who_by_when_and_where_to_complain_of_that(cast: Cast, case: Case) -> None:
    page = signed_in(cast.li).get(address(case)).text
    for said in (str(case), case.title, "East hall", ">Li<", "0571-8888 1234", "12300"):
        assert said in page
    # Nine in the morning of 2 March in UTC is five in the afternoon in Shanghai.
    assert "03-02 Mon 17:00" in page
    assert "<b>03-05 Thu 17:00</b>" in page
    # It may lie about: of the customer it says nothing.
    assert "Gao" not in page
    assert "138" not in page


def test_a_hall_elsewhere_goes_by_its_own_clock(cast: Cast, case: Case) -> None:
    Unit.objects.filter(pk=cast.east.pk).update(time_zone="Europe/Berlin")
    page = signed_in(cast.li).get(address(case)).text
    assert "<b>03-05 Thu 10:00</b>" in page


def test_whoever_has_it_can_follow_the_case(cast: Cast, case: Case) -> None:
    page = signed_in(cast.li).get(address(case)).text
    path = reverse("reporting:follow", args=[case_token(case)])
    assert page.count(f"{settings.PUBLIC_URL}{path}") == 2  # to be scanned, and typed
    assert Client().get(path).status_code == 200


def test_what_is_settled_is_said_so(cast: Cast, case: Case) -> None:
    ended = {"state": State.CLOSED, "answered_at": NINE_AM, "ended_at": NINE_AM}
    Case.objects.filter(pk=case.pk).update(**ended)
    page = signed_in(cast.li).get(address(case)).text
    assert "Your matter is settled" in page
    assert "tell Li within 30 days" in page
    assert "You have our answer by" not in page


def test_it_speaks_the_language_of_the_customer(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(language="zh-hans")
    page = signed_in(cast.li).get(address(case)).text
    assert 'lang="zh-hans"' in page
    assert "The case" in page  # around it, whoever prints it is spoken to


def test_without_numbers_staff_are_told_where_they_are_missing(
    cast: Cast, case: Case
) -> None:
    Unit.objects.update(phone="", supervision_phone="")
    page = signed_in(cast.li).get(address(case)).text
    assert "whoever administers it can enter both" in page
    assert "Enter them" not in page


def test_who_does_not_see_the_case_has_no_receipt(cast: Cast, case: Case) -> None:
    foreign = signed_in(cast.zhao).get(address(case))
    missing = signed_in(cast.zhao).get("/cases/999999/receipt/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert signed_in(cast.wang).get(address(case)).status_code == 200
    assert signed_in(cast.sun).get(address(case)).status_code == 403


def test_without_a_limit_nothing_is_promised(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(promised_at=None)
    assert "You have our answer by" not in signed_in(cast.li).get(address(case)).text


def test_next_years_promise_says_its_year(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(promised_at=NINE_AM + timedelta(days=9000))
    assert "2050-10-" in signed_in(cast.li).get(address(case)).text
