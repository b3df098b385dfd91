import logging
from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import DjangoDbBlocker

from gapless.web.answering import limits
from tests.conftest import NINE_AM

from .company import Company, found, rolled_back
from .plants import PLANTS, plant_shared


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """One company for a whole module, at a moment that stands still."""
    logging.disable(logging.ERROR)  # thousands of refusals, all on purpose
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NINE_AM, tick=False),
        rolled_back(),
        pytest.MonkeyPatch.context() as patch,
    ):
        # Everybody knocks from one address here, within one minute.
        patch.setitem(limits.FAILURES, "token", 1_000_000)
        patch.setitem(limits.FAILURES, "receipt", 1_000_000)
        patch.setitem(limits.FAILURES, "feed", 1_000_000)
        yield found(PLANTS, plant_shared)
    logging.disable(logging.NOTSET)
