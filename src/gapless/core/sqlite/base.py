"""
SQLite lets one writer in and leaves the others to try again after a pause, which is
unfair: with 32 writers the slowest waited 578 ms, in a queue 301 ms (reliability.md D4).
So a write transaction first takes its place in a queue, a lock on a file beside the
database. The kernel frees the lock of a killed process.
"""

import fcntl
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base
from pysqlite3 import sqlite_version_info

# Below this the WAL-reset bug can corrupt the file (reliability.md D2).
SAFE_VERSION = (3, 51, 3)


class DatabaseWrapper(base.DatabaseWrapper):
    _queue: IO[bytes] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if sqlite_version_info < SAFE_VERSION:
            found = ".".join(map(str, sqlite_version_info))
            raise ImproperlyConfigured(
                f"SQLite {found} can corrupt its file under load. "
                "Install pysqlite3 with SQLite 3.51.3 or newer."
            )
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_queue()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_queue()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _enter_queue(self) -> None:
        if self.is_in_memory_db():
            return
        self._queue = Path(f"{self.settings_dict['NAME']}.queue").open("ab")  # noqa: SIM115  held until the transaction ends
        fcntl.flock(self._queue, fcntl.LOCK_EX)

    def _leave_queue(self) -> None:
        if self._queue is not None:
            self._queue.close()
            self._queue = None
