"""Four years of the airport's surveys, in forms that differ, are one trend by year."""

import csv
import json
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments import actions
from gapless.core.instruments.choices import ExpectationType, ItemKind
from gapless.core.instruments.rules import ItemDraft, SectionDraft, VersionDraft
from tests.conftest import NINE_AM

pytestmark = pytest.mark.real_data

SCALE = ("1", "2", "3", "4", "5")  # 6 is "never used", 0 and "Blank" are no answers
LEVELS = dict.fromkeys(("Q7ART", "Q7FOOD", "Q7ALL"), SCALE)
LEVELS["NETPRO"] = tuple(str(level) for level in range(11))
YEARS = range(2014, 2018)


def version_of(form, *codes):
    """What was asked: the judgement of the whole airport, and in 2017 recommendation."""
    asked = [
        ItemDraft(code, ItemKind.OVERALL, {"en": code}, low=1, high=5)
        if code != "NETPRO"
        else ItemDraft(code, ItemKind.NPS, {"en": code}, low=0, high=10)
        for code in codes
    ]
    draft = VersionDraft(
        ExpectationType.IDEAL, (), (SectionDraft({"en": "Airport"}, tuple(asked)),)
    )
    version = actions.draft_version(form, draft, by=None, now=NINE_AM)
    actions.publish_version(version, by=None, now=NINE_AM)
    return version


def bring_in(shared_data, version, unit, year):
    path = shared_data / "sfo_airport_survey" / f"sfo_{year}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = {item.code for item in version.items.all()}
    answers = [
        actions.NewAnswer(
            key=f"{year}/{line}",
            unit=unit,
            answered_at=datetime(year, 5, 20, tzinfo=UTC),
            mode=CollectionMode.PROBABILITY,
            values={
                (code, 0): int(row[code])
                for code, levels in LEVELS.items()
                if code in asked and row[code] in levels
            },
        )
        for line, row in enumerate(rows)
    ]
    actions.record_answers(version, answers, batch=f"sfo {year}", now=NINE_AM)


@pytest.fixture
def versions(cast, shared_data):
    form = actions.make_form(code="sfo", name={"en": "Airport"}, by=None, now=NINE_AM)
    layouts = {
        2014: version_of(form, "Q7ART", "Q7ALL"),
        2015: version_of(form, "Q7FOOD", "Q7ALL"),
        2016: version_of(form, "Q7ALL", "Q7FOOD", "Q7ART"),
        2017: version_of(form, "Q7ALL", "Q7FOOD", "Q7ART", "NETPRO"),
    }
    for year, version in layouts.items():
        bring_in(shared_data, version, cast.east, year)
    return layouts


def reference(shared_data, name):
    with (shared_data / "reference_values.json").open() as file:
        return next(each for each in json.load(file) if each["id"] == name)


def test_four_layouts_are_one_line(client, cast, versions, shared_data):
    expected = reference(shared_data, "sfo.years")
    client.force_login(cast.wang)
    response = client.get(
        reverse("gaps:trend"),
        {"unit": cast.east.pk, "version": versions[2017].pk, "line": "item:Q7ALL"},
    )
    lead = response.context["lead"]
    assert [str(point.period) for point in lead.points] == [str(year) for year in YEARS]
    found = [point.estimate.value for point in lead.points]
    assert found == pytest.approx(expected["value"], abs=expected["tol"])
    assert len(response.context["lines"]) == 1
    assert response.context["wide"].breaks == ()


def test_recommendation_is_asked_in_one_year_alone(client, cast, versions, shared_data):
    n, _promoters, _detractors, score, *_ = reference(shared_data, "sfo2017.nps")["value"]
    client.force_login(cast.wang)
    response = client.get(
        reverse("gaps:trend"),
        {"unit": cast.east.pk, "version": versions[2017].pk, "line": "item:NETPRO"},
    )
    last = response.context["lead"].last
    assert (last.estimate.n, last.estimate.value) == (n, pytest.approx(score, abs=1e-5))
    assert "+39.8" in response.content.decode()
