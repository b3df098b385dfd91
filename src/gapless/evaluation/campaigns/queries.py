"""Reads of campaigns. Doors for customers take a token; all others start with a viewer."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib.auth.hashers import check_password
from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.rules import VersionDraft
from gapless.core.text import LANGUAGES, said
from gapless.people.org.models import Unit, UnitQuerySet, under
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, Viewer, ancestors
from gapless.people.work.rules import Entry
from gapless.people.work.sources import Source

from . import tokens
from .choices import CollectorKind, FollowUpState, ResponseState, State
from .models import (
    Campaign,
    CampaignQuerySet,
    Collector,
    FollowUp,
    Invitation,
    Quota,
    Response,
    ResponseQuerySet,
)

WIDE = (Policy.SEE_CAMPAIGNS, Policy.SEE_ANSWERS, Policy.FOLLOW_UP, Policy.ENTER_ANSWERS)
"""Policies for which it is enough that a campaign asks about some unit of the viewer's."""


# --- Campaigns ------------------------------------------------------------------------


def visible_campaigns(
    viewer: Viewer, policy: Policy = Policy.SEE_CAMPAIGNS
) -> CampaignQuerySet:
    """
    The campaigns of the viewer's units; to look on, also those of others that ask about
    some unit within reach. Who may run one is asked at ``campaign.within``.
    """
    paths = viewer.paths(policy)
    seen = under("within__path", paths)
    if policy in WIDE:
        above = {each for path in paths for each in ancestors(path)}
        asked = Campaign.units.through.objects.filter(
            under("unit__path", paths) | Q(unit__path__in=above)
        )
        seen |= Q(pk__in=asked.values("campaign"))
    return Campaign.objects.filter(seen).select_related("version__form", "within")


def campaign_names(viewer: Viewer, strata: Collection[str]) -> dict[str, str]:
    """What the campaigns of some strata are called, as far as the viewer may see them."""
    numbers = [int(name[1:]) for name in strata if name[:1] == "c" and name[1:].isdecimal()]
    campaigns = visible_campaigns(viewer).filter(pk__in=numbers).distinct().order_by("-pk")
    return {campaign.stratum: str(campaign) for campaign in campaigns}


def units_of(campaign: Campaign) -> UnitQuerySet:
    """Every unit that the campaign asks about."""
    tops = campaign.units.values_list("path", flat=True)
    units: UnitQuerySet = Unit.objects.within(tops).order_by("path")
    return units


def visible_units_of(viewer: Viewer, campaign: Campaign, policy: Policy) -> UnitQuerySet:
    """Those of the campaign's units over which the viewer holds the policy."""
    tops = campaign.units.values_list("path", flat=True)
    units: UnitQuerySet = units_for(viewer, policy).within(tops)
    return units


def collectors_of(campaign: Campaign) -> QuerySet[Collector]:
    return campaign.collectors.select_related("unit", "campaign").order_by("pk")


def quotas_of(campaign: Campaign) -> QuerySet[Quota]:
    return campaign.quotas.select_related("unit").order_by("pk")


def draft_for(campaign: Campaign) -> VersionDraft:
    """What the campaign asks."""
    return draft_of(campaign.version)


# --- Responses and follow-ups ---------------------------------------------------------


def visible_responses(viewer: Viewer, campaign: Campaign) -> ResponseQuerySet:
    """Single answers, for those who may read them; without who gave them."""
    within = under("unit__path", viewer.paths(Policy.SEE_ANSWERS))
    responses = Response.objects.filter(within, campaign=campaign)
    return responses.select_related("unit", "collector", "answer")


def visible_follow_ups(viewer: Viewer) -> QuerySet[FollowUp]:
    within = under("unit__path", viewer.paths(Policy.FOLLOW_UP))
    return FollowUp.objects.filter(within).select_related(
        "campaign__version__form", "unit", "owner", "response"
    )


def open_follow_ups(viewer: Viewer) -> QuerySet[FollowUp]:
    """Those that are not done yet."""
    return visible_follow_ups(viewer).exclude(state=FollowUpState.DONE)


def overdue_follow_ups(viewer: Viewer, now: datetime) -> QuerySet[FollowUp]:
    return open_follow_ups(viewer).filter(due_at__lte=now)


# --- My work --------------------------------------------------------------------------

_NAMES = tuple(f"name__{language}" for language in LANGUAGES)


def work(viewer: Viewer, now: datetime) -> Iterator[Source]:
    """What this area has on anybody's list: bad answers, and campaigns that must go on."""
    yield _follow_up_work(viewer)
    yield _campaign_work(viewer, now)


