"""
The rows of a table, those of plain text many at a time: numpy finds their cells.

A line is plain when it has as many cells as there are columns, and neither a quotation
mark nor a NUL byte. Every other line is read the slow way (delimited.py), which is the
definition: what is told of a file, and in which order, is the same.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from .delimited import Delimited
from .records import QUOTE, Line, lines, records
from .tables import Problem, Row, Table

SIZE = 2**16
"""Bytes of a block: of larger arrays the memory would be fetched anew for every block."""

FEW = 24
"""So many plain lines between others are not worth arrays of their own."""

ONE_BYTE = (",", ";", "\t", "|")
"""The delimiters that can be looked for among bytes."""

NEWLINE, RETURN = b"\n\r"
BYTE_ORDER = "\ufeff"

Places = NDArray[np.intp]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """Rows, and where each of their cells begins and ends in ``data``."""

    data: bytes  # UTF-8, and after its end a word of zeros
    starts: Places  # (rows, columns)
    ends: Places
    lines: Places  # (rows,)

    def __len__(self) -> int:
        return len(self.lines)

    def chosen(self, rows: Mask) -> Plain:
        return Plain(self.data, self.starts[rows], self.ends[rows], self.lines[rows])

    def texts(self, column: int) -> list[str]:
        return self.text_between(self.starts[:, column], self.ends[:, column])

    def row(self, at: int) -> Row:
        cells = self.text_between(self.starts[at], self.ends[at])
        return Row(int(self.lines[at]), tuple(cells))

    def text_between(self, starts: Places, ends: Places) -> list[str]:
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        return [self.data[start:end].decode() for start, end in pairs]


def parts(table: Table) -> Iterator[Row | Problem | Plain]:
    """
    What ``table.lines`` yields, in its order, plain rows of a text many at a time.

    :raises UnreadableFile: where nothing after a line can be trusted.
    """
    rows = table.lines
    if not isinstance(rows, Delimited) or rows.delimiter not in ONE_BYTE:
        yield from rows
        return
    source, columns, count = _Source(rows), len(rows.header.names), 0
    while source.more() and count + source.left <= rows.limits.rows:
        if source.at_run():
            plain = source.run()
            count += len(plain)
            yield plain
            continue
        found = records(source, rows.delimiter, columns=columns, enough=source.at_run)
        for row in rows.checked(found, before=count):
            count += 1
            yield row
    # What cannot be had in blocks, or may be too much.
    yield from rows.checked(records(source, rows.delimiter, columns=columns), before=count)


class _Source(Iterator[Line]):
    """The lines of a text to come: one by one, or a run of plain ones."""

    def __init__(self, rows: Delimited) -> None:
        self._rows = rows
        self._blocks = _blocks(rows)
        self._block = _Block("", 0, rows)
        self._at = 0
        self._rest: Iterator[Line] = iter(())

    @property
    def left(self) -> int:
        """How many lines of this block."""
        return len(self._block) - self._at

    def more(self) -> bool:
        """Whether the next line is in a block."""
        if self.left:
            return True
        before = self._block.before + len(self._block)
        text = next(self._blocks, "")
        self._at, self._block = 0, _Block(text or "", before, self._rows)
        if text is None or self._block.odd:
            self._blocks, self._block = iter(()), _Block("", before, self._rows)
            every = lines(self._rows.path, self._rows.encoding)
            self._rest = islice(every, before, None)
        return bool(self.left)

    def __next__(self) -> Line:
        if not self.more():
            return next(self._rest)
        self._at += 1
        return self._block.line(self._at - 1)

    def at_run(self) -> bool:
        return bool(self.left and self._block.until[self._at])

    def run(self) -> Plain:
        start, self._at = self._at, int(self._block.until[self._at])
        return self._block.plain(start, self._at)


def _blocks(rows: Delimited) -> Iterator[str | None]:
    """Whole lines of the text; None where only lines() can tell how it goes on."""
    decoder = codecs.getincrementaldecoder(rows.encoding)()
    rest, begun, piece = "", False, b"-"
    with rows.path.open("rb") as file:
        while piece:
            piece = file.read(SIZE)
            try:
                text = rest + decoder.decode(piece, final=not piece)
            except UnicodeDecodeError:
                yield None
                return
            if not begun:
                text = text.lstrip(BYTE_ORDER)
                begun = bool(text)
            end = text.rfind("\n") + 1 if piece else len(text)
            text, rest = text[:end], text[end:]
            if len(rest) > SIZE:
                yield None
                return
            if text:
                yield text


class _Block:
    """Some lines, and which of them are plain; ``odd`` when they end as on no system."""

    def __init__(self, text: str, before: int, rows: Delimited) -> None:
        self.before = before
        self._text = text
        self._lines: list[str] = []
        self._columns = len(rows.header.names)
        data = text.encode()
        if text and data[-1] != NEWLINE:
            data += b"\n"
        seen = np.frombuffer(data, np.uint8)
        newline = seen == NEWLINE
        newlines = np.flatnonzero(newline)
        self._ends = np.flatnonzero(newline | (seen == ord(rows.delimiter)))
        self._starts = np.concatenate(([0], self._ends[:-1] + 1))
        last = np.searchsorted(self._ends, newlines)
        returned = seen[newlines - 1] == RETURN
        self._ends[last] -= returned
        self.odd = np.count_nonzero(seen == RETURN) != np.count_nonzero(returned)
        self._first = np.concatenate(([0], last[:-1] + 1))  # of the cells of each line
        self._data = data + bytes(WORD)
        cells = last + 1 - self._first
        length = self._ends[last] - self._starts[self._first]
        blank = length < cells
        self._plain = (cells == self._columns) & (length <= rows.limits.characters) & ~blank
        if QUOTE in text or "\0" in text:
            marks = np.flatnonzero((seen == ord(QUOTE)) | (seen == 0))
            self._plain[np.searchsorted(newlines, marks)] = False
        usual = self._plain | blank
        usual[: max(0, rows.header.last - before)] = False
        self.until = _runs(usual)

    def __len__(self) -> int:
        return len(self.until)

    def line(self, at: int) -> Line:
        if not self._lines:
            self._lines = list(io.StringIO(self._text, newline=""))
        return Line(self.before + at + 1, self._lines[at])

    def plain(self, start: int, stop: int) -> Plain:
        rows = start + np.flatnonzero(self._plain[start:stop])
        first, columns = self._first[rows], self._columns
        cells: slice | Places = first[:, None] + np.arange(columns)
        if len(rows) == stop - start:
            cells = slice(first[0], first[-1] + columns)
        starts = self._starts[cells].reshape(-1, columns)
        ends = self._ends[cells].reshape(-1, columns)
        return Plain(self._data, starts, ends, self.before + rows + 1)


def _runs(usual: Mask) -> Places:
    """For each line of a run where the run ends, and 0 for every other line."""
    until = np.zeros(len(usual), np.intp)
    edges = np.flatnonzero(usual[1:] != usual[:-1]) + 1
    for start, stop in pairwise([0, *edges.tolist(), len(usual)]):
        if stop - start > FEW and usual[start]:
            until[start:stop] = stop
    return until


WORD = 8
SLOTS = 14  # bits
SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio: its multiples lie far apart (Knuth, vol. 3, 6.4)."""


