"""From the text of cells to arrays of whole numbers, with every cell that is none told."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gapless.core.imports.plain import Lookup, Plain, parts
from gapless.core.imports.tables import Problem, Row, Table, UnreadableFile

from . import mapping
from .mapping import refusal

LISTED = 20
"""How many problems are told one by one; the rest is counted."""

LONGEST_SHOWN = 40
"""How much of a wrong cell its sentence repeats."""

UNANSWERED = -(2**15)
LARGEST = 1000
"""No rating scale is longer; what lies beyond is a date or an identifier."""

WEIGHT_UNIT = 1000
"""Importance points are counted in thousandths, so that 33.3 stays exact."""

CASE_UNIT = 10**10
"""How much an answer counts is kept to ten decimals: surveys publish as many."""

SENTENCES: Mapping[str, str] = {
    **mapping.SENTENCES,
    "no_column": (
        "%(map)s line %(line)d maps column “%(column)s”, which %(file)s does not have;"
        " correct the name, or write the kind ignore."
    ),
    "no_where_column": (
        "%(file)s has no column “%(column)s” for --where; name one of its columns."
    ),
    "not_a_number": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is not a number;"
        " write a whole number, or, if it was not answered, leave the cell blank or list"
        " it as missing in the map."
    ),
    "not_whole": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is not a whole number;"
        " write the code that was ticked."
    ),
    "too_large": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is on no rating scale;"
        " correct it or map the column to another kind."
    ),
    "off_scale": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is outside the scale"
        " %(low)d-%(high)d; correct it, leave it blank, or give another --scale."
    ),
    "off_kind": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is outside"
        " %(low)d-%(high)d, the scale of its kind; correct it, or list it as missing in"
        " the map."
    ),
    "not_a_weight": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is not a weight;"
        " write points from 0 to 100 with at most three decimals."
    ),
    "not_a_case_weight": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is not the weight of an"
        " answer; write a number above 0 and at most 1000."
    ),
}

_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_POINTS = re.compile(r"[0-9]{1,4}(\.[0-9]{0,3}0*)?", re.ASCII)
_PLAIN = re.compile(r"[0-9]{1,4}(\.[0-9]{0,20})?|\.[0-9]{1,20}", re.ASCII)


NONE = -(2**62)
"""Of a cell that is neither blank nor an answer, while many are read at a time."""


class NoAnswer(Exception):
    """A cell that is neither blank nor an answer; its argument is the sentence's code."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From its lowest to its highest level; ``given``, or what the answers span."""

    low: int
    high: int
    given: bool


class Numbers(dict[str, int]):
    """The number that a cell stands for, worked out once for each text."""

    def __init__(
        self,
        parse: Callable[[str], int],
        *,
        missing: Iterable[str] = (),
        scale: Scale | None = None,
    ) -> None:
        super().__init__()
        self._parse = parse
        self._missing = frozenset(missing)
        self.scale = scale

    def __missing__(self, cell: str) -> int:
        text = cell.strip()
        number = self._parse("" if text in self._missing else text)
        self[cell] = number
        return number


def codes(
    *,
    missing: Iterable[str] = (),
    scale: Scale | None = None,
    outside: str = "off_scale",
) -> Numbers:
    """Answers on a scale; blank and missing cells are unanswered."""
    parse = partial(_code, scale=scale, outside=outside)
    return Numbers(parse, missing=missing, scale=scale)


def points(*, missing: Iterable[str] = ()) -> Numbers:
    """Importance points in thousandths; blank and missing cells hold none."""
    return Numbers(_points, missing=missing)


def case_weights(*, missing: Iterable[str] = ()) -> Numbers:
    """How much an answer counts, in its unit; 0 where it is not said."""
    return Numbers(_case_weight, missing=missing)


Columns = Sequence[tuple[str, Numbers]]


@dataclass(frozen=True, slots=True)
class Cells:
    """``codes`` are (rows, columns), as are ``amounts``, in the units of their column."""

    rows: int
    codes: NDArray[np.int16]
    amounts: NDArray[np.int64]


def read_cells(
    table: Table,
    answers: Columns,
    amounts: Columns,
    *,
    where: Sequence[tuple[str, str]] = (),
) -> Cells:
    """
    The cells of these columns in the rows that fulfil every ``where`` (column, value).

    :raises Refused: with everything that is wrong, the first twenty in full.
    """
    conditions = [(table.header.index(column), value) for column, value in where]
    reader = _Reader(table, answers, amounts)
    try:
        for line in parts(table):
            if isinstance(line, Plain):
                reader.take_plain(_meeting(line, conditions))
            elif isinstance(line, Problem):
                reader.troubles.add(line)
            elif all(line.cells[place].strip() == value for place, value in conditions):
                reader.take(line)
    except UnreadableFile as error:
        for problem in error.problems:
            reader.troubles.add(problem)
    troubles = reader.troubles
    if troubles.count:
        more = troubles.count - len(troubles.listed)
        raise refusal(troubles.listed, sentences=SENTENCES, more=more)
    return reader.cells()


def _meeting(plain: Plain, conditions: Sequence[tuple[int, str]]) -> Plain:
    """The rows that fulfil every condition."""
    for place, value in conditions:
        cells = plain.texts(place)
        plain = plain.chosen(np.array([cell.strip() == value for cell in cells], bool))
    return plain


