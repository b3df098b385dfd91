"""The home page: units beside their mean, a year, the widest shortfalls, what came in."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from gapless.core.instruments.choices import ItemKind
from gapless.people.org.choices import UnitKind
from tests.conftest import unit
from tests.evaluation.gaps.answering import BAD, FAIR, answer, halls_of, questionnaire

HOME = reverse("home")


@pytest.fixture
def version(cast):
    return questionnaire()


@pytest.fixture
def halls(cast, version):
    return halls_of(cast, version, fair=2)


def read(client, **query):
    response = client.get(HOME, query)
    assert response.status_code == 200
    return response.content.decode()


def strip(page):
    """Each cell of the strip: its ground, and what it says."""
    found = re.search(r'<ul class="strip">.*?</ul>', page, re.DOTALL)
    return (
        re.findall(r'<a class="(h-[a-z0-9]+)" title="([^"]*)"', found[0]) if found else []
    )


# --- The strip ------------------------------------------------------------------------


def test_every_unit_has_a_cell_that_says_how_it_stands(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client)
    cells = strip(page)

    assert len(cells) == 5
    assert [ground for ground, said in cells if said.startswith("Hall 3")] == ["h-s3"]
    assert "1 unit of 5 is clearly below their mean." in page
    assert reverse("gaps:heatmap") in page


def test_a_unit_with_nine_answers_is_a_lock_and_nothing_else(client, cast, halls, version):
    few = unit("Few hall", cast.city)
    answer(version, few, [(7, 1)] * 9)
    client.force_login(cast.chen)
    said = {words.partition(",")[0]: ground for ground, words in strip(read(client))}

    assert said["Few hall"] == "h-hidden"
    assert "−6.00" not in read(client)


def test_of_many_units_those_told_apart_come_first_and_the_rest_is_counted(
    client, cast, version
):
    for number in range(64):
        answer(version, unit(f"Hall {number}", cast.city), FAIR)
    answer(version, unit("Last hall", cast.city), BAD)
    client.force_login(cast.chen)
    page = read(client)

    assert len(strip(page)) == 60
    assert strip(page)[0][1].startswith("Last hall")
    assert "Those told apart come first; 5 more stand in the heat map." in page


def test_a_hall_alone_has_no_strip_and_hears_of_no_other(client, cast, halls):
    client.force_login(cast.wang)
    page = read(client)

    assert strip(page) == []
    assert "Units beside their mean" not in page
    assert "West hall" not in page


# --- The course -----------------------------------------------------------------------


def test_a_year_is_drawn_and_its_change_is_told(client, cast, version):
    for month, pairs in ((1, BAD), (2, FAIR)):
        answer(version, cast.east, pairs, at=datetime(2026, month, 9, tzinfo=UTC))
    client.force_login(cast.wang)
    page = read(client)

    assert "The last twelve months" in page
    assert re.search(r"the gap narrowed by 4\.00 \[3\.\d\d, 4\.\d\d\]", page)


def test_a_unit_where_nobody_answered_the_form_says_what_to_do(
    client, cast, halls, version
):
    new = unit("New hall", cast.city)
    client.force_login(cast.chen)
    page = read(client, unit=new.pk, version=version.pk)

    assert 'class="empty' in page
    assert "The last twelve months" not in page


def test_one_month_alone_is_no_course(client, cast, halls):
    client.force_login(cast.wang)

    assert "The last twelve months" not in read(client)


# --- The widest shortfalls ----------------------------------------------------------------


def test_the_widest_shortfalls_say_how_surely_they_are(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client)

    assert page.count("One of the 3 widest with probability 0.7") == 3


# --- What came in ---------------------------------------------------------------------


def test_numbers_only_people_see_counts_and_never_single_answers(client, cast, halls):
    client.force_login(cast.wang)
    page = read(client)

    assert "What came in" in page
    assert "40 answers" in page
    assert "The last answers" not in page


def test_who_may_read_answers_sees_the_last_of_them(client, cast, halls):
    client.force_login(cast.qian)
    page = read(client)
    last = page.partition("The last answers")[2]

    assert last.count("Hall questionnaire") >= 5
    assert "03-02 " in last


def test_few_answers_are_not_even_counted(client, cast, version):
    answer(version, cast.east, [(7, 5)] * 9)
    client.force_login(cast.wang)
    page = read(client)

    assert "9 answers" not in page
    assert "Too few answers to say how many came from where." in page


def test_a_form_without_expectations_says_what_was_found(client, cast):
    version = questionnaire(kind=ItemKind.SCORE)
    for hall in (cast.east, cast.west, unit("Third hall", cast.city)):
        answer(version, hall, FAIR)
    client.force_login(cast.chen)
    page = read(client)

    assert len(strip(page)) == 3
    assert "One of the" not in page


# --- Cost ---------------------------------------------------------------------------------


def test_there_is_no_query_for_each_unit(
    client, cast, version, django_assert_max_num_queries
):
    for region in range(6):
        above = unit(f"Region {region}", cast.city, UnitKind.REGION)
        for number in range(8):
            answer(version, unit(f"Hall {region} {number}", above), FAIR)
    client.force_login(cast.chen)
    read(client)

    with django_assert_max_num_queries(140):
        assert len(strip(read(client))) == 48
