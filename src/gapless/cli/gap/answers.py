"""From the mapped cells of a table to arrays of whole numbers."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gapless.core.imports.tables import Problem, Row, Table, UnreadableFile
from gapless_stats.flags import Block

from . import mapping
from .mapping import Map, refusal

LISTED = 20
"""How many problems are told one by one; the rest is counted."""

LONGEST_SHOWN = 40
"""How much of a wrong cell its sentence repeats."""

UNANSWERED = -(2**15)
LARGEST = 1000
"""No rating scale is longer; what lies beyond is a date or an identifier."""

WEIGHT_UNIT = 1000
"""Importance points are counted in thousandths, so that 33.3 stays exact."""

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
        " write a whole number, or leave the cell blank if it was not answered."
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
    "not_a_weight": (
        "%(file)s line %(line)d, column “%(column)s”: “%(cell)s” is not a weight;"
        " write points from 0 to 100 with at most three decimals."
    ),
}

_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_POINTS = re.compile(r"[0-9]{1,4}(\.[0-9]{0,3}0*)?", re.ASCII)


class _NoAnswer(Exception):
    """A cell that is neither blank nor an answer; its argument is the sentence's code."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From its lowest to its highest level; ``given``, or what the answers span."""

    low: int
    high: int
    given: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """
    What the respondents answered, block by block, each in the order of its columns.

    ``scale`` is None when it was not given and nobody answered anything; ``weights``
    are (n, dimensions) in thousandths of a point, a blank one counting none.
    """

    rows: int
    expectation: Block | None
    perception: Block
    weights: NDArray[np.int64] | None
    scale: Scale | None


def read_answers(
    table: Table,
    form: Map,
    *,
    map_name: str,
    where: Sequence[tuple[str, str]] = (),
    scale: Scale | None = None,
) -> Answers:
    """
    The answers in the rows that fulfil every ``where`` (column, value).

    :raises Refused: with everything that is wrong, the first twenty in full.
    """
    _refuse_absent_columns(table, form, map_name, where)
    conditions = [(table.header.index(column), value) for column, value in where]
    reader = _Reader(table, form, scale)
    try:
        for line in table.lines:
            if isinstance(line, Problem):
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
    return reader.answers()


def _refuse_absent_columns(
    table: Table, form: Map, map_name: str, where: Sequence[tuple[str, str]]
) -> None:
    problems = [
        Problem("no_column", table.name, line, column, {"map": map_name})
        for column, line in form.lines.items()
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


class _Reader:
    """Takes rows one at a time into compact arrays, so that a million of them fit."""

    def __init__(self, table: Table, form: Map, scale: Scale | None) -> None:
        self.troubles = _Troubles()
        self._file = table.name
        self._form = form
        self._scale = scale
        self._codes = _Numbers(partial(_code, scale=scale))
        self._points = _Numbers(_points)
        asked = (*form.expectations, *form.perceptions)
        self._asked = [(table.header.index(name), name) for name in asked]
        self._weighing = [(table.header.index(name), name) for name in form.weights]
        self._rows = 0
        self._answers = array("h")
        self._weights = array("q")

    def take(self, row: Row) -> None:
        self._rows += 1
        cells = row.cells
        try:
            self._answers.extend([self._codes[cells[place]] for place, _ in self._asked])
            self._weights.extend(
                [self._points[cells[place]] for place, _ in self._weighing]
            )
        except _NoAnswer:
            self._complain(row, self._asked, self._codes)
            self._complain(row, self._weighing, self._points)

    def _complain(
        self, row: Row, columns: Sequence[tuple[int, str]], numbers: _Numbers
    ) -> None:
        for place, name in columns:
            cell = row.cells[place]
            try:
                numbers[cell]
            except _NoAnswer as why:
                shown = " ".join(cell.split())[:LONGEST_SHOWN]
                params: dict[str, object] = {"cell": shown}
                if self._scale:
                    params |= {"low": self._scale.low, "high": self._scale.high}
                self.troubles.add(Problem(why.args[0], self._file, row.line, name, params))

    def answers(self) -> Answers:
        codes = np.frombuffer(self._answers, np.int16).reshape(self._rows, len(self._asked))
        answered = codes != UNANSWERED
        split = len(self._form.expectations)
        weights = np.frombuffer(self._weights, np.int64).reshape(
            self._rows, len(self._weighing)
        )
        return Answers(
            rows=self._rows,
            expectation=Block(codes[:, :split], answered[:, :split]) if split else None,
            perception=Block(codes[:, split:], answered[:, split:]),
            weights=weights if self._weighing else None,
            scale=self._scale or _span(codes[answered]),
        )


def _span(codes: NDArray[np.int16]) -> Scale | None:
    if not len(codes):
        return None
    return Scale(int(codes.min()), int(codes.max()), given=False)


class _Numbers(dict[str, int]):
    """The number that a cell stands for, worked out once for each text."""

    def __init__(self, parse: Callable[[str], int]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: str) -> int:
        number = self._parse(cell.strip())
        self[cell] = number
        return number


def _code(text: str, scale: Scale | None) -> int:
    """An answer: a whole number on the scale; a blank cell is unanswered."""
    if not text:
        return UNANSWERED
    if not _WHOLE.fullmatch(text):
        raise _NoAnswer("not_whole" if _DECIMAL.fullmatch(text) else "not_a_number")
    whole = text.partition(".")[0]
    # Of a number with hundreds of digits only its size matters.
    code = int(whole) if len(whole) <= 20 else LARGEST + 1
    if scale and not scale.low <= code <= scale.high:
        raise _NoAnswer("off_scale")
    if abs(code) > LARGEST:
        raise _NoAnswer("too_large")
    return code


def _points(text: str) -> int:
    """Importance points, in thousandths; a blank cell holds none."""
    if not text:
        return 0
    if not _POINTS.fullmatch(text):
        raise _NoAnswer("not_a_weight")
    whole, _, decimals = text.partition(".")
    return int(whole) * WEIGHT_UNIT + int(decimals[:3].ljust(3, "0"))
