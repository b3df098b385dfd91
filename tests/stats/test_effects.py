"""Did it work: published effects, simulations of what is promised, and laws."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.effects.differences import (
    did_by_randomisation,
    did_of_units,
    difference_in_differences,
)
from gapless_stats.effects.event_study import event_study, placebo_effect
from gapless_stats.effects.rebound import without_rebound
from gapless_stats.effects.verdict import Answer, verdict
from gapless_stats.intervals import Interval
from gapless_stats.moments import Sums
from gapless_stats.regression import ols_of_rows
from gapless_stats.shrinkage import UnitMeans, shrink
from tests.stats.conftest import rows_of

seeds = st.integers(0, 10**6)
FINE = 10**8  # house prices have up to eight decimals


class TestDifferences:
    @pytest.mark.real_data
    @pytest.mark.reference("did.kielmc")
    def test_house_prices_from_four_sums(self, agrees, shared_data):
        rows = rows_of(shared_data / "reference_small" / "kielmc.csv")
        groups = [
            Sums.of(np.array(prices, dtype=object), scale=FINE)
            for prices in (_prices(rows, *cell) for cell in CELLS)
        ]
        usual = difference_in_differences(*groups)
        own = difference_in_differences(*groups, spreads="own")
        # HC1 is each group's spread with n in place of n - 1, times n / (n - 4).
        parts = [g.variance * (g.n - 1) / g.n**2 for g in groups]
        robust = (sum(parts) * usual.n / (usual.n - 4)) ** 0.5
        means, n = np.array([g.mean for g in groups]), np.array([g.n for g in groups])
        between = n @ (means - n @ means / n.sum()) ** 2
        within = sum(g.variance * (g.n - 1) for g in groups)
        measured = [usual.effect, usual.error, robust, between / (between + within)]

        agrees("did.kielmc", measured)
        assert own.error == pytest.approx(robust, rel=0.01)

    @pytest.mark.real_data
    @pytest.mark.reference("did.injury")
    def test_benefits_from_four_sums(self, agrees, shared_data):
        rows = rows_of(shared_data / "reference_small" / "injury.csv")
        kept = [row for row in rows if row["ky"] == "1"]
        fine = 10**12
        groups = [
            Sums.of(
                np.array(
                    [
                        round(float(row["ldurat"]) * fine)
                        for row in kept
                        if (row["highearn"], row["afchnge"]) == cell
                    ],
                    dtype=object,
                ),
                scale=fine,
            )
            for cell in CELLS
        ]
        found = difference_in_differences(*groups)

        agrees("did.injury", [found.effect, found.error, found.n])

    @given(seeds)
    def test_four_sums_are_the_regression(self, seed):
        rng = np.random.default_rng(seed)
        cells = [rng.integers(1, 8, rng.integers(3, 9)) for _ in range(4)]
        if not any(np.ptp(cell) for cell in cells):
            return
        found = difference_in_differences(*map(Sums.of, cells))
        sizes = [len(cell) for cell in cells]
        treated, after = np.repeat([1, 1, 0, 0], sizes), np.repeat([0, 1, 0, 1], sizes)
        x = np.column_stack((treated, after, treated * after)).astype(float)
        y = np.concatenate(cells).astype(float)
        if np.ptp(y) == 0 or ols_fits(x, y):
            return
        line = ols_of_rows(x, y)

        assert found.effect == pytest.approx(line.coefficients[3], abs=1e-9)
        assert found.error == pytest.approx(line.errors[3])
        assert found.p_value == pytest.approx(line.p_values[3], abs=1e-9)

    @given(seeds, st.floats(-5, 5))
    def test_what_happens_to_all_does_not_count(self, seed, shift):
        before, after, treated = _units(seed)
        one = did_of_units(before, after, treated=treated)
        other = did_of_units(before, after + shift, treated=treated)

        assert other.effect == pytest.approx(one.effect, abs=1e-9)
        assert other.error == pytest.approx(one.error, abs=1e-9)

    @given(seeds)
    def test_units_of_equal_weight_have_welchs_error(self, seed):
        before, after, treated = _units(seed)
        usual = did_of_units(before, after, treated=treated)
        weighed = did_of_units(before, after, treated=treated, weights=np.full(20, 3.0))

        assert weighed.effect == pytest.approx(usual.effect, abs=1e-9)
        assert weighed.error == pytest.approx(usual.error, rel=1e-9)

    def test_units_are_counted_not_answers(self):
        """Scipy's Welch test of the changes."""
        stats = import_module("scipy.stats")
        before, after, treated = _units(3)
        change = after - before
        expected = stats.ttest_ind(change[treated], change[~treated], equal_var=False)
        found = did_of_units(before, after, treated=treated)
        ends = expected.confidence_interval()

        assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
        assert found.freedom == pytest.approx(expected.df)
        assert [found.interval.low, found.interval.high] == pytest.approx([*ends])

    def test_randomisation_is_scipys_permutation_test(self):
        stats = import_module("scipy.stats")
        rng = np.random.default_rng(4)
        before, after, treated = rng.random(9), rng.random(9), np.arange(9) < 3
        change = after - before
        expected = stats.permutation_test(
            (change[treated], change[~treated]),
            lambda a, b: abs(np.mean(a) - np.mean(b)),
            alternative="greater",
            n_resamples=np.inf,
        )
        found = did_by_randomisation(before, after, treated=treated)

        assert found.p_value == pytest.approx(expected.pvalue)
        assert found.assignments == 84

    def test_drawn_assignments_come_near_to_all_of_them(self, monkeypatch):
        before, after, treated = _units(5, units=14)
        exact = did_by_randomisation(before, after, treated=treated)
        monkeypatch.setattr("gapless_stats.effects.differences.MOST_ASSIGNMENTS", 10)
        drawn = did_by_randomisation(before, after, treated=treated)

        assert drawn.p_value == pytest.approx(exact.p_value, abs=0.02)
        assert drawn == did_by_randomisation(before, after, treated=treated)
        assert (exact.method, drawn.method) == (
            "randomisation, all assignments",
            "randomisation, drawn",
        )

    def test_five_in_a_hundred_are_fooled(self):
        wrong = [
            did_of_units(*_units(s)[:2], treated=_units(s)[2]).p_value for s in range(400)
        ]

        assert np.mean(np.array(wrong) < 0.05) == pytest.approx(0.05, abs=0.03)


