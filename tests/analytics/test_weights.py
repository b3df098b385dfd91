"""Weighted numbers are sums of integers too, however large."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.answers import (
    NO_NUMBER,
    WEIGHT_LIMIT,
    Kind,
    Layout,
    Question,
    score,
    written,
)
from gapless.analytics.folding import fold, fold_each, schema_of
from gapless.analytics.grouping import Groups
from gapless.analytics.weights import read_count, read_sums
from gapless_stats.weighting import WeightedCount

LAYOUT = Layout(
    (
        Question("pair", Kind.PAIR, "tangibles"),
        Question("alone", Kind.SCORE, "tangibles"),
        Question("nps", Kind.NPS, low=0, high=10),
        Question("weight", Kind.CASE_WEIGHT),
    )
)
SCHEMA = schema_of(LAYOUT)
answers = st.fixed_dictionaries(
    {},
    optional={
        ("pair", 0): st.integers(1, 7),
        ("pair", 1): st.integers(1, 7),
        ("alone", 0): st.integers(1, 7),
        ("nps", 0): st.integers(0, 10),
        ("weight", 0): st.integers(1, WEIGHT_LIMIT),
    },
)
several = st.lists(answers, max_size=8)


def batch_of(said):
    return score(LAYOUT, written(LAYOUT, said))


def cell_of(said):
    return fold(LAYOUT, SCHEMA, batch_of(said))


@given(several)
def test_the_sums_of_an_item_are_those_of_its_answers(said):
    gaps = [
        (each["weight", 0], each["pair", 1] - each["pair", 0])
        for each in said
        if {("weight", 0), ("pair", 0), ("pair", 1)} <= each.keys()
    ]
    found = read_sums(SCHEMA.block(cell_of(said), "weighted/item:pair")[2])
    assert found.n == len(gaps)
    assert found.w == sum(w for w, _ in gaps)
    assert found.w2 == sum(w * w for w, _ in gaps)
    assert found.wx == sum(w * x for w, x in gaps)
    assert found.wx2 == sum(w * x * x for w, x in gaps)
    assert found.w2x == sum(w * w * x for w, x in gaps)
    assert found.w2x2 == sum(w * w * x * x for w, x in gaps)


@given(several)
def test_each_point_of_a_weighted_histogram_has_its_people(said):
    block = SCHEMA.block(cell_of(said), "weighted/item:nps")
    for point in range(11):
        weights = [
            each["weight", 0]
            for each in said
            if each.get(("nps", 0)) == point and ("weight", 0) in each
        ]
        squares = sum(w * w for w in weights)
        right = WeightedCount(len(weights), sum(weights), squares)
        assert read_count(block[point]) == right


@given(several, several)
def test_cells_of_weighted_answers_add_up(some, others):
    together = cell_of([*some, *others])
    assert np.array_equal(together, cell_of(some) + cell_of(others))


@given(several, st.data())
def test_groups_make_the_cells_they_would_make_alone(said, data):
    of = data.draw(st.lists(st.integers(0, 2), min_size=len(said), max_size=len(said)))
    groups = Groups(np.array(of, np.intp), 3)
    found = fold_each(LAYOUT, SCHEMA, batch_of(said), groups)
    for group in range(3):
        mine = [each for each, its in zip(said, of, strict=True) if its == group]
        assert np.array_equal(found[group], cell_of(mine))


@pytest.mark.parametrize("value", [0, -1, WEIGHT_LIMIT + 1])
def test_what_is_no_weight_is_refused(value):
    with pytest.raises(ValueError, match="weight"):
        written(LAYOUT, [{("weight", 0): value}])


def test_an_answer_without_a_weight_counts_unweighted_only():
    cell = cell_of([{("nps", 0): 9}, {("nps", 0): 9, ("weight", 0): NO_NUMBER}])
    assert int(SCHEMA.block(cell, "answers")) == 2
    assert not SCHEMA.block(cell, "weight").any()
