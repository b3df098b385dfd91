from datetime import date, datetime
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import Region
from .rules import Closing, Shift, SpecialDay, Week

M = TypeVar("M", bound=models.Model)


class VersionQuerySet(models.QuerySet[M]):
    """Versions of which each replaces the one before."""

    def standing(self, at: datetime | None = None) -> Self:
        """The versions that stand; with a moment, those that stood then."""
        if at is None:
            return self.filter(replaced_at=None)
        return self.filter(Q(replaced_at=None) | Q(replaced_at__gt=at), created_at__lte=at)


class WorkingWeek(models.Model):
    """
    When a unit works in an ordinary week, and whose holidays it keeps. Units below do the
    same until they say otherwise.
    """

    unit = models.ForeignKey(
        "org.Unit", on_delete=models.CASCADE, related_name="working_weeks"
    )
    number = models.PositiveIntegerField(_("version"))
    # Seven lists of [opens, closes] in minutes after midnight, Monday first. None: the
    # unit has given its own week up, and works as the unit above it.
    shifts = models.JSONField(null=True)
    region = models.CharField(_("public holidays"), max_length=4, choices=Region)
    closed_on_holidays = models.BooleanField(_("closed on public holidays"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("set at"))
    replaced_at = models.DateTimeField(null=True)

    objects = VersionQuerySet["WorkingWeek"].as_manager()

    class Meta:
        verbose_name = _("working week")
        verbose_name_plural = _("working weeks")
        ordering = ["unit", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="week_numbered_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(replaced_at=None), name="week_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} v{self.number}"

    @property
    def week(self) -> Week:
        return week_of(self.shifts or [[]] * 7)

    @property
    def own(self) -> bool:
        return self.shifts is not None


class Closure(models.Model):
    """A unit, with all below it, is closed for some days: it moves, or is repaired."""

    unit = models.ForeignKey("org.Unit", on_delete=models.CASCADE, related_name="closures")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until (exclusive)"))
    reason = models.CharField(_("reason"), max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("entered at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_start", condition=Q(until_on__gt=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on}–{self.until_on}"

    @property
    def closing(self) -> Closing:
        return Closing(self.from_on, self.until_on, self.reason)


class HolidayTable(models.Model):
    """
    One version of a year's public holidays and make-up working days in a region. It never
    changes: whatever was judged by it can be judged so again.
    """

    region = models.CharField(_("region"), max_length=4, choices=Region)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("version"))
    # [[day, whether it is worked, its name in several languages], …], in order.
    days = models.JSONField(default=list)
    source = models.CharField(_("source"), max_length=300)
    address = models.CharField(_("address of the notice"), max_length=500, blank=True)
    published_on = models.DateField(_("published on"), null=True)
    checked_on = models.DateField(_("checked on"))
    built_in = models.BooleanField(_("built in"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("entered at"))
    replaced_at = models.DateTimeField(null=True)

    objects = VersionQuerySet["HolidayTable"].as_manager()

    class Meta:
        verbose_name = _("year of public holidays")
        verbose_name_plural = _("years of public holidays")
        ordering = ["region", "-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "number"], name="holidays_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["region", "year"],
                condition=Q(replaced_at=None),
                name="holidays_stand_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year} v{self.number}"

    @property
    def special_days(self) -> list[SpecialDay]:
        return [
            SpecialDay(date.fromisoformat(day), works, name)
            for day, works, name in self.days
        ]


class Revision(models.Model):
    """How often calendars have changed: one row, locked by whoever changes one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("revision of the calendars")
        verbose_name_plural = _("revisions of the calendars")

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """What a revision changed: a unit with all below it, or a region's year."""

    revision = models.PositiveBigIntegerField(unique=True)
    unit = models.ForeignKey(
        "org.Unit", null=True, on_delete=models.CASCADE, related_name="+"
    )
    region = models.CharField(max_length=4, choices=Region, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a calendar")
        verbose_name_plural = _("changes of calendars")
        ordering = ["revision"]

    def __str__(self) -> str:
        return f"{self.revision}: {self.region}{self.year or self.unit_id}"


def week_of(shifts: list[Any]) -> Week:
    days = (tuple(Shift(opens, closes) for opens, closes in day) for day in shifts)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday
