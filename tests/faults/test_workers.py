"""reliability.md F1, F8, F10: workers killed, racing, and believed dead."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.harness import LONG_LEASE, Foreman, bound, installation

pytestmark = pytest.mark.faults


@pytest.fixture
def foreman(tmp_path: Path) -> Iterator[Foreman]:
    with installation(tmp_path) as environment, Foreman(environment) as foreman:
        foreman.tell("prepare")
        yield foreman


def kill_at_random(foreman: Foreman, kind: str, kills: int, workers: int = 2) -> None:
    """Workers at work, one of them killed every 20 to 250 ms, and replaced."""
    chance = Random(kills)  # noqa: S311  when to kill is no secret
    foreman.tell("ask", kind=kind, jobs=10, steps=10)
    working = foreman.start(workers)
    for _ in range(kills):
        if foreman.tell("due") < 10:
            foreman.tell("ask", kind=kind, jobs=10, steps=10)
        time.sleep(chance.uniform(0.02, 0.25))
        foreman.kill(working.pop(chance.randrange(workers)))
        working += foreman.start()
    for pid in working:
        foreman.kill(pid)
    # Leases of the dead run out.
    time.sleep(0.4)


def test_killed_workers_lose_nothing_and_repeat_nothing(
    foreman: Foreman, full, record_property: Callable[[str, object], None]
) -> None:
    kills = 250 if full else 20
    kill_at_random(foreman, "test.careful", kills)

    account = foreman.finish()

    record_property("Kills of workers", f"{bound(kills)}; {account['wanted']} effects")
    assert (account["lost"], account["twice"], account["phantom"]) == (0, 0, 0)
    assert set(account["states"]) == {"done"}
    assert len(account["fences"]) > 1  # some jobs were really taken from the dead


def test_the_harness_sees_what_careless_handlers_do(foreman: Foreman) -> None:
    kill_at_random(foreman, "test.careless", kills=5)

    assert foreman.finish()["twice"] > 0


@pytest.mark.parametrize("workers", [2, 4])
def test_every_job_has_one_winner(
    foreman: Foreman,
    full,
    workers: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Idle workers look for work 500 times a second; every job is due at one moment."""
    jobs = 1000 if full else 60
    racing = foreman.start(workers, lease=LONG_LEASE)
    foreman.tell("ask", kind="test.careful", jobs=jobs, steps=1, apart=0.02)
    while foreman.tell("tally")["states"].get("done", 0) < jobs:
        time.sleep(0.1)
    for pid in racing:
        foreman.kill(pid)

    account = foreman.tell("tally")

    record_property(f"Jobs wanted by {workers} workers", bound(jobs))
    assert (account["lost"], account["twice"]) == (0, 0)
    assert account["fences"] == {"1": jobs}
    assert len(account["workers"]) > 1  # or there was no race


def test_a_worker_believed_dead_cannot_commit(
    foreman: Foreman, full, record_property: Callable[[str, object], None]
) -> None:
    """Its lease runs out while it is only asleep; another does the job; then it wakes."""
    times = 50 if full else 3
    for _ in range(times):
        foreman.tell("ask", kind="test.dawdling", jobs=1, steps=3)
        (sleeper,) = foreman.start(until_idle=True)
        already = foreman.tell("tally")["wanted"] - 3
        while sum(foreman.tell("tally")["workers"].values()) <= already:
            time.sleep(0.01)
        time.sleep(0.02)  # it is between two steps now, and holds no lock
        os.kill(sleeper, signal.SIGSTOP)
        time.sleep(0.4)
        (other,) = foreman.start(until_idle=True)
        assert foreman.wait(other) == 0
        os.kill(sleeper, signal.SIGCONT)
        assert foreman.wait(sleeper) == 0

        account = foreman.tell("tally")
        assert (account["lost"], account["twice"]) == (0, 0)
        assert set(account["fences"]) == {"2"}
    record_property("Workers believed dead", bound(times))
