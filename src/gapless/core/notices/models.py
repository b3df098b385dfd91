from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gapless.core.sealed import SealedField

from .choices import ChannelKind, DeliveryState, Failure, Mail
from .rules import DIGEST_HOUR

PERSON = settings.AUTH_USER_MODEL


class Channel(models.Model):
    """A way out of the organisation's own: where the notices of a subtree are posted."""

    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind)
    name = models.CharField(_("name"), max_length=80)
    # Whoever knows the address of a bot may speak for it.
    address = SealedField(_("address"))
    secret = SealedField(_("secret"), blank=True)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    groups = models.JSONField(_("notices of"), default=list)  # of the catalogue
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    created_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    disabled_at = models.DateTimeField(_("switched off at"), null=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Wording(models.Model):
    """The organisation's own words for one kind of notice; an empty one: ours again."""

    kind = models.CharField(_("kind"), max_length=60)
    number = models.PositiveIntegerField(_("version number"))
    title = models.JSONField(_("title"), default=dict)  # language map
    body = models.JSONField(_("text"), default=dict)  # language map
    made_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="wording_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        # No pause is as long as a day: such a try was set before the clock went back.
        late = Q(next_attempt_at__gt=now + timedelta(days=1))
        return self.filter(late | Q(next_attempt_at__lte=now), state=DeliveryState.WAITING)

    def dead(self) -> Self:
        return self.filter(state=DeliveryState.DEAD)


class Delivery(models.Model):
    """One message on its way out, with all the notices it carries."""

    person = models.ForeignKey(
        PERSON, null=True, on_delete=models.CASCADE, related_name="+"
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    # Sent along with every try, so that whoever gets it twice can tell.
    key = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        _("state"), max_length=8, choices=DeliveryState, default=DeliveryState.WAITING
    )
    # Counted up by every claim; what a worker writes is refused when it is not the last.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    failure = models.CharField(_("problem"), max_length=12, choices=Failure, blank=True)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="delivery_to_one",
                condition=Q(person__isnull=True) ^ Q(channel__isnull=True),
            )
        ]
        indexes = [
            # The minutely job: what is to be sent.
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="waiting"),
                name="delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def going_out(self) -> Self:
        """What is to go out and has not been put into a message yet."""
        return self.filter(due_at__isnull=False, delivery=None, read_at=None)


class Notice(models.Model):
    """One thing told to one reader: a person, or a channel of the organisation."""

    person = models.ForeignKey(
        PERSON, null=True, on_delete=models.CASCADE, related_name="+"
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=60)
    # What is told under one key is told once to each reader.
    key = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    # The words in force when it was told; none: those of the catalogue.
    wording = models.ForeignKey(
        Wording, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True)
    # When it goes out by mail or channel; none: it stays in the inbox.
    due_at = models.DateTimeField(null=True)
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.SET_NULL, related_name="notices"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_to_one",
                condition=Q(person__isnull=True) ^ Q(channel__isnull=True),
            ),
            models.UniqueConstraint(fields=["person", "key"], name="notice_told_once"),
            models.UniqueConstraint(fields=["channel", "key"], name="notice_posted_once"),
        ]
        indexes = [
            # The inbox.
            models.Index(fields=["person", "-created_at"], name="notice_inbox"),
            # Whether something has been told to anybody.
            models.Index(fields=["key"], name="notice_key"),
            # The number on the bell, of every page.
            models.Index(
                fields=["person"], condition=Q(read_at=None), name="notice_unread"
            ),
            # The minutely job: what is to be put into messages.
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False, delivery=None, read_at=None),
                name="notice_going_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Choice(models.Model):
    """What a person chose about one group of notices. No row: a digest a day."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    group = models.CharField(_("group"), max_length=30)
    mail = models.CharField(_("by mail"), max_length=8, choices=Mail, default=Mail.DIGEST)
    through_quiet = models.BooleanField(_("also in quiet hours"), default=False)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.mail}"


class Hours(models.Model):
    """When mail may reach a person, by that person's own clock."""

    person = models.OneToOneField(PERSON, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.TimeField(_("quiet from"), null=True)
    quiet_until = models.TimeField(_("quiet until"), null=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("digest at"), default=DIGEST_HOUR, validators=[MaxValueValidator(23)]
    )

    class Meta:
        verbose_name = _("hours")
        verbose_name_plural = _("hours")
        constraints = [
            models.CheckConstraint(
                name="hours_quiet_both_or_none",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
            models.CheckConstraint(
                name="hours_digest_of_a_day", condition=Q(digest_hour__lte=23)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_hour}:00"


class Feed(models.Model):
    """The address of a person's deadlines, for a calendar; its end makes it nobody's."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at=None), name="feed_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
