"""Jackknife and bootstrap: errors that are known in closed form, and laws."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.bootstrap import (
    bootstrap,
    bootstrap_alpha,
    bootstrap_mean,
    bootstrap_units,
)
from gapless_stats.drivers import drivers
from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.jackknife import jackknife, jackknife_each, random_groups
from gapless_stats.moments import Moments, Sums
from gapless_stats.reliability import cronbach_alpha
from gapless_stats.tables import Histogram

seeds = st.integers(0, 10**6)


def answers(seed, n=1_500, k=5):
    rng = np.random.default_rng(seed)
    raw = rng.standard_normal((n, 1)) + rng.standard_normal((n, k))
    return np.clip(np.round(4 + raw), 1, 7).astype(np.int64)


def in_groups(rows, groups=32):
    place = random_groups(np.arange(len(rows)), groups=groups)
    return [Moments.of(rows[place == group]) for group in range(groups)]


class TestJackknife:
    @given(seeds)
    def test_groups_of_one_give_the_mean_its_usual_error(self, seed):
        values = np.random.default_rng(seed).integers(1, 8, 12)
        if np.ptp(values) == 0:
            return
        found = jackknife([Sums.of(values[[i]]) for i in range(12)], lambda s: s.mean)
        whole = Sums.of(values)

        assert found.estimate == pytest.approx(whole.mean)
        assert found.error == pytest.approx(whole.sd / np.sqrt(12))
        assert found.bias == pytest.approx(0, abs=1e-9)

    def test_alpha_has_the_error_that_simulation_gives_it(self):
        """domain.md section 0, 5: the jackknife's mean error is alpha's true spread."""
        found = [
            jackknife(in_groups(answers(seed)), lambda m: cronbach_alpha(m).value)
            for seed in range(120)
        ]
        spread = np.std([each.estimate for each in found])
        target = cronbach_alpha(Moments.of(answers(999, n=400_000))).value
        held = [each.interval.low <= target <= each.interval.high for each in found]

        assert np.mean([each.error for each in found]) == pytest.approx(spread, rel=0.15)
        assert np.mean(held) > 0.89

    def test_one_of_several_is_as_if_alone(self):
        parts = in_groups(answers(1))
        together = jackknife_each(parts, lambda m: drivers(m).shares)
        alone = jackknife(parts, lambda m: float(drivers(m).shares[2]))

        assert together.estimate[2] == pytest.approx(alone.estimate)
        assert together.error[2] == pytest.approx(alone.error)
        assert together.low[2] == pytest.approx(alone.interval.low)
        assert np.sqrt(np.diag(together.covariance)) == pytest.approx(together.error)

    def test_the_order_of_groups_does_not_matter(self):
        parts = in_groups(answers(2), groups=8)
        there = jackknife(parts, lambda m: cronbach_alpha(m).value)
        back = jackknife(parts[::-1], lambda m: cronbach_alpha(m).value)

        assert there.error == pytest.approx(back.error)

    def test_groups_are_even_and_stay(self):
        place = random_groups(np.arange(64_000))
        sizes = np.bincount(place, minlength=32)

        assert sizes.min() > 1_800
        assert sizes.max() < 2_200
        assert np.array_equal(place[500:600], random_groups(np.arange(500, 600)))

    def test_what_it_cannot_do_is_refused_by_name(self):
        parts = [Sums.of(np.array([each])) for each in (1, 2, 3)]
        with pytest.raises(TooFew):
            jackknife(parts[:1], lambda s: s.mean)
        with pytest.raises(OutOfRange):
            jackknife(parts, lambda _: float("nan"))
        with pytest.raises(NoVariance):
            jackknife(parts, lambda _: 1.0)
        with pytest.raises(WrongShape):
            jackknife_each(parts, lambda _: np.ones((2, 2)))


class TestBootstrap:
    @pytest.mark.parametrize("n", [40, 20_000])
    def test_the_mean_has_its_usual_error(self, n):
        counts = np.random.default_rng(3).multinomial(n, [0.1, 0.2, 0.3, 0.25, 0.15])
        found = bootstrap_mean(Histogram(1, 5, counts))
        sums = Histogram(1, 5, counts).sums()
        usual = np.sqrt(sums.variance * (n - 1)) / n

        assert found.error == pytest.approx(usual, rel=0.06)
        assert found.estimate == pytest.approx(sums.mean)

    @pytest.mark.parametrize("ends", ["percentile", "BCa"])
    def test_it_agrees_with_scipys_but_for_noise(self, ends):
        stats = import_module("scipy.stats")
        rows = np.random.default_rng(4).geometric(0.4, 60).clip(1, 9)
        expected = stats.bootstrap(
            (rows,), np.mean, method=ends, n_resamples=9_999, rng=np.random.default_rng(1)
        ).confidence_interval
        answers = Histogram.of(rows, np.ones(60, bool), low=1, high=9)
        found = bootstrap_mean(answers, ends=ends, draws=9_999).interval

        assert [found.low, found.high] == pytest.approx([*expected], abs=0.05)

    def test_patterns_say_as_much_as_moments_of_units(self):
        rows = answers(5, n=120)
        units = [Moments.of(rows[[i]]) for i in range(len(rows))]
        of_units = bootstrap_units(units, lambda m: cronbach_alpha(m).value, draws=800)
        patterns = np.unique(rows, axis=0, return_counts=True)
        of_patterns = bootstrap_alpha(*patterns, draws=4_000)

        assert of_patterns.estimate == pytest.approx(of_units.estimate)
        assert of_patterns.error == pytest.approx(of_units.error, rel=0.12)

    def test_units_that_go_together_are_less_sure_than_their_answers(self):
        rng = np.random.default_rng(6)
        halls = [rng.integers(0, 3, (50, 1)) + rng.integers(1, 5) for _ in range(20)]
        units = [Moments.of(hall) for hall in halls]
        found = bootstrap_units(units, lambda m: float(m.mean[0]))
        whole = Sums.of(np.concatenate(halls)[:, 0])
        means = [hall.mean() for hall in halls]

        assert found.error > 3 * whole.sd / np.sqrt(whole.n)
        assert found.error == pytest.approx(np.std(means) / np.sqrt(20), rel=0.06)
        assert found.n == 1_000

    def test_the_same_seed_gives_the_same_interval(self):
        answers = Histogram(1, 3, np.array([5, 9, 4]))

        assert bootstrap_mean(answers) == bootstrap_mean(answers)
        assert bootstrap_mean(answers, seed=2) != bootstrap_mean(answers)

    def test_a_million_answers_take_no_longer_than_a_thousand(self):
        """The cells are drawn, so the interval is 1 / √1000 as wide."""
        shares = np.array([100, 300, 400, 200])
        few = bootstrap_mean(Histogram(1, 4, shares))
        many = bootstrap_mean(Histogram(1, 4, shares * 1_000))

        assert few.error / many.error == pytest.approx(np.sqrt(1_000), rel=0.06)

    def test_bca_leans_as_the_answers_do(self):
        skewed = Histogram(1, 7, np.array([60, 6, 3, 2, 2, 1, 2]))
        plain = bootstrap_mean(skewed, draws=8_000).interval
        leaning = bootstrap_mean(skewed, draws=8_000, ends="BCa").interval

        assert leaning.low > plain.low
        assert leaning.high > plain.high

    def test_what_it_cannot_do_is_refused_by_name(self):
        features, counts = np.array([[1.0], [2.0]]), np.array([3, 3])
        with pytest.raises(WrongShape):
            bootstrap(features, counts, lambda sums: sums)
        with pytest.raises(OutOfRange):
            bootstrap(features, counts, lambda sums: sums[:, 0] * np.nan)
        with pytest.raises(NoVariance):
            bootstrap_alpha(np.array([[1, 2], [2, 1]]), np.array([4, 4]))
        with pytest.raises(TooFew):
            bootstrap_units([Moments.empty(2)] * 3, lambda _: 1.0)
