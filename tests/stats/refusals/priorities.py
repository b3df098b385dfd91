"""What maps, drivers and Kano's model refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import (
    bivariate,
    dominance,
    importance,
    kano,
    lmg_sampling,
    predictors,
    priorities,
    relative_weights,
    response_surface,
)
from gapless_stats.drivers import driver_spread, drivers
from gapless_stats.errors import (
    Collinear,
    NotPositiveDefinite,
    NoVariance,
    OutOfRange,
    TooFew,
    TooMany,
    WrongShape,
)
from gapless_stats.moments import Moments, Sums

NAN = float("nan")
RNG = np.random.default_rng(1)
ANSWERS = RNG.integers(1, 8, (40, 4))
FINE = Moments.of(ANSWERS)
FEW = Moments.of(ANSWERS[:2])
PAIR = Moments.of(ANSWERS[:, :2])
ALONE = Moments.of(ANSWERS[:, :1])
ALIKE = Moments.of(np.column_stack([np.full(40, 7), ANSWERS]))
TWICE = Moments.of(np.column_stack([ANSWERS[:, 0], ANSWERS]))
MANY = Moments.of(RNG.integers(1, 8, (60, 18)))
SUMS = Sums.of(np.array([1, 2, 3]))
CELLS = response_surface.SurfaceCells.of(
    ANSWERS[:, 0], ANSWERS[:, 1], ANSWERS[:, 2], low=1, high=7
)
NOBODY = response_surface.SurfaceCells.of(
    ANSWERS[:0, 0], ANSWERS[:0, 1], ANSWERS[:0, 2], low=1, high=7
)

Refusals = list[tuple[Callable[[], object], type[Exception]]]


def _of_predictors(statistic: Callable[[Moments], object]) -> Refusals:
    return [
        (lambda: statistic(FEW), TooFew),
        (lambda: statistic(ALONE), TooFew),
        (lambda: statistic(ALIKE), NoVariance),
        (lambda: statistic(TWICE), Collinear),
    ]


REFUSALS: dict[Callable[..., object], Refusals] = {
    # Maps.
    bivariate.ellipse: [
        (lambda: bivariate.ellipse(np.array([[1.0, 2], [2, 1]])), NotPositiveDefinite),
        (lambda: bivariate.ellipse(np.eye(3)), WrongShape),
        (lambda: bivariate.ellipse(np.eye(2), level=1.0), OutOfRange),
    ],
    bivariate.quadrant_chances: [
        (lambda: bivariate.quadrant_chances(np.zeros((2, 2)), np.eye(2)[None]), WrongShape),
        (
            lambda: bivariate.quadrant_chances(np.full((1, 2), NAN), np.eye(2)[None]),
            OutOfRange,
        ),
    ],
    bivariate.bivariate_normal: [
        (lambda: bivariate.bivariate_normal(*np.full((3, 1), NAN)), OutOfRange),
        (lambda: bivariate.bivariate_normal(*np.eye(3)[[1, 1, 0]]), OutOfRange),
    ],
    bivariate.seen_from_crosshair: [
        (lambda: bivariate.seen_from_crosshair(np.eye(3), moving=(True, True)), WrongShape),
        (
            lambda: bivariate.seen_from_crosshair(
                np.full((2, 2), NAN), moving=(True, True)
            ),
            OutOfRange,
        ),
    ],
    bivariate.correlation_covariance: [
        (lambda: bivariate.correlation_covariance(np.ones((1, 1)), 10), TooFew),
        (lambda: bivariate.correlation_covariance(np.full((2, 2), NAN), 10), OutOfRange),
    ],
    importance.importance_performance: [
        (lambda: importance.importance_performance(Moments.of(ANSWERS[:1])), TooFew),
        (lambda: importance.importance_performance(ALONE), WrongShape),
        (lambda: importance.importance_performance(FINE, level=0.0), OutOfRange),
    ],
    importance.importance_performance_of_pairs: [
        (lambda: importance.importance_performance_of_pairs([]), TooFew),
        (lambda: importance.importance_performance_of_pairs([ALONE, ALONE]), WrongShape),
    ],
    importance.importance_performance_of_sums: [
        (lambda: importance.importance_performance_of_sums([SUMS], [SUMS]), TooFew),
        (lambda: importance.importance_performance_of_sums([SUMS] * 2, [SUMS]), WrongShape),
    ],
    importance.derived_importance_performance: [
        (
            lambda: importance.derived_importance_performance(Moments.of(ANSWERS[:3])),
            TooFew,
        ),
        (lambda: importance.derived_importance_performance(ALIKE), NoVariance),
    ],
    importance.importance_performance_of_shares: [
        (
            lambda: importance.importance_performance_of_shares(
                drivers(FINE), driver_spread(FINE), [SUMS], importance.MEANS
            ),
            WrongShape,
        ),
        (
            lambda: importance.importance_performance_of_shares(
                drivers(PAIR), driver_spread(PAIR), [SUMS], importance.MEANS
            ),
            TooFew,
        ),
    ],
    importance.expectation_against_gap: [
        (lambda: importance.expectation_against_gap(ALONE), WrongShape)
    ],
    priorities.vavra_grid: [
        (lambda: priorities.vavra_grid(FINE), WrongShape),
        (lambda: priorities.vavra_grid(Moments.of(ANSWERS[:, :3])), TooFew),
        (
            lambda: priorities.vavra_grid(
                Moments.of(np.column_stack([ANSWERS, np.full(40, 5)]))
            ),
            NoVariance,
        ),
    ],
    priorities.in_logarithms: [(lambda: priorities.in_logarithms(np.zeros(2)), OutOfRange)],
    priorities.implicit_importance: [
        *_of_predictors(priorities.implicit_importance),
        (lambda: priorities.implicit_importance(FINE, level=1.0), OutOfRange),
    ],
    priorities.low_and_high: [
        (lambda: priorities.low_and_high(ANSWERS, low=6, high=3), OutOfRange),
        (lambda: priorities.low_and_high(ANSWERS[0], low=3, high=6), WrongShape),
    ],
    priorities.impact_asymmetry: [
        (lambda: priorities.impact_asymmetry(FINE), WrongShape),
        (lambda: priorities.impact_asymmetry(ALONE), TooFew),
        (lambda: priorities.impact_asymmetry(ALIKE), NoVariance),
        (
            lambda: priorities.impact_asymmetry(Moments.of(ANSWERS[:, :3]), delight=0.0),
            OutOfRange,
        ),
    ],
    # What an outcome goes with.
    drivers: [*_of_predictors(drivers), (lambda: drivers(MANY), TooMany)],
    driver_spread: [
        *_of_predictors(driver_spread),
        (lambda: driver_spread(MANY), TooMany),
        (lambda: driver_spread(FINE, level=1.0), OutOfRange),
    ],
    predictors.correlations: [
        (lambda: predictors.correlations(Moments.of(ANSWERS[:1])), TooFew),
        (lambda: predictors.correlations(ALIKE), NoVariance),
    ],
    predictors.predictors: _of_predictors(predictors.predictors),
    predictors.explained_by_subsets: [
        (lambda: predictors.explained_by_subsets(np.eye(17), np.zeros(17)), TooMany),
        (lambda: predictors.explained_by_subsets(np.eye(2), np.zeros(3)), WrongShape),
    ],
    predictors.unexplained: [
        (lambda: predictors.unexplained(np.ones((1, 18, 18))), TooMany),
        (lambda: predictors.unexplained(np.ones((1, 2, 3))), WrongShape),
    ],
    predictors.gains: [(lambda: predictors.gains(np.zeros(4), 2), OutOfRange)],
    predictors.bits: [
        (lambda: predictors.bits(17), TooMany),
        (lambda: predictors.bits(-1), OutOfRange),
    ],
    predictors.shapley: [(lambda: predictors.shapley(np.zeros(3)), WrongShape)],
    relative_weights.relative_weights: _of_predictors(relative_weights.relative_weights),
    relative_weights.car_scores: _of_predictors(relative_weights.car_scores),
    dominance.dominance: [
        *_of_predictors(dominance.dominance),
        (lambda: dominance.dominance(MANY), TooMany),
    ],
    lmg_sampling.sampled_shares: [
        *_of_predictors(lmg_sampling.sampled_shares),
        (lambda: lmg_sampling.sampled_shares(FINE, orders=2), TooFew),
    ],
    lmg_sampling.owen_values: [
        (lambda: lmg_sampling.owen_values(FEW, [0, 0, 1]), TooFew),
        (lambda: lmg_sampling.owen_values(FINE, [0, 0, 2]), TooFew),
        (lambda: lmg_sampling.owen_values(MANY, [0] * 17), TooMany),
        (lambda: lmg_sampling.owen_values(FINE, [0]), WrongShape),
        (lambda: lmg_sampling.owen_values(FINE, [0, 0, -1]), OutOfRange),
    ],
    response_surface.response_surface: [
        (lambda: response_surface.response_surface(NOBODY), TooFew),
        (lambda: response_surface.response_surface(CELLS - CELLS), TooFew),
        (lambda: response_surface.response_surface(CELLS, level=1.0), OutOfRange),
    ],
    # Kano.
    kano.category_of: [(lambda: kano.category_of(0, 1), OutOfRange)],
    kano.categories: [
        (lambda: kano.categories(np.zeros((4, 5))), WrongShape),
        (lambda: kano.categories(-np.eye(5)), OutOfRange),
    ],
    kano.kano: [
        (lambda: kano.kano(np.zeros((5, 5))), TooFew),
        (lambda: kano.kano(np.diag([1, 0, 0, 0, 1])), TooFew),
        (lambda: kano.kano(np.ones((5, 5)), level=0.0), OutOfRange),
    ],
    kano.kano_of_answers: [
        (lambda: kano.kano_of_answers([], []), TooFew),
        (lambda: kano.kano_of_answers([1, 6], [1, 1]), OutOfRange),
        (lambda: kano.kano_of_answers([1, 2], [1]), WrongShape),
    ],
    kano.fong: [
        (lambda: kano.fong({}), TooFew),
        (lambda: kano.fong({kano.Category.MUST_BE: -1}), OutOfRange),
    ],
}
