"""The servers that are compared, each in a folder and on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

BENCH = Path(__file__).resolve().parent
START_SECONDS = 60
STOP_SECONDS = 40


def clean_environment(**own: str) -> dict[str, str]:
    """The environment of this process without anybody's installation, and with ``own``."""
    ours = ("GAPLESS_", "DATABASE_URL", "DJANGO_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return inherited | own | {"PYTHONPATH": str(BENCH)}


def run(module: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run Python to its end and return what it printed; loudly, when it fails."""
    done = subprocess.run(
        [sys.executable, *module],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(module)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def serving(
    application: str,
    environment: Mapping[str, str],
    gunicorn: Sequence[str],
    *,
    beside: Sequence[str] = (),
) -> Iterator[int]:
    """
    Gunicorn with these settings, and the worker beside it when there is one; yields the
    port. Both end with the block.
    """
    port = _free_port()
    commands = [
        [
            *("-m", "gunicorn", application, *gunicorn),
            *("--no-control-socket", "--bind", f"127.0.0.1:{port}"),
        ]
    ]
    if beside:
        commands.append(list(beside))
    processes = [
        subprocess.Popen([sys.executable, *c], env=dict(environment)) for c in commands
    ]
    try:
        _wait(port, processes)
        yield port
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(STOP_SECONDS)


def _wait(port: int, processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while any(process.poll() is None for process in processes):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    raise SystemExit("A server did not start; its words are above.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
