"""
Delimited text: its encoding, delimiter, decimal mark and header are told from the file.

The delimiter is the one under which the first lines agree best on a number of cells, their
first such line holding names; a line ``sep=;`` at the top says it. The decimal mark is a
comma where cells like 3,5 are seen and none like 3.5; cells stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .cells import FIGURES, tidy
from .encodings import encoding_of
from .headers import SAMPLE, Header, header_of, is_figures
from .records import Broken, Line, Record, lines, records
from .tables import (
    UNDECODABLE,
    Limits,
    Problem,
    ReadAs,
    Reading,
    Row,
    Table,
    UnreadableFile,
    checked_row,
    letters,
    printable,
)

DELIMITERS = (",", ";", "\t", "|", "，", "；", "｜")
"""Those that are looked for, the first one in a tie."""

SAMPLED_LINES = 120
SAMPLED_CHARACTERS = 2**20

_SAYS = re.compile(r"sep=(.)\r?\n?")
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+")
_WITH_POINT = re.compile(r"[+-]?\d+\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")


def read_delimited(path: Path, *, name: str, reading: Reading, limits: Limits) -> Table:
    """
    The table in a delimited text, read anew from the disk each time it is gone through.

    :raises UnreadableFile: when it is no text, or has no header.
    """
    _refuse_delimiter(reading.delimiter, name)
    encoding = encoding_of(path, name=name, insisted=reading.encoding)
    sample = _sampled(lines(path, encoding))
    said = _SAYS.fullmatch(sample[0].text) if sample else None
    if said:
        sample = sample[1:]
    delimiter = reading.delimiter or (said[1] if said else _delimiter(sample))
    every = list(islice(records(sample, delimiter), 2 * SAMPLE))
    some = [record for record in every if isinstance(record, Record)]
    header = header_of(
        [(record.line, tuple(record.cells)) for record in some],
        file=name,
        reading=reading,
        limits=limits,
    )
    for record in every:
        # A line that may hold the names, and cannot be read, is not passed over.
        if isinstance(record, Broken) and reading.header_line <= record.line < header.line:
            raise UnreadableFile(_broken(record, name, delimiter, limits))
    read_as = ReadAs(
        encoding=encoding,
        delimiter=delimiter,
        decimal=reading.decimal or _decimal(some, delimiter),
        header_line=header.line,
        header_rows=header.rows,
    )
    rows = Delimited(path, name, encoding, delimiter, header, limits)
    return Table(name, header.names, rows, read_as=read_as, notes=header.notes)


@dataclass(frozen=True, slots=True)
class Delimited:
    """The rows of a delimited file below its header."""

    path: Path
    name: str
    encoding: str
    delimiter: str
    header: Header
    limits: Limits

    def __iter__(self) -> Iterator[Row | Problem]:
        every = lines(self.path, self.encoding)
        found = records(every, self.delimiter, columns=len(self.header.names))
        return self.checked(found)

    def checked(
        self, found: Iterable[Record | Broken], *, before: int = 0
    ) -> Iterator[Row | Problem]:
        """
        The rows that these records are, ``before`` others having been counted.

        :raises UnreadableFile: when they are too many.
        """
        names, below = self.header.names, self.header.last
        count = before
        for record in found:
            if record.line <= below:
                continue
            if isinstance(record, Record) and not any(record.cells):
                continue
            count += 1
            if count > self.limits.rows:
                params = {"limit": self.limits.rows}
                raise UnreadableFile(Problem("too_many_rows", self.name, params=params))
            if isinstance(record, Broken):
                yield _broken(record, self.name, self.delimiter, self.limits)
            elif record.spoilt:
                yield self._spoilt(record)
            else:
                yield checked_row(
                    tuple(record.cells),
                    file=self.name,
                    line=record.line,
                    names=names,
                    limits=self.limits,
                )

    def _spoilt(self, record: Record) -> Problem:
        """The row whose first cell of bytes that are no text is told."""
        cells = record.cells
        place = next(place for place, cell in enumerate(cells) if UNDECODABLE in cell)
        names = self.header.names
        column = names[place] if place < len(names) else letters(place)
        params = {"encoding": self.encoding}
        return Problem(
            "undecodable", self.name, record.line, column, params, printable(cells)
        )


def _broken(record: Broken, name: str, delimiter: str, limits: Limits) -> Problem:
    params = {"limit": limits.characters} if record.code == "cell_too_long" else {}
    cells = printable(record.text.rstrip("\r\n").split(delimiter))
    return Problem(record.code, name, record.line, params=params, cells=cells)


def _refuse_delimiter(delimiter: str, name: str) -> None:
    if delimiter and delimiter not in DELIMITERS:
        params = {"delimiter": delimiter, "delimiters": " ".join(DELIMITERS)}
        raise UnreadableFile(Problem("no_such_delimiter", name, params=params))


def _sampled(every: Iterable[Line]) -> list[Line]:
    found, characters = [], 0
    for line in islice(every, SAMPLED_LINES):
        found.append(line)
        characters += len(line.text)
        if characters > SAMPLED_CHARACTERS:
            break
    return found


def _delimiter(sample: Sequence[Line]) -> str:
    text = "".join(line.text for line in sample)
    seen = [delimiter for delimiter in DELIMITERS if delimiter in text]
    return max(seen, key=lambda each: _agreement(sample, each), default=DELIMITERS[0])


def _agreement(sample: Sequence[Line], delimiter: str) -> float:
    """How many cells how many lines agree upon; half, where the first holds no names."""
    some = [r.cells for r in records(sample, delimiter) if isinstance(r, Record)]
    counts = Counter(len(cells) for cells in some if len(cells) > 1)
    if not counts:
        return 0.0
    [(usual, agreeing)] = counts.most_common(1)
    first = next(cells for cells in some if len(cells) == usual)
    share = agreeing / len(some)
    return usual * share**2 / (2 if any(map(is_figures, first)) else 1)


def _decimal(some: Sequence[Record], delimiter: str) -> str:
    cells = [tidy(cell) for record in some for cell in record.cells]
    figures = [said["figures"] for cell in cells if (said := FIGURES.fullmatch(cell))]
    commas = [cell for cell in figures if _WITH_COMMA.fullmatch(cell)]
    # Where commas part the columns, those that part thousands were put between quotes.
    if delimiter == "," and all(map(_THOUSANDS.fullmatch, commas)):
        return "."
    points = sum(bool(_WITH_POINT.fullmatch(cell)) for cell in figures)
    return "," if len(commas) > points else "."
