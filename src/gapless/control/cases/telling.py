"""Who hears of what happens to a case. Notices name no customer and repeat no words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from gapless.core.notices.actions import notify
from gapless.people.org.queries import in_charge

from .models import Case, Concern, Entry, Offer

GRAVE = "case.grave"
OFFERED = "case.offered"
TAKEN = "case.taken"
NOT_TAKEN = "case.not_taken"
TO_DECIDE = "case.to_decide"
SENT_BACK = "case.sent_back"
ASSIGNED = "case.assigned"
REOPENED = "case.reopened"
SAID = "case.customer_said"
REPORTED = "case.reported"


def deciders(case: Case, now: datetime, *, but: int | None = None) -> list[int]:
    """
    Who decides on it: those in charge of its unit, but for whom it is about.

    :param but: somebody who may not decide on it, as it is their own.
    """
    concerned = set(Concern.objects.filter(case=case).values_list("person", flat=True))
    if but is not None:
        concerned.add(but)
    return in_charge(case.unit.path, now, but=concerned)


def tell(
    people: Iterable[int],
    kind: str,
    case: Case,
    *,
    key: object,
    now: datetime,
    urgent: bool = True,
    **facts: str,
) -> None:
    """
    :param key: of what is told: an entry, an offer.
    :param facts: beside the number, the matter and the unit.
    """
    notify(
        people,
        kind,
        key=f"{kind}:{case.pk}:{key}",
        facts={
            "number": str(case),
            "title": case.title,
            "unit": case.unit.name,
            **facts,
        },
        url=reverse("cases:detail", args=[case.pk]),
        urgent=urgent,
        now=now,
    )


def tell_offered(offer: Offer, *, now: datetime) -> None:
    tell(
        [offer.to_id],
        OFFERED,
        offer.case,
        key=offer.pk,
        now=now,
        name=offer.by.name,
        due_at=offer.due_at.isoformat(),
    )


def tell_taken(offer: Offer, *, now: datetime) -> None:
    """Whoever gave it away, and whoever owns it, hear that it has arrived."""
    people = {offer.by_id, offer.case.owner_id} - {offer.to_id}
    tell(people, TAKEN, offer.case, key=offer.pk, now=now, urgent=False, name=offer.to.name)


def tell_not_taken(offer: Offer, *, now: datetime) -> None:
    """Refused, or nobody took it on in time: it is back, and the manager knows."""
    people = {offer.by_id, *deciders(offer.case, now)}
    tell(people, NOT_TAKEN, offer.case, key=offer.pk, now=now, name=offer.to.name)


def tell_of_entry(kind: str, entry: Entry, people: Iterable[int], *, now: datetime) -> None:
    """Something stands on the timeline that these people have to know."""
    others = set(people) - {entry.by_id}
    name = entry.by.name if entry.by else ""
    told = {int(each) for each in others if each is not None}
    tell(told, kind, entry.case, key=entry.pk, now=now, name=name)
