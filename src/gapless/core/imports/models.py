from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import State
from .mapping import FileMap
from .rules import may_become
from .tables import Problem


class ImportQuerySet(models.QuerySet["Import"]):
    def matching(self, words: str) -> Self:
        return self.filter(name__icontains=words)

    def in_state(self, *states: State) -> Self:
        return self.filter(state__in=states)


class Import(models.Model):
    """One file on its way in: how it is read, how far it got, what became of each row."""

    name = models.CharField(_("file"), max_length=255)  # as its owner calls it
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    # The top of the subtree whose halls may appear in the file, and whose importers see it.
    within = models.ForeignKey(
        "org.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.UPLOADED
    )
    mapping = models.JSONField(default=dict)  # mapping.FileMap, empty until described
    version = models.ForeignKey(
        "instruments.FormVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Rows done so far: where a job that was killed goes on.
    rows = models.PositiveIntegerField(_("rows"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    already_there = models.PositiveIntegerField(_("already there"), default=0)
    # Further rows of a long file that tell an answer for which another row is counted.
    joined = models.PositiveIntegerField(_("joined to another row"), default=0)
    filtered = models.PositiveIntegerField(_("filtered out"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    removed = models.PositiveIntegerField(_("taken out again"), default=0)
    failure = models.JSONField(default=dict)  # code and params of tables.Problem
    # The import whose rejected rows, corrected, this file holds.
    mends = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="mended_by"
    )
    job = models.ForeignKey(
        "jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("brought in at"))
    created_by = models.ForeignKey(
        "org.Person",
        verbose_name=_("brought in by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_account_balances",
                condition=Q(
                    rows=F("added")
                    + F("already_there")
                    + F("joined")
                    + F("filtered")
                    + F("rejected")
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first(self) -> "Import":
        """Itself, or the import whose rejected rows it holds, mended once or more often."""
        import_ = self
        while import_.mends:
            import_ = import_.mends
        return import_

    @property
    def batch(self) -> str:
        """The name under which its answers came in."""
        return f"import:{self.pk}"

    @property
    def imported(self) -> int:
        return self.added + self.already_there

    @property
    def file_map(self) -> FileMap | None:
        return FileMap.from_json(self.mapping) if self.mapping else None

    def may_become(self, state: State) -> bool:
        return may_become(State(self.state), state)


class RejectedRow(models.Model):
    """A row that stayed out, and the first thing that is wrong with it."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejected_rows")
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=255, blank=True)
    code = models.CharField(max_length=32)
    params = models.JSONField(default=dict)
    # Further things wrong in the same row: [code, column, params] of each.
    others = models.JSONField(default=list)
    # Of a file with mended rows: which rejected row of the first file it is.
    mends = models.PositiveIntegerField(null=True)
    # Of a row that is in by now, mended: the import with which it came, and the key of
    # its answer. Said of the rows of first files alone.
    came_in = models.ForeignKey(
        Import, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    key = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["of", "line"], name="row_rejected_once")
        ]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line} {self.code}"

    def problems(self, file: str) -> list[Problem]:
        """Everything that is wrong with it, the first thing first."""
        first = Problem(self.code, file, self.line, self.column, self.params)
        return [
            first,
            *(Problem(code, file, self.line, *rest) for code, *rest in self.others),
        ]


class SavedMapping(models.Model):
    """How files with this header are read: one version for each change of mind."""

    name = models.CharField(_("name"), max_length=120)
    fingerprint = models.CharField(max_length=64, db_index=True)  # mapping.fingerprint
    within = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("version"))
    mapping = models.JSONField()
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        ordering = ["-saved_at"]
        constraints = [
            # Also the order in which they are offered: the latest version of each header.
            models.UniqueConstraint(
                fields=["fingerprint", "within", "number"], name="mapping_version_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file_map(self) -> FileMap:
        return FileMap.from_json(self.mapping)
