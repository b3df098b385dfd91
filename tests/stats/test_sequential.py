"""Looking again and again: published bounds, and simulations of what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.effects.always_valid import (
    always_valid_interval,
    always_valid_radius,
    best_ratio,
)
from gapless_stats.effects.sequential import (
    crossing_probabilities,
    obrien_fleming,
    pocock,
    repeated_interval,
    spending_bounds,
)
from gapless_stats.moments import Sums


class TestSequential:
    def test_the_vectors_of_the_domain_manual(self):
        """domain.md 4.12 and appendix D."""
        assert [round(obrien_fleming(k).constant, 3) for k in (2, 3, 4, 5)] == [
            1.977,
            2.004,
            2.024,
            2.040,
        ]
        assert [round(pocock(k).constant, 3) for k in (2, 3, 4, 5)] == [
            2.178,
            2.289,
            2.361,
            2.413,
        ]
        five = [4.562, 3.226, 2.634, 2.281, 2.040]
        assert obrien_fleming(5).bounds == pytest.approx(five, abs=1.1e-3)
        assert crossing_probabilities(five)[-1] == pytest.approx(0.0501, abs=1.5e-4)
        assert crossing_probabilities([2.413] * 5)[-1] == pytest.approx(0.0500, abs=5e-5)
        assert crossing_probabilities([1.96] * 5)[-1] == pytest.approx(0.141, abs=1.1e-3)

    def test_naive_looks_as_armitage_mcpherson_and_rowe_tabled_them(self):
        """1969, table 2: 0.05, 0.083, 0.107, 0.126, 0.142; ten 0.193, twenty 0.248."""
        found = crossing_probabilities([1.959964] * 20)

        assert found[:5] == pytest.approx([0.05, 0.083, 0.107, 0.126, 0.142], abs=5e-4)
        assert found[[9, 19]] == pytest.approx([0.193, 0.248], abs=5e-4)

    def test_lan_demets_bounds_as_published(self):
        """Reboussin et al. 2000, two-sided 0.05, five equal looks."""
        looks = [0.2, 0.4, 0.6, 0.8, 1.0]
        strict, level = spending_bounds(looks), spending_bounds(looks, spending="pocock")

        assert strict.bounds == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=1e-3)
        assert level.bounds == pytest.approx([2.438, 2.427, 2.410, 2.397, 2.386], abs=1e-3)

    @pytest.mark.parametrize("make", [obrien_fleming, pocock])
    @pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
    def test_all_looks_together_spend_alpha(self, make, alpha):
        found = make(7, alpha=alpha)

        assert found.spent[-1] == pytest.approx(alpha, abs=1e-8)
        assert (np.diff(found.spent) > 0).all()

    @given(st.lists(st.floats(0.05, 1), min_size=1, max_size=6, unique=True))
    def test_spending_holds_for_looks_whenever_they_come(self, steps):
        times = np.cumsum(steps) / np.sum(steps)
        found = spending_bounds(times.tolist(), alpha=0.05)

        assert found.spent[-1] == pytest.approx(0.05, abs=1e-6)

    def test_one_look_is_the_usual_test(self):
        for found in (obrien_fleming(1), pocock(1), spending_bounds([1.0])):
            assert found.bounds == pytest.approx([1.959964], abs=1e-6)

    def test_a_later_look_does_not_change_an_earlier_bound(self):
        two, three = spending_bounds([0.3, 0.5]), spending_bounds([0.3, 0.5, 0.9])

        assert three.bounds[:2] == pytest.approx(two.bounds, abs=1e-9)

    def test_simulated_looks_cross_as_often_as_computed(self):
        rng = np.random.default_rng(9)
        z = rng.standard_normal((40_000, 4)).cumsum(axis=1) / np.sqrt(np.arange(1, 5))
        crossed = (np.abs(z) > [2.5, 2.4, 2.2, 2.1]).cumsum(axis=1) > 0

        assert crossing_probabilities([2.5, 2.4, 2.2, 2.1]) == pytest.approx(
            crossed.mean(axis=0), abs=4e-3
        )

    def test_a_repeated_interval_leaves_0_out_where_the_bound_is_crossed(self):
        bounds = pocock(4)
        just = repeated_interval(2.361 * 0.1, 0.1, bounds, look=2)

        assert just.low == pytest.approx(0, abs=1e-4)
        assert just.level == 0.95


class TestAlwaysValid:
    def test_the_vector_of_the_domain_manual(self):
        found = always_valid_radius(100, sd=1, ratio=0.25)

        assert found == pytest.approx(0.31015, abs=5e-6)

    def test_two_thousand_looks_are_wrong_less_often_than_promised(self):
        rng = np.random.default_rng(10)
        n = np.arange(1, 2_001)
        radius = np.array([always_valid_radius(int(k), sd=1, ratio=0.25) for k in n])
        means = rng.standard_normal((2_000, 2_000)).cumsum(axis=1) / n
        wrong = (np.abs(means) > radius).any(axis=1).mean()

        assert 0.01 < wrong <= 0.05

    @given(st.integers(1, 10_000), st.floats(0.05, 5), st.floats(0.01, 0.99))
    def test_the_best_ratio_is_best(self, n, factor, level):
        best = best_ratio(n, level=level)

        assert always_valid_radius(n, sd=1, ratio=best, level=level) <= (
            always_valid_radius(n, sd=1, ratio=best * factor, level=level) + 1e-12
        )

    def test_it_is_wider_than_what_may_be_looked_at_once(self):
        sums = Sums.of(np.random.default_rng(11).integers(1, 8, 200))
        found = always_valid_interval(sums, ratio=best_ratio(200))

        assert (found.high - found.low) / 2 > 2.5 * sums.sd / np.sqrt(200)
        assert found.low < sums.mean < found.high
