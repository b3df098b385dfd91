"""Roll-ups. The caller passes units its viewer may see; nothing here widens them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet

from gapless.analytics.cells import Key, Schema, Vector, total, unpack

from .choices import Source
from .models import Cell
from .rules import Stratum


@dataclass(frozen=True, slots=True)
class Slice:
    """Which cells of a version: some units, months from ``start`` up to before ``end``."""

    units: QuerySet  # type: ignore[type-arg]  # of org.Unit, which core does not import
    start: date | None = None
    end: date | None = None


def cells_in(source: Source, version_id: int, part: Slice) -> QuerySet[Cell]:
    cells = Cell.objects.of(source, version_id).exclude(value=b"")
    cells = cells.filter(unit__in=part.units.order_by())
    if part.start:
        cells = cells.filter(month__gte=part.start)
    if part.end:
        cells = cells.filter(month__lt=part.end)
    return cells


def by_stratum(
    source: Source, version_id: int, part: Slice, schema: Schema
) -> dict[Stratum, Vector]:
    """The sum of the slice's cells, stratum by stratum."""
    packed: dict[str, list[bytes]] = {}
    for stratum, value in cells_in(source, version_id, part).values_list(
        "stratum", "value"
    ):
        packed.setdefault(stratum, []).append(bytes(value))
    return {Stratum.parse(name): total(cells, schema) for name, cells in packed.items()}


def by_month(
    source: Source, version_id: int, part: Slice, schema: Schema
) -> dict[date, Vector]:
    """The sum of the slice's cells, month by month; a month without evidence is absent."""
    packed: dict[date, list[bytes]] = {}
    for month, value in cells_in(source, version_id, part).values_list("month", "value"):
        packed.setdefault(month, []).append(bytes(value))
    return {month: total(packed[month], schema) for month in sorted(packed)}


def months_of(source: Source, version_id: int, part: Slice) -> list[date]:
    """The months that hold evidence, oldest first."""
    cells = cells_in(source, version_id, part)
    return list(cells.order_by("month").values_list("month", flat=True).distinct())


@contextmanager
def one_snapshot() -> Iterator[None]:
    """
    Every read inside sees the database as the first one found it, and holds nobody up:
    an answer that comes in meanwhile is in neither the answers nor the cells. Within a
    transaction, it is the transaction that decides.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Our transactions take SQLite's one place of a writer; reading needs none.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is not what its records make: what the doctor reports."""

    key: Key
    places: int  # how many integers differ
    stored: bool
    expected: bool


def differences(
    source: Source, version_id: int, expected: Iterable[tuple[Key, Vector]], schema: Schema
) -> Iterator[Difference]:
    """
    Where the stored cells are not exactly ``expected``: nothing, when all is well.

    ``expected`` may name a key several times; its vectors add up.
    """
    wanted: dict[Key, Vector] = {}
    for key, vector in expected:
        wanted[key] = wanted[key] + vector if key in wanted else vector
    for cell in Cell.objects.of(source, version_id).iterator():
        key = Key(cell.unit_id, cell.month, cell.stratum)
        stored = unpack(bytes(cell.value), schema.size)
        right = wanted.pop(key, None)
        places = int((stored != (schema.zero() if right is None else right)).sum())
        if places:
            yield Difference(key, places, stored=True, expected=right is not None)
    for key, vector in sorted(wanted.items(), key=lambda pair: pair[0]):
        if vector.any():
            yield Difference(key, int((vector != 0).sum()), stored=False, expected=True)
