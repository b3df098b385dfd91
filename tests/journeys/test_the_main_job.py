"""The main job: Chen brings in a file of answers, and reads the gaps and their evidence."""

import re
from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from tests.evaluation.surveys.conftest import work

pytestmark = pytest.mark.journey
EXAMPLES = Path("docs/examples")


def test_from_a_file_to_the_evidence_behind_a_gap(cast, live_server, log_in, page, picture):
    log_in(cast.chen)
    expect(page.get_by_text("No answers yet")).to_be_visible()
    page.get_by_role("link", name="Import answers").click()

    upload(page, cast.city.pk)
    name_the_columns(page)
    picture("import-columns")
    say_what_the_cells_mean(page)
    expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible()
    page.get_by_role("button", name="Bring the answers in").click()
    expect(page).to_have_url(re.compile(r"/imports/\d+/$"))
    work(at=now())

    # The page asks by itself how far the worker is.
    page.get_by_role("link", name="See the gaps").click()
    row = page.get_by_role("row").filter(has_text="reliability").first
    expect(row).to_contain_text("−1.45")
    expect(row).to_contain_text("[−1.85, −1.05]")
    expect(row).to_contain_text("Clear shortfall")

    read_the_evidence(page, row, picture)


def upload(page: Page, unit: int) -> None:
    page.locator("input[type=file]").set_input_files(EXAMPLES / "answers.csv")
    page.locator("[name=unit]").select_option(str(unit))
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("link", name="Go on to the columns").click()


def name_the_columns(page: Page) -> None:
    page.get_by_text("Fill in many at once").click()
    page.locator("input[name=map]").set_input_files(EXAMPLES / "map.csv")
    page.get_by_role("button", name="Fill in from the map").click()
    for column, kind in (("no", "Respondent"), ("answered_at", "Time")):
        page.get_by_label(f"Kind of {column}", exact=True).select_option(label=kind)
    page.get_by_role("button", name="Go on to the values").first.click()


def say_what_the_cells_mean(page: Page) -> None:
    page.locator("[name=scale_pair]").fill("1-7")
    page.locator("[name=form_name]").fill("Two halls")
    page.locator("[name=mode]").select_option("on_event")
    page.locator("[name=expectation]").select_option("ideal")
    page.get_by_role("button", name="Go on to the preview").first.click()


def read_the_evidence(page: Page, row, picture) -> None:
    drawer = page.locator("#drawer")
    row.get_by_role("link").click()
    expect(drawer).to_contain_text("Asked after a contact 25")
    expect(drawer).to_contain_text("What an excellent provider would do")
    expect(row).to_have_class(re.compile("sel"))
    picture("gaps-drawer")

    page.keyboard.press("Escape")
    expect(drawer).to_be_empty()
    expect(row.get_by_role("link")).to_be_focused()
