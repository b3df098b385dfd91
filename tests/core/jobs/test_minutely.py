"""reliability.md F6, F10: what every minute asks for, whatever the server's clock does."""

from datetime import datetime, timedelta

import pytest

from gapless.core.jobs.actions import enqueue, enqueue_minutely
from gapless.core.jobs.choices import State
from gapless.core.jobs.models import Job
from gapless.core.jobs.rules import LEASE, pause
from gapless.core.jobs.working import Run, run_next
from tests.conftest import NINE_AM

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
KIND = "test.minutely"


def tick(now: datetime) -> None:
    enqueue_minutely((KIND,), now=now)


def work(now: datetime) -> list[datetime]:
    """What a worker does at this moment."""
    done: list[datetime] = []

    def handler(run: Run) -> None:
        done.append(run.now())

    while run_next({KIND: handler}, clock=lambda: now):
        pass
    return done


def test_a_minute_is_asked_for_once() -> None:
    for second in (0, 1, 59):
        tick(NINE_AM + timedelta(seconds=second))
        work(NINE_AM)

    assert Job.objects.count() == 1


def test_a_new_one_waits_for_the_last() -> None:
    for minute in range(5):
        tick(NINE_AM + minute * MINUTE)

    assert Job.objects.count() == 1


def test_a_clock_that_ran_ahead_stops_nothing_when_it_is_set_back() -> None:
    ahead = NINE_AM + timedelta(days=400)
    tick(ahead)

    assert work(NINE_AM) == [NINE_AM]
    tick(NINE_AM + MINUTE)
    assert work(NINE_AM + MINUTE) == [NINE_AM + MINUTE]


def test_minutes_that_come_again_are_worked_again() -> None:
    """Set back by half an hour: the sweep does not pause until then."""
    for minute in range(30):
        tick(NINE_AM + minute * MINUTE)
        work(NINE_AM + minute * MINUTE)

    worked = []
    for minute in range(30):
        tick(NINE_AM + minute * MINUTE)
        worked += work(NINE_AM + minute * MINUTE)

    assert worked[0] <= NINE_AM + 3 * MINUTE
    assert len(worked) >= 27


def test_a_pause_that_was_set_by_a_clock_ahead_ends() -> None:
    job = enqueue(KIND, {}, now=NINE_AM)
    ahead = NINE_AM + timedelta(days=400)

    def fail(_run: Run) -> None:
        raise ValueError

    run_next({KIND: fail}, clock=lambda: ahead)
    job.refresh_from_db()
    assert job.run_at == ahead + pause(1)

    assert work(NINE_AM) == [NINE_AM]


def test_what_is_planned_for_later_still_waits() -> None:
    enqueue(KIND, {}, now=NINE_AM, run_at=NINE_AM + timedelta(days=30))

    assert work(NINE_AM) == []
    assert work(NINE_AM - LEASE) == []


def test_a_poisoned_minute_does_not_stop_the_next_for_ever() -> None:
    """Five tries, then it is buried and said so; the next minute is asked for anew."""

    def fail(_run: Run) -> None:
        raise ValueError

    now, tries = NINE_AM, 0
    while not Job.objects.filter(state=State.FAILED).exists():
        tick(now)
        tries += run_next({KIND: fail}, clock=lambda: now) is not None  # noqa: B023
        now += MINUTE
    tick(now)

    assert (tries, work(now)) == (5, [now])
