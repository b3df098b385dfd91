"""The file of a backup: its parts, its manifest, and whether both say the same."""

import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from gzip import BadGzipFile, GzipFile
from hashlib import sha256
from itertools import zip_longest
from typing import IO, Self

from .rows import Column, Count

FORMAT = 1
MANIFEST = "manifest.json"
FILES, TABLES = "files/", "tables/"
PART = 8_000_000  # bytes of rows that are held in memory at a time
CHUNK = 1_000_000
LEVEL = 4  # of gzip: 6 takes more than twice as long for 6 % fewer bytes
HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # of gzip, as it is written here


class NotABackup(Exception):
    """The file is something else."""


class Damaged(Exception):
    """The file was a backup; a part of it is missing or not what was written."""


class TooNew(Exception):
    """The file is of a format that a later Gapless writes."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What the manifest says of a table."""

    model: str
    columns: list[Column]
    rows: int
    sha256: str
    last_number: int
    parts: list[str]  # SHA-256 of each

    @property
    def count(self) -> Count:
        return Count(self.rows, self.sha256)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the manifest says of the content of a kept file."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Trail:
    """How long the audit trail was, and the last hash of its chain."""

    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What there has to be in a backup, and where it comes from."""

    gapless: str
    engine: str
    taken_at: str
    migrations: list[str]
    keys: dict[str, str]  # file of a key that is not in the backup → how to know it
    trail: Trail
    tables: list[Rows]
    files: list[Kept]
    missing: list[str] = field(default_factory=list)  # contents that were gone already
    left_out: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """:raises TooNew: of a later format; :raises NotABackup: it says something else."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise TooNew
            tables = [
                Rows(**t | {"columns": [Column(**c) for c in t["columns"]]})
                for t in said["tables"]
            ]
            files = [Kept(**kept) for kept in said["files"]]
            trail = Trail(**said["trail"])
            return cls(**said | {"tables": tables, "files": files, "trail": trail})
        except (KeyError, TypeError, ValueError) as error:
            raise NotABackup from error

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def in_parts(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Lines, some megabytes at a time."""
    part: list[bytes] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part


# --- Writing --------------------------------------------------------------------------
@contextmanager
def writing(file: IO[bytes]) -> Iterator[tarfile.TarFile]:
    with (
        GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield tar


def add(tar: tarfile.TarFile, name: str, content: bytes) -> str:
    """Write a part; its SHA-256."""
    add_stream(tar, name, len(content), io.BytesIO(content))
    return sha256(content).hexdigest()


def add_stream(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    part = tarfile.TarInfo(name)
    part.size = size
    tar.addfile(part, content)


# --- Reading --------------------------------------------------------------------------
class _Unpacked(GzipFile):
    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(size)
        except (EOFError, BadGzipFile, zlib.error) as error:
            raise Damaged(str(error)) from error


def parts(file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """
    Every part with its name, in order, to the very last byte of the file.

    :raises NotABackup: it does not begin as one; :raises Damaged: it does not go on so.
    """
    file.seek(0)
    if file.read(len(HEAD)) != HEAD:
        raise NotABackup
    file.seek(0)
    with _Unpacked(fileobj=file) as unpacked:
        try:
            with tarfile.open(fileobj=unpacked, mode="r|") as tar:
                for part in tar:
                    if content := tar.extractfile(part):
                        yield part.name, content
        except tarfile.TarError as error:
            raise Damaged(str(error)) from error
        while unpacked.read(PART):  # only at its end does gzip say that it was whole
            pass


def checked(file: IO[bytes]) -> Manifest:
    """
    Read a backup from its first byte to its last: what its manifest says of it.

    :raises NotABackup, TooNew, Damaged: as said there.
    """
    found: list[tuple[str, str]] = []
    manifest: Manifest | None = None
    for name, content in parts(file):
        if name == MANIFEST:
            manifest = Manifest.from_json(content.read())
        else:
            found.append((name, digest_of(content)))
    if manifest is None:
        raise Damaged(MANIFEST)
    for part, right in zip_longest(found, _wanted(manifest)):
        if part != right:
            raise Damaged((right or part)[0])
    return manifest


def digest_of(content: IO[bytes]) -> str:
    digest = sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _wanted(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for kept in manifest.files:
        yield FILES + kept.sha256, kept.sha256
    for table in manifest.tables:
        for number, digest in enumerate(table.parts):
            yield part_of(table.model, number), digest


def part_of(model: str, number: int) -> str:
    return f"{TABLES}{model}/{number:06}.jsonl"


def forget_cached(file: IO[bytes]) -> None:
    """Make the next read come from the disk, not from memory."""
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
