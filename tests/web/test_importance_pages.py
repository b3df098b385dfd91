"""The map, the zone and the health of a form through a browser's eyes."""

import csv
import io
import re

import pytest
from django.urls import reverse

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments import actions
from gapless.core.instruments.choices import ItemKind
from tests.conftest import NINE_AM
from tests.evaluation.gaps.answering import ITEMS, questionnaire

MAP, ZONE, HEALTH = (reverse(f"gaps:{page}") for page in ("importance", "zone", "health"))
PAIRS = {"R1": (7, 2), "R2": (6, 5), "T1": (4, 3), "T2": (3, 6)}
"""Expectation and perception of each item: one for every quadrant."""


def give(version, unit, count, sides=PAIRS, *, batch="test", without=()):
    """So many answers that differ a little, so that there is an interval."""
    values = [
        {
            (code, side): value
            + (0 < value < 7 and side == len(given) - 1 and not place % 3)
            for code, given in sides.items()
            for side, value in enumerate(given)
            if code not in without
        }
        for place in range(count)
    ]
    actions.record_answers(
        version,
        [
            actions.NewAnswer(
                key=f"{batch}/{unit.pk}/{place}",
                unit=unit,
                answered_at=NINE_AM,
                mode=CollectionMode.ON_EVENT,
                values=each,
            )
            for place, each in enumerate(values)
        ],
        batch=batch,
        now=NINE_AM,
    )


