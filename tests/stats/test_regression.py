"""Least squares: R's and statsmodels' numbers, and every error by its dense definition."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.drivers import drivers
from gapless_stats.errors import Collinear, NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.moments import Moments
from gapless_stats.regression import ols, ols_clustered, ols_of_rows
from tests.stats.conftest import columns_of, rows_of

ATTITUDE = ("complaints", "privileges", "learning", "raises", "critical", "advance")

seeds = st.integers(0, 10**6)


def answers(seed, n=40, p=3):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 8, (n, p))
    return np.column_stack((x, x @ np.arange(1, p + 1) + rng.integers(-9, 10, n)))


def dense(x, y, weights=None):
    """The design with its intercept, residuals and (X'X)⁻¹, all times √w."""
    root = np.sqrt(np.ones(len(y)) if weights is None else weights)
    design = np.column_stack((np.ones(len(y)), x)) * root[:, None]
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ (y * root)
    return design, y * root - design @ coefficients, inverse, coefficients


@pytest.mark.real_data
@pytest.mark.reference("ols.attitude")
def test_attitudes_as_r_fits_them(agrees, shared_data):
    rows = rows_of(shared_data / "reference_small" / "attitude.csv")
    found = ols(Moments.of(columns_of(rows, (*ATTITUDE, "rating"))))

    agrees("ols.attitude", [found.coefficients, found.adjusted_r_squared, found.f])
    assert found.degrees == (6, 23)


@pytest.mark.real_data
@pytest.mark.reference("did.kielmc")
def test_house_prices_near_an_incinerator(agrees, shared_data):
    rows = rows_of(shared_data / "reference_small" / "kielmc.csv")
    names = ("nearinc", "y81", "rprice")
    near, late, price = np.array([[float(row[k]) for k in names] for row in rows]).T
    x = np.column_stack((near, late, near * late))
    usual, robust = ols_of_rows(x, price), ols_of_rows(x, price, errors="HC1")
    measured = [usual.coefficients[3], usual.errors[3], robust.errors[3]]

    agrees("did.kielmc", [*measured, usual.r_squared])


@pytest.mark.real_data
@pytest.mark.reference("did.injury")
def test_benefits_of_the_injured_in_kentucky(reference, shared_data):
    entry = reference["did.injury"]
    rows = rows_of(shared_data / "reference_small" / "injury.csv")
    names = ("afchnge", "highearn", "ldurat")
    after, high, log_weeks = np.array(
        [[float(row[name]) for name in names] for row in rows if row["ky"] == "1"]
    ).T
    found = ols_of_rows(np.column_stack((after, high, after * high)), log_weeks)
    measured = [found.coefficients[3], found.errors[3], found.n]

    assert measured == pytest.approx(entry["value"], abs=entry["tol"])


@given(seeds)
def test_moments_and_rows_give_the_same_line(seed):
    rows = answers(seed)
    one, other = ols(Moments.of(rows)), ols_of_rows(rows[:, :3] * 1.0, rows[:, 3] * 1.0)

    assert one.coefficients == pytest.approx(other.coefficients, abs=1e-9)
    assert one.errors == pytest.approx(other.errors, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, abs=1e-9)


@given(seeds)
def test_the_usual_errors_by_their_definition(seed):
    rows = answers(seed)
    _, left, inverse, coefficients = dense(rows[:, :3], rows[:, 3])
    found = ols(Moments.of(rows))

    assert found.coefficients == pytest.approx(coefficients, abs=1e-8)
    assert found.errors == pytest.approx(np.sqrt(np.diag(inverse) * (left @ left) / 36))
    assert found.r_squared == pytest.approx(drivers(Moments.of(rows)).r_squared)


@pytest.mark.parametrize("errors", ["HC0", "HC1", "HC2", "HC3"])
def test_robust_errors_by_their_definition(errors):
    rows = answers(11)
    weights = np.random.default_rng(1).uniform(0.5, 4, len(rows))
    design, left, inverse, _ = dense(rows[:, :3], rows[:, 3], weights)
    h = np.einsum("ij,jk,ik->i", design, inverse, design)
    squares = {
        "HC0": left**2,
        "HC1": left**2 * 40 / 36,
        "HC2": left**2 / (1 - h),
        "HC3": left**2 / (1 - h) ** 2,
    }[errors]
    expected = inverse @ (design.T * squares) @ design @ inverse
    found = ols_of_rows(rows[:, :3] * 1.0, rows[:, 3] * 1.0, errors=errors, weights=weights)

    assert found.errors == pytest.approx(np.sqrt(np.diag(expected)), rel=1e-9)


def slow_cr2(design, left, inverse, clusters):
    """Bell and McCaffrey 2002, with matrices as large as the rows are many."""
    hat = design @ inverse @ design.T
    meat, parts = 0.0, []
    for each in np.unique(clusters):
        own = clusters == each
        lengths, directions = np.linalg.eigh(np.eye(own.sum()) - hat[np.ix_(own, own)])
        root = np.where(lengths > 1e-10, 1 / np.sqrt(np.maximum(lengths, 1e-300)), 0)
        lift = directions * root @ directions.T
        score = design[own].T @ lift @ left[own]
        meat = meat + np.outer(score, score)
        parts.append((np.eye(len(hat)) - hat)[:, own] @ lift @ design[own] @ inverse)
    freedom = []
    for place in range(design.shape[1]):
        p = np.column_stack([part[:, place] for part in parts])
        gram = p.T @ p
        freedom.append(np.trace(gram) ** 2 / (gram**2).sum())
    return np.sqrt(np.diag(inverse @ meat @ inverse)), np.array(freedom)


@pytest.mark.parametrize("weighted", [False, True])
def test_clustered_errors_by_their_definition(weighted):
    rows, rng = answers(12), np.random.default_rng(2)
    clusters = rng.integers(0, 7, len(rows))
    weights = rng.uniform(0.5, 4, len(rows)) if weighted else None
    design, left, inverse, _ = dense(rows[:, :3], rows[:, 3], weights)
    errors, freedom = slow_cr2(design, left, inverse, clusters)
    found = ols_of_rows(
        rows[:, :3] * 1.0,
        rows[:, 3] * 1.0,
        errors="CR2",
        clusters=clusters,
        weights=weights,
    )

    assert found.errors == pytest.approx(errors, rel=1e-9)
    assert found.freedom == pytest.approx(freedom, rel=1e-9)


def test_a_mean_taken_out_is_a_dummy_put_in():
    """Pustejovsky and Tipton 2018, theorem 1: CR2 may absorb each cluster's own mean."""
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(6), 4)
    treated = ((clusters < 3) & (np.tile(np.arange(4), 6) > 1)) * 1.0
    dummies = (clusters[:, None] == np.arange(1, 6)).astype(float)
    y = rng.standard_normal(24)
    design, left, inverse, coefficients = dense(np.column_stack((treated, dummies)), y)
    errors, freedom = slow_cr2(design, left, inverse, clusters)

    def taken_out(values):
        return values - (np.bincount(clusters, values) / 4)[clusters]

    x = taken_out(treated)[:, None]
    found = ols_of_rows(x, taken_out(y), errors="CR2", clusters=clusters)

    assert found.coefficients[1] == pytest.approx(coefficients[1], rel=1e-9)
    assert found.errors[1] == pytest.approx(errors[1], rel=1e-8)
    assert found.freedom[1] == pytest.approx(freedom[1], rel=1e-6)
    with pytest.raises(NoVariance, match="one cluster alone"):
        ols_of_rows(np.column_stack((treated, dummies)), y, errors="CR2", clusters=clusters)


