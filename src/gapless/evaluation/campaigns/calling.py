"""Telephone: what a customer says to one of us, who types it in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from gapless.core.audit.actions import record
from gapless.people.org.models import Person
from gapless.people.org.rules import Policy, Viewer

from .choices import InvitationState, Suppression
from .contacts import matching, visible_contacts
from .intake import HandedIn, Receipt, finish
from .models import Campaign, Contact, Invitation
from .queries import Door, visible_units_of
from .tokens import invitation_key


class NotToBeAsked(Exception):
    """The customer does not want to be asked, or was asked too recently."""

    def __init__(self, why: Suppression) -> None:
        super().__init__(why)
        self.why = why


def contacts_to_call(viewer: Viewer, campaign: Campaign) -> QuerySet[Contact]:
    """The contacts of the campaign's units that this viewer may see and may ask."""
    units = visible_units_of(viewer, campaign, Policy.ENTER_ANSWERS)
    return visible_contacts(viewer).filter(unit__in=units)


def contact_to_call(viewer: Viewer, campaign: Campaign, typed: str) -> Contact | None:
    """The one contact with this number, telephone or e-mail; None when there is none."""
    return matching(contacts_to_call(viewer, campaign), typed).first()


def why_not(campaign: Campaign, contact: Contact, *, now: datetime) -> Suppression | None:
    """Why this customer is not asked now. What this campaign sent is no reason."""
    if contact.opted_out_at:
        return Suppression.OPTED_OUT
    since = now - timedelta(days=campaign.pause_days)
    sent = Invitation.objects.filter(contact=contact, sent_at__gt=since)
    if sent.exclude(campaign=campaign).exists():
        return Suppression.ASKED_RECENTLY
    return None


@transaction.atomic
def enter_answer(
    door: Door, contact: Contact | None, handed_in: HandedIn, *, by: Person, now: datetime
) -> Receipt:
    """
    Hand in what a customer said on the telephone. Of somebody on the list it is the one
    answer to their invitation, which is made if there was none.

    :raises NotToBeAsked: when the customer must be left in peace.
    """
    said = replace(handed_in, entered_by=by)
    if contact:
        invitation = _invitation(door, contact, by=by, now=now)
        door = replace(door, invitation=invitation)
        said = replace(said, key=invitation_key(invitation))
    return finish(door, said, now=now)


def _invitation(door: Door, contact: Contact, *, by: Person, now: datetime) -> Invitation:
    """The row of the sample that says that this customer was asked, from now on."""
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    if why := why_not(door.campaign, locked, now=now):
        raise NotToBeAsked(why)
    invitation, made = Invitation.objects.get_or_create(
        campaign=door.campaign,
        contact=contact,
        defaults={"collector": door.collector, "unit": door.unit, "made_at": now},
    )
    asked = Invitation.objects.filter(pk=invitation.pk)
    if asked.exclude(state=InvitationState.SENT).update(
        state=InvitationState.SENT, sent_at=now, suppression="", failure=""
    ):
        record(
            "campaign.called", subject=invitation, by=by, at=now, unit=door.unit, added=made
        )
    return invitation
