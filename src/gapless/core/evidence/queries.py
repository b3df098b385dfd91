"""Roll-ups. The caller passes units its viewer may see; nothing here widens them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from django.db import connection, transaction
from django.db.models import BinaryField, Q, QuerySet
from django.db.models.functions import Substr
from numpy.typing import NDArray

from gapless.analytics.cells import Key, Schema, Vector, total, unpack, unpack_head
from gapless.analytics.periods import Grain, Period

from .choices import Source
from .models import Addition, Cell, RollUp
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


class Node(Protocol):
    """A unit, as far as evidence knows units."""

    pk: int
    path: str


def months_below(
    source: Source, version_id: int, top: Node, period: Period, schema: Schema
) -> dict[date, dict[Stratum, Vector]]:
    """The sums of a unit with all units below it, month by month and stratum by stratum."""
    months: dict[date, dict[str, list[bytes]]] = {}
    for month, stratum, value in _parts_below(source, version_id, top, period):
        months.setdefault(month, {}).setdefault(stratum, []).append(bytes(value))
    return {
        month: {Stratum.parse(s): total(cells, schema) for s, cells in strata.items()}
        for month, strata in sorted(months.items())
    }


def _parts_below(
    source: Source, version_id: int, top: Node, period: Period
) -> Iterator[tuple[date, str, bytes | memoryview]]:
    """What adds up to a subtree: its roll-ups, its own cells, and what is waiting."""
    of_version = Q(source=source, version_id=version_id)
    months = _within(period)
    rolled = RollUp.objects.filter(of_version, unit=top.pk, grain=Grain.MONTH.value)
    rolled = rolled.filter(_within(period, "start")).exclude(below=b"")
    yield from rolled.values_list("start", "stratum", "below")
    own = Cell.objects.filter(of_version, months, unit=top.pk).exclude(value=b"")
    yield from own.values_list("month", "stratum", "value")
    later = Addition.objects.filter(of_version, months, unit__path__startswith=top.path)
    later = later.exclude(unit=top.pk)  # its own cells have them already
    yield from later.values_list("month", "stratum", "value")


def _within(period: Period, name: str = "month") -> Q:
    if period.start is None or period.end is None:
        return Q()
    return Q(**{f"{name}__gte": period.start, f"{name}__lt": period.end})


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The first integers of many sums: a row each."""

    rows: NDArray[np.intp]  # (n,) which unit or period
    strata: tuple[str, ...]  # (n,)
    values: Vector  # (n, head)


def heads_of_units(
    source: Source,
    version_id: int,
    units: Sequence[Node],
    periods: Sequence[Period],
    head: int,
) -> Heads:
    """
    What units, each with all below it, add up to in some periods of one grain. Rows count
    the units of the first period, then those of the next.

    :param head: how many of the first integers to read.
    """
    place = {unit.pk: row for row, unit in enumerate(units)}
    nth = {period.first_day: row * len(units) for row, period in enumerate(periods)}
    rolled = RollUp.objects.of(source, version_id).filter(
        grain=periods[0].grain.value, start__in=list(nth)
    )
    if len(units) <= _FEW:
        rolled = rolled.filter(unit__in=list(place))
    by_day = {day.isoformat(): first for day, first in nth.items()}
    found = [
        (by_day[str(start)] + place[unit_id], stratum, value)
        for start, unit_id, stratum, value in _rows(
            rolled.values_list("start", "unit_id", "stratum", _front(head))
        )
        if unit_id in place
    ]
    by_path = {unit.path: row for row, unit in enumerate(units)}
    later = Addition.objects.filter(source=source, version_id=version_id)
    for path, month, stratum, value in later.values_list(
        "unit__path", "month", "stratum", "value"
    ):
        firsts = [nth[period.first_day] for period in periods if period.holds(month)]
        above = (by_path.get(path[:end]) for end in range(len(path) + 1)) if firsts else ()
        front = unpack_head(bytes(value), head) if firsts else b""
        found += [
            (first + row, stratum, front)
            for row in above
            if row is not None
            for first in firsts
        ]
    return _heads(found, head)


