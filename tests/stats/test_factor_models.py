"""Confirmatory models: published numbers, laws, and other programs."""

import math
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapless_stats.errors import (
    NotIdentified,
    NotPositiveDefinite,
    NoVariance,
    TooFew,
    WrongShape,
)
from gapless_stats.factors.confirmatory import compare, fit, fit_groups
from gapless_stats.factors.estimate import Level, Problem
from gapless_stats.factors.hints import modification_hints
from gapless_stats.factors.indices import fit_indices
from gapless_stats.factors.invariance import invariance
from gapless_stats.factors.model import Model, Scale
from gapless_stats.factors.samples import Sample
from gapless_stats.moments import Moments

NAMES = ("a", "b", "c", "d", "e", "f")
TWO = Model({"one": ("a", "b", "c"), "two": ("d", "e", "f")})

# Holzinger and Swineford 1939 (Joreskog 1969): covariances of nine tests, 301 pupils,
# divisor n, as lavaan's documentation prints them from sampleStatistics.
ITEMS = tuple(f"x{item}" for item in range(1, 10))
THREE = Model({"visual": ITEMS[:3], "textual": ITEMS[3:6], "speed": ITEMS[6:]})


def rows_of_two_factors(seed, n=300, r=0.4):
    draws = np.random.default_rng(seed)
    factors = draws.multivariate_normal([0, 0], [[1, r], [r, 1]], n)
    load = np.array([0.9, 0.7, 0.5])
    common = np.hstack([factors[:, :1] * load, factors[:, 1:] * load])
    return common + draws.normal(size=(n, 6)) * np.sqrt(1 - np.tile(load, 2) ** 2)


def sample_of(seed, n=300):
    return Sample.of_rows(rows_of_two_factors(seed, n), NAMES)


seeds = st.integers(0, 2**31)
few = settings(max_examples=10, deadline=None)


@given(seeds)
@few
def test_what_a_factor_is_measured_in_changes_no_fit(seed):
    sample = sample_of(seed)
    marker, unit = fit(TWO, sample), fit(Model(TWO.factors, scale=Scale.UNIT), sample)

    assert unit.indices.chi_square == pytest.approx(marker.indices.chi_square, abs=1e-6)
    assert unit.indices.df == marker.indices.df == 8
    assert unit.solution.standardised_loadings == pytest.approx(
        marker.solution.standardised_loadings, abs=1e-5
    )


@given(seeds, st.permutations(NAMES))
@few
def test_the_order_of_columns_is_immaterial(seed, order):
    sample = sample_of(seed)
    turned = fit(TWO, sample.select(order))

    assert turned.indices.chi_square == pytest.approx(
        fit(TWO, sample).indices.chi_square, abs=1e-9
    )


@given(seeds, st.lists(st.floats(0.01, 1000), min_size=6, max_size=6))
@few
def test_the_unit_of_measurement_is_immaterial(seed, units):
    sample = sample_of(seed)
    scaled = Sample(sample.n, NAMES, sample.covariance * np.outer(units, units))
    one, other = fit(TWO, sample), fit(TWO, scaled)

    assert other.indices.chi_square == pytest.approx(one.indices.chi_square, abs=1e-6)
    assert other.solution.standardised_loadings == pytest.approx(
        one.solution.standardised_loadings, abs=1e-5
    )


@given(seeds)
@few
def test_a_true_model_is_found_again(seed):
    draws = np.random.default_rng(seed)
    loadings = np.zeros((6, 2))
    loadings[:3, 0], loadings[3:, 1] = draws.uniform(0.5, 1, 3), draws.uniform(0.5, 1, 3)
    r = draws.uniform(-0.6, 0.6)
    true = loadings @ np.array([[1, r], [r, 1]]) @ loadings.T
    true += np.diag(draws.uniform(0.2, 1, 6))
    found = fit(Model(TWO.factors, scale=Scale.UNIT), Sample(500, NAMES, true))

    assert found.indices.chi_square == pytest.approx(0, abs=1e-8)
    assert found.solution.loadings == pytest.approx(loadings, abs=1e-5)
    assert found.solution.factor_correlation[0, 1] == pytest.approx(r, abs=1e-5)
    assert (found.indices.cfi, found.indices.rmsea, found.srmr) == pytest.approx(
        (1, 0, 0), abs=1e-6
    )


