from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    UPLOADED = "uploaded", _("Columns not described yet")
    MAPPED = "mapped", _("Ready to run")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    CANCELLED = "cancelled", _("Stopped")
    FAILED = "failed", _("Failed")
    REMOVING = "removing", _("Answers are being taken out")
    REMOVED = "removed", _("Answers taken out")


class ColumnKind(TextChoices):
    """What a column of a file says."""

    EXPECTATION = "expectation", _("Expectation")
    PERCEPTION = "perception", _("Perception")
    SCORE = "score", _("Score alone")
    WEIGHT = "weight", _("Importance points")
    OVERALL = "overall", _("Overall judgement")
    TEXT = "text", _("Free text")
    ATTRIBUTE = "attribute", _("Attribute")
    UNIT = "unit", _("Unit")
    TIME = "time", _("Time")
    RESPONDENT = "respondent", _("Respondent")
    IGNORE = "ignore", _("Leave out")
