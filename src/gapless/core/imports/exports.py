"""What the questions of a product's export are, from their columns and cells. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .choices import ColumnKind
from .guesses import MOST_GROUPS, MOST_OPTIONS, OFTEN, recommends
from .hints import hints
from .mapping import Column
from .recognising import Part, Source, parts_of
from .seen import THOROUGH, Seen, coding_of, look, options_in, point_of, rates, separator_of
from .tables import Table

FEWEST_WORDS = 3
"""So many different words of a known scale make a column one."""

SCALE_POINTS = 4
"""Numbers with fewer different points are options, and not a scale."""


def exported(source: Source, names: Sequence[str], table: Table) -> dict[str, Column]:
    """The columns that hold answers, as the product writes them."""
    seen = look(table, rows=THOROUGH, only=names)
    groups: dict[str, list[Part]] = {}
    for part in parts_of(source, names):
        if part.question and not part.typed:
            groups.setdefault(part.question, []).append(part)
    columns = {part.name: _typed(part) for part in parts_of(source, names) if part.typed}
    for question, parts in groups.items():
        columns |= {column.name: column for column in _question(question, parts, seen)}
    return columns


def _typed(part: Part) -> Column:
    """What was written beside an option is a comment of its own."""
    item = f"{part.question}_text" if part.question else part.name
    return Column(part.name, ColumnKind.TEXT, item=item[:40], text=part.text)


def _question(
    question: str, parts: Sequence[Part], seen: Mapping[str, Seen]
) -> Iterable[Column]:
    if len(parts) > 1 and all(_ticks(part, seen[part.name]) for part in parts):
        for part in parts:
            yield Column(
                part.name,
                ColumnKind.MULTIPLE,
                item=question[:40],
                text=part.text,
                option=part.part or part.name,
            )
        return
    for place, part in enumerate(parts, start=1):
        item = question if len(parts) == 1 else f"{question}_{place}"
        text = part.part or part.text
        yield replace(_single(seen[part.name]), item=item[:40], text=text)


def _ticks(part: Part, seen: Seen) -> bool:
    """Whether the column only says if one option was chosen."""
    cells = {cell.casefold() for cell in seen.filled}
    words = {part.part.casefold(), *hints().chosen, *map(str.casefold, hints().skipped)}
    blank = seen.rows > sum(seen.filled.values())
    return bool(cells) and cells <= words and (blank or len(cells) > 1)


def _single(seen: Seen) -> Column:
    said = {cell: n for cell, n in seen.said.items() if cell not in hints().skipped}
    answered = replace_cells(seen, said)
    numbers = bool(said) and all(point_of(cell) is not None for cell in said)
    coding = coding_of(said)
    # One comment that says "good" makes no scale.
    if len(coding) >= FEWEST_WORDS:
        return Column(seen.name, ColumnKind.SCORE, coding=tuple(coding.items()))
    if numbers and recommends(answered) and 0 in answered.points:
        return Column(seen.name, ColumnKind.NPS)
    if numbers and rates(answered) and len(said) >= SCALE_POINTS:
        return Column(seen.name, ColumnKind.SCORE)
    if separator := separator_of(answered):
        options = options_in(answered, separator)
        return Column(seen.name, ColumnKind.MULTIPLE, options=options, separator=separator)
    if _chosen(answered):
        return Column(seen.name, ColumnKind.SINGLE, options=options_in(answered, ""))
    # Numbers are no comments; what they are, somebody must say.
    return Column(seen.name, ColumnKind.IGNORE if numbers else ColumnKind.TEXT)


def _chosen(seen: Seen) -> bool:
    """Whether few different cells come up again and again."""
    said = seen.said
    if seen.more or not 2 <= len(said) <= MOST_OPTIONS:
        return False
    often = OFTEN if len(said) > MOST_GROUPS else 2
    return sum(said.values()) >= often * len(said)


def replace_cells(seen: Seen, cells: Mapping[str, int]) -> Seen:
    found = Seen(seen.name, rows=seen.rows, more=seen.more)
    found.cells.update(cells)
    return found
