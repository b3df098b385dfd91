"""The cast: the same small company in every test, and where the real data lies."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.models import Person, RoleAssignment, Unit

NINE_AM = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on real data are collected where the data lies; the rest runs anywhere."""
    if not SHARED_DATA.is_dir():
        items[:] = [item for item in items if not item.get_closest_marker("real_data")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    real = sum("real_data" in report.keywords for report in passed)
    terminalreporter.write_line(
        f"Tests on real data: {real} passed, data at {SHARED_DATA.name}."
    )


@pytest.fixture
def shared_data() -> Path:
    return SHARED_DATA


@dataclass(frozen=True)
class Cast:
    """
    Wang runs the East hall; Li works there. Zhao runs the West hall and must never see
    what happens in the East. Chen oversees quality in the whole city, Sun looks at its
    numbers, Qian analyses, Zhou inspects, Wu shops, and Ma administers it all.
    """

    city: Unit
    east: Unit
    west: Unit
    ma: Person
    chen: Person
    sun: Person
    qian: Person
    wang: Person
    li: Person
    zhao: Person
    zhou: Person
    wu: Person


def unit(name: str, parent: Unit | None = None, kind: UnitKind = UnitKind.HALL) -> Unit:
    fields = {
        "name": name,
        "code": name.upper().replace(" ", "-"),
        "kind": kind,
        "created_at": NINE_AM,
    }
    if parent is None:
        return Unit.objects.add_root(create_kwargs=fields)
    return Unit.objects.add_child(parent, create_kwargs=fields)


def person(name: str, role: Role, at: Unit) -> Person:
    someone = Person.objects.create(
        username=name.lower(),
        name=name,
        email=f"{name.lower()}@example.com",
        joined_at=NINE_AM,
    )
    RoleAssignment.objects.create(person=someone, role=role, unit=at, starts_on=LONG_AGO)
    return someone


@pytest.fixture
def cast(db: None) -> Cast:
    city = unit("City", kind=UnitKind.CITY)
    east, west = unit("East hall", city), unit("West hall", city)
    return Cast(
        city=city,
        east=east,
        west=west,
        ma=person("Ma", Role.ADMINISTRATOR, city),
        chen=person("Chen", Role.QUALITY_MANAGER, city),
        sun=person("Sun", Role.EXECUTIVE, city),
        qian=person("Qian", Role.ANALYST, city),
        wang=person("Wang", Role.UNIT_MANAGER, east),
        li=person("Li", Role.AGENT, east),
        zhao=person("Zhao", Role.UNIT_MANAGER, west),
        zhou=person("Zhou", Role.INSPECTOR, city),
        wu=person("Wu", Role.SHOPPER, city),
    )
