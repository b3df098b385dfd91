"""The limit: rows of a form's size into the same database, a durable transaction each."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
import pysqlite3

TABLE = "CREATE TABLE IF NOT EXISTS bench_row (id {} PRIMARY KEY, at timestamp, said text)"
INSERT = "INSERT INTO bench_row (at, said) VALUES (CURRENT_TIMESTAMP, {})"
Put = Callable[[str], object]


def per_second(
    address: str, said: Mapping[str, str], *, writers: int, seconds: float
) -> float:
    """How many rows a second so many writers commit, at one database address."""
    row, counts = json.dumps(said), [0] * writers
    ends = time.perf_counter() + seconds

    def write(place: int) -> None:
        put = _sqlite(address) if address.startswith("sqlite:") else _postgres(address)
        while time.perf_counter() < ends:
            put(row)
            counts[place] += 1

    threads = [threading.Thread(target=write, args=(place,)) for place in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _sqlite(address: str) -> Put:
    file = Path(address.removeprefix("sqlite:///"))
    connection = pysqlite3.dbapi2.connect(file, isolation_level=None, timeout=20)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(TABLE.format("integer"))
    return lambda row: connection.execute(INSERT.format("?"), [row])


def _postgres(address: str) -> Put:
    connection = psycopg.connect(address, autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")  # two makers of one table collide
        cursor.execute(TABLE.format("bigserial"))
        cursor.execute("SELECT pg_advisory_unlock(1)")
    return lambda row: connection.execute(INSERT.format("%s"), [row])
