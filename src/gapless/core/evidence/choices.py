from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    SURVEY = "survey", _("Survey answers")


class CollectionMode(TextChoices):
    """How the people asked were chosen: what an interval may claim depends on it."""

    PROBABILITY = "probability", _("Probability sample")
    CENSUS = "census", _("Everybody was asked")
    QUOTA = "quota", _("Quota sample")
    ON_EVENT = "on_event", _("Asked after a contact")
    SELF_SELECTED = "self_selected", _("Self-selected")
    UNKNOWN = "unknown", _("Not stated")
