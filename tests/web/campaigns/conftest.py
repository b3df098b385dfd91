from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from gapless.core.instruments.models import FormVersion
from gapless.evaluation.campaigns import actions
from gapless.evaluation.campaigns.choices import State
from gapless.evaluation.campaigns.models import Campaign
from gapless.evaluation.campaigns.rules import CampaignFacts
from tests.conftest import NINE_AM, Cast
from tests.evaluation.campaigns import fielding
from tests.web.signing_in import signed_in


@pytest.fixture
def version(cast: Cast) -> FormVersion:
    return fielding.published()


@pytest.fixture
def chen(cast: Cast) -> Client:
    """The quality manager of the city."""
    return signed_in(cast.chen)


@pytest.fixture
def campaign(cast: Cast, version: FormVersion) -> Campaign:
    """A draft about the whole city, for the coming month."""
    start = now() + timedelta(days=1)
    facts = CampaignFacts(
        name={"zh-hans": "春季", "en": "Spring"},
        version=version,
        within=cast.city,
        starts_at=start,
        ends_at=start + timedelta(days=30),
        notice={"zh-hans": "告知", "en": "We keep it for a year."},
        target=40,
    )
    return actions.plan_campaign(facts, [cast.city], by=cast.chen, now=NINE_AM)


@pytest.fixture
def fielded(cast: Cast, campaign: Campaign) -> Campaign:
    for to in (State.APPROVED, State.FIELDING):
        actions.take_step(campaign, to, by=cast.chen, now=now())
    return campaign
