"""What a map may say beyond the gap: missing codes, and kinds that only analysing reads."""

import pytest

from tests.cli.desk import FORM, PEOPLE

MISSING = "\n".join(
    f"{line},{'missing' if at == 0 else '0|9' if line.startswith('p1,') else ''}"
    for at, line in enumerate(FORM.splitlines())
)
FURTHER = FORM + (
    "k1f,functional,hotline,\n"
    "k1d,dysfunctional,hotline,\n"
    "i1,importance,clean,tangibles\n"
    "s1,satisfaction,clean,tangibles\n"
    "recommend,nps,,\n"
    "weight,sample_weight,,\n"
)


@pytest.mark.parametrize("cell", ["0", " 9 "])
def test_a_missing_code_is_no_answer(desk, cell):
    coded = PEOPLE.replace("7,5,", f"7,{cell},", 1)

    assert desk.json(coded, MISSING) == desk.json(PEOPLE.replace("7,5,", "7,,", 1))


def test_a_missing_code_counts_in_its_column_alone(desk):
    assert desk.json(PEOPLE.replace("7,5,6,6", "7,5,9,6", 1), MISSING)["items"][1]["n"] == 3
    assert desk.json(PEOPLE.replace("7,5,6,6", "7,5,9,6", 1))["items"][1]["expectation"] > 7


def test_the_gap_table_passes_over_what_only_analysing_reads(desk):
    """These columns need not even be in the file."""
    assert desk.json(PEOPLE, FURTHER) == desk.json()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("k1f,functional,hotline,\n", "line 11: item “hotline” has a functional question"),
        ("k1d,dysfunctional,hotline,\n", "line 11: item “hotline” has a dysfunctional"),
        ("k1f,functional,,\n", "line 11: column “k1f” has no item"),
        ("i1,importance,view,\n", "line 11: item “view” has an importance, but neither"),
        (
            "s1,satisfaction,clean,care\n",
            "line 11: item “clean” is in dimension “care” here and in “tangibles” on",
        ),
        (
            "s1,satisfaction,clean,tangibles\ns2,satisfaction,clean,tangibles\n",
            "line 12: item “clean” has its satisfaction on line 11 already",
        ),
        (
            "w1,sample_weight,,\nw2,case_weight,,\n",
            "line 12: “w2” is a second weight of the answers; line 11 has the first",
        ),
    ],
)
def test_a_map_that_says_half_is_refused_by_line(desk, line, told):
    assert any(told in sentence for sentence in desk.refused(PEOPLE, FORM + line))
