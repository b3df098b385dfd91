import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.bivariate import bivariate_normal
from gapless_stats.errors import NoVariance, TooFew, WrongShape
from gapless_stats.importance import (
    Crosshair,
    Quadrant,
    derived_importance_performance,
    expectation_against_gap,
    importance_performance,
    importance_performance_of_pairs,
    importance_performance_of_sums,
)
from gapless_stats.moments import Moments, Sums

ITEMS = 5
TRUE_MEANS = np.array([5.6, 5.2, 5.4, 4.9, 5.3, 4.6, 4.9, 5.1, 4.4, 4.7])


def answering(rng, n):
    """Importances and performances of five items by n customers with a halo."""
    halo = rng.normal(0, 0.8, (n, 1))
    liking = np.concatenate([halo * 0.5 + np.zeros((n, ITEMS)), halo * np.ones(ITEMS)], 1)
    answers = TRUE_MEANS + liking + rng.normal(0, 1.1, (n, 2 * ITEMS))
    return np.round(answers * 10).astype(np.int64)


def far(counts):
    return np.array([point.probability[each] for point in counts for each in Quadrant])


def test_the_ellipse_and_the_quadrants_are_those_of_samples_drawn_again():
    """
    The covariance of (I_j - Ī, P_j - P̄) is derived; here two thousand samples of 150
    customers are taken, and both it and the quadrants they fall in are counted.
    """
    rng = np.random.default_rng(3)
    samples = [answering(rng, 150) for _ in range(2000)]
    means = np.array([each.mean(axis=0) for each in samples])
    apart = np.stack(
        [half - half.mean(axis=1, keepdims=True) for half in np.split(means, 2, axis=1)]
    )
    large = Moments.of(np.vstack(samples))
    # One sample with the population's own moments, so that nothing but the rule is tested.
    mapped = importance_performance(Moments(150, *_as_if(large, 150)))

    for item, point in enumerate(mapped.points):
        expected = np.linalg.eigvalsh(np.cov(apart[:, :, item]))
        reach = -2 * math.log(0.05)
        assert point.ellipse.minor == pytest.approx(
            math.sqrt(reach * expected[0]), rel=0.06
        )
        assert point.ellipse.major == pytest.approx(
            math.sqrt(reach * expected[1]), rel=0.06
        )
        important, good = apart[0, :, item] >= 0, apart[1, :, item] >= 0
        fell = {
            Quadrant.CONCENTRATE: important & ~good,
            Quadrant.KEEP_UP: important & good,
            Quadrant.LOW_PRIORITY: ~important & ~good,
            Quadrant.OVERKILL: ~important & good,
        }
        for quadrant, times in fell.items():
            assert point.probability[quadrant] == pytest.approx(times.mean(), abs=0.04)


def _as_if(moments, n):
    """Sums of n respondents with (nearly) the means and covariance of these moments."""
    total = np.round(moments.mean * n).astype(np.int64)
    cross = moments.covariance * (n - 1) + np.outer(total, total) / n
    return total, np.round(cross).astype(np.int64)


def test_a_crosshair_that_moves_is_nearer_than_one_that_stands():
    """Whoever rates one item high rates all high: seen from the mean, items move less."""
    moments = Moments.of(answering(np.random.default_rng(4), 200))
    moving = importance_performance(moments)
    standing = importance_performance(
        moments, crosshair=Crosshair(moving.importance, moving.performance)
    )

    for here, there in zip(moving.points, standing.points, strict=True):
        assert here.quadrant is there.quadrant
        assert here.ellipse.major < there.ellipse.major


def test_pairs_alone_give_the_map_of_a_crosshair_that_stands():
    rows = answering(np.random.default_rng(5), 100)
    moments = Moments.of(rows)
    pairs = [moments.select([item, item + ITEMS]) for item in range(ITEMS)]
    found = importance_performance_of_pairs(pairs)
    standing = importance_performance(
        moments, crosshair=Crosshair(found.importance, found.performance)
    )

    assert far(found.points) == pytest.approx(far(standing.points), abs=1e-9)
    assert [each.ellipse.angle for each in found.points] == pytest.approx(
        [each.ellipse.angle for each in standing.points], abs=1e-6
    )


