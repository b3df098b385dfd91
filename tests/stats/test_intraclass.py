"""Intraclass correlations, concordance, limits of agreement: published numbers and laws."""

import itertools
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.agreement.concordance import kendall_w
from gapless_stats.agreement.intraclass import (
    intraclass,
    mean_squares,
    mean_squares_of_rows,
)
from gapless_stats.agreement.limits import bland_altman
from gapless_stats.errors import NoVariance
from gapless_stats.moments import Moments, Sums
from tests.stats.conftest import columns_of, rows_of

SHROUT_FLEISS = np.array(  # Shrout and Fleiss 1979, table 2: six targets by four judges
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
JUDGES = ("J1", "J2", "J3", "J4")
# Bland and Altman 1986, table 1: peak flow by two meters, l/min.
LARGE_METER = [494, 395, 516, 434, 476, 557, 413, 442, 650]
LARGE_METER += [433, 417, 656, 267, 478, 178, 423, 427]
MINI_METER = [512, 430, 520, 428, 500, 600, 364, 380, 658]
MINI_METER += [445, 432, 626, 260, 477, 259, 350, 451]

scores = st.tuples(st.integers(3, 8), st.integers(2, 4), st.integers(0, 10**6)).map(
    lambda shape: np.random.default_rng(shape[2]).integers(1, 8, shape[:2])
)


def close(expected, tol):
    return pytest.approx(expected, abs=tol)


def six(found):
    single = found.one_way, found.agreement, found.consistency
    return *single, found.one_way_mean, found.agreement_mean, found.consistency_mean


@pytest.fixture
def anxiety(shared_data):
    rows = rows_of(shared_data / "reference_small" / "anxiety.csv")
    return columns_of(rows, ("rater1", "rater2", "rater3"))


@pytest.mark.real_data
@pytest.mark.reference("icc.shrout_fleiss")
def test_the_six_intraclass_correlations(agrees, shared_data):
    judges = columns_of(
        rows_of(shared_data / "reference_small" / "shrout_fleiss1979.csv"), JUDGES
    )
    found = intraclass(mean_squares(Moments.of(judges)))
    forms = six(found)

    agrees("icc.shrout_fleiss", [form.value for form in forms])
    assert np.array_equal(judges, SHROUT_FLEISS)


@pytest.mark.real_data
@pytest.mark.reference("icc.shrout_fleiss.F")
def test_their_f_tests_and_mean_squares(agrees, shared_data):
    judges = columns_of(
        rows_of(shared_data / "reference_small" / "shrout_fleiss1979.csv"), JUDGES
    )
    squares = mean_squares(Moments.of(judges))
    found = intraclass(squares)
    measured = [found.one_way.f, found.consistency.f]
    measured += [squares.between, squares.raters, squares.residual]

    agrees("icc.shrout_fleiss.F", measured)
    assert found.one_way.degrees == (5, 18)
    assert found.consistency.degrees == (5, 15)


@pytest.mark.real_data
@pytest.mark.reference("icc.anxiety")
def test_the_agreement_of_three_raters_on_anxiety(agrees, anxiety):
    found = intraclass(mean_squares(Moments.of(anxiety))).agreement

    agrees("icc.anxiety", [found.value, found.interval.low, found.interval.high])


@pytest.mark.real_data
@pytest.mark.reference("kendall.anxiety")
def test_the_concordance_of_three_raters(agrees, anxiety):
    found = kendall_w(anxiety.astype(float))

    agrees("kendall.anxiety", [found.value, found.chi_square])
    assert found.degrees == 19


def test_shrout_and_fleiss():
    """domain.md, appendix D."""
    found = intraclass(mean_squares(Moments.of(SHROUT_FLEISS)))
    single = [found.one_way.value, found.agreement.value, found.consistency.value]
    means = [found.one_way_mean, found.agreement_mean, found.consistency_mean]

    assert single == close([0.1657, 0.2898, 0.7148], 5e-5)
    assert [each.value for each in means] == close([0.4428, 0.6201, 0.9093], 5e-5)


def test_shrout_and_fleiss_intervals_as_psych_prints_them():
    """psych::ICC(sf): lower and upper bounds of the six, in two digits."""
    found = intraclass(mean_squares(Moments.of(SHROUT_FLEISS)))
    forms = six(found)
    ends = [round(end, 2) for f in forms for end in (f.interval.low, f.interval.high)]

    assert ends == [
        -0.13,
        0.72,
        0.02,
        0.76,
        0.34,
        0.95,
        -0.88,
        0.91,
        0.07,
        0.93,
        0.68,
        0.99,
    ]


def test_two_peak_flow_meters():
    """Bland and Altman 1986: bias -2.1 l/min, sd 38.8, its interval -22.0 to 17.8."""
    differences = np.array(LARGE_METER) - np.array(MINI_METER)
    found = bland_altman(Sums.of(differences))

    assert (round(found.bias, 1), round(found.sd, 1)) == (-2.1, 38.8)
    assert found.bias_interval.low == close(-22.0, 0.1)
    assert found.bias_interval.high == close(17.8, 0.1)
    # They round z = 1.96 up to 2: -79.7 and 75.5.
    assert found.bias - 2 * found.sd == close(-79.7, 0.1)
    assert found.low == close(found.bias - 1.959964 * found.sd, 1e-4)


@given(scores)
def test_mean_squares_of_rows_are_those_of_moments(rows):
    of_rows, of_moments = (
        mean_squares_of_rows(rows.astype(float)),
        mean_squares(Moments.of(rows)),
    )

    for name in ("between", "raters", "residual"):
        assert getattr(of_rows, name) == close(getattr(of_moments, name), 1e-9)


@given(scores)
def test_mean_squares_add_up_to_all_there_is(rows):
    n, k = rows.shape
    found = mean_squares(Moments.of(rows))
    parts = (
        (n - 1) * found.between
        + (k - 1) * found.raters
        + (n - 1) * (k - 1) * found.residual
    )

    assert parts == close(float(((rows - rows.mean()) ** 2).sum()), 1e-9)


@given(scores, st.integers(2, 5), st.integers(-9, 9))
def test_intraclass_correlations_forget_the_scale(rows, factor, shift):
    try:
        found = intraclass(mean_squares(Moments.of(rows)))
    except NoVariance:
        return
    moved = intraclass(mean_squares(Moments.of(factor * rows + shift)))

    for name in ("one_way", "agreement", "consistency", "agreement_mean"):
        one, other = getattr(found, name), getattr(moved, name)
        assert one.value == close(other.value, 1e-9)
        assert (one.interval is None) == (other.interval is None)


@given(scores)
def test_severity_counts_against_agreement_but_not_against_consistency(rows):
    try:
        found = intraclass(mean_squares(Moments.of(rows)))
        strict = intraclass(mean_squares(Moments.of(rows + 10 * np.arange(rows.shape[1]))))
    except NoVariance:
        return

    assert strict.consistency.value == close(found.consistency.value, 1e-9)
    if found.consistency.value > 0:
        assert strict.agreement.value <= found.consistency.value + 1e-9
        interval = found.agreement.interval
        assert interval.low <= found.agreement.value <= interval.high


def test_f_intervals_cover_what_they_promise():
    """Two-way data with ICC(2,1) = 4 / (4 + 1 + 1): about 95 % of intervals hold it."""
    rng = np.random.default_rng(8)
    n, k, times = 20, 4, 400
    held = {"agreement": 0, "consistency": 0}
    true = {"agreement": 4 / 6, "consistency": 4 / 5}
    for _ in range(times):
        rows = 2 * rng.standard_normal((n, 1)) + rng.standard_normal((1, k))
        found = intraclass(mean_squares_of_rows(rows + rng.standard_normal((n, k))))
        for name, value in true.items():
            interval = getattr(found, name).interval
            held[name] += interval.low <= value <= interval.high

    # Satterthwaite's degrees are few with four raters, and his interval a little short.
    assert 0.93 <= held["consistency"] / times <= 0.98
    assert 0.90 <= held["agreement"] / times <= 0.98


@given(scores)
def test_concordance_asks_for_order_only(rows):
    if not np.ptp(rows, axis=0).any():
        return
    found = kendall_w(rows.astype(float))

    assert found.value == close(kendall_w(np.exp(rows / 2.0)).value, 1e-12)
    assert 0 <= found.value <= 1 + 1e-12


def test_concordance_without_ties_is_the_mean_of_spearmans():
    stats = import_module("scipy.stats")
    rows = np.random.default_rng(3).standard_normal((9, 4))
    pairs = itertools.combinations(range(4), 2)
    mean = np.mean([stats.spearmanr(rows[:, a], rows[:, b]).statistic for a, b in pairs])
    found = kendall_w(rows)

    assert found.mean_correlation == close(mean, 1e-12)


@given(
    st.lists(st.integers(-9, 9), min_size=3, max_size=20).filter(lambda d: len(set(d)) > 1)
)
def test_limits_turn_round_with_the_raters(differences):
    there = bland_altman(Sums.of(np.array(differences)))
    back = bland_altman(Sums.of(-np.array(differences)))

    assert there.low == close(-back.high, 1e-9)
    assert there.low_interval.high == close(-back.high_interval.low, 1e-9)
    assert there.low_interval.low < there.low < there.bias < there.high
