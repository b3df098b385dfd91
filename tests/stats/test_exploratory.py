"""Exploratory factors, their number, and the nearest correlation matrix."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapless_stats.errors import NotIdentified, NotPositiveDefinite, OutOfRange, TooFew
from gapless_stats.factors.adequacy import (
    kmo,
    minimum_average_partial,
    parallel_analysis,
    sphericity,
)
from gapless_stats.factors.confirmatory import fit
from gapless_stats.factors.exploratory import Extraction, Turn, explore
from gapless_stats.factors.model import Model
from gapless_stats.factors.nearest import nearest_correlation
from gapless_stats.factors.rotation import oblimin, promax, varimax
from gapless_stats.factors.samples import Sample

seeds = st.integers(0, 2**31)
few = settings(max_examples=10, deadline=None)


def simple_structure(seed, p=9, m=3, r=0.3):
    draws = np.random.default_rng(seed)
    loadings = np.zeros((p, m))
    for item in range(p):
        loadings[item, item * m // p] = draws.uniform(0.5, 0.9)
    between = np.full((m, m), r) + (1 - r) * np.eye(m)
    correlation = loadings @ between @ loadings.T
    np.fill_diagonal(correlation, 1)
    return loadings, between, correlation


def matched(found, loadings):
    """Columns of what was found in the order of the truth."""
    order = np.argmax(np.abs(found.T @ loadings), axis=0)
    return found[:, order], order


@pytest.mark.parametrize("extraction", Extraction)
@given(seed=seeds)
@few
def test_true_factors_are_found_again(extraction, seed):
    loadings, between, correlation = simple_structure(seed)
    sample = Sample.covariance_of(correlation, n=500)
    found = explore(sample, 3, extraction=extraction, turn=Turn.OBLIMIN)
    turned, order = matched(found.loadings, loadings)

    assert turned == pytest.approx(loadings, abs=2e-3)
    assert found.factor_correlation[np.ix_(order, order)] == pytest.approx(
        between, abs=5e-3
    )
    assert found.communality == pytest.approx((loadings**2).sum(axis=1), abs=1e-3)
    assert found.chi_square == pytest.approx(0, abs=1e-3)
    assert found.root_mean_square == pytest.approx(0, abs=1e-4)


@given(seeds, st.permutations(range(9)))
@few
def test_the_order_of_items_is_immaterial(seed, order):
    rows = np.random.default_rng(seed).normal(size=(200, 3)) @ np.random.default_rng(
        seed + 1
    ).normal(size=(3, 9)) + np.random.default_rng(seed + 2).normal(size=(200, 9))
    one = explore(Sample.of_rows(rows), 2, extraction=Extraction.ML, turn=Turn.NONE)
    other = explore(
        Sample.of_rows(rows[:, order]), 2, extraction=Extraction.ML, turn=Turn.NONE
    )

    assert other.chi_square == pytest.approx(one.chi_square, abs=1e-4)
    assert other.uniqueness == pytest.approx(one.uniqueness[list(order)], abs=1e-4)


def test_one_factor_by_ml_is_the_confirmatory_one():
    _, _, correlation = simple_structure(4, p=6, m=2)
    names = tuple("abcdef")
    sample = Sample.covariance_of(correlation, n=400, names=names)
    confirmed = fit(Model({"general": names}), sample)
    found = explore(sample, 1, extraction=Extraction.ML)
    # Bartlett's factor against n.
    factor = (400 - 1 - 17 / 6 - 2 / 3) / 400

    assert found.loadings[:, 0] == pytest.approx(
        confirmed.solution.standardised_loadings[:, 0], abs=1e-5
    )
    assert found.chi_square == pytest.approx(
        confirmed.indices.chi_square * factor, abs=1e-4
    )
    assert found.df == confirmed.indices.df


# Six tests of 112 people: Bartholomew and Knott 1999, as R prints them in ability.cov.
ABILITY = np.array(
    [
        [24.641, 5.991, 33.520, 6.023, 20.755, 29.701],
        [5.991, 6.700, 18.137, 1.782, 4.936, 7.204],
        [33.520, 18.137, 149.831, 19.424, 31.430, 50.753],
        [6.023, 1.782, 19.424, 12.711, 4.757, 9.075],
        [20.755, 4.936, 31.430, 4.757, 52.604, 66.762],
        [29.701, 7.204, 50.753, 9.075, 66.762, 135.292],
    ]
)


def test_as_the_manual_of_factanal_prints_it():
    """R's factanal turns until 1e-5 only, so its varimax differs in the third digit."""
    sample = Sample.covariance_of(ABILITY, n=112)
    straight = explore(sample, 2, extraction=Extraction.ML, turn=Turn.VARIMAX)
    oblique = explore(sample, 2, extraction=Extraction.ML, turn=Turn.PROMAX)

    assert (straight.chi_square, straight.df) == (pytest.approx(6.11, abs=0.005), 4)
    assert straight.p_value == pytest.approx(0.191, abs=5e-4)
    assert straight.uniqueness == pytest.approx(
        [0.455, 0.589, 0.218, 0.769, 0.052, 0.334], abs=6e-4
    )
    assert straight.loadings == pytest.approx(
        np.array(
            [
                [0.499, 0.543],
                [0.156, 0.622],
                [0.206, 0.860],
                [0.109, 0.468],
                [0.956, 0.182],
                [0.785, 0.225],
            ]
        ),
        abs=4e-3,
    )
    assert oblique.loadings[0] == pytest.approx([0.364, 0.470], abs=2e-3)
    assert oblique.loadings[1:4, 1] == pytest.approx([0.671, 0.932, 0.508], abs=2e-3)
    assert oblique.loadings[4:, 0] == pytest.approx([1.023, 0.811], abs=2e-3)


