"""The kernel against the statistics of rows: what it folds is what the rows say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import (
    FLAGS,
    NOT_APPLICABLE,
    UNANSWERED,
    UNUSABLE,
    Batch,
    Kind,
    Layout,
    Question,
    score,
)
from gapless.analytics.folding import fold, schema_of
from gapless.analytics.grouping import read_moments, write_moments
from gapless_stats.moments import Moments
from gapless_stats.scores import SCALE

LAYOUT = Layout(
    (
        Question("T1", Kind.PAIR, "tangibles"),
        Question("T2", Kind.PAIR, "tangibles", reverse=True),
        Question("R1", Kind.PAIR, "reliability"),
        Question("R2", Kind.PAIR, "reliability"),
        Question("X", Kind.PAIR),
        Question("wT", Kind.WEIGHT, "tangibles", 0, 100),
        Question("wR", Kind.WEIGHT, "reliability", 0, 100),
        Question("sat", Kind.OVERALL, low=1, high=10),
        Question("S", Kind.SCORE, "tangibles"),
        Question("words", Kind.TEXT),
        Question("age", Kind.ATTRIBUTE),
    )
)
SCHEMA = schema_of(LAYOUT)


def _answers(question):
    given_ = st.integers(question.low, question.high)
    return given_ | st.just(UNANSWERED) | st.just(NOT_APPLICABLE)


one_row = st.tuples(*(_answers(q) for q in LAYOUT.questions for _ in range(q.width)))


@st.composite
def _batches(draw):
    rows = draw(st.lists(one_row, max_size=12))
    return score(LAYOUT, np.array(rows, np.int8).reshape(len(rows), LAYOUT.width))


batches = _batches()


def joined(*parts):
    return Batch(
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.composites for p in parts]),
        np.concatenate([p.flags for p in parts]),
    )


@given(batches, batches)
def test_the_cell_of_two_batches_is_the_sum_of_their_cells(a, b):
    together = fold(LAYOUT, SCHEMA, joined(a, b))
    assert np.array_equal(fold(LAYOUT, SCHEMA, a) + fold(LAYOUT, SCHEMA, b), together)


@given(batches, st.data())
def test_taking_answers_out_leaves_the_cell_of_the_others(batch, data):
    n = len(batch.values)
    out = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1)))) if n else [], np.intp)
    stay = np.setdiff1d(np.arange(n), out)
    left = fold(LAYOUT, SCHEMA, batch) - fold(LAYOUT, SCHEMA, batch.only(out))
    assert np.array_equal(left, fold(LAYOUT, SCHEMA, batch.only(stay)))


@given(batches, batches)
def test_an_answer_is_scored_alike_in_any_company(a, b):
    alone = joined(a, b)
    together = score(LAYOUT, alone.values)
    assert np.array_equal(together.composites, alone.composites)
    assert np.array_equal(together.flags, alone.flags)


@given(batches)
def test_the_pair_table_of_an_item_counts_each_answer_once(batch):
    cell = fold(LAYOUT, SCHEMA, batch)
    for question in LAYOUT.of(Kind.PAIR):
        assert SCHEMA.block(cell, f"pair/{question.code}").sum() == len(batch.values)
    assert SCHEMA.block(cell, "answers") == len(batch.values)


def test_no_answers_make_no_evidence():
    nothing = score(LAYOUT, np.empty((0, LAYOUT.width), np.int8))
    assert not fold(LAYOUT, SCHEMA, nothing).any()


def row(**said):
    """One answer: T1=(6, 5) for a pair, sat=9 for a number; the rest is unanswered."""
    values = np.full((1, LAYOUT.width), UNANSWERED, np.int8)
    for code, value in said.items():
        column = LAYOUT.columns[code]
        width = len(value) if isinstance(value, tuple) else 1
        values[0, column : column + width] = value
    return values


def composite(batch, name, side="gap"):
    place = 3 * LAYOUT.gap_names.index(name) + ("expectation", "perception", "gap").index(
        side
    )
    return batch.composites[0, place]


def test_a_reverse_keyed_pair_is_turned_on_its_scale():
    # 8 - 2 = 6 expected, 8 - 5 = 3 perceived: a gap of -3, and -1 beside it.
    scored = score(LAYOUT, row(T1=(6, 5), T2=(2, 5)))
    assert composite(scored, "dimension/tangibles", "expectation") == 6 * SCALE
    assert composite(scored, "dimension/tangibles", "perception") == 4 * SCALE
    assert composite(scored, "dimension/tangibles") == -2 * SCALE


def test_half_of_the_pairs_make_a_dimension_and_fewer_do_not():
    assert composite(score(LAYOUT, row(T1=(7, 5))), "dimension/tangibles") == -2 * SCALE
    one_sided = score(LAYOUT, row(T1=(7, NOT_APPLICABLE)))
    assert composite(one_sided, "dimension/tangibles") == UNUSABLE


def test_overall_wants_four_fifths_of_the_dimensions_and_by_item_one_pair():
    scored = score(LAYOUT, row(T1=(7, 5), T2=(1, 3)))
    assert composite(scored, "overall") == UNUSABLE
    assert composite(scored, "by_item") == -2 * SCALE


def test_an_item_without_dimension_counts_by_item_only():
    scored = score(LAYOUT, row(T1=(5, 5), R1=(5, 5), X=(7, 1)))
    assert composite(scored, "overall") == 0
    assert composite(scored, "by_item") == -2 * SCALE


def test_points_weigh_the_dimensions_that_are_usable():
    # domain.md 2.2: 0.75 × −2 + 0.25 × 1, the weights adding up to 100.
    said = {"T1": (7, 5), "T2": (1, 3), "R1": (5, 6), "R2": (4, 5), "wT": 75, "wR": 25}
    scored = score(LAYOUT, row(**said))
    assert composite(scored, "weighted") == -1.25 * SCALE


def test_points_that_are_far_from_a_hundred_weigh_nothing():
    scored = score(LAYOUT, row(T1=(7, 5), R1=(5, 6), wT=40, wR=30))
    assert composite(scored, "weighted") == UNUSABLE


def test_signs_call_a_tenth_of_a_point_no_gap():
    """domain.md 2.4: a composite within 0.1 is zero; ten items make 0.1 exactly."""
    ten = Layout(tuple(Question(f"i{n}", Kind.PAIR, "d") for n in range(10)))
    values = np.full((3, 20), 5, np.int8)
    values[1, 1] = 4  # -0.1: no gap yet
    values[2, [1, 3]] = 4  # -0.2
    cell = fold(ten, schema_of(ten), score(ten, values))
    assert schema_of(ten).block(cell, "signs/dimension/d").tolist() == [1, 2, 0]


def test_flags_are_one_bit_each_in_their_order():
    many = Layout(tuple(Question(f"i{n}", Kind.PAIR, "d") for n in range(12)))
    values = np.tile(np.array([7, 4, 7, 3], np.int8), (1, 6))
    scored = score(many, values)
    told = {name for place, name in enumerate(FLAGS) if scored.flags[0] >> place & 1}
    assert told == {"straight_lining", "all_equal", "expectation_ceiling"}


@given(st.lists(st.tuples(*[st.integers(-50, 50)] * 3), min_size=1, max_size=9))
def test_moments_are_read_as_they_were_written(rows):
    moments = Moments.of(np.array(rows, np.int64))
    block = np.zeros(1 + 3 + 6, np.int64)
    write_moments(block, moments)
    assert read_moments(block, 3) == moments


def test_a_version_without_pairs_has_no_gaps():
    alone = Layout((Question("Q1", Kind.SCORE), Question("Q2", Kind.SCORE, "d")))
    assert alone.gap_names == ()
    assert alone.performance_names == ("dimension/d", "overall", "by_item")
    scored = score(alone, np.array([[4, 5]], np.int8))
    assert scored.composites.tolist() == [[5 * SCALE, 5 * SCALE, 4.5 * SCALE]]


def test_points_for_some_dimensions_only_weigh_nothing():
    half = Layout((*LAYOUT.questions[:4], Question("wT", Kind.WEIGHT, "tangibles", 0, 100)))
    assert not half.weighted
    assert "weighted" not in half.gap_names


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.ATTRIBUTE])
def test_texts_take_no_byte(kind):
    assert Layout((Question("t", kind), Question("s", Kind.SCORE))).columns == {"s": 0}


def test_points_of_a_dimension_without_pairs_count_towards_the_hundred():
    layout = Layout(
        (
            Question("a", Kind.PAIR, "one"),
            Question("b", Kind.SCORE, "two"),
            Question("w1", Kind.WEIGHT, "one", 0, 100),
            Question("w2", Kind.WEIGHT, "two", 0, 100),
        )
    )
    weighted = 3 * layout.gap_names.index("weighted") + 2
    # Eighty of the hundred points lie on the dimension that has a gap, or only seventy.
    rows = np.array([[7, 5, 4, 80, 20], [7, 5, 4, 70, 30]], np.int8)

    found = score(layout, rows).composites[:, weighted].tolist()

    assert found == [-2 * SCALE, UNUSABLE]
