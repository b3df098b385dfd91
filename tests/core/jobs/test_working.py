from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from gapless.core.audit.models import SecurityEvent
from gapless.core.jobs.actions import AlreadyOver, cancel_job, enqueue, enqueue_daily
from gapless.core.jobs.choices import State
from gapless.core.jobs.models import Job
from gapless.core.jobs.queries import job_of
from gapless.core.jobs.rules import LEASE, LONGEST_PAUSE, MAX_ATTEMPTS, pause
from gapless.core.jobs.working import (
    Cancelled,
    GaveUp,
    Handler,
    Lost,
    Run,
    Stop,
    claim,
    run_next,
    work,
)
from tests.conftest import NINE_AM, Cast

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.time = NINE_AM

    def __call__(self) -> datetime:
        return self.time

    def advance(self, by: timedelta) -> None:
        self.time += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(kind: str = "test.count", **more: object) -> Job:
    return enqueue(kind, {"to": 3}, now=NINE_AM, **more)


def effects() -> list[str]:
    """What handlers of these tests leave behind: rows of any table will do."""
    return list(SecurityEvent.objects.order_by("pk").values_list("detail", flat=True))


def leave(effect: str) -> None:
    SecurityEvent.objects.create(at=NINE_AM, type="login.failed", detail=effect)


def count(run: Run) -> None:
    """Count on from where the last run got to, one step each."""
    to = run.payload["to"]
    while run.done < to:
        with run.step():
            leave(str(run.done))
            run.progress(run.done + 1, to)


def running(handler: Handler, clock: Clock, stop: Stop | None = None) -> Job | None:
    return run_next({"test.count": handler}, clock=clock, stop=stop)


def failing_after(step: int, error: Exception | type[Exception]) -> Handler:
    def handler(run: Run) -> None:
        while run.done < 3:
            with run.step():
                leave(str(run.done))
                run.progress(run.done + 1, 3)
                if run.done == step:
                    raise error

    return handler


def test_a_job_is_done_and_says_so(clock: Clock) -> None:
    job = ask()

    running(count, clock)

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == (State.DONE, 3, 3, 100)
    assert (job.started_at, job.finished_at, job.lease_until) == (NINE_AM, NINE_AM, None)
    assert effects() == ["0", "1", "2"]


def test_a_job_falls_with_the_transaction_that_asked_for_it(clock: Clock) -> None:
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)

    assert running(count, clock) is None


def test_what_is_asked_for_under_one_key_is_one_job(cast: Cast) -> None:
    first = ask(key="report 2026-03", by=cast.qian)

    assert ask(key="report 2026-03") == first
    assert job_of("report 2026-03") == first
    assert first.requested_by == cast.qian


def test_daily_jobs_are_asked_for_once_a_day() -> None:
    for hours in (0, 5, 15):
        enqueue_daily(("test.count",), now=NINE_AM + timedelta(hours=hours))

    assert Job.objects.count() == 2


def test_the_longest_waiting_goes_first_and_the_future_waits(clock: Clock) -> None:
    later, sooner = (ask(run_at=NINE_AM + timedelta(hours=h)) for h in (2, 1))

    assert running(count, clock) is None
    clock.advance(timedelta(hours=2))
    assert running(count, clock) == sooner
    assert running(count, clock) == later


def test_kinds_nobody_here_knows_wait(clock: Clock) -> None:
    job = ask("test.unknown")

    assert running(count, clock) is None
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_a_claimed_job_is_not_claimed_again(clock: Clock) -> None:
    ask()

    assert claim(["test.count"], NINE_AM, lease=LEASE)
    assert claim(["test.count"], NINE_AM, lease=LEASE) is None


# --- Failing --------------------------------------------------------------------------


def test_a_failed_step_is_undone_and_tried_again_later(clock: Clock) -> None:
    job = ask()

    running(failing_after(2, ValueError("secret of a customer")), clock)

    job.refresh_from_db()
    assert (job.state, job.done, effects()) == (State.QUEUED, 1, ["0"])
    assert job.run_at == NINE_AM + pause(1)
    assert "ValueError" in job.error
    assert "secret" not in job.error

    clock.advance(pause(1))
    running(count, clock)
    job.refresh_from_db()
    assert (job.state, job.error, effects()) == (State.DONE, "", ["0", "1", "2"])


def test_a_poisoned_job_is_buried_after_five_tries(clock: Clock) -> None:
    job, tries = ask(), 0

    while running(failing_after(1, ValueError), clock):
        tries += 1
        clock.advance(LONGEST_PAUSE)

    job.refresh_from_db()
    assert (job.state, tries, effects()) == (State.FAILED, MAX_ATTEMPTS, [])
    assert job.finished_at


def test_only_tries_without_progress_count(clock: Clock) -> None:
    job = enqueue("test.count", {"to": 20}, now=NINE_AM)

    def one_step_and_fall(run: Run) -> None:
        with run.step():
            run.progress(run.done + 1, 20)
        raise ValueError

    for _ in range(20):
        running(one_step_and_fall, clock)
        clock.advance(LONGEST_PAUSE)

    job.refresh_from_db()
    assert (job.state, job.done) == (State.QUEUED, 20)


