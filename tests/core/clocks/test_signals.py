"""A pause that begins when hardly any time is left is a signal; before, it is a pause."""

from datetime import timedelta

import pytest

from gapless.core.clocks.models import Clock
from gapless.core.clocks.queries import whole
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import HOUR, happens, limit, started

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(cast: Cast) -> Clock:
    """Ten hours, of which the tenth is the last."""
    limit(pauses=[{"reason": "awaiting_customer"}])
    return started(cast.east)


def pause(minutes: int, *, until: int) -> None:
    at = NINE_AM + minutes * MINUTE
    happens("paused", at=at, reason="awaiting_customer")
    happens("resumed", at=NINE_AM + until * MINUTE)


@pytest.mark.parametrize(
    ("minutes", "signals"), [(60, 0), (539, 0), (540, 1), (599, 1), (600, 0), (660, 0)]
)
def test_the_last_tenth_is_half_open(clock: Clock, minutes: int, signals: int) -> None:
    pause(minutes, until=minutes + 5)

    assert len(whole(clock, now=NINE_AM + 20 * HOUR).late_pauses) == signals


def test_time_that_was_paused_is_not_used(clock: Clock) -> None:
    """After 60 of 600 minutes it rests for 500: at 560 only 60 have run."""
    pause(60, until=560)
    pause(570, until=580)
    pause(1_060, until=1_070)  # 60 + 10 + 480 have run: 550 of 600

    found = whole(clock, now=NINE_AM + 40 * HOUR).late_pauses

    assert [each.starts_at for each in found] == [NINE_AM + 1_060 * MINUTE]
