"""What is settled while the customer stands there: taken in, answered and closed in one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gapless.people.org.models import Person

from . import rules
from .answering import answer, close, confirm
from .choices import Kind, Severity
from .models import Case
from .opening import Customer, Matter, take_in


class TooGrave(Exception):
    """A second person reads the answer to a case of this grade before it goes out."""


class NeedsLooking(Exception):
    """A complaint and a fault are looked into before they are answered."""


def may_be_settled(kind: Kind, severity: Severity) -> bool:
    """Whether whoever takes it in may answer and close it in the same breath."""
    return kind not in rules.LOOKED_INTO and not rules.needs_approval(severity)


@transaction.atomic
def settle_at_once(
    matter: Matter,
    customer: Customer,
    *,
    text: str,
    key: str,
    opened_at: datetime,
    by: Person,
    now: datetime,
) -> Case:
    """
    Take a case in, answer it, have it confirmed and close it: all of it or nothing. It
    counts as solved at first contact.

    :param text: what the customer was told, or what was done.
    :raises NeedsLooking: for a complaint or a fault.
    :raises TooGrave: when the answer needs a second person.
    :raises gapless.control.cases.answering.NothingSaid: without saying what.
    :raises SaysNothing, NoWayToAnswer, Concerned, ValueError: as `take_in`.
    """
    if matter.kind in rules.LOOKED_INTO:
        raise NeedsLooking(matter.kind)
    case = take_in(matter, customer, key=key, opened_at=opened_at, owner=by, by=by, now=now)
    if case.version > 1:
        return case  # sent twice
    if rules.needs_approval(Severity(case.severity)):
        raise TooGrave(case)
    answer(case, text=text, key="at once:answer", seen=case.version, by=by, now=now)
    confirm(case, words="", key="at once:confirm", seen=case.version, by=by, now=now)
    close(
        case,
        category=matter.category,
        cause="",
        measure="",
        key="at once:close",
        seen=case.version,
        by=by,
        now=now,
    )
    return case
