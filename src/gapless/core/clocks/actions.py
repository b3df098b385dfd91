"""Verbs of clocks. Other areas call them with what their own record is called."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from gapless.core.audit.actions import record

from . import rules
from .models import Clock, ClockPolicy, Happening, Matter
from .queries import in_force
from .settling import hold, read_again, settle


class Actor(Protocol):
    pk: int


class NotPublished(Exception):
    """There is no such time limit, or no version of it has been published."""


class NoSuchMatter(Exception):
    """No clock was ever started for this record."""


class NotYet(Exception):
    """What has not happened yet cannot be written down as having happened."""


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
    hold(about)
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
def withdraw_clock(
    subject: Subject, policy: str, *, by: Actor | None, now: datetime
) -> bool:
    """
    Take a clock away that should never have run: its limit was not this record's. What
    happened stays; what was asked of the clock and what it brought about go with it.

    :param policy: the code of the time limit.
    :returns: whether there was such a clock.
    """
    try:
        about = _held(subject)
    except NoSuchMatter:
        return False
    found = about.clocks.filter(policy__code=policy).select_related("version")
    clock = found.select_for_update(of=("self",)).first()
    if clock is None:
        return False
    record(
        "clock.withdrawn",
        subject=clock,
        by=by,
        at=now,
        unit=about.unit,
        code=policy,
        number=clock.version.number,
        before=clock.due_at,
    )
    clock.delete()
    return True


@transaction.atomic
def hide_matter(
    subject: Subject, person_ids: Collection[int], *, by: Actor | None, now: datetime
) -> None:
    """
    Keep a record's clocks from whom it is about: for these people they do not exist, and
    they hear of none. Hidden once, it stays so; without clocks there is nothing to hide.
    """
    try:
        about = _held(subject)
    except NoSuchMatter:
        return
    before = set(about.hidden_from.values_list("pk", flat=True))
    after = before.union(person_ids)
    if after == before:
        return
    about.hidden_from.add(*(after - before))
    record(
        "clock.hidden",
        subject=about,
        by=by,
        at=now,
        unit=about.unit,
        before=sorted(before),
        after=sorted(after),
    )


@transaction.atomic
def recompute(clock: Clock, *, by: Actor | None, now: datetime) -> None:
    """Read one clock again, with the calendar as it stands; the trail says what moved."""
    before = clock.due_at
    reading = read_again(clock, now)
    record(
        "clock.recomputed",
        subject=clock,
        by=by,
        at=now,
        unit=clock.matter.unit,
        before=before,
        after=reading.due_at,
    )


def _held(subject: Subject) -> Matter:
    this = Matter.objects.filter(subject_type=subject.type, subject_id=subject.id)
    about = this.select_for_update(of=("self",)).select_related("unit").first()
    if about is None:
        raise NoSuchMatter(subject)
    return about


def _clocks_of(about: Matter) -> list[Clock]:
    clocks = about.clocks.select_for_update(of=("self",)).select_related("matter")
    return list(clocks.order_by("pk"))
