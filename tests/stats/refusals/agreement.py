"""What agreement, tests of groups and their multiplicity refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import estimates, multiplicity
from gapless_stats.agreement import (
    concordance,
    intraclass,
    kappa,
    krippendorff,
    limits,
    raters,
    ratings,
    severity,
)
from gapless_stats.errors import (
    Disconnected,
    NoVariance,
    OutOfRange,
    TooFew,
    WrongShape,
)
from gapless_stats.inference import anova, contingency, shifts
from gapless_stats.moments import Moments, Sums

SCALE = np.array([1.0, 2.0, 3.0])
TABLE = np.array([[20, 5], [10, 15]])
ONE_SIDED = np.array([[20, 5], [0, 0]])
PAIRS = ratings.Ratings.of_table(TABLE)
SAME = ratings.Ratings.of_counts(np.array([[2, 0, 0], [2, 0, 0]]), values=SCALE)
ALONE = ratings.Ratings.of_counts(np.array([[1, 0, 0], [0, 1, 0]]), values=SCALE)
UNEVEN = ratings.Ratings.of_counts(np.array([[2, 0, 0], [1, 2, 0]]), values=SCALE)
NOBODY = ratings.Ratings.of_counts(np.zeros((0, 3), np.int64), values=SCALE)

ONE, ALIKE = Sums.of(np.array([3])), Sums.of(np.array([3, 3]))
VARIED = Sums.of(np.array([3, 4, 6]))
SQUARES = intraclass.mean_squares(Moments.of(np.array([[9, 2], [6, 1], [8, 4]])))
CONSTANT = intraclass.mean_squares(Moments.of(np.array([[1, 2], [2, 3], [3, 4]])))
FLAT = intraclass.mean_squares(Moments.of(np.array([[1, 2], [2, 1], [1, 2]])))

NAN = float("nan")


REFUSALS: dict[
    Callable[..., object], list[tuple[Callable[[], object], type[Exception]]]
] = {
    estimates.tail_of: [(lambda: estimates.tail_of(1.0), OutOfRange)],
    estimates.interval_about: [
        (lambda: estimates.interval_about(NAN, 1, level=0.95, method="t"), OutOfRange),
        (lambda: estimates.interval_about(0, -1, level=0.95, method="t"), OutOfRange),
        (
            lambda: estimates.interval_about(0, 1, level=0.95, method="t", freedom=0),
            OutOfRange,
        ),
    ],
    estimates.two_sided: [
        (lambda: estimates.two_sided(1.0, 0.0), NoVariance),
        (lambda: estimates.two_sided(1.0, 1.0, freedom=0), OutOfRange),
    ],
    estimates.upper_tail_of_f: [
        (lambda: estimates.upper_tail_of_f(-1, 2, 3), OutOfRange),
        (lambda: estimates.upper_tail_of_f(1, 0, 3), OutOfRange),
    ],
    multiplicity.benjamini_hochberg: [
        (lambda: multiplicity.benjamini_hochberg([0.5, NAN]), OutOfRange)
    ],
    multiplicity.benjamini_yekutieli: [
        (lambda: multiplicity.benjamini_yekutieli([1.5]), OutOfRange)
    ],
    multiplicity.holm: [(lambda: multiplicity.holm([-0.1]), OutOfRange)],
    # --- agreement
    ratings.codes_of: [
        (
            lambda: ratings.codes_of(np.array([9]), np.array([True]), values=SCALE),
            OutOfRange,
        ),
        (
            lambda: ratings.codes_of(np.array([1]), np.array([True]), values=SCALE[::-1]),
            OutOfRange,
        ),
    ],
    ratings.pair_tables: [
        (lambda: ratings.pair_tables(np.array([0, 1]), categories=2), WrongShape),
        (lambda: ratings.pair_tables(np.array([[0, 2]]), categories=2), OutOfRange),
    ],
    ratings.checked_table: [
        (lambda: ratings.checked_table(np.array([[1, 2]])), WrongShape),
        (lambda: ratings.checked_table(np.array([[1, 2], [3, -1]])), OutOfRange),
        (lambda: ratings.checked_table(np.array([[1, 2], [3, 0.5]])), OutOfRange),
    ],
    kappa.cohen_kappa: [
        (lambda: kappa.cohen_kappa(ONE_SIDED), NoVariance),
        (lambda: kappa.cohen_kappa(np.zeros((2, 2), int)), TooFew),
        (lambda: kappa.cohen_kappa(TABLE, level=0), OutOfRange),
    ],
    kappa.weighted_kappa: [
        (lambda: kappa.weighted_kappa(np.eye(3, dtype=int)[:2]), WrongShape),
        (lambda: kappa.weighted_kappa(TABLE, weights="cubic"), OutOfRange),
        (lambda: kappa.weighted_kappa(ONE_SIDED.T), NoVariance),
    ],
    kappa.light_kappa: [
        (lambda: kappa.light_kappa(TABLE), WrongShape),
        (lambda: kappa.light_kappa(np.zeros((2, 2, 2, 2), int)), TooFew),
    ],
    kappa.weights_between: [
        (lambda: kappa.weights_between(SCALE[:1], "linear"), TooFew),
        (lambda: kappa.weights_between(SCALE, "cubic"), OutOfRange),
    ],
    raters.percent_agreement: [
        (lambda: raters.percent_agreement(ALONE), TooFew),
        (lambda: raters.percent_agreement(PAIRS, tolerance=-1), OutOfRange),
    ],
    raters.fleiss_kappa: [
        (lambda: raters.fleiss_kappa(SAME), NoVariance),
        (lambda: raters.fleiss_kappa(UNEVEN), WrongShape),
        (lambda: raters.fleiss_kappa(ALONE), TooFew),
        (lambda: raters.fleiss_kappa(NOBODY), TooFew),
    ],
    raters.gwet_ac1: [
        (lambda: raters.gwet_ac1(ALONE), TooFew),
        (lambda: raters.gwet_ac1(NOBODY), TooFew),
        (lambda: raters.gwet_ac1(PAIRS, level=1), OutOfRange),
    ],
    raters.gwet_ac2: [
        (lambda: raters.gwet_ac2(PAIRS, weights="cubic"), OutOfRange),
        (lambda: raters.gwet_ac2(NOBODY), TooFew),
    ],
    krippendorff.coincidences: [(lambda: krippendorff.coincidences(ALONE), TooFew)],
    krippendorff.krippendorff_alpha: [
        (lambda: krippendorff.krippendorff_alpha(SAME), NoVariance),
        (lambda: krippendorff.krippendorff_alpha(ALONE), TooFew),
        (lambda: krippendorff.krippendorff_alpha(PAIRS, metric="polar"), OutOfRange),
        (
            lambda: krippendorff.krippendorff_alpha(
                ratings.Ratings(PAIRS.values - 3, PAIRS.counts, PAIRS.times),
                metric="ratio",
            ),
            OutOfRange,
        ),
    ],
    krippendorff.krippendorff_interval: [
        (lambda: krippendorff.krippendorff_interval(SAME), NoVariance),
        (lambda: krippendorff.krippendorff_interval(ALONE), TooFew),
        (lambda: krippendorff.krippendorff_interval(PAIRS, draws=5), OutOfRange),
        (lambda: krippendorff.krippendorff_interval(PAIRS, level=2), OutOfRange),
    ],
    intraclass.mean_squares: [
        (lambda: intraclass.mean_squares(Moments.of(np.array([[1, 2]]))), TooFew),
        (lambda: intraclass.mean_squares(Moments.of(np.array([[1], [2]]))), TooFew),
    ],
    intraclass.mean_squares_of_rows: [
        (lambda: intraclass.mean_squares_of_rows(np.array([1.0])), WrongShape),
        (lambda: intraclass.mean_squares_of_rows(np.array([[1.0, NAN]])), OutOfRange),
        (lambda: intraclass.mean_squares_of_rows(np.array([[1.0, 2.0]])), TooFew),
    ],
    intraclass.intraclass: [
        (lambda: intraclass.intraclass(CONSTANT), NoVariance),
        (lambda: intraclass.intraclass(FLAT), NoVariance),
        (lambda: intraclass.intraclass(SQUARES, level=0), OutOfRange),
    ],
    concordance.kendall_w: [
        (lambda: concordance.kendall_w(np.ones((3, 2))), NoVariance),
        (lambda: concordance.kendall_w(np.ones(3)), WrongShape),
        (lambda: concordance.kendall_w(np.ones((1, 2))), TooFew),
        (lambda: concordance.kendall_w(np.full((2, 2), NAN)), OutOfRange),
    ],
    limits.bland_altman: [
        (lambda: limits.bland_altman(ONE), TooFew),
        (lambda: limits.bland_altman(ALIKE), NoVariance),
        (lambda: limits.bland_altman(VARIED, share=1), OutOfRange),
    ],
    severity.groups_that_compare: [
        (
            lambda: severity.groups_that_compare(np.array([0]), np.array([0, 1])),
            WrongShape,
        ),
        (
            lambda: severity.groups_that_compare(np.zeros(0, int), np.zeros(0, int)),
            TooFew,
        ),
        (lambda: severity.groups_that_compare(np.array([-1]), np.array([0])), OutOfRange),
    ],
    severity.severity: [
        (
            lambda: severity.severity(
                np.array([1.0, 2, 3, 5]),
                raters=np.array([0, 0, 1, 1]),
                units=np.array([0, 1, 2, 3]),
            ),
            Disconnected,
        ),
        (
            lambda: severity.severity(
                np.array([1.0, 2, 2, 3]),
                raters=np.array([0, 1, 0, 1]),
                units=np.array([0, 0, 1, 1]),
            ),
            NoVariance,
        ),
        (
            lambda: severity.severity(
                np.array([1.0, 2]), raters=np.array([0, 1]), units=np.array([0, 0])
            ),
            TooFew,
        ),
        (
            lambda: severity.severity(
                np.array([1.0, NAN]), raters=np.array([0, 1]), units=np.array([0, 0])
            ),
            OutOfRange,
        ),
        (
            lambda: severity.severity(
                np.array([1.0]), raters=np.array([0, 1]), units=np.array([0, 0])
            ),
            WrongShape,
        ),
    ],
    # --- inference
    anova.one_way_anova: [
        (lambda: anova.one_way_anova([VARIED]), TooFew),
        (lambda: anova.one_way_anova([ONE, ONE]), TooFew),
        (lambda: anova.one_way_anova([ALIKE, ALIKE]), NoVariance),
    ],
    anova.welch_anova: [
        (lambda: anova.welch_anova([ONE, VARIED]), TooFew),
        (lambda: anova.welch_anova([ALIKE, VARIED]), NoVariance),
    ],
    anova.tukey: [
        (lambda: anova.tukey([ONE, ONE]), TooFew),
        (lambda: anova.tukey([ALIKE, ALIKE]), NoVariance),
        (lambda: anova.tukey([VARIED, ALIKE], level=0), OutOfRange),
    ],
    anova.kruskal_wallis: [
        (lambda: anova.kruskal_wallis(np.array([[3, 0], [4, 0]])), NoVariance),
        (lambda: anova.kruskal_wallis(np.array([[3, 0], [0, 0]])), TooFew),
        (lambda: anova.kruskal_wallis(np.array([3, 0])), WrongShape),
        (lambda: anova.kruskal_wallis(np.array([[3, -1], [1, 1]])), OutOfRange),
    ],
    contingency.chi_square: [
        (lambda: contingency.chi_square(np.array([[3, 1]])), WrongShape),
        (lambda: contingency.chi_square(ONE_SIDED), NoVariance),
        (lambda: contingency.chi_square(-TABLE), OutOfRange),
    ],
    shifts.shifts: [
        (lambda: shifts.shifts(TABLE[0], TABLE, texts=(9, 9)), WrongShape),
        (lambda: shifts.shifts(TABLE[0], TABLE[1], texts=(0, 9)), TooFew),
        (lambda: shifts.shifts(TABLE[0], TABLE[1], texts=(9, 9)), OutOfRange),
        (lambda: shifts.shifts(TABLE[0], TABLE[1], texts=(30, 30), level=1), OutOfRange),
    ],
    contingency.fisher_exact: [
        (lambda: contingency.fisher_exact(np.ones((2, 3), int)), WrongShape),
        (lambda: contingency.fisher_exact(ONE_SIDED), NoVariance),
        (lambda: contingency.fisher_exact(TABLE, level=0), OutOfRange),
    ],
}
