"""Contacts: whom a campaign may ask. Finding them, keeping them, forgetting them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from gapless.core.addresses import keys_of, person_key, phone_key
from gapless.core.audit.actions import record
from gapless.people.org.models import Person, Unit, under
from gapless.people.org.rules import Policy, Viewer

from .choices import InvitationState, Suppression
from .models import Contact, Invitation


class AlreadyKnown(Exception):
    """Somebody with this address is on a list already."""


class NoWayToAsk(Exception):
    """Neither an e-mail address nor a telephone number."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the contact after this one was opened."""


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What is said about a customer; the addresses as ``addresses`` spells them."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, object]:
        """As they stand in the table, with what finds them."""
        if not (self.email or self.phone):
            raise NoWayToAsk
        return {f.name: getattr(self, f.name) for f in fields(self)} | {
            "attributes": dict(self.attributes),
            "key": person_key(self.email, self.phone),
            "phone_key": phone_key(self.phone),
        }


# --- Reads ----------------------------------------------------------------------------


def visible_contacts(viewer: Viewer) -> QuerySet[Contact]:
    paths = viewer.paths(Policy.SEE_CONTACTS)
    found = Contact.objects.filter(under("unit__path", paths))
    return found.select_related("unit").order_by("-pk")


def matching(contacts: QuerySet[Contact], typed: str) -> QuerySet[Contact]:
    """
    Those with exactly this number, e-mail or telephone. Nobody is found by a part of a
    name: names stand encrypted.
    """
    keys = keys_of(typed)
    wanted = Q(key__in=keys) | Q(phone_key__in=keys) if keys else Q(pk__in=[])
    number = typed.strip().removeprefix("#")
    if number.isdecimal() and len(number) < 16:
        wanted |= Q(pk=int(number))
    return contacts.filter(wanted)


def invitations_of(contact: Contact) -> QuerySet[Invitation]:
    """What this contact was asked, newest first; for whoever may see the contact."""
    found = Invitation.objects.filter(contact=contact).select_related("campaign", "unit")
    return found.order_by("-made_at", "-pk")


def opt_out_token(contact: Contact) -> str:
    """What stands in the link by which a customer asks for peace. Nothing is stored."""
    return f"{contact.pk}-{_signature(contact.pk)}"


def contact_of(token: str) -> Contact | None:
    """Whose link it is; None when it is nobody's, or somebody's who was erased."""
    number, _, signature = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None
    if not constant_time_compare(signature, _signature(int(number))):
        return None
    return Contact.objects.select_related("unit").filter(pk=int(number)).first()


def _signature(number: int) -> str:
    salt = "gapless.campaigns.opt-out"
    return salted_hmac(salt, str(number), algorithm="sha256").hexdigest()[:32]


# --- Verbs ----------------------------------------------------------------------------


@transaction.atomic
def add_contact(facts: ContactFacts, unit: Unit, *, by: Person, now: datetime) -> Contact:
    """
    :raises NoWayToAsk: without any address.
    :raises AlreadyKnown: somebody has this address.
    """
    columns = facts.columns
    try:
        with transaction.atomic():
            contact = Contact.objects.create(unit=unit, created_at=now, **columns)
    except IntegrityError as error:
        raise AlreadyKnown from error
    record("contact.added", subject=contact, by=by, at=now, unit=unit)
    return contact


@transaction.atomic
def edit_contact(
    contact: Contact,
    facts: ContactFacts,
    unit: Unit,
    *,
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Change what is said about a contact, if ``seen`` is the edit that still stands.

    :raises ChangedMeanwhile: somebody else saved first.
    """
    columns = facts.columns | {"unit": unit}
    changed = sorted(f for f, value in columns.items() if getattr(contact, f) != value)
    this = Contact.objects.filter(pk=contact.pk, edits=seen)
    try:
        with transaction.atomic():
            won = this.update(**columns, edits=F("edits") + 1)
    except IntegrityError as error:
        raise AlreadyKnown from error
    if not won:
        raise ChangedMeanwhile(contact)
    told = [name for name in changed if not name.endswith("key")]
    record("contact.edited", subject=contact, by=by, at=now, unit=unit, changed=told)


@transaction.atomic
def opt_out(contact: Contact, *, by: Person | None, now: datetime) -> None:
    """Ask this customer nothing any more. Safe to repeat; what waits is not sent."""
    this = Contact.objects.filter(pk=contact.pk, opted_out_at=None)
    if this.update(opted_out_at=now):
        _suppress_waiting(contact, Suppression.OPTED_OUT)
        record("contact.opted_out", subject=contact, by=by, at=now, unit=contact.unit)


@transaction.atomic
def opt_in(contact: Contact, *, by: Person, now: datetime) -> None:
    """The customer said that it is all right to ask again."""
    this = Contact.objects.filter(pk=contact.pk, opted_out_at__isnull=False)
    if this.update(opted_out_at=None):
        record("contact.opted_in", subject=contact, by=by, at=now, unit=contact.unit)


@transaction.atomic
def erase_contact(contact: Contact, *, by: Person, reason: str, now: datetime) -> None:
    """
    Forget who somebody is. That somebody was asked, or was not and why, stays: it is the
    sampling frame of its campaigns, and names nobody.
    """
    _suppress_waiting(contact, Suppression.NO_ADDRESS)
    record(
        "contact.erased", subject=contact, by=by, at=now, unit=contact.unit, reason=reason
    )
    contact.delete()


def _suppress_waiting(contact: Contact, why: Suppression) -> None:
    waiting = Invitation.objects.filter(contact=contact, state=InvitationState.WAITING)
    waiting.update(state=InvitationState.SUPPRESSED, suppression=why, sent_at=None)
