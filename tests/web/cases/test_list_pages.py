"""The list of cases and the board: what is shown to whom, and what can be done there."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from gapless.control.cases.actions import keep_out
from gapless.control.cases.baton import assign
from gapless.control.cases.choices import Fact, Kind, State
from gapless.control.cases.models import Case, Entry, SavedFilter
from gapless.people.org.models import Person
from tests.conftest import Cast
from tests.control.cases.listed import PHONE, case_of, shipped
from tests.web.signing_in import signed_in

DAY = timedelta(days=1)
LIST = "/cases/"


@pytest.fixture(autouse=True)
def _shipped(cast: Cast) -> None:
    shipped(now())


def taken(owner: Person, *args: Any, **facts: Any) -> Case:
    return case_of(owner, *args, now=now(), **facts)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'class="cl-title"[^>]*>([^<]*)<', page)


# --- What is shown --------------------------------------------------------------------


def test_before_the_first_case_the_page_says_what_comes_here(cast: Cast) -> None:
    page = text(signed_in(cast.li), LIST)

    assert "No case has come in yet" in page
    assert "Take a case in" in page
    assert "By unit" not in page


def test_what_runs_out_first_stands_first_and_what_ended_is_left_out(cast: Cast) -> None:
    taken(cast.wang, cast.east, "Ordinary")
    taken(cast.wang, cast.east, "Late", age=20 * DAY)
    taken(cast.wang, cast.east, "Grave", facts=frozenset({Fact.SAFETY}))
    ended = taken(cast.wang, cast.east, "Ended")
    Case.objects.filter(pk=ended.pk).update(state=State.CLOSED, ended_at=now())
    page = text(signed_in(cast.wang), LIST)

    assert titles(page) == ["Late", "Grave", "Ordinary"]
    assert re.search(r'class="tone-short">overdue by \d+ d', page)
    assert "Ended" in titles(text(signed_in(cast.wang), f"{LIST}?state=any"))


def test_an_agent_sees_the_own_cases_alone_and_a_manager_all_of_the_hall(
    cast: Cast,
) -> None:
    taken(cast.li, cast.east, "Of Li")
    taken(cast.wang, cast.east, "Of Wang")
    taken(cast.zhao, cast.west, "Of Zhao")

    assert titles(text(signed_in(cast.li), LIST)) == ["Of Li"]
    assert set(titles(text(signed_in(cast.wang), LIST))) == {"Of Li", "Of Wang"}
    assert len(titles(text(signed_in(cast.chen), LIST))) == 3
    for someone in (cast.sun, cast.qian, cast.ma, cast.zhou):
        assert signed_in(someone).get(LIST).status_code == 403


def test_whoever_looks_for_a_word_or_a_number_finds_it_also_when_it_ended(
    cast: Cast,
) -> None:
    case = taken(cast.wang, cast.east, "空调不制冷")
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED, ended_at=now())
    client = signed_in(cast.wang)

    for typed in ("空调", str(case), "138 0013 8000"):
        assert titles(text(client, f"{LIST}?q={typed}")) == ["空调不制冷"], typed
    assert titles(text(client, f"{LIST}?q=空调&state=open")) == []
    assert "Look in every state" in text(client, f"{LIST}?q=空调&state=open")


@pytest.mark.parametrize(
    "query",
    [
        "state=never",
        "whose=his",
        "severity=9",
        "kind=x",
        "unit=WEST-HALL",
        "channel=x",
        "category=nothing",
        "since=2026-99-99",
        "until=0001-01-01",
        "sort=words",
        "page=-3",
    ],
)
def test_what_nobody_could_have_asked_for_counts_as_not_asked(
    cast: Cast, query: str
) -> None:
    taken(cast.wang, cast.east, "One")

    assert titles(text(signed_in(cast.wang), f"{LIST}?{query}")) == ["One"]


def test_a_customer_s_name_and_number_stand_neither_in_the_list_nor_in_the_file(
    cast: Cast,
) -> None:
    said = "Zhang San here, call 13800138000 or zs@example.com."
    taken(cast.wang, cast.east, "Zhang San waited", words=said)
    client = signed_in(cast.wang)
    assert "13800138000" not in text(client, LIST)

    for url in (f"{LIST}list.csv", f"{LIST}list.csv?q=13800138000"):
        exported = client.get(url)
        (row,) = csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig")))
        assert row["Matter"] == "[…] waited"
        assert row["Unit"] == "EAST-HALL"
        assert row["State"] == "Received"
        whole = " ".join(row.values())
        assert "call [telephone number] or [e-mail address]." in whole
        for secret in ("Zhang San", "13800138000", PHONE, "zs@example.com"):
            assert secret not in whole
    sheet = client.get(f"{LIST}list.xlsx")
    assert sheet.headers["Content-Type"].endswith("sheet")


def test_more_rows_cost_no_more_queries(cast: Cast) -> None:
    client = signed_in(cast.chen)
    taken(cast.wang, cast.east)
    text(client, LIST)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            text(client, url)
        return len(asked)

    urls = (LIST, f"{LIST}?q=queue", "/cases/board/")
    before = [queries(url) for url in urls]
    for number in range(7):
        taken((cast.wang, cast.li)[number % 2], (cast.east, cast.west)[number % 2])
    assert [queries(url) for url in urls] == before
    assert max(before) <= 22


# --- Saved views ----------------------------------------------------------------------


def test_a_view_is_kept_under_a_name_and_taken_out_again(cast: Cast) -> None:
    taken(cast.wang, cast.east)
    client = signed_in(cast.wang)
    query = "state=overdue&severity=2&kind=&q="
    saved = client.post(f"{LIST}filters/?{query}", {"name": "Late and serious"})
    assert saved.headers["Location"] == f"{LIST}?state=overdue&severity=2"
    page = text(client, saved.headers["Location"])
    assert re.search(r'aria-current="true">Late and serious</a>', page)
    assert "Late and serious" not in text(signed_in(cast.zhao), LIST)

    kept = SavedFilter.objects.get()
    foreign = signed_in(cast.zhao).post(f"{LIST}filters/{kept.pk}/removal/")
    assert foreign.status_code == 404
    client.post(f"{LIST}filters/{kept.pk}/removal/")
    assert not SavedFilter.objects.exists()


def test_a_customer_s_telephone_is_not_kept_in_a_view(cast: Cast) -> None:
    client = signed_in(cast.wang)
    client.post(f"{LIST}filters/?q=138 0013 8000&whose=mine", {"name": "Zhang"})
    client.post(f"{LIST}filters/?q=空调", {"name": "Air"})

    assert SavedFilter.objects.get(name="Zhang").query == "whose=mine"
    assert "q=" in SavedFilter.objects.get(name="Air").query


def test_a_view_without_a_name_is_asked_for_one(cast: Cast) -> None:
    client = signed_in(cast.wang)
    page = client.post(f"{LIST}filters/?whose=mine", {"name": " "}, follow=True)

    assert "Give the view a name" in page.content.decode()
    assert not SavedFilter.objects.exists()


# --- Assigning several at once --------------------------------------------------------


def boxes(page: str) -> list[str]:
    return re.findall(r'name="case" value="([^"]*)"', page)


def test_what_is_ticked_goes_to_a_colleague(cast: Cast) -> None:
    first, second = taken(cast.wang, cast.east), taken(cast.wang, cast.east)
    client = signed_in(cast.wang)
    page = text(client, LIST)
    key = re.search(r'name="key" value="([^"]*)"', page)
    assert key
    sent = {"case": boxes(page), "to": cast.li.pk, "reason": "Wang is ill", "key": key[1]}

    for _twice in range(2):  # pressed twice, it happens once
        done = client.post(f"{LIST}holders/?whose=mine", sent, follow=True)
    assert done.redirect_chain == [(f"{LIST}?whose=mine", 302)]
    for case in (first, second):
        case.refresh_from_db()
        assert (case.holder, case.owner) == (cast.li, cast.wang)
    assert Entry.objects.filter(step="assigned").count() == 2


def test_without_a_reason_everything_stays_as_it_was_typed(cast: Cast) -> None:
    case = taken(cast.wang, cast.east)
    sent = {"case": f"{case.pk}:{case.version}", "to": cast.li.pk, "reason": "", "key": "k"}
    answer = signed_in(cast.wang).post(f"{LIST}holders/", sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Say in a few words why" in page
    assert re.search(rf'name="case" value="{case.pk}:{case.version}" checked', page)
    assert re.search(rf'<option value="{cast.li.pk}" selected', page)
    # The links of that page lead on from its own address.
    on = signed_in(cast.wang).get(f"{LIST}holders/?sort=unit")
    assert on.headers["Location"] == f"{LIST}?sort=unit"


def test_who_was_quicker_is_not_overruled_and_the_rest_still_goes(cast: Cast) -> None:
    moved, stays = taken(cast.wang, cast.east), taken(cast.wang, cast.east)
    sent = [f"{case.pk}:{case.version}" for case in (moved, stays)]
    facts = {"to": cast.chen, "reason": "Mine", "key": "a"}
    assign(moved, seen=moved.version, by=cast.chen, now=now(), **facts)
    answer = signed_in(cast.wang).post(
        f"{LIST}holders/",
        {"case": sent, "to": cast.li.pk, "reason": "Ill", "key": "b"},
        follow=True,
    )

    moved.refresh_from_db()
    stays.refresh_from_db()
    assert (moved.holder, stays.holder) == (cast.chen, cast.li)
    assert f"Something happened to {moved} meanwhile" in answer.content.decode()


def test_whom_it_is_about_does_not_get_it(cast: Cast) -> None:
    case = taken(cast.wang, cast.east)
    keep_out(case, cast.li, instead=None, key="k", by=cast.wang, now=now())
    sent = {
        "case": f"{case.pk}:{case.version}",
        "to": cast.li.pk,
        "reason": "x",
        "key": "b",
    }
    answer = signed_in(cast.wang).post(f"{LIST}holders/", sent, follow=True)

    case.refresh_from_db()
    assert case.holder == cast.wang
    assert f"Li cannot have {case}" in answer.content.decode()


def test_whoever_does_not_decide_ticks_nothing_and_assigns_nothing(cast: Cast) -> None:
    case = taken(cast.li, cast.east)
    foreign = taken(cast.zhao, cast.west)
    assert boxes(text(signed_in(cast.li), LIST)) == []
    sent = {"to": cast.li.pk, "reason": "x", "key": "b"}
    mine, theirs = (f"{each.pk}:{each.version}" for each in (case, foreign))

    refused = signed_in(cast.li).post(f"{LIST}holders/", sent | {"case": mine})
    assert refused.status_code == 403
    signed_in(cast.wang).post(f"{LIST}holders/", sent | {"case": theirs})
    foreign.refresh_from_db()
    assert foreign.holder == cast.zhao


# --- The board, the menu and the search -----------------------------------------------


def test_the_board_leads_to_the_cases_that_it_counts(cast: Cast) -> None:
    taken(cast.li, cast.east, "Late", age=20 * DAY)
    taken(cast.li, cast.east, "Fresh", kind=Kind.INQUIRY)
    client = signed_in(cast.chen)
    page = text(client, "/cases/board/")

    assert "Of 2 open cases at City, 1 is overdue." in page
    (late,) = set(re.findall(r'href="(/cases/\?state=overdue&amp;unit=EAST-HALL)"', page))
    assert titles(text(client, late.replace("&amp;", "&"))) == ["Late"]
    assert "Nothing" not in page
    assert "No case is open at West hall." in text(client, "/cases/board/?unit=WEST-HALL")


def test_the_board_of_a_hall_out_of_reach_is_as_one_that_does_not_exist(
    cast: Cast,
) -> None:
    client = signed_in(cast.zhao)

    assert client.get("/cases/board/?unit=EAST-HALL").status_code == 404
    assert client.get("/cases/board/?unit=NOWHERE").status_code == 404
    assert signed_in(cast.li).get("/cases/board/").status_code == 403


def test_cases_stand_in_the_menu_of_those_who_take_them(cast: Cast) -> None:
    for someone, sees in ((cast.li, True), (cast.wang, True), (cast.qian, False)):
        assert ('href="/cases/"' in text(signed_in(someone), "/profile/")) == sees


def test_the_search_finds_cases_by_number_and_words(cast: Cast) -> None:
    case = taken(cast.wang, cast.east, "空调不制冷")

    for typed in ("空调", str(case)):
        assert f"/cases/{case.pk}/" in text(signed_in(cast.wang), f"/search/?q={typed}")
        assert f"/cases/{case.pk}/" not in text(signed_in(cast.zhao), f"/search/?q={typed}")
        assert f"/cases/{case.pk}/" not in text(signed_in(cast.qian), f"/search/?q={typed}")
