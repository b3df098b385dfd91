"""The demo's parts without a database, and a small demo in one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from gapless.analytics.answers import Kind, Layout, Question
from gapless.demo import actions, company, generator
from gapless.demo.pattern import Group, Pattern
from gapless.evaluation.surveys import servqual

UNTIL = date(2026, 11, 1)
LOADED_AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SMALL = actions.Wish(answers=100, seed=7, until=UNTIL)
SHARED = actions.Wish(answers=6_000, seed=7, until=UNTIL)


def silent(_done: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout(
        tuple(
            Question(i.code, Kind(i.kind.value), i.dimension, i.low, i.high, i.reverse)
            for i in servqual.draft().items
        )
    )


@pytest.fixture(scope="session")
def jiangzhou() -> company.Company:
    return company.read()


@pytest.fixture(scope="session")
def truth() -> Pattern:
    return Pattern(UNTIL)


@pytest.fixture(scope="session")
def drawn(jiangzhou, truth, layout) -> list[generator.Month]:
    """The default demo, as it is drawn."""
    return list(generator.Survey(jiangzhou, truth, layout, 24_000, seed=7).months())


@pytest.fixture(scope="session")
def sizes(drawn) -> dict[Group, int]:
    """How many answers each group gave."""
    return {
        group: int((month.group == place).sum())
        for month in drawn
        for place, group in enumerate(month.groups)
    }


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[actions.Loaded]:
    """
    A demo that the tests of one module share: each works in a transaction within this
    one. Such a module has no test that needs an installation without a demo.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield actions.load_demo(SHARED, now=LOADED_AT, progress=silent)
        transaction.set_rollback(True)


def command(*arguments: str) -> str:
    """What `gapless demo` prints."""
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()
