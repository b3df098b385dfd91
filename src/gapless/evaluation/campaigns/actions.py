"""Verbs of those who run a campaign: plan it, lead it through its states, open doors."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from gapless.core.audit.actions import record
from gapless.core.evidence.choices import CollectionMode
from gapless.people.org.models import Person, Unit
from gapless.people.org.rules import changes

from .choices import CollectorKind, State
from .follow_ups import AlreadyDone, NothingSaid, finish_follow_up, take_follow_up
from .models import Campaign, Collector
from .queries import draft_for, units_of
from .quotas import (
    AlreadyAnswered,
    BelowFilled,
    NoSuchShare,
    remove_quota,
    set_quota,
)
from .rules import STEPS, CampaignFacts, unready, usual_mode
from .taking_back import (
    NotCounted,
    NotExcluded,
    QuotaFull,
    erase_response,
    exclude_response,
    restore_response,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyDone",
    "AlreadyRevoked",
    "BelowFilled",
    "ChangedMeanwhile",
    "NoSuchShare",
    "NoSuchStep",
    "NotCounted",
    "NotExcluded",
    "NotReady",
    "NothingSaid",
    "OutOfReach",
    "Over",
    "QuotaFull",
    "add_collector",
    "edit_campaign",
    "erase_response",
    "exclude_response",
    "facts_of",
    "finish_follow_up",
    "plan_campaign",
    "reasons_against",
    "remove_quota",
    "restore_response",
    "revoke_collector",
    "set_quota",
    "take_follow_up",
    "take_step",
]


class ChangedMeanwhile(Exception):
    """Somebody else saved the campaign after the form was opened, or it left its draft."""


class OutOfReach(Exception):
    """A campaign asks about units below the one it belongs to, and no others."""


class NoSuchStep(Exception):
    """The campaign is not in a state from which it goes there."""


class NotReady(Exception):
    """Something is missing before the campaign can be approved; ``reasons`` says what."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


class Over(Exception):
    """The campaign is closed; nothing is collected any more."""


class AlreadyRevoked(Exception):
    """The collector was revoked before."""


# --- Planning -------------------------------------------------------------------------


@transaction.atomic
def plan_campaign(
    facts: CampaignFacts,
    units: Iterable[Unit],
    *,
    by: Person | None,
    now: datetime,
    simulated: bool = False,
) -> Campaign:
    """
    Begin a campaign, as a draft.

    :raises OutOfReach: when a unit lies outside ``facts.within``.
    """
    campaign = Campaign.objects.create(
        **_values(facts), created_by=by, created_at=now, simulated=simulated
    )
    campaign.units.set(_below(facts, units))
    record(
        "campaign.planned",
        subject=campaign,
        by=by,
        at=now,
        unit=facts.within,
        version=facts.version.pk,
    )
    return campaign


