"""The places and people of the demo company, read from ``company.toml``. Pure."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import cached_property
from importlib.resources import files
from itertools import count
from typing import Any

from gapless.core.calendar.rules import Shift, Shifts
from gapless.people.org.choices import Role

from .pattern import Place


@dataclass(frozen=True, slots=True)
class Hours:
    days: tuple[int, ...]
    opens: time
    closes: time

    @property
    def week(self) -> dict[int, Shifts]:
        shift = Shift(*(at.hour * 60 + at.minute for at in (self.opens, self.closes)))
        return dict.fromkeys(self.days, (shift,))


@dataclass(frozen=True, slots=True)
class Hall:
    code: str
    name: str
    address: str
    customers: int
    hours: Hours
    staffed: bool = True


@dataclass(frozen=True, slots=True)
class City:
    code: str
    name: str
    address: str
    halls: tuple[Hall, ...]


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    address: str
    cities: tuple[City, ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works in the company, in one role at one unit."""

    username: str
    name: str
    role: Role
    unit: str
    language: str = "zh-hans"
    log_in: bool = False


@dataclass(frozen=True)
class Company:
    code: str
    name: str
    address: str
    customers: int
    phone: str
    supervision_phone: str
    regions: tuple[Region, ...]
    named: tuple[Colleague, ...]
    family: tuple[str, ...]  # "王 wang": the name, then how it is spelled
    given: tuple[str, ...]
    comments: Mapping[str, tuple[str, ...]]

    @cached_property
    def cities(self) -> tuple[City, ...]:
        return tuple(city for region in self.regions for city in region.cities)

    @cached_property
    def halls(self) -> tuple[Hall, ...]:
        return tuple(hall for city in self.cities for hall in city.halls)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The halls as the pattern sees them, in the same order."""
        regions = (r.code for r in self.regions for c in r.cities for _ in c.halls)
        paired = zip(self.halls, regions, strict=True)
        return tuple(Place(h.code, region, at) for at, (h, region) in enumerate(paired))

    def people(self) -> tuple[Colleague, ...]:
        """Everybody: those with a name of their own, then the staff of every place."""
        led = {p.unit for p in self.named if p.role is Role.UNIT_MANAGER}
        posts = [(c.code, Role.UNIT_MANAGER) for c in self.cities if c.code not in led]
        for hall in self.halls:
            if not hall.staffed:
                continue
            if hall.code not in led:
                posts.append((hall.code, Role.UNIT_MANAGER))
            posts += [(hall.code, Role.AGENT)] * (1 + min(hall.customers // 4_000, 3))
        names = self._names({p.username for p in self.named})
        return self.named + tuple(
            Colleague(username, name, role, unit)
            for (unit, role), (username, name) in zip(posts, names, strict=False)
        )

    def _names(self, taken: set[str]) -> Iterator[tuple[str, str]]:
        """Log-in name and name of one person after another; no log-in name twice."""
        for place in count():
            family, spelled = self.family[place % len(self.family)].split()
            # The lists' lengths have no common divisor: all pairs come before one repeats.
            given, sounded = self.given[place % len(self.given)].split()
            username = f"{spelled}.{sounded}"
            if username not in taken:
                taken.add(username)
                yield username, family + given


def read(*, halls: int = 0) -> Company:
    """The company; of at least so many halls, if that is more than it has."""
    source = files("gapless.demo") / "company.toml"
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    hours = {
        name: Hours(tuple(week["days"]), week["opens"], week["closes"])
        for name, week in data["hours"].items()
    }
    company = Company(
        **data["company"],
        regions=tuple(_region(region, hours) for region in data["regions"]),
        named=tuple(
            Colleague(**person | {"role": Role(person["role"])})
            for person in data["people"]
        ),
        family=tuple(data["names"]["family"]),
        given=tuple(data["names"]["given"]),
        comments={item: tuple(said) for item, said in data["comments"].items()},
    )
    missing = max(0, halls - len(company.halls))
    return _enlarged(company, data["more"], hours, missing) if missing else company


def _enlarged(
    company: Company, said: Mapping[str, Any], hours: Mapping[str, Hours], missing: int
) -> Company:
    """The company with so many halls more, in cities of their own, dealt out to regions."""
    first, traffic = len(company.halls) + 1, said["customers"]
    halls = [
        Hall(
            f"{company.code}-H{n:05}",
            said["hall"].format(n=n),
            said["address"].format(n=n),
            traffic[n % len(traffic)],
            hours[said["hours"]],
            staffed=False,
        )
        for n in range(first, first + missing)
    ]
    together, cities = said["halls"], len(company.cities)
    added = [
        City(
            f"{company.code}-C{cities + n:04}",
            said["city"].format(n=cities + n),
            said["address"].format(n=cities + n),
            tuple(halls[start : start + together]),
        )
        for n, start in enumerate(range(0, missing, together), start=1)
    ]
    regions = tuple(
        replace(region, cities=(*region.cities, *added[place :: len(company.regions)]))
        for place, region in enumerate(company.regions)
    )
    customers = company.customers + sum(hall.customers for hall in halls)
    return replace(company, regions=regions, customers=customers)


def _region(data: Mapping[str, Any], hours: Mapping[str, Hours]) -> Region:
    cities = (
        City(
            city["code"],
            city["name"],
            city["address"],
            tuple(Hall(**hall | {"hours": hours[hall["hours"]]}) for hall in city["halls"]),
        )
        for city in data["cities"]
    )
    return Region(data["code"], data["name"], data["address"], tuple(cities))