def refuse_absent_columns(
    table: Table,
    lines: Mapping[str, int],
    map_name: str,
    where: Sequence[tuple[str, str]],
) -> None:
    """
    Hold the file to what the map says of it.

    :raises Refused: when a column that the map needs, or a condition names, is not there.
    """
    problems = [
        Problem("no_column", table.name, line, column, {"map": map_name})
        for column, line in lines.items()
        if column not in table.header
    ]
    problems += [
        Problem("no_where_column", table.name, column=column)
        for column, _ in where
        if column not in table.header
    ]
    if problems:
        raise refusal(problems, sentences=SENTENCES)


@dataclass(slots=True)
class _Troubles:
    listed: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if self.count <= LISTED:
            self.listed.append(problem)


Placed = list[tuple[int, str, Numbers]]


class _Many:
    """The numbers of many rows at a time, of columns that are read alike at once."""

    def __init__(self, columns: Placed, kind: type[np.int16 | np.int64]) -> None:
        self._shape, self._kind = len(columns), kind
        alike: dict[int, tuple[Lookup, list[int], list[int]]] = {}
        for at, (place, _, numbers) in enumerate(columns):
            if id(numbers) not in alike:
                lookup = Lookup(partial(_number, numbers=numbers))
                alike[id(numbers)] = (lookup, [], [])
            _, places, ats = alike[id(numbers)]
            places.append(place)
            ats.append(at)
        self._alike = [
            (lookup, _side_by_side(places), _side_by_side(ats))
            for lookup, places, ats in alike.values()
        ]

    def of(self, rows: Plain) -> tuple[NDArray[np.int16 | np.int64], NDArray[np.bool_]]:
        """The numbers, (rows, columns), and which rows hold a cell that is none."""
        found = np.empty((len(rows), self._shape), self._kind)
        wrong = np.zeros(len(rows), np.bool_)
        for lookup, places, ats in self._alike:
            numbers = lookup.of(rows, places)
            if (none := numbers == NONE).any():
                wrong |= none.any(axis=1)
            found[:, ats] = numbers
        return found, wrong


def _side_by_side(places: list[int]) -> slice | list[int]:
    """As a slice, where it is one: what it picks from an array is no copy."""
    whole = slice(places[0], places[-1] + 1)
    return whole if places == list(range(whole.start, whole.stop)) else places


def _number(cell: str, *, numbers: Numbers) -> int:
    try:
        return numbers[cell]
    except NoAnswer:
        return NONE


class _Reader:
    """Takes rows one at a time into compact arrays, so that a million of them fit."""

    def __init__(self, table: Table, answers: Columns, amounts: Columns) -> None:
        self.troubles = _Troubles()
        self._file = table.name
        self._answers, self._amounts = (
            [(table.header.index(name), name, numbers) for name, numbers in columns]
            for columns in (answers, amounts)
        )
        self._many = [_Many(self._answers, np.int16), _Many(self._amounts, np.int64)]
        self._rows = 0
        self._codes = array("h")
        self._sizes = array("q")

    def take(self, row: Row) -> None:
        self._rows += 1
        cells = row.cells
        try:
            self._codes.extend([known[cells[at]] for at, _, known in self._answers])
            self._sizes.extend([known[cells[at]] for at, _, known in self._amounts])
        except NoAnswer:
            self._complain(row, [*self._answers, *self._amounts])

    def take_plain(self, rows: Plain) -> None:
        """Many rows; one that holds a cell that is no answer is taken by itself."""
        found = [each.of(rows) for each in self._many]
        wrong = np.logical_or(*(no_answer for _, no_answer in found))
        for at in np.flatnonzero(wrong):
            self.take(rows.row(int(at)))
        for kept, (numbers, _) in zip((self._codes, self._sizes), found, strict=True):
            kept.frombytes(numbers.tobytes())
        self._rows += len(rows)

    def _complain(self, row: Row, columns: Placed) -> None:
        for place, name, numbers in columns:
            cell = row.cells[place]
            try:
                numbers[cell]
            except NoAnswer as why:
                shown = " ".join(cell.split())[:LONGEST_SHOWN]
                params: dict[str, object] = {"cell": shown}
                if numbers.scale:
                    params |= {"low": numbers.scale.low, "high": numbers.scale.high}
                self.troubles.add(Problem(why.args[0], self._file, row.line, name, params))

    def cells(self) -> Cells:
        return Cells(
            self._rows,
            np.frombuffer(self._codes, np.int16).reshape(self._rows, len(self._answers)),
            np.frombuffer(self._sizes, np.int64).reshape(self._rows, len(self._amounts)),
        )


def _code(text: str, *, scale: Scale | None, outside: str) -> int:
    """An answer: a whole number on the scale; a blank cell is unanswered."""
    if not text:
        return UNANSWERED
    if not _WHOLE.fullmatch(text):
        raise NoAnswer("not_whole" if _DECIMAL.fullmatch(text) else "not_a_number")
    whole = text.partition(".")[0]
    # Of a number with hundreds of digits only its size matters.
    code = int(whole) if len(whole) <= 20 else LARGEST + 1
    if scale and not scale.low <= code <= scale.high:
        raise NoAnswer(outside)
    if abs(code) > LARGEST:
        raise NoAnswer("too_large")
    return code


def _points(text: str) -> int:
    if not text:
        return 0
    if not _POINTS.fullmatch(text):
        raise NoAnswer("not_a_weight")
    whole, _, decimals = text.partition(".")
    return int(whole) * WEIGHT_UNIT + int(decimals[:3].ljust(3, "0"))


def _case_weight(text: str) -> int:
    if not text:
        return 0
    if not _PLAIN.fullmatch(text):
        raise NoAnswer("not_a_case_weight")
    found = round(Decimal(text) * CASE_UNIT)
    if not 0 < found <= LARGEST * CASE_UNIT:
        raise NoAnswer("not_a_case_weight")
    return found
