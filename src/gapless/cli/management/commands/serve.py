"""`gapless serve`: the server and the worker together, until one of them ends."""

import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

# Two processes of four threads: one core may count while the other answers.
GUNICORN = ("--workers", "2", "--threads", "4", "--log-level", "warning")
STOP_SECONDS = 35  # gunicorn lets a request finish for 30 seconds
START_SECONDS = 60


class Command(BaseCommand):
    help = "Start the server on this machine's loopback address, and the worker beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if answers(port):
            raise CommandError(
                _("Port %(port)d is taken. Choose another one, for example %(other)d.")
                % {"port": port, "other": port + 1}
            )
        pair = Pair(
            [
                *(sys.executable, "-m", "gunicorn", "gapless.wsgi", *GUNICORN),
                *("--no-control-socket", "--bind", f"127.0.0.1:{port}"),
            ],
            [sys.executable, "-m", "gapless.cli", "worker"],
        )
        if pair.started(port):
            self.stdout.write(
                _("Gapless is at http://localhost:%(port)d — Ctrl-C stops it.")
                % {"port": port}
            )
            self.stdout.flush()
        if not pair.until_one_ends():
            raise CommandError(
                _("The server or the worker ended. Its last words are above.")
            )


class Pair:
    """Two processes that live and stop together."""

    def __init__(self, *commands: list[str]) -> None:
        self.stopping = False
        # Sessions of their own: Ctrl-C reaches us alone, and we stop them in good order.
        self.processes = [subprocess.Popen(c, start_new_session=True) for c in commands]  # noqa: S603
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def stop(self, *_signal: object) -> None:
        self.stopping = True

    def alive(self) -> bool:
        return all(process.poll() is None for process in self.processes)

    def started(self, port: int) -> bool:
        """Wait until the port answers; False when one of the two ended before."""
        deadline = time.monotonic() + START_SECONDS
        while self.alive() and not self.stopping and time.monotonic() < deadline:
            if answers(port):
                return True
            time.sleep(0.1)
        return False

    def until_one_ends(self) -> bool:
        """Wait, then end both. True when the end was asked for."""
        while self.alive() and not self.stopping:
            time.sleep(0.2)
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return self.stopping


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
