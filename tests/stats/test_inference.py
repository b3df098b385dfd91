"""Do groups differ: R's numbers, scipy's, and laws."""

import itertools
from importlib import import_module

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gapless_stats.comparison import difference_of_shares
from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.gaps import gap_of_values, independent_gap
from gapless_stats.inference.anova import kruskal_wallis, one_way_anova, tukey, welch_anova
from gapless_stats.inference.contingency import chi_square, fisher_exact
from gapless_stats.inference.shifts import shifts
from gapless_stats.moments import Sums
from tests.stats.conftest import rows_of

stats = import_module("scipy.stats")

group = st.lists(st.integers(1, 7), min_size=2, max_size=12).filter(
    lambda g: len(set(g)) > 1
)
groups = st.lists(group, min_size=2, max_size=5)
tables = st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(0, 10**6)).map(
    lambda shape: np.random.default_rng(shape[2]).integers(1, 20, shape[:2])
)
four = st.lists(st.integers(0, 12), min_size=4, max_size=4).map(
    lambda cells: np.array(cells).reshape(2, 2)
)


def sums_of(found):
    return [Sums.of(np.array(each)) for each in found]


def histogram_of(found, levels=7):
    return np.array([np.bincount(each, minlength=levels + 1)[1:] for each in found])


@pytest.mark.real_data
@pytest.mark.reference("t.sleep")
def test_the_sleep_study(agrees, shared_data):
    rows = rows_of(shared_data / "reference_small" / "sleep.csv")
    extra = np.array([float(row["extra"]) for row in rows])
    first, second = extra[:10], extra[10:]
    gap = gap_of_values(second, first, first - second)
    ends = [gap.interval.low, gap.interval.high]

    agrees("t.sleep", [gap.t, gap.n - 1, gap.p_value, *ends, gap.gap])


@pytest.mark.real_data
@pytest.mark.reference("anova.plantgrowth")
def test_the_growth_of_plants(agrees, shared_data):
    rows = rows_of(shared_data / "reference_small" / "plantgrowth.csv")
    weights = {name: [] for name in ("ctrl", "trt1", "trt2")}
    for row in rows:
        weights[row["group"]].append(round(100 * float(row["weight"])))
    found = [Sums.of(np.array(each), scale=100) for each in weights.values()]
    levels = sorted({each for group in weights.values() for each in group})
    counts = np.array([[group.count(x) for x in levels] for group in weights.values()])
    anova, ranks, pairs = one_way_anova(found), kruskal_wallis(counts), tukey(found)
    measured = [anova.f, anova.p_value, ranks.h, ranks.p_value, *pairs.p_value]

    agrees("anova.plantgrowth", measured)
    assert anova.degrees == (2, 27)
    assert pairs.difference == pytest.approx([-0.371, 0.494, 0.865])


@pytest.mark.real_data
@pytest.mark.reference("chisq.2x3")
def test_party_by_sex(reference, agrees):
    entry = reference["chisq.2x3"]
    found = chi_square(np.array([[762, 327, 468], [484, 239, 477]]))

    agrees("chisq.2x3", [found.statistic, found.degrees, found.p_value])
    assert found.p_value == pytest.approx(entry["value"][2], rel=1e-6)


def test_its_residuals_as_r_prints_them():
    """chisq.test(M)$stdres of R's own example."""
    found = chi_square(np.array([[762, 327, 468], [484, 239, 477]]))
    expected = [[4.5020535, 0.6994517, -5.3159455], [-4.5020535, -0.6994517, 5.3159455]]

    assert found.residuals == pytest.approx(np.array(expected), abs=1e-6)
    assert not found.rough


def test_the_lady_tasting_tea():
    """fisher.test(TeaTasting)$p.value with two-sided alternative: 0.4857143."""
    assert fisher_exact(np.array([[3, 1], [1, 3]])).p_value == pytest.approx(0.4857142857)


def test_convictions_of_twins():
    """fisher.test(Convictions): p = 0.0005367 (Fisher 1962)."""
    found = fisher_exact(np.array([[2, 15], [10, 3]]))

    assert found.p_value == pytest.approx(0.0005367, abs=5e-8)


@given(groups)
@example([[1, 1, 3], [1] * 10 + [3, 7]])
def test_anova_is_scipys(found):
    expected = stats.f_oneway(*found)
    anova = one_way_anova(sums_of(found))

    # Where all means are the same, scipy's rounding may make F a little less than nothing.
    p_value = 1.0 if np.isnan(expected.pvalue) else expected.pvalue
    assert anova.f == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert anova.p_value == pytest.approx(p_value, rel=1e-8)
    assert 0 <= anova.eta_squared <= 1
    assert abs(anova.omega_squared) <= abs(anova.epsilon_squared) + 1e-12
    assert anova.epsilon_squared <= anova.eta_squared + 1e-12


