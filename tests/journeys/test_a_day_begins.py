"""Wang comes in, looks at the home page and at the profile, and goes home."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def test_wang_signs_in_looks_around_and_signs_out(cast, live_server, log_in, page, picture):
    page.goto(f"{live_server.url}/units/")
    expect(page).to_have_url(re.compile(r"/login/\?next=/units/$"))
    picture("log-in")

    log_in(cast.wang)
    expect(page.get_by_role("heading", name="Gap model")).to_be_visible()
    picture("home")

    page.goto(f"{live_server.url}/profile/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture("profile")

    page.goto(f"{live_server.url}/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    expect(page).to_have_url(re.compile(r"/login/$"))
    page.goto(f"{live_server.url}/profile/")
    expect(page).to_have_url(re.compile(r"/login/\?next=/profile/$"))
