import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.errors import OutOfRange, TooFew
from gapless_stats.fmea import (
    Priority,
    action_priority,
    failure_mode,
    occurrence_rank,
    ranked,
)

RANKS = st.integers(1, 10)
URGENCY = [Priority.LOW, Priority.MEDIUM, Priority.HIGH]


def test_the_rules_cover_all_cells():
    """domain.md 4.18: 386 low, 288 medium, 326 high."""
    cells = itertools.product(range(1, 11), repeat=3)

    assert Counter(action_priority(*cell) for cell in cells) == {
        Priority.LOW: 386,
        Priority.MEDIUM: 288,
        Priority.HIGH: 326,
    }


def test_no_worse_rank_ever_lowers_the_priority():
    for cell in itertools.product(range(1, 10), repeat=3):
        for place in range(3):
            worse = [rank + (at == place) for at, rank in enumerate(cell)]
            assert URGENCY.index(action_priority(*worse)) >= URGENCY.index(
                action_priority(*cell)
            )


@given(RANKS, RANKS, RANKS)
def test_the_risk_number_is_the_product(severity, occurrence, detection):
    found = failure_mode(severity, occurrence, detection)

    assert found.risk_number == severity * occurrence * detection
    assert found.priority is action_priority(severity, occurrence, detection)


@pytest.mark.parametrize(
    ("failures", "occasions", "rank"),
    [
        (1, 10, 10),
        (1, 20, 9),
        (1, 50, 8),
        (1, 100, 7),
        (1, 500, 6),
        (1, 2_000, 5),
        (1, 10_000, 4),
        (1, 100_000, 3),
        (1, 100_001, 2),
        (0, 10, 2),
    ],
)
def test_occurrence_from_records(failures, occasions, rank):
    assert occurrence_rank(failures, occasions) == rank


@given(st.lists(st.tuples(RANKS, RANKS, RANKS), min_size=1, max_size=20))
def test_the_order_to_take_them_never_puts_a_less_urgent_first(ranks):
    modes = [failure_mode(*each) for each in ranks]
    found = ranked(modes)
    urgency = [URGENCY.index(modes[place].priority) for place in found.order]

    assert urgency == sorted(urgency, reverse=True)
    assert sorted(found.order) == list(range(len(modes)))
    assert sum(found.counts.values()) == found.n == len(modes)


def test_what_is_no_rank_is_refused_by_name():
    for ranks in ((0, 1, 1), (1, 11, 1), (1, 1, 2.5)):
        with pytest.raises(OutOfRange):
            failure_mode(*ranks)
    with pytest.raises(OutOfRange):
        action_priority(0, 1, 1)
    with pytest.raises(OutOfRange):
        occurrence_rank(3, 2)
    with pytest.raises(TooFew):
        occurrence_rank(0, 0)
    with pytest.raises(TooFew):
        ranked([])
