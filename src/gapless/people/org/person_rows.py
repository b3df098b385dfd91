"""
The rows of a file of people: what each of them would do to who may do what.

One row for each role of a person, or several roles in one cell. A file adds people and
roles and ends roles; what it does not name stays as it is. Pure but for what it is given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gapless.core.files.exports import as_typed

from .choices import Outcome, Role
from .file_columns import (
    Columns,
    PersonHolds,
    Unreadable,
    active_of,
    date_of,
    email_of,
    language_of,
    role_of,
    said,
    short,
    username_of,
)
from .file_rows import (
    Change,
    Planned,
    Reader,
    Source,
    Wrong,
    cells_of,
    column_of,
    readable,
    rejected,
)
from .rules import Period

READERS: Mapping[PersonHolds, Reader] = {
    PersonHolds.NAME: short(80, "person_name_too_long"),
    PersonHolds.EMAIL: email_of,
    PersonHolds.LANGUAGE: language_of,
    PersonHolds.ACTIVE: active_of,
    PersonHolds.ROLE: role_of,
    PersonHolds.UNIT: as_typed,
    PersonHolds.STARTS_ON: date_of,
    PersonHolds.ENDS_ON: date_of,
    PersonHolds.ROLES: as_typed,
}
FACTS = (PersonHolds.NAME, PersonHolds.EMAIL)


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds, held or will hold within reach; 0: as the file says."""

    pk: int
    role: Role
    unit: str  # its code
    period: Period


@dataclass(slots=True)
class KnownPerson:
    """Somebody within reach, as they stand; the rows of a file change a copy."""

    pk: int
    username: str
    name: str
    email: str
    active: bool
    editable: bool  # no present or coming role lies outside the reach
    held: list[Held] = field(default_factory=list)
    said_on: dict[str, int] = field(default_factory=dict)  # what this file said, by line


@dataclass(frozen=True, slots=True)
class Staff:
    """The people within reach by log-in name, and the units that roles may be held at."""

    people: Mapping[str, KnownPerson]
    units: Mapping[str, str]  # code in small letters → code
    today: date

    def find_unit(self, typed: str) -> str:
        """:raises Unreadable: when no unit within reach has this code."""
        for code in (typed, as_typed(typed)):
            if found := self.units.get(code.casefold()):
                return found
        raise Unreadable("unknown_unit")


@dataclass(frozen=True, slots=True)
class Assign:
    role: Role
    unit: str
    period: Period


