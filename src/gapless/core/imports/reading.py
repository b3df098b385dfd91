"""
Any file in: CSV, XLSX and SAV become one kind of table.

Pure Python; the wizard, the ``import`` command and ``gapless gap`` read alike.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from .spss import read_spss
from .tables import (
    Limits,
    Problem,
    Row,
    Table,
    UnreadableFile,
    checked_header,
    checked_row,
)
from .workbooks import read_workbook

DELIMITED = (".csv", ".tsv", ".txt")
KNOWN = (".csv", ".tsv", ".txt", ".xlsx", ".sav")
DELIMITERS = (",", ";", "\t")

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order: GB18030 reads nearly any bytes, UTF-8 only its own."""

CHUNK = 2**20

LIMITS = Limits()


def read_table(
    path: Path,
    *,
    sheet: str | None = None,
    name: str | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """
    The table in a CSV, XLSX or SAV file, its first row (or the SPSS names) the header.

    :param sheet: the sheet of a workbook; its first one unless given.
    :param name: what people call the file, where the path is ours; its ending says
        what kind of file it is.
    :raises UnreadableFile: saying what is wrong, where, and what to do about it.
    """
    name = name or path.name
    _refuse_unopenable(path, name, limits)
    match Path(name).suffix.lower():
        case ".xlsx":
            return read_workbook(path, sheet=sheet, name=name, limits=limits)
        case ".sav":
            return read_spss(path, name=name, limits=limits)
        case suffix if suffix in DELIMITED:
            return _read_delimited(path, name, limits)
    raise UnreadableFile(
        Problem("wrong_extension", name, params={"known": ", ".join(KNOWN)})
    )


def _refuse_unopenable(path: Path, name: str, limits: Limits) -> None:
    try:
        if path.is_dir():
            raise UnreadableFile(Problem("not_a_file", name))
        with path.open("rb"):
            size = path.stat().st_size
    except FileNotFoundError:
        raise UnreadableFile(Problem("missing_file", name)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        params = {"reason": reason}
        raise UnreadableFile(Problem("unreadable_file", name, params=params)) from None
    if size == 0:
        raise UnreadableFile(Problem("empty_file", name))
    if size > limits.bytes:
        params = {"bytes": size, "limit": limits.bytes}
        raise UnreadableFile(Problem("too_large", name, params=params))


def _read_delimited(path: Path, name: str, limits: Limits) -> Table:
    encoding = _encoding(path, name)
    delimiter = _delimiter(path, encoding)
    records = _records(path, name, encoding, delimiter)
    line, cells = next(records, (1, ()))
    records.close()
    if not any(cells):
        raise UnreadableFile(Problem("no_header", name))
    header = checked_header(cells, file=name, line=line, limits=limits)
    lines = _Delimited(path, name, encoding, delimiter, len(header), limits)
    return Table(name, header, lines)


@dataclass(frozen=True, slots=True)
class _Delimited:
    """The rows of a delimited file, read from the disk each time they are asked for."""

    path: Path
    name: str
    encoding: str
    delimiter: str
    columns: int
    limits: Limits

    def __iter__(self) -> Iterator[Row | Problem]:
        records = _records(self.path, self.name, self.encoding, self.delimiter)
        next(records)
        for count, (line, cells) in enumerate(records, start=1):
            if count > self.limits.rows:
                params = {"limit": self.limits.rows}
                raise UnreadableFile(Problem("too_many_rows", self.name, params=params))
            yield checked_row(
                cells, file=self.name, line=line, columns=self.columns, limits=self.limits
            )


def _records(
    path: Path, name: str, encoding: str, delimiter: str
) -> Generator[tuple[int, tuple[str, ...]], None, None]:
    """The line on which each record starts, and its cells; blank lines are no records."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if cells:
                    yield line, tuple(cells)
                line = reader.line_num + 1
        except csv.Error as error:
            if "field larger than field limit" in str(error):
                params = {"limit": csv.field_size_limit()}
                raise UnreadableFile(
                    Problem("cell_too_long", name, line, params=params)
                ) from None
            raise UnreadableFile(Problem("malformed_quotes", name, line)) from None


def _encoding(path: Path, name: str) -> str:
    """The first encoding in which the whole file reads, tried chunk by chunk."""
    undecodable = []
    for encoding in ENCODINGS:
        line = _undecodable_line(path, name, encoding)
        if line is None:
            return encoding
        undecodable.append(line)
    raise UnreadableFile(Problem("unknown_encoding", name, undecodable[0]))


def _undecodable_line(path: Path, name: str, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                line += chunk[: chunk.index(b"\0")].count(b"\n")
                raise UnreadableFile(Problem("nul_byte", name, line))
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _delimiter(path: Path, encoding: str) -> str:
    """The one that splits the header into the most names; the comma in a tie."""

    def names(delimiter: str) -> int:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            try:
                return len(next((cells for cells in reader if cells), ()))
            except csv.Error:
                return 0

    return max(DELIMITERS, key=names)
