from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Snooze(models.Model):
    """Somebody put something off: it leaves their list for a while, never past its date."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    # Of the source, and of the record there: as they stand in `rules.Entry`.
    area = models.CharField(max_length=40)
    number = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(_("put off at"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("taken up again at"), null=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            # Also the index that every list reads, to leave out what is put off.
            models.UniqueConstraint(
                fields=["person", "area", "number"],
                condition=Q(ended_at=None),
                name="put_off_once",
            ),
            models.CheckConstraint(
                name="put_off_until_later", condition=Q(until__gt=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}-{self.number}"


class HandOver(models.Model):
    """Somebody gave something to a colleague. What became of it stands in its own area."""

    area = models.CharField(max_length=40)
    number = models.BigIntegerField()
    by = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    handed_at = models.DateTimeField(_("handed over at"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        indexes = [
            # The list of what I handed over.
            models.Index(
                fields=["by", "area", "number"],
                condition=Q(taken_back_at=None),
                name="handed_over_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area}-{self.number}"
