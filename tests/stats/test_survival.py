"""Durations with open cases against R's survival package, and the laws they follow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.durations import Durations
from gapless_stats.errors import OutOfRange
from gapless_stats.incidence import cumulative_incidence
from gapless_stats.survival import kaplan_meier, log_rank, restricted_mean
from tests.stats.conftest import rows_of

WEEKS = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])
"""Remission of leukaemia with 6-MP and without (Freireich et al. 1963)."""

cases = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)


def counted(pairs):
    times, ended = zip(*pairs, strict=True)
    return Durations.of(np.array(times), np.array(ended, bool))


@pytest.fixture
def remission():
    return Durations.of(WEEKS, RELAPSED)


@pytest.fixture
def untreated():
    return Durations.of(PLACEBO, PLACEBO > 0)


def test_remission_as_in_the_domain_manual(remission):
    """App. D, and Kleinbaum and Klein 2012, table 2.1."""
    found = kaplan_meier(remission)
    shown = found.ended > 0

    assert found.times[shown].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.share[shown] == pytest.approx(
        [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5
    )
    assert found.error[shown][[0, -1]] == pytest.approx([0.0764, 0.1346], abs=5e-5)
    assert found.at_risk[shown].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert (found.median.value, found.n, found.events) == (23, 21, 9)


def test_intervals_of_remission_as_r_gives_them(remission):
    """``survfit`` at 10 weeks, conf.type log-log, log and plain (Klein 2003, table 4.3)."""
    found = {}
    for confidence in ("log-log", "log", "plain"):
        curve = kaplan_meier(remission, confidence=confidence)
        place = curve.times.tolist().index(10)
        found[confidence] = (curve.low[place], curve.high[place])

    assert found["plain"] == pytest.approx((0.564, 0.942), abs=1e-3)
    assert found["log"] == pytest.approx((0.586, 0.968), abs=1e-3)
    assert found["log-log"] == pytest.approx((0.503, 0.889), abs=1e-3)


def test_log_rank_as_in_the_domain_manual(remission, untreated):
    found = log_rank([remission, untreated])

    assert found.chi_square == pytest.approx(16.7929, abs=5e-5)
    assert found.expected == pytest.approx([19.25, 10.75], abs=5e-3)
    assert found.observed.tolist() == [9, 21]
    assert (found.n, found.degrees) == ((21, 21), 1)


@pytest.mark.real_data
class TestAgainstR:
    """As survival 3.5-3 gives them."""

    def groups(self, shared_data, name, by, event):
        rows = rows_of(shared_data / "reference_small" / f"{name}.csv")
        times = np.array([float(row["time"]) for row in rows])
        ended = np.array([row[event[0]] == event[1] for row in rows])
        kind = np.array([row[by] for row in rows])
        return [
            Durations.of(times[kind == each], ended[kind == each])
            for each in sorted(set(kind.tolist()))
        ]

    @pytest.mark.reference("km.lung")
    def test_lung(self, agrees, shared_data):
        men, women = self.groups(shared_data, "lung", "sex", ("status", "2"))
        both = men + women
        curve = kaplan_meier(both, confidence="log")
        median = curve.median
        # The entry says "to max", which is 1,022 days; its number is up to day 1,000.
        mean = restricted_mean(both, until=1_000)

        agrees(
            "km.lung",
            [curve.n, curve.events, median.value, median.low, median.high]
            + [curve.at(day) for day in (100, 365, 700)]
            + [mean.mean],
        )

    def test_the_mean_of_lung_to_the_last_day(self, shared_data):
        """``print(survfit(Surv(time, status) ~ 1, lung), print.rmean = TRUE)``."""
        found = restricted_mean(
            sum(self.groups(shared_data, "lung", "sex", ("status", "2")), Durations.none())
        )

        assert (found.mean, found.error) == pytest.approx((376.3, 19.7), abs=0.05)
        assert found.until == 1_022

    @pytest.mark.reference("km.lung.sex")
    def test_lung_by_sex(self, agrees, shared_data):
        groups = self.groups(shared_data, "lung", "sex", ("status", "2"))
        spans = [kaplan_meier(each, confidence="log").median for each in groups]
        test = log_rank(groups)

        agrees(
            "km.lung.sex",
            [[each.value, each.low, each.high] for each in spans]
            + [test.chi_square, test.p_value],
        )

    @pytest.mark.reference("km.veteran")
    def test_veterans_by_treatment(self, agrees, shared_data):
        groups = self.groups(shared_data, "veteran", "trt", ("status", "1"))
        test = log_rank(groups)
        medians = [kaplan_meier(each).median.value for each in groups]

        agrees("km.veteran", [*medians, test.chi_square, test.p_value])

    def test_veterans_by_kind_of_cell(self, shared_data):
        """``survdiff(Surv(time, status) ~ celltype, veteran)``: 25.4 on 3 degrees."""
        found = log_rank(self.groups(shared_data, "veteran", "celltype", ("status", "1")))

        assert found.chi_square == pytest.approx(25.4, abs=0.05)
        assert (found.degrees, found.p_value) == (3, pytest.approx(1e-5, rel=0.3))

    @pytest.mark.reference("km.aml")
    def test_aml(self, agrees, shared_data):
        groups = self.groups(shared_data, "aml", "group", ("cens", "1"))
        curve = kaplan_meier(groups[0] + groups[1])

        agrees("km.aml", curve.share[curve.ended > 0])


class TestLaws:
    @given(cases, cases)
    def test_counts_add_up(self, here, there):
        together = counted(here) + counted(there)
        joined = counted([*here, *there])

        assert together.times.tolist() == joined.times.tolist()
        assert together.at_risk.tolist() == joined.at_risk.tolist()
        assert kaplan_meier(together).share == pytest.approx(kaplan_meier(joined).share)

    @given(cases)
    def test_a_histogram_of_the_durations_tells_the_same(self, pairs):
        rows = counted(pairs)
        grid = np.arange(31)
        ended = np.bincount([time for time, over in pairs if over], minlength=31)
        still = np.bincount([time for time, over in pairs if not over], minlength=31)
        binned = Durations.counted(grid, ended, still)

        assert binned.n == rows.n
        for time in range(31):
            assert kaplan_meier(binned).at(time) == pytest.approx(
                kaplan_meier(rows).at(time), abs=1e-12
            )
        assert restricted_mean(binned + counted([(31, True)])).mean == pytest.approx(
            restricted_mean(rows + counted([(31, True)])).mean
        )

    @given(cases)
    def test_a_curve_falls_within_its_interval(self, pairs):
        for confidence in ("log-log", "log", "plain"):
            found = kaplan_meier(counted(pairs), confidence=confidence)

            assert (np.diff(found.share) <= 1e-12).all()
            assert (found.low <= found.share + 1e-12).all()
            assert (found.share <= found.high + 1e-12).all()
            assert (found.low >= 0).all()
            assert (found.high <= 1).all()

    @given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
    def test_when_all_is_over_it_is_the_plain_share_and_mean(self, times):
        durations = counted([(time, True) for time in times])
        curve = kaplan_meier(durations)

        for time in (0, 5, 17.5):
            assert curve.at(time) == pytest.approx(np.mean(np.array(times) > time))
        assert curve.median.value == pytest.approx(np.median(times))
        if max(times) > 0:
            found = restricted_mean(durations)
            assert found.mean == pytest.approx(np.mean(times))
            assert found.error == pytest.approx(np.std(times) / math.sqrt(len(times)))

    @given(cases, st.floats(0.1, 20))
    def test_the_unit_of_time_does_not_matter(self, pairs, unit):
        durations = counted([*pairs, (30, True), (31, False)])
        other = Durations.counted(durations.times * unit, durations.ended, durations.open)
        plain, scaled = (restricted_mean(each) for each in (durations, other))

        assert scaled.mean == pytest.approx(unit * plain.mean)
        assert scaled.error == pytest.approx(unit * plain.error)

    @given(cases, cases)
    def test_the_order_of_groups_does_not_matter(self, here, there):
        first = counted([*here, (3, True), (20, True), (25, False)])
        second = counted([*there, (2, True), (21, True)])
        one, two = log_rank([first, second]), log_rank([second, first])

        assert one.chi_square == pytest.approx(two.chi_square, abs=1e-9)
        assert one.expected.sum() == pytest.approx(one.observed.sum())
        assert 0 <= one.p_value <= 1

    @given(cases)
    def test_a_group_against_itself_does_not_differ(self, pairs):
        group = counted([*pairs, (3, True), (20, False)])

        assert log_rank([group, group, group]).chi_square == pytest.approx(0, abs=1e-9)

    @given(cases, cases)
    def test_ways_to_end_add_up(self, solved, dropped):
        ways = [counted(solved), counted(dropped)]
        found = cumulative_incidence(ways)

        assert found.shares.sum(axis=1) == pytest.approx(1 - found.open_share)
        assert (np.diff(found.shares, axis=0) >= -1e-12).all()

    @given(cases)
    def test_with_one_way_to_end_it_is_one_minus_the_curve(self, pairs):
        durations = counted(pairs)
        found = cumulative_incidence([durations])

        assert found.shares[:, 0] == pytest.approx(1 - kaplan_meier(durations).share)


def test_who_comes_late_is_at_risk_only_then():
    """``survfit(Surv(c(0, 0, 4), c(2, 6, 8), c(1, 1, 1)) ~ 1)``: 2 at risk, 2, 1."""
    times, one = np.array([2, 4, 6, 8]), np.array([1, 0, 1, 1])
    durations = Durations.counted(times, one, 0 * one, late=np.array([0, 1, 0, 0]))
    found = kaplan_meier(durations)

    assert found.at_risk[found.ended > 0].tolist() == [2, 2, 1]
    assert found.share[found.ended > 0].tolist() == [0.5, 0.25, 0.0]


def test_more_cannot_end_than_were_there():
    durations = Durations.counted(
        np.array([1, 2]), np.array([2, 0]), np.array([0, 1]), late=np.array([2, 0])
    )

    with pytest.raises(OutOfRange, match="under observation"):
        kaplan_meier(durations)


def test_what_is_not_known_yet_is_none():
    found = kaplan_meier(counted([(1, True), (2, False), (3, False), (4, False)]))

    assert found.median.value is None
    assert found.over_after(0.2).value == 1
    assert found.over_after(0.25).value == pytest.approx(2.5)


def test_dying_of_something_else_is_no_cure():
    """One minus a curve that takes the other way as open says too much."""
    ways = [counted([(1, True), (3, True), (5, True)]), counted([(2, True), (4, True)])]
    both = cumulative_incidence(ways).shares[-1]
    alone = kaplan_meier(
        ways[0] + Durations.counted(np.array([2, 4]), np.array([0, 0]), np.array([1, 1]))
    )

    assert both.tolist() == pytest.approx([0.6, 0.4])
    assert 1 - alone.at(5) == pytest.approx(1.0)
