"""
Answers come in. What is acknowledged has been committed, once, whatever is sent again
(reliability.md D5): the response's key decides, and its receipt is derived from it. A
door is found anew for every request, so what it knows of its campaign is fresh.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from gapless.core.audit.rules import network
from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.reading import (
    Fields,
    Problem,
    Said,
    carrying,
    left_out,
    read,
)
from gapless.people.org.models import Person

from . import rules
from .choices import CollectorKind, ResponseState
from .models import Response
from .queries import Door
from .rules import SAME_DEVICE, UNWATCHED
from .settling import Worth, settle, weigh
from .taking_back import NoSuchReceipt, TooLate, withdraw
from .tokens import receipt_code

__all__ = [
    "Closed",
    "HandedIn",
    "Incomplete",
    "KeyReused",
    "NoSuchReceipt",
    "Receipt",
    "TooLate",
    "TooMany",
    "Used",
    "device_hash",
    "finish",
    "network_hash",
    "save",
    "saved",
    "withdraw",
]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONGEST_SECONDS = 24 * 60 * 60
_KEY = re.compile(r"[A-Za-z0-9._~-]{1,64}")


class Closed(Exception):
    """The campaign does not take answers: not yet, or not any more."""


class Incomplete(Exception):
    """Something required is missing or cannot be right; ``problems`` says what. Saved."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{each.code} {each.item}" for each in problems))
        self.problems = tuple(problems)


class KeyReused(Exception):
    """No key at all, or something else was handed in under it or at another door."""


class Used(Exception):
    """The invitation was answered already, with other words."""


class _Overtaken(Exception):
    """Between our looking and our writing, the response has ended otherwise."""


