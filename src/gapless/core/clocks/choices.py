from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """To whom the time was promised."""

    REGULATORY = "regulatory", _("Required by law")
    PROMISE = "promise", _("Promised to customers")
    INTERNAL = "internal", _("Our own aim")


class Unit(TextChoices):
    SECOND = "second", _("Single seconds")
    MINUTE = "minute", _("Minutes")
    HOUR = "hour", _("Hours")
    DAY = "day", _("Calendar days")
    MONTH = "month", _("Calendar months")
    BUSINESS_HOUR = "business_hour", _("Business hours")
    WORKING_DAY = "working_day", _("Working days")


class State(TextChoices):
    WAITING = "waiting", _("Not started")
    RUNNING = "running", _("Time is running")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")


class Why(TextChoices):
    """Why something that happened did nothing to a clock."""

    NOT_STARTED = "not_started", _("The clock had not started.")
    ALREADY_STOPPED = "already_stopped", _("The clock had been stopped.")
    AUTOMATIC = "automatic", _("An automatic reply stops no clock.")
    REASON = "reason", _("This clock may not be paused for this reason.")
    ALREADY_PAUSED = "already_paused", _("The clock was paused for this reason already.")
    USED_UP = "used_up", _("All the time that this reason may pause was used up.")
    TOO_LATE = "too_late", _("The time limit had passed before it was extended.")
    NO_LATER = "no_later", _("The time limit was no earlier without the extension.")
