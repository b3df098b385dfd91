"""A storm of 10,000 notices, and workers killed with -9 while they put it into mails."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.harness import Foreman, bound, installation

pytestmark = pytest.mark.faults

NOTICES = 10_000
WAVES = 10


@pytest.fixture
def foreman(tmp_path: Path) -> Iterator[Foreman]:
    with (
        installation(tmp_path) as environment,
        Foreman(environment, "tests.faults.notices_foreman") as foreman,
    ):
        foreman.tell("prepare")
        yield foreman


def wait_until_all_is_out(foreman: Foreman) -> None:
    """However slow the machine is, as long as something moves."""
    left, patience = foreman.tell("due"), time.monotonic() + 60
    while left:
        assert time.monotonic() < patience, "nothing was sent in a minute"
        foreman.tell("ask")
        time.sleep(0.5)
        before, left = left, foreman.tell("due")
        if left < before:
            patience = time.monotonic() + 60


def test_a_storm_is_digested_and_none_is_lost_or_doubled(
    foreman: Foreman, full, record_property
) -> None:
    chance = Random(8)  # noqa: S311  when to kill is no secret
    kills = 0
    keys = NOTICES // 10 // WAVES  # each is told to ten people
    working = foreman.start(2)
    for wave in range(WAVES):
        foreman.tell("storm", first=wave * keys, keys=keys)
        foreman.tell("ask")
        for _ in range(10 if full else 2):
            time.sleep(chance.uniform(0.02, 0.25))
            foreman.kill(working.pop(0))
            kills += 1
            foreman.tell("ask")
            working += foreman.start()
    wait_until_all_is_out(foreman)
    for pid in working:
        foreman.kill(pid)

    account = foreman.tell("tally")

    record_property("Kills in a storm of notices", bound(kills))
    record_property(
        "The storm", f"{account['notices']} notices in {account['messages']} mails"
    )
    assert account["notices"] == NOTICES
    assert (account["lost"], account["unknown"], account["dead"]) == (0, 0, 0)
    assert account["carried"] == NOTICES  # each in one message, and in no other
    assert account["messages"] < NOTICES / 10  # digested
    # A copy of what was sent when its worker died carries the same Message-ID.
    assert account["copies"] <= kills
