"""The company's places and people, made by the actions that make everybody's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from gapless.core.calendar.actions import set_hours, set_week
from gapless.core.calendar.choices import Region as Holidays
from gapless.core.calendar.rules import USUAL_WEEK
from gapless.people.org.actions import (
    add_person,
    assign_role,
    create_unit,
    set_preferences,
)
from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.people.org.queries import today
from gapless.people.org.rules import Period, PersonFacts, Preferences, UnitFacts

from .company import Colleague, Company, Hall

Units = Mapping[str, Unit]  # by code


def found_units(company: Company, *, now: datetime) -> Units:
    """
    Build the tree, every unit of it marked as simulated; the company comes first.

    :raises CodeTaken: when a unit of the organisation has one of the demo's codes.
    """
    builder = _Builder({}, now)
    facts = UnitFacts(company.name, company.code, UnitKind.COMPANY, company.address)
    facts = replace(
        facts,
        customers_per_month=company.customers,
        phone=company.phone,
        supervision_phone=company.supervision_phone,
    )
    root = builder.add(None, facts)
    set_week(
        root,
        USUAL_WEEK,
        region=Holidays.CN,
        closed_on_holidays=True,
        seen=0,
        by=None,
        now=now,
    )
    for region in company.regions:
        facts = UnitFacts(region.name, region.code, UnitKind.REGION, region.address)
        below = builder.add(root, facts)
        for city in region.cities:
            facts = UnitFacts(city.name, city.code, UnitKind.CITY, city.address)
            home = builder.add(below, facts)
            for hall in city.halls:
                builder.open_hall(home, hall)
    return builder.units


@dataclass(frozen=True, slots=True)
class _Builder:
    units: dict[str, Unit]
    now: datetime

    def add(self, parent: Unit | None, facts: UnitFacts) -> Unit:
        unit = create_unit(parent, facts, by=None, now=self.now, simulated=True)
        self.units[facts.code] = unit
        return unit

    def open_hall(self, city: Unit, hall: Hall) -> None:
        facts = UnitFacts(
            hall.name,
            hall.code,
            UnitKind.HALL,
            hall.address,
            customers_per_month=hall.customers,
        )
        unit = self.add(city, facts)
        set_hours(unit, hall.hours.week, by=None, now=self.now)


def found_people(
    people: Iterable[Colleague], units: Units, *, since: date, now: datetime
) -> dict[str, Person]:
    """
    Add everybody, without a password; return them by log-in name.

    :raises LoginNameTaken: when somebody has one of the demo's log-in names.
    """
    period = Period(since)
    found = {}
    for colleague in people:
        facts = PersonFacts(colleague.username, colleague.name)
        unit = units[colleague.unit]
        person = add_person(facts, colleague.role, unit, period=period, by=None, now=now)
        if colleague.language != person.language:
            _speak(person, colleague.language, now)
        found[colleague.username] = person
    return found


def _speak(person: Person, language: str, now: datetime) -> None:
    chosen = Preferences(language, person.time_zone, person.theme, person.density)
    set_preferences(person, chosen, now=now)


def let_in_administrators(root: Unit, *, now: datetime) -> int:
    """
    Let whoever keeps the rest of the installation also administer the demo company, and
    see its numbers; how many they are.
    """
    day = today(now)
    keeping = RoleAssignment.objects.on(day).filter(
        role=Role.ADMINISTRATOR, unit__depth=1, unit__simulated=False
    )
    keepers = Person.objects.filter(pk__in=keeping.values("person"), is_active=True)
    for person in keepers:
        for role in (Role.ADMINISTRATOR, Role.QUALITY_MANAGER):
            assign_role(person, role, root, period=Period(day), by=None, now=now)
    return len(keepers)
