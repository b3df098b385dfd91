from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import Source


class CellQuerySet(models.QuerySet["Cell"]):
    def of(self, source: Source, version_id: int) -> Self:
        return self.filter(source=source, version_id=version_id)


class Cell(models.Model):
    """The sum of all evidence of one version, unit, month and stratum."""

    source = models.CharField(max_length=12, choices=Source)
    version_id = models.BigIntegerField()
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    stratum = models.CharField(max_length=40)
    # analytics.cells.pack: the places that are not zero, then their values; no bytes when
    # everything has been taken out again.
    value = models.BinaryField()

    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence cell")
        verbose_name_plural = _("evidence cells")
        constraints = [
            # Two folds of the same key meet here; also the index of every roll-up.
            models.UniqueConstraint(
                fields=["source", "version_id", "unit", "month", "stratum"],
                name="cell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.version_id} {self.unit_id} {self.month} {self.stratum}"
