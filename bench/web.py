"""
How many customers can answer in a second: `make bench-web`.

A cycle is one customer: GET the questionnaire, then POST a complete answer with the CSRF
token of that page; acknowledged after the commit of answer, cells and trail. Beside it, in
the same run and under the same server settings: the least that Django can do, and rows put
straight into the same database. Only numbers of one run belong together.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

import customers
import inserts
import postgres
import psycopg
from load import Cycle, Tally, press
from servers import BENCH, clean_environment, run, serving

AIM = "Aim: 500 cycles a second or more, and 99 of 100 requests within 50 ms."
WARM_UP = 3.0  # seconds, of every round
RAW_SECONDS = 2.0

AddressOf = Callable[[str], str]
"""The address of a new database of that name."""


@dataclass(slots=True)
class Peer:
    """A running server, what one of its customers does, and what was measured."""

    title: str
    port: int
    begin: Callable[[], Cycle]
    rounds: list[Tally] = field(default_factory=list)
    acknowledged: int = 0

    def measure(self, wanted: Namespace) -> None:
        tally, cycles = press(
            self.port,
            self.begin,
            connections=wanted.connections,
            seconds=wanted.seconds,
            warm_up=WARM_UP,
        )
        self.rounds.append(tally)
        self.acknowledged += cycles

    @property
    def per_second(self) -> float:
        return statistics.median(tally.per_second for tally in self.rounds)

    @property
    def client(self) -> float:
        """The share of one core that the client itself took."""
        return statistics.median(tally.cpu / tally.wall for tally in self.rounds)

    def ms(self, name: str, share: float) -> float:
        """The median over rounds of a percentile, in milliseconds."""
        return 1000 * statistics.median(t.percentile(name, share) for t in self.rounds)


def main() -> int:
    wanted = arguments()
    print(machine(wanted), flush=True)
    sound = True
    for engine in wanted.databases:
        with database(engine) as address_of:
            sound &= bench(engine, address_of, wanted)
    print(f"\n{AIM}")
    return 0 if sound else 1


def arguments() -> Namespace:
    parser = ArgumentParser(description="Measure how many customers can answer.")
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each round")
    parser.add_argument("--halls", type=int, default=20, help="with a QR code each")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    return parser.parse_args()


def machine(wanted: Namespace) -> str:
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}  {os.cpu_count()} cores ({platform.machine()}),"
        f" shared by client, servers and databases; load before the run: {load}.\n"
        f"Python {platform.python_version()}, gunicorn {wanted.workers} × {wanted.threads} "
        f"threads, {wanted.connections} connections, {wanted.halls} halls; medians of "
        f"{wanted.rounds} rounds of {wanted.seconds:.0f} s; every commit durable."
    )


@contextmanager
def database(engine: str) -> Iterator[AddressOf]:
    """A folder, or a server of our own, where databases are made."""
    if engine == "SQLite":
        with tempfile.TemporaryDirectory(prefix="gapless-bench-") as folder:
            yield lambda name: f"sqlite:///{folder}/{name}.sqlite3"
        return
    with postgres.running(durable=True) as server:
        yield lambda name: _created(server, name)


def _created(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "bench_{name}"')
    return f"{server.removesuffix('/postgres')}/bench_{name}"


def bench(engine: str, address_of: AddressOf, wanted: Namespace) -> bool:
    """Everything on one database, in turn, round by round. Whether all was in order."""
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory(prefix="gapless-bench-"))
        ours = clean_environment(
            GAPLESS_DATA=folder,
            DATABASE_URL=address_of("gapless"),
            GAPLESS_URL="http://localhost",
            # All customers of this hall share one address; the limit is asked all the same.
            GAPLESS_ANSWERS_PER_NETWORK="100000000",
        )
        found = json.loads(run([str(BENCH / "campaign.py"), str(wanted.halls)], ours))
        answers = customers.sheets(found["items"])
        theirs = clean_environment(BARE_DATABASE_URL=address_of("bare"))
        run([str(BENCH / "bare.py")], theirs)
        settings = gunicorn(wanted)
        worker = ("-m", "gapless.cli", "worker")
        port = running.enter_context(serving("gapless.wsgi", ours, settings, beside=worker))
        bare = running.enter_context(serving("bare:application", theirs, settings))
        visits = partial(customers.of_gapless, found["tokens"], answers)
        peers = [
            Peer("Gapless", port, visits(scanning=False)),
            Peer("Gapless, from the scan", port, visits(scanning=True)),
            Peer("bare Django", bare, customers.of_bare_django(answers)),
        ]
        # SQLite writes one row after another anyway.
        writers = [1] if engine == "SQLite" else [1, wanted.workers * wanted.threads]
        limits: dict[int, list[float]] = {count: [] for count in writers}
        for _round in range(wanted.rounds):
            for peer in peers:
                peer.measure(wanted)
            for count, rates in limits.items():
                rates.append(
                    inserts.per_second(
                        ours["DATABASE_URL"], answers[0], writers=count, seconds=RAW_SECONDS
                    )
                )
    print(f"\n{engine}\n{table(peers, limits)}", flush=True)
    return account(sum(peer.acknowledged for peer in peers[:2]), ours)


def gunicorn(wanted: Namespace) -> list[str]:
    return [
        *("--workers", str(wanted.workers), "--threads", str(wanted.threads)),
        *("--log-level", "warning"),
    ]


def table(peers: Sequence[Peer], limits: dict[int, list[float]]) -> str:
    """What was measured, each beside how much of it Gapless reaches."""
    ours = peers[0].per_second
    rows = [
        f"{'':24}{'cycles/s':>10}{'Gapless is':>12}{'GET p50':>10}{'p99':>7}"
        f"{'POST p50':>10}{'p99':>7}{'cycle p99':>11}  ms"
    ]
    for peer in peers:
        times = "".join(
            f"{peer.ms(name, share):{width}.1f}"
            for name, share, width in (
                *(("GET", 0.5, 10), ("GET", 0.99, 7)),
                *(("POST", 0.5, 10), ("POST", 0.99, 7), ("cycle", 0.99, 11)),
            )
        )
        ratio = "" if peer is peers[0] else f"{ours / peer.per_second:.2f} ×"
        rows.append(f"{peer.title:24}{peer.per_second:10,.0f}{ratio:>12}{times}")
    for writers, rates in limits.items():
        rate = statistics.median(rates)
        title = "raw insert, 1 writer" if writers == 1 else f"raw insert, {writers} writers"
        rows.append(f"{title:24}{rate:10,.0f}{ours / rate:10.2f} ×")
    rows.append(f"The client took {peers[0].client:.0%} of one core.")
    return "\n".join(rows)


def account(acknowledged: int, environment: dict[str, str]) -> bool:
    """Whether what was acknowledged is there: as often, and in the cells."""
    found = json.loads(run([str(BENCH / "campaign.py"), "account"], environment))
    print(
        f"Acknowledged {acknowledged:,}; answers {found['answers']:,}, "
        f"responses {found['responses']:,}, wrong cells {found['wrong_cells']}.",
        flush=True,
    )
    right = {"answers": acknowledged, "responses": acknowledged}
    return bool(found == right | {"wrong_cells": 0})


if __name__ == "__main__":
    sys.exit(main())
