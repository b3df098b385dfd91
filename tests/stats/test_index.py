import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.index import (
    Aggregation,
    between_floor_and_target,
    between_worst_and_best,
    by_normal_curve,
    by_points_table,
    by_rank,
    quality_index,
    satisfaction_index,
)
from gapless_stats.index_sensitivity import (
    chain_linked,
    grade,
    index_errors,
    weight_sensitivity,
)
from gapless_stats.intervals import Interval
from gapless_stats.moments import Moments
from tests.stats.conftest import columns_of, rows_of

scores = arrays.arrays(np.float64, (5, 3), elements=st.floats(0, 1))
weights = st.lists(st.floats(0.01, 1), min_size=3, max_size=3)


@pytest.mark.real_data
@pytest.mark.reference("acsi.mobi")
def test_the_index_of_a_mobile_operator(shared_data, agrees):
    rows = rows_of(shared_data / "reference_small" / "ecsi_mobile_mobi.csv")
    moments = Moments.of(columns_of(rows, ["CUSA1", "CUSA2", "CUSA3"]))
    alike = satisfaction_index(moments, low=1, high=10)
    weighed = satisfaction_index(moments, low=1, high=10, weights=[0.3885, 0.3190, 0.2925])

    agrees("acsi.mobi", [moments.mean, alike.value, weighed.value])


@given(arrays.arrays(np.int64, (20, 3), elements=st.integers(1, 10)), weights)
def test_a_satisfaction_index_is_the_mean_of_everybodys(answers, weight):
    found = satisfaction_index(Moments.of(answers), low=1, high=10, weights=weight)
    own = 100 * (np.average(answers, axis=1, weights=weight) - 1) / 9

    assert found.value == pytest.approx(own.mean())
    assert found.error == pytest.approx(own.std(ddof=1) / np.sqrt(20), abs=1e-9)
    assert 0 <= found.interval.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.interval.high <= 100


@given(scores, weights)
def test_a_geometric_index_is_never_above_the_arithmetic(table, weight):
    table = np.maximum(table, 0.01)
    arithmetic = quality_index(table, weight)
    geometric = quality_index(table, weight, aggregation=Aggregation.GEOMETRIC)

    assert (geometric.value <= arithmetic.value + 1e-9).all()
    assert arithmetic.value == pytest.approx(
        100 * np.average(table, axis=1, weights=weight)
    )


@given(scores, weights)
def test_balanced_scores_are_the_index(table, weight):
    same = np.maximum(np.repeat(table[:, :1], 3, axis=1), 0.01)
    for how in Aggregation:
        assert quality_index(same, weight, aggregation=how).value == pytest.approx(
            100 * same[:, 0]
        )


def test_what_is_missing_is_weighed_by_the_rest_or_not_at_all():
    answered = np.array([[True, True, False], [True, False, True]])
    table = np.array([[0.5, 0.9, np.nan], [0.5, np.nan, 0.9]])
    found = quality_index(table, [5, 3, 2], answered=answered)

    assert found.available == pytest.approx([0.8, 0.7])
    assert found.usable.tolist() == [True, True]
    assert found.value == pytest.approx([100 * (2.5 + 2.7) / 8, 100 * (2.5 + 1.8) / 7])
    assert not quality_index(table, [4, 4, 2], answered=answered).usable[1]


def test_a_red_line_caps():
    found = quality_index(
        [[0.9], [0.9], [0.3]], [1], red_line=np.array([True, False, True])
    )

    assert found.value.tolist() == [60, 90, 30]
    assert found.capped.tolist() == [True, False, False]


@given(
    st.lists(st.integers(0, 50), min_size=2, max_size=20).filter(lambda x: len(set(x)) > 1)
)
def test_scores_rise_with_what_they_score(values):
    x = np.array(values)
    order = np.argsort(x, kind="stable")
    for found in (
        between_worst_and_best(x),
        by_normal_curve(x),
        by_rank(x),
        between_floor_and_target(x, floor=5, target=30),
        by_points_table(x, [10, 20, 40], [0, 0.3, 0.6, 1]),
    ):
        assert (np.diff(found[order]) >= 0).all()
        assert found.min() >= 0
        assert found.max() <= 1
    for turned in (between_worst_and_best, by_normal_curve, by_rank):
        assert turned(x) + turned(x, more_is_better=False) == pytest.approx(np.ones(len(x)))


@given(scores, weights)
def test_an_index_with_exact_scores_is_exact(table, weight):
    value = quality_index(table, weight).value
    found = index_errors(value, np.zeros((5, 3)), weight)

    assert (found.low == value).all()
    assert (found.high == value).all()


def test_ranks_under_other_weights():
    table = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.2]])
    found = weight_sensitivity(table, [1, 1], draws=4000)

    assert found.among[:, -1].tolist() == [1, 1, 1]
    assert (np.diff(found.among, axis=1) >= 0).all()
    # Halves against halves: by symmetry the first two lead equally often.
    assert found.among[0, 0] == pytest.approx(0.5, abs=0.03)
    assert found.expected.sum() == pytest.approx(6)
    assert (found.among == weight_sensitivity(table, [1, 1], draws=4000).among).all()


@given(st.floats(0, 100), st.floats(0, 20))
def test_a_grade_needs_the_whole_interval(low, width):
    cuts = [60, 70, 80]
    found = grade(Interval(low, low + width, 0.95, "t"), cuts)
    straddled = any(low < cut <= low + width for cut in cuts)

    assert (found.grade is None) == straddled


def test_a_changed_version_keeps_its_changes():
    linked = chain_linked([80, 84, 88], old=60, new=80)

    assert linked[0] == 60
    assert linked[2] / linked[0] == pytest.approx(88 / 80)


def test_what_is_no_index_is_refused_by_name():
    with pytest.raises(TooFew):
        satisfaction_index(Moments.of(np.array([[1, 2]])), low=1, high=10)
    with pytest.raises(OutOfRange):
        satisfaction_index(Moments.of(np.array([[1, 12], [1, 14]])), low=1, high=10)
    with pytest.raises(WrongShape):
        quality_index([[0.5, 0.5]], [1])
    with pytest.raises(OutOfRange):
        quality_index([[0.5, -0.5]], [1, 1])
    with pytest.raises(TooFew):
        quality_index(np.zeros((0, 2)), [1, 1])
    with pytest.raises(OutOfRange):
        between_floor_and_target([1.0], floor=5, target=5)
    with pytest.raises(NoVariance):
        by_rank([3, 3])
    with pytest.raises(TooFew):
        by_normal_curve([3])
    with pytest.raises(WrongShape):
        by_points_table([3], [1, 2], [0, 1])
    with pytest.raises(OutOfRange):
        by_points_table([3], [2, 1], [0, 0.5, 1])
    with pytest.raises(OutOfRange):
        grade(Interval(1, 2, 0.95, "t"), [3, 2])
    with pytest.raises(OutOfRange):
        chain_linked([1.0], old=0, new=1)
    with pytest.raises(TooFew):
        weight_sensitivity([[0.5]], [1])
    with pytest.raises(WrongShape):
        index_errors([1.0, 2.0], [[0.1]], [1])
