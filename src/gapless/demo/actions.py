"""Verbs: load the demo company, give its people new passwords, remove it again."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError

from gapless.analytics.folding import schema_of
from gapless.core.audit.actions import record
from gapless.core.evidence.choices import Source
from gapless.core.evidence.models import Cell
from gapless.core.evidence.rolling import make_roll_ups
from gapless.core.imports.models import SavedMapping
from gapless.core.instruments.models import Answer, Form, FormVersion
from gapless.core.instruments.queries import layout_of
from gapless.evaluation.campaigns.models import (
    Campaign,
    Contact,
    ContactList,
    Response,
)
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.people.org.actions import give_password
from gapless.people.org.choices import Role, UnitKind
from gapless.people.org.models import Person, RoleAssignment, Unit

from . import campaigns, queries
from .campaigning import Founder
from .casework import found_cases, remove_cases
from .company import read
from .founding import found_people, found_units, let_in_administrators
from .generator import Survey
from .pattern import Pattern
from .queries import LogIn, log_in_of
from .recording import Recorder
from .timing import run_clocks, stop_clocks

Progress = Callable[[int], None]
"""Told how many answers are in so far."""


class AlreadyLoaded(Exception):
    """The demo company is there; there is never a second one."""


class NotLoaded(Exception):
    """There is no demo company in this installation."""


class InUse(Exception):
    """Something hangs on the demo company that is not its own; ``found`` says what."""

    def __init__(self, found: Mapping[str, int]) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Wish:
    """How much to load: so many answers over the two years that end before ``until``."""

    answers: int
    seed: int
    until: date
    halls: int = 0  # at least; the company has 48 by itself


@dataclass(frozen=True, slots=True)
class Loaded:
    units: int
    people: int
    answers: int  # of the survey and of the campaigns
    administrators: int  # of the installation, let in as administrators of the demo, too
    log_ins: tuple[LogIn, ...]


@transaction.atomic
def load_demo(wish: Wish, *, now: datetime, progress: Progress) -> Loaded:
    """
    Load the demo company, all or nothing.

    :raises AlreadyLoaded: when it is there.
    :raises CodeTaken: when a unit of the organisation has one of the demo's codes.
    :raises LoginNameTaken: when somebody has one of the demo's log-in names.
    """
    if queries.loaded():
        raise AlreadyLoaded
    company, pattern = read(halls=wish.halls), Pattern(wish.until)
    units = found_units(company, now=now)
    root = units[company.code]
    people = company.people()
    found = found_people(people, units, since=pattern.months[0], now=now)
    version = ship_servqual(now=now)
    survey = Survey(company, pattern, layout_of(version), wish.answers, wish.seed)
    _record(survey, Recorder(version, survey.layout, units, now), progress)
    lead = next(p.username for p in company.named if p.role is Role.QUALITY_MANAGER)
    asked = Founder(company, campaigns.read(), units, found[lead], wish.seed, now)
    campaign_answers = asked.found(version)
    halls = [unit for unit in units.values() if unit.kind == UnitKind.HALL]
    run_clocks(halls[:8], found[lead], seed=wish.seed, now=now)
    found_cases(units, found[lead], now=now)
    head = schema_of(survey.layout).head
    make_roll_ups(Source.SURVEY, version.pk, head=head)
    log_ins = [found[colleague.username] for colleague in people if colleague.log_in]
    done = Loaded(
        units=len(units),
        people=len(found),
        answers=wish.answers + campaign_answers,
        administrators=let_in_administrators(root, now=now),
        log_ins=tuple(_with_password(person, now) for person in log_ins),
    )
    record(
        "demo.loaded",
        subject=root,
        by=None,
        at=now,
        answers=wish.answers,
        seed=wish.seed,
        until=f"{wish.until:%Y-%m}",
    )
    return done


def _record(survey: Survey, recorder: Recorder, progress: Progress) -> None:
    done = 0
    for month in survey.months():
        for added in recorder.record(month):
            done += added
            progress(done)


def _with_password(person: Person, now: datetime) -> LogIn:
    return log_in_of(person, give_password(person, by=None, now=now))


@transaction.atomic
def give_passwords(*, now: datetime) -> tuple[LogIn, ...]:
    """
    New random passwords for the demo's people who can sign in; their sessions end.

    :raises NotLoaded: when there is no demo company.
    """
    if not queries.loaded():
        raise NotLoaded
    return tuple(_with_password(person, now) for person in queries.who_can_sign_in())


@dataclass(frozen=True, slots=True)
class Removed:
    units: int
    people: int
    answers: int


@transaction.atomic
def remove_demo(*, now: datetime) -> Removed:
    """
    Take out all that loading brought, and what only existed in it: roles at its units,
    imports that were tried there and hold no answers. The trail stays.

    :raises NotLoaded: when there is no demo company.
    :raises InUse: when units, answers or records of somebody else's hang on it.
    """
    root = queries.loaded()
    if root is None:
        raise NotLoaded
    # Whoever brings an answer to one of these units, or a role, waits from here on.
    units = list(queries.simulated_units().select_for_update().values_list("pk", flat=True))
    if found := queries.what_stays():
        raise InUse(found)
    people = list(queries.demo_people())
    try:
        _remove_campaigns(units)
        stop_clocks(units)
        remove_cases(units)
        Cell.objects.filter(unit__in=units).delete()
        answers, _ = Answer.objects.filter(unit__in=units).delete()
        _remove_forms()
        _remove_organisation(units, people)
    except ProtectedError as error:
        names = (str(each._meta.verbose_name_plural) for each in error.protected_objects)
        raise InUse(Counter(names)) from error
    done = Removed(units=len(units), people=len(people), answers=answers)
    record("demo.removed", subject=root, by=None, at=now, **asdict(done))
    return done


def _remove_campaigns(units: list[int]) -> None:
    """First what points at the rest: the rows of customers, then the campaigns."""
    ours = Campaign.objects.filter(within__in=units)
    Response.objects.filter(campaign__in=ours).delete()
    ours.delete()
    ContactList.objects.filter(unit__in=units).delete()
    Contact.objects.filter(unit__in=units).delete()


def _remove_forms() -> None:
    forms = Form.objects.filter(simulated=True)
    FormVersion.objects.filter(form__in=forms).delete()
    forms.delete()


def _remove_organisation(units: list[int], people: list[Person]) -> None:
    queries.tried_imports().delete()
    SavedMapping.objects.filter(within__in=units).delete()
    RoleAssignment.objects.filter(unit__in=units).delete()
    Person.objects.filter(pk__in=[person.pk for person in people]).delete()
    Unit.objects.filter(pk__in=units).delete()
