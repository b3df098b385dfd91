"""Contents on disk, each under its SHA-256, in the folder of Django's default storage."""

import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import default_storage

from .rules import HEAD

INCOMING = "incoming"


class TooLarge(Exception):
    """The file has more bytes than one may have."""


class Empty(Exception):
    """The file has no bytes at all."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Some content that lies safely on disk."""

    sha256: str
    size: int
    head: bytes


def put(chunks: Iterable[bytes], *, limit: int) -> Blob:
    """
    Write content to disk, so that it survives a power cut: to a temporary file, synced,
    renamed, and the folder synced (reliability.md F2). Known content is not kept twice.

    :raises TooLarge: more than ``limit`` bytes; :raises Empty: none.
    """
    incoming = _root() / INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    temporary = incoming / uuid.uuid4().hex
    try:
        with temporary.open("xb") as file:
            blob = _copy(chunks, file, limit)
            file.flush()
            os.fsync(file.fileno())
        _keep(temporary, blob.sha256)
    finally:
        temporary.unlink(missing_ok=True)
    return blob


def _copy(chunks: Iterable[bytes], file: BinaryIO, limit: int) -> Blob:
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        head += chunk[: HEAD - len(head)]
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Empty
    return Blob(digest.hexdigest(), size, head)


def _keep(temporary: Path, sha256: str) -> None:
    path = path_of(sha256)
    with _folder_lock():
        if path.exists():
            os.utime(path)  # wanted again: `remove` spares what is fresh
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.rename(path)
        for folder in (path.parent, path.parent.parent, _root()):
            sync(folder)


def path_of(sha256: str) -> Path:
    return _root() / sha256[:2] / sha256[2:4] / sha256


def stored() -> Iterator[str]:
    """Every content on disk, by its SHA-256."""
    for path in _root().glob("??/??/*"):
        yield path.name


def remove(sha256: str, *, unused_since: datetime, wanted: Callable[[str], bool]) -> bool:
    """
    Delete content that no row wants and nobody has brought since. Whoever brings it at
    this very moment either makes it fresh first, or finds it gone and writes it anew.
    """
    path = path_of(sha256)
    with _folder_lock():
        if not path.exists() or _touched_at(path) >= unused_since or wanted(sha256):
            return False
        path.unlink()
        return True


def forget_unfinished(*, since: datetime) -> None:
    """Delete what writers that died left behind."""
    for path in (_root() / INCOMING).glob("*"):
        if _touched_at(path) < since:
            path.unlink(missing_ok=True)


def _touched_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _root() -> Path:
    return Path(default_storage.path(""))


def sync(folder: Path) -> None:
    """See to it that what a folder lists survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _folder_lock() -> Iterator[None]:
    # The kernel lets go of it when its process dies.
    with (_root() / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
