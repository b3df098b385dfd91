"""Factor models of answers that are not normal: laws of MLM and MLR."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapless_stats.factors.confirmatory import fit
from gapless_stats.factors.robust import satorra_bentler, yuan_bentler
from gapless_stats.factors.samples import FourthMoments, Sample, triangle, with_products
from gapless_stats.moments import Moments
from tests.stats.test_factor_models import NAMES, TWO, rows_of_two_factors, sample_of

seeds = st.integers(0, 2**31)
few = settings(max_examples=10, deadline=None)


@given(seeds)
@few
def test_fourth_moments_add_up(seed):
    rows = np.random.default_rng(seed).integers(1, 8, (60, 3))
    halves = Moments.of(with_products(rows[:20])) + Moments.of(with_products(rows[20:]))
    summed, direct = FourthMoments.of(halves), FourthMoments.of_rows(rows.astype(float))

    assert summed.gamma == pytest.approx(direct.gamma, abs=1e-9)
    assert summed.sample.covariance == pytest.approx(direct.sample.covariance, abs=1e-10)


def normal_gamma(covariance):
    """Γ when answers are normal: cov(s_ij, s_kl) = s_ik s_jl + s_il s_jk."""
    low, high = triangle(len(covariance))
    s = covariance
    return s[np.ix_(low, low)] * s[np.ix_(high, high)] + (
        s[np.ix_(low, high)] * s[np.ix_(high, low)]
    )


def test_normal_answers_need_no_scaling():
    """With the Γ of the normal distribution a true model's corrections are 1."""
    draws = fit(TWO, sample_of(3)).solution.implied_covariance
    fourth = FourthMoments(Sample(300, NAMES, draws), normal_gamma(draws))
    plain = fit(TWO, fourth.sample)
    free = [each.error for each in plain.parameters if each.free]

    for robust in (satorra_bentler, yuan_bentler):
        found = robust(TWO, fourth)
        assert found.scaling == pytest.approx(1, abs=1e-6)
        assert found.errors == pytest.approx(np.array(free), rel=1e-5)


def test_heavy_tails_are_scaled_down():
    draws = np.random.default_rng(5)
    rows = rows_of_two_factors(5, n=4000)
    heavy = rows * np.sqrt(6 / draws.chisquare(8, size=(4000, 1)))
    found = satorra_bentler(TWO, FourthMoments.of_rows(heavy, NAMES))

    assert found.scaling > 1.2
    assert found.chi_square < found.fit.indices.chi_square


def test_robust_statistics_do_not_mind_the_order_of_columns():
    rows = rows_of_two_factors(8)
    order = [3, 0, 5, 1, 4, 2]
    one = satorra_bentler(TWO, FourthMoments.of_rows(rows, NAMES))
    other = satorra_bentler(
        TWO, FourthMoments.of_rows(rows[:, order], [NAMES[place] for place in order])
    )

    assert other.scaling == pytest.approx(one.scaling, abs=1e-9)
    assert other.errors == pytest.approx(one.errors, abs=1e-7)