CELLS = [("1", "0"), ("1", "1"), ("0", "0"), ("0", "1")]


def _prices(rows, near, late):
    chosen = [row for row in rows if (row["nearinc"], row["y81"]) == (near, late)]
    return [round(float(row["rprice"]) * FINE) for row in chosen]


def ols_fits(x, y):
    design = np.column_stack((np.ones(len(y)), x))
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return left @ left < 1e-9


def _units(seed, units=20):
    rng = np.random.default_rng(seed)
    before = rng.standard_normal(units)
    return before, before + rng.standard_normal(units), np.arange(units) < units // 3


class TestEventStudy:
    def test_each_period_is_a_difference_in_differences(self):
        rng = np.random.default_rng(6)
        outcome, treated = rng.standard_normal((24, 7)), np.arange(24) < 9
        found = event_study(outcome, treated=treated, first=5)
        for period in (0, 2, 5, 6):
            one = did_of_units(outcome[:, 4], outcome[:, period], treated=treated)
            assert found.effect[period] == pytest.approx(one.effect)
            assert found.error[period] == pytest.approx(one.error)
            assert found.low[period] == pytest.approx(one.interval.low)
        assert found.effect[4] == found.error[4] == found.low[4] == found.high[4] == 0

    def test_hotellings_f_of_one_contrast_would_be_t_squared(self):
        """F by scipy-free definition: T² of two samples of changes."""
        rng = np.random.default_rng(7)
        outcome, treated = rng.standard_normal((24, 6)), np.arange(24) < 9
        found = event_study(outcome, treated=treated, first=4)
        x = (outcome - outcome[:, [3]])[:, :3]
        one, other = x[treated], x[~treated]
        pooled = (8 * np.cov(one.T) + 14 * np.cov(other.T)) / 22
        apart = one.mean(axis=0) - other.mean(axis=0)
        squared = apart @ np.linalg.inv(pooled) @ apart * 9 * 15 / 24

        assert found.f == pytest.approx(squared * 20 / (3 * 22))
        assert found.degrees == (3, 20)

    def test_parallel_paths_are_called_apart_five_times_in_a_hundred(self):
        p_values = []
        for seed in range(400):
            rng = np.random.default_rng(seed)
            outcome = rng.standard_normal((20, 6)).cumsum(axis=1)
            found = event_study(outcome, treated=np.arange(20) < 8, first=5)
            p_values.append(found.p_value)

        assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.03)

    def test_a_trend_before_is_seen_by_the_test_the_bound_and_the_placebo(self):
        rng = np.random.default_rng(8)
        treated = np.arange(30) < 15
        outcome = rng.standard_normal((30, 8)) * 0.5 + np.outer(treated, np.arange(8))
        found = event_study(outcome, treated=treated, first=6)
        placebo = placebo_effect(outcome, treated=treated, first=6)

        assert found.p_value < 0.001
        assert found.equivalence > 5
        assert placebo.effect == pytest.approx(3, abs=0.6)
        assert placebo.p_value < 0.001


