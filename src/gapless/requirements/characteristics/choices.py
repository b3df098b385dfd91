from django.core.validators import RegexValidator
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("In use")
    RETIRED = "retired", _("Retired")


CODE_FORMAT = RegexValidator(
    r"^[A-Z][A-Z0-9-]*$",
    _(
        "A code starts with a capital letter and has only capital letters, "
        "digits and hyphens, for example R4 or VIP-2."
    ),
)
