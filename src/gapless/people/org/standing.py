"""Units and people as they stand within one subtree: what a file is compared with."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from gapless.core.calendar.queries import ways_of

from .choices import Role, UnitKind
from .models import RoleAssignment, Unit, under
from .person_rows import Held, KnownPerson, Staff, folded
from .queries import visible_people
from .rules import STEP, Grant, Period, UnitFacts, Viewer
from .unit_rows import Hours, KnownUnit, Tree

FACTS = tuple(each.name for each in fields(UnitFacts))


def tree_of(top: Unit) -> Tree:
    """The units from one downwards, in a few queries however many they are."""
    units = list(Unit.objects.within([top.path]).values("pk", "path", *FACTS))
    code_at = {unit["path"]: unit["code"] for unit in units}
    # A unit that works as the one above it changes from there, day by day.
    hours: dict[int, Hours] = {
        pk: {day: shifts for day, shifts in enumerate(ways.week, start=1) if shifts}
        for pk, ways in ways_of([unit["pk"] for unit in units]).items()
    }
    below: dict[str, int] = {}
    for path in code_at:
        for end in range(len(top.path), len(path), STEP):
            below[path[:end]] = below.get(path[:end], 0) + 1
    return Tree(
        (
            KnownUnit(
                unit["pk"],
                UnitFacts(**{f: unit[f] for f in FACTS} | {"kind": UnitKind(unit["kind"])}),
                code_at.get(unit["path"][:-STEP], ""),
                hours.get(unit["pk"], {}),
                below.get(unit["path"], 0),
            )
            for unit in units
        ),
        top.code,
    )


def staff_of(top: Unit, *, on: date) -> Staff:
    """
    The people whom an administrator of this unit sees, with their roles from it downwards:
    who holds roles elsewhere alone is like nobody.
    """
    # Whoever may bring files in here administers here, and may administer more.
    here = Viewer(0, (Grant(Role.ADMINISTRATOR, top.path),))
    elsewhere = (
        RoleAssignment.objects.on_or_after(on)
        .exclude(under("unit__path", [top.path]))
        .values_list("person", flat=True)
    )
    foreign = set(elsewhere)
    people = {
        person.pk: KnownPerson(
            person.pk,
            person.username,
            person.name,
            person.email.lower(),
            active=person.is_active,
            editable=person.pk not in foreign,
        )
        for person in visible_people(here)
    }
    for held in RoleAssignment.objects.filter(
        unit__path__startswith=top.path
    ).select_related("unit"):
        if held.starts_on != held.ends_on:
            period = Period(held.starts_on, held.ends_on)
            role = Held(held.pk, Role(held.role), held.unit.code, period)
            people[held.person_id].held.append(role)
    codes = Unit.objects.within([top.path]).values_list("code", flat=True)
    return Staff(
        {folded(person.username): person for person in people.values()},
        {code.casefold(): code for code in codes},
        on,
    )
