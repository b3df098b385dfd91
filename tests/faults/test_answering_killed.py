"""
reliability.md F1 and F7 for answers: the server killed with -9 under eight customers. What
was acknowledged is there, once, with its cells, quotas, follow-ups and trail.
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest

from tests.faults.harness import ROOT, Foreman, bound, installation

pytestmark = pytest.mark.faults

CUSTOMERS = 8
PATIENCE = 60  # seconds
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|door)" value="([^"]*)"')


class Server:
    """gunicorn with our application, in a session of its own, to be killed at will."""

    def __init__(self, environment: dict[str, str], token: str, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._log = log
        self._environment = environment | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "WARM_UP_WITH": token,
            "GAPLESS_URL": f"http://127.0.0.1:{self.port}",
            "GAPLESS_ANSWERS_PER_NETWORK": "1000000",
        }
        self._start()

    def _start(self) -> None:
        # Preloaded, so that a new worker is at work at once and kills find it so.
        with self._log.open("ab") as log:
            self._master = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "--preload"),
                    "tests.faults.answering_app",
                    *("--workers", "4", "--threads", "2", "--no-control-socket"),
                    *("--bind", f"127.0.0.1:{self.port}", "--log-level", "critical"),
                ],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def workers(self) -> list[int]:
        pid = self._master.pid
        with suppress(FileNotFoundError):
            return [
                int(child)
                for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            ]
        return []

    def kill_one(self, chance: Random) -> bool:
        found = self.workers()
        if found:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(found), signal.SIGKILL)
        return bool(found)

    def kill_all(self) -> None:
        os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait()

    def begin_again(self) -> None:
        self.kill_all()
        self._start()


class Customer(threading.Thread):
    """Answers again and again, sends again what was not acknowledged, and takes notes."""

    def __init__(self, port: int, tokens: list[str], seed: int) -> None:
        super().__init__(daemon=True)
        self._port, self._tokens, self._chance = port, tokens, Random(seed)  # noqa: S311
        self.stopping = threading.Event()
        self.ledger: list[dict[str, object]] = []
        self.acknowledged = self.cuts = 0
        self.unexpected: list[str] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            self._answer()

    def _answer(self) -> None:
        token, chance = self._chance.choice(self._tokens), self._chance
        fields = {
            **{f"q.T{n}.{s}": [str(chance.randint(1, 7))] for n in (1, 2) for s in "ep"},
            "q.who": [str(chance.randint(0, 1))],
            "q.sat": [str(chance.randint(0, 10))],
        }
        note = {"key": secrets.token_hex(16), "fields": fields, "code": "", "state": ""}
        self.ledger.append(note)
        gives_up, hesitates = chance.random() < 0.15, chance.random() < 0.3
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                told = self._hand_in(token, note, save_first=hesitates)
            except (OSError, http.client.HTTPException):
                self.cuts += 1
                if gives_up or self.stopping.is_set():
                    return
                time.sleep(0.05)
                continue
            note |= told
            self.acknowledged += 1
            if chance.random() < 0.1:  # a second tap
                with suppress(OSError, http.client.HTTPException):
                    again = self._hand_in(token, note, save_first=False)
                    self._expect(again == told, f"{again} after {told}")
            return
        self.unexpected.append("no answer in a minute")

    def _expect(self, right: bool, otherwise: str) -> None:  # noqa: FBT001
        if not right:
            self.unexpected.append(otherwise)

    def _hand_in(
        self, token: str, note: dict[str, object], *, save_first: bool
    ) -> dict[str, str]:
        """One visit of the page: look, perhaps save on the way, hand in."""
        jar: dict[str, str] = {}
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            self._ask(line, jar, "GET", f"/s/{token}/")
            _, page = self._ask(line, jar, "GET", "/s/")
            form = {name: [value] for name, value in HIDDEN.findall(page)}
            form |= {"key": [str(note["key"])], "language": ["en"], "seconds": ["60"]}
            form |= note["fields"]  # type: ignore[operator]
            if save_first:
                self._ask(line, jar, "POST", "/s/progress/", form | {"seq": ["1"]})
            status, body = self._ask(line, jar, "POST", "/s/answers/", form)
            self._expect(status == 200, f"{status}: {body[:200]}")
            told = json.loads(body)
            return {"code": told["code"], "state": told["state"]}
        finally:
            line.close()

    def _ask(
        self,
        line: http.client.HTTPConnection,
        jar: dict[str, str],
        method: str,
        path: str,
        form: dict[str, list[str]] | None = None,
    ) -> tuple[int, str]:
        headers = {
            "Accept": "application/json" if form else "text/html",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        }
        line.request(method, path, urlencode(form or {}, doseq=True), headers)
        response = line.getresponse()
        body = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                jar[cookie] = content
        if response.status >= 500:
            raise http.client.HTTPException(f"{response.status} {path}")
        return response.status, body


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    data = tmp_path / "data"
    data.mkdir()
    with installation(data) as environment:
        yield environment


def kill_under_load(
    server: Server, customers: list[Customer], kills: int, chance: Random
) -> float:
    """Kill workers, and now and then the whole server; how long that took."""
    started = time.monotonic()
    for done in range(kills):
        time.sleep(chance.uniform(0.05, 0.25))
        if done % 25 == 10:
            server.begin_again()
        else:
            assert server.kill_one(chance) or server.workers() == []
        if done % 5 == 4:
            wait_for(customers, more=20)
    return time.monotonic() - started


def wait_for(customers: list[Customer], *, more: int) -> None:
    """On a busy machine kills would otherwise meet nobody at work."""
    enough = sum(each.acknowledged for each in customers) + more
    patience = time.monotonic() + PATIENCE
    while sum(each.acknowledged for each in customers) < enough:
        assert time.monotonic() < patience, "nothing came in for a minute"
        time.sleep(0.02)


def test_a_killed_server_loses_no_answer_and_takes_none_twice(
    tmp_path, place, full, record_property
) -> None:
    kills = 200 if full else 15
    ledger = tmp_path / "ledger"
    with Foreman(place, "tests.faults.answering_foreman") as foreman:
        tokens = foreman.tell("prepare", limit=200 if full else 30)
        server = Server(place, tokens[0], tmp_path / "log")
        customers = [Customer(server.port, tokens, seed) for seed in range(CUSTOMERS)]
        try:
            for customer in customers:
                customer.start()
            wait_for(customers, more=1)
            took = kill_under_load(server, customers, kills, Random(kills))  # noqa: S311
            for customer in customers:
                customer.stopping.set()
            for customer in customers:
                customer.join(PATIENCE)
        finally:
            server.kill_all()
        notes = [note for customer in customers for note in customer.ledger]
        ledger.write_text("\n".join(map(json.dumps, notes)), "utf-8")
        found = foreman.tell("tally", ledger=str(ledger))
        foreman.tell("close_what_is_open")
        closed = foreman.tell("tally", ledger=str(ledger))

    cuts = sum(customer.cuts for customer in customers)
    record_property("Kills of a server under eight customers", bound(kills))
    record_property(
        "Answers handed in while it was killed",
        f"{found['acknowledged']} acknowledged in {took:.0f} s, {cuts} connections cut",
    )
    assert [word for customer in customers for word in customer.unexpected] == []
    assert cuts > 0  # the kills really fell among customers
    assert found["acknowledged"] > 0
    for account in (found, closed):
        assert (account["lost"], account["twice"], account["phantom"]) == (0, 0, 0)
        assert (account["other_words"], account["orphans"]) == (0, 0)
        assert (account["wrong_cells"], account["trail"]) == (0, True)
        assert all(over <= 0 and odd == 0 for over, odd in account["quotas"])
