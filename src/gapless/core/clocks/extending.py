"""More time (延期): somebody asks for a later limit, and somebody else decides."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from gapless.core.audit.actions import record
from gapless.core.notices.actions import notify

from . import rules
from .actions import Actor
from .models import Clock, Extension
from .settling import Withdrawn, read_again

ASKED = "clock.extension_asked"
GRANTED = "clock.extension_granted"
REFUSED = "clock.extension_refused"


class NoLimitToMove(Exception):
    """The clock has not started, has stopped or was withdrawn, or its limit has passed."""


class NotLater(Exception):
    """An extension ends later than the limit that stands."""


class NothingSaid(Exception):
    """A later limit is asked for, and refused, with a reason."""


class AlreadyAsked(Exception):
    """Somebody asked for an extension of this clock, and it is not decided yet."""


class AlreadyDecided(Exception):
    """Somebody decided before; the first decision stands."""


class OwnRequest(Exception):
    """Whoever asks for an extension does not decide on it."""


@transaction.atomic
def ask_extension(
    clock: Clock,
    *,
    until: datetime,
    reason: str,
    tell: Collection[int],
    by: Actor,
    now: datetime,
) -> Extension:
    """
    Ask for a later limit. The one that stands goes on until somebody else has said yes.

    :param tell: who decides on it, and is to hear of it.
    :raises NothingSaid: without a reason.
    :raises NoLimitToMove: the clock does not run towards a limit.
    :raises NotLater: the new limit would be no later.
    :raises AlreadyAsked: the last request is not decided yet.
    """
    if not reason.strip():
        raise NothingSaid(clock)
    reading = _read(clock, now)
    if reading.due_at is None or reading.stopped_at or reading.late:
        raise NoLimitToMove(clock)
    if until <= reading.due_at:
        raise NotLater(until)
    try:
        with transaction.atomic():
            extension = Extension.objects.create(
                clock=clock,
                asked_by_id=by.pk,
                asked_at=now,
                reason=reason.strip(),
                until=until,
            )
    except IntegrityError as error:
        raise AlreadyAsked(clock) from error
    record(
        "clock.extension_asked",
        subject=clock,
        by=by,
        at=now,
        unit=clock.matter.unit,
        reason=extension.reason,
        before=reading.due_at,
        after=until,
    )
    at_clock = f"/clocks/{clock.pk}/"
    _tell(ASKED, extension, set(tell) - {by.pk}, url=at_clock, now=now)
    return extension


@transaction.atomic
def decide_extension(
    extension: Extension, *, approved: bool, answer: str, by: Actor, now: datetime
) -> None:
    """
    Say yes or no. The limit that stood at first stays visible.

    :raises OwnRequest: by whoever asked.
    :raises NothingSaid: no, and not why.
    :raises AlreadyDecided: somebody was quicker.
    :raises NoLimitToMove: yes, but meanwhile the limit passed or the clock stopped.
    :raises NotLater: yes, but meanwhile the limit has moved beyond what was asked for.
    """
    if extension.asked_by_id == by.pk:
        raise OwnRequest(extension)
    if not approved and not answer.strip():
        raise NothingSaid(extension)
    clock = extension.clock
    before = _read(clock, now)
    won = Extension.objects.filter(pk=extension.pk, decided_at=None).update(
        approved=approved, decided_by_id=by.pk, decided_at=now, answer=answer.strip()
    )
    if not won:
        raise AlreadyDecided(extension)
    if approved and (before.stopped_at or before.late):
        raise NoLimitToMove(clock)
    if approved and before.due_at and extension.until <= before.due_at:
        raise NotLater(extension)
    extension.refresh_from_db()
    reading = _read(clock, now)
    record(
        "clock.extension_decided",
        subject=clock,
        by=by,
        at=now,
        unit=clock.matter.unit,
        reason=extension.answer or extension.reason,
        state="approved" if approved else "refused",
        before=before.due_at,
        after=reading.due_at,
    )
    _tell_decided(extension, now=now)


def _read(clock: Clock, now: datetime) -> rules.Reading:
    try:
        return read_again(clock, now)
    except Withdrawn as error:
        raise NoLimitToMove(clock) from error


def _tell_decided(extension: Extension, *, now: datetime) -> None:
    """Who asked sees clocks; whoever owns the matter perhaps only the matter."""
    kind, clock = GRANTED if extension.approved else REFUSED, extension.clock
    at_clock = f"/clocks/{clock.pk}/"
    _tell(kind, extension, {extension.asked_by_id}, url=at_clock, now=now)
    owner = clock.matter.owner_id
    if owner and owner != extension.decided_by_id:
        _tell(kind, extension, {owner}, url=clock.matter.url or at_clock, now=now)


def _tell(
    kind: str, extension: Extension, people: set[int], *, url: str, now: datetime
) -> None:
    """Why stands on the page, not in the notice: it may be free text of anybody's."""
    clock = extension.clock
    kept_out = set(clock.matter.hidden_from.values_list("pk", flat=True))
    whoever = extension.decided_by or extension.asked_by
    notify(
        people - kept_out,
        kind,
        key=f"{kind}:{extension.pk}",
        facts={
            "title": clock.matter.title,
            "policy": clock.policy.name,
            "unit": clock.matter.unit.name,
            "name": whoever.name,
            "due_at": clock.due_at.isoformat() if clock.due_at else "",
            "until_at": extension.until.isoformat(),
        },
        url=url,
        urgent=True,
        now=now,
    )
