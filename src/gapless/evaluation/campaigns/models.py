from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.sealed import SealedField
from gapless.core.text import LANGUAGES, said

from .choices import (
    CollectorKind,
    FollowUpState,
    InvitationState,
    ResponseState,
    State,
    Suppression,
)
from .rules import Period

PERSON = settings.AUTH_USER_MODEL


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def in_state(self, *states: State) -> Self:
        return self.filter(state__in=states)

    def matching(self, words: str) -> Self:
        found = Q(version__form__code__icontains=words)
        for language in LANGUAGES:
            found |= Q(**{f"name__{language}__icontains": words})
        return self.filter(found)


class Campaign(models.Model):
    """One form version, asked about some units for a while."""

    name = models.JSONField(_("name"))  # language map
    purpose = models.TextField(_("purpose"), blank=True)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    # Whose campaign it is: who may run it there may run it; all its units lie below.
    within = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    units = models.ManyToManyField("org.Unit", related_name="+")  # tops of subtrees
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))  # no longer part of it
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    # How the people on the list were chosen. A link that anybody finds is self-selected.
    sampling = models.CharField(
        _("how people are chosen"),
        max_length=16,
        choices=CollectionMode,
        default=CollectionMode.ON_EVENT,
    )
    target = models.PositiveIntegerField(_("answers wanted"), null=True)
    margin = models.FloatField(_("margin of error wanted"), null=True)  # scale points
    population = models.PositiveIntegerField(_("customers in all"), null=True)

    notice = models.JSONField(_("privacy notice"))  # language map
    notice_version = models.PositiveIntegerField(_("version of the notice"), default=1)
    thanks = models.JSONField(_("words of thanks"), default=dict)  # language map
    # Nobody is invited again within so many days, whichever campaign asked last.
    pause_days = models.PositiveSmallIntegerField(_("days between invitations"), default=90)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=1)
    reminder_days = models.PositiveSmallIntegerField(_("days until a reminder"), default=5)
    # A bad answer opens a follow-up: this item, at or below this point.
    follow_up_item = models.CharField(
        _("item that opens a follow-up"), max_length=40, blank=True
    )
    follow_up_at_most = models.SmallIntegerField(_("at or below"), null=True)
    follow_up_hours = models.PositiveSmallIntegerField(_("hours to follow up"), default=24)

    # Whether it has quotas: an answer to one without need not look for any.
    limited = models.BooleanField(default=False, editable=False)
    simulated = models.BooleanField(_("simulated"), default=False)
    created_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    approved_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    # Counts edits: whoever saves must have seen the last one.
    edits = models.PositiveIntegerField(default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="campaign_two_reminders_at_most", condition=Q(reminders__lte=2)
            ),
        ]

    def __str__(self) -> str:
        return said(self.name)

    @property
    def stratum(self) -> str:
        """What its cells are marked with."""
        return f"c{self.pk}"

    @property
    def batch(self) -> str:
        """What its answers are marked with."""
        return f"campaign:{self.pk}"

    @property
    def period(self) -> Period:
        return Period(State(self.state), self.starts_at, self.ends_at, self.closed_at)

    def takes_answers(self, now: datetime) -> bool:
        return self.period.takes(now)


