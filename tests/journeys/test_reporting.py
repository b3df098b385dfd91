"""A customer scans the code on the wall: a complaint with a photo, and how it goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from gapless.control.cases import answering, customer
from gapless.control.cases.choices import State, Step
from gapless.control.cases.models import Attachment, Case
from gapless.control.cases.tokens import report_token
from tests.conftest import Cast
from tests.control.cases.taking import ship

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 812}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
Picture = Callable[[str], None]


def test_from_the_code_on_the_wall_to_the_last_word(
    cast: Cast,
    live_server: Any,
    page: Page,
    settings: Any,
    tmp_path: Path,
    own_folder: Path,
    picture: Picture,
) -> None:
    ship()
    settings.PUBLIC_URL = live_server.url
    photo = tmp_path / "queue.png"
    photo.write_bytes(PNG)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/r/{report_token(cast.east)}/")
    expect(page.get_by_role("heading", name="What can we do for you?")).to_be_visible()

    # Something is forgotten, and the page is left: what was typed is still there.
    page.get_by_label("In a few words").fill("Waited an hour")
    page.get_by_label("What happened?").fill("Nobody came to the counter.")
    page.get_by_text("It happened to me before").click()
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("Nobody came to the counter.")
    expect(page.get_by_label("It happened to me before")).to_be_checked()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Give a telephone number")).to_be_visible()
    expect(page.get_by_label("In a few words")).to_have_value("Waited an hour")

    page.get_by_role("textbox", name="Telephone").fill("138 0013 8000")
    page.get_by_label("Photos").set_input_files(photo)
    picture("report")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="We have it, thank you")).to_be_visible()
    case = Case.objects.get()
    expect(page.get_by_text(str(case)).first).to_be_visible()
    expect(page.get_by_text("Wang").first).to_be_visible()
    assert Attachment.objects.filter(entry__case=case).count() == 1
    picture("reported")
    page.set_viewport_size(PHONE)

    # The link leads to how it stands, where something is added.
    page.get_by_role("link", name="See how it stands").click()
    expect(
        page.get_by_role("heading", name="We have it, and look into it.")
    ).to_be_visible()
    page.get_by_text("Add words or photos").click()
    page.get_by_label("What would you like to add?").fill("It was at ten.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("It was at ten.")).to_be_visible()

    # It is answered: confirmed, rated, and then it was not settled after all.
    case.refresh_from_db()
    draft = answering.propose(
        case,
        text="We have opened a window more.",
        key="draft",
        seen=case.version,
        by=cast.wang,
        now=now(),
    )
    answering.approve(draft, by=cast.chen, now=now())
    page.reload()
    expect(page.get_by_text("We have opened a window more.")).to_be_visible()
    picture("follow")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Yes, it is settled").click()
    expect(page.get_by_role("heading", name="You say that it is settled.")).to_be_visible()
    page.locator(".aw-scale label:has([value='4'])").click()
    page.get_by_role("button", name="Rate it").click()
    expect(page.get_by_text("was good")).to_be_visible()
    page.get_by_text("It is not settled", exact=True).click()
    page.get_by_label("What is not settled?").fill("It was closed again today.")
    page.get_by_role("button", name="Take it up again").click()
    expect(page.get_by_role("heading", name="We are looking into it.")).to_be_visible()

    case.refresh_from_db()
    assert (case.state, case.reopened) == (State.HANDLING, 1)
    assert customer.rating_of(case) == 4
    assert case.entries.filter(step=Step.SAID).count() == 1
    # What was sent is not kept on the device.
    page.goto(f"{live_server.url}/r/{report_token(cast.east)}/")
    expect(page.get_by_label("In a few words")).to_have_value("")
