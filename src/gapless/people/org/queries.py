"""Reads of units and people. Each starts with who is asking."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate

from .choices import Role
from .models import Person, PersonQuerySet, RoleAssignment, Unit, UnitQuerySet, under
from .rules import Grant, Policy, Viewer


def viewer_of(person: Person, *, now: datetime) -> Viewer:
    """Who this person is at this moment: the roles that hold today."""
    held = RoleAssignment.objects.on(localdate(now)).filter(person=person)
    return Viewer(
        person.pk,
        tuple(
            Grant(Role(role), path) for role, path in held.values_list("role", "unit__path")
        ),
    )


def visible_units(viewer: Viewer) -> UnitQuerySet:
    """The units within reach of any role; a role without a policy there gets 403."""
    return units_for(viewer, Policy.SEE_UNITS)


def units_for(viewer: Viewer, policy: Policy) -> UnitQuerySet:
    units: UnitQuerySet = Unit.objects.within(viewer.paths(policy)).order_by("path")
    return units


def visible_people(viewer: Viewer) -> PersonQuerySet:
    """
    The people who hold, held or will hold a role within the administrator's reach. An
    administrator of the whole organisation also sees people without any role.
    """
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    within = RoleAssignment.objects.filter(under("unit__path", paths)).values("person")
    people = Person.objects.filter(pk__in=within)
    roots = set(Unit.objects.filter(depth=1).values_list("path", flat=True))
    if roots and roots <= set(paths):
        people |= Person.objects.filter(assignments=None)
    return people


def assignments_of(viewer: Viewer, person: Person) -> QuerySet[RoleAssignment]:
    """A person's roles, as far as the administrator who asks can see their units."""
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    return person.assignments.filter(under("unit__path", paths)).select_related("unit")
