"""The foreman of sweeps and schedulers that are killed: many clocks, and their account."""

import json
import os
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.faults import foreman  # sets Django up

from django.core.management import call_command  # isort: skip
from django.db import connection  # isort: skip
from django.utils.timezone import now  # isort: skip

from gapless.core.clocks import replays, sweeping
from gapless.core.clocks.actions import MatterFacts, Subject, note_happening, start_clock
from gapless.core.clocks.drafting import ship_builtin
from gapless.core.clocks.models import Clock, ClockEffect, ClockPolicy, Replay
from gapless.core.clocks.rules import Happening
from gapless.core.jobs.actions import enqueue, enqueue_daily
from gapless.core.jobs.models import Job
from gapless.core.jobs.working import Run
from gapless.core.notices.models import Notice
from gapless.people.org.actions import create_unit
from gapless.people.org.models import Person, Unit
from gapless.people.org.queries import nearest_holders
from gapless.people.org.rules import UnitFacts

POLICY = "S2-ANSWER"
DAILY = "test.daily"
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def sweep(run: Run) -> None:
    sweeping.run_sweep(run, nearest_holders)


def daily(run: Run) -> None:
    with run.step():
        foreman.leave(run.job.pk, 0)


foreman.HANDLERS = {sweeping.SWEEP: sweep, replays.REPLAY: replays.run_replay, DAILY: daily}
# Small batches, so that kills fall between them and within them.
sweeping.BATCH = replays.BATCH = 4


def prepare() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (job bigint, step integer, worker integer)")
    ship_builtin(now=now())
    city = create_unit(None, UnitFacts(name="City", code="C"), by=None, now=now())
    for name in ("Li", "Wang"):
        Person.objects.create(username=name, name=name, joined_at=now())
    assert city.pk


def plant(clocks: int) -> None:
    """Matters of last month that nobody has answered: everything of theirs is due."""
    city, owner = Unit.objects.get(), Person.objects.order_by("pk")[0]
    at = now() - timedelta(days=30)
    first = Clock.objects.count()
    for number in range(first, first + clocks):
        subject = Subject("test.case", str(number))
        facts = MatterFacts(f"Case {number}", city, owner_id=owner.pk)
        start_clock(subject, POLICY, matter=facts, by=None, now=at)
        happened = Happening(at, "registered")
        note_happening(subject, happened, key="registered", by=None, now=at)


def sweeps(jobs: int) -> None:
    for _ in range(jobs):
        enqueue(sweeping.SWEEP, {}, now=now())


def ask_replay() -> int:
    asked = replays.ask_replay(
        ClockPolicy.objects.get(code=POLICY),
        version=None,
        unit=Unit.objects.get(),
        starts_at=now() - timedelta(days=60),
        ends_at=now(),
        by=Person.objects.order_by("pk")[0],
        now=now(),
    )
    return asked.pk


def replayed(replay: int) -> dict[str, object]:
    one = Replay.objects.get(pk=replay)
    changes = list(one.changes.values_list("clock", "before", "after").order_by("clock"))
    return {"before": one.before, "after": one.after, "changes": changes}


def account() -> dict[str, object]:
    """Every clock is to have brought about all its effects, and to have told of one."""
    effects = Counter(ClockEffect.objects.values_list("clock", "kind", "mark"))
    wanted = 5 * Clock.objects.count()  # two warnings, the limit, two escalations
    told = Counter(Notice.objects.values_list("key", flat=True))
    return {
        "clocks": Clock.objects.count(),
        "lost": wanted - len(effects),
        "twice": sum(count - 1 for count in (*effects.values(), *told.values())),
        "untold": ClockEffect.objects.filter(told_at=None).count(),
        "notices": sum(told.values()),
        "states": Counter(Job.objects.values_list("state", flat=True)),
    }


def schedule(schedulers: int, started_at: float, day: float) -> list[int]:
    """Processes that ask every day for the job of the day, on a clock of hurried days."""
    connection.close()
    return [_fork(started_at, day) for _ in range(schedulers)]


def _fork(started_at: float, day: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        while True:
            days = (time.time() - started_at) / day
            enqueue_daily((DAILY,), now=FIRST_DAY + timedelta(days=days))
    finally:
        os._exit(0)


def periods() -> dict[str, object]:
    """Of which days there is a job, how many have several, and what was done twice."""
    days = sorted(Job.objects.filter(kind=DAILY).values_list("key", flat=True))
    moments = [datetime.fromisoformat(day.split()[1]) for day in days]
    with connection.cursor() as cursor:
        cursor.execute("SELECT job FROM effect")
        done = Counter(row[0] for row in cursor.fetchall())
    span = (moments[-1] - moments[0]).days + 1
    return {
        "days": len(days),
        "missing": span - len(set(days)),
        "several": len(days) - len(set(days)),
        "lost": len(days) - len(done),
        "twice": sum(count - 1 for count in done.values()),
    }


OWN = (prepare, plant, sweeps, ask_replay, replayed, account, schedule, periods)
COMMANDS = {"start": foreman.start, "wait": foreman.wait} | {a.__name__: a for a in OWN}

if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(COMMANDS[order.pop("do")](**order)), flush=True)  # noqa: T201
