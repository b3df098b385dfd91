from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction

from gapless.analytics.cells import Key, Vector, add_packed, pack

from .choices import Source
from .models import Cell
from .rolling import make_roll_ups


@transaction.atomic(savepoint=False)
def fold(
    source: Source, version_id: int, deltas: Mapping[Key, Vector], *, head: int
) -> None:
    """
    Add evidence to its cells, inside the transaction that adds or removes the records.

    A negative delta takes evidence out. A cell that became zero stays, as no bytes:
    deleting it would pull it away from whoever waits for its lock.

    :param head: how many integers of a cell its roll-ups keep: ``Schema.head``.
    """
    _append(source, version_id, deltas, head)
    if len(deltas) == 1 and _folded_one(source, version_id, *next(iter(deltas.items()))):
        return
    # All must exist before the first of them is locked, so that every fold locks them in
    # one order.
    _make(source, version_id, deltas)
    changed = [
        (_sum(bytes(cell.value), deltas[_key(cell)]), cell.pk)
        for cell in _locked(source, version_id, deltas)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_CHANGE_CELL, changed)


def _append(
    source: Source, version_id: int, deltas: Mapping[Key, Vector], head: int
) -> None:
    """Plain SQL, as for a cell: every answer comes by here."""
    rows = [
        (
            source.value,
            version_id,
            key.unit_id,
            key.month.isoformat(),
            key.stratum,
            head,
            pack(delta),
        )
        for key, delta in deltas.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_NEW_ADDITION, rows)


_NEW_ADDITION = """
INSERT INTO evidence_addition
(source, version_id, unit_id, month, stratum, head, value)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def _folded_one(source: Source, version_id: int, key: Key, delta: Vector) -> bool:
    """
    Whether the cell was there: what nearly every answer meets, while others wait for the
    end of its transaction. Hence plain SQL, which need not be put together each time.
    """
    lock = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    month = key.month.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_ONE_CELL} {lock}",
            (source.value, version_id, key.unit_id, month, key.stratum),
        )
        found = cursor.fetchone()
        if found:
            cell_id, packed = found
            cursor.execute(_CHANGE_CELL, [_sum(bytes(packed), delta), cell_id])
    return found is not None


_ONE_CELL = """
SELECT id, value FROM evidence_cell
WHERE source = %s AND version_id = %s AND unit_id = %s AND month = %s AND stratum = %s
"""
_CHANGE_CELL = "UPDATE evidence_cell SET value = %s WHERE id = %s"


def _sum(packed: bytes, delta: Vector) -> bytes:
    value = delta.copy()
    add_packed(packed, value)
    return pack(value)


def _make(source: Source, version_id: int, deltas: Collection[Key]) -> None:
    # The rows must exist before they can be locked; an empty one is no evidence.
    empty = [_cell(source, version_id, key, b"") for key in sorted(deltas)]
    Cell.objects.bulk_create(empty, ignore_conflicts=True)


def _locked(source: Source, version_id: int, keys: Collection[Key]) -> list[Cell]:
    """The cells of these keys, locked in one order, so that no two folds lock up."""
    cells = Cell.objects.of(source, version_id).filter(
        unit_id__in={key.unit_id for key in keys},
        month__in={key.month for key in keys},
        stratum__in={key.stratum for key in keys},
    )
    ordered = cells.select_for_update().order_by("unit_id", "month", "stratum")
    return [cell for cell in ordered if _key(cell) in keys]


def _key(cell: Cell) -> Key:
    return Key(cell.unit_id, cell.month, cell.stratum)


def _cell(source: Source, version_id: int, key: Key, value: bytes) -> Cell:
    return Cell(
        source=source,
        version_id=version_id,
        unit_id=key.unit_id,
        month=key.month,
        stratum=key.stratum,
        value=value,
    )


@transaction.atomic
def rebuild(
    source: Source,
    version_id: int,
    months: Iterable[Iterable[tuple[Key, Vector]]],
    *,
    head: int,
) -> None:
    """
    Replace the cells of a version by what its records make: they are the truth.

    :param months: month by month keys and vectors; those of one key add up.
    """
    Cell.objects.of(source, version_id).delete()
    for month in months:
        cells: dict[Key, Vector] = {}
        for key, vector in month:
            cells[key] = cells[key] + vector if key in cells else vector
        packed = ((key, pack(vector)) for key, vector in cells.items() if vector.any())
        rows = (_cell(source, version_id, key, value) for key, value in packed)
        Cell.objects.bulk_create(rows, batch_size=500)
    make_roll_ups(source, version_id, head=head)
