"""
How notices go out: what is due for one reader becomes one message, and a message is
tried until it is taken or given up.

At least once: a worker that dies while it sends leaves the message claimed, and the next
one sends it again under the same key. Who gets it twice can tell by that.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import uuid4

from apprise import Apprise
from apprise.plugins.base import NotifyBase
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from standardwebhooks import Webhook

from gapless.core.jobs.working import Run

from .choices import ChannelKind, DeliveryState, Failure
from .messages import json_of, letter_of, lines_of
from .models import Channel, Delivery, Notice
from .outgoing import TooMuch, guarded, post
from .outside import NotOutside
from .rules import LEASE, MAX_ATTEMPTS, bot_token, pause

SEND = "notices.send"
READERS = 200  # put together in one transaction
CARRIED = 500  # notices in one message to a channel
A_MINUTE = 200  # messages in one run: the next minute goes on

SMTP_SECONDS = 20
PERMANENT = 500
"""From this reply on, a mail server will never take the address (RFC 5321, 4.2.1)."""

PARTS = {
    ChannelKind.WECOM: ("wecombot", "key"),
    ChannelKind.DINGTALK: ("dingtalk", "token"),
    ChannelKind.FEISHU: ("feishu", "token"),
}
"""What apprise calls a bot, and its token."""

FINAL = frozenset({Failure.NOT_OUTSIDE, Failure.WRONG, Failure.NOBODY})
"""Trying again would change nothing; somebody has to mend something."""


class Failed(Exception):
    """It was not taken; why is in ``why``."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why)
        self.why = why


def run_sending(run: Run) -> None:
    """The job of every minute."""
    # What comes in meanwhile is for the next minute: in a storm, too, one message each.
    begun, moving = run.now(), True
    while moving:
        with run.step():
            moving = put_together(now=begun)
    broken: set[int | None] = set()
    due = Delivery.objects.due(run.now()).order_by("next_attempt_at", "pk")
    for pk, channel in list(due.values_list("pk", "channel")[:A_MINUTE]):
        # What just failed is not asked again at once: a dead server costs one wait.
        if channel not in broken:
            run.check()
            if not send(pk, clock=run.now):
                broken.add(channel)


# --- Into messages --------------------------------------------------------------------


def _due(now: datetime) -> QuerySet[Notice]:
    # Nothing is held back for longer than two days: it was due before the clock went back.
    due = Q(due_at__lte=now) | Q(due_at__gt=now + timedelta(days=3))
    return Notice.objects.going_out().filter(due)


@transaction.atomic
def put_together(*, now: datetime) -> bool:
    """
    Make one message each of what is due for some readers, and say whether there were any.
    What somebody has read by then need not be sent.
    """
    due = _due(now)
    unreachable = Q(person__is_active=False) | Q(person__email="")
    gone = unreachable | Q(channel__disabled_at__isnull=False)
    Notice.objects.filter(pk__in=due.filter(gone).values("pk")).update(due_at=None)
    readers = due.order_by("person_id", "channel_id").values_list("person_id", "channel_id")
    messages = Delivery.objects.bulk_create(
        Delivery(
            person_id=person,
            channel_id=channel,
            key=uuid4().hex,
            next_attempt_at=now,
            created_at=now,
        )
        for person, channel in readers.distinct()[:READERS]
    )
    for message in messages:
        _carry(message, now=now)
    return bool(messages)


def _carry(message: Delivery, *, now: datetime) -> None:
    own = _due(now).filter(person=message.person_id, channel=message.channel_id)
    if message.channel_id:
        first = list(own.order_by("pk").values_list("pk", flat=True)[:CARRIED])
        own = Notice.objects.going_out().filter(pk__in=first)
    # The filter decides: of two workers that look at once, one finds them carried.
    if not own.update(delivery=message):
        message.delete()


# --- On their way ---------------------------------------------------------------------


def send(pk: int, *, clock: Callable[[], datetime]) -> bool:
    """Try one message; whether its way out works, as far as this shows."""
    message = _claimed(pk, now=clock())
    if message is None:
        return True
    try:
        _hand_over(message, now=clock())
    except Failed as failed:
        _settle(message, failed.why, now=clock())
        return failed.why in FINAL
    _settle(message, None, now=clock())
    return True


