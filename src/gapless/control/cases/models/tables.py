"""What people decide about cases in general, and how they look at them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gapless.control.cases.choices import FailureType
from gapless.core.text import said
from gapless.requirements.characteristics.models import Characteristic

PERSON = settings.AUTH_USER_MODEL


class Category(models.Model):
    """
    What a case is about, in a tree. A leaf points at what the customer would have wanted
    (the characteristic), at the kind of failure and at the gap that it comes from.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.JSONField(_("name"))
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    characteristic = models.ForeignKey(
        Characteristic,
        verbose_name=_("characteristic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    failure_type = models.CharField(
        _("kind of failure"), max_length=14, choices=FailureType, blank=True
    )
    gap = models.PositiveSmallIntegerField(_("gap"), null=True, blank=True)
    built_in = models.BooleanField(_("built in"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired at"), null=True)
    # Counts edits: whoever saves must have seen the last one.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="category_gap_1_to_5",
                condition=Q(gap=None) | Q(gap__gte=1, gap__lte=5),
            )
        ]

    def __str__(self) -> str:
        return said(self.name)


class SeverityTable(models.Model):
    """A version of the table that decides severities; cases keep the one that judged."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    # As `grading.rows_of` reads them: one map a line, the first that applies decides.
    rows = models.JSONField(_("lines"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("severity table")
        verbose_name_plural = _("severity tables")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class SavedFilter(models.Model):
    """A view of the list of cases that somebody keeps, under a name of their own."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    # As it stands in the address of the list; whose names it may not know count as unsaid.
    query = models.CharField(max_length=2_000)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="filter_once_a_name")
        ]

    def __str__(self) -> str:
        return self.name
