from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import rules


class Readable(DjangoJSONEncoder):
    """JSON whose Chinese stays Chinese, so that SQLite and PostgreSQL search it alike."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False, "allow_nan": False})


class Event(models.Model):
    """
    One thing that was done to one record. Written by actions, never edited: the
    database refuses UPDATE and DELETE (triggers.py).
    """

    id = models.UUIDField(primary_key=True, default=rules.event_id, editable=False)
    # On PostgreSQL, the writing transaction: the sealer takes only events whose
    # transaction, and every earlier one, has ended.
    tx = models.BigIntegerField(null=True)
    at = models.DateTimeField(_("when"))
    # Names of people are looked up when shown and never part of the hash; a person
    # who is removed (with the demo, say) leaves the number behind.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    type = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    # Where it happened, for those who may read the trail of a subtree. The path is the
    # one of that day: a unit that moved keeps its history with whoever saw it then.
    unit_path = models.CharField(max_length=255, blank=True)
    facts = models.JSONField(_("details"), default=dict, encoder=Readable)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # The audit page: newest first, and the events of one record.
            models.Index(fields=["-at", "-id"], name="event_newest"),
            models.Index(fields=["subject_type", "subject_id"], name="event_subject"),
            # The sealer, every second: what came after the last sealed transaction.
            models.Index(fields=["tx"], name="event_tx"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_type} {self.subject_id}"


class Seal(models.Model):
    """The place of one event in the chain: hash = SHA-256(previous hash, event)."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    # Never earlier than the seal before; if the clock was, the flag says so.
    sealed_at = models.DateTimeField(_("sealed at"))
    clock_regressed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes = [models.Index(fields=["previous"], name="seal_previous")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


# What the hash covers, in the order in which `verify` reads it. Not the transaction
# number: it means nothing after a move to another database.
SEALED = (
    "id",
    "at",
    "actor_id",
    "type",
    "subject_type",
    "subject_id",
    "unit_path",
    "facts",
    "reason",
)


class SecurityEvent(models.Model):
    """
    An attempt that was refused: a failed log-in, a door that stayed shut. Written
    outside the transaction that refused it, so that the rollback does not erase it.
    """

    at = models.DateTimeField(_("when"))
    type = models.CharField(_("what"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    # The route's name or the log-in name as typed; never a path, which may hold a secret.
    detail = models.CharField(_("details"), max_length=120, blank=True)
    network = models.CharField(_("network"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("refused attempt")
        verbose_name_plural = _("refused attempts")
        indexes = [models.Index(fields=["-at"], name="security_event_newest")]

    def __str__(self) -> str:
        return f"{self.type} {self.detail}"
