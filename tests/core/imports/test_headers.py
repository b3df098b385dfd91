"""Where the names of columns stand, and what the columns are called."""

import pytest

from gapless.core.imports.headers import header_of
from gapless.core.imports.tables import Limits, Reading, UnreadableFile

ROWS = ["1,2026-01-02,5,4,3,fine", "2,2026-01-03,5,4,3,no", "3,2026-01-04,2,4,1,"]
NAMES = "id,day,q1,q2,q3,note"


def header(*lines, reading=Reading(), merged=()):  # noqa: B008  # frozen
    records = [
        (line, tuple(cell.replace("_", " ") for cell in cells.split(",")))
        for line, cells in enumerate(lines, 1)
    ]
    return header_of(records, file="a.csv", reading=reading, limits=Limits(), merged=merged)


def test_the_first_row_holds_the_names():
    found = header(NAMES, *ROWS)

    assert found.names == tuple(NAMES.split(","))
    assert (found.line, found.rows, found.last, found.notes) == (1, 1, 1, ())


@pytest.mark.parametrize("title", ["Survey", "Survey,,,,,", "Survey of,2026,,,,"])
def test_a_title_above_is_passed_over_and_told(title):
    found = header(title, ",,,,,", NAMES, *ROWS)

    assert found.names == tuple(NAMES.split(","))
    assert [(note.code, note.line) for note in found.notes] == [("lines_above", 3)]


def test_names_in_two_rows_are_joined():
    groups, names = "id,day,staff,,,note", ",,fast,kind,right,Open-Ended_Response"
    found = header(groups, names, *ROWS)

    assert found.names[:2] == ("id", "day")
    assert found.names[2:5] == ("staff / fast", "staff / kind", "staff / right")
    assert (found.rows, found.last) == (2, 2)


@pytest.mark.parametrize(
    "rows",
    [
        ["name,comment,", "east,good,yes", "west,bad,no", "south,good,yes"],
        ["hall,q1,", "east,5,4", "west,4,4", "south,3,1"],
        ["q1,q2,q3", "good,bad,good", "bad,good,bad", "good,good,good"],
    ],
)
def test_answers_are_never_taken_for_names(rows):
    assert header(*rows).rows == 1


def test_a_file_without_names_loses_no_row():
    found = header("5,5,3", "1,2,3", "4,5,6")

    assert (found.names, found.rows, found.last) == (("A", "B", "C"), 0, 0)
    assert [note.code for note in found.notes] == ["no_names"]


def test_merged_cells_say_which_rows_hold_names():
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4)]
    found = header("id,day,staff,,,", ",,q1,q2,q3,note", *ROWS, merged=merged)

    assert found.names == ("id", "day", "staff / q1", "staff / q2", "staff / q3", "note")


def test_somebody_may_insist():
    found = header(NAMES, *ROWS, reading=Reading(header_line=2, header_rows=1))
    assert found.names[0] == "1"
    both = header("a,b", "c,d", "1,2", reading=Reading(header_line=1, header_rows=2))
    assert both.names == ("a / c", "b / d")
    with pytest.raises(UnreadableFile):
        header(NAMES, reading=Reading(header_line=9))


def test_names_hold_nothing_that_no_database_does():
    assert header("a\0,b\udcff", "1,2").names == ("a\ufffd", "b\ufffd")
