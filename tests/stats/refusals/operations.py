"""What durations, queues, samples and rates refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import (
    acceptance,
    allocation,
    funnel,
    hodges_lehmann,
    incidence,
    intervals,
    queueing,
    rates,
    sampling,
    staffing,
    survival,
)
from gapless_stats.charts import (
    chart,
    rules,
)
from gapless_stats.durations import Durations
from gapless_stats.errors import (
    NotConverged,
    NotIdentified,
    NoVariance,
    OutOfRange,
    TooFew,
    TooMany,
    WrongShape,
)
from gapless_stats.moments import Sums
from gapless_stats.pareto import pareto
from gapless_stats.quantiles import quantile_of
from gapless_stats.shrinkage import UnitMeans
from gapless_stats.tables import Histogram

NAN = float("nan")
INFINITE = float("inf")
RNG = np.random.default_rng(1)
VALUES = RNG.normal(5, 1, 30)
COUNTS = RNG.poisson(8, 30)
SUMS = Sums.of(np.array([1, 2, 3]))
USUAL = chart.Limits(rules.USUAL, 3.0)
CASES = Durations.of(np.arange(1, 6), np.array([True, False, True, True, False]))
OPEN = Durations.of(np.arange(1, 4), np.zeros(3, bool))
OVERFULL = Durations.counted(
    np.array([1, 2]), np.array([2, 0]), np.array([0, 1]), late=np.array([2, 0])
)
NOBODY = Durations.none()
UNITS = UnitMeans(np.full(4, 9), np.array([4.0, 5, 6, 5]), np.full(4, 2.25))
TWO_UNITS = UnitMeans(np.full(2, 9), np.array([4.0, 5]), np.full(2, 2.25))
SCALE = Histogram(1, 5, np.array([1, 2, 3, 4, 5]))
EMPTY = Histogram(1, 5, np.zeros(5, np.int64))
ONCE = np.ones(30, int)

Refusals = list[tuple[Callable[[], object], type[Exception]]]


WAITING: dict[Callable[..., object], Refusals] = {
    survival.kaplan_meier: [
        (lambda: survival.kaplan_meier(NOBODY), TooFew),
        (lambda: survival.kaplan_meier(OVERFULL), OutOfRange),
        (lambda: survival.kaplan_meier(CASES, level=1.0), OutOfRange),
        (lambda: survival.kaplan_meier(CASES).over_after(1.0), OutOfRange),
    ],
    survival.restricted_mean: [
        (lambda: survival.restricted_mean(NOBODY), TooFew),
        (lambda: survival.restricted_mean(CASES, until=6.0), OutOfRange),
        (lambda: survival.restricted_mean(CASES, until=0.0), OutOfRange),
        (lambda: survival.restricted_mean(CASES, level=0.0), OutOfRange),
    ],
    survival.log_rank: [
        (lambda: survival.log_rank([CASES]), TooFew),
        (lambda: survival.log_rank([CASES, NOBODY]), TooFew),
        (lambda: survival.log_rank([OPEN, OPEN]), NotIdentified),
        (lambda: survival.log_rank([CASES, OVERFULL]), OutOfRange),
    ],
    incidence.cumulative_incidence: [
        (lambda: incidence.cumulative_incidence([]), TooFew),
        (lambda: incidence.cumulative_incidence([NOBODY]), TooFew),
    ],
    Durations.of: [
        (lambda: Durations.of(np.ones(3), np.ones(2, bool)), WrongShape),
        (lambda: Durations.of(np.array([-1.0]), np.ones(1, bool)), OutOfRange),
        (lambda: Durations.of(np.array([NAN]), np.ones(1, bool)), OutOfRange),
    ],
    Durations.counted: [
        (lambda: Durations.counted(ONCE[:2], ONCE[:2], ONCE[:3]), WrongShape),
        (lambda: Durations.counted(ONCE[:2], ONCE[:2], ONCE[:2]), WrongShape),
        (lambda: Durations.counted(np.array([-1]), ONCE[:1], ONCE[:1]), OutOfRange),
        (lambda: Durations.counted(ONCE[:1], -ONCE[:1], ONCE[:1]), OutOfRange),
    ],
    queueing.erlang_b: [
        (lambda: queueing.erlang_b(0.0, 3), OutOfRange),
        (lambda: queueing.erlang_b(1.0, -1), OutOfRange),
    ],
    queueing.erlang_c: [
        (lambda: queueing.erlang_c(1.0, 3.0, 3), TooFew),
        (lambda: queueing.erlang_c(1.0, -3.0, 3), OutOfRange),
        (lambda: queueing.erlang_c(1.0, 1.0, 3, variability=0.0), OutOfRange),
        (lambda: queueing.erlang_c(1.0, 1.0, 3).within(-1.0), OutOfRange),
    ],
    queueing.erlang_a: [
        (lambda: queueing.erlang_a(1.0, 1.0, 0, patience=1.0), OutOfRange),
        (lambda: queueing.erlang_a(1.0, 1.0, 3, patience=0.0), OutOfRange),
        (lambda: queueing.erlang_a(1e9, 1.0, 3, patience=1e9), NotConverged),
        (lambda: queueing.erlang_a(1.0, 1.0, 3, patience=1.0).within(NAN), OutOfRange),
    ],
    staffing.servers_for: [
        (lambda: staffing.servers_for(0.0, 1.0, within=1.0), OutOfRange),
        (lambda: staffing.servers_for(1.0, 1.0, within=-1.0), OutOfRange),
        (lambda: staffing.servers_for(1.0, 1.0, within=1.0, share=1.0), OutOfRange),
        (lambda: staffing.servers_for(1e9, 1.0, within=1.0), NotConverged),
    ],
    staffing.roster_check: [
        (
            lambda: staffing.roster_check(
                ONCE[:2], ONCE[:3], interval=1.0, handling=1.0, within=1.0
            ),
            WrongShape,
        ),
        (
            lambda: staffing.roster_check(
                -ONCE[:2], ONCE[:2], interval=1.0, handling=1.0, within=1.0
            ),
            OutOfRange,
        ),
        (
            lambda: staffing.roster_check(
                0 * ONCE, ONCE, interval=1.0, handling=1.0, within=1.0
            ),
            TooFew,
        ),
    ],
}

SAMPLES: dict[Callable[..., object], Refusals] = {
    pareto: [
        (lambda: pareto(np.zeros(3)), TooFew),
        (lambda: pareto(np.zeros(0)), TooFew),
        (lambda: pareto(np.ones((2, 2))), WrongShape),
        (lambda: pareto(np.array([3, -1])), OutOfRange),
        (lambda: pareto(np.array([3, 1]), vital=0.0), OutOfRange),
    ],
    sampling.answers_for_margin: [
        (lambda: sampling.answers_for_margin(0.0), OutOfRange),
        (lambda: sampling.answers_for_margin(0.1, population=0), OutOfRange),
    ],
    sampling.answers_for_share: [
        (lambda: sampling.answers_for_share(0.0), OutOfRange),
        (lambda: sampling.answers_for_share(0.1, share=1.0), OutOfRange),
        (lambda: sampling.answers_for_share(0.1, level=1.0), OutOfRange),
    ],
    sampling.answers_for_change: [
        (lambda: sampling.answers_for_change(0.0), OutOfRange),
        (lambda: sampling.answers_for_change(0.1, power=1.0), OutOfRange),
    ],
    sampling.answers_for_share_change: [
        (lambda: sampling.answers_for_share_change(0.5, 0.5), OutOfRange),
        (lambda: sampling.answers_for_share_change(0.5, 1.0), OutOfRange),
    ],
    sampling.visits_for_margin: [
        (lambda: sampling.visits_for_margin(5.0, sd=0.0), OutOfRange),
    ],
    sampling.visits_for_reliability: [
        (lambda: sampling.visits_for_reliability(within=1.0, between=0.0), OutOfRange),
    ],
    sampling.zero_failure_sample: [
        (lambda: sampling.zero_failure_sample(0.0), OutOfRange),
        (lambda: sampling.zero_failure_sample(0.1, population=0), OutOfRange),
    ],
    allocation.allocate_proportional: [
        (lambda: allocation.allocate_proportional(3, np.zeros(0, int)), TooFew),
        (lambda: allocation.allocate_proportional(1, np.array([5, 5])), TooFew),
        (lambda: allocation.allocate_proportional(11, np.array([5, 5])), TooMany),
        (lambda: allocation.allocate_proportional(3, np.array([5, 0])), OutOfRange),
    ],
    allocation.allocate_neyman: [
        (lambda: allocation.allocate_neyman(6, np.array([5, 5]), np.zeros(2)), NoVariance),
        (lambda: allocation.allocate_neyman(6, np.array([5, 5]), np.ones(3)), WrongShape),
        (lambda: allocation.allocate_neyman(6, np.array([5, 5]), -np.ones(2)), OutOfRange),
        (
            lambda: allocation.allocate_neyman(
                6, np.array([5, 5]), np.ones(2), cost=np.zeros(2)
            ),
            OutOfRange,
        ),
    ],
    allocation.inclusion_by_size: [
        (lambda: allocation.inclusion_by_size(0, np.ones(3)), TooFew),
        (lambda: allocation.inclusion_by_size(4, np.ones(3)), TooMany),
        (lambda: allocation.inclusion_by_size(1, np.ones((2, 2))), WrongShape),
        (lambda: allocation.inclusion_by_size(1, np.zeros(3)), OutOfRange),
    ],
    allocation.draw_systematic: [
        (
            lambda: allocation.draw_systematic(
                allocation.Inclusion(2, np.full(3, 0.5), np.full(3, 2.0), np.zeros(0, int))
            ),
            OutOfRange,
        ),
    ],
    acceptance.operating: [
        (
            lambda: acceptance.operating(acceptance.Plan(50, 1), np.array([1.5])),
            OutOfRange,
        ),
        (
            lambda: acceptance.operating(acceptance.Plan(50, 1), np.zeros((2, 2))),
            WrongShape,
        ),
        (lambda: acceptance.operating(acceptance.Plan(5, 5), np.zeros(2)), OutOfRange),
        (lambda: acceptance.operating(acceptance.Plan(5, 1, 4), np.zeros(2)), OutOfRange),
    ],
    acceptance.plan_for: [
        (lambda: acceptance.plan_for(0.05, 0.05), OutOfRange),
        (lambda: acceptance.plan_for(0.0, 0.05), OutOfRange),
        (lambda: acceptance.plan_for(1e-7, 2e-7), NotConverged),
    ],
    acceptance.outgoing_limit: [
        (lambda: acceptance.outgoing_limit(acceptance.Plan(5, -1)), OutOfRange),
    ],
}

COMPARED: dict[Callable[..., object], Refusals] = {
    funnel.funnel_of_shares: [
        (lambda: funnel.funnel_of_shares(COUNTS[:2], 9 * ONCE[:2]), TooFew),
        (lambda: funnel.funnel_of_shares(COUNTS, ONCE[:3]), WrongShape),
        (lambda: funnel.funnel_of_shares(9 * ONCE, ONCE), OutOfRange),
        (lambda: funnel.funnel_of_shares(ONCE, 9 * ONCE, target=1.0), OutOfRange),
        (lambda: funnel.funnel_of_shares(ONCE, 9 * ONCE, levels=[]), OutOfRange),
        (lambda: funnel.funnel_of_shares(0 * ONCE, 9 * ONCE), NoVariance),
        (
            lambda: funnel.funnel_of_shares(ONCE, 9 * ONCE).limits_at(np.zeros(1)),
            OutOfRange,
        ),
    ],
    funnel.funnel_of_rates: [
        (lambda: funnel.funnel_of_rates(ONCE[:2], ONCE[:2]), TooFew),
        (lambda: funnel.funnel_of_rates(ONCE, 0 * ONCE), OutOfRange),
        (lambda: funnel.funnel_of_rates(ONCE, ONCE, target=0.0), OutOfRange),
        (lambda: funnel.funnel_of_rates(0 * ONCE, ONCE), NoVariance),
    ],
    funnel.funnel_of_means: [
        (lambda: funnel.funnel_of_means(TWO_UNITS), TooFew),
        (lambda: funnel.funnel_of_means(UNITS, target=NAN), OutOfRange),
        (lambda: funnel.funnel_of_means(UNITS, levels=[1.0]), OutOfRange),
    ],
    funnel.winsorised_dispersion: [
        (lambda: funnel.winsorised_dispersion(np.zeros(2)), TooFew),
        (lambda: funnel.winsorised_dispersion(np.full(4, NAN)), OutOfRange),
        (lambda: funnel.winsorised_dispersion(np.zeros(4), part=0.5), OutOfRange),
    ],
    funnel.exact_limits: [
        (lambda: funnel.exact_limits(1.0, ONCE), OutOfRange),
        (lambda: funnel.exact_limits(0.2, 0 * ONCE), OutOfRange),
        (lambda: funnel.exact_limits(0.2, ONCE, levels=[0.0]), OutOfRange),
    ],
    intervals.mean_of_sums: [
        (lambda: intervals.mean_of_sums(SUMS, level=1.0), OutOfRange),
    ],
    intervals.mean_of_values: [
        (lambda: intervals.mean_of_values(np.array([NAN, 1.0])), OutOfRange),
    ],
    intervals.mean_interval: [
        (lambda: intervals.mean_interval(1, 3.0, 1.0), TooFew),
        (lambda: intervals.mean_interval(9, NAN, 1.0), OutOfRange),
        (lambda: intervals.mean_interval(9, 3.0, -1.0), OutOfRange),
    ],
    intervals.wilson: [
        (lambda: intervals.wilson(INFINITE, INFINITE), OutOfRange),
        (lambda: intervals.wilson(0, 0), TooFew),
        (lambda: intervals.wilson(3, 2), OutOfRange),
    ],
    intervals.clopper_pearson: [
        (lambda: intervals.clopper_pearson(0, 0), TooFew),
        (lambda: intervals.clopper_pearson(3, 2), OutOfRange),
        (lambda: intervals.clopper_pearson(1, 2, level=1.0), OutOfRange),
    ],
    intervals.share_of: [(lambda: intervals.share_of(3, 2), OutOfRange)],
    intervals.net_score: [
        (lambda: intervals.net_score(0, 0, 0), TooFew),
        (lambda: intervals.net_score(3, 3, 5), OutOfRange),
    ],
    intervals.adjusted_wald: [
        (lambda: intervals.adjusted_wald(3, 3, 5, level=0.95), OutOfRange),
        (lambda: intervals.adjusted_wald(1, 1, 5, level=1.0), OutOfRange),
    ],
    intervals.ratio_of_totals: [
        (lambda: intervals.ratio_of_totals(ONCE[:1], ONCE[:1]), TooFew),
        (lambda: intervals.ratio_of_totals(ONCE[:2], ONCE[:3]), WrongShape),
        (lambda: intervals.ratio_of_totals(ONCE, -ONCE), OutOfRange),
        (lambda: intervals.ratio_of_totals(ONCE, 0 * ONCE), OutOfRange),
        (lambda: intervals.ratio_of_totals(NAN * ONCE, ONCE), OutOfRange),
        (lambda: intervals.ratio_of_totals(ONCE, ONCE, level=1.0), OutOfRange),
    ],
    rates.rate_of: [
        (lambda: rates.rate_of(-1, 1.0), OutOfRange),
        (lambda: rates.rate_of(1, 0.0), OutOfRange),
        (lambda: rates.rate_of(1, 1.0, level=1.0), OutOfRange),
    ],
    rates.rate_ratio: [
        (lambda: rates.rate_ratio(0, 1.0, 0, 1.0), TooFew),
        (lambda: rates.rate_ratio(1, 1.0, 1, 0.0), OutOfRange),
        (lambda: rates.rate_ratio(1, 1.0, -1, 1.0), OutOfRange),
    ],
    quantile_of: [
        (lambda: quantile_of(EMPTY, 0.5), TooFew),
        (lambda: quantile_of(SCALE, 1.0), OutOfRange),
        (lambda: quantile_of(SCALE, 0.5, level=1.0), OutOfRange),
    ],
    hodges_lehmann.pseudo_median: [
        (lambda: hodges_lehmann.pseudo_median(VALUES[:5], ONCE[:5]), TooFew),
        (lambda: hodges_lehmann.pseudo_median(VALUES[:0], ONCE[:0]), TooFew),
        (lambda: hodges_lehmann.pseudo_median(np.arange(5_000), np.ones(5_000)), TooMany),
        (lambda: hodges_lehmann.pseudo_median(VALUES, ONCE[:3]), WrongShape),
        (lambda: hodges_lehmann.pseudo_median(NAN * VALUES, ONCE), OutOfRange),
        (lambda: hodges_lehmann.pseudo_median(VALUES, ONCE, level=1.0), OutOfRange),
    ],
    hodges_lehmann.shift_between: [
        (
            lambda: hodges_lehmann.shift_between(
                VALUES[:2], ONCE[:2], VALUES[:2], ONCE[:2]
            ),
            TooFew,
        ),
        (
            lambda: hodges_lehmann.shift_between(VALUES, ONCE, VALUES, ONCE[:2]),
            WrongShape,
        ),
        (
            lambda: hodges_lehmann.shift_between(VALUES, ONCE, VALUES, -ONCE),
            OutOfRange,
        ),
    ],
}

REFUSALS: dict[Callable[..., object], Refusals] = WAITING | SAMPLES | COMPARED