def heads_of_periods(
    source: Source, version_id: int, top: Node, periods: Sequence[Period], head: int
) -> Heads:
    """What a unit with all below it adds up to in some periods. Rows count ``periods``."""
    place = {(p.grain.value, p.first_day): row for row, p in enumerate(periods)}
    rolled = RollUp.objects.of(source, version_id).filter(
        unit=top.pk, grain__in={grain for grain, _ in place}
    )
    found = [
        (place[grain, start], stratum, bytes(value))
        for grain, start, stratum, value in rolled.values_list(
            "grain", "start", "stratum", "head"
        )
        if (grain, start) in place
    ]
    later = Addition.objects.filter(
        source=source, version_id=version_id, unit__path__startswith=top.path
    )
    for month, stratum, value in later.values_list("month", "stratum", "value"):
        front = unpack_head(bytes(value), head)
        rows = (row for row, period in enumerate(periods) if period.holds(month))
        found += [(row, stratum, front) for row in rows]
    return _heads(found, head)


_FEW = 500


def _rows(query: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """
    The rows as the database gives them: Django's own way of making each value into what
    its field holds takes longer than reading tens of thousands of rows.
    """
    sql, blanks = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, blanks)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _front(head: int) -> Substr:
    """The first integers of stored heads, which come eight bytes each."""
    return Substr("head", 1, 8 * head, output_field=BinaryField())


def _heads(found: Sequence[tuple[int, str, bytes]], head: int) -> Heads:
    joined = b"".join(value or bytes(8 * head) for _, _, value in found)
    return Heads(
        np.array([row for row, _, _ in found], np.intp),
        tuple(stratum for _, stratum, _ in found),
        np.frombuffer(joined, "<i8").reshape(len(found), head),
    )


def months_of(source: Source, version_id: int, top: Node) -> list[date]:
    """The months that hold evidence of a unit or one below it, oldest first."""
    return sorted({month for month, _stratum in _kept(source, version_id, top)})


def strata_of(source: Source, version_id: int, top: Node) -> list[Stratum]:
    """The strata that hold evidence of a unit or one below it."""
    names = {stratum for _month, stratum in _kept(source, version_id, top)}
    return [Stratum.parse(name) for name in sorted(names)]


def _kept(source: Source, version_id: int, top: Node) -> Iterator[tuple[date, str]]:
    rolled = RollUp.objects.of(source, version_id).filter(
        unit=top.pk, grain=Grain.MONTH.value
    )
    for month, stratum, head in rolled.values_list("start", "stratum", "head"):
        if any(bytes(head)):  # what was taken out again leaves nothing but zeros
            yield month, stratum
    later = Addition.objects.filter(
        source=source, version_id=version_id, unit__path__startswith=top.path
    )
    yield from later.values_list("month", "stratum")


def years_of(source: Source, version_ids: Collection[int]) -> set[date]:
    """A day of every year in which anybody answered about anything."""
    rolled = RollUp.objects.filter(source=source, version_id__in=version_ids)
    years = rolled.filter(grain=Grain.YEAR.value).values_list("start", flat=True)
    later = Addition.objects.filter(source=source, version_id__in=version_ids)
    return {*years.distinct(), *later.values_list("month", flat=True).distinct()}


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


def cell_months(source: Source, version_id: int) -> set[date]:
    """The months that have cells."""
    cells = Cell.objects.of(source, version_id).order_by("month")
    return set(cells.values_list("month", flat=True).distinct())


def differences(
    source: Source,
    version_id: int,
    month: date,
    expected: Iterable[tuple[Key, Vector]],
    schema: Schema,
) -> Iterator[Difference]:
    """
    Where the stored cells of a month are not exactly ``expected``: nothing, when all is
    well. ``expected`` may name a key several times; its vectors add up.
    """
    wanted: dict[Key, Vector] = {}
    for key, vector in expected:
        wanted[key] = wanted[key] + vector if key in wanted else vector
    for cell in Cell.objects.of(source, version_id).filter(month=month).iterator():
        key = Key(cell.unit_id, cell.month, cell.stratum)
        stored = unpack(bytes(cell.value), schema.size)
        right = wanted.pop(key, None)
        places = int((stored != (schema.zero() if right is None else right)).sum())
        if places:
            yield Difference(key, places, stored=True, expected=right is not None)
    for key, vector in sorted(wanted.items(), key=lambda pair: pair[0]):
        if vector.any():
            yield Difference(key, int((vector != 0).sum()), stored=False, expected=True)
