from collections.abc import Collection, Mapping

from django.db import connection, transaction

from gapless.analytics.cells import Key, Vector, add_packed, pack

from .choices import Source
from .models import Cell


@transaction.atomic(savepoint=False)
def fold(source: Source, version_id: int, deltas: Mapping[Key, Vector]) -> None:
    """
    Add evidence to its cells, inside the transaction that adds or removes the records.

    A negative delta takes evidence out. A cell that became zero stays, as no bytes:
    deleting it would pull it away from whoever waits for its lock.
    """
    # One cell that is there is what nearly every answer needs. Several must all exist
    # before the first of them is locked, so that every fold locks them in one order.
    cells = _locked(source, version_id, deltas) if len(deltas) == 1 else []
    if not cells:
        _make(source, version_id, deltas)
        cells = _locked(source, version_id, deltas)
    changed = []
    for cell in cells:
        value = deltas[_key(cell)].copy()
        add_packed(bytes(cell.value), value)
        cell.value = pack(value)
        changed.append(cell)
    if len(changed) == 1:
        Cell.objects.filter(pk=changed[0].pk).update(value=changed[0].value)
    else:
        Cell.objects.bulk_update(changed, ["value"], batch_size=200)


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


def hold_cells() -> None:
    """
    Wait for everybody who has begun to fold, and let nobody else begin before this
    transaction ends. Reading goes on. (SQLite has one writer at a time anyway.)
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE evidence_cell IN EXCLUSIVE MODE")


@transaction.atomic
def rebuild(source: Source, version_id: int, expected: Mapping[Key, Vector]) -> None:
    """Replace the cells of a version by what its records make: they are the truth."""
    Cell.objects.of(source, version_id).delete()
    Cell.objects.bulk_create(
        _cell(source, version_id, key, pack(vector))
        for key, vector in expected.items()
        if vector.any()
    )
