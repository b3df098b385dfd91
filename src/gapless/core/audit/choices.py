from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    INFO = "info", _("Everyday")
    NOTICE = "notice", _("Worth a look")
    WARNING = "warning", _("Asks for review")


class FaultKind(TextChoices):
    """What can be wrong with the trail, as far as the trail itself can tell."""

    EDITED = "edited", _("An event was changed after it was sealed.")
    DELETED = "deleted", _("An event was deleted.")
    INSERTED = "inserted", _("An event was put in past the trail.")
    REORDERED = "reordered", _("Events were put into another order.")
    SEAL_EDITED = "seal_edited", _("A seal was changed.")
    UNSEALED = "unsealed", _("An event waits too long for its seal: is the worker running?")
    UNGUARDED = (
        "unguarded",
        _("The database would let events be changed: its guards are missing."),
    )