def test_a_job_that_kills_its_workers_is_buried_too(clock: Clock) -> None:
    job = ask()
    for _ in range(MAX_ATTEMPTS):
        assert claim(["test.count"], clock(), lease=LEASE)  # and its worker dies
        clock.advance(LEASE)

    assert claim(["test.count"], clock(), lease=LEASE) is None
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_giving_up_is_final_and_says_why(clock: Clock) -> None:
    job = ask()

    running(failing_after(1, GaveUp("The file is gone.")), clock)

    job.refresh_from_db()
    assert (job.state, job.sentence) == (State.FAILED, "The file is gone.")


def test_pauses_grow_up_to_an_hour() -> None:
    pauses = [pause(attempt).total_seconds() for attempt in range(1, 8)]

    assert pauses == [10, 40, 160, 640, 2560, 3600, 3600]


# --- Stopping -------------------------------------------------------------------------


def test_a_waiting_job_is_stopped_at_once(clock: Clock) -> None:
    job = ask()

    cancel_job(job, now=NINE_AM)

    assert job.state == State.CANCELLED
    assert running(count, clock) is None
    with pytest.raises(AlreadyOver):
        cancel_job(job, now=NINE_AM)


def in_the_middle(act: Callable[[], object]) -> Handler:
    """A handler to which something happens after its first step."""

    def handler(run: Run) -> None:
        with run.step():
            leave("0")
            run.progress(1, 3)
        act()
        count(run)

    return handler


def test_a_running_job_stops_after_its_step(clock: Clock) -> None:
    job = ask()

    running(in_the_middle(lambda: cancel_job(job, now=NINE_AM)), clock)

    job.refresh_from_db()
    assert (job.state, job.done, effects()) == (State.CANCELLED, 1, ["0"])


def test_a_worker_that_shuts_down_hands_over_what_it_has(clock: Clock) -> None:
    job, stop = ask(), Stop()

    def shut_down() -> None:
        stop.asked = True

    running(in_the_middle(shut_down), clock, stop)

    job.refresh_from_db()
    assert (job.state, job.done, job.attempt) == (State.QUEUED, 1, 0)
    running(count, clock)
    assert effects() == ["0", "1", "2"]


def test_work_ends_when_nothing_is_due(clock: Clock) -> None:
    jobs = [ask(), ask()]

    work({"test.count": count}, stop=Stop(), until_idle=True)

    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {State.DONE}


# --- Leases ---------------------------------------------------------------------------


def test_a_step_renews_the_lease(clock: Clock) -> None:
    job = ask()

    def slowly(run: Run) -> None:
        for number in range(3):
            clock.advance(LEASE * 0.9)
            with run.step():
                run.progress(number + 1)

    running(slowly, clock)

    job.refresh_from_db()
    assert (job.state, job.fence) == (State.DONE, 1)


def test_a_worker_taken_for_dead_can_change_nothing(clock: Clock) -> None:
    """reliability.md F10: the lease runs out while the first worker still runs."""
    job = ask()

    def sleep_until_another_has_done_it() -> None:
        clock.advance(LEASE)
        running(count, clock)

    running(in_the_middle(sleep_until_another_has_done_it), clock)

    job.refresh_from_db()
    assert (job.state, job.fence) == (State.DONE, 2)
    assert effects() == ["0", "1", "2"]


@pytest.mark.parametrize(
    "late_act",
    [
        lambda run: run.check(),
        lambda run: run.progress(9),
        lambda run: run.step().__enter__(),
    ],
    ids=["check", "progress", "step"],
)
def test_whoever_lost_the_lease_is_told(
    clock: Clock, late_act: Callable[[Run], object]
) -> None:
    ask()
    job = claim(["test.count"], NINE_AM, lease=LEASE)
    claim(["test.count"], NINE_AM + LEASE, lease=LEASE)

    with pytest.raises(Lost):
        late_act(Run(job, clock=clock, lease=LEASE, stop=Stop()))


def test_the_late_end_of_a_lost_job_is_ignored(clock: Clock) -> None:
    ask()
    job = claim(["test.count"], NINE_AM, lease=LEASE)
    claim(["test.count"], NINE_AM + LEASE, lease=LEASE)

    Run(job, clock=clock, lease=LEASE, stop=Stop()).end(State.FAILED)

    job.refresh_from_db()
    assert (job.state, job.fence) == (State.RUNNING, 2)


def test_a_lease_from_before_the_clock_was_set_back_has_run_out(clock: Clock) -> None:
    ask()
    claim(["test.count"], NINE_AM + timedelta(days=400), lease=LEASE)
    Job.objects.update(run_at=NINE_AM)

    assert claim(["test.count"], NINE_AM, lease=LEASE)


def test_a_stop_asked_for_while_it_lay_abandoned_is_obeyed(clock: Clock) -> None:
    job = ask()
    claim(["test.count"], NINE_AM, lease=LEASE)
    cancel_job(job, now=NINE_AM)
    clock.advance(LEASE)

    running(count, clock)

    job.refresh_from_db()
    assert (job.state, effects()) == (State.CANCELLED, [])
    assert issubclass(Cancelled, Exception)
