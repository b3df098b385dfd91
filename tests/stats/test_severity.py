"""Strict and lenient raters: the dense regression, and graphs that do not connect."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.agreement.severity import groups_that_compare, severity
from gapless_stats.errors import Disconnected, NoVariance, TooFew

seeds = st.integers(0, 10**6)


def visits(seed, raters=4, units=12, periods=1, each=3):
    """Everybody scores the first unit, and a few, always the first among them, each."""
    rng = np.random.default_rng(seed)
    others = [
        rng.choice(np.arange(1, raters), each - 1, replace=False) for _ in range(units)
    ]
    rater = np.concatenate([np.arange(raters), *([0, *each] for each in others)])
    unit = np.concatenate([np.zeros(raters, int), np.repeat(np.arange(units), each)])
    period = rng.integers(0, periods, len(unit))
    period[:periods] = np.arange(periods)
    lenience = rng.standard_normal(raters)
    scores = (
        rng.standard_normal(units)[unit] + lenience[rater] + rng.standard_normal(len(unit))
    )
    return scores, rater, unit, period


def dense(scores, rater, unit, period):
    """Least squares with a column for everything, effects centred afterwards."""
    blocks = [each[:, None] == np.arange(each.max() + 1) for each in (rater, period, unit)]
    design = np.column_stack(blocks).astype(float)
    found = np.linalg.lstsq(design, scores, rcond=None)[0]
    left = scores - design @ found
    sizes = rater.max() + 1, period.max() + 1
    raters, periods = found[: sizes[0]], found[sizes[0] : sum(sizes)]
    return raters - raters.mean(), periods - periods.mean(), left, design


@given(seeds)
def test_severity_is_the_regression_with_everything_in_it(seed):
    given_scores = visits(seed, periods=3)
    scores, rater, unit, period = given_scores
    raters, periods, left, design = dense(*given_scores)
    found = severity(scores, raters=rater, units=unit, periods=period)
    freedom = len(scores) - np.linalg.matrix_rank(design)

    assert found.lenience == pytest.approx(raters, abs=1e-8)
    assert found.periods == pytest.approx(periods, abs=1e-8)
    assert found.degrees == (3, freedom)
    assert found.residual == pytest.approx(np.sqrt(left @ left / freedom), rel=1e-8)
    fitted = found.units[unit] + found.lenience[rater] + found.periods[period]
    assert scores - fitted == pytest.approx(left, abs=1e-8)


def test_the_error_of_a_difference_and_the_f_test_are_the_regressions():
    scores, rater, unit, _ = visits(5)
    blocks = [unit[:, None] == np.arange(12), rater[:, None] == np.arange(1, 4)]
    design = np.column_stack(blocks).astype(float)
    inverse = np.linalg.inv(design.T @ design)
    left = scores - design @ inverse @ design.T @ scores
    without = scores - (np.bincount(unit, scores) / np.bincount(unit))[unit]
    variance = left @ left / (len(scores) - 15)
    found = severity(scores, raters=rater, units=unit)
    centring = np.vstack((np.zeros(3), np.eye(3))) - 0.25
    covariance = variance * centring @ inverse[12:, 12:] @ centring.T

    assert found.error == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-9)
    assert found.f == pytest.approx((without @ without - left @ left) / 3 / variance)


@given(seeds, st.floats(-5, 5))
def test_a_stricter_rater_is_stricter_by_just_that(seed, much):
    scores, rater, unit, _ = visits(seed)
    one = severity(scores, raters=rater, units=unit)
    other = severity(scores - much * (rater == 2), raters=rater, units=unit)
    moved = one.lenience - much * (np.arange(4) == 2) + much / 4

    assert other.lenience == pytest.approx(moved, abs=1e-8)
    assert other.residual == pytest.approx(one.residual, abs=1e-8)


@given(seeds)
def test_shrunken_severity_is_smaller_in_all_and_sums_to_nothing(seed):
    scores, rater, unit, _ = visits(seed)
    found = severity(scores, raters=rater, units=unit)

    assert found.shrunken @ found.shrunken <= found.lenience @ found.lenience + 1e-9
    assert found.shrunken.sum() == pytest.approx(0, abs=1e-8)
    assert found.lenience.sum() == pytest.approx(0, abs=1e-8)


def test_the_spread_of_raters_is_found_again():
    found = [severity(*s[:1], raters=s[1], units=s[2]) for s in _halls(200)]

    assert np.mean([each.spread**2 for each in found]) == pytest.approx(1, abs=0.15)
    assert np.mean([each.residual**2 for each in found]) == pytest.approx(1, abs=0.1)


def _halls(times):
    return [visits(seed, raters=8, units=20) for seed in range(times)]


def test_inspectors_who_never_meet_do_not_compare():
    raters, units = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3])
    with pytest.raises(Disconnected, match="2 groups"):
        severity(np.array([1.0, 2, 3, 5]), raters=raters, units=units)


def test_inspectors_who_meet_by_way_of_a_third_do():
    raters, units = np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 1, 2])

    assert groups_that_compare(raters, units).tolist() == [0, 0, 0, 1]


def test_periods_that_belong_to_one_unit_each_do_not_compare():
    scores = np.arange(8.0) % 3
    raters, units = np.tile([0, 1], 4), np.repeat(np.arange(4), 2)
    with pytest.raises(Disconnected, match="period"):
        severity(scores, raters=raters, units=units, periods=units)


def test_what_cannot_be_told_is_refused_by_name():
    one = np.zeros(3, np.int64)
    with pytest.raises(TooFew, match="one rater"):
        severity(np.array([1.0, 2.0, 3.0]), raters=one, units=np.arange(3))
    both = np.array([0, 1, 0, 1])
    with pytest.raises(NoVariance, match="exactly"):
        severity(np.array([1.0, 2, 2, 3]), raters=both, units=np.array([0, 0, 1, 1]))
