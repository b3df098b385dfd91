"""The clocks of a case: which run, and what its receipt promises."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from gapless.core.audit.actions import Actor
from gapless.core.clocks.actions import (
    MatterFacts,
    NotPublished,
    hand_over,
    hide_matter,
    note_happening,
    start_clock,
    withdraw_clock,
)
from gapless.core.clocks.models import Clock
from gapless.core.clocks.rules import Happening

from . import rules
from .choices import Severity
from .models import Case, Concern
from .steps import subject_of

REGISTERED = "registered"


def start(case: Case, *, by: Actor | None, now: datetime) -> None:
    """Start the clocks of its grade; those that run already run on."""
    for code in rules.limits_of(Severity(case.severity)):
        _start(case, code, by=by, now=now)
    clock = Clock.objects.filter(
        matter__subject_type="cases.case", matter__subject_id=str(case.pk)
    ).first()
    if clock is None:
        return
    if case.matter_id is None:
        Case.objects.filter(pk=case.pk).update(matter=clock.matter)
        case.refresh_from_db()
    note_happening(
        subject_of(case),
        Happening(case.opened_at, REGISTERED, holder=case.holder.name),
        key=REGISTERED,
        by=by,
        now=now,
    )
    hide(case, by=by, now=now)


def hide(case: Case, *, by: Actor | None, now: datetime) -> None:
    """Whom the case is about sees its clocks no more than the case itself."""
    about = Concern.objects.filter(case=case).values_list("person", flat=True)
    hide_matter(subject_of(case), list(about), by=by, now=now)


def _start(case: Case, code: str, *, by: Actor | None, now: datetime) -> None:
    facts = MatterFacts(
        title=f"{case} {case.title}",
        unit=case.unit,
        url=reverse("cases:detail", args=[case.pk]),
        owner_id=case.holder_id,
    )
    try:
        start_clock(subject_of(case), code, matter=facts, by=by, now=now)
    except NotPublished:
        # The organisation took this limit out of force: then there is none.
        return


def follow(case: Case, *, by: Actor | None, now: datetime) -> None:
    """Whoever has the case has its clocks."""
    if case.matter_id is not None:
        hand_over(subject_of(case), owner_id=case.holder_id, by=by, now=now)


def promised(case: Case) -> datetime | None:
    """By when the customer is told to expect an answer: as its clock says at first."""
    code = f"S{case.severity}-ANSWER"
    clock = Clock.objects.filter(matter=case.matter_id, policy__code=code).first()
    return clock.original_due_at or clock.due_at if clock else None


def change(case: Case, *, by: Actor | None, now: datetime) -> None:
    """The case is of another grade: the limits of the old one never were its own."""
    wanted = rules.limits_of(Severity(case.severity))
    mine = {code for grade in Severity for code in rules.limits_of(grade)}
    for code in sorted(mine.difference(wanted)):
        withdraw_clock(subject_of(case), code, by=by, now=now)
    start(case, by=by, now=now)