class Collector(models.Model):
    """A way in. Links and QR codes have one address for each unit, derived from it."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="collectors"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CollectorKind)
    name = models.CharField(_("name"), max_length=80, blank=True)
    # Of a kiosk: the hall where it stands.
    unit = models.ForeignKey(
        "org.Unit", null=True, on_delete=models.PROTECT, related_name="+"
    )
    mode = models.CharField(_("collection mode"), max_length=16, choices=CollectionMode)
    pin = models.CharField(max_length=128, blank=True)  # hashed; to leave a kiosk
    # The median of those who finished, of this form version and kind; the minutely job
    # counts it anew, and what follows from it is stored with each answer.
    usual_seconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("collector")
        verbose_name_plural = _("collectors")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or str(CollectorKind(self.kind).label)


class Quota(models.Model):
    """At most so many answers: about a unit's subtree, with an option, or both."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="quotas")
    unit = models.ForeignKey(
        "org.Unit", null=True, on_delete=models.PROTECT, related_name="+"
    )
    item = models.CharField(_("item"), max_length=40, blank=True)  # a single choice
    option = models.PositiveSmallIntegerField(_("option"), null=True)
    limit = models.PositiveIntegerField(_("at most"))
    filled = models.PositiveIntegerField(_("so far"), default=0)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["pk"]
        constraints = [
            # The last word under load: whoever comes one too late is refused by this.
            models.CheckConstraint(
                name="quota_never_exceeded", condition=Q(filled__lte=F("limit"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filled}/{self.limit}"


class Contact(models.Model):
    """A customer who may be asked. Who it is stands sealed; what finds them, hashed."""

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    name = SealedField(_("name"))
    email = SealedField(_("e-mail"))
    phone = SealedField(_("telephone"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict)
    # One person, however often a list names them: the same address is the same person.
    key = models.CharField(max_length=64, unique=True)
    phone_key = models.CharField(max_length=64, blank=True, db_index=True)
    opted_out_at = models.DateTimeField(_("opted out at"), null=True)
    created_at = models.DateTimeField(_("created at"))
    # Counts edits: whoever saves must have seen the last one.
    edits = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return f"#{self.pk}"


class ContactList(models.Model):
    """A file of contacts on its way in. Its content stands sealed, and goes afterwards."""

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("file"), max_length=120)
    file = models.ForeignKey(
        "files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # [header, what the column holds], in the order of the file.
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    known = models.PositiveIntegerField(_("already known"), default=0)
    # [[line, column, code], …]: where and why, never what the cell says.
    problems = models.JSONField(default=list)
    job = models.ForeignKey(
        "jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("contact list")
        verbose_name_plural = _("contact lists")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """One person of one campaign's list, asked or not. Answers need a collector."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="invitations"
    )
    collector = models.ForeignKey(Collector, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=InvitationState, default=InvitationState.WAITING
    )
    suppression = models.CharField(
        _("why not"), max_length=14, choices=Suppression, blank=True
    )
    made_at = models.DateTimeField(_("made at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    reminded_at = models.DateTimeField(_("reminded at"), null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "contact"], name="invited_once"),
        ]
        indexes = [models.Index(fields=["contact", "sent_at"], name="invitation_last")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def counting(self) -> Self:
        """Those whose answer stands in the cells."""
        done = (ResponseState.COMPLETE, ResponseState.PARTIAL)
        return self.filter(state__in=done, excluded_at=None)


class Response(models.Model):
    """One person's way through the questionnaire, from opening it to being done."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="responses", db_index=False
    )
    collector = models.ForeignKey(Collector, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    invitation = models.OneToOneField(
        Invitation, null=True, on_delete=models.SET_NULL, related_name="response"
    )
    # Made by the device, so that sending twice is sending once (reliability.md D5).
    key = models.CharField(max_length=64, unique=True)
    # SHA-256 of what was handed in: the same key with other words is refused.
    fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ResponseState, default=ResponseState.OPEN
    )
    language = models.CharField(_("language"), max_length=10)
    # What has been said so far, as form fields; empty once it is an answer.
    fields = models.JSONField(default=dict)
    seq = models.PositiveIntegerField(default=0)  # of the last save: older ones are late
    opened_at = models.DateTimeField(_("opened at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    saved_at = models.DateTimeField(_("saved at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    seconds = models.PositiveIntegerField(_("seconds"), null=True)
    # Fewer seconds than this counted as speeding on the day it came in.
    fewest_seconds = models.PositiveIntegerField(null=True)
    # Salted hashes, enough to see one device come twice (domain.md 2.4), and no more.
    device = models.CharField(max_length=32, blank=True)
    network = models.CharField(max_length=32, blank=True)
    notice_version = models.PositiveIntegerField(_("version of the notice"))
    receipt = models.CharField(max_length=64, blank=True, db_index=True)  # hashed
    answer = models.OneToOneField(
        Answer, null=True, on_delete=models.SET_NULL, related_name="response"
    )
    entered_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    quotas = models.ManyToManyField(Quota, related_name="+")  # those it fills
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    excluded_at = models.DateTimeField(_("excluded at"), null=True)
    exclusion = models.CharField(_("why excluded"), max_length=200, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            models.Index(fields=["campaign", "state"], name="response_of_campaign"),
            # The limits of intake: what has come from here lately.
            models.Index(
                fields=["device", "finished_at"],
                condition=~Q(device=""),
                name="response_device",
            ),
            models.Index(
                fields=["network", "finished_at"],
                condition=~Q(network=""),
                name="response_network",
            ),
            # The minutely job closes what lies idle.
            models.Index(
                fields=["saved_at"], condition=Q(state="open"), name="response_idle"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class FollowUp(models.Model):
    """A bad answer that somebody has to see to, until cases take it over."""

    response = models.OneToOneField(
        Response, on_delete=models.CASCADE, related_name="follow_up"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="follow_ups"
    )
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    # Of the item that opened it; gone with an answer that was withdrawn or erased.
    value = models.SmallIntegerField(_("answer"), null=True)
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(
        _("state"), max_length=6, choices=FollowUpState, default=FollowUpState.OPEN
    )
    owner = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.TextField(_("what was done"), blank=True)
    resolved = models.BooleanField(_("resolved for the customer"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_at"]
        indexes = [models.Index(fields=["state", "due_at"], name="follow_up_due")]

    def __str__(self) -> str:
        return f"#{self.pk}"
