"""Reads of units and people. Each starts with who is asking."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model, Prefetch, Q
from django.utils.timezone import get_default_timezone, localdate

from gapless.core.audit.models import Event

from .choices import Role
from .models import (
    Person,
    PersonQuerySet,
    RoleAssignment,
    RoleAssignmentQuerySet,
    Unit,
    UnitQuerySet,
    under,
)
from .rules import HOLDERS, Grant, Policy, Viewer, ancestors


def today(now: datetime) -> date:
    """The day by which roles begin and end: the installation's, not the reader's own."""
    return localdate(now, get_default_timezone())


def viewer_of(person: Person, *, now: datetime) -> Viewer:
    """Who this person is at this moment: the roles that hold today."""
    held = RoleAssignment.objects.on(today(now)).filter(person=person)
    return Viewer(
        person.pk,
        tuple(
            Grant(Role(role), path) for role, path in held.values_list("role", "unit__path")
        ),
    )


def login_name_exists(typed: str) -> bool:
    """Whether somebody signs in by this name or e-mail. Never said on a page."""
    return Person.objects.filter(
        Q(username__iexact=typed) | Q(email__iexact=typed)
    ).exists()


def signing_in_as(username: str) -> Person | None:
    """Whoever may sign in by this name, for the commands of whoever runs the server."""
    return Person.objects.filter(username__iexact=username, is_active=True).first()


# --- Units ----------------------------------------------------------------------------


def visible_units(viewer: Viewer) -> UnitQuerySet:
    """The units within reach of any role; a role without a policy there gets 403."""
    return units_for(viewer, Policy.SEE_UNITS)


def units_for(viewer: Viewer, policy: Policy) -> UnitQuerySet:
    units: UnitQuerySet = Unit.objects.within(viewer.paths(policy)).order_by("path")
    return units


def tops(viewer: Viewer, policy: Policy = Policy.SEE_UNITS) -> UnitQuerySet:
    """Where the viewer's tree begins: the highest units over which the policy is held."""
    units: UnitQuerySet = Unit.objects.filter(path__in=viewer.paths(policy))
    return units


def shows_simulated(viewer: Viewer) -> bool:
    """Whether something within reach is made up: such pages say so."""
    return tops(viewer).filter(simulated=True).exists()


def children(viewer: Viewer, unit: Unit) -> UnitQuerySet:
    units: UnitQuerySet = visible_units(viewer).filter(
        depth=unit.depth + 1, path__startswith=unit.path
    )
    return units


