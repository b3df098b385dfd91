"""The ready-made questionnaires: sound, worded in three languages, linked, answerable."""

import pytest

from gapless.analytics.answers import Kind, score, written
from gapless.analytics.folding import fold, schema_of
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.designing import objections
from gapless.core.instruments.drafting import begin_form
from gapless.core.instruments.queries import layout_of
from gapless.core.instruments.wording import languages_of
from gapless.core.text import LANGUAGES
from gapless.evaluation.surveys.designing import draft_with_links, publish_form
from gapless.evaluation.surveys.readymade import ready_made
from gapless.requirements.characteristics.actions import ship_builtin
from gapless.requirements.characteristics.builtin import read as built_in
from tests.conftest import NINE_AM

FORMS = {form.code: form for form in ready_made()}
every = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def test_these_are_offered():
    assert list(FORMS) == [
        "servqual",
        "servperf",
        "reference-perception",
        "reference-expectation",
        "zone",
        "pulse",
        "csat-nps-ces",
        "four-blocks",
    ]


@every
def test_it_is_sound_and_whole_in_three_languages(form):
    assert not list(objections(form.draft))
    assert languages_of(form.draft) == LANGUAGES
    assert set(form.name) == set(form.description) == set(LANGUAGES)
    assert all(form.name.values())
    assert all(form.description.values())


@every
def test_it_says_how_long_it_takes(form):
    said = form.description
    assert "minute" in said["en"]
    assert "分钟" in said["zh-hans"]
    assert "分鐘" in said["zh-hant"]


@every
def test_what_asks_about_a_characteristic_says_which(form):
    shipped = {each.code: each for each in built_in().characteristics}
    for item in form.draft.items:
        assert item.about == (item.code if item.code in shipped else "")
        if item.about:
            assert item.dimension == shipped[item.about].dimension
            assert item.text == shipped[item.about].name


@every
def test_it_is_published_linked_and_takes_answers(cast, form):
    ship_builtin(now=NINE_AM)
    draft = begin_form(form.code, form.name, by=cast.wang, now=NINE_AM, content=form.draft)
    version = publish_form(draft, seen=draft.revision, by=cast.wang, now=NINE_AM)
    assert draft_with_links(version) == form.draft
    layout = layout_of(version)
    answer = {
        (question.code, side): question.high if question.kind is not Kind.MULTIPLE else 1
        for question in layout.questions
        for side in range(question.width)
    }
    cell = fold(layout, schema_of(layout), score(layout, written(layout, [answer])))
    assert schema_of(layout).block(cell, "answers") == 1


def kinds(code):
    return [item.kind for item in FORMS[code].draft.items]


def codes(code, kind):
    return [item.code for item in FORMS[code].draft.items if item.kind is kind]


def test_a_perception_asked_all_year_meets_the_expectation_of_the_year():
    asked = codes("reference-perception", ItemKind.SCORE)
    assert asked == codes("reference-expectation", ItemKind.EXPECTATION)
    assert asked == codes("servperf", ItemKind.SCORE) == codes("servqual", ItemKind.PAIR)
    assert kinds("reference-expectation").count(ItemKind.WEIGHT) == 5


def test_the_pulse_asks_once_about_each_dimension():
    items = [i for i in FORMS["pulse"].draft.items if i.kind is ItemKind.SCORE]
    assert [i.dimension for i in items] == [d.code for d in FORMS["pulse"].draft.dimensions]
    assert len(items) == 5


def test_zones_are_asked_on_nine_points_twice_in_each_dimension():
    zones = [i for i in FORMS["zone"].draft.items if i.kind is ItemKind.ZONE]
    assert {(i.low, i.high) for i in zones} == {(1, 9)}
    dimensions = [i.dimension for i in zones]
    assert [dimensions.count(d.code) for d in FORMS["zone"].draft.dimensions] == [2] * 5


def test_the_standard_figures_are_marked_as_such():
    form = FORMS["csat-nps-ces"].draft
    assert [(i.code, i.measure) for i in form.items if i.measure] == [
        ("satisfaction", "satisfaction"),
        ("effort", "effort"),
    ]
    assert form.item("recommend").scale == (0, 10)
    assert form.item("effort").scale == (1, 7)


def test_the_four_blocks_are_those_of_the_manual():
    draft = FORMS["four-blocks"].draft
    assert [d.code for d in draft.dimensions] == ["product", "service", "price", "image"]
    rated = [i.dimension for i in draft.items if i.kind is ItemKind.SCORE]
    assert [rated.count(d.code) for d in draft.dimensions] == [2, 3, 2, 2]
