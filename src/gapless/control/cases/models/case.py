"""The case itself, and whom it is about."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _

from gapless.control.cases.choices import (
    Channel,
    Fact,
    Kind,
    NotFiling,
    Purpose,
    ReplyBy,
    Severity,
    State,
    Verdict,
)
from gapless.control.cases.rules import OPEN, title_of
from gapless.core.clocks.models import Matter
from gapless.core.sealed import SealedField

from .tables import Category, SeverityTable

PERSON = settings.AUTH_USER_MODEL


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def not_about(self, person_id: int) -> Self:
        """Without those that this person is concerned in: for them these do not exist."""
        about = Concern.objects.filter(case=OuterRef("pk"), person=person_id)
        return self.exclude(Exists(about))

    def of_customer(self, keys: Iterable[str]) -> Self:
        """Those of whoever has one of these keys of ``core.addresses``."""
        known = [key for key in keys if key]
        return self.filter(Q(phone_key__in=known) | Q(email_key__in=known))


class Case(models.Model):
    """One matter of one customer. How it got to where it is stands in its entries."""

    # Made by whoever sends it in: sent twice, it is one case.
    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    caused_at = models.ForeignKey(
        "org.Unit",
        verbose_name=_("caused at"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # A few words for lists and notices; names of customers stay out of it.
    title = models.CharField(_("matter"), max_length=120)
    words = models.TextField(_("in the customer's words"), blank=True)
    purpose = models.CharField(
        _("what the customer wants"), max_length=12, choices=Purpose, blank=True
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    occurred_on = models.DateField(_("happened on"), null=True)

    # The customer: as little as it takes to answer, encrypted where it names somebody.
    customer_name = SealedField(_("customer's name"), blank=True)
    customer_phone = SealedField(_("telephone"), blank=True)
    customer_email = SealedField(_("e-mail"), blank=True)
    # Keyed hashes of telephone and e-mail: one customer again, and no more.
    phone_key = models.CharField(max_length=64, blank=True)
    email_key = models.CharField(max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=10)
    reply_by = models.CharField(_("reply"), max_length=10, choices=ReplyBy)

    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    facts = models.JSONField(_("decided by"), default=list)
    table = models.ForeignKey(
        SeverityTable,
        verbose_name=_("severity table"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    verdict = models.CharField(_("finding"), max_length=14, choices=Verdict, blank=True)
    not_filed_as = models.CharField(
        _("not filed because"), max_length=10, choices=NotFiling, blank=True
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        on_delete=models.PROTECT,
        related_name="merged",
    )
    cause = models.TextField(_("cause"), blank=True)
    measure = models.TextField(_("what was changed"), blank=True)

    # First contact: stays until the customer confirms, whoever works on it.
    owner = models.ForeignKey(
        PERSON,
        verbose_name=_("responsible from first contact"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    holder = models.ForeignKey(
        PERSON, verbose_name=_("in hand"), on_delete=models.PROTECT, related_name="+"
    )
    transfers = models.PositiveSmallIntegerField(_("hand-overs"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.RECEIVED
    )
    # Counts what happened: whoever acts must have seen the last of it.
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(_("received at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    # What the receipt says; nothing that happens later moves it.
    promised_at = models.DateTimeField(_("answer promised by"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    # What time is counted for; the clocks hang there.
    matter = models.OneToOneField(
        Matter, null=True, on_delete=models.PROTECT, related_name="case"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            # The list: newest first, of the units in reach.
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["unit", "state"], name="case_unit_state"),
            # Mine, on the list and in 我的工作.
            models.Index(fields=["holder", "state"], name="case_holder"),
            models.Index(fields=["owner", "state"], name="case_owner"),
            # The same customer again: at intake, on the case page, and in the search.
            models.Index(
                fields=["phone_key"], condition=~Q(phone_key=""), name="case_phone"
            ),
            models.Index(
                fields=["email_key"], condition=~Q(email_key=""), name="case_email"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_merged_has_target",
                condition=(Q(state=State.MERGED) & Q(merged_into__isnull=False))
                | (~Q(state=State.MERGED) & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="case_not_filed_has_reason",
                condition=~Q(state=State.NOT_FILED) | ~Q(not_filed_as=""),
            ),
            models.CheckConstraint(
                name="case_not_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
            ),
        ]

    def __str__(self) -> str:
        # One number for everybody, wherever they read it.
        opened = localtime(self.opened_at, get_default_timezone())
        return title_of(self.pk, opened.year, opened.month)

    @property
    def ticked(self) -> tuple[Fact, ...]:
        return tuple(Fact(code) for code in self.facts)


class Concern(models.Model):
    """Somebody of ours that a case is about: who neither sees it nor handles it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="concerns")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"))

    class Meta:
        verbose_name = _("person concerned")
        verbose_name_plural = _("people concerned")
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="concerned_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
