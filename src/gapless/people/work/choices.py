from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    """How near the date is, for whoever reads the list."""

    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Today")
    WEEK = "week", _("Within seven days")
    LATER = "later", _("Later")


class Whose(TextChoices):
    """Which of the lists: what I have, what I gave away, what I put off, what we have."""

    MINE = "mine", _("Mine")
    HANDED = "handed", _("Handed over by me")
    PUT_OFF = "put_off", _("Put off")
    TEAM = "team", _("My team")
