"""What the doctor says of campaigns."""

import pytest

from gapless.cli.doctor import campaigns
from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.actions import NewAnswer, record_answers
from gapless.core.instruments.models import Answer
from gapless.evaluation.campaigns.models import Campaign, Quota, Response
from tests.demo.conftest import LOADED_AT, demo  # noqa: F401  the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def counting():
    return Response.objects.counting().order_by("pk")


def test_of_a_sound_installation_it_finds_nothing():
    assert campaigns().ok
    assert counting().count() > 400


def test_a_quota_that_counts_wrongly_is_found():
    Quota.objects.filter(filled__gt=0).update(filled=1)

    assert campaigns().wrong == ["Quotas that count wrongly: 2."]


def test_a_response_that_lost_its_answer_is_found():
    counting().first().answer.delete()

    assert campaigns().wrong == ["Responses without the answer they ended as: 1."]


def test_an_answer_that_nobody_gave_is_found():
    campaign = Campaign.objects.get(state="fielding")
    unit = counting().filter(campaign=campaign).first().unit
    stray = NewAnswer(
        "stray", unit, LOADED_AT, CollectionMode.CENSUS, {}, within=campaign.stratum
    )
    record_answers(campaign.version, [stray], batch="x", now=LOADED_AT)

    assert campaigns().wrong == ["Answers of a campaign without their response: 1."]


def test_an_answer_that_counts_though_it_is_excluded_is_found():
    Answer.objects.filter(response=counting().first()).update(counted=False)

    assert campaigns().wrong == ["Answers that count otherwise than said: 1."]
