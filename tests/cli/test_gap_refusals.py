"""Bad input ends with 2, one sentence per problem, and never a traceback."""

import pytest

from tests.cli.desk import FORM, PEOPLE


@pytest.mark.parametrize(
    "wrong", [["--where", "hall"], ["--scale", "7-1"], ["--scale", "7"], ["--scal"]]
)
def test_a_wrong_option_ends_with_2(wrong, desk):
    with pytest.raises(SystemExit) as ended:
        desk.run(PEOPLE, FORM, *wrong)

    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("column,kind\np1,perception\n", "form.csv has no column “item”"),
        (FORM + "p9,feeling,,\n", "form.csv line 11: “feeling” is no kind"),
        (FORM + "p1,ignore,,\n", "line 11: column “p1” is listed on line 3 already"),
        (FORM + ",ignore,,\n", "line 11 names no column"),
        (FORM + "p5,perception,,care\n", "line 11: column “p5” has no item"),
        (
            FORM + "p5,perception,prompt,care\n",
            "item “prompt” has its perception on line 7",
        ),
        (
            FORM + "e5,expectation,light,care\n",
            "line 11: item “light” has an expectation and no",
        ),
        (
            FORM + "p5,perception,light,care\n",
            "line 11: item “light” has a perception and no",
        ),
        (
            FORM.replace("p1,perception,clean,tangibles", "p1,perception,clean,care"),
            "line 2:",
        ),
        ("column,kind,item,dimension\nhall,unit,,\n", "form.csv lists no perception"),
        (FORM + "w1,weight,,\n", "line 11: weight “w1” has no dimension"),
        (FORM + "w1,weight,,speed\n", "line 11: no item is in dimension “speed”"),
        (
            FORM + "w1,weight,,care\nw2,weight,,care\n",
            "line 12: dimension “care” has its weight",
        ),
        (FORM + "w1,weight,,care\n", "gives dimension “tangibles” no weight"),
        (
            FORM + "colour,overall,,\n",
            "line 11 maps column “colour”, which people.csv does not",
        ),
        ("column,kind,item,dimension\np1,perception\n", "form.csv line 2 has 2 cells"),
    ],
)
def test_a_wrong_map_is_refused_by_line(desk, form, told):
    assert any(told in sentence for sentence in desk.refused(PEOPLE, form))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("good", "people.csv line 2, column “p1”: “good” is not a number"),
        ("3.5", "people.csv line 2, column “p1”: “3.5” is not a whole number"),
        ("20260302", "people.csv line 2, column “p1”: “20260302” is on no rating scale"),
        ("9" * 5000, f"“{'9' * 40}” is on no rating scale"),
        ("５", "“５” is not a number"),
        ("nan", "“nan” is not a number"),
    ],
)
def test_a_wrong_answer_is_refused_by_line_and_column(desk, cell, told):
    people = PEOPLE.replace("7,5,", f"7,{cell},", 1)

    (sentence,) = desk.refused(people)
    assert told in sentence


@pytest.mark.parametrize("cell", ["5.0", " 5 ", "+5", "05"])
def test_a_whole_number_may_be_written_in_several_ways(desk, cell):
    assert desk.json(PEOPLE.replace("7,5,", f"7,{cell},", 1)) == desk.json()


def test_an_answer_outside_the_given_scale_is_refused(desk):
    sentences = desk.refused(PEOPLE, FORM, "--scale", "1-6")

    assert len(sentences) == 4
    assert "people.csv line 2, column “e1”: “7” is outside the scale 1-6" in sentences[0]


def test_a_wrong_row_that_is_filtered_out_does_no_harm(desk):
    people = PEOPLE + "good,,,,,,,,North\n"

    assert desk.json(people, FORM, "--where", "hall=West")["rows"] == 2


def test_a_weight_that_is_none_is_refused(desk):
    people = "p1,w1\n5,many\n4,-1\n"
    form = "column,kind,item,dimension\np1,perception,1,d\nw1,weight,,d\n"

    assert [line.split("”")[0] for line in desk.refused(people, form)] == [
        "people.csv line 2, column “w1",
        "people.csv line 3, column “w1",
    ]


def test_all_problems_of_both_files_are_told(desk):
    form = "column,kind\np1,feeling\n"

    sentences = desk.refused(desk.folder / "absent.csv", form)

    assert sentences[0] == "absent.csv does not exist; check the path."
    assert len(sentences) == 3


def test_ragged_rows_and_wrong_answers_are_told_together(desk):
    assert len(desk.refused(PEOPLE + "1,2\n" + "x,1,1,1,1,1,1,1,East\n")) == 2


def test_only_the_first_twenty_of_many_problems_are_told(desk):
    sentences = desk.refused(
        "p1\n" + "x\n" * 1000, "column,kind,item,dimension\np1,perception,1,d\n"
    )

    assert len(sentences) == 21
    assert sentences[-1] == "and 980 more."


def test_a_condition_on_an_absent_column_is_refused(desk):
    (sentence,) = desk.refused(PEOPLE, FORM, "--where", "colour=red")

    assert "people.csv has no column “colour” for --where" in sentence
