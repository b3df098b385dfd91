"""What gaps, scores, shrinkage, ranks, weights and disclosure refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import (
    comparison,
    disclosure,
    exact,
    flags,
    gaps,
    health,
    ranks,
    scores,
    shrinkage,
    tolerance,
    weighting,
)
from gapless_stats.errors import NoVariance, OutOfRange, TooFew, WrongShape
from gapless_stats.intervals import Interval, net_score
from gapless_stats.moments import Moments, Sums
from gapless_stats.reliability import Alpha
from gapless_stats.tables import PairTable

NAN = float("nan")
ONE = Sums.of(np.array([3]))
ALIKE = Sums.of(np.array([3, 3, 3]))
NOBODY = weighting.WeightedCount(0, 0, 0)
SOMEBODY = weighting.WeightedCount(2, 4, 10)
MORE = weighting.WeightedCount(3, 9, 30)
TWO_UNITS = shrinkage.UnitMeans(np.array([3, 4]), np.array([1.0, 2]), np.array([1.0, 1]))
UNITS = shrinkage.UnitMeans(np.full(4, 9), np.array([1.0, 6, 3, 4]), np.full(4, 0.5))
SAME = shrinkage.UnitMeans(np.full(4, 9), np.full(4, 3.0), np.full(4, 0.5))
SHRUNKEN = shrinkage.shrink(UNITS)
TRIPLES = Moments.of(np.array([[4, 7, 5], [5, 8, 8]]))
ANSWERS = np.array([[4, 5], [3, 2]])
ANSWERED = ANSWERS > 0
PARTS = scores.dimension_composites(ANSWERS, ANSWERED, np.array([0, 1]))
TABLE = PairTable.empty(1, 7)
TOLD = Interval(-1, 1, 0.95, "t", "Student")
ALL_PROMOTE = net_score(9, 0, 9)

Refusals = list[tuple[Callable[[], object], type[Exception]]]


def _of_ranks(statistic: Callable[..., object]) -> Refusals:
    return [
        (lambda: statistic(SHRUNKEN, level=1.0), OutOfRange),
        (lambda: statistic(SHRUNKEN, share=0.0), OutOfRange),
    ]


def _of_counts(finding: Callable[..., object]) -> Refusals:
    return [(lambda: finding(0, 0), TooFew), (lambda: finding(3, 2), OutOfRange)]


REFUSALS: dict[Callable[..., object], Refusals] = {
    comparison.difference_of_means: [
        (lambda: comparison.difference_of_means(ONE, ALIKE), TooFew),
        (lambda: comparison.difference_of_means(ALIKE, ALIKE), NoVariance),
    ],
    comparison.paired_difference: [
        (lambda: comparison.paired_difference(np.ones(1), np.zeros(1)), TooFew),
        (lambda: comparison.paired_difference(np.ones(3), np.zeros(3)), NoVariance),
        (lambda: comparison.paired_difference(np.ones(3), np.zeros(2)), WrongShape),
        (lambda: comparison.paired_difference(np.full(3, NAN), np.zeros(3)), OutOfRange),
    ],
    comparison.paired_difference_of_sums: [
        (lambda: comparison.paired_difference_of_sums(ONE), TooFew),
        (lambda: comparison.paired_difference_of_sums(ALIKE), NoVariance),
    ],
    comparison.difference_of_shares: [
        (lambda: comparison.difference_of_shares(0, 0, 1, 2), TooFew),
        (lambda: comparison.difference_of_shares(3, 2, 1, 2), OutOfRange),
    ],
    comparison.difference_of_net_scores: [
        (lambda: comparison.difference_of_net_scores(ALL_PROMOTE, ALL_PROMOTE), NoVariance),
        (
            lambda: comparison.difference_of_net_scores(
                ALL_PROMOTE, net_score(3, 1, 9, level=0.9)
            ),
            OutOfRange,
        ),
    ],
    comparison.conclude: [
        (lambda: comparison.conclude(Interval(0, 1, 0.95, "t"), relevant=0), OutOfRange),
        (lambda: comparison.conclude(Interval(NAN, 1, 0.95, "t")), OutOfRange),
    ],
    comparison.answers_to_settle: [
        (
            lambda: comparison.answers_to_settle(
                comparison.Difference(5, 5, 0.1, TOLD, 0.5, "t", "Student"),
                relevant=0,
            ),
            OutOfRange,
        )
    ],
    disclosure.lattice: [(lambda: disclosure.lattice(np.array([3, -1])), OutOfRange)],
    disclosure.calendar: [
        (lambda: disclosure.calendar([(2026, 13)]), OutOfRange),
        (lambda: disclosure.calendar([(2026, 1), (2026, 1)]), OutOfRange),
    ],
    disclosure.suppress: [
        (
            lambda: disclosure.suppress(
                np.array([1, 2]), disclosure.Lines.of([[0, 1]]), threshold=5
            ),
            WrongShape,
        ),
        (
            lambda: disclosure.suppress(
                np.array([[-1], [2]]), disclosure.Lines.of([[0, 1]]), threshold=5
            ),
            OutOfRange,
        ),
        (
            lambda: disclosure.suppress(
                np.array([[1]]), disclosure.Lines.of([[0, 1]]), threshold=5
            ),
            OutOfRange,
        ),
    ],
    exact.peak: [(lambda: exact.peak(np.array([0.5])), TypeError)],
    exact.fitting: [(lambda: exact.fitting(np.array([1]), bound=-1), OutOfRange)],
    exact.dot: [
        (lambda: exact.dot(np.array([1, 2]), np.array([1])), WrongShape),
        (lambda: exact.dot(np.array([0.5]), np.array([1])), TypeError),
    ],
    exact.total: [(lambda: exact.total(np.array([NAN])), TypeError)],
    exact.divide_half_even: [
        (lambda: exact.divide_half_even(np.array([1]), np.array([0])), OutOfRange)
    ],
    flags.straight_lining: [
        (lambda: flags.straight_lining([]), WrongShape),
        (lambda: flags.straight_lining([flags.Block(ANSWERS, ANSWERED[:1])]), WrongShape),
    ],
    flags.all_equal: [
        (lambda: flags.all_equal([]), WrongShape),
        (
            lambda: flags.all_equal(
                [flags.Block(ANSWERS, ANSWERED), flags.Block(ANSWERS[:1], ANSWERED[:1])]
            ),
            WrongShape,
        ),
    ],
    flags.expectation_ceiling: [
        (
            lambda: flags.expectation_ceiling(flags.Block(ANSWERS, ANSWERED), top=4),
            OutOfRange,
        )
    ],
    gaps.gap_of_pairs: [(lambda: gaps.gap_of_pairs(TABLE, level=1.0), OutOfRange)],
    gaps.gap_of_sums: [
        (lambda: gaps.gap_of_sums(gaps.GapSums.empty(), level=0.0), OutOfRange)
    ],
    gaps.gap_of_values: [
        (lambda: gaps.gap_of_values(np.ones(2), np.ones(2), np.ones(3)), WrongShape),
        (
            lambda: gaps.gap_of_values(np.full(2, NAN), np.ones(2), np.full(2, NAN)),
            OutOfRange,
        ),
    ],
    gaps.independent_gap: [
        (lambda: gaps.independent_gap(ONE, ALIKE), TooFew),
        (lambda: gaps.independent_gap(ALIKE, ALIKE), NoVariance),
        (lambda: gaps.independent_gap(ALIKE, ALIKE, level=1.0), OutOfRange),
    ],
    gaps.wilcoxon_signed_rank: [
        (lambda: gaps.wilcoxon_signed_rank([1], [5, 5]), WrongShape),
        (lambda: gaps.wilcoxon_signed_rank([0], [5]), TooFew),
        (lambda: gaps.wilcoxon_signed_rank([], []), TooFew),
        (lambda: gaps.wilcoxon_signed_rank([1], [-5]), OutOfRange),
    ],
    health.not_applicable_share: _of_counts(health.not_applicable_share),
    health.ceiling_share: _of_counts(health.ceiling_share),
    health.straight_lining_share: _of_counts(health.straight_lining_share),
    health.alpha_finding: [
        (lambda: health.alpha_finding(Alpha(0.8, items=1, n=9)), TooFew),
        (lambda: health.alpha_finding(Alpha(0.8, items=4, n=9), level=1.0), OutOfRange),
    ],
    health.difference_finding: [
        (lambda: health.difference_finding(0.8, 1), TooFew),
        (lambda: health.difference_finding(1.1, 9), OutOfRange),
        (lambda: health.difference_finding(NAN, 9), OutOfRange),
    ],
    ranks.ranks: _of_ranks(ranks.ranks),
    ranks.ranks_by_draws: [
        *_of_ranks(ranks.ranks_by_draws),
        (lambda: ranks.ranks_by_draws(SHRUNKEN, draws=0), TooFew),
    ],
    ranks.ranks_by_integral: _of_ranks(ranks.ranks_by_integral),
    ranks.probability_below: [(lambda: ranks.probability_below(SHRUNKEN, NAN), OutOfRange)],
    scores.differences: [(lambda: scores.differences(ANSWERS, ANSWERS[:1]), WrongShape)],
    scores.dimension_composites: [
        (
            lambda: scores.dimension_composites(ANSWERS, ANSWERED, np.array([0, 2])),
            OutOfRange,
        ),
        (lambda: scores.dimension_composites(ANSWERS, ANSWERED, np.array([0])), WrongShape),
    ],
    scores.overall_by_item: [
        (lambda: scores.overall_by_item(ANSWERS, ANSWERED[:, :1]), WrongShape)
    ],
    scores.overall: [
        (lambda: scores.overall([]), TooFew),
        (
            lambda: scores.overall(
                [PARTS[0], scores.overall_by_item(ANSWERS[:1], ANSWERED[:1])]
            ),
            WrongShape,
        ),
    ],
    scores.overall_weighted: [
        (lambda: scores.overall_weighted([], np.zeros((2, 0), int)), TooFew),
        (lambda: scores.overall_weighted(PARTS, np.array([[50, 50]])), WrongShape),
        (lambda: scores.overall_weighted(PARTS, np.array([[-1, 101]] * 2)), OutOfRange),
    ],
    shrinkage.paule_mandel: [(lambda: shrinkage.paule_mandel(TWO_UNITS), TooFew)],
    shrinkage.dersimonian_laird: [(lambda: shrinkage.dersimonian_laird(TWO_UNITS), TooFew)],
    shrinkage.shrink: [
        (lambda: shrinkage.shrink(TWO_UNITS), TooFew),
        (lambda: shrinkage.shrink(UNITS, level=1.0), OutOfRange),
    ],
    shrinkage.shrink_within: [
        (lambda: shrinkage.shrink_within(UNITS, np.arange(4)), TooFew),
        (lambda: shrinkage.shrink_within(UNITS, np.array([0, 0, 1, 1])), TooFew),
        (lambda: shrinkage.shrink_within(UNITS, np.array([0, 0, 2, 2])), WrongShape),
    ],
    shrinkage.spread_right: [
        (lambda: shrinkage.spread_right(shrinkage.shrink(SAME)), NoVariance)
    ],
    tolerance.zone_of_tolerance: [
        (lambda: tolerance.zone_of_tolerance([1, 1, 1, 0, 0], TRIPLES), WrongShape),
        (lambda: tolerance.zone_of_tolerance([1, 1], TRIPLES), WrongShape),
        (
            lambda: tolerance.zone_of_tolerance([1, 1, 0, 0, 0], TRIPLES, level=1),
            OutOfRange,
        ),
    ],
    tolerance.position_in_zone: [
        (lambda: tolerance.position_in_zone(Moments.of(ANSWERS)), WrongShape),
        (lambda: tolerance.position_in_zone(TRIPLES, level=0.0), OutOfRange),
    ],
    weighting.effective_n: [(lambda: weighting.effective_n(NOBODY), TooFew)],
    weighting.design_effect: [(lambda: weighting.design_effect(NOBODY), TooFew)],
    weighting.weighted_mean: [
        (
            lambda: weighting.weighted_mean(
                weighting.WeightedSums.of(np.zeros(0, int), np.zeros(0, int))
            ),
            TooFew,
        ),
        (
            lambda: weighting.weighted_mean(
                weighting.WeightedSums.of(np.array([3]), np.array([0]))
            ),
            OutOfRange,
        ),
    ],
    weighting.weighted_share: [
        (lambda: weighting.weighted_share(NOBODY, NOBODY), TooFew),
        (lambda: weighting.weighted_share(MORE, SOMEBODY), OutOfRange),
    ],
    weighting.weighted_net_score: [
        (lambda: weighting.weighted_net_score(NOBODY, NOBODY, NOBODY), TooFew),
        (lambda: weighting.weighted_net_score(SOMEBODY, SOMEBODY, SOMEBODY), OutOfRange),
    ],
}
