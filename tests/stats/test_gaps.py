from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.gaps import (
    GapSums,
    gap_of_pairs,
    gap_of_sums,
    gap_of_values,
    independent_gap,
)
from gapless_stats.moments import Sums
from gapless_stats.tables import PairTable

likert = st.integers(1, 7)
people = st.lists(st.tuples(likert, likert), min_size=3, max_size=40)
varied = st.lists(likert, min_size=2, max_size=30).filter(lambda each: len(set(each)) > 1)


def table_of(pairs):
    expectation, perception = np.array(pairs).T
    answered = np.ones(len(pairs), dtype=bool)
    return PairTable.of(
        expectation,
        perception,
        low=1,
        high=7,
        expectation_answered=answered,
        perception_answered=answered,
    )


@given(people)
def test_a_gap_is_perception_minus_expectation(pairs):
    gap = gap_of_pairs(table_of(pairs))

    assert gap.gap == pytest.approx(gap.perception - gap.expectation, abs=1e-12)
    assert gap.negative + gap.zero + gap.positive == pytest.approx(1, abs=1e-15)


@given(people.filter(lambda pairs: len({p - e for e, p in pairs}) > 1))
def test_the_paired_t_test_agrees_with_scipy(pairs):
    expectation, perception = np.array(pairs).T
    expected = stats.ttest_rel(perception, expectation)
    interval = expected.confidence_interval(0.95)
    gap = gap_of_pairs(table_of(pairs))

    assert gap.t == pytest.approx(expected.statistic, rel=1e-10, abs=1e-12)
    assert gap.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert (gap.interval.low, gap.interval.high) == pytest.approx(
        tuple(interval), abs=1e-10
    )


@given(people, people)
def test_sums_of_two_halls_add_and_can_be_taken_back(east, west):
    one, other = (GapSums.of_pairs(table_of(each)) for each in (east, west))
    both = GapSums.of_pairs(table_of(east + west))

    assert one + other == both
    assert both - other == one
    assert one + GapSums.empty() == one


@given(people)
def test_stored_scores_and_rows_tell_the_same_gap(pairs):
    expectation, perception = np.array(pairs).T
    gap = perception - expectation
    stored = GapSums.of_scores(
        27720 * expectation, 27720 * perception, 27720 * gap, scale=27720
    )
    from_sums = gap_of_sums(stored)
    from_rows = gap_of_values(
        *(each.astype(float) for each in (expectation, perception, gap))
    )

    assert from_sums.gap == from_rows.gap
    assert from_sums.sd == pytest.approx(from_rows.sd, rel=1e-14)
    assert from_sums.zero == from_rows.zero


def test_a_composite_within_a_tenth_counts_as_no_gap():
    tenth = np.array([-2773, -2772, 0, 2772, 2773])
    sums = GapSums.of_scores(tenth, tenth, tenth, scale=27720)

    assert (sums.negative, sums.zero, sums.positive) == (1, 3, 1)


def test_an_item_counts_as_no_gap_only_at_zero():
    sums = GapSums.of_pairs(table_of([(7, 6), (5, 5), (1, 7)]))

    assert (sums.negative, sums.zero, sums.positive) == (1, 1, 1)
    assert sums.gap_squares == 37


def test_nobody_has_no_gap():
    gap = gap_of_sums(GapSums.empty(scale=27720))

    assert gap.n == 0
    assert (gap.expectation, gap.gap, gap.sd, gap.interval, gap.negative) == (None,) * 5


def test_one_respondent_has_a_gap_without_spread():
    gap = gap_of_pairs(table_of([(7, 4)]))

    assert (gap.n, gap.gap, gap.negative) == (1, -3.0, 1.0)
    assert (gap.sd, gap.interval, gap.t, gap.p_value, gap.effect_size) == (None,) * 5


def test_equal_gaps_have_a_spread_of_zero_and_no_test():
    gap = gap_of_pairs(table_of([(7, 4), (5, 2), (4, 1)]))

    assert gap.sd == 0.0
    assert (gap.interval, gap.t, gap.p_value, gap.effect_size) == (None,) * 4


@given(varied, varied)
def test_two_samples_agree_with_scipys_welch_test(expectation, perception):
    expected = stats.ttest_ind(perception, expectation, equal_var=False)
    interval = expected.confidence_interval(0.95)
    gap = independent_gap(Sums.of(np.array(expectation)), Sums.of(np.array(perception)))

    assert gap.t == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert gap.degrees_of_freedom == pytest.approx(expected.df, rel=1e-9)
    assert gap.p_value == pytest.approx(expected.pvalue, rel=1e-8)
    assert (gap.interval.low, gap.interval.high) == pytest.approx(tuple(interval), abs=1e-9)


def test_two_samples_need_two_respondents_and_some_spread():
    one, alike = Sums.of(np.array([3])), Sums.of(np.array([3, 3]))

    with pytest.raises(TooFew):
        independent_gap(one, alike)
    with pytest.raises(NoVariance):
        independent_gap(alike, alike)


def test_a_gap_from_sums_is_exact_to_the_last_bit():
    sums = GapSums(3, 0, -1, -1, 1, 1, 2, 0, scale=27720)

    assert gap_of_sums(sums).gap == float(Fraction(-1, 3 * 27720))
