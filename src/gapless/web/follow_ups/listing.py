"""What the list of follow-ups shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from gapless.core.files.exports import Cell
from gapless.core.text import said
from gapless.evaluation.campaigns import queries
from gapless.evaluation.campaigns.choices import FollowUpState
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign, FollowUp
    from gapless.people.org.models import Unit
    from gapless.people.org.rules import Viewer

SHOWN = ("open", "mine", "overdue", "done", "all")
LIVE = (FollowUpState.OPEN, FollowUpState.TAKEN)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; a value that nobody could have chosen counts as not asked."""

    which: str
    campaign: Campaign | None
    unit: Unit | None


def asked(viewer: Viewer, query: Mapping[str, str]) -> Asked:
    which, campaign, unit = (query.get(name, "") for name in ("show", "campaign", "unit"))
    campaigns = queries.visible_campaigns(viewer, Policy.FOLLOW_UP)
    units = units_for(viewer, Policy.FOLLOW_UP)
    number = int(campaign) if campaign.isascii() and campaign.isdecimal() else 0
    return Asked(
        which=which if which in SHOWN else "open",
        campaign=campaigns.filter(pk=number).first() if number < 2**62 else None,
        unit=units.filter(code=unit).first() if unit else None,
    )


def found(viewer: Viewer, listing: Asked, *, now: datetime) -> QuerySet[FollowUp]:
    """Overdue ones first, by their deadline; those that are done come last."""
    rows = queries.visible_follow_ups(viewer)
    if listing.campaign:
        rows = rows.filter(campaign=listing.campaign)
    if listing.unit:
        rows = rows.filter(unit__path__startswith=listing.unit.path)
    if listing.which in ("open", "mine", "overdue"):
        rows = rows.filter(state__in=LIVE)
    if listing.which == "mine":
        rows = rows.filter(owner=viewer.person_id)
    if listing.which == "overdue":
        rows = rows.filter(due_at__lte=now)
    if listing.which == "done":
        rows = rows.filter(state=FollowUpState.DONE)
    ended = Case(
        When(state=FollowUpState.DONE, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return rows.order_by(ended, "due_at", "pk")


def header() -> list[str]:
    return [
        _("Campaign"),
        _("Unit"),
        _("Answer"),
        _("Opened"),
        _("Due"),
        _("State"),
        _("Owner"),
        _("What was done"),
        _("Resolved for the customer"),
        _("Closed"),
    ]


def rows(viewer: Viewer, listing: Asked, *, now: datetime) -> Iterator[list[Cell]]:
    for row in found(viewer, listing, now=now):
        resolved = {True: _("yes"), False: _("no")}
        yield [
            said(row.campaign.name),
            row.unit.code,
            row.value,
            row.opened_at,
            row.due_at,
            row.get_state_display(),
            row.owner.name if row.owner else "",
            row.outcome,
            resolved.get(row.resolved, "") if row.resolved is not None else "",
            row.closed_at,
        ]
