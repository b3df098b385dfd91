"""
Adding up: what every cell adds to the roll-ups of its unit and of all units above it.

Sums follow today's tree. Nobody who folds waits for this: a job adds up what has come in,
and whoever reads adds what is still waiting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction

from gapless.analytics.cells import Vector, add_packed, pack, packed_size
from gapless.analytics.periods import Grain, Period

from .choices import Source
from .models import Addition, Cell, RollUp, RollUpQuerySet

AT_ONCE = 2_000
"""How many additions are added up in one transaction."""


class Target(NamedTuple):
    """One roll-up of a version."""

    unit_id: int
    grain: str
    start: date
    stratum: str


@dataclass(slots=True)
class Sums:
    """What is to be added to roll-ups of one version."""

    heads: dict[Target, Vector] = field(default_factory=dict)
    below: dict[Target, Vector] = field(default_factory=dict)

    def add(self, line: Sequence[int], month: date, stratum: str, cell: _Cell) -> None:
        """A cell of the first unit of ``line``; the others are the units above it."""
        for grain in Grain:
            start = Period.containing(month, grain).first_day
            for unit_id in line:
                self.add_head(Target(unit_id, grain.value, start, stratum), cell.head)
        for unit_id in line[1:]:
            self.add_below(Target(unit_id, Grain.MONTH.value, month, stratum), cell.whole)

    def add_head(self, target: Target, head: Vector) -> None:
        known = self.heads.get(target)
        if known is None:
            self.heads[target] = head.copy()
        else:
            known += head

    def add_below(self, target: Target, whole: Vector) -> None:
        known = self.below.get(target)
        if known is None:
            self.below[target] = whole.copy()
        elif len(known) < len(whole):
            self.below[target] = longer(known, whole)
        else:
            known[: len(whole)] += whole


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    head: Vector
    whole: Vector

    @classmethod
    def of(cls, packed: bytes, head: int) -> _Cell:
        whole = np.zeros(max(packed_size(packed), head), np.int64)
        add_packed(packed, whole)
        return cls(whole[:head], whole)


def longer(one: Vector, other: Vector) -> Vector:
    """The sum of two vectors whose ends may be missing because they are zero."""
    if len(one) < len(other):
        one, other = other, one
    found = one.copy()
    found[: len(other)] += other
    return found


# --- Lines: a unit and those above it -------------------------------------------------


class Tree:
    """Today's tree, by path."""

    def __init__(self) -> None:
        units: Any = RollUp._meta.get_field("unit").related_model
        self._step: int = units.steplen
        self._ids: dict[str, int] = dict(units.objects.values_list("path", "pk"))
        self._paths = {pk: path for path, pk in self._ids.items()}

    def line(self, unit_id: int) -> tuple[int, ...]:
        """The unit, then those above it, nearest first."""
        path = self._paths[unit_id]
        ends = range(len(path), 0, -self._step)
        return tuple(self._ids[path[:end]] for end in ends)


# --- Who waits for whom ---------------------------------------------------------------


def _one_at_a_time() -> None:
    """
    Whoever changes roll-ups waits for whoever does already: the tree they go by must not
    change meanwhile. (SQLite has one writer at a time anyway.)
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLLING])


_ROLLING = 0x6A91E55  # any number that nothing else of ours takes


def hold_cells() -> None:
    """
    Wait for everybody who has begun to fold, and let nobody else begin before this
    transaction ends. Reading goes on. (SQLite has one writer at a time anyway.)
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE evidence_cell IN EXCLUSIVE MODE")


# --- Adding up what has come in -------------------------------------------------------


@transaction.atomic
def add_up() -> int:
    """Some of what is waiting, into its roll-ups; how many additions it was."""
    _one_at_a_time()
    waiting = Addition.objects.select_for_update().order_by("pk")[:AT_ONCE]
    found = list(waiting)
    if not found:
        return 0
    tree = Tree()
    by_version: dict[tuple[str, int], Sums] = {}
    for each in found:
        sums = by_version.setdefault((each.source, each.version_id), Sums())
        cell = _Cell.of(bytes(each.value), each.head)
        sums.add(tree.line(each.unit_id), each.month, each.stratum, cell)
    for (source, version_id), sums in sorted(by_version.items(), key=lambda pair: pair[0]):
        _write(Source(source), version_id, sums)
    Addition.objects.filter(pk__in=[each.pk for each in found]).delete()
    return len(found)


