import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.errors import TooFew
from gapless_stats.gaps import wilcoxon_signed_rank

counts = st.lists(st.integers(0, 12), min_size=13, max_size=13).filter(
    lambda each: sum(each) > each[6]
)
VALUES = range(-6, 7)


@pytest.mark.parametrize(("zeros", "method"), [("drop", "wilcox"), ("pratt", "pratt")])
@pytest.mark.parametrize("continuity", [True, False])
@given(counts=counts)
def test_the_histogram_agrees_with_scipy_on_the_rows(zeros, method, continuity, counts):
    rows = np.repeat(VALUES, counts)
    expected = stats.wilcoxon(
        rows, zero_method=method, correction=continuity, method="asymptotic"
    )
    greater = stats.wilcoxon(
        rows, zero_method=method, method="asymptotic", alternative="greater"
    )
    found = wilcoxon_signed_rank(VALUES, counts, zeros=zeros, continuity=continuity)

    assert found.n == sum(counts) - counts[6]
    assert found.positive_ranks == greater.statistic
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)


def test_the_rank_sum_of_the_depression_study():
    # Hollander and Wolfe 1973, p. 29: V = 40 in R's help of wilcox.test. In thousandths.
    differences = [952, -147, 1022, 430, 620, 590, 490, -80, 10]

    assert wilcoxon_signed_rank(differences, [1] * 9).positive_ranks == 40


@given(counts)
def test_turning_the_scale_round_turns_the_sign(counts):
    one = wilcoxon_signed_rank(VALUES, counts)
    other = wilcoxon_signed_rank(VALUES, counts[::-1])

    assert one.z == -other.z
    assert one.p_value == other.p_value
    assert one.positive_ranks + other.positive_ranks == one.n * (one.n + 1) / 2


def test_millions_of_ties_do_not_overflow():
    counts = [5_000_000, 0, 5_001_000]
    found = wilcoxon_signed_rank(np.array([-1, 0, 1]), np.array(counts), continuity=False)

    # All ranks tie, so this is the sign test: z = (positive - negative) / √n.
    assert found.z == pytest.approx(1000 / 10_001_000**0.5, rel=1e-12)


@pytest.mark.parametrize("counts", [[0, 0, 0], [0, 5, 0]])
def test_no_difference_says_nothing(counts):
    with pytest.raises(TooFew):
        wilcoxon_signed_rank([-1, 0, 1], counts)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="count"):
        wilcoxon_signed_rank([-1, 1], [2, -1])
