import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gapless.core.files.exports import csv_response, disarmed, xlsx_response
from tests.conftest import NINE_AM

# Anything at all, and much more often than by chance what begins a formula.
dangerous = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]
)
invisible = st.text("  \ufeff\u3000\u200b", max_size=3)
text = st.text(max_size=20) | st.builds(
    lambda a, b, c: a + b + c, invisible, dangerous, st.text(max_size=5)
)
FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")


def rows_of(response: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def cells_of(response: HttpResponse) -> list[list[object]]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        .get_sheet_by_index(0)
        .to_python()
    )


@given(text)
def test_no_text_begins_a_formula(words):
    shown = disarmed(words)

    assert not shown.lstrip(" \ufeff\u3000\u200b").startswith(FORMULA)
    assert shown in (words, f"'{words}")


@given(st.lists(st.lists(text, min_size=2, max_size=2), max_size=4))
def test_csv_gives_back_every_cell(rows):
    read = rows_of(csv_response("gaps", ["=a", "b"], rows))

    assert read == [["'=a", "b"], *[[disarmed(cell) for cell in row] for row in rows]]


printable = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    min_size=1,
)


@given(st.lists(printable, min_size=1, max_size=4))
def test_xlsx_cells_are_text_and_never_formulas(words):
    response = xlsx_response("gaps", ["word"], [[word] for word in words])

    assert b"<f>" not in response.content
    assert [row[0] for row in cells_of(response)] == ["word", *map(disarmed, words)]


def test_numbers_stay_numbers():
    row = [-1, 2.5, Decimal("-0.5"), None, date(2026, 3, 2)]

    assert rows_of(csv_response("n", list("abcde"), [row]))[1] == [
        "-1",
        "2.5",
        "-0.5",
        "",
        "2026-03-02",
    ]
    assert cells_of(xlsx_response("n", list("abcde"), [row]))[1] == [
        -1,
        2.5,
        -0.5,
        "",
        date(2026, 3, 2),
    ]


def test_moments_are_the_readers():
    with timezone.override(timezone.get_fixed_timezone(timedelta(hours=8))):
        response = csv_response("n", ["at"], [[NINE_AM]])

    assert rows_of(response)[1] == ["2026-03-02 17:00:00+08:00"]


@pytest.mark.parametrize("respond", [csv_response, xlsx_response])
def test_a_download_has_a_name_in_any_language(respond):
    response = respond("差距.csv", ["a"], [])

    assert response["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''%E5%B7%AE%E8%B7%9D."
    )
