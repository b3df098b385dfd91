import pytest

from gapless.core.instruments.models import FormVersion
from gapless.evaluation.campaigns import contacts
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.models import Campaign, Contact
from gapless.evaluation.campaigns.queries import Door
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.drawing import Add


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


@pytest.fixture
def add(cast: Cast) -> Add:
    def added(name: str, unit: Unit | None = None, **said: str) -> Contact:
        facts = ContactFacts(name=name, **{"email": f"{name}@example.com"} | said)
        return contacts.add_contact(facts, unit or cast.east, by=cast.chen, now=NINE_AM)

    return added
