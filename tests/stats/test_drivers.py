from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.drivers import drivers
from gapless_stats.errors import Collinear, NoVariance, TooFew, TooMany
from gapless_stats.moments import Moments
from gapless_stats.predictors import correlations


def answers(seed, *, n=60, items=4):
    """Answers that go together, and an outcome that goes with them: (n, items + 1)."""
    rng = np.random.default_rng(seed)
    halo = rng.normal(0, 1, (n, 1))
    rated = np.clip(np.round(4 + halo + rng.normal(0, 1.2, (n, items))), 1, 7)
    outcome = np.round(rated @ rng.uniform(0, 1, items) + rng.normal(0, 1, n))
    return np.column_stack([rated, outcome]).astype(np.int64)


def explained(rows, members):
    if not members:
        return 0.0
    x = np.column_stack([np.ones(len(rows)), rows[:, list(members)]])
    y = rows[:, -1]
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - rest.var() / y.var()


@given(st.integers(0, 10_000))
def test_shares_are_averages_over_all_orders(seed):
    """The definition: what each adds to R², over every order to enter predictors in."""
    rows = answers(seed)
    found = drivers(Moments.of(rows))
    gained = np.zeros(4)
    known = {s: explained(rows, s) for k in range(5) for s in combinations(range(4), k)}
    for order in permutations(range(4)):
        for place, each in enumerate(order):
            before = tuple(sorted(order[:place]))
            gained[each] += known[tuple(sorted((*before, each)))] - known[before]

    assert found.r_squared == pytest.approx(explained(rows, range(4)))
    assert found.shares == pytest.approx(gained / 24, abs=1e-9)


@given(st.integers(0, 10_000))
def test_shares_add_up_and_none_is_negative(seed):
    found = drivers(Moments.of(answers(seed, items=6)))

    assert found.shares.sum() == pytest.approx(found.r_squared, abs=1e-12)
    assert (found.shares >= -1e-12).all()
    assert (found.inflation >= 1 - 1e-12).all()


@given(st.integers(0, 10_000), st.permutations(range(4)))
def test_the_order_and_the_unit_of_items_is_immaterial(seed, order):
    rows = answers(seed)
    turned = np.column_stack([3 * rows[:, order] + 1, rows[:, -1]])

    assert drivers(Moments.of(turned)).shares == pytest.approx(
        drivers(Moments.of(rows)).shares[list(order)], abs=1e-9
    )


@given(st.integers(0, 10_000))
def test_weights_are_those_of_a_regression_of_standardised_answers(seed):
    rows = answers(seed).astype(float)
    z = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    expected = np.linalg.lstsq(z[:, :-1], z[:, -1], rcond=None)[0]

    assert drivers(Moments.of(rows.astype(np.int64))).weights == pytest.approx(expected)


def test_sixteen_predictors_are_exact_too():
    found = drivers(Moments.of(answers(1, n=400, items=16)))

    assert found.shares.sum() == pytest.approx(found.r_squared, abs=1e-10)


@given(st.integers(0, 10_000))
def test_correlations_are_numpys(seed):
    rows = answers(seed)

    assert correlations(Moments.of(rows)) == pytest.approx(np.corrcoef(rows.T))


def test_what_cannot_be_told_is_refused_by_name():
    rows = answers(2)
    with pytest.raises(TooMany):
        drivers(Moments.of(answers(1, n=400, items=17)))
    with pytest.raises(TooFew):
        drivers(Moments.of(rows[:5]))
    with pytest.raises(TooFew):
        drivers(Moments.of(rows[:, -1:]))
    with pytest.raises(Collinear):
        drivers(Moments.of(np.column_stack([rows[:, 0] + rows[:, 1], rows])))
    with pytest.raises(NoVariance):
        drivers(Moments.of(np.column_stack([np.full(60, 7), rows])))
