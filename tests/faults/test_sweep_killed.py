"""
reliability.md D7, F10: sweeps, replays and schedulers killed with -9. No warning is lost,
none is given twice, and every period has exactly one job.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.harness import Foreman, bound, installation

pytestmark = pytest.mark.faults

DAY = 0.3  # seconds; far longer than a process takes to begin on a busy machine


@pytest.fixture
def foreman(tmp_path: Path) -> Iterator[Foreman]:
    with (
        installation(tmp_path) as environment,
        Foreman(environment, "tests.faults.clock_foreman") as foreman,
    ):
        foreman.tell("prepare")
        yield foreman


def kill_at_random(foreman: Foreman, kills: int, workers: int = 2) -> None:
    chance = Random(kills)  # noqa: S311  when to kill is no secret
    working = foreman.start(workers)
    for _ in range(kills):
        time.sleep(chance.uniform(0.02, 0.2))
        foreman.kill(working.pop(chance.randrange(workers)))
        working += foreman.start()
    for pid in working:
        foreman.kill(pid)
    time.sleep(0.4)  # leases of the dead run out


def finish(foreman: Foreman) -> None:
    (last,) = foreman.start(until_idle=True)
    assert foreman.wait(last) == 0


def test_a_killed_sweep_warns_of_everything_once(
    foreman: Foreman, full, record_property: Callable[[str, object], None]
) -> None:
    kills = 200 if full else 15
    foreman.tell("plant", clocks=400 if full else 60)
    foreman.tell("sweeps", jobs=6)
    kill_at_random(foreman, kills)
    foreman.tell("sweeps", jobs=1)
    finish(foreman)

    account = foreman.tell("account")

    record_property("Kills of sweeps", f"{bound(kills)}; {account['clocks']} clocks")
    assert (account["lost"], account["twice"], account["untold"]) == (0, 0, 0)
    assert account["notices"] == account["clocks"]  # nobody but the owner is there to tell
    # One whose workers died five times is given up; the next does what it left.
    assert set(account["states"]) <= {"done", "failed"}


def test_a_killed_replay_gives_the_same_answer(foreman: Foreman, full) -> None:
    foreman.tell("plant", clocks=100 if full else 40)
    killed = foreman.tell("ask_replay")
    kill_at_random(foreman, 30 if full else 6)
    finish(foreman)
    left_alone = foreman.tell("ask_replay")
    finish(foreman)

    assert foreman.tell("replayed", replay=killed) == foreman.tell(
        "replayed", replay=left_alone
    )


def test_killed_schedulers_ask_once_for_every_period(
    foreman: Foreman, full, record_property: Callable[[str, object], None]
) -> None:
    """By a clock with hurried days; three ask at a time, and one of them is killed."""
    kills = 100 if full else 12
    chance = Random(kills)  # noqa: S311  when to kill is no secret
    began = time.time()

    def begin(many: int) -> list[int]:
        pids: list[int] = foreman.tell(
            "schedule", schedulers=many, started_at=began, day=DAY
        )
        foreman.working.update(pids)
        return pids

    asking = begin(3)
    for _ in range(kills):
        # Just when a day begins, or right after.
        time.sleep(DAY - (time.time() - began) % DAY + chance.uniform(0, 0.02))
        foreman.kill(asking.pop(0))
        asking += begin(1)
    for pid in asking:
        foreman.kill(pid)
    finish(foreman)

    account = foreman.tell("periods")

    record_property("Kills of schedulers", f"{bound(kills)}; {account['days']} periods")
    assert (account["missing"], account["several"]) == (0, 0)
    assert (account["lost"], account["twice"]) == (0, 0)
    assert account["days"] >= kills