@pytest.mark.parametrize("turn", [varimax, promax, oblimin])
@given(seed=seeds)
@few
def test_turning_changes_nothing_that_is_common(turn, seed):
    loadings = np.random.default_rng(seed).normal(size=(8, 3))
    found = turn(loadings)

    assert found.loadings @ found.correlation @ found.loadings.T == pytest.approx(
        loadings @ loadings.T, abs=1e-6
    )
    assert np.diag(found.correlation) == pytest.approx(np.ones(3), abs=1e-9)


@pytest.mark.parametrize("turn", [varimax, oblimin])
@given(seed=seeds)
@few
def test_turning_what_was_turned_before_ends_alike(turn, seed):
    loadings, _, _ = simple_structure(seed)
    loadings += np.random.default_rng(seed).normal(size=loadings.shape) * 0.05
    around = np.linalg.qr(np.random.default_rng(seed + 1).normal(size=(3, 3)))[0]
    one, other = turn(loadings).loadings, turn(loadings @ around).loadings
    order = np.argmax(np.abs(other.T @ one), axis=0)

    assert np.abs(other[:, order]) == pytest.approx(np.abs(one), abs=1e-4)


def test_varimax_does_not_stay_where_symmetry_traps_it():
    trapped = np.array([[1, 1], [1, 1], [1, -1], [1, -1]]) * 0.5

    for turn in (varimax, oblimin):
        found = np.abs(turn(trapped).loadings)
        assert np.sort(found, axis=1) == pytest.approx(
            np.tile([0, np.sqrt(0.5)], (4, 1)), abs=1e-4
        )


@given(seeds)
@few
def test_statsmodels_turns_alike(seed):
    rotation = import_module("statsmodels.multivariate.factor_rotation")
    loadings, _, _ = simple_structure(seed)
    loadings = loadings @ np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    theirs, _ = rotation.rotate_factors(loadings, "varimax")
    ours = varimax(loadings, normalise=False).loadings
    order = np.argmax(np.abs(theirs.T @ ours), axis=0)

    assert np.abs(theirs[:, order]) == pytest.approx(np.abs(ours), abs=1e-3)
    theirs, _ = rotation.rotate_factors(loadings, "oblimin", 0, "oblique")
    ours = oblimin(loadings).loadings
    order = np.argmax(np.abs(theirs.T @ ours), axis=0)
    assert np.abs(theirs[:, order]) == pytest.approx(np.abs(ours), abs=1e-3)


def test_statsmodels_extracts_alike():
    factor = import_module("statsmodels.multivariate.factor")
    rows = np.random.default_rng(3).normal(size=(400, 2)) @ np.random.default_rng(4).normal(
        size=(2, 7)
    ) + np.random.default_rng(5).normal(size=(400, 7))
    sample = Sample.of_rows(rows)
    theirs = factor.Factor(corr=sample.correlation, n_factor=2, method="ml", nobs=400)
    theirs = theirs.fit(rng=np.random.default_rng(6))
    ours = explore(sample, 2, extraction=Extraction.ML, turn=Turn.NONE)

    assert ours.uniqueness == pytest.approx(theirs.uniqueness, abs=1e-4)


