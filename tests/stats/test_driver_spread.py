"""How far shares of R² could be off, held against samples drawn from a known population."""

import numpy as np
import pytest

from gapless_stats.drivers import DRAWS, driver_spread, drivers
from gapless_stats.errors import Collinear, NoVariance, TooFew
from gapless_stats.importance import (
    MEANS,
    SURE,
    Crosshair,
    Quadrant,
    importance_performance_of_shares,
)
from gapless_stats.moments import Moments, Sums


def population(p, *, halo=0.5, r_squared=0.5):
    """Predictors that correlate alike and count more the later they come, and outcome."""
    among = np.full((p, p), halo) + (1 - halo) * np.eye(p)
    weights = np.linspace(0, 0.5, p)
    towards = among @ weights
    towards *= np.sqrt(r_squared / (weights @ towards))
    return np.block([[among, towards[:, None]], [towards[None, :], np.ones((1, 1))]])


def samples(correlation, n, count, *, seed=3):
    """Moments of answers to the thousandth, as the population gives them."""
    root = np.linalg.cholesky(correlation)
    rng = np.random.default_rng(seed)
    for _ in range(count):
        rows = rng.standard_normal((n, len(root))) @ root.T
        yield Moments.of(np.round(1000 * rows).astype(np.int64))


def known(correlation):
    """The shares of the population: of so many answers that they are as good as it."""
    (found,) = samples(correlation, 200_000, 1)
    return drivers(found).shares


@pytest.mark.parametrize("n", [60, 400])
def test_intervals_hold_the_true_share_about_as_often_as_they_say(n):
    """Of 1,000 intervals of 95 % 943 to 964 would, were they exact and independent."""
    true = known(population(5))
    held = [
        interval.low <= share <= interval.high
        for moments in samples(population(5), n, 200)
        for interval, share in zip(driver_spread(moments).shares, true, strict=True)
    ]
    assert 0.92 <= np.mean(held) <= 0.98


@pytest.mark.parametrize("p", [4, 12])
def test_draws_vary_as_samples_do(p):
    """All subsets of few predictors, some orders of many: both give what there is."""
    drawn = driver_spread(next(samples(population(p), 500, 1, seed=4)))
    found = [drivers(each).shares for each in samples(population(p), 500, 150)]

    assert drawn.draws == (DRAWS if p == 4 else DRAWS // 2)
    ratio = np.sqrt(np.diag(drawn.covariance)) / np.std(found, axis=0, ddof=1)
    assert np.median(ratio) == pytest.approx(1, abs=0.15)
    assert ((ratio > 0.6) & (ratio < 1.6)).all()


def test_what_was_found_lies_in_its_interval_and_no_interval_below_zero():
    for moments in samples(population(4, r_squared=0.02), 80, 30):
        found, spread = drivers(moments), driver_spread(moments)
        for share, interval in zip(found.shares, spread.shares, strict=True):
            assert 0 <= interval.low <= share + 1e-12
            assert share <= interval.high
        whole = spread.r_squared
        assert whole.low <= found.r_squared <= whole.high


def test_more_answers_make_shorter_intervals():
    few, many = (next(samples(population(5), n, 1)) for n in (100, 10_000))
    lengths = [
        [interval.high - interval.low for interval in driver_spread(each).shares]
        for each in (few, many)
    ]
    assert np.mean(lengths[0]) / np.mean(lengths[1]) == pytest.approx(10, rel=0.3)


def test_one_map_has_one_answer():
    (moments,) = samples(population(3), 100, 1)
    assert driver_spread(moments).shares == driver_spread(moments).shares


def test_an_outcome_that_is_exactly_its_parts_is_drawn_too():
    rows = np.random.default_rng(5).integers(1, 8, (100, 2))
    spread = driver_spread(Moments.of(np.column_stack([rows, rows.sum(axis=1)])))
    assert spread.r_squared.low == pytest.approx(1)
    assert spread.shares[0].low < 0.5 < spread.shares[0].high + 0.1


def test_what_has_no_shares_has_no_intervals():
    rows = np.random.default_rng(6).integers(1, 8, (60, 3))
    with pytest.raises(TooFew):
        driver_spread(Moments.of(rows[:3]))
    with pytest.raises(NoVariance):
        driver_spread(Moments.of(rows * [1, 0, 1]))
    with pytest.raises(Collinear):
        driver_spread(Moments.of(rows[:, [0, 0, 1]]))
    with pytest.raises(ValueError, match="confidence level"):
        driver_spread(Moments.of(rows), level=1.0)


# --- The map --------------------------------------------------------------------------


IMPORTANT = (Quadrant.CONCENTRATE, Quadrant.KEEP_UP)


def mapped(moments, crosshair=MEANS, *, means=(3, 5, 6, 4, 2)):
    performances = [Sums.of(np.array([mean, mean + 1] * 100)) for mean in means]
    return importance_performance_of_shares(
        drivers(moments), driver_spread(moments), performances, crosshair
    )


def test_the_map_has_shares_upwards_and_their_mean_as_crosshair():
    (moments,) = samples(population(5), 400, 1)
    found = mapped(moments)

    assert [point.importance for point in found.points] == drivers(moments).shares.tolist()
    assert found.importance == pytest.approx(drivers(moments).r_squared / 5)
    assert [point.performance for point in found.points] == [3.5, 5.5, 6.5, 4.5, 2.5]
    assert found.points[4].quadrant is Quadrant.CONCENTRATE
    assert found.n == 200
    assert mapped(moments, Crosshair(performance=4.0)).performance == 4.0


def test_whoever_is_called_important_for_certain_mostly_is():
    """A side that has a probability of 0.8 or more is the true one 8 times in 10."""
    true = known(population(5))
    right = []
    for moments in samples(population(5), 150, 150):
        for point, share in zip(mapped(moments).points, true, strict=True):
            chance = sum(point.probability[each] for each in IMPORTANT)
            if max(chance, 1 - chance) >= SURE:
                right.append((chance > 0.5) == (share > true.mean()))

    assert len(right) > 400
    assert np.mean(right) >= SURE


def test_a_map_needs_two():
    (moments,) = samples(population(5), 100, 1)
    with pytest.raises(TooFew):
        mapped(moments.select([0, 5]), means=(3,))
