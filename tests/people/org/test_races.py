"""Two people press at once: the database decides, whichever it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from gapless.people.org import actions
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.people.org.rules import Period, PersonFacts, UnitFacts
from tests.conftest import NINE_AM, Cast, person, unit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], object]) -> list[type[Exception] | None]:
    """Do all of them in threads that start together; how each one ended."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> type[Exception] | None:
        try:
            start.wait()
            verb()
        except Exception as error:  # noqa: BLE001  the test names what it expects
            return type(error)
        else:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


@pytest.fixture
def whole(transactional_db: None, cast: Cast) -> Cast:
    return cast


def test_two_administrators_cannot_shut_each_other_out(whole):
    tang = person("Tang", Role.ADMINISTRATOR, whole.city)
    ended = at_once(
        lambda: actions.deactivate_person(tang, by=whole.ma, now=NINE_AM),
        lambda: actions.deactivate_person(whole.ma, by=tang, now=NINE_AM),
    )
    assert set(ended) == {None, actions.LastAdministrator}
    administrators = Person.objects.filter(assignments__role=Role.ADMINISTRATOR)
    assert administrators.filter(is_active=True).count() == 1


def test_of_two_edits_one_is_told(whole):
    def edit(name: str) -> Callable[[], None]:
        facts = UnitFacts(name, "EAST-HALL")
        return lambda: actions.edit_unit(
            whole.east, facts, version=1, by=whole.ma, now=NINE_AM
        )

    ended = at_once(edit("One"), edit("Two"), edit("Three"))
    assert sorted(map(str, ended)).count("None") == 1
    assert set(ended) == {None, actions.ChangedMeanwhile}


def test_two_units_that_move_below_each_other(whole):
    """One move is made; then the other would put a unit below itself."""
    ended = at_once(
        lambda: actions.move_unit(whole.east, under=whole.west, by=whole.ma, now=NINE_AM),
        lambda: actions.move_unit(whole.west, under=whole.east, by=whole.ma, now=NINE_AM),
    )
    assert set(ended) == {None, actions.BelowItself}
    assert not any(Unit.objects.find_problems())


def test_many_units_at_once_keep_the_tree_whole(whole):
    def make(number: int) -> Callable[[], Unit]:
        facts = UnitFacts(f"Hall {number}", f"H{number}")
        return lambda: actions.create_unit(whole.city, facts, by=whole.ma, now=NINE_AM)

    spare = unit("Spare", whole.city)
    ended = at_once(
        *(make(number) for number in range(4)),
        lambda: actions.move_unit(whole.east, under=whole.west, by=whole.ma, now=NINE_AM),
        lambda: actions.delete_unit(spare, by=whole.ma, now=NINE_AM),
    )
    assert set(ended) == {None}
    assert not any(Unit.objects.find_problems())
    assert Unit.objects.count() == 7


def test_a_role_is_held_once_whoever_assigns_it(whole):
    def assign() -> None:
        actions.assign_role(
            whole.li,
            Role.ANALYST,
            whole.east,
            period=Period(NINE_AM.date(), NINE_AM.date().replace(month=6)),
            by=whole.ma,
            now=NINE_AM,
        )

    assert set(at_once(assign, assign)) == {None, actions.AlreadyHeld}
    assert RoleAssignment.objects.filter(person=whole.li, role=Role.ANALYST).count() == 1


def test_a_log_in_name_is_given_once(whole):
    def add(username: str) -> Callable[[], Person]:
        return lambda: actions.add_person(
            PersonFacts(username, "He Yun"),
            Role.AGENT,
            whole.east,
            period=Period(NINE_AM.date()),
            by=whole.ma,
            now=NINE_AM,
        )

    assert set(at_once(add("he.yun"), add("He.Yun"))) == {None, actions.LoginNameTaken}
