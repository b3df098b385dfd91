import json

import pytest
from django.core.management import CommandError

from gapless.demo import queries
from gapless.people.org.actions import create_unit
from gapless.people.org.models import Person
from gapless.people.org.rules import UnitFacts
from tests.demo.conftest import LOADED_AT, command

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_a_second_demo_is_refused():
    with pytest.raises(CommandError, match="already there"):
        command("--answers", "60")


def test_later_it_says_who_can_sign_in_and_how_to_get_passwords():
    told = command("--if-empty")

    assert "gapless demo --passwords" in told
    assert "lin.yue" in told


def test_removal_asks_and_without_an_answer_removes_nothing():
    with pytest.raises(CommandError, match="Nothing was removed"):
        command("--remove")

    assert queries.loaded()


def test_what_stands_in_the_way_is_named():
    create_unit(queries.loaded(), UnitFacts("Mine", "MINE"), by=None, now=LOADED_AT)

    with pytest.raises(CommandError, match="units 1"):
        command("--remove", "--yes")


def test_new_passwords_are_printed():
    told = command("--passwords")

    assert "the old ones are void" in told
    assert "lin.yue" in told


def test_new_passwords_are_printed_as_json_on_demand():
    told = json.loads(command("--passwords", "--json"))

    for log_in in told["log_ins"]:
        person = Person.objects.get(username=log_in["username"])
        assert person.check_password(log_in["password"])


@pytest.mark.parametrize("wrong", [("--until", "2026-13"), ("--answers", "none")])
def test_wrong_usage_is_said_before_anything_happens(wrong):
    with pytest.raises(CommandError, match="such as"):
        command(*wrong)
