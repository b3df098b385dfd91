import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from gapless.core.audit.models import Event
from gapless.people.org.choices import Role
from gapless.people.org.models import Person
from gapless.people.org.rules import HOLDERS, Policy
from gapless.web.people.allowed import ALLOWED, allowed
from tests.web.signing_in import signed_in

CHOSEN = {
    "language": "zh-hant",
    "time_zone": "Asia/Taipei",
    "theme": "dark",
    "density": "compact",
}
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "",
]


def test_every_policy_of_a_role_is_said_in_words():
    assert set(ALLOWED) == set(HOLDERS)
    assert [str(words) for words in allowed(Role.SHOPPER)] == [
        str(ALLOWED[Policy.SEE_UNITS])
    ]


def test_one_sees_ones_own_roles_and_what_they_allow(cast):
    shown = signed_in(cast.wang).get(reverse("profile")).content.decode()
    assert "Unit manager at East hall" in shown
    assert "See the gaps and all other numbers." in shown


def test_what_is_chosen_holds_on_the_next_page(cast):
    client = signed_in(cast.li)
    client.post(reverse("profile"), CHOSEN)
    li = Person.objects.get(pk=cast.li.pk)
    assert (li.language, li.time_zone, li.theme) == ("zh-hant", "Asia/Taipei", "dark")
    page = client.get(reverse("profile"))
    assert page.headers["Content-Language"] == "zh-hant"
    html = re.search(r"<html[^>]*>", page.content.decode())
    assert html
    assert 'data-bs-theme="dark"' in html[0]
    assert 'data-density="compact"' in html[0]


@pytest.mark.parametrize("field", CHOSEN)
def test_what_nobody_could_choose_is_refused(cast, field):
    page = signed_in(cast.li).post(reverse("profile"), CHOSEN | {field: "x"})
    assert page.status_code == 200
    assert field in page.context["form"].errors


def test_nobody_renames_or_promotes_themselves(cast):
    more = {"name": "Chief", "username": "root", "email": "x@example.com", "is_active": ""}
    signed_in(cast.li).post(reverse("profile"), CHOSEN | more)
    li = Person.objects.get(pk=cast.li.pk)
    assert (li.name, li.username, li.is_active) == ("Li", "li", True)


def test_the_language_is_switched_before_log_in_by_a_cookie(db):
    client = Client(headers={"Accept-Language": "en"})
    login = reverse("account_login")
    assert client.get(login).headers["Content-Language"] == "en"
    response = client.post(reverse("language"), {"language": "zh-hant", "next": login})
    assert response["Location"] == login
    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get(login).headers["Content-Language"] == "zh-hant"


def test_the_language_of_a_person_is_kept_with_the_person(cast):
    client = signed_in(cast.li)
    client.post(reverse("language"), {"language": "zh-hans", "next": "/units/?q=x"})
    assert Person.objects.get(pk=cast.li.pk).language == "zh-hans"
    assert Event.objects.get().facts == {"changed": ["language"]}


def test_an_unknown_language_changes_nothing(cast):
    client = signed_in(cast.li)
    response = client.post(reverse("language"), {"language": "tlh", "next": "/units/"})
    assert response["Location"] == "/units/"
    assert not response.cookies
    assert Person.objects.get(pk=cast.li.pk).language == "en"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_switch_leads_to_no_other_site(db, address):
    response = Client().post(reverse("language"), {"language": "en", "next": address})
    assert response["Location"] == "/"


def test_the_switch_takes_only_a_form(db):
    assert Client().get(reverse("language")).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("language")).status_code == 403
