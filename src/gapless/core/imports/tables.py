"""A table somebody brought: its rows as text, and what is wrong with it in words."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

SENTENCES: Mapping[str, str] = {
    "missing_file": "%(file)s does not exist; check the path.",
    "not_a_file": "%(file)s is a folder; name a file.",
    "unreadable_file": "%(file)s cannot be opened (%(reason)s); check its permissions.",
    "empty_file": "%(file)s is empty; export it again with a row of column names.",
    "too_large": (
        "%(file)s has %(bytes)d bytes, and at most %(limit)d can be read; split it."
    ),
    "wrong_extension": "%(file)s ends in none of %(known)s; save it as one of these.",
    "unknown_encoding": (
        "%(file)s line %(line)d is neither UTF-8 nor GB18030 text; save it as CSV UTF-8."
    ),
    "nul_byte": "%(file)s line %(line)d holds a NUL byte; save it as CSV UTF-8.",
    "malformed_quotes": (
        "%(file)s line %(line)d has a quotation mark that does not match;"
        " double each one inside a quoted cell and close the cell."
    ),
    "no_header": "%(file)s has no row of column names; add one at the top.",
    "empty_name": (
        "%(file)s line %(line)d: column %(column)s has no name; name it or remove it."
    ),
    "duplicate_name": (
        "%(file)s line %(line)d names two columns “%(column)s”; rename one of them."
    ),
    "ragged_row": (
        "%(file)s line %(line)d has %(cells)d cells, but there are %(columns)d columns;"
        " complete the row, or quote the cell that holds a delimiter."
    ),
    "cell_too_long": (
        "%(file)s line %(line)d has a cell of more than %(limit)d characters; shorten it."
    ),
    "too_many_rows": "%(file)s has more than %(limit)d rows; split it.",
    "too_many_columns": (
        "%(file)s has %(columns)d columns, and at most %(limit)d can be read; remove some."
    ),
    "not_a_workbook": (
        "%(file)s is not an XLSX workbook, or is damaged or locked by a password;"
        " open it and save it as .xlsx."
    ),
    "swollen_workbook": (
        "%(file)s unpacks to far more than its size; copy the answers to a new workbook."
    ),
    "far_cell": (
        "%(file)s uses cell %(column)s%(line)d, far from the rest;"
        " delete the empty rows and columns around the answers."
    ),
    "no_such_sheet": "%(file)s has no sheet “%(sheet)s”; it has %(sheets)s.",
    "not_spss": "%(file)s is not an SPSS file, or is damaged; save it again as .sav.",
}
"""One English sentence per code, each with its remedy; pages translate by code."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong, where, and what fills the blanks of its sentence.

    ``line`` is the line of a text file, the row of a sheet or the case of an SPSS
    file, from 1; ``column`` is the name, or the letter of a nameless column.
    """

    code: str
    file: str
    line: int | None = None
    column: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, sentences: Mapping[str, str] = SENTENCES) -> str:
        """What is wrong and how to mend it, in the words of ``sentences``."""
        place = {"file": self.file, "line": self.line, "column": self.column}
        return sentences[self.code] % {**place, **self.params}


class UnreadableFile(Exception):
    """The file cannot be used as it is; ``problems`` says why, first things first."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(problem.sentence() for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a file is refused."""

    bytes: int = 2**30
    rows: int = 5_000_000
    columns: int = 2_000
    # The longest cell that Excel can hold.
    characters: int = 32_767


class Row(NamedTuple):
    """A row that has a cell for every column."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """
    A file's rows as text, exactly as a person would see them.

    ``lines`` can be gone through again and again; a CSV file is read anew each time
    and never held whole. It yields a ``Problem`` in place of a row that is ragged or
    overlong, so that an import may reject that row alone, and raises
    ``UnreadableFile`` where nothing after a line can be trusted.
    """

    name: str
    header: tuple[str, ...]
    lines: Iterable[Row | Problem]

    @property
    def rows(self) -> Iterator[Row]:
        """
        The rows, all of them sound.

        :raises UnreadableFile: at the first row that is not.
        """
        for line in self.lines:
            if isinstance(line, Problem):
                raise UnreadableFile(line)
            yield line


def checked_header(
    cells: Sequence[str], *, file: str, line: int, limits: Limits
) -> tuple[str, ...]:
    """
    The column names, without surrounding space.

    :raises UnreadableFile: with every missing and every repeated name.
    """
    if len(cells) > limits.columns:
        params = {"columns": len(cells), "limit": limits.columns}
        raise UnreadableFile(Problem("too_many_columns", file, params=params))
    names = tuple(cell.strip() for cell in cells)
    problems, seen = [], set()
    for place, name in enumerate(names):
        if not name:
            problems.append(Problem("empty_name", file, line, letters(place)))
        elif name in seen:
            problems.append(Problem("duplicate_name", file, line, name))
        seen.add(name)
    if problems:
        raise UnreadableFile(*problems)
    return names


def checked_row(
    cells: tuple[str, ...], *, file: str, line: int, columns: int, limits: Limits
) -> Row | Problem:
    """The row, or what is wrong with it alone."""
    if len(cells) != columns:
        params = {"cells": len(cells), "columns": columns}
        return Problem("ragged_row", file, line, params=params)
    if max(map(len, cells)) > limits.characters:
        return Problem("cell_too_long", file, line, params={"limit": limits.characters})
    return Row(line, cells)


def letters(place: int) -> str:
    """A column's letters as a spreadsheet shows them: A for 0, AA for 26."""
    name = ""
    while place >= 0:
        place, last = divmod(place, 26)
        name = chr(ord("A") + last) + name
        place -= 1
    return name


def as_text(value: object) -> str:
    """A stored value as a person reads it: 7 for 7.0, dates in ISO 8601, "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number_as_text(value)
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _number_as_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else str(value)
