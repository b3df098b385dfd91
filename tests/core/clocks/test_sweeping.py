from collections.abc import Collection
from datetime import date, datetime, timedelta

import pytest

from gapless.core.audit.models import Event
from gapless.core.calendar import actions as calendars
from gapless.core.calendar.choices import Region
from gapless.core.calendar.queries import HolidayYear
from gapless.core.calendar.rules import SpecialDay
from gapless.core.clocks import sweeping
from gapless.core.clocks.choices import State
from gapless.core.clocks.models import Clock, ClockEffect
from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices.models import Notice
from gapless.loop import JOBS
from gapless.people.org.models import RoleAssignment
from gapless.people.org.queries import nearest_holders
from tests.conftest import LONG_AGO, NINE_AM, Cast
from tests.core.clocks.stories import HOUR, happens, limit, started

pytestmark = pytest.mark.django_db

CHAIN = [{"after": 0, "role": "unit_manager"}, {"after": 60, "role": "quality_manager"}]


def sweep(at: datetime) -> None:
    enqueue(sweeping.SWEEP, {}, now=at)
    job = run_next({sweeping.SWEEP: JOBS[sweeping.SWEEP]}, clock=lambda: at)
    assert job is not None
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def told() -> list[tuple[str, str]]:
    notices = Notice.objects.order_by("pk").values_list("kind", "person__name")
    return [(kind.removeprefix("clock."), name) for kind, name in notices]


def test_each_minute_says_what_is_new(cast: Cast) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.li)

    said = {}
    for hour in (4, 5, 6, 8, 10, 11, 12):
        before = len(told())
        sweep(NINE_AM + hour * HOUR)
        said[hour] = told()[before:]

    assert said == {
        4: [],
        5: [("warning", "Li")],
        6: [],
        8: [("warning", "Li")],
        10: [("breached", "Li"), ("escalated", "Wang")],
        11: [("escalated", "Chen")],
        12: [],
    }
    assert Clock.objects.get().state == State.RUNNING


def test_a_sweep_that_comes_late_loses_nothing_and_says_it_shortly(cast: Cast) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.li)

    sweep(NINE_AM + timedelta(days=30))

    assert ClockEffect.objects.count() == 5
    assert told() == [("breached", "Li"), ("escalated", "Wang"), ("escalated", "Chen")]
    assert not ClockEffect.objects.filter(told_at=None).exists()


def test_swept_again_nothing_is_said_again(cast: Cast) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.li)

    for _ in range(3):
        sweep(NINE_AM + 20 * HOUR)
        Clock.objects.update(next_check_at=NINE_AM)

    assert len(told()) == 3


def test_what_was_stopped_late_is_told_as_late_only(cast: Cast) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.li)
    happens("answered", at=NINE_AM + 12 * HOUR)

    sweep(NINE_AM + 13 * HOUR)

    assert told() == [("breached", "Li")]


def test_what_nobody_has_in_hand_goes_to_the_manager(cast: Cast) -> None:
    limit()
    started(cast.east)

    sweep(NINE_AM + 6 * HOUR)

    assert told() == [("warning", "Wang")]


def test_a_role_is_looked_for_upwards(cast: Cast) -> None:
    def holders(unit: object, role: str) -> Collection[int]:
        return nearest_holders(unit.path, role, NINE_AM)

    assert holders(cast.east, "unit_manager") == [cast.wang.pk]
    assert holders(cast.east, "quality_manager") == [cast.chen.pk]
    assert holders(cast.city, "unit_manager") == []


def test_a_warning_says_how_much_is_used(cast: Cast) -> None:
    limit()
    started(cast.east, cast.li)

    sweep(NINE_AM + 5 * HOUR)

    notice = Notice.objects.get()
    assert notice.facts == {
        "title": "Case 17",
        "policy": {"en": "Answer the customer"},  # the reader's language decides
        "unit": "East hall",
        "share": 50,
        "due_at": "2026-03-02T19:00:00+00:00",
    }
    assert (notice.url, notice.urgent) == ("/cases/17/", False)


# --- Once a person --------------------------------------------------------------------


def test_whoever_has_it_and_is_in_the_escalation_hears_the_graver_alone(
    cast: Cast,
) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.wang)

    sweep(NINE_AM + 10 * HOUR)

    assert told() == [("escalated", "Wang")]
    effects = ClockEffect.objects.filter(kind__in=("breach", "escalation"))
    assert dict(effects.values_list("kind", "told")) == {"breach": 0, "escalation": 1}


def test_of_two_steps_at_once_the_higher_is_heard(cast: Cast) -> None:
    """The unit's manager is also the one whom the second step names."""
    limit(escalation=[{"after": 0, "role": "agent"}, CHAIN[0] | {"after": 60}])
    started(cast.east, cast.wang)
    RoleAssignment.objects.create(
        person=cast.wang, role="agent", unit=cast.east, starts_on=LONG_AGO
    )

    sweep(NINE_AM + timedelta(days=2))

    assert told() == [("escalated", "Li"), ("escalated", "Wang")]


# --- Calendars ------------------------------------------------------------------------


def test_a_changed_calendar_moves_what_still_runs(cast: Cast) -> None:
    """Two working days from a Monday; then the hall says that it is closed on Tuesday."""
    calendars.ship_years(now=NINE_AM)
    limit(amount=2, unit="working_day")
    clock = started(cast.east)
    wednesday = clock.due_at
    assert wednesday.day == 4

    calendars.add_closure(
        cast.east,
        from_on=NINE_AM.date() + timedelta(days=1),
        until_on=NINE_AM.date() + timedelta(days=2),
        reason="Moving",
        by=cast.chen,
        now=NINE_AM,
    )
    sweep(NINE_AM + HOUR)

    clock.refresh_from_db()
    assert clock.due_at == wednesday + timedelta(days=1)
    event = Event.objects.get(type="clock.recomputed")
    assert (event.actor, event.subject_id) == (None, str(clock.pk))


def test_what_was_stopped_keeps_the_calendar_that_judged_it(cast: Cast) -> None:
    calendars.ship_years(now=NINE_AM)
    limit(amount=2, unit="working_day")
    clock = started(cast.east)
    happens("answered", at=NINE_AM + HOUR)
    clock.refresh_from_db()
    judged = clock.due_at

    calendars.add_closure(
        cast.east,
        from_on=NINE_AM.date() + timedelta(days=1),
        until_on=NINE_AM.date() + timedelta(days=2),
        reason="Moving",
        by=cast.chen,
        now=NINE_AM,
    )
    sweep(NINE_AM + 2 * HOUR)

    clock.refresh_from_db()
    assert clock.due_at == judged


def test_a_year_that_is_published_settles_what_was_provisional(cast: Cast) -> None:
    """Five working days from the 30th of December, with New Year's Day and without."""
    calendars.ship_years(now=NINE_AM)
    limit(amount=5, unit="working_day")
    december = datetime(2030, 12, 30, 1, 0, tzinfo=NINE_AM.tzinfo)
    clock = started(cast.east, now=december)
    assert clock.provisional
    guessed = clock.due_at

    new_year = SpecialDay(date(2031, 1, 1), works=False, name={"en": "New Year's Day"})
    for year, days in ((2030, ()), (2031, (new_year,))):
        published = HolidayYear(Region.CN, year, days, "A test", december.date())
        calendars.load_year(published, seen=0, by=cast.chen, now=december)
    sweep(december + HOUR)

    clock.refresh_from_db()
    assert not clock.provisional
    assert clock.due_at == guessed + timedelta(days=1)
