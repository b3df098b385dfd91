"""What stands in the columns of a file: a look through its first rows. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from .cells import Wrong, number, tidy
from .hints import hints
from .mapping import Scale
from .tables import Problem, Table

SAMPLE = 200
"""How many rows a first guess looks at."""

THOROUGH = 50_000
"""How many rows are looked at for what is rare: options, codes, dates."""

FEW = 11
"""A rating scale has at most this many points: 0 to 10."""

MOST_DISTINCT = 400
"""Different cells counted in one column; one with more of them is no scale or choice."""

# 问卷星 joins the options of one answer by this mark, which nobody writes otherwise.
MARK = "\u250b"
SEPARATORS = (MARK, ";", "|", ",")


@dataclass(slots=True)
class Seen:
    """The cells of one column, tidy, and how often each was seen."""

    name: str
    cells: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    more: bool = False  # there were other cells than those counted

    @property
    def filled(self) -> dict[str, int]:
        return {cell: n for cell, n in self.cells.items() if cell}

    @property
    def said(self) -> dict[str, int]:
        """Without what is no answer beyond doubt."""
        codes = hints().missing
        return {cell: n for cell, n in self.filled.items() if cell not in codes}

    @property
    def points(self) -> set[int]:
        """The whole numbers among the cells, as far as they may be points of a scale."""
        return {point for cell in self.said if (point := point_of(cell)) is not None}


def look(
    table: Table,
    *,
    rows: int = SAMPLE,
    where: Iterable[tuple[str, str]] = (),
    only: Iterable[str] | None = None,
) -> dict[str, Seen]:
    """What the first rows hold, of those that pass the filter."""
    index = {name: place for place, name in enumerate(table.header)}
    kept = [(index[name], tidy(value)) for name, value in where if name in index]
    wanted = [name for name in (table.header if only is None else only) if name in index]
    seen = [(index[name], Seen(name)) for name in dict.fromkeys(wanted)]
    tidied: dict[str, str] = {}
    for line in islice(table.lines, rows):
        if isinstance(line, Problem):
            continue
        if any(tidy(line.cells[place]) != value for place, value in kept):
            continue
        for place, column in seen:
            _count(column, line.cells[place], tidied)
    return {column.name: column for _, column in seen}


def _count(column: Seen, cell: str, tidied: dict[str, str]) -> None:
    column.rows += 1
    plain = tidied.get(cell)
    if plain is None:
        if len(tidied) > 50_000:
            tidied.clear()
        plain = tidied[cell] = tidy(cell)
    if plain in column.cells or len(column.cells) < MOST_DISTINCT:
        column.cells[plain] += 1
    else:
        column.more = True


def point_of(cell: str) -> int | None:
    try:
        found = number(cell)
    except Wrong:
        return None
    return found if -100 <= found <= 127 else None


def coding_of(words: Iterable[str]) -> dict[str, int]:
    """The points of a well-known scale that has all these words; nothing if none has."""
    said = {tidy(word).casefold(): word for word in words}
    for scale in hints().scales:
        if said and said.keys() <= set(scale):
            return {
                said[word]: place for place, word in enumerate(scale, 1) if word in said
            }
    return {}


def rates(column: Seen) -> bool:
    """Whether these cells are points of a scale: few whole numbers, or known words."""
    codes = {*hints().maybe_missing, *hints().not_applicable}
    said = {cell for cell in column.said if cell.casefold() not in codes}
    if column.more or not 0 < len(said) <= FEW:
        return False
    words = {word for scale in hints().scales for word in scale}
    return all(cell.casefold() in words or point_of(cell) is not None for cell in said)


_USUAL = (Scale(1, 5), Scale(1, 7), Scale(0, 10), Scale(1, 10), Scale(-1, 1), Scale(1, 4))
_CODES = frozenset({-99, -98, -97, -9, -8, -7, -3, -2, -1, 0, 88, 96, 97, 98, 99})


def usual_scale(points: Iterable[int]) -> Scale | None:
    """
    The usual scale beyond which a few of these numbers stand that people write for "no
    answer": 1 to 5 for 0 to 6. None where all may be answers.
    """
    every = set(points)
    for scale in _USUAL:
        inside = {point for point in every if scale.low <= point <= scale.high}
        if len(inside) <= scale.high - scale.low:
            continue
        beyond = every - inside
        if _are_codes(beyond, scale):
            return scale if beyond else None
    return None


def _are_codes(points: set[int], scale: Scale) -> bool:
    known = all(point in _CODES or point == scale.high + 1 for point in points)
    return known and len(points) <= 3


def separator_of(column: Seen) -> str:
    """What joins several options in one cell, if anything does."""
    said = column.said
    for mark in SEPARATORS:
        joined = {cell: n for cell, n in said.items() if mark in cell}
        if mark == MARK and joined:
            return mark
        parts = Counter(
            part.strip() for cell in said for part in cell.split(mark) if part.strip()
        )
        often = sum(parts.values()) >= 3 * len(parts)
        short = all(len(part) <= 40 for part in parts)
        if 3 * len(joined) >= len(said) and often and short and 2 <= len(parts) <= 60:
            return mark
    return ""


def options_in(
    column: Seen, separator: str, left_out: Sequence[str] = ()
) -> tuple[str, ...]:
    """The options that the cells name, numbers in their order, words as they come up."""
    without = {tidy(cell) for cell in left_out}
    parts: dict[str, None] = {}
    for cell in column.said:
        if cell in without:
            continue
        for part in cell.split(separator) if separator else [cell]:
            if option := bare(part):
                parts[option] = None
    if all(point_of(part) is not None for part in parts):
        return tuple(sorted(parts, key=lambda part: point_of(part) or 0))
    return tuple(parts)


def bare(option: str) -> str:
    """An option without what somebody typed behind it."""
    opened = min(
        (option.find(mark) for mark in "\u3016\u3014" if mark in option), default=-1
    )
    return (option if opened < 0 else option[:opened]).strip()


def runs(names: Sequence[str], seen: Mapping[str, Seen]) -> list[list[str]]:
    """
    Neighbouring columns that hold points of one and the same scale: many of them, or on
    a scale of five points and more, so that sex and age group are none.
    """
    found: list[list[str]] = []
    here: Scale | None = None
    for name in names:
        points = seen[name].points if rates(seen[name]) else set()
        if here is not None and _goes_on(points, here):
            found[-1].append(name)
        elif len(points) >= 3:
            scale = usual_scale(points) or Scale(min(points), max(points))
            before = found[-1] if here is not None and len(found[-1]) < 3 else []
            # The first of a run may be one where nobody ticked an end of the scale.
            if before and all(_goes_on(seen[other].points, scale) for other in before):
                found[-1].append(name)
            else:
                found.append([name])
            here = scale
        else:
            here = None
    return [
        _numbered(run)
        for run in found
        if len(run) >= MANY or (len(run) >= SEVERAL and len(seen[run[0]].points) >= FIVE)
    ]


SEVERAL, MANY, FIVE = 5, 8, 5
_STEM = re.compile(r"[^0-9]*", re.ASCII)


def _goes_on(points: set[int], run: Scale) -> bool:
    """Whether a column may be on the scale of a run, though not every point was ticked."""
    inside = {point for point in points if run.low <= point <= run.high}
    ends = run.low in inside or run.high in inside
    return len(inside) >= 3 and ends and _are_codes(points - inside, run)


def _numbered(run: list[str]) -> list[str]:
    """Of Q1 to Q28 and a neighbour with another name, those that are numbered."""
    stems = Counter(_STEM.match(name)[0] for name in run if name[-1:].isdecimal())  # type: ignore[index]
    stem, often = stems.most_common(1)[0] if stems else ("", 0)
    if often < SEVERAL:
        return run
    return [name for name in run if name.startswith(stem) and name[-1:].isdecimal()]
