import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.exact import divide_half_even
from gapless_stats.scores import (
    SCALE,
    Composite,
    differences,
    dimension_composites,
    overall,
    overall_by_item,
    overall_weighted,
)

JUST_OVER_12 = 17
answer = st.none() | st.integers(-6, 6)


def dimension(n_items):
    return st.lists(answer, min_size=n_items, max_size=n_items)


short_forms = st.lists(
    st.tuples(dimension(4), dimension(5), dimension(2)), min_size=1, max_size=8
)
long_forms = st.lists(
    st.tuples(dimension(4), dimension(JUST_OVER_12), dimension(45)), min_size=1, max_size=4
)


def composites_of(people):
    rows = [[answer for part in person for answer in part] for person in people]
    answered = np.array([[answer is not None for answer in row] for row in rows])
    scores = np.array(
        [[99 if answer is None else answer for answer in row] for row in rows]
    )
    place = np.repeat(range(len(people[0])), [len(part) for part in people[0]])
    return dimension_composites(scores, answered, place)


def by_hand(part):
    """A dimension's score in fractions, or None."""
    given_ = [answer for answer in part if answer is not None]
    return Fraction(sum(given_), len(given_)) if len(given_) >= len(part) / 2 else None


def by_hand_overall(person):
    usable = [score for score in map(by_hand, person) if score is not None]
    enough = len(usable) >= 0.8 * len(person)
    return Fraction(sum(usable), len(usable)) if enough else None


def found(composite):
    """Each respondent's score in fractions, or None."""
    return [
        Fraction(int(numerator), int(denominator)) if usable else None
        for numerator, denominator, usable in zip(
            composite.numerator, composite.denominator, composite.usable, strict=True
        )
    ]


@given(short_forms | long_forms)
def test_dimensions_are_means_of_at_least_half_the_items(people):
    columns = zip(*(map(by_hand, person) for person in people), strict=True)

    assert [found(each) for each in composites_of(people)] == [
        list(each) for each in columns
    ]


@given(short_forms | long_forms)
def test_overall_is_the_mean_of_four_fifths_of_the_dimensions(people):
    assert found(overall(composites_of(people))) == [
        by_hand_overall(each) for each in people
    ]


@given(short_forms | long_forms)
def test_values_and_stored_integers_are_the_nearest(people):
    composite = overall(composites_of(people))
    exact = [score for score in found(composite) if score is not None]

    assert composite.values().tolist() == [float(score) for score in exact]
    assert composite.rounded().tolist() == [round(score * SCALE) for score in exact]


@given(short_forms)
def test_dimensions_of_up_to_12_items_are_stored_without_rounding(people):
    for composite in composites_of(people):
        stored = [Fraction(value, SCALE) for value in composite.rounded().tolist()]
        assert stored == [score for score in found(composite) if score is not None]


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 1000)), min_size=1))
def test_ties_go_to_the_even_integer(fractions):
    numerator, denominator = np.array(fractions, dtype=np.int64).T
    expected = [round(Fraction(above, below)) for above, below in fractions]

    assert divide_half_even(numerator, denominator).tolist() == expected
    assert divide_half_even(numerator.astype(object), denominator).tolist() == expected


@pytest.mark.parametrize(("numerator", "stored"), [(1, 0), (3, 2), (-1, 0), (-3, -2)])
def test_half_a_unit_is_rounded_to_even(numerator, stored):
    composite = Composite(np.array([numerator]), np.array([2 * SCALE]), np.array([True]))

    assert composite.rounded().tolist() == [stored]


@pytest.mark.parametrize(
    ("dimensions", "usable", "counts"),
    [(5, 4, True), (5, 3, False), (6, 5, True), (6, 4, False), (1, 1, True), (3, 2, False)],
)
def test_how_many_dimensions_make_an_overall_score(dimensions, usable, counts):
    parts = [
        Composite(np.array([2]), np.array([1]), np.array([place < usable]))
        for place in range(dimensions)
    ]

    assert overall(parts).usable.tolist() == [counts]


def test_by_item_needs_one_answer_of_any_dimension():
    scores = np.array([[3, 9, 9], [9, 9, 9], [1, 2, 4]], dtype=np.int8)
    composite = overall_by_item(scores, scores != 9)

    assert found(composite) == [Fraction(3), None, Fraction(7, 3)]


def test_an_unanswered_item_may_hold_anything():
    scores = np.array([[3, -128, 5, 127]], dtype=np.int8)
    answered = np.array([[True, False, True, False]])
    (composite,) = dimension_composites(scores, answered, np.zeros(4, dtype=np.int64))

    assert found(composite) == [Fraction(4)]


def test_bytes_do_not_wrap_in_a_difference():
    low, high = np.array([1], dtype=np.uint8), np.array([200], dtype=np.uint8)

    assert differences(high, low).tolist() == [-199]


class TestWeights:
    """Two dimensions scored -1 and -3, with the respondent's own weights."""

    def weighted(self, *weights, usable=(True, True), whole=100):
        parts = [
            Composite(np.array([score]), np.array([1]), np.array([available]))
            for score, available in zip((-1, -3), usable, strict=True)
        ]
        return found(overall_weighted(parts, np.array([weights]), whole=whole))[0]

    def test_count_as_given(self):
        assert self.weighted(25, 75) == Fraction(-5, 2)

    @pytest.mark.parametrize("weights", [(50, 45), (50, 55)])
    def test_are_normalised_when_the_sum_is_nearly_right(self, weights):
        assert self.weighted(*weights) == Fraction(
            -weights[0] - 3 * weights[1], sum(weights)
        )

    @pytest.mark.parametrize("weights", [(50, 44), (50, 56), (0, 0)])
    def test_are_missing_when_the_sum_is_wrong(self, weights):
        assert self.weighted(*weights) is None

    def test_of_a_missing_dimension_pass_to_the_others_up_to_twenty_points(self):
        assert self.weighted(80, 20, usable=(True, False)) == -1
        assert self.weighted(79, 21, usable=(True, False)) is None

    def test_may_count_fractions_of_a_point(self):
        assert self.weighted(33_300, 66_700, whole=100_000) == Fraction(-2334, 1000)

    def test_cannot_be_negative(self):
        with pytest.raises(ValueError, match="at least 0"):
            self.weighted(-10, 110)

    def test_are_one_for_each_dimension(self):
        with pytest.raises(ValueError, match="2 dimensions"):
            self.weighted(30, 30, 40)


@given(short_forms, st.integers(0, 2**32))
def test_equal_weights_weigh_as_no_weights_do(people, seed):
    complete = [
        [[0 if answer is None else answer for answer in part] for part in person]
        for person in people
    ]
    parts = composites_of(complete)
    points = 1 + seed % 10**4
    weights = np.full((len(people), 3), points)

    assert found(overall_weighted(parts, weights, whole=3 * points)) == found(
        overall(parts)
    )


def test_a_dimension_without_items_is_refused():
    with pytest.raises(ValueError, match="dimension 0 has no item"):
        dimension_composites(np.ones((1, 1), int), np.ones((1, 1), bool), np.array([1]))


def test_overall_without_dimensions_is_refused():
    with pytest.raises(ValueError, match="needs a dimension"):
        overall([])


def test_the_scale_divides_by_all_short_dimensions():
    assert all(SCALE % items == 0 for items in range(1, 13))
    assert math.gcd(SCALE, 13) == 1
