"""The heat map on made-up sums: what is told apart, what is withheld, who is ranked."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.summaries import Measure, MeasureKind
from gapless.evaluation.gaps.comparable import columns_in
from gapless.evaluation.gaps.heatmap import (
    STEPS,
    Standing,
    column_of,
    in_order,
    ranking_of,
)
from gapless_stats.ranks import CALL_OUT


def sums_of(*units):
    """(U, 3) of units as lists of answers in whole points."""
    rows = [(len(a), sum(a), sum(x * x for x in a)) for a in units]
    return np.array(rows, np.int64).reshape(-1, 3)


def around(mean, n, spread=1):
    """n answers about a mean: half of them ``spread`` below it, half above."""
    return [mean - spread, mean + spread] * (n // 2)


def shown(units):
    return np.zeros(len(units), np.bool_)


def column(*units, **kwargs):
    return column_of(sums_of(*units), shown(units), **kwargs)


# --- What may be said -----------------------------------------------------------------


def test_what_lies_outside_the_interval_of_the_mean_is_told():
    found = column(*[around(0, 100)] * 6, around(-3, 100), around(3, 100))

    assert found.standings[6:] == (Standing.BELOW, Standing.ABOVE)
    assert found.reference == pytest.approx(0, abs=0.05)


def test_few_answers_tell_nothing_where_many_would():
    few, many = around(-1, 6, 2), around(-1, 400, 2)
    found = column(*[around(1, 200, 2)] * 8, around(-1, 200, 2), few, many)

    assert found.standings[-2:] == (Standing.UNSURE, Standing.BELOW)
    assert found.reliability[-2] < found.reliability[-1]


def test_what_surely_lies_near_the_reference_is_about_the_same():
    found = column(*[around(x, 4_000) for x in (0, 1, -1)], around(0, 4_000), against=0.0)

    assert found.standings[0] is Standing.SAME
    assert max(abs(found.low[0]), abs(found.high[0])) < STEPS[0]


def test_units_are_held_against_a_fixed_value_where_one_is_given():
    units = [around(x, 200) for x in (-2, -1, -1, -2)]

    assert column(*units).counted[Standing.BELOW] < 4
    assert column(*units, against=0.0).counted[Standing.BELOW] == 4
    assert column(*units, against=-9.0).counted[Standing.ABOVE] == 4


def test_an_estimate_lies_between_its_answers_and_the_mean():
    found = column(
        around(-2, 4), around(1, 40), around(0, 60), around(1, 80), around(-1, 20)
    )

    for raw, estimate in zip(found.raw, found.estimate, strict=True):
        low, high = sorted((raw, found.reference))
        assert low - 1e-9 <= estimate <= high + 1e-9


def test_a_sum_counts_parts_of_a_scale_point():
    whole = [around(x, 40) for x in (-2, 0, 1, 2)]
    parts = [[27_720 * x for x in unit] for unit in whole]

    assert column(*parts, scale=27_720).estimate == pytest.approx(column(*whole).estimate)


# --- Withheld -------------------------------------------------------------------------

answers = st.lists(st.integers(-6, 6), min_size=2, max_size=30)


@given(st.lists(answers, min_size=4, max_size=12), answers, answers)
def test_what_is_withheld_is_felt_in_nothing(units, one, other):
    hidden = np.array([True] + [False] * len(units))
    first = column_of(sums_of(one, *units), hidden)
    second = column_of(sums_of(other, *units), hidden)

    assert first.standings == second.standings
    assert first.standings[0] is Standing.HIDDEN
    for name in ("raw", "estimate", "low", "high", "reliability", "reference"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert math.isnan(first.raw[0])


def test_who_is_withheld_has_no_rank_and_moves_nobodys():
    units = [around(x, 60) for x in (-2, -1, 0, 1, 2)]
    alone = ranking_of(column(*units))
    beside = ranking_of(
        column_of(sums_of(*units, around(9, 60)), np.array([False] * 5 + [True]))
    )

    assert alone
    assert beside
    assert beside.of == 5
    assert beside.low.tolist() == [*alone.low.tolist(), 0]
    assert math.isnan(beside.worst[5])


def test_nobody_answered_is_not_the_same_as_withheld():
    sums = sums_of(around(1, 20), around(2, 20), around(3, 20), [], [])
    found = column_of(sums, np.array([False, False, False, False, True]))

    assert found.standings[3:] == (Standing.NONE, Standing.HIDDEN)


# --- Too little -----------------------------------------------------------------------


def test_two_units_are_not_drawn_towards_each_other():
    found = column(around(-1, 50), around(1, 50))

    assert found.shrunken is None
    assert found.standings == (Standing.UNSURE, Standing.UNSURE)
    assert found.estimate.tolist() == [-1, 1]
    assert column(around(-1, 50), around(1, 50), against=0.0).standings == (
        Standing.BELOW,
        Standing.ABOVE,
    )


@pytest.mark.parametrize("units", [[], [[], []], [[1, 1], [1, 1], [1]]])
def test_without_answers_or_spread_nothing_is_said(units):
    found = column(*units)

    assert found.shrunken is None
    assert set(found.standings) <= {Standing.NONE, Standing.UNSURE}
    assert ranking_of(found) is None


# --- Ranks ----------------------------------------------------------------------------


def test_where_units_differ_no_more_than_chance_nobody_is_ranked():
    rng = np.random.default_rng(3)
    noise = [rng.integers(1, 8, 12).tolist() for _ in range(40)]

    assert ranking_of(column(*noise)) is None


def test_rank_one_is_the_highest_and_intervals_hold_every_unit():
    ranking = ranking_of(column(*[around(x, 400) for x in range(-3, 4)]))

    assert ranking
    assert ranking.low.tolist() == ranking.high.tolist() == [7, 6, 5, 4, 3, 2, 1]


def test_only_what_is_almost_sure_is_called_out():
    units = [around(x, 200, 2) for x in (0, 0, 1, 0, 1, 0, 1, 0, 1, -4)]
    ranking = ranking_of(column(*units))

    assert ranking
    assert ranking.tail == 1
    assert ranking.called_out(ranking.worst) == [9]
    assert ranking.worst[9] > CALL_OUT
    assert ranking.called_out(ranking.best) == []


# --- How many answers would tell --------------------------------------------------------


def test_as_many_answers_as_asked_for_do_tell():
    others = [around(x, 300, 2) for x in (-1, 0, 1, 0, -1, 0, 1, 0)] * 3
    found = column(*others, around(-1, 8, 2))
    needed = found.answers_needed(len(others))

    assert found.standings[-1] is Standing.UNSURE
    assert needed
    more = column(*others, around(-1, 8 + needed + needed % 2, 2))
    assert more.standings[-1] is Standing.BELOW


def test_what_is_told_needs_no_more_and_where_units_are_alike_more_would_not_help():
    found = column(*[around(0, 100)] * 6, around(-3, 100))
    assert found.answers_needed(6) is None

    alike = column(*[around(0, 40, 3)] * 27)
    assert alike.standings[0] is Standing.UNSURE
    assert alike.answers_needed(0) is None


# --- Order and columns -------------------------------------------------------------------


def test_what_is_not_shown_stands_last_either_way():
    values = np.array([0.5, math.nan, -1.0, 2.0])

    assert in_order(values) == [2, 0, 3, 1]
    assert in_order(values, down=True) == [3, 0, 2, 1]


def measures(*said):
    return tuple(Measure(target, MeasureKind(kind)) for target, kind in said)


def test_columns_are_the_whole_then_its_dimensions_or_its_items():
    form = measures(
        ("overall", "gap"),
        ("by_item", "gap"),
        ("dimension:r", "gap"),
        ("overall", "performance"),
        ("item:r1", "gap"),
        ("item:r1", "performance"),
    )

    assert columns_in(form, items=False) == [0, 2]
    assert columns_in(form, items=True) == [0, 4]


def test_without_dimensions_the_items_stand_there_and_without_gaps_perceptions():
    flat = measures(("by_item", "gap"), ("item:a", "gap"), ("item:a", "performance"))
    found = measures(("overall", "performance"), ("dimension:r", "performance"))
    alone = measures(("item:nps", "net"))

    assert columns_in(flat, items=False) == columns_in(flat, items=True) == [0, 1]
    assert columns_in(found, items=False) == [0, 1]
    assert columns_in(alone, items=False) == [0]
    assert columns_in((), items=False) == []
