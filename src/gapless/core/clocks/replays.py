"""
The past under another rule: what a period would have looked like if another version of a
time limit, or the calendars of today, had held. Nothing of the past is changed by it.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from gapless.core.audit.actions import record
from gapless.core.jobs.actions import AlreadyOver, cancel_job, enqueue
from gapless.core.jobs.working import GaveUp, Run

from .actions import Actor
from .choices import State
from .models import Clock, ClockPolicy, ClockQuerySet, PolicyVersion, Replay, ReplayChange
from .queries import told_of
from .verdicts import Verdict, verdict_of, verdict_then

REPLAY = "clocks.replay"
BATCH = 200


class EmptyPeriod(Exception):
    """The period ends before it begins, or has not begun yet."""


@transaction.atomic
def ask_replay(
    policy: ClockPolicy,
    *,
    version: PolicyVersion | None,
    unit: Any,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    now: datetime,
) -> Replay:
    """
    Ask what the clocks of a time limit that started in a period would say.

    :param version: as if all had been started under this one, a draft perhaps; None: each
        under its own, by the calendars of today.
    :param unit: the org.Unit whose subtree counts.
    :raises EmptyPeriod: no clock can have started in it.
    """
    if starts_at >= min(ends_at, now):
        raise EmptyPeriod(starts_at)
    replay = Replay.objects.create(
        policy=policy,
        version=version,
        unit=unit,
        starts_at=starts_at,
        ends_at=ends_at,
        asked_by_id=by.pk,
        asked_at=now,
    )
    replay.job = enqueue(REPLAY, {"replay": replay.pk}, by=by, now=now)
    replay.save(update_fields=["job"])
    record(
        "clock_policy.replayed",
        subject=policy,
        by=by,
        at=now,
        unit=unit,
        code=policy.code,
        number=version.number if version else None,
    )
    return replay


@transaction.atomic
def stop_replay(replay: Replay, *, by: Actor, now: datetime) -> None:
    """
    Stop it where it is.

    :raises AlreadyOver: it has ended (jobs).
    """
    if replay.job is None:
        raise AlreadyOver(replay)
    cancel_job(replay.job, now=now)
    record(
        "clock_policy.replay_stopped",
        subject=replay.policy,
        by=by,
        at=now,
        unit=replay.unit,
        code=replay.policy.code,
    )


def run_replay(run: Run) -> None:
    """The job: batch after batch, each counted in the transaction that says how far."""
    replay = (
        Replay.objects.select_related("policy", "version__policy", "unit")
        .filter(pk=run.payload["replay"])
        .first()
    )
    if replay is None:
        raise GaveUp(gettext_noop("The replay was removed."))
    total = judged(replay).count()
    while replay.finished_at is None:
        with run.step():
            judge_some(replay, now=run.now())
            run.progress(sum(replay.before.values()), total)


def judged(replay: Replay) -> ClockQuerySet:
    """The clocks whose past it is."""
    return Clock.objects.within([replay.unit.path]).filter(
        policy=replay.policy_id,
        started_at__gte=replay.starts_at,
        started_at__lt=replay.ends_at,
        created_at__lte=replay.asked_at,
    )


def judge_some(replay: Replay, *, now: datetime) -> None:
    """Judge the next clocks, within the caller's transaction; none left: it is finished."""
    clocks = judged(replay).filter(pk__gt=replay.reached).select_related("matter")
    some = list(clocks.order_by("pk")[:BATCH])
    if not some:
        replay.finished_at = now
        replay.save(update_fields=["finished_at"])
        return
    changes = _judge(replay, some)
    ReplayChange.objects.bulk_create(
        [change for change in changes if _differs(change)], ignore_conflicts=True
    )
    replay.before = _added(replay.before, [change.before for change in changes])
    replay.after = _added(replay.after, [change.after for change in changes])
    replay.reached = some[-1].pk
    replay.save(update_fields=["before", "after", "reached"])


def _judge(replay: Replay, clocks: list[Clock]) -> list[ReplayChange]:
    told = told_of(clocks, under=replay.version)
    readings = {clock.pk: told[clock.pk].as_of(replay.asked_at) for clock in clocks}
    return [
        ReplayChange(
            replay=replay,
            clock=clock,
            due_before=clock.due_at,
            due_after=readings[clock.pk].due_at,
            before=_as_it_was(clock, replay.asked_at),
            after=verdict_of(readings[clock.pk]),
        )
        for clock in clocks
    ]


def _as_it_was(clock: Clock, at: datetime) -> Verdict:
    return verdict_then(
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        paused=clock.state == State.PAUSED and clock.breached_at is None,
        at=at,
    )


def _differs(change: ReplayChange) -> bool:
    return change.before != change.after or change.due_before != change.due_after


def _added(counts: dict[str, int], verdicts: list[str]) -> dict[str, int]:
    return dict(Counter(counts) + Counter(str(verdict) for verdict in verdicts))
