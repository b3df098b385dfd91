"""`gapless worker`, as an operator starts and ends it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.harness import ROOT, Foreman, installation

pytestmark = pytest.mark.faults


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with installation(tmp_path) as environment:
        with Foreman(environment) as foreman:
            foreman.tell("prepare")
        yield environment


@contextmanager
def worker(environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "gapless.cli", "worker", *options],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT / "src")},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_does_what_is_due_and_ends(environment: dict[str, str]) -> None:
    with worker(environment, "--until-idle") as process:
        _, log = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "files.sweep 1: done" in log


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_when_asked(environment: dict[str, str], how: int) -> None:
    with worker(environment) as process:
        while "done" not in process.stderr.readline():
            pass
        process.send_signal(how)
        _, log = process.communicate(timeout=10)

    assert process.returncode == 0
    assert log.endswith("Worker ended.\n")
