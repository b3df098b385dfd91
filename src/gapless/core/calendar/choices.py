from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Region(TextChoices):
    """Whose public holidays count."""

    CN = "CN", _("Mainland China")
    HK = "HK", _("Hong Kong")
    TW = "TW", _("Taiwan")
    NONE = "none", _("No public holidays")


class Weekday(IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class DayKind(TextChoices):
    """What a day of a year's table is."""

    HOLIDAY = "holiday", _("public holiday")
    WORKING = "working", _("make-up working day")


# The regions that have a table of holidays, and the zone whose days they are.
ZONES = {
    Region.CN: "Asia/Shanghai",
    Region.HK: "Asia/Hong_Kong",
    Region.TW: "Asia/Taipei",
}
