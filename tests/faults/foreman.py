"""
The foreman of a fault test: a process that loads Django once and then forks workers, so
that hundreds can be started and killed in a minute. It speaks JSON, a line per command:
``{"do": "start", "workers": 2}`` → ``[4711, 4712]``.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  only after the set-up
from django.db import connection  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from gapless.core.jobs.actions import enqueue  # noqa: E402
from gapless.core.jobs.models import Job  # noqa: E402
from gapless.core.jobs.working import Handler, Run, Stop, work  # noqa: E402

PAUSE = 0.004  # of a handler, so that kills fall everywhere


def leave(job: int, step: int) -> None:
    """The effect: a row. Nothing in the table keeps it from being left twice."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect VALUES (%s, %s, %s)", [job, step, os.getpid()])


def careful(run: Run) -> None:
    """As handlers are to be: the effect and how far the job got commit together."""
    while run.done < run.payload["steps"]:
        with run.step():
            leave(run.job.pk, run.done)
            time.sleep(PAUSE)
            run.progress(run.done + 1)
        time.sleep(PAUSE)


def careless(run: Run) -> None:
    """As handlers must not be; a harness that does not catch it catches nothing."""
    while run.done < run.payload["steps"]:
        leave(run.job.pk, run.done)
        time.sleep(5 * PAUSE)
        run.progress(run.done + 1)


def dawdling(run: Run) -> None:
    """Falls asleep between two steps, the first time it is tried."""
    while run.done < run.payload["steps"]:
        with run.step():
            leave(run.job.pk, run.done)
            run.progress(run.done + 1)
        if run.job.fence == 1:
            time.sleep(0.15)


HANDLERS: Mapping[str, Handler] = {
    "test.careful": careful,
    "test.careless": careless,
    "test.dawdling": dawdling,
}


def prepare() -> None:
    for area in ("audit", "files", "jobs"):
        call_command("migrate", area, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (job bigint, step integer, worker integer)")


def ask(kind: str, jobs: int, steps: int, apart: float = 0.0) -> list[int]:
    """Enqueue jobs, due one after the other, ``apart`` seconds from each other."""
    return [
        enqueue(
            kind, {"steps": steps}, now=now(), run_at=now() + timedelta(seconds=apart * n)
        ).pk
        for n in range(jobs)
    ]


def start(workers: int, *, lease: float, until_idle: bool) -> list[int]:
    connection.close()  # a connection must not be shared with a fork
    return [_fork(timedelta(seconds=lease), until_idle=until_idle) for _ in range(workers)]


def _fork(lease: timedelta, *, until_idle: bool) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the pipe is the foreman's
        work(HANDLERS, stop=Stop(), poll=0.002, until_idle=until_idle, lease=lease)
    finally:
        os._exit(0)


def wait(pid: int) -> int:
    """Wait for a worker that was killed or ends by itself."""
    return os.waitpid(pid, 0)[1]


def due() -> int:
    return Job.objects.due(now()).count()


def tally() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT job, step, worker FROM effect")
        rows = cursor.fetchall()
    effects = Counter((job, step) for job, step, _ in rows)
    jobs = Job.objects.values_list("pk", "payload", "state", "fence")
    wanted = {(pk, step) for pk, payload, *_ in jobs for step in range(payload["steps"])}
    return {
        "wanted": len(wanted),
        "lost": len(wanted - effects.keys()),
        "twice": sum(count - 1 for count in effects.values()),
        "phantom": len(effects.keys() - wanted),
        "states": Counter(state for _, _, state, _ in jobs),
        "fences": Counter(fence for *_, fence in jobs),
        "workers": Counter(worker for *_, worker in rows),
    }


def progress() -> int:
    """How far the jobs have come, in steps committed; to have ended is a step too."""
    return sum(job.done + job.finished for job in Job.objects.all())


COMMANDS = {act.__name__: act for act in (prepare, ask, start, wait, due, progress, tally)}

if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(COMMANDS[order.pop("do")](**order)), flush=True)  # noqa: T201
