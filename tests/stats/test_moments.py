import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gapless_stats.errors import TooFew
from gapless_stats.moments import Moments, Sums

likert = arrays(
    np.int8, st.tuples(st.integers(1, 30), st.just(4)), elements=st.integers(1, 7)
)
scores = st.lists(st.integers(-(10**15), 10**15), min_size=2, max_size=30)


@given(likert, likert)
def test_the_moments_of_two_halls_are_the_sum_of_each(east, west):
    assert Moments.of(east) + Moments.of(west) == Moments.of(np.vstack([east, west]))


@given(likert, likert)
def test_taking_a_hall_out_again_leaves_the_other(east, west):
    assert Moments.of(np.vstack([east, west])) - Moments.of(east) == Moments.of(west)


@given(likert)
def test_nobody_changes_nothing(rows):
    assert Moments.of(rows) + Moments.empty(4) == Moments.of(rows)


@given(likert, st.randoms())
def test_the_order_of_respondents_is_immaterial(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)

    assert Moments.of(rows[order]) == Moments.of(rows)


@given(likert)
def test_gaps_need_no_rows(rows):
    expectation, perception = rows[:, :2].astype(int), rows[:, 2:].astype(int)
    matrix = np.array([[-1, 0, 1, 0], [0, -1, 0, 1]])

    assert Moments.of(rows).through(matrix) == Moments.of(perception - expectation)


@given(likert)
def test_a_selection_is_the_moments_of_those_columns(rows):
    assert Moments.of(rows).select([3, 1]) == Moments.of(rows[:, [3, 1]])


def test_covariance_agrees_with_numpy_on_independent_data():
    rows = np.random.default_rng(7).integers(1, 8, (500, 6))

    np.testing.assert_allclose(
        Moments.of(rows).covariance, np.cov(rows, rowvar=False), rtol=0, atol=1e-12
    )


def test_covariance_loses_nothing_far_from_zero():
    far = 10**8 + np.array([[1], [2], [3]])

    assert Moments.of(far).covariance[0, 0] == 1.0


@pytest.mark.parametrize("magnitude", [7, 10**6, 10**8])
def test_products_are_exact_however_they_are_multiplied(magnitude):
    rows = np.array([[magnitude, -magnitude + 1], [magnitude - 3, 5]])
    integers = rows.astype(object)
    products = (integers.T @ integers).tolist()

    assert Moments.of(rows).cross.tolist() == products


def test_products_beyond_64_bits_are_refused():
    with pytest.raises(OverflowError):
        Moments.of(np.full((2, 1), 2**62))


def test_answers_that_are_not_whole_are_refused():
    with pytest.raises(TypeError):
        Moments.of(np.array([[1.5]]))


@pytest.mark.parametrize(("rows", "what"), [(0, "mean"), (1, "covariance")])
def test_too_few_respondents_say_nothing(rows, what):
    with pytest.raises(TooFew):
        getattr(Moments.of(np.ones((rows, 2), dtype=int)), what)


@given(scores, scores)
def test_sums_form_a_group(one, other):
    both = Sums.of(np.array(one + other), scale=27720)
    first, second = (Sums.of(np.array(each), scale=27720) for each in (one, other))

    assert first + second == both
    assert both - second == first


@given(scores)
def test_sums_agree_with_unbounded_integers(values):
    assert Sums.of(np.array(values)).squares == sum(value * value for value in values)


def test_spread_is_in_scale_points():
    sums = Sums.of(np.array([10, 20, 30]), scale=10)

    assert (sums.mean, sums.variance, sums.sd) == (2.0, 1.0, 1.0)


def test_sums_on_different_scales_do_not_add():
    with pytest.raises(ValueError, match="1/1 and 1/10"):
        Sums(1, 1, 1) + Sums(1, 1, 1, scale=10)
