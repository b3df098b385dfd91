from collections.abc import Mapping

from django.db import transaction

from gapless.analytics.cells import Key, Vector, add_packed, pack

from .choices import Source
from .models import Cell


@transaction.atomic
def fold(source: Source, version_id: int, deltas: Mapping[Key, Vector]) -> None:
    """
    Add evidence to its cells, inside the transaction that adds or removes the records.

    A negative delta takes evidence out.
    """
    # Everybody locks in the same order, so two folds wait and never lock each other up.
    for key in sorted(deltas):
        _add(source, version_id, key, deltas[key])


def _add(source: Source, version_id: int, key: Key, delta: Vector) -> None:
    place = {
        "source": source,
        "version_id": version_id,
        "unit_id": key.unit_id,
        "month": key.month,
        "stratum": key.stratum,
    }
    # The row must exist before it can be locked; an empty one is no evidence.
    Cell.objects.bulk_create([Cell(**place, value=b"")], ignore_conflicts=True)
    cell = Cell.objects.select_for_update().get(**place)
    value = delta.copy()
    add_packed(bytes(cell.value), value)
    # A cell that became zero stays, as no bytes: deleting it would pull it away from
    # whoever waits for its lock.
    Cell.objects.filter(pk=cell.pk).update(value=pack(value))


@transaction.atomic
def rebuild(source: Source, version_id: int, expected: Mapping[Key, Vector]) -> None:
    """Replace the cells of a version by what its records make: they are the truth."""
    Cell.objects.of(source, version_id).delete()
    Cell.objects.bulk_create(
        Cell(
            source=source,
            version_id=version_id,
            unit_id=key.unit_id,
            month=key.month,
            stratum=key.stratum,
            value=pack(vector),
        )
        for key, vector in expected.items()
        if vector.any()
    )
