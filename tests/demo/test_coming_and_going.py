"""Loading into an installation in use, and removing."""

from datetime import date, timedelta

import pytest
from django.apps import apps

from gapless.core.audit.models import Event
from gapless.core.files.models import StoredFile
from gapless.core.imports.choices import State
from gapless.core.imports.models import Import
from gapless.demo import actions, queries
from gapless.people.org.actions import CodeTaken, add_person, create_unit, move_unit
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, Unit
from gapless.people.org.queries import viewer_of, visible_units
from gapless.people.org.rules import Period, PersonFacts, Policy, UnitFacts
from tests.demo.conftest import LOADED_AT, SMALL, silent

LATER = LOADED_AT + timedelta(minutes=5)
REMEMBERS = {"audit.Event", "audit.Seal", "audit.SecurityEvent"}


def load():
    return actions.load_demo(SMALL, now=LOADED_AT, progress=silent)


def rows():
    """How many rows each table has that may not remember the demo."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label not in REMEMBERS
    }


def test_removal_leaves_nothing_behind_but_the_trail(cast):
    load()
    actions.remove_demo(now=LATER)
    before = rows()  # the questionnaire came with the first demo, and is the product's

    loaded = load()
    removed = actions.remove_demo(now=LATER)

    assert loaded.answers > SMALL.answers  # those of the campaigns
    assert removed == actions.Removed(units=76, people=199, answers=loaded.answers)
    assert rows() == before
    types = Event.objects.filter(type__startswith="demo.").order_by("pk")
    assert list(types.values_list("type", flat=True)) == ["demo.loaded", "demo.removed"] * 2


def test_whoever_was_added_to_the_demo_later_stays(cast):
    load()
    facts = PersonFacts("real.person", "Real")
    hall = Unit.objects.get(code="JZ-0101")
    period = Period(date(2026, 11, 1))
    add_person(facts, Role.AGENT, hall, period=period, by=cast.ma, now=LATER)

    actions.remove_demo(now=LATER)

    assert Person.objects.filter(username="real.person", assignments=None).exists()


def test_who_administers_the_installation_administers_the_demo_too(cast):
    done = load()
    ma, wang = (viewer_of(person, now=LOADED_AT) for person in (cast.ma, cast.wang))
    hall = Unit.objects.get(code="JZ-0103")

    assert done.administrators == 1
    assert ma.holds_at(Policy.EDIT_ORGANISATION, hall.path)
    assert ma.holds_at(Policy.SEE_NUMBERS, hall.path)
    assert hall not in visible_units(wang)


def test_a_demo_that_was_moved_under_the_company_is_found_and_removed(cast):
    load()
    move_unit(queries.loaded(), under=cast.city, by=cast.ma, now=LATER)

    actions.remove_demo(now=LATER)

    assert set(Unit.objects.all()) == {cast.city, cast.east, cast.west}
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_a_load_that_fails_leaves_nothing(cast):
    create_unit(cast.city, UnitFacts("Taken", "JZ-0804"), by=cast.ma, now=LOADED_AT)
    before = rows()

    with pytest.raises(CodeTaken):
        load()

    assert rows() == before


def tried(cast, **state):
    """An import that somebody started in the demo."""
    file = StoredFile.objects.create(
        sha256="0" * 64, size=1, stored_at=LATER, stored_by=cast.ma
    )
    within = queries.loaded()
    return Import.objects.create(
        name="try.csv", file=file, within=within, created_at=LATER, **state
    )


def test_an_import_that_was_only_tried_goes_with_the_demo(cast):
    load()
    tried(cast, state=State.REMOVED, rows=3, added=3, removed=3)

    actions.remove_demo(now=LATER)

    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "state",
    [{"state": State.DONE, "rows": 3, "added": 3}, {"state": State.RUNNING}],
    ids=["done", "running"],
)
def test_an_import_that_holds_answers_or_may_keeps_the_demo(cast, state):
    load()
    tried(cast, **state)

    with pytest.raises(actions.InUse) as refused:
        actions.remove_demo(now=LATER)

    assert refused.value.found == {"imports": 1}
