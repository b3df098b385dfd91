"""Several people change calendars at once: one wins, and no revision is missed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from gapless.core.calendar import actions, queries
from gapless.core.calendar.choices import Region
from gapless.core.calendar.models import Change, WorkingWeek
from gapless.core.calendar.queries import HolidayYear
from gapless.core.calendar.rules import USUAL_WEEK, SpecialDay
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, unit

AT_ONCE = 6

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[int], object]) -> list[bool]:
    """Whether each of them won."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> bool:
        try:
            start.wait()
            act(number)
        except actions.ChangedMeanwhile:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_of_those_who_saw_the_same_week_one_wins() -> None:
    hall = unit("Hall")
    for seen in (0, 1):

        def act(_number: int, seen: int = seen, hall: Unit = hall) -> None:
            actions.set_week(
                hall,
                USUAL_WEEK,
                region=Region.CN,
                closed_on_holidays=True,
                seen=seen,
                by=None,
                now=NINE_AM,
            )

        assert sum(at_once(act)) == 1
    assert list(WorkingWeek.objects.standing().values_list("number", flat=True)) == [2]
    assert queries.revision() == 2


def test_of_those_who_load_the_same_year_one_wins() -> None:
    day = SpecialDay(date(2027, 1, 1), works=False)
    year = HolidayYear(Region.CN, 2027, (day,), "Notice", date(2026, 11, 20))
    assert (
        sum(at_once(lambda _n: actions.load_year(year, seen=0, by=None, now=NINE_AM))) == 1
    )
    assert queries.versions_of(Region.CN, 2027).count() == 1


def test_revisions_have_no_gap_however_many_change_at_once() -> None:
    hall = unit("Hall")
    won = at_once(
        lambda number: actions.add_closure(
            hall,
            from_on=date(2026, 3, 1 + number),
            until_on=date(2026, 3, 2 + number),
            reason="Repairs",
            by=None,
            now=NINE_AM,
        )
    )
    assert all(won)
    numbers = Change.objects.order_by("revision").values_list("revision", flat=True)
    assert list(numbers) == list(range(1, AT_ONCE + 1))
    assert queries.revision() == AT_ONCE