def answers_to_twelve(loadings, seed):
    """Of 2,000 people, with three factors that correlate 0.2."""
    draws = np.random.default_rng(seed)
    between = np.linalg.cholesky(np.full((3, 3), 0.2) + 0.8 * np.eye(3))
    own = np.sqrt(1 - (loadings**2).sum(axis=1))
    rows = draws.normal(size=(2000, 3)) @ between.T @ loadings.T
    return Sample.of_rows(rows + own * draws.normal(size=(2000, 12)))


@given(seeds)
@few
def test_parallel_analysis_finds_three(seed):
    loadings, _, _ = simple_structure(seed, p=12, m=3, r=0.2)
    sample = answers_to_twelve(loadings, seed)

    assert parallel_analysis(sample).factors == 3
    assert parallel_analysis(sample, reduced=True).factors >= 3


@given(seeds)
@few
def test_average_partials_find_three_even_factors(seed):
    """It is known to pass over a factor that is weaker than the others."""
    loadings = 0.7 * np.kron(np.eye(3), np.ones((4, 1)))

    assert minimum_average_partial(answers_to_twelve(loadings, seed)).factors == 3


def test_chance_is_what_independent_rows_give():
    """Bartlett's decomposition against rows drawn one by one."""
    n, p = 60, 5
    draws = np.random.default_rng(1)
    drawn = np.array(
        [
            np.linalg.eigvalsh(np.corrcoef(draws.normal(size=(n, p)), rowvar=False))[::-1]
            for _ in range(2000)
        ]
    )
    sample = Sample(n, tuple("abcde"), np.eye(p))
    found = parallel_analysis(sample, repetitions=2000)

    assert found.chance == pytest.approx(np.quantile(drawn, 0.95, axis=0), abs=0.02)
    assert found.factors == 0


def test_the_same_seed_says_the_same():
    sample = Sample(60, tuple("abcde"), np.eye(5))

    assert np.array_equal(
        parallel_analysis(sample, seed=3).chance, parallel_analysis(sample, seed=3).chance
    )
    assert not np.array_equal(
        parallel_analysis(sample, seed=3).chance, parallel_analysis(sample, seed=4).chance
    )


def test_items_that_share_nothing_are_not_worth_it():
    rows = np.random.default_rng(2).normal(size=(200, 6))
    sample = Sample.of_rows(rows)

    assert kmo(sample).overall < 0.6
    assert sphericity(sample).p_value > 0.01


@given(seeds)
@few
def test_msa_of_items_averages_to_the_whole(seed):
    _, _, correlation = simple_structure(seed)
    found = kmo(Sample.covariance_of(correlation, n=100))

    assert found.items.min() <= found.overall <= found.items.max()


@given(seeds)
@few
def test_the_nearest_correlation_is_one_and_stays_one(seed):
    draws = np.random.default_rng(seed)
    apart = np.triu(draws.uniform(-1, 1, (6, 6)), 1)
    wrong = apart + apart.T + np.eye(6)
    found = nearest_correlation(wrong)
    again = nearest_correlation(found.correlation)

    assert np.linalg.eigvalsh(found.correlation)[0] > -1e-9
    assert np.diag(found.correlation) == pytest.approx(np.ones(6))
    assert again.distance == pytest.approx(0, abs=1e-6)


def test_the_nearest_correlation_of_higham():
    """Higham 2002, IMA J. Numerical Analysis 22, p. 334 and MATLAB's documentation."""
    bands = 2 * np.eye(4) - np.eye(4, k=1) - np.eye(4, k=-1)
    found = nearest_correlation(bands, least=0)

    assert found.correlation == pytest.approx(
        np.array(
            [
                [1, -0.8084, 0.1916, 0.1068],
                [-0.8084, 1, -0.6562, 0.1916],
                [0.1916, -0.6562, 1, -0.8084],
                [0.1068, 0.1916, -0.8084, 1],
            ]
        ),
        abs=5e-5,
    )


def test_what_cannot_be_told_is_refused():
    r = np.eye(3) / 2 + 0.5
    sample = Sample.covariance_of(r, n=100)
    with pytest.raises(NotIdentified, match="3 items cannot tell 2 factors apart"):
        explore(sample, 2)
    with pytest.raises(OutOfRange):
        explore(sample, 0)
    same = Sample.covariance_of(np.ones((3, 3)), n=100)
    for each in (kmo, sphericity, minimum_average_partial):
        with pytest.raises(NotPositiveDefinite):
            each(same)
    with pytest.raises(TooFew):
        parallel_analysis(Sample(3, ("a", "b", "c"), r))
    with pytest.raises(OutOfRange):
        parallel_analysis(sample, quantile=95)
