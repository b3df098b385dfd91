"""A row for each answered item: answers are gathered, and every row is accounted for."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.imports import long_tables
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.long_tables import item_names, wide_header, widened
from gapless.core.imports.mapping import Column, FileMap, Long, Scale
from gapless.core.imports.queries import batches
from gapless.core.imports.rows import Accepted, Passed, Rejected, outcomes
from gapless.core.imports.suggestions import suggested
from gapless.core.imports.tables import Problem, Row, Table, UnreadableFile
from gapless.core.instruments.choices import ItemKind

NOW = datetime(2026, 4, 1, tzinfo=UTC)
LONG = Long("question", "score")
HEADER = ("respondent", "hall", "question", "score")


@dataclass(frozen=True)
class Hall:
    pk: int
    time_zone: str = "Asia/Shanghai"


HALLS = {"east": Hall(1), "west": Hall(2)}
MAP = FileMap(
    columns=(
        Column("respondent", K.RESPONDENT),
        Column("hall", K.UNIT),
        Column("Q1", K.SCORE, item="Q1"),
        Column("Q2", K.SCORE, item="Q2"),
    ),
    scales={ItemKind.SCORE: Scale(1, 7)},
    time="2026-03-02",
    long=LONG,
)


def table_of(*rows):
    lines = [r if isinstance(r, Problem) else Row(n, r) for n, r in enumerate(rows, 2)]
    return Table("long.csv", HEADER, tuple(lines))


def read(*rows, done=0):
    table = widened(table_of(*rows), MAP)
    return list(outcomes(table, MAP, HALLS, now=NOW, done=done))


def test_rows_of_one_respondent_become_one_answer():
    [one, two] = read(
        ("a", "east", "Q1", "5"),
        ("a", "east", "Q2", "6"),
        ("b", "west", "Q2", "7"),
    )
    assert one.values == {("Q1", 0): 5, ("Q2", 0): 6}
    assert (one.line, one.others) == (2, (3,))
    assert two.values == {("Q2", 0): 7}


def test_one_person_may_answer_about_two_halls():
    found = read(("a", "east", "Q1", "5"), ("a", "west", "Q1", "6"))
    assert len({answer.key for answer in found}) == 2


def test_rows_that_stand_apart_are_gathered_too():
    found = read(
        ("a", "east", "Q1", "5"), ("b", "east", "Q1", "4"), ("a", "east", "Q2", "6")
    )
    assert [(answer.line, answer.others) for answer in found] == [(2, (4,)), (3, ())]


def test_too_many_of_them_are_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr(long_tables, "MOST_SCATTERED", 2)
    rows = [("a", "east", "Q1", "5"), ("b", "east", "Q1", "4"), ("a", "east", "Q2", "6")]
    with pytest.raises(UnreadableFile, match="sort it by respondent"):
        read(*rows)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (("a", "east", "Q1", "6"), "item_answered_twice"),
        (("a", "east", "Q9", "6"), "item_unknown"),
        (("a", "east", "Q2", "99"), "off_scale"),
    ],
)
def test_what_is_wrong_with_one_row_keeps_its_answer_out(second, code):
    found = read(("a", "east", "Q1", "5"), second)
    assert [type(each) for each in found] == [Rejected, Rejected]
    first, other = found
    assert [problem.code for problem in first.problems] == [code]
    assert [problem.code for problem in other.problems] == ["answer_rejected"]
    assert (first.line, other.line) == (2, 3)


def test_the_same_answer_twice_is_one():
    [one] = read(("a", "east", "Q1", "5"), ("a", "east", "Q1", "5.0"[:1]))
    assert one.others == (3,)


def test_a_row_says_whose_it_is():
    [found] = read(("", "east", "Q1", "5"))
    assert [problem.code for problem in found.problems] == ["respondent_missing"]


cells = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["east", "west", "nowhere"]),
    st.sampled_from(["Q1", "Q2", "Q3"]),
    st.sampled_from(["1", "7", "x", ""]),
)
files = st.lists(cells | st.just(Problem("ragged_row", "long.csv", 1)), max_size=12)


@given(files, st.integers(0, 12))
def test_every_row_of_a_long_file_is_accounted_for_also_after_a_stop(rows, done):
    every = list(batches(read(*rows)))
    assert sum(batch.rows for batch in every) == len(rows)

    whole = read(*rows)
    ends, count = [0], 0
    for each in whole:
        count += 1 + len(each.others) if isinstance(each, Accepted) else 1
        ends.append(count)
    stop = max(end for end in ends if end <= done)
    rest = [each for each in read(*rows, done=stop) if not isinstance(each, Passed)]
    assert rest == whole[ends.index(stop) :]


@given(st.lists(cells, max_size=12), st.randoms())
def test_the_order_of_the_rows_changes_no_answer(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert answers(rows) == answers(shuffled)


def answers(rows):
    found = (each for each in read(*rows) if isinstance(each, Accepted))
    return Counter((a.key, frozenset(a.values.items())) for a in found)


def test_a_long_file_is_known_by_its_columns():
    rows = [
        (who, "east", q, str(n % 5 + 1)) for n, who in enumerate("abcdefgh") for q in "XYZ"
    ]
    table = table_of(*rows)
    file_map = suggested(table)
    assert file_map.long == LONG
    assert item_names(table, LONG, rows=100) == ("X", "Y", "Z")
    assert [c.name for c in file_map.columns] == [*wide_header(table, LONG, "XYZ")]
    kinds = {c.name: c.kind for c in file_map.columns}
    assert (kinds["respondent"], kinds["hall"]) == (K.RESPONDENT, K.UNIT)