def _follow_up_work(viewer: Viewer) -> Source:
    """Those that I took, and those of my units that nobody took yet."""
    follow_ups = FollowUp.objects.select_related("campaign", "unit", "owner")
    return Source(
        area="follow_up",
        name=gettext_lazy("Follow-ups"),
        rows=follow_ups.filter(state__in=(FollowUpState.OPEN, FollowUpState.TAKEN)),
        seen=under("unit__path", viewer.paths(Policy.FOLLOW_UP)),
        mine=Q(owner=viewer.person_id) | Q(owner=None),
        tell=partial(_told_follow_up, viewer),
        words=(
            "unit__name",
            "unit__code",
            "owner__name",
            *(f"campaign__{name}" for name in _NAMES),
        ),
        taken_by=Policy.FOLLOW_UP,
        done=FollowUp.objects.filter(state=FollowUpState.DONE, owner=viewer.person_id),
        done_at="closed_at",
    )


def _told_follow_up(viewer: Viewer, follow_up: FollowUp) -> Entry:
    campaign, owner = follow_up.campaign, follow_up.owner
    blanks = {
        "unit": follow_up.unit.name,
        "answer": str(follow_up.value).replace("-", "−"),
        "limit": str(campaign.follow_up_at_most).replace("-", "−"),
        "at": f"{localtime(follow_up.opened_at):%m-%d %H:%M}",
    }
    title = _("Follow up %(answer)s at %(unit)s") % blanks
    why = _("It came in on %(at)s; %(limit)s or less is followed up.") % blanks
    if follow_up.value is None:
        title = _("Follow up a bad answer at %(unit)s") % blanks
        why = _("The answer was withdrawn or erased.")
    action = _("Say what was done") if owner else _("Take it in hand")
    if owner and owner.pk != viewer.person_id:
        action = _("Look at it")
    return Entry(
        area="follow_up",
        number=follow_up.pk,
        title=title,
        where=said(campaign.name),
        why=why,
        url=reverse("follow_ups:detail", args=[follow_up.pk]),
        due_at=follow_up.due_at,
        opened_at=follow_up.opened_at,
        action=action,
        unit_path=follow_up.unit.path,
        person_id=owner.pk if owner else None,
        person=owner.name if owner else "",
        waits=_("a customer"),
        take_url="" if owner else reverse("follow_ups:owner", args=[follow_up.pk]),
        may_put_off=True,
        may_hand_over=True,
    )


def _campaign_work(viewer: Viewer, now: datetime) -> Source:
    """Drafts to be approved before they start, and what did not turn by itself in time."""
    waiting = Q(state=State.DRAFT, ends_at__gt=now)
    late = Q(state=State.APPROVED, starts_at__lte=now)
    late |= Q(state=State.FIELDING, ends_at__lte=now)
    turns = Case(When(state=State.FIELDING, then=F("ends_at")), default=F("starts_at"))
    approved = Campaign.objects.filter(approved_by=viewer.person_id)
    return Source(
        area="campaign",
        name=gettext_lazy("Campaigns"),
        rows=Campaign.objects.filter(waiting | late)
        .select_related("within", "created_by")
        .annotate(due_at=turns),
        seen=under("within__path", viewer.paths(Policy.SEE_CAMPAIGNS)),
        mine=under("within__path", viewer.paths(Policy.RUN_CAMPAIGNS)),
        tell=_told_campaign,
        words=("within__name", "within__code", "created_by__name", *_NAMES),
        unit="within__path",
        done=approved.annotate(due_at=F("starts_at")),
        done_at="approved_at",
    )


def _told_campaign(campaign: Campaign) -> Entry:
    day = f"{localtime(campaign.starts_at):%Y-%m-%d}"
    title, why, action = {
        State.DRAFT: (
            _("Approve the campaign “%(name)s”"),
            _("It starts on %(day)s, if it is approved by then.") % {"day": day},
            _("Look through it"),
        ),
        State.APPROVED: (
            _("Start the campaign “%(name)s”"),
            _("It did not start by itself; its page says what is missing."),
            _("See what is missing"),
        ),
        State.FIELDING: (
            _("Close the campaign “%(name)s”"),
            _("Its time is over, and it did not close by itself."),
            _("Close it"),
        ),
    }[State(campaign.state)]
    due_at: datetime = campaign.due_at  # type: ignore[attr-defined]  # annotated above
    return Entry(
        area="campaign",
        number=campaign.pk,
        title=title % {"name": said(campaign.name)},
        where=campaign.within.name,
        why=why,
        url=reverse("campaigns:detail", args=[campaign.pk]),
        due_at=due_at,
        opened_at=campaign.created_at,
        action=action,
        unit_path=campaign.within.path,
        waits=campaign.created_by.name if campaign.created_by else "",
        may_put_off=True,
    )


# --- The doors of customers -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Door:
    """A way in: what is asked, about which unit, and of whom if that is known."""

    collector: Collector
    unit: Unit
    invitation: Invitation | None
    campaign: Campaign

    @property
    def kind(self) -> CollectorKind:
        return CollectorKind(self.collector.kind)

    @property
    def key(self) -> str:
        """The response's key for an invitation, on every device; else the device's own."""
        return tokens.invitation_key(self.invitation) if self.invitation else ""


