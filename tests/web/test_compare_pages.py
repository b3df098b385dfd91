"""The comparison page: two units, a unit and what it lies in, two periods."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.conftest import unit
from tests.evaluation.gaps.answering import answer, questionnaire

COMPARE = reverse("gaps:compare")
JANUARY, MARCH = (datetime(2026, m, 10, 3, tzinfo=UTC) for m in (1, 3))


@pytest.fixture
def version(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 5), (7, 4)] * 10, at=MARCH)
    answer(version, cast.west, [(7, 6), (7, 7)] * 12, at=MARCH)
    return version


def page_of(client, **query):
    return client.get(COMPARE, query)


def test_two_halls_differ_by_more_than_matters_and_it_is_said(client, cast, version):
    client.force_login(cast.chen)
    response = page_of(client, unit=cast.east.pk, period="2026Q1", with_unit=cast.west.pk)
    page = response.content.decode()
    assert "East hall is worse than West hall, by −2.00 [−2.31, −1.69]" in page
    assert "Worse by enough to matter: " in page
    assert " and 3 more rows." in page
    assert "q: false discovery rate over the" in page


def test_a_hall_is_compared_with_the_rest_of_its_city(client, cast, version):
    client.force_login(cast.chen)
    response = page_of(client, unit=cast.east.pk, period="2026Q1", with_unit=cast.city.pk)
    assert "the rest of " in response.content.decode()
    lead = response.context["rows"][0]
    assert (lead.this.n, lead.other.n) == ("20", "24")
    assert lead.other.value == "−0.50"


def test_where_nine_would_be_left_the_rest_is_withheld(client, cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 5), (7, 4)] * 10)
    answer(version, cast.west, [(7, 6)] * 9)
    client.force_login(cast.chen)
    response = page_of(client, unit=cast.east.pk, period="all", with_unit=cast.city.pk)
    page = response.content.decode()
    assert all(row.found.hidden for row in response.context["rows"])
    assert "−1.00" not in page
    rows = read_csv(
        client.get(
            reverse("gaps:compare_csv"),
            {"unit": cast.east.pk, "period": "all", "with_unit": cast.city.pk},
        )
    )
    assert {row["Conclusion"] for row in rows} == {"Withheld"}
    assert {row["Difference"] for row in rows} == {""}


def test_two_periods_of_one_unit_and_the_difference_that_matters_is_remembered(
    client, cast, version
):
    answer(version, cast.east, [(7, 5), (7, 4)] * 10, at=JANUARY)
    client.force_login(cast.wang)
    query = {"unit": cast.east.pk, "period": "2026-03", "with_period": "2026-01"}
    first = page_of(client, **query, delta="0.6").context["rows"][0]
    assert first.word == "No relevant difference"
    again = page_of(client, **query)
    assert again.context["found"].asked.relevant == 0.6
    assert page_of(client, **query, delta="nonsense").context["found"].asked.relevant == 0.1


def test_paired_every_hall_is_compared_with_itself(client, cast, version):
    for at in range(6):
        hall = unit(f"Hall {at}", cast.city)
        answer(version, hall, [(7, 5), (7, 4)] * 6, at=JANUARY)
        answer(version, hall, [(7, 6), (7, 5 + at % 2)] * 6, at=MARCH)
    client.force_login(cast.chen)
    query = {
        "unit": cast.city.pk,
        "period": "2026Q1",
        "with_period": "2025Q4",
        "method": "paired",
    }
    assert page_of(client, **query).context["rows"][0].difference == ""
    query |= {"period": "2026-03", "with_period": "2026-01"}
    response = page_of(client, **query)
    lead = response.context["rows"][0].found
    assert lead.difference.n == 6
    assert lead.difference.method == "paired t"
    assert "Paired: each lowest unit with itself" in response.content.decode()


def test_the_page_begins_with_something_to_compare_with(client, cast, version):
    client.force_login(cast.chen)
    found = page_of(client, unit=cast.east.pk, period="2026-03").context["found"]
    assert found.asked.unit == cast.city
    client.force_login(cast.wang)
    assert "Compared with what?" in page_of(client, period="2026-03").content.decode()


def test_sides_are_swapped(client, cast, version):
    client.force_login(cast.chen)
    query = {"unit": cast.east.pk, "period": "2026Q1", "with_unit": cast.west.pk}
    swapped = client.get(page_of(client, **query).context["found"].swapped)
    assert "West hall is better than East hall" in swapped.content.decode()


def test_a_hall_beside_cannot_be_the_other_side(client, cast, version):
    client.force_login(cast.wang)
    foreign = page_of(client, unit=cast.east.pk, with_unit=cast.west.pk)
    missing = page_of(client, unit=cast.east.pk, with_unit=10**9)
    assert foreign.status_code == missing.status_code == 404


@pytest.mark.parametrize("period", ["2026Q9", "2026", "all", "nonsense"])
def test_only_a_period_of_the_same_length_is_the_other_side(client, cast, version, period):
    client.force_login(cast.wang)
    asked = page_of(client, unit=cast.east.pk, period="2026-03", with_period=period)
    assert asked.status_code == 404


def test_the_choice_of_the_other_unit_stays_within_reach(client, cast, version):
    client.force_login(cast.chen)
    page = client.get(
        reverse("gaps:compare_units"), {"unit": cast.east.pk, "q": "hall"}
    ).content.decode()
    assert "West hall" in page
    assert f"with_unit={cast.west.pk}" in page
    client.force_login(cast.wang)
    assert "West hall" not in client.get(reverse("gaps:compare_units")).content.decode()


def test_a_unit_is_never_compared_with_itself(client, cast, version):
    client.force_login(cast.chen)
    same = page_of(client, unit=cast.east.pk, period="2026-03", with_unit=cast.east.pk)
    assert same.context["found"].asked.unit == cast.city


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