@given(seeds)
@few
def test_a_freed_parameter_never_fits_worse(seed):
    sample = sample_of(seed)
    general = fit(Model(TWO.factors, covariances=(("a", "d"),)), sample)
    difference = compare(fit(TWO, sample), general)

    assert difference.df == 1
    assert difference.chi_square >= 0


@given(seeds)
@few
def test_a_hint_is_about_what_freeing_brings(seed):
    """The score test and the χ² difference agree for small misfit."""
    sample = sample_of(seed, n=2000)
    hints = modification_hints(TWO, sample)
    hint = next(each for each in hints if (each.left, each.right) == ("a", "d"))
    freed = fit(Model(TWO.factors, covariances=(("a", "d"),)), sample)
    difference = compare(fit(TWO, sample), freed)

    assert hint.index == pytest.approx(difference.chi_square, rel=0.1, abs=0.05)
    assert hint.change == pytest.approx(
        freed.parameter("a", "~~", "d").value, rel=0.1, abs=0.01
    )
    assert [each.index for each in hints] == sorted(
        (each.index for each in hints), reverse=True
    )


@given(seeds)
@few
def test_slopes_are_what_differences_say(seed):
    """The analytic gradient against the difference of misfits."""
    problem = Problem.of(TWO, [sample_of(seed)])
    theta = problem.start * 1.03 + 0.01
    found = problem.look(theta).gradient
    for place in range(problem.parameters):
        step = np.zeros_like(theta)
        step[place] = 1e-6
        ahead, behind = problem.look(theta + step), problem.look(theta - step)
        assert found[place] == pytest.approx(
            (ahead.value - behind.value) / 2e-6, rel=1e-5, abs=1e-7
        )


@given(seeds)
@few
def test_slopes_of_means_and_regressions_are_what_differences_say(seed):
    model = Model(TWO.factors, regressions={"two": ("one",)}, covariances=(("a", "d"),))
    samples = [sample_of(seed), sample_of(seed + 1)]
    problem = Problem.of(model, samples, level=Level.SCALAR, means=True)
    theta = problem.start * 1.02 + 0.013
    found = problem.look(theta).gradient
    for place in range(problem.parameters):
        step = np.zeros_like(theta)
        step[place] = 1e-6
        ahead, behind = problem.look(theta + step), problem.look(theta - step)
        assert found[place] == pytest.approx(
            (ahead.value - behind.value) / 2e-6, rel=1e-5, abs=1e-7
        )


def test_errors_and_tests_are_right_on_average():
    """Over 200 samples of a true model: error = spread, and χ² = its 8 degrees."""
    found = [fit(TWO, sample_of(seed, n=400)) for seed in range(200)]
    values = np.array(
        [[each.value for each in one.parameters if each.free] for one in found]
    )
    errors = np.array(
        [[each.error for each in one.parameters if each.free] for one in found]
    )
    tests = [one.indices.chi_square for one in found]

    assert errors.mean(axis=0) == pytest.approx(values.std(axis=0), rel=0.25)
    assert np.mean(tests) == pytest.approx(8, abs=4 * math.sqrt(2 * 8 / 200))


def test_levels_never_fit_better_than_those_before():
    samples = {"east": sample_of(1), "west": sample_of(2)}
    steps = invariance(TWO, samples)
    found = [each.indices.chi_square for each in steps.fits]

    assert all(later >= earlier for earlier, later in pairwise(found))
    assert [each.indices.df for each in steps.fits] == [16, 20, 24, 30]
    assert steps.reached is Level.STRICT
    assert steps.means_compare


