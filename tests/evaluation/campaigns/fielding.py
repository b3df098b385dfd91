"""A small form in the field, and people who answer it."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from gapless.core.instruments.actions import draft_version, make_form, publish_version
from gapless.core.instruments.choices import Comparison, ExpectationType, ItemKind
from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.rules import (
    Condition,
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
)
from gapless.evaluation.campaigns.actions import add_collector, plan_campaign, take_step
from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.evaluation.campaigns.intake import HandedIn
from gapless.evaluation.campaigns.models import Campaign, Collector
from gapless.evaluation.campaigns.queries import Door, door_of
from gapless.evaluation.campaigns.rules import CampaignFacts
from gapless.evaluation.campaigns.tokens import token_of
from tests.conftest import NINE_AM, Cast

ITEMS = (
    ItemDraft("T1", ItemKind.PAIR, {"en": "Tidy"}, "tangibles", required=True),
    ItemDraft("T2", ItemKind.PAIR, {"en": "Bright"}, "tangibles", required=True),
    ItemDraft(
        "who",
        ItemKind.SINGLE,
        {"en": "Who are you?"},
        options=(Option("new", {"en": "New"}), Option("old", {"en": "Old"})),
    ),
    ItemDraft("sat", ItemKind.OVERALL, {"en": "All in all"}, low=0, high=10, required=True),
    ItemDraft(
        "why",
        ItemKind.TEXT,
        {"en": "Why?"},
        show_if=(Condition("sat", Comparison.AT_MOST, 5),),
    ),
)
FORM = VersionDraft(
    ExpectationType.IDEAL,
    (DimensionDraft("tangibles", {"en": "Tangibles"}),),
    (SectionDraft({"en": "All"}, ITEMS),),
)
_numbers = count(1)


def published(form: VersionDraft = FORM, code: str = "small") -> FormVersion:
    made = make_form(code=code, name={"en": code}, by=None, now=NINE_AM)
    version = draft_version(made, form, by=None, now=NINE_AM)
    publish_version(version, by=None, now=NINE_AM)
    return version


def facts(cast: Cast, version: FormVersion, **said: Any) -> CampaignFacts:
    return CampaignFacts(
        **{
            "name": {"en": "Spring"},
            "version": version,
            "within": cast.city,
            "starts_at": NINE_AM,
            "ends_at": NINE_AM + timedelta(days=30),
            "notice": {"en": "We keep your answers for a year."},
        }
        | said
    )


def in_the_field(cast: Cast, version: FormVersion, **said: Any) -> Campaign:
    campaign = plan_campaign(
        facts(cast, version, **said), [cast.city], by=cast.chen, now=NINE_AM
    )
    take_step(campaign, State.APPROVED, by=cast.chen, now=NINE_AM)
    take_step(campaign, State.FIELDING, by=cast.chen, now=NINE_AM)
    return campaign


def collector(
    campaign: Campaign, kind: CollectorKind = CollectorKind.LINK, **said: Any
) -> Collector:
    return add_collector(campaign, kind, by=None, now=NINE_AM, **said)


def door(campaign: Campaign, unit: Any, kind: CollectorKind = CollectorKind.LINK) -> Door:
    if kind == CollectorKind.KIOSK:
        found = door_of(token_of(collector(campaign, kind, unit=unit), unit))
    else:
        found = door_of(token_of(collector(campaign, kind), unit))
    assert found is not None
    return found


def handed_in(key: str = "", **said: Any) -> HandedIn:
    """A whole answer, unless something else is said: ``sat="3"``, ``T1_e=""``."""
    own = {"seconds": 60, "device": "", "network": "", "language": "en", "seq": 0}
    own |= {name: said.pop(name) for name in list(said) if name in own}
    own |= {"entered_by": said.pop("entered_by", None)}
    fields = {"T1_e": "7", "T1_p": "5", "T2_e": "6", "T2_p": "6", "sat": "8"} | said
    return HandedIn(
        key=key or f"key-{next(_numbers)}",
        fields={f"q.{name.replace('_', '.')}": [value] for name, value in fields.items()},
        **own,
    )


def later(**time: float) -> datetime:
    return NINE_AM + timedelta(**time)
