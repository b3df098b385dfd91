"""What is shown of a table of answers, and that nothing withheld follows from it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gapless.analytics.answers import Kind, Layout, Question, score, written
from gapless.analytics.folding import fold, schema_of
from gapless.evaluation.gaps.distribution import (
    FEW,
    Withheld,
    banded,
    crossed,
    distribution,
    kept_back,
)
from gapless_stats.tables import Histogram, PairTable

tables = arrays(np.int64, (7, 7), elements=st.integers(0, 6))


def pair_table(complete):
    counts = np.zeros((8, 8), np.int64)
    counts[:7, :7] = complete
    return PairTable(1, 7, counts)


def with_totals(inner):
    whole = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    return np.vstack([whole, whole.sum(axis=0)])


@given(arrays(np.int64, (4, 5), elements=st.integers(0, 9)))
def test_no_withheld_place_follows_from_the_rest(inner):
    whole = with_totals(inner)
    hidden = sorted(kept_back(whole))
    assert {tuple(p) for p in np.argwhere((whole > 0) & (whole < FEW)).tolist()} <= set(
        hidden
    )
    if not hidden:
        return
    # Each line of the table says: its places, less its total, come to nothing.
    lines = [
        *([(1 if c < 5 else -1) * (r == row) for r, c in hidden] for row in range(5)),
        *([(1 if r < 4 else -1) * (c == column) for r, c in hidden] for column in range(6)),
    ]
    _u, sizes, ways = np.linalg.svd(np.array(lines, dtype=float))
    free = ways[(sizes > 1e-9).sum() :]
    assert free.size
    assert (np.abs(free).max(axis=0) > 1e-9).all()


@given(tables)
def test_every_row_of_a_pair_rests_on_the_threshold(inner):
    found = crossed(pair_table(inner), threshold=10)
    if found is None:
        return
    assert all(row.n >= 10 for row in found.rows)
    assert sum(row.n for row in found.rows) == found.n == inner.sum()
    assert (found.rows[0].low, found.rows[-1].high) == (1, 7)
    for row in found.rows:
        assert not [n for n in row.counts if n is not None and 0 < n < FEW]


@given(arrays(np.int64, 11, elements=st.integers(0, 30)))
def test_parts_of_a_scale_hold_nobody_or_a_few_and_lose_nobody(counts):
    found = banded(Histogram(0, 10, counts))
    assert all(part.count == 0 or part.count >= FEW for part in found)
    if found:
        assert sum(part.count for part in found) == counts.sum()
        assert found[0].low == 0
        assert found[-1].high == 10
        assert all(a.high + 1 == b.low for a, b in pairwise(found))


def test_levels_join_towards_the_fullest():
    found = banded(Histogram(1, 7, np.array([1, 1, 5, 0, 40, 20, 2])))
    assert [(p.low, p.high, p.count) for p in found] == [
        (1, 3, 7),
        (4, 4, 0),
        (5, 5, 40),
        (6, 7, 22),
    ]


LAYOUT = Layout(
    (
        Question("P", Kind.PAIR, "d"),
        Question("N", Kind.NPS, low=0, high=10),
        Question("S", Kind.SINGLE, low=0, high=3, options=4),
        Question("M", Kind.MULTIPLE, options=3),
    )
)


def cell_of(answers):
    values = written(LAYOUT, answers)
    return fold(LAYOUT, schema_of(LAYOUT), score(LAYOUT, values))


def found_in(answers, code):
    return distribution(LAYOUT, schema_of(LAYOUT), cell_of(answers), code, threshold=10)


def test_a_pair_says_who_found_less_with_wilsons_interval():
    answers = [{("P", 0): 7, ("P", 1): 5}] * 30 + [{("P", 0): 6, ("P", 1): 6}] * 10
    found = found_in(answers, "P")
    below, at, above = found.signs
    assert (found.n, below.count, at.count, above.count) == (40, 30, 10, 0)
    # By hand: (30 + 1.92073 ± 1.95996 · √8.46036) / 43.84146
    assert below.interval.low == pytest.approx(0.59806, abs=1e-5)
    assert below.interval.high == pytest.approx(0.85813, abs=1e-5)
    assert found.mean.mean == -1.5
    assert [(row.low, row.high, row.n) for row in found.crossed.rows] == [
        (1, 6, 10),
        (7, 7, 30),
    ]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([], Withheld.NOBODY),
        ([{("P", 0): 7, ("P", 1): 5}] * 9, Withheld.TOO_FEW),
        ([{("P", 0): 7, ("P", 1): 5}] * 12, Withheld.ALL_EQUAL),
    ],
)
def test_what_would_give_people_away_is_withheld_whole(answers, why):
    found = found_in([*answers, {("N", 0): 3}], "P")
    assert found.withheld is why
    assert found.crossed is None
    assert found.parts == found.signs == ()
    assert found.mean is None


def test_recommendation_has_its_groups_and_a_net_score():
    answers = [{("N", 0): 10}] * 19 + [{("N", 0): 8}] * 9 + [{("N", 0): 0}] * 8
    found = found_in(answers, "N")
    # domain.md 3.2: P19 N9 D8 → 28.2 [2.9, 53.5]; raw 30.6
    assert found.net.score == pytest.approx(0.306, abs=5e-4)
    assert found.net.interval.low == pytest.approx(0.028784, abs=1e-6)
    assert found.net.interval.high == pytest.approx(0.535318, abs=1e-6)
    assert [part.count for part in found.groups] == [8, 9, 19]


def test_options_that_few_chose_are_taken_together():
    answers = [{("S", 0): 0}] * 20 + [{("S", 0): 1}] * 5 + [{("S", 0): 2}]
    found = found_in(answers, "S")
    assert [each.options for each in found.chosen] == [(0,), (3,), (1, 2)]
    assert [round(each.share * 26) for each in found.chosen] == [20, 0, 6]


def test_of_several_choices_a_share_of_very_few_is_left_out():
    answers = [{("M", 0): 1, ("M", 1): 0, ("M", 2): 0}] * 18
    answers += [{("M", 0): 1, ("M", 1): 1, ("M", 2): 0}] * 2
    found = found_in(answers, "M")
    assert [each.share for each in found.chosen] == [1.0, None, 0.0]


def test_an_item_that_is_not_asked_has_no_distribution():
    assert found_in([{("N", 0): 3}], "ZZ") is None
