"""
Units and people as files. What goes out has the columns that come in: the same file
brought in again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Prefetch
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gapless.core.calendar.queries import own_weeks
from gapless.core.calendar.rules import Week
from gapless.core.files.exports import Cell

from .file_columns import CLOSED, HOURS, NO, YES, PersonHolds, UnitHolds, hours_in_figures
from .models import PersonQuerySet, RoleAssignment, UnitQuerySet, under
from .queries import placed
from .rules import Policy, Viewer

UNIT_COLUMNS = (
    UnitHolds.CODE,
    UnitHolds.NAME,
    UnitHolds.KIND,
    UnitHolds.PARENT,
    UnitHolds.ADDRESS,
    UnitHolds.TIME_ZONE,
    UnitHolds.CUSTOMERS,
    UnitHolds.PHONE,
    UnitHolds.SUPERVISION,
    *HOURS,
)
PERSON_COLUMNS = (
    PersonHolds.NAME,
    PersonHolds.USERNAME,
    PersonHolds.EMAIL,
    PersonHolds.LANGUAGE,
    PersonHolds.ACTIVE,
    PersonHolds.ROLE,
    PersonHolds.UNIT,
    PersonHolds.STARTS_ON,
    PersonHolds.ENDS_ON,
)


def unit_header() -> list[str]:
    return [*(str(column.label) for column in UNIT_COLUMNS), _("Above it")]


def unit_rows(viewer: Viewer, units: UnitQuerySet) -> Iterator[list[Cell]]:
    """The units with their place, as far as the viewer sees what is above them."""
    rows = placed(viewer, units)
    weeks = own_weeks([row.unit.pk for row in rows])
    for row in rows:
        unit = row.unit
        seen = row.above[-1:] if row.above and row.above[-1].depth == unit.depth - 1 else ()
        yield [
            unit.code,
            unit.name,
            unit.get_kind_display(),
            "".join(above.code for above in seen),
            unit.address,
            unit.time_zone,
            unit.customers_per_month,
            unit.phone,
            unit.supervision_phone,
            *_week(weeks.get(unit.pk)),
            " / ".join(above.name for above in row.above),
        ]


def _week(week: Week | None) -> list[str]:
    """Nothing where the unit works as the one above; else every day, closed ones too."""
    if week is None:
        return [""] * len(HOURS)
    return [hours_in_figures(shifts) or str(CLOSED) for shifts in week]


def person_header() -> list[str]:
    return [*(str(column.label) for column in PERSON_COLUMNS), _("Last log-in")]


def person_rows(
    viewer: Viewer, people: PersonQuerySet, *, on: date
) -> Iterator[list[Cell]]:
    """A row for each present or coming role within reach; one for whoever holds none."""
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    held = RoleAssignment.objects.on_or_after(on).filter(under("unit__path", paths))
    roles = Prefetch("assignments", held.select_related("unit"), to_attr="roles_kept")
    for person in people.prefetch_related(roles):
        seen = person.last_login
        about: list[Cell] = [
            person.name,
            person.username,
            person.email,
            person.language,
            str(YES if person.is_active else NO),
        ]
        last = localtime(seen).strftime("%Y-%m-%d %H:%M") if seen else ""
        kept = person.roles_kept  # type: ignore[attr-defined]  # the prefetch above
        for role in kept:
            label, code = role.get_role_display(), role.unit.code
            yield [*about, label, code, role.starts_on, role.ends_on, last]
        if not kept:
            yield [*about, "", "", None, None, last]
