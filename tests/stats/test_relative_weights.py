"""Relative weights, CAR scores and what they share, against relaimpo and each other."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.drivers import drivers
from gapless_stats.errors import Collinear, NoVariance, TooFew, TooMany
from gapless_stats.moments import Moments
from gapless_stats.predictors import explained_by_subsets, predictors, shapley
from gapless_stats.relative_weights import car_scores, relative_weights
from tests.stats.conftest import columns_of, rows_of
from tests.stats.test_drivers import answers

SEEDS = st.integers(0, 10_000)


def table_of(shared_data, name, outcome):
    """The moments of one of R's tables, the outcome last; values in hundredths."""
    rows = rows_of(shared_data / "reference_small" / f"{name}.csv")
    names = [each for each in rows[0] if each not in ("rownames", "", outcome)]
    hundredths = [
        [int(Decimal(row[each]) * 100) for each in [*names, outcome]] for row in rows
    ]
    return Moments.of(np.array(hundredths))


@pytest.fixture
def swiss(shared_data):
    return table_of(shared_data, "swiss", "Fertility")


@pytest.fixture
def attitude(shared_data):
    return table_of(shared_data, "attitude", "rating")


@pytest.mark.real_data
@pytest.mark.reference("rw.swiss.lmg")
def test_shares_of_the_swiss_provinces(swiss, agrees):
    found = drivers(swiss)

    agrees("rw.swiss.lmg", [found.r_squared, found.shares])


@pytest.mark.real_data
@pytest.mark.reference("rw.attitude.lmg")
def test_shares_of_the_attitudes(attitude, agrees):
    found = drivers(attitude)

    agrees("rw.attitude.lmg", [found.r_squared, found.shares])


@pytest.mark.real_data
@pytest.mark.reference("rw.swiss.johnson")
def test_relative_weights_of_the_swiss_provinces(swiss, agrees):
    agrees("rw.swiss.johnson", relative_weights(swiss).weights)


@pytest.mark.real_data
@pytest.mark.reference("rw.attitude.johnson")
def test_relative_weights_of_the_attitudes(attitude, agrees):
    agrees("rw.attitude.johnson", relative_weights(attitude).weights)


@pytest.mark.real_data
@pytest.mark.reference("rw.swiss.car")
def test_car_scores_of_the_swiss_provinces(swiss, agrees):
    agrees("rw.swiss.car", car_scores(swiss).squares)


DIMENSIONS = ("tangibles", "security", "economy", "convenience", "usefulness", "control")


@pytest.mark.real_data
@pytest.mark.reference("kiosk.drivers")
def test_what_satisfaction_with_a_kiosk_goes_with(shared_data, agrees):
    responses = rows_of(shared_data / "kiosk_servqual" / "responses.csv")
    kept = [row for row in responses if row["kept_by_authors"] == "1"]
    items = rows_of(shared_data / "kiosk_servqual" / "items.csv")
    columns = [
        [
            each["column"]
            for each in items
            if each["instrument"] == "perception" and each["final_dimension"] == dimension
        ]
        for dimension in DIMENSIONS
    ]
    # Sums say as much as means: all is of correlations.
    sums = [columns_of(kept, names).sum(axis=1) for names in columns]
    outcome = columns_of(kept, ["overall1", "overall2"]).sum(axis=1)
    moments = Moments.of(np.column_stack([*sums, outcome]))
    found = drivers(moments)

    agrees(
        "kiosk.drivers",
        [found.r_squared, found.shares, relative_weights(moments).weights],
    )


# Chatterjee and Price 1977, p. 70: 30 departments' attitudes, the rating last.
ATTITUDE = """
51 30 39 61 92 45 43
64 51 54 63 73 47 63
70 68 69 76 86 48 71
63 45 47 54 84 35 61
78 56 66 71 83 47 81
55 49 44 54 49 34 43
67 42 56 66 68 35 58
75 50 55 70 66 41 71
82 72 67 71 83 31 72
61 45 47 62 80 41 67
53 53 58 58 67 34 64
60 47 39 59 74 41 67
62 57 42 55 63 25 69
83 83 45 59 77 35 68
77 54 72 79 77 46 77
90 50 72 60 54 36 81
85 64 69 79 79 63 74
60 65 75 55 80 60 65
70 46 57 75 85 46 65
58 68 54 64 78 52 50
40 33 34 43 64 33 50
61 52 62 66 80 41 64
66 52 50 63 80 37 53
37 42 58 50 57 49 40
54 42 48 66 75 33 63
77 66 63 88 76 72 66
75 58 74 80 78 49 78
57 44 45 51 83 38 48
85 71 71 77 74 55 85
82 39 59 64 78 39 82
"""


