import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.comparison import (
    Conclusion,
    Difference,
    answers_to_settle,
    conclude,
    difference_of_means,
    difference_of_net_scores,
    difference_of_shares,
    paired_difference,
    paired_difference_of_sums,
)
from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.intervals import Interval, net_score, wilson
from gapless_stats.moments import Sums

varied = st.lists(st.integers(1, 7), min_size=2, max_size=30).filter(
    lambda answers: len(set(answers)) > 1
)
means = st.lists(
    st.tuples(st.floats(1, 7), st.floats(1, 7)), min_size=3, max_size=30
).filter(lambda pairs: np.std([a - b for a, b in pairs]) > 1e-6)
counts = st.tuples(st.integers(0, 60), st.integers(1, 60)).filter(lambda c: c[0] <= c[1])


def between(low, high):
    return Interval(low, high, 0.95, "Welch t")


@given(varied, varied)
def test_two_halls_agree_with_scipys_welch_test(east, west):
    found = difference_of_means(Sums.of(np.array(east)), Sums.of(np.array(west)))
    expected = stats.ttest_ind(east, west, equal_var=False)
    interval = expected.confidence_interval()

    assert found.difference == pytest.approx(np.mean(east) - np.mean(west), abs=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-8)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (interval.low, interval.high), abs=1e-9
    )
    assert (found.n, found.other_n, found.method) == (len(east), len(west), "Welch t")


@given(varied, varied)
def test_the_other_way_round_is_the_negative(east, west):
    one, other = Sums.of(np.array(east)), Sums.of(np.array(west))
    there, back = difference_of_means(one, other), difference_of_means(other, one)

    assert there.difference == -back.difference
    assert there.interval.low == pytest.approx(-back.interval.high, abs=1e-12)


@given(means)
def test_the_same_units_twice_agree_with_scipys_paired_test(pairs):
    later, earlier = np.array(pairs).T
    found = paired_difference(later, earlier)
    expected = stats.ttest_rel(later, earlier)
    interval = expected.confidence_interval()

    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (interval.low, interval.high), abs=1e-8
    )
    assert (found.n, found.other_n) == (len(pairs), len(pairs))


@given(varied)
def test_pairs_from_sums_and_from_values_are_the_same(differences):
    values = np.array(differences)
    from_sums = paired_difference_of_sums(Sums.of(values))
    from_values = paired_difference(values.astype(float), np.zeros(len(values)))

    assert from_sums.difference == pytest.approx(from_values.difference)
    assert from_sums.p_value == pytest.approx(from_values.p_value)


def test_newcombes_interval_as_published():
    found = difference_of_shares(56, 70, 48, 80)

    assert found.difference == pytest.approx(0.2)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (0.052431, 0.333873), abs=1e-6
    )


@given(counts, counts)
def test_a_difference_of_shares_stays_within_what_is_possible(these, those):
    found = difference_of_shares(*these, *those)

    assert -1 <= found.interval.low <= found.difference <= found.interval.high <= 1
    assert 0 <= found.p_value <= 1


def test_the_score_test_of_two_shares_is_scipys_without_correction():
    table = [[56, 14], [48, 32]]
    expected = stats.chi2_contingency(table, correction=False).pvalue

    assert difference_of_shares(56, 70, 48, 80).p_value == pytest.approx(expected)


def test_shares_that_are_all_alike_differ_by_nothing_that_is_known_better():
    found = difference_of_shares(20, 20, 30, 30)

    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.interval.low < 0 < found.interval.high


def test_a_net_score_differs_by_as_much_as_both_together_are_uncertain():
    this, other = net_score(60, 10, 100), net_score(40, 20, 100)
    found = difference_of_net_scores(this, other)

    assert found.difference == pytest.approx(0.3)
    below, above = this.score - this.interval.low, other.interval.high - other.score
    assert found.interval.low == pytest.approx(0.3 - np.hypot(below, above))
    error = np.sqrt((0.7 - 0.25) / 100 + (0.6 - 0.04) / 100)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(0.3 / error))


@given(st.integers(0, 2**32 - 1))
def test_net_scores_of_one_population_mostly_agree(seed):
    draw = np.random.default_rng(seed).multinomial(200, [0.5, 0.3, 0.2], size=2)
    this, other = (net_score(int(p), int(d), 200) for p, _, d in draw)

    assert (
        difference_of_net_scores(this, other).p_value
        == difference_of_net_scores(other, this).p_value
    )


