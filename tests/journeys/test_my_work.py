"""Wang's morning: what presses first, put off what can wait, hand over, and one is done."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from tests.people.work.waiting import bad_answer, draft, fielded

pytestmark = pytest.mark.journey
HOUR = timedelta(hours=1)


def test_wang_works_through_the_list(cast, live_server, log_in, page, picture):
    campaign = fielded(cast)
    bad_answer(campaign, cast.east, now() - 3 * HOUR, value=1)
    for hours in (30, 40, 24 * 12):
        bad_answer(campaign, cast.east, now() + hours * HOUR, cast.wang, value=3)
    draft(cast, now() + 50 * HOUR)
    log_in(cast.wang)

    # "g" then "w" goes there, "j" walks to the first row, Enter opens it.
    expect(page.get_by_role("link", name="My work")).to_contain_text("1")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="My work", level=1)).to_be_visible()
    rows = page.locator(".wl-row")
    expect(rows).to_have_count(3)
    picture("my-work")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.first.locator(".wl-title")).to_be_focused()

    # Nobody had the overdue one: one press takes it, two more close it.
    rows.first.get_by_role("button", name="Take it in hand").click()
    page.get_by_label("What was done?").fill("Called, and the fee is paid back.")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Close the follow-up").click()
    expect(page.get_by_text("The follow-up is closed.")).to_be_visible()
    expect(rows).to_have_count(2)

    # What can wait is put off, and put back in one press.
    rows.first.get_by_role("button", name="More for").click()
    page.get_by_role("link", name="Put off").click()
    picture("my-work-put-off")
    page.get_by_label("Why can it wait?").fill("The customer asked for a call tomorrow.")
    page.locator("main").get_by_role("button", name="Put off").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)

    # What a colleague knows better is handed over, and stays in sight.
    rows.first.get_by_role("button", name="More for").click()
    page.get_by_role("link", name="Hand over").click()
    page.get_by_label("Who takes it?").select_option(label="Chen")
    page.get_by_label("What should they know?").fill("You know the customer.")
    page.locator("main").get_by_role("button", name="Hand over").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Handed over by me").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Chen")

    # What is due later is folded; searching narrows without a new page.
    page.goto(f"{live_server.url}/work/")
    page.get_by_role("link", name="Show them").click()
    expect(rows).to_have_count(2)
    page.get_by_placeholder("Look in this list").fill("nowhere")
    expect(page.get_by_role("heading", name="Nothing here matches")).to_be_visible()

    page.goto(f"{live_server.url}/work/calendar/")
    expect(page.locator(".wl-month td.today")).to_be_visible()
    picture("my-work-calendar")
