"""Control charts against R's qcc and Montgomery's tables, and the laws they follow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.charts.attributes import (
    c_chart,
    laney_p,
    laney_u,
    np_chart,
    p_chart,
    u_chart,
)
from gapless_stats.charts.capability import Specification, capability
from gapless_stats.charts.memory import WIDTHS, cusum, ewma, rate_cusum
from gapless_stats.charts.multivariate import JointBaseline, hotelling
from gapless_stats.charts.ranges import (
    deviation_mean,
    exact_range,
    range_mean,
    range_sd,
)
from gapless_stats.charts.rare import g_chart, t_chart, time_of
from gapless_stats.charts.rules import EVERY_RULE, NELSON, Rule, Rules, marked, signals
from gapless_stats.charts.variables import Subgroups, r_chart, s_chart, xbar, xmr
from gapless_stats.errors import OutOfRange
from gapless_stats.moments import Moments, Sums
from tests.stats.conftest import columns_of, rows_of

VISCOSITY = np.array([
    33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00,
    33.54, 33.12, 33.84,
])  # fmt: skip
"""Montgomery 2013, table 6.6; qcc::viscosity."""

CIRCUITS = np.array([
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24,
    16, 19, 17, 15,
])  # fmt: skip
"""Montgomery 2013, table 7.7: defects of 26 samples of 100 circuit boards."""

series = st.lists(st.integers(0, 40), min_size=5, max_size=40).filter(
    lambda each: len(set(each)) > 1
)
WITHOUT = [14, 22]


def one_based(positions):
    return [place + 1 for place in positions]


def of_small(shared_data, name):
    return rows_of(shared_data / "reference_small" / f"{name}.csv")


@pytest.fixture
def rings(shared_data):
    """Diameters of piston rings (Montgomery 2013, tables 6.3 and 6E.7)."""
    rows = of_small(shared_data, "pistonrings")
    values = np.array([float(row["diameter"]) for row in rows])
    return Subgroups.of(values, np.array([int(row["sample"]) - 1 for row in rows]))


@pytest.fixture
def juice(shared_data):
    rows = of_small(shared_data, "orangejuice")
    return np.array([int(row["D"]) for row in rows if row["trial"] == "TRUE"])


def line(chart):
    return [chart.centre[0], chart.lower[0], chart.upper[0]]


@pytest.mark.real_data
class TestAgainstR:
    """As qcc 2.7 gives them."""

    @pytest.mark.reference("spc.xbar")
    def test_means(self, agrees, rings):
        chart = xbar(rings, spread="range", baseline=25)
        centre, lower, upper = line(chart)

        agrees("spc.xbar", [centre, chart.baseline.spread, lower, upper])

    @pytest.mark.reference("spc.xbar.new")
    def test_later_means_against_frozen_limits(self, agrees, rings):
        first = xbar(
            Subgroups(rings.n[:25], rings.mean[:25], rings.sd[:25], rings.range[:25]),
            spread="range",
        )
        rules = Rules(frozenset({Rule.BEYOND, Rule.RUN}), run=7)
        chart = xbar(rings, spread="range", baseline=first.baseline, rules=rules)
        runs = [place for place in chart.signals.at[Rule.RUN] if place >= 25]

        agrees("spc.xbar.new", [one_based(chart.beyond), one_based(runs)])

    @pytest.mark.reference("spc.R")
    def test_ranges(self, agrees, rings):
        agrees("spc.R", line(r_chart(rings, baseline=25)))

    @pytest.mark.reference("spc.S")
    def test_deviations(self, agrees, rings):
        chart = s_chart(rings, baseline=25)

        agrees("spc.S", [chart.centre[0], chart.baseline.spread, chart.upper[0]])

    @pytest.mark.reference("spc.cp")
    def test_capability(self, agrees, rings):
        chart = xbar(rings, spread="range", baseline=25)
        base = chart.baseline
        found = capability(base.centre, base.spread, 125, Specification(73.95, 74.05))
        five = [found.potential, found.lower, found.upper, found.actual, found.on_target]

        agrees("spc.cp", [index.value for index in five])

    @pytest.mark.reference("spc.ewma")
    def test_ewma(self, agrees, rings):
        chart = ewma(xbar(rings, spread="range", baseline=25), weight=0.2, width=3.0)
        last = [chart.lower[-1], chart.upper[-1]]

        agrees("spc.ewma", [chart.points[:5], last, one_based(chart.beyond)])

    @pytest.mark.reference("spc.cusum")
    def test_cusum(self, agrees, rings):
        found = cusum(xbar(rings, spread="range", baseline=25), slack=0.5, decision=4)

        agrees("spc.cusum", [found.high[-5:], one_based(found.above)])

    @pytest.mark.reference("spc.p")
    def test_shares(self, agrees, juice):
        chart = p_chart(juice, 50)

        agrees("spc.p", [*line(chart), one_based(chart.beyond)])

    @pytest.mark.reference("spc.np")
    def test_counts_of_a_size(self, agrees, juice):
        agrees("spc.np", line(np_chart(juice, 50)))

    @pytest.mark.reference("spc.p2")
    def test_shares_without_what_had_a_cause(self, agrees, juice):
        chart = p_chart(np.delete(juice, WITHOUT), 50)

        agrees("spc.p2", [*line(chart), one_based(chart.beyond)])

    @pytest.mark.reference("spc.c")
    def test_counts(self, agrees, shared_data):
        rows = of_small(shared_data, "circuit")
        defects = [int(row["x"]) for row in rows if row["trial"] == "TRUE"]
        chart = c_chart(np.array(defects))

        assert defects == CIRCUITS.tolist()
        agrees("spc.c", [*line(chart), one_based(chart.beyond)])

    @pytest.mark.reference("spc.c2")
    def test_counts_without_what_had_a_cause(self, agrees):
        agrees("spc.c2", line(c_chart(np.delete(CIRCUITS, [5, 19]))))

    @pytest.mark.reference("spc.u")
    def test_rates(self, agrees, shared_data):
        found = columns_of(of_small(shared_data, "pcmanufact"), ["x", "size"])

        agrees("spc.u", line(u_chart(found[:, 0], found[:, 1])))

    @pytest.mark.reference("spc.u.var")
    def test_rates_of_different_exposure(self, agrees, shared_data):
        rows = of_small(shared_data, "dyedcloth")
        exposure = np.array([float(row["size"]) for row in rows])
        chart = u_chart(np.array([int(row["x"]) for row in rows]), exposure)

        agrees("spc.u.var", [chart.centre[0], chart.upper])

    @pytest.mark.reference("spc.i")
    def test_individual_values(self, agrees):
        found = xmr(VISCOSITY)
        centre, lower, upper = line(found.values)
        ranges = [found.ranges.centre[0], found.ranges.upper[0]]

        agrees("spc.i", [centre, found.baseline.spread, lower, upper, *ranges])

    @pytest.mark.reference("spc.t2")
    def test_several_measures(self, agrees, shared_data):
        rows = of_small(shared_data, "boiler")
        points = columns_of(rows, [f"t{place}" for place in range(1, 9)])
        chart = hotelling(points, level=0.999)

        agrees("spc.t2", chart.upper[0])

    @pytest.mark.reference("spc.laney")
    def test_shares_of_large_counts(self, agrees, shared_data):
        seen, late = {}, {}
        for row in rows_of(shared_data / "nhs_ae_attendances" / "ae_attendances.csv"):
            month = row["period"]
            seen[month] = seen.get(month, 0) + float(row["attendances"])
            late[month] = late.get(month, 0) + float(row["breaches"])
        months = sorted(seen)
        counts = np.array([late[month] for month in months])
        sizes = np.array([seen[month] for month in months])
        plain, primed = p_chart(counts, sizes), laney_p(counts, sizes)
        base = primed.baseline

        agrees(
            "spc.laney",
            [base.centre, base.spread, len(plain.beyond), len(primed.beyond)],
        )


def test_counts_as_in_the_textbook():
    """Montgomery 2013, example 7.3: c̄ 19.85, limits 6.48 and 33.22; samples 6 and 20."""
    chart = c_chart(CIRCUITS)

    assert line(chart) == pytest.approx([19.85, 6.48, 33.22], abs=0.01)
    assert one_based(chart.beyond) == [6, 20]


def test_individual_values_as_in_r():
    """The numbers of qcc 2.7 on qcc::viscosity."""
    found = xmr(VISCOSITY)

    assert line(found.values) == pytest.approx([33.52333333, 32.24483789, 34.80182877])
    assert found.ranges.upper[0] == pytest.approx(1.570635868)
    assert found.baseline.provisional


def test_the_factors_of_the_textbook():
    """2.660, 3.267 (Montgomery 2013, eq. 6.33) and, of the median, 3.145 (Wheeler)."""
    mean, median = xmr(VISCOSITY), xmr(VISCOSITY, spread="median")
    moving = np.abs(np.diff(VISCOSITY))
    reach = mean.values.upper[0] - mean.values.centre[0]
    wide = median.values.upper[0] - median.values.centre[0]

    assert reach / moving.mean() == pytest.approx(2.660, abs=5e-4)
    assert mean.ranges.upper[0] / moving.mean() == pytest.approx(3.267, abs=5e-4)
    assert wide / np.median(moving) == pytest.approx(3.145, abs=5e-4)
    assert median.ranges.centre[0] == pytest.approx(np.median(moving))


@pytest.mark.parametrize("n", range(2, 26))
def test_the_tables_are_the_integrals_to_three_decimals(n):
    mean, spread = exact_range(n)

    assert range_mean(n) == pytest.approx(mean, abs=6e-4)
    assert range_sd(n) == pytest.approx(spread, abs=2e-5)


@pytest.mark.parametrize(
    ("n", "c4"), [(2, 0.7979), (5, 0.9400), (10, 0.9727), (25, 0.9896)]
)
def test_c4_as_tabled(n, c4):
    """Montgomery 2013, App. VI."""
    assert deviation_mean(n) == pytest.approx(c4, abs=5e-5)


def test_beyond_the_tables_the_range_goes_on():
    assert range_mean(25) < range_mean(26) < range_mean(40)
    assert range_sd(25) > range_sd(26) > range_sd(40)


@given(series, st.floats(0.5, 20), st.floats(-50, 50))
def test_a_chart_moves_and_stretches_with_its_unit(values, scale, start):
    plain = xmr(np.array(values)).values
    other = xmr(start + scale * np.array(values)).values

    assert other.upper == pytest.approx(start + scale * plain.upper, rel=1e-9, abs=1e-7)
    assert other.z == pytest.approx(plain.z, rel=1e-6, abs=1e-6)


@given(series)
def test_a_chart_upside_down_gives_the_same_signals(values):
    up = xmr(np.array(values), rules=NELSON).values
    down = xmr(-np.array(values), rules=NELSON).values

    assert up.signals == down.signals


@given(series, st.integers(2, 5), st.lists(st.integers(0, 90), min_size=1, max_size=9))
def test_later_points_do_not_move_frozen_limits(values, size, later):
    everything = np.array([*values, *later])
    first = c_chart(np.array(values) + 1, baseline=size)
    known = c_chart(everything + 1, baseline=first.baseline)
    as_well = c_chart(everything + 1, baseline=size)

    assert known.upper[0] == first.upper[0] == as_well.upper[0]
    assert known.signals == as_well.signals


def test_a_baseline_judges_only_its_own_kind():
    base = c_chart(CIRCUITS).baseline

    with pytest.raises(OutOfRange, match="do not judge"):
        u_chart(CIRCUITS, 1.0, baseline=base)


@given(series)
def test_counts_rates_and_shares_of_very_many_are_one_chart(values):
    counts = np.array(values)
    of_counts, of_rates = c_chart(counts), u_chart(counts, 1.0)
    of_shares = np_chart(counts, 1e12)

    assert of_rates.upper == pytest.approx(of_counts.upper)
    assert of_shares.upper == pytest.approx(of_counts.upper, rel=1e-6)


@given(series)
def test_np_is_p_times_n(values):
    counts = np.array(values)
    share, count = p_chart(counts, 60), np_chart(counts, 60)

    assert count.points == pytest.approx(60 * share.points)
    assert count.z == pytest.approx(share.z)
    assert count.signals == share.signals


def test_laney_knows_chance_from_drift():
    """Finding 9 of domain.md: ordinary drift of 25 % cries wolf on a p chart only."""
    random = np.random.default_rng(2)
    sizes = np.full(24, 50_000)
    drifting = random.binomial(sizes, 0.02 * random.lognormal(0, 0.25, 24))
    steady = random.binomial(sizes, 0.02)

    assert len(p_chart(drifting, sizes).beyond) >= 8
    assert laney_p(drifting, sizes).beyond == ()
    assert laney_p(steady, sizes).baseline.spread == pytest.approx(1, abs=0.35)
    assert laney_u(drifting, 5.0).baseline.spread > 3


def test_subgroups_from_sums_and_from_rows_are_the_same():
    random = np.random.default_rng(5)
    values, group = random.integers(1, 8, 60), np.repeat(np.arange(12), 5)
    rows = Subgroups.of(values, group)
    sums = Subgroups.of_sums([Sums.of(values[group == each]) for each in range(12)])

    for spread in ("sd", "pooled"):
        one, two = xbar(rows, spread=spread), xbar(sums, spread=spread)
        assert one.upper == pytest.approx(two.upper)
    assert s_chart(rows).upper == pytest.approx(s_chart(sums).upper)


def test_the_spread_of_subgroups_is_their_processs():
    random = np.random.default_rng(6)
    groups = Subgroups.of(random.normal(10, 2, 9_000), np.arange(9_000) // 6)

    for spread in ("range", "sd", "pooled"):
        assert xbar(groups, spread=spread).baseline.spread == pytest.approx(2, rel=0.02)


def test_unequal_subgroups_have_limits_of_their_own():
    groups = Subgroups.of(
        np.array([1.0, 2, 3, 4, 2, 5, 3, 1, 2]), np.array([0, 0, 0, 0, 0, 1, 1, 2, 2])
    )
    chart, ranges = xbar(groups, spread="pooled"), r_chart(groups)

    assert chart.upper[0] < chart.upper[1] == chart.upper[2]
    assert ranges.centre[0] > ranges.centre[1] == ranges.centre[2]


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


def test_results_turn_into_plain_dicts():
    found = xmr(VISCOSITY).as_dict()

    assert found["method"] == "XmR"
    assert found["values"]["signals"]["at"] == {"beyond": [], "run": []}
    assert len(str(xmr(VISCOSITY)).splitlines()) > 3
