"""What control charts refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats.charts import (
    attributes,
    capability,
    chart,
    memory,
    multivariate,
    ranges,
    rare,
    rules,
    run_length,
    variables,
)
from gapless_stats.errors import (
    Collinear,
    NotConverged,
    NoVariance,
    OutOfRange,
    TooFew,
    WrongShape,
)
from gapless_stats.moments import Moments, Sums

NAN = float("nan")
INFINITE = float("inf")
RNG = np.random.default_rng(1)
VALUES = RNG.normal(5, 1, 30)
COUNTS = RNG.poisson(8, 30)
SUMS = Sums.of(np.array([1, 2, 3]))
SUBGROUPS = variables.Subgroups.of(VALUES, np.repeat(np.arange(10), 3))
EVEN = variables.Subgroups.of(np.ones(6), np.repeat(np.arange(2), 3))
LONE = variables.Subgroups.of(VALUES[:3], np.zeros(3, int))
RANGELESS = variables.Subgroups.of_sums([SUMS, SUMS])
POINTS = RNG.normal(0, 1, (40, 3))
CHART = variables.xmr(VALUES).values
AT = CHART.baseline
USUAL = chart.Limits(rules.USUAL, 3.0)
SPECIFICATION = capability.Specification(1.0, 9.0)
ONCE = np.ones(30, int)

Refusals = list[tuple[Callable[[], object], type[Exception]]]


def _of_shares(drawn: Callable[..., object]) -> Refusals:
    return [
        (lambda: drawn(np.array([3]), 10), TooFew),
        (lambda: drawn(COUNTS, 1_000, baseline=40), TooFew),
        (lambda: drawn(np.array([11, 3]), 10), OutOfRange),
        (lambda: drawn(np.array([-1, 3]), 10), OutOfRange),
        (lambda: drawn(np.array([NAN, 3]), 10), OutOfRange),
        (lambda: drawn(np.array([1, 3]), np.array([10, 10, 10])), WrongShape),
        (lambda: drawn(np.array([[1, 3]]), 10), WrongShape),
        (lambda: drawn(np.array([0, 0]), 10), NoVariance),
        (lambda: drawn(np.array([10, 10]), 10), NoVariance),
        (lambda: drawn(COUNTS, 1_000, width=0.0), OutOfRange),
        (lambda: drawn(COUNTS, 1_000, baseline=AT), OutOfRange),
    ]


def _of_rates(drawn: Callable[..., object]) -> Refusals:
    return [
        (lambda: drawn(np.array([3]), 10.0), TooFew),
        (lambda: drawn(np.array([-1, 3]), 10.0), OutOfRange),
        (lambda: drawn(np.array([1, 3]), 0.0), OutOfRange),
        (lambda: drawn(np.array([1, 3]), np.array([10, 10, 10])), WrongShape),
        (lambda: drawn(np.array([0, 0]), 10.0), NoVariance),
        (lambda: drawn(COUNTS, 10.0, baseline=AT), OutOfRange),
    ]


def _of_subgroups(drawn: Callable[..., object]) -> Refusals:
    return [
        (lambda: drawn(LONE), TooFew),
        (lambda: drawn(EVEN), NoVariance),
        (lambda: drawn(SUBGROUPS, baseline=11), TooFew),
        (lambda: drawn(SUBGROUPS, baseline=AT), OutOfRange),
    ]


REFUSALS: dict[Callable[..., object], Refusals] = {
    rules.signals: [
        (lambda: rules.signals(np.array([NAN])), OutOfRange),
        (lambda: rules.signals(np.zeros(3), width=0.0), OutOfRange),
    ],
    rules.found: [
        (
            lambda: rules.found(np.array([NAN]), np.zeros(1, bool), rules=rules.USUAL),
            OutOfRange,
        ),
    ],
    rules.marked: [
        (
            lambda: rules.marked(np.zeros(3), np.zeros(3, bool), rules.Rule.RUN, 1),
            OutOfRange,
        ),
    ],
    ranges.range_mean: [(lambda: ranges.range_mean(1), TooFew)],
    ranges.range_sd: [(lambda: ranges.range_sd(1), TooFew)],
    ranges.exact_range: [(lambda: ranges.exact_range(1), TooFew)],
    ranges.deviation_mean: [
        (lambda: ranges.deviation_mean(1), TooFew),
        (lambda: ranges.deviation_mean(NAN), OutOfRange),  # type: ignore[arg-type]
    ],
    chart.judged: [
        (lambda: chart.judged(np.ones(1), np.ones(1), np.zeros(1), AT, USUAL), NoVariance),
        (
            lambda: chart.judged(np.array([NAN]), np.ones(1), np.ones(1), AT, USUAL),
            OutOfRange,
        ),
    ],
    chart.baseline_size: [
        (lambda: chart.baseline_size(None, 1), TooFew),
        (lambda: chart.baseline_size(9, 8), TooFew),
    ],
    chart.frozen: [(lambda: chart.frozen(AT, "another"), OutOfRange)],
    chart.numbers: [
        (lambda: chart.numbers(np.zeros((2, 2))), WrongShape),
        (lambda: chart.numbers(np.array([INFINITE])), OutOfRange),
        (lambda: chart.numbers(np.array([-1]), least=0), OutOfRange),
    ],
    chart.matching: [
        (lambda: chart.matching(np.zeros(2), np.ones(3)), WrongShape),
        (lambda: chart.matching(np.zeros(2), 0.0), OutOfRange),
    ],
    variables.xmr: [
        (lambda: variables.xmr(VALUES[:1]), TooFew),
        (lambda: variables.xmr(VALUES[:1], baseline=AT), TooFew),
        (lambda: variables.xmr(VALUES, baseline=31), TooFew),
        (lambda: variables.xmr(np.ones(9)), NoVariance),
        (lambda: variables.xmr(np.array([1.0, NAN])), OutOfRange),
        (lambda: variables.xmr(POINTS), WrongShape),
        (lambda: variables.xmr(VALUES, baseline=AT, spread="median"), OutOfRange),
    ],
    variables.xbar: [
        *_of_subgroups(variables.xbar),
        (lambda: variables.xbar(RANGELESS, spread="range"), WrongShape),
    ],
    variables.r_chart: [
        *_of_subgroups(variables.r_chart),
        (lambda: variables.r_chart(RANGELESS), WrongShape),
    ],
    variables.s_chart: _of_subgroups(variables.s_chart),
    variables.Subgroups.of: [
        (lambda: variables.Subgroups.of(VALUES, np.arange(30)), TooFew),
        (lambda: variables.Subgroups.of(VALUES, np.zeros(3, int)), WrongShape),
        (lambda: variables.Subgroups.of(np.full(4, NAN), np.zeros(4, int)), OutOfRange),
    ],
    variables.Subgroups.of_sums: [
        (lambda: variables.Subgroups.of_sums([]), TooFew),
        (lambda: variables.Subgroups.of_sums([Sums(1, 3, 9)]), TooFew),
    ],
    attributes.p_chart: _of_shares(attributes.p_chart),
    attributes.np_chart: _of_shares(attributes.np_chart),
    attributes.laney_p: [
        *_of_shares(attributes.laney_p),
        (lambda: attributes.laney_p(np.full(4, 3), 10), NoVariance),
    ],
    attributes.c_chart: [
        (lambda: attributes.c_chart(COUNTS[:1]), TooFew),
        (lambda: attributes.c_chart(np.array([-1, 3])), OutOfRange),
        (lambda: attributes.c_chart(np.zeros(9)), NoVariance),
        (lambda: attributes.c_chart(COUNTS, baseline=AT), OutOfRange),
    ],
    attributes.u_chart: _of_rates(attributes.u_chart),
    attributes.laney_u: [
        *_of_rates(attributes.laney_u),
        (lambda: attributes.laney_u(np.full(4, 3), 10.0), NoVariance),
    ],
    rare.g_chart: [
        (lambda: rare.g_chart(np.array([5])), TooFew),
        (lambda: rare.g_chart(np.array([5, -1])), OutOfRange),
        (lambda: rare.g_chart(np.zeros(5)), NoVariance),
    ],
    rare.t_chart: [
        (lambda: rare.t_chart(np.array([5.0])), TooFew),
        (lambda: rare.t_chart(np.array([5.0, 0.0])), OutOfRange),
        (lambda: rare.t_chart(np.full(5, 2.0)), NoVariance),
    ],
    rare.time_of: [(lambda: rare.time_of(np.array([NAN])), OutOfRange)],
    memory.ewma: [
        (lambda: memory.ewma(CHART, weight=0.0), OutOfRange),
        (lambda: memory.ewma(CHART, width=-1.0), OutOfRange),
    ],
    memory.cusum: [
        (lambda: memory.cusum(CHART, slack=-1.0), OutOfRange),
        (lambda: memory.cusum(CHART, decision=0.0), OutOfRange),
        (lambda: memory.cusum(CHART, head_start=5.0), OutOfRange),
    ],
    memory.rate_cusum: [
        (
            lambda: memory.rate_cusum(COUNTS, 1.0, rate=2.0, raised=2.0, decision=3.0),
            OutOfRange,
        ),
        (
            lambda: memory.rate_cusum(COUNTS, 0.0, rate=2.0, raised=3.0, decision=3.0),
            OutOfRange,
        ),
        (
            lambda: memory.rate_cusum(COUNTS, ONCE[:3], rate=2.0, raised=3.0, decision=3.0),
            WrongShape,
        ),
    ],
    run_length.shewhart_run_length: [
        (lambda: run_length.shewhart_run_length(width=0.0), OutOfRange),
        (lambda: run_length.shewhart_run_length(shift=INFINITE), OutOfRange),
        (lambda: run_length.shewhart_run_length(width=30.0), NotConverged),
    ],
    run_length.ewma_run_length: [
        (lambda: run_length.ewma_run_length(weight=0.0, width=3.0), OutOfRange),
        (lambda: run_length.ewma_run_length(weight=0.2, width=3.0, states=4), OutOfRange),
        (lambda: run_length.ewma_run_length(weight=0.2, width=30.0), NotConverged),
    ],
    run_length.cusum_run_length: [
        (lambda: run_length.cusum_run_length(slack=-0.1), OutOfRange),
        (lambda: run_length.cusum_run_length(head_start=5.0), OutOfRange),
        (lambda: run_length.cusum_run_length(states=1), OutOfRange),
        (lambda: run_length.cusum_run_length(shift=-9.0), NotConverged),
    ],
    run_length.two_sided_run_length: [
        (lambda: run_length.two_sided_run_length(decision=0.0), OutOfRange),
        (lambda: run_length.two_sided_run_length(decision=90.0), NotConverged),
    ],
    multivariate.hotelling: [
        (lambda: multivariate.hotelling(POINTS[:4]), TooFew),
        (lambda: multivariate.hotelling(POINTS, baseline=41), TooFew),
        (lambda: multivariate.hotelling(VALUES), WrongShape),
        (
            lambda: multivariate.hotelling(
                POINTS[:, :2], baseline=multivariate.JointBaseline.of(POINTS)
            ),
            WrongShape,
        ),
        (lambda: multivariate.hotelling(POINTS[:, [0, 1, 1]]), Collinear),
        (lambda: multivariate.hotelling(0 * POINTS), Collinear),
        (lambda: multivariate.hotelling(NAN * POINTS), OutOfRange),
        (lambda: multivariate.hotelling(POINTS, level=1.0), OutOfRange),
    ],
    multivariate.JointBaseline.of: [
        (lambda: multivariate.JointBaseline.of(POINTS[:4]), TooFew),
    ],
    multivariate.JointBaseline.of_moments: [
        (lambda: multivariate.JointBaseline.of_moments(Moments.empty(2)), TooFew),
    ],
    capability.capability: [
        (lambda: capability.capability(5.0, 1.0, 1, SPECIFICATION), TooFew),
        (lambda: capability.capability(5.0, 0.0, 9, SPECIFICATION), NoVariance),
        (lambda: capability.capability(NAN, 1.0, 9, SPECIFICATION), OutOfRange),
        (lambda: capability.capability(5.0, 1.0, 9, SPECIFICATION, level=1.0), OutOfRange),
        (
            lambda: capability.capability(5.0, 1.0, 9, capability.Specification()),
            OutOfRange,
        ),
        (
            lambda: capability.capability(
                5.0, 1.0, 9, capability.Specification(lower=9.0, upper=1.0)
            ),
            OutOfRange,
        ),
    ],
}
