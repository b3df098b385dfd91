"""Roll-ups. The caller passes units its viewer may see; nothing here widens them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Protocol

import numpy as np
from django.db import connection, transaction
from django.db.models import BinaryField, Q, QuerySet
from django.db.models.functions import Substr
from numpy.typing import NDArray

from gapless.analytics.cells import Key, Schema, Vector, total, unpack, unpack_head
from gapless.analytics.periods import Grain, Period

from .choices import Source
from .models import Addition, Cell, CellQuerySet, RollUp
from .rules import Stratum


@dataclass(frozen=True, slots=True)
class Slice:
    """Which cells of a version: some units, months from ``start`` up to before ``end``."""

    units: QuerySet  # type: ignore[type-arg]  # of org.Unit, which core does not import
    start: date | None = None
    end: date | None = None


def cells_in(source: Source, version_id: int, part: Slice) -> CellQuerySet:
    cells = Cell.objects.of(source, version_id).exclude(value=b"")
    cells = cells.filter(unit__in=part.units.order_by())
    if part.start:
        cells = cells.filter(month__gte=part.start)
    if part.end:
        cells = cells.filter(month__lt=part.end)
    return cells


class Node(Protocol):
    """A unit, as far as evidence knows units."""

    pk: int
    path: str


def by_stratum(
    source: Source, version_id: int, top: Node, period: Period, schema: Schema
) -> dict[Stratum, Vector]:
    """The sums of a unit with all units below it, stratum by stratum."""
    packed: dict[str, list[bytes]] = {}
    with one_snapshot():
        for stratum, value in _parts_below(source, version_id, top, period):
            packed.setdefault(stratum, []).append(bytes(value))
    return {Stratum.parse(name): total(cells, schema) for name, cells in packed.items()}


def _parts_below(
    source: Source, version_id: int, top: Node, period: Period
) -> Iterator[tuple[str, bytes | memoryview]]:
    """What adds up to a subtree: its roll-ups, its own cells, and what is waiting."""
    rolled = RollUp.objects.of(source, version_id).filter(
        _within(period, "start"), unit=top.pk, grain=Grain.MONTH.value
    )
    yield from rolled.exclude(below=b"").values_list("stratum", "below")
    own = Cell.objects.of(source, version_id).filter(_within(period), unit=top.pk)
    yield from own.exclude(value=b"").values_list("stratum", "value")
    later = _waiting(source, version_id, [top]).filter(_within(period))
    # Its own cells have what is waiting of its own.
    yield from later.exclude(unit=top.pk).values_list("stratum", "value")


def _waiting(source: Source, version_id: int, units: Sequence[Node]) -> QuerySet[Addition]:
    """What is in no roll-up yet, of some units and all below them; others may be in it."""
    paths = sorted(unit.path for unit in units)
    # What the first and the last begin with, all between them do.
    beside = zip(paths[0], paths[-1], strict=False)
    common = takewhile(lambda letters: letters[0] == letters[1], beside)
    later = Addition.objects.filter(source=source, version_id=version_id)
    return later.filter(unit__path__startswith="".join(letter for letter, _ in common))


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
    What units, each with all below it, add up to in some periods. Rows count the units of
    the first period, then those of the next.

    :param head: how many of the first integers to read.
    """
    place = {unit.pk: row for row, unit in enumerate(units)}
    by_path = {unit.path: row for row, unit in enumerate(units)}
    nth: dict[tuple[str, str], list[int]] = {}
    for row, period in enumerate(periods):
        key = period.grain.value, period.first_day.isoformat()
        nth.setdefault(key, []).append(row * len(units))
    with one_snapshot():
        found = [
            (first + place[unit_id], stratum, value)
            for grain, start, unit_id, stratum, value in _rolled(
                source, version_id, list(place), periods, head
            )
            if unit_id in place
            for first in nth.get((grain, str(start)), ())
        ]
        later = _waiting(source, version_id, units)
        for path, month, stratum, value in later.values_list(
            "unit__path", "month", "stratum", "value"
        ):
            whens = [when for when, period in enumerate(periods) if period.holds(month)]
            if not whens:
                continue
            above = (by_path.get(path[:end]) for end in range(len(path) + 1))
            rows = [row for row in above if row is not None]
            front = unpack_head(bytes(value), head)
            found += [(w * len(units) + row, stratum, front) for row in rows for w in whens]
    return _heads(found, head)


def _rolled(
    source: Source,
    version_id: int,
    unit_ids: list[int],
    periods: Sequence[Period],
    head: int,
) -> list[tuple[str, date | str, int, str, bytes]]:
    """
    The grain, start, unit, stratum and head of roll-ups. As the database gives them:
    Django's own way of making each value into what its field holds takes longer than
    reading tens of thousands of rows.
    """
    rolled = RollUp.objects.of(source, version_id).filter(
        grain__in={period.grain.value for period in periods},
        start__in={period.first_day for period in periods},
    )
    if len(unit_ids) <= _FEW:
        rolled = rolled.filter(unit__in=unit_ids)
    # Eight bytes each.
    front = Substr("head", 1, 8 * head, output_field=BinaryField())
    wanted = rolled.values_list("grain", "start", "unit_id", "stratum", front)
    sql, blanks = wanted.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, blanks)
        rows: list[tuple[str, date | str, int, str, bytes]] = cursor.fetchall()
    return rows


_FEW = 500


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


def _kept(source: Source, version_id: int, top: Node) -> set[tuple[date, str]]:
    """The months and strata that hold evidence of a unit or one below it."""
    # What was taken out again leaves nothing but zeros: no answers, to begin with.
    answers = Substr("head", 1, 8, output_field=BinaryField())
    rolled = RollUp.objects.of(source, version_id).filter(
        unit=top.pk, grain=Grain.MONTH.value
    )
    rolled = rolled.alias(answers=answers).exclude(answers__in=(bytes(8), b""))
    later = _waiting(source, version_id, [top])
    with one_snapshot():
        return {
            *rolled.values_list("start", "stratum"),
            *later.values_list("month", "stratum"),
        }


def years_of(source: Source, version_ids: Collection[int]) -> set[date]:
    """A day of every year in which anybody answered about anything."""
    rolled = RollUp.objects.filter(source=source, version_id__in=version_ids)
    years = rolled.filter(grain=Grain.YEAR.value).values_list("start", flat=True)
    later = Addition.objects.filter(source=source, version_id__in=version_ids)
    return {*years.distinct(), *later.values_list("month", flat=True).distinct()}


def _in_snapshot() -> bool:
    """Whether a snapshot of SQLite is open on this connection."""
    return connection.vendor == "sqlite" and bool(
        connection.connection and connection.connection.in_transaction
    )


@contextmanager
def one_snapshot() -> Iterator[None]:
    """
    Every read inside sees the database as the first one found it, and holds nobody up:
    an answer that comes in meanwhile is in neither the answers nor the cells. Within a
    transaction, it is the transaction that decides.
    """
    if connection.in_atomic_block or _in_snapshot():
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
