"""Derived importance through a browser's eyes: the map, its drawer and its files."""

import re

import pytest
from django.urls import reverse

from gapless.core.instruments.models import Answer
from tests.evaluation.gaps.answering import answer, questionnaire
from tests.evaluation.gaps.judging import judge, judged
from tests.web.test_importance_pages import read, read_csv

MAP, PART = reverse("gaps:importance"), reverse("gaps:importance_part")


@pytest.fixture
def version(cast):
    version = judged()
    judge(version, cast.city, 200)
    return version


@pytest.fixture
def chen(client, cast):
    client.force_login(cast.chen)
    return client


def test_the_map_says_what_satisfaction_goes_with_and_not_why(chen, version):
    page = read(chen, MAP)

    assert "Work first on “Reliability”" in page
    assert re.search(
        r"Together they go with [\d.]+% \[[\d.]+, [\d.]+\] of the differences in"
        r" “All in all”, n 200\. These are associations among answers",
        page,
    )
    assert "Share of R² in percent: the higher, the more “All in all” goes with it" in page
    assert "caus" not in page
    assert f"{PART}?" in page


def test_another_judgement_goes_with_something_else_and_is_remembered(chen, version):
    page = read(chen, MAP, judgement="again")
    assert "of the differences in “Would come again”" in page
    by_share = sorted(
        read_csv(chen, "importance"), key=lambda row: float(row["Importance"])
    )
    assert by_share[-1]["Code"] == "empathy"
    assert {row["Overall judgement"] for row in by_share} == {"again"}
    first = sorted(
        read_csv(chen, "importance", judgement="sat"),
        key=lambda row: float(row["Importance"]),
    )
    assert first[-1]["Code"] == "reliability"


def test_the_file_has_what_the_shares_are_made_of(chen, version):
    rows = read_csv(chen, "importance")
    shares = [float(row["Importance"]) for row in rows]

    assert len(rows) == 3
    assert {row["Importance by"] for row in rows} == {"Derived"}
    assert sum(shares) == pytest.approx(float(rows[0]["R² of all together"]))
    for row, share in zip(rows, shares, strict=True):
        assert float(row["Importance from"]) <= share <= float(row["Importance to"])
        assert -1 <= float(row["Correlation"]) <= 1
        assert float(row["Inflation of variance"]) >= 1
    assert chen.get(reverse("gaps:importance_xlsx")).content[:2] == b"PK"


def test_the_drawer_says_how_a_share_was_found(chen, version):
    page = read(chen, PART, of="dimension:reliability", judgement="sat")
    for words in (
        "goes with “Reliability”. Not that the one causes the other",
        "Lindeman, Merenda and Gold 1980",
        "From 400 drawn samples",
        "Standardised weight",
    ):
        assert words in page
    assert reverse("gaps:evidence") in page
    beside = chen.get(PART, {"of": "dimension:reliability"}, headers={"HX-Request": "true"})
    assert b"<html" not in beside.content


def test_a_drawer_of_nothing_is_not_there(chen, version):
    assert chen.get(PART, {"of": "dimension:speed"}).status_code == 404
    assert chen.get(PART, {"of": "item:R"}).status_code == 404
    assert chen.get(PART).headers["Location"] == MAP


def test_a_form_with_expectations_too_offers_both(chen, cast, version):
    assert "aria-current" in read(chen, MAP)
    pairs = questionnaire()
    answer(pairs, cast.city, [(7, 2), (6, 3)] * 20)
    page = read(chen, MAP, version=pairs.pk)
    assert "by=derived" not in page
    assert (
        read_csv(chen, "importance", version=pairs.pk)[0]["Importance by"] == "Expectation"
    )


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (9, "Too few answers have both “All in all” and everything it may go with"),
        (30, "It takes 50 answers that have both “All in all” and everything"),
    ],
)
def test_few_answers_are_refused_with_what_it_takes(chen, cast, count, sentence):
    judge(judged(), cast.city, count)
    page = read(chen, MAP)
    assert sentence in page
    assert "pic-map" not in page
    assert read_csv(chen, "importance") == []
    assert chen.get(PART, {"of": "dimension:empathy"}).status_code == 404


def test_without_judgements_the_page_says_what_to_do(chen, cast):
    version = judged()
    judge(version, cast.city, 60, without=("sat", "again"))
    assert "Nobody answered “All in all” here" in read(chen, MAP)
    assert "Nobody answered in this period" in read(chen, MAP, period="2020-01")
    judge(version, cast.city, 60, batch="more", without=("R",))
    assert "has run “gapless init”" in read(chen, MAP, period="all")


def test_a_withheld_dimension_is_not_on_the_map_nor_in_its_shares(chen, cast):
    """Nine of a form's answers have empathy: then nothing is known of all three."""
    version = judged()
    judge(version, cast.city, 60, without=("E",))
    judge(version, cast.city, 9, batch="few")
    page = read(chen, MAP)
    assert "Too few answers have both" in page
    assert "n 9" not in page


def test_items_are_mapped_where_a_form_has_no_dimensions(chen, cast):
    judge(judged(dimensional=False), cast.city, 200)
    assert "Work first on “Item R”" in read(chen, MAP)
    assert {row["Code"] for row in read_csv(chen, "importance")} == {"R", "T", "E"}


def test_numbers_of_a_unit_out_of_reach_have_no_drawer(client, cast, version):
    client.force_login(cast.zhao)
    query = {"unit": cast.city.pk, "of": "dimension:reliability"}
    assert client.get(PART, query).status_code in (403, 404)
    assert Answer.objects.exists()
