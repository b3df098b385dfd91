"""
Any file in: CSV, XLSX, XLS and SAV become one kind of table.

Pure Python; the wizard, the ``import`` command and ``gapless gap`` read alike.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from .delimited import read_delimited
from .spss import read_spss
from .tables import DETECTED, Limits, Problem, Reading, Table, UnreadableFile
from .workbooks import read_xls, read_xlsx

DELIMITED = (".csv", ".tsv", ".txt")
KNOWN = (*DELIMITED, ".xlsx", ".xls", ".sav")

MARKS = {
    b"PK\x03\x04": ".xlsx",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".xls",
    b"$FL2": ".sav",
    b"$FL3": ".sav",
}

PAGES = (b"<!doctype", b"<html", b"<table", b"<?xml")

LIMITS = Limits()


def read_table(
    path: Path,
    *,
    reading: Reading = DETECTED,
    name: str | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """
    The table in a delimited text, a workbook or an SPSS file.

    :param reading: what somebody insists on; all else is told from the file.
    :param name: what people call the file, where the path is ours; its ending says
        what kind of file it is.
    :raises UnreadableFile: saying what is wrong, where, and what to do about it.
    """
    name = name or path.name
    _refuse_unopenable(path, name, limits)
    suffix = Path(name).suffix.lower()
    if suffix not in KNOWN:
        known = ", ".join(KNOWN)
        raise UnreadableFile(Problem("wrong_extension", name, params={"known": known}))
    match _kind(path, suffix, name):
        case ".xlsx":
            return read_xlsx(path, name=name, reading=reading, limits=limits)
        case ".xls":
            return read_xls(path, name=name, reading=reading, limits=limits)
        case ".sav":
            return read_spss(path, name=name, limits=limits)
    return read_delimited(path, name=name, reading=reading, limits=limits)


def _kind(path: Path, suffix: str, name: str) -> str:
    """What a file is by its first bytes; many a program calls its text .xls."""
    with path.open("rb") as file:
        start = file.read(512)
    for mark, kind in MARKS.items():
        if start.startswith(mark):
            return kind
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(PAGES):
        raise UnreadableFile(Problem("web_page", name))
    return ".csv" if suffix == ".xls" else suffix


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
