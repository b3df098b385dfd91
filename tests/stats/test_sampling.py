"""Sample sizes against the numbers of domain.md 2.4, and the laws they have to follow."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gapless_stats.errors import OutOfRange
from gapless_stats.sampling import (
    answers_for_change,
    answers_for_margin,
    answers_for_share,
    answers_for_share_change,
    visits_for_margin,
    visits_for_reliability,
    zero_failure_sample,
)

margins = st.floats(0.01, 3)
spreads = st.floats(0.1, 3)
populations = st.integers(1, 10_000_000)


@pytest.mark.parametrize(("margin", "answers"), [(0.1, 984), (0.2, 246), (0.3, 110)])
def test_answers_for_a_margin(margin: float, answers: int) -> None:
    assert answers_for_margin(margin, sd=1.6) == answers


@pytest.mark.parametrize(("margin", "answers"), [(0.1, 332), (0.2, 166), (0.3, 90)])
def test_answers_among_five_hundred_customers(margin: float, answers: int) -> None:
    assert answers_for_margin(margin, sd=1.6, population=500) == answers


@pytest.mark.parametrize(("change", "answers"), [(0.3, 447), (0.2, 1005)])
def test_answers_for_a_change_between_two_periods(change: float, answers: int) -> None:
    assert answers_for_change(change, sd=1.6) == answers


@given(margins, spreads, populations)
def test_never_more_than_there_are_customers(
    margin: float, sd: float, population: int
) -> None:
    needed = answers_for_margin(margin, sd=sd, population=population)

    assert 1 <= needed <= population


@given(margins, spreads)
def test_a_large_population_is_as_good_as_an_endless_one(margin: float, sd: float) -> None:
    endless = answers_for_margin(margin, sd=sd)

    assert answers_for_margin(margin, sd=sd, population=10**15) == endless


@given(margins, spreads)
def test_half_the_margin_takes_four_times_the_answers(margin: float, sd: float) -> None:
    whole, half = (answers_for_margin(m, sd=sd) for m in (margin, margin / 2))

    assert 4 * (whole - 1) <= half <= 4 * whole


def test_a_population_of_one_is_asked() -> None:
    assert answers_for_margin(0.01, population=1) == 1


@pytest.mark.parametrize("margin", [0, -0.1, float("nan"), float("inf")])
def test_a_margin_is_above_zero(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        answers_for_margin(margin)


@pytest.mark.parametrize("sd", [0, -1, float("nan")])
def test_a_spread_is_above_zero(sd: float) -> None:
    with pytest.raises(ValueError, match="sd"):
        answers_for_change(0.3, sd=sd)


def test_nobody_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="population"):
        answers_for_margin(0.1, population=0)


@pytest.mark.parametrize("level", [0, 1, -0.5])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        answers_for_margin(0.1, level=level)


@pytest.mark.parametrize(
    ("margin", "answers"), [(0.05, 385), (0.03, 1068), (0.025, 1537), (0.10, 97)]
)
def test_answers_for_a_share(margin: float, answers: int) -> None:
    """The table of every survey textbook: p = ½, 95 %, rounded up."""
    assert answers_for_share(margin) == answers


def test_answers_for_a_share_among_a_thousand() -> None:
    assert answers_for_share(0.05, population=1_000) == 278
    assert answers_for_share(0.001, population=1_000) == 999


@given(st.floats(0.01, 0.4), st.floats(0.01, 0.99))
def test_a_share_of_one_half_needs_most(margin: float, share: float) -> None:
    assert answers_for_share(margin, share=share) <= answers_for_share(margin)


@given(st.floats(0.01, 0.2), st.floats(0.05, 0.95))
def test_the_sample_for_a_share_keeps_its_margin(margin: float, share: float) -> None:
    n = answers_for_share(margin, share=share)

    assert 1.959963 * (share * (1 - share) / n) ** 0.5 <= margin


@pytest.mark.parametrize(
    ("share", "other", "power", "answers"),
    [(0.50, 0.75, 0.9, 77), (0.50, 0.75, 0.8, 58), (0.85, 0.90, 0.8, 686)],
)
def test_answers_for_a_change_of_a_share(
    share: float, other: float, power: float, answers: int
) -> None:
    """``power.prop.test``, the first from its help page (n = 76.7)."""
    assert answers_for_share_change(share, other, power=power) == answers


@given(st.floats(0.05, 0.45), st.floats(0.5, 0.95))
def test_a_rise_needs_as_many_as_a_fall(share: float, other: float) -> None:
    up, down = (
        answers_for_share_change(share, other),
        answers_for_share_change(other, share),
    )

    assert up == down


def test_visits_to_a_unit() -> None:
    """Domain.md 4.21: s = 12 and ±5 take 23 visits; λ = 0.6 takes 1.5 s²/τ²."""
    assert visits_for_margin(5, sd=12) == 23
    assert visits_for_reliability(within=144, between=36) == 6


@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0.05, 0.95))
def test_so_many_visits_are_as_reliable_as_asked(
    within: float, between: float, reliability: float
) -> None:
    n = visits_for_reliability(within=within, between=between, reliability=reliability)

    assert between / (between + within / n) >= reliability - 1e-9
    assert n == 1 or between / (between + within / (n - 1)) < reliability + 1e-9


@pytest.mark.parametrize(
    ("worst", "confidence", "n"),
    [(0.05, 0.95, 59), (0.01, 0.95, 299), (0.10, 0.90, 22), (0.10, 0.99, 44)],
)
def test_checks_without_a_failure(worst: float, confidence: float, n: int) -> None:
    """Domain.md 4.21, and the table of zero-failure demonstration tests."""
    assert zero_failure_sample(worst, confidence=confidence) == n


@given(st.floats(0.01, 0.4), st.integers(1, 400))
def test_checks_of_a_small_lot_rule_out_what_they_say(worst: float, lot: int) -> None:
    n = zero_failure_sample(worst, population=lot)
    bad = math.ceil(worst * lot - 1e-9)

    assert 1 <= n <= min(lot, max(1, lot - bad + 1))
    assert stats.hypergeom.cdf(0, lot, bad, n) <= 0.05 + 1e-9
    assert n == 1 or stats.hypergeom.cdf(0, lot, bad, n - 1) > 0.05 - 1e-9


@pytest.mark.parametrize("share", [0, 1, -0.5, float("nan")])
def test_a_share_lies_between_nothing_and_all(share: float) -> None:
    for refused in (
        lambda: answers_for_share(0.05, share=share),
        lambda: answers_for_share_change(share, 0.5),
        lambda: zero_failure_sample(share),
        lambda: visits_for_reliability(within=1, between=1, reliability=share),
    ):
        with pytest.raises(OutOfRange):
            refused()
