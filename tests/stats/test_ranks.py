import numpy as np
import pytest
from scipy import stats

from gapless_stats.ranks import probability_below, ranks, ranks_by_draws, ranks_by_integral
from gapless_stats.shrinkage import UnitMeans, shrink


def halls(count, seed=1):
    rng = np.random.default_rng(seed)
    n = np.maximum(1, rng.lognormal(3.5, 1, count)).astype(np.int64)
    mean = rng.normal(rng.normal(5, 0.3, count), 1.3 / np.sqrt(n))
    return shrink(UnitMeans(n, mean, np.full(count, 1.69)))


def exact_expected(shrunken):
    """1 + how many others probably lie higher, pair by pair."""
    apart = shrunken.estimate[None] - shrunken.estimate[:, None]
    spread = np.sqrt(shrunken.variance[None] + shrunken.variance[:, None])
    higher = stats.norm.cdf(apart / spread)
    np.fill_diagonal(higher, 0)
    return 1 + higher.sum(axis=1)


@pytest.mark.parametrize("way", [ranks_by_draws, ranks_by_integral])
@pytest.mark.parametrize("count", [30, 120, 400])
def test_the_expected_rank_is_that_of_all_pairs(way, count):
    shrunken = halls(count)

    # A rank's own spread, of up to 0.3 · count, over √4000 draws, four times.
    assert way(shrunken).expected == pytest.approx(
        exact_expected(shrunken), abs=0.02 * count
    )


@pytest.mark.parametrize("count", [40, 101, 300])
def test_integrating_says_what_many_draws_say(count):
    shrunken = halls(count, seed=count)
    many = ranks_by_draws(shrunken, draws=20_000)
    found = ranks_by_integral(shrunken)

    assert found.expected == pytest.approx(many.expected, abs=0.006 * count)
    assert np.abs(found.low - many.low).max() <= max(1, 0.015 * count)
    assert np.abs(found.high - many.high).max() <= max(1, 0.015 * count)
    assert found.best == pytest.approx(many.best, abs=0.02)
    assert found.worst == pytest.approx(many.worst, abs=0.02)


@pytest.mark.parametrize("count", [3, 60, 250])
def test_what_holds_of_all_ranks(count):
    found = ranks(halls(count))

    assert found.n == count
    assert found.expected.sum() == pytest.approx(count * (count + 1) / 2, rel=1e-3)
    assert (found.low >= 1).all()
    assert (found.low <= found.high).all()
    assert (found.high <= count).all()
    assert found.best.sum() == pytest.approx(found.tail, rel=0.02)
    assert found.worst.sum() == pytest.approx(found.tail, rel=0.02)


def test_rank_intervals_hold_the_true_rank():
    rng = np.random.default_rng(9)
    held = []
    for _ in range(200):
        truth = rng.normal(5, 0.3, 40)
        errors = rng.uniform(0.02, 0.2, 40)
        measured = UnitMeans(
            np.ones(40, np.int64), rng.normal(truth, np.sqrt(errors)), errors
        )
        found = ranks(shrink(measured))
        rank = 1 + (truth[None] > truth[:, None]).sum(axis=1)
        held.append(((found.low <= rank) & (rank <= found.high)).mean())

    assert np.mean(held) == pytest.approx(0.9, abs=0.04)


def test_of_many_alike_hardly_anybody_can_be_called_out():
    """domain.md finding 8: of 60 branches only one surely among the worst tenth."""
    found = ranks(halls(60, seed=3))

    assert (found.worst > 0.8).sum() <= 3
    assert found.tail == 6


def test_the_same_page_shows_the_same_ranks_twice():
    shrunken = halls(30)
    first, second = ranks(shrunken), ranks(shrunken)

    assert (first.expected == second.expected).all()
    assert (first.low == second.low).all()


def test_more_units_are_integrated():
    assert ranks(halls(100)).method == "4000 draws"
    assert ranks(halls(101)).method == "integral"


def test_how_probably_a_hall_misses_its_target():
    shrunken = halls(20)
    expected = stats.norm.cdf(4.8, shrunken.estimate, np.sqrt(shrunken.variance))

    assert probability_below(shrunken, 4.8) == pytest.approx(expected)


@pytest.mark.parametrize("way", [ranks, ranks_by_draws, ranks_by_integral])
@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 1}, {"share": 0}, {"share": 1}])
def test_what_makes_no_sense_is_refused(way, wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        way(halls(5), **wrong)


def test_what_is_no_target_is_refused():
    with pytest.raises(ValueError, match="target"):
        probability_below(halls(5), float("nan"))
