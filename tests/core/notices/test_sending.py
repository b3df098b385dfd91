"""Notices on their way out: put together, tried, given up, and said so."""

import json
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
import requests
from django.core import mail
from standardwebhooks import Webhook

from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices import sending
from gapless.core.notices.actions import notify, read_notices
from gapless.core.notices.channels import (
    ChannelFacts,
    NoBot,
    Switched,
    add_channel,
    disable_channel,
    enable_channel,
    send_test,
    try_again,
)
from gapless.core.notices.choices import ChannelKind, DeliveryState, Failure, Mail
from gapless.core.notices.choosing import Chosen, Times, choose
from gapless.core.notices.models import Channel, Delivery, Notice
from gapless.core.notices.outgoing import TooMuch
from gapless.core.notices.outside import NotOutside
from gapless.core.notices.rules import LEASE, MAX_ATTEMPTS, pause
from gapless.core.notices.sending import SEND, put_together, run_sending, send
from tests.conftest import NINE_AM, Cast

pytestmark = pytest.mark.django_db

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=a1b2c3d4e5"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/aaaa-bbbb-cccc"


def tell(person, key="a", *, urgent=True, unit=None, now: datetime = NINE_AM) -> None:
    facts = {"number": 17, "campaign": "Spring", "unit": "East hall"}
    notify(
        [person.pk] if person else [],
        "follow_up.opened",
        key=key,
        facts=facts | {"due_at": "2026-03-03T01:00:00+00:00"},
        url="/follow-ups/17/",
        urgent=urgent,
        unit=unit,
        now=now,
    )


def run(now: datetime = NINE_AM) -> None:
    """What the worker does in a minute."""
    enqueue(SEND, {}, now=now)
    job = run_next({SEND: run_sending}, clock=lambda: now)
    assert job is not None
    job.refresh_from_db()
    assert job.state == "done", job.error


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


# --- Channels of the organisation -----------------------------------------------------


def channel(cast: Cast, kind: ChannelKind, address: str, unit=None, **more: Any) -> Channel:
    facts = {"secret": "", "groups": ("follow_up",), "language": "en"} | more
    return add_channel(
        unit or cast.city,
        ChannelFacts(kind=kind, name="Duty room", address=address, **facts),
        by=cast.ma,
        now=NINE_AM,
    )


