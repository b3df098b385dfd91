import pytest

from gapless.core.instruments.models import FormVersion
from gapless.evaluation.campaigns.models import Campaign
from gapless.evaluation.campaigns.queries import Door
from tests.conftest import Cast
from tests.evaluation.campaigns import fielding


@pytest.fixture
def version(db: None) -> FormVersion:
    return fielding.published()


@pytest.fixture
def campaign(cast: Cast, version: FormVersion) -> Campaign:
    return fielding.in_the_field(cast, version)


@pytest.fixture
def door(campaign: Campaign, cast: Cast) -> Door:
    """An open link, about the East hall."""
    return fielding.door(campaign, cast.east)