@pytest.mark.parametrize(
    ("low", "high", "conclusion"),
    [
        (0.1, 0.4, Conclusion.BETTER),
        (0.02, 0.4, Conclusion.BETTER_PERHAPS),
        (0.02, 0.09, Conclusion.SAME),
        (-0.1, 0.1, Conclusion.SAME),
        (-0.05, 0.3, Conclusion.CANNOT_TELL),
        (-0.3, 0.3, Conclusion.CANNOT_TELL),
        (-0.4, -0.02, Conclusion.WORSE_PERHAPS),
        (-0.4, -0.1, Conclusion.WORSE),
    ],
)
def test_the_whole_interval_decides(low, high, conclusion):
    assert conclude(between(low, high)) is conclusion


@given(st.floats(-3, 3), st.floats(0.001, 3), st.floats(0.01, 1))
def test_a_conclusion_turns_round_with_its_interval(middle, reach, relevant):
    turned = {
        Conclusion.BETTER: Conclusion.WORSE,
        Conclusion.BETTER_PERHAPS: Conclusion.WORSE_PERHAPS,
        Conclusion.WORSE: Conclusion.BETTER,
        Conclusion.WORSE_PERHAPS: Conclusion.BETTER_PERHAPS,
    }
    there = conclude(between(middle - reach, middle + reach), relevant=relevant)
    back = conclude(between(-middle - reach, -middle + reach), relevant=relevant)

    assert back is turned.get(there, there)


def test_what_can_be_told_needs_no_more_answers():
    told = Difference(50, 50, 0.3, between(0.1, 0.5), 0.01, "t", "Student 1908")

    assert answers_to_settle(told) == 0


def test_with_so_many_more_answers_four_of_five_comparisons_are_settled():
    """Planned on what two halls of 40 seem to show, then tried out."""
    rng = np.random.default_rng(7)
    seen = Difference(40, 40, 0.3, between(-0.4, 1.0), 0.39, "t", "Student 1908")
    more = answers_to_settle(seen)
    n = (80 + more) // 2
    spread = (1.4 / (2 * 1.96)) * np.sqrt(20)
    this = rng.normal(0.3, spread, (2000, n)).mean(axis=1)
    other = rng.normal(0.0, spread, (2000, n)).mean(axis=1)
    reach = 1.96 * spread * np.sqrt(2 / n)
    settled = [
        conclude(between(apart - reach, apart + reach)) is not Conclusion.CANNOT_TELL
        for apart in this - other
    ]

    assert np.mean(settled) == pytest.approx(0.8, abs=0.03)


def test_what_cannot_be_compared_is_refused_by_name():
    one, alike = Sums.of(np.array([3])), Sums.of(np.array([3, 3]))
    with pytest.raises(TooFew):
        difference_of_means(one, alike)
    with pytest.raises(NoVariance):
        difference_of_means(alike, alike)
    with pytest.raises(TooFew):
        paired_difference(np.array([1.0]), np.array([2.0]))
    with pytest.raises(TooFew):
        paired_difference_of_sums(one)
    with pytest.raises(NoVariance):
        paired_difference(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    with pytest.raises(NoVariance):
        paired_difference_of_sums(alike)
    with pytest.raises(NoVariance):
        difference_of_net_scores(net_score(5, 0, 5), net_score(0, 5, 5))
    with pytest.raises(TooFew):
        difference_of_shares(0, 0, 1, 2)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="paired"):
        paired_difference(np.array([1.0]), np.array([2.0, 3.0]))
    with pytest.raises(ValueError, match="matters"):
        conclude(between(0, 1), relevant=0)
    with pytest.raises(ValueError, match="different levels"):
        difference_of_net_scores(net_score(1, 0, 2), net_score(1, 0, 2, level=0.9))
    with pytest.raises(ValueError, match="not a share"):
        difference_of_shares(3, 2, 1, 2)


def test_a_share_of_part_answers_lies_between_those_of_whole_ones():
    lower, middle, upper = (wilson(part, 20).low for part in (7, 7.5, 8))

    assert lower < middle < upper
