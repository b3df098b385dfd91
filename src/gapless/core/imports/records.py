"""
The records of a delimited text, and what becomes of broken ones.

A quotation mark frames a cell where it stands at the cell's beginning; elsewhere it is a
character like any other. A frame may hold line ends. Where a frame is broken, no row is
ever merged with the next in silence:

- A line on which text follows a closing mark, or whose frame is not closed within
  ``SPAN`` lines and ``LONGEST`` characters, is broken alone; reading goes on with the next
  line. Until a line without a trace of that mark has come, lines with an odd number of
  marks are broken too.
- A frame over several lines, each of which would by itself have as many cells as there are
  columns (three or more), has run away over rows: every one of its lines is broken.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from .encodings import ERRORS
from .tables import UNDECODABLE

SPAN = 200
LONGEST = 2**20
"""Lines of a frame, and characters of a line or a frame, before it is taken for broken."""

QUOTE = '"'


class Line(NamedTuple):
    """A line of the file with its number; ``cut`` when it was too long to be held."""

    number: int
    text: str
    cut: bool = False


class Record(NamedTuple):
    line: int
    cells: list[str]
    spoilt: bool = False  # holds bytes that are no text


class Broken(NamedTuple):
    """A line that is no record: its marks do not match, or it is too long."""

    line: int
    code: str
    text: str = ""


def lines(path: Path, encoding: str) -> Iterator[Line]:
    """The lines of a text; no more than ``LONGEST`` characters are ever held."""
    number = 0
    with path.open(encoding=encoding, errors=ERRORS, newline="") as file:
        while text := file.readline(LONGEST):
            number += 1
            if number == 1:
                text = text.lstrip("\ufeff")
            if len(text) == LONGEST and text[-1] not in "\r\n":
                _skip_rest(file)
                yield Line(number, "", cut=True)
            else:
                yield Line(number, text)


def _skip_rest(file: TextIO) -> None:
    while (text := file.readline(LONGEST)) and text[-1] not in "\r\n":
        pass


def records(
    every: Iterable[Line],
    delimiter: str,
    *,
    columns: int = 0,
    enough: Callable[[], bool] | None = None,
) -> Iterator[Record | Broken]:
    """
    The records of these lines, without blank lines. ``columns``: how many there are, where
    that is known. ``enough`` may end them, where the next line stands by itself.
    """
    reader = _Reader(iter(every), delimiter, columns)
    # What has no mark is most of most files, and needs no state.
    for line in reader:
        if line.cut:
            yield Broken(line.number, "cell_too_long")
        elif QUOTE in line.text:
            yield from reader.framed(line)
        elif text := line.text.rstrip("\r\n"):
            reader.doubtful = False
            yield Record(line.number, text.split(delimiter), _is_spoilt(text))
        if enough and not (reader.doubtful or reader.again) and enough():
            return


class _Reader:
    """The lines to come, some of them read before; and whether the last one was broken."""

    def __init__(self, every: Iterator[Line], delimiter: str, columns: int) -> None:
        self.every = every
        self.delimiter = delimiter
        self.columns = columns
        self.again: deque[Line] = deque()
        self.doubtful = False

    def __iter__(self) -> Iterator[Line]:
        while True:
            if self.again:
                yield self.again.popleft()
                continue
            for line in self.every:
                yield line
                if self.again:
                    break
            else:
                return

    def framed(self, line: Line) -> Iterator[Record | Broken]:
        """What a line with a mark begins: one record, or broken lines."""
        if self.doubtful and line.text.count(QUOTE) % 2:
            yield Broken(line.number, "malformed_quotes", line.text)
            return
        cells = self._cells(line.text)
        taken = [line]
        if cells is None:
            cells, taken = self._over_lines(line)
        if cells is None:
            self.doubtful = True
            too_long = len(line.text) > csv.field_size_limit()
            code = "cell_too_long" if too_long else "malformed_quotes"
            yield Broken(line.number, code, line.text)
        elif self._ran_away(taken):
            for each in taken:
                yield Broken(each.number, "malformed_quotes", each.text)
        else:
            self.doubtful = False
            text = "".join(each.text for each in taken)
            yield Record(line.number, cells, _is_spoilt(text))

    def _over_lines(self, line: Line) -> tuple[list[str] | None, list[Line]]:
        """A record that goes on over the next lines; if it is none, they come again."""
        text, taken = line.text, [line]
        for following in self:
            taken.append(following)
            text += following.text
            if following.cut or len(taken) > SPAN or len(text) > LONGEST:
                break
            if QUOTE in following.text and (cells := self._cells(text)):
                return cells, taken
        self.again.extendleft(reversed(taken[1:]))
        return None, [line]

    def _cells(self, text: str) -> list[str] | None:
        try:
            return next(csv.reader([text], delimiter=self.delimiter, strict=True))
        except csv.Error:
            return None

    def _ran_away(self, taken: list[Line]) -> bool:
        inner = self.columns - 1
        return len(taken) > 1 < inner and all(
            line.text.count(self.delimiter) == inner for line in taken
        )


def _is_spoilt(text: str) -> bool:
    return not text.isascii() and UNDECODABLE in text