def units_above(unit: Unit) -> set[int]:
    """Their numbers, whoever may see them: sums roll up there."""
    above = Unit.objects.filter(path__in=ancestors(unit.path))
    return set(above.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Phones:
    """Where customers call a unit, and where they complain of it; "": nowhere known."""

    phone: str
    supervision: str


def phones_of(unit: Unit) -> Phones:
    """The unit's own numbers, or else those of the nearest unit above that has one."""
    line = Unit.objects.filter(path__in=(*ancestors(unit.path), unit.path))
    said = list(line.order_by("-depth").values_list("phone", "supervision_phone"))
    return Phones(
        phone=next((phone for phone, _supervision in said if phone), ""),
        supervision=next((supervision for _phone, supervision in said if supervision), ""),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit and the units above it, from the top down, as far as the viewer sees."""

    unit: Unit
    above: tuple[Unit, ...]


def placed(viewer: Viewer, units: Iterable[Unit]) -> list[Placed]:
    """The units with their places, in one query however many they are."""
    units = list(units)
    paths = {path for unit in units for path in ancestors(unit.path)}
    known = {unit.path: unit for unit in visible_units(viewer).filter(path__in=paths)}
    return [
        Placed(unit, tuple(known[path] for path in ancestors(unit.path) if path in known))
        for unit in units
    ]


def places_for(viewer: Viewer, unit: Unit) -> UnitQuerySet:
    """Where the viewer may hang a unit: anywhere within reach but below itself."""
    units: UnitQuerySet = units_for(viewer, Policy.EDIT_ORGANISATION).exclude(
        path__startswith=unit.path
    )
    return units


def unit_called(viewer: Viewer, typed: str) -> Unit | None:
    """The unit to administer that has this code, else the only one of this name."""
    units = units_for(viewer, Policy.EDIT_ORGANISATION)
    by_code: Unit | None = units.filter(code__iexact=typed).first()
    by_name: list[Unit] = [] if by_code else list(units.filter(name=typed)[:2])
    return by_name[0] if len(by_name) == 1 else by_code


def may_move(viewer: Viewer, unit: Unit) -> bool:
    """
    Whether the viewer may take the unit from its place: to do so is to change what its
    parent consists of, so the policy is asked for there. A root stays where it is.
    """
    above = ancestors(unit.path)
    return bool(above) and viewer.holds_at(Policy.EDIT_ORGANISATION, above[-1])


@dataclass(frozen=True, slots=True)
class Company:
    """What moves with a unit: the units below it, the people with roles in them."""

    units: int
    people: int


def moving_along(unit: Unit, *, on: date) -> Company:
    held = RoleAssignment.objects.on(on).filter(unit__path__startswith=unit.path)
    return Company(
        units=Unit.objects.filter(path__startswith=unit.path).count() - 1,
        people=held.values("person").distinct().count(),
    )


def roles_at(viewer: Viewer, unit: Unit, *, on: date) -> RoleAssignmentQuerySet:
    """
    Who holds a role at this very unit, now or soon. Only its administrators see this:
    staff must not learn here who the mystery shoppers are.
    """
    roles = RoleAssignment.objects.filter(
        unit=unit, unit__in=units_for(viewer, Policy.EDIT_ORGANISATION)
    )
    return roles.on_or_after(on).select_related("person").order_by("role", "person__name")


def administrators_of(unit: Unit, *, on: date) -> PersonQuerySet:
    """Whom to ask about a unit; everybody who sees the unit may know."""
    roles = RoleAssignment.objects.on(on).filter(
        role=Role.ADMINISTRATOR, unit__path__in=(*ancestors(unit.path), unit.path)
    )
    people: PersonQuerySet = Person.objects.filter(
        pk__in=roles.values("person"), is_active=True
    )
    return people


def nearest_holders(path: str, role: str, now: datetime) -> list[int]:
    """Who holds a role at a unit, or else at the nearest unit above where somebody does."""
    line = (*ancestors(path), path)
    held = RoleAssignment.objects.on(today(now)).filter(
        role=role, unit__path__in=line, person__is_active=True
    )
    people = list(held.values_list("unit__path", "person"))
    nearest = max((place for place, _person in people), key=len, default="")
    return sorted({person for place, person in people if place == nearest})


def in_charge(path: str, now: datetime, *, but: Collection[int] = frozenset()) -> list[int]:
    """
    Who runs a unit, or the nearest above that somebody runs; if nobody does, who answers
    for quality there.

    :param but: people who are passed over, so that it may go up to the next.
    """
    held = RoleAssignment.objects.on(today(now)).filter(
        role__in=(Role.UNIT_MANAGER, Role.QUALITY_MANAGER),
        unit__path__in=(*ancestors(path), path),
        person__is_active=True,
    )
    held = held.exclude(person__in=but)
    nearest: dict[tuple[bool, int], set[int]] = {}
    for role, at, person in held.values_list("role", "unit__path", "person"):
        nearest.setdefault((role == Role.UNIT_MANAGER, len(at)), set()).add(person)
    return sorted(nearest[max(nearest)]) if nearest else []


# --- People ---------------------------------------------------------------------------


def colleagues(viewer: Viewer, policy: Policy, path: str, *, on: date) -> PersonQuerySet:
    """
    Who holds a policy at a place, for those who hold it there themselves: to whom they
    may hand work over.
    """
    if not viewer.holds_at(policy, path):
        nobody: PersonQuerySet = Person.objects.none()
        return nobody
    held = RoleAssignment.objects.on(on).filter(
        role__in=HOLDERS[policy], unit__path__in=(*ancestors(path), path)
    )
    people: PersonQuerySet = Person.objects.filter(
        pk__in=held.values("person"), is_active=True
    )
    return people


def visible_people(viewer: Viewer) -> PersonQuerySet:
    """
    The people who hold, held or will hold a role within the administrator's reach. An
    administrator of the whole organisation also sees people without any role.
    """
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    within = RoleAssignment.objects.filter(under("unit__path", paths)).values("person")
    seen = Q(pk__in=within)
    roots = set(Unit.objects.filter(depth=1).values_list("path", flat=True))
    if roots and roots <= set(paths):
        seen |= ~Q(pk__in=RoleAssignment.objects.values("person"))
    people: PersonQuerySet = Person.objects.filter(seen)
    return people


def holding(
    viewer: Viewer, people: PersonQuerySet, *, role: str, unit: Unit | None, on: date
) -> PersonQuerySet:
    """Those of the people who hold a role that day, of this kind, in this subtree."""
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    held = RoleAssignment.objects.on(on).filter(under("unit__path", paths))
    if role:
        held = held.filter(role=role)
    if unit:
        held = held.filter(unit__path__startswith=unit.path)
    return people.filter(pk__in=held.values("person"))


def with_roles(viewer: Viewer, people: PersonQuerySet, *, on: date) -> PersonQuerySet:
    """The people with `roles_now`: what they hold that day within the viewer's reach."""
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    held = RoleAssignment.objects.on(on).filter(under("unit__path", paths))
    return people.prefetch_related(
        Prefetch("assignments", held.select_related("unit"), to_attr="roles_now")
    )


def assignments_of(viewer: Viewer, person: Person) -> RoleAssignmentQuerySet:
    """A person's roles, as far as the administrator who asks can see their units."""
    paths = viewer.paths(Policy.EDIT_ORGANISATION)
    held = RoleAssignment.objects.filter(under("unit__path", paths), person=person)
    return held.select_related("unit")


def may_edit_person(viewer: Viewer, person: Person, *, on: date) -> bool:
    """
    Whether all the person's present and coming roles lie within reach. Who could rename
    a person, or set the password, could act in every one of those roles.
    """
    held = RoleAssignment.objects.on_or_after(on).filter(person=person)
    paths = held.values_list("unit__path", flat=True)
    return viewer.holds_over(Policy.EDIT_ORGANISATION, paths)


def own_roles(person: Person, *, on: date) -> RoleAssignmentQuerySet:
    """What a person holds now or soon, for the person's own eyes."""
    held = RoleAssignment.objects.on_or_after(on).filter(person=person)
    return held.select_related("unit")


def last_change(subject: Model) -> Event | None:
    """The newest entry of the trail about a record the viewer already sees."""
    trail = Event.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    return trail.select_related("actor").order_by("-at").first()


def organisation() -> Unit | None:
    """The root of the organisation itself, not of a demo; None before `gapless init`."""
    roots = Unit.objects.filter(depth=1, simulated=False)
    root: Unit | None = roots.order_by("path").first()
    return root
