"""A campaign that asks in every way there is, and answers to it that add up by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.actions import NewAnswer, record_answers
from gapless.core.instruments.choices import ExpectationType, ItemKind, Measure
from gapless.core.instruments.models import Answer
from gapless.core.instruments.rules import (
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
)
from gapless.evaluation.campaigns.choices import CollectorKind, ResponseState
from gapless.evaluation.campaigns.models import Campaign, Collector, Response
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast

from . import fielding

OPTIONS = tuple(Option(code, {"en": code.title()}) for code in ("pay", "open", "ask"))
ITEMS = (
    ItemDraft("T1", ItemKind.PAIR, {"en": "Tidy hall"}, "tangibles"),
    ItemDraft("S1", ItemKind.SCORE, {"en": "Friendly staff"}, "tangibles", reverse=True),
    ItemDraft("Z1", ItemKind.ZONE, {"en": "Waiting"}, "tangibles", low=1, high=9),
    ItemDraft(
        "sat",
        ItemKind.OVERALL,
        {"en": "All in all"},
        low=1,
        high=5,
        low_label={"en": "very dissatisfied"},
        high_label={"en": "very satisfied"},
        measure=Measure.SATISFACTION,
    ),
    ItemDraft("easy", ItemKind.OVERALL, {"en": "Made it easy"}, measure=Measure.EFFORT),
    ItemDraft("nps", ItemKind.NPS, {"en": "Would recommend"}, low=0, high=10),
    ItemDraft("why", ItemKind.SINGLE, {"en": "Why"}, low=0, high=2, options=OPTIONS),
    ItemDraft("did", ItemKind.MULTIPLE, {"en": "What"}, options=OPTIONS),
    ItemDraft("min", ItemKind.NUMBER, {"en": "Minutes"}, minimum=0, decimals=1),
    ItemDraft("day", ItemKind.DATE, {"en": "Visited on"}),
    ItemDraft("w", ItemKind.WEIGHT, {"en": "Points"}, "tangibles", low=0, high=100),
    ItemDraft("words", ItemKind.TEXT, {"en": "Anything else?"}),
)
FORM = VersionDraft(
    ExpectationType.IDEAL,
    (DimensionDraft("tangibles", {"en": "Tangibles"}),),
    (SectionDraft({"en": "All"}, ITEMS),),
)
_numbers = count(1)


def asking(cast: Cast, **said: Any) -> Campaign:
    return fielding.in_the_field(cast, fielding.published(FORM, "every"), **said)


def way_in(campaign: Campaign, kind: CollectorKind = CollectorKind.QR) -> Collector:
    return campaign.collectors.filter(kind=kind).first() or fielding.collector(
        campaign, kind
    )


def answer(
    campaign: Campaign,
    unit: Unit,
    values: Mapping[tuple[str, int], int],
    *,
    at: datetime = NINE_AM,
    state: ResponseState = ResponseState.COMPLETE,
    **more: Any,
) -> Response:
    """What intake makes of an answer, without its pages."""
    collector = way_in(campaign)
    key = f"made-{next(_numbers)}"
    new = NewAnswer(
        key=key,
        unit=unit,
        answered_at=at,
        mode=CollectionMode(collector.mode),
        values=values,
        within=campaign.stratum,
        **more,
    )
    record_answers(campaign.version, [new], batch=campaign.batch, now=at)
    return Response.objects.create(
        campaign=campaign,
        collector=collector,
        unit=unit,
        key=key,
        state=state,
        language="en",
        opened_at=at,
        started_at=at,
        saved_at=at,
        finished_at=at + timedelta(minutes=2),
        seconds=120,
        notice_version=1,
        answer=Answer.objects.get(version=campaign.version, key=key),
    )


def answers(
    campaign: Campaign,
    unit: Unit,
    item: str,
    given: Iterable[int],
    **more: Any,
) -> list[Response]:
    """One answer to a single item each."""
    return [answer(campaign, unit, {(item, 0): value}, **more) for value in given]