@pytest.mark.parametrize("errors", ["CR0", "CR1", "CR2"])
def test_clusters_moments_say_as_much_as_their_rows(errors):
    rows, clusters = answers(13), np.random.default_rng(4).integers(0, 8, 40)
    halls = [Moments.of(rows[clusters == hall]) for hall in range(8)]
    of_halls = ols_clustered(halls, errors=errors)
    of_rows = ols_of_rows(
        rows[:, :3] * 1.0, rows[:, 3] * 1.0, errors=errors, clusters=clusters
    )

    assert of_halls.errors == pytest.approx(of_rows.errors, rel=1e-9)
    assert of_halls.freedom == pytest.approx(of_rows.freedom, rel=1e-9)
    assert of_halls.method == f"least squares, {errors} errors"


def test_clusters_of_one_are_rows():
    rows = answers(14)
    x, y = rows[:, :3] * 1.0, rows[:, 3] * 1.0
    alone = ols_of_rows(x, y, errors="CR2", clusters=np.arange(40))

    assert alone.errors == pytest.approx(ols_of_rows(x, y, errors="HC2").errors, rel=1e-9)


def test_two_groups_under_hc2_are_welchs_test():
    rng = np.random.default_rng(15)
    group = (np.arange(30) < 11).astype(float)
    y = rng.standard_normal(30) * (1 + 2 * group)
    found = ols_of_rows(group[:, None], y, errors="HC2")
    parts = [y[group == g].var(ddof=1) / (group == g).sum() for g in (0, 1)]

    assert found.errors[1] == pytest.approx(np.sqrt(sum(parts)), rel=1e-10)


