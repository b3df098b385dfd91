"""cells == recompute(answers), whatever was recorded and removed, in any order."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapless.core.audit.models import Event
from gapless.core.evidence.choices import CollectionMode
from gapless.core.evidence.models import Cell
from gapless.core.instruments.actions import (
    AlreadyPublished,
    NewAnswer,
    NotPublished,
    Unsound,
    draft_version,
    make_form,
    publish_version,
    rebuild_cells,
    record_answers,
    remove_answers,
)
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells
from gapless.core.instruments.rules import (
    DimensionDraft,
    ItemDraft,
    SectionDraft,
    VersionDraft,
    flaws,
    month_of,
)
from tests.conftest import NINE_AM

ITEMS = (
    ItemDraft("T1", ItemKind.PAIR, {"en": "T1"}, "tangibles"),
    ItemDraft("T2", ItemKind.PAIR, {"en": "T2"}, "tangibles", reverse=True),
    ItemDraft("R1", ItemKind.PAIR, {"en": "R1"}, "reliability"),
    ItemDraft("sat", ItemKind.OVERALL, {"en": "sat"}, low=1, high=10),
)


def drafted(*items, dimensions=("tangibles", "reliability")):
    return VersionDraft(
        expectation_type=ExpectationType.IDEAL,
        dimensions=tuple(DimensionDraft(code, {"en": code}) for code in dimensions),
        sections=(SectionDraft({"en": "All"}, items),),
    )


@pytest.fixture
def version(db):
    form = make_form(code="small", name={"en": "Small"}, by=None, now=NINE_AM)
    version = draft_version(form, drafted(*ITEMS), by=None, now=NINE_AM)
    publish_version(version, by=None, now=NINE_AM)
    return version


def answer(key, unit, *, month=1, values=None, mode=CollectionMode.ON_EVENT):
    return NewAnswer(
        key=key,
        unit=unit,
        answered_at=datetime(2026, month, 15, 4, tzinfo=UTC),
        mode=mode,
        values={("T1", 0): 7, ("T1", 1): 5} if values is None else values,
    )


def test_an_answer_with_a_known_key_is_the_same_answer(cast, version):
    first = record_answers(version, [answer("a", cast.east)], batch="b", now=NINE_AM)
    again = [answer("a", cast.west), answer("b", cast.east), answer("b", cast.east)]
    second = record_answers(version, again, batch="b", now=NINE_AM)
    assert (first.added, second.added, second.already_there) == (1, 1, 2)
    assert not list(wrong_cells(version))


def test_modes_and_flags_are_never_mixed(cast, version):
    modest, at_the_top = {("T1", 0): 6, ("T1", 1): 5}, {("T1", 0): 7, ("T1", 1): 5}
    some = [
        answer("a", cast.east, values=modest),
        answer("b", cast.east, values=modest, mode=CollectionMode.SELF_SELECTED),
        answer("c", cast.east, values=at_the_top),
    ]
    record_answers(version, some, batch="b", now=NINE_AM)
    strata = Cell.objects.order_by("stratum").values_list("stratum", flat=True)
    assert list(strata) == ["on_event", "on_event+flagged", "self_selected"]


def test_an_answer_counts_in_the_month_of_its_unit(cast, version):
    """At 20:00 UTC on 31 January it is February in Shanghai already."""
    late = datetime(2026, 1, 31, 20, tzinfo=UTC)
    assert month_of(late, "Asia/Shanghai").month == 2
    assert month_of(late, "Europe/London").month == 1


def test_taking_all_answers_out_leaves_no_evidence(cast, version):
    record_answers(version, [answer("a", cast.east)], batch="b", now=NINE_AM)
    assert remove_answers(version, Answer.objects.values_list("pk", flat=True)) == 1
    assert [bytes(value) for value in Cell.objects.values_list("value", flat=True)] == [b""]


def test_a_cell_that_somebody_edited_is_found_and_mended(cast, version):
    some = [answer("a", cast.east), answer("b", cast.west), answer("c", cast.west, month=2)]
    record_answers(version, some, batch="b", now=NINE_AM)
    east, west, later = Cell.objects.order_by("unit", "month")
    Cell.objects.filter(pk=east.pk).update(value=bytes(west.value) * 0)
    later.delete()
    found = {(d.key.unit_id, d.key.month.month, d.expected) for d in wrong_cells(version)}
    assert found == {(cast.east.pk, 1, True), (cast.west.pk, 2, True)}
    rebuild_cells(version, by=None, now=NINE_AM)
    assert not list(wrong_cells(version))


def test_a_cell_without_answers_is_found(cast, version):
    record_answers(version, [answer("a", cast.east)], batch="b", now=NINE_AM)
    Answer.objects.all().delete()
    [difference] = wrong_cells(version)
    assert difference.stored
    assert not difference.expected


def test_a_draft_takes_no_answers_and_is_published_once(cast, version):
    draft = draft_version(version.form, drafted(*ITEMS), by=None, now=NINE_AM)
    with pytest.raises(NotPublished):
        record_answers(draft, [answer("a", cast.east)], batch="b", now=NINE_AM)
    publish_version(draft, by=None, now=NINE_AM)
    with pytest.raises(AlreadyPublished):
        publish_version(draft, by=None, now=NINE_AM)
    assert Event.objects.filter(type="form.published").count() == 2


PAIR = ITEMS[0]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "nothing_asked"),
        ([PAIR, PAIR], "code_twice"),
        ([ItemDraft("x", ItemKind.PAIR, {}, "elsewhere")], "unknown_dimension"),
        (
            [PAIR, ItemDraft("w", ItemKind.WEIGHT, {}, "", 0, 100)],
            "weight_without_dimension",
        ),
        ([ItemDraft("x", ItemKind.SCORE, {}, low=0, high=200)], "impossible_scale"),
        ([ItemDraft("x", ItemKind.SCORE, {}, low=5, high=5)], "impossible_scale"),
    ],
)
def test_an_unsound_draft_says_why(items, code):
    assert code in [flaw.code for flaw in flaws(drafted(*items))]


def test_an_unsound_draft_becomes_no_version(version):
    with pytest.raises(Unsound, match="nothing_asked"):
        draft_version(version.form, drafted(), by=None, now=NINE_AM)
    assert version.form.versions.count() == 1


likert = st.integers(1, 7) | st.none() | st.just(-127)
answers = st.tuples(
    st.integers(0, 30),  # key
    st.booleans(),  # east or west
    st.integers(1, 3),  # month
    st.tuples(*[likert] * 6, st.integers(1, 10) | st.none()),
)
steps = st.lists(
    st.lists(answers, min_size=1, max_size=8) | st.sets(st.integers(0, 30), min_size=1),
    min_size=1,
    max_size=6,
)
PLACES = [(code, side) for code in ("T1", "T2", "R1") for side in (0, 1)] + [("sat", 0)]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_cells_are_what_the_answers_make_after_any_story(cast, version, steps):
    """Lists of answers are recorded, sets of keys are removed."""
    for step in steps:
        if isinstance(step, set):
            ids = Answer.objects.filter(key__in=map(str, step)).values_list("pk", flat=True)
            remove_answers(version, ids)
            continue
        new = [
            answer(
                str(key),
                cast.east if east else cast.west,
                month=month,
                values={p: v for p, v in zip(PLACES, values, strict=True) if v is not None},
            )
            for key, east, month, values in step
        ]
        record_answers(version, new, batch="story", now=NINE_AM)
    assert not list(wrong_cells(version))
    Answer.objects.all().delete()
    Cell.objects.all().delete()
