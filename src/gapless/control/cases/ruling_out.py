"""Matters that are not filed, and matters that are one: no count is lost by either."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gapless.people.org.models import Person

from . import limits
from .choices import NotFiling, OfferState, Step
from .models import Case, Concern, NotFiled, Offer
from .rules import OPEN
from .steps import Concerned, happen, is_new
from .telling import REOPENED, TO_DECIDE, deciders, tell_of_entry


class NoReason(Exception):
    """Nothing is left unfiled, or filed after all, without saying why."""


class OwnDecision(Exception):
    """Whoever did not file a matter does not review that."""


class AlreadyReviewed(Exception):
    """Somebody else reviewed it just before."""


class NotTheSame(Exception):
    """A case is merged into another open one, and never into itself."""


@transaction.atomic
def not_file(
    case: Case,
    *,
    why: NotFiling,
    reason: str,
    key: str,
    seen: int,
    by: Person,
    now: datetime,
) -> NotFiled:
    """
    Leave a matter unfiled. It stays counted, and a second person looks at it.

    :raises NoReason: without one.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if not reason.strip():
        raise NoReason(case)
    entry = happen(
        case,
        Step.NOT_FILED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=reason,
        code=why,
        not_filed_as=why,
        ended_at=now,
    )
    sent = NotFiled.objects.filter(entry=entry).first()
    if sent is not None:
        return sent
    made = NotFiled.objects.create(
        case=case, entry=entry, by=by, at=now, reason=reason.strip()
    )
    tell_of_entry(TO_DECIDE, entry, deciders(case, now, but=by.pk), now=now)
    return made


@transaction.atomic
def review(
    decision: NotFiled, *, upheld: bool, remark: str, by: Person, now: datetime
) -> None:
    """
    Say whether it was right not to file it; if not, it is taken up again.

    :raises NoReason: it was not right, and not said why.
    :raises OwnDecision: by whoever decided it.
    :raises AlreadyReviewed: somebody was quicker.
    """
    if not upheld and not remark.strip():
        raise NoReason(decision)
    if decision.by_id == by.pk:
        raise OwnDecision(decision)
    case = Case.objects.select_for_update(of=("self",)).get(pk=decision.case_id)
    won = NotFiled.objects.filter(pk=decision.pk, reviewed_at=None).update(
        upheld=upheld, reviewed_by=by, reviewed_at=now, remark=remark.strip()
    )
    if not won:
        raise AlreadyReviewed(decision)
    decision.refresh_from_db()
    key = f"reviewed:{decision.pk}"
    code = "upheld" if upheld else "overturned"
    happen(case, Step.REVIEWED, key=key, by=by, now=now, words=remark, code=code)
    if upheld:
        return
    entry = happen(
        case,
        Step.REOPENED,
        key=f"filed after all:{decision.pk}",
        by=by,
        now=now,
        words=remark,
        ended_at=None,
        not_filed_as="",
    )
    tell_of_entry(REOPENED, entry, {case.owner_id, case.holder_id}, now=now)


@transaction.atomic
def merge(
    case: Case, into: Case, *, reason: str, key: str, seen: int, by: Person, now: datetime
) -> None:
    """
    Say that a case is the same matter as another one, which goes on for both. Each stays
    counted as received.

    :raises NotTheSame: the other one is this one, or is not open.
    :raises NoReason: without one.
    :raises Concerned: whoever has the other one is concerned in this one.
    :raises ChangedMeanwhile, NotNow: as `happen`.
    """
    if not reason.strip():
        raise NoReason(case)
    if not is_new(case, Step.MERGED, key=key, seen=seen):
        return
    # The smaller number first, so that two merges cannot wait for each other.
    both = Case.objects.filter(pk__in=[case.pk, into.pk]).order_by("pk")
    held = {each.pk: each for each in both.select_for_update(of=("self",))}
    if case.pk == into.pk or held[into.pk].state not in OPEN:
        raise NotTheSame(into)
    entry = happen(
        case,
        Step.MERGED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=reason,
        other=into,
        merged_into=into,
        ended_at=now,
    )
    joined = f"joined:{entry.pk}"
    happen(into, Step.JOINED, key=joined, by=by, now=now, words=reason, other=case)
    _carry_concerns(case, into, by=by, now=now)


def _carry_concerns(case: Case, into: Case, *, by: Person, now: datetime) -> None:
    """Whom one of them is about may not handle the other one either."""
    about = list(Concern.objects.filter(case=case))
    if {into.owner_id, into.holder_id} & {each.person_id for each in about}:
        raise Concerned(into)
    Concern.objects.bulk_create(
        [
            Concern(
                case=into,
                person_id=each.person_id,
                noted_by_id=each.noted_by_id,
                noted_at=each.noted_at,
            )
            for each in about
        ],
        ignore_conflicts=True,
    )
    limits.hide(into, by=by, now=now)
    Offer.objects.filter(
        case=into, state=OfferState.OPEN, to__in=[each.person_id for each in about]
    ).update(state=OfferState.WITHDRAWN, ended_at=now)