@given(st.integers(0, 10_000), st.integers(3, 80))
def test_what_holds_of_every_point(seed, n):
    found = importance_performance(Moments.of(answering(np.random.default_rng(seed), n)))

    for point in found.points:
        assert sum(point.probability.values()) == pytest.approx(1)
        assert point.ellipse.major >= point.ellipse.minor >= 0
        assert -math.pi / 2 <= point.ellipse.angle <= math.pi / 2
        assert point.sure == (point.probability[point.quadrant] >= 0.8)
    assert sum(point.priority for point in found.points) == pytest.approx(0, abs=1e-9)


def test_more_answers_make_a_quadrant_surer():
    rng = np.random.default_rng(6)
    few, many = (
        importance_performance(Moments.of(answering(rng, n))).points[0] for n in (30, 3000)
    )

    assert many.quadrant is Quadrant.CONCENTRATE
    assert many.probability[many.quadrant] > 0.99 > few.probability[many.quadrant]


def test_the_quadrants_lie_as_they_are_named():
    rows = np.array([[6, 6, 2, 2, 2, 6, 2, 6], [7, 6, 3, 2, 3, 6, 3, 7]])
    quadrants = [each.quadrant for each in importance_performance(Moments.of(rows)).points]

    assert quadrants == [
        Quadrant.CONCENTRATE,
        Quadrant.KEEP_UP,
        Quadrant.LOW_PRIORITY,
        Quadrant.OVERKILL,
    ]


def test_the_middle_of_the_scale_stands():
    rows = answering(np.random.default_rng(7), 50)
    found = importance_performance(Moments.of(rows), crosshair=Crosshair(40, 40))

    assert (found.importance, found.performance) == (40, 40)
    assert {each.quadrant for each in found.points} == {Quadrant.KEEP_UP}


def test_gaps_lie_to_the_left_of_nothing():
    rows = np.array([[7, 3, 5, 4], [6, 4, 5, 6], [7, 4, 4, 5]])  # e1 e2 p1 p2
    against = expectation_against_gap(Moments.of(rows))
    found = importance_performance(against, crosshair=Crosshair(performance=0.0))

    assert against == Moments.of(np.hstack([rows[:, :2], rows[:, 2:] - rows[:, :2]]))
    assert found.performance == 0
    assert [each.quadrant for each in found.points] == [
        Quadrant.CONCENTRATE,
        Quadrant.OVERKILL,
    ]


def test_an_item_that_everybody_answers_alike_is_certain_of_its_side():
    rows = np.array([[7, 4, 5, 4], [7, 3, 4, 6], [7, 5, 6, 5]])
    found = importance_performance(Moments.of(rows), crosshair=Crosshair(5.0, 4.0))
    first = found.points[0]

    assert first.ellipse.minor == pytest.approx(0, abs=1e-7)
    assert first.probability[Quadrant.LOW_PRIORITY] == pytest.approx(0, abs=1e-9)
    assert first.probability[Quadrant.OVERKILL] == pytest.approx(0, abs=1e-9)


def test_where_all_items_are_alike_none_has_priority():
    rows = np.array([[7, 7, 3, 5], [6, 6, 2, 4]])

    assert importance_performance(Moments.of(rows)).points[0].priority is None


