"""
reliability.md F1, F7 and F8 for cases: clerks killed with -9 while they take cases in and
answer them, and sent again; and offers that several end at one moment.
"""

import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.harness import Foreman, bound, installation

pytestmark = pytest.mark.faults
MODULE = "tests.faults.case_foreman"
CLERKS = 3
PATIENCE = 60  # seconds


def start(foreman: Foreman, kind: str, ledgers: list[str]) -> list[int]:
    pids: list[int] = foreman.tell(kind, ledgers=ledgers)
    foreman.working.update(pids)
    return pids


def lines(ledgers: list[str]) -> int:
    return sum(len(Path(path).read_text().splitlines()) for path in ledgers)


def wait_for(ledgers: list[str], *, more: int) -> None:
    """On a busy machine kills would otherwise meet nobody at work."""
    enough, patience = lines(ledgers) + more, time.monotonic() + PATIENCE
    while lines(ledgers) < enough:
        assert time.monotonic() < patience, "nothing came in for a minute"
        time.sleep(0.02)


def empty(folder: Path, count: int) -> list[str]:
    ledgers = [folder / f"ledger {number}" for number in range(count)]
    for ledger in ledgers:
        ledger.touch()
    return [str(ledger) for ledger in ledgers]


def test_killed_clerks_lose_no_case_and_take_none_in_twice(
    tmp_path: Path, full, record_property
) -> None:
    kills = 200 if full else 12
    chance = Random(kills)  # noqa: S311  when to kill is no secret
    ledgers = empty(tmp_path, CLERKS)
    with installation(tmp_path) as environment, Foreman(environment, MODULE) as foreman:
        foreman.tell("prepare")
        working = start(foreman, "clerks", ledgers)
        wait_for(ledgers, more=6)
        for _ in range(kills):
            wait_for(ledgers, more=2)
            time.sleep(chance.uniform(0.02, 0.3))
            place = chance.randrange(CLERKS)
            foreman.kill(working[place])
            (working[place],) = start(foreman, "clerks", [ledgers[place]])
        wait_for(ledgers, more=12)
        for pid in working:
            foreman.kill(pid)
        account = foreman.tell("tally", ledgers=ledgers)

    record_property(
        "Kills of clerks taking cases in", f"{bound(kills)}; {account['done']} cases"
    )
    assert account["done"] > 0
    assert account["trail"]
    for fault in ("lost", "torn", "phantom", "half", "untrailed", "untold"):
        assert account[fault] == 0, account


def test_every_offer_is_ended_by_one(tmp_path: Path, full, record_property) -> None:
    offers = 200 if full else 15
    ledgers = empty(tmp_path, 4)
    with installation(tmp_path) as environment, Foreman(environment, MODULE) as foreman:
        foreman.tell("prepare")
        foreman.tell("offer", count=offers)
        for pid in start(foreman, "rivals", ledgers):
            assert foreman.wait(pid) == 0
        account = foreman.tell("races", ledgers=ledgers)

    record_property("Hand-overs that four end at once", bound(offers))
    assert (account["twice"], account["open"], account["odd"]) == (0, 0, 0)
    assert account["ended"] == offers
