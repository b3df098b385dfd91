"""Sums of rows in memory: what the slow and obvious way gives, by either path."""

import importlib.util

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gapless_stats import scores
from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.moments import Moments
from gapless_stats.reliability import cronbach_alpha
from gapless_stats.rows import (
    BLOCK,
    GroupMoments,
    PairedRows,
    gap_sums,
    group_moments,
    pairwise_sums,
)

PATHS = pytest.mark.parametrize("compiled", [False, True], ids=["numpy", "numba"])
DIMENSION = np.array([0, 1, 0, -1, 1])


def tables(low, high, items=5):
    cells = st.integers(low, high)
    return st.integers(0, 40).flatmap(lambda n: arrays(np.int8, (n, items), elements=cells))


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in type(one).__slots__
    )


def test_the_compiled_loops_are_there_to_be_tested():
    assert importlib.util.find_spec("numba")


@PATHS
@given(values=tables(-1, 10))
def test_pairs_are_who_answered_both(compiled, values):
    found = pairwise_sums(values, compiled=compiled)
    wide = values.astype(int)
    for one in range(5):
        for other in range(5):
            both = (wide[:, one] != -1) & (wide[:, other] != -1)
            x, y = wide[both, one], wide[both, other]
            assert found.n[one, other] == both.sum()
            assert found.total[one, other] == x.sum()
            assert found.cross[one, other] == x @ y


@given(values=tables(-128, 127))
def test_any_byte_may_stand_for_no_answer(values):
    one, other = (pairwise_sums(values, missing=7, compiled=way) for way in (False, True))
    assert same(one, other)


@given(one=tables(-1, 7), other=tables(-1, 7))
def test_sums_of_parts_are_the_sums_of_the_whole(one, other):
    whole = np.concatenate((one, other))
    together = pairwise_sums(one) + pairwise_sums(other)
    assert same(together, pairwise_sums(whole))
    assert same(together - pairwise_sums(other), pairwise_sums(one))
    groups = np.zeros(len(whole), np.intp)
    parts = [group_moments(each, groups[: len(each)], 1) for each in (one, other)]
    assert same(parts[0] + parts[1], group_moments(whole, groups, 1))
    parts = [
        gap_sums(PairedRows(each, each[::-1], DIMENSION), groups[: len(each)], 1)
        for each in (one, other)
    ]
    turned = np.concatenate((one[::-1], other[::-1]))
    assert same(
        parts[0] + parts[1], gap_sums(PairedRows(whole, turned, DIMENSION), groups, 1)
    )


def test_more_rows_than_a_block_have_pandas_s_covariance():
    chance = np.random.default_rng(5)
    values = chance.integers(1, 8, (2 * BLOCK + 17, 4)).astype(np.int8)
    values[chance.random(values.shape) < 0.1] = -1
    frame = pandas.DataFrame(values.astype(float)).mask(values == -1)
    for compiled in (False, True):
        found = pairwise_sums(values, compiled=compiled).covariance
        assert found == pytest.approx(frame.cov().to_numpy(), rel=1e-12)


@PATHS
@given(expected=tables(-1, 7), seed=st.integers(0, 99))
def test_gaps_are_those_of_every_respondent(compiled, expected, seed):
    chance = np.random.default_rng(seed)
    perceived = chance.integers(-1, 8, expected.shape).astype(np.int8)
    group = chance.integers(0, 3, len(expected))
    found = gap_sums(
        PairedRows(expected, perceived, DIMENSION), group, 3, compiled=compiled
    )
    gaps = scores.differences(expected, perceived)
    both = (expected != -1) & (perceived != -1)
    for at, each in enumerate(scores.dimension_composites(gaps, both, DIMENSION)):
        rounded, groups = each.rounded(), group[each.usable]
        for own in range(3):
            mine = rounded[groups == own]
            assert found.n[own, at] == len(mine)
            assert found.total[own, at] == mine.sum()
            assert found.squares[own, at] == (mine * mine).sum()


@given(values=tables(-1, 7), seed=st.integers(0, 99))
def test_alpha_of_every_group_is_the_alpha_of_its_complete_rows(values, seed):
    group = np.random.default_rng(seed).integers(0, 2, len(values))
    found = group_moments(values, group, 2)
    for own in range(2):
        rows = values[(group == own) & (values != -1).all(axis=1)]
        moments = Moments.of(rows.astype(int))
        mine = GroupMoments(
            *(each[own : own + 1] for each in (found.n, found.total, found.cross))
        )
        assert Moments(int(mine.n[0]), mine.total[0], mine.cross[0]) == moments
        try:
            expected = cronbach_alpha(moments).value
        except (TooFew, NoVariance) as refusal:
            with pytest.raises(type(refusal)):
                mine.alpha  # noqa: B018  it refuses
        else:
            assert mine.alpha[0] == pytest.approx(expected, abs=1e-12)


def test_what_does_not_belong_together_is_refused():
    rows = np.zeros((3, 5), np.int8)
    with pytest.raises(WrongShape, match=r"expectations of \(3, 5\)"):
        PairedRows(rows, rows[:2], DIMENSION)
    with pytest.raises(OutOfRange, match="dimension 1 has no item"):
        PairedRows(rows, rows, np.array([0, 2, 0, 2, 0]))
    with pytest.raises(OutOfRange, match="outside 0 to 1"):
        group_moments(rows, np.array([0, 1, 2]), 2)
    with pytest.raises(WrongShape, match="3 respondents"):
        group_moments(rows, np.array([0, 1]), 2)
    with pytest.raises(WrongShape, match="two dimensions"):
        pairwise_sums(rows[0])
    with pytest.raises(TooFew):
        pairwise_sums(rows[:1]).covariance  # noqa: B018  it refuses
