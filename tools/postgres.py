"""
A PostgreSQL of our own for one test run: in a temporary folder, on loopback, behind a
random password, as a user other than root, and gone when the run ends.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST = 15
# A test database may vanish with the machine; what is killed on purpose may not.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_SECONDS = 30


def binaries() -> Path | None:
    """The folder of the oldest server we support, or of a newer one."""
    versions = sorted(
        int(folder.name)
        for folder in Path("/usr/lib/postgresql").glob("[0-9]*")
        if (folder / "bin" / "initdb").exists()
    )
    supported = [version for version in versions if version >= OLDEST]
    return Path(f"/usr/lib/postgresql/{supported[0]}/bin") if supported else None


@contextmanager
def running(*, durable: bool) -> Iterator[str]:
    """Start a server, yield its DATABASE_URL, stop it whatever happens."""
    found = binaries()
    if found is None:
        raise FileNotFoundError("PostgreSQL 15 is not installed.")
    with tempfile.TemporaryDirectory(prefix="gapless-postgres-") as name:
        folder, password, port = Path(name), secrets.token_hex(16), _free_port()
        (folder / "password").write_text(password)
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, _owner())
        _initialise(found, folder)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*_as_owner(), *_server(found, folder, port, durable=durable)],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_ready(found, server, folder, port)
            yield f"postgres://gapless:{password}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            server.wait(timeout=START_SECONDS)


def _owner() -> str:
    """PostgreSQL refuses to run as root: its own user when there is one, else nobody."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_owner() -> list[str]:
    # Should this process be killed outright, the kernel ends the server.
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_owner())
        command += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return [*command, "--"]


def _initialise(found: Path, folder: Path) -> None:
    subprocess.run(
        [
            *_as_owner(),
            *(str(found / "initdb"), "--pgdata", str(folder / "data")),
            *("--username", "gapless", "--pwfile", str(folder / "password")),
            *("--auth", "scram-sha-256", "--data-checksums"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        ],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )


def _server(found: Path, folder: Path, port: int, *, durable: bool) -> list[str]:
    options = ["listen_addresses=127.0.0.1", f"port={port}", "log_min_messages=fatal"]
    options += () if durable else QUICK
    pairs = [part for option in options for part in ("-c", option)]
    return [str(found / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *pairs]


def _wait_until_ready(
    found: Path, server: "subprocess.Popen[bytes]", folder: Path, port: int
) -> None:
    ask = [str(found / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ask, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
