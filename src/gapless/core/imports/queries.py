"""Reads of imports. Who may see them is for the area to say that runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet

from gapless.core.files.blobs import path_of

from .mapping import fingerprint
from .models import Import, RejectedRow, SavedMapping
from .reading import read_table
from .rows import Outcome
from .rules import BATCH, Sorted
from .tables import Table


def table_of(import_: Import) -> Table:
    """
    The file as a table.

    :raises UnreadableFile: when it is none.
    """
    return read_table(path_of(import_.file.sha256), name=import_.name)


def rows_in(table: Table) -> int:
    """How many rows the file has, sound or not."""
    return sum(1 for _ in table.lines)


def batches(outcomes: Iterable[Outcome], *, done: int) -> Iterator[Sorted]:
    """
    The rows that are still to come, in batches. ``done``: how many are behind us; on the
    way past them the batches are empty, so that a worker can say that it is still alive.
    """
    every, behind = iter(outcomes), done
    while some := tuple(islice(every, BATCH)):
        yield Sorted.of(some[behind:])
        behind = max(0, behind - len(some))


def rejected_rows(import_: Import) -> QuerySet[RejectedRow]:
    return import_.rejected_rows.order_by("line")


def saved_mapping(import_: Import, header: tuple[str, ...]) -> SavedMapping | None:
    """How a file with this header was read last in the same unit."""
    known = SavedMapping.objects.filter(fingerprint=fingerprint(header))
    return known.filter(within=import_.within_id).first()
