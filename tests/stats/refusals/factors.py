"""What factor models, reliability and validity refuse, and by which name."""

from collections.abc import Callable

import numpy as np

from gapless_stats import omega, reliability, validity
from gapless_stats.errors import (
    Collinear,
    NotIdentified,
    NotPositiveDefinite,
    NoVariance,
    OutOfRange,
    TooFew,
    WrongShape,
)
from gapless_stats.factors import (
    adequacy,
    confirmatory,
    dwls,
    estimate,
    exploratory,
    hints,
    indices,
    invariance,
    model,
    nearest,
    ordinal,
    robust,
    rotation,
    samples,
)
from gapless_stats.factors.model import Cell, Kind, Model
from gapless_stats.factors.samples import FourthMoments, Sample
from gapless_stats.moments import Moments
from gapless_stats.pairwise import PairwiseMoments
from gapless_stats.reliability import Alpha

NAMES = ("a", "b", "c", "d")
ONE = Model({"f": NAMES})
PAIR = Model({"f": NAMES[:2]})
ALIKE = Sample(100, NAMES, np.ones((4, 4)))
APART = Sample(100, NAMES, np.eye(4))
FINE = Sample(100, NAMES, np.eye(4) / 2 + 0.5)
FOURTH = FourthMoments(FINE, np.eye(10))
NOBODY = Moments.empty(4)
SAME = Moments.of(np.full((5, 4), 3))
NO_NUMBER = np.full((3, 2), np.nan)
ANSWERS = np.random.default_rng(1).integers(1, 6, (80, 4))

Refusals = dict[Callable, list[tuple[Callable[[], object], type[Exception]]]]

MODELS: Refusals = {
    confirmatory.fit: [
        (lambda: confirmatory.fit(PAIR, FINE), NotIdentified),
        (lambda: confirmatory.fit(ONE, ALIKE), NotPositiveDefinite),
        (lambda: confirmatory.fit(Model({"f": ("a", "b", "z")}), FINE), WrongShape),
        (lambda: confirmatory.fit(ONE, Sample(4, NAMES, np.eye(4))), TooFew),
    ],
    confirmatory.fit_groups: [
        (lambda: confirmatory.fit_groups(ONE, {"one": FINE}), TooFew),
        (lambda: confirmatory.fit_groups(ONE, {"one": FINE, "two": FINE}), WrongShape),
    ],
    confirmatory.compare: [
        (
            lambda: confirmatory.compare(
                confirmatory.fit(ONE, FINE), confirmatory.fit(ONE, FINE)
            ),
            OutOfRange,
        ),
    ],
    invariance.invariance: [(lambda: invariance.invariance(ONE, {"one": FINE}), TooFew)],
    hints.modification_hints: [
        (lambda: hints.modification_hints(ONE, FINE, least=-1), OutOfRange),
        (lambda: hints.modification_hints(PAIR, FINE), NotIdentified),
    ],
    robust.satorra_bentler: [
        (lambda: robust.satorra_bentler(Model({"f": NAMES[:3]}), FOURTH), NotIdentified)
    ],
    robust.yuan_bentler: [
        (lambda: robust.yuan_bentler(Model({"f": NAMES[:3]}), FOURTH), NotIdentified)
    ],
    indices.fit_indices: [
        (
            lambda: indices.fit_indices(-1, 2, baseline_chi_square=9, baseline_df=6, n=100),
            OutOfRange,
        ),
        (
            lambda: indices.fit_indices(1, 2, baseline_chi_square=9, baseline_df=6, n=0),
            TooFew,
        ),
        (
            lambda: indices.fit_indices(1, 2, baseline_chi_square=0, baseline_df=6, n=9),
            NoVariance,
        ),
    ],
    estimate.inverse_information: [
        (
            lambda: estimate.inverse_information(np.ones((2, 2)), ["a", "b"]),
            NotIdentified,
        )
    ],
    model.cell_name: [
        (
            lambda: model.cell_name(ONE, Cell(Kind.PATH, 9, 9, 0.0, free=True)),
            WrongShape,
        )
    ],
    model.cells_of: [
        (lambda: model.cells_of(ONE, np.eye(3), np.ones(3)), WrongShape),
        (
            lambda: model.cells_of(
                Model({"f": ("g", "a"), "g": ("f", "b")}), np.eye(2), np.ones(2)
            ),
            NotIdentified,
        ),
    ],
    samples.triangle: [(lambda: samples.triangle(-1), OutOfRange)],
    samples.with_products: [(lambda: samples.with_products(np.arange(3)), WrongShape)],
    nearest.nearest_correlation: [
        (lambda: nearest.nearest_correlation(np.ones((2, 3))), WrongShape),
        (lambda: nearest.nearest_correlation(np.full((2, 2), np.inf)), OutOfRange),
    ],
}

