"""Notices on their way out: put together, tried, given up, and said so."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail

from gapless.core.notices import sending
from gapless.core.notices.actions import read_notices
from gapless.core.notices.choices import DeliveryState, Failure, Mail
from gapless.core.notices.choosing import Chosen, Times, choose
from gapless.core.notices.models import Delivery, Notice
from gapless.core.notices.rules import LEASE, MAX_ATTEMPTS, pause
from gapless.core.notices.sending import put_together, send
from tests.conftest import NINE_AM, Cast
from tests.core.notices.minutes import run, tell

pytestmark = pytest.mark.django_db


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)


# --- Mail -----------------------------------------------------------------------------


def test_an_urgent_notice_is_a_mail_of_its_own(cast: Cast) -> None:
    tell(cast.wang)
    run()

    (letter,) = mail.outbox
    assert letter.to == ["wang@example.com"]
    assert letter.subject == "A bad answer about East hall needs a follow-up"
    assert "http://localhost:8000/follow-ups/17/" in letter.body
    assert "due at 2026-03-03 09:00" in letter.body  # by Wang's clock
    assert "/notices/choices/" in letter.body
    assert letter.extra_headers["Message-ID"].endswith("@localhost>")


def test_what_is_due_together_is_one_mail(cast: Cast) -> None:
    for key in "abc":
        tell(cast.wang, key, urgent=False)
    run()
    assert mail.outbox == []

    run(NINE_AM + timedelta(hours=15))  # 08:00 in Shanghai

    (letter,) = mail.outbox
    assert letter.subject == "3 notices"
    assert letter.body.count("needs a follow-up") == 3
    assert "— Follow-ups —" in letter.body
    run(NINE_AM + timedelta(hours=16))
    assert len(mail.outbox) == 1


def test_a_digest_leaves_out_what_was_read(cast: Cast) -> None:
    tell(cast.wang, "a", urgent=False)
    tell(cast.wang, "b", urgent=False)
    read_notices([Notice.objects.get(key="a").pk], person_id=cast.wang.pk, now=NINE_AM)

    run(NINE_AM + timedelta(days=1))

    assert mail.outbox[0].subject == "A bad answer about East hall needs a follow-up"


def test_a_long_digest_lists_the_urgent_ones_and_counts_the_others(cast: Cast) -> None:
    for n in range(60):
        tell(cast.wang, str(n), urgent=False)
    run(NINE_AM + timedelta(days=1))

    assert mail.outbox[0].subject == "60 notices"
    assert mail.outbox[0].body.count("/follow-ups/17/") == 50
    assert "10 more stand in your inbox" in mail.outbox[0].body


def test_a_digest_is_in_the_readers_language(cast: Cast) -> None:
    cast.wang.language = "zh-hans"
    cast.wang.save()
    tell(cast.wang)
    run()

    assert mail.outbox[0].subject == "East hall有一条差评需要跟进"


def test_who_has_no_address_keeps_it_in_the_inbox(cast: Cast) -> None:
    cast.wang.email = ""
    cast.wang.save()
    tell(cast.wang)
    run()

    assert Delivery.objects.count() == 0
    assert not Notice.objects.going_out().exists()


def test_a_mail_server_that_is_away_is_tried_again_with_the_same_id(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast.wang)
    with monkeypatch.context() as patch:
        refusing(patch, SMTPServerDisconnected("gone"))
        run()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.failure) == (DeliveryState.WAITING, Failure.UNREACHED)
    assert waiting.next_attempt_at == NINE_AM + pause(1)

    run(NINE_AM + pause(1))

    assert Delivery.objects.get().state == DeliveryState.SENT
    assert len(mail.outbox) == 1


def test_a_dead_mail_server_costs_one_wait_a_minute(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for someone in (cast.wang, cast.li, cast.zhao):
        tell(someone)
    refusing(monkeypatch, TimeoutError())
    run()

    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_after_its_last_try_a_message_is_given_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast.wang)
    refusing(monkeypatch, TimeoutError())
    now = NINE_AM
    for _ in range(MAX_ATTEMPTS + 3):
        run(now)
        now += timedelta(hours=13)

    dead = Delivery.objects.get()
    assert (dead.state, dead.attempts) == (DeliveryState.DEAD, MAX_ATTEMPTS)
    assert dead.failure == Failure.UNREACHED


def test_a_mailbox_that_does_not_exist_is_not_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast.wang)
    refusing(monkeypatch, SMTPRecipientsRefused({"wang@example.com": (550, b"no such")}))
    run()

    dead = Delivery.objects.get()
    assert (dead.state, dead.failure) == (DeliveryState.DEAD, Failure.NOBODY)


def test_of_two_workers_one_sends(cast: Cast) -> None:
    tell(cast.wang)
    put_together(now=NINE_AM)
    pk = Delivery.objects.get().pk

    first = sending._claimed(pk, now=NINE_AM)
    second = sending._claimed(pk, now=NINE_AM)

    assert first is not None
    assert second is None


def test_a_worker_that_died_while_sending_leaves_it_to_the_next(cast: Cast) -> None:
    tell(cast.wang)
    put_together(now=NINE_AM)
    slow = sending._claimed(Delivery.objects.get().pk, now=NINE_AM)
    assert slow is not None
    run(NINE_AM + LEASE)
    assert len(mail.outbox) == 1

    # The first one was only slow; what it says now is no longer asked.
    sending._settle(slow, Failure.UNREACHED, now=NINE_AM + LEASE)

    assert Delivery.objects.get().state == DeliveryState.SENT


def test_what_kills_its_workers_is_given_up(cast: Cast) -> None:
    tell(cast.wang)
    put_together(now=NINE_AM)
    pk = Delivery.objects.get().pk
    now = NINE_AM
    for _ in range(MAX_ATTEMPTS):
        assert sending._claimed(pk, now=now) is not None
        now += LEASE

    assert send(pk, clock=lambda: now)
    assert Delivery.objects.get().state == DeliveryState.DEAD
    assert mail.outbox == []


@pytest.mark.parametrize("back", [timedelta(days=1), timedelta(days=400)])
def test_a_clock_set_back_loses_nothing(cast: Cast, back: timedelta) -> None:
    choose(cast.wang.pk, {"follow_up": Chosen(Mail.AT_ONCE)}, Times(), now=NINE_AM)
    tell(cast.wang, now=NINE_AM)

    run(NINE_AM - back)
    run(NINE_AM)

    assert len(mail.outbox) == 1


def test_a_message_of_a_clock_that_ran_ahead_does_not_wait_for_it(cast: Cast) -> None:
    tell(cast.wang)
    put_together(now=NINE_AM + timedelta(days=400))

    run(NINE_AM)

    assert len(mail.outbox) == 1
