"""The command in an installation without a demo."""

import json

import pytest
from django.core.management import CommandError

from gapless.core.instruments.models import Answer
from gapless.demo import queries
from gapless.people.org.actions import create_unit
from gapless.people.org.choices import UnitKind
from gapless.people.org.rules import UnitFacts
from tests.demo.conftest import LOADED_AT, command

pytestmark = pytest.mark.django_db


def test_if_empty_loads_into_a_fresh_installation_and_prints_the_log_ins():
    facts = UnitFacts("Ours", "ORG", UnitKind.COMPANY)
    create_unit(None, facts, by=None, now=LOADED_AT)

    told = command("--if-empty", "--answers", "60", "--until", "2026-11")

    assert "76 units" in told
    assert f"{Answer.objects.count()} answers" in told
    assert "lin.yue" in told


def test_what_was_removed_is_not_brought_back_unasked():
    loaded = json.loads(command("--answers", "60", "--json"))
    removed = json.loads(command("--remove", "--yes", "--json"))

    assert loaded["loaded"] is True
    assert len(loaded["log_ins"]) == 8
    told = {"units": 76, "people": 199, "answers": loaded["answers"]}
    assert removed == {"removed": True} | told
    assert "was removed" in command("--if-empty")
    assert queries.loaded() is None


def test_if_empty_leaves_an_installation_in_use_alone(cast):
    assert "in use" in command("--if-empty")
    assert queries.loaded() is None


def test_a_code_of_the_organisations_own_is_named(cast):
    create_unit(cast.city, UnitFacts("Taken", "JZ-0804"), by=cast.ma, now=LOADED_AT)

    with pytest.raises(CommandError, match="JZ-0804"):
        command("--answers", "60")


def test_without_a_demo_there_is_nothing_to_renew_or_remove():
    with pytest.raises(CommandError, match="no demo company"):
        command("--passwords")
    with pytest.raises(CommandError, match="no demo company"):
        command("--remove", "--yes")