def test_the_published_attitudes_wherever_the_suite_runs():
    """R: relaimpo 2.2-7, types lmg and genizi of lm(rating ~ ., attitude)."""
    rows = np.array([line.split() for line in ATTITUDE.strip().splitlines()], dtype=int)
    moments = Moments.of(rows)
    shares = [0.37081619, 0.05090379, 0.15576600, 0.12034508, 0.00658872, 0.02818221]
    weights = [0.36276020, 0.05600228, 0.16361091, 0.12178040, 0.00825547, 0.02019274]

    assert drivers(moments).r_squared == pytest.approx(0.7326019925, abs=1e-9)
    assert drivers(moments).shares == pytest.approx(shares, abs=1e-8)
    assert relative_weights(moments).weights == pytest.approx(weights, abs=1e-8)


# Holzinger and Swineford 1939, correlations of x1 to x9 (domain.md, App. D).
HS_LMG = [0.0724, 0.0165, 0.0480, 0.0094, 0.0177, 0.0095, 0.0638, 0.1113]
HS_RW = [0.0715, 0.0178, 0.0487, 0.0080, 0.0181, 0.0080, 0.0657, 0.1108]


@pytest.mark.real_data
def test_the_vectors_of_holzinger_and_swineford(shared_data):
    path = shared_data / "reference_small" / "holzinger_swineford1939.csv"
    rows = [[float(row[f"x{j}"]) for j in range(1, 10)] for row in rows_of(path)]
    moments = Moments.of(np.rint(np.array(rows) * 1e6).astype(np.int64))

    assert drivers(moments).r_squared == pytest.approx(0.348614, abs=5e-7)
    assert drivers(moments).shares == pytest.approx(HS_LMG, abs=5.1e-5)
    assert relative_weights(moments).weights == pytest.approx(HS_RW, abs=5.1e-5)


@given(SEEDS, st.integers(1, 6))
def test_parts_add_up_to_what_is_explained(seed, items):
    moments = Moments.of(answers(seed, items=items))
    weights, scores = relative_weights(moments), car_scores(moments)
    whole = drivers(moments).r_squared

    assert weights.weights.sum() == pytest.approx(whole)
    assert weights.r_squared == pytest.approx(whole)
    assert scores.squares.sum() == pytest.approx(whole)
    assert (weights.weights >= 0).all()
    assert weights.shares.sum() == pytest.approx(1)


@given(SEEDS)
def test_of_two_predictors_relative_weights_are_shares(seed):
    """Johnson 2000, p. 8: with two predictors the two definitions agree."""
    moments = Moments.of(answers(seed, items=2))

    assert relative_weights(moments).weights == pytest.approx(drivers(moments).shares)


@given(SEEDS, st.permutations(range(4)))
def test_the_order_and_the_unit_of_predictors_is_immaterial(seed, order):
    rows = answers(seed)
    turned = Moments.of(np.column_stack([3 * rows[:, order] + 1, rows[:, -1]]))
    straight, place = Moments.of(rows), list(order)

    assert relative_weights(turned).weights == pytest.approx(
        relative_weights(straight).weights[place], abs=1e-9
    )
    assert car_scores(turned).scores == pytest.approx(
        car_scores(straight).scores[place], abs=1e-9
    )


@given(SEEDS)
def test_predictors_that_are_uncorrelated_explain_what_they_correlate(seed):
    rng = np.random.default_rng(seed)
    orthogonal = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]] * 3)
    y = orthogonal @ [3, 2, 1] + rng.integers(-2, 3, 12)
    moments = Moments.of(np.column_stack([orthogonal, y]))
    squares = predictors(moments).towards ** 2

    assert relative_weights(moments).weights == pytest.approx(squares)
    assert car_scores(moments).squares == pytest.approx(squares)
    assert drivers(moments).shares == pytest.approx(squares)


@given(SEEDS)
def test_shares_of_subsets_are_the_drivers(seed):
    moments = Moments.of(answers(seed, items=5))
    found = predictors(moments)

    assert shapley(explained_by_subsets(found.among, found.towards)) == pytest.approx(
        drivers(moments).shares, abs=1e-10
    )


def test_what_cannot_be_told_apart_is_refused_by_name():
    rows = answers(2)
    for each in (relative_weights, car_scores, predictors):
        with pytest.raises(TooFew):
            each(Moments.of(rows[:5]))
        with pytest.raises(TooFew):
            each(Moments.of(rows[:, -1:]))
        with pytest.raises(Collinear):
            each(Moments.of(np.column_stack([rows[:, 0] + rows[:, 1], rows])))
        with pytest.raises(NoVariance):
            each(Moments.of(np.column_stack([np.full(60, 7), rows])))
    with pytest.raises(TooMany):
        explained_by_subsets(np.eye(17), np.zeros(17))
