"""
A worker's side of a job: claim it, run its handler, say how it ended.

Every write to the job's row asks for the fence number of the claim, so a worker that was
taken for dead and comes back can neither change the job nor commit a step.
"""

import logging
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from .choices import State
from .models import Job, JobQuerySet
from .rules import LEASE, pause

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class Interrupted(Exception):
    """The handler is to end here; its finished steps stand. Handlers let it pass."""


class Lost(Interrupted):
    """The lease ran out and another worker has the job, or it is gone."""


class Cancelled(Interrupted):
    """Somebody asked to stop the job."""


class Stopping(Interrupted):
    """The worker is shutting down; another goes on with the job."""


class GaveUp(Exception):
    """
    Raised by a handler: trying again would not help. Its text is a msgid (gettext_noop),
    shown to people in their language.
    """


@dataclass
class Stop:
    """Set from a signal handler, where locks must not be touched; looked at in between."""

    asked: bool = False


class Run:
    """What a handler knows of its job: one claim, valid as long as the lease is renewed."""

    def __init__(self, job: Job, *, clock: Clock, lease: timedelta, stop: Stop) -> None:
        self.job = job
        self.payload: Mapping[str, Any] = job.payload
        self.now = clock
        self._fence = job.fence
        self._lease = lease
        self._stop = stop

    @property
    def done(self) -> int:
        """How far the job got, in this run and in those before it."""
        return self.job.done

    @contextmanager
    def step(self) -> Iterator[None]:
        """
        One transaction of the handler: its effects and the progress said inside commit
        together, and only if the job is still ours. Steps are short: a minute at most.
        """
        before = self.job.done, self.job.attempt
        try:
            with transaction.atomic():
                # First of all: this locks the row, so nobody claims it during the step.
                self.check()
                yield
                self._hold()
        except BaseException:
            self.job.done, self.job.attempt = before  # as the rollback leaves them
            raise

    def check(self) -> None:
        """
        Renew the lease. Call it, outside steps, whenever half a minute may have passed.

        :raises Interrupted: the job is lost, to be stopped, or to be handed over.
        """
        self._hold()
        if self._this().filter(cancel_requested_at__isnull=False).exists():
            raise Cancelled(self.job)
        if self._stop.asked:
            raise Stopping(self.job)

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """
        Say how far the job is: where the next worker goes on if this one dies.

        :param message: a msgid (gettext_noop), shown to people in their language.
        """
        values: dict[str, Any] = {"done": done, "message": message}
        if total is not None:
            values["total"] = total
        if done > self.job.done:
            values["attempt"] = 1  # it moves: only tries without progress count
        self._hold(**values)
        for name, value in values.items():
            setattr(self.job, name, value)

    def _this(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.job.pk).held(self._fence)

    def _hold(self, **values: Any) -> None:
        if not self._this().update(lease_until=self.now() + self._lease, **values):
            raise Lost(self.job)

    def end(self, state: State, **values: Any) -> None:
        """Let go of the job. What another worker holds by now is left alone."""
        self._this().update(state=state, lease_until=None, **values)


Handler = Callable[[Run], None]


def claim(kinds: Collection[str], now: datetime, *, lease: timedelta) -> Job | None:
    """
    Take the job of these kinds that has waited longest, or None. However many workers
    reach for it, one wins.
    """
    due = Job.objects.filter(kind__in=kinds).due(now)
    if not due.exists():  # an idle worker takes no lock
        return None
    with transaction.atomic():
        _bury(now)
        due = due.order_by("run_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.first()
        won = job and Job.objects.filter(pk=job.pk, fence=job.fence).update(
            state=State.RUNNING,
            lease_until=now + lease,
            fence=F("fence") + 1,
            attempt=F("attempt") + 1,
            started_at=Coalesce("started_at", Value(now)),
        )
    if not job or not won:
        return None
    job.refresh_from_db()
    return job


def _bury(now: datetime) -> None:
    """Give up what took its worker down every time: no handler could say what is wrong."""
    hopeless = Job.objects.abandoned(now).filter(attempt__gte=F("max_attempts"))
    for job in hopeless:
        logger.error("%s: %d workers died of it; it is not tried again", job, job.attempt)
    hopeless.update(
        state=State.FAILED, lease_until=None, finished_at=now, error="its workers died"
    )


def run_next(
    handlers: Mapping[str, Handler],
    *,
    clock: Clock = timezone.now,
    lease: timedelta = LEASE,
    stop: Stop | None = None,
) -> Job | None:
    """
    Claim one due job and carry it out; None when nothing is due. Kinds without a handler
    wait: a newer worker may know them.
    """
    job = claim(handlers.keys(), clock(), lease=lease)
    if job is None:
        return None
    run = Run(job, clock=clock, lease=lease, stop=stop or Stop())
    logger.info("%s: begun, try %d", job, job.attempt)
    try:
        if job.cancel_requested_at:
            raise Cancelled(job)
        handlers[job.kind](run)
    except Interrupted as interruption:
        _interrupted(run, interruption)
    except GaveUp as reason:
        logger.error("%s: gave up. %s", job, reason)
        run.end(State.FAILED, message=str(reason)[:500], finished_at=clock())
    except Exception as error:
        logger.exception("%s: failed, try %d", job, job.attempt)
        _failed(run, error)
    else:
        logger.info("%s: done", job)
        run.end(State.DONE, finished_at=clock(), error="")
    return job


def work(
    handlers: Mapping[str, Handler],
    *,
    stop: Stop,
    poll: float = 1.0,
    until_idle: bool = False,
    lease: timedelta = LEASE,
) -> None:
    """Carry out what is due until asked to stop or, if so wished, until nothing is."""
    while not stop.asked:
        try:
            job = run_next(handlers, lease=lease, stop=stop)
        except (OperationalError, InterfaceError) as error:
            # The job in hand keeps its lease and is claimed again when that runs out.
            logger.warning("The database does not answer (%s); trying again.", error)
            connection.close()
            time.sleep(poll)
            continue
        if job is None and until_idle:
            return
        if job is None:
            time.sleep(poll)


def _interrupted(run: Run, interruption: Interrupted) -> None:
    job, now = run.job, run.now()
    if isinstance(interruption, Cancelled):
        logger.info("%s: stopped as asked, at %d", job, job.done)
        run.end(State.CANCELLED, finished_at=now)
    elif isinstance(interruption, Stopping):
        logger.info("%s: handed over, at %d", job, job.done)
        run.end(State.QUEUED, run_at=now, attempt=job.attempt - 1)
    else:
        logger.warning("%s: lost to another worker, at %d", job, job.done)


def _failed(run: Run, error: Exception) -> None:
    job, now = run.job, run.now()
    values: dict[str, Any] = {"error": _where(error)}
    if job.attempt < job.max_attempts:
        run.end(State.QUEUED, run_at=now + pause(job.attempt), **values)
    else:
        logger.error("%s: failed %d times; it is not tried again", job, job.attempt)
        run.end(State.FAILED, finished_at=now, **values)


def _where(error: Exception) -> str:
    """What kind of error, and where it was raised: its text may quote somebody's data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {last.name} ({last.filename}:{last.lineno})"[:500]
