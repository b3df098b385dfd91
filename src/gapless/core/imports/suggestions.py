"""A first guess at what each column is, from its name and its first cells. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import islice

from gapless.core.instruments.choices import ExpectationType, ItemKind

from .cells import Wrong, moment, number, tidy
from .choices import ColumnKind
from .mapping import SCALED, SINGLE, Column, FileMap, Scale
from .tables import Problem, Row, Table

SAMPLE = 200
"""How many rows a guess looks at."""

FEW = 11
"""A rating scale has at most this many points: 0 to 10."""

_AROUND = " _-.:()[]"
_NUMBERED = re.compile(r"([^0-9]*?)[ _.\-]*([0-9]{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hints:
    names: Mapping[str, tuple[str, ...]]
    sides: Mapping[str, tuple[str, ...]]
    scales: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...]


@cache
def hints() -> Hints:
    data = tomllib.loads(
        (files("gapless.core.imports") / "hints.toml").read_text(encoding="utf-8")
    )
    return Hints(
        names={kind: tuple(names) for kind, names in data["names"].items()},
        sides={side: tuple(marks) for side, marks in data["sides"].items()},
        scales=tuple(tuple(scale["words"]) for scale in data["scales"]),
        missing=tuple(data["missing"]["codes"]),
    )


def suggested(table: Table) -> FileMap:
    """A map to start from; whoever brought the file corrects it."""
    sample = _sample(table)
    cells = [[row.cells[place] for row in sample] for place in range(len(table.header))]
    names = [tidy(name).casefold() for name in table.header]
    sides = [_side(name) for name in names]
    expected = {item for side, item in filter(None, sides) if side == "expectation"}
    perceived = {item for side, item in filter(None, sides) if side == "perception"}
    paired = expected & perceived
    columns = []
    for name, lower, side, column in zip(table.header, names, sides, cells, strict=True):
        if side and side[1] in paired and _rates(column):
            kind, item = ColumnKind(side[0]), side[1]
            columns.append(Column(name, kind, item=item, text=item))
        else:
            columns.append(_alone(name, lower, column, paired=bool(paired)))
    columns = _once(columns)
    asked = any(column.kind is ColumnKind.EXPECTATION for column in columns)
    return FileMap(
        columns=tuple(columns),
        missing=hints().missing,
        expectation=ExpectationType.IDEAL if asked else ExpectationType.NONE,
    )


def _sample(table: Table) -> list[Row]:
    rows = (line for line in table.lines if not isinstance(line, Problem))
    return list(islice(rows, SAMPLE))


def _side(name: str) -> tuple[str, str] | None:
    """The side and the item that a name like e1, P_07 or 期望-服务快捷 stands for."""
    for side, marks in hints().sides.items():
        for mark in marks:
            rest = _without(name, mark)
            if rest:
                return side, rest.lstrip("0") if rest.isdecimal() else rest
    return None


def _without(name: str, mark: str) -> str:
    """The name without its mark; nothing, if the mark is but the start of a word."""
    inner = name.strip(_AROUND)
    for rest in (inner.removeprefix(mark), inner.removesuffix(mark)):
        if rest == inner:
            continue
        bare = rest.strip(_AROUND)
        # A single letter marks a side only beside a number: e1, but not "email".
        if len(mark) > 1 or bare.isdecimal():
            return bare
    return ""


def _rates(cells: Iterable[str]) -> bool:
    """Whether these cells are points of a scale: few different whole numbers, or words."""
    filled = {tidy(cell) for cell in cells} - {"", *hints().missing}
    if not 0 < len(filled) <= FEW:
        return False
    words = {word for scale in hints().scales for word in scale}
    return all(cell.casefold() in words or _is_point(cell) for cell in filled)


def _is_point(cell: str) -> bool:
    try:
        return -100 <= number(cell) <= 100
    except Wrong:
        return False


def _alone(name: str, lower: str, cells: Sequence[str], *, paired: bool) -> Column:
    item = _item(name)
    for kind in (ColumnKind.RESPONDENT, ColumnKind.UNIT):
        if lower in hints().names[kind]:
            return Column(name, kind)
    if lower in hints().names["time"] and _are_moments(cells):
        return Column(name, ColumnKind.TIME)
    if _named(lower, "text"):
        return Column(name, ColumnKind.TEXT, item=item, text=name)
    if _named(lower, "overall") and _rates(cells):
        return Column(name, ColumnKind.OVERALL, item=item, text=name)
    # Where pairs are asked, other numbers are other instruments: somebody must say.
    if not paired and _NUMBERED.fullmatch(lower) and _rates(cells):
        return Column(name, ColumnKind.SCORE, item=item, text=name)
    return Column(name)


def _named(lower: str, kind: str) -> bool:
    return any(lower.startswith(name) for name in hints().names[kind])


def _are_moments(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    try:
        return bool([moment(cell, "UTC") for cell in filled])
    except Wrong:
        return False


def _item(name: str) -> str:
    return name.strip()[:40]


def _once(columns: Iterable[Column]) -> list[Column]:
    """At most one column each says unit, time and respondent: the first that seems to."""
    seen: set[ColumnKind] = set()
    kept = []
    for column in columns:
        again = column.kind in SINGLE and column.kind in seen
        kept.append(replace(column, kind=ColumnKind.IGNORE) if again else column)
        seen.add(column.kind)
    return kept


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rated columns of a file hold: the span of numbers, and words not numbers."""

    spans: Mapping[ItemKind, Scale]
    words: Mapping[str, int | None]  # word → the point that a known scale gives it


