"""Asking for work, and taking it back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Q

from .choices import State
from .models import Job
from .rules import LEASE


class Actor(Protocol):
    pk: int


class AlreadyOver(Exception):
    """The job has ended; there is nothing left to stop."""


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    by: Actor | None = None,
    now: datetime,
    run_at: datetime | None = None,
) -> Job:
    """
    Ask for work in the transaction of whatever needs it: both are there, or neither.

    :param payload: JSON that says what to work on: numbers of records, never the records.
    :param key: what is asked for twice under one key is the same job, done once.
    """
    values = {
        "kind": kind,
        "payload": dict(payload),
        "requested_by_id": by.pk if by else None,
        "created_at": now,
        "run_at": run_at or now,
    }
    if key is None:
        return Job.objects.create(**values)
    job, _ = Job.objects.get_or_create(key=key, defaults=values)
    return job


def enqueue_daily(kinds: Iterable[str], *, now: datetime) -> None:
    """Ask once a day for each kind, however many workers ask, and whenever they start."""
    for kind in kinds:
        enqueue(kind, {}, key=f"{kind} {now:%Y-%m-%d}", now=now)


def enqueue_minutely(kinds: Iterable[str], *, now: datetime) -> None:
    """
    Ask once a minute for each kind, unless the last one still waits. What was done more
    than an hour ago is cleared away: these jobs leave no trace that anybody looks for. So
    is what was done later than now, before the clock was set back: its minutes come anew.
    """
    for kind in kinds:
        alike = Job.objects.filter(kind=kind)
        past = Q(finished_at__lt=now - timedelta(hours=1))
        alike.filter(past | Q(finished_at__gt=now + 2 * LEASE), state=State.DONE).delete()
        if not alike.filter(state=State.QUEUED).exists():
            enqueue(kind, {}, key=f"{kind} {now:%Y-%m-%dT%H:%M}", now=now)


@transaction.atomic
def cancel_job(job: Job, *, now: datetime) -> None:
    """
    Stop a job: at once while it waits, after its present step while it runs.

    :raises AlreadyOver: it ended before.
    """
    this = Job.objects.filter(pk=job.pk)
    stopped = this.filter(state=State.QUEUED).update(
        state=State.CANCELLED, cancel_requested_at=now, finished_at=now
    )
    asked = this.filter(state=State.RUNNING).update(cancel_requested_at=now)
    if not (stopped or asked):
        raise AlreadyOver(job)
    job.refresh_from_db()