class TestRebound:
    def test_whoever_was_worst_comes_back_by_itself(self):
        """Nothing is done; the worst six improve all the same, but only by the bounce."""
        raw, beyond, wrong = [], [], []
        for seed in range(150):
            rng = np.random.default_rng(seed)
            true = 5 + 0.3 * rng.standard_normal(60)
            n, variance = np.full(60, 10), np.full(60, 2.0)
            periods = [true + np.sqrt(0.2) * rng.standard_normal(60) for _ in range(2)]
            before, after = (UnitMeans(n, each, variance) for each in periods)
            found = without_rebound(before, shrink(before), after)
            worst = np.argsort(before.mean)[:6]
            raw.append(found.change[worst].mean())
            beyond.append(found.improvement[worst].mean())
            wrong.append(((found.low > 0) | (found.high < 0)).mean())

        assert np.mean(raw) > 0.4
        assert np.mean(beyond) == pytest.approx(0, abs=0.06)
        assert np.mean(wrong) == pytest.approx(0.05, abs=0.02)

    def test_change_is_bounce_and_improvement(self):
        rng = np.random.default_rng(12)
        n, variance = np.full(8, 10), np.full(8, 2.0)
        before, after = (UnitMeans(n, rng.random(8), variance) for _ in range(2))
        shrunken = shrink(before)
        found = without_rebound(before, shrunken, after)
        bounce = (1 - shrunken.reliability) * (shrunken.between.mean - before.mean)

        assert found.change == pytest.approx(found.bounce + found.improvement)
        assert found.bounce == pytest.approx(bounce)


class TestVerdict:
    @pytest.mark.parametrize(
        ("low", "high", "answer"),
        [
            (0.1, 0.4, Answer.EFFECTIVE),
            (0.2, 0.4, Answer.EFFECTIVE),
            (0.05, 0.4, Answer.PARTLY),
            (0.02, 0.08, Answer.PARTLY),
            (0.0, 0.3, Answer.INCONCLUSIVE),
            (-0.2, 0.1, Answer.INCONCLUSIVE),
            (-0.05, 0.09, Answer.INEFFECTIVE),
            (-0.05, 0.0, Answer.INEFFECTIVE),
            (-0.3, -0.01, Answer.HARMFUL),
        ],
    )
    def test_what_an_interval_says(self, low, high, answer):
        found = verdict(Interval(low, high, 0.95, "Welch t"), relevant=0.1)

        assert found.answer is answer

    @given(st.floats(-5, 5), st.floats(0, 3), st.floats(0.01, 2), st.floats(0, 2))
    def test_better_evidence_is_never_a_worse_answer(self, low, width, relevant, more):
        order = list(Answer)[::-1]
        one = verdict(Interval(low, low + width, 0.95, "t"), relevant=relevant)
        other = verdict(
            Interval(low + more, low + width + more, 0.95, "t"), relevant=relevant
        )

        assert order.index(other.answer) >= order.index(one.answer)
