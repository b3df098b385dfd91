"""My work as a page: what a row says, where its button leads, and how one comes back."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from gapless.evaluation.campaigns.models import Campaign, FollowUp
from gapless.people.work.models import HandOver, Snooze
from tests.conftest import Cast
from tests.people.work.waiting import bad_answer, draft, fielded
from tests.web.signing_in import signed_in

HOUR = timedelta(hours=1)


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return fielded(cast)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def rows(page: str) -> list[str]:
    return re.findall(r'class="wl-title"[^>]*>([^<]*)<', page)


def headings(page: str) -> list[str]:
    found = re.findall(r'class="wl-h">(.*?)</h2>', page, re.DOTALL)
    return [re.sub(r"<a.*?</a>|<[^>]*>", "", each).strip() for each in found]


def test_overdue_comes_first_then_today_and_the_rest_is_folded(
    cast: Cast, campaign: Campaign
) -> None:
    for hours in (-26, 24 * 3, 24 * 20):
        bad_answer(campaign, cast.east, now() + hours * HOUR, cast.wang)

    page = text(signed_in(cast.wang), "/work/")

    assert headings(page) == ["Overdue 1", "Within seven days 1"]
    assert len(rows(page)) == 2
    assert "overdue by 1 d 2 h" in page
    assert "1 more later, due on" in page
    assert len(rows(text(signed_in(cast.wang), "/work/?later=1"))) == 3
    assert len(rows(text(signed_in(cast.wang), "/work/?due=overdue"))) == 1


def test_an_empty_list_says_what_comes_here(cast: Cast) -> None:
    page = text(signed_in(cast.li), "/work/")

    assert "Nothing is waiting for you" in page
    assert "How much where" not in page


def test_a_search_that_finds_nothing_names_the_words(
    cast: Cast, campaign: Campaign
) -> None:
    bad_answer(campaign, cast.east, now() + HOUR, cast.wang)
    page = text(signed_in(cast.wang), "/work/?q=nowhere")

    assert "has “nowhere” in it" in page
    assert len(rows(text(signed_in(cast.wang), "/work/?q=east"))) == 1


@pytest.mark.parametrize(
    "query",
    ["list=nobody", "due=never", "kind=x", "day=2026-99-99", "page=-3", "unit=WEST-HALL"],
)
def test_what_nobody_could_have_asked_for_counts_as_not_asked(
    cast: Cast, campaign: Campaign, query: str
) -> None:
    bad_answer(campaign, cast.east, now() + HOUR, cast.wang)
    found = rows(text(signed_in(cast.wang), f"/work/?{query}"))

    assert len(found) == (query != "kind=x")


def test_the_rail_counts_what_presses(cast: Cast, campaign: Campaign) -> None:
    def number(someone: Any) -> str:
        page = text(signed_in(someone), "/profile/")
        (entry,) = re.findall(r'href="/work/"(.*?)</li>', page, re.DOTALL)
        return "".join(re.findall(r'class="n"[^>]*>(\d+)<', entry))

    assert number(cast.wang) == ""
    bad_answer(campaign, cast.east, now() - HOUR, cast.wang)
    bad_answer(campaign, cast.east, now() - HOUR)
    bad_answer(campaign, cast.east, now() + 50 * HOUR)
    # Elsewhere it may be some seconds old; the list itself counts, and all know it then.
    assert number(cast.wang) == ""
    text(signed_in(cast.wang), "/work/")
    assert number(cast.wang) == "2"
    assert number(cast.zhao) == number(cast.sun) == ""


# --- Every row leads somewhere, and back ----------------------------------------------


def test_every_link_of_every_list_opens_for_whoever_sees_it(
    cast: Cast, campaign: Campaign
) -> None:
    bad_answer(campaign, cast.east, now() - HOUR, cast.wang)
    bad_answer(campaign, cast.east, now() + 50 * HOUR)
    bad_answer(campaign, cast.west, now() + 3 * HOUR, cast.chen)
    draft(cast, now() + 5 * HOUR)
    draft(cast, now() + 5 * HOUR, within=cast.east)
    opened = 0
    for someone in (cast.wang, cast.zhao, cast.chen, cast.qian, cast.sun, cast.li):
        client = signed_in(someone)
        for url in ("/work/", "/work/?list=team", "/work/?list=handed", "/work/calendar/"):
            main = text(client, url).split("<main")[1].replace("&amp;", "&")
            links = set(re.findall(r'href="(/(?!static)[^"]*)"', main))
            for link in links:
                assert client.get(link).status_code == 200, (someone.name, url, link)
                opened += 1
    assert opened > 50


def test_from_the_row_to_the_answer_and_back_with_the_row_gone(
    cast: Cast, campaign: Campaign
) -> None:
    follow_up = bad_answer(campaign, cast.east, now() - HOUR)
    client = signed_in(cast.wang)
    back = "/work/?q=east"
    assert f"/follow-ups/{follow_up.pk}/?next=%2Fwork%2F%3Fq%3Deast" in text(client, back)

    taken = client.post(f"/follow-ups/{follow_up.pk}/owner/", {"from": "", "next": back})
    assert taken.url == f"/follow-ups/{follow_up.pk}/?next=%2Fwork%2F%3Fq%3Deast"  # type: ignore[attr-defined]
    assert f'value="{back}"' in text(client, taken.url)  # type: ignore[attr-defined]
    said = {"outcome": "Called.", "resolved": "yes", "next": back}
    done = client.post(f"/follow-ups/{follow_up.pk}/outcome/", said, follow=True)

    assert done.redirect_chain == [(back, 302)]
    page = done.content.decode()
    assert "The follow-up is closed." in page
    assert rows(page) == []


def test_nobody_is_led_away_from_this_site(cast: Cast, campaign: Campaign) -> None:
    follow_up = bad_answer(campaign, cast.east, now() + 5 * HOUR, cast.wang)
    client, elsewhere = signed_in(cast.wang), "https://example.com/"
    key = f"follow_up-{follow_up.pk}"

    page = text(client, f"/work/{key}/snoozes/new/?next={elsewhere}")
    assert elsewhere not in page.split("<main")[1]
    said = {"outcome": "Called.", "resolved": "yes", "next": elsewhere}
    done = client.post(f"/follow-ups/{follow_up.pk}/outcome/", said)
    assert done.url == f"/follow-ups/{follow_up.pk}/"  # type: ignore[attr-defined]


def test_a_campaign_approved_from_the_list_leads_back_to_it(cast: Cast) -> None:
    planned = draft(cast, now() + 50 * HOUR)
    client = signed_in(cast.chen)
    assert 'name="next" value="/work/"' in text(
        client, f"/campaigns/{planned.pk}/?next=/work/"
    )

    said = {"to": "approved", "next": "/work/"}
    done = client.post(f"/campaigns/{planned.pk}/state/", said, follow=True)

    assert done.redirect_chain == [("/work/", 302)]
    assert rows(done.content.decode()) == []


# --- Putting off and handing over -----------------------------------------------------


def put_off(client: Client, follow_up: FollowUp, back_at: datetime, **said: str) -> Any:
    url = f"/work/follow_up-{follow_up.pk}/snoozes/new/"
    local = (back_at + 8 * HOUR).strftime("%Y-%m-%dT%H:%M")  # her zone is Shanghai
    fields = {"when": "other", "until": local, "reason": "They call at noon."} | said
    return client.post(url, fields, follow=True)


def test_put_off_with_a_reason_and_undone_in_one_press(
    cast: Cast, campaign: Campaign
) -> None:
    follow_up = bad_answer(campaign, cast.east, now() + 60 * HOUR, cast.wang)
    client = signed_in(cast.wang)

    page = put_off(client, follow_up, now() + 10 * HOUR).content.decode()

    assert "Put off; it comes back" in page
    assert rows(page) == []
    (undo,) = re.findall(r'action="(/work/snoozes/\d+/end/)"', page)
    asleep = text(client, "/work/?list=put_off")
    assert "They call at noon." in asleep
    team = text(signed_in(cast.chen), "/work/?list=team")
    assert "They call at noon." in team
    page = client.post(undo, {"next": "/work/"}, follow=True).content.decode()
    assert len(rows(page)) == 1
    assert Snooze.objects.get().ended_at


def test_a_refusal_keeps_what_was_typed_and_says_why(
    cast: Cast, campaign: Campaign
) -> None:
    follow_up = bad_answer(campaign, cast.east, now() + 5 * HOUR, cast.wang)
    client = signed_in(cast.wang)

    late = put_off(client, follow_up, now() + 6 * HOUR)
    assert late.status_code == 422
    assert "let it come back before" in late.content.decode()
    assert "They call at noon." in late.content.decode()
    silent = put_off(client, follow_up, now() + HOUR, reason=" ")
    assert "Say in a few words why it can wait." in silent.content.decode()
    unsaid = put_off(client, follow_up, now() + HOUR, until="")
    assert "Say when it is to come back." in unsaid.content.decode()
    assert not Snooze.objects.exists()


def test_what_is_overdue_cannot_be_put_off(cast: Cast, campaign: Campaign) -> None:
    follow_up = bad_answer(campaign, cast.east, now() - HOUR, cast.wang)
    client = signed_in(cast.wang)

    assert "cannot be put off" in put_off(client, follow_up, now() + HOUR).content.decode()
    assert not Snooze.objects.exists()


def test_handed_over_it_is_on_the_colleagues_list_with_the_note(
    cast: Cast, campaign: Campaign
) -> None:
    follow_up = bad_answer(campaign, cast.east, now() + 5 * HOUR, cast.wang)
    client, url = (
        signed_in(cast.wang),
        f"/work/follow_up-{follow_up.pk}/hand-overs/new/",
    )
    assert "Zhao" not in text(client, url)

    said = {"to": str(cast.chen.pk), "note": "You know her.", "from": str(cast.wang.pk)}
    page = client.post(url, said, follow=True).content.decode()

    assert "Handed over to Chen" in page
    assert rows(page) == []
    assert len(rows(text(client, "/work/?list=handed"))) == 1
    assert "From Wang: You know her." in text(signed_in(cast.chen), "/work/")
    (undo,) = re.findall(r'action="(/work/hand-overs/\d+/end/)"', page)
    page = client.post(undo, {"next": "/work/"}, follow=True).content.decode()
    assert "It is yours again." in page
    assert len(rows(page)) == 1


def test_nothing_is_handed_to_those_who_may_not_see_to_it(
    cast: Cast, campaign: Campaign
) -> None:
    follow_up = bad_answer(campaign, cast.east, now() + 5 * HOUR, cast.wang)
    url = f"/work/follow_up-{follow_up.pk}/hand-overs/new/"

    for someone in (cast.zhao, cast.li, cast.wang):
        answer = signed_in(cast.wang).post(url, {"to": str(someone.pk)})
        assert answer.status_code == 422
    assert not HandOver.objects.exists()


def test_whoever_comes_too_late_is_told(cast: Cast, campaign: Campaign) -> None:
    follow_up = bad_answer(campaign, cast.east, now() + 5 * HOUR)
    url = f"/work/follow_up-{follow_up.pk}/hand-overs/new/"
    FollowUp.objects.filter(pk=follow_up.pk).update(owner=cast.wang, state="taken")

    # The page was opened while nobody had it.
    said = {"to": str(cast.chen.pk), "from": ""}
    page = signed_in(cast.wang).post(url, said, follow=True).content.decode()

    assert "Somebody was quicker" in page
    assert not HandOver.objects.exists()


@pytest.mark.parametrize("page", ["snoozes", "hand-overs"])
def test_foreign_is_missing(cast: Cast, campaign: Campaign, page: str) -> None:
    east = bad_answer(campaign, cast.east, now() + 5 * HOUR, cast.wang)
    taken = bad_answer(campaign, cast.west, now() + 5 * HOUR, cast.chen)
    zhao = signed_in(cast.zhao)

    for key in (
        f"follow_up-{east.pk}",
        f"follow_up-{taken.pk}",
        "follow_up-9",
        "x",
        "follow_up-²",
    ):
        assert zhao.get(f"/work/{key}/{page}/new/").status_code == 404
        assert zhao.post(f"/work/{key}/{page}/new/").status_code == 404


# --- By the calendar, as a file, as numbers -------------------------------------------


def test_the_calendar_shows_each_thing_on_its_day(cast: Cast, campaign: Campaign) -> None:
    due_at = now() + 40 * 24 * HOUR
    bad_answer(campaign, cast.east, due_at, cast.wang)
    day = (due_at + 8 * HOUR).date()
    client = signed_in(cast.wang)

    page = text(client, f"/work/calendar/?month={day:%Y-%m}")
    assert f"day={day}" in page
    assert len(rows(text(client, f"/work/?day={day}"))) == 1
    assert rows(text(client, f"/work/?day={day + timedelta(days=1)}")) == []
    for month in ("1", "9999-12", "2026-13"):
        assert client.get(f"/work/calendar/?month={month}").status_code == 200


def test_the_file_is_the_list_whole(cast: Cast, campaign: Campaign) -> None:
    for hours in (-26, 24 * 3, 24 * 20):
        bad_answer(campaign, cast.east, now() + hours * HOUR, cast.wang)
    client = signed_in(cast.wang)

    lines = client.get("/work/list.csv").content.decode("utf-8-sig").splitlines()

    assert len(lines) == 4
    assert [line.split(",")[1] for line in lines[1:]] == [
        "Overdue",
        "Within seven days",
        "Later",
    ]
    assert client.get("/work/list.xlsx").content[:2] == b"PK"
    assert len(client.get("/work/list.csv?list=team&q=zz").content.splitlines()) == 1


def test_sun_reads_how_much_there_is_where_and_nothing_else(
    cast: Cast, campaign: Campaign
) -> None:
    bad_answer(campaign, cast.east, now() - HOUR, cast.wang)
    bad_answer(campaign, cast.west, now() + 50 * HOUR)
    sun = signed_in(cast.sun)

    page = text(sun, "/work/counts/")

    assert "Of 2 open things at City, 1 is overdue." in page
    assert "Wang" not in page.split("<main")[1]
    assert "1 is overdue" in text(sun, "/work/counts/?unit=EAST-HALL")
    assert rows(text(sun, "/work/?list=team")) == []
    assert signed_in(cast.li).get("/work/counts/").status_code == 403
    assert signed_in(cast.zhao).get("/work/counts/?unit=EAST-HALL").status_code == 404
