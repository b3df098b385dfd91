"""The gap pages through a browser's eyes: what is said, to whom, and what is withheld."""

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from gapless.core.instruments import actions as instruments
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.rules import ItemDraft
from tests.conftest import NINE_AM
from tests.evaluation.gaps.answering import answer, questionnaire

GAPS, EVIDENCE = reverse("gaps:index"), reverse("gaps:evidence")


@pytest.fixture
def version(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 5), (7, 4)] * 10)
    answer(version, cast.west, [(7, 6)] * 9)
    # Who answers about the city itself: without them East would be withheld with West.
    answer(version, cast.city, [(7, 6)] * 12)
    return version


def test_the_table_says_gap_interval_and_n_and_opens_with_a_sentence(client, cast, version):
    client.force_login(cast.wang)
    page = client.get(GAPS).content.decode()
    assert "−2.50" in page
    assert "[−2.74, −2.26]" in page
    assert "n&nbsp;20" in page
    assert "Service falls clearly short of what customers expect." in page


def test_nine_answers_are_withheld_on_every_page_and_in_every_file(client, cast, version):
    client.force_login(cast.zhao)
    for url in (GAPS, f"{EVIDENCE}?of=item:R1", reverse("home")):
        page = client.get(url).content.decode()
        assert "−1.00" not in page, url
        assert "below 10" in page or "Fewer than 10" in page, url
    table = read_csv(client.get(reverse("gaps:table_csv")))
    assert {row["Gap"] for row in table} == {""}
    assert {row["n"] for row in table} == {""}
    assert {row["State"] for row in table} == {"Withheld"}


def test_the_file_has_the_numbers_of_the_page_unrounded(client, cast, version):
    client.force_login(cast.wang)
    rows = {
        row["Code"] or row["Level"]: row
        for row in read_csv(client.get(reverse("gaps:table_csv")))
    }
    assert float(rows["R1"]["Gap"]) == -2.5
    assert float(rows["R1"]["Standard deviation"]) == pytest.approx(
        (5 / 19) ** 0.5, abs=1e-12
    )
    assert float(rows["overall"]["Share below expectation"]) == 1.0
    sheet = client.get(reverse("gaps:table_xlsx"))
    assert sheet.content[:2] == b"PK"


def test_the_drawer_is_a_fragment_with_scripts_and_a_page_without(client, cast, version):
    client.force_login(cast.wang)
    fragment = client.get(f"{EVIDENCE}?of=item:R1", headers={"HX-Request": "true"})
    page = client.get(f"{EVIDENCE}?of=item:R1")
    for words in (
        "Item R1",
        "Asked after a contact 20",
        "What an excellent provider would do",
    ):
        assert words in fragment.content.decode()
        assert words in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "<html" in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "of=item:ZZ",
        "of=nothing:R1",
        "of=",
        "of=item:R1&period=2026Q9",
        "of=item:R1&version=x",
    ],
)
def test_what_does_not_exist_is_not_found(client, cast, version, query):
    client.force_login(cast.wang)
    assert client.get(f"{EVIDENCE}?{query}").status_code == 404


def test_a_hall_beside_is_like_one_that_does_not_exist(client, cast, version):
    client.force_login(cast.wang)
    foreign = client.get(GAPS, {"unit": cast.west.pk})
    missing = client.get(GAPS, {"unit": 10**9})
    assert foreign.status_code == missing.status_code == 404
    assert "West hall" not in foreign.content.decode()


def test_a_unit_in_sight_without_its_numbers_is_refused(client, cast, version):
    client.force_login(cast.zhou)
    assert client.get(GAPS, {"unit": cast.east.pk}).status_code == 403


def test_the_choice_of_units_stays_within_reach(client, cast, version):
    client.force_login(cast.wang)
    page = client.get(reverse("gaps:units"), {"q": "hall"}).content.decode()
    assert "East hall" in page
    assert "West hall" not in page


def test_another_unit_is_shown_as_this_one_was(client, cast, version):
    client.force_login(cast.chen)
    page = client.get(
        reverse("gaps:trend"),
        {"unit": cast.city.pk, "line": ["item:R1", "item:T1"], "by": "month", "page": 2},
    ).content.decode()
    picker = re.search(r'hx-get="(/gaps/units/[^"]*)"', page)
    assert picker
    choices = client.get(html.unescape(picker[1]) + "&q=east").content.decode()
    (link,) = re.findall(r'data-choice class="depth-2" href="([^"]*)"', choices)
    address, _, query = html.unescape(link).partition("?")
    asked = parse_qs(query)
    assert address == reverse("gaps:trend")
    assert asked["unit"] == [str(cast.east.pk)]
    assert asked["line"] == ["item:R1", "item:T1"]
    assert asked["by"] == ["month"]
    assert not asked.keys() & {"q", "page", "back"}


