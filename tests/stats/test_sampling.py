"""Sample sizes against the numbers of domain.md 2.4, and the laws they have to follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless_stats.sampling import answers_for_change, answers_for_margin

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
