from datetime import UTC, datetime

import pytest

from gapless.analytics.periods import ALL_TIME, Period
from gapless.evaluation.gaps.queries import gap_page, months_for, trend_of, versions_for
from gapless.evaluation.gaps.report import Level, Target
from gapless.evaluation.gaps.rules import state_of
from gapless.evaluation.gaps.selection import Selection
from gapless.evaluation.gaps.tables import NotTheirs
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM
from tests.evaluation.gaps.answering import answer, questionnaire

OVERALL = Target(Level.OVERALL)


def page(person, unit, version, *, period=ALL_TIME, with_flagged=True):
    return gap_page(
        viewer_of(person, now=NINE_AM),
        Selection(unit, period, version, with_flagged=with_flagged),
    )


def test_the_city_is_the_sum_of_its_halls(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 5)] * 12)
    answer(version, cast.west, [(7, 6)] * 12)

    east, city = page(cast.chen, cast.east, version), page(cast.chen, cast.city, version)

    assert (east.report.overall.n, east.report.overall.gap) == (12, -2.0)
    assert (city.report.overall.n, city.report.overall.gap) == (24, -1.5)


def test_nobody_sees_the_numbers_of_a_unit_beside_even_when_it_is_named(cast):
    version = questionnaire()
    answer(version, cast.west, [(7, 6)] * 12)

    with pytest.raises(NotTheirs):
        page(cast.wang, cast.west, version)
    assert list(versions_for(viewer_of(cast.wang, now=NINE_AM))) == []
    assert (
        months_for(viewer_of(cast.wang, now=NINE_AM), unit=cast.west, version=version) == []
    )


def test_an_administrator_reads_no_numbers(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 6)] * 12)
    with pytest.raises(NotTheirs):
        page(cast.ma, cast.city, version)


def answered(unit, times):
    version = questionnaire(code=f"asked-{times}")
    answer(version, unit, [(7, 5)] * times)
    return version


def test_nine_answers_show_nothing_and_ten_do(cast):
    few = page(cast.chen, cast.east, answered(cast.east, 9))
    enough = page(cast.chen, cast.east, answered(cast.east, 10))

    assert few.report.overall.gap is None
    assert few.report.overall.n == 9
    assert few.report.flagged == {}
    for item in few.report.items:
        assert item.table is None
        assert item.perceived is None
        assert item.gap.gap is None
    assert state_of(few.report.overall, threshold=few.threshold) == "hidden"
    assert enough.report.overall.gap == -2.0


def test_a_period_ends_before_its_end(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 5)] * 10, at=datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    # One minute later it is April in Shanghai.
    answer(version, cast.east, [(7, 7)] * 10, at=datetime(2026, 3, 31, 16, 0, tzinfo=UTC))

    first = page(cast.chen, cast.east, version, period=Period.parse("2026Q1"))
    second = page(cast.chen, cast.east, version, period=Period.parse("2026Q2"))

    assert (first.answers, first.report.overall.gap) == (10, -2.0)
    assert (second.answers, second.report.overall.gap) == (10, 0.0)


def test_the_trend_names_the_change_and_draws_nothing_for_nobody(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 4), (7, 5)] * 10, at=datetime(2025, 11, 3, tzinfo=UTC))
    answer(version, cast.east, [(7, 5), (7, 6)] * 10, at=datetime(2026, 2, 3, tzinfo=UTC))
    shown = page(cast.chen, cast.city, version, period=Period.parse("2026Q1"))

    trend = trend_of(shown, viewer_of(cast.chen, now=NINE_AM), OVERALL)

    assert [point.gap is not None for point in trend.points] == [False] * 6 + [True] * 2
    assert trend.change.change == pytest.approx(1.0)
    assert trend.change.told


@pytest.mark.parametrize(
    ("flagged", "can"), [(0, True), (5, False), (9, False), (10, True), (14, True)]
)
def test_so_few_flagged_answers_are_not_left_out_that_a_difference_would_show_them(
    cast, flagged, can
):
    version = questionnaire()
    answer(version, cast.east, [(6, 5)] * 20)
    # All expectations at the top of the scale raise a flag.
    answer(version, cast.east, [(7, 5)] * flagged, batch="top")

    shown = page(cast.chen, cast.east, version, with_flagged=False)

    assert shown.flagged == flagged
    assert shown.can_leave_out_flagged is can
    assert shown.report.overall.n == (20 if can else 20 + flagged)
