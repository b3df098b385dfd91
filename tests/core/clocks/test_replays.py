from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from gapless.core.calendar import actions as calendars
from gapless.core.clocks import replays
from gapless.core.clocks.actions import Subject
from gapless.core.clocks.models import Clock, PolicyVersion, Replay
from gapless.core.clocks.verdicts import share_on_time
from gapless.core.jobs.choices import State
from gapless.core.jobs.working import Cancelled, Run, Stop, claim, run_next
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import HOUR, happens, limit, next_version, started

pytestmark = pytest.mark.django_db

LATER = NINE_AM + timedelta(days=30)


def answered_after(hours: int, at: Unit, number: int) -> Clock:
    subject = Subject("test.case", str(number))
    begun = NINE_AM + number * HOUR
    clock = started(at, subject=subject, now=begun)
    if hours:
        happens("answered", at=begun + hours * HOUR, subject=subject)
    clock.refresh_from_db()
    return clock


@pytest.fixture
def quarter(cast: Cast) -> PolicyVersion:
    """Within ten hours: seven of eight answered; one not yet. Asked for: within five."""
    version = limit()
    for number, hours in enumerate([1, 2, 3, 4, 6, 8, 10, 12, 0]):
        answered_after(hours, cast.east, number)
    answered_after(20, cast.west, 20)
    return next_version(version, cast.chen, amount=5)


def ask(
    version: PolicyVersion, cast: Cast, *, today: bool = False, at: datetime = LATER
) -> Replay:
    return replays.ask_replay(
        version.policy,
        version=None if today else version,
        unit=cast.east,
        starts_at=NINE_AM,
        ends_at=NINE_AM + timedelta(days=7),
        by=cast.chen,
        now=at,
    )


def run_all(replay: Replay) -> Replay:
    run_next({replays.REPLAY: replays.run_replay}, clock=lambda: LATER)
    replay.refresh_from_db()
    return replay


def test_a_shorter_limit_over_the_past(cast: Cast, quarter: PolicyVersion) -> None:
    replay = run_all(ask(quarter, cast))

    assert replay.before == {"on_time": 7, "late": 2}
    assert replay.after == {"on_time": 4, "late": 5}
    assert share_on_time(replay.before) == 7 / 9
    changed = replay.changes.filter(before="on_time", after="late")
    assert changed.count() == 3
    assert replay.job is not None
    assert (replay.job.state, replay.job.done, replay.job.total) == (State.DONE, 9, 9)


def test_the_past_itself_stays(cast: Cast, quarter: PolicyVersion) -> None:
    before = list(Clock.objects.order_by("pk").values())

    run_all(ask(quarter, cast))

    assert list(Clock.objects.order_by("pk").values()) == before


def test_recomputed_it_gives_the_same_answer(
    cast: Cast, quarter: PolicyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = run_all(ask(quarter, cast))
    monkeypatch.setattr(replays, "BATCH", 2)
    again = run_all(ask(quarter, cast))

    assert (once.before, once.after) == (again.before, again.after)
    rows = ("clock", "before", "after", "due_before", "due_after")
    changes = [list(each.changes.values_list(*rows)) for each in (once, again)]
    assert changes[0] == changes[1]

    # And over what is there already, as if the worker had forgotten how far it was.
    Replay.objects.filter(pk=again.pk).update(
        reached=0, before={}, after={}, finished_at=None
    )
    again.refresh_from_db()
    while again.finished_at is None:
        replays.judge_some(again, now=LATER)
    assert (again.before, again.after) == (once.before, once.after)
    assert list(again.changes.values_list(*rows)) == changes[0]


def test_a_worker_that_dies_is_gone_on_from(
    cast: Cast, quarter: PolicyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "BATCH", 2)
    replay = ask(quarter, cast)
    job = claim([replays.REPLAY], LATER, lease=timedelta(seconds=60))
    run = Run(job, clock=lambda: LATER, lease=timedelta(seconds=60), stop=Stop())
    with run.step():
        replays.judge_some(replay, now=LATER)
    with suppress(RuntimeError), run.step():
        replays.judge_some(replay, now=LATER)
        raise RuntimeError

    after_the_lease = LATER + timedelta(minutes=2)
    run_next({replays.REPLAY: replays.run_replay}, clock=lambda: after_the_lease)

    replay.refresh_from_db()
    assert (replay.before, replay.after) == (
        {"on_time": 7, "late": 2},
        {"on_time": 4, "late": 5},
    )


def test_it_can_be_stopped(cast: Cast, quarter: PolicyVersion) -> None:
    replay = ask(quarter, cast)
    job = claim([replays.REPLAY], LATER, lease=timedelta(seconds=60))
    run = Run(job, clock=lambda: LATER, lease=timedelta(seconds=60), stop=Stop())

    replays.stop_replay(replay, by=cast.chen, now=LATER)

    with pytest.raises(Cancelled):
        replays.run_replay(run)
    replay.refresh_from_db()
    assert (replay.finished_at, replay.before) == (None, {})


def test_a_calendar_that_changed_over_the_past(cast: Cast) -> None:
    """Answered on the third day after: late, unless the second had been no working day."""
    version = limit(amount=2, unit="working_day")
    answered_after(72, cast.east, 0)
    calendars.add_closure(
        cast.east,
        from_on=NINE_AM.date() + timedelta(days=1),
        until_on=NINE_AM.date() + timedelta(days=2),
        reason="Moving",
        by=cast.chen,
        now=LATER,
    )

    replay = run_all(ask(version, cast, today=True))

    assert (replay.before, replay.after) == ({"late": 1}, {"on_time": 1})
    change = replay.changes.get()
    assert change.due_after == change.due_before + timedelta(days=1)


def test_what_came_after_it_was_asked_is_left_out(
    cast: Cast, quarter: PolicyVersion
) -> None:
    subject = Subject("test.case", "8")
    asked = ask(quarter, cast, at=NINE_AM + 13 * HOUR)
    happens("answered", at=NINE_AM + 14 * HOUR, subject=subject)

    replay = run_all(asked)

    assert replay.before == {"on_time": 6, "open": 3}
    assert sum(replay.before.values()) == 9


def test_a_period_has_something_in_it(cast: Cast, quarter: PolicyVersion) -> None:
    with pytest.raises(replays.EmptyPeriod):
        ask(quarter, cast, at=NINE_AM)


def test_nothing_judged_is_no_share() -> None:
    assert share_on_time({"open": 3}) is None
