"""Reads about the demo company as a whole: for its command, not for pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast

from gapless.core.audit.models import Event
from gapless.core.imports.models import Import
from gapless.core.imports.rules import BUSY
from gapless.core.instruments.models import Answer
from gapless.evaluation.campaigns.models import Campaign
from gapless.people.org.models import Person, Unit, UnitQuerySet
from gapless.people.org.rules import outermost

from .recording import BATCH


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody of the demo company who can sign in; the password only when just made."""

    username: str
    name: str
    role: str
    unit: str
    language: str
    password: str = ""


def simulated_units() -> UnitQuerySet:
    """Every unit of the demo company, wherever it was moved; its top first."""
    units: UnitQuerySet = Unit.objects.filter(simulated=True).order_by("depth", "path")
    return units


def loaded() -> Unit | None:
    """The demo company, if it is there."""
    return simulated_units().first()


def was_removed() -> bool:
    return Event.objects.filter(type="demo.removed").exists()


def is_empty() -> bool:
    """Whether nobody uses the installation yet: no answers, nothing below a root."""
    return not (Unit.objects.filter(depth__gt=1).exists() or Answer.objects.exists())


def demo_people() -> QuerySet[Person]:
    """
    The people whom loading brought, and nobody who was added to the company later: those
    whom the trail says to have been added, by nobody, at the moment of loading.
    """
    moments = Event.objects.filter(type="demo.loaded").values("at")
    added = Event.objects.filter(type="person.added", actor=None, at__in=moments)
    numbers = added.annotate(person=Cast("subject_id", BigIntegerField()))
    return Person.objects.filter(pk__in=numbers.values("person")).order_by("pk")


def who_can_sign_in() -> list[Person]:
    """The demo's people who have a password."""
    active = demo_people().filter(is_active=True)
    return [person for person in active if person.has_usable_password()]


def log_in_of(person: Person, password: str = "") -> LogIn:
    assignment = person.assignments.select_related("unit").order_by("pk").first()
    return LogIn(
        person.username,
        person.name,
        assignment.get_role_display() if assignment else "",
        assignment.unit.name if assignment else "",
        person.language,
        password,
    )


def tried_imports() -> QuerySet[Import]:
    """Imports that somebody started in the demo company."""
    return Import.objects.filter(within__in=simulated_units())


def what_stays() -> Mapping[str, int]:
    """What hangs on the demo company and is not the demo's: how many of each."""
    tops = outermost(simulated_units().values_list("path", flat=True))
    units = Unit.objects.within(tops).filter(simulated=False)
    # Whoever answered a campaign of the demo tried it out: that goes with it.
    tried = [campaign.batch for campaign in Campaign.objects.filter(simulated=True)]
    answers = Answer.objects.filter(unit__in=simulated_units()).exclude(
        batch__in=[BATCH, *tried]
    )
    imports = [i for i in tried_imports() if i.state in BUSY or i.added > i.removed]
    counted = {
        str(Unit._meta.verbose_name_plural): units.count(),
        str(Answer._meta.verbose_name_plural): answers.count(),
        str(Import._meta.verbose_name_plural): len(imports),
    }
    return {name: count for name, count in counted.items() if count}
