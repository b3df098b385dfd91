"""Reads of imports. Who may see them is for the area to say that runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from gapless.core.files.blobs import path_of

from .earlier import Likeness, likeness
from .mapping import fingerprint
from .mending import Mending, as_it_was, line_column, lines_of
from .models import Import, RejectedRow, SavedMapping
from .reading import read_table
from .rows import Outcome, equal_rows
from .rules import BATCH, Sorted
from .tables import Reading, Table
from .totals import answers_alone

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
    table = answers_alone(read_table(path, reading=reading, name=import_.name))
    return as_it_was(table) if import_.mends_id else table


def mending_of(import_: Import) -> Mending | None:
    """Of a file with mended rows, what is known of them; of other files nothing."""
    if import_.mends is None:
        return None
    first, table = import_.first, table_of(import_)
    keys = dict(first.rejected_rows.values_list("line", "key"))
    lines = lines_of(table)
    if import_.mends != first:
        # What it mends are rows of another file with mended rows.
        said = dict(import_.mends.rejected_rows.values_list("line", "mends"))
        lines = {line: said.get(mended) or 0 for line, mended in lines.items()}
    file_map = first.file_map
    return Mending(
        line_column(table.header),
        {line: mended for line, mended in lines.items() if mended in keys},
        {line: key for line, key in keys.items() if key},
        # The keys of a long file hang on no other rows.
        equal_rows(table_of(first), file_map, without=frozenset(keys))
        if file_map and not file_map.long
        else {},
    )


def rows_in(table: Table) -> int:
    """How many rows the file has, sound or not."""
    return sum(1 for _ in table.lines)


def batches(
    outcomes: Iterable[Outcome], mends: Mapping[int, int] | None = None
) -> Iterator[Sorted]:
    """
    The rows in batches. While they are rows that an earlier run has done, the batches
    are empty, so that a worker can say that it is still alive.

    :param mends: of a file with mended rows, which rows of the first file they are.
    """
    every = iter(outcomes)
    while some := tuple(islice(every, BATCH)):
        yield Sorted.of(some, mends)


def rejected_rows(import_: Import) -> QuerySet[RejectedRow]:
    """The rows that are still out."""
    mended = mended_rows(import_).values("pk")
    return import_.rejected_rows.exclude(pk__in=mended).order_by("line")


def mended_rows(import_: Import) -> QuerySet[RejectedRow]:
    """The rejected rows that are in by now: mended, sent again, and accepted."""
    first = import_.first
    mended = first.rejected_rows.exclude(key="")
    if first == import_:
        return mended
    return import_.rejected_rows.filter(mends__in=mended.values("line"))


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