EXPLORATORY: Refusals = {
    exploratory.explore: [
        (lambda: exploratory.explore(FINE, 0), OutOfRange),
        (lambda: exploratory.explore(FINE, 3), NotIdentified),
        (lambda: exploratory.explore(ALIKE, 1), NotPositiveDefinite),
    ],
    adequacy.kmo: [
        (lambda: adequacy.kmo(APART), NotIdentified),
        (lambda: adequacy.kmo(ALIKE), NotPositiveDefinite),
        (lambda: adequacy.kmo(FINE.select("a")), TooFew),
    ],
    adequacy.sphericity: [
        (lambda: adequacy.sphericity(ALIKE), NotPositiveDefinite),
        (lambda: adequacy.sphericity(FINE.select("a")), TooFew),
    ],
    adequacy.parallel_analysis: [
        (lambda: adequacy.parallel_analysis(FINE, quantile=95), OutOfRange),
        (lambda: adequacy.parallel_analysis(FINE.select("a")), TooFew),
    ],
    adequacy.minimum_average_partial: [
        (lambda: adequacy.minimum_average_partial(FINE.select("ab")), TooFew),
        (lambda: adequacy.minimum_average_partial(ALIKE), NotPositiveDefinite),
    ],
    rotation.varimax: [
        (lambda: rotation.varimax(np.zeros((3, 2))), NoVariance),
        (lambda: rotation.varimax(np.ones(3)), WrongShape),
        (lambda: rotation.varimax(NO_NUMBER), OutOfRange),
    ],
    rotation.promax: [
        (lambda: rotation.promax(np.eye(3), power=1), OutOfRange),
        (lambda: rotation.promax(np.ones((3, 2))), Collinear),
    ],
    rotation.oblimin: [
        (lambda: rotation.oblimin(np.eye(3), gamma=1), OutOfRange),
        (lambda: rotation.oblimin(NO_NUMBER), OutOfRange),
    ],
}

ORDINAL: Refusals = {
    ordinal.pair_counts: [
        (lambda: ordinal.pair_counts(ANSWERS, low=1, high=3), OutOfRange),
        (lambda: ordinal.pair_counts(np.arange(3), low=0, high=3), WrongShape),
    ],
    ordinal.polychorics: [
        (lambda: ordinal.polychorics(np.zeros((2, 3, 3), int)), WrongShape),
        (lambda: ordinal.polychorics(np.zeros((2, 3, 2, 3), int)), TooFew),
    ],
    ordinal.polychoric: [
        (lambda: ordinal.polychoric(np.eye(3, dtype=int) * 9), Collinear),
        (lambda: ordinal.polychoric(np.array([[5, 5]])), NoVariance),
        (lambda: ordinal.polychoric(np.array([[5, -5]])), OutOfRange),
    ],
    dwls.fit_ordinal: [
        (
            lambda: dwls.fit_ordinal(
                Model({"f": ("x1", "x2", "x3")}),
                dwls.OrdinalSample.of_rows(ANSWERS, low=1, high=5),
            ),
            NotIdentified,
        )
    ],
}

