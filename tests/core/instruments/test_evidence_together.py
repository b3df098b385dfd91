"""Answers that come in while somebody checks or mends the cells."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from gapless.core.evidence.choices import CollectionMode
from gapless.core.evidence.models import Cell
from gapless.core.evidence.queries import one_snapshot
from gapless.core.instruments.actions import (
    NewAnswer,
    draft_version,
    make_form,
    publish_version,
    rebuild_cells,
    record_answers,
    remove_answers,
)
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import wrong_cells
from gapless.core.instruments.rules import ItemDraft, SectionDraft, VersionDraft
from tests.conftest import NINE_AM

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30  # seconds; a test that waits that long has failed


@pytest.fixture
def version(db) -> FormVersion:
    form = make_form(code="one", name={"en": "One"}, by=None, now=NINE_AM)
    section = SectionDraft({"en": "All"}, (ItemDraft("q", ItemKind.PAIR, {"en": "q"}),))
    version = draft_version(
        form, VersionDraft(ExpectationType.IDEAL, (), (section,)), by=None, now=NINE_AM
    )
    publish_version(version, by=None, now=NINE_AM)
    return version


def recorded(version, unit, *keys: str) -> None:
    answers = [
        NewAnswer(
            key=key,
            unit=unit,
            answered_at=datetime(2026, 1, 15, tzinfo=UTC),
            mode=CollectionMode.ON_EVENT,
            values={("q", 0): 7, ("q", 1): 5},
        )
        for key in keys
    ]
    record_answers(version, answers, batch="b", now=NINE_AM)


def elsewhere(work: Callable[[], None]) -> Thread:
    """Do it on another connection to the database."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_snapshot_sees_one_moment_and_holds_nobody_up(cast, version):
    recorded(version, cast.east, "a")
    with one_snapshot():
        assert Answer.objects.count() == 1
        elsewhere(lambda: recorded(version, cast.east, "b")).join(PATIENCE)
        assert Answer.objects.count() == 1
        assert not list(wrong_cells(version))
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("change", ["recorded", "removed"])
def test_cells_are_made_anew_from_what_is_in_when_others_have_finished(
    cast, version, change
):
    recorded(version, cast.east, "a", "b")
    Cell.objects.update(value=b"")
    begun, may_end = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            if change == "recorded":
                recorded(version, cast.east, "c")
            else:
                remove_answers(version, [Answer.objects.get(key="a").pk])
            begun.set()
            may_end.wait(PATIENCE)

    other = elsewhere(slowly)
    assert begun.wait(PATIENCE)
    mending = elsewhere(lambda: rebuild_cells(version, by=None, now=NINE_AM))
    mending.join(0.5)
    assert mending.is_alive()  # it waits for the other
    may_end.set()
    other.join(PATIENCE)
    mending.join(PATIENCE)
    assert Answer.objects.count() == (3 if change == "recorded" else 1)
    assert not list(wrong_cells(version))
