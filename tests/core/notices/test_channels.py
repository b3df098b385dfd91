"""The organisation's channels: what each posts, how it is signed, and when it fails."""

import json
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

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
from gapless.core.notices.choices import ChannelKind, DeliveryState, Failure
from gapless.core.notices.models import Channel, Delivery, Notice
from gapless.core.notices.outgoing import TooMuch
from gapless.core.notices.outside import NotOutside
from gapless.core.notices.rules import pause
from tests.conftest import NINE_AM, Cast
from tests.core.notices.minutes import run, tell

pytestmark = pytest.mark.django_db

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=a1b2c3d4e5"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/aaaa-bbbb-cccc"


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