def test_a_shifted_intercept_ends_at_the_metric_level():
    rows = rows_of_two_factors(2)
    shifted = Sample.of_rows(rows + np.array([0, 1.0, 0, 0, 0, 0]), NAMES)
    steps = invariance(TWO, {"east": sample_of(1), "west": shifted})

    assert steps.reached is Level.METRIC
    assert not steps.means_compare


def test_the_same_group_twice_is_invariant_throughout():
    sample = sample_of(5)
    steps = invariance(TWO, {"one": sample, "two": sample})
    alone = fit(TWO, sample).indices.chi_square

    for level in steps.fits:
        assert level.indices.chi_square == pytest.approx(2 * alone, abs=1e-6)
        assert level.solutions[1].factor_mean == pytest.approx(np.zeros(2), abs=1e-6)


def test_a_factor_of_factors_fits_as_three_that_correlate():
    """With three factors the second level is just identified."""
    rows = rows_of_two_factors(3, n=500)
    third = rows[:, :3] + rows[:, 3:] + np.random.default_rng(9).normal(size=(500, 3))
    names = (*NAMES, "g", "h", "i")
    sample = Sample.of_rows(np.hstack([rows, third]), names)
    first = TWO.factors | {"three": ("g", "h", "i")}
    flat = fit(Model(first), sample)
    higher = fit(Model(first | {"general": ("one", "two", "three")}), sample)

    assert higher.indices.df == flat.indices.df
    assert higher.indices.chi_square == pytest.approx(flat.indices.chi_square, abs=1e-6)


def test_a_heywood_case_is_named():
    r = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    found = fit(Model({"f": ("x1", "x2", "x3")}), Sample.covariance_of(r, n=100))

    assert found.negative == ("x1",)


def test_where_scoring_creeps_the_observed_information_gets_there():
    """31 respondents, a bad model: χ² as scipy's L-BFGS-B finds it from the same start."""
    total = np.array([97, 93, 92, 98, 92])
    cross = np.array(
        [
            [327, 287, 277, 327, 283],
            [287, 291, 284, 290, 283],
            [277, 284, 294, 269, 275],
            [327, 290, 269, 348, 293],
            [283, 283, 275, 293, 284],
        ]
    )
    sample = Sample.of(Moments(31, total, cross))
    found = fit(Model({"f": sample.names}, scale=Scale.UNIT), sample)

    assert found.indices.chi_square == pytest.approx(37.799556, abs=1e-5)
    assert found.negative == ("x4",)


def test_a_perfect_model_has_nothing_left_to_judge():
    found = fit(Model({"f": ("a", "b", "c")}), sample_of(1))

    assert found.indices.df == 0
    assert (found.indices.cfi, found.indices.tli, found.indices.rmsea) == (1, 1, 0)
    assert found.indices.p_value == found.indices.p_close == 1


def test_too_much_is_asked():
    sample = sample_of(1)
    with pytest.raises(NotIdentified, match="4 parameters for 3"):
        fit(Model({"f": ("a", "b")}), sample)
    apart = Model({"one": ("a", "b"), "two": ("c", "d")}, orthogonal=True)
    with pytest.raises(NotIdentified, match="equally well"):
        fit(Model(apart.factors | {"three": ("e", "f")}, orthogonal=True), sample)
    with pytest.raises(NotIdentified, match="measure one another"):
        fit(Model({"one": ("two", "a"), "two": ("one", "b")}), sample)


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(WrongShape, match="no item z"):
        fit(Model({"f": ("a", "b", "z")}), sample_of(1))
    with pytest.raises(TooFew, match="5 respondents to 6 items"):
        fit(TWO, Sample(5, NAMES, np.eye(6)))
    with pytest.raises(NoVariance, match="item a"):
        Sample(50, NAMES, np.diag([0.0, 1, 1, 1, 1, 1]))
    same = np.vstack([rows_of_two_factors(1).T[:5], rows_of_two_factors(1).T[0]]).T
    with pytest.raises(NotPositiveDefinite, match="what another says"):
        fit(TWO, Sample.of_rows(same, NAMES))
    with pytest.raises(WrongShape, match="means"):
        fit_groups(TWO, {"a": Sample(50, NAMES, np.eye(6)), "b": sample_of(1)})