@transaction.atomic
def edit_campaign(
    campaign: Campaign,
    facts: CampaignFacts,
    units: Iterable[Unit],
    *,
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Change a draft, if ``seen`` is the edit that still stands. New words of the privacy
    notice are a new version of it.

    :raises ChangedMeanwhile: when it is not, or the campaign is no draft any more.
    """
    chosen, values = _below(facts, units), _values(facts)
    _, after = changes(campaign, values)
    if "notice" in after:
        values["notice_version"] = F("notice_version") + 1
    won = Campaign.objects.filter(pk=campaign.pk, edits=seen, state=State.DRAFT).update(
        **values, edits=F("edits") + 1
    )
    if not won:
        raise ChangedMeanwhile(campaign)
    campaign.refresh_from_db()
    campaign.units.set(chosen)
    record(
        "campaign.edited",
        subject=campaign,
        by=by,
        at=now,
        unit=campaign.within,
        changed=sorted(after),
    )


def facts_of(campaign: Campaign) -> CampaignFacts:
    """What was said about a campaign."""
    return CampaignFacts(
        **{each.name: getattr(campaign, each.name) for each in fields(CampaignFacts)}
    )


def _values(facts: CampaignFacts) -> dict[str, Any]:
    said = {each.name: getattr(facts, each.name) for each in fields(CampaignFacts)}
    maps = {name: dict(said[name]) for name in ("name", "notice", "thanks")}
    return said | maps


def _below(facts: CampaignFacts, units: Iterable[Unit]) -> list[Unit]:
    """The tops of the subtrees: a unit below another of them is in already."""
    chosen = sorted(units, key=lambda unit: str(unit.path))
    if any(not unit.path.startswith(facts.within.path) for unit in chosen):
        raise OutOfReach(facts.within)
    kept: list[Unit] = []
    for unit in chosen:
        if not kept or not unit.path.startswith(kept[-1].path):
            kept.append(unit)
    return kept


# --- From draft to archive ------------------------------------------------------------


@transaction.atomic
def take_step(
    campaign: Campaign, to: State, *, by: Person | None, now: datetime, reason: str = ""
) -> None:
    """
    Lead a campaign to its next state. One that is sent into the field early starts now.

    :raises NoSuchStep: when it does not go there from where it is.
    :raises NotReady: when it cannot be approved yet.
    """
    start = State(campaign.state)
    if to not in STEPS[start]:
        raise NoSuchStep(campaign)
    if to in (State.APPROVED, State.FIELDING):
        _require_ready(campaign, now)
    won = Campaign.objects.filter(pk=campaign.pk, state=start, edits=campaign.edits).update(
        state=to, edits=F("edits") + 1, **_marks(campaign, to, by=by, now=now)
    )
    if not won:
        raise NoSuchStep(campaign)
    campaign.refresh_from_db()
    record(
        "campaign.stepped",
        subject=campaign,
        by=by,
        at=now,
        unit=campaign.within,
        reason=reason,
        before={"state": start},
        after={"state": to},
    )


def _require_ready(campaign: Campaign, now: datetime) -> None:
    if missing := reasons_against(campaign, now=now):
        raise NotReady(missing)


def reasons_against(campaign: Campaign, *, now: datetime) -> list[str]:
    """What is missing before the campaign can be approved, for its page."""
    return list(
        unready(
            facts_of(campaign), draft_for(campaign), units=campaign.units.count(), now=now
        )
    )


def _marks(
    campaign: Campaign, to: State, *, by: Person | None, now: datetime
) -> dict[str, Any]:
    """What else is written down about this step."""
    if to == State.APPROVED:
        return {"approved_by": by, "approved_at": now}
    if to == State.DRAFT:
        return {"approved_by": None, "approved_at": None}
    if to == State.FIELDING and now < campaign.starts_at:
        return {"starts_at": now}
    return {"closed_at": now} if to == State.CLOSED else {}


# --- Doors ----------------------------------------------------------------------------


@transaction.atomic
def add_collector(
    campaign: Campaign,
    kind: CollectorKind,
    *,
    name: str = "",
    unit: Unit | None = None,
    mode: CollectionMode | None = None,
    pin: str = "",
    by: Person | None,
    now: datetime,
) -> Collector:
    """
    Open a way in. A kiosk stands at a unit; the others serve every unit of the campaign
    unless one is named.

    :raises Over: when the campaign is closed.
    :raises OutOfReach: when the campaign does not ask about the unit, or a kiosk has none.
    """
    if campaign.state in (State.CLOSED, State.ARCHIVED):
        raise Over(campaign)
    if unit is None and kind == CollectorKind.KIOSK:
        raise OutOfReach(campaign)
    if unit and not units_of(campaign).filter(pk=unit.pk).exists():
        raise OutOfReach(unit)
    collector = Collector.objects.create(
        campaign=campaign,
        kind=kind,
        name=name,
        unit=unit,
        mode=mode or usual_mode(kind, CollectionMode(campaign.sampling)),
        pin=make_password(pin) if pin else "",
        created_at=now,
    )
    record(
        "collector.added",
        subject=collector,
        by=by,
        at=now,
        unit=unit or campaign.within,
        campaign=campaign.pk,
        kind=kind,
        mode=collector.mode,
    )
    return collector


@transaction.atomic
def revoke_collector(collector: Collector, *, by: Person, now: datetime) -> None:
    """
    Shut a door for good: its addresses open nothing from now on. What came in stays.

    :raises AlreadyRevoked: when it was shut before.
    """
    won = Collector.objects.filter(pk=collector.pk, revoked_at=None).update(revoked_at=now)
    if not won:
        raise AlreadyRevoked(collector)
    collector.refresh_from_db()
    record(
        "collector.revoked",
        subject=collector,
        by=by,
        at=now,
        unit=collector.unit or collector.campaign.within,
        campaign=collector.campaign_id,
    )
