"""Hodges and Lehmann's estimates against published examples and brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.hodges_lehmann import (
    _rank_sum_chances,
    _signed_rank_chances,
    pseudo_median,
    shift_between,
)

answers = st.lists(st.integers(-6, 6), min_size=6, max_size=25)


def once(values):
    return np.array(values, float), np.ones(len(values), int)


def counted(values):
    return np.unique(np.array(values, float), return_counts=True)


def test_depression_before_and_after():
    """Hollander and Wolfe 1999, example 3.1: −0.46, 96 % from −0.786 to −0.010."""
    found = pseudo_median(
        *once([-0.952, 0.147, -1.022, -0.43, -0.62, -0.59, -0.49, 0.08, -0.01])
    )

    assert found.shift == pytest.approx(-0.46)
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.786, -0.010))


def test_permeability_of_membranes():
    """Hollander and Wolfe 1999, example 4.1: 0.305, 96 % from −0.15 to 0.76."""
    x = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    found = shift_between(*once(x), *once([1.15, 0.88, 0.90, 0.74, 1.21]))

    assert found.shift == pytest.approx(0.305)
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.15, 0.76))


@given(answers)
def test_a_histogram_and_its_rows_tell_the_same(values):
    rows, histogram = pseudo_median(*once(values)), pseudo_median(*counted(values))
    pairs = itertools.combinations_with_replacement(values, 2)
    expected = np.median([(one + two) / 2 for one, two in pairs])

    assert rows == histogram
    assert rows.shift == pytest.approx(expected)
    assert rows.interval.low <= rows.shift <= rows.interval.high


@given(answers, answers)
def test_the_shift_between_groups_is_the_median_difference(ones, others):
    rows = shift_between(*once(ones), *once(others))
    expected = np.median([one - other for one in ones for other in others])

    assert rows == shift_between(*counted(ones), *counted(others))
    assert rows.shift == pytest.approx(expected)
    back = shift_between(*once(others), *once(ones))
    assert (back.shift, back.interval.low) == (-rows.shift, -rows.interval.high)


@given(answers, st.integers(-9, 9))
def test_it_moves_with_the_answers(values, by):
    plain = pseudo_median(*once(values))
    moved = pseudo_median(*once([value + by for value in values]))

    assert moved.shift == pytest.approx(plain.shift + by)
    assert moved.interval.low == pytest.approx(plain.interval.low + by)


@pytest.mark.parametrize("n", [6, 11, 20])
def test_the_signed_rank_distribution(n):
    """By scipy's exact test: P(W ≤ w) of the smallest w."""
    chances = _signed_rank_chances(n)
    differences = np.arange(1, n + 1.0)
    for flipped in (1, 3, 6):
        signed = differences * np.where(np.arange(n) < flipped, 1, -1)
        found = stats.wilcoxon(signed, method="exact", alternative="less")
        assert chances[: int(found.statistic) + 1].sum() == pytest.approx(found.pvalue)


@pytest.mark.parametrize(("m", "n"), [(3, 4), (10, 5), (30, 45)])
def test_the_rank_sum_distribution(m, n):
    chances = _rank_sum_chances(m, n)
    x = np.arange(m) * 1.7 - 3.0
    y = np.arange(n) * 1.1 + 0.05
    found = stats.mannwhitneyu(x, y, method="exact", alternative="less")

    assert chances[: int(found.statistic) + 1].sum() == pytest.approx(found.pvalue)
    assert chances == pytest.approx(chances[::-1])


def test_many_answers_use_the_normal_approximation():
    random = np.random.default_rng(4)
    few, many = random.normal(0.3, 1, 49), random.normal(0.3, 1, 400)
    found = pseudo_median(*once(many))
    mean = many.mean()

    assert found.interval.low < mean < found.interval.high
    assert found.interval.high - found.interval.low == pytest.approx(
        2 * 1.96 / 20 * 1.023, rel=0.1
    )
    assert pseudo_median(*once(few)).interval.low < few.mean()


def test_the_interval_keeps_its_level():
    random = np.random.default_rng(5)
    held = 0
    for _ in range(1_000):
        found = pseudo_median(*once(random.laplace(2.0, 1.0, 15))).interval
        held += found.low <= 2.0 <= found.high

    assert held / 1_000 == pytest.approx(0.955, abs=0.02)
