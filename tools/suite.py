"""
Run the tests on SQLite, then on a PostgreSQL that is started for them: `make test`.

    tools/suite.py           everything; the sweep and the faults in a short form
    tools/suite.py sweep     every door for everybody, at full size
    tools/suite.py faults    kills and cuts, at full size

Whatever follows is handed to pytest.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import machine
import postgres

# These touch no database: once is enough.
PURE = ("tests/stats", "tests/analytics", "tests/repo")
# PostgreSQL numbers transactions over the whole server, and the sealer waits for every
# older one: beside a test that stays in its transaction for minutes it would wait as long.
SEALING = ("tests/core/audit", "tests/cli/backup", "tests/web/test_audit_pages.py")
PROCESSES = "2"


@dataclass(frozen=True)
class Run:
    """One call of pytest on one database."""

    title: str
    arguments: tuple[str, ...]
    engine: str = "sqlite"  # sqlite, postgres or durable postgres


def plan(what: str) -> list[Run]:
    if what == "sweep":
        doors = ("tests/web/sweep", "--full")
        return [Run("Sweep, SQLite", doors), Run("Sweep, PostgreSQL", doors, "postgres")]
    if what == "faults":
        cuts = ("-m", "faults", "--full")
        return [Run("Faults, SQLite", cuts), Run("Faults, PostgreSQL", cuts, "durable")]
    left_out = tuple(f"--ignore={folder}" for folder in (*PURE, *SEALING))
    return [
        Run("SQLite", ()),
        Run("PostgreSQL", ("-m", "not faults", *left_out), "postgres"),
        Run("PostgreSQL, seals", (*SEALING, "-n", "0"), "postgres"),
        Run("PostgreSQL, faults", ("-m", "faults"), "durable"),
    ]


def main(words: list[str]) -> int:
    # So that a stopped run stops its PostgreSQL too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine.prepare()
    what = words.pop(0) if words and words[0] in ("sweep", "faults") else "all"
    endings, worst = [], 0
    for run in plan(what):
        print(f"\n{run.title}", flush=True)
        started = time.monotonic()
        code, ending = carry_out(run, words)
        endings.append(f"{run.title} ({time.monotonic() - started:.0f} s): {ending}")
        worst = worst or code
    print("", *endings, sep="\n", flush=True)
    return worst


def carry_out(run: Run, words: list[str]) -> tuple[int, str]:
    if run.engine == "sqlite":
        return pytest([*run.arguments, *words], {})
    with postgres.running(durable=run.engine == "durable") as address:
        return pytest([*run.arguments, *words], {"DATABASE_URL": address})


def pytest(arguments: list[str], more: dict[str, str]) -> tuple[int, str]:
    """Show what pytest says as it says it; return its exit code and its closing line."""
    # The sweep is one long file: whoever has nothing left takes of it from the other.
    shared = ("-n", PROCESSES, "--dist", "worksteal")
    command = [sys.executable, "-m", "pytest", "-q", *shared, *arguments]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | more
    last = ""
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
    return process.returncode, last


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