def test_derived_importance_is_as_uncertain_as_samples_drawn_again_show():
    rng = np.random.default_rng(8)
    found = []
    for _ in range(1500):
        rated = rng.normal(0, 1, (200, 1)) + rng.normal(0, 1, (200, 3))
        outcome = rated @ [0.6, 0.3, 0.1] + rng.normal(0, 1, 200)
        rows = np.round(100 * np.column_stack([rated, outcome])).astype(np.int64)
        found.append(rows)
    derived = np.array([np.corrcoef(rows.T)[:3, 3] for rows in found])
    apart = derived - derived.mean(axis=1, keepdims=True)
    maps = [derived_importance_performance(Moments.of(rows)) for rows in found[:200]]
    held = [
        abs(each.points[0].importance - each.importance - apart[:, 0].mean())
        for each in maps
    ]
    # Along the importance axis alone: half the ellipse's height, from its axes.
    heights = [
        math.hypot(
            point.ellipse.major * math.sin(point.ellipse.angle),
            point.ellipse.minor * math.cos(point.ellipse.angle),
        )
        / math.sqrt(-2 * math.log(0.05))
        for point in (each.points[0] for each in maps)
    ]

    assert np.mean(heights) == pytest.approx(apart[:, 0].std(), rel=0.06)
    assert np.mean(held) < 3 * np.mean(heights)
    assert maps[0].points[0].importance == pytest.approx(derived[0, 0], abs=1e-12)


@pytest.mark.parametrize("correlation", [-0.999, -0.5, 0.0, 0.3, 0.95])
def test_the_bivariate_normal_agrees_with_scipy(correlation):
    at = np.array([-2.5, -1, -0.1, 0, 0.4, 3])
    h, k = (each.ravel() for each in np.meshgrid(at, at))
    both = stats.multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    expected = both.cdf(np.column_stack([h, k]))

    assert bivariate_normal(h, k, np.full(36, correlation)) == pytest.approx(
        expected, abs=1e-7
    )


def test_what_cannot_be_mapped_is_refused_by_name():
    rows = answering(np.random.default_rng(9), 30)
    with pytest.raises(TooFew):
        importance_performance(Moments.of(rows[:1]))
    with pytest.raises(TooFew):
        importance_performance(Moments.of(rows[:, :2]))
    with pytest.raises(ValueError, match="odd"):
        importance_performance(Moments.of(rows[:, :3]))
    with pytest.raises(ValueError, match="odd"):
        expectation_against_gap(Moments.of(rows[:, :3]))
    with pytest.raises(ValueError, match="level"):
        importance_performance(Moments.of(rows), level=1.0)
    with pytest.raises(TooFew):
        importance_performance_of_pairs([])
    with pytest.raises(ValueError, match="performance"):
        importance_performance_of_pairs([Moments.of(rows[:, :3])] * 2)
    with pytest.raises(TooFew):
        derived_importance_performance(Moments.of(rows[:3]))
    with pytest.raises(NoVariance):
        derived_importance_performance(Moments.of(np.column_stack([rows, np.full(30, 4)])))


def test_summed_apart_only_what_goes_together_is_lost():
    """Where importance and performance are uncorrelated, the map of pairs is the same."""
    grid = np.array([[i, p] for i in (4, 5, 6, 7) for p in (1, 3, 4)])
    items = [grid, grid[:, ::-1] + 1, grid + np.array([0, 3])]
    whole = importance_performance_of_pairs([Moments.of(rows) for rows in items])
    apart = importance_performance_of_sums(
        [Sums.of(rows[:, 0]) for rows in items], [Sums.of(rows[:, 1]) for rows in items]
    )

    for one, other in zip(whole.points, apart.points, strict=True):
        assert one.quadrant is other.quadrant
        assert far([one]) == pytest.approx(far([other]), abs=1e-12)
        assert one.ellipse.major == pytest.approx(other.ellipse.major)
    assert (whole.n, whole.importance) == (apart.n, pytest.approx(apart.importance))


def test_importances_and_performances_come_in_twos():
    sums = Sums.of(np.array([1, 2, 3]))
    with pytest.raises(TooFew):
        importance_performance_of_sums([sums], [sums])
    with pytest.raises(WrongShape):
        importance_performance_of_sums([sums, sums], [sums])
