"""Cases for the tests of the list and the board: taken in as anybody takes them in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from gapless.control.cases.choices import Channel, Kind, ReplyBy
from gapless.control.cases.models import Case
from gapless.control.cases.opening import Customer, Matter, take_in
from gapless.control.cases.shipping import ship_builtin
from gapless.core.clocks.drafting import ship_builtin as ship_limits
from gapless.people.org.models import Person, Unit

PHONE = "+8613800138000"


def shipped(now: datetime) -> None:
    """What an installation has from its first day: limits, severity table, categories."""
    ship_limits(now=now)
    ship_builtin(now=now)


def case_of(
    owner: Person,
    unit: Unit,
    title: str = "The queue number was skipped",
    *,
    now: datetime,
    age: timedelta = timedelta(),
    phone: str = PHONE,
    name: str = "Zhang San",
    **facts: Any,
) -> Case:
    """A complaint at the counter, that its owner has in hand."""
    kind = facts.pop("kind", Kind.COMPLAINT)
    channel = facts.pop("channel", Channel.HALL)
    customer = Customer(name=name, phone=phone, reply_by=ReplyBy.IN_PERSON)
    return take_in(
        Matter(kind=kind, channel=channel, unit=unit, title=title, **facts),
        customer,
        key=str(uuid4()),
        opened_at=now - age,
        owner=owner,
        by=owner,
        now=now,
    )
