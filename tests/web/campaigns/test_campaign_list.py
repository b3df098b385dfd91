"""The list of campaigns, one campaign, its steps and numbers."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from gapless.evaluation.campaigns import actions
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState, State
from gapless.evaluation.campaigns.models import Campaign
from tests.conftest import NINE_AM
from tests.evaluation.campaigns import fielding
from tests.web.signing_in import signed_in

from .pages import answered, collector, names, page, step


def test_without_a_questionnaire_the_list_says_what_comes_first(chen):
    html = page(chen, "index")
    assert "No campaign yet" in html
    assert reverse("questionnaires:index") in html.split("No campaign yet")[1]
    assert "No published questionnaire" in page(chen, "new")


def test_with_one_it_leads_on_to_planning(chen, version):
    assert reverse("campaigns:new") in page(chen, "index").split("No campaign yet")[1]


def test_who_only_looks_is_told_who_plans(cast, version):
    html = page(signed_in(cast.wang), "index")
    assert "The quality manager plans them." in html
    assert reverse("campaigns:new") not in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Autumn", "Spring"]),
        ({"sort": "starts_at"}, ["Spring", "Autumn"]),
        ({"q": "春"}, ["Spring"]),
        ({"q": "small"}, ["Autumn", "Spring"]),
        ({"state": "draft"}, ["Autumn"]),
        ({"state": "lost", "sort": "nonsense"}, ["Autumn", "Spring"]),
        ({"q": "winter"}, []),
    ],
)
def test_search_and_filters_narrow_page_and_export_alike(
    chen, cast, version, fielded, query, found
):
    later = now() + timedelta(days=60)
    facts = fielding.facts(
        cast,
        version,
        name={"en": "Autumn"},
        starts_at=later,
        ends_at=later + timedelta(days=9),
    )
    actions.plan_campaign(facts, [cast.city], by=None, now=NINE_AM)
    html = page(chen, "index", **query)
    assert names(chen, **query) == found
    assert [n for n in ("Autumn", "Spring") if f">{n}</a>" in html] == sorted(found)


def test_nothing_found_leads_back(chen, campaign):
    html = page(chen, "index", q="winter")
    assert "No campaign fits" in html
    assert "Show everything" in html


def test_answers_so_far_are_those_of_ones_own_units(cast, chen, fielded):
    by = collector(fielded, CollectorKind.LINK)
    answered(fielded, by, cast.east, ResponseState.COMPLETE, 3)
    answered(fielded, by, cast.west, ResponseState.PARTIAL, 2)
    answered(fielded, by, cast.west, ResponseState.WITHDRAWN, 5)
    assert "5 / 40" in page(chen, "index")
    wangs = page(signed_in(cast.wang), "index")
    assert '<span class="num">3</span>' in wangs
    assert "/ 40" not in wangs


def test_a_campaign_goes_its_way_by_its_buttons(chen, campaign):
    for button, to in [
        ("Approve the plan", "approved"),
        ("Back to draft", "draft"),
        ("Approve the plan", "approved"),
        ("Start it now", "fielding"),
        ("Close it", "closed"),
        ("Put it into the archive", "archived"),
    ]:
        assert button in page(chen, "detail", campaign.pk)
        step(chen, campaign, to)
        campaign.refresh_from_db()
        assert campaign.state == to


def test_a_step_that_does_not_lead_on_changes_nothing(chen, campaign):
    assert "Its state had changed already" in step(chen, campaign, "closed")
    assert (
        chen.post(
            reverse("campaigns:state", args=[campaign.pk]), {"to": "elsewhere"}
        ).status_code
        == 400
    )


def test_what_is_missing_is_said_in_place_of_the_button(chen, cast, campaign):
    Campaign.objects.update(notice={}, ends_at=now(), starts_at=NINE_AM)
    html = page(chen, "detail", campaign.pk)
    assert "The privacy notice is missing." in html
    assert "Its last day is over." in html
    assert "Approve the plan" not in html
    assert "The privacy notice is missing." in step(chen, campaign, "approved")
    campaign.refresh_from_db()
    assert campaign.state == State.DRAFT


def test_progress_is_counted_by_collector_and_unit_within_reach(cast, chen, fielded):
    link = collector(fielded, CollectorKind.LINK, name="In the group")
    answered(fielded, link, cast.east, ResponseState.COMPLETE, 3)
    answered(fielded, link, cast.west, ResponseState.BROKEN_OFF, 7)
    html = page(chen, "detail", fielded.pk)
    assert "In the group" in html
    assert "West hall" in html
    wangs = page(signed_in(cast.wang), "detail", fielded.pk)
    assert "West hall" not in wangs
    assert '<td class="ra">7</td>' in html
    assert '<td class="ra">7</td>' not in wangs
    assert "of the units within your reach" in wangs


def test_numbers_renew_themselves_only_while_answers_are_taken(chen, fielded):
    polling = 'hx-trigger="every 15s"'
    assert polling in page(chen, "detail", fielded.pk)
    address = reverse("campaigns:detail", args=[fielded.pk])
    fragment = chen.get(address, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="progress"')
    step(chen, fielded, "closed")
    assert polling not in page(chen, "detail", fielded.pk)


def test_who_looks_on_has_no_buttons_and_may_not_press_them(cast, chen, campaign):
    sun = signed_in(cast.sun)  # an executive of the city
    html = page(sun, "detail", campaign.pk)
    assert "Approve the plan" not in html
    assert "Change the plan" not in html
    for name in ("state", "edit", "collector-new", "quota-new"):
        address = reverse(f"campaigns:{name}", args=[campaign.pk])
        assert sun.post(address, {"to": "approved"}).status_code == 403


def test_a_campaign_of_others_is_not_there(cast, version):
    facts = fielding.facts(cast, version, within=cast.west)
    wests = actions.plan_campaign(facts, [cast.west], by=None, now=NINE_AM)
    wang = signed_in(cast.wang)
    for name in ("detail", "collectors", "quotas"):
        address = reverse(f"campaigns:{name}", args=[wests.pk])
        assert wang.get(address).status_code == 404
    assert names(wang) == []


def test_the_tabs_are_those_one_may_open(cast, chen, fielded):
    def tabs(client: Client) -> list[str]:
        nav = page(client, "detail", fielded.pk).split('class="tabs"')[1].split("</nav>")[0]
        return re.findall(r">([^<>]+)</a>", nav)

    everything = ["Overview", "Results", "Collectors", "Invitations", "Answers"]
    assert tabs(chen) == [*everything, "Follow-ups"]
    # The campaign is the city's; Wang's hall is one that it asks about.
    assert tabs(signed_in(cast.wang)) == ["Overview", "Results", "Collectors", "Follow-ups"]


def test_the_days_of_a_list_are_the_readers_own(chen, campaign):
    (row,) = list(
        csv.DictReader(
            io.StringIO(
                chen.get(reverse("campaigns:csv")).content.decode("utf-8-sig"),
            )
        )
    )
    assert date.fromisoformat(row["First day"]) <= date.fromisoformat(row["Last day"])
