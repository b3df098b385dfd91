"""Where nobody was drawn by lot: broken series, likely controls, late starters."""

import itertools
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.effects.differences import did_of_units
from gapless_stats.effects.interrupted import interrupted_series
from gapless_stats.effects.matching import matched_controls
from gapless_stats.effects.staggered import staggered_effects

seeds = st.integers(0, 10**6)


def series(seed, length=40):
    rng = np.random.default_rng(seed)
    noise = np.convolve(rng.standard_normal(length + 2), [0.5, 0.3, 0.2], mode="valid")
    return 5 + 0.05 * np.arange(length) + noise


def slow_newey_west(design, left, lag):
    """Newey and West 1987, eq. 5, term by term."""
    inverse = np.linalg.inv(design.T @ design)
    meat = np.zeros_like(inverse)
    for s, t in itertools.product(range(len(left)), repeat=2):
        if abs(s - t) <= lag:
            weight = 1 - abs(s - t) / (lag + 1)
            meat += weight * left[s] * left[t] * np.outer(design[s], design[t])
    return inverse @ meat @ inverse


@pytest.mark.parametrize("season", [1, 4])
def test_a_break_is_the_segmented_regression(season):
    values, time = series(1), np.arange(40.0)
    after = time >= 22
    columns = [np.ones(40), time, after, (time - 22) * after]
    columns += [time % season == part for part in range(1, season)]
    design = np.column_stack(columns).astype(float)
    coefficients = np.linalg.lstsq(design, values, rcond=None)[0]
    left = values - design @ coefficients
    covariance = slow_newey_west(design, left, 3) * 40 / (40 - design.shape[1])
    found = interrupted_series(values, first=22, season=season)
    stats = import_module("scipy.stats")
    reach = stats.t.ppf(0.975, 40 - design.shape[1]) * np.sqrt(np.diag(covariance))

    assert found.lag == 3
    assert [found.trend, found.jump, found.bend] == pytest.approx(coefficients[1:4])
    for interval, place in ((found.jump_interval, 2), (found.bend_interval, 3)):
        assert interval.high - interval.low == pytest.approx(2 * reach[place])


@given(seeds, st.floats(-5, 5), st.floats(-1, 1))
def test_a_jump_and_a_bend_are_found_again(seed, jump, bend):
    time = np.arange(40)
    after = time >= 20
    one = interrupted_series(series(seed), first=20)
    other = interrupted_series(series(seed) + after * (jump + bend * (time - 20)), first=20)

    assert other.jump == pytest.approx(one.jump + jump, abs=1e-8)
    assert other.bend == pytest.approx(one.bend + bend, abs=1e-8)
    assert other.trend == pytest.approx(one.trend, abs=1e-8)


def test_statsmodels_gives_the_same_errors():
    api = import_module("statsmodels.api")
    time = np.arange(40.0)
    after = (time >= 22) * 1.0
    design = np.column_stack((np.ones(40), time, after, (time - 22) * after))
    options = {"maxlags": 3, "use_correction": True}
    fit = api.OLS(series(2), design).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    found = interrupted_series(series(2), first=22)

    assert found.jump_p_value == pytest.approx(fit.pvalues[2])


@given(seeds)
def test_the_nearest_is_chosen_first(seed):
    rng = np.random.default_rng(seed)
    covariates = rng.standard_normal((12, 2))
    found = matched_controls(covariates, treated=np.arange(12) < 1, controls=3)
    centred = covariates[1:] - covariates[1:].mean(axis=0)
    inverse = np.linalg.inv(centred.T @ centred / 10)
    apart = covariates[1:] - covariates[0]
    distance = np.sqrt(np.einsum("ai,ij,aj->a", apart, inverse, apart))

    assert found.controls[0].tolist() == (1 + np.argsort(distance)[:3]).tolist()
    assert found.distance[0] == pytest.approx(np.sort(distance)[:3])


@given(seeds)
def test_likeness_forgets_units_of_measurement(seed):
    rng = np.random.default_rng(seed)
    covariates, treated = rng.standard_normal((30, 3)), np.arange(30) < 6
    one, other = (
        matched_controls(each, treated=treated)
        for each in (covariates, covariates * [10, 0.1, 3] + [1, 2, 3])
    )

    assert one.controls.tolist() == other.controls.tolist()
    assert one.imbalance == pytest.approx(other.imbalance)
    assert len(set(one.controls.ravel().tolist())) == one.controls.size


def test_matching_makes_groups_more_alike():
    rng = np.random.default_rng(3)
    covariates = rng.standard_normal((300, 2))
    covariates[:20] += 0.7
    found = matched_controls(covariates, treated=np.arange(300) < 20)

    assert (np.abs(found.raw) > 0.3).all()
    assert (np.abs(found.imbalance) < np.abs(found.raw) / 2).all()


@given(seeds)
def test_one_group_and_one_period_are_a_difference_in_differences(seed):
    outcome = np.random.default_rng(seed).standard_normal((20, 2))
    treated = np.arange(20) < 8
    one = staggered_effects(outcome, first=np.where(treated, 1, 2))
    other = did_of_units(outcome[:, 0], outcome[:, 1], treated=treated)

    assert one.effect == pytest.approx(other.effect, abs=1e-12)
    assert one.error == pytest.approx(other.error)
    assert one.effects == pytest.approx([other.effect])


def growing(seed, first):
    """Effects grow by one a period since: what misleads the plain regression."""
    rng = np.random.default_rng(seed)
    since = np.arange(6) - first[:, None]
    path = rng.standard_normal((len(first), 1)) + rng.standard_normal(6)
    effect = np.where((since >= 0) & (first[:, None] < 6), since + 1.0, 0.0)
    return path + effect + 0.5 * rng.standard_normal((len(first), 6))


def test_growing_effects_are_found_by_time_since():
    first = np.repeat([2, 4, 6], [15, 15, 20])
    found = [staggered_effects(growing(seed, first), first=first) for seed in range(200)]
    expected = np.arange(1.0, 5.0)
    held = [(each.low <= expected) & (expected <= each.high) for each in found]
    effects = [each.effect for each in found]

    assert found[0].exposure.tolist() == [0, 1, 2, 3]
    assert np.mean([each.effects for each in found], axis=0) == pytest.approx(
        expected, abs=0.04
    )
    # Weighted by group and period: (1 + 2 + 3 + 4) and (1 + 2), of equal groups.
    assert np.mean(effects) == pytest.approx(13 / 6, abs=0.04)
    assert np.mean([each.error for each in found]) == pytest.approx(
        np.std(effects), rel=0.15
    )
    assert np.mean(held) == pytest.approx(0.94, abs=0.03)


@given(seeds, st.floats(-5, 5))
def test_what_a_period_does_to_all_does_not_count(seed, shift):
    first = np.repeat([2, 4, 6], 5)
    outcome = growing(seed, first)
    moved = outcome + shift * (np.arange(6) == 3)

    assert staggered_effects(moved, first=first).effects == pytest.approx(
        staggered_effects(outcome, first=first).effects, abs=1e-8
    )
