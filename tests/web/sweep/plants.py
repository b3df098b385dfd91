"""
What every place of the company holds: one thing of each kind, full of the place's
canary. A new area adds a function here, and its kinds to things.py.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile

from gapless.core.audit.actions import record
from gapless.core.evidence.choices import CollectionMode
from gapless.core.files.actions import store
from gapless.core.imports.actions import bring_in
from gapless.core.instruments.actions import NewAnswer, record_answers
from gapless.core.instruments.models import FormVersion
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.people.org.choices import Role
from gapless.people.org.models import OpeningHours, Person, RoleAssignment, Unit
from gapless.requirements.characteristics.models import Characteristic
from tests.conftest import LONG_AGO, NINE_AM

from .company import Plant


def plant_details(it: Unit, words: str) -> dict[str, Any]:
    Unit.objects.filter(pk=it.pk).update(
        address=f"{words} Road", customers_per_month=int(words[2:6], 16)
    )
    OpeningHours.objects.get_or_create(
        unit=it, weekday=1, defaults={"opens_at": "09:00", "closes_at": "17:30"}
    )
    return {}


def plant_person(it: Unit, words: str) -> dict[str, Any]:
    someone = Person.objects.create(
        username=f"li.{words}",
        name=f"Li {words}",
        email=f"li@{words}.example.com",
        joined_at=NINE_AM,
    )
    assignment = RoleAssignment.objects.create(
        person=someone, role=Role.AGENT, unit=it, starts_on=LONG_AGO
    )
    return {"person": someone.pk, "assignment": assignment.pk}


def plant_event(it: Unit, words: str) -> dict[str, Any]:
    event = record(
        "unit.edited", subject=it, by=None, at=NINE_AM, unit=it, reason=f"Because {words}."
    )
    return {"event": event.pk}


def plant_device(it: Unit, words: str) -> dict[str, Any]:
    owner = Person.objects.get(username=f"li.{words}")
    device = Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": words, "credential": {}}
    )
    return {"device": device.pk}


def plant_answers(it: Unit, words: str) -> dict[str, Any]:
    """Enough to be shown; how many, and how good, differs from place to place."""
    version = FormVersion.objects.get(form__code="servqual")
    pairs = list(version.items.filter(kind="pair"))
    seed = int(words[2:6], 16)
    answers = [
        NewAnswer(
            key=f"{words} {nth}",
            unit=it,
            answered_at=NINE_AM,
            mode=CollectionMode.ON_EVENT,
            values={
                (item.code, side): 1 + (seed + nth * (place + 2) + side) % 7
                for place, item in enumerate(pairs)
                for side in (0, 1)
            },
            texts={"comment": words},
        )
        for nth in range(12 + seed % 7)
    ]
    record_answers(version, answers, batch=words, now=NINE_AM)
    return {}


def plant_import(it: Unit, words: str) -> dict[str, Any]:
    """A file that came in for the unit, with its columns still to be named."""
    table = f"unit,comment,q1\n{it.code},{words},5\n".encode()
    by = Person.objects.get(username=f"li.{words}")
    file = store(ContentFile(table, name=f"{words}.csv"), by=by, now=NINE_AM, unit=it)
    import_ = bring_in(file, name=f"{words}.csv", within=it, by=by, now=NINE_AM)
    return {"import": import_.pk, "file": file.pk}


def plant_shared() -> dict[str, Any]:
    """What belongs to the whole organisation."""
    version = ship_servqual(now=NINE_AM)
    return {
        "characteristic": Characteristic.objects.all()[0].pk,
        "questionnaire": version.pk,
        "reset": "2",
    }


PLANTS: list[Plant] = [
    plant_details,
    plant_person,
    plant_event,
    plant_device,
    plant_answers,
    plant_import,
]
