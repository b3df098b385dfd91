"""How files like this one were read before: offered, and fitted to other columns. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .choices import ColumnKind
from .mapping import ITEMS, ONCE, Column, FileMap

ENOUGH = 0.5
"""A mapping is offered for a file that has at least this share of the columns it uses."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many of the columns that a mapping uses a file has."""

    shared: int
    used: int

    @property
    def enough(self) -> bool:
        return self.used > 0 and self.shared >= ENOUGH * self.used

    @property
    def whole(self) -> bool:
        return self.shared == self.used


def likeness(file_map: FileMap, header: Iterable[str]) -> Likeness:
    used = {c.name for c in file_map.columns if c.kind is not ColumnKind.IGNORE}
    return Likeness(len(used & set(header)), len(used))


def fitted(known: FileMap, header: Sequence[str], suggestion: FileMap) -> FileMap:
    """
    An earlier mapping for a file whose columns may be others: what it does not know is
    suggested, unless that says again what the earlier one says already. The day of rows
    that name none belongs to one file, and so does the way it was read.
    """
    before = {column.name: column for column in known.columns}
    new = {column.name: column for column in suggestion.columns}
    taken = [before[name] for name in header if name in before]
    kinds = {column.kind for column in taken}
    items = {column.item for column in taken if column.kind in ITEMS}

    def column(name: str) -> Column:
        if name in before:
            return before[name]
        found = new.get(name, Column(name))
        again = (found.kind in ONCE and found.kind in kinds) or found.item in items
        return Column(name) if again else found

    return replace(
        known,
        columns=tuple(column(name) for name in header),
        where=tuple((name, value) for name, value in known.where if name in header),
        time="",
        date_order=known.date_order or suggestion.date_order,
        reading=suggestion.reading,
        long=suggestion.long,
    )