def door_of(token: str) -> Door | None:
    """
    The door that this address opens, whatever state its campaign is in. None for what we
    never made, for a collector that was revoked, and for a unit no longer asked about.
    """
    if place := tokens.read_token(token):
        return _public_door(*place)
    if number := tokens.read_invitation(token):
        return _invited_door(number)
    return None


_WITH_CAMPAIGN = ("campaign__version",)

# All that a public door is made of: no row when it is shut, or asks about something else.
_STANDING = """\
SELECT collector.*, campaign.*, version.*, unit.*
FROM campaigns_collector collector
JOIN campaigns_campaign campaign ON campaign.id = collector.campaign_id
JOIN instruments_formversion version ON version.id = campaign.version_id
JOIN org_unit unit ON unit.id = %s
WHERE collector.id = %s AND collector.revoked_at IS NULL
  AND (collector.unit_id IS NULL OR collector.unit_id = unit.id)
  AND EXISTS (
    SELECT 1 FROM campaigns_campaign_units asked JOIN org_unit top ON top.id = asked.unit_id
    WHERE asked.campaign_id = campaign.id
      AND substr(unit.path, 1, length(top.path)) = top.path)
"""
Standing = tuple[object, ...]
_made: dict[tuple[int, int], tuple[Standing, Door]] = {}
_MADE_AT_MOST = 1_000


def _public_door(collector_id: int, unit_id: int) -> Door | None:
    """
    The database is asked every time, in one statement; the objects are made again only
    when its answer is another one than before.
    """
    standing = _standing(collector_id, unit_id)
    if standing is None:
        return None
    before, door = _made.get((collector_id, unit_id), (None, None))
    return door if before == standing else _make_door(collector_id, unit_id, standing)


def _standing(collector_id: int, unit_id: int) -> Standing | None:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [unit_id, collector_id])
        row: Standing | None = cursor.fetchone()
    return row


def _make_door(collector_id: int, unit_id: int, standing: Standing) -> Door:
    collector = Collector.objects.select_related(*_WITH_CAMPAIGN).get(pk=collector_id)
    unit = Unit.objects.get(pk=unit_id)
    door = Door(collector, unit, None, collector.campaign)
    if _standing(collector_id, unit_id) == standing:  # else it changed under our hands
        if len(_made) >= _MADE_AT_MOST:
            _made.clear()
        _made[collector_id, unit_id] = standing, door
    return door


def _invited_door(number: int) -> Door | None:
    invitations = Invitation.objects.filter(pk=number, collector__revoked_at=None)
    invitation = invitations.select_related("collector__campaign__version").first()
    if invitation is None:
        return None
    unit = _asked_about(invitation.campaign_id, invitation.unit_id)
    collector = invitation.collector
    return Door(collector, unit, invitation, collector.campaign) if unit else None


def _asked_about(campaign_id: int, unit_id: int) -> Unit | None:
    """The unit, if it lies below one of the campaign's tops."""
    tops = Campaign.units.through.objects.filter(campaign=campaign_id)
    paths = list(tops.values_list("unit__path", flat=True))
    unit: Unit | None = Unit.objects.within(paths).filter(pk=unit_id).first()
    return unit


def phone_door(viewer: Viewer, campaign: Campaign, unit: Unit) -> Door | None:
    """
    The door for what a customer of the unit says on the telephone: None when the campaign
    has no such collector, or the viewer may not enter answers there.
    """
    collector = (
        campaign.collectors.filter(kind=CollectorKind.PHONE, revoked_at=None)
        .select_related(*_WITH_CAMPAIGN)
        .first()
    )
    asked = visible_units_of(viewer, campaign, Policy.ENTER_ANSWERS).filter(pk=unit.pk)
    if collector is None or not asked.exists():
        return None
    return Door(collector, unit, None, collector.campaign)


def may_leave_kiosk(collector: Collector, pin: str) -> bool:
    """Whether this is the PIN of the kiosk; without one, anybody may leave it."""
    return not collector.pin or check_password(pin, collector.pin)


def state_of(door: Door, key: str) -> ResponseState | None:
    """How far the response under a key has come; None when nothing was said yet."""
    state = (
        Response.objects.filter(key=key, collector=door.collector, unit=door.unit)
        .values_list("state", flat=True)
        .first()
    )
    return ResponseState(state) if state else None


def receipt_state(code: str) -> ResponseState | None:
    """What became of the answer with this receipt; None when there is none such."""
    found = Response.objects.filter(receipt=tokens.receipt_hash(code))
    state = found.values_list("state", flat=True).first()
    return ResponseState(state) if state else None
