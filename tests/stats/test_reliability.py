import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.moments import Moments
from gapless_stats.reliability import cronbach_alpha, difference_reliability, feldt_interval

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
