import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.errors import NoVariance, TooFew
from gapless_stats.shrinkage import (
    UnitMeans,
    dersimonian_laird,
    paule_mandel,
    shrink,
    shrink_within,
    spread_right,
)

units_of_answers = st.lists(
    st.lists(st.integers(1, 7), min_size=1, max_size=40), min_size=3, max_size=12
).filter(lambda units: any(len(set(answers)) > 1 for answers in units))

# Colditz et al. 1994: log relative risks of 13 trials of the BCG vaccine, the example of
# R's metafor, which prints τ² = 0.3088 (DL), 0.3181 (PM) and μ = -0.7141 (DL).
BCG_TRIALS = [
    (-0.8893, 0.3256),
    (-1.5854, 0.1946),
    (-1.3481, 0.4154),
    (-1.4416, 0.0200),
    (-0.2175, 0.0512),
    (-0.7861, 0.0069),
    (-1.6209, 0.2230),
    (0.0120, 0.0040),
    (-0.4694, 0.0564),
    (-1.3713, 0.0730),
    (-0.3394, 0.0124),
    (0.4459, 0.5325),
    (-0.0173, 0.0714),
]
BCG = UnitMeans(np.ones(13, np.int64), *np.array(BCG_TRIALS).T)
# Rubin 1981: coaching in eight schools; no spread beyond noise, pooled 7.7 ± 4.1.
SCHOOLS = UnitMeans(
    np.ones(8, np.int64),
    np.array([28.0, 8, -3, 7, -1, 1, 18, 12]),
    np.array([15.0, 10, 16, 11, 9, 11, 10, 18]) ** 2,
)


def summed(units, scale=1):
    rows = [np.array(answers) * scale for answers in units]
    return UnitMeans.of_sums(
        np.array([len(row) for row in rows]),
        np.array([row.sum() for row in rows]),
        np.array([(row**2).sum() for row in rows]),
        scale=scale,
    )


def drawn(rng, *, units, between, error):
    """Units with known true means: (truth, what was measured)."""
    truth = rng.normal(5, np.sqrt(between), units)
    errors = rng.uniform(0.5, 1.5, units) * error
    measured = rng.normal(truth, np.sqrt(errors))
    return truth, UnitMeans(np.ones(units, np.int64), measured, errors)


def test_the_spread_between_thirteen_trials_as_metafor_prints_it():
    assert paule_mandel(BCG).variance == pytest.approx(0.3181, abs=5e-4)
    assert dersimonian_laird(BCG).variance == pytest.approx(0.3088, abs=5e-4)
    assert dersimonian_laird(BCG).mean == pytest.approx(-0.7141, abs=2e-4)


def test_eight_schools_differ_no_more_than_noise():
    for between in (paule_mandel(SCHOOLS), dersimonian_laird(SCHOOLS)):
        assert between.variance == 0
        assert between.mean == pytest.approx(7.7, abs=0.05)
        assert between.mean_error**0.5 == pytest.approx(4.1, abs=0.05)
    assert np.ptp(shrink(SCHOOLS).estimate) == 0


@given(st.integers(0, 2**32 - 1), st.integers(3, 60))
def test_paule_and_mandel_solve_their_equation(seed, units):
    _, measured = drawn(np.random.default_rng(seed), units=units, between=0.1, error=0.1)
    found = paule_mandel(measured)
    w = 1 / (measured.error + found.variance)
    q = (w * (measured.mean - found.mean) ** 2).sum()

    assert found.variance >= 0
    assert q <= units - 1 + 1e-6
    assert found.variance == 0 or q == pytest.approx(units - 1, rel=1e-9)


def test_both_ways_find_the_true_spread_on_average():
    """As domain.md 4.9 found for τ² = 0.040: DL 0.036, PM 0.043."""
    rng = np.random.default_rng(4)
    worlds = [drawn(rng, units=60, between=0.04, error=0.05)[1] for _ in range(400)]
    spreads = [(paule_mandel(each), dersimonian_laird(each)) for each in worlds]

    for way in range(2):
        mean = np.mean([each[way].variance for each in spreads])
        assert mean == pytest.approx(0.04, rel=0.05)


def test_shrunken_means_are_nearer_to_the_truth():
    """domain.md finding 8: shrinkage cut the squared error by more than a half."""
    rng = np.random.default_rng(5)
    raw, shrunken = [], []
    for _ in range(200):
        truth, measured = drawn(rng, units=60, between=0.0144, error=0.0213)
        raw.append(((measured.mean - truth) ** 2).mean())
        shrunken.append(((shrink(measured).estimate - truth) ** 2).mean())

    assert np.mean(raw) == pytest.approx(0.0213, rel=0.1)
    assert np.mean(shrunken) < 0.45 * np.mean(raw)


