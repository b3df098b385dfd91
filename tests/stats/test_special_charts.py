"""Rules for signals, charts that remember, rare events, many measures, capability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.charts.attributes import c_chart
from gapless_stats.charts.capability import Specification, capability
from gapless_stats.charts.memory import WIDTHS, cusum, ewma, rate_cusum
from gapless_stats.charts.multivariate import JointBaseline, hotelling
from gapless_stats.charts.rare import g_chart, t_chart, time_of
from gapless_stats.charts.rules import EVERY_RULE, Rule, Rules, marked, signals
from gapless_stats.charts.variables import xmr
from gapless_stats.moments import Moments
from tests.stats.test_charts import VISCOSITY, series


class TestRules:
    """Each pattern just met and just missed (Nelson 1984)."""

    @pytest.mark.parametrize(
        ("rule", "z", "expected"),
        [
            (Rule.BEYOND, [0, 3.1, -3.1, 2.9], [1, 2]),
            (Rule.RUN, [0.1] * 8 + [-0.1], [7]),
            (Rule.RUN, [0.1] * 7 + [0.0] + [0.1] * 7, []),
            (Rule.TREND, [-1, -0.5, 0, 0.5, 1, 1.5, 1.4], [5]),
            (Rule.TREND, [-1, -0.5, 0, 0, 0.5, 1, 1.5], []),
            (Rule.ALTERNATING, [0.5, -0.5] * 7, [13]),
            (Rule.ALTERNATING, [0.5, -0.5] * 6 + [0.5], []),
            (Rule.TWO_OF_THREE, [2.1, 0, 2.1, 0], [2]),
            (Rule.TWO_OF_THREE, [2.1, 0, -2.1], []),
            (Rule.FOUR_OF_FIVE, [1.1, 1.1, 0, 1.1, 1.1, 0], [4]),
            (Rule.FOUR_OF_FIVE, [1.1, 1.1, 0, 1.1, -1.1], []),
            (Rule.HUGGING, [0.5, -0.9] * 7 + [0.1], [14]),
            (Rule.HUGGING, [0.5, -0.9] * 7 + [1.1], []),
            (Rule.AVOIDING, [1.1, -1.2] * 4, [7]),
            (Rule.AVOIDING, [1.1, -1.2] * 3 + [0.9, 1.1], []),
        ],
    )
    def test_a_pattern(self, rule, z, expected):
        found = signals(np.array(z, float), rules=Rules(EVERY_RULE))

        assert list(found.at[rule]) == expected

    def test_only_two_are_on(self):
        found = signals(np.array([-1, -0.5, 0, 0.5, 1, 1.5, 4]))

        assert found.at == {Rule.BEYOND: (6,), Rule.RUN: ()}
        assert found.points == (6,)

    @given(st.lists(st.floats(-4, 4), min_size=1, max_size=60))
    def test_a_rule_more_takes_no_signal_away(self, z):
        few, every = signals(np.array(z)), signals(np.array(z), rules=Rules(EVERY_RULE))

        assert set(few.points) <= set(every.points)
        assert few.at.items() <= every.at.items()

    @given(st.lists(st.floats(-4, 4), min_size=1, max_size=60))
    def test_many_series_at_once_are_each_alone(self, z):
        both = np.stack([z, z[::-1]])
        for rule in Rule:
            together = marked(both, np.abs(both) > 3, rule, 8)
            alone = [marked(each, np.abs(each) > 3, rule, 8) for each in both]
            assert together.tolist() == [each.tolist() for each in alone]

    def test_false_alarms_of_a_stable_process(self):
        """Domain.md 4.8, simulated there: 6.7, 12.9, 16.3, 20.0 and 27.4 % of charts."""
        z = np.random.default_rng(1).standard_normal((40_000, 24))
        beyond = np.abs(z) > 3
        hit = {rule: marked(z, beyond, rule, 8).any(axis=1) for rule in Rule}
        order = [Rule.BEYOND, Rule.RUN, Rule.TWO_OF_THREE, Rule.TREND]
        found = [
            np.any([hit[rule] for rule in order[: upto + 1]], axis=0).mean()
            for upto in range(4)
        ]

        assert found == pytest.approx([0.067, 0.129, 0.163, 0.200], abs=0.004)
        assert np.any(list(hit.values()), axis=0).mean() == pytest.approx(0.274, abs=0.004)


class TestMemory:
    def test_with_a_weight_of_one_an_ewma_is_the_chart(self):
        chart = xmr(VISCOSITY).values
        same = ewma(chart, weight=1.0, width=3.0)

        assert same.points == pytest.approx(chart.points)
        assert same.upper == pytest.approx(chart.upper)

    @given(st.floats(0.01, 1.0))
    def test_the_limits_grow_to_what_the_formula_says(self, weight):
        chart = xmr(VISCOSITY).values
        smooth = ewma(chart, weight=weight, width=2.7)
        t = np.arange(1, 16)
        sigma = chart.baseline.spread
        expected = np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * t))) * sigma

        assert smooth.upper - smooth.centre == pytest.approx(2.7 * expected)

    @given(st.sampled_from(sorted(WIDTHS)), series)
    def test_an_ewma_is_the_weighted_sum_of_all_points(self, weight, values):
        chart = c_chart(np.array(values) + 1)
        smooth = ewma(chart, weight=weight, width=WIDTHS[weight])
        ages = np.arange(len(values))[::-1]
        last = (weight * (1 - weight) ** ages) @ (chart.points - chart.centre)

        assert smooth.points[-1] - smooth.centre[-1] == pytest.approx(last, abs=1e-9)

    @given(series)
    def test_a_cusum_upside_down_changes_its_sides(self, values):
        up, down = (cusum(xmr(sign * np.array(values)).values) for sign in (1, -1))

        assert up.high == pytest.approx(down.low, abs=1e-9)
        assert min(up.high.min(), up.low.min()) >= 0

    def test_a_cusum_says_when_a_climb_began(self):
        steady = np.array([5.0, 6, 4, 5, 6, 4, 5, 6, 4, 5])
        chart = xmr(np.concatenate([steady, np.full(6, 9.0)]), baseline=10).values
        found = cusum(chart)

        assert found.above[0] in range(11, 15)
        assert found.began(found.above[0]) == 10
        assert cusum(chart, head_start=2.5).high[0] >= found.high[0]

    def test_evidence_of_a_rise_by_hand(self):
        """x ln 2 - 2: for 2, 5 and 6 events −0.614, 1.466 and 2.159."""
        found = rate_cusum(np.array([2, 5, 6]), 1, rate=2, raised=4, decision=3)

        assert found.evidence == pytest.approx([0, 1.46574, 3.62462], abs=1e-5)
        assert found.above == (2,)


class TestRare:
    def test_cases_between_events_by_hand(self):
        chart = g_chart(np.array([30, 12, 55, 23, 300]), baseline=4)

        assert chart.upper[0] == pytest.approx(30 + 3 * np.sqrt(30 * 31))
        assert chart.lower[0] == 0
        assert chart.beyond == (4,)

    def test_times_come_back(self):
        times = np.array([3.0, 20, 8, 45, 12])
        chart = t_chart(times)

        assert time_of(chart.points) == pytest.approx(times)
        assert chart.upper == pytest.approx(xmr(times**0.2777).values.upper)


class TestSeveralMeasures:
    def rows(self, seed=3, n=60):
        random = np.random.default_rng(seed)
        return random.multivariate_normal([1, 2, 3], np.eye(3) + 0.5, n)

    def test_it_is_mahalanobis_distance(self):
        rows = self.rows()
        inverse = np.linalg.inv(np.cov(rows.T))
        away = rows - rows.mean(axis=0)
        chart = hotelling(rows)

        assert chart.points == pytest.approx(np.einsum("ij,jk,ik->i", away, inverse, away))
        assert chart.points.sum() == pytest.approx(3 * 59)

    def test_a_contribution_is_what_the_measure_adds(self):
        rows = self.rows()
        chart, without = hotelling(rows), hotelling(rows[:, 1:])

        assert chart.contributions[:, 0] == pytest.approx(chart.points - without.points)

    def test_units_and_mixtures_do_not_matter(self):
        rows, mixing = self.rows(), np.array([[2.0, 1, 0], [0, -3, 1], [5, 0, 1]])

        assert hotelling(rows @ mixing).points == pytest.approx(hotelling(rows).points)

    def test_what_came_later_is_judged_more_widely(self):
        rows = self.rows()
        chart = hotelling(rows, baseline=50)
        known = hotelling(rows[50:], baseline=chart.baseline)

        assert chart.upper[0] < chart.upper[-1] == known.upper[0]
        assert known.points == pytest.approx(chart.points[50:])

    def test_moments_and_rows_make_one_baseline(self):
        rows = np.random.default_rng(4).integers(1, 8, (40, 3))
        one = JointBaseline.of(rows)
        two = JointBaseline.of_moments(Moments.of(rows))

        assert one.covariance == pytest.approx(two.covariance)
        assert one.provisional

    def test_one_in_370_is_beyond(self):
        rows = self.rows(seed=9, n=60_000)
        share = len(hotelling(rows).beyond) / 60_000

        assert share == pytest.approx(0.0027, abs=0.0006)


class TestCapability:
    def test_centred_is_as_good_as_it_gets(self):
        found = capability(5.0, 0.5, 100, Specification(3.5, 6.5))

        assert found.actual.value == found.potential.value == found.on_target.value == 1
        assert found.outside == pytest.approx(0.0026998, abs=1e-7)

    def test_intervals_as_the_textbook_has_them(self):
        """Montgomery 2013, examples 8.4 and 8.5: Cp 2.29 [1.57, 3.01]; Cpk 1.33, n 20."""
        wide = capability(50.0, 1.75, 20, Specification(38.0, 62.0)).potential
        beside = capability(4.0, 1.0, 20, Specification(0.01, 100.0)).actual

        assert (wide.interval.low, wide.interval.high) == pytest.approx(
            (1.57, 3.01), abs=0.01
        )
        assert (beside.interval.low, beside.interval.high) == pytest.approx(
            (0.88, 1.78), abs=0.02
        )

    def test_one_limit_is_enough(self):
        found = capability(10.0, 2.0, 30, Specification(upper=15.0))

        assert found.actual.value == pytest.approx(5 / 6)
        assert found.potential is found.lower is found.on_target is None

    @given(st.floats(-3, 3), st.floats(0.1, 3))
    def test_the_order_of_the_indices(self, mean, sigma):
        found = capability(mean, sigma, 50, Specification(-4.0, 4.0))

        assert found.actual.value <= found.potential.value + 1e-12
        assert found.on_target.value <= found.potential.value + 1e-12