@given(seeds, st.integers(2, 9), st.integers(-50, 50))
def test_a_predictor_in_other_units(seed, factor, shift):
    rows = answers(seed)
    moved = rows * [factor, 1, 1, 1] + [shift, 0, 0, 0]
    one, other = ols(Moments.of(rows)), ols(Moments.of(moved))

    assert other.coefficients[1] == pytest.approx(one.coefficients[1] / factor, abs=1e-9)
    assert other.p_values[1:] == pytest.approx(one.p_values[1:], abs=1e-7)
    assert other.r_squared == pytest.approx(one.r_squared, abs=1e-10)


def test_the_interval_of_a_slope_is_scipys():
    stats = import_module("scipy.stats")
    rows = answers(16, p=1)
    expected = stats.linregress(rows[:, 0], rows[:, 1])
    found = ols(Moments.of(rows))

    assert found.coefficients[1] == pytest.approx(expected.slope)
    assert found.errors == pytest.approx([expected.intercept_stderr, expected.stderr])
    assert found.p_values[1] == pytest.approx(expected.pvalue)


def test_statsmodels_gives_the_same_robust_errors():
    api = import_module("statsmodels.api")
    rows, clusters = answers(17), np.random.default_rng(5).integers(0, 7, 40)
    x, y = rows[:, :3] * 1.0, rows[:, 3] * 1.0
    fit = api.OLS(y, api.add_constant(x))
    for errors in ("HC0", "HC1", "HC2", "HC3"):
        found = ols_of_rows(x, y, errors=errors)
        assert found.errors == pytest.approx(fit.fit(cov_type=errors).bse)
    of_clusters = fit.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    found = ols_of_rows(x, y, errors="CR1", clusters=clusters)
    assert found.errors == pytest.approx(of_clusters.bse)


def test_what_has_no_line_is_refused_by_name():
    rows = answers(18)
    with pytest.raises(TooFew):
        ols(Moments.of(rows[:4]))
    with pytest.raises(Collinear):
        ols(Moments.of(np.column_stack((rows[:, 0], rows))))
    with pytest.raises(NoVariance):
        ols(Moments.of(rows * [1, 0, 1, 1]))
    with pytest.raises(NoVariance):
        ols(Moments.of(np.column_stack((rows[:, :2], rows[:, 0] + rows[:, 1]))))
    with pytest.raises(WrongShape):
        ols_clustered([Moments.of(rows), Moments.of(rows[:, :2])])
    with pytest.raises(OutOfRange):
        ols_of_rows(rows[:, :3] * np.nan, rows[:, 3] * 1.0)
