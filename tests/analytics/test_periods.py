from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.analytics.periods import ALL_TIME, Grain, Period, periods_of

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
grains = st.sampled_from([Grain.MONTH, Grain.QUARTER, Grain.YEAR])


@given(days, grains)
def test_a_day_lies_in_its_period_and_in_no_neighbour(day, grain):
    period = Period.containing(day, grain)
    assert period.holds(day)
    assert not period.previous().holds(day)


@given(days, grains)
def test_a_period_is_read_back_as_it_is_written(day, grain):
    period = Period.containing(day, grain)
    assert Period.parse(str(period)) == period


@given(days, grains, st.integers(1, 12))
def test_periods_up_to_here_follow_each_other_without_a_hole(day, grain, count):
    periods = Period.containing(day, grain).up_to_here(count)
    assert len(periods) == count
    assert all(a.end == b.start for a, b in pairwise(periods))


@pytest.mark.parametrize("text", ["", "2026Q5", "2026-13", "2026-00", "0000", "26", "all "])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match=r"period|month"):
        Period.parse(text)


def test_all_time_holds_every_day_and_has_none_before():
    assert ALL_TIME.holds(date(1800, 1, 1))
    assert ALL_TIME.previous() is None
    assert Period.parse("all") == ALL_TIME


def test_the_periods_of_some_months_come_newest_first():
    months = [date(2025, 11, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert [str(p) for p in periods_of(months, Grain.QUARTER)] == ["2026Q1", "2025Q4"]
