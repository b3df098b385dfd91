import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.errors import Collinear, NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.response_surface import SurfaceCells, response_surface

SEEDS = st.integers(0, 10_000)


def people(seed, n=120):
    rng = np.random.default_rng(seed)
    e, p = rng.integers(1, 8, n), rng.integers(1, 8, n)
    y = np.round(0.6 * p - 0.3 * e - 0.05 * (p - e) ** 2 + rng.normal(0, 1, n) + 4)
    return e, p, y.astype(np.int64)


def cells_of(e, p, y):
    return SurfaceCells.of(e, p, y, low=1, high=7)


def by_rows(e, p, y):
    """The textbook: least squares on centred rows; b, its covariance, and R²."""
    e, p = e - 4.0, p - 4.0
    x = np.column_stack([np.ones(len(y)), p, e, p**2, p * e, e**2])
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ b
    covariance = rest @ rest / (len(y) - 6) * np.linalg.inv(x.T @ x)
    return b, covariance, 1 - rest @ rest / ((y - y.mean()) ** 2).sum()


@given(SEEDS)
def test_the_table_says_what_the_rows_say(seed):
    e, p, y = people(seed)
    found = response_surface(cells_of(e, p, y))
    b, covariance, r_squared = by_rows(e, p, y)

    assert found.coefficients == pytest.approx(b, abs=1e-8)
    assert found.errors == pytest.approx(np.sqrt(np.diag(covariance))[1:], rel=1e-6)
    assert found.r_squared == pytest.approx(r_squared)


@given(SEEDS)
def test_features_are_sums_of_coefficients_with_their_errors(seed):
    e, p, y = people(seed)
    found = response_surface(cells_of(e, p, y))
    b, covariance, _ = by_rows(e, p, y)
    features = {
        "congruence_slope": [0, 1, 1, 0, 0, 0],
        "congruence_curve": [0, 0, 0, 1, 1, 1],
        "incongruence_slope": [0, 1, -1, 0, 0, 0],
        "incongruence_curve": [0, 0, 0, 1, -1, 1],
    }
    for name, combination in features.items():
        weights = np.array(combination)
        feature = getattr(found, name)
        assert feature.value == pytest.approx(weights @ b, abs=1e-8)
        assert feature.error == pytest.approx(np.sqrt(weights @ covariance @ weights))
        assert feature.low <= feature.value <= feature.high


@given(SEEDS)
def test_the_gap_alone_is_tested_against_the_surface(seed):
    e, p, y = people(seed)
    found = response_surface(cells_of(e, p, y)).gap_alone
    b, covariance, _ = by_rows(e, p, y)
    rows = np.array(
        [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0] * 4 + [1, 0], [0] * 5 + [1]]
    )
    apart = rows @ b
    wald = apart @ np.linalg.solve(rows @ covariance @ rows.T, apart) / 4

    assert found.r_squared == pytest.approx(np.corrcoef(p - e, y)[0, 1] ** 2)
    assert found.f == pytest.approx(wald, rel=1e-6)
    assert (found.restrictions, found.freedom) == (4, len(y) - 6)


@given(SEEDS)
def test_two_halls_add_and_one_can_be_taken_out(seed):
    e, p, y = people(seed)
    east, west = cells_of(e[:50], p[:50], y[:50]), cells_of(e[50:], p[50:], y[50:])
    whole = cells_of(e, p, y)

    assert (east + west).moments() == whole.moments()
    assert (whole - west).moments() == east.moments()


def test_a_surface_whose_shape_is_known():
    """Y = 5 + 2P - E - (P - E)²/2: a ridge along P = E + 1, and hardly any noise."""
    e, p = (each.ravel() for each in np.meshgrid(np.arange(1, 8), np.arange(1, 8)))
    y = 10 + 4 * (p - 4) - 2 * (e - 4) - (p - e) ** 2
    y = np.concatenate([2000 * y, 2000 * y + 1])
    cells = cells_of(np.tile(e, 2), np.tile(p, 2), y.astype(np.int64))
    found = response_surface(cells)
    shape = found.coefficients / 2000

    assert shape[1:] == pytest.approx([4, -2, -1, 2, -1], abs=1e-3)
    assert found.congruence_slope.value / 2000 == pytest.approx(2, abs=1e-3)
    assert found.congruence_curve.value / 2000 == pytest.approx(0, abs=1e-3)
    assert found.incongruence_slope.value / 2000 == pytest.approx(6, abs=1e-3)
    assert found.incongruence_curve.value / 2000 == pytest.approx(-4, abs=1e-3)
    assert found.gap_alone.p_value < 0.001
    assert found.stationary is None  # a ridge rises for ever


def test_the_top_of_a_hill_is_found():
    e, p = (each.ravel() for each in np.meshgrid(np.arange(1, 8), np.arange(1, 8)))
    y = -100 * (p - 5) ** 2 - 300 * (e - 3) ** 2 + (e + p) % 2
    found = response_surface(cells_of(e, p, y))

    assert found.stationary == pytest.approx((1, -1), abs=0.01)  # from the middle, 4


def test_what_cannot_bend_a_surface_is_refused_by_name():
    e, p, y = people(1)
    with pytest.raises(TooFew):
        response_surface(cells_of(e[:6], p[:6], y[:6]))
    with pytest.raises(NoVariance):
        response_surface(cells_of(e, p, np.full(120, 3)))
    with pytest.raises(Collinear):
        response_surface(cells_of(1 + e % 2, 1 + p % 2, y))
    with pytest.raises(OutOfRange):
        cells_of(e + 1, p, y)
    with pytest.raises(WrongShape):
        cells_of(e[1:], p, y)
    with pytest.raises(WrongShape):
        cells_of(e, p, y) + SurfaceCells.of(e, p, y, low=1, high=9)
    with pytest.raises(OutOfRange):
        response_surface(cells_of(e, p, y), level=0.0)