class Lookup:
    """What cells stand for, asked once for every text that is no longer than a word."""

    def __init__(self, number: Callable[[str], int]) -> None:
        self._number = number
        # A word that no text can be: all its bits set are not UTF-8.
        self._keys = np.full(2**SLOTS, ~np.uint64(0))
        self._numbers = np.zeros(2**SLOTS, np.int64)

    def of(self, plain: Plain, columns: slice | Sequence[int]) -> Numbers:
        """The numbers of the cells of these columns, (rows, columns)."""
        starts, ends = plain.starts[:, columns], plain.ends[:, columns]
        lengths = (ends - starts).view(np.uint64)
        words = np.ndarray((len(plain.data) - WORD + 1,), "<u8", plain.data, strides=(1,))
        # What lies behind the end of a cell is shifted out.
        keys = words.take(starts) << (np.uint64(WORD) - lengths << np.uint64(3))
        slots = _slots(keys)
        found = self._numbers.take(slots)
        unknown = self._keys.take(slots) != keys
        if unknown.any():
            found[unknown] = self._learnt(keys[unknown])
        long = lengths > WORD
        if long.any():
            texts = plain.text_between(starts[long], ends[long])
            found[long] = [self._number(text) for text in texts]
        return found

    def _learnt(self, keys: NDArray[np.uint64]) -> Numbers:
        each, place = np.unique(keys, return_inverse=True)
        texts = [int(key).to_bytes(WORD, "little").lstrip(b"\0").decode() for key in each]
        numbers = np.array([self._number(text) for text in texts], np.int64)
        for slot, key, number in zip(_slots(each), each, numbers, strict=True):
            self._keys[slot], self._numbers[slot] = key, number
        return numbers[place]


def _slots(keys: NDArray[np.uint64]) -> Places:
    return (keys * SPREAD >> np.uint64(64 - SLOTS)).view(np.intp)
