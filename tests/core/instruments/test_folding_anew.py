"""Cells of a program that kept less in them are found, and made anew from the answers."""

import io

import pytest
from django.core.management import call_command

from gapless.analytics.cells import pack, unpack
from gapless.analytics.drivers import joint_moments
from gapless.analytics.folding import schema_of
from gapless.analytics.periods import ALL_TIME
from gapless.core.evidence.choices import Source
from gapless.core.evidence.models import Addition, Cell
from gapless.core.evidence.queries import by_stratum
from gapless.core.instruments.actions import rebuild_cells, remove_answers
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import (
    layout_of,
    versions_to_fold_anew,
    wrong_cells,
)
from tests.conftest import NINE_AM
from tests.evaluation.gaps.answering import FAIR, answer, questionnaire
from tests.evaluation.gaps.judging import judge, judged


@pytest.fixture
def version(cast):
    version = judged()
    judge(version, cast.east, 20)
    return version


def as_before(version):
    """What the program kept that did not know overall judgements go with anything."""
    schema = schema_of(layout_of(version))
    for kept in (Cell, Addition):
        for row in kept.objects.filter(version_id=version.pk):
            vector = unpack(bytes(row.value), schema.size)
            row.value = pack(vector[: schema.start("drivers")])
            row.save()


def joint(version, unit):
    schema = schema_of(layout_of(version))
    strata = by_stratum(Source.SURVEY, version.pk, unit, ALL_TIME, schema)
    whole = sum(strata.values(), schema.zero())
    return joint_moments(layout_of(version), schema, whole, "sat")


def test_cells_of_today_are_not_made_anew(cast, version):
    answer(questionnaire(), cast.east, FAIR)
    assert versions_to_fold_anew() == []


def test_cells_from_before_are_found_by_the_doctor_and_made_anew(cast, version):
    as_before(version)
    assert joint(version, cast.city).n == 0
    assert versions_to_fold_anew() == [version]
    assert list(wrong_cells(version))

    rebuild_cells(version, by=None, now=NINE_AM)

    assert joint(version, cast.city).n == 20
    assert versions_to_fold_anew() == []
    assert not list(wrong_cells(version))


def test_answers_that_came_or_went_since_do_not_hide_it(cast, version):
    as_before(version)
    judge(version, cast.east, 5, batch="later")
    judge(version, cast.west, 5, batch="elsewhere")
    assert versions_to_fold_anew() == [version]
    some = Answer.objects.filter(batch="test").values_list("pk", flat=True)[:5]
    remove_answers(version, list(some))
    assert versions_to_fold_anew() == [version]

    rebuild_cells(version, by=None, now=NINE_AM)
    assert joint(version, cast.city).n == 25


def test_an_installation_is_brought_up_to_date_by_init(cast, version, settings, tmp_path):
    as_before(version)
    settings.DATA_DIR = tmp_path
    said = io.StringIO()
    call_command("init", stdout=said)

    assert said.getvalue().count(str(version)) == 1
    assert joint(version, cast.city).n == 20
