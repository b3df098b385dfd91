"""When it is proposed to see something again, at whatever hour somebody asks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import localtime

from gapless.people.work.rules import Entry
from gapless.web.work.forms import proposals


def entry(due_at: datetime) -> Entry:
    return Entry(
        area="test",
        number=1,
        title="Call back",
        where="East hall",
        why="Asked for a call",
        url="/",
        due_at=due_at,
        opened_at=due_at - timedelta(days=3),
        action="See to it",
        unit_path="0001",
    )


@pytest.mark.parametrize(
    ("hour", "wanted"),
    [(17, [9]), (1, [10, 13, 9]), (12, [9])],  # in Shanghai 1 at night, 9 and 20
)
def test_there_is_a_moment_before_the_date(hour: int, wanted: list[int]) -> None:
    now = datetime(2026, 3, 2, hour, 0, tzinfo=UTC)

    found = proposals(entry(now + timedelta(hours=30)), now)

    assert [localtime(each).hour for each in found] == wanted
