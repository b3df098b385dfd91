"""Taking a backup: one snapshot of the database and its files, written, and read back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tarfile import TarFile
from typing import IO, TypeAlias
from uuid import uuid4

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from gapless.core.audit.actions import record, seal_finished
from gapless.core.audit.queries import last_seal
from gapless.core.audit.rules import GENESIS
from gapless.core.evidence.queries import one_snapshot
from gapless.core.files import blobs
from gapless.core.files.queries import contents
from gapless.people.org.queries import organisation

from . import archive, rows
from .archive import Kept, Manifest, Rows, Trail
from .keys import known_by

Progress: TypeAlias = Callable[[int], None]  # rows so far


class AlreadyThere(Exception):
    """There is a file of that name; a backup overwrites nothing."""


class NothingHere(Exception):
    """There is no installation to take a backup of, or its tables are of another day."""


class Unsound(Exception):
    """The database does not pass its own check; what it says is in the message."""


class ReadBackOtherwise(Exception):
    """The disk does not give back what was written to it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that lies safely on disk."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest


def take(target: Path, *, now: datetime, progress: Progress) -> Taken:
    """
    Write a backup to ``target``, or under a name with the time into the folder that it is.

    :raises AlreadyThere, NothingHere, Unsound, ReadBackOtherwise:
        as said there; nothing was written then.
    """
    root = None if unapplied() else organisation()
    if root is None:
        raise NothingHere
    path = target / f"gapless-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz"
    path = path if target.is_dir() else target
    seal_finished()
    with _unfinished(path) as file:
        with one_snapshot():
            _check()
            manifest = _write(file, now, progress)
        file.flush()
        os.fsync(file.fileno())
        digest = _read_back(file, manifest)
        size = file.seek(0, 2)
    taken = Taken(path, size, digest, manifest)
    with transaction.atomic():
        record(
            "backup.taken",
            subject=root,
            by=None,
            at=now,
            unit=root,
            rows=manifest.rows,
            size=size,
            sha256=digest,
        )
    return taken


def unapplied() -> list[str]:
    """The migrations that this database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def schema() -> list[str]:
    """The migrations that make the tables this program knows."""
    graph = MigrationExecutor(None).loader.graph
    return sorted(".".join(node) for node in graph.nodes)


@contextmanager
def _unfinished(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when all is well with it, and goes when not."""
    if path.exists():
        raise AlreadyThere(path)
    partial = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        # It holds what people said: nobody else may read it.
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(partial, flags, 0o600), "w+b") as file:
            yield file
        try:
            path.open("xb").close()  # the name is ours, or somebody's who was first
        except FileExistsError:
            raise AlreadyThere(path) from None
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    blobs.sync(path.parent)


def _check() -> None:
    """What SQLite can say of its own file; PostgreSQL keeps its constraints itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        said = cursor.fetchone()[0]
        if said != "ok":
            raise Unsound(said)
        cursor.execute("PRAGMA foreign_key_check")
        if stray := cursor.fetchone():
            raise Unsound(f"{stray[0]} → {stray[2]}")


def _write(file: IO[bytes], now: datetime, progress: Progress) -> Manifest:
    with archive.writing(file) as tar:
        files, missing = _write_files(tar)
        done, tables = 0, []
        for model in rows.tables():
            tables.append(_write_table(tar, model))
            done += tables[-1].rows
            progress(done)
        manifest = Manifest(
            gapless=version("gapless"),
            engine=f"{connection.vendor} {_version()}",
            taken_at=now.isoformat(),
            migrations=schema(),
            keys=known_by(),
            trail=trail(),
            tables=tables,
            files=files,
            missing=missing,
            left_out={**rows.LEFT_OUT, **rows.LEFT_OUT_COLUMNS, **rows.LEFT_OUT_TABLES},
        )
        archive.add(tar, archive.MANIFEST, manifest.as_json())
    return manifest


def _version() -> str:
    return ".".join(map(str, connection.get_database_version()))


def trail() -> Trail:
    """How far the audit trail has come."""
    last = last_seal()
    return Trail(last.seq, last.hash) if last else Trail(0, GENESIS)


def _write_files(tar: TarFile) -> tuple[list[Kept], list[str]]:
    """The contents that are what their name says, and the names of the others."""
    files, missing = [], []
    for name, size in contents():
        try:
            with blobs.path_of(name).open("rb") as content:
                sound = archive.digest_of(content) == name
                if sound:
                    content.seek(0)
                    archive.add_stream(tar, archive.FILES + name, size, content)
        except FileNotFoundError:
            sound = False
        if sound:
            files.append(Kept(name, size))
        else:
            missing.append(name)
    return files, missing


def _write_table(tar: TarFile, model: rows.Table) -> Rows:
    label, digest, count = model._meta.label, sha256(), 0
    parts: list[str] = []
    for part in archive.in_parts(rows.lines_of(model)):
        content = b"".join(part)
        digest.update(content)
        count += len(part)
        parts.append(archive.add(tar, archive.part_of(label, len(parts)), content))
    return Rows(
        model=label,
        columns=rows.columns_of(model),
        rows=count,
        sha256=digest.hexdigest(),
        last_number=rows.last_number(model),
        parts=parts,
    )


def _read_back(file: IO[bytes], written: Manifest) -> str:
    """The hash of the whole file, when every part of it is what was written."""
    archive.forget_cached(file)
    try:
        found = archive.checked(file)
    except (archive.NotABackup, archive.Damaged) as error:
        raise ReadBackOtherwise from error
    if found != written:
        raise ReadBackOtherwise
    file.seek(0)
    return archive.digest_of(file)
