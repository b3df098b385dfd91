from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.moments import Moments
from gapless_stats.tables import Histogram, PairTable

answer = st.none() | st.integers(1, 5)
pairs = st.lists(st.tuples(answer, answer), max_size=40)


def table_of(people):
    expectation, perception = (
        np.array([each[side] or 99 for each in people], dtype=np.int8) for side in (0, 1)
    )
    return PairTable.of(
        expectation,
        perception,
        low=1,
        high=5,
        expectation_answered=expectation != 99,
        perception_answered=perception != 99,
    )


@given(pairs, pairs)
def test_tables_form_a_group(east, west):
    both = table_of(east + west)

    assert table_of(east) + table_of(west) == both
    assert both - table_of(east) == table_of(west)
    assert both + PairTable.empty(1, 5) == both


@given(pairs)
def test_every_respondent_is_in_the_table_once(people):
    complete = [(e, p) for e, p in people if e and p]
    table = table_of(people)

    assert table.pairs == len(complete)
    assert table.unanswered == len(people) - len(complete)
    assert table.expectation_histogram.missing == sum(e is None for e, _ in people)
    assert table.perception_histogram.n == sum(p is not None for _, p in people)


@given(pairs)
def test_differences_count_perception_minus_expectation(people):
    counted = Counter(p - e for e, p in people if e and p)
    histogram = table_of(people).difference_histogram
    found = dict(zip(histogram.values.tolist(), histogram.counts.tolist(), strict=True))

    assert found == {value: counted[value] for value in range(-4, 5)}


@given(pairs)
def test_a_table_knows_the_moments_of_its_pairs(people):
    complete = np.array([(e, p) for e, p in people if e and p], dtype=int).reshape(-1, 2)

    assert table_of(people).moments() == Moments.of(complete)


def test_a_histogram_describes_the_answers():
    answers = np.array([1, 2, 2, 5, 9])
    histogram = Histogram.of(answers, answers != 9, low=1, high=5)

    assert histogram.counts.tolist() == [1, 2, 0, 0, 1]
    assert (histogram.n, histogram.missing, histogram.mean) == (4, 1, 2.5)
    assert histogram.sd == pytest.approx(np.std([1, 2, 2, 5], ddof=1), abs=1e-15)
    assert histogram + histogram - histogram == histogram


def test_an_answer_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="8 lies outside the scale 1-7"):
        Histogram.of(np.array([3, 8]), np.array([True, True]), low=1, high=7)


def test_answers_on_different_scales_do_not_add():
    with pytest.raises(ValueError, match="1-5"):
        PairTable.empty(1, 5) + PairTable.empty(1, 7)
