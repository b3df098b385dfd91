"""Polychoric correlations and models of ordered answers."""

import numpy as np
import pytest
import scipy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gapless_stats.bivariate import bivariate_normal
from gapless_stats.errors import (
    Collinear,
    NotIdentified,
    NoVariance,
    OutOfRange,
    WrongShape,
)
from gapless_stats.factors.dwls import OrdinalSample, fit_ordinal
from gapless_stats.factors.model import Model, Scale
from gapless_stats.factors.ordinal import (
    pair_counts,
    polychoric,
    polychorics,
)
from gapless_stats.tables import PairTable

seeds = st.integers(0, 2**31)
few = settings(max_examples=10, deadline=None)
CUTS = np.array([-1.2, -0.3, 0.5, 1.4])


def answers_to_one_factor(seed, n=500, p=5, load=0.7):
    draws = np.random.default_rng(seed)
    factor = draws.normal(size=(n, 1))
    behind = load * factor + np.sqrt(1 - load**2) * draws.normal(size=(n, p))
    return 1 + (behind[:, :, None] > CUTS).sum(axis=2)


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-0.999, 0.999))
@example(0.0, -2.8e-239, 0.0)
@settings(max_examples=60, deadline=None)
def test_the_bivariate_normal_is_scipys(x, y, r):
    found = bivariate_normal(np.array(x), np.array(y), np.array(r)).item()
    # Sheppard 1900: the same by integrating the density over the correlation.
    along = scipy.integrate.quad(
        lambda angle: np.exp(
            -(x * x + y * y - 2 * x * y * np.sin(angle)) / (2 * np.cos(angle) ** 2)
        ),
        0,
        np.arcsin(r),
        epsabs=1e-13,
        limit=400,
    )[0]
    expected = scipy.special.ndtr(x) * scipy.special.ndtr(y) + along / (2 * np.pi)

    assert found == pytest.approx(expected, abs=1e-11)


@given(st.floats(-3, 3), st.floats(-0.99, 0.99))
@settings(max_examples=40, deadline=None)
def test_limits_of_the_bivariate_normal(x, r):
    at, rho = np.array(x), np.array(r)
    far = np.array(np.inf)

    assert bivariate_normal(at, far, rho).item() == pytest.approx(scipy.special.ndtr(x))
    assert bivariate_normal(at, -far, rho).item() == pytest.approx(0, abs=1e-15)
    assert bivariate_normal(at, at, rho) == bivariate_normal(at, at, rho)


