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
    LEAST = "least", _("Least that would be accepted")
    DESIRED = "desired", _("What is desired")
    WEIGHT = "weight", _("Importance points")
    OVERALL = "overall", _("Overall judgement")
    NPS = "nps", _("Likelihood to recommend (NPS)")
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    TEXT = "text", _("Free text")
    ATTRIBUTE = "attribute", _("Attribute")
    UNIT = "unit", _("Unit")
    TIME = "time", _("Time")
    RESPONDENT = "respondent", _("Respondent")
    CASE_WEIGHT = "case_weight", _("Weight of the answer")
    IGNORE = "ignore", _("Leave out")


class DateOrder(TextChoices):
    """In which order a date names its parts, where the year does not say it by itself."""

    YMD = "ymd", _("Year, month, day")
    DMY = "dmy", _("Day, month, year")
    MDY = "mdy", _("Month, day, year")
    YDM = "ydm", _("Year, day, month")
