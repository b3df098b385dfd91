"""A customer answers: on a bad line, without a script, by keyboard, in a hall."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from gapless.core.instruments.models import Answer
from gapless.core.instruments.rules import VersionDraft
from gapless.evaluation.campaigns.choices import CollectorKind
from gapless.evaluation.campaigns.models import Response
from tests.conftest import Cast
from tests.web import asking

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = ROOT / "src" / "gapless" / "web" / "static" / "gapless"
PHONE = {"width": 375, "height": 812}
Arrive = Callable[..., Page]


@pytest.fixture
def arrive(cast: Cast, live_server: Any, page: Page, settings: Any) -> Arrive:
    """Bring a phone to a questionnaire about the East hall."""
    settings.LANGUAGE_CODE = "en"  # in which a kiosk greets whoever comes next

    def at(
        draft: VersionDraft = asking.SHORT,
        kind: CollectorKind = CollectorKind.LINK,
        **said: Any,
    ) -> Page:
        campaign = asking.campaign_of(cast, draft, **said)
        token = asking.way_in(campaign, cast.east, kind, pin="2468")
        page.set_viewport_size(PHONE)
        page.goto(f"{live_server.url}/s/{token}/")
        return page

    return at


def choose(page: Page, row: int, point: int) -> None:
    scale = page.locator(".aw-scale:visible").nth(row)
    scale.locator(f"label:has([value='{point}'])").click()


def on(page: Page) -> None:
    page.locator("[data-next]").click()


def saved(page: Page) -> None:
    expect(page.locator("[data-saving]")).to_have_text("Saved")


def question(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words)).to_be_visible()


WAIT, OVERALL = "Waiting and service times", "All in all, how satisfied"


def test_a_reload_a_step_back_and_a_cut_line_lose_nothing(arrive: Arrive) -> None:
    page = arrive()
    question(page, WAIT)
    choose(page, 0, 7)
    choose(page, 1, 3)
    on(page)
    question(page, OVERALL)
    choose(page, 0, 4)
    saved(page)

    page.reload()
    question(page, OVERALL)
    expect(page.locator("input[name='q.overall'][value='4']")).to_be_checked()

    page.go_back()
    question(page, WAIT)
    expect(page.locator("input[name='q.wait.p'][value='3']")).to_be_checked()
    page.go_forward()
    question(page, OVERALL)
    on(page)

    page.context.set_offline(True)
    page.locator("textarea:visible").fill("Too long a queue.")
    expect(page.locator("[data-saving]")).to_contain_text("Saved on this device")
    page.locator("[data-next]").dblclick()
    expect(page.locator("[data-saving]")).to_contain_text("You can put the device away")
    assert not Answer.objects.exists()

    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible(
        timeout=15_000
    )
    assert Answer.objects.get().texts == {"why": "Too long a queue."}
    assert Response.objects.count() == 1
    kept = page.evaluate("Object.values(localStorage).join()")
    assert page.locator("[data-code]").inner_text() in kept
    assert "queue" not in kept


@pytest.fixture
def blocked(blocked: list[str]) -> list[str]:
    """A cut line makes the browser complain, which is what these stories ask for."""

    class Tolerant(list[str]):
        def __eq__(self, other: object) -> bool:
            return [each for each in blocked if "ERR_INTERNET" not in each] == other

    return Tolerant()


def test_handing_in_on_a_page_reloaded_without_a_line(arrive: Arrive, page: Page) -> None:
    arrive()
    choose(page, 0, 7)
    choose(page, 1, 7)
    on(page)
    choose(page, 0, 9)
    page.route("**/s/answers/", lambda route: route.abort("internetdisconnected"))
    on(page)
    expect(page.locator("[data-saving]")).to_contain_text("You can put the device away")

    page.unroute("**/s/answers/")
    page.reload()
    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible()
    assert Answer.objects.count() == 1


def test_a_lost_acknowledgement_makes_no_second_answer(arrive: Arrive, page: Page) -> None:
    arrive()
    choose(page, 0, 7)
    choose(page, 1, 7)
    on(page)
    choose(page, 0, 9)

    def lost_once(route: Any) -> None:
        route.fetch()  # it arrived, and was committed
        route.abort("internetdisconnected")

    page.route("**/s/answers/", lost_once, times=1)
    on(page)

    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible()
    assert Answer.objects.count() == 1


def test_required_skip_logic_and_another_visit(arrive: Arrive, page: Page) -> None:
    arrive()
    on(page)
    expect(page.get_by_text("This one needs an answer.")).to_be_visible()
    page.get_by_label("Did not come across it").check()
    on(page)
    expect(page.locator("[data-where]")).to_contain_text("Question 2 of 2")
    choose(page, 0, 4)
    expect(page.locator("[data-where]")).to_contain_text("Question 2 of 3")
    choose(page, 0, 9)
    on(page)
    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible()

    page.get_by_role("button", name="Answer about another visit").click()
    question(page, WAIT)
    choose(page, 0, 6)
    choose(page, 1, 6)
    on(page)
    choose(page, 0, 8)
    on(page)
    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible()
    assert Answer.objects.count() == 2


def test_changing_the_language_keeps_the_answers(arrive: Arrive, page: Page) -> None:
    arrive()
    choose(page, 0, 7)
    choose(page, 1, 2)
    on(page)
    page.get_by_role("link", name="简").click()

    question(page, "总的来说，你满意吗？")
    page.go_back()
    page.go_back()
    expect(page.locator("input[name='q.wait.p'][value='2']")).to_be_checked()


def test_the_keyboard_alone_is_enough(arrive: Arrive, page: Page) -> None:
    arrive()
    page.keyboard.press("7")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    question(page, OVERALL)
    expect(page.get_by_role("heading", name=OVERALL)).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("0")
    expect(page.locator("input[name='q.overall'][value='10']")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Received, thank you")).to_be_focused()
    assert Answer.objects.count() == 1


def test_without_a_script_it_is_one_form(
    cast: Cast, live_server: Any, browser: Browser
) -> None:
    token = asking.way_in(asking.campaign_of(cast), cast.east)
    context = browser.new_context(java_script_enabled=False, locale="en-GB", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/s/{token}/")
    page.locator("input[name='q.wait.e'][value='7']").check()
    page.locator("textarea").fill("By hand.")
    page.get_by_role("button", name="Hand in").click()

    expect(page.get_by_text("Everything you said is kept.")).to_be_visible()
    expect(page.locator("input[name='q.wait.e'][value='7']")).to_be_checked()
    page.locator("input[name='q.wait.p'][value='4']").check()
    page.locator("input[name='q.overall'][value='4']").check()
    page.get_by_role("button", name="Hand in").click()

    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible()
    assert Answer.objects.get().texts == {"why": "By hand."}
    context.close()


# --- The hall -------------------------------------------------------------------------


def answer_at_the_kiosk(page: Page) -> None:
    page.get_by_role("button", name="Touch to begin").click()
    choose(page, 0, 7)
    choose(page, 1, 6)
    on(page)
    choose(page, 0, 9)
    on(page)
    expect(page.get_by_role("heading", name="Received, thank you")).to_be_visible()


def test_a_kiosk_begins_anew_for_everybody(arrive: Arrive, page: Page) -> None:
    page.clock.install()
    arrive(kind=CollectorKind.KIOSK)
    answer_at_the_kiosk(page)
    expect(page.locator("[data-ends]")).to_contain_text("10 seconds")
    page.clock.run_for(10_500)
    expect(page.get_by_role("button", name="Touch to begin")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0

    answer_at_the_kiosk(page)
    assert Answer.objects.count() == 2


def test_a_kiosk_that_nobody_touches_asks_and_starts_again(
    arrive: Arrive, page: Page
) -> None:
    page.clock.install()
    arrive(kind=CollectorKind.KIOSK)
    page.get_by_role("button", name="Touch to begin").click()
    choose(page, 0, 7)
    page.clock.run_for(51_000)
    expect(page.get_by_role("dialog")).to_contain_text("Are you still there?")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("input[name='q.wait.e'][value='7']")).to_be_checked()

    page.clock.run_for(62_000)
    expect(page.get_by_role("button", name="Touch to begin")).to_be_visible()
    expect(page.locator("input[name='q.wait.e'][value='7']")).not_to_be_checked()


def test_a_kiosk_is_left_by_pin(arrive: Arrive, page: Page) -> None:
    arrive(kind=CollectorKind.KIOSK)
    page.get_by_role("button", name="Staff").click()
    for digit in "1357":
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("This is not the PIN of this kiosk.")).to_be_visible()
    for digit in "2468":
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/login/**")


# --- For everybody, on any line -------------------------------------------------------


def serious(page: Page) -> list[str]:
    """What axe finds that would keep somebody out."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(
    arrive: Arrive, page: Page, scheme: Any, record_property: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    arrive(asking.EVERY_KIND)
    seen, found = [], []
    while page.locator("[data-step]:visible").count():
        step = page.locator("[data-step]:visible")
        seen.append(step.get_attribute("data-step"))
        found += serious(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]
        for scale in step.locator(".aw-scale").all():
            scale.locator("label").nth(3).click()
        for options in step.locator(".aw-options").all():
            options.locator("label").first.click()
        if step.get_attribute("data-kind") == "points":
            page.get_by_role("button", name="Share equally").click()
        small = page.evaluate(
            "[...document.querySelectorAll('.aw-scale label, .aw-option, .aw-nav button')]"
            ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect())"
            ".filter(r => r.height < 44 || r.width < 40).length"
        )
        assert small == 0
        on(page)
        expect(page.locator("[data-saving]")).not_to_have_text("Sending …")
    found += serious(page)
    for address in ("notice/", "receipt/"):
        page.goto(f"{page.url.rsplit('/s/', 1)[0]}/s/{address}")
        found += serious(page)

    record_property(f"Answering page, {scheme}: axe on {len(seen) + 3} screens", len(found))
    assert found == []
    assert len(seen) == 14


def test_the_kiosk_keeps_nobody_out(arrive: Arrive, page: Page) -> None:
    arrive(kind=CollectorKind.KIOSK)
    found = serious(page)
    page.get_by_role("button", name="Staff").click()
    found += serious(page)

    assert found == []


def test_how_much_it_weighs(arrive: Arrive, page: Page, record_property: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 400}
    line.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    arrive(asking.EVERY_KIND)
    question(page, WAIT)
    paint = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    html = page.evaluate("performance.getEntriesByType('navigation')[0].encodedBodySize")
    weight = html + sum(
        len(gzip.compress((BUILT / name).read_bytes()))
        for name in ("answer.js", "answer.css")
    )
    hosts = {urlsplit(each).netloc for each in asked}

    record_property(
        "Answering page, 14 questions of every kind",
        f"{weight / 1000:.1f} kB, {len(asked)} requests, 0 of them to another host, first "
        f"paint {paint:.0f} ms on a slow line (400 kbit/s, 400 ms, a quarter of the speed)",
    )
    assert hosts == {urlsplit(page.url).netloc}
    assert weight < 30_000
    assert len(asked) <= 7
    assert paint < 10_000
