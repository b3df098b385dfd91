"""Totals, averages and signatures are told as what they are, and answers stay answers."""

import pytest

from gapless.core.imports.mending import marked
from gapless.core.imports.tables import Problem, Row, Table
from gapless.core.imports.totals import answers_alone

HEADER = ("no", "hall", "day", "score", "amount")
SOUND = ("1", "East", "2026-03-01", "4", "1,200")


def told(*rows, header=HEADER):
    lines = [Row(line, row) for line, row in enumerate(rows, 2)]
    found = list(answers_alone(Table("a.csv", header, lines)).lines)
    return [line.line for line in found if isinstance(line, Problem)]


@pytest.mark.parametrize(
    "row",
    [
        ("合计", "", "", "3.5", "72,000"),
        ("", "总计：", "", "", "72000"),
        (" 小計 ", "", "", "3.5", ""),
        ("Grand total", "", "", "180", "¥72,000.50"),
        ("TOTAL", "", "", "80%", ""),
        ("制表人：张三", "", "", "审核：李四", ""),
        ("Checked by: Li", "", "", "", ""),
    ],
)
def test_what_stands_below_the_answers_is_none_of_them(row):
    assert told(SOUND, row) == [3]


def test_averages_below_a_total_go_with_it_and_alone_they_are_a_word():
    average = ("Average", "", "", "3.5", "1200")
    assert told(SOUND, ("Total", "", "", "180", ""), average) == [3, 4]
    assert told(SOUND, average) == []


@pytest.mark.parametrize(
    "row",
    [
        SOUND,
        ("Total", "East", "2026-03-01", "4", "1200"),  # a brand of petrol stations
        ("Total", "East", "", "4", "1200"),
        ("合计过高", "", "", "4", ""),
        ("Total: too high for what one gets", "East", "", "4", ""),
        ("", "", "", "", ""),
    ],
)
def test_an_answer_that_begins_like_one_stays_an_answer(row):
    assert told(SOUND, row) == []


def test_a_total_that_comes_back_among_mended_rows_is_still_one():
    header = (*marked(7, ["Line", "What is wrong"]), *HEADER)
    assert told(("62", "no day", "合计", "", "", "3", "72000"), header=header) == [2]


def test_what_it_held_is_kept_so_that_it_can_be_shown():
    total = ("合计", "", "", "3", "72000")
    table = Table("a.csv", HEADER, [Row(9, total)])
    (found,) = answers_alone(table).lines
    assert (found.code, found.line, found.cells) == ("total_row", 9, total)
