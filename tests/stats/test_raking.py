import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gapless_stats.errors import NotConverged, OutOfRange, TooFew, WrongShape
from gapless_stats.raking import (
    cluster_design_effect,
    collapse,
    post_stratification,
    rake,
    rake_rows,
    trim,
)
from gapless_stats.weighting import WeightedSums, design_effect

tables = arrays.arrays(np.int64, (3, 4), elements=st.integers(5, 60))
people = st.lists(st.integers(1, 100), min_size=4, max_size=4)


@given(tables, people)
def test_every_margin_has_its_share(counts, population):
    margins = [population[:3], population]
    found = rake(counts, margins, bounds=None)
    weighted = counts * found.weights / counts.sum()

    for axis, margin in ((1, margins[0]), (0, margins[1])):
        share = np.array(margin) / sum(margin)
        assert weighted.sum(axis=axis) == pytest.approx(share, rel=2e-6)
    assert (counts * found.weights).sum() == pytest.approx(counts.sum())


@given(tables, people)
def test_raking_keeps_how_cells_go_together(counts, population):
    """Deming and Stephan: odds ratios of the weighted table are those of the answers."""
    weights = rake(counts, [population[:3], population], bounds=None).weights
    weighted, answered = counts * weights, counts.astype(float)
    for table in (weighted, answered):
        table /= table[:1]
        table /= table[:, :1]

    assert weighted == pytest.approx(answered)


@given(tables, people)
def test_rows_are_weighed_as_their_table(counts, population):
    margins = [population[:3], population]
    rows = np.argwhere(counts >= 0).repeat(counts.ravel(), axis=0)
    table, each = rake(counts, margins), rake_rows(rows, margins)

    assert each.weights == pytest.approx(table.weights[tuple(rows.T)])
    assert each.weights.mean() == pytest.approx(1)
    assert each.effective_n == pytest.approx(
        each.weights.sum() ** 2 / (each.weights**2).sum()
    )


@given(tables)
def test_answers_that_already_fit_keep_a_weight_of_one(counts):
    found = rake(counts, [counts.sum(axis=1), counts.sum(axis=0)])

    assert found.weights == pytest.approx(np.ones((3, 4)))
    assert found.design_effect == pytest.approx(1)
    assert found.effective_n == pytest.approx(counts.sum())


@given(st.lists(st.integers(5, 100), min_size=4, max_size=4), people)
def test_one_margin_is_post_stratification(counts, population):
    stratified = post_stratification(counts, population)
    raked = rake(counts, [population], bounds=None)

    assert raked.weights == pytest.approx(stratified.weights)
    assert raked.effective_n == pytest.approx(stratified.effective_n)


@given(st.lists(st.integers(5, 50), min_size=4, max_size=4), people)
def test_kishs_effect_is_that_of_the_rows(counts, population):
    found = post_stratification(counts, population)
    weights = np.rint(np.repeat(found.weights, counts) * 1e9).astype(np.int64)
    rows = WeightedSums.of(np.ones(len(weights), int), weights)

    assert found.design_effect == pytest.approx(design_effect(rows), rel=1e-6)


def test_trimming_holds_weights_within_bounds_where_margins_allow_it():
    counts = [[400, 300, 200], [10, 30, 60]]
    margins = [[600, 400], [300, 300, 400]]
    free, held = (
        rake(counts, margins, bounds=None),
        rake(counts, margins, bounds=(0.2, 4.1)),
    )

    assert free.highest > 4.1
    assert held.rounds > 0
    assert held.highest < free.highest
    assert held.off < 1e-6


def test_trimmed_weights_stay_within_the_bounds_about_their_old_mean():
    found = trim([0.01, 1.0, 20.0], [10, 80, 10])

    assert np.average(found, weights=[10, 80, 10]) == pytest.approx(1)
    assert found[2] / found[0] == pytest.approx(25)


def test_small_categories_are_merged_within_their_group():
    assert collapse([40, 3, 25, 30], [0, 0, 1, 1]).tolist() == [0, 0, 1, 2]
    assert collapse([2, 1, 50, 30], [0, 0, 1, 1]).tolist() == [0, 0, 1, 0]
    assert collapse([10, 20], [0, 0]).tolist() == [0, 1]


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=12
    ).filter(lambda each: sum(n for n, _ in each) >= 5)
)
def test_merged_categories_have_enough_answers(each):
    counts, groups = (np.array(side) for side in zip(*each, strict=True))
    merged = collapse(counts, groups)

    assert (np.bincount(merged, weights=counts) >= 5).all()
    assert sorted(set(merged.tolist())) == list(range(merged.max() + 1))


def test_clusters_cost_answers():
    assert cluster_design_effect(1, 0.3) == 1
    assert cluster_design_effect(30, 0.05) == pytest.approx(2.45)


def test_what_cannot_be_weighted_is_refused_by_name():
    with pytest.raises(TooFew, match="4 answers"):
        post_stratification([4, 90], [50, 50])
    with pytest.raises(WrongShape):
        post_stratification([40, 90], [50, 50, 10])
    with pytest.raises(OutOfRange):
        post_stratification([40, 90], [50, -50])
    with pytest.raises(WrongShape):
        rake([[40, 90]], [[50, 50]])
    with pytest.raises(NotConverged):
        # The only cells that are answered tie both margins together.
        rake([[40, 0], [0, 90]], [[50, 50], [30, 70]])
    with pytest.raises(OutOfRange):
        trim([1.0, 2.0], [3, 4], bounds=(1.5, 5))
    with pytest.raises(TooFew):
        trim([1.0], [0])
    with pytest.raises(TooFew):
        collapse([1, 2], [0, 0])
    with pytest.raises(OutOfRange):
        cluster_design_effect(10, 1.2)
