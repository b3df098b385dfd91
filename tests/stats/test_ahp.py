import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.ahp import ahp, ahp_incomplete, ahp_of_group
from gapless_stats.criteria_weights import critic_weights, entropy_weights, panel_weights
from gapless_stats.errors import (
    Disconnected,
    NoVariance,
    OutOfRange,
    TooFew,
    TooMany,
    WrongShape,
)

EXAMPLE = [[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]]  # domain.md, App. D
weights_of = st.lists(st.floats(0.1, 9), min_size=3, max_size=6)


def judged(weights):
    """Judgments that contradict nowhere."""
    w = np.array(weights)
    return w[:, None] / w


def judgments(seed, k=4):
    upper = np.triu(np.random.default_rng(seed).integers(1, 10, (k, k)).astype(float), 1)
    upper[upper > 0] **= np.random.default_rng(seed + 1).choice([-1, 1], (upper > 0).sum())
    lower = np.divide(1, upper, out=np.zeros_like(upper), where=upper > 0).T
    return upper + lower + np.eye(k)


def test_the_published_vector():
    found = ahp(EXAMPLE)

    assert found.weights == pytest.approx([0.648329, 0.229651, 0.122020], abs=5e-7)
    assert found.eigenvalue == pytest.approx(3.003695, abs=5e-7)
    assert found.ratio == pytest.approx(0.003185, abs=5e-7)
    assert found.consistent


@given(weights_of)
def test_consistent_judgments_give_their_weights_back(weights):
    found = ahp(judged(weights))

    assert found.weights == pytest.approx(np.array(weights) / sum(weights))
    assert found.eigenvalue == pytest.approx(len(weights))
    assert found.ratio == pytest.approx(0, abs=1e-9)


@given(weights_of)
def test_of_consistent_judgments_it_is_the_eigenvector(weights):
    table = judged(weights)
    values, vectors = np.linalg.eig(table)
    first = np.abs(vectors[:, np.argmax(values.real)].real)

    assert ahp(table).weights == pytest.approx(first / first.sum())


@given(st.integers(0, 10_000), st.permutations(range(4)))
def test_the_order_of_criteria_is_immaterial(seed, order):
    table = judgments(seed)
    turned = ahp(table[np.ix_(order, order)])

    assert turned.weights == pytest.approx(ahp(table).weights[list(order)])
    assert turned.ratio == pytest.approx(ahp(table).ratio)
    assert turned.ratio >= 0


@given(st.integers(0, 10_000))
def test_a_group_of_one_mind_says_what_one_says(seed):
    table = judgments(seed)

    assert ahp_of_group([table] * 3).weights == pytest.approx(ahp(table).weights)
    assert ahp_of_group([table, table.T]).weights == pytest.approx(np.full(4, 0.25))
    assert ahp_of_group([table, table.T], voices=[1, 0]).weights == pytest.approx(
        ahp(table).weights
    )


@given(st.integers(0, 10_000))
def test_a_full_table_by_least_squares_is_the_geometric_mean(seed):
    table = judgments(seed)

    assert ahp_incomplete(table) == pytest.approx(ahp(table).weights)


@given(weights_of)
def test_a_chain_of_judgments_is_enough(weights):
    table = judged(weights)
    near = np.abs(np.subtract.outer(np.arange(len(weights)), np.arange(len(weights)))) <= 1
    chain = np.where(near, table, 0)

    assert ahp_incomplete(chain) == pytest.approx(np.array(weights) / sum(weights))


def test_the_judgment_that_contradicts_is_pointed_out():
    table = judged([4, 2, 1, 1])
    table[1, 3], table[3, 1] = 1 / 9, 9
    found = ahp(table)

    assert not found.consistent
    assert {1, 3} <= set(found.triad)


def test_a_panel_counts_everybody_alike():
    """Points in any unit; one person cannot pull a median."""
    points = [[60, 40], [2, 2], [0, 7]]

    assert panel_weights(points).weights == pytest.approx(
        [(0.6 + 0.5) / 3, (0.4 + 1.5) / 3]
    )
    assert panel_weights(points, median=True).weights == pytest.approx([0.5, 0.5])


def test_entropy_by_hand():
    """Hwang and Yoon 1981, section 3.3: four fighters; the book rounds on the way."""
    fighters = np.array(
        [
            [2.0, 1500, 20000, 5.5, 5, 9],
            [2.5, 2700, 18000, 6.5, 3, 5],
            [1.8, 2000, 21000, 4.5, 7, 7],
            [2.2, 1800, 20000, 5.0, 5, 5],
        ]
    )
    found = entropy_weights(fighters)

    assert found.entropy == pytest.approx(
        [0.9946, 0.9829, 0.9989, 0.9931, 0.9703, 0.9770], abs=2e-4
    )
    assert found.weights == pytest.approx(
        [0.0649, 0.2055, 0.0133, 0.0829, 0.3570, 0.2764], abs=2e-3
    )


@given(st.integers(0, 10_000))
def test_weights_by_spread_ignore_units(seed):
    scores = np.random.default_rng(seed).integers(1, 100, (6, 4)).astype(float)
    stretched = scores * [1, 10, 0.5, 3]

    assert entropy_weights(stretched).weights == pytest.approx(
        entropy_weights(scores).weights
    )
    if np.ptp(scores, axis=0).all():
        shifted = critic_weights(stretched + 7)
        assert shifted.weights == pytest.approx(critic_weights(scores).weights)
        assert shifted.weights.sum() == pytest.approx(1)


def test_critic_weighs_what_others_do_not_say():
    same = np.arange(8.0)
    found = critic_weights(np.column_stack([same, same + 1, [3, 1, 2, 9, 0, 5, 4, 7]]))

    assert found.weights[2] > found.weights[0] == pytest.approx(found.weights[1])


def test_what_cannot_be_weighed_is_refused_by_name():
    with pytest.raises(TooFew):
        ahp([[1]])
    with pytest.raises(TooMany):
        ahp(np.ones((11, 11)))
    with pytest.raises(WrongShape):
        ahp(np.ones((2, 3)))
    with pytest.raises(OutOfRange):
        ahp([[1, 2], [2, 1]])
    with pytest.raises(TooFew):
        ahp_of_group([])
    with pytest.raises(WrongShape):
        ahp_of_group([np.ones((2, 2)), np.ones((3, 3))])
    with pytest.raises(Disconnected):
        ahp_incomplete([[1, 2, 0], [0.5, 1, 0], [0, 0, 1]])
    with pytest.raises(OutOfRange):
        ahp_incomplete([[1, 2], [0, 1]])
    with pytest.raises(NoVariance):
        entropy_weights(np.ones((4, 2)))
    with pytest.raises(OutOfRange):
        entropy_weights([[1, 0], [2, 0]])
    with pytest.raises(NoVariance):
        critic_weights([[1, 2], [1, 3]])
    with pytest.raises(NoVariance):
        critic_weights([[1, 2], [2, 3]])
    with pytest.raises(TooFew):
        critic_weights([[1], [2]])
