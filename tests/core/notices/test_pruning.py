"""What is old goes every day; what nobody has read, or did not get out, stays."""

from datetime import datetime, timedelta

import pytest

from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices.actions import read_notices
from gapless.core.notices.channels import ChannelFacts, add_channel
from gapless.core.notices.choices import ChannelKind, DeliveryState
from gapless.core.notices.models import Delivery, Notice
from gapless.core.notices.pruning import BATCH, KEPT, PRUNE
from gapless.loop import DAILY, JOBS
from tests.conftest import NINE_AM, Cast
from tests.core.notices.minutes import run, tell

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def prune(now: datetime) -> None:
    enqueue(PRUNE, {}, now=now)
    job = run_next({PRUNE: JOBS[PRUNE]}, clock=lambda: now)
    assert job is not None
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def kept() -> set[str]:
    return set(Notice.objects.values_list("key", flat=True))


def read(cast: Cast, *keys: str, now: datetime = NINE_AM) -> None:
    pks = Notice.objects.filter(key__in=keys).values_list("pk", flat=True)
    read_notices(list(pks), person_id=cast.wang.pk, now=now)


def test_it_is_done_every_day() -> None:
    assert PRUNE in DAILY


def test_what_was_read_half_a_year_ago_goes(cast: Cast) -> None:
    for key in ("old", "newer", "unread"):
        tell(cast.wang, key)
    run()
    read(cast, "old")
    read(cast, "newer", now=NINE_AM + MINUTE)

    prune(NINE_AM + KEPT - MINUTE)
    assert kept() == {"old", "newer", "unread"}
    prune(NINE_AM + KEPT)

    assert kept() == {"newer", "unread"}
    assert Delivery.objects.count() == 1  # it carried the others, too


def test_a_message_goes_when_it_carries_nothing_any_more(cast: Cast) -> None:
    tell(cast.wang, "sent")
    run()
    read(cast, "sent")

    prune(NINE_AM + KEPT)

    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.DEAD])
def test_what_did_not_get_out_stays(cast: Cast, state: DeliveryState) -> None:
    tell(cast.wang, "stuck")
    run()
    Delivery.objects.update(state=state, sent_at=None)
    read(cast, "stuck")

    prune(NINE_AM + 2 * KEPT)

    assert kept() == {"stuck"}
    assert Delivery.objects.count() == 1


def test_what_was_read_before_it_went_out_needs_no_message(cast: Cast) -> None:
    tell(cast.wang, "digest", urgent=False)
    read(cast, "digest")

    prune(NINE_AM + KEPT)

    assert kept() == set()


def test_what_was_posted_goes_and_what_waits_for_its_channel_stays(cast: Cast) -> None:
    channel = add_channel(
        cast.city,
        ChannelFacts(
            kind=ChannelKind.WEBHOOK,
            name="Duty room",
            address="https://hooks.example/in",
            secret="",
            groups=("follow_up",),
            language="en",
        ),
        by=cast.ma,
        now=NINE_AM,
    )
    for key in ("posted", "waits"):
        tell(None, key, unit=cast.east)
    Notice.objects.filter(key="posted").update(
        delivery=Delivery.objects.create(
            channel=channel,
            key="k",
            state=DeliveryState.SENT,
            next_attempt_at=NINE_AM,
            created_at=NINE_AM,
            sent_at=NINE_AM,
        )
    )

    prune(NINE_AM + KEPT)

    assert kept() == {"waits"}


def test_many_go_in_batches(cast: Cast) -> None:
    Notice.objects.bulk_create(
        Notice(
            person=cast.wang,
            kind="follow_up.opened",
            key=str(number),
            created_at=NINE_AM,
            read_at=NINE_AM if number % 2 else None,
        )
        for number in range(2 * BATCH + 2)
    )

    prune(NINE_AM + KEPT)

    assert Notice.objects.count() == BATCH + 1
    assert not Notice.objects.exclude(read_at=None).exists()