def _write(source: Source, version_id: int, sums: Sums) -> None:
    """Add to the stored roll-ups, making those that are missing."""
    targets = sorted({*sums.heads, *sums.below})
    known = set(_targets(source, version_id, targets))
    RollUp.objects.bulk_create(
        (
            RollUp(source=source, version_id=version_id, head=b"", **target._asdict())
            for target in targets
            if target not in known
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    rows = []
    for pk, target, head, below in _locked(source, version_id, targets):
        if target in sums.heads:
            head = _plus_head(head, sums.heads[target])
        if target in sums.below:
            below = _plus(below, sums.below[target])
        rows.append((head, below, pk))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE evidence_rollup SET head=%s, below=%s WHERE id=%s", rows)


_FACTS = ("unit_id", "grain", "start", "stratum")


def _among(source: Source, version_id: int, targets: Collection[Target]) -> RollUpQuerySet:
    return RollUp.objects.of(source, version_id).filter(
        unit__in={target.unit_id for target in targets},
        start__in={target.start for target in targets},
    )


def _targets(
    source: Source, version_id: int, targets: Collection[Target]
) -> Iterator[Target]:
    rows = _among(source, version_id, targets).values_list(*_FACTS)
    return (Target(*row) for row in rows)


def _locked(
    source: Source, version_id: int, targets: Collection[Target]
) -> Iterator[tuple[int, Target, bytes, bytes]]:
    """The rows of these targets, locked in one order, so that no two locks cross."""
    wanted = set(targets)
    rows = _among(source, version_id, targets).select_for_update().order_by(*_FACTS)
    for row in rows.values_list("pk", *_FACTS, "head", "below"):
        target = Target(*row[1:5])
        if target in wanted:
            yield row[0], target, bytes(row[5]), bytes(row[6])


def _plus_head(stored: bytes, more: Vector) -> bytes:
    head = more + np.frombuffer(stored, "<i8") if stored else more
    return head.astype("<i8").tobytes()


def _plus(packed: bytes, more: Vector) -> bytes:
    whole = np.zeros(max(packed_size(packed), len(more)), np.int64)
    add_packed(packed, whole)
    return pack(longer(whole, more))


# --- When the tree changes ------------------------------------------------------------


@transaction.atomic
def carry_over(unit_id: int, *, left: Iterable[int], joined: Iterable[int]) -> None:
    """
    A unit now hangs elsewhere: take what it and the units below it add up to from the
    units it ``left`` and give it to those it ``joined``. What is still waiting goes to
    the new ones by itself.
    """
    _one_at_a_time()
    hold_cells()
    units = [(-1, above) for above in left] + [(1, above) for above in joined]
    rows = RollUp.objects.filter(unit=unit_id)
    for source, version_id in set(rows.values_list("source", "version_id")):
        sums = Sums()
        of_version = rows.filter(source=source, version_id=version_id)
        for *target, head, below in of_version.values_list(*_FACTS[1:], "head", "below"):
            for sign, above in units:
                there = Target(above, *target)
                sums.add_head(there, sign * np.frombuffer(bytes(head), "<i8"))
                if below:
                    sums.add_below(there, sign * _Cell.of(bytes(below), 0).whole)
        cells = _settled_cells(Source(source), version_id, unit_id)
        for month, stratum, whole in cells:
            for sign, above in units:
                there = Target(above, Grain.MONTH.value, month, stratum)
                sums.add_below(there, sign * whole)
        _write(Source(source), version_id, sums)


def _settled_cells(
    source: Source, version_id: int, unit_id: int
) -> Iterator[tuple[date, str, Vector]]:
    """The unit's own cells without what is in no roll-up yet."""
    waiting: dict[tuple[date, str], Vector] = {}
    later = Addition.objects.filter(source=source, version_id=version_id, unit=unit_id)
    for month, stratum, value in later.values_list("month", "stratum", "value"):
        whole = _Cell.of(bytes(value), 0).whole
        known = waiting.get((month, stratum), whole[:0])
        waiting[month, stratum] = longer(known, whole)
    cells = Cell.objects.of(source, version_id).filter(unit=unit_id)
    for month, stratum, value in cells.values_list("month", "stratum", "value"):
        whole = _Cell.of(bytes(value), 0).whole
        yield month, stratum, longer(whole, -waiting.get((month, stratum), whole[:0]))


# --- Anew from the cells --------------------------------------------------------------


@transaction.atomic
def make_roll_ups(source: Source, version_id: int, *, head: int) -> None:
    """Make the roll-ups of a version anew from its cells."""
    _one_at_a_time()
    hold_cells()
    Addition.objects.filter(source=source, version_id=version_id).delete()
    RollUp.objects.of(source, version_id).delete()
    RollUp.objects.bulk_create(
        (
            RollUp(
                source=source,
                version_id=version_id,
                head=found.astype("<i8").tobytes(),
                below=pack(below) if below is not None else b"",
                **target._asdict(),
            )
            for target, found, below in expected_roll_ups(source, version_id, head=head)
        ),
        batch_size=500,
    )


Expected = tuple[Target, Vector, Vector | None]


def expected_roll_ups(source: Source, version_id: int, *, head: int) -> Iterator[Expected]:
    """What the cells of a version add up to, month after month, then what is longer."""
    tree, years = Tree(), Sums()
    cells = Cell.objects.of(source, version_id).exclude(value=b"").order_by("month")
    month, sums = None, Sums()
    rows = cells.values_list("unit_id", "month", "stratum", "value")
    for unit_id, when, stratum, value in rows.iterator(chunk_size=500):
        if when != month:
            yield from _of_month(sums, years)
            month, sums = when, Sums()
        sums.add(tree.line(unit_id), when, stratum, _Cell.of(bytes(value), head))
    yield from _of_month(sums, years)
    yield from ((target, found, None) for target, found in years.heads.items())


def _of_month(sums: Sums, years: Sums) -> Iterator[Expected]:
    """What one month makes by itself; what it is a part of goes to the others."""
    for target, found in sums.heads.items():
        if target.grain == Grain.MONTH.value:
            yield target, found, sums.below.get(target)
        else:
            years.add_head(target, found)


def unsummed(source: Source, version_id: int) -> bool:
    """Whether a version has cells of which nothing was ever added up."""
    cells = Cell.objects.of(source, version_id).exclude(value=b"")
    waiting = Addition.objects.filter(source=source, version_id=version_id)
    summed = RollUp.objects.of(source, version_id)
    return cells.exists() and not (summed.exists() or waiting.exists())


def wrong_roll_ups(source: Source, version_id: int, *, head: int) -> int:
    """
    How many roll-ups, with what is waiting, are not what the cells add up to: the
    doctor's question. 0, when all is well.
    """
    waiting = _waiting(source, version_id)
    stored: dict[Target, tuple[bytes, bytes]] = {}
    rows = RollUp.objects.of(source, version_id).values_list(*_FACTS, "head", "below")
    for *target, found, below in rows.iterator(chunk_size=500):
        stored[Target(*target)] = bytes(found), bytes(below)
    wrong = 0
    for target, found, below in expected_roll_ups(source, version_id, head=head):
        wrong += not _same(stored.pop(target, (b"", b"")), waiting, (target, found, below))
    # What is left must be nothing, or wait to be taken out again.
    nothing = np.zeros(head, np.int64)
    return wrong + sum(
        not _same(left, waiting, (target, nothing, None)) for target, left in stored.items()
    )


def _waiting(source: Source, version_id: int) -> Sums:
    sums, tree = Sums(), Tree()
    later = Addition.objects.filter(source=source, version_id=version_id)
    for each in later.iterator(chunk_size=500):
        cell = _Cell.of(bytes(each.value), each.head)
        sums.add(tree.line(each.unit_id), each.month, each.stratum, cell)
    return sums


def _same(stored: tuple[bytes, bytes], waiting: Sums, right: Expected) -> bool:
    target, found, below = right
    head = np.frombuffer(_plus_head(stored[0], waiting.heads.get(target, 0 * found)), "<i8")
    more = waiting.below.get(target, found[:0])
    whole = _plus(stored[1], more)
    expected = b"" if below is None else pack(below)
    return bool((head == found).all()) and whole == expected
