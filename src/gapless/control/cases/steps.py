"""
One step of a case: the transition table decides, the timeline keeps it, the clocks hear of
it. Every verb of the area is made of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gapless.core.audit.actions import record
from gapless.core.clocks.actions import Subject, note_happening
from gapless.core.clocks.policies import PAUSED, RESUMED
from gapless.core.clocks.rules import Happening
from gapless.people.org.models import Person

from . import rules
from .choices import OfferState, Severity, State, Step
from .models import Case, Concern, Entry, Offer

AWAITING = "awaiting_customer"
HELD = "held"  # from here on it is in somebody else's hands


class ChangedMeanwhile(Exception):
    """Something happened to the case after this one looked; it stands as it is."""


class NotNow(Exception):
    """In the state that the case is in, this does not happen to it."""


class Concerned(Exception):
    """The case is about this person, who neither sees nor handles it."""


def is_new(case: Case, step: Step, *, key: str, seen: int) -> bool:
    """
    Whether it is not the same step sent again, which changes nothing. For verbs that ask
    more of a step than the table does, and ask before it happens.

    :raises ChangedMeanwhile, NotNow: as `happen`.
    """
    if Entry.objects.filter(case=case, key=key).exists():
        return False
    _check(case, step, people=(), seen=seen)
    return True


def subject_of(case: Case) -> Subject:
    return Subject("cases.case", str(case.pk))


def happen(
    case: Case,
    step: Step,
    *,
    key: str,
    by: Person | None,
    now: datetime,
    seen: int | None = None,
    words: str = "",
    whom: Person | None = None,
    code: str = "",
    other: Case | None = None,
    **columns: Any,
) -> Entry:
    """
    Let something happen to a case, in the transaction of the verb.

    :param key: of whoever sends it; under one key it happens once.
    :param seen: the version of the case that whoever acts was looking at; None where it
        makes no difference what happened since, as with a note.
    :param columns: of the case, that change with it.
    :raises NotNow: the table does not let it happen in the state that the case is in.
    :raises ChangedMeanwhile: somebody was quicker.
    :raises Concerned: by, or into the hands of, somebody whom the case is about.
    """
    # Whoever moves a case waits for the others that do: SQLite has one writer anyway.
    held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    before = Entry.objects.filter(case=held, key=key).first()
    if before is not None:
        case.refresh_from_db()
        return before
    _check(held, step, people=(by, whom), seen=seen)
    state = State(held.state)
    changed = columns | {
        "state": rules.state_after(step, state),
        "version": held.version + 1,
    }
    Case.objects.filter(pk=held.pk).update(**changed)
    entry = Entry.objects.create(
        case=held,
        step=step,
        at=now,
        by=by,
        words=words.strip(),
        whom=whom,
        code=code,
        other=other,
        key=key,
    )
    if "holder" in columns or changed["state"] not in rules.IN_HAND:
        # What was handed over is elsewhere by now, or nothing is left to take on.
        Offer.objects.filter(case=held, state=OfferState.OPEN).update(
            state=OfferState.WITHDRAWN, ended_at=now
        )
    case.refresh_from_db()
    kinds = rules.heard(step, state, Severity(case.severity))
    if "holder" in columns:
        kinds = (*kinds, HELD)
    _clocks_hear(case, entry, kinds)
    record(
        "case.step",
        subject=case,
        by=by,
        at=now,
        unit=case.unit,
        kind=step.value,
        before=state.value,
        after=case.state,
        person=whom.pk if whom else None,
        code=code,
    )
    return entry


def _check(
    held: Case, step: Step, *, people: Iterable[Person | None], seen: int | None
) -> None:
    told = [each.pk for each in people if each is not None]
    if told and Concern.objects.filter(case=held, person__in=told).exists():
        raise Concerned(held)
    if seen is not None and held.version != seen:
        raise ChangedMeanwhile(held)
    if not rules.may_happen(step, State(held.state)):
        raise NotNow(held)


def _clocks_hear(case: Case, entry: Entry, kinds: tuple[str, ...]) -> None:
    if case.matter_id is None:
        return
    for kind in kinds:
        happened = Happening(
            entry.at,
            kind,
            reason=AWAITING if kind in (PAUSED, RESUMED) else "",
            holder=case.holder.name if kind == HELD else "",
            human=entry.by_id is not None or entry.step == Step.SAID,
        )
        note_happening(
            subject_of(case),
            happened,
            key=f"entry:{entry.pk}:{kind}",
            by=entry.by,
            now=entry.at,
        )
