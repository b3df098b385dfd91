"""How much is open where: the cases of a unit and of those right below it, as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Substr

from gapless.people.org.models import Unit, under
from gapless.people.org.queries import units_for
from gapless.people.org.rules import STEP, Policy, Viewer

from .choices import State
from .finding import is_overdue
from .queries import visible_cases


@dataclass(frozen=True, slots=True)
class Standing:
    """One open case, as far as the board counts it."""

    age: timedelta
    overdue: bool
    waiting: bool  # for the customer


@dataclass(frozen=True, slots=True)
class Load:
    """What is open at a place."""

    open: int
    overdue: int
    waiting: int
    median_age: timedelta | None  # None where nothing is open
    greatest_age: timedelta | None

    @classmethod
    def of(cls, standing: Sequence[Standing]) -> Load:
        """
        >>> days = (timedelta(days=1), timedelta(days=6))
        >>> two = [Standing(age, overdue=False, waiting=False) for age in days]
        >>> Load.of(two).median_age
        datetime.timedelta(days=3, seconds=43200)
        """
        ages = sorted(each.age for each in standing)
        middle = ages[(len(ages) - 1) // 2 : len(ages) // 2 + 1]
        return cls(
            open=len(ages),
            overdue=sum(each.overdue for each in standing),
            waiting=sum(each.waiting for each in standing),
            median_age=sum(middle, timedelta()) / len(middle) if middle else None,
            greatest_age=ages[-1] if ages else None,
        )


@dataclass(frozen=True, slots=True)
class Place:
    unit: Unit
    load: Load
    here: bool = False  # the unit itself, without those below


@dataclass(frozen=True, slots=True)
class Board:
    unit: Unit
    whole: Load
    places: tuple[Place, ...]


def board(viewer: Viewer, unit: Unit, *, now: datetime) -> Board:
    """
    What is open at a unit, and at each right below it with all that lies under that: one
    query for the cases, one for the units.
    """
    standing: dict[str, list[Standing]] = defaultdict(list)
    within = visible_cases(viewer).filter(
        under("unit__path", viewer.paths(Policy.SEE_CASES)),
        unit__path__startswith=unit.path,
    )
    rows = (
        within.open()
        .annotate(
            place=Substr("unit__path", 1, len(unit.path) + STEP), late=is_overdue(now)
        )
        .order_by()
        .values_list("place", "opened_at", "state", "late")
    )
    for place, opened_at, state, late in rows.iterator():
        waits = state == State.WAITING
        standing[place].append(Standing(now - opened_at, overdue=late, waiting=waits))
    below = units_for(viewer, Policy.SEE_CASES).filter(
        path__startswith=unit.path, depth=unit.depth + 1
    )
    places = [Place(each, Load.of(standing[each.path])) for each in below]
    if unit.path in standing and places:
        places.append(Place(unit, Load.of(standing[unit.path]), here=True))
    every = [each for some in standing.values() for each in some]
    return Board(unit, Load.of(every), tuple(places))
