"""Rates of events against R's poisson.test, and the laws they follow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.rates import rate_of, rate_ratio

events = st.integers(0, 400)
exposures = st.floats(0.01, 1e6)


def test_a_rate_as_r_gives_it():
    """``poisson.test(137, 24.19893)``: Welsh nickel workers."""
    found = rate_of(137, 24.19893)

    assert found.rate == pytest.approx(5.661407, abs=5e-7)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (4.753125, 6.692709), abs=5e-7
    )


def test_no_event_is_no_certainty():
    """The rule of three's exact form: 0 to 3.689 for two sides of 95 %."""
    found = rate_of(0, 1.0)

    assert (found.interval.low, found.interval.high) == (0, pytest.approx(3.688879))


@given(events, st.sampled_from([0.8, 0.95, 0.99]))
def test_mid_p_has_its_tails_where_they_belong(count, level):
    found = rate_of(count, 1.0, level=level, mid_p=True).interval
    tail = (1 - level) / 2

    def half(mean):
        return stats.poisson.cdf(count - 1, mean) + stats.poisson.pmf(count, mean) / 2

    assert half(found.high) == pytest.approx(tail, abs=1e-9)
    assert count == 0 or half(found.low) == pytest.approx(1 - tail, abs=1e-9)


@given(events, exposures, st.sampled_from([0.8, 0.95, 0.99]))
def test_mid_p_lies_within_the_exact_interval(count, exposure, level):
    exact = rate_of(count, exposure, level=level)
    mid = rate_of(count, exposure, level=level, mid_p=True)

    assert exact.interval.low <= mid.interval.low * (1 + 1e-9)
    assert mid.interval.high <= exact.interval.high * (1 + 1e-9)
    assert mid.interval.low <= exact.rate <= mid.interval.high


@given(events, exposures, st.floats(0.1, 1000))
def test_the_unit_of_exposure_does_not_matter(count, exposure, unit):
    plain, other = rate_of(count, exposure), rate_of(count, exposure * unit)

    assert other.rate == pytest.approx(plain.rate / unit)
    assert other.interval.high == pytest.approx(plain.interval.high / unit)


def test_two_rates_as_r_compares_them():
    """``poisson.test(c(11, 6+8+7), c(800, 1083+1050+878))``."""
    found = rate_ratio(11, 800, 21, 3011)

    assert found.ratio == pytest.approx(1.971488, abs=5e-7)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), rel=1e-6)
    assert found.p_value == pytest.approx(0.07967, abs=5e-6)


@given(st.integers(0, 60), exposures, st.integers(1, 60), exposures)
def test_the_p_value_is_the_binomial_tests(count, exposure, other, other_exposure):
    found = rate_ratio(count, exposure, other, other_exposure)
    share = exposure / (exposure + other_exposure)
    expected = stats.binomtest(count, count + other, share).pvalue

    assert found.p_value == pytest.approx(expected, rel=1e-6)


@given(st.integers(1, 60), exposures, st.integers(1, 60), exposures)
def test_the_other_way_round_it_is_one_over(count, exposure, other, other_exposure):
    there = rate_ratio(count, exposure, other, other_exposure)
    back = rate_ratio(other, other_exposure, count, exposure)

    assert back.ratio == pytest.approx(1 / there.ratio)
    assert back.low == pytest.approx(1 / there.high)
    assert back.p_value == pytest.approx(there.p_value)


def test_a_side_without_events_has_no_upper_bound():
    found = rate_ratio(5, 10.0, 0, 10.0)

    assert (found.ratio, found.high) == (None, None)
    assert found.low == pytest.approx(
        stats.beta.ppf(0.025, 5, 1) / (1 - stats.beta.ppf(0.025, 5, 1))
    )


def test_the_exact_interval_keeps_its_level():
    """Of every rate at least 95 % of the intervals hold it."""
    counts = np.arange(80)
    ends = np.array(
        [(each.low, each.high) for each in (rate_of(int(x), 1.0).interval for x in counts)]
    )
    for mean in (0.5, 3.3, 12.0, 30.0):
        held = (ends[:, 0] <= mean) & (mean <= ends[:, 1])
        assert stats.poisson.pmf(counts[held], mean).sum() >= 0.95
