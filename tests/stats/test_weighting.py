from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.errors import TooFew
from gapless_stats.intervals import mean_of_sums, net_score, wilson
from gapless_stats.moments import Sums
from gapless_stats.weighting import (
    MILLIONTHS,
    WeightedCount,
    WeightedSums,
    design_effect,
    effective_n,
    weighted_mean,
    weighted_net_score,
    weighted_share,
)

answers = st.lists(
    st.tuples(st.integers(1, 7), st.integers(1, 1000 * MILLIONTHS)), min_size=1, max_size=30
)


def sums_of(pairs, **scale):
    values, weights = np.array(pairs, dtype=object).T
    return WeightedSums.of(values, weights, **scale)


def counted(weights):
    return WeightedCount(len(weights), sum(weights), sum(each**2 for each in weights))


@given(answers, answers)
def test_sums_of_two_halls_add_and_can_be_taken_back(east, west):
    one, other, both = sums_of(east), sums_of(west), sums_of(east + west)

    assert one + other == both
    assert both - other == one


@given(answers.filter(lambda pairs: len(pairs) > 1))
def test_sums_and_rows_tell_the_same_mean(pairs):
    found = weighted_mean(sums_of(pairs))
    x, w = np.array(pairs, dtype=object).T
    whole = Fraction(int(w.sum()))
    mean = Fraction(int((w * x).sum())) / whole
    n = len(pairs)
    scatter = sum(int(b) ** 2 * (int(a) - mean) ** 2 for a, b in pairs)
    variance = Fraction(n, n - 1) * scatter / whole**2
    spread = Fraction(n, n - 1) * sum(int(b) * (int(a) - mean) ** 2 for a, b in pairs)

    assert found.mean == float(mean)
    assert found.error == pytest.approx(float(variance) ** 0.5, rel=1e-12)
    assert found.sd == pytest.approx(float(spread / whole) ** 0.5, rel=1e-12)


@given(answers.filter(lambda pairs: len({x for x, _ in pairs}) > 1), st.integers(1, 999))
def test_the_unit_of_weights_falls_out(pairs, factor):
    once, more = (
        weighted_mean(sums_of([(x, w * times) for x, w in pairs])) for times in (1, factor)
    )

    assert more.mean == once.mean
    assert more.error == pytest.approx(once.error, rel=1e-12)
    assert more.effective_n == pytest.approx(once.effective_n, rel=1e-12)


@given(st.lists(st.integers(1, 7), min_size=2, max_size=30), st.integers(1, 10**9))
def test_equal_weights_are_none(values, weight):
    weighted = weighted_mean(sums_of([(value, weight) for value in values]))
    plain = mean_of_sums(Sums.of(np.array(values)))

    assert weighted.mean == plain.mean
    assert weighted.sd == pytest.approx(plain.sd, abs=1e-12)
    assert weighted.effective_n == len(values)
    assert weighted.design_effect == 1
    assert (weighted.interval is None) == (plain.interval is None)


def test_equal_weights_keep_the_interval():
    values = [3, 5, 4, 7, 6, 6]
    weighted = weighted_mean(sums_of([(value, 250_000) for value in values]))
    plain = mean_of_sums(Sums.of(np.array(values)))

    assert (weighted.interval.low, weighted.interval.high) == pytest.approx(
        (plain.interval.low, plain.interval.high)
    )


@given(answers)
def test_an_effective_number_is_at_most_the_number(pairs):
    sums = sums_of(pairs)

    assert 1 - 1e-12 <= effective_n(sums) <= len(pairs) * (1 + 1e-12)
    assert effective_n(sums) * design_effect(sums) == pytest.approx(len(pairs))


@given(answers)
def test_a_scale_only_divides(pairs):
    fine = [(27720 * x, w) for x, w in pairs]

    assert weighted_mean(sums_of(fine, scale=27720)).mean == pytest.approx(
        weighted_mean(sums_of(pairs)).mean, rel=1e-15
    )


def test_the_interval_covers_as_often_as_it_says():
    """Customers of a small and a large hall, asked equally often, weigh unequally."""
    rng = np.random.default_rng(11)
    held = []
    for _ in range(1500):
        small, large = rng.normal(4, 1, 40), rng.normal(6, 1, 40)
        values = np.round(np.concatenate([small, large]) * 1000).astype(int)
        weights = np.repeat([MILLIONTHS, 4 * MILLIONTHS], 40)
        interval = weighted_mean(WeightedSums.of(values, weights, scale=1000)).interval
        held.append(interval.low <= (4 + 4 * 6) / 5 <= interval.high)

    # Strata of fixed size vary less than answers by chance, so it covers rather more.
    assert np.mean(held) > 0.95


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(1, 10**7))
def test_shares_and_net_scores_of_equal_weights_are_the_plain_ones(
    promoters, passives, detractors, weight
):
    n = promoters + passives + detractors + 1
    of = [counted([weight] * many) for many in (promoters, detractors, n)]
    share, score = weighted_share(of[0], of[2]), weighted_net_score(*of)
    plain, plain_score = wilson(promoters, n), net_score(promoters, detractors, n)

    assert (share.interval.low, share.interval.high) == pytest.approx(
        (plain.low, plain.high), abs=1e-12
    )
    assert score.score == pytest.approx(plain_score.score, abs=1e-15)
    assert (score.interval.low, score.interval.high) == pytest.approx(
        (plain_score.interval.low, plain_score.interval.high), abs=1e-12
    )


@given(answers, answers)
def test_a_weighted_share_is_a_mean_of_zeros_and_ones(those, others):
    weights, rest = ([w for _, w in pairs] for pairs in (those, others))
    found = weighted_share(counted(weights), counted(weights + rest))
    as_mean = weighted_mean(sums_of([(1, w) for w in weights] + [(0, w) for w in rest]))

    assert found.share == pytest.approx(as_mean.mean, rel=1e-14)
    assert found.effective_n == as_mean.effective_n


def test_counts_add_and_can_be_taken_back():
    east, west = counted([1, 2, 3]), counted([5])

    assert east + west == counted([1, 2, 3, 5])
    assert (east + west) - west == east


def test_one_answer_has_a_mean_without_an_interval():
    found = weighted_mean(sums_of([(5, 300_000)]))

    assert (found.mean, found.sd, found.error, found.interval) == (5.0, None, None, None)


def test_what_has_no_weight_is_refused():
    nobody = WeightedCount(0, 0, 0)
    with pytest.raises(TooFew):
        effective_n(nobody)
    with pytest.raises(TooFew):
        design_effect(nobody)
    with pytest.raises(TooFew):
        weighted_mean(WeightedSums(0, 0, 0, 0, 0, 0, 0))
    with pytest.raises(TooFew):
        weighted_share(nobody, nobody)
    with pytest.raises(TooFew):
        weighted_net_score(nobody, nobody, nobody)
    with pytest.raises(ValueError, match="above 0"):
        WeightedSums.of(np.array([3]), np.array([0]))
    with pytest.raises(ValueError, match="weights"):
        WeightedSums.of(np.array([3]), np.array([1, 2]))
    with pytest.raises(ValueError, match="no part"):
        weighted_share(counted([5]), counted([3]))
    with pytest.raises(ValueError, match="do not add"):
        sums_of([(3, 1)]) + sums_of([(3, 1)], scale=2)
