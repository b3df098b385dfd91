from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .choices import State
from .rules import LEASE, LONGEST_PAUSE, MAX_ATTEMPTS


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> Self:
        """Waiting for a worker, or left lying by one that died."""
        return self.waiting(now) | self.abandoned(now)

    def waiting(self, now: datetime) -> Self:
        # What was to be done at once, at a moment that is still to come, and a pause longer
        # than pauses are: the clock was set back since, and neither waits for that day.
        ahead = Q(created_at__gt=now + LEASE, run_at__lte=F("created_at"))
        ahead |= Q(attempt__gt=0, run_at__gt=now + 2 * LONGEST_PAUSE)
        return self.filter(Q(run_at__lte=now) | ahead, state=State.QUEUED)

    def abandoned(self, now: datetime) -> Self:
        # A lease that lasts longer than leases do was given before the clock was set back.
        run_out = Q(lease_until__lte=now) | Q(lease_until__gt=now + 2 * LEASE)
        return self.filter(run_out, state=State.RUNNING)

    def held(self, fence: int) -> Self:
        """Still in the hands of the worker that was given this fence number."""
        return self.filter(state=State.RUNNING, fence=fence)


class Job(models.Model):
    """A piece of work to be done once, however many workers there are and die."""

    kind = models.CharField(_("kind"), max_length=60)
    # What is asked for under one key is done once.
    key = models.CharField(max_length=120, unique=True, null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    # Counted up by every claim; what a worker writes is refused when it is not the last.
    fence = models.PositiveBigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)  # since the last progress
    max_attempts = models.PositiveSmallIntegerField(default=MAX_ATTEMPTS)

    # How far it got: where the next worker goes on, and what the page shows.
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.CharField(max_length=500, blank=True)  # a msgid
    # For whoever runs the server: what kind of error, and where. Never the data.
    error = models.CharField(max_length=500, blank=True)

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    cancel_requested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("asked for at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            # Every worker, every second: what is due.
            models.Index(
                fields=["run_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="job_running_has_a_lease",
                condition=~Q(state="running") | Q(lease_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def finished(self) -> bool:
        return self.state in (State.DONE, State.FAILED, State.CANCELLED)

    @property
    def failed(self) -> bool:
        return self.state == State.FAILED

    @property
    def percent(self) -> int | None:
        """How far it is, for a bar; None while nobody knows how much there is."""
        if self.state == State.DONE:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def sentence(self) -> str:
        """What the handler said last, in the reader's language."""
        return gettext(self.message) if self.message else ""

    @property
    def is_stopping(self) -> bool:
        return self.state == State.RUNNING and self.cancel_requested_at is not None