@pytest.mark.parametrize("page", ["index", "compare", "trend", "distribution", "health"])
def test_a_printed_copy_says_whose_numbers_of_when_it_shows(client, cast, version, page):
    client.force_login(cast.chen)
    shown = client.get(reverse(f"gaps:{page}"), {"unit": cast.east.pk, "period": "2026Q1"})
    foot = shown.content.decode().partition('<footer class="printed-foot">')[2]
    assert "City › East hall · Q1 2026 · Hall questionnaire v1" in foot
    assert "Numbers of fewer than 10 answers are not shown" in foot
    client.force_login(cast.wang)
    own = client.get(reverse(f"gaps:{page}")).content.decode()
    assert "City" not in own


def test_how_exact_weights_are_is_said_where_weighted_numbers_stand(client, cast, version):
    draft = draft_of(version)
    (section,) = draft.sections
    weight = ItemDraft("w", ItemKind.CASE_WEIGHT, {"en": "Weight"})
    section = replace(section, items=(*section.items, weight))
    weighted = instruments.draft_version(
        questionnaire("weighted").form,
        replace(draft, sections=(section,)),
        by=None,
        now=NINE_AM,
    )
    instruments.publish_version(weighted, by=None, now=NINE_AM)
    answer(weighted, cast.east, [(7, 5), (7, 3)] * 8, beside={("w", 0): 1_250_000})
    client.force_login(cast.wang)
    for url in (GAPS, reverse("gaps:distribution")):
        for chosen, said in ((version, False), (weighted, True)):
            query = {"unit": cast.east.pk, "version": chosen.pk}
            page = client.get(url, query).content.decode()
            assert ("n effective" in page) is said, url
            assert ("Weights are kept in millionths" in page) is said, url


def test_an_old_file_brought_in_last_does_not_take_the_page(client, cast, version):
    old = questionnaire("old")
    answer(old, cast.east, [(5, 5)] * 12, at=NINE_AM - timedelta(days=800))
    client.force_login(cast.wang)

    assert client.get(GAPS).context["context"].version == version


def test_without_answers_the_page_says_what_is_needed(client, cast):
    client.force_login(cast.wang)
    for url in (GAPS, reverse("home")):
        assert "No answers yet" in client.get(url).content.decode()
    client.force_login(cast.zhou)
    assert (
        "Your role does not include numbers" in client.get(reverse("home")).content.decode()
    )


def test_the_home_page_measures_gap_5_and_says_what_the_others_need(client, cast, version):
    client.force_login(cast.chen)
    page = client.get(reverse("home"), {"unit": cast.east.pk}).content.decode()
    assert "−2.50" in page
    assert page.count("Not measured") >= 4
    assert "Managers answer the expectation form as their customers would." in page


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(("n", "told"), [(9, False), (12, True)])
def test_a_form_without_expectations_shows_perception_alone(client, cast, n, told):
    version = questionnaire(kind=ItemKind.SCORE)
    answer(version, cast.east, [(5, 5)] * n)
    client.force_login(cast.wang)

    home = client.get(reverse("home")).content.decode()
    assert "so there is no gap to compute" in home
    assert "Nobody has answered" not in home
    for url in (GAPS, f"{EVIDENCE}?of=item:R1"):
        page = client.get(url).content.decode()
        assert ("5.00" in page) is told, url
        assert ("below 10" in page or "Fewer than 10" in page) is not told, url
    table = read_csv(client.get(reverse("gaps:table_csv")))
    assert table[0]["Name"] == "Perception alone (SERVPERF)"
    assert {row["Perception alone"] for row in table} == {"5.0" if told else ""}
    assert {row["n"] for row in table} == {"12" if told else ""}
    assert {row["State"] for row in table} == {"Not measured" if told else "Withheld"}


def test_an_item_of_perception_alone_stands_beside_pairs(client, cast):
    version = questionnaire(alone="T2")
    answer(version, cast.east, [(7, 5)] * 12)
    client.force_login(cast.wang)
    rows = {row["Code"]: row for row in read_csv(client.get(reverse("gaps:table_csv")))}
    assert (rows["tangibles"]["Gap"], rows["T1"]["Gap"], rows["T2"]["Gap"]) == (
        "-2.0",
        "-2.0",
        "",
    )
    assert rows["T2"]["Perception alone"] == "5.0"
