import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.bivariate import correlation_covariance, ellipse, quadrant_chances
from gapless_stats.errors import (
    Collinear,
    NotPositiveDefinite,
    NoVariance,
    OutOfRange,
    TooFew,
    WrongShape,
)
from gapless_stats.moments import Moments
from gapless_stats.priorities import (
    Factor,
    Impact,
    impact_asymmetry,
    implicit_importance,
    in_logarithms,
    low_and_high,
    vavra_grid,
)
from tests.stats.test_drivers import answers

SEEDS = st.integers(0, 10_000)


def rated(seed, n=80, items=4):
    """Importances 1 to 7, performances 1 to 7 and an outcome, (n, 2 items + 1)."""
    rng = np.random.default_rng(seed)
    stated = np.clip(np.round(rng.normal([6, 6, 4, 4], 1, (n, items))), 1, 7)
    performed = np.clip(np.round(rng.normal(5, 1.3, (n, items))), 1, 7)
    outcome = np.round(performed @ [0.1, 1, 0.1, 1] + rng.normal(0, 1, n))
    return np.column_stack([stated, performed, outcome]).astype(np.int64)


def test_the_grid_tells_what_is_said_from_what_is_so():
    grid = vavra_grid(Moments.of(rated(1, n=3000)))

    assert [point.factor for point in grid.points] == [
        Factor.BASIC,
        Factor.IMPORTANT_PERFORMANCE,
        Factor.UNIMPORTANT_PERFORMANCE,
        Factor.EXCITEMENT,
    ]
    assert min(point.probability[point.factor] for point in grid.points) > 0.99


@given(SEEDS)
def test_what_holds_of_every_point_of_a_grid(seed):
    rows = rated(seed)
    grid = vavra_grid(Moments.of(rows))

    assert [point.stated for point in grid.points] == pytest.approx(
        rows[:, :4].mean(axis=0)
    )
    assert [point.derived for point in grid.points] == pytest.approx(
        np.corrcoef(rows[:, 4:].T)[:4, 4]
    )
    for point in grid.points:
        assert sum(point.probability.values()) == pytest.approx(1)


def test_a_factors_probability_is_how_often_other_samples_have_it():
    rng = np.random.default_rng(7)
    shape = rng.normal(size=(5, 5))
    among = shape @ shape.T + 5 * np.eye(5)
    centre = [500, 520, 0, 0, 0]
    drawn = [
        vavra_grid(
            Moments.of(
                np.rint(rng.multivariate_normal(centre, 100 * among, 150)).astype(int)
            )
        )
        for _ in range(400)
    ]
    for place in range(2):
        fell = [each.points[place].factor for each in drawn]
        for factor in Factor:
            said = np.mean([each.points[place].probability[factor] for each in drawn])
            assert said == pytest.approx(np.mean([one is factor for one in fell]), abs=0.12)


@given(SEEDS)
def test_implicit_importance_is_the_correlation_of_what_is_left_over(seed):
    """The definition of a partial correlation, by regressions on rows."""
    rows = in_logarithms(np.abs(answers(seed)) + 1)
    found = implicit_importance(Moments.of(rows))
    x, y = rows[:, :-1] / 1e6, rows[:, -1] / 1e6
    for place in range(x.shape[1]):
        others = np.column_stack([np.ones(len(x)), np.delete(x, place, axis=1)])
        left = [
            z - others @ np.linalg.lstsq(others, z, rcond=None)[0] for z in (x[:, place], y)
        ]
        assert found.partial[place] == pytest.approx(np.corrcoef(left)[0, 1], abs=1e-6)
    assert found.importance == pytest.approx(np.abs(found.partial))
    assert (found.low < found.partial).all()
    assert (found.partial < found.high).all()