def _claimed(pk: int, *, now: datetime) -> Delivery | None:
    """The message, if it is ours to send now: however many workers reach for it."""
    found = Delivery.objects.due(now).filter(pk=pk).first()
    if found is None:
        return None
    this = Delivery.objects.due(now).filter(pk=pk, attempts=found.attempts)
    if found.attempts >= MAX_ATTEMPTS:  # its workers died of it
        this.update(state=DeliveryState.DEAD)
        return None
    won = this.update(attempts=found.attempts + 1, next_attempt_at=now + LEASE)
    if not won:
        return None
    return Delivery.objects.select_related("person", "channel__unit").get(pk=pk)


def _settle(message: Delivery, why: Failure | None, *, now: datetime) -> None:
    # A worker that was taken for dead has not the last attempt, and writes nothing.
    this = Delivery.objects.filter(
        pk=message.pk, attempts=message.attempts, state=DeliveryState.WAITING
    )
    if why is None:
        this.update(state=DeliveryState.SENT, sent_at=now, failure="")
    elif why in FINAL or message.attempts >= MAX_ATTEMPTS:
        this.update(state=DeliveryState.DEAD, failure=why)
    else:
        this.update(failure=why, next_attempt_at=now + pause(message.attempts))


def _hand_over(message: Delivery, *, now: datetime) -> None:
    """:raises Failed: it was not taken."""
    notices = list(message.notices.select_related("wording").order_by("pk"))
    if not notices:  # taken back meanwhile: there is nothing to say
        return
    channel = message.channel
    try:
        if channel is None:
            _mail(message, notices)
        elif channel.disabled_at:
            raise Failed(Failure.NOBODY)
        elif channel.kind == ChannelKind.WEBHOOK:
            _hook(channel, message.key, notices, now=now)
        else:
            _messenger(channel, notices)
    except NotOutside as error:
        raise Failed(Failure.NOT_OUTSIDE) from error
    except TooMuch as error:
        raise Failed(Failure.TOO_MUCH) from error
    except OSError as error:  # of which smtplib's and requests' errors are kinds
        raise Failed(Failure.UNREACHED) from error


def _mail(message: Delivery, notices: list[Notice]) -> None:
    person = message.person
    if person is None or not person.email or not person.is_active:
        raise Failed(Failure.NOBODY)
    letter = letter_of(message, notices)
    mail = EmailMessage(
        letter.subject,
        letter.body,
        settings.DEFAULT_FROM_EMAIL,
        [letter.to],
        headers={
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",  # no reply from somebody's holiday
        },
        connection=get_connection(timeout=SMTP_SECONDS),
    )
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        if all(code >= PERMANENT for code, _reply in error.recipients.values()):
            raise Failed(Failure.NOBODY) from error
        raise


def _hook(channel: Channel, key: str, notices: list[Notice], *, now: datetime) -> None:
    body = json_of(channel, notices, now)
    status = post(channel.address, body, _signed(channel, key, body, now))
    if not 200 <= status < 300:
        raise Failed(Failure.REFUSED)


def _signed(channel: Channel, key: str, body: str, now: datetime) -> Mapping[str, str]:
    """The headers of Standard Webhooks 1.0: who gets a copy can tell it by the id."""
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Gapless",
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(channel.secret).sign(key, now, body),
    }


def _messenger(channel: Channel, notices: list[Notice]) -> None:
    plugin = plugin_of(ChannelKind(channel.kind), channel.address, channel.secret)
    if plugin is None:
        raise Failed(Failure.WRONG)
    text = lines_of(channel, notices)
    with guarded() as call:
        taken = plugin.notify(body=text)
    # They answer 200 to everything, and say in the text whether they took it.
    if not call.answers:
        raise Failed(Failure.UNREACHED)
    if not taken or not _taken(call.answers[-1].content):
        raise Failed(Failure.REFUSED)


def plugin_of(kind: ChannelKind, address: str, secret: str) -> NotifyBase | None:
    """Apprise's part for a bot, made of the address that the messenger gives; or None."""
    schema, name = PARTS[kind]
    parts = {"schema": schema, name: bot_token(kind, address)}
    if kind == ChannelKind.DINGTALK and secret:
        parts["secret"] = secret
    plugin = Apprise.instantiate(parts)
    return plugin if isinstance(plugin, NotifyBase) else None


def _taken(answer: bytes) -> bool:
    """Whether the messenger says that it took it: a code, and the code is 0."""
    try:
        said = json.loads(answer)
    except ValueError:
        return False
    code = said.get("errcode", said.get("code")) if isinstance(said, dict) else None
    return code == 0
