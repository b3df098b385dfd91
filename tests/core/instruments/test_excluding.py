"""Answers that do not count: excluded, restored, removed, and cells as they would be."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.evidence.choices import CollectionMode, Source
from gapless.core.evidence.models import Cell
from gapless.core.instruments.actions import (
    NewAnswer,
    draft_version,
    exclude_answer,
    make_form,
    publish_version,
    rebuild_cells,
    record_answers,
    remove_answers,
    restore_answer,
)
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import layout_of, wrong_cells
from tests.conftest import NINE_AM
from tests.core.instruments.drafts import FULL


@pytest.fixture
def version(db):
    form = make_form(code="full", name={"en": "Full"}, by=None, now=NINE_AM)
    version = draft_version(form, FULL, by=None, now=NINE_AM)
    publish_version(version, by=None, now=NINE_AM)
    return version


def answer(key, unit, *, score=5, within="", circumstances=frozenset()):
    return NewAnswer(
        key=key,
        unit=unit,
        answered_at=datetime(2026, 1, 15, 4, tzinfo=UTC),
        mode=CollectionMode.ON_EVENT,
        values={
            ("T1", 0): 6,
            ("T1", 1): score,
            ("R1", 0): 3,
            ("R1", 1): 8,
            ("R1", 2): score,
            ("R2", 0): score,
            ("nps", 0): score,
            ("sat", 0): 4,
            ("how", 0): 2,
            ("what", 0): 1,
            ("what", 1): 0,
            ("age", 0): 40 + score,
            ("day", 0): 20_000 - score,
        },
        within=within,
        circumstances=circumstances,
    )


def record(version, *answers):
    return record_answers(version, answers, batch="b", now=NINE_AM)


def cells(version):
    held = Cell.objects.of(Source.SURVEY, version.pk).exclude(value=b"")
    return {(c.unit_id, c.month, c.stratum): bytes(c.value) for c in held}


def one(key):
    return Answer.objects.get(key=key).pk


def test_a_choice_of_one_has_the_scale_of_its_options(version):
    questions = {q.code: q for q in layout_of(version).questions}
    assert (questions["how"].low, questions["how"].high) == (0, 2)


def test_an_excluded_answer_leaves_its_cells_and_comes_back_exactly(cast, version):
    record(version, answer("a", cast.east))
    without = cells(version)
    record(version, answer("b", cast.east, score=2))
    together = cells(version)
    assert exclude_answer(version, one("b"))
    assert cells(version) == without
    assert not list(wrong_cells(version))
    assert restore_answer(version, one("b"))
    assert cells(version) == together
    assert not list(wrong_cells(version))


def test_excluding_and_restoring_twice_is_once(cast, version):
    record(version, answer("a", cast.east))
    before = cells(version)
    assert not restore_answer(version, one("a"))
    assert exclude_answer(version, one("a"))
    assert not exclude_answer(version, one("a"))
    assert cells(version) == {}
    assert restore_answer(version, one("a"))
    assert cells(version) == before


def test_erasing_what_is_excluded_takes_nothing_out_twice(cast, version):
    record(version, answer("a", cast.east), answer("b", cast.east))
    exclude_answer(version, one("a"))
    left = cells(version)
    assert remove_answers(version, [one("a")]) == 1
    assert cells(version) == left
    assert not list(wrong_cells(version))


def test_cells_made_anew_leave_out_what_is_excluded(cast, version):
    record(version, answer("a", cast.east), answer("b", cast.west))
    exclude_answer(version, one("a"))
    left = cells(version)
    rebuild_cells(version, by=None, now=NINE_AM)
    assert cells(version) == left


def test_a_campaign_has_cells_of_its_own_and_adds_to_the_whole(cast, version):
    fast = frozenset({"speeding"})
    record(
        version,
        answer("a", cast.east),
        answer("b", cast.east, within="c12"),
        answer("c", cast.east, within="c12", circumstances=fast),
    )
    strata = sorted(stratum for *_, stratum in cells(version))
    assert strata == ["on_event", "on_event+flagged@c12", "on_event@c12"]
    assert Answer.objects.get(key="c").flags == 1 << 3


steps = st.lists(
    st.tuples(st.sampled_from(["add", "exclude", "restore", "remove"]), st.integers(0, 5)),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_cells_are_those_of_what_counts_after_any_story(cast, version, steps):
    for verb, number in steps:
        key = str(number)
        known = Answer.objects.filter(key=key).first()
        if verb == "add":
            record(
                version,
                answer(key, cast.east if number % 2 else cast.west, score=number + 1),
            )
        elif known and verb == "exclude":
            exclude_answer(version, known.pk)
        elif known and verb == "restore":
            restore_answer(version, known.pk)
        elif known:
            remove_answers(version, [known.pk])
    assert not list(wrong_cells(version))
    Answer.objects.all().delete()
    Cell.objects.all().delete()


def test_a_value_off_its_scale_is_refused_and_leaves_nothing(cast, version):
    wrong = answer("a", cast.east, score=11)
    with pytest.raises(ValueError, match="outside its scale"):
        record(version, wrong)
    assert not Answer.objects.exists()
    assert cells(version) == {}
