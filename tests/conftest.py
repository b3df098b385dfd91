"""The cast: the same small company in every test, and where the real data lies."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import TransactionTestCase
from django.test.utils import override_settings
from django.utils import translation

from gapless.core.audit import triggers
from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.web.answering import pages

NINE_AM = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

# A busy machine is slow now and then; that is no fault of the code under test.
hypothesis.settings.register_profile("gapless", deadline=None)
hypothesis.settings.load_profile("gapless")

# What differs from an installation, and why.
IN_TESTS = {
    # Argon2 is slow on purpose.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    # No test waits for the front-end's manifest or for a cache table.
    "STORAGES": {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full", action="store_true", help="the sweep and the faults at full size"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on real data are collected where the data lies; the rest runs anywhere."""
    if not SHARED_DATA.is_dir():
        items[:] = [item for item in items if not item.get_closest_marker("real_data")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    real = sum("real_data" in report.keywords for report in passed)
    terminalreporter.write_line(
        f"Tests on real data: {real} passed, read from ../shared/data."
        if SHARED_DATA.is_dir()
        else "Tests on real data: none, as ../shared/data is not here."
    )
    measured: dict[str, Any] = {}
    for report in passed:
        for title, value in report.user_properties:
            if title.startswith("reference:"):
                continue  # lines for `make reference`
            measured[title] = measured[title] + value if title in measured else value
    for title, value in measured.items():
        terminalreporter.write_line(f"{title}: {value}")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the sweep and the faults run at full size: `make sweep`, `make faults`."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session", autouse=True)
def _in_tests() -> Iterator[None]:
    with override_settings(**IN_TESTS):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """
    Tests on SQLite use a file, not memory: only a file has the write-ahead log and the
    queue of writers. Every process has its own folder, so the name needs no number.
    """
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "gapless.core.sqlite":
        name = str(django_settings.DATA_DIR / "test.sqlite3")
    else:
        name = f"test_gapless_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    database.setdefault("TEST", {})["NAME"] = name


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards() -> Iterator[None]:
    """A flush between tests deletes the audit trail, which its guards would refuse."""
    flush = TransactionTestCase._fixture_teardown
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", triggers.lifted()(flush))
        yield


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Every test starts in English, and nothing is remembered of the one before."""
    cache.clear()
    pages.forget()
    with translation.override("en"):
        yield


@pytest.fixture
def shared_data() -> Path:
    return SHARED_DATA


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> Path:
    """Where the stored files of this test lie: what others left is not looked through."""
    folder = tmp_path / "files"
    storages = settings.STORAGES
    settings.STORAGES = storages | {
        "default": storages["default"] | {"OPTIONS": {"location": folder}}
    }
    return folder


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
        language="en",
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
