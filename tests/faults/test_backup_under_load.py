"""
reliability.md F12: backups taken while eight customers hand in answers. Each holds all
that was acknowledged before it began, and is of one moment.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import Foreman, bound, installation
from tests.faults.test_answering_killed import (
    CUSTOMERS,
    PATIENCE,
    Customer,
    Server,
    wait_for,
)

pytestmark = pytest.mark.faults


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Where customers answer, and where backups are looked at."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    with installation(here) as live, installation(elsewhere) as empty:
        yield live, empty


def acknowledged(customers: list[Customer]) -> set[str]:
    # A customer may be noting one down this very moment.
    notes = [note for customer in customers for note in list(customer.ledger)]
    return {str(note["key"]) for note in notes if note["code"]}


def back_up_under_load(
    live: dict[str, str], customers: list[Customer], times: int, folder: Path
) -> list[tuple[Path, set[str]]]:
    """Each backup with what had been acknowledged when it began."""
    taken = []
    with Foreman(live, "tests.faults.backup_foreman") as foreman:
        for number in range(times):
            wait_for(customers, more=3)
            path, before = folder / f"{number}.tar.gz", acknowledged(customers)
            foreman.tell("back_up", path=str(path))
            taken.append((path, before))
    return taken


def test_a_backup_under_load_misses_nothing_and_is_of_one_moment(
    tmp_path, places, full, record_property
) -> None:
    live, empty = places
    with Foreman(live, "tests.faults.answering_foreman") as foreman:
        tokens = foreman.tell("prepare", limit=200 if full else 30)
        server = Server(live, tokens[0], tmp_path / "log")
        customers = [Customer(server.port, tokens, seed) for seed in range(CUSTOMERS)]
        try:
            for customer in customers:
                customer.start()
            wait_for(customers, more=1)
            taken = back_up_under_load(live, customers, 200 if full else 10, tmp_path)
            for customer in customers:
                customer.stopping.set()
            for customer in customers:
                customer.join(PATIENCE)
        finally:
            server.kill_all()
    assert [word for customer in customers for word in customer.unexpected] == []

    notes = [note for customer in customers for note in customer.ledger]
    started, ledger = time.monotonic(), tmp_path / "ledger"
    with Foreman(empty, "tests.faults.backup_foreman") as foreman:
        foreman.tell("prepare")
        found = []
        for path, before in taken:
            told = [n | ({} if n["key"] in before else {"code": ""}) for n in notes]
            ledger.write_text("\n".join(map(json.dumps, told)), "utf-8")
            found.append(foreman.tell("look_at", path=str(path), ledger=str(ledger)))
    took = (time.monotonic() - started) / len(taken)

    record_property("Backups under eight customers", bound(len(taken)))
    record_property(
        "Answers acknowledged before the last backup began",
        f"{len(taken[-1][1])}, none lost; {took:.1f} s to restore and count each",
    )
    assert [account["acknowledged"] for account in found] == [len(b) for _, b in taken]
    for account in found:
        assert (account["lost"], account["twice"], account["phantom"]) == (0, 0, 0)
        assert (account["other_words"], account["orphans"]) == (0, 0)
        assert (account["wrong_cells"], account["trail"]) == (0, True)
        assert all(over <= 0 and odd == 0 for over, odd in account["quotas"])
