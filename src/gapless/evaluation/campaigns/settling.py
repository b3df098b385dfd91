"""
How a response ends: counted, in part, too little, or beyond a quota. In one transaction
with whatever made it end, and with every trace of it.

Whoever takes several locks takes them in this order: response, quotas, answer, cell.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from gapless.core.audit.actions import record
from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.actions import NewAnswer, Scored, record_answer, score_answer
from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.reading import Said, perceived, read
from gapless.core.instruments.rules import Values
from gapless.people.org.models import Unit

from . import rules
from .choices import ResponseState
from .models import Campaign, Collector, FollowUp, Quota, Response
from .queries import Door
from .rules import COUNTING, Share
from .telling import tell_opened
from .tokens import receipt_code, receipt_hash


class _Full(Exception):
    """A quota that this answer fits has no room; none of them counts it."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a response will end as, unless a quota has no room for it."""

    said: Said
    state: ResponseState
    scored: Scored | None  # of what counts


def weigh(
    response: Response, door: Door, said: Said, *, odd: Set[str], now: datetime
) -> Worth:
    """Writes nothing: best done before the transaction, in which others may wait."""
    campaign = door.campaign
    state = rules.ending(draft_of(campaign.version), said)
    if state not in COUNTING:
        return Worth(said, state, None)
    answer = NewAnswer(
        key=response.key,
        unit=door.unit,
        answered_at=response.saved_at,
        mode=CollectionMode(door.collector.mode),
        values=said.values,
        texts=said.texts,
        partial=state == ResponseState.PARTIAL,
        circumstances=frozenset(odd),
        within=campaign.stratum,
    )
    scored = score_answer(campaign.version, answer, batch=campaign.batch, now=now)
    return Worth(said, state, scored)


def settle(response: Response, door: Door, worth: Worth, *, now: datetime) -> ResponseState:
    """
    Let a response end as what it is worth: counted, too little, or beyond a quota. The
    caller holds it; what this sets is written with what the caller has set.
    """
    campaign, state, scored = door.campaign, worth.state, worth.scored
    quotas: list[Quota] = []
    if scored and campaign.limited:
        try:
            quotas = _fill(campaign, door.unit, worth.said.values)
        except _Full:
            state, scored = ResponseState.OVER_QUOTA, None
    if scored:
        response.answer = record_answer(scored)
    if state != ResponseState.BROKEN_OFF:
        response.fields = {}
    response.state, response.finished_at = state, response.saved_at
    response.receipt = receipt_hash(receipt_code(response.key))
    response.save(force_insert=response.pk is None, force_update=response.pk is not None)
    if response.answer_id:
        if quotas:
            response.quotas.set(quotas)
        _follow_up(response, campaign, worth.said, now)
    record(
        "answer.received",
        subject=response,
        by=response.entered_by if response.entered_by_id else None,
        at=now,
        unit=door.unit,
        campaign=campaign.pk,
        state=state,
    )
    return state


def _fill(campaign: Campaign, unit: Unit, values: Values) -> list[Quota]:
    """
    Count an answer in every quota that it fits, or in none. Most campaigns have none.

    :raises _Full: when one of them has no room.
    """
    fitting = [
        quota
        for quota in Quota.objects.filter(campaign=campaign)
        .select_related("unit")
        .order_by("pk")
        if Share(quota.unit.path if quota.unit else "", quota.item, quota.option).fits(
            unit.path, values
        )
    ]
    if fitting:
        with transaction.atomic():  # what was counted before one is full is taken back
            for quota in fitting:
                room = Quota.objects.filter(pk=quota.pk, filled__lt=F("limit"))
                if not room.update(filled=F("filled") + 1):
                    raise _Full(quota)
    return fitting


def _follow_up(response: Response, campaign: Campaign, said: Said, now: datetime) -> None:
    """Open a follow-up, if the answer is bad enough."""
    item, bad = campaign.follow_up_item, campaign.follow_up_at_most
    if not item or bad is None:
        return
    given = perceived(draft_of(campaign.version), item, said.values)
    if given is None or given > bad:
        return
    follow_up = FollowUp.objects.create(
        response=response,
        campaign=campaign,
        unit_id=response.unit_id,
        value=given,
        opened_at=now,
        due_at=now + timedelta(hours=campaign.follow_up_hours),
    )
    tell_opened(follow_up, now=now)


@transaction.atomic
def close_response(response_id: int, *, now: datetime) -> ResponseState | None:
    """
    Let what was left lying end as what it is worth (domain.md 2.4). None when somebody
    handed it in, or went on with it, meanwhile.
    """
    held = Response.objects.select_for_update().filter(pk=response_id).first()
    if held is None or held.state != ResponseState.OPEN:
        return None
    collector = Collector.objects.select_related("campaign__version").get(
        pk=held.collector_id
    )
    campaign = collector.campaign
    over = campaign.period.end + rules.GRACE <= now
    if not over and held.saved_at > now - rules.IDLE:
        return None
    unit = Unit.objects.get(pk=held.unit_id)
    said = read(draft_of(campaign.version), held.fields)
    # Whoever comes back and hands in the same gets a receipt; more is something else.
    held.fingerprint = rules.fingerprint(held.fields)
    door = Door(collector, unit, None, campaign)
    worth = weigh(held, door, said, odd=frozenset(), now=now)
    return settle(held, door, worth, now=now)
