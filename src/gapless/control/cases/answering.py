"""Finding out, answering, and ending a case: the customer has the last word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gapless.people.org.models import Person

from . import rules
from .choices import Kind, Severity, State, Step, Verdict
from .models import Case, Category, Draft, Entry, NotFiled
from .steps import happen, is_new
from .telling import REOPENED, SENT_BACK, TO_DECIDE, deciders, tell_of_entry


class NothingSaid(Exception):
    """An answer has words, a finding has facts, and sending one back says why."""


class NeedsApproval(Exception):
    """
    A case of this grade is answered when a second person has read the answer; so is one
    whose answer was handed in to be read.
    """


class OwnDraft(Exception):
    """Whoever proposes an answer does not approve it."""


class AlreadyDecided(Exception):
    """Somebody else approved it, or sent it back, just before."""


class NotConfirmed(Exception):
    """The customer neither confirmed nor kept silent for long enough."""


class NotLearnt(Exception):
    """A case is closed with what it was about, its cause and what was changed."""


class TooLate(Exception):
    """Too long ago to be the same case; the customer opens another one."""


@transaction.atomic
def find_out(
    case: Case,
    *,
    verdict: Verdict,
    facts: str,
    key: str,
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    Say what the investigation found, and by what facts.

    :raises NothingSaid: without facts.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if not facts.strip():
        raise NothingSaid(case)
    happen(
        case,
        Step.FOUND,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=facts,
        code=verdict,
        verdict=verdict,
    )


@transaction.atomic
def propose(
    case: Case, *, text: str, key: str, seen: int, by: Person, now: datetime
) -> Draft:
    """
    Hand an answer in to be read by whoever decides there.

    :raises NothingSaid: without words.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if not text.strip():
        raise NothingSaid(case)
    entry = happen(case, Step.PROPOSED, key=key, by=by, now=now, seen=seen, words=text)
    sent = Draft.objects.filter(entry=entry).first()
    if sent is not None:
        return sent
    draft = Draft.objects.create(
        case=case, entry=entry, text=text.strip(), by=by, proposed_at=now
    )
    tell_of_entry(TO_DECIDE, entry, deciders(case, now, but=by.pk), now=now)
    return draft


@transaction.atomic
def send_back(draft: Draft, *, remark: str, by: Person, now: datetime) -> None:
    """
    Say what is wrong with a proposed answer.

    :raises NothingSaid: without saying why.
    :raises OwnDraft: by whoever proposed it.
    :raises AlreadyDecided: somebody was quicker.
    """
    if not remark.strip():
        raise NothingSaid(draft)
    case = _decide(draft, approved=False, remark=remark, by=by, now=now)
    key = f"sent back:{draft.pk}"
    entry = happen(case, Step.SENT_BACK, key=key, by=by, now=now, words=remark)
    tell_of_entry(SENT_BACK, entry, [draft.by_id], now=now)


@transaction.atomic
def approve(draft: Draft, *, remark: str = "", by: Person, now: datetime) -> None:
    """
    Say yes: with that the customer is answered in these words.

    :raises OwnDraft: by whoever proposed it.
    :raises AlreadyDecided: somebody was quicker.
    """
    case = _decide(draft, approved=True, remark=remark, by=by, now=now)
    _answer(case, draft.text, key=f"approved:{draft.pk}", seen=None, by=by, now=now)


def _decide(
    draft: Draft, *, approved: bool, remark: str, by: Person, now: datetime
) -> Case:
    if draft.by_id == by.pk:
        raise OwnDraft(draft)
    case = Case.objects.select_for_update(of=("self",)).get(pk=draft.case_id)
    won = Draft.objects.filter(pk=draft.pk, decided_at=None).update(
        approved=approved, decided_by=by, decided_at=now, remark=remark.strip()
    )
    if not won:
        raise AlreadyDecided(draft)
    draft.refresh_from_db()
    return case


@transaction.atomic
def answer(
    case: Case, *, text: str, key: str, seen: int, by: Person, now: datetime
) -> Entry:
    """
    Answer the customer, in the words that the customer was told or sent.

    :raises NothingSaid: without words.
    :raises NeedsApproval: the case is too grave for one person's answer, or one waits.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    to_be_read = case.state == State.PROPOSED or rules.needs_approval(
        Severity(case.severity)
    )
    if is_new(case, Step.ANSWERED, key=key, seen=seen) and to_be_read:
        raise NeedsApproval(case)
    return _answer(case, text, key=key, seen=seen, by=by, now=now)


def _answer(
    case: Case, text: str, *, key: str, seen: int | None, by: Person, now: datetime
) -> Entry:
    if not text.strip():
        raise NothingSaid(case)
    return happen(
        case,
        Step.ANSWERED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=text,
        code=case.reply_by,
        answered_at=now,
    )


@transaction.atomic
def confirm(
    case: Case, *, words: str, key: str, seen: int, by: Person | None, now: datetime
) -> None:
    """
    The customer says that it is settled; whoever was responsible so far is free.

    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    happen(case, Step.CONFIRMED, key=key, by=by, now=now, seen=seen, words=words)


@transaction.atomic
def close(
    case: Case,
    *,
    category: Category | None,
    cause: str,
    measure: str,
    key: str,
    seen: int,
    by: Person,
    now: datetime,
) -> None:
    """
    End a case, with what was learnt from it (features.md 4: cause and action).

    :raises NotConfirmed: the customer neither confirmed nor was silent for a week.
    :raises NotLearnt: a complaint or a fault without category, cause or measure, or a
        complaint without a finding.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if not is_new(case, Step.CLOSED, key=key, seen=seen):
        return
    if not rules.is_settled(State(case.state), case.answered_at, now=now):
        raise NotConfirmed(case)
    about = category or case.category
    learnt = about and cause.strip() and measure.strip()
    found = case.verdict or case.kind != Kind.COMPLAINT
    if case.kind in rules.LOOKED_INTO and not (learnt and found):
        raise NotLearnt(case)
    happen(
        case,
        Step.CLOSED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=measure,
        category=about,
        cause=cause.strip(),
        measure=measure.strip(),
        ended_at=now,
    )


@transaction.atomic
def reopen(
    case: Case, *, words: str, key: str, seen: int, by: Person | None, now: datetime
) -> None:
    """
    It was not settled after all: the clocks have then run all the time.

    :raises NothingSaid: without saying why.
    :raises TooLate: it ended more than 30 days ago.
    :raises ChangedMeanwhile, NotNow, Concerned: as `happen`.
    """
    if not words.strip():
        raise NothingSaid(case)
    if not is_new(case, Step.REOPENED, key=key, seen=seen):
        return
    if not rules.may_reopen(case.ended_at, now=now):
        raise TooLate(case)
    entry = happen(
        case,
        Step.REOPENED,
        key=key,
        by=by,
        now=now,
        seen=seen,
        words=words,
        answered_at=None,
        ended_at=None,
        not_filed_as="",
        reopened=case.reopened + 1,
    )
    # If it was not filed before, there is nothing left to review.
    NotFiled.objects.filter(case=case, reviewed_at=None).update(reviewed_at=now)
    tell_of_entry(REOPENED, entry, {case.owner_id, case.holder_id}, now=now)
