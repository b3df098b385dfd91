"""
The company that the sweep walks through. Every place holds one of each kind of thing,
and every text in it carries the place's canary: a word that may be read only by those
who may see the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.test import Client

from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Viewer
from tests.conftest import LONG_AGO, NINE_AM, unit
from tests.web.signing_in import freshly

from .rows import rows, spread_numbers

# place → the place above it
PLACES: dict[str, str | None] = {
    "company": None,
    "city": "company",
    "east": "city",
    "counter": "east",
    "west": "city",
    "far city": "company",
    "far hall": "far city",
}
TODAY = NINE_AM.date()
CAST = {
    (Role.ADMINISTRATOR, "city"): "Ma",
    (Role.QUALITY_MANAGER, "city"): "Chen",
    (Role.EXECUTIVE, "city"): "Sun",
    (Role.ANALYST, "city"): "Qian",
    (Role.UNIT_MANAGER, "east"): "Wang",
    (Role.AGENT, "east"): "Li",
    (Role.UNIT_MANAGER, "west"): "Zhao",
    (Role.INSPECTOR, "city"): "Zhou",
    (Role.SHOPPER, "city"): "Wu",
}
Plant = Callable[[Unit, str], dict[str, Any]]


@cache
def canary(place: str, world: int) -> str:
    return "zq" + sha256(f"{place} {world}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Actor:
    """Somebody who knocks at every door."""

    name: str
    viewer: Viewer | None  # None: nobody is signed in
    client: Client
    # The same person at a borrowed screen: no CSRF token, no password given just now.
    strict: Client
    reach: str  # the places where this actor holds a role
    foreign: frozenset[str]  # the places that this actor must know nothing of

    def __str__(self) -> str:
        return self.name


@dataclass
class Company:
    units: dict[str, Unit] = field(default_factory=dict)
    # kind → place → what stands in an address for that thing; place "" when shared by all
    planted: dict[str, dict[str, Any]] = field(default_factory=dict)
    # (table, key) → the place whose planting made the row
    owner: dict[tuple[str, Any], str] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)

    def canaries(self, places: Iterable[str]) -> list[str]:
        return [canary(place, world) for place in places for world in (0, 1)]

    def path(self, place: str) -> str:
        return str(self.units[place].path)


def found(plants: Iterable[Plant], shared: Callable[[], dict[str, Any]]) -> Company:
    """Build the company in the open transaction."""
    spread_numbers()
    company = Company()
    company.planted = {kind: {"": value} for kind, value in shared().items()}
    for place, above in PLACES.items():
        before = rows()
        company.units[place] = unit(
            f"Hall {canary(place, 0)}",
            company.units[above] if above else None,
            UnitKind.HALL if above else UnitKind.COMPANY,
        )
        company.planted.setdefault("unit", {})[place] = company.units[place].pk
        for kind, value in _plant(company.units[place], canary(place, 0), plants):
            company.planted.setdefault(kind, {})[place] = value
        company.owner |= dict.fromkeys(rows().keys() - before.keys(), place)
    company.actors = list(_actors(company))
    return company


@contextmanager
def varied(
    company: Company, places: Iterable[str], plants: Iterable[Plant]
) -> Iterator[None]:
    """The second world: in these places everything is different, and there is more."""
    with rolled_back():
        for place in places:
            words = canary(place, 1)
            there = company.units[place]
            Unit.objects.filter(pk=there.pk).update(name=f"Hall {words}")
            list(_plant(unit(f"Hall {words} 2", there), f"{words}2", plants))
            list(_plant(there, words, plants))
        yield


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _plant(it: Unit, words: str, plants: Iterable[Plant]) -> Iterator[tuple[str, Any]]:
    for plant in plants:
        yield from plant(it, words).items()


def _actors(company: Company) -> Iterator[Actor]:
    """
    Nobody, somebody without a role, people whose role ended, begins later or who may no
    longer sign in, one who holds two roles at two places; and every role at three places,
    the widest first: what a careless cache kept from them would reach the others.
    """
    for place in ("city", "east", "west"):
        for role in Role:
            name = CAST.get((role, place), f"{role} of {place}")
            yield actor(company, name, [(role, place)])
    yield actor(company, "two roles", [(Role.ADMINISTRATOR, "west"), (Role.AGENT, "east")])
    yield actor(company, "other two", [(Role.ANALYST, "east"), (Role.AGENT, "west")])
    yield actor(company, "no role", [])
    ended = date(2026, 1, 1)
    yield actor(company, "role ended", [(Role.QUALITY_MANAGER, "east")], until=ended)
    later = TODAY + timedelta(days=1)
    yield actor(company, "role to come", [(Role.QUALITY_MANAGER, "east")], since=later)
    deactivated = actor(company, "deactivated", [(Role.QUALITY_MANAGER, "east")])
    Person.objects.filter(name="deactivated").update(is_active=False)
    yield Actor("deactivated", None, deactivated.client, deactivated.strict, "", _all())
    yield Actor("nobody", None, _client(), _client(strict=True), "", _all())


def actor(
    company: Company,
    name: str,
    roles: list[tuple[Role, str]],
    *,
    since: date = LONG_AGO,
    until: date | None = None,
) -> Actor:
    someone = Person.objects.create(
        username=name.replace(" ", "."), name=name, language="en", joined_at=NINE_AM
    )
    for role, place in roles:
        RoleAssignment.objects.create(
            person=someone,
            role=role,
            unit=company.units[place],
            starts_on=since,
            ends_on=until,
        )
    viewer = viewer_of(someone, now=NINE_AM)
    paths = tuple(grant.path for grant in viewer.grants)
    reach = [place for place in PLACES if company.path(place) in paths]
    foreign = frozenset(p for p in PLACES if not company.path(p).startswith(paths))
    client, strict = _client(), _client(strict=True)
    client.force_login(someone)
    strict.force_login(someone)
    return Actor(name, viewer, freshly(client), strict, " ".join(reach), foreign)


def _all() -> frozenset[str]:
    return frozenset(PLACES)


def _client(*, strict: bool = False) -> Client:
    return Client(enforce_csrf_checks=strict, raise_request_exception=False)