def shown(table: Table, file_map: FileMap, *, rows: int) -> Shown:
    """Look through the first rows of a file for its scales."""
    index = {name: place for place, name in enumerate(table.header)}
    found: dict[ItemKind, set[str]] = {}
    targets = [(index[c.name], file_map.item_kind(c)) for c in file_map.of(*SCALED)]
    where = [(index[name], tidy(value)) for name, value in file_map.where]
    for row in islice(table.lines, rows):
        if isinstance(row, Problem) or any(tidy(row.cells[i]) != v for i, v in where):
            continue
        for place, kind in targets:
            found.setdefault(kind, set()).add(row.cells[place])
    left_out = {"", *map(tidy, file_map.missing), *map(tidy, file_map.not_applicable)}
    cells = {
        kind: {tidy(cell) for cell in cells} - left_out for kind, cells in found.items()
    }
    every = set().union(*cells.values()) if cells else set()
    words = sorted(cell for cell in every if not _is_point(cell))
    known = coding_of(words) | dict(file_map.coding)
    return Shown(
        {kind: span for kind, some in cells.items() if (span := _span(some, known))},
        {word: known.get(word) for word in sorted(words, key=_by_point(known))[:60]},
    )


def _by_point(known: Mapping[str, int]) -> Callable[[str], tuple[bool, int, str]]:
    """Words whose point is known first, from the lowest; then the others."""
    return lambda word: (word not in known, known.get(word, 0), word)


def _span(cells: Iterable[str], coding: Mapping[str, int]) -> Scale | None:
    points = [
        coding[c] if c in coding else number(c)
        for c in cells
        if c in coding or _is_point(c)
    ]
    if not points:
        return None
    low, high = min(points), max(points)
    # One point only: no scale to be seen, so the usual one, stretched if need be.
    return Scale(low, high) if low < high else Scale(min(low, 1), max(high, 7))


def coding_of(words: Iterable[str]) -> dict[str, int]:
    """The points of a well-known scale that has all these words; nothing if none has."""
    said = {tidy(word).casefold(): word for word in words}
    for scale in hints().scales:
        if said and said.keys() <= set(scale):
            return {
                said[word]: place for place, word in enumerate(scale, 1) if word in said
            }
    return {}
