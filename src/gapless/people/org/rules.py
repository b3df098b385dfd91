"""Who may do what, where. Pure: no database, no clock, no settings."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .choices import Role, UnitKind

# Characters of a path per level of the tree: a prefix of whole steps is an ancestor.
STEP = 4


class Policy(StrEnum):
    """What a door asks of whoever knocks. Every view declares exactly one."""

    ANYONE = "anyone"  # the log-in page and the like
    SIGNED_IN = "signed in"  # my own profile
    SEE_UNITS = "see units"  # the tree within my reach, characteristics
    SEE_NUMBERS = "see numbers"  # statistics of a unit, never single answers
    SEE_FORMS = "see forms"
    EDIT_FORMS = "edit forms"  # design and publish questionnaires
    SEE_CAMPAIGNS = "see campaigns"  # how a campaign goes, and its results as numbers
    RUN_CAMPAIGNS = "run campaigns"  # plan, approve, collect, close
    SEE_CONTACTS = "see contacts"  # who the customers are
    SEE_ANSWERS = "see answers"  # single answers without identities; exclude and erase
    ENTER_ANSWERS = "enter answers"  # what a customer says on the telephone
    FOLLOW_UP = "follow up"  # bad answers, each with an owner and a deadline
    TAKE_CASES = "take cases"  # take in what customers come with, and see to one's own
    SEE_CASES = "see cases"  # all of a unit, also who the customers are
    DECIDE_CASES = "decide cases"  # approve, assign, review, keep somebody out
    EDIT_CASE_RULES = "edit case rules"  # categories
    IMPORT = "import"  # bring answers in, see their rows, take them out again
    NOTE_EVENTS = "note events"  # what happened to a unit, for its trends
    EDIT_CHARACTERISTICS = "edit characteristics"
    SEE_TEAM_WORK = "see team work"  # what the people of a unit have to do, and by when
    COUNT_WORK = "count work"  # how much of it there is, no single matter
    EDIT_CALENDARS = "edit calendars"  # shifts, closures, holidays
    SEE_CLOCKS = "see clocks"  # time limits, and what other limits would have meant
    EDIT_CLOCKS = "edit clocks"  # decide time limits
    EDIT_CHANNELS = "edit channels"  # where the organisation's notices go out
    EDIT_ORGANISATION = "edit organisation"  # units, people, roles
    READ_AUDIT = "read audit"


_EVERY_ROLE = frozenset(Role)

# architecture.md, "Who may do what". The sweep in tests/web holds every URL to it.
HOLDERS: dict[Policy, frozenset[Role]] = {
    Policy.SEE_UNITS: _EVERY_ROLE,
    Policy.SEE_NUMBERS: frozenset(
        {Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.EXECUTIVE, Role.ANALYST, Role.AGENT}
    ),
    Policy.SEE_FORMS: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.ANALYST}),
    Policy.EDIT_FORMS: frozenset({Role.QUALITY_MANAGER, Role.ANALYST}),
    Policy.SEE_CAMPAIGNS: frozenset(
        {Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.EXECUTIVE, Role.ANALYST}
    ),
    Policy.RUN_CAMPAIGNS: frozenset({Role.QUALITY_MANAGER}),
    Policy.SEE_CONTACTS: frozenset({Role.QUALITY_MANAGER}),
    Policy.SEE_ANSWERS: frozenset({Role.QUALITY_MANAGER, Role.ANALYST}),
    Policy.ENTER_ANSWERS: frozenset(
        {Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.ANALYST, Role.AGENT}
    ),
    Policy.FOLLOW_UP: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER}),
    Policy.TAKE_CASES: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.AGENT}),
    Policy.SEE_CASES: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER}),
    Policy.DECIDE_CASES: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER}),
    Policy.EDIT_CASE_RULES: frozenset({Role.QUALITY_MANAGER}),
    Policy.IMPORT: frozenset({Role.QUALITY_MANAGER, Role.ANALYST}),
    Policy.NOTE_EVENTS: frozenset({Role.QUALITY_MANAGER}),
    Policy.EDIT_CHARACTERISTICS: frozenset({Role.QUALITY_MANAGER}),
    Policy.SEE_TEAM_WORK: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER}),
    Policy.COUNT_WORK: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.EXECUTIVE}),
    Policy.EDIT_CALENDARS: frozenset({Role.ADMINISTRATOR, Role.QUALITY_MANAGER}),
    Policy.SEE_CLOCKS: frozenset({Role.QUALITY_MANAGER, Role.UNIT_MANAGER, Role.ANALYST}),
    Policy.EDIT_CLOCKS: frozenset({Role.QUALITY_MANAGER}),
    Policy.EDIT_CHANNELS: frozenset({Role.ADMINISTRATOR}),
    Policy.EDIT_ORGANISATION: frozenset({Role.ADMINISTRATOR}),
    Policy.READ_AUDIT: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, held now, over the subtree whose path starts with ``path``."""

    role: Role
    path: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking: one person, and the roles that person holds at this moment."""

    person_id: int
    grants: tuple[Grant, ...]

    def holds(self, policy: Policy) -> bool:
        """Whether any role of this person, anywhere, carries the policy."""
        return policy in (Policy.ANYONE, Policy.SIGNED_IN) or bool(self.paths(policy))

    def holds_at(self, policy: Policy, path: str) -> bool:
        return any(path.startswith(top) for top in self.paths(policy))

    def holds_over(self, policy: Policy, paths: Iterable[str]) -> bool:
        """Whether the policy is held at every one of these places."""
        return all(self.holds_at(policy, path) for path in paths)

    def paths(self, policy: Policy) -> tuple[str, ...]:
        """The tops of the subtrees over which this person holds the policy."""
        return outermost(g.path for g in self.grants if g.role in HOLDERS[policy])


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Leave out every path that lies under another; the union stays the same."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


def ancestors(path: str) -> tuple[str, ...]:
    """The paths above a unit, from the root down, without its own."""
    return tuple(path[:end] for end in range(STEP, len(path), STEP))


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What an administrator says about a unit; its place in the tree is said apart."""

    name: str
    code: str
    kind: UnitKind = UnitKind.HALL
    address: str = ""
    time_zone: str = "Asia/Shanghai"
    customers_per_month: int | None = None
    phone: str = ""
    supervision_phone: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What an administrator says about a person."""

    username: str
    name: str
    email: str = ""
    # To begin with; afterwards it is the person's own choice (`Preferences`).
    language: str = ""

    def normalised(self) -> dict[str, str]:
        """One spelling for what looks the same, so that a log-in names one person."""
        return {
            "username": unicodedata.normalize("NFKC", self.username),
            "name": self.name,
            "email": self.email.lower(),
        }


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chooses alone."""

    language: str
    time_zone: str
    theme: str
    density: str


@dataclass(frozen=True, slots=True)
class Period:
    """From a day on, until a day, which is no longer part of it. No end: open."""

    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both. An empty period overlaps nothing."""
        start = max(self.starts_on, other.starts_on)
        return self.covers(start) and other.covers(start)


def changes(
    record: object, said: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of ``said`` that differ from the record: as they were, and as said."""
    new = {field: value for field, value in said.items() if getattr(record, field) != value}
    return {field: getattr(record, field) for field in new}, new
