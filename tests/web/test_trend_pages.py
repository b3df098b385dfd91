"""The trend page: its line, its breaks, its words, and what people note on it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from gapless.core.audit.models import Event as Recorded
from gapless.core.instruments import actions as instruments
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.queries import draft_of
from gapless.evaluation.gaps.actions import note_event
from gapless.evaluation.gaps.models import Event
from tests.conftest import NINE_AM
from tests.evaluation.gaps.answering import answer, questionnaire

TREND, NEW = reverse("gaps:trend"), reverse("gaps:event_new")


def month(number, year=2026):
    return datetime(year, number, 10, 3, tzinfo=UTC)


@pytest.fixture
def version(cast):
    version = questionnaire()
    answer(version, cast.east, [(7, 5), (7, 4)] * 10, at=month(1))
    answer(version, cast.east, [(7, 6), (7, 5)] * 10, at=month(3))
    return version


def page_of(client, **query):
    return client.get(TREND, query).content.decode()


def test_a_trend_says_what_changed_and_breaks_where_nobody_answered(client, cast, version):
    client.force_login(cast.wang)
    response = client.get(TREND, {"by": "month"})
    page = response.content.decode()
    assert "Nothing is shown of February 2026" in page
    assert "−1.50" in page
    assert [p.estimate is not None for p in response.context["lead"].points] == [
        True,
        False,
        True,
    ]
    wide = response.context["wide"]
    assert len(wide.drawn[0].runs) == 2


def test_by_quarter_the_same_answers_are_one_point(client, cast, version):
    client.force_login(cast.wang)
    response = client.get(TREND, {"by": "quarter"})
    (point,) = response.context["lead"].points
    assert (point.estimate.n, point.estimate.value) == (40, -2.0)
    assert client.get(TREND).context["found"].trends.grain.value == "quarter"


def test_the_change_against_the_month_before_is_told_with_its_interval(
    client, cast, version
):
    answer(version, cast.east, [(7, 7), (7, 6)] * 10, at=month(4))
    client.force_login(cast.wang)
    assert "Against March 2026 the gap narrowed by 1.00 [0.67, 1.33]." in page_of(
        client, by="month"
    )


def test_a_month_of_nine_is_said_to_be_withheld_and_is_in_no_file(client, cast, version):
    answer(version, cast.east, [(7, 1)] * 9, at=month(4))
    answer(version, cast.east, [(7, 5), (7, 4)] * 10, at=month(12, 2025))
    client.force_login(cast.wang)
    page = page_of(client, by="month")
    assert "too few answers to be shown: the line is broken there" in page
    assert "−6.00" not in page
    rows = read_csv(client.get(reverse("gaps:trend_csv"), {"by": "month"}))
    april = [row for row in rows if row["Period"] == "2026-04"]
    assert {row["Value"] for row in april} == {row["n"] for row in april} == {""}
    assert {row["State"] for row in april} == {"hidden"}


def test_several_measures_stand_in_one_picture(client, cast, version):
    client.force_login(cast.wang)
    of = ["overall", "dimension:reliability", "item:R1"]
    response = client.get(TREND, {"by": "month", "line": of})
    assert [line.measure.target for line in response.context["lines"]] == of
    assert "Item R1" in response.content.decode()


def test_a_version_that_asks_otherwise_is_a_line_of_its_own(client, cast, version):
    form = version.form
    draft = draft_of(version)
    reworded = instruments.draft_version(form, _other_scale(draft), by=None, now=month(4))
    instruments.publish_version(reworded, by=None, now=month(4))
    answer(reworded, cast.east, [(5, 4), (5, 3)] * 10, at=month(4))
    client.force_login(cast.wang)
    query = {"unit": cast.east.pk, "version": reworded.pk, "by": "month"}
    response = client.get(TREND, query)
    page = response.content.decode()
    assert "v1, which asked this differently" in page
    assert "The form asked this differently in March 2026" in page
    assert len(response.context["wide"].breaks) == 1


def _other_scale(draft):
    section = draft.sections[0]
    items = tuple(replace(item, high=5) for item in section.items)
    return replace(draft, sections=(replace(section, items=items),))


def test_a_form_without_expectations_follows_what_was_perceived(client, cast):
    version = questionnaire(kind=ItemKind.SCORE)
    answer(version, cast.east, [(5, 5), (5, 6)] * 6)
    client.force_login(cast.wang)
    assert "5.50" in page_of(client)


def test_without_answers_the_page_says_what_is_needed(client, cast):
    client.force_login(cast.wang)
    assert "No answers yet" in page_of(client)


# --- Events ---------------------------------------------------------------------------


def test_a_quality_manager_notes_an_event_and_it_stands_on_the_trend(client, cast, version):
    client.force_login(cast.chen)
    said = {"happened_on": "2026-02-14", "words": "New queue machine", "unit": cast.east.pk}
    response = client.post(NEW, said)
    assert response.status_code == 302
    assert "New queue machine" in client.get(response.url).content.decode()
    event = Event.objects.get()
    assert (event.unit, event.happened_on) == (cast.east, date(2026, 2, 14))
    assert Recorded.objects.filter(type="event.noted", subject_id=event.pk).exists()


def test_an_event_above_stands_on_the_trends_below_and_none_beside(client, cast, version):
    for unit, words in ((cast.city, "Citywide strike"), (cast.west, "West repainted")):
        note_event(
            unit, happened_on=date(2026, 2, 1), words=words, by=cast.chen, now=NINE_AM
        )
    client.force_login(cast.wang)
    page = page_of(client, by="month")
    assert "Citywide strike" in page
    assert "West repainted" not in page
    assert "Note an event" not in page


def test_an_event_is_put_right_and_struck_out(client, cast, version):
    event = note_event(
        cast.east, happened_on=date(2026, 2, 1), words="Moved", by=None, now=NINE_AM
    )
    client.force_login(cast.chen)
    address = reverse("gaps:event", args=[event.pk])
    said = {"happened_on": "2026-02-02", "words": "Moved next door", "version": 1}
    assert client.post(address, said).status_code == 302
    event.refresh_from_db()
    assert (event.words, event.version) == ("Moved next door", 2)
    recorded = Recorded.objects.get(type="event.edited")
    assert recorded.facts["changed"] == ["happened_on", "words"]
    assert "Moved" not in str(recorded.facts)
    assert client.post(reverse("gaps:event_removal", args=[event.pk])).status_code == 302
    assert not Event.objects.exists()


def test_who_saves_second_sees_what_stands_now(client, cast, version):
    event = note_event(
        cast.east, happened_on=date(2026, 2, 1), words="Moved", by=None, now=NINE_AM
    )
    client.force_login(cast.chen)
    address = reverse("gaps:event", args=[event.pk])
    said = {"happened_on": "2026-02-01", "version": 1}
    client.post(address, said | {"words": "Moved out"})
    response = client.post(address, said | {"words": "Moved in"})
    assert response.status_code == 409
    assert "Moved out" in response.content.decode()


@pytest.mark.parametrize("field", ["happened_on", "words"])
def test_what_is_missing_is_said_beside_the_field(client, cast, version, field):
    client.force_login(cast.chen)
    said = {"happened_on": "2026-02-14", "words": "New", "unit": cast.east.pk, field: ""}
    response = client.post(NEW, said)
    assert response.context["form"].errors.keys() == {field}
    assert not Event.objects.exists()


def test_nobody_else_notes_events(client, cast, version):
    client.force_login(cast.wang)
    said = {"happened_on": "2026-02-14", "words": "New", "unit": cast.east.pk}
    assert client.post(NEW, said).status_code == 403
    assert not Event.objects.exists()


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
