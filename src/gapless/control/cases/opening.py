"""Taking a case in: whoever meets the customer owns it (首问负责制)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from gapless.core.addresses import email_key, phone_key
from gapless.core.audit.actions import record
from gapless.core.files.models import StoredFile
from gapless.people.org.models import Person, Unit

from . import limits, rules
from .choices import Channel, Fact, Kind, Purpose, ReplyBy, Severity, Step
from .grading import rows_of, table_in_force
from .models import Attachment, Case, Category, Concern, Entry
from .steps import Concerned, happen
from .telling import GRAVE, deciders, tell_of_entry


class NoWayToAnswer(Exception):
    """The customer wants a reply, and left no address of the kind that it takes."""


class SaysNothing(Exception):
    """A case has a matter, in a few words."""


@dataclass(frozen=True, slots=True)
class Customer:
    """As little as it takes to answer; the addresses as ``core.addresses`` spells them."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "zh-hans"
    reply_by: ReplyBy = ReplyBy.PHONE

    def may_be_reached(self) -> bool:
        """Whether the reply that is wanted can be given."""
        if self.reply_by in (ReplyBy.PHONE, ReplyBy.MESSAGE):
            return bool(self.phone)
        return bool(self.email) if self.reply_by == ReplyBy.MAIL else True


@dataclass(frozen=True, slots=True)
class Matter:
    """What the customer comes with."""

    kind: Kind
    channel: Channel
    unit: Unit
    title: str
    words: str = ""
    purpose: Purpose | None = None
    category: Category | None = None
    occurred_on: date | None = None
    facts: frozenset[Fact] = frozenset()
    concerned: Sequence[Person] = ()
    files: Sequence[StoredFile] = field(default_factory=tuple)


@transaction.atomic
def take_in(
    matter: Matter,
    customer: Customer,
    *,
    key: str,
    opened_at: datetime,
    owner: Person,
    by: Person | None,
    now: datetime,
) -> Case:
    """
    Open a case, start its clocks, and tell those who run the place if it is grave.

    :param key: made by whoever sends it in; sent twice, it is one case.
    :param opened_at: when the customer came with it; from then on time is counted.
    :param owner: who answers to the customer for it, until the customer confirms.
    :param by: who took it in; None for what a customer sends.
    :raises SaysNothing: without a matter.
    :raises NoWayToAnswer: the reply that is wanted cannot be given.
    :raises gapless.control.cases.steps.Concerned: the owner is whom it is about.
    :raises ValueError: it was received later than now.
    """
    sent = Case.objects.filter(key=key).first()
    if sent is not None:
        return sent
    if not matter.title.strip():
        raise SaysNothing(key)
    if not customer.may_be_reached():
        raise NoWayToAnswer(key)
    if owner in matter.concerned:
        raise Concerned(owner)
    if opened_at > now:
        raise ValueError(f"received at {opened_at}, later than {now}")
    try:
        with transaction.atomic():
            case = _case(
                matter, customer, key=key, opened_at=opened_at, owner=owner, now=now
            )
    except IntegrityError:
        return Case.objects.get(key=key)  # sent twice at one moment
    entry = Entry.objects.create(
        case=case,
        step=Step.RECEIVED,
        at=opened_at,
        by=by,
        words=case.words,
        whom=owner,
        key="received",
    )
    Attachment.objects.bulk_create(
        Attachment(entry=entry, file=file) for file in matter.files
    )
    Concern.objects.bulk_create(
        Concern(case=case, person=person, noted_by=by, noted_at=now)
        for person in matter.concerned
    )
    limits.start(case, by=by, now=now)
    Case.objects.filter(pk=case.pk).update(promised_at=limits.promised(case))
    case.refresh_from_db()
    record(
        "case.opened",
        subject=case,
        by=by,
        at=now,
        unit=case.unit,
        kind=case.kind,
        severity=case.severity,
    )
    if case.severity == Severity.GRAVE:
        _tell_of_the_grave(case, entry, by=by, now=now)
    return case


def _case(
    matter: Matter,
    customer: Customer,
    *,
    key: str,
    opened_at: datetime,
    owner: Person,
    now: datetime,
) -> Case:
    table = table_in_force()
    judged = rules.severity_of(rows_of(table.rows), matter.kind, matter.facts)
    return Case.objects.create(
        key=key,
        kind=matter.kind,
        channel=matter.channel,
        unit=matter.unit,
        title=matter.title.strip(),
        words=matter.words.strip(),
        purpose=matter.purpose or "",
        category=matter.category,
        occurred_on=matter.occurred_on,
        customer_name=customer.name.strip(),
        customer_phone=customer.phone,
        customer_email=customer.email,
        phone_key=phone_key(customer.phone),
        email_key=email_key(customer.email),
        language=customer.language,
        reply_by=customer.reply_by,
        severity=judged.severity,
        facts=[fact.value for fact in Fact if fact in matter.facts],
        table=table,
        owner=owner,
        holder=owner,
        opened_at=opened_at,
        recorded_at=now,
    )


def _tell_of_the_grave(
    case: Case, entry: Entry, *, by: Person | None, now: datetime
) -> None:
    """Those who decide there hear of it; unless one of them took it in, who knows."""
    told = deciders(case, now)
    if by is not None and by.pk in told:
        key = f"known:{entry.pk}"
        happen(case, Step.MANAGER_KNOWS, key=key, by=by, now=now)
    tell_of_entry(GRAVE, entry, told, now=now)