CONSISTENCY: Refusals = {
    reliability.cronbach_alpha: [
        (lambda: reliability.cronbach_alpha(NOBODY), TooFew),
        (lambda: reliability.cronbach_alpha(SAME), NoVariance),
    ],
    reliability.standardised_alpha: [
        (lambda: reliability.standardised_alpha(NOBODY), TooFew),
        (lambda: reliability.standardised_alpha(SAME), NoVariance),
    ],
    reliability.kr20: [
        (lambda: reliability.kr20(SAME), OutOfRange),
        (lambda: reliability.kr20(NOBODY), TooFew),
    ],
    reliability.pairwise_alpha: [
        (
            lambda: reliability.pairwise_alpha(
                PairwiseMoments.of(ANSWERS, np.zeros(ANSWERS.shape, bool))
            ),
            TooFew,
        )
    ],
    reliability.item_analysis: [
        (lambda: reliability.item_analysis(Moments.of(ANSWERS[:, :2])), TooFew),
        (lambda: reliability.item_analysis(SAME), NoVariance),
    ],
    reliability.feldt_interval: [
        (lambda: reliability.feldt_interval(0.8, n=1, k=4), TooFew),
        (lambda: reliability.feldt_interval(1.2, n=20, k=4), OutOfRange),
        (lambda: reliability.feldt_interval(0.8, n=20, k=4, level=95), OutOfRange),
    ],
    reliability.bonett_interval: [
        (lambda: reliability.bonett_interval(1.0, n=20, k=4), OutOfRange),
        (lambda: reliability.bonett_interval(0.8, n=2, k=4), TooFew),
    ],
    reliability.compare_alphas: [
        (
            lambda: reliability.compare_alphas(
                Alpha(1.0, items=4, n=20), Alpha(0.5, items=4, n=20)
            ),
            OutOfRange,
        ),
        (
            lambda: reliability.compare_alphas(
                Alpha(0.8, items=4, n=1), Alpha(0.5, items=4, n=20)
            ),
            TooFew,
        ),
    ],
    reliability.difference_reliability: [
        (
            lambda: reliability.difference_reliability(
                NOBODY, expectation_alpha=0.8, perception_alpha=0.8
            ),
            WrongShape,
        ),
        (
            lambda: reliability.difference_reliability(
                Moments.of(np.full((5, 2), 3)), expectation_alpha=0.8, perception_alpha=0.8
            ),
            NoVariance,
        ),
    ],
    omega.omega_total: [
        (lambda: omega.omega_total(FINE.select("ab")), NotIdentified),
        (lambda: omega.omega_total(ALIKE), NotPositiveDefinite),
    ],
    omega.omega_hierarchical: [
        (lambda: omega.omega_hierarchical(FINE.select("ab")), TooFew),
        (lambda: omega.omega_hierarchical(FINE, 3), NotIdentified),
    ],
    validity.convergent_validity: [
        (
            lambda: validity.convergent_validity(
                confirmatory.fit(
                    Model({"f": NAMES[:3]}),
                    Sample(
                        100,
                        NAMES[:3],
                        np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]]),
                    ),
                ).solution
            ),
            NotIdentified,
        )
    ],
    validity.fornell_larcker: [
        (
            lambda: validity.fornell_larcker(confirmatory.fit(ONE, FINE).solution),
            TooFew,
        )
    ],
    validity.htmt: [
        (lambda: validity.htmt(FINE, {"f": NAMES}), TooFew),
        (lambda: validity.htmt(APART, {"f": NAMES[:2], "g": NAMES[2:]}), NotIdentified),
    ],
    validity.htmt2: [
        (lambda: validity.htmt2(APART, {"f": NAMES[:2], "g": NAMES[2:]}), OutOfRange)
    ],
}

REFUSALS: Refusals = MODELS | EXPLORATORY | ORDINAL | CONSISTENCY
