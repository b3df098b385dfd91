from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Self
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from .choices import About, Density, Outcome, Role, Theme, UnitKind
from .rules import STEP

# Looking through the system's files anew for every record would take longer than saving it.
time_zones = cache(available_timezones)


def known_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone; one would be Asia/Shanghai."),
            params={"name": name},
        )


# Service numbers have three digits and more; an extension may be said in words.
PHONE_FORMAT = RegexValidator(
    r"(\d\D*){3}",
    _("A telephone number has at least three digits, for example 0571-8888 1234."),
)


class UnitQuerySet(MP_NodeQuerySet, models.QuerySet["Unit"]):  # type: ignore[misc]
    def within(self, paths: Iterable[str]) -> Self:
        """The units of the subtrees that start at ``paths``."""
        return self.filter(under("path", paths))

    def matching(self, words: str) -> Self:
        return self.filter(Q(name__icontains=words) | Q(code__icontains=words))


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        # treebeard's own manager names its queryset class outright.
        return UnitQuerySet(self.model, using=self._db).order_by("path")


def under(field: str, paths: Iterable[str]) -> Q:
    """The one predicate that scopes everything: ``field`` lies in one of the subtrees."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


class Unit(MP_Node):  # type: ignore[misc]
    """A place in the organisation: company, region, city, business hall, at any depth."""

    steplen = STEP
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[^\s,;]+$",
                _("A code has no spaces, commas or semicolons, for example JZ-0103."),
            )
        ],
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=UnitKind, default=UnitKind.HALL
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Asia/Shanghai",
        validators=[known_time_zone],
    )
    customers_per_month = models.PositiveIntegerField(
        _("customers per month"), null=True, blank=True
    )
    # On receipts; without one the number of the nearest unit above (queries.phones_of).
    phone = models.CharField(
        _("telephone"), max_length=40, blank=True, validators=[PHONE_FORMAT]
    )
    supervision_phone = models.CharField(
        _("supervision telephone"), max_length=40, blank=True, validators=[PHONE_FORMAT]
    )
    simulated = models.BooleanField(_("simulated"), default=False)
    created_at = models.DateTimeField(_("created at"))
    # Counts edits: whoever saves must have seen the last one.
    version = models.PositiveIntegerField(default=1, editable=False)

    node_order_by: list[str] = []
    objects = UnitManager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    pass


class PersonQuerySet(models.QuerySet["Person"]):
    def matching(self, words: str) -> Self:
        return self.filter(
            Q(name__icontains=words)
            | Q(username__icontains=words)
            | Q(email__icontains=words)
        )


class Person(AbstractBaseUser):
    """Someone who signs in. What a person may do follows from role assignments alone."""

    username = models.CharField(
        _("log-in name"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[\w.@+-]+$",
                _("A log-in name has only letters, digits and . @ + - _, such as li.na."),
            )
        ],
        error_messages={
            "unique": _("Someone already has this log-in name; choose another.")
        },
    )
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Asia/Shanghai",
        validators=[known_time_zone],
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    density = models.CharField(
        _("density"), max_length=8, choices=Density, default=Density.STANDARD
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined at"))
    # An administrator has seen the password; it is to be changed at the next log-in.
    password_given = models.BooleanField(default=False, editable=False)
    # Part of every session's hash: counting up ends all sessions at their next request,
    # and none revives when the person is let in again.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = PersonManager.from_queryset(PersonQuerySet)()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            # Whatever is typed at log-in, in capitals or not, names one person.
            models.UniqueConstraint(Lower("username"), name="person_username_once"),
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="person_email_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own, which both its public readers call, with the epoch added.
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac(
            "gapless.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)

    def on_or_after(self, day: date) -> Self:
        """Held that day, or planned for later; an empty period is neither."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day)).exclude(
            ends_on=F("starts_on")
        )

    def administering(self, unit: Unit, day: date) -> Self:
        """Who keeps a root: active administrators whose role began and has no end."""
        return self.on(day).filter(
            role=Role.ADMINISTRATOR, unit=unit, ends_on=None, person__is_active=True
        )


class RoleAssignment(models.Model):
    """A person holds a role at a unit, for its subtree, from a day on, until a day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (exclusive)"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        ordering = ["unit__path", "role", "starts_on"]
        constraints = [
            # Equal days are an empty period: a role taken back before it ever held.
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            # Periods with an end may not overlap either (actions.assign_role).
            models.UniqueConstraint(
                fields=["person", "role", "unit"],
                condition=Q(ends_on=None),
                name="assignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit}"


class OrgFile(models.Model):
    """A file of units or of people on its way in; it is deleted when all rows are done."""

    about = models.CharField(_("what it lists"), max_length=6, choices=About)
    name = models.CharField(_("file"), max_length=120)
    file = models.ForeignKey(
        "files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The top of the subtree in which its rows may do something, and whose administrators
    # see it.
    within = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    header_line = models.PositiveIntegerField(default=1)  # 0: wherever it is found
    # [header, what the column holds], in the order of the file.
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    job = models.ForeignKey(
        "jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    started_by = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("file of units or people")
        verbose_name_plural = _("files of units or people")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class OrgFileRow(models.Model):
    """What became of one row: written in the transaction that did it, so never twice."""

    of = models.ForeignKey(OrgFile, on_delete=models.CASCADE, related_name="taken")
    line = models.PositiveIntegerField(_("line"))
    key = models.CharField(max_length=120)  # the code or log-in name, as in the file
    outcome = models.CharField(max_length=9, choices=Outcome)
    # Of a rejected row alone: [[column, code, [[blank, what fills it], …]], …], and the
    # row itself, to be mended and sent again.
    problems = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        verbose_name = _("row of a file")
        verbose_name_plural = _("rows of files")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["of", "line"], name="org_row_taken_once")
        ]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line} {self.outcome}"
