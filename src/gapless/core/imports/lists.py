"""
Lists that come in with known columns: contacts, units, people. What their columns are
usually called, and a first look into a file that stands in memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from .reading import read_table
from .tables import Limits, Problem, Reading, Table, UnreadableFile

AS_FOUND = Reading()


def plain(name: str) -> str:
    """Without brackets, marks and capitals: "E-mail（必填）" → "e-mail"."""
    name = unicodedata.normalize("NFKC", name)
    return re.sub(r"\(.*?\)|\[.*?\]|[*:]", "", name).strip().casefold()


def guessed(
    header: Iterable[str], usual: Mapping[str, Collection[str]], *, otherwise: str
) -> dict[str, str]:
    """
    What each column holds, by its name; the first of two alike wins.

    :param usual: what is held → how such a column is usually called, as ``plain``.
    """
    free = list(usual)
    found: dict[str, str] = {}
    for name in header:
        called = plain(name)
        guess = next((held for held in free if called in usual[held]), otherwise)
        free = [held for held in free if held != guess]
        found[name] = guess
    return found


@contextmanager
def table_in(
    content: bytes, name: str, limits: Limits, reading: Reading = AS_FOUND
) -> Iterator[Table]:
    """The table in what somebody sent, for as long as it is read."""
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield read_table(Path(file.name), reading=reading, name=name, limits=limits)


def looked_into(
    content: bytes, name: str, limits: Limits, reading: Reading = AS_FOUND
) -> tuple[tuple[str, ...], int]:
    """
    The names of the columns, and how many rows follow.

    :raises UnreadableFile: when it is no table, or has more rows than ``limits`` allow.
    """
    with table_in(content, name, limits, reading) as table:
        rows = sum(1 for _row in table.lines)
    if rows > limits.rows:
        raise UnreadableFile(Problem("too_many_rows", name, params={"limit": limits.rows}))
    return table.header, rows
