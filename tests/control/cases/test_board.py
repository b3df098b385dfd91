"""How much is open where."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.control.cases.actions import ask_customer, keep_out
from gapless.control.cases.answering import answer, confirm
from gapless.control.cases.board import Load, Standing, board
from gapless.control.cases.choices import Kind
from gapless.people.org.models import Person, Unit
from gapless.people.org.queries import viewer_of
from tests.conftest import Cast, unit
from tests.control.cases.listed import case_of, shipped

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)

standings = st.lists(
    st.builds(
        Standing,
        st.timedeltas(timedelta(), timedelta(days=400)),
        overdue=st.booleans(),
        waiting=st.booleans(),
    ),
    min_size=1,
)


@given(standings)
def test_half_are_younger_than_the_median_and_half_are_older(some: list[Standing]) -> None:
    load = Load.of(some)
    assert load.median_age is not None
    younger = sum(each.age < load.median_age for each in some)
    older = sum(each.age > load.median_age for each in some)
    assert younger <= len(some) / 2 >= older
    assert load.greatest_age == max(each.age for each in some)


def test_where_nothing_is_open_there_is_no_age() -> None:
    assert Load.of([]) == Load(0, 0, 0, None, None)


@pytest.fixture
def desk(cast: Cast) -> Unit:
    shipped(NOW)
    return unit("East desk", cast.east)


def numbers(who: Person, at: Unit) -> dict[str, tuple[int, int, int]]:
    found = board(viewer_of(who, now=NOW), at, now=NOW)
    rows = {
        ("here" if place.here else place.unit.name): place.load for place in found.places
    }
    return {
        name: (load.open, load.overdue, load.waiting)
        for name, load in {**rows, "whole": found.whole}.items()
    }


def test_a_hall_counts_what_its_desks_have(cast: Cast, desk: Unit) -> None:
    case_of(cast.li, desk, now=NOW, age=20 * DAY)
    waits = case_of(cast.li, cast.east, now=NOW)
    ask_customer(
        waits, words="Which day?", key="a", seen=waits.version, by=cast.li, now=NOW
    )
    case_of(cast.zhao, cast.west, now=NOW)
    case_of(cast.chen, cast.city, now=NOW)

    assert numbers(cast.chen, cast.city) == {
        "East hall": (2, 1, 1),
        "West hall": (1, 0, 0),
        "here": (1, 0, 0),
        "whole": (4, 1, 1),
    }
    assert numbers(cast.wang, cast.east) == {
        "East desk": (1, 1, 0),
        "here": (1, 0, 1),
        "whole": (2, 1, 1),
    }


def test_what_has_ended_counts_no_more(cast: Cast, desk: Unit) -> None:
    case = case_of(cast.li, desk, now=NOW, kind=Kind.INQUIRY)
    answer(case, text="At nine.", key="a", seen=case.version, by=cast.li, now=NOW)
    assert numbers(cast.wang, cast.east)["whole"] == (1, 0, 0)
    confirm(case, words="", key="c", seen=case.version, by=cast.li, now=NOW)
    type(case).objects.filter(pk=case.pk).update(state="closed", ended_at=NOW)
    assert numbers(cast.wang, cast.east)["whole"] == (0, 0, 0)


def test_a_case_about_somebody_is_not_in_their_numbers(cast: Cast, desk: Unit) -> None:
    case = case_of(cast.chen, cast.east, now=NOW)
    keep_out(case, cast.wang, instead=None, key="k", by=cast.chen, now=NOW)

    assert numbers(cast.wang, cast.east)["whole"] == (0, 0, 0)
    assert numbers(cast.chen, cast.east)["whole"] == (1, 0, 0)


def test_one_s_own_cases_of_another_hall_are_not_on_the_board(
    cast: Cast, desk: Unit
) -> None:
    case_of(cast.wang, cast.west, now=NOW)

    assert numbers(cast.wang, cast.east)["whole"] == (0, 0, 0)