@given(SEEDS)
def test_asymmetry_is_that_of_a_regression_on_dummies(seed):
    rng = np.random.default_rng(seed)
    performed = rng.integers(1, 8, (150, 2))
    dummies = low_and_high(performed, low=3, high=6)
    y = np.round(5 + dummies @ [-2, -0.2, 0.2, 2] + rng.normal(0, 0.5, 150)).astype(int)
    found = impact_asymmetry(Moments.of(np.column_stack([dummies, y])))
    x = np.column_stack([np.ones(150), dummies])
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ b
    covariance = rest @ rest / 145 * np.linalg.inv(x.T @ x)

    for place, each in enumerate(found):
        pair = [1 + place, 3 + place]
        assert (each.penalty, each.reward) == pytest.approx(tuple(b[pair]))
        if each.penalty < 0 < each.reward:
            r, p = each.reward, -each.penalty
            slope = np.array([2 * r, 2 * p]) / (r + p) ** 2
            assert each.impact == pytest.approx(r + p)
            assert each.asymmetry == pytest.approx((r - p) / (r + p))
            assert each.generating + each.destroying == pytest.approx(1)
            assert each.error == pytest.approx(
                math.sqrt(slope @ covariance[np.ix_(pair, pair)] @ slope)
            )


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [
        (-10, 40, Impact.DELIGHTER),
        (-10, 15, Impact.SATISFIER),
        (-10, 10, Impact.HYBRID),
        (-15, 10, Impact.DISSATISFIER),
        (-40, 10, Impact.FRUSTRATOR),
        (-10, -5, Impact.FRUSTRATOR),
    ],
)
def test_each_kind_by_its_cut_offs(low, high, kind):
    performed = np.tile([1, 4, 7], 4)[:, None]
    y = np.tile([low, 0, high], 4) + np.tile([1, 1, 1, -1, -1, -1], 2)
    rows = np.column_stack([low_and_high(performed, low=3, high=6), y])
    (found,) = impact_asymmetry(Moments.of(rows))

    assert (found.penalty, found.reward) == pytest.approx((low, high))
    assert found.kind is kind


def test_without_an_effect_there_is_no_kind():
    performed = np.tile([1, 4, 7], 4)[:, None]
    y = np.tile([5, 0, -5], 4) + np.tile([1, 1, 1, -1, -1, -1], 2)
    rows = np.column_stack([low_and_high(performed, low=3, high=6), y])
    (found,) = impact_asymmetry(Moments.of(rows))

    assert (found.impact, found.asymmetry, found.error, found.kind) == (None,) * 4


def test_an_ellipse_holds_what_it_says():
    covariance = np.array([[2.0, 0.8], [0.8, 1.0]])
    found = ellipse(covariance, level=0.9)
    points = np.random.default_rng(0).multivariate_normal([0, 0], covariance, 200_000)
    across, along = points[:, 1], points[:, 0]
    turned = (
        across * math.cos(found.angle) + along * math.sin(found.angle),
        along * math.cos(found.angle) - across * math.sin(found.angle),
    )
    inside = (turned[0] / found.major) ** 2 + (turned[1] / found.minor) ** 2 <= 1

    assert inside.mean() == pytest.approx(0.9, abs=0.003)


def test_what_cannot_be_mapped_is_refused_by_name():
    rows = rated(2)
    with pytest.raises(WrongShape):
        vavra_grid(Moments.of(rows[:, 1:]))
    with pytest.raises(TooFew):
        vavra_grid(Moments.of(rows[:3]))
    with pytest.raises(NoVariance):
        vavra_grid(Moments.of(np.column_stack([rows[:, :-1], np.full(80, 3)])))
    with pytest.raises(TooFew):
        implicit_importance(Moments.of(rows[:9]))
    with pytest.raises(Collinear):
        implicit_importance(Moments.of(np.column_stack([rows[:, :2], rows[:, :2].sum(1)])))
    with pytest.raises(OutOfRange):
        in_logarithms(np.array([0, 1]))
    with pytest.raises(NoVariance):
        impact_asymmetry(Moments.of(np.column_stack([np.zeros(80, int), rows[:, :2]])))
    with pytest.raises(WrongShape):
        impact_asymmetry(Moments.of(rows[:, :2]))
    with pytest.raises(OutOfRange):
        impact_asymmetry(Moments.of(rows[:, :3]), delight=0.1, satisfy=0.4)
    with pytest.raises(OutOfRange):
        low_and_high(rows, low=6, high=3)
    with pytest.raises(NotPositiveDefinite):
        ellipse(np.array([[1.0, 2], [2, 1]]))
    with pytest.raises(WrongShape):
        quadrant_chances(np.zeros((2, 2)), np.eye(2)[None])
    with pytest.raises(TooFew):
        correlation_covariance(np.ones((1, 1)), 10)
