"""Funnel plots: Spiegelhalter's formulas by hand, and the laws they follow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.funnel import (
    exact_limits,
    funnel_of_means,
    funnel_of_rates,
    funnel_of_shares,
    winsorised_dispersion,
)
from gapless_stats.shrinkage import UnitMeans

units = st.lists(
    st.tuples(st.integers(1, 99), st.integers(100, 2_000)), min_size=3, max_size=30
)


def drifting(seed=1, count=60, spread=0.5):
    random = np.random.default_rng(seed)
    sizes = random.integers(300, 3_000, count)
    true = 1 / (1 + np.exp(-random.normal(-1, spread, count)))
    return random.binomial(sizes, true), sizes


def test_limits_by_hand():
    """θ₀ = 0.2 and n = 100: 0.2 ± 1.96 · 0.04 and ± 3.09 · 0.04."""
    found = funnel_of_shares(
        np.array([20, 19, 21, 35]), np.array([100, 100, 100, 100]), target=0.2
    )

    assert found.dispersion == pytest.approx(
        np.mean(np.array([0, 0, 0.25, 2.7]) ** 2), abs=1
    )
    assert not found.overdispersed
    assert found.lower[:, 0] == pytest.approx([0.1216, 0.0764], abs=5e-5)
    assert found.upper[:, 0] == pytest.approx([0.2784, 0.3236], abs=5e-5)
    assert found.outside.tolist() == [[False, False, False, True]] * 2


def test_chance_alone_is_not_overdispersed():
    random = np.random.default_rng(2)
    sizes = random.integers(50, 2_000, 400)
    found = funnel_of_shares(random.binomial(sizes, 0.3), sizes)

    assert found.dispersion < 1.05
    assert not found.overdispersed
    assert found.outside.mean(axis=1) == pytest.approx([0.05, 0.002], abs=0.025)


def test_drift_widens_the_limits_either_way():
    counts, sizes = drifting()
    plain = funnel_of_shares(counts, sizes, dispersion="none")
    times = funnel_of_shares(counts, sizes)
    plus = funnel_of_shares(counts, sizes, dispersion="additive")

    assert plain.overdispersed
    assert plain.outside[0].mean() > 0.5
    assert times.inflation == times.dispersion == plain.dispersion
    assert times.z == pytest.approx(plain.z / math.sqrt(times.dispersion))
    assert times.outside[1].mean() < 0.06
    assert plus.outside[1].mean() < 0.06
    assert plus.between > 0


def test_the_additive_variance_by_hand():
    """(Bφ̂ - (B-1)) / (Σw - Σw²/Σw), Spiegelhalter 2005."""
    counts, sizes = drifting()
    found = funnel_of_shares(counts, sizes, dispersion="additive")
    w = 1 / found.error**2
    expected = (60 * found.dispersion - 59) / (w.sum() - (w**2).sum() / w.sum())

    assert found.between == pytest.approx(expected)
    assert found.z == pytest.approx(
        (found.value - found.target) / np.sqrt(found.error**2 + expected)
    )


@given(units)
def test_a_unit_lies_outside_where_its_z_says(pairs):
    counts, sizes = np.array(pairs).T
    found = funnel_of_shares(counts, sizes)
    reach = stats.norm.ppf((1 + np.array(found.levels)) / 2)

    for row in range(2):
        clear = np.abs(np.abs(found.z) - reach[row]) > 1e-9
        assert (found.outside[row] == (np.abs(found.z) > reach[row]))[clear].all()


@given(units)
def test_the_curves_pass_through_the_limits(pairs):
    counts, sizes = np.array(pairs).T
    for found in (funnel_of_shares(counts, sizes), funnel_of_rates(counts, sizes)):
        low, high = found.limits_at(sizes)
        assert np.maximum(low, 0) == pytest.approx(found.lower)
        assert high == pytest.approx(np.where(high > found.upper, high, found.upper))


@given(units, st.randoms())
def test_the_order_of_units_does_not_matter(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)
    one, two = (funnel_of_rates(*np.array(each).T) for each in (pairs, shuffled))

    assert one.dispersion == pytest.approx(two.dispersion)
    assert np.sort(one.z) == pytest.approx(np.sort(two.z), abs=1e-9)


def test_means_of_equal_error():
    found = funnel_of_means(
        UnitMeans(np.full(4, 9), np.array([4.0, 5, 6, 5]), np.full(4, 2.25))
    )

    assert found.target == 5
    assert found.z == pytest.approx([-2, 0, 2, 0])
    assert found.limits_at(np.array([9]))[1][0] == pytest.approx(5 + 1.959964 / 2)


def test_a_few_true_outliers_do_not_hide_themselves():
    z = np.concatenate([np.random.default_rng(3).standard_normal(100), [12.0, -15.0]])

    assert np.mean(z**2) > 4
    assert winsorised_dispersion(z) < 1.1
    assert winsorised_dispersion(z, part=0.0) == pytest.approx(np.mean(z**2))


@pytest.mark.parametrize("kind", ["shares", "rates"])
def test_exact_limits_hold_their_tails(kind):
    """The interpolated count has the tail between those of its neighbours."""
    sizes = np.array([20, 50, 333])
    low, high = exact_limits(0.2, sizes, kind=kind)
    spread = stats.binom(sizes, 0.2) if kind == "shares" else stats.poisson(sizes * 0.2)
    for row, level in enumerate((0.95, 0.998)):
        for ends, tail in ((low[row], (1 - level) / 2), (high[row], (1 + level) / 2)):
            count = ends * sizes
            assert (spread.cdf(np.floor(count)) <= tail + 1e-9)[count > 0].all()
            assert (spread.cdf(np.ceil(count)) >= tail - 1e-9)[count > 0].all()


def test_exact_limits_of_many_are_the_normal_ones():
    sizes = np.array([10**6])
    low, high = exact_limits(0.2, sizes, levels=[0.95])
    reach = 1.959964 * math.sqrt(0.2 * 0.8 / 10**6)

    assert (low.item(), high.item()) == pytest.approx((0.2 - reach, 0.2 + reach), abs=1e-6)
