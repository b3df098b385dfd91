"""Reads of imports. Who may see them is for the area to say that runs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from gapless.core.files.blobs import path_of

from .earlier import Likeness, likeness
from .mapping import fingerprint
from .mending import as_it_was, lines_of
from .models import Import, RejectedRow, SavedMapping
from .reading import read_table
from .rows import Outcome, equal_rows
from .rules import BATCH, Sorted
from .tables import Reading, Table

OFFERS_FROM = 30
"""How many of the latest mappings are looked through for one that fits."""

MOST_OFFERS = 4


def table_of(import_: Import, reading: Reading | None = None) -> Table:
    """
    The file as a table, read as its mapping insists, or as somebody tries.

    :raises UnreadableFile: when it is none.
    """
    if reading is None:
        reading = import_.file_map.reading if import_.file_map else Reading()
    path = path_of(import_.file.sha256)
    table = read_table(path, reading=reading, name=import_.name)
    return as_it_was(table) if import_.mends_id else table


def rows_before(import_: Import) -> Counter[bytes]:
    """Of a file with mended rows: what the rows say that its original kept."""
    original = import_.mends
    file_map = original.file_map if original else None
    if original is None or file_map is None or file_map.long:
        return Counter()
    mended = lines_of(table_of(import_))
    kept = equal_rows(table_of(original), file_map, without=mended)
    return kept + rows_before(original)


def rows_in(table: Table) -> int:
    """How many rows the file has, sound or not."""
    return sum(1 for _ in table.lines)


def batches(outcomes: Iterable[Outcome]) -> Iterator[Sorted]:
    """
    The rows in batches. While they are rows that an earlier run has done, the batches
    are empty, so that a worker can say that it is still alive.
    """
    every = iter(outcomes)
    while some := tuple(islice(every, BATCH)):
        yield Sorted.of(some)


def rejected_rows(import_: Import) -> QuerySet[RejectedRow]:
    return import_.rejected_rows.order_by("line")


@dataclass(frozen=True, slots=True)
class Offer:
    """An earlier mapping that fits the columns of a file, and how well."""

    saved: SavedMapping
    likeness: Likeness


def offers(import_: Import, header: tuple[str, ...]) -> list[Offer]:
    """
    How files like this one were read in the same unit, the likest first: of its very
    header every version, of other headers the last one.
    """
    same = fingerprint(header)
    found: list[Offer] = []
    seen: set[str] = set()
    for saved in SavedMapping.objects.filter(within=import_.within_id)[:OFFERS_FROM]:
        alike = likeness(saved.file_map, header)
        if alike.enough and (saved.fingerprint == same or saved.fingerprint not in seen):
            found.append(Offer(saved, alike))
        seen.add(saved.fingerprint)
    found.sort(key=lambda offer: offer.saved.fingerprint != same)
    return found[:MOST_OFFERS]