class TooMany(Exception):
    """Too many answers from one place; try again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a device sends, to be saved or to be handed in."""

    key: str
    fields: Fields
    language: str
    seconds: int | None
    device: str  # device_hash
    network: str  # network_hash
    seq: int = 0
    new_device: bool = False  # which has never handed anything in
    entered_by: Person | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the customer holds: to read how it went, and to take the answer back."""

    code: str
    state: ResponseState
    again: bool  # it had come in before


def device_hash(cookie: str) -> str:
    """One device, as far as its cookie goes. Nothing leads back to the cookie."""
    return _hash("device", cookie) if cookie else ""


def network_hash(address: str, now: datetime) -> str:
    """The network somebody came from, for a month: then it is another number."""
    near = network(address)
    return _hash("network", f"{now:%Y-%m} {near}") if near else ""


def _hash(purpose: str, words: str) -> str:
    return salted_hmac(f"gapless.{purpose}", words, algorithm="sha256").hexdigest()[:32]


# --- On the way -----------------------------------------------------------------------


@transaction.atomic
def save(door: Door, handed_in: HandedIn, *, now: datetime) -> None:
    """
    Keep what was said so far: all of it, in place of what was kept before. A save that
    comes late, and one after the end, changes nothing.

    :raises Closed: when the campaign takes no answers.
    :raises KeyReused: when the key belongs to another door.
    """
    _require_key(handed_in.key)
    said = carrying(draft_of(door.campaign.version), handed_in.fields)
    held = Response.objects.select_for_update().filter(key=handed_in.key).first()
    period = door.campaign.period
    if held is None:
        if not period.takes(now):
            raise Closed(door.campaign)
        started = {"started_at": now} if said else {}
        row = _row(door, handed_in, now, fields=said, seq=handed_in.seq, **started)
        Response.objects.bulk_create([row], ignore_conflicts=True)
        return
    _require_own(held, door)
    if held.state != ResponseState.OPEN or held.seq > handed_in.seq:
        return
    if not period.lets_finish(held.opened_at, now):
        raise Closed(door.campaign)
    Response.objects.filter(pk=held.pk).update(
        fields=said,
        seq=handed_in.seq,
        saved_at=now,
        started_at=held.started_at or (now if said else None),
        **_circumstances(handed_in),
    )


def saved(door: Door, key: str) -> dict[str, list[str]]:
    """What was kept under a key, to go on with it; empty once it has been handed in."""
    here = Response.objects.filter(key=key, collector=door.collector, unit=door.unit)
    kept: dict[str, list[str]] | None = here.values_list("fields", flat=True).first()
    return kept or {}


def _row(door: Door, handed_in: HandedIn, now: datetime, **values: Any) -> Response:
    return Response(
        campaign_id=door.campaign.pk,
        collector_id=door.collector.pk,
        unit_id=door.unit.pk,
        invitation_id=door.invitation.pk if door.invitation else None,
        key=handed_in.key,
        opened_at=now,
        saved_at=now,
        notice_version=door.campaign.notice_version,
        **_circumstances(handed_in),
        **values,
    )


def _circumstances(handed_in: HandedIn) -> dict[str, Any]:
    seconds, by = handed_in.seconds, handed_in.entered_by
    return {
        "language": handed_in.language[:10],
        "seconds": None if seconds is None else max(0, min(seconds, LONGEST_SECONDS)),
        "device": handed_in.device[:32],
        "network": handed_in.network[:32],
        "entered_by_id": by.pk if by else None,
    }


def _require_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise KeyReused(key)


def _require_own(response: Response, door: Door) -> None:
    here = (door.collector.pk, door.unit.pk)
    if (response.collector_id, response.unit_id) != here:
        raise KeyReused(response.key)


# --- Handing in -----------------------------------------------------------------------


def finish(door: Door, handed_in: HandedIn, *, now: datetime) -> Receipt:
    """
    Take an answer in, and acknowledge it once it has been committed. The same thing sent
    again gets the same receipt and changes nothing.

    :raises Incomplete: nothing is handed in, but what was said is saved.
    :raises Closed: when the campaign takes no answers; who had begun has ten minutes.
    :raises KeyReused: when something else was handed in under this key.
    :raises Used: when the invitation has been answered otherwise.
    :raises TooMany: when too much comes from this device or network.
    """
    _require_key(handed_in.key)
    draft = draft_of(door.campaign.version)
    said = read(draft, handed_in.fields)
    if problems := (*said.problems, *left_out(draft, said)):
        save(door, handed_in, now=now)
        if _is_finished(handed_in.key):
            raise (Used if door.invitation else KeyReused)(handed_in.key)
        raise Incomplete(problems)
    try:
        return _take_in(door, handed_in, said, now=now)
    except (IntegrityError, _Overtaken):
        # The same was handed in or saved at the same moment, and the other was first.
        return _take_in(door, handed_in, said, now=now)


def _is_finished(key: str) -> bool:
    done = Response.objects.filter(key=key).exclude(state=ResponseState.OPEN)
    return done.exists()


def _take_in(door: Door, handed_in: HandedIn, said: Said, *, now: datetime) -> Receipt:
    """
    All of it or nothing. Whatever can be found out beforehand is: of writers, SQLite lets
    in one at a time.

    :raises IntegrityError, _Overtaken: when somebody else did so meanwhile.
    """
    words = rules.fingerprint(carrying(draft_of(door.campaign.version), handed_in.fields))
    response = _held(handed_in.key) or _row(door, handed_in, now)
    _require_own(response, door)
    if response.state != ResponseState.OPEN:
        return _again(response, words, door)
    if not door.campaign.period.lets_finish(response.opened_at, now):
        raise Closed(door.campaign)
    odd = _odd_circumstances(door, handed_in, now)
    fewest = rules.fewest_seconds(len(said.asked), door.collector.usual_seconds)
    if handed_in.seconds is not None and handed_in.seconds < fewest:
        odd.add("speeding")
    for name, value in _circumstances(handed_in).items():
        setattr(response, name, value)
    response.fingerprint, response.fewest_seconds = words, fewest
    response.saved_at = now
    response.started_at = response.started_at or now
    return _count(response, door, weigh(response, door, said, odd=odd, now=now), now=now)


def _held(key: str) -> Response | None:
    """Every answer asks for this, so it is plain SQL: Django need not put it together."""
    found = Response.objects.raw("SELECT * FROM campaigns_response WHERE key = %s", [key])
    return next(iter(found), None)


@transaction.atomic
def _count(response: Response, door: Door, worth: Worth, *, now: datetime) -> Receipt:
    """
    Let the response end.

    :raises _Overtaken: when it was handed in, closed or erased meanwhile.
    """
    if response.pk:
        held = Response.objects.select_for_update().filter(pk=response.pk)
        latest = held.values_list("state", "fields", "seq").first()
        if latest is None or latest[0] != ResponseState.OPEN:
            raise _Overtaken(response.pk)
        response.fields, response.seq = latest[1:]
    ended = settle(response, door, worth, now=now)
    return Receipt(receipt_code(response.key), ended, again=False)


def _again(response: Response, words: str, door: Door) -> Receipt:
    """The receipt of what has come in before. Of what was taken back no words are kept."""
    if response.fingerprint and response.fingerprint != words:
        raise (Used if door.invitation else KeyReused)(response.key)
    return Receipt(receipt_code(response.key), ResponseState(response.state), again=True)


def _odd_circumstances(door: Door, handed_in: HandedIn, now: datetime) -> set[str]:
    """
    What is unusual about where it comes from, if it is not too much altogether. A kiosk
    and the telephone serve many people; who is signed in is not counted by network.
    """
    odd = set()
    watched = handed_in.device and not handed_in.new_device
    if watched and door.kind not in UNWATCHED:
        lately = list(
            Response.objects.filter(
                device=handed_in.device, finished_at__gt=now - SAME_DEVICE
            )
            .order_by("-finished_at")
            .values_list("finished_at", "unit_id")
        )
        most = settings.ANSWERS_PER_DEVICE
        _limit([at for at, _ in lately[most - 1 : most]], within=MINUTE, now=now)
        if any(unit_id == door.unit.pk for _, unit_id in lately):
            odd.add("repeated")
    if handed_in.network and door.kind is not CollectorKind.PHONE:
        most = settings.ANSWERS_PER_NETWORK
        near = Response.objects.filter(
            network=handed_in.network, finished_at__gt=now - HOUR
        )
        times = near.order_by("-finished_at").values_list("finished_at", flat=True)
        _limit(list(times[most - 1 : most]), within=HOUR, now=now)
    return odd


def _limit(
    last_allowed: Sequence[datetime | None], *, within: timedelta, now: datetime
) -> None:
    """Refuse, when the one that reached the limit came in so lately."""
    for came_in in last_allowed:
        if came_in and came_in > now - within:
            raise TooMany(max(1, round((came_in + within - now).total_seconds())))
