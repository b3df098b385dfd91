from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gapless.core.text import said

from .choices import Kind, State
from .effects import EffectKind
from .verdicts import Verdict

PERSON = settings.AUTH_USER_MODEL


class ClockPolicy(models.Model):
    """
    A time limit (时限) under a lasting code. What it says stands in its versions; clocks
    keep the version they were started under.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    built_in = models.BooleanField(_("built in"), default=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return said(self.name)


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class PolicyVersion(models.Model):
    """
    What a time limit says: its limit, what starts, stops and pauses it, its warnings.
    Edited as a draft; once published it never changes, and the next one is another row.
    """

    policy = models.ForeignKey(
        ClockPolicy, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    # The frozen policy of policies.py, as terms.py writes it.
    terms = models.JSONField(_("terms"))
    # Working days and hours of which region; empty: those of the unit itself.
    region = models.CharField(_("region"), max_length=20, blank=True)
    # Where the limit comes from, and whether it is only assumed.
    source = models.JSONField(_("source"), default=dict)
    assumed = models.BooleanField(_("assumed"), default=False)
    made_at = models.DateTimeField(_("made at"))
    published_at = models.DateTimeField(_("published at"), null=True)
    # Counts the edits of a draft; whoever saves must have seen the last one.
    edits = models.PositiveIntegerField(default=1, editable=False)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a time limit")
        verbose_name_plural = _("versions of time limits")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"], name="clock_version_once_in_policy"
            ),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(published_at=None),
                name="one_draft_of_a_clock_policy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"


class Matter(models.Model):
    """
    What time is counted for: a case, a follow-up, a task of another area. Whatever
    happens to it happens to all its clocks; whoever writes one of them locks this row.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    title = models.CharField(_("matter"), max_length=200)
    url = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        PERSON,
        verbose_name=_("owner"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # For these people it does not exist: it is about them.
    hidden_from = models.ManyToManyField("org.Person", related_name="+")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="matter_once_a_subject"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Happening(models.Model):
    """Something that happened to a matter. Written once, never changed."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="happenings")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("what happened"), max_length=40)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    holder = models.CharField(_("in whose hands"), max_length=80, blank=True)
    human = models.BooleanField(_("by a person"), default=True)
    noted_at = models.DateTimeField(_("noted at"))
    noted_by = models.ForeignKey(
        PERSON,
        verbose_name=_("noted by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # What is noted twice under one key happened once.
    key = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("happenings")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "key"], name="happening_once_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def within(self, paths: Iterable[str]) -> Self:
        """The clocks of units in the subtrees that start at ``paths``."""
        found = Q(pk__in=[])
        for path in paths:
            found |= Q(matter__unit__path__startswith=path)
        return self.filter(found)

    def shown_to(self, person_id: int) -> Self:
        """Without those of matters that are hidden from a person."""
        return self.exclude(matter__hidden_from=person_id)

    def open(self) -> Self:
        return self.filter(stopped_at=None)

    def overdue(self, now: datetime) -> Self:
        """Open, and its limit has passed. While it is paused, its limit moves along."""
        passed = Q(breached_at__isnull=False) | Q(state=State.RUNNING, due_at__lte=now)
        return self.open().filter(passed)

    def to_look_at(self, now: datetime) -> Self:
        """
        What the sweep has to read again: something is about to change, or it was read
        while the server's clock was ahead of what it says now.
        """
        return self.filter(Q(next_check_at__lte=now) | Q(read_at__gt=now))

    def unsettled(self) -> Self:
        """Those that another calendar would still change."""
        return self.filter(Q(stopped_at=None) | Q(provisional=True))


class Clock(models.Model):
    """One time limit on one matter. The columns under `derived` are read from the rest."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="clocks")
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT, related_name="clocks")
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="clocks"
    )
    created_at = models.DateTimeField(_("created at"))

    # Derived: `recompute` fills them, and may at any time.
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.WAITING
    )
    started_at = models.DateTimeField(_("started at"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    original_due_at = models.DateTimeField(_("due at first"), null=True)
    breached_at = models.DateTimeField(_("limit passed at"), null=True)
    next_check_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    read_at = models.DateTimeField()
    # The calendar it was last read with, and how often calendars had changed by then.
    calendar_key = models.CharField(max_length=200, blank=True)
    calendar_revision = models.PositiveBigIntegerField(default=0)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            # The sweep, every minute: what is about to change.
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="clock_next_check",
            ),
            # The sweep, every minute: what was read by a clock that ran ahead.
            models.Index(fields=["read_at"], name="clock_read"),
            # The sweep, every minute: what was read with calendars that changed since.
            models.Index(
                fields=["calendar_revision"],
                condition=Q(stopped_at=None) | Q(provisional=True),
                name="clock_calendar",
            ),
            # The list of clocks and 我的工作: overdue and soon first.
            models.Index(
                fields=["due_at"], condition=Q(stopped_at=None), name="clock_open_due"
            ),
            # The replay: the clocks of a policy that started in a period.
            models.Index(fields=["policy", "started_at"], name="clock_policy_started"),
        ]
        constraints = [
            # Asked for twice, it is one clock. Opened again, it is the same one.
            models.UniqueConstraint(fields=["matter", "policy"], name="clock_once_a_matter")
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.matter}"


