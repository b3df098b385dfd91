import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gapless_stats.errors import Collinear, NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.moments import Moments
from gapless_stats.pairwise import PairwiseMoments
from gapless_stats.reliability import (
    Alpha,
    bonett_interval,
    compare_alphas,
    cronbach_alpha,
    difference_reliability,
    feldt_interval,
    item_analysis,
    kr20,
    pairwise_alpha,
    standardised_alpha,
)

likert = arrays(
    np.int8, st.tuples(st.integers(2, 30), st.just(4)), elements=st.integers(1, 7)
)


def moments_of(covariance):
    """Moments of two columns with just this covariance, four respondents at ±1 each."""
    return Moments(4, np.zeros(2, np.int64), 3 * np.array(covariance))


@pytest.mark.parametrize(
    ("alpha", "n", "k", "low", "high"),
    [
        (0.913, 873, 20, 0.904402, 0.921159),
        (0.591719, 15, 10, 0.194922, 0.839821),
        (0.85, 89, 7, 0.797065, 0.893167),
    ],
)
def test_feldt_as_in_the_domain_manual(alpha, n, k, low, high):
    interval = feldt_interval(alpha, n=n, k=k)

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-7)


@given(likert)
def test_alpha_is_what_split_variances_say(rows):
    answers = rows.astype(int)
    totals = answers.sum(axis=1)
    assume(np.ptp(totals) > 0)
    # Guttman 1945: λ3, from the variance that each item shares with the others.
    shared = np.var(totals, ddof=1) - sum(np.var(answers[:, j], ddof=1) for j in range(4))
    alpha = cronbach_alpha(Moments.of(rows))

    assert alpha.value == pytest.approx(4 / 3 * shared / np.var(totals, ddof=1), abs=1e-11)
    assert (alpha.items, alpha.n) == (4, len(rows))


def test_the_same_item_twice_is_perfectly_consistent():
    answers = np.array([[1, 1], [4, 4], [6, 6]])

    assert cronbach_alpha(Moments.of(answers)).value == pytest.approx(1, abs=1e-15)


def test_too_little_says_nothing():
    with pytest.raises(TooFew):
        cronbach_alpha(Moments.of(np.array([[1, 2]])))
    with pytest.raises(TooFew):
        cronbach_alpha(Moments.of(np.array([[1], [2]])))
    with pytest.raises(TooFew):
        feldt_interval(0.8, n=1, k=4)


def test_equal_totals_say_nothing():
    with pytest.raises(NoVariance):
        cronbach_alpha(Moments.of(np.array([[1, 7], [7, 1], [4, 4]])))


@pytest.mark.parametrize(("alpha", "level"), [(1.2, 0.95), (float("nan"), 0.95), (0.8, 95)])
def test_nonsense_is_refused(alpha, level):
    with pytest.raises(ValueError, match=r"alpha is at most 1|between 0 and 1"):
        feldt_interval(alpha, n=20, k=4, level=level)


def test_unrelated_sides_keep_their_mean_reliability():
    found = difference_reliability(
        moments_of([[2, 0], [0, 2]]), expectation_alpha=0.9, perception_alpha=0.7
    )

    assert found == pytest.approx(0.8, abs=1e-15)


def test_related_sides_lose_reliability():
    # Equal spread, r = 0.5, both alphas 0.8: (0.8 - 0.5) / (1 - 0.5).
    found = difference_reliability(
        moments_of([[2, 1], [1, 2]]), expectation_alpha=0.8, perception_alpha=0.8
    )

    assert found == pytest.approx(0.6, abs=1e-15)


def test_the_same_difference_everywhere_says_nothing():
    with pytest.raises(NoVariance):
        difference_reliability(
            moments_of([[2, 2], [2, 2]]), expectation_alpha=0.8, perception_alpha=0.8
        )


def test_reliability_is_of_two_sides():
    with pytest.raises(ValueError, match="E and P"):
        difference_reliability(
            Moments.empty(3), expectation_alpha=0.8, perception_alpha=0.8
        )


@pytest.mark.parametrize("items", range(2, 40))
def test_items_that_agree_entirely_have_an_alpha_of_one_and_no_more(items):
    rows = np.tile(np.array([[1], [4], [6], [7], [7]]), items)
    found = cronbach_alpha(Moments.of(rows))
    assert found.value == pytest.approx(1)
    assert feldt_interval(found.value, n=found.n, k=items).high <= 1


def test_a_difference_of_flawless_sides_is_no_more_than_flawless():
    rng = np.random.default_rng(2)
    for n in range(5, 60):
        scores = Moments.of(rng.integers(1, 8, (n, 2)))
        found = difference_reliability(scores, expectation_alpha=1.0, perception_alpha=1.0)
        assert found == pytest.approx(1)
        assert found <= 1


def test_bonett_as_in_the_domain_manual():
    interval = bonett_interval(0.85, n=89, k=7)

    assert (interval.low, interval.high) == pytest.approx((0.795552, 0.892407), abs=5e-7)


@given(st.floats(-0.5, 0.99), st.integers(20, 5000), st.integers(2, 40))
def test_the_intervals_hold_their_alpha(alpha, n, k):
    for interval in (feldt_interval(alpha, n=n, k=k), bonett_interval(alpha, n=n, k=k)):
        assert interval.low < alpha < interval.high < 1


several = arrays(
    np.int8,
    st.tuples(st.integers(8, 30), st.just(4)),
    elements=st.integers(1, 7),
    fill=st.nothing(),  # each cell drawn by itself, so that columns seldom agree
)


def usable(rows):
    spread = rows.astype(float).std(axis=0)
    assume((spread > 0).all())
    assume(np.linalg.eigvalsh(np.corrcoef(rows, rowvar=False))[0] > 1e-6)
    return rows.astype(np.int64)


