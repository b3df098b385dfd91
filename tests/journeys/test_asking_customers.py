"""
From a blank form to a hall's gap, on a phone: Chen designs, publishes and runs a campaign,
a customer scans the code and answers on a bad line, Wang sees the gap move, and the
customer takes the answer back.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.actions import NewAnswer, record_answers
from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.queries import wrong_cells
from gapless.evaluation.campaigns.models import Response

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 812}


@pytest.fixture
def blocked(blocked: list[str]) -> list[str]:
    """A cut line makes the browser complain, which is what this story asks for."""

    class Tolerant(list[str]):
        def __eq__(self, other: object) -> bool:
            return [each for each in blocked if "ERR_INTERNET" not in each] == other

    return Tolerant()


@pytest.fixture
def customer(browser: Browser) -> Iterator[Page]:
    """A telephone that is nobody's of the company, set to Chinese."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    yield context.new_page()
    context.close()


def test_from_a_blank_form_to_a_gap_that_moves_and_moves_back(
    cast: Any, live_server: Any, log_in: Any, page: Page, customer: Page, picture: Any
) -> None:
    page.set_viewport_size(PHONE)
    log_in(cast.chen)
    version = design(page, live_server.url, picture)
    twelve_have_answered(version, cast.east)
    address = run_a_campaign(page, live_server.url, picture)

    receipt = answer_on_a_bad_line(customer, address)
    assert gap_of_east(page, live_server.url, cast) == ("−1.38", "13")
    assert not list(wrong_cells(version))

    withdraw(customer, receipt)
    assert gap_of_east(page, live_server.url, cast) == ("−1.00", "12")
    assert not list(wrong_cells(version))
    assert [r.state for r in Response.objects.all()] == ["withdrawn"]


def design(page: Page, home: str, picture: Any) -> FormVersion:
    page.goto(f"{home}/questionnaires/")
    page.get_by_role("link", name="New questionnaire").first.click()
    page.get_by_label("Name in Simplified Chinese").fill("一分钟问卷")
    page.get_by_label("Name in English").fill("One minute")
    page.get_by_label("Code", exact=True).fill("minute")
    page.get_by_role("button", name="Begin the draft").click()

    page.get_by_role("button", name="Add an item").first.click()
    page.get_by_role("button", name=re.compile("Expected and experienced")).click()
    say(page, "What it is about", "等候时间与公示一致", "The wait is as announced")
    page.get_by_role("button", name="Add an item").first.click()
    page.get_by_role("button", name=re.compile("Free text")).click()
    say(page, "What is asked", "您还想说什么？", "What else would you like to say?")
    picture("designer")

    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text(re.compile("published", re.IGNORECASE)).first).to_be_visible()
    return FormVersion.objects.get(form__code="minute")


def say(page: Page, label: str, chinese: str, english: str) -> None:
    press(page, re.compile("简体中文"))
    page.get_by_label(label).fill(chinese)
    press(page, re.compile("English"))
    page.get_by_label(label).fill(english)
    press(page, "Save")


def press(page: Page, name: Any) -> None:
    """Press a button of the designer, and wait for what it did to be shown."""
    button = page.get_by_role("button", name=name, exact=isinstance(name, str)).last
    seen = page.locator("input[name=seen]").input_value()
    button.click()
    page.wait_for_function(
        "before => !document.querySelector('[data-designer].htmx-request')"
        " && document.querySelector('input[name=seen]').value !== before",
        arg=seen,
    )


def twelve_have_answered(version: FormVersion, unit: Any) -> None:
    """Each expects 6 and found 5: the hall's gap is −1."""
    [pair, _] = version.items.all()
    before = [
        NewAnswer(
            key=f"before:{n}",
            unit=unit,
            answered_at=now() - timedelta(minutes=5),
            mode=CollectionMode.ON_EVENT,
            values={(pair.code, 0): 6, (pair.code, 1): 5},
        )
        for n in range(12)
    ]
    record_answers(version, before, batch="before", now=now())


def run_a_campaign(page: Page, home: str, picture: Any) -> str:
    page.goto(f"{home}/campaigns/new/")
    page.get_by_label("Name in Simplified Chinese").fill("十一月调查")
    page.get_by_label("Name in English").fill("November")
    form = page.get_by_label("Questionnaire")
    offered = form.get_by_role("option").filter(has_text="One minute")
    form.select_option(value=offered.get_attribute("value"))
    page.get_by_role("button", name="Keep as a draft").click()
    page.get_by_role("button", name="Approve the plan").click()
    page.get_by_role("button", name="Start it now").click()
    expect(page.get_by_text("Answers are taken from now on")).to_be_visible()

    page.get_by_role("link", name="Collectors").first.click()
    page.get_by_role("radio", name=re.compile("Printed QR code")).check()
    page.get_by_role("button", name="Open it").click()
    row = page.get_by_role("row").filter(has_text="East hall")
    address = row.locator("code").inner_text()
    row.get_by_role("link", name="Sheet").click()
    expect(page.get_by_role("img", name=address)).to_be_visible()
    picture("sheet")
    return home + address[address.index("/s/") :]


def answer_on_a_bad_line(phone: Page, address: str) -> str:
    phone.bring_to_front()
    phone.goto(address)
    expect(phone.get_by_text("等候时间与公示一致").first).to_be_visible()
    point(phone, 0, 7)
    expect(phone.locator("[data-saving]")).not_to_be_empty()
    phone.reload()
    expect(phone.get_by_role("radio", name="7").first).to_be_checked()
    phone.context.set_offline(True)
    point(phone, 1, 1)
    phone.locator("[data-next]").click()
    phone.locator("textarea:visible").fill("等了四十分钟。")
    phone.locator("[data-next]").dblclick()
    phone.context.set_offline(False)
    expect(phone.locator("[data-received]")).to_be_visible(timeout=15_000)
    return phone.locator("[data-code]").inner_text()


def point(phone: Page, side: int, value: int) -> None:
    scale = phone.locator(".aw-scale:visible").nth(side)
    scale.locator(f"input[value='{value}']").check()


def gap_of_east(page: Page, home: str, cast: Any) -> tuple[str, str]:
    """What Wang, who runs the East hall, reads on the page of gaps."""
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1440, "height": 900})
    cast.wang.set_password("nine green bottles")
    cast.wang.language = "en"
    cast.wang.save()
    page.goto(f"{home}/login/")
    page.get_by_label("Log-in name or e-mail").fill(cast.wang.username)
    page.get_by_label("Password").fill("nine green bottles")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto(f"{home}/gaps/")
    row = page.get_by_role("row").filter(has_text="The wait is as announced").first
    text = row.inner_text()
    found = re.search(r"−\d\.\d\d", text)
    answers = re.search(r"n\s*(\d+)", text)
    assert found, text
    assert answers, text
    return found[0], answers[1]


def withdraw(phone: Page, receipt: str) -> None:
    phone.locator("a[href='/s/receipt/']").first.click()
    phone.locator("input[name=code]").fill(receipt)
    phone.locator("main button, form button").last.click()
    phone.locator("button[name=sure]").click()
    expect(phone.locator("button[name=sure]")).to_have_count(0)
