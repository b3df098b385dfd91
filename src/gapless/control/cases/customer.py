"""What customers do themselves: report, add, say whether it is settled, rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gapless.core.files.models import StoredFile
from gapless.people.org.models import Person, Unit
from gapless.people.org.queries import in_charge, phones_of

from . import answering
from .actions import write
from .choices import Channel, Fact, Kind, Purpose, State, Step
from .models import Case, Entry
from .opening import Customer, Matter, take_in
from .rules import RATINGS, may_reopen
from .steps import NotNow, happen
from .telling import REPORTED, tell_of_entry
from .tokens import read_case_token, read_report_token

# Matters that customers bring to the form behind a QR code; staff know the others.
KINDS = (Kind.COMPLAINT, Kind.FAULT, Kind.INQUIRY, Kind.SUGGESTION, Kind.PRAISE)
# What a customer can say of how grave it is; whoever handles it looks again.
FACTS = (Fact.SAFETY, Fact.LOSS, Fact.REPEAT)
# The staff may take up what was not filed; a customer tells the supervision.
TAKEN_UP_AGAIN = frozenset({State.ANSWERED, State.CONFIRMED, State.CLOSED})


class NobodyAnswers(Exception):
    """Nobody runs the unit or a unit above, so nobody could be responsible."""


class NoRating(Exception):
    """A rating is one of the five points."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody writes into the form behind a unit's QR code."""

    kind: Kind
    title: str
    words: str
    purpose: Purpose | None = None
    facts: frozenset[Fact] = frozenset()


# --- Reads, by a token instead of a person --------------------------------------------


def unit_behind(token: str) -> Unit | None:
    """Where the code hangs; None for a token that we never made."""
    number = read_report_token(token)
    found: Unit | None = Unit.objects.filter(pk=number).first() if number else None
    return found


def case_behind(token: str) -> Case | None:
    """The case whose receipt has this address."""
    number = read_case_token(token)
    if number is None:
        return None
    return Case.objects.filter(pk=number).select_related("unit", "owner").first()


def reported_under(key: str) -> Case | None:
    """What this very form became, if it was sent before."""
    return Case.objects.filter(key=_key(key)).first()


def said_to_customer(case: Case) -> list[Entry]:
    """
    The course of the case as its customer may know it, newest first: what they said, what
    they were told, where it stands. No notes, no names, nothing of who handed it to whom.
    """
    entries = Entry.objects.filter(case=case, step__in=SHOWN)
    return list(entries.prefetch_related("attachments__file").order_by("-at", "-pk"))


SHOWN = frozenset(
    {
        Step.RECEIVED,
        Step.SAID,
        Step.TOLD,
        Step.ASKED,
        Step.FOUND,
        Step.ANSWERED,
        Step.CONFIRMED,
        Step.REOPENED,
        Step.NOT_FILED,
        Step.MERGED,
        Step.CLOSED,
        Step.RATED,
    }
)
# What staff wrote for the customer; the words of other steps are ours.
FOR_CUSTOMERS = frozenset({Step.TOLD, Step.ASKED, Step.ANSWERED})


def words_shown(entry: Entry) -> str:
    """The customer's own words, and what was said to the customer; else nothing."""
    step = Step(entry.step)
    own = entry.by_id is None or step in (Step.RECEIVED, Step.SAID)
    return entry.words if own or step in FOR_CUSTOMERS else ""


def rating_of(case: Case) -> int | None:
    """The last one that the customer gave."""
    rated = Entry.objects.filter(case=case, step=Step.RATED).order_by("-at", "-pk")
    code = rated.values_list("code", flat=True).first()
    return int(code) if code else None


def may_be_taken_up(case: Case, *, now: datetime) -> bool:
    """Whether the customer may say that it was not settled after all."""
    return case.state in TAKEN_UP_AGAIN and may_reopen(case.ended_at, now=now)


# --- Verbs ----------------------------------------------------------------------------


def receiver(unit: Unit, now: datetime) -> Person:
    """
    Who owns what comes in from outside: whoever is in charge of the unit.

    :raises NobodyAnswers: nobody is.
    """
    found = in_charge(unit.path, now)
    if not found:
        raise NobodyAnswers(unit)
    return Person.objects.get(pk=found[0])


@transaction.atomic
def report(
    unit: Unit,
    told: Report,
    customer: Customer,
    *,
    key: str,
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Case:
    """
    Open a case as its customer wrote it, without anybody of ours.

    :param key: of the form; sent twice, it is one case.
    :raises NobodyAnswers: nobody could own it.
    :raises SaysNothing, NoWayToAnswer: as `take_in`.
    """
    sent = reported_under(key)
    if sent is not None:
        return sent
    matter = Matter(
        kind=told.kind,
        channel=Channel.WEB,
        unit=unit,
        title=told.title,
        words=told.words,
        purpose=told.purpose,
        facts=told.facts & frozenset(FACTS),
        files=files,
    )
    owner = receiver(unit, now)
    case = take_in(
        matter, customer, key=_key(key), opened_at=now, owner=owner, by=None, now=now
    )
    entry = case.entries.get(step=Step.RECEIVED)
    tell_of_entry(REPORTED, entry, [case.owner_id], now=now)
    return case


def _key(key: str) -> str:
    return f"report:{key}"[:64]


def add_words(
    case: Case, *, words: str, key: str, files: Sequence[StoredFile] = (), now: datetime
) -> Entry:
    """
    The customer adds something; the waiting for it ends.

    :raises gapless.control.cases.actions.NothingSaid: neither words nor a photo.
    """
    return write(case, Step.SAID, words=words, key=key, by=None, now=now, files=files)


def confirm(case: Case, *, key: str, seen: int, now: datetime) -> None:
    """
    The customer says that it is settled.

    :raises ChangedMeanwhile, NotNow: as `happen`.
    """
    answering.confirm(case, words="", key=key, seen=seen, by=None, now=now)


@transaction.atomic
def take_up_again(case: Case, *, words: str, key: str, seen: int, now: datetime) -> None:
    """
    The customer says that it is not settled.

    :raises gapless.control.cases.answering.NothingSaid: without saying why.
    :raises gapless.control.cases.answering.TooLate: it ended more than 30 days ago.
    :raises ChangedMeanwhile, NotNow: as `happen`; what was not filed the customer does
        not take up again.
    """
    if case.state == State.NOT_FILED:
        raise NotNow(case)
    answering.reopen(case, words=words, key=key, seen=seen, by=None, now=now)


@transaction.atomic
def rate(case: Case, points: int, *, key: str, now: datetime) -> None:
    """
    Say how well it was handled; the last word counts, and all of them are kept.

    :raises NoRating: it is none of the five.
    :raises NotNow: before there is an answer.
    """
    if points not in RATINGS:
        raise NoRating(points)
    happen(case, Step.RATED, key=key, by=None, now=now, code=str(points))


def phone_for(case: Case) -> tuple[str, str]:
    """Where the customer reaches the owner, and whoever supervises; "": nowhere known."""
    phones = phones_of(case.unit)
    return phones.phone, phones.supervision
