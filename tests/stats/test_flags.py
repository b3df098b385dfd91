from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.flags import (
    Block,
    all_equal,
    expectation_ceiling,
    straight_lining,
)

BLANK = 0
answers = st.lists(
    st.lists(st.sampled_from([BLANK, 1, 1, 1, 2]), min_size=12, max_size=12),
    min_size=1,
    max_size=10,
)


def block(*people):
    rows = np.array(people, dtype=np.int8)
    return Block(rows, rows != BLANK)


def runs(person):
    given_ = [answer for answer in person if answer != BLANK]
    return [len(list(same)) for _, same in groupby(given_)]


@given(answers)
def test_runs_pass_over_what_was_not_answered(people):
    assert block(*people).longest_run.tolist() == [
        max(runs(each), default=0) for each in people
    ]


@given(answers)
def test_whoever_is_all_equal_is_straight_lining(people):
    blocks = [block(*people)]

    assert (straight_lining(blocks) >= all_equal(blocks)).all()


@pytest.mark.parametrize(
    ("person", "straight", "equal"),
    [
        ([3] * 12, True, True),
        ([3] * 10 + [1, 2], True, False),
        ([1, 3] + [3] * 9 + [2], True, False),
        ([3] * 9 + [1, 2, 3], False, False),
        ([3] * 5 + [BLANK, BLANK] + [3] * 5, True, True),
        ([3] * 9 + [BLANK] * 3, False, False),
        ([BLANK] * 12, False, False),
    ],
)
def test_who_is_straight_lining(person, straight, equal):
    assert straight_lining([block(person)]).tolist() == [straight]
    assert all_equal([block(person)]).tolist() == [equal]


def test_short_blocks_say_nothing():
    assert not straight_lining([block([3] * 9)]).any()
    assert straight_lining([block([3] * 10)]).all()


def test_expectations_and_perceptions_are_apart_and_a_respondent_counts_once():
    both = block([3] * 10, [3] * 10, range(1, 11))
    one = block([3] * 10, range(1, 11), range(1, 11))

    assert straight_lining([both, one]).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("person", "flagged"),
    [
        ([7] * 9 + [1], True),
        ([7] * 8 + [1, 1], False),
        ([7] * 9 + [BLANK], True),
        ([7] * 19 + [6] * 2, True),
        ([BLANK] * 5, False),
    ],
)
def test_who_expects_everything(person, flagged):
    assert expectation_ceiling(block(person), top=7).tolist() == [flagged]


def test_careless_answering_needs_a_block():
    with pytest.raises(ValueError, match="none"):
        straight_lining([])
