"""Verbs of clocks. Other areas call them with what their own record is called."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import IntegrityError, transaction

from gapless.core.audit.actions import record

from . import rules
from .models import Clock, ClockPolicy, Extension, Happening, Matter
from .queries import in_force
from .settling import settle


class Actor(Protocol):
    pk: int


class NotPublished(Exception):
    """There is no such time limit, or no version of it has been published."""


class NoSuchMatter(Exception):
    """No clock was ever started for this record."""


class NotYet(Exception):
    """What has not happened yet cannot be written down as having happened."""


class NoLimitToMove(Exception):
    """The clock has not started, has stopped, or its limit has passed."""


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


@dataclass(frozen=True, slots=True)
class Subject:
    """The record of another area that time is counted for: its kind, and its number."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """
    What the pages of clocks say of it.

    :param title: no names of customers; it stands in notices, too.
    :param unit: the unit whose calendar counts, and whose people see it.
    """

    title: str
    unit: Any  # an org.Unit, which core does not import
    url: str = ""
    owner_id: int | None = None


@transaction.atomic
def start_clock(
    subject: Subject, policy: str, *, matter: MatterFacts, by: Actor | None, now: datetime
) -> Clock:
    """
    Count time for a record, under the version of a time limit that is in force. It runs
    once everything has happened that starts it. Asked for again, it is the same clock.

    :param policy: the code of the time limit.
    :raises NotPublished: there is no version in force.
    """
    found = ClockPolicy.objects.filter(code=policy).first()
    version = in_force(found) if found else None
    if found is None or version is None:
        raise NotPublished(policy)
    about, _ = Matter.objects.get_or_create(
        subject_type=subject.type,
        subject_id=subject.id,
        defaults={
            "title": matter.title[:200],
            "unit": matter.unit,
            "url": matter.url,
            "owner_id": matter.owner_id,
            "created_at": now,
        },
    )
    _hold(about)
    clock, is_new = Clock.objects.get_or_create(
        matter=about,
        policy=found,
        defaults={"version": version, "created_at": now, "read_at": now},
    )
    if is_new:
        settle(_clocks_of(about), now=now)
        clock.refresh_from_db()
        record(
            "clock.started",
            subject=clock,
            by=by,
            at=now,
            unit=about.unit,
            code=policy,
            number=version.number,
        )
    return clock


@transaction.atomic
def note_happening(
    subject: Subject,
    happened: rules.Happening,
    *,
    key: str,
    by: Actor | None,
    now: datetime,
) -> bool:
    """
    Write down what happened to a record: all its clocks are read again. What happened
    earlier may be told later.

    :param key: what is told twice under one key happened once; whether it was new.
    :raises NoSuchMatter: no clock was started for the record.
    :raises NotYet: it lies in the future.
    """
    if happened.at > now:
        raise NotYet(happened)
    about = _held(subject)
    _row, is_new = Happening.objects.get_or_create(
        matter=about,
        key=key,
        defaults={
            "at": _in_order(about, happened.at, now),
            "kind": happened.kind,
            "reason": happened.reason,
            "holder": happened.holder,
            "human": happened.human,
            "noted_at": now,
            "noted_by_id": by.pk if by else None,
        },
    )
    if is_new:
        settle(_clocks_of(about), now=now)
        record(
            "clock.happening",
            subject=about,
            by=by,
            at=now,
            unit=about.unit,
            kind=happened.kind,
            state=happened.reason,
        )
    return is_new


def _in_order(about: Matter, at: datetime, now: datetime) -> datetime:
    """
    The moment as it is written down. If something was noted at a moment that is still to
    come, the server's clock was set back since; what happens now comes after that all the
    same, or a stop would lie before its start.
    """
    ahead = about.happenings.filter(noted_at__gt=now).order_by("-at").first()
    return max(at, ahead.at) if ahead else at


@transaction.atomic
def hand_over(
    subject: Subject, *, owner_id: int | None, by: Actor | None, now: datetime
) -> None:
    """
    Say who is to see to it: whose warnings they are from now on.

    :raises NoSuchMatter: no clock was started for the record.
    """
    about = _held(subject)
    before = about.owner_id
    if before == owner_id:
        return
    about.owner_id = owner_id
    about.save(update_fields=["owner"])
    record(
        "clock.handed_over",
        subject=about,
        by=by,
        at=now,
        unit=about.unit,
        before=before,
        after=owner_id,
    )


@transaction.atomic
def ask_extension(
    clock: Clock, *, until: datetime, reason: str, by: Actor, now: datetime
) -> Extension:
    """
    Ask for a later limit. The one that stands goes on until somebody else has said yes.

    :raises NothingSaid: without a reason.
    :raises NoLimitToMove: the clock does not run towards a limit.
    :raises NotLater: the new limit would be no later.
    :raises AlreadyAsked: the last request is not decided yet.
    """
    if not reason.strip():
        raise NothingSaid(clock)
    reading = _read_again(clock, now)
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
    before = _read_again(clock, now)
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
    reading = _read_again(clock, now)
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


@transaction.atomic
def recompute(clock: Clock, *, by: Actor | None, now: datetime) -> None:
    """Read one clock again, with the calendar as it stands; the trail says what moved."""
    before = clock.due_at
    reading = _read_again(clock, now)
    record(
        "clock.recomputed",
        subject=clock,
        by=by,
        at=now,
        unit=clock.matter.unit,
        before=before,
        after=reading.due_at,
    )


def _read_again(clock: Clock, now: datetime) -> rules.Reading:
    _hold(clock.matter)
    this = Clock.objects.filter(pk=clock.pk).select_related("matter__unit")
    held = list(this.select_for_update(of=("self",)))
    reading = settle(held, now=now)[clock.pk]
    clock.refresh_from_db()
    return reading


def _held(subject: Subject) -> Matter:
    this = Matter.objects.filter(subject_type=subject.type, subject_id=subject.id)
    about = this.select_for_update(of=("self",)).select_related("unit").first()
    if about is None:
        raise NoSuchMatter(subject)
    return about


def _hold(about: Matter) -> None:
    """Whoever writes a clock of a matter waits for the others that do."""
    Matter.objects.select_for_update().filter(pk=about.pk).first()


def _clocks_of(about: Matter) -> list[Clock]:
    clocks = about.clocks.select_for_update(of=("self",)).select_related("matter")
    return list(clocks.order_by("pk"))
