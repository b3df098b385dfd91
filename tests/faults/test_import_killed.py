"""reliability.md F1 for imports: workers killed with -9 while rows come in or go out."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.harness import Foreman, bound, installation

pytestmark = pytest.mark.faults


@pytest.fixture
def foreman(tmp_path: Path) -> Iterator[Foreman]:
    with (
        installation(tmp_path) as environment,
        Foreman(environment, "tests.faults.import_foreman") as foreman,
    ):
        yield foreman


def kill_while_working(foreman: Foreman, kills: int) -> int:
    """Kill the only worker again and again while there is work; how often that was."""
    chance = Random(kills)  # noqa: S311  when to kill is no secret
    for done in range(kills):
        before = foreman.tell("progress")
        (worker,) = foreman.start()
        if done % 2:
            wait_for_more_than(before, foreman)
        time.sleep(chance.uniform(0.05, 0.4))
        foreman.kill(worker)
        time.sleep(0.35)  # the lease of the dead runs out
        if not foreman.tell("due"):
            return done + 1
    return kills


def wait_for_more_than(before: int, foreman: Foreman) -> None:
    """
    Every other worker lives until it has committed something: a job that five workers in
    a row leave where it was is given up, as it should be, and a busy machine is slow.
    """
    patience = time.monotonic() + 30
    while foreman.tell("progress") <= before:
        assert time.monotonic() < patience, "a worker did nothing in 30 seconds"
        time.sleep(0.02)


def finished(foreman: Foreman) -> dict[str, object]:
    (last,) = foreman.start(until_idle=True)
    assert foreman.wait(last) == 0
    return foreman.tell("tally")


def test_a_killed_import_loses_no_row_and_takes_none_twice(
    foreman, full, record_property
) -> None:
    rows = 6_000 if full else 800
    foreman.tell("prepare")
    foreman.tell("bring", first=0, rows=rows)
    kills = kill_while_working(foreman, 100 if full else 6)
    killed = finished(foreman)

    # The same file again, undisturbed: what the account must be.
    foreman.tell("bring", first=0, rows=rows)
    whole = finished(foreman)

    record_property("Kills of an import", bound(kills))
    [(total, added, already, filtered, rejected)] = killed["accounts"]
    assert (total, already) == (rows, 0)
    assert added + filtered + rejected == rows
    assert (killed["answers"], killed["keys"], killed["told"]) == (added, added, rejected)
    assert (killed["wrong"], killed["trail"], killed["states"]) == (0, True, ["done"])
    assert killed["fences"] > 1  # the kills really fell into the import
    assert whole["accounts"][1] == [rows, 0, added, filtered, rejected]
    assert whole["answers"] == added


def test_a_large_file_survives_its_killed_workers(foreman, full, record_property) -> None:
    """Issue 4, must show 4: kill -9 in the middle of 130,000 rows, then resume."""
    rows = 130_000 if full else 3_000
    foreman.tell("prepare", batch=2_000 if full else 200)
    foreman.tell("bring_wide", rows=rows)
    kills = kill_while_working(foreman, 20 if full else 4)
    killed = finished(foreman)

    record_property("Kills of a large import", bound(kills))
    record_property("Its row account", str(killed["accounts"][0]))
    assert killed["accounts"] == [[rows, rows * 98 // 100, 0, 0, rows * 2 // 100]]
    assert killed["answers"] == killed["keys"] == rows * 98 // 100
    assert killed["told"] == rows * 2 // 100
    assert (killed["wrong"], killed["trail"], killed["states"]) == (0, True, ["done"])
    assert killed["fences"] > 1


def test_mended_rows_of_a_large_file_come_in_once_though_workers_are_killed(
    foreman, full, record_property
) -> None:
    """Issue 4: the rejected rows of 130,000, mended, sent twice, and killed in between."""
    rows = 130_000 if full else 3_000
    out = rows // 50
    mended, kept = out - out // 20, out // 20
    foreman.tell("prepare", batch=100 if full else 10)
    number = foreman.tell("bring_wide", rows=rows)
    finished(foreman)
    foreman.tell("mend", number=number, kept=20)
    kills = kill_while_working(foreman, 20 if full else 4)
    killed = finished(foreman)
    foreman.tell("mend", number=number, kept=20)
    again = finished(foreman)

    record_property("Kills of mended rows", bound(kills))
    assert killed["accounts"][0] == [rows, rows - out, 0, 0, out]
    assert killed["accounts"][1] == [out, mended, 0, 0, kept]
    assert killed["mended"] == mended
    assert killed["answers"] == killed["keys"] == rows - kept
    assert killed["fences"] > 1
    assert again["accounts"][2] == [out, 0, mended, 0, kept]
    assert (again["answers"], again["mended"]) == (rows - kept, mended)
    assert (again["wrong"], again["trail"], again["states"]) == (0, True, ["done"])


def test_a_killed_removal_takes_every_answer_out_once(
    foreman, full, record_property
) -> None:
    rows = 4_000 if full else 800
    foreman.tell("prepare")
    kept = foreman.tell("bring", first=0, rows=200)
    gone = foreman.tell("bring", first=50_000, rows=rows)
    assert kept != gone
    before = finished(foreman)
    foreman.tell("take_back", number=gone)
    kills = kill_while_working(foreman, 40 if full else 4)
    after = finished(foreman)

    record_property("Kills of a removal", bound(kills))
    assert after["answers"] == before["accounts"][0][1]
    assert (after["wrong"], after["trail"]) == (0, True)
    assert after["states"] == ["done", "removed"]
