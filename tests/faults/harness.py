"""What every fault test needs: a database of its own, real processes, and an account."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import environ
import psycopg

# Seconds; so that a test does not wait a minute for every worker it kills.
SHORT_LEASE = 0.3
LONG_LEASE = 60.0
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def installation(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty installation: a SQLite file, or a new database where
    DATABASE_URL points."""
    own = {"GAPLESS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "gapless.settings"}
    inherited = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield inherited | own
        return
    name = f"gapless_faults_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            address = environ.urlparse(server)._replace(path=f"/{name}").geturl()
            yield inherited | own | {"DATABASE_URL": address}
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Foreman:
    """A process that forks workers (foreman.py) and keeps the account of their effects."""

    def __init__(
        self, environment: dict[str, str], module: str = "tests.faults.foreman"
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=environment | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.working: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        for pid in list(self.working):
            self.kill(pid)
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def tell(self, order: str, **details: object) -> Any:
        self._process.stdin.write(json.dumps({"do": order} | details) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(
        self, workers: int = 1, *, until_idle: bool = False, lease: float = SHORT_LEASE
    ) -> list[int]:
        pids = self.tell("start", workers=workers, until_idle=until_idle, lease=lease)
        self.working.update(pids)
        return pids

    def kill(self, pid: int, how: signal.Signals = signal.SIGKILL) -> None:
        """End a worker that this foreman started, and no other process."""
        os.kill(pid, how)
        self.wait(pid)

    def wait(self, pid: int) -> int:
        self.working.remove(pid)
        return self.tell("wait", pid=pid)

    def finish(self) -> dict[str, Any]:
        """Let one last worker, which nobody kills, do the rest; then count."""
        (last,) = self.start(until_idle=True)
        assert self.wait(last) == 0
        return self.tell("tally")


def bound(trials: int) -> str:
    """What no fault in so many trials proves: the rule of three, at 95 %."""
    return f"none of {trials} went wrong, so at most {3 / trials:.1%} do (95 %)"
