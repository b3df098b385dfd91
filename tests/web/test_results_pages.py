"""Results through a browser's eyes: numbers, comments, single answers and files."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pyreadstat
import pytest
from django.urls import reverse
from python_calamine import load_workbook

from gapless.analytics.answers import NOT_APPLICABLE, UNANSWERED
from gapless.core.audit.models import Event
from gapless.core.instruments.queries import wrong_cells
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState
from gapless.evaluation.campaigns.models import Invitation
from gapless.evaluation.campaigns.sav import Format, Variable, write_sav
from tests.conftest import NINE_AM
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.answering import answer, answers, asking, way_in
from tests.web.signing_in import freshly

DAYS = (date(2026, 3, 1) - date(1970, 1, 1)).days


@pytest.fixture
def campaign(cast):
    return asking(cast)


def url(name, campaign, *more, **query):
    return reverse(f"results:{name}", args=[campaign.pk, *more], query=query or None)


def whole(n):
    """An answer to everything."""
    return {
        ("T1", 0): 7,
        ("T1", 1): 5,
        ("S1", 0): 2,
        ("Z1", 0): 3,
        ("Z1", 1): 7,
        ("Z1", 2): 5,
        ("sat", 0): 4 if n % 2 else 2,
        ("easy", 0): 6,
        ("nps", 0): 9 if n % 2 else 3,
        ("why", 0): n % 3,
        ("did", 0): 1,
        ("did", 1): n % 2,
        ("did", 2): 0,
        ("min", 0): 105,
        ("day", 0): DAYS + n,
        ("w", 0): 40,
    }


def page_of(client, person, address):
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_every_question_is_told_with_its_interval(client, cast, campaign):
    for n in range(20):
        answer(campaign, cast.east, whole(n))
    page = page_of(client, cast.sun, url("overview", campaign))

    # 10 of 20: Wilson 29.9 % to 70.1 %, as R's prop.test(10, 20, correct = FALSE) says.
    assert page.count("[29.9%, 70.1%]") >= 3
    assert "Satisfied: 4 to 5 on a scale of 1 to 5." in page
    assert "Finding it easy: 5 to 7 on a scale of 1 to 7." in page
    assert "NPS" in page
    assert "Within the zone of tolerance" in page
    assert "all answers alike, so no interval" in page
    assert "Mean points of 100" in page
    assert "2026-03-1" in page  # the mean day, 9.5 days on
    assert "Self-selected 20" in page


def test_below_the_threshold_the_page_says_so_and_nothing_else(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5] * 9)
    page = page_of(client, cast.sun, url("overview", campaign))

    assert "Too few answers to show" in page
    assert "100.0%" not in page
    table = client.get(url("table_csv", campaign)).content.decode("utf-8-sig")
    assert len(table.splitlines()) == 1


def test_a_campaign_that_nobody_answered_says_what_to_do(client, cast, campaign):
    page = page_of(client, cast.sun, url("overview", campaign))

    assert "No answers to show yet" in page
    assert reverse("campaigns:collectors", args=[campaign.pk]) in page


def test_the_funnel_counts_how_far_people_came(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5] * 12)
    answers(campaign, cast.east, "sat", [4] * 2, state=ResponseState.PARTIAL)
    invitations = way_in(campaign, CollectorKind.INVITATION)
    Invitation.objects.bulk_create(
        Invitation(
            campaign=campaign,
            collector=invitations,
            unit=cast.east,
            made_at=NINE_AM,
            state=state,
        )
        for state in ["sent"] * 6 + ["failed"] * 2 + ["suppressed"]
    )
    page = " ".join(page_of(client, cast.sun, url("overview", campaign)).split())

    assert '<span>On the list</span><b class="num">9</b><small>1 not asked</small>' in page
    assert '<span>Delivered</span><b class="num">6</b><small>2 failed</small>' in page
    assert '<span>Complete</span><b class="num">12</b>' in page
    assert '<span>Partial</span><b class="num">2</b>' in page
    assert '<span>In the numbers</span><b class="num">14</b>' in page
    assert "Response rate <b>0.0%</b>" in page


def test_while_it_is_in_the_field_the_funnel_renews_itself(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5])
    client.force_login(cast.sun)
    fragment = client.get(url("overview", campaign), headers={"HX-Request": "true"})

    assert b"<html" not in fragment.content
    assert b'id="standing"' in fragment.content


def test_units_and_months_narrow_and_one_hidden_unit_hides_its_neighbour(
    client, cast, campaign
):
    answers(campaign, cast.east, "sat", [5] * 12)
    answers(campaign, cast.west, "sat", [1] * 4)
    page = page_of(client, cast.sun, url("overview", campaign))
    assert page.count("Withheld") >= 2
    east = page_of(client, cast.sun, url("overview", campaign, unit=cast.east.pk))
    assert "100.0%" in east
    west = page_of(client, cast.sun, url("overview", campaign, unit=cast.west.pk))
    assert "Too few answers to show" in west
    later = page_of(client, cast.sun, url("overview", campaign, period="2026-04"))
    assert "No answers to show yet" in later


def test_a_hall_sees_its_own_numbers_and_no_other(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5] * 12)
    answers(campaign, cast.west, "sat", [1] * 12)
    client.force_login(cast.zhao)
    assert client.get(url("overview", campaign, unit=cast.east.pk)).status_code == 404
    page = client.get(url("overview", campaign)).content.decode()
    assert "12 answers count." in page
    assert "East hall" not in page


def test_flagged_answers_can_be_left_out_and_both_numbers_are_said(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5] * 15)
    answers(campaign, cast.east, "sat", [1] * 10, circumstances=frozenset({"speeding"}))
    page = page_of(client, cast.sun, url("overview", campaign))
    assert "25 answers count." in page
    assert "10 answers raised a flag." in page
    without = page_of(client, cast.sun, url("overview", campaign, flagged="without"))
    assert "15 answers count." in without
    assert "100.0%" in without


def test_so_few_flagged_answers_stay_in(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5] * 15)
    answers(campaign, cast.east, "sat", [1] * 3, circumstances=frozenset({"repeated"}))
    page = page_of(client, cast.sun, url("overview", campaign, flagged="without"))
    assert "18 answers count." in page
    assert "leaving out so few" in page


def test_an_item_that_hardly_applies_is_up_for_review(client, cast, campaign):
    answers(campaign, cast.east, "easy", [6, 7] * 6 + [NOT_APPLICABLE] * 4)
    page = page_of(client, cast.sun, url("overview", campaign))
    assert "25.0% said that it does not apply to them." in page
    assert "review the question" in page


def test_only_the_campaigns_own_answers_count(client, cast, campaign):
    answers(campaign, cast.east, "sat", [5] * 12)
    other = fielding.in_the_field(cast, campaign.version, name={"en": "Autumn"})
    answers(other, cast.east, "sat", [1] * 12)
    page = page_of(client, cast.sun, url("overview", campaign))
    assert "12 answers count." in page


# --- Comments -------------------------------------------------------------------------


def write(campaign, unit, words, sat=3, **more):
    return answer(campaign, unit, {("sat", 0): sat}, texts={"words": words}, **more)


def test_comments_are_read_redacted_searched_and_sorted_by_judgement(
    client, cast, campaign
):
    answers(campaign, cast.east, "sat", [4] * 12)
    write(campaign, cast.east, "Call me: 13812345678", sat=1)
    write(campaign, cast.east, "Lovely hall", sat=5, at=NINE_AM + timedelta(days=1))
    page = page_of(client, cast.chen, url("comments", campaign))
    assert "Call me: [telephone number]" in page
    assert "13812345678" not in page
    assert page.index("Lovely") < page.index("Call me")
    found = page_of(client, cast.chen, url("comments", campaign, q="CALL"))
    assert "Call me" in found
    assert "Lovely" not in found
    assert "No comment fits" in page_of(
        client, cast.chen, url("comments", campaign, q="138123")
    )
    low = page_of(client, cast.chen, url("comments", campaign, score="low"))
    assert "Call me" in low
    assert "Lovely" not in low


def test_too_few_answers_show_no_comment(client, cast, campaign):
    write(campaign, cast.east, "Lovely hall")
    page = page_of(client, cast.chen, url("comments", campaign))
    assert "Too few answers to show comments" in page
    assert "Lovely" not in page


def test_a_comment_from_a_small_unit_does_not_name_it(client, cast, campaign):
    answers(campaign, cast.east, "sat", [4] * 12)
    write(campaign, cast.west, "Lonely here")
    page = page_of(client, cast.chen, url("comments", campaign))
    assert "unit withheld" in page


def test_chinese_comments_are_found(client, cast, campaign):
    answers(campaign, cast.east, "sat", [4] * 12)
    write(campaign, cast.east, "排队太久了")
    assert "排队太久了" in page_of(client, cast.chen, url("comments", campaign, q="排队"))


def test_comments_leave_as_a_file_and_that_is_written_down(client, cast, campaign):
    answers(campaign, cast.east, "sat", [4] * 12)
    write(campaign, cast.east, "=1+1")
    client.force_login(cast.chen)
    freshly(client)
    response = client.post(url("comments_export", campaign), {"format": "csv"})
    assert "'=1+1" in response.content.decode("utf-8-sig")
    assert Event.objects.get(type="answers.exported").facts["rows"] == 1


# --- Answers --------------------------------------------------------------------------


def test_single_answers_are_not_for_executives(client, cast, campaign):
    row = answer(campaign, cast.east, whole(1))
    client.force_login(cast.sun)
    assert client.get(url("answers", campaign)).status_code == 403
    assert client.get(url("answer", campaign, row.pk)).status_code == 403
    assert client.get(url("comments", campaign)).status_code == 403


def test_the_list_is_narrowed_by_state_flag_and_day(client, cast, campaign):
    answers(campaign, cast.east, "sat", [4])
    answers(campaign, cast.west, "sat", [2], circumstances=frozenset({"speeding"}))
    client.force_login(cast.qian)

    def told(**query):
        return len(client.get(url("answers", campaign, **query)).context["rows"])

    assert told() == 2
    assert told(flag="any") == told(flag="speeding") == told(unit=cast.west.pk) == 1
    assert told(flag="repeated") == told(state="withdrawn") == told(excluded="yes") == 0
    assert told(day="2026-03-02") == 2
    assert told(day="2026-03-03") == 0
    assert told(collector=way_in(campaign).pk) == 2


def test_an_answer_is_told_in_words(client, cast, campaign):
    row = answer(
        campaign,
        cast.east,
        whole(1) | {("easy", 0): NOT_APPLICABLE, ("nps", 0): UNANSWERED},
        texts={"words": "ID 11010519491231002X"},
        circumstances=frozenset({"speeding"}),
    )
    page = page_of(client, cast.qian, url("answer", campaign, row.pk))
    for words in (
        "Tidy hall · Expected",
        "7 of 1 to 7",
        "does not apply",
        "Open",
        "10.5",
        "2026-03-02",
        "ID [identity number]",
        "less than two seconds a question",
    ):
        assert words in page, words


def test_excluding_needs_a_reason_and_the_cells_follow(client, cast, campaign):
    rows = answers(campaign, cast.east, "sat", [5] * 11)
    client.force_login(cast.chen)
    address = url("exclusion", campaign, rows[0].pk)
    assert client.post(address, {"reason": " "}).status_code == 400
    client.post(address, {"reason": "Test by staff"})
    page = client.get(url("overview", campaign)).content.decode()
    assert "10 answers count." in page
    assert "1 excluded" in page
    assert "Test by staff" in client.get(url("answers", campaign)).content.decode()
    assert not list(wrong_cells(campaign.version))
    client.post(url("restoration", campaign, rows[0].pk))
    assert "11 answers count." in client.get(url("overview", campaign)).content.decode()
    assert not list(wrong_cells(campaign.version))


def test_erasing_asks_who_is_there_and_leaves_nothing(client, cast, campaign):
    rows = answers(campaign, cast.east, "sat", [5] * 11)
    client.force_login(cast.chen)
    address = url("erasure", campaign, rows[0].pk)
    assert "reauthenticate" in client.get(address).url
    freshly(client)
    assert "It cannot be brought back" in client.get(address).content.decode()
    client.post(address, {"reason": "The customer asked"})
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].answer) == (ResponseState.ERASED, None)
    assert "10 answers count." in client.get(url("overview", campaign)).content.decode()
    assert not list(wrong_cells(campaign.version))


# --- Files ----------------------------------------------------------------------------


def test_the_results_as_a_table_are_the_numbers_of_the_page(client, cast, campaign):
    answers(campaign, cast.east, "nps", [9] * 19 + [7] * 9 + [6] * 8)
    client.force_login(cast.sun)
    text = client.get(url("table_csv", campaign)).content.decode("utf-8-sig")
    rows = {row["Figure"]: row for row in csv.DictReader(io.StringIO(text))}
    assert float(rows["NPS"]["Estimate"]) == pytest.approx(11 / 36)
    assert float(rows["NPS"]["Interval to"]) == pytest.approx(0.535318, abs=5e-7)
    assert rows["NPS"]["How people were chosen"] == "Self-selected"
    sheet = client.get(url("table_xlsx", campaign))
    assert sheet.content[:2] == b"PK"


def test_answers_leave_as_csv_xlsx_and_spss_without_who_gave_them(
    client, cast, campaign, tmp_path
):
    long = "很长的意见。" * 100
    answer(campaign, cast.east, whole(1), texts={"words": long})
    answer(
        campaign,
        cast.west,
        whole(2) | {("easy", 0): NOT_APPLICABLE, ("nps", 0): UNANSWERED},
        texts={"words": "=cmd|'/c calc'!A0"},
    )
    client.force_login(cast.qian)
    freshly(client)
    address = url("export", campaign)
    assert "2 answers" in client.get(address).content.decode()

    text = client.post(address, {"format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["T1.e"] for row in rows] == ["7", "7"]
    assert [row["easy"] for row in rows] == ["6", "NA"]
    assert [row["why"] for row in rows] == ["Open", "Ask"]
    assert rows[1]["words"].startswith("'=")

    book = load_workbook(io.BytesIO(client.post(address, {"format": "xlsx"}).content))
    assert book.sheet_names == ["Answers", "Codebook"]
    codes = {row[0]: row for row in book.get_sheet_by_name("Codebook").to_python()}
    assert codes["sat"][3] == "1 to 5; 1 = very dissatisfied; 5 = very satisfied"

    file = tmp_path / "answers.sav"
    file.write_bytes(client.post(address, {"format": "sav"}).content)
    data, about = pyreadstat.read_sav(file, output_format="dict", user_missing=True)
    assert list(data["easy"]) == [6, 998]
    assert about.missing_ranges["easy"] == [{"lo": 998, "hi": 998}]
    assert list(data["nps"]) == [9, None]
    assert list(data["words"]) == [long, "=cmd|'/c calc'!A0"]
    assert list(data["min"]) == [10.5, 10.5]
    assert list(data["day"]) == [date(2026, 3, 2), date(2026, 3, 3)]
    assert about.variable_value_labels["why"][1.0] == "Open"
    assert about.column_names_to_labels["T1.p"] == "Tidy hall · Perceived"
    assert Event.objects.filter(type="answers.exported").count() == 3


def test_an_spss_file_takes_chinese_names_and_awkward_codes(tmp_path):
    names = ["编号", "1st", "q-1", "q.1", "Q_1", "a" * 90]
    variables = [Variable(name, name) for name in names]
    variables.append(Variable("意见", "意见", Format.TEXT))
    columns = [[1.0]] * len(names) + [["好" * 500]]
    file = tmp_path / "names.sav"
    file.write_bytes(write_sav(variables, columns, now=datetime(2026, 3, 2, tzinfo=UTC)))
    data, about = pyreadstat.read_sav(file, output_format="dict")
    assert about.column_names[:5] == ["编号", "v_1st", "q_1", "q.1", "Q_1_2"]
    assert about.column_labels[:2] == ["编号", "1st"]
    assert list(data["意见"]) == ["好" * 500]