@given(st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_tetrachorics_at_the_median_are_sheppards(same, apart):
    """With both cut at the median, ρ = sin(π/2 (4 p - 1)), p the share of one corner."""
    share = same / (2 * (same + apart))
    found = polychoric(np.array([[same, apart], [apart, same]]))

    assert found.value == pytest.approx(np.sin(np.pi / 2 * (4 * share - 1)), abs=1e-8)


@given(seeds, st.floats(-0.8, 0.8))
@few
def test_the_maximum_is_where_no_other_correlation_fits_better(seed, r):
    draws = np.random.default_rng(seed)
    behind = draws.multivariate_normal([0, 0], [[1, r], [r, 1]], 300)
    answers = 1 + (behind[:, :, None] > CUTS).sum(axis=2)
    counts = pair_counts(answers, low=1, high=5)
    found = polychorics(counts)
    table = counts[0, :, 1]
    edges = [
        np.concatenate([[-np.inf], scipy.special.ndtri(share), [np.inf]])
        for share in (
            np.cumsum(table.sum(axis=1))[:-1] / 300,
            np.cumsum(table.sum(axis=0))[:-1] / 300,
        )
    ]

    def log_likelihood(rho):
        below = bivariate_normal(edges[0][:, None], edges[1][None, :], np.array(rho))
        cells = np.diff(np.diff(below, axis=0), axis=1)
        return float((table[table > 0] * np.log(cells[table > 0])).sum())

    best = scipy.optimize.minimize_scalar(
        lambda rho: -log_likelihood(rho),
        bounds=(-0.99, 0.99),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert found.correlation[0, 1] == pytest.approx(best.x, abs=1e-6)


def test_errors_are_the_spread_over_samples():
    found = [
        polychorics(pair_counts(answers_to_one_factor(seed, n=400, p=2), low=1, high=5))
        for seed in range(300)
    ]
    values = np.array([each.correlation[0, 1] for each in found])

    assert values.mean() == pytest.approx(0.49, abs=0.01)
    assert np.mean([each.errors[0, 1] for each in found]) == pytest.approx(
        values.std(), rel=0.15
    )


@given(seeds)
@few
def test_turning_an_item_round_turns_its_correlations(seed):
    answers = answers_to_one_factor(seed, n=200, p=3)
    turned = answers.copy()
    turned[:, 0] = 6 - turned[:, 0]
    one = polychorics(pair_counts(answers, low=1, high=5))
    other = polychorics(pair_counts(turned, low=1, high=5))
    sign = np.array([-1, 1, 1])

    assert other.correlation == pytest.approx(
        one.correlation * np.outer(sign, sign), abs=1e-8
    )
    assert other.errors == pytest.approx(one.errors, abs=1e-8)


@given(seeds)
@few
def test_levels_nobody_used_change_nothing(seed):
    answers = answers_to_one_factor(seed, n=200, p=3)
    spread = np.array([0, 1, 2, 4, 5, 7])[answers]
    one = polychorics(pair_counts(answers, low=1, high=5))
    other = polychorics(pair_counts(spread, low=-1, high=9))

    assert other.correlation == pytest.approx(one.correlation, abs=1e-9)
    assert other.errors == pytest.approx(one.errors, abs=1e-9)
    assert [len(each) for each in other.thresholds] == [len(t) for t in one.thresholds]


@given(seeds)
@few
def test_counts_add_up_and_are_those_of_pair_tables(seed):
    answers = answers_to_one_factor(seed, n=90, p=2)
    halves = pair_counts(answers[:40], low=1, high=5) + pair_counts(
        answers[40:], low=1, high=5
    )
    everybody = np.ones(90, bool)
    table = PairTable.of(
        answers[:, 0],
        answers[:, 1],
        low=1,
        high=5,
        expectation_answered=everybody,
        perception_answered=everybody,
    )

    assert np.array_equal(halves, pair_counts(answers, low=1, high=5))
    assert np.array_equal(halves[0, :, 1], table.complete)
    assert polychoric(table.complete).value == pytest.approx(
        polychorics(halves).correlation[0, 1], abs=1e-12
    )


@given(seeds)
@few
def test_tables_and_rows_agree_on_the_errors(seed):
    answers = answers_to_one_factor(seed, n=200, p=4)
    sample = OrdinalSample.of_rows(answers, low=1, high=5)
    found = polychorics(pair_counts(answers, low=1, high=5))

    assert np.sqrt(np.diag(sample.gamma) / 200) == pytest.approx(
        found.errors[np.triu_indices(4, 1)], abs=1e-10
    )


def test_a_true_ordinal_model_is_found_again():
    sample = OrdinalSample.of_rows(answers_to_one_factor(3, n=20_000), low=1, high=5)
    found = fit_ordinal(Model({"f": sample.names}), sample)

    assert found.solution.standardised_loadings[:, 0] == pytest.approx(
        np.full(5, 0.7), abs=0.02
    )
    assert np.diag(found.solution.implied_covariance) == pytest.approx(np.ones(5))
    assert found.indices.cfi > 0.999
    assert found.srmr < 0.02


def test_ordinal_errors_and_tests_are_right_on_average():
    """Over 200 samples of a true model: error = spread, χ² of mean 5 and variance 10."""
    loadings, errors, tests = [], [], []
    for seed in range(200):
        sample = OrdinalSample.of_rows(answers_to_one_factor(seed), low=1, high=5)
        found = fit_ordinal(Model({"f": sample.names}, scale=Scale.UNIT), sample)
        loadings.append(found.solution.loadings[:, 0])
        errors.append([each.error for each in found.parameters if each.operator == "=~"])
        tests.append(found.indices.chi_square)

    assert np.mean(errors, axis=0) == pytest.approx(np.std(loadings, axis=0), rel=0.25)
    assert np.mean(tests) == pytest.approx(5, abs=4 * np.sqrt(10 / 200))
    assert np.var(tests) == pytest.approx(10, rel=0.5)


@given(seeds, st.permutations(range(6)))
@few
def test_the_order_of_columns_is_immaterial(seed, order):
    answers = answers_to_one_factor(seed, n=300, p=6)
    names = tuple("abcdef")
    model = Model({"one": names[:3], "two": names[3:]})
    one = OrdinalSample.of_rows(answers, low=1, high=5, names=names)
    other = OrdinalSample.of_rows(
        answers[:, order], low=1, high=5, names=[names[place] for place in order]
    )

    assert fit_ordinal(model, other).indices.chi_square == pytest.approx(
        fit_ordinal(model, one).indices.chi_square, abs=1e-6
    )


def test_what_cannot_be_told_is_refused():
    with pytest.raises(Collinear, match="items 1 and 2"):
        polychoric(np.array([[10, 0, 0], [0, 10, 0], [0, 0, 10]]))
    with pytest.raises(NoVariance, match="item 1"):
        polychoric(np.array([[4, 6]]))
    with pytest.raises(OutOfRange):
        pair_counts(np.array([[1, 9]]), low=1, high=5)
    with pytest.raises(WrongShape):
        polychorics(np.zeros((2, 3, 2, 4), int))
    sample = OrdinalSample.of_rows(answers_to_one_factor(1, p=3), low=1, high=5)
    with pytest.raises(NotIdentified, match="degrees of freedom"):
        fit_ordinal(Model({"f": sample.names}), sample)
    with pytest.raises(WrongShape, match="no item z"):
        fit_ordinal(Model({"f": ("x1", "x2", "z")}), sample)
