import os
import subprocess
import sys
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now

from gapless.core.audit.models import Event, SecurityEvent
from gapless.people.org import actions
from gapless.people.org.models import Person
from tests.conftest import NINE_AM, Cast
from tests.web.signing_in import signed_in
from tests.web.test_profile_pages import ELSEWHERE

LOGIN = "/login/"
SECRET = "a lake in the evening"


@pytest.fixture
def li(cast: Cast) -> Person:
    actions.set_password(cast.li, SECRET, by=cast.li, now=NINE_AM)
    return cast.li


def log_in(client: Client, login: str = "li", password: str = SECRET, **more: str):
    return client.post(LOGIN, {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["li", "LI", "li@example.com", "Li@Example.com"])
def test_one_logs_in_by_name_or_address(li, login):
    client = Client()
    assert log_in(client, login)["Location"] == reverse("home")
    assert client.get(reverse("profile")).status_code == 200


def test_a_failed_log_in_says_the_same_of_known_and_unknown(li):
    said = []
    for login in ("li", "nobody"):
        page = log_in(Client(), login, "wrong")
        said.append(str(page.context["form"].errors))
        assert page.status_code == 200
    assert said[0] == said[1]


def test_failed_log_ins_are_written_down_without_the_password(li):
    log_in(Client(REMOTE_ADDR="203.0.113.77"), "li", "my wrong password")
    event = SecurityEvent.objects.get(type="login.failed")
    assert (event.detail, event.network) == ("li", "203.0.113.0/24")
    assert "wrong" not in str(SecurityEvent.objects.values())


def test_after_five_failures_the_account_rests_whatever_the_password(li, monkeypatch):
    reached = []
    verify = MD5PasswordHasher.verify
    monkeypatch.setattr(
        MD5PasswordHasher,
        "verify",
        lambda self, *args: (reached.append(1), verify(self, *args))[1],
    )
    for attempt in range(20):
        log_in(Client(REMOTE_ADDR=f"203.0.{attempt}.1"), "li", "wrong")
    assert len(reached) == 5
    assert log_in(Client(), "li").status_code == 200  # not let in, and told to wait
    assert log_in(Client(), "nobody", "x").status_code == 200


def test_one_network_cannot_try_many_accounts(li):
    answers = [
        log_in(Client(REMOTE_ADDR="203.0.113.9"), f"person{n}", "Spring2026!").status_code
        for n in range(40)
    ]
    assert SecurityEvent.objects.filter(type="login.failed").count() <= 30
    assert 429 in answers


def test_a_header_that_anyone_can_send_opens_no_limit(li):
    for attempt in range(40):
        client = Client(
            REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": f"10.0.{attempt}.1"}
        )
        log_in(client, f"person{attempt}", "wrong")
    assert SecurityEvent.objects.count() <= 30


def test_the_session_of_before_is_dead_after_log_in(li):
    client = Client()
    client.post(reverse("language"), {"language": "en"})
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["gapless"] = session.session_key
    log_in(client)
    assert client.cookies["gapless"].value != session.session_key
    thief = Client()
    thief.cookies["gapless"] = session.session_key
    assert thief.get(reverse("profile")).status_code == 302


@pytest.mark.parametrize("address", ELSEWHERE)
def test_log_in_leads_to_no_other_site(li, address):
    assert log_in(Client(), next=address)["Location"] == reverse("home")


def test_log_in_leads_back_to_the_page(li):
    client = Client()
    asked = client.get("/units/?q=east")
    assert asked["Location"] == "/login/?next=/units/%3Fq%3Deast"
    assert log_in(client, next="/units/?q=east")["Location"] == "/units/?q=east"


def test_whoever_is_shut_out_cannot_log_in(li, cast):
    actions.deactivate_person(li, by=cast.ma, now=NINE_AM)
    client = Client()
    assert log_in(client)["Location"] == reverse("account_inactive")
    assert client.get(reverse("profile")).status_code == 302


def test_a_log_in_without_any_role_today_sees_only_itself(li):
    li.assignments.update(ends_on=now().date() - timedelta(days=2))
    client = signed_in(li)
    assert client.get(reverse("profile")).status_code == 200
    assert client.get(reverse("units:index")).status_code == 403


def test_two_steps_when_a_person_has_set_them_up(li):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(li, secret)
    client = Client()
    assert log_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("profile")).status_code == 302
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("profile")).status_code == 200


def test_a_passkey_may_begin_a_log_in(db):
    answer = Client().get(
        reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}
    )
    assert "challenge" in answer.content.decode()


def test_changing_the_password_keeps_this_session_and_ends_the_others(li):
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    chosen = "another lake at noon"
    typed = {"oldpassword": SECRET, "password1": chosen, "password2": chosen}
    assert here.post(reverse("account_change_password"), typed)["Location"] == "/"
    assert here.get(reverse("profile")).status_code == 200
    assert there.get(reverse("profile")).status_code == 302
    changed = Event.objects.filter(type="person.password_set").latest("at")
    assert changed.actor == li


def test_a_forgotten_password_of_nobody_sends_nothing_and_says_the_same(li):
    reset = reverse("account_reset_password")
    answers = [
        Client().post(reset, {"email": address})["Location"]
        for address in ("li@example.com", "nobody@example.com")
    ]
    assert answers == [reverse("account_reset_password_done")] * 2
    assert [letter.to for letter in mail.outbox] == [["li@example.com"]]


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_confirm_email", "socialaccount_signup"],
)
def test_what_we_do_not_use_is_not_served(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
    assert Client().get("/signup/").status_code == 404


def test_an_identity_provider_comes_by_environment(tmp_path):
    """In a process of its own: addresses and policies are settled at start."""
    show = (
        "import django; django.setup()\n"
        "from django.core.checks import run_checks\n"
        "from django.urls import reverse\n"
        "assert not run_checks(), run_checks()\n"
        "print(reverse('openid_connect_login', args=['oidc']))\n"
    )
    environment = os.environ | {
        "GAPLESS_OIDC_SERVER_URL": "https://id.example.com",
        "GAPLESS_OIDC_CLIENT_ID": "gapless",
        "GAPLESS_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "gapless.settings",
        "PYTHONPATH": "src",
    }
    done = subprocess.run(
        [sys.executable, "-c", show], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "/oidc/oidc/login/", done.stderr