@dataclass(frozen=True, slots=True)
class End:
    held: int
    role: Role
    unit: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class PersonRow(Planned):
    """What one row would do, in this order."""

    person: int | None = None  # None: whoever an earlier row or this one adds
    adds: bool = False
    said: Mapping[str, Any] = field(default_factory=dict)
    assigns: tuple[Assign, ...] = ()
    ends: tuple[End, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    """A role that a row says somebody holds; None: the row does not say from or until."""

    role: Role
    unit: str
    starts_on: date | None = None
    ends_on: date | None = None


def planned(rows: Iterable[Source], columns: Columns, staff: Staff) -> list[PersonRow]:
    """Every row's outcome, in the order of the file."""
    plan = _Plan(columns, staff)
    return [plan.row(row) for row in rows]


def folded(username: str) -> str:
    return unicodedata.normalize("NFKC", username).casefold()


class _Plan:
    """Goes through the rows, and remembers what those before have said."""

    def __init__(self, columns: Columns, staff: Staff) -> None:
        self.columns, self.staff = columns, staff
        self.people = dict(staff.people)
        self.emails = {each.email: key for key, each in self.people.items() if each.email}

    def row(self, row: Source) -> PersonRow:
        if row.problem:
            return rejected(PersonRow, row, "", [row.problem])
        cells, wrong = cells_of(row, self.columns)
        key = cells.get(PersonHolds.USERNAME, "")
        read = {
            holds: readable(reader, cells[holds], holds, self.columns)
            for holds, reader in READERS.items()
            if holds in cells
        }
        wrong += (value for value in read.values() if isinstance(value, Wrong))
        known = self.people.get(folded(key)) or self.people.get(folded(as_typed(key)))
        username = known.username if known else self._new_name(key, wrong)
        claims = [] if wrong else self._claims(read, wrong)
        if known and not wrong:
            self._agree(known, cells, read, wrong)
        elif not wrong:
            self._complete(read, claims, wrong)
        if wrong:
            return rejected(PersonRow, row, key, wrong)
        return self._settled(row, username, known, read, claims)

    def _new_name(self, typed: str, wrong: list[Wrong]) -> str:
        if not typed:
            wrong.append(self._wrong(PersonHolds.USERNAME, "no_username"))
            return ""
        found = readable(username_of, typed, PersonHolds.USERNAME, self.columns)
        if isinstance(found, Wrong):
            wrong.append(found)
            return ""
        return str(found)

    def _wrong(self, holds: str, code: str, **params: object) -> Wrong:
        return Wrong(column_of(self.columns, holds), code, tuple(params.items()))

    # --- What a row says ---

    def _claims(self, read: Mapping[PersonHolds, Any], wrong: list[Wrong]) -> list[_Claim]:
        claims: list[_Claim] = []
        starts, ends = read.get(PersonHolds.STARTS_ON), read.get(PersonHolds.ENDS_ON)
        role, typed = read.get(PersonHolds.ROLE), read.get(PersonHolds.UNIT, "")
        if bool(role) != bool(typed):
            missing = PersonHolds.UNIT if role else PersonHolds.ROLE
            wrong.append(self._wrong(missing, "half_a_role"))
        elif role and typed:
            code = self._unit(typed, PersonHolds.UNIT, wrong)
            claims.append(_Claim(role, code, starts, ends))
        for part in _parts(read.get(PersonHolds.ROLES, "")):
            name, _at, place = part.partition("@")
            joined = readable(role_of, name.strip(), PersonHolds.ROLES, self.columns)
            if isinstance(joined, Wrong):
                wrong.append(joined)
                continue
            code = self._unit(place.strip(), PersonHolds.ROLES, wrong)
            claims.append(_Claim(joined, code))
        return claims

    def _unit(self, typed: str, holds: PersonHolds, wrong: list[Wrong]) -> str:
        found = readable(self.staff.find_unit, typed, holds, self.columns)
        if isinstance(found, Wrong):
            wrong.append(found)
            return ""
        return str(found)

    def _agree(
        self,
        known: KnownPerson,
        cells: Mapping[str, str],
        read: dict[PersonHolds, Any],
        wrong: list[Wrong],
    ) -> None:
        """Whether what the row says of somebody can be said by whoever brings it."""
        if PersonHolds.NAME in read:
            read[PersonHolds.NAME] = said(cells[PersonHolds.NAME], known.name)
        for holds in (*FACTS, PersonHolds.ACTIVE):
            if holds not in read or read[holds] == getattr(known, holds):
                continue
            if first := known.said_on.get(holds):
                wrong.append(self._wrong(holds, "said_otherwise", first=first))
            elif not known.editable:
                wrong.append(self._wrong(holds, "not_editable"))
        email = read.get(PersonHolds.EMAIL, "")
        if self.emails.get(email, folded(known.username)) != folded(known.username):
            wrong.append(self._wrong(PersonHolds.EMAIL, "email_taken"))

    def _complete(
        self, read: Mapping[PersonHolds, Any], claims: list[_Claim], wrong: list[Wrong]
    ) -> None:
        """Whether the row has all that somebody new needs."""
        if PersonHolds.NAME not in read:
            wrong.append(self._wrong(PersonHolds.NAME, "no_person_name"))
        if not claims:
            wrong.append(self._wrong(PersonHolds.ROLE, "no_first_role"))
        if read.get(PersonHolds.EMAIL, "") in self.emails:
            wrong.append(self._wrong(PersonHolds.EMAIL, "email_taken"))

    # --- What follows from it ---

    def _settled(
        self,
        row: Source,
        username: str,
        known: KnownPerson | None,
        read: dict[PersonHolds, Any],
        claims: list[_Claim],
    ) -> PersonRow:
        before = known or KnownPerson(0, username, "", "", active=True, editable=True)
        wrong: list[Wrong] = []
        held = list(before.held)
        assigns, ends = _roles(claims, held, self.staff.today, wrong)
        if wrong:
            column = column_of(self.columns, PersonHolds.ROLE)
            found = [Wrong(each.column or column, each.code, each.params) for each in wrong]
            return rejected(PersonRow, row, username, found)
        says = [PersonHolds.NAME, PersonHolds.EMAIL, PersonHolds.ACTIVE]
        facts = {
            str(holds): read[holds]
            for holds in says
            if holds in read and read[holds] != getattr(before, holds)
        }
        changes = [
            Change(PersonHolds(h), getattr(before, h), value) for h, value in facts.items()
        ]
        changes += (Change(PersonHolds.ROLE, None, each) for each in assigns)
        changes += (Change(PersonHolds.ROLE, None, each) for each in ends)
        self._remember(row.line, before, read, held)
        if not known and PersonHolds.LANGUAGE in read:
            facts["language"] = read[PersonHolds.LANGUAGE]
        altered = Outcome.CHANGED if changes else Outcome.UNCHANGED
        return PersonRow(
            row.line,
            username,
            altered if known else Outcome.CREATED,
            name=read.get(PersonHolds.NAME) or before.name,
            changes=tuple(changes),
            person=before.pk or None,
            adds=not known,
            said=facts,
            assigns=tuple(assigns),
            ends=tuple(ends),
        )

    def _remember(
        self,
        line: int,
        before: KnownPerson,
        read: Mapping[PersonHolds, Any],
        held: list[Held],
    ) -> None:
        key = folded(before.username)
        said_on = {
            str(holds): line for holds in (*FACTS, PersonHolds.ACTIVE) if holds in read
        }
        after = KnownPerson(
            before.pk,
            before.username,
            read.get(PersonHolds.NAME, before.name),
            read.get(PersonHolds.EMAIL, before.email),
            read.get(PersonHolds.ACTIVE, before.active),
            before.editable,
            held,
            said_on | before.said_on,
        )
        self.people[key] = after
        if before.email != after.email:
            self.emails.pop(before.email, None)
            self.emails[after.email] = key


def _parts(joined: str) -> Iterator[str]:
    for part in unicodedata.normalize("NFKC", joined).replace("\n", ";").split(";"):
        if part.strip():
            yield part


def _roles(
    claims: Iterable[_Claim], held: list[Held], today: date, wrong: list[Wrong]
) -> tuple[list[Assign], list[End]]:
    """What the claims ask for beyond what is held; ``held`` follows."""
    assigns: list[Assign] = []
    ends: list[End] = []
    for claim in claims:
        same = [h for h in held if (h.role, h.unit) == (claim.role, claim.unit)]
        meant = _meant(claim, same, today)
        try:
            found = (
                _ending(claim, meant, today) if meant else _beginning(claim, same, today)
            )
        except Unreadable as problem:
            wrong.append(Wrong("", str(problem)))
            continue
        if isinstance(found, Assign):
            assigns.append(found)
            held.append(Held(0, found.role, found.unit, found.period))
        elif found and meant:
            ends.append(found)
            held.remove(meant)
            period = Period(meant.period.starts_on, found.ends_on)
            held.append(Held(meant.pk, meant.role, meant.unit, period))
    return assigns, ends


def _meant(claim: _Claim, same: list[Held], today: date) -> Held | None:
    """Which of the roles of this kind at this unit the claim speaks of."""
    if claim.starts_on:
        return next((h for h in same if h.period.starts_on == claim.starts_on), None)
    # Without a first day: the one held today, else the next to come.
    still = [h for h in same if h.period.ends_on is None or h.period.ends_on > today]
    return min(still, key=lambda h: h.period.starts_on, default=None)


def _ending(claim: _Claim, meant: Held, today: date) -> End | None:
    if claim.ends_on is None or claim.ends_on == meant.period.ends_on:
        return None
    if meant.period.ends_on and claim.ends_on > meant.period.ends_on:
        raise Unreadable("ends_already")
    if claim.ends_on <= meant.period.starts_on:
        raise Unreadable("ends_before")
    if claim.ends_on < today:
        raise Unreadable("ends_in_the_past")
    if not meant.pk:
        raise Unreadable("role_twice")
    return End(meant.pk, meant.role, meant.unit, claim.ends_on)


def _beginning(claim: _Claim, same: list[Held], today: date) -> Assign:
    period = Period(claim.starts_on or today, claim.ends_on)
    if period.ends_on and period.ends_on <= period.starts_on:
        raise Unreadable("ends_before")
    if any(h.period.overlaps(period) for h in same):
        raise Unreadable("already_held")
    return Assign(claim.role, claim.unit, period)
