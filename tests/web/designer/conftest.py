import pytest

from gapless.core.instruments.drafting import begin_form
from tests.conftest import NINE_AM
from tests.web.designer.at_the_desk import Desk


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.chen)
    draft = begin_form("hall", {"zh-hans": "营业厅"}, by=cast.chen, now=NINE_AM)
    return Desk(client, draft.form)