class Extension(models.Model):
    """Somebody asked for a later limit, and somebody else said yes or no."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    asked_by = models.ForeignKey(
        PERSON, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    reason = models.CharField(_("reason"), max_length=1_000)
    until = models.DateTimeField(_("new limit"))
    approved = models.BooleanField(_("approved"), null=True)
    decided_by = models.ForeignKey(
        PERSON,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("decision in words"), max_length=1_000, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(decided_at=None),
                name="one_extension_asked_for_at_a_time",
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="extension_decided_whole",
                condition=Q(approved=None, decided_at=None, decided_by=None)
                | Q(
                    approved__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.until}"


class ClockEffect(models.Model):
    """What a clock brought about: written once, and told once to whoever is to know."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="effects")
    kind = models.CharField(_("kind"), max_length=12, choices=EffectKind)
    mark = models.CharField(max_length=60)  # effects.py says how it is made
    about = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("at"))
    done_at = models.DateTimeField(_("done at"))
    told_at = models.DateTimeField(_("told at"), null=True)
    told = models.PositiveIntegerField(_("people told"), default=0)

    class Meta:
        verbose_name = _("effect of a clock")
        verbose_name_plural = _("effects of clocks")
        ordering = ["at", "pk"]
        indexes = [
            # The sweep, every minute: what nobody has been told yet.
            models.Index(
                fields=["clock"], condition=Q(told_at=None), name="clock_effect_untold"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "kind", "mark"], name="clock_effect_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}"


class Replay(models.Model):
    """What a past period would have looked like under another version or calendar."""

    # None: every clock under its own version, with the calendars of today.
    version = models.ForeignKey(
        PolicyVersion, null=True, on_delete=models.CASCADE, related_name="replays"
    )
    policy = models.ForeignKey(
        ClockPolicy, on_delete=models.CASCADE, related_name="replays"
    )
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("unit"), on_delete=models.CASCADE, related_name="+"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))  # exclusive
    asked_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    job = models.ForeignKey(
        "jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # How far it got, so that the next worker goes on there.
    reached = models.PositiveBigIntegerField(default=0)
    # How many clocks were judged how, by verdict.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.policy} {self.starts_at:%Y-%m-%d}"


class ReplayChange(models.Model):
    """A clock that a replay judges otherwise than it was judged."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="changes")
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="+")
    due_before = models.DateTimeField(_("due"), null=True)
    due_after = models.DateTimeField(_("would have been due"), null=True)
    before = models.CharField(_("as it was"), max_length=10, choices=Verdict)
    after = models.CharField(_("as it would have been"), max_length=10, choices=Verdict)

    class Meta:
        verbose_name = _("change in a replay")
        verbose_name_plural = _("changes in a replay")
        ordering = ["clock"]
        constraints = [
            models.UniqueConstraint(fields=["replay", "clock"], name="replay_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.before} {self.after}"
