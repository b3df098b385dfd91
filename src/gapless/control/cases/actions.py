"""What is said and noted on a case, how grave it is, and who is kept out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gapless.core.audit.actions import record
from gapless.core.files.models import StoredFile
from gapless.people.org.models import Person

from . import limits, rules
from .choices import Fact, Kind, OfferState, Step
from .grading import rows_of, table_in_force
from .models import Attachment, Case, Category, Concern, Entry, Offer
from .steps import Concerned, happen
from .telling import ASSIGNED, SAID, tell_of_entry

WRITTEN = frozenset({Step.SAID, Step.TOLD, Step.NOTED, Step.MANAGER_KNOWS})


class NothingSaid(Exception):
    """A note, a question or a message has words."""


class NeedsAnother(Exception):
    """Whom it is about has it in hand: somebody else has to take it first."""


@transaction.atomic
def write(
    case: Case,
    step: Step,
    *,
    words: str,
    key: str,
    by: Person | None,
    now: datetime,
    files: Sequence[StoredFile] = (),
) -> Entry:
    """
    Put something on the timeline: what the customer said or was told, or a note. What the
    customer says ends the waiting, on whatever channel it comes (features.md 3.5 d).

    :param step: one of `WRITTEN`.
    :raises NothingSaid: without words or files; that the manager knows needs none.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if step not in WRITTEN:
        raise ValueError(step)
    if step != Step.MANAGER_KNOWS and not (words.strip() or files):
        raise NothingSaid(case)
    entry = happen(case, step, key=key, by=by, now=now, words=words)
    if not entry.attachments.exists():
        Attachment.objects.bulk_create(Attachment(entry=entry, file=file) for file in files)
    if step == Step.SAID:
        tell_of_entry(SAID, entry, {case.holder_id}, now=now)
    return entry


@transaction.atomic
def ask_customer(
    case: Case, *, words: str, key: str, seen: int, by: Person, now: datetime
) -> None:
    """
    Ask the customer something, and wait: the clocks that may be paused are.

    :raises NothingSaid: without a question.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if not words.strip():
        raise NothingSaid(case)
    happen(case, Step.ASKED, key=key, by=by, now=now, seen=seen, words=words)


@transaction.atomic
def assess(
    case: Case,
    *,
    kind: Kind,
    facts: frozenset[Fact],
    category: Category | None,
    words: str,
    key: str,
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Say what it is and how grave. The table decides by what was ticked; a case that turns
    out graver, or less grave, runs under the limits of its new grade from its beginning.

    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    table = table_in_force()
    judged = rules.severity_of(rows_of(table.rows), kind, facts)
    happen(
        case,
        Step.ASSESSED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=words,
        code=f"S{judged.severity.value}",
        kind=kind,
        facts=[fact.value for fact in Fact if fact in facts],
        severity=judged.severity,
        category=category,
        table=table,
    )
    limits.change(case, by=by, now=now)


@transaction.atomic
def keep_out(
    case: Case,
    person: Person,
    *,
    instead: Person | None,
    key: str,
    by: Person,
    now: datetime,
) -> None:
    """
    Note that the case is about somebody: who neither sees nor handles it from now on.

    :param instead: who takes it over, if that person has it or is responsible for it.
    :raises NeedsAnother: that person has it, and nobody takes it instead.
    :raises Concerned: whoever acts or takes over is concerned.
    """
    held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if person.pk == by.pk or (instead and instead.pk == person.pk):
        raise Concerned(case)
    theirs = person.pk in (held.owner_id, held.holder_id)
    if theirs and instead is None:
        raise NeedsAnother(case)
    columns: dict[str, Any] = {}
    if instead and held.owner_id == person.pk:
        columns["owner"] = instead
    if instead and held.holder_id == person.pk:
        columns["holder"] = instead
    try:
        with transaction.atomic():
            Concern.objects.create(case=case, person=person, noted_by=by, noted_at=now)
    except IntegrityError:
        case.refresh_from_db()
        return  # noted already
    whom = instead if columns else None
    code = "holder" if "holder" in columns else ""  # of the chain of hands
    entry = happen(
        case, Step.RECUSED, key=key, by=by, now=now, whom=whom, code=code, **columns
    )
    Offer.objects.filter(case=case, to=person, state=OfferState.OPEN).update(
        state=OfferState.WITHDRAWN, ended_at=now
    )
    record("case.concern_noted", subject=case, by=by, at=now, unit=case.unit)
    limits.follow(case, by=by, now=now)
    limits.hide(case, by=by, now=now)
    if whom:
        tell_of_entry(ASSIGNED, entry, [whom.pk], now=now)
