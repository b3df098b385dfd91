"""How a sample is shared out: textbook examples and the laws of sharing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.allocation import (
    allocate_neyman,
    allocate_proportional,
    draw_systematic,
    inclusion_by_size,
)

strata = st.lists(st.integers(2, 500), min_size=1, max_size=8)


def test_in_proportion_it_adds_up():
    """Thirds do not: the largest remainders get what is left."""
    found = allocate_proportional(100, np.array([100, 100, 100]))

    assert found.each.tolist() == [34, 33, 33]
    assert found.weights @ found.each == 300


@given(strata, st.data())
def test_shares_add_up_within_their_bounds(sizes, data):
    population = np.array(sizes)
    n = data.draw(st.integers(2 * len(sizes), int(population.sum())))
    spread = np.array([float(1 + size % 5) for size in sizes])
    for found in (
        allocate_proportional(n, population),
        allocate_neyman(n, population, spread),
    ):
        assert found.each.sum() == n
        assert (found.each >= 1).all()
        assert (found.each <= population).all()
        assert found.weights @ found.each == pytest.approx(population.sum())


@given(strata, st.data())
def test_where_all_vary_alike_neyman_is_proportional(sizes, data):
    population = np.array(sizes)
    n = data.draw(st.integers(2 * len(sizes), int(population.sum())))
    even = allocate_neyman(n, population, np.full(len(sizes), 3.0))

    assert even.each.tolist() == allocate_proportional(n, population, least=2).each.tolist()


def variance(population, spread, each):
    return float((population**2 * spread**2 * (1 / each - 1 / population)).sum())


def test_no_other_sharing_has_a_smaller_error():
    """Cochran 1977, theorem 5.6: every move of one answer makes it worse."""
    population, spread = np.array([400, 300, 200]), np.array([4.0, 8.0, 10.0])
    best = allocate_neyman(90, population, spread).each
    least = variance(population, spread, best)
    for giver in range(3):
        for taker in set(range(3)) - {giver}:
            other = best.copy()
            other[giver] -= 1
            other[taker] += 1
            assert variance(population, spread, other) > least


def test_dear_answers_are_fewer():
    population, spread = np.array([500, 500]), np.array([2.0, 2.0])
    found = allocate_neyman(90, population, spread, cost=np.array([1.0, 4.0]))

    assert found.each.tolist() == [60, 30]


def test_a_small_wild_stratum_is_asked_whole():
    found = allocate_neyman(50, np.array([1_000, 10]), np.array([1.0, 500.0]))

    assert found.each.tolist() == [40, 10]


def test_probabilities_by_size():
    """``sampling::inclusionprobabilities(c(1, 2, 3, 4, 90), 2)``."""
    found = inclusion_by_size(2, np.array([1, 2, 3, 4, 90]))

    assert found.probability.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 1.0])
    assert found.certain.tolist() == [4]


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20), st.data())
def test_probabilities_add_up_and_keep_the_order(sizes, data):
    n = data.draw(st.integers(1, len(sizes)))
    found = inclusion_by_size(n, np.array(sizes))
    order = np.argsort(sizes)

    assert found.probability.sum() == pytest.approx(n)
    assert (found.probability > 0).all()
    assert (found.probability <= 1 + 1e-12).all()
    assert (np.diff(found.probability[order]) >= -1e-12).all()
    drawn = draw_systematic(found, seed=7)
    assert len(set(drawn.tolist())) == n
    assert set(found.certain.tolist()) <= set(drawn.tolist())


def test_units_are_drawn_as_often_as_they_should():
    units = inclusion_by_size(3, np.array([100, 20, 20, 20, 40]))
    often = np.zeros(5)
    for seed in range(4_000):
        often[draw_systematic(units, seed=seed)] += 1

    assert often / 4_000 == pytest.approx(units.probability, abs=0.03)


def test_a_seed_draws_the_same_units():
    units = inclusion_by_size(4, np.arange(1, 30))

    assert draw_systematic(units).tolist() == draw_systematic(units).tolist()
    assert draw_systematic(units).tolist() != draw_systematic(units, seed=1).tolist()
