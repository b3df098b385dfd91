"""One measure over time: what is drawn, where a line breaks, what may be concluded."""

from datetime import date

import numpy as np
import pytest

from gapless.analytics.periods import Grain, Period
from gapless.analytics.summaries import Measure, MeasureKind
from gapless.evaluation.gaps.trend import (
    Against,
    Missing,
    Shown,
    grain_for,
    periods_between,
    trend_of_sums,
)
from gapless_stats.moments import Sums

GAP = Measure("overall", MeasureKind.GAP)
NET = Measure("item:nps", MeasureKind.NET)
NOBODY = Sums(0, 0, 0)


def sums(*values):
    return Sums.of(np.array(values, dtype=np.int64))


def months(count, last="2026-04"):
    return Period.parse(last).up_to_here(count)


def test_a_change_is_welchs_difference_with_its_interval():
    then, now = sums(-3, -2, -3, -2, -3, -2), sums(-1, 0, -1, 0, -1, 0)
    trend = trend_of_sums(GAP, months(2), [then, now], [False, False])
    before, year_ago = trend.changes
    assert before.against is Against.BEFORE
    assert before.told
    assert before.difference.difference == pytest.approx(2.0)
    # R: t.test(c(-1,0,-1,0,-1,0), c(-3,-2,-3,-2,-3,-2)); s = 0.5477, se = 0.3162, df = 10
    assert before.difference.interval.low == pytest.approx(
        2 - 2.228139 * 0.316228, abs=1e-5
    )
    assert year_ago.missing is Missing.NO_PERIOD


def test_what_is_hidden_is_not_looked_at_and_breaks_the_line():
    trend = trend_of_sums(
        GAP,
        months(4),
        [sums(1, 2), sums(5, 5), NOBODY, sums(1, 2, 3)],
        [False, True, False, False],
    )
    assert [p.shown for p in trend.points] == [
        Shown.YES,
        Shown.HIDDEN,
        Shown.NONE,
        Shown.YES,
    ]
    assert trend.points[1].estimate is None
    assert trend.changes[0].missing is Missing.NOT_SHOWN


def test_nothing_is_compared_across_the_place_where_a_line_begins_anew():
    trend = trend_of_sums(
        GAP, months(2), [sums(1, 2), sums(2, 3)], [False, False], breaks={1}
    )
    assert trend.changes[0].missing is Missing.OTHER_FORM


def test_of_years_the_one_before_is_the_one_a_year_ago():
    years = Period.parse("2026").up_to_here(2)
    trend = trend_of_sums(GAP, years, [sums(1, 2), sums(2, 4)], [False, False])
    assert [change.against for change in trend.changes] == [Against.BEFORE]


def test_without_a_period_to_show_nothing_is_concluded():
    trend = trend_of_sums(GAP, months(2), [sums(1), sums(2)], [True, True])
    assert trend.last is None
    assert trend.changes == ()


def test_recommendation_is_said_in_points():
    trend = trend_of_sums(NET, months(1), [sums(*[1] * 19, *[0] * 9, *[-1] * 8)], [False])
    found = trend.last.estimate
    # domain.md 3.2: P19 N9 D8
    assert found.value == pytest.approx(100 * 11 / 36)
    assert found.interval.low == pytest.approx(2.8784, abs=1e-4)
    assert found.interval.high == pytest.approx(53.5318, abs=1e-4)


def test_every_period_between_the_first_and_the_last_month_is_there():
    found = periods_between([date(2025, 11, 1), date(2026, 2, 1)], Grain.MONTH)
    assert [str(p) for p in found] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    found = periods_between([date(2014, 5, 1), date(2017, 5, 1)], Grain.YEAR)
    assert [str(p) for p in found] == ["2014", "2015", "2016", "2017"]
    assert periods_between([], Grain.MONTH) == ()


def test_a_survey_once_a_year_is_shown_by_year():
    once_a_year = [date(year, 5, 1) for year in range(2014, 2018)]
    assert grain_for(once_a_year) is Grain.YEAR
    assert grain_for([date(2026, month, 1) for month in range(1, 9)]) is Grain.MONTH
