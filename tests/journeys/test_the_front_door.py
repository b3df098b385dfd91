"""Getting in with a code and with a passkey, and around by keyboard and on a phone."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.journeys.conftest import PASSWORD, LogIn

pytestmark = pytest.mark.journey
PHONE = {"width": 375, "height": 700}
A_DEVICE_WITH_A_FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code_now(secret: str) -> str:
    half_minutes = int(time.time()) // 30  # RFC 6238
    return format_hotp_value(hotp_value(secret, half_minutes))


def prove_it_again(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Open your menu").click()
    page.get_by_role("button", name="Log out").click()


def test_a_code_from_an_app_becomes_the_second_step(
    log_in: LogIn, cast: Cast, blocked: list[str]
) -> None:
    page = log_in(cast.li)
    page.goto(f"{page.url}2fa/totp/activate/")
    prove_it_again(page)
    secret = page.locator("#secret").inner_text()

    page.get_by_label("2. Type the code").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#secret")).to_have_text(secret)

    page.get_by_label("2. Type the code").fill(code_now(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    recovery_code = page.locator("#recovery_codes li").first.inner_text()

    log_out(page)
    log_in(cast.li)
    page.get_by_label("Code from the app, or a recovery code").fill(recovery_code)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Gap model")).to_be_visible()
    assert blocked == []


def test_a_passkey_opens_the_door_alone(
    log_in: LogIn, cast: Cast, blocked: list[str]
) -> None:
    page = log_in(cast.li)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": A_DEVICE_WITH_A_FINGER})
    page.goto(f"{page.url}2fa/webauthn/add/")
    prove_it_again(page)
    page.get_by_label("Let me log in with it alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()

    log_out(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Gap model")).to_be_visible()
    assert blocked == []


def test_the_keyboard_goes_everywhere(log_in: LogIn, cast: Cast) -> None:
    page = log_in(cast.chen)
    home = page.url
    page.goto(f"{home}patterns/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Units, people")).to_be_focused()
    page.keyboard.press("g")  # typed into the field, not a command
    page.keyboard.press("h")
    expect(page).to_have_url(f"{home}patterns/")

    page.get_by_role("link", name="Take out").click()
    expect(page.get_by_role("dialog", name="Take these answers out?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(home)


def test_on_a_phone_the_menu_opens_over_the_page(log_in: LogIn, cast: Cast) -> None:
    page = log_in(cast.chen)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    menu = page.get_by_role("navigation", name="Main menu")

    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_a_page_speaks_the_language_one_chooses(log_in: LogIn, cast: Cast) -> None:
    page = log_in(cast.chen)

    page.get_by_role("button", name="Language").click()
    page.get_by_role("button", name="繁體中文").click()

    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")