def read(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200, url
    return response.content.decode()


def read_csv(client, page, **query):
    content = client.get(reverse(f"gaps:{page}_csv"), query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


@pytest.fixture
def version(cast):
    version = questionnaire()
    give(version, cast.city, 30)
    return version


# --- Importance -----------------------------------------------------------------------


def test_the_map_says_what_to_work_on_first_and_how_sure_that_is(client, cast, version):
    client.force_login(cast.chen)
    page = read(client, MAP)

    assert "Work first on “Item R1”" in page
    assert "greater than 0.99" in page
    assert "Certain places on the map: 4 of 4. To work on first: 1." in page
    for quadrant in ("Concentrate here", "Keep it up", "Low priority", "Possibly too much"):
        assert quadrant in page
    assert f"{reverse('gaps:evidence')}?" in page
    assert "of=item%3AR1" in page
    # Of the wide and of the narrow picture, one dot is tinted.
    assert len(re.findall(r'class="dot work"', page)) == 2


def test_the_gap_map_crosses_at_no_gap(client, cast, version):
    client.force_login(cast.chen)
    rows = {row["Code"]: row for row in read_csv(client, "importance", against="gap")}

    assert {row["Performance at the crosshair"] for row in rows.values()} == {"0.0"}
    assert rows["T2"]["Quadrant"] == "Possibly too much"
    assert float(rows["R1"]["Probability: Concentrate here"]) > 0.99


def test_a_choice_is_remembered_and_what_does_not_fit_is_not_taken(client, cast, version):
    client.force_login(cast.chen)
    read(client, MAP, against="gap", cross="middle", by="points")
    page = read(client, MAP)
    assert re.search(r'against=gap[^"]*" aria-current="true"', page)
    assert "At no gap" in page


def test_the_file_and_the_page_leave_out_what_is_withheld(client, cast):
    version = questionnaire()
    give(version, cast.city, 30, without=("R2", "T1"))
    give(version, cast.city, 9, {"R2": (6, 5)}, batch="few")
    client.force_login(cast.chen)
    page = read(client, MAP)

    assert "1 is left out: it has too few answers to be shown." in page
    assert "1 is left out: nobody answered it here." in page
    assert {row["Code"] for row in read_csv(client, "importance")} == {"R1", "T2"}
    assert client.get(reverse("gaps:importance_xlsx")).content[:2] == b"PK"


def test_few_answers_make_no_map(client, cast):
    give(questionnaire(), cast.city, 9)
    client.force_login(cast.chen)
    page = read(client, MAP)
    assert "Too few answers" in page
    assert "pic-map" not in page
    assert read_csv(client, "importance") == []


def test_a_form_without_expectations_says_what_the_map_needs(client, cast):
    version = questionnaire(kind=ItemKind.SCORE)
    give(version, cast.city, 30, dict.fromkeys(ITEMS, (5,)))
    client.force_login(cast.chen)
    assert "This form does not ask what matters" in read(client, MAP)
    assert client.get(reverse("gaps:importance_csv")).status_code == 404


@pytest.mark.parametrize("page", [MAP, ZONE, HEALTH])
def test_without_evidence_each_page_says_what_to_do(client, cast, page):
    client.force_login(cast.chen)
    assert "No answers yet" in read(client, page)


# --- Zone -----------------------------------------------------------------------------

TRIPLES = {"R1": (4, 6, 2), "R2": (4, 6, 5), "T1": (3, 4, 6), "T2": (4, 6, 4)}


@pytest.fixture
def zoned(cast):
    version = questionnaire(kind=ItemKind.ZONE)
    give(version, cast.city, 30, TRIPLES)
    return version


def test_the_zone_says_what_is_less_than_customers_accept(client, cast, zoned):
    client.force_login(cast.chen)
    page = read(client, ZONE)

    assert "Less than customers accept: “Item R1”, 1.67 short of it" in page
    assert page.count("Above the zone") == 2  # in the row, and below it on a phone
    rows = {row["Code"]: row for row in read_csv(client, "zone")}
    assert float(rows["R1"]["Adequacy (MSA)"]) == pytest.approx(-5 / 3)
    assert float(rows["R2"]["Share within the zone"]) == pytest.approx(2 / 3)
    assert rows["R1"]["n"] == "30"


def test_the_tab_is_there_only_where_a_form_asks_for_zones(client, cast, version):
    client.force_login(cast.chen)
    assert f'href="{ZONE}' not in read(client, MAP)
    assert "This form does not ask what is tolerated" in read(client, ZONE)
    assert read_csv(client, "zone") == []


def test_the_tab_of_zones(client, cast, zoned):
    client.force_login(cast.chen)
    assert f'href="{ZONE}' in read(client, HEALTH)


def test_a_zone_of_few_is_withheld_on_the_page_and_in_the_file(client, cast):
    give(questionnaire(kind=ItemKind.ZONE), cast.city, 9, TRIPLES)
    client.force_login(cast.chen)
    assert "Too few answers" in read(client, ZONE)
    rows = read_csv(client, "zone")
    assert {row["n"] for row in rows} == {""}
    assert {row["Adequacy (MSA)"] for row in rows} == {""}


# --- Health ---------------------------------------------------------------------------


def test_health_has_a_verdict_in_words_and_says_what_to_do(client, cast):
    version = questionnaire()
    give(version, cast.city, 30)
    give(
        version,
        cast.city,
        12,
        PAIRS | {"T2": (3, -127)},
        batch="absent",
    )
    client.force_login(cast.chen)
    page = read(client, HEALTH)

    assert "Review the item" in page
    assert "drop the item, or ask it only where it applies" in page
    assert "#state-big" in page
    rows = {(row["Finding"], row["Name"]): row for row in read_csv(client, "health")}
    absent = rows["Does not apply", "Item T2"]
    assert float(absent["Value"]) == 12 / 42
    assert rows["Alpha of perception", "Reliability"]["Verdict"] == "Sound"


def test_health_of_few_is_withheld(client, cast):
    give(questionnaire(), cast.city, 9)
    client.force_login(cast.chen)
    page = read(client, HEALTH)
    assert "Too few answers" in page
    assert read_csv(client, "health") == []


def test_one_or_two_who_said_so_are_no_number(client, cast):
    version = questionnaire()
    give(version, cast.city, 30)
    give(version, cast.city, 2, PAIRS | {"T2": (3, -127)}, batch="absent")
    client.force_login(cast.chen)
    assert "very few" in read(client, HEALTH)
    (row,) = (r for r in read_csv(client, "health") if r["Finding"] == "Does not apply")
    assert (row["Value"], row["Interval to"]) == ("", "")


@pytest.mark.parametrize("page", ["importance", "zone", "health"])
def test_numbers_of_a_unit_out_of_reach_are_not_there(client, cast, version, page):
    client.force_login(cast.zhao)
    for end in ("", "_csv", "_xlsx"):
        response = client.get(reverse(f"gaps:{page}{end}"), {"unit": cast.city.pk})
        assert response.status_code in (403, 404)
