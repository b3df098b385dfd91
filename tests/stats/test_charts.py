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
from gapless_stats.charts.memory import cusum, ewma
from gapless_stats.charts.multivariate import hotelling
from gapless_stats.charts.ranges import (
    deviation_mean,
    exact_range,
    range_mean,
    range_sd,
)
from gapless_stats.charts.rules import NELSON, Rule, Rules
from gapless_stats.charts.variables import Subgroups, r_chart, s_chart, xbar, xmr
from gapless_stats.errors import OutOfRange
from gapless_stats.moments import Sums
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


def test_results_turn_into_plain_dicts():
    found = xmr(VISCOSITY).as_dict()

    assert found["method"] == "XmR"
    assert found["values"]["signals"]["at"] == {"beyond": [], "run": []}
    assert len(str(xmr(VISCOSITY)).splitlines()) > 3
