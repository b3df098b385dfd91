"""Verbs of the organisation: one transaction and one audit entry each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, Q, QuerySet
from django.utils.crypto import get_random_string
from treebeard.exceptions import InvalidMoveToDescendant

from gapless.core.audit.actions import record
from gapless.core.calendar.actions import note_unit_changed
from gapless.core.evidence.rolling import carry_over

from .choices import Role
from .models import Person, RoleAssignment, Unit
from .queries import today, units_above
from .rules import Period, PersonFacts, Preferences, UnitFacts, changes

# Without the signs that people take for one another when they copy by hand.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class CodeTaken(Exception):
    """Another unit has this code; codes name units in files, so they are unique."""


class ChangedMeanwhile(Exception):
    """Somebody else saved this record after the form was opened."""


class BelowItself(Exception):
    """A unit cannot be moved under itself or one of its own units."""


class InUse(Exception):
    """Records hang on the unit. ``found`` says what and how many, as shown to people."""

    def __init__(self, found: Mapping[str, int]) -> None:
        super().__init__(found)
        self.found = found


class LoginNameTaken(Exception):
    """Somebody already logs in by this name, whatever its capitals."""


class EmailTaken(Exception):
    """Somebody already logs in by this e-mail address."""


class NoAddress(Exception):
    """The person has no e-mail address to send a link to."""


class LastAdministrator(Exception):
    """After this nobody would administer the organisation any more."""


class AlreadyHeld(Exception):
    """The person holds this role at this unit on some day of the period."""


class EndedAlready(Exception):
    """The role ends on that day or earlier; an end can be brought forward only."""


class InThePast(Exception):
    """A role cannot be ended for days that are over: it was held then."""


# --- Units ----------------------------------------------------------------------------


@transaction.atomic
def create_unit(
    parent: Unit | None,
    facts: UnitFacts,
    *,
    by: Person | None,
    now: datetime,
    simulated: bool = False,
) -> Unit:
    """Add a unit under ``parent``, last among its units; without one, a new root."""
    _hold_the_tree()
    fields = asdict(facts) | {"created_at": now, "simulated": simulated}
    Unit(**fields).clean_fields(exclude=("path", "depth"))
    try:
        with transaction.atomic():
            unit: Unit = (
                Unit.objects.add_child(parent, create_kwargs=fields)
                if parent
                else Unit.objects.add_root(create_kwargs=fields)
            )
    except IntegrityError as error:
        raise CodeTaken(facts.code) from error
    record("unit.created", subject=unit, by=by, at=now, unit=unit, code=unit.code)
    return unit


@transaction.atomic
def edit_unit(
    unit: Unit, facts: UnitFacts, *, version: int, by: Person, now: datetime
) -> None:
    """Change what is said about a unit, if ``version`` is the one that still stands."""
    fields = asdict(facts)
    Unit(**fields).clean_fields(exclude=("path", "depth", "created_at"))
    before, after = changes(unit, fields)
    try:
        with transaction.atomic():
            won = Unit.objects.filter(pk=unit.pk, version=version).update(
                **fields, version=F("version") + 1
            )
    except IntegrityError as error:
        raise CodeTaken(facts.code) from error
    if not won:
        raise ChangedMeanwhile(unit)
    if "time_zone" in after:
        note_unit_changed(unit, now=now)
    record(
        "unit.edited", subject=unit, by=by, at=now, unit=unit, before=before, after=after
    )


@transaction.atomic
def move_unit(unit: Unit, *, under: Unit, by: Person, now: datetime) -> None:
    """
    Hang a unit, and all below it, under another one. Its numbers roll up there from now
    on, those of the past included: sums follow today's tree.
    """
    _hold_the_tree()
    unit.refresh_from_db()
    parent = Unit.objects.get_parent(unit)
    if parent == under:
        return
    before = units_above(unit)
    try:
        Unit.objects.move(unit, under, pos="last-child")
    except InvalidMoveToDescendant as error:
        raise BelowItself(unit) from error
    Unit.objects.filter(pk=unit.pk).update(version=F("version") + 1)
    unit.refresh_from_db()
    after = units_above(unit)
    carry_over(unit.pk, left=before - after, joined=after - before)
    note_unit_changed(unit, now=now)
    old = parent.code if parent else ""
    codes = {"before": old, "after": under.code}
    record("unit.moved", subject=unit, by=by, at=now, unit=unit, **codes)


@transaction.atomic
def delete_unit(unit: Unit, *, by: Person, now: datetime, reason: str = "") -> None:
    """Delete a unit on which nothing hangs or ever hung: units, roles, evidence."""
    _hold_the_tree()
    below = Unit.objects.get_children(unit).count()
    if below:
        raise InUse({str(Unit._meta.verbose_name_plural): below})
    record(
        "unit.deleted",
        subject=unit,
        by=by,
        at=now,
        unit=unit,
        reason=reason,
        name=unit.name,
        code=unit.code,
    )
    try:
        Unit.objects.filter(pk=unit.pk).delete()
    except ProtectedError as error:
        kinds = (str(found._meta.verbose_name_plural) for found in error.protected_objects)
        raise InUse(dict(Counter(kinds))) from error


# --- People ---------------------------------------------------------------------------


@transaction.atomic
def add_person(
    facts: PersonFacts,
    role: Role,
    unit: Unit,
    *,
    period: Period,
    by: Person | None,
    now: datetime,
) -> Person:
    """Add a person with a first role, and no password yet: give one, or send a link."""
    person = Person(**facts.normalised(), joined_at=now)
    person.language = facts.language or person.language
    person.set_unusable_password()
    person.clean_fields(exclude=("password",))
    with _one_name_each(person):
        person.save()
    record("person.added", subject=person, by=by, at=now, unit=unit)
    assign_role(person, role, unit, period=period, by=by, now=now)
    return person


@transaction.atomic
def edit_person(
    person: Person, facts: PersonFacts, *, version: int, by: Person, now: datetime
) -> None:
    """Change names and address, if ``version`` is the one that still stands."""
    fields = facts.normalised()
    _, changed = changes(person, fields)
    for name, value in fields.items():
        setattr(person, name, value)
    person.clean_fields(exclude=("password",))
    with _one_name_each(person):
        won = Person.objects.filter(pk=person.pk, version=version).update(
            **fields, version=F("version") + 1
        )
    if not won:
        raise ChangedMeanwhile(person)
    # Which fields, not what they said: the trail keeps no names or addresses of people.
    record(
        "person.edited",
        subject=person,
        by=by,
        at=now,
        unit=_home(person),
        changed=sorted(changed),
    )


@transaction.atomic
def set_preferences(person: Person, chosen: Preferences, *, now: datetime) -> None:
    """Language, time zone and looks, as the person wants them."""
    fields = asdict(chosen)
    _, changed = changes(person, fields)
    for name, value in fields.items():
        setattr(person, name, value)
    person.clean_fields(exclude=("password",))
    person.save(update_fields=list(fields))
    record(
        "person.preferences_set", subject=person, by=person, at=now, changed=sorted(changed)
    )


@transaction.atomic
def set_password(
    person: Person, password: str, *, by: Person | None, now: datetime
) -> None:
    """
    Set a password that the door has found strong enough. Every open session of the
    person ends. One that somebody else has set is to be changed at the next log-in.
    """
    person.set_password(password)
    person.password_given = by is not None and by.pk != person.pk
    person.save(update_fields=["password", "password_given"])
    record("person.password_set", subject=person, by=by, at=now, unit=_home(person))


def give_password(person: Person, *, by: Person | None, now: datetime) -> str:
    """Set a random password and return it, to be shown to the administrator once."""
    letters = get_random_string(15, READABLE)
    password = "-".join(letters[start : start + 5] for start in range(0, 15, 5))
    set_password(person, password, by=by, now=now)
    return password


@transaction.atomic
def invite_person(person: Person, *, by: Person, now: datetime) -> None:
    """Note that a link for choosing a password goes out; the door sends it."""
    if not person.email:
        raise NoAddress(person)
    record("person.invited", subject=person, by=by, at=now, unit=_home(person))


@transaction.atomic
def deactivate_person(person: Person, *, by: Person, now: datetime) -> None:
    """Refuse the person from now on: open sessions end at their next request."""
    _hold_the_tree()
    _keep_an_administrator(without=person.assignments.all(), now=now)
    won = Person.objects.filter(pk=person.pk, is_active=True).update(
        is_active=False, session_epoch=F("session_epoch") + 1, version=F("version") + 1
    )
    if won:
        record("person.deactivated", subject=person, by=by, at=now, unit=_home(person))


@transaction.atomic
def reactivate_person(person: Person, *, by: Person, now: datetime) -> None:
    won = Person.objects.filter(pk=person.pk, is_active=False).update(
        is_active=True, version=F("version") + 1
    )
    if won:
        record("person.reactivated", subject=person, by=by, at=now, unit=_home(person))


# --- Roles ----------------------------------------------------------------------------


@transaction.atomic
def assign_role(
    person: Person,
    role: Role,
    unit: Unit,
    *,
    period: Period,
    by: Person | None,
    now: datetime,
) -> RoleAssignment:
    # One person's roles change one after another: no constraint that both databases
    # know forbids overlapping periods.
    Person.objects.select_for_update().get(pk=person.pk)
    same = person.assignments.filter(role=role, unit=unit)
    if any(Period(a.starts_on, a.ends_on).overlaps(period) for a in same):
        raise AlreadyHeld(person)
    days: dict[str, Any] = {"starts_on": period.starts_on, "ends_on": period.ends_on}
    assignment = RoleAssignment.objects.create(person=person, role=role, unit=unit, **days)
    record("role.assigned", subject=person, by=by, at=now, unit=unit, role=role, **days)
    return assignment


@transaction.atomic
def end_role(
    assignment: RoleAssignment, *, ends_on: date, by: Person, now: datetime
) -> None:
    """
    End a role: ``ends_on`` is the first day without it. A role that would end before it
    began is left as an empty period: it never held, and the trail says so.
    """
    if ends_on < today(now):
        raise InThePast(ends_on)
    ends_on = max(ends_on, assignment.starts_on)
    _hold_the_tree()
    itself = RoleAssignment.objects.filter(pk=assignment.pk)
    _keep_an_administrator(without=itself, now=now)
    if not itself.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)).update(ends_on=ends_on):
        raise EndedAlready(assignment)
    record(
        "role.ended",
        subject=assignment.person,
        by=by,
        at=now,
        unit=assignment.unit,
        role=assignment.role,
        ends_on=ends_on,
    )


# --- What the verbs share -------------------------------------------------------------


def _hold_the_tree() -> None:
    # The roots stand for the whole: whoever changes places, or who administers, waits
    # here for the one before. (SQLite writes one at a time anyway.)
    list(Unit.objects.select_for_update().filter(depth=1).values_list("pk"))


def _keep_an_administrator(*, without: QuerySet[RoleAssignment], now: datetime) -> None:
    day = today(now)
    for losing in without.filter(role=Role.ADMINISTRATOR, unit__depth=1, ends_on=None):
        left = RoleAssignment.objects.administering(losing.unit, day)
        if not left.exclude(pk__in=without.values("pk")).exists():
            raise LastAdministrator(losing.unit)


@contextmanager
def _one_name_each(person: Person) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        others = Person.objects.exclude(pk=person.pk)
        if others.filter(username__iexact=person.username).exists():
            raise LoginNameTaken(person.username) from error
        raise EmailTaken(person.email) from error


def _home(person: Person) -> Unit | None:
    """The highest unit where the person ever held a role: who reads the trail there."""
    first = person.assignments.select_related("unit").order_by("unit__path").first()
    return first.unit if first else None
