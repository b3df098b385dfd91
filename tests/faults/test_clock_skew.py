"""
reliability.md F6: the server's clock runs ahead, falls behind, is set back in the middle;
a year has no holidays yet; a leap day. What clocks bring about is neither lost nor doubled,
and when the server's clock is right again, every deadline is what it always was.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from gapless.core.calendar import actions as calendars
from gapless.core.clocks import sweeping
from gapless.core.clocks.actions import Subject
from gapless.core.clocks.models import Clock, ClockEffect
from gapless.core.clocks.settling import DERIVED
from gapless.core.jobs.actions import enqueue_minutely
from gapless.core.jobs.working import run_next
from gapless.core.notices.models import Notice
from gapless.loop import JOBS
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import HOUR, happens, limit, started

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

SWEEP = {sweeping.SWEEP: JOBS[sweeping.SWEEP]}
DAY = timedelta(days=1)
CHAIN = [{"after": 0, "role": "unit_manager"}, {"after": 600, "role": "quality_manager"}]
# What the server's clock says instead of the time, for some ticks.
SKEWS = (400 * DAY, -DAY, 2 * HOUR, -400 * DAY, -timedelta(minutes=30), 40 * DAY)


def tick(says: datetime) -> None:
    """A minute of a worker whose clock says this."""
    enqueue_minutely(SWEEP, now=says)
    while run_next(SWEEP, clock=lambda: says):
        pass


def plant(cast: Cast, matters: int) -> None:
    """Some are answered in time, some late, some never."""
    for number in range(matters):
        subject = Subject("test.case", str(number))
        at = NINE_AM + number * HOUR / 4
        started(cast.east, cast.li, subject=subject, now=at)
        if hours := (number * 7) % 24:
            happens("answered", at=at + hours * HOUR, subject=subject)


def derived() -> list[tuple[object, ...]]:
    columns = set(DERIVED) - {"read_at", "calendar_revision"}
    return list(Clock.objects.order_by("pk").values_list(*sorted(columns)))


def effects() -> Counter[tuple[object, ...]]:
    return Counter(ClockEffect.objects.values_list("clock", "kind", "mark"))


def test_a_clock_that_jumps_loses_nothing_and_doubles_nothing(
    cast: Cast, full, record_property: Callable[[str, object], None]
) -> None:
    limit(escalation=CHAIN)
    matters = 240 if full else 48
    plant(cast, matters)
    chance = Random(6)  # noqa: S311  when clocks jump is no secret
    end = NINE_AM + 4 * DAY
    time, jumps = NINE_AM, 0
    while time < end:
        time += timedelta(minutes=chance.randrange(1, 120))
        if jumps < (400 if full else 40) and chance.random() < 0.6:
            tick(time + chance.choice(SKEWS))
            jumps += 1
        tick(time)
    tick(end)

    # Everything that is due by the true time is there, and once.
    open_ = Clock.objects.filter(stopped_at=None).count()
    late = Clock.objects.filter(breached_at__isnull=False).count()
    assert open_ > 0
    assert late > open_
    found = effects()
    assert set(found.values()) == {1}
    wanted = {
        (clock.pk, kind, mark)
        for clock in Clock.objects.filter(stopped_at=None)
        for kind, mark in (
            ("warning", "1/2/0"),
            ("warning", "4/5/0"),
            ("breach", "0"),
            ("escalation", "0/0"),
            ("escalation", "1/0"),
        )
    }
    assert wanted <= found.keys()
    assert ClockEffect.objects.filter(kind="breach").count() >= late
    assert not ClockEffect.objects.filter(told_at=None).exists()
    told = Counter(Notice.objects.values_list("person", "key"))
    assert set(told.values()) == {1}

    # And the columns are those of a server whose clock was never wrong.
    skewed = derived()
    Clock.objects.update(read_at=end + DAY)
    tick(end)
    assert derived() == skewed
    for clock in Clock.objects.all():
        assert (clock.breached_at is not None) == (
            clock.due_at <= (clock.stopped_at or end) and clock.due_at != clock.stopped_at
        )
    record_property("Jumps of the clock", f"{jumps}, {matters} clocks: 0 lost, 0 doubled")


def test_what_was_read_ahead_is_read_again_when_the_clock_is_set_back(cast: Cast) -> None:
    limit(escalation=CHAIN)
    clock = started(cast.east, cast.li)

    tick(NINE_AM + 400 * DAY)
    clock.refresh_from_db()
    assert (clock.breached_at, clock.next_check_at) == (clock.due_at, None)

    tick(NINE_AM + HOUR)
    clock.refresh_from_db()
    assert (clock.breached_at, clock.next_check_at) == (None, NINE_AM + 5 * HOUR)

    # It was told too early by a clock that was wrong; it is not told again.
    for hours in (5, 8, 10, 20, 30):
        tick(NINE_AM + hours * HOUR)
    assert Notice.objects.count() == 3
    assert set(effects().values()) == {1}


def test_a_clock_behind_delays_and_never_loses(cast: Cast) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.li)

    for hours in (5, 8, 10, 20):
        tick(NINE_AM + hours * HOUR - DAY)
    assert not ClockEffect.objects.exists()

    tick(NINE_AM + 20 * HOUR)
    assert len(effects()) == 5


def test_a_stop_noted_by_a_clock_behind_is_a_stop(cast: Cast) -> None:
    limit()
    clock = started(cast.east, cast.li)

    happens("answered", at=NINE_AM - DAY)

    clock.refresh_from_db()
    assert clock.stopped_at == NINE_AM
    tick(NINE_AM + 20 * HOUR)
    assert not ClockEffect.objects.exists()


def test_a_session_is_neither_immortal_nor_dead(cast: Cast) -> None:
    """Set back in the middle of a session, and ahead, both looked at both ways."""
    with time_machine.travel(NINE_AM, tick=False) as clock:
        client = Client()
        client.force_login(cast.wang)
        key = client.session.session_key

        clock.move_to(NINE_AM - DAY)
        assert client.get("/").status_code == 200
        assert 0 < SessionStore(key).get_expiry_age() < 400 * DAY.total_seconds()

        clock.move_to(NINE_AM + HOUR)
        assert client.get("/").status_code == 200

        clock.move_to(NINE_AM + 400 * DAY)
        assert client.get("/").status_code == 302
        clock.move_to(NINE_AM + HOUR)
        fresh = Client()
        fresh.force_login(cast.wang)
        assert fresh.get("/").status_code == 200


def test_a_year_without_holidays_is_provisional_and_not_lost(cast: Cast) -> None:
    """Working days into a year that nobody has published: counted, and said to be so."""
    calendars.ship_years(now=NINE_AM)
    limit(amount=10, unit="working_day", escalation=CHAIN)
    december = datetime(2031, 12, 29, 1, 0, tzinfo=UTC)
    clock = started(cast.east, cast.li, now=december)

    assert clock.provisional
    assert clock.due_at.year == 2032
    tick(clock.due_at + 11 * HOUR)
    assert len(effects()) == 5


@pytest.mark.parametrize(
    ("start", "unit", "amount", "due"),
    [
        ("2028-01-31T01:00", "month", 1, "2028-02-29T01:00"),
        ("2027-01-31T01:00", "month", 1, "2027-02-28T01:00"),
        ("2028-02-29T01:00", "month", 12, "2029-02-28T01:00"),
        ("2028-02-28T01:00", "day", 1, "2028-02-29T01:00"),
        ("2028-02-28T01:00", "day", 2, "2028-03-01T01:00"),
        ("2028-02-29T01:00", "hour", 24, "2028-03-01T01:00"),
    ],
)
def test_a_leap_day(cast: Cast, start: str, unit: str, amount: int, due: str) -> None:
    limit(amount=amount, unit=unit)
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)

    clock = started(cast.east, cast.li, now=at)

    assert clock.due_at == datetime.fromisoformat(due).replace(tzinfo=UTC)
    tick(clock.due_at - timedelta(seconds=1))
    assert not ClockEffect.objects.filter(kind="breach").exists()
    tick(clock.due_at)
    assert ClockEffect.objects.filter(kind="breach").count() == 1
