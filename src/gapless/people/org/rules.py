"""Who may do what, where. Pure: no database, no clock, no settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .choices import Role


class Policy(StrEnum):
    """What a door asks of whoever knocks. Every view declares exactly one."""

    ANYONE = "anyone"  # the log-in page and the like
    SIGNED_IN = "signed in"  # my own profile
    SEE_UNITS = "see units"  # the tree within my reach, characteristics
    SEE_NUMBERS = "see numbers"  # statistics of a unit, never single answers
    SEE_FORMS = "see forms"
    IMPORT = "import"  # bring answers in, see their rows, take them out again
    EDIT_CHARACTERISTICS = "edit characteristics"
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
    Policy.IMPORT: frozenset({Role.QUALITY_MANAGER, Role.ANALYST}),
    Policy.EDIT_CHARACTERISTICS: frozenset({Role.QUALITY_MANAGER}),
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
