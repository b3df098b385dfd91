"""What becomes of lines whose quotation marks do not match."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.imports.records import LONGEST, Broken, Line, Record, lines, records

text = st.text(st.characters(codec="utf-8", exclude_characters="\r\0\ufeff"), max_size=8)
rows = st.lists(st.lists(text, min_size=1, max_size=5).filter(any), max_size=8)


def of(content, *, columns=3, delimiter=","):
    every = [Line(n, line) for n, line in enumerate(io.StringIO(content, newline=""), 1)]
    found = records(every, delimiter, columns=columns)
    return [(r.line, r.cells if isinstance(r, Record) else r.code) for r in found]


@given(rows, st.sampled_from(",;\t|，"), st.booleans())
def test_what_a_program_wrote_comes_back_as_it_was(rows, delimiter, every):
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(
        rows
    )
    found = of(out.getvalue(), columns=0, delimiter=delimiter)
    assert [cells for _, cells in found] == rows


@given(st.text(st.sampled_from('a,"\n'), max_size=40))
def test_no_line_is_lost_or_told_twice(content):
    told = [line for line, _ in of(content)]
    assert told == sorted(set(told))
    # A line without a mark outside any frame is a row of its own.
    if '"' not in content:
        assert len(told) == sum(bool(line) for line in content.split("\n"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('1,2,"x"y\n4,5,6\n', [(1, "malformed_quotes"), (2, ["4", "5", "6"])]),
        ('1,2,"x\n4,5,6\n', [(1, "malformed_quotes"), (2, ["4", "5", "6"])]),
        ('1,2,5" x\n', [(1, ["1", "2", '5" x'])]),
        ('1,2,"a ""b"" c"\n', [(1, ["1", "2", 'a "b" c'])]),
        ('1,2,"a\n\nb"\n4,5,6\n', [(1, ["1", "2", "a\n\nb"]), (4, ["4", "5", "6"])]),
        (  # a mark that runs over whole rows: none of them is trusted
            '1,2,"x\n4,5,6\n7,8,y"\n9,9,9\n',
            [
                (1, "malformed_quotes"),
                (2, "malformed_quotes"),
                (3, "malformed_quotes"),
                (4, ["9", "9", "9"]),
            ],
        ),
        (  # the rest of a broken cell is no row
            '1,2,"he said "no\nand, so",3\n4,5,6\n',
            [(1, "malformed_quotes"), (2, "malformed_quotes"), (3, ["4", "5", "6"])],
        ),
    ],
)
def test_a_broken_line_is_broken_alone(content, expected):
    assert of(content) == expected


def test_a_frame_that_never_closes_costs_no_more_than_its_reach():
    content = '1,2,"open\n' + "4,5,6\n" * 1_000
    assert len(of(content)) == 1_001


def test_a_line_too_long_to_hold_is_passed_over(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n1," + "x" * (3 * LONGEST) + "\n3,4\n")
    found = list(records(lines(path, "utf-8"), ",", columns=2))

    assert [type(each) for each in found] == [Record, Broken, Record]
    assert found[1].code == "cell_too_long"
    assert found[2] == Record(3, ["3", "4"])
