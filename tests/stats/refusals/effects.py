"""What regression, effects and resampling refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import (
    bootstrap,
    jackknife,
    line,
    regression,
)
from gapless_stats.effects import (
    always_valid,
    differences,
    event_study,
    interrupted,
    matching,
    rebound,
    sequential,
    staggered,
    verdict,
)
from gapless_stats.errors import (
    Collinear,
    NoVariance,
    OutOfRange,
    TooFew,
    TooMany,
    WrongShape,
)
from gapless_stats.intervals import Interval
from gapless_stats.moments import Moments, Sums
from gapless_stats.shrinkage import UnitMeans, shrink
from gapless_stats.tables import Histogram

SCALE = np.array([1.0, 2.0, 3.0])
ONE, ALIKE = Sums.of(np.array([3])), Sums.of(np.array([3, 3]))
VARIED = Sums.of(np.array([3, 4, 6]))
RNG = np.random.default_rng(1)
ROWS = RNG.integers(1, 8, (20, 3))
X, Y = ROWS[:, :2].astype(float), ROWS[:, 2].astype(float)
HALLS = [Moments.of(ROWS[:10]), Moments.of(ROWS[10:])]
BEFORE, AFTER = RNG.random(10), RNG.random(10)
TREATED = np.arange(10) < 3
PANEL = RNG.random((10, 6))
SERIES = RNG.random(20)
STARTS = np.repeat([2, 4, 6], [3, 3, 4])
UNITS = UnitMeans(np.full(4, 5), np.array([3.0, 5.0, 5.5, 6.5]), np.full(4, 2.0))
PARTS = [Sums.of(np.array([each])) for each in (1, 2, 4)]
BOUNDS = sequential.pocock(2)
NAN = float("nan")


def mean_of(sums: Sums) -> float:
    return sums.mean


def means_of(moments: Moments) -> np.ndarray:
    return moments.mean


def first_mean(moments: Moments) -> float:
    return float(moments.mean[0])


def first(sums: np.ndarray) -> np.ndarray:
    return sums[:, 0]


REFUSALS: dict[
    Callable[..., object], list[tuple[Callable[[], object], type[Exception]]]
] = {
    # --- regression
    regression.ols: [
        (lambda: regression.ols(Moments.of(ROWS[:3])), TooFew),
        (lambda: regression.ols(Moments.of(ROWS[:, :1])), TooFew),
        (lambda: regression.ols(Moments.of(ROWS * [1, 0, 1])), NoVariance),
        (lambda: regression.ols(Moments.of(ROWS[:, [0, 0, 2]])), Collinear),
        (lambda: regression.ols(Moments.of(ROWS[:, [0, 1, 1]])), NoVariance),
        (lambda: regression.ols(Moments.of(ROWS), level=1), OutOfRange),
    ],
    regression.ols_clustered: [
        (lambda: regression.ols_clustered(HALLS[:1]), TooFew),
        (lambda: regression.ols_clustered([HALLS[0], Moments.empty(2)]), WrongShape),
        (lambda: regression.ols_clustered(HALLS, errors="CR9"), OutOfRange),
    ],
    regression.ols_of_rows: [
        (lambda: regression.ols_of_rows(X, Y[:3]), WrongShape),
        (lambda: regression.ols_of_rows(X, Y, errors="CR2"), WrongShape),
        (lambda: regression.ols_of_rows(X * NAN, Y), OutOfRange),
        (lambda: regression.ols_of_rows(X, Y, weights=0 * Y), OutOfRange),
        (lambda: regression.ols_of_rows(X, Y, errors="HC9"), OutOfRange),
        (lambda: regression.ols_of_rows(X * 0, Y), NoVariance),
        (lambda: regression.ols_of_rows(X[:, [0, 0]], Y), Collinear),
        (lambda: regression.ols_of_rows(X[:2], Y[:2]), TooFew),
    ],
    line.lag_of: [(lambda: line.lag_of(0), TooFew)],
    # --- effects
    always_valid.always_valid_radius: [
        (lambda: always_valid.always_valid_radius(0, sd=1, ratio=1), TooFew),
        (lambda: always_valid.always_valid_radius(5, sd=0, ratio=1), OutOfRange),
        (lambda: always_valid.always_valid_radius(5, sd=1, ratio=0), OutOfRange),
    ],
    always_valid.always_valid_interval: [
        (lambda: always_valid.always_valid_interval(ONE, ratio=1), TooFew),
        (lambda: always_valid.always_valid_interval(ALIKE, ratio=1), NoVariance),
        (lambda: always_valid.always_valid_interval(VARIED, ratio=-1), OutOfRange),
    ],
    always_valid.best_ratio: [
        (lambda: always_valid.best_ratio(0), TooFew),
        (lambda: always_valid.best_ratio(9, level=1), OutOfRange),
    ],
    differences.difference_in_differences: [
        (
            lambda: differences.difference_in_differences(ONE, VARIED, VARIED, VARIED),
            TooFew,
        ),
        (
            lambda: differences.difference_in_differences(ALIKE, ALIKE, ALIKE, ALIKE),
            NoVariance,
        ),
        (
            lambda: differences.difference_in_differences(
                VARIED, VARIED, VARIED, VARIED, spreads="other"
            ),
            OutOfRange,
        ),
    ],
    differences.did_of_units: [
        (
            lambda: differences.did_of_units(BEFORE, AFTER[:3], treated=TREATED),
            WrongShape,
        ),
        (
            lambda: differences.did_of_units(BEFORE, AFTER, treated=np.arange(10) < 1),
            TooFew,
        ),
        (
            lambda: differences.did_of_units(BEFORE, BEFORE, treated=TREATED),
            NoVariance,
        ),
        (
            lambda: differences.did_of_units(BEFORE * NAN, AFTER, treated=TREATED),
            OutOfRange,
        ),
        (
            lambda: differences.did_of_units(
                BEFORE, AFTER, treated=TREATED, weights=0 * AFTER
            ),
            OutOfRange,
        ),
    ],
    differences.did_by_randomisation: [
        (
            lambda: differences.did_by_randomisation(BEFORE, BEFORE, treated=TREATED),
            NoVariance,
        ),
        (
            lambda: differences.did_by_randomisation(
                BEFORE, AFTER, treated=TREATED & False
            ),
            TooFew,
        ),
        (
            lambda: differences.did_by_randomisation(
                BEFORE, AFTER, treated=TREATED, draws=1
            ),
            OutOfRange,
        ),
        (
            lambda: differences.did_by_randomisation(BEFORE, AFTER, treated=TREATED[:3]),
            WrongShape,
        ),
    ],
    event_study.event_study: [
        (lambda: event_study.event_study(PANEL, treated=TREATED, first=3), TooFew),
        (lambda: event_study.event_study(PANEL, treated=TREATED, first=6), OutOfRange),
        (lambda: event_study.event_study(PANEL, treated=TREATED[:4], first=4), WrongShape),
        (
            lambda: event_study.event_study(PANEL * 0, treated=TREATED, first=4),
            NoVariance,
        ),
        (
            lambda: event_study.event_study(PANEL * NAN, treated=TREATED, first=4),
            OutOfRange,
        ),
    ],
    event_study.placebo_effect: [
        (lambda: event_study.placebo_effect(PANEL, treated=TREATED, first=2), TooFew),
        (
            lambda: event_study.placebo_effect(PANEL * 0, treated=TREATED, first=4),
            NoVariance,
        ),
        (
            lambda: event_study.placebo_effect(PANEL, treated=TREATED, first=-1),
            OutOfRange,
        ),
    ],
    interrupted.interrupted_series: [
        (lambda: interrupted.interrupted_series(SERIES, first=7), TooFew),
        (lambda: interrupted.interrupted_series(SERIES, first=13), TooFew),
        (lambda: interrupted.interrupted_series(SERIES, first=10, season=0), OutOfRange),
        (lambda: interrupted.interrupted_series(SERIES, first=10, season=19), TooFew),
        (lambda: interrupted.interrupted_series(SERIES * NAN, first=10), OutOfRange),
        (lambda: interrupted.interrupted_series(SERIES * 0, first=10), NoVariance),
        (lambda: interrupted.interrupted_series(PANEL, first=10), WrongShape),
    ],
    matching.matched_controls: [
        (lambda: matching.matched_controls(PANEL, treated=TREATED[:3]), WrongShape),
        (lambda: matching.matched_controls(PANEL, treated=TREATED), TooFew),
        (lambda: matching.matched_controls(PANEL, treated=TREATED, controls=0), OutOfRange),
        (
            lambda: matching.matched_controls(PANEL * NAN, treated=TREATED, controls=1),
            OutOfRange,
        ),
        (
            lambda: matching.matched_controls(PANEL * 0, treated=TREATED, controls=1),
            NoVariance,
        ),
        (
            lambda: matching.matched_controls(
                PANEL[:, [0, 0]], treated=TREATED, controls=1
            ),
            Collinear,
        ),
    ],
    rebound.without_rebound: [
        (
            lambda: rebound.without_rebound(
                UNITS,
                shrink(UNITS),
                UnitMeans(np.full(2, 5), np.array([3.0, 5.0]), np.full(2, 2.0)),
            ),
            WrongShape,
        ),
        (
            lambda: rebound.without_rebound(UNITS, shrink(UNITS), UNITS, level=0),
            OutOfRange,
        ),
    ],
    sequential.crossing_probabilities: [
        (lambda: sequential.crossing_probabilities([]), TooFew),
        (lambda: sequential.crossing_probabilities([2.0] * 51), TooMany),
        (lambda: sequential.crossing_probabilities([-2.0]), OutOfRange),
        (
            lambda: sequential.crossing_probabilities([2.0, 2.0], information=[1.0]),
            WrongShape,
        ),
        (
            lambda: sequential.crossing_probabilities([2, 2], information=[0.5, 0.5]),
            OutOfRange,
        ),
    ],
    sequential.obrien_fleming: [
        (lambda: sequential.obrien_fleming(0), TooFew),
        (lambda: sequential.obrien_fleming(51), TooMany),
        (lambda: sequential.obrien_fleming(3, alpha=0), OutOfRange),
    ],
    sequential.pocock: [
        (lambda: sequential.pocock(-1), TooFew),
        (lambda: sequential.pocock(51), TooMany),
        (lambda: sequential.pocock(3, alpha=1), OutOfRange),
    ],
    sequential.spending_bounds: [
        (lambda: sequential.spending_bounds([]), TooFew),
        (lambda: sequential.spending_bounds([0.1] * 51), TooMany),
        (lambda: sequential.spending_bounds([0.5, 1.5]), OutOfRange),
        (lambda: sequential.spending_bounds([0.5, 1], spending="all"), OutOfRange),
    ],
    sequential.repeated_interval: [
        (lambda: sequential.repeated_interval(1, 1, BOUNDS, look=3), OutOfRange),
        (lambda: sequential.repeated_interval(NAN, 1, BOUNDS, look=1), OutOfRange),
    ],
    staggered.staggered_effects: [
        (lambda: staggered.staggered_effects(PANEL, first=STARTS[:4]), WrongShape),
        (lambda: staggered.staggered_effects(PANEL * NAN, first=STARTS), OutOfRange),
        (lambda: staggered.staggered_effects(PANEL, first=0 * STARTS), OutOfRange),
        (lambda: staggered.staggered_effects(PANEL, first=6 + 0 * STARTS), TooFew),
        (lambda: staggered.staggered_effects(PANEL, first=2 + 0 * STARTS), TooFew),
        (lambda: staggered.staggered_effects(PANEL, first=np.arange(1, 11)), TooFew),
        (lambda: staggered.staggered_effects(PANEL * 0, first=STARTS), NoVariance),
        (lambda: staggered.staggered_effects(PANEL, first=STARTS, level=1), OutOfRange),
    ],
    verdict.verdict: [
        (lambda: verdict.verdict(Interval(0, 1, 0.95, "t"), relevant=0), OutOfRange),
        (lambda: verdict.verdict(Interval(NAN, 1, 0.95, "t"), relevant=1), OutOfRange),
    ],
    # --- resampling
    jackknife.random_groups: [
        (lambda: jackknife.random_groups(np.arange(3), groups=1), TooFew),
        (lambda: jackknife.random_groups(np.array([0.5])), OutOfRange),
    ],
    jackknife.jackknife: [
        (lambda: jackknife.jackknife(PARTS[:1], mean_of), TooFew),
        (lambda: jackknife.jackknife([*PARTS, Sums(0, 0, 0)], mean_of), TooFew),
        (lambda: jackknife.jackknife(PARTS, lambda _: NAN), OutOfRange),
        (lambda: jackknife.jackknife([ONE, ONE], mean_of), NoVariance),
    ],
    jackknife.jackknife_each: [
        (lambda: jackknife.jackknife_each(HALLS[:1], means_of), TooFew),
        (
            lambda: jackknife.jackknife_each(HALLS, lambda _: np.ones((2, 2))),
            WrongShape,
        ),
        (lambda: jackknife.jackknife_each([HALLS[0]] * 2, means_of), NoVariance),
    ],
    bootstrap.bootstrap: [
        (lambda: bootstrap.bootstrap(SCALE[:, None], np.ones(2), first), WrongShape),
        (
            lambda: bootstrap.bootstrap(SCALE[:, None], np.array([-1, 2, 1]), first),
            OutOfRange,
        ),
        (lambda: bootstrap.bootstrap(SCALE[:, None], np.array([1, 0, 0]), first), TooFew),
        (
            lambda: bootstrap.bootstrap(SCALE[:, None], np.array([4, 0, 0]), first),
            NoVariance,
        ),
    ],
    bootstrap.bootstrap_mean: [
        (lambda: bootstrap.bootstrap_mean(Histogram(1, 2, np.array([1, 0]))), TooFew),
        (lambda: bootstrap.bootstrap_mean(Histogram(1, 2, np.array([9, 0]))), NoVariance),
        (
            lambda: bootstrap.bootstrap_mean(Histogram(1, 2, np.array([9, 1])), draws=9),
            OutOfRange,
        ),
    ],
    bootstrap.bootstrap_alpha: [
        (lambda: bootstrap.bootstrap_alpha(np.array([[1], [2]]), np.array([4, 4])), TooFew),
        (
            lambda: bootstrap.bootstrap_alpha(np.array([[1, 2], [2, 1]]), np.array([4, 4])),
            NoVariance,
        ),
    ],
    bootstrap.bootstrap_units: [
        (lambda: bootstrap.bootstrap_units(HALLS[:1], first_mean), TooFew),
        (lambda: bootstrap.bootstrap_units([HALLS[0]] * 3, first_mean), NoVariance),
        (lambda: bootstrap.bootstrap_units(HALLS, lambda _: NAN), OutOfRange),
    ],
}
