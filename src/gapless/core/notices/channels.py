"""Verbs of the organisation's channels: where its notices are posted besides inboxes."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Protocol

from django.conf import settings
from django.db import transaction

from gapless.core.audit.actions import record

from .choices import ChannelKind, DeliveryState
from .models import Channel, Delivery, Notice
from .outside import check_address
from .rules import bot_token

TEST = "channel.test"


class Actor(Protocol):
    pk: int
    name: str


class Place(Protocol):
    pk: int
    path: str


class Switched(Exception):
    """The channel is in this state already."""


class NoBot(Exception):
    """The address is not one that this messenger gives for its bots."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What an administrator says about a channel."""

    kind: ChannelKind
    name: str
    address: str
    secret: str
    groups: tuple[str, ...]
    language: str


def check_channel(kind: ChannelKind, address: str) -> None:
    """
    Whether we would post to this address at all.

    :raises NoBot: it is not a bot of this messenger.
    :raises NotOutside: it does not lead outside.
    """
    if kind == ChannelKind.WEBHOOK:
        check_address(address, inside=settings.OUTGOING_HOSTS)
    elif not bot_token(kind, address):
        raise NoBot(kind)


@transaction.atomic
def add_channel(unit: Place, facts: ChannelFacts, *, by: Actor, now: datetime) -> Channel:
    """
    Post the notices about this unit and those below it there, from now on.

    :raises NoBot: it is not a bot of this messenger.
    :raises NotOutside: it does not lead outside.
    """
    check_channel(facts.kind, facts.address)
    channel = Channel.objects.create(
        kind=facts.kind,
        name=facts.name,
        address=facts.address.strip(),
        secret=facts.secret or _secret_for(facts.kind),
        unit_id=unit.pk,
        groups=list(facts.groups),
        language=facts.language,
        created_by_id=by.pk,
        created_at=now,
    )
    record(
        "channel.added",
        subject=channel,
        by=by,
        at=now,
        unit=unit,
        kind=facts.kind,
        name=facts.name,
    )
    return channel


def _secret_for(kind: ChannelKind) -> str:
    """A webhook's messages are signed; the receiver gets to know the secret from us."""
    if kind != ChannelKind.WEBHOOK:
        return ""
    return f"whsec_{b64encode(token_bytes(24)).decode()}"


@transaction.atomic
def disable_channel(channel: Channel, *, by: Actor, now: datetime) -> None:
    """
    Post nothing there any more, nor what waits.

    :raises Switched: it is off already.
    """
    this = Channel.objects.filter(pk=channel.pk, disabled_at=None)
    if not this.update(disabled_at=now):
        raise Switched(channel)
    record("channel.disabled", subject=channel, by=by, at=now, unit=channel.unit)


@transaction.atomic
def enable_channel(channel: Channel, *, by: Actor, now: datetime) -> None:
    """
    Post there again.

    :raises Switched: it is on already.
    """
    this = Channel.objects.filter(pk=channel.pk, disabled_at__isnull=False)
    if not this.update(disabled_at=None):
        raise Switched(channel)
    record("channel.enabled", subject=channel, by=by, at=now, unit=channel.unit)


@transaction.atomic
def send_test(channel: Channel, *, by: Actor, now: datetime) -> None:
    """
    Post one message there, by the way that all go: within a minute.

    :raises Switched: it is off.
    """
    if channel.disabled_at:
        raise Switched(channel)
    Notice.objects.create(
        channel=channel,
        kind=TEST,
        key=f"{TEST}:{now.isoformat()}",
        facts={"channel": channel.name, "person": by.name},
        created_at=now,
        due_at=now,
    )
    record("channel.tested", subject=channel, by=by, at=now, unit=channel.unit)


@transaction.atomic
def try_again(deliveries: Iterable[int], channel: Channel, *, now: datetime) -> int:
    """Send what was given up once more from the start; how many there are."""
    dead = Delivery.objects.dead().filter(channel=channel, pk__in=deliveries)
    return dead.update(
        state=DeliveryState.WAITING, attempts=0, failure="", next_attempt_at=now
    )