@given(several)
def test_without_an_item_alpha_is_that_of_the_rest(rows):
    answers = usable(rows)
    found = item_analysis(Moments.of(answers))

    for item in range(4):
        rest = np.delete(answers, item, axis=1)
        assert found.alpha_if_deleted[item] == pytest.approx(
            cronbach_alpha(Moments.of(rest)).value, abs=1e-9
        )
        assert found.corrected_total[item] == pytest.approx(
            np.corrcoef(answers[:, item], rest.sum(axis=1))[0, 1], abs=1e-9
        )
    assert found.mean == pytest.approx(answers.mean())
    assert found.sd == pytest.approx(answers.mean(axis=1).std(ddof=1))


@given(several, st.permutations(range(4)))
def test_the_order_of_items_is_immaterial(rows, order):
    answers = usable(rows)
    one, other = (
        item_analysis(Moments.of(answers)),
        item_analysis(Moments.of(answers[:, order])),
    )

    assert other.alpha == pytest.approx(one.alpha, abs=1e-12)
    assert other.smallest_split == pytest.approx(one.smallest_split, abs=1e-8)
    assert other.alpha_if_deleted == pytest.approx(
        one.alpha_if_deleted[list(order)], abs=1e-9
    )


@given(several, st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_standardised_alpha_does_not_mind_units(rows, units):
    answers = usable(rows)
    one = standardised_alpha(Moments.of(answers)).value
    other = standardised_alpha(Moments.of(answers * np.array(units))).value

    assert other == pytest.approx(one, abs=1e-9)


def test_items_of_equal_spread_have_one_alpha():
    rows = np.array([[1, 2, 3, 4], [2, 1, 4, 3], [3, 4, 1, 2], [4, 3, 2, 1], [4, 4, 4, 4]])
    moments = Moments.of(rows)

    assert standardised_alpha(moments).value == pytest.approx(cronbach_alpha(moments).value)


def test_kr20_is_the_formula_of_1937():
    rows = np.random.default_rng(3).integers(0, 2, (50, 6))
    share, totals = rows.mean(axis=0), rows.sum(axis=1)
    expected = 6 / 5 * (1 - (share * (1 - share)).sum() / totals.var())

    assert kr20(Moments.of(rows)).value == pytest.approx(expected, abs=1e-12)


@given(likert)
def test_with_everything_answered_pairwise_is_plain(rows):
    assume(np.ptp(rows.astype(int).sum(axis=1)) > 0)
    moments = PairwiseMoments.of(rows, np.ones(rows.shape, bool))

    assert pairwise_alpha(moments).value == pytest.approx(
        cronbach_alpha(Moments.of(rows)).value, abs=1e-9
    )


@given(likert, likert)
def test_pairwise_moments_add_and_subtract(east, west):
    draws = np.random.default_rng(len(east))
    there, then = draws.random(east.shape) < 0.8, draws.random(west.shape) < 0.8
    together = PairwiseMoments.of(np.vstack([east, west]), np.vstack([there, then]))
    one, other = PairwiseMoments.of(east, there), PairwiseMoments.of(west, then)

    assert one + other == together
    assert together - other == one


def test_pairwise_covariances_are_of_those_who_answered_both():
    rows = np.random.default_rng(5).integers(1, 8, (40, 3))
    answered = np.random.default_rng(6).random((40, 3)) < 0.7
    found = PairwiseMoments.of(rows, answered).covariance
    both = answered[:, 0] & answered[:, 2]

    assert found[0, 2] == pytest.approx(np.cov(rows[both, 0], rows[both, 2])[0, 1])
    assert found[1, 1] == pytest.approx(rows[answered[:, 1], 1].var(ddof=1))


def test_equal_alphas_do_not_differ():
    one = Alpha(0.8, items=20, n=200)
    found = compare_alphas(one, one)

    assert (found.difference, found.ratio) == (0, 1)
    assert found.p_value == pytest.approx(1, abs=1e-9)


@given(st.floats(0, 0.95), st.floats(0, 0.95), st.integers(3, 500), st.integers(3, 500))
def test_either_alpha_may_come_first(one, other, n, m):
    first, second = Alpha(one, items=9, n=n), Alpha(other, items=9, n=m)

    assert compare_alphas(first, second).p_value == pytest.approx(
        compare_alphas(second, first).p_value, abs=1e-9
    )


def test_what_cannot_be_told_is_refused():
    with pytest.raises(OutOfRange, match="0 or 1"):
        kr20(Moments.of(np.array([[0, 2], [1, 1], [1, 0]])))
    with pytest.raises(TooFew, match="three are needed"):
        item_analysis(Moments.of(np.array([[1, 2], [2, 4], [3, 3]])))
    same = np.array([[1, 1, 3], [2, 2, 1], [4, 4, 4], [3, 3, 3]])
    with pytest.raises(Collinear):
        item_analysis(Moments.of(same))
    with pytest.raises(NoVariance):
        standardised_alpha(Moments.of(np.array([[1, 2], [1, 3], [1, 4]])))
    with pytest.raises(OutOfRange, match="logarithm"):
        bonett_interval(1.0, n=20, k=4)
    with pytest.raises(TooFew):
        bonett_interval(0.8, n=2, k=4)
    with pytest.raises(OutOfRange):
        compare_alphas(Alpha(1.0, items=4, n=20), Alpha(0.8, items=4, n=20))
    with pytest.raises(WrongShape):
        PairwiseMoments.of(np.ones((2, 2), int), np.ones((3, 2), bool))
    with pytest.raises(TooFew):
        pairwise_alpha(PairwiseMoments.of(np.ones((2, 2), int), np.eye(2, dtype=bool)))
