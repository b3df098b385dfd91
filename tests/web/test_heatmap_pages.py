"""The heat map through a browser's eyes: what is said, to whom, and what is withheld."""

import csv
import io
import re

import pytest
from django.urls import reverse

from gapless.core.instruments.choices import ItemKind
from gapless.web.gaps import heatmap
from tests.conftest import unit
from tests.evaluation.gaps.answering import BAD, FAIR, answer, halls_of, questionnaire

HEAT, CELL, CSV = (reverse(f"gaps:heatmap{end}") for end in ("", "_cell", "_csv"))


@pytest.fixture
def version(cast):
    return questionnaire()


@pytest.fixture
def halls(cast, version):
    """Beside East and West five more halls: the fourth far below, the fifth silent."""
    return [*halls_of(cast, version, fair=3), unit("Hall 5", cast.city)]


def read(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200, url
    return response.content.decode()


def read_csv(client, **query):
    content = client.get(CSV, query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def grounds(page, name):
    """The classes of a unit's cells, as the table shows them."""
    row = re.search(rf'title="{name} · .*?</tr>', page, re.DOTALL)
    assert row, name
    return re.findall(r'<a class="(h-[a-z0-9]+)"', row[0])


# --- What is said ---------------------------------------------------------------------


def test_a_sentence_says_how_many_are_told_apart_and_who_is_called_out(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client, HEAT)

    assert "1 unit of 6 is clearly below their mean." in page
    assert "Almost surely among the lowest 1:" in page
    assert grounds(page, "Hall 4") == ["h-s3"] * 3
    assert "Overall" in page
    assert "Reliability" in page


def test_a_cell_says_raw_mean_interval_and_n(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client, HEAT)

    assert re.search(
        r"Hall 4, Reliability: much lower, −5\.\d\d \[−5\.\d\d, −5\.\d\d\]\n"
        r"raw mean −5\.50, n 40",
        page,
    )


def test_units_without_an_answer_are_named_and_told_what_to_do(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client, HEAT)

    assert "1 unit without an answer" in page
    assert ">Hall 5</a>" in page
    assert "Ask their customers" in page
    assert 'title="Hall 5 · ' not in page
    assert grounds(read(client, HEAT, q="Hall 5"), "Hall 5") == ["h-none"] * 3


def test_what_units_are_held_against_can_be_chosen_and_is_remembered(client, cast, halls):
    client.force_login(cast.chen)

    assert "6 units of 6 clearly fall short" in read(client, HEAT, against="zero")
    assert "6 units of 6 clearly fall short" in read(client, HEAT)
    target = read(client, HEAT, against="target", target="−3")
    assert "1 unit of 6 is clearly below the target of −3.00." in target
    wrong = read(client, HEAT, against="target", target="three")
    assert "“three” is no number of scale points" in wrong
    assert "clearly below their mean" in wrong


def test_columns_are_items_where_that_is_asked_for(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client, HEAT, columns="items")

    assert grounds(page, "Hall 4") == ["h-s3"] * 5
    assert '<abbr title="Item R1">R1</abbr>' in page


def test_a_form_without_dimensions_or_expectations_has_its_own_columns(client, cast, halls):
    found = questionnaire("found", kind=ItemKind.SCORE)
    for hall, pairs in ((cast.east, FAIR), (cast.west, FAIR), (halls[0], BAD)):
        answer(found, hall, pairs)
    client.force_login(cast.chen)
    page = read(client, HEAT, version=found.pk)

    assert "n 40" in page
    assert "Against what customers expect" not in page
    assert grounds(page, "Hall 1")


# --- Order, search, pages ----------------------------------------------------------------


def names(page):
    return re.findall(r'title="([^"]*) · [^"]*">', page)


def test_sorting_puts_what_is_withheld_last_either_way(client, cast, halls, version):
    answer(version, halls[4], [(7, 1)] * 9)
    client.force_login(cast.chen)

    for sort in ("overall", "-overall", "n", "rank", "-reliability"):
        page = read(client, HEAT, sort=sort)
        withheld = [grounds(page, name)[0] == "h-hidden" for name in names(page)]
        assert withheld == sorted(withheld), sort
        assert withheld[-1], sort
    assert names(read(client, HEAT, sort="overall"))[0] == "Hall 4"
    assert names(read(client, HEAT, sort="-name"))[0] == "West hall"


def test_a_search_shows_what_fits_and_says_when_nothing_does(client, cast, halls):
    client.force_login(cast.chen)

    assert names(read(client, HEAT, q="hall 2")) == ["Hall 2"]
    nothing = read(client, HEAT, q="<b>x")
    assert "No unit below City has “&lt;b&gt;x” in its name or code." in nothing


def test_a_search_moves_no_estimate(client, cast, halls):
    client.force_login(cast.chen)
    whole, alone = read(client, HEAT), read(client, HEAT, q="Hall 4")
    said = re.compile(r'title="(Hall 4, Overall[^"]*)"')

    assert said.findall(whole) == said.findall(alone) != []


# --- Withheld ----------------------------------------------------------------------------


def test_nine_answers_are_on_no_page_and_in_no_file(client, cast, halls, version):
    answer(version, halls[4], [(7, 1)] * 9)
    client.force_login(cast.chen)
    page = read(client, HEAT)
    rows = [row for row in read_csv(client) if row["Unit"] == "Hall 5"]

    assert "−6.00" not in page
    assert len(rows) == 3
    for row in rows:
        assert row["State"] == "withheld"
        for column in ("n", "Raw mean", "Estimate", "Interval from", "Rank from"):
            assert row[column] == ""
    drawer = read(client, CELL, row=halls[4].pk, of="overall")
    assert "nothing is shown, so that nobody can be recognised" in drawer


def test_each_sees_the_units_of_their_own_reach(client, cast, halls):
    client.force_login(cast.wang)
    page = read(client, HEAT)

    assert "There is nothing to compare here" in page
    assert "West hall" not in page
    assert client.get(HEAT, {"unit": cast.city.pk}).status_code in (403, 404)
    assert client.get(CELL, {"row": cast.west.pk, "of": "overall"}).status_code == 404


# --- One cell, the files ------------------------------------------------------------------


def test_a_cell_opens_as_a_drawer_and_by_itself(client, cast, halls):
    client.force_login(cast.chen)
    query = {"row": halls[3].pk, "of": "dimension:reliability"}
    page = read(client, CELL, **query)
    fragment = client.get(CELL, query, headers={"HX-Request": "true"}).content.decode()

    for words in ("Hall 4", "Why not the raw mean", "Rank", "below the mean of the units"):
        assert words in page
        assert words in fragment
    assert "<html" not in fragment
    evidence = re.search(r'btn-primary btn-sm" href="([^"]*)"', fragment)
    assert evidence
    assert "−5.50" in read(client, evidence[1].replace("&amp;", "&"))


@pytest.mark.parametrize(
    "query", [{"row": "x"}, {"row": 10**9}, {"of": "item:ZZ"}, {"of": "nothing"}]
)
def test_a_cell_that_does_not_exist_is_not_found(client, cast, halls, query):
    client.force_login(cast.chen)

    whole = {"row": halls[3].pk, "of": "overall", **query}
    assert client.get(CELL, whole).status_code == 404


def test_the_file_holds_every_unit_in_every_column_unrounded(client, cast, halls):
    client.force_login(cast.chen)
    rows = read_csv(client)
    worst = next(r for r in rows if r["Unit"] == "Hall 4" and r["Level"] == "overall")

    assert len(rows) == 7 * 3
    assert float(worst["Raw mean"]) == -5.5
    assert -5.5 < float(worst["Estimate"]) < -5.4
    assert (worst["Rank from"], worst["Rank to"], worst["Ranked units"]) == ("6", "6", "6")
    assert worst["Above it"] == "City"
    sheet = client.get(reverse("gaps:heatmap_xlsx"))
    assert sheet.content[:2] == b"PK"


# --- Empty, and large ---------------------------------------------------------------------


def test_without_answers_the_page_says_what_is_needed(client, cast):
    client.force_login(cast.chen)

    assert "No answers yet" in read(client, HEAT)


def test_a_period_without_answers_offers_all_time(client, cast, halls):
    client.force_login(cast.chen)
    page = read(client, HEAT, period="2019")

    assert "Nobody answered in this period" in page


def test_there_is_no_query_for_each_unit(
    client, cast, halls, version, django_assert_max_num_queries
):
    for number in range(60):
        answer(version, unit(f"Further {number}", cast.city), FAIR)
    client.force_login(cast.chen)
    client.get(HEAT)

    with django_assert_max_num_queries(45):
        page = read(client, HEAT)
    assert "1 to 50 of 66" in page
    assert len(names(page)) == 50


def test_every_unit_is_printed_up_to_a_limit_that_is_said(
    client, cast, version, monkeypatch
):
    for number in range(58):
        answer(version, unit(f"Further {number}", cast.city), FAIR)
    client.force_login(cast.chen)
    page, whole = read(client, HEAT), read(client, HEAT, printed="all")
    assert "printed=all" in page
    assert "This is one page of several." in page
    assert len(names(whole)) == 58
    assert "data-print" in whole

    monkeypatch.setattr(heatmap, "PRINTED_AT_MOST", 40)
    first = read(client, HEAT, printed="all")
    assert len(names(first)) == 40
    assert "The first 40 of 58 units" in first
