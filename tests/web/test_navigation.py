"""The menu is the loop, and shows each person only what they may enter."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.timezone import now

from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Policy
from gapless.web import navigation
from gapless.web.navigation import Entry, Stage
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def _a_small_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = (
        Entry("Profiles", "profile", Policy.SEE_NUMBERS),
        Entry("Import", "mfa_index", Policy.IMPORT),
    )
    monkeypatch.setattr(navigation, "LOOP", (Stage("Evaluation", evaluation),))
    house = (Entry("Patterns", "patterns", Policy.EDIT_ORGANISATION),)
    monkeypatch.setattr(navigation, "HOUSE", house)


def menu(person: Person, path: str) -> dict[str, Any]:
    request = RequestFactory().get(path)
    request.user = person
    request.viewer = viewer_of(person, now=now())  # type: ignore[attr-defined]
    return navigation.shell(request)


def test_a_person_sees_the_doors_that_open(cast: Cast) -> None:
    seen = menu(cast.wang, "/")

    assert [[e.title for e in stage.entries] for stage in seen["nav_loop"]] == [
        ["Profiles"]
    ]
    assert seen["nav_house"] == ()


def test_a_stage_without_an_open_door_is_not_there(cast: Cast) -> None:
    seen = menu(cast.ma, "/")

    assert seen["nav_loop"] == ()
    assert [entry.title for entry in seen["nav_house"]] == ["Patterns"]


def test_only_the_stage_around_the_page_stands_open(cast: Cast) -> None:
    (stage,) = menu(cast.qian, "/profile/roles/3/")["nav_loop"]

    assert stage.open
    assert [entry.current for entry in stage.entries] == [True, False]
    assert not menu(cast.qian, "/")["nav_loop"][0].open


def test_the_start_page_is_current_only_on_itself(cast: Cast) -> None:
    assert menu(cast.qian, "/")["nav_top"][0].current
    assert not menu(cast.qian, "/profile/")["nav_top"][0].current


def test_an_address_that_leads_nowhere_still_has_its_menu(cast: Cast) -> None:
    request = RequestFactory().get("/nowhere/")
    request.user = cast.qian

    assert navigation.shell(request)["nav_loop"]


def test_before_log_in_there_is_no_menu() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert navigation.shell(request) == {}
