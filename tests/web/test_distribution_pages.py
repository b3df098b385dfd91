"""The distribution page: what is shown of single answers, and what never is."""

import csv
import io

import pytest
from django.urls import reverse

from tests.evaluation.gaps.answering import answer, questionnaire

PAGE, FILE = reverse("gaps:distribution"), reverse("gaps:distribution_csv")


@pytest.fixture
def version(cast):
    version = questionnaire()
    pairs = [(7, 5)] * 12 + [(7, 7)] * 8 + [(6, 6)] * 10 + [(6, 7)] * 5 + [(5, 2)]
    answer(version, cast.east, pairs)
    return version


def test_a_pair_is_a_table_a_histogram_and_three_shares(client, cast, version):
    client.force_login(cast.wang)
    response = client.get(PAGE, {"item": "R1", "period": "all"})
    page = response.content.decode()
    assert "36.1% found less than they expected, 13.9% more than they expected." in page
    rows = response.context["crossed"]
    assert [(row.name, row.n) for row in rows] == [("7", 20), ("1 to 6", 16)]
    assert rows[0].places[6].on_diagonal
    assert rows[0].places[4].text == "60%"
    assert rows[0].places[4].ground.startswith("d-s")


def test_one_person_is_in_no_cell_and_no_column_by_themselves(client, cast, version):
    client.force_login(cast.wang)
    response = client.get(PAGE, {"item": "R1", "period": "all"})
    assert response.context["crossed"][1].places[1].text == "·"
    assert all(p.count != 1 for p in response.context["dist"].parts)
    rows = read_csv(client.get(FILE, {"item": "R1", "period": "all"}))
    shares = [float(row["Share"]) for row in rows if row["Share"]]
    assert 1 / 36 not in shares
    assert 1 / 16 not in shares


def test_the_drawer_shows_one_person_no_more_than_the_distribution(client, cast, version):
    client.force_login(cast.wang)
    page = client.get(reverse("gaps:evidence"), {"of": "item:R1", "period": "all"})
    histogram = page.context["evidence"].histogram
    assert sum(histogram.counts) == 36
    assert all(count == 0 or count >= 3 for count in histogram.counts)
    assert len(histogram.ticks) == 13


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([(7, 5), (6, 5), (7, 6)] * 3, "Too few answers: nothing is shown"),
        ([(7, 5)] * 12, "Everybody gave the same answer."),
    ],
)
def test_what_would_give_people_away_is_not_on_the_page(client, cast, pairs, said):
    answer(questionnaire(), cast.east, pairs)
    client.force_login(cast.wang)
    response = client.get(PAGE, {"item": "R1", "period": "all"})
    assert said in response.content.decode()
    assert "crossed" not in response.context
    assert read_csv(client.get(FILE, {"item": "R1", "period": "all"})) == []


def test_the_first_rated_item_is_where_the_page_begins(client, cast, version):
    client.force_login(cast.wang)
    for asked in ({}, {"item": "ZZ"}):
        assert client.get(PAGE, asked).context["found"].item.code == "R1"


def test_without_answers_the_page_says_what_is_needed(client, cast):
    client.force_login(cast.wang)
    assert "No answers yet" in client.get(PAGE).content.decode()


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
