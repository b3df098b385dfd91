"""Dominance and drawn shares, against their definitions and yhat's published example."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.dominance import dominance
from gapless_stats.drivers import drivers
from gapless_stats.errors import OutOfRange, TooFew, TooMany, WrongShape
from gapless_stats.lmg_sampling import owen_values, sampled_shares
from gapless_stats.moments import Moments
from tests.stats.test_drivers import answers, explained

SEEDS = st.integers(0, 10_000)


def gains_of(rows, one):
    """What predictor ``one`` adds to each subset of the others, by regression on rows."""
    others = [each for each in range(rows.shape[1] - 1) if each != one]
    return {
        chosen: explained(rows, sorted((*chosen, one))) - explained(rows, chosen)
        for size in range(len(others) + 1)
        for chosen in combinations(others, size)
    }


@given(SEEDS)
def test_conditional_dominance_is_the_mean_gain_at_each_size(seed):
    rows = answers(seed, items=3)
    found = dominance(Moments.of(rows))
    expected = [
        [
            np.mean(
                [gain for chosen, gain in gains_of(rows, one).items() if len(chosen) == s]
            )
            for s in range(3)
        ]
        for one in range(3)
    ]

    assert found.conditional == pytest.approx(np.array(expected), abs=1e-9)


@given(SEEDS)
def test_complete_dominance_is_of_every_subset(seed):
    rows = answers(seed, items=3)
    found = dominance(Moments.of(rows))
    for one, other in permutations(range(3), 2):
        mine, theirs = gains_of(rows, one), gains_of(rows, other)
        shared = [each for each in mine if other not in each]
        # Compared by regression: nearer than 1e-9 is a tie to neither.
        apart = np.array([mine[each] - theirs[each] for each in shared])
        if (np.abs(apart) > 1e-9).all():
            assert found.complete[one, other] == (apart > 0).all()


@given(SEEDS, st.integers(1, 5))
def test_each_grade_implies_the_next(seed, items):
    moments = Moments.of(answers(seed, items=items))
    found = dominance(moments)

    assert not (found.complete & ~found.conditionally).any()
    assert not (found.conditionally & ~found.generally).any()
    assert not (found.complete & found.complete.T).any()
    assert found.general == pytest.approx(drivers(moments).shares, abs=1e-10)
    assert found.general.sum() == pytest.approx(found.r_squared)


def test_a_predictor_that_is_the_outcome_dominates_completely():
    rng = np.random.default_rng(1)
    other = rng.integers(0, 9, 60)
    mine = rng.integers(0, 90, 60)
    found = dominance(Moments.of(np.column_stack([other, mine, 10 * mine + other % 3])))

    assert found.complete.tolist() == [[False, False], [True, False]]


@given(SEEDS)
def test_drawn_shares_are_near_the_exact_ones(seed):
    moments = Moments.of(answers(seed, n=80, items=5))
    found = sampled_shares(moments, orders=400, seed=seed)
    exact = drivers(moments).shares

    assert found.shares.sum() == pytest.approx(found.r_squared)
    assert (np.abs(found.shares - exact) <= 6 * found.errors + 1e-9).all()


def test_errors_are_those_of_drawing_again():
    moments = Moments.of(answers(5, n=100, items=6))
    drawn = [sampled_shares(moments, orders=100, seed=seed) for seed in range(200)]
    spread = np.std([each.shares for each in drawn], axis=0, ddof=1)

    assert np.mean([each.errors for each in drawn], axis=0) == pytest.approx(
        spread, rel=0.2
    )


def test_more_than_sixteen_predictors_are_drawn():
    moments = Moments.of(answers(3, n=400, items=22))
    found = sampled_shares(moments)

    assert found.shares.sum() == pytest.approx(found.r_squared)
    assert found.errors.max() < 0.01 * found.r_squared
    assert (found.shares == sampled_shares(moments).shares).all()


@given(SEEDS)
def test_owen_values_of_single_items_or_of_one_dimension_are_lmg(seed):
    moments = Moments.of(answers(seed, items=4))
    exact = pytest.approx(drivers(moments).shares, abs=1e-10)

    assert owen_values(moments, [0, 1, 2, 3]).shares == exact
    assert owen_values(moments, [0, 0, 0, 0]).shares == exact


@given(SEEDS)
def test_owen_values_are_averages_over_the_orders_that_keep_dimensions_together(seed):
    """Owen's own definition, by regressions on rows over all such orders."""
    rows = answers(seed, items=4)
    groups = [(0, 2), (1, 3)]
    known = {s: explained(rows, s) for k in range(5) for s in combinations(range(4), k)}
    gained, orders = np.zeros(4), 0
    for first, second in permutations(groups):
        for left in permutations(first):
            for right in permutations(second):
                order = (*left, *right)
                orders += 1
                for place, each in enumerate(order):
                    before = tuple(sorted(order[:place]))
                    gained[each] += known[tuple(sorted((*before, each)))] - known[before]
    found = owen_values(Moments.of(rows), [0, 1, 0, 1])

    assert found.shares == pytest.approx(gained / orders, abs=1e-9)
    assert found.dimensions.sum() == pytest.approx(found.r_squared)


def test_owen_values_of_twenty_two_items_are_exact():
    moments = Moments.of(answers(4, n=400, items=22))
    dimension = np.repeat(np.arange(5), [4, 5, 4, 4, 5])
    found = owen_values(moments, dimension)

    assert found.shares.sum() == pytest.approx(found.r_squared)


def test_what_takes_too_long_or_is_no_grouping_is_refused_by_name():
    moments = Moments.of(answers(1, n=400, items=17))
    with pytest.raises(TooMany):
        dominance(moments)
    with pytest.raises(TooMany):
        owen_values(moments, [0] * 17)
    with pytest.raises(TooMany):
        owen_values(moments, list(range(17)))
    with pytest.raises(TooFew):
        owen_values(moments, [0] * 16 + [2])
    with pytest.raises(WrongShape):
        owen_values(moments, [0, 1])
    with pytest.raises(OutOfRange):
        owen_values(moments, [-1] * 17)
    with pytest.raises(TooFew):
        sampled_shares(moments, orders=2)
