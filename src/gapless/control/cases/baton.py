"""
The baton: a case is handed over when the next one takes it, not before. Until then the
old holder has it, and the time is theirs.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from gapless.core.calendar.queries import calendar_of
from gapless.core.jobs.working import Run
from gapless.people.org.models import Person

from . import limits, rules
from .choices import OfferState, Step
from .models import Case, Offer
from .steps import happen, is_new
from .telling import (
    ASSIGNED,
    tell_not_taken,
    tell_of_entry,
    tell_offered,
    tell_taken,
)

BOUNCE = "cases.bounce"
BATCH = 100


class NoReason(Exception):
    """A hand-over, and refusing one, says why."""


class TooManyHands(Exception):
    """It went through as many hands as it may; now the manager decides."""


class AlreadyOffered(Exception):
    """It is offered to somebody already, who has not answered yet."""


class NotTheirs(Exception):
    """Only whoever has it hands it over; only whom it is offered to answers."""


class AlreadyEnded(Exception):
    """The offer was taken on, refused, taken back, or nobody came in time."""


@transaction.atomic
def offer(
    case: Case, *, to: Person, reason: str, key: str, seen: int, by: Person, now: datetime
) -> Offer:
    """
    Hand a case over. It stays where it is until the other one takes it on.

    :raises NoReason: without one.
    :raises NotTheirs: by somebody who does not have it, or to oneself.
    :raises TooManyHands: twice it went to another one; now the manager assigns it.
    :raises AlreadyOffered: somebody has not answered yet.
    :raises gapless.control.cases.steps.Concerned: to somebody whom it is about.
    :raises ChangedMeanwhile, NotNow: as `happen`.
    """
    if not reason.strip():
        raise NoReason(case)
    if not is_new(case, Step.OFFERED, key=key, seen=seen):
        return Offer.objects.get(case=case, entry__key=key)
    if case.holder_id != by.pk or to.pk == by.pk:
        raise NotTheirs(case)
    if not rules.may_hand_over(case.transfers):
        raise TooManyHands(case)
    try:
        with transaction.atomic():
            made = _offer(case, to, reason, key=key, seen=seen, by=by, now=now)
    except IntegrityError as error:
        case.refresh_from_db()
        raise AlreadyOffered(case) from error
    tell_offered(made, now=now)
    return made


def _offer(
    case: Case,
    to: Person,
    reason: str,
    *,
    key: str,
    seen: int,
    by: Person,
    now: datetime,
) -> Offer:
    entry = happen(
        case, Step.OFFERED, key=key, by=by, now=now, seen=seen, words=reason, whom=to
    )
    calendar = calendar_of(case.unit_id).calendar
    return Offer.objects.create(
        case=case,
        entry=entry,
        by=by,
        to=to,
        reason=reason.strip()[:200],
        made_at=now,
        due_at=calendar.after_open(now, rules.TAKE_ON_WITHIN),
    )


@transaction.atomic
def take_on(offered: Offer, *, by: Person, now: datetime) -> None:
    """
    Take on what was handed over: from now on the time is one's own.

    :raises NotTheirs: it was offered to somebody else.
    :raises AlreadyEnded: too late, or somebody was quicker.
    """
    case = _end(offered, OfferState.TAKEN, by=by, now=now)
    happen(
        case,
        Step.TAKEN,
        key=f"taken:{offered.pk}",
        by=by,
        now=now,
        whom=by,
        holder=by,
        transfers=case.transfers + 1,
    )
    limits.follow(case, by=by, now=now)
    tell_taken(offered, now=now)


@transaction.atomic
def refuse(offered: Offer, *, why: str, by: Person, now: datetime) -> None:
    """
    Say no, and why: it stays where it was, and the manager hears of it.

    :raises NoReason: without one.
    :raises NotTheirs: it was offered to somebody else.
    :raises AlreadyEnded: too late, or somebody was quicker.
    """
    if not why.strip():
        raise NoReason(offered)
    case = _end(offered, OfferState.REFUSED, by=by, now=now, refusal=why.strip()[:200])
    key = f"refused:{offered.pk}"
    happen(case, Step.REFUSED, key=key, by=by, now=now, words=why, whom=offered.by)
    tell_not_taken(offered, now=now)


def _end(
    offered: Offer, state: OfferState, *, by: Person, now: datetime, refusal: str = ""
) -> Case:
    if offered.to_id != by.pk:
        raise NotTheirs(offered)
    return _ended(offered, state, now=now, refusal=refusal)


def _ended(offered: Offer, state: OfferState, *, now: datetime, refusal: str = "") -> Case:
    """Whoever ends an offer holds its case first, as whoever makes one does."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=offered.case_id)
    won = Offer.objects.filter(pk=offered.pk, state=OfferState.OPEN).update(
        state=state, ended_at=now, refusal=refusal
    )
    offered.refresh_from_db()
    if not won:
        raise AlreadyEnded(offered)
    offered.case = case
    return case


@transaction.atomic
def assign(
    case: Case, *, to: Person, reason: str, key: str, seen: int, by: Person, now: datetime
) -> None:
    """
    The manager says who has it from now on; nobody is asked. An open offer ends.

    :raises NoReason: without one.
    :raises gapless.control.cases.steps.Concerned: to or by somebody whom it is about.
    :raises ChangedMeanwhile, NotNow: as `happen`.
    """
    if not reason.strip():
        raise NoReason(case)
    entry = happen(
        case,
        Step.ASSIGNED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=reason,
        whom=to,
        holder=to,
    )
    limits.follow(case, by=by, now=now)
    tell_of_entry(ASSIGNED, entry, [to.pk], now=now)


def run_bounce(run: Run) -> None:
    """The job of every minute: what nobody took on in time goes back."""
    last = 0
    while True:
        with run.step():
            now = run.now()
            late = Offer.objects.filter(state=OfferState.OPEN, due_at__lte=now, pk__gt=last)
            some = list(late.select_related("by", "to").order_by("pk")[:BATCH])
            for offered in some:
                bounce(offered, now=now)
        if not some:
            return
        last = some[-1].pk


@transaction.atomic
def bounce(offered: Offer, *, now: datetime) -> None:
    """It goes back to whoever handed it over, and up to the manager."""
    try:
        case = _ended(offered, OfferState.BOUNCED, now=now)
    except AlreadyEnded:
        return
    key = f"bounced:{offered.pk}"
    happen(case, Step.BOUNCED, key=key, by=None, now=now, whom=offered.by)
    tell_not_taken(offered, now=now)
