"""The front door, and what allauth serves behind it, in our words."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.web.signing_in import freshly

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
PASSWORD = "nine green bottles"


@pytest.fixture
def li(cast: Cast) -> Client:
    """Li's browser, signed in by password just now."""
    cast.li.set_password(PASSWORD)
    cast.li.language = "en"
    cast.li.save()
    client = Client()
    client.post(reverse("account_login"), {"login": "li", "password": PASSWORD})
    return freshly(client)


def test_a_refused_log_in_keeps_the_name_and_not_the_password(
    client: Client, cast: Cast
) -> None:
    page = client.post("/login/", {"login": "li", "password": "wrong-one"}, **ENGLISH)

    assert 'value="li"' in page.content.decode()
    assert "wrong-one" not in page.content.decode()


def test_the_link_of_the_mail_sets_a_new_password(client: Client, cast: Cast) -> None:
    client.post("/password/reset/", {"email": "li@example.com"})
    (link,) = re.findall(r"http://\S+", mail.outbox[0].body)
    form = client.get(link, follow=True)
    chosen = {"password1": "ten green bottles", "password2": "ten green bottles"}

    done = client.post(form.redirect_chain[-1][0], chosen, follow=True, **ENGLISH)

    assert "Your new password is set" in done.content.decode()
    cast.li.refresh_from_db()
    assert cast.li.check_password("ten green bottles")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("account_change_password", "Present password"),
        ("mfa_index", "Passkeys"),
        ("mfa_activate_totp", "Scan this picture"),
        ("mfa_add_webauthn", "Add the passkey"),
        ("mfa_list_webauthn", "No passkey yet"),
        ("account_logout", "Unsaved forms are lost"),
        ("patterns", "The seven states of a gap"),
    ],
)
def test_a_page_of_ones_own(name: str, words: str, li: Client) -> None:
    page = li.get(reverse(name))

    assert page.status_code == 200
    assert words in page.content.decode()
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