class Net:
    """The world, as far as it answers to posts."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, dict[str, str]]] = []
        self.answer: tuple[int, bytes] = (200, b'{"errcode": 0, "code": 0}')
        self.error: Exception | None = None

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        if self.error:
            raise self.error
        body = request.body or b""
        text = body.decode() if isinstance(body, bytes) else body
        self.posts.append((str(request.url), text, dict(request.headers)))
        response = requests.Response()
        response.status_code, content = self.answer
        response.raw = _Body(content)
        response.url = str(request.url)
        return response


class _Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, *_: Any, **__: Any) -> bytes:
        content, self.content = self.content, b""
        return content


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    world = Net()
    monkeypatch.setattr(requests.Session, "send", lambda _, each, **__: world.send(each))
    return world


def test_a_webhook_gets_the_facts_and_can_tell_who_sent_them(cast: Cast, net: Net) -> None:
    hook = channel(cast, ChannelKind.WEBHOOK, "https://hooks.example/in")
    tell(None, "a", unit=cast.east)
    tell(None, "b", unit=cast.east)
    run()

    ((address, body, headers),) = net.posts
    assert address == "https://hooks.example/in"
    told = json.loads(body)["data"]["notices"]
    assert [each["key"] for each in told] == ["a", "b"]
    assert told[0]["facts"]["number"] == 17
    assert told[0]["url"] == "http://localhost:8000/follow-ups/17/"
    signed = Webhook(hook.secret).sign(headers["webhook-id"], NINE_AM, body)
    assert headers["webhook-signature"] == signed
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_another_try_carries_the_same_id(cast: Cast, net: Net) -> None:
    channel(cast, ChannelKind.WEBHOOK, "https://hooks.example/in")
    tell(None, unit=cast.east)
    net.answer = (503, b"later")
    run()
    assert Delivery.objects.get().failure == Failure.REFUSED
    net.answer = (204, b"")
    run(NINE_AM + pause(1))

    first, second = net.posts
    assert first[2]["webhook-id"] == second[2]["webhook-id"]
    assert Delivery.objects.get().state == DeliveryState.SENT


@pytest.mark.parametrize(
    ("kind", "address", "host"),
    [
        (ChannelKind.WECOM, WECOM, "qyapi.weixin.qq.com"),
        (ChannelKind.DINGTALK, DINGTALK, "oapi.dingtalk.com"),
        (ChannelKind.FEISHU, FEISHU, "open.feishu.cn"),
    ],
)
def test_messengers_get_their_lines(cast: Cast, net: Net, kind, address, host) -> None:
    channel(cast, kind, address, secret="SECabc" if kind == ChannelKind.DINGTALK else "")
    tell(None, unit=cast.east)
    run()

    ((posted, body, _),) = net.posts
    assert posted.startswith(f"https://{host}/")
    assert "needs a follow-up" in body
    assert ("sign=" in posted) == (kind == ChannelKind.DINGTALK)
    assert Delivery.objects.get().state == DeliveryState.SENT


@pytest.mark.parametrize(
    "answer",
    [b'{"errcode": 93000, "errmsg": "bad"}', b'{"code": 9499}', b"x", b"[]"],
)
def test_a_messenger_that_says_no_in_a_200_is_believed(
    cast: Cast, net: Net, answer
) -> None:
    channel(cast, ChannelKind.WECOM, WECOM)
    tell(None, unit=cast.east)
    net.answer = (200, answer)
    run()

    assert Delivery.objects.get().failure == Failure.REFUSED


def test_a_storm_in_a_messenger_is_one_message(cast: Cast, net: Net) -> None:
    channel(cast, ChannelKind.WECOM, WECOM)
    for n in range(200):
        tell(None, str(n), unit=cast.east)
    run()

    ((_, body, _),) = net.posts
    text = json.loads(body)["text"]["content"]
    assert len(text.encode()) < 2048
    assert "more stand in Gapless" in text


def test_a_channel_posts_what_it_is_for(cast: Cast, net: Net) -> None:
    channel(cast, ChannelKind.WECOM, WECOM, unit=cast.west)
    channel(cast, ChannelKind.FEISHU, FEISHU, groups=("time_limit",))
    tell(cast.wang, unit=cast.east)  # of another hall, and of another group

    assert not Notice.objects.filter(channel__isnull=False).exists()


@pytest.mark.parametrize(
    ("error", "state", "failure"),
    [
        (NotOutside("x"), DeliveryState.DEAD, Failure.NOT_OUTSIDE),
        (TooMuch("x"), DeliveryState.WAITING, Failure.TOO_MUCH),
        (requests.ConnectionError("x"), DeliveryState.WAITING, Failure.UNREACHED),
    ],
)
@pytest.mark.parametrize("bot", [True, False])
def test_why_it_failed_is_kept_in_a_word(
    cast: Cast, net: Net, error, state, failure, bot
) -> None:
    if bot:
        channel(cast, ChannelKind.WECOM, WECOM)
    else:
        channel(cast, ChannelKind.WEBHOOK, "https://hooks.example/in")
    tell(None, unit=cast.east)
    net.error = error
    run()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.failure) == (state, failure)


def test_what_was_given_up_can_be_tried_again(cast: Cast, net: Net) -> None:
    hook = channel(cast, ChannelKind.WEBHOOK, "https://hooks.example/in")
    tell(None, unit=cast.east)
    net.error = NotOutside("x")
    run()
    net.error = None

    assert try_again([Delivery.objects.get().pk], hook, now=NINE_AM) == 1
    run()

    assert Delivery.objects.get().state == DeliveryState.SENT
    assert try_again([Delivery.objects.get().pk], hook, now=NINE_AM) == 0


def test_a_channel_that_is_off_posts_nothing(cast: Cast, net: Net) -> None:
    hook = channel(cast, ChannelKind.WEBHOOK, "https://hooks.example/in")
    tell(None, "a", unit=cast.east)
    disable_channel(hook, by=cast.ma, now=NINE_AM)
    tell(None, "b", unit=cast.east)
    run()
    assert net.posts == []
    with pytest.raises(Switched):
        disable_channel(hook, by=cast.ma, now=NINE_AM)

    enable_channel(hook, by=cast.ma, now=NINE_AM)
    hook.refresh_from_db()
    send_test(hook, by=cast.ma, now=NINE_AM)
    run()
    assert "Ma wanted to know" in net.posts[0][1]


def test_addresses_that_lead_elsewhere_are_refused_when_they_are_said(cast: Cast) -> None:
    with pytest.raises(NoBot):
        channel(cast, ChannelKind.WECOM, FEISHU)
    for address in ("http://hooks.example/", "https://127.0.0.1/", "https://a@b.example/"):
        with pytest.raises(NotOutside):
            channel(cast, ChannelKind.WEBHOOK, address)


def test_the_database_by_itself_tells_no_address(cast: Cast) -> None:
    channel(cast, ChannelKind.WECOM, WECOM)

    raw = Channel.objects.extra(select={"raw": "address"}).values_list("raw", flat=True)

    assert "693a91f6" not in raw[0]
