"""Which people the list shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gapless.people.org import queries
from gapless.people.org.choices import Role

if TYPE_CHECKING:
    from gapless.people.org.models import PersonQuerySet, Unit
    from gapless.people.org.rules import Viewer

SORTS = ("name", "username", "last_login")
STATES = ("active", "inactive")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    words: str
    role: str
    unit: Unit | None
    state: str
    sort: str
    on: date

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.role or self.unit or self.state)


def asked(viewer: Viewer, query: Mapping[str, str], *, on: date) -> Asked:
    role, state, sort = (query.get(name, "") for name in ("role", "state", "sort"))
    return Asked(
        words=query.get("q", "").strip(),
        role=role if role in Role.values else "",
        unit=queries.unit_called(viewer, query.get("unit", "").strip()),
        state=state if state in STATES else "",
        sort=sort if sort.removeprefix("-") in SORTS else "name",
        on=on,
    )


def found(viewer: Viewer, listing: Asked) -> PersonQuerySet:
    people = queries.visible_people(viewer)
    if listing.words:
        people = people.matching(listing.words)
    if listing.role or listing.unit:
        people = queries.holding(
            viewer, people, role=listing.role, unit=listing.unit, on=listing.on
        )
    if listing.state:
        people = people.filter(is_active=listing.state == "active")
    return queries.with_roles(viewer, people, on=listing.on).order_by(listing.sort, "pk")
