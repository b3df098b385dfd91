from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.text import said

from .choices import ExpectationType, ItemKind, Measure, Operation


class Form(models.Model):
    """A questionnaire over time; what it asks stands in its versions."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"))  # language map
    simulated = models.BooleanField(_("simulated"), default=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name)


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)


class FormVersion(models.Model):
    """What a form asked from one moment on. Immutable once published."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    expectation_type = models.CharField(
        _("meaning of expectation"), max_length=8, choices=ExpectationType
    )
    # The single choice whose options keep their evidence apart; empty where none does.
    grouped_by = models.CharField(_("grouped by"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"))
    published_at = models.DateTimeField(_("published at"), null=True)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        ordering = ["form", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.form} v{self.number}"


class VersionDimension(models.Model):
    """A dimension as this version froze it; renaming elsewhere changes nothing here."""

    version = models.ForeignKey(
        FormVersion, on_delete=models.CASCADE, related_name="dimensions"
    )
    code = models.CharField(_("code"), max_length=40)
    name = models.JSONField(_("name"))
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("dimension of a form")
        verbose_name_plural = _("dimensions of a form")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], name="version_dimension_once"
            )
        ]

    def __str__(self) -> str:
        return said(self.name)


class Section(models.Model):
    version = models.ForeignKey(
        FormVersion, on_delete=models.CASCADE, related_name="sections"
    )
    title = models.JSONField(_("title"))
    introduction = models.JSONField(_("introduction"), default=dict)
    position = models.PositiveIntegerField(_("position"))
    randomised = models.BooleanField(_("items in random order"), default=False)
    show_if = models.JSONField(_("shown if"), default=list)  # as of an item

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="section_place_once"
            )
        ]

    def __str__(self) -> str:
        return said(self.title)


class Item(models.Model):
    """One thing a form asks. A pair asks twice: what is expected and what is perceived."""

    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="items")
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="items", null=True
    )
    position = models.PositiveIntegerField(_("position"))
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind)
    # Frozen with the version; empty for an item outside every dimension.
    dimension = models.CharField(_("dimension"), max_length=40, blank=True)
    text = models.JSONField(_("text"))  # what tables and charts call the item
    expectation_text = models.JSONField(_("expectation wording"), default=dict)
    perception_text = models.JSONField(_("perception wording"), default=dict)
    low = models.SmallIntegerField(_("lowest point"), default=1)
    high = models.SmallIntegerField(_("highest point"), default=7)
    low_label = models.JSONField(_("word at the lowest point"), default=dict)
    high_label = models.JSONField(_("word at the highest point"), default=dict)
    reverse = models.BooleanField(_("reverse-keyed"), default=False)
    not_applicable = models.BooleanField(
        _("may be answered “does not apply”"), default=True
    )
    required = models.BooleanField(_("required"), default=False)
    # [{"code": "a", "text": {language: words}}, …]; an answer is an index of this list.
    options = models.JSONField(_("options"), default=list)
    # The question that neighbouring items share: equal neighbours stand in one table.
    matrix = models.JSONField(_("question above the table"), default=dict)
    # Conditions that must all hold: rules.Condition as JSON. Empty: always shown.
    show_if = models.JSONField(_("shown if"), default=list)
    minimum = models.IntegerField(_("smallest number"), null=True)
    maximum = models.IntegerField(_("largest number"), null=True)
    decimals = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    measure = models.CharField(
        _("standard figure"), max_length=12, choices=Measure, blank=True
    )

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.UniqueConstraint(fields=["version", "position"], name="item_place_once"),
            # An answer is one byte; -128 and -127 say that there is none.
            models.CheckConstraint(
                name="item_scale_fits_a_byte",
                condition=Q(low__gte=-100, high__lte=127, high__gt=F("low")),
            ),
        ]

    def __str__(self) -> str:
        return said(self.text)


class Answer(models.Model):
    """
    What one customer said on one form about one unit. Bytes under the version's layout;
    composites and flags as found at intake (domain.md 2.4), never computed again in place.
    """

    version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="answers"
    )
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered at"))
    month = models.DateField(_("month"))  # of answered_at, in the unit's time zone that day
    mode = models.CharField(_("collection mode"), max_length=16, choices=CollectionMode)
    values = models.BinaryField()
    composites = models.BinaryField()
    flags = models.PositiveSmallIntegerField(_("flags"))
    flag_rules = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)  # item code → free text or attribute
    # Whatever brings an answer in makes its key; the same answer twice is one.
    key = models.CharField(max_length=80)
    batch = models.CharField(max_length=40, db_index=True)  # what brought it: "import:7"
    # What is excluded stays here, with its reason in the trail, and in no cell.
    counted = models.BooleanField(_("counted"), default=True)
    partial = models.BooleanField(_("answered in part"), default=False)
    # What brought it, where numbers are wanted for that alone: "c12"; else empty.
    within = models.CharField(max_length=12, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="answer_once"),
        ]
        indexes = [
            # Cells are made anew, and checked, a month at a time.
            models.Index(fields=["version", "month", "unit"], name="answer_by_month")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Draft(models.Model):
    """The next version of a form while it is being designed: all of it in one value."""

    form = models.OneToOneField(Form, on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField()  # rules.to_json(VersionDraft)
    # Which edit the content shows; undone edits lie above it until the next one is made.
    step = models.PositiveIntegerField(default=0)
    # Counted up by every save: whoever saved first wins, the other is told.
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed at"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")

    def __str__(self) -> str:
        return str(self.form)


class DraftEdit(models.Model):
    """A state the draft was in, so that every edit can be undone and done again."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="edits")
    step = models.PositiveIntegerField()
    content = models.JSONField()
    what = models.CharField(_("what was done"), max_length=40, choices=Operation)

    class Meta:
        verbose_name = _("edit of a draft")
        verbose_name_plural = _("edits of drafts")
        ordering = ["step"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "step"], name="draft_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft} {self.step}"
