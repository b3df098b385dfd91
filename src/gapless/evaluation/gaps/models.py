from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """What happened to a unit on a day, for the trends of all that lies below it."""

    # It is a note on the unit's history and says nothing without it.
    unit = models.ForeignKey("org.Unit", on_delete=models.CASCADE, related_name="+")
    happened_on = models.DateField(_("day"))
    words = models.CharField(_("what happened"), max_length=120)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"))
    # Counts edits: whoever saves must have seen the last one.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("event on a trend")
        verbose_name_plural = _("events on trends")
        ordering = ["happened_on", "pk"]
        indexes = [
            # A trend reads the events of its unit and of the units above it.
            models.Index(fields=["unit", "happened_on"], name="event_of_unit"),
        ]

    def __str__(self) -> str:
        return self.words
