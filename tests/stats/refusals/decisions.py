"""What weights, indices, risks and values refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import (
    ahp,
    checks,
    criteria_weights,
    fmea,
    index,
    index_sensitivity,
    quality_cost,
    raking,
    recovery,
    retention,
    risk,
    risk_models,
    value,
)
from gapless_stats.errors import (
    Disconnected,
    NotConverged,
    NotIdentified,
    NoVariance,
    OutOfRange,
    TooFew,
    TooMany,
    WrongShape,
)
from gapless_stats.intervals import Interval
from gapless_stats.moments import Moments

NAN = float("nan")
RNG = np.random.default_rng(1)
ANSWERS = RNG.integers(1, 8, (40, 4))
FINE = Moments.of(ANSWERS)
SEVERITY = risk.pert(1, 2, 3)
COHORT = retention.fit_retention([1000, 869, 743, 653, 593, 551, 517, 491])

Refusals = list[tuple[Callable[[], object], type[Exception]]]


def _of_units(score: Callable[..., object]) -> Refusals:
    return [
        (lambda: score([3.0]), TooFew),
        (lambda: score([3.0, 3.0]), NoVariance),
        (lambda: score([3.0, NAN]), OutOfRange),
        (lambda: score([[3.0, 2.0]]), WrongShape),
    ]


REFUSALS: dict[Callable[..., object], Refusals] = {
    # Weights from judgments and scores.
    ahp.ahp: [
        (lambda: ahp.ahp([[1]]), TooFew),
        (lambda: ahp.ahp(np.ones((11, 11))), TooMany),
        (lambda: ahp.ahp(np.ones((2, 3))), WrongShape),
        (lambda: ahp.ahp([[1, 2], [2, 1]]), OutOfRange),
        (lambda: ahp.ahp([[1, NAN], [NAN, 1]]), OutOfRange),
    ],
    ahp.ahp_of_group: [
        (lambda: ahp.ahp_of_group([]), TooFew),
        (lambda: ahp.ahp_of_group([np.ones((2, 2)), np.ones((3, 3))]), WrongShape),
        (lambda: ahp.ahp_of_group([np.ones((2, 2))], voices=[-1]), OutOfRange),
    ],
    ahp.ahp_incomplete: [
        (lambda: ahp.ahp_incomplete([[1, 0], [0, 1]]), Disconnected),
        (lambda: ahp.ahp_incomplete([[1, 2], [0, 1]]), OutOfRange),
        (lambda: ahp.ahp_incomplete([[1]]), TooFew),
    ],
    criteria_weights.panel_weights: [
        (lambda: criteria_weights.panel_weights(np.zeros((0, 2))), TooFew),
        (lambda: criteria_weights.panel_weights([[0, 0]]), OutOfRange),
        (lambda: criteria_weights.panel_weights([1, 2]), WrongShape),
        (
            lambda: criteria_weights.panel_weights(
                [[1, 0, 0], [0, 1, 0], [0, 0, 1]], median=True
            ),
            NoVariance,
        ),
    ],
    criteria_weights.entropy_weights: [
        (lambda: criteria_weights.entropy_weights([[1, 2]]), TooFew),
        (lambda: criteria_weights.entropy_weights(np.ones((3, 2))), NoVariance),
        (lambda: criteria_weights.entropy_weights([[1, -2], [2, 3]]), OutOfRange),
        (lambda: criteria_weights.entropy_weights([1, 2]), WrongShape),
    ],
    criteria_weights.critic_weights: [
        (lambda: criteria_weights.critic_weights([[1], [2]]), TooFew),
        (lambda: criteria_weights.critic_weights([[1, 2], [1, 3]]), NoVariance),
        (lambda: criteria_weights.critic_weights([[1, NAN], [2, 3]]), OutOfRange),
    ],
    # Arguments.
    checks.fraction: [(lambda: checks.fraction(NAN, "a share"), OutOfRange)],
    checks.at_least: [(lambda: checks.at_least(-1, 0, "a cost"), OutOfRange)],
    checks.above: [(lambda: checks.above(0, 0, "a rate"), OutOfRange)],
    checks.finite: [
        (lambda: checks.finite([NAN], "scores"), OutOfRange),
        (lambda: checks.finite([[1.0]], "scores"), WrongShape),
    ],
    checks.counts: [
        (lambda: checks.counts([-1], "answers"), OutOfRange),
        (lambda: checks.counts([1.5], "answers"), OutOfRange),
        (lambda: checks.counts([NAN], "answers"), OutOfRange),
        (lambda: checks.counts([1], "answers", shape=(2,)), WrongShape),
    ],
    checks.weights_of: [
        (lambda: checks.weights_of([0, 0], 2), OutOfRange),
        (lambda: checks.weights_of([1], 2), WrongShape),
    ],
    # Failure modes.
    fmea.failure_mode: [
        (lambda: fmea.failure_mode(0, 1, 1), OutOfRange),
        (lambda: fmea.failure_mode(1, 1, 11), OutOfRange),
    ],
    fmea.action_priority: [(lambda: fmea.action_priority(1, 0, 1), OutOfRange)],
    fmea.occurrence_rank: [
        (lambda: fmea.occurrence_rank(0, 0), TooFew),
        (lambda: fmea.occurrence_rank(3, 2), OutOfRange),
        (lambda: fmea.occurrence_rank(3, 0), OutOfRange),
    ],
    fmea.ranked: [(lambda: fmea.ranked([]), TooFew)],
    # Indices.
    index.satisfaction_index: [
        (lambda: index.satisfaction_index(Moments.of(ANSWERS[:1]), low=1, high=7), TooFew),
        (lambda: index.satisfaction_index(FINE, low=1, high=2), OutOfRange),
        (lambda: index.satisfaction_index(FINE, low=1, high=7, weights=[1]), WrongShape),
    ],
    index.between_floor_and_target: [
        (lambda: index.between_floor_and_target([1.0], floor=5, target=5), OutOfRange),
        (lambda: index.between_floor_and_target([NAN], floor=5, target=6), OutOfRange),
    ],
    index.between_worst_and_best: _of_units(index.between_worst_and_best),
    index.by_normal_curve: _of_units(index.by_normal_curve),
    index.by_rank: _of_units(index.by_rank),
    index.by_points_table: [
        (lambda: index.by_points_table([1.0], [1, 2], [0, 1]), WrongShape),
        (lambda: index.by_points_table([1.0], [2, 1], [0, 0.5, 1]), OutOfRange),
        (lambda: index.by_points_table([1.0], [2], [0, 1.5]), OutOfRange),
    ],
    index.quality_index: [
        (lambda: index.quality_index(np.zeros((0, 2)), [1, 1]), TooFew),
        (lambda: index.quality_index([[0.5, 0.5]], [1]), WrongShape),
        (lambda: index.quality_index([[0.5, NAN]], [1, 1]), OutOfRange),
    ],
    index_sensitivity.index_errors: [
        (lambda: index_sensitivity.index_errors([1.0, 2.0], [[0.1]], [1]), WrongShape),
        (lambda: index_sensitivity.index_errors([1.0], [[-0.1]], [1]), OutOfRange),
    ],
    index_sensitivity.weight_sensitivity: [
        (lambda: index_sensitivity.weight_sensitivity([[0.5]], [1]), TooFew),
        (
            lambda: index_sensitivity.weight_sensitivity(
                [[0.5], [1]], [1], concentration=0
            ),
            OutOfRange,
        ),
    ],
    index_sensitivity.grade: [
        (lambda: index_sensitivity.grade(Interval(1, 2, 0.95, "t"), [3, 2]), OutOfRange),
        (lambda: index_sensitivity.grade(Interval(NAN, 2, 0.95, "t"), [3]), OutOfRange),
    ],
    index_sensitivity.chain_linked: [
        (lambda: index_sensitivity.chain_linked([1.0], old=0, new=1), OutOfRange)
    ],
    # Money.
    quality_cost.driven_cost: [(lambda: quality_cost.driven_cost(-1, 1), OutOfRange)],
    quality_cost.quality_cost: [
        (lambda: quality_cost.quality_cost([]), TooFew),
        (
            lambda: quality_cost.quality_cost(
                [(quality_cost.CostCategory.APPRAISAL, -1.0)]
            ),
            OutOfRange,
        ),
    ],
    quality_cost.adoption: [
        (
            lambda: quality_cost.adoption(10, innovation=0, imitation=0, periods=10_001),
            TooMany,
        ),
        (
            lambda: quality_cost.adoption(0, innovation=0, imitation=0, periods=1),
            OutOfRange,
        ),
    ],
    recovery.faster_answers: [(lambda: recovery.faster_answers(1.1, 1, 1), OutOfRange)],
    recovery.revenue_at_risk: [
        (lambda: recovery.revenue_at_risk(1, 0.1, [], loyalty=0.9, value=1), TooFew),
        (
            lambda: recovery.revenue_at_risk(
                1, 0.1, [recovery.Path("silent", 0.5, 0.5)], loyalty=0.9, value=1
            ),
            OutOfRange,
        ),
    ],
    recovery.return_on_recovery: [
        (lambda: recovery.return_on_recovery(1, 2, cost=0), OutOfRange)
    ],
    recovery.return_on_quality: [
        (lambda: recovery.return_on_quality(1, [], worth=1, cost=1), TooFew),
        (
            lambda: recovery.return_on_quality(1, [recovery.Link(1, -1)], worth=1, cost=1),
            OutOfRange,
        ),
    ],
    retention.fit_retention: [
        (lambda: retention.fit_retention([10, 9]), TooFew),
        (lambda: retention.fit_retention([10, 9, 11]), OutOfRange),
        (lambda: retention.fit_retention([10, 10, 10]), NotIdentified),
        (lambda: retention.fit_retention([10, 0, 0]), NotIdentified),
        (lambda: retention.fit_retention([1000, 500, 250, 125]), NotConverged),
    ],
    retention.residual_value: [
        (lambda: retention.residual_value(COHORT, 100, discount=0), OutOfRange)
    ],
    value.lifetime_spend: [(lambda: value.lifetime_spend(-1, 3), OutOfRange)],
    value.annuity: [
        (lambda: value.annuity(1, 3, discount=-1), OutOfRange),
        (lambda: value.annuity(NAN, 3, discount=0.1), OutOfRange),
    ],
    value.lifetime_value: [
        (lambda: value.lifetime_value(1, retention=1, discount=0), OutOfRange),
        (lambda: value.lifetime_value(1, retention=1.1, discount=0.1), OutOfRange),
    ],
    value.source_loss: [(lambda: value.source_loss(NAN, 3), OutOfRange)],
    value.likely_loss: [
        (lambda: value.likely_loss(1, 2, prospect=3, deterred=1.5), OutOfRange)
    ],
    value.service_profit: [
        (
            lambda: value.service_profit(kept=1, customers=1, persuaded=2, prospect=1),
            OutOfRange,
        )
    ],
    value.iceberg: [
        (
            lambda: value.iceberg(
                1,
                resolved_fast=0.8,
                resolved_slowly=0.3,
                retained_unresolved=0,
                retained_silent=0,
            ),
            OutOfRange,
        )
    ],
    # Sample weights.
    raking.post_stratification: [
        (lambda: raking.post_stratification([4, 90], [50, 50]), TooFew),
        (lambda: raking.post_stratification([40, 90], [50]), WrongShape),
        (lambda: raking.post_stratification([40, 90], [0, 0]), OutOfRange),
    ],
    raking.rake: [
        (lambda: raking.rake([[40, 90]], [[1.0]]), WrongShape),
        (lambda: raking.rake([4, 90], [[50, 50]]), TooFew),
        (lambda: raking.rake([[40, 0], [0, 90]], [[50, 50], [30, 70]]), NotConverged),
    ],
    raking.rake_rows: [
        (lambda: raking.rake_rows([[0], [1]], [[50, 50], [30, 70]]), WrongShape),
        (lambda: raking.rake_rows([[0], [2]], [[50, 50]]), OutOfRange),
        (lambda: raking.rake_rows([[0], [1]], [[50, 50]]), TooFew),
        (lambda: raking.rake_rows(np.zeros((1, 3)), [np.ones(1000)] * 3), TooMany),
    ],
    raking.trim: [
        (lambda: raking.trim([1.0], [0]), TooFew),
        (lambda: raking.trim([1.0], [3], bounds=(1.5, 5)), OutOfRange),
        (lambda: raking.trim([1.0], [3, 4]), WrongShape),
    ],
    raking.collapse: [
        (lambda: raking.collapse([1, 2], [0, 0]), TooFew),
        (lambda: raking.collapse([10, 20], [0]), WrongShape),
    ],
    raking.cluster_design_effect: [
        (lambda: raking.cluster_design_effect(0.5, 0.1), OutOfRange)
    ],
    # Risk.
    risk.lognormal: [(lambda: risk.lognormal(0, 5), OutOfRange)],
    risk.pert: [(lambda: risk.pert(3, 2, 5), OutOfRange)],
    risk.triangular: [(lambda: risk.triangular(-1, 2, 5), OutOfRange)],
    risk.expected_loss: [
        (lambda: risk.expected_loss(risk.Risk(-1.0, SEVERITY)), OutOfRange),
        (lambda: risk.expected_loss(risk.Risk(1.0, SEVERITY, 0.0)), OutOfRange),
    ],
    risk.simulate_losses: [
        (lambda: risk.simulate_losses([]), TooFew),
        (lambda: risk.simulate_losses([risk.Risk(1.0, SEVERITY)], draws=10), TooFew),
        (lambda: risk.simulate_losses([risk.Risk(1e6, SEVERITY)]), TooMany),
        (
            lambda: risk.simulate_losses([risk.Risk(1.0, SEVERITY)], levels=[1.0]),
            OutOfRange,
        ),
    ],
    risk_models.panjer: [
        (lambda: risk_models.panjer(1.0, [0.5, 0.4], step=1, points=10), OutOfRange),
        (lambda: risk_models.panjer(800.0, [0, 1], step=1, points=10), TooMany),
        (lambda: risk_models.panjer(1.0, [[1.0]], step=1, points=10), WrongShape),
    ],
    risk_models.rate_of_incidents: [
        (lambda: risk_models.rate_of_incidents(0, 1.0, prior_incidents=0), OutOfRange),
        (lambda: risk_models.rate_of_incidents(1, 0.0), OutOfRange),
    ],
    risk_models.risk_level: [
        (lambda: risk_models.risk_level(6, 1, np.ones((5, 5))), OutOfRange),
        (lambda: risk_models.risk_level(1, 1, np.ones((4, 5))), WrongShape),
    ],
}
