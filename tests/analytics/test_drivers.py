"""The joint moments of overall judgements: what is in them, and that they add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import (
    NOT_APPLICABLE,
    UNANSWERED,
    UNUSABLE,
    Kind,
    Layout,
    Question,
    score,
    written,
)
from gapless.analytics.cells import pack, total
from gapless.analytics.drivers import folded_before, joint_moments, outcomes, predictors
from gapless.analytics.folding import fold, fold_each, schema_of
from gapless.analytics.grouping import Groups
from gapless_stats.moments import Moments
from gapless_stats.scores import SCALE

RATED = (
    Question("a", Kind.PAIR, "d"),
    Question("b", Kind.PAIR, "d"),
    Question("c", Kind.SCORE, "e"),
    Question("z", Kind.ZONE, "f", 1, 9, reverse=True),
)
OVERALL = (
    Question("sat", Kind.OVERALL, low=1, high=10),
    Question("effort", Kind.OVERALL, low=1, high=5, reverse=True),
)
LAYOUT = Layout((*RATED, *OVERALL))
BARE = Layout((Question("x", Kind.SCORE), Question("y", Kind.SCORE, high=5), OVERALL[0]))
LAYOUTS = pytest.mark.parametrize("layout", [LAYOUT, BARE])


def answers_to(layout):
    absent = st.sampled_from([UNANSWERED, NOT_APPLICABLE])
    possible = {
        (q.code, side): st.integers(q.low, q.high) | absent
        for q in layout.questions
        for side in range(q.width)
    }
    return st.lists(st.fixed_dictionaries({}, optional=possible), max_size=12)


several = st.sampled_from([LAYOUT, BARE]).flatmap(
    lambda layout: st.tuples(st.just(layout), answers_to(layout), answers_to(layout))
)


def batch_of(layout, said):
    return score(layout, written(layout, said))


def cell_of(layout, said):
    return fold(layout, schema_of(layout), batch_of(layout, said))


def joint(layout, said, outcome="sat"):
    return joint_moments(layout, schema_of(layout), cell_of(layout, said), outcome)


def pick(**items):
    return {
        (code, side): value
        for code, given in items.items()
        for side, value in enumerate(given if isinstance(given, tuple) else (given,))
    }


WHOLE = pick(a=(7, 4), b=(7, 5), c=3, z=(8, 2, 6), sat=9, effort=2)


def test_dimensions_are_joined_and_items_where_there_are_none():
    assert predictors(LAYOUT) == ("dimension:d", "dimension:e", "dimension:f")
    assert predictors(BARE) == ("item:x", "item:y")
    assert [q.code for q in outcomes(LAYOUT)] == ["sat", "effort"]


@pytest.mark.parametrize(
    "layout",
    [
        Layout(RATED),  # nothing overall
        Layout((RATED[0], OVERALL[0])),  # only one thing to go with
        Layout((*(Question(f"i{n}", Kind.SCORE) for n in range(17)), OVERALL[0])),
        Layout((*(Question(f"i{n}", Kind.SCORE, f"d{n}") for n in range(17)), OVERALL[0])),
    ],
)
def test_nothing_is_kept_of_what_cannot_be_told(layout):
    assert not [name for name in schema_of(layout).shapes if name.startswith("drivers")]
    assert not folded_before(schema_of(layout), schema_of(layout).zero())


def test_the_blocks_stand_last_so_that_cells_from_before_read_as_nothing():
    names = list(schema_of(LAYOUT).shapes)
    assert names[-3:] == ["drivers", "drivers/sat", "drivers/effort"]
    weighed = Layout((*LAYOUT.questions, Question("w", Kind.CASE_WEIGHT)))
    assert list(schema_of(weighed).shapes)[-3:] == names[-3:]


def test_what_one_whole_answer_adds():
    """Reverse-keyed items are turned: a zone perceived at 6 of 9 is 4, effort 2 is 4."""
    found = joint(LAYOUT, [WHOLE])
    assert found == Moments.of(
        np.array([[round(4.5 * SCALE), 3 * SCALE, 4 * SCALE, 9]], np.int64)
    )
    assert joint(LAYOUT, [WHOLE], "effort").total.tolist()[-1] == 4
    assert joint(BARE, [pick(x=3, y=5, sat=7)]) == Moments.of(np.array([[3, 5, 7]]))


@pytest.mark.parametrize("left_out", ["c", "sat"])
def test_only_whole_answers_count(left_out):
    partly = {key: value for key, value in WHOLE.items() if key[0] != left_out}
    found = joint(LAYOUT, [WHOLE, partly, WHOLE | {(left_out, 0): NOT_APPLICABLE}])
    assert found == joint(LAYOUT, [WHOLE])


def test_a_judgement_left_out_leaves_the_other():
    partly = {key: value for key, value in WHOLE.items() if key[0] != "effort"}
    assert joint(LAYOUT, [WHOLE, partly]).n == 2
    assert joint(LAYOUT, [WHOLE, partly], "effort").n == 1


@given(several)
def test_they_are_the_moments_of_the_rows(case):
    """The slow obvious way: one answer after the other, from its composites."""
    layout, some, others = case
    batch = batch_of(layout, some + others)
    first = 3 * len(layout.gap_names)
    rows = []
    for answer, scores in zip(some + others, batch.composites[:, first:], strict=True):
        parts = {f"item:{code}": answer.get((code, 0), UNANSWERED) for code in "xy"}
        named = zip(layout.dimensions, scores.tolist(), strict=False)
        parts |= {f"dimension:{name}": each for name, each in named}
        row = [parts[name] for name in predictors(layout)]
        row.append(answer.get(("sat", 0), UNANSWERED))
        if not {UNANSWERED, NOT_APPLICABLE, UNUSABLE} & set(row):
            rows.append(row)
    expected = np.array(rows, np.int64).reshape(-1, len(predictors(layout)) + 1)
    assert joint(layout, some + others) == Moments.of(expected)


@given(several)
def test_split_anywhere_they_add_up_and_are_taken_out_again(case):
    layout, some, others = case
    schema = schema_of(layout)
    together = cell_of(layout, some + others)
    assert np.array_equal(cell_of(layout, some) + cell_of(layout, others), together)
    left = joint_moments(layout, schema, together - cell_of(layout, others), "sat")
    assert left == joint(layout, some)


@given(several, st.randoms(use_true_random=False))
def test_groups_get_what_they_would_have_alone(case, random):
    layout, some, others = case
    of = [random.randrange(3) for _ in some + others]
    groups = Groups(np.array(of, np.intp), 3)
    cells = fold_each(layout, schema_of(layout), batch_of(layout, some + others), groups)
    for group, cell in enumerate(cells):
        alone = [
            a for a, belongs in zip(some + others, of, strict=True) if belongs == group
        ]
        assert np.array_equal(cell, cell_of(layout, alone))


@LAYOUTS
def test_a_cell_from_before_has_nothing_and_is_known_by_it(layout):
    schema = schema_of(layout)
    whole = {(q.code, side): q.low for q in layout.questions for side in range(q.width)}
    today = cell_of(layout, [whole])
    before = pack(today[: schema.start("drivers")])
    read = total([before], schema)

    assert joint_moments(layout, schema, read, "sat").n == 0
    assert folded_before(schema, read)
    assert folded_before(schema, read + today)
    assert not folded_before(schema, today)
    assert not folded_before(schema, schema.zero())


def test_sums_of_a_wide_scale_stay_within_64_bits():
    wide = Layout(
        (
            Question("a", Kind.SCORE, "d", -100, 127),
            Question("b", Kind.SCORE, "e", -100, 127),
            Question("sat", Kind.OVERALL, low=-100, high=127),
        )
    )
    found = joint(wide, [pick(a=127, b=-100, sat=127)] * 1000)
    assert found.cross[0, 0] == 1000 * (127 * SCALE) ** 2
    assert found.cross[0, 1] == -1000 * 127 * 100 * SCALE**2
