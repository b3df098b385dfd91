from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    COMPANY = "company", _("Company")
    REGION = "region", _("Region")
    CITY = "city", _("City")
    HALL = "hall", _("Business hall")
    DEPARTMENT = "department", _("Department")
    OTHER = "other", _("Other unit")


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    QUALITY_MANAGER = "quality_manager", _("Quality manager")
    UNIT_MANAGER = "unit_manager", _("Unit manager")
    EXECUTIVE = "executive", _("Executive")
    ANALYST = "analyst", _("Analyst")
    AGENT = "agent", _("Front-line staff")
    INSPECTOR = "inspector", _("Inspector")
    SHOPPER = "shopper", _("Mystery shopper")


class Theme(TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(TextChoices):
    COMPACT = "compact", _("Compact")
    STANDARD = "standard", _("Standard")
    ROOMY = "roomy", _("Roomy")


class About(TextChoices):
    """What a file of the organisation lists."""

    UNITS = "units", _("Units")
    PEOPLE = "people", _("People")


class Outcome(TextChoices):
    """What becomes of a row of such a file."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    MOVED = "moved", _("moved")
    UNCHANGED = "unchanged", _("unchanged")
    REJECTED = "rejected", _("rejected")