def test_moments_and_rows_say_the_same():
    rows = np.random.default_rng(4).integers(1, 8, (200, 4))
    one, other = Sample.of(Moments.of(rows)), Sample.of_rows(rows.astype(float))

    assert one.covariance == pytest.approx(other.covariance, abs=1e-12)
    assert one.mean == pytest.approx(other.mean, abs=1e-12)


@given(st.floats(0.1, 2000), st.integers(1, 200), st.integers(50, 100_000))
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_the_rmsea(chi_square, df, n):
    found = fit_indices(chi_square, df, baseline_chi_square=3000, baseline_df=df + 20, n=n)

    assert 0 <= found.rmsea_interval.low <= found.rmsea + 1e-9
    assert found.rmsea_interval.high >= found.rmsea - 1e-9 or found.rmsea == 0
    assert 0 <= found.cfi <= 1
    assert 0 <= found.p_close <= 1


@pytest.mark.real_data
def test_as_the_tutorial_of_lavaan_prints_it(shared_data):
    """lavaan's tutorial: standard errors of its first example, and modification indices."""
    path = shared_data / "reference_small" / "holzinger_swineford1939.csv"
    rows = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(6, 15))
    sample = Sample.of_rows(rows, ITEMS)
    found = fit(THREE, sample)
    errors = [each.error for each in found.parameters if each.operator == "=~"]
    variances = [
        each.error for each in found.parameters if each.left == each.right in ITEMS
    ]
    hints = modification_hints(THREE, sample, least=8.5)

    assert errors == pytest.approx(
        [0, 0.100, 0.109, 0, 0.065, 0.055, 0, 0.165, 0.151], abs=5e-4
    )
    assert variances == pytest.approx(
        [0.114, 0.102, 0.091, 0.048, 0.058, 0.043, 0.081, 0.074, 0.071], abs=5e-4
    )
    assert [(each.left, each.operator, each.right) for each in hints[:5]] == [
        ("visual", "=~", "x9"),
        ("x7", "~~", "x8"),
        ("visual", "=~", "x7"),
        ("x8", "~~", "x9"),
        ("textual", "=~", "x3"),
    ]
    assert [each.index for each in hints[:5]] == pytest.approx(
        [36.411, 34.145, 18.631, 14.946, 9.151], abs=5e-4
    )
    assert [each.change for each in hints[:5]] == pytest.approx(
        [0.577, 0.536, -0.422, -0.423, -0.272], abs=5e-4
    )


@pytest.mark.real_data
def test_as_semopy_finds_it(shared_data):
    pandas = import_module("pandas")
    semopy = import_module("semopy")
    path = shared_data / "reference_small" / "holzinger_swineford1939.csv"
    data = pandas.read_csv(path)
    theirs = semopy.Model(
        "\n".join(f"{f} =~ {' + '.join(i)}" for f, i in THREE.factors.items())
    )
    theirs.fit(data)
    stats = semopy.calc_stats(theirs)
    ours = fit(THREE, Sample.of_rows(data[list(ITEMS)].to_numpy(float), ITEMS))
    table = theirs.inspect()
    loadings = {
        (row.rval, row.lval): (row.Estimate, row["Std. Err"])
        for _, row in table[table.op == "~"].iterrows()
    }

    assert ours.indices.chi_square == pytest.approx(stats["chi2"].item(), abs=1e-3)
    assert ours.indices.cfi == pytest.approx(stats["CFI"].item(), abs=1e-5)
    for each in ours.parameters:
        if each.operator == "=~" and each.free:
            value, error = loadings[each.left, each.right]
            assert each.value == pytest.approx(value, rel=3e-3)
            assert each.error == pytest.approx(float(error), rel=1e-2)


def test_results_turn_into_plain_python():
    found = fit(TWO, sample_of(1)).as_dict()

    assert found["indices"]["df"] == 8
    assert found["parameters"][1]["left"] == "one"
    assert isinstance(found["solutions"][0]["loadings"], list)
