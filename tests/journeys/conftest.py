"""Stories through Debian's Chromium; `make test` installs it or says what to install."""

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from gapless.people.org.models import Person

PASSWORD = "nine green bottles"
LogIn = Callable[[Person], Page]

# From the first browser on, Playwright keeps a loop running in this thread, which Django
# takes for asynchronous code: for the tests after it as well, so this is not a fixture.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB"}


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
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
