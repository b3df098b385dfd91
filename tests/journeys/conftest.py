"""Stories through Debian's Chromium; `make test` installs it or says what to install."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from gapless.people.org.models import Person

PASSWORD = "nine green bottles"
LogIn = Callable[[Person], Page]
WIDTHS = {"phone": (375, 812), "desk": (1440, 900)}
SCREENSHOTS = Path("var/screenshots")
# The browser notes every answer that says no, also those that a story asks for.
REFUSALS = re.compile(r"status of (403|409|422)")

# From the first browser on, Playwright keeps a loop running in this thread, which Django
# takes for asynchronous code: for the tests after it as well, so this is not a fixture.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",  # as root there is none; it opens nothing but our own pages
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    width, height = WIDTHS["desk"]
    return browser_context_args | {
        "locale": "en-GB",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": width, "height": height},
    }


@pytest.fixture
def log_in(transactional_db: None, live_server: Any, page: Page) -> LogIn:
    """Give somebody a password, and bring the browser through the front door."""

    def through_the_door(person: Person) -> Page:
        person.set_password(PASSWORD)
        person.language = "en"
        person.save()
        page.goto(f"{live_server.url}/login/")
        page.get_by_label("Log-in name or e-mail").fill(person.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        return page

    return through_the_door


@pytest.fixture
def blocked(page: Page) -> list[str]:
    """What the browser complains of: scripts that failed, or that the policy stopped."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSALS.search(message.text):
            said.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    return said


@pytest.fixture(autouse=True)
def _quiet_and_at_home(page: Page, live_server: Any, blocked: list[str]) -> Iterator[None]:
    """In every story: no page asks another host for anything, and none complains."""
    home = urlsplit(live_server.url).netloc
    elsewhere: list[str] = []

    def asked(request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme in ("http", "https", "ws", "wss") and there.netloc != home:
            elsewhere.append(request.url)

    page.on("request", asked)
    yield
    assert elsewhere == []
    assert blocked == []


@pytest.fixture
def picture(page: Page) -> Callable[[str], None]:
    """With SCREENSHOTS=1: keep the page as it stands, on a phone and on a desk."""

    def taken(name: str) -> None:
        for device, (width, height) in WIDTHS.items() if _wanted() else ():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=SCREENSHOTS / f"{name}-{device}.png", full_page=True)

    return taken


def _wanted() -> bool:
    return bool(os.environ.get("SCREENSHOTS"))
