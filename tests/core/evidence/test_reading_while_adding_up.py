"""What is read while a job adds up: every answer once, wherever the job has got to."""

from contextlib import ExitStack

import numpy as np
import pytest
from django.db import connection

from gapless.analytics.folding import schema_of
from gapless.analytics.periods import ALL_TIME
from gapless.core.evidence.choices import Source
from gapless.core.evidence.models import Addition
from gapless.core.evidence.queries import by_stratum, heads_of_units, months_of
from gapless.core.evidence.rolling import add_up
from gapless.core.instruments.queries import layout_of
from gapless.evaluation.gaps.queries import gap_page
from gapless.evaluation.gaps.selection import Selection
from gapless.evaluation.gaps.tables import units_table
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM
from tests.core.instruments.test_evidence_together import PATIENCE, elsewhere
from tests.evaluation.gaps.answering import answer, questionnaire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(cast):
    found = questionnaire()
    answer(found, cast.east, [(7, 5)] * 12, batch="b")
    return found


class Meanwhile:
    """Just before what is waiting is read, another connection adds all of it up."""

    def __init__(self):
        self.times = 0

    def __call__(self, execute, sql, params, many, context):
        if not self.times and '"evidence_addition"' in sql:
            self.times += 1
            elsewhere(add_up).join(PATIENCE)
        return execute(sql, params, many, context)


@pytest.fixture
def meanwhile(version):
    with ExitStack() as stack:
        adding = Meanwhile()
        stack.enter_context(connection.execute_wrapper(adding))
        yield adding
        assert adding.times == 1
        assert not Addition.objects.exists()


def test_a_sum_has_every_answer_once(cast, version, meanwhile):
    schema = schema_of(layout_of(version))
    strata = by_stratum(Source.SURVEY, version.pk, cast.city, ALL_TIME, schema)
    assert [int(schema.block(cell, "answers")) for cell in strata.values()] == [12]


def test_a_table_has_every_answer_once(cast, version, meanwhile):
    head = schema_of(layout_of(version)).head
    units = [cast.city, cast.east]
    heads = heads_of_units(Source.SURVEY, version.pk, units, [ALL_TIME], head)
    assert np.bincount(heads.rows, heads.values[:, 0]).tolist() == [12, 12]


def test_a_month_is_there(cast, version, meanwhile):
    assert len(months_of(Source.SURVEY, version.pk, cast.city)) == 1


def test_a_page_shows_and_withholds_of_one_moment(cast, version, meanwhile):
    viewer = viewer_of(cast.chen, now=NINE_AM)
    page = gap_page(viewer, Selection(cast.city, ALL_TIME, version))
    assert (page.answers, page.withheld) == (12, False)


def test_a_table_shows_and_withholds_of_one_moment(cast, version, meanwhile):
    viewer = viewer_of(cast.chen, now=NINE_AM)
    selection = Selection(cast.city, ALL_TIME, version)
    table = units_table(viewer, selection, [cast.city, cast.east])
    assert table.answers.tolist() == [12, 12]
    assert not table.hidden[:, 0].any()
