from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """What may be said of a gap: always a shape and a word, never a colour alone."""

    BIG = "big", _("Clear shortfall")
    SHORT = "short", _("Shortfall")
    EVEN = "even", _("Even")
    OVER = "over", _("Surplus")
    UNSURE = "unsure", _("Cannot tell yet")
    HIDDEN = "hidden", _("Withheld")
    NONE = "none", _("Not measured")