@given(groups)
def test_welchs_anova_is_scipys(found):
    expected = stats.f_oneway(*found, equal_var=False)
    welch = welch_anova(sums_of(found))

    assert welch.f == pytest.approx(expected.statistic, rel=1e-8, abs=1e-12)
    assert welch.p_value == pytest.approx(expected.pvalue, rel=1e-7)


@given(group, group)
def test_of_two_groups_f_is_t_squared(one, other):
    anova = welch_anova(sums_of([one, other]))
    gap = independent_gap(*sums_of([one, other]))

    assert anova.f == pytest.approx(gap.t**2, rel=1e-9, abs=1e-12)
    assert anova.degrees[1] == pytest.approx(gap.degrees_of_freedom, rel=1e-9)
    assert anova.p_value == pytest.approx(gap.p_value, rel=1e-7)


@given(groups)
def test_kruskal_and_wallis_are_scipys(found):
    expected = stats.kruskal(*found)
    ranks = kruskal_wallis(histogram_of(found))

    assert ranks.h == pytest.approx(expected.statistic, rel=1e-9, abs=1e-10)
    assert ranks.p_value == pytest.approx(expected.pvalue, rel=1e-8)
    assert -1e-12 <= ranks.epsilon_squared <= 1 + 1e-12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tukey_is_scipys(seed):
    rng = np.random.default_rng(seed)
    found = [rng.integers(1, 8, size).tolist() for size in (8, 12, 5, 9)]
    expected = stats.tukey_hsd(*found)
    ends = expected.confidence_interval(0.95)
    pairs = tukey(sums_of(found))

    for place, (a, b) in enumerate(itertools.combinations(range(4), 2)):
        assert pairs.difference[place] == pytest.approx(-expected.statistic[a, b])
        assert pairs.p_value[place] == pytest.approx(expected.pvalue[a, b], abs=1e-7)
        assert pairs.low[place] == pytest.approx(-ends.high[a, b], abs=1e-5)
        assert pairs.high[place] == pytest.approx(-ends.low[a, b], abs=1e-5)


@given(tables)
def test_chi_square_is_scipys(table):
    expected = stats.chi2_contingency(table, correction=False)
    found = chi_square(table)
    v = stats.contingency.association(table, method="cramer")

    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-8)
    assert found.cramers_v == pytest.approx(v, abs=1e-9)


@given(tables)
def test_chi_square_does_not_ask_which_way_the_table_lies(table):
    assert chi_square(table.T).statistic == pytest.approx(chi_square(table).statistic)
    assert chi_square(table[::-1]).cramers_v == pytest.approx(chi_square(table).cramers_v)


@given(four)
def test_fishers_test_is_scipys(table):
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        with pytest.raises(NoVariance):
            fisher_exact(table)
        return
    found = fisher_exact(table)

    assert found.p_value == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-7)
    assert found.interval.low < found.odds_ratio < found.interval.high
    assert fisher_exact(table[::-1]).odds_ratio == pytest.approx(1 / found.odds_ratio)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 50)), min_size=1, max_size=6))
def test_shifts_of_topics_are_one_test_each_adjusted_together(pairs):
    before, after = np.array(pairs).T
    found = shifts(before, after, texts=(40, 50))

    for place, (earlier, later) in enumerate(pairs):
        table = np.array([[earlier, 40 - earlier], [later, 50 - later]])
        one = difference_of_shares(later, 50, earlier, 40)
        assert found.difference[place] == one.difference
        assert found.low[place] == one.interval.low
        if not table.sum(axis=0).all():
            assert found.p_values[place] == 1
        elif stats.contingency.expected_freq(table).min() < 5:
            expected = stats.fisher_exact(table).pvalue
            assert found.p_values[place] == pytest.approx(expected, rel=1e-6)
        else:
            expected = stats.chi2_contingency(table, correction=False).pvalue
            assert found.p_values[place] == pytest.approx(expected, rel=1e-6)
    assert found.q_values == pytest.approx(stats.false_discovery_control(found.p_values))


@given(groups, st.integers(2, 9), st.integers(-5, 5))
def test_effect_sizes_forget_the_scale(found, factor, shift):
    moved = [[factor * x + shift for x in each] for each in found]
    one, other = one_way_anova(sums_of(found)), one_way_anova(sums_of(moved))

    assert other.eta_squared == pytest.approx(one.eta_squared, abs=1e-10)
    assert other.omega_squared == pytest.approx(one.omega_squared, abs=1e-10)


def test_one_respondent_in_a_group_may_be_compared_but_not_alone():
    found = one_way_anova(sums_of([[4], [1, 2, 3], [5, 6]]))

    assert found.f == pytest.approx(stats.f_oneway([4], [1, 2, 3], [5, 6]).statistic)
    with pytest.raises(TooFew):
        one_way_anova(sums_of([[4], [1]]))
