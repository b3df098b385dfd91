"""Planning a campaign: a form with errors in sentences, and two people at it."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from gapless.core.instruments.models import FormVersion
from gapless.evaluation.campaigns.models import Campaign
from tests.conftest import Cast

from .pages import page


def plan(cast: Cast, asked: FormVersion, **typed: Any) -> dict[str, Any]:
    filled = {
        "name_zh_hans": "夏季",
        "name_en": "Summer",
        "purpose": "To see.",
        "questionnaire": asked.pk,
        "within": cast.city.pk,
        "starts_on": "2026-06-01",
        "ends_on": "2026-06-30",
        "sampling": "on_event",
        "margin": "0.2",
        "sd": "1.6",
        "target": "246",
        "notice_zh_hans": "第一段\r\n第二段",
        "pause_days": "90",
        "reminders": "1",
        "reminder_days": "5",
        "follow_up_hours": "24",
    }
    return {name: value for name, value in (filled | typed).items() if value is not None}


def test_a_plan_begins_with_a_notice_in_three_languages(chen, cast, version):
    html = page(chen, "new", version=version.pk)
    assert "这次调查由City开展" in html
    assert "這次調查由City進行" in html
    assert "City asks you this" in html
    assert f'<option value="{version.pk}" selected>' in html


def test_planning_keeps_what_was_typed(chen, cast, version):
    response = chen.post(reverse("campaigns:new"), plan(cast, version))
    made = Campaign.objects.get()
    assert response.headers["location"] == reverse("campaigns:detail", args=[made.pk])
    assert made.name == {"zh-hans": "夏季", "en": "Summer"}
    assert made.notice == {"zh-hans": "第一段\n第二段"}
    assert list(made.units.all()) == [cast.city]
    assert (made.target, made.margin, made.population) == (246, 0.2, None)


def test_a_day_is_the_readers_own_and_the_last_one_counts(chen, cast, version):
    type(cast.chen).objects.update(time_zone="Asia/Shanghai")
    chen.post(reverse("campaigns:new"), plan(cast, version))
    made = Campaign.objects.get()
    assert made.starts_at == datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert made.ends_at == datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_whoever_edits_from_another_zone_moves_no_day(chen, cast, version):
    chen.post(reverse("campaigns:new"), plan(cast, version))
    made = Campaign.objects.get()
    type(cast.chen).objects.update(time_zone="America/New_York")
    form = chen.get(reverse("campaigns:edit", args=[made.pk])).context["form"]
    days = {name: str(form[name].value()) for name in ("starts_on", "ends_on")}
    typed = plan(cast, version, name_en="New name", version=made.edits, **days)
    chen.post(reverse("campaigns:edit", args=[made.pk]), typed)
    edited = Campaign.objects.get()
    assert edited.name["en"] == "New name"
    assert (edited.starts_at, edited.ends_at) == (made.starts_at, made.ends_at)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name_zh_hans": ""}, "Give the name that customers will see."),
        ({"questionnaire": ""}, "Choose what is to be asked."),
        ({"ends_on": "2026-05-31"}, "The last day comes before the first"),
        ({"starts_on": "soon"}, "Give a date, for example 2026-03-02."),
        ({"notice_zh_hans": " "}, "Customers have to be told; write the notice."),
        ({"margin": "-1"}, "Give a number above 0, at most 10, for example 0.2."),
        ({"population": "many"}, "Give a whole number from 1 to 2,000,000,000."),
        ({"pause_days": ""}, "Give a whole number from 0 to 3,650."),
        (
            {"follow_up_item": "sat", "follow_up_at_most": "10"},
            "Give a point of its scale, from 0 to 9.",
        ),
        ({"follow_up_item": "sat"}, "Give a point of its scale, from 0 to 9."),
        ({"follow_up_item": "who"}, "The chosen questionnaire does not ask that"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    chen, cast, version, typed, sentence
):
    html = chen.post(reverse("campaigns:new"), plan(cast, version, **typed)).text
    assert sentence in html
    assert "everything you filled in is kept" in html
    assert "To see.</textarea>" in html
    assert not Campaign.objects.exists()


def test_units_lie_below_whose_campaign_it_is(chen, cast, version):
    typed = plan(cast, version, within=cast.east.pk, units=[cast.west.pk])
    html = chen.post(reverse("campaigns:new"), typed).text
    assert "West hall does not lie below East hall" in html
    assert f'value="{cast.west.pk}" checked' in html


def test_only_some_units(chen, cast, version):
    typed = plan(cast, version, units=[cast.east.pk])
    chen.post(reverse("campaigns:new"), typed)
    made = Campaign.objects.get()
    assert list(made.units.all()) == [cast.east]
    assert f'value="{cast.east.pk}" checked' in page(chen, "edit", made.pk)


def test_the_number_of_answers_follows_while_one_types(chen, version):
    html = page(chen, "sample-size", margin="0.2", sd="1.6", target="7")
    assert "<b>246</b> answers" in html
    assert 'name="target" value="246"' in html
    assert "each needs 1,005" in html
    assert "<b>166</b>" in page(chen, "sample-size", margin=".2", sd="1.6", population=500)
    assert "Say how large" in page(chen, "sample-size", margin="", sd="1.6")


def test_without_a_script_a_button_works_it_out_and_saves_nothing(chen, cast, version):
    typed = plan(cast, version, margin="0.1", target="", name_zh_hans="", work_out="yes")
    html = chen.post(reverse("campaigns:new"), typed).text
    assert 'name="target" value="984"' in html
    assert "To see.</textarea>" in html
    assert "form-errors" not in html
    assert not Campaign.objects.exists()


def test_the_questions_of_a_questionnaire_are_offered(chen, version):
    html = page(chen, "follow-up-items", questionnaire=version.pk)
    assert re.findall(r'<option value="(\w+)"', html) == ["T1", "T2", "sat"]
    assert "Choose a questionnaire above" in page(chen, "follow-up-items")


def test_two_people_editing_see_both_versions(chen, cast, version, campaign):
    seen = campaign.edits
    address = reverse("campaigns:edit", args=[campaign.pk])
    units = {"units": [cast.east.pk]}
    chen.post(address, plan(cast, version, name_en="First", version=seen, **units))
    second = plan(cast, version, name_en="Second", version=seen, **units)
    conflict = chen.post(address, second)
    assert conflict.status_code == 409
    assert ">Second</td><td>First</td>" in conflict.text
    assert f'value="{cast.east.pk}" checked' in conflict.text
    assert Campaign.objects.get().name["en"] == "First"
    rebased = conflict.context["form"]["version"].value()
    chen.post(address, second | {"version": rebased})
    assert Campaign.objects.get().name["en"] == "Second"


def test_only_a_draft_is_edited(chen, cast, fielded):
    response = chen.get(reverse("campaigns:edit", args=[fielded.pk]), follow=True)
    assert "Only a draft can be changed" in response.text
