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
        "%(file)s line %(line)d is text in no encoding that is known; save it as CSV UTF-8."
    ),
    "no_such_encoding": (
        "%(file)s cannot be read as %(encoding)s; choose one of %(encodings)s."
    ),
    "nul_byte": "%(file)s line %(line)d holds a NUL byte; save it as CSV UTF-8.",
    "no_header": "%(file)s has no row of column names; add one at the top.",
    "nul_in_cell": (
        "%(file)s line %(line)d: a cell of “%(column)s” holds a NUL byte; remove it."
    ),
    "undecodable": (
        "%(file)s line %(line)d: bytes in a cell of “%(column)s” are no text in the"
        " encoding %(encoding)s; write the cell again."
    ),
    "malformed_quotes": (
        "%(file)s line %(line)d has a quotation mark that does not match;"
        " double each one inside a quoted cell and close the cell."
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
    "failed_formulas": (
        "%(file)s has more than %(limit)d formulas that failed; save the sheet as values."
    ),
    "no_such_delimiter": (
        "%(file)s cannot be split at “%(delimiter)s”; choose one of %(delimiters)s."
    ),
    "no_such_sheet": "%(file)s has no sheet “%(sheet)s”; it has %(sheets)s.",
    "not_xls": (
        "%(file)s is not an XLS workbook, or is damaged, locked by a password or too large;"
        " open it and save it as .xlsx."
    ),
    "web_page": (
        "%(file)s is a web page under another name; open it in a spreadsheet and save it as"
        " .xlsx."
    ),
    "rows_scattered": (
        "%(file)s does not keep the rows of one respondent together, and has more than"
        " %(limit)d; sort it by respondent."
    ),
    "not_spss": "%(file)s is not an SPSS file, or is damaged; save it again as .sav.",
    # What was mended or passed over while a file was read.
    "empty_name": (
        "%(file)s line %(line)d: column %(column)s has no name; here it goes by its letter."
    ),
    "duplicate_name": (
        "%(file)s line %(line)d names two columns “%(column)s”; the later is “%(name)s”"
        " here."
    ),
    "lines_above": (
        "%(file)s: the column names are taken from line %(line)d; what stands above them is"
        " left out."
    ),
    "names_joined": (
        "%(file)s: the column names are joined from %(rows)d rows; the answers begin below"
        " them."
    ),
    "no_names": (
        "%(file)s line %(line)d looks like answers and not like names; here the columns go"
        " by their letters."
    ),
    "hidden_sheets": "%(file)s has hidden sheets, %(sheets)s; choose one to read it.",
}
"""One English sentence per code, each with its remedy; pages translate by code."""


UNDECODABLE = "\udcff"
"""Stands where bytes could not be decoded; no text can hold it."""


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
    # Of a row that is wrong as a whole: what it holds, so that it can be mended.
    cells: tuple[str, ...] = field(default=(), compare=False)

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
class Reading:
    """How somebody insists a file be read; blank and 0 leave it to what the file shows."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    header_line: int = 0  # the line of the first row of column names
    header_rows: int = 0


DETECTED = Reading()


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a file was read; blank and 0 where a thing is none of its kind of file."""

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    header_line: int = 1
    header_rows: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What an SPSS variable is called, and what its values mean: (value as text, label)."""

    text: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """
    A file's rows as text, exactly as a person would see them.

    ``lines`` can be gone through again and again; a CSV file is read anew each time
    and never held whole. It yields a ``Problem`` in place of a row that is ragged or
    overlong, so that an import may reject that row alone, and raises
    ``UnreadableFile`` where nothing after a line can be trusted. ``notes`` say what was
    mended on the way, such as a column without a name.
    """

    name: str
    header: tuple[str, ...]
    lines: Iterable[Row | Problem]
    read_as: ReadAs = ReadAs()
    labels: Mapping[str, Label] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

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


def checked_row(
    cells: tuple[str, ...], *, file: str, line: int, names: Sequence[str], limits: Limits
) -> Row | Problem:
    """The row, or what is wrong with it alone."""
    if len(cells) != len(names):
        params: dict[str, object] = {"cells": len(cells), "columns": len(names)}
        return Problem("ragged_row", file, line, params=params, cells=printable(cells))
    text = "".join(cells)
    if "\0" in text:
        name = next(n for n, cell in zip(names, cells, strict=True) if "\0" in cell)
        return Problem("nul_in_cell", file, line, name, cells=printable(cells))
    if len(text) > limits.characters:
        for name, cell in zip(names, cells, strict=True):
            if len(cell) > limits.characters:
                params = {"limit": limits.characters}
                return Problem("cell_too_long", file, line, name, params, cells)
    return Row(line, cells)


def printable(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells without what no database holds."""
    return tuple(
        cell.replace("\0", "\ufffd").replace(UNDECODABLE, "\ufffd") for cell in cells
    )


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
    if value.is_integer():
        return str(int(value))
    # As many digits as a spreadsheet shows: 0.6 is stored as 0.6000000000000001.
    return str(float(f"{value:.15g}"))
