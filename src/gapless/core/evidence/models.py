from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import Source
from .rules import GROUP, WITHIN


class CellQuerySet(models.QuerySet["Cell"]):
    def of(self, source: Source, version_id: int) -> Self:
        return self.filter(source=source, version_id=version_id)

    def within(self, name: str) -> Self:
        """What is kept apart under a name, in whichever group."""
        apart = WITHIN + name
        return self.filter(
            models.Q(stratum__endswith=apart) | models.Q(stratum__contains=apart + GROUP)
        )


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


class RollUpQuerySet(models.QuerySet["RollUp"]):
    def of(self, source: Source, version_id: int) -> Self:
        return self.filter(source=source, version_id=version_id)


class RollUp(models.Model):
    """
    The sum of the cells of a unit and all units below it, in one period and stratum.

    Derived, like the cells: tables of thousands of units and years of months are read
    from here. What came in since it was last added up is in ``Addition``.
    """

    source = models.CharField(max_length=12, choices=Source)
    version_id = models.BigIntegerField()
    unit = models.ForeignKey("org.Unit", on_delete=models.CASCADE, related_name="+")
    grain = models.CharField(max_length=8)  # analytics.periods.Grain
    start = models.DateField()  # the first day of the period; of all time, EVER
    stratum = models.CharField(max_length=40)
    # The first integers of the schema, as they are: answers and measures.
    head = models.BinaryField()
    # Of a month, the whole sum of the units below, packed like a cell: what the unit
    # has by itself is in its own cell.
    below = models.BinaryField(default=b"")

    objects = RollUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("roll-up of evidence")
        verbose_name_plural = _("roll-ups of evidence")
        constraints = [
            # Also the index of every table of periods of one unit.
            models.UniqueConstraint(
                fields=["source", "version_id", "unit", "grain", "start", "stratum"],
                name="roll_up_once",
            )
        ]
        indexes = [
            # A table of units reads one period of all of them.
            models.Index(
                fields=["source", "version_id", "grain", "start", "unit"],
                name="roll_up_by_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.version_id} {self.unit_id} {self.grain} {self.start}"


class Addition(models.Model):
    """
    What was folded into a cell and is in no roll-up yet. Folding only appends here, so
    that nobody waits for the one row of the whole company; a job adds it up.
    """

    source = models.CharField(max_length=12, choices=Source)
    version_id = models.BigIntegerField()
    unit = models.ForeignKey("org.Unit", on_delete=models.CASCADE, related_name="+")
    month = models.DateField(_("month"))
    stratum = models.CharField(max_length=40)
    head = models.PositiveIntegerField()  # how many integers of it a head has
    value = models.BinaryField()  # analytics.cells.pack

    class Meta:
        verbose_name = _("addition to evidence")
        verbose_name_plural = _("additions to evidence")
        indexes = [
            # What a page reads beside the roll-ups of its version.
            models.Index(
                fields=["source", "version_id", "unit"], name="addition_of_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.version_id} {self.unit_id} {self.month} {self.stratum}"
