from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Protocol

from django.db.models import Model

from .models import Event, SecurityEvent


class Actor(Protocol):
    pk: int


class Place(Protocol):
    path: str


def record(
    type_: str,
    *,
    subject: Model,
    by: Actor | None,
    at: datetime,
    unit: Place | None = None,
    reason: str = "",
    **facts: object,
) -> Event:
    """
    Write down what was done, in the transaction that does it.

    ``type_`` stands in the catalogue (``catalogue.toml``); ``facts`` are JSON values and
    hold no names of people, no answers and no free text of customers.
    """
    return Event.objects.create(
        at=at,
        actor_id=by.pk if by else None,
        type=type_,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        unit_path=unit.path if unit else "",
        facts=facts,
        reason=reason,
    )


def refuse(
    type_: str, *, by: Actor | None, at: datetime, detail: str, address: str
) -> None:
    """Write down a refused attempt. Call it outside the transaction that refused it."""
    SecurityEvent.objects.create(
        type=type_,
        actor_id=by.pk if by else None,
        at=at,
        detail=detail[:120],
        network=truncated(address),
    )


def truncated(address: str) -> str:
    """The network of an address, not the device: /24 of IPv4, /48 of IPv6."""
    parsed = ip_address(address)
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
