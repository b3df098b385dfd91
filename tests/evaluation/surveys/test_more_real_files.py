"""More real files, each through the product's own suggestion and confirmed questions."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gapless.analytics.answers import (
    NO_NUMBER,
    NOT_APPLICABLE,
    WEIGHT_UNIT,
)
from gapless.analytics.weights import case_weights
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.confirming import answered, open_questions
from gapless.core.imports.mapping import Column, Scale
from gapless.core.imports.reading import read_table
from gapless.core.imports.suggestions import suggested
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import layout_of, wrong_cells
from gapless.evaluation.surveys.actions import Beginning, NewUnits
from gapless.evaluation.surveys.previews import unknown_units

from .conftest import account, through

pytestmark = pytest.mark.real_data


def reference(shared_data, name):
    values = json.loads((shared_data / "reference_values.json").read_text())
    return next(value["value"] for value in values if value["id"] == name)


def confirmed(table, file_map):
    """Every open question answered as suggested."""
    for question in open_questions(table, file_map):
        assert question.suggestion, question
        file_map = answered(file_map, question, question.suggestion)
    assert open_questions(table, file_map) == ()
    return file_map


def with_kinds(file_map, kinds, *, items=None):
    """The map after a person went through its columns."""
    columns = []
    for column in file_map.columns:
        kind = kinds.get(column.name, K.IGNORE)
        known = column if column.kind is kind else Column(column.name, kind)
        item = (items or {}).get(column.name, column.name)[:40]
        if kind not in (K.IGNORE, K.UNIT, K.TIME, K.RESPONDENT):
            known = replace(known, item=item, text=column.name)
        columns.append(known)
    return replace(file_map, columns=tuple(columns))


def taken_in(bring, cast, path, file_map):
    import_ = bring(path.read_bytes(), file_map, path.name)
    units = unknown_units(import_)
    beginning = Beginning("en", NewUnits(cast.city, list(units)) if units else None)
    return through(import_, cast, beginning)


def values_of(import_, code):
    """The first byte of an item in every answer of an import."""
    answers = Answer.objects.filter(batch=import_.batch).order_by("pk")
    layout = layout_of(import_.version)
    column = layout.columns[code]
    stored = np.frombuffer(b"".join(bytes(a.values) for a in answers), np.int8)
    return stored.reshape(-1, layout.width)[:, column].astype(int)


SFO_YEARS = {
    2014: ("AREA", "2014-05-01"),
    2015: ("BAREA", "2015-05-01"),
    2016: ("BAREA", ""),
    2017: ("BAREA", "2017-05-01"),
}
SFO_BLOCKS = ("Q7", "Q9")
SFO_LEFT_OUT = ("COM",)


def sfo(shared_data, year):
    path = shared_data / "sfo_airport_survey" / f"sfo_{year}.csv"
    table = read_table(path)
    unit, month = SFO_YEARS[year]
    kinds = {
        name: K.SCORE
        for name in table.header
        if name.startswith(SFO_BLOCKS) and not any(mark in name for mark in SFO_LEFT_OUT)
    }
    kinds |= {unit: K.UNIT, "INTDATE": K.TIME, "WEIGHT": K.CASE_WEIGHT, "NETPRO": K.NPS}
    file_map = with_kinds(suggested(table), kinds)
    file_map = replace(
        file_map,
        scales={ItemKind.SCORE: Scale(1, 5)},
        time=month,
        form="sfo",
        form_name="SFO customer survey",
    )
    return path, confirmed(table, file_map)


def test_four_layouts_of_the_airport_survey_make_one_form(shared_data, cast, bring):
    airport = {y: taken_in(bring, cast, *sfo(shared_data, y)) for y in SFO_YEARS}
    whole(airport, shared_data)
    as_published(airport[2017], shared_data)
    never_used_is_not_unanswered(airport[2017])
    days_of_their_month(airport)


def whole(airport, shared_data):
    rows = {2014: 2818, 2015: 2958, 2016: 3087, 2017: 2831}
    found = {year: account(import_) for year, import_ in airport.items()}
    # Every row is accounted for; who answered nothing at all stays out, and is told.
    for year, counted in found.items():
        assert counted["rows"] == rows[year]
        assert counted["added"] + counted.get("rejected", 0) == rows[year]
    assert {i.version.form.code for i in airport.values()} == {"sfo"}
    # The first three years ask the same; 2017 asks about recommending too.
    assert len({airport[y].version_id for y in (2014, 2015, 2016)}) == 1
    assert airport[2017].version_id != airport[2016].version_id
    assert not any(list(wrong_cells(i.version)) for i in airport.values())
    units = {a.unit.name for a in Answer.objects.select_related("unit")}
    assert units == set("ABCDEFG")

    means = []
    for import_ in airport.values():
        given = values_of(import_, "Q7ALL")
        means.append(given[given > 0].mean())
    assert means == pytest.approx(reference(shared_data, "sfo.years"), abs=1e-8)


def as_published(import_, shared_data):
    given, likely = values_of(import_, "Q7ALL"), values_of(import_, "NETPRO")
    layout = layout_of(import_.version)
    answers = Answer.objects.filter(batch=import_.batch).order_by("pk")
    stored = np.frombuffer(b"".join(bytes(a.values) for a in answers), np.int8)
    weights = case_weights(layout, stored.reshape(-1, layout.width)) / WEIGHT_UNIT

    n, mean, _sd, weighted, _kish = reference(shared_data, "sfo2017.all")
    ok = given > 0
    assert ok.sum() == n
    assert given[ok].mean() == pytest.approx(mean, abs=1e-9)
    # Weights are kept in millionths: the mean moves by less than that.
    assert np.average(given[ok], weights=weights[ok]) == pytest.approx(weighted, abs=1e-6)
    n, promoters, detractors, nps, *_ = reference(shared_data, "sfo2017.nps")
    ok = likely >= 0
    assert (ok.sum(), (likely[ok] >= 9).sum(), (likely[ok] <= 6).sum()) == (
        n,
        promoters,
        detractors,
    )
    assert 100 * (promoters - detractors) / n == pytest.approx(nps, abs=1e-5)


def never_used_is_not_unanswered(import_):
    found = Counter(values_of(import_, "Q7FOOD").tolist())
    assert found[NOT_APPLICABLE] == 341  # the sixes
    assert found[-128] == 69  # the zeros
    assert set(found) <= {-128, NOT_APPLICABLE, 1, 2, 3, 4, 5}


def days_of_their_month(airport):
    days = {
        year: {d.date() for d in _moments(import_)} for year, import_ in airport.items()
    }
    assert all(day.year == year for year, found in days.items() for day in found)
    assert min(days[2016]) >= date(2016, 5, 1)
    assert len(days[2014]) == 21


def _moments(import_):
    answers = Answer.objects.filter(batch=import_.batch)
    return answers.values_list("answered_at", flat=True)


def test_1128_lecturers_are_units(shared_data, cast, bring):
    path = shared_data / "insteval_ratings" / "insteval.csv"
    table = read_table(path)
    file_map = with_kinds(suggested(table), {"d": K.UNIT, "y": K.SCORE})
    file_map = replace(
        file_map,
        scales={ItemKind.SCORE: Scale(1, 5)},
        time="2010-01-31",
        form="insteval",
        form_name="Lectures",
    )
    import_ = taken_in(bring, cast, path, file_map)
    assert account(import_) == {"rows": 73_421, "added": 73_421}
    assert Answer.objects.values("unit").distinct().count() == 1128
    n, mean, *_ = reference(shared_data, "insteval")
    given = values_of(import_, "y")
    assert (len(given), given.mean()) == (n, pytest.approx(mean, abs=1e-9))


def test_reviews_with_aspects_in_chinese(shared_data, cast, bring):
    path = shared_data / "asap_reviews_zh" / "reviews.csv"
    table = read_table(path)
    first, *_ = suggested(table).columns
    assert first.name == "split"
    kinds = dict.fromkeys(table.header[4:], K.SCORE)
    kinds |= {"star": K.OVERALL, "reviewbody": K.TEXT}
    file_map = replace(
        with_kinds(suggested(table), kinds),
        scales={ItemKind.SCORE: Scale(-1, 1), ItemKind.OVERALL: Scale(1, 5)},
        unit="EAST-HALL",
        time="2021-01-31",
        form="asap",
        form_name="Reviews",
    )
    import_ = taken_in(bring, cast, path, confirmed(table, file_map))
    assert account(import_) == {"rows": 300, "added": 300}
    attitude = Counter(values_of(import_, "service_waiters_attitude").tolist())
    assert (attitude[1], attitude[0], attitude[-1]) == (101, 46, 36)
    assert attitude[-128] == 300 - 183
    assert Answer.objects.filter(texts__has_key="reviewbody").count() == 300
    assert NO_NUMBER not in attitude


def test_instructors_are_units(shared_data, cast, bring):
    path = shared_data / "turkiye_course_evaluation" / "responses.csv"
    table = read_table(path)
    file_map = replace(
        suggested(table),
        scales={ItemKind.SCORE: Scale(1, 5)},
        time="2013-08-02",
        form="turkiye",
        form_name="Course evaluation",
    )
    assert [c.name for c in file_map.of(K.UNIT)] == ["instr"]
    assert [c.name for c in file_map.of(K.SCORE)] == [f"Q{i}" for i in range(1, 29)]
    import_ = taken_in(bring, cast, path, confirmed(table, file_map))
    assert account(import_) == {"rows": 5820, "added": 5820}
    flags = np.array(Answer.objects.values_list("flags", flat=True))
    assert [(flags >> place & 1).sum() for place in range(3)] == [3155, 2985, 0]
    assert Answer.objects.values("unit").distinct().count() == 3
