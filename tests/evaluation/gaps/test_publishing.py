"""Whoever puts everything together that is shown cannot work out what is withheld."""

from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapless.analytics.periods import ALL_TIME, Grain, Period
from gapless.evaluation.gaps.publishing import (
    Tree,
    parts,
    series_of,
    withheld_in,
    withheld_series,
)

FEW = 10
YEAR = Period.parse("2026")
QUARTERS = parts(YEAR, Grain.QUARTER)
MONTHS = parts(YEAR, Grain.MONTH)
EVERY = (ALL_TIME, YEAR, *QUARTERS, *MONTHS)


class World:
    """A company of regions and halls, and how many answered about each in each month."""

    def __init__(self, chance, typical):
        regions = [0] * int(chance.integers(1, 4))
        halls = [
            1 + int(chance.integers(len(regions))) for _ in range(chance.integers(2, 9))
        ]
        self.tree = Tree((-1, *regions, *halls))
        units = len(self.tree.above)
        sizes = np.exp(chance.normal(np.log(typical), 0.9, units))
        shape = (units, len(MONTHS))
        self.own = chance.poisson(sizes[:, None] * chance.random(shape) ** 2)
        # Hardly anybody answers about a region itself.
        self.own[: 1 + len(regions)] *= chance.random((1 + len(regions), 1)) < 0.3

    def below(self, unit):
        """Which units lie at or below one, as marks."""
        marks = np.zeros(len(self.tree.above), np.bool_)
        for place in range(len(marks)):
            above = place
            while above not in (unit, -1):
                above = self.tree.above[above]
            marks[place] = above == unit
        return marks

    def row(self, unit, period):
        """What a number of a unit and a period is the sum of, as marks over the cells."""
        within = np.array([period.holds(month.first_day) for month in MONTHS])
        return (self.below(unit)[:, None] & within).ravel()

    def count(self, unit, period):
        return int(self.own.ravel()[self.row(unit, period)].sum())

    def counts(self, series):
        units = range(len(self.tree.above))
        found = [[self.count(unit, period) for period in series] for unit in units]
        return np.array(found, np.int64)[:, :, None, None]

    def shown(self):
        """(unit, period) → whether it is shown, for every period there is."""
        found = {}
        for period in EVERY:
            hidden = np.zeros((len(self.tree.above), 1), np.bool_)
            for series in series_of(period, [YEAR]):
                hidden = withheld_in(
                    self.tree, self.counts(series), threshold=FEW, already=hidden
                )
            for unit in range(len(self.tree.above)):
                found[unit, period] = not hidden[unit, 0]
        return found


def worked_out(world, shown):
    """What follows from all that is shown: every sum that is a combination of sums."""
    known = np.array([world.row(u, p) for (u, p), it in shown.items() if it], float)
    if not len(known):
        return []
    _, scales, basis = np.linalg.svd(known, full_matrices=False)
    basis = basis[scales > 1e-9]
    targets = [key for key, it in shown.items() if not it]
    rows = np.array([world.row(*key) for key in targets], float).reshape(len(targets), -1)
    left = rows - rows @ basis.T @ basis
    follows = np.abs(left).max(axis=1, initial=0) < 1e-8
    return [key for key, it in zip(targets, follows, strict=True) if it]


@pytest.mark.parametrize(("typical", "seed"), list(product((4, 12, 40), range(25))))
def test_nothing_small_follows_from_what_is_shown(typical, seed):
    world = World(np.random.default_rng(1000 * typical + seed), typical)
    shown = world.shown()
    assert all(not 0 < world.count(*key) < FEW for key, it in shown.items() if it)
    recovered = [k for k in worked_out(world, shown) if 0 < world.count(*k) < FEW]
    assert recovered == []


def test_without_what_goes_with_it_the_small_would_follow():
    """The attack finds what a threshold alone gives away; so it can fail."""
    found = 0
    for seed in range(20):
        world = World(np.random.default_rng(seed), 12)
        units = range(len(world.tree.above))
        shown = {(u, p): not 0 < world.count(u, p) < FEW for u in units for p in EVERY}
        found += len(worked_out(world, shown))
    assert found > 20


def test_who_is_withheld_is_the_same_in_every_measure_alone_or_together():
    world = World(np.random.default_rng(7), 12)
    counts = world.counts(QUARTERS)
    both = np.concatenate((counts, counts // 2), axis=3)
    already = np.zeros((len(world.tree.above), 2), np.bool_)
    found = withheld_in(world.tree, both, threshold=FEW, already=already)
    for measure in range(2):
        alone = withheld_in(
            world.tree,
            both[:, :, :, measure : measure + 1],
            threshold=FEW,
            already=already[:, :1],
        )
        assert np.array_equal(found[:, measure], alone[:, 0])


lines = st.lists(
    st.lists(st.integers(0, 30), min_size=2, max_size=2), min_size=1, max_size=8
)


@given(lines, st.lists(st.integers(0, 30), min_size=2, max_size=2))
@settings(max_examples=200)
def test_what_is_missing_from_a_line_rests_on_nobody_or_on_enough(line, own):
    counts = np.array(line, np.int64)[:, :, None]
    alone = np.array(own, np.int64)[:, None]
    already = np.zeros((len(line), 1), np.bool_)
    hidden = withheld_series(counts, alone, threshold=FEW, already=already)[:, 0]
    few = (counts > 0) & (counts < FEW)
    assert hidden[few[:, :, 0].any(axis=1)].all()
    if hidden.any() and not hidden.all():
        missing = counts[hidden, :, 0].sum(axis=0) + alone[:, 0]
        shown = counts[~hidden, :, 0]
        # Enough, unless there was nobody left to be withheld in that period.
        for period in range(2):
            assert (
                missing[period] == 0 or missing[period] >= FEW or not shown[:, period].any()
            )


def test_two_parts_that_pages_tell_apart_protect_one_another():
    tree = Tree((-1, 0, 0))
    # A hall where four people were flagged: with and without them is not shown.
    counts = np.zeros((3, 1, 2, 1), np.int64)
    counts[1, 0, :, 0] = (30, 4)
    counts[2, 0, :, 0] = (50, 12)
    counts[0] = counts[1] + counts[2]
    hidden = withheld_in(tree, counts, threshold=FEW, already=np.zeros((3, 1), np.bool_))
    assert hidden[:, 0].tolist() == [False, True, True]


def test_the_series_of_a_month_lead_from_all_time_down():
    found = series_of(Period.parse("2026-05"), [Period.parse("2025")])
    assert [len(each) for each in found] == [1, 2, 4, 3]
    assert found[-1] == parts(Period.parse("2026Q2"), Grain.MONTH)
    assert Period.containing(date(2026, 5, 1), Grain.MONTH) in found[-1]
