"""What happens to a case: entries of its timeline, and what hangs on them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gapless.control.cases.choices import OfferState, Step
from gapless.core.files.models import StoredFile

from .case import Case

PERSON = settings.AUTH_USER_MODEL


class Entry(models.Model):
    """One thing that happened to a case. Written once, never changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    step = models.CharField(_("what happened"), max_length=14, choices=Step)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(_("words"), blank=True)
    # In whose hands it was from then on, or to whom it was offered.
    whom = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    # A code of choices.py, where the step has one: the finding, the channel, the reason.
    code = models.CharField(max_length=20, blank=True)
    other = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    # Sent twice, it happened once.
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="entry_once_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.at}"


class Attachment(models.Model):
    """A photo or paper that came with an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return str(self.file)


class Offer(models.Model):
    """Somebody hands a case over; until it is taken on, it is theirs, as is the time."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="offers")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="offer")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(_("handed over at"))
    due_at = models.DateTimeField(_("to be taken on by"))
    state = models.CharField(
        _("state"), max_length=10, choices=OfferState, default=OfferState.OPEN
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    refusal = models.CharField(_("why it was refused"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_offer"
            ),
            models.CheckConstraint(name="offer_to_another", condition=~Q(by=F("to"))),
        ]
        indexes = [
            # The sweep of every minute: what nobody has taken on in time.
            models.Index(fields=["due_at"], condition=Q(state="open"), name="offer_due"),
            # 我的工作: what waits for me to take it on.
            models.Index(fields=["to"], condition=Q(state="open"), name="offer_to"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Draft(models.Model):
    """The answer as somebody proposes it; a second person reads it before it goes out."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="draft")
    text = models.TextField(_("answer"))
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved = models.BooleanField(_("approved"), null=True)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("draft of an answer")
        verbose_name_plural = _("drafts of answers")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at=None), name="one_draft_waits"
            ),
            models.CheckConstraint(
                name="draft_read_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class NotFiled(models.Model):
    """That a case was not filed, why, and what a second person thought of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="not_filings")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="not_filed")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"))
    reviewed_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    upheld = models.BooleanField(_("upheld"), null=True)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("matter not filed")
        verbose_name_plural = _("matters not filed")
        constraints = [
            models.CheckConstraint(
                name="not_filed_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("by")),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