@pytest.mark.parametrize("units", [3, 5, 10, 20, 60])
@pytest.mark.parametrize("between", [0.0, 0.02, 0.1])
def test_intervals_hold_the_truth_at_least_about_as_often_as_they_say(units, between):
    """With τ² taken as known, 0.78 of 20 units at a true τ² of 0.02."""
    rng = np.random.default_rng(units)
    held = []
    for _ in range(150):
        truth, measured = drawn(rng, units=units, between=between, error=0.05)
        found = shrink(measured, level=0.9)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())

    assert np.mean(held) >= 0.85


@given(units_of_answers)
def test_an_estimate_lies_between_the_units_own_mean_and_that_of_all(units):
    measured = summed(units)
    found = shrink(measured)
    ends = np.sort([measured.mean, np.full(len(units), found.between.mean)], axis=0)

    assert (ends[0] - 1e-9 <= found.estimate).all()
    assert (found.estimate <= ends[1] + 1e-9).all()
    assert ((found.reliability >= 0) & (found.reliability < 1)).all()
    assert (found.variance > 0).all()
    assert found.n == sum(map(len, units))


@given(units_of_answers, st.randoms(use_true_random=False))
def test_the_order_of_units_is_immaterial(units, random):
    order = list(range(len(units)))
    random.shuffle(order)
    there = shrink(summed(units)).estimate[order]
    back = shrink(summed([units[place] for place in order])).estimate

    assert back == pytest.approx(there, rel=1e-9)


@given(units_of_answers)
def test_sums_in_fractions_of_a_point_say_the_same(units):
    whole, fine = summed(units), summed(units, scale=27720)

    assert fine.mean == pytest.approx(whole.mean, rel=1e-14)
    assert fine.variance == pytest.approx(whole.variance, rel=1e-12)


def test_who_has_thirty_answers_is_judged_by_their_own_spread():
    units = [[1, 7] * 15, [4, 5], [3, 3, 4]]
    measured = summed(units)
    common = (sum(np.var(u) * len(u) for u in units)) / (29 + 1 + 2)

    assert measured.variance[0] == pytest.approx(np.var(units[0], ddof=1))
    assert measured.variance[1:] == pytest.approx([common, common])


def test_thirty_equal_answers_are_no_proof():
    measured = summed([[5] * 30, [4, 6], [3, 5]])

    assert measured.variance[0] == measured.variance[1] > 0


def test_the_more_answers_the_more_a_unit_counts_for_itself():
    measured = UnitMeans(
        np.array([2, 20, 200, 2000]), np.array([3.0, 5, 4, 6]), np.full(4, 2.0)
    )
    reliability = shrink(measured).reliability

    assert (np.diff(reliability) > 0).all()
    assert shrink(measured).fair == (np.median(reliability) >= 0.5)


def test_stretched_estimates_differ_as_much_as_the_truth():
    rng = np.random.default_rng(6)
    truth, measured = drawn(rng, units=2000, between=0.04, error=0.06)
    found = shrink(measured)

    assert found.estimate.var() < 0.7 * truth.var()
    assert measured.mean.var() > 1.5 * truth.var()
    assert spread_right(found).var() == pytest.approx(truth.var(), rel=0.1)
    assert spread_right(found).mean() == pytest.approx(found.estimate.mean())


def test_halls_are_drawn_towards_their_city():
    rng = np.random.default_rng(8)
    city = np.repeat(np.arange(20), 10)
    flat, nested, held = [], [], []
    for _ in range(60):
        truth = rng.normal(5, 0.4, 20)[city] + rng.normal(0, 0.1, 200)
        errors = np.full(200, 0.04)
        measured = UnitMeans(
            np.ones(200, np.int64), rng.normal(truth, np.sqrt(errors)), errors
        )
        within = shrink_within(measured, city)
        flat.append(((shrink(measured).estimate - truth) ** 2).mean())
        nested.append(((within.estimate - truth) ** 2).mean())
        held.append(((within.low <= truth) & (truth <= within.high)).mean())

    assert np.mean(nested) < 0.6 * np.mean(flat)
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_what_cannot_be_compared_is_refused_by_name():
    three = UnitMeans(np.ones(3, np.int64), np.array([1.0, 2, 3]), np.ones(3))
    two = UnitMeans(np.ones(2, np.int64), np.array([1.0, 2]), np.ones(2))
    for way in (paule_mandel, dersimonian_laird, shrink):
        with pytest.raises(TooFew):
            way(two)
    with pytest.raises(TooFew, match="without an answer"):
        UnitMeans.of_sums(np.array([0, 2]), np.array([0, 5]), np.array([0, 13]))
    with pytest.raises(TooFew, match="spread within"):
        summed([[3], [4], [5]])
    with pytest.raises(NoVariance):
        summed([[3, 3], [4, 4], [5]])
    with pytest.raises(TooFew):
        shrink_within(three, np.array([0, 1, 2]))
    with pytest.raises(TooFew):
        shrink_within(three, np.array([0, 0, 1]))
    with pytest.raises(ValueError, match="parent"):
        shrink_within(three, np.array([0, 0, 2]))
    with pytest.raises(ValueError, match="level"):
        shrink(three, level=1)
    with pytest.raises(NoVariance):
        spread_right(shrink(SCHOOLS))
