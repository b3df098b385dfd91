from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gapless.core.audit.models import Event
from gapless.core.calendar.actions import set_hours
from gapless.people.org import actions, queries
from gapless.people.org.choices import UnitKind
from gapless.people.org.file_columns import hours_of
from gapless.people.org.models import RoleAssignment, Unit
from gapless.people.org.rules import UnitFacts
from tests.conftest import NINE_AM, unit

SOUTH = UnitFacts(name="South hall", code="SOUTH", customers_per_month=1200)


def newest() -> Event:
    return Event.objects.latest("at", "id")


def only(type_: str) -> Event:
    return Event.objects.get(type=type_)


def test_a_new_unit_hangs_below_its_parent_and_is_written_down(cast):
    south = actions.create_unit(cast.city, SOUTH, by=cast.ma, now=NINE_AM)
    assert Unit.objects.get_parent(south) == cast.city
    assert south.customers_per_month == 1200
    assert only("unit.created").facts == {"code": "SOUTH"}


def test_a_code_names_one_unit(cast):
    with pytest.raises(actions.CodeTaken):
        actions.create_unit(
            cast.city, UnitFacts("Again", cast.east.code), by=cast.ma, now=NINE_AM
        )
    assert not Event.objects.exists()
    assert Unit.objects.count() == 3


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (UnitFacts("South", "SO UTH"), "code"),
        (UnitFacts("", "SOUTH"), "name"),
        (UnitFacts("South", "SOUTH", time_zone="Asia/Nowhere"), "time_zone"),
        (UnitFacts("South", "SOUTH", customers_per_month=-1), "customers_per_month"),
        (UnitFacts("South", "SOUTH", phone="ask Wang"), "phone"),
        (UnitFacts("South", "SOUTH", supervision_phone="12"), "supervision_phone"),
    ],
)
def test_what_cannot_be_is_refused_by_field(cast, facts, field):
    with pytest.raises(ValidationError) as refused:
        actions.create_unit(cast.city, facts, by=cast.ma, now=NINE_AM)
    assert field in refused.value.message_dict


def test_a_unit_without_a_telephone_has_that_of_the_nearest_one_above(cast):
    desk = unit("Desk", cast.east)
    assert queries.phones_of(desk) == queries.Phones("", "")
    Unit.objects.filter(pk=cast.city.pk).update(phone="10010", supervision_phone="12300")
    Unit.objects.filter(pk=cast.east.pk).update(phone="0571-8888 1234")
    Unit.objects.filter(pk=cast.west.pk).update(supervision_phone="12345")
    desk.refresh_from_db()
    assert queries.phones_of(desk) == queries.Phones("0571-8888 1234", "12300")
    assert queries.phones_of(cast.city) == queries.Phones("10010", "12300")


def test_an_edit_says_the_old_and_the_new(cast):
    facts = UnitFacts("East gate", cast.east.code, UnitKind.HALL, address="1 Gate Road")
    actions.edit_unit(cast.east, facts, version=1, by=cast.ma, now=NINE_AM)
    cast.east.refresh_from_db()
    assert (cast.east.name, cast.east.version) == ("East gate", 2)
    assert only("unit.edited").facts == {
        "before": {"name": "East hall", "address": ""},
        "after": {"name": "East gate", "address": "1 Gate Road"},
    }


def test_the_second_of_two_edits_is_told(cast):
    actions.edit_unit(
        cast.east, UnitFacts("First", "EAST"), version=1, by=cast.ma, now=NINE_AM
    )
    with pytest.raises(actions.ChangedMeanwhile):
        actions.edit_unit(
            cast.east, UnitFacts("Second", "EAST"), version=1, by=cast.ma, now=NINE_AM
        )
    cast.east.refresh_from_db()
    assert cast.east.name == "First"
    assert queries.last_change(cast.east).actor == cast.ma


def test_an_edit_cannot_take_the_code_of_another_unit(cast):
    with pytest.raises(actions.CodeTaken):
        actions.edit_unit(
            cast.east, UnitFacts("E", cast.west.code), version=1, by=cast.ma, now=NINE_AM
        )


def test_what_hangs_below_moves_along(cast):
    north = unit("North", cast.city, kind=UnitKind.REGION)
    desk = unit("Desk", cast.east, kind=UnitKind.OTHER)
    along = queries.moving_along(cast.east, on=NINE_AM.date())
    actions.move_unit(cast.east, under=north, by=cast.ma, now=NINE_AM)
    desk.refresh_from_db()
    assert (along.units, along.people) == (1, 2)
    assert list(Unit.objects.get_ancestors(desk)) == [cast.city, north, cast.east]
    assert only("unit.moved").facts == {"before": "CITY", "after": "NORTH"}


def test_the_old_chief_loses_sight_and_the_new_one_sees(cast):
    actions.move_unit(cast.east, under=cast.west, by=cast.ma, now=NINE_AM)
    zhao = queries.viewer_of(cast.zhao, now=NINE_AM)
    assert list(queries.visible_units(zhao)) == [cast.west, cast.east]


def test_a_unit_cannot_move_below_itself(cast):
    for under in (cast.city, cast.east):
        with pytest.raises(actions.BelowItself):
            actions.move_unit(cast.city, under=under, by=cast.ma, now=NINE_AM)
    assert Unit.objects.get(pk=cast.city.pk).depth == 1


def test_moving_to_where_it_is_does_nothing(cast):
    actions.move_unit(cast.west, under=cast.city, by=cast.ma, now=NINE_AM)
    assert not Event.objects.exists()


def test_nothing_with_units_or_roles_can_be_deleted(cast):
    with pytest.raises(actions.InUse) as below:
        actions.delete_unit(cast.city, by=cast.ma, now=NINE_AM)
    with pytest.raises(actions.InUse) as held:
        actions.delete_unit(cast.east, by=cast.ma, now=NINE_AM)
    assert below.value.found == {"units": 2}
    assert held.value.found == {"role assignments": 2}
    assert not Event.objects.exists()


def test_roles_of_the_past_keep_a_unit_too(cast):
    RoleAssignment.objects.update(ends_on=NINE_AM.date() - timedelta(days=1))
    with pytest.raises(actions.InUse):
        actions.delete_unit(cast.west, by=cast.ma, now=NINE_AM)


def test_an_empty_unit_goes_and_its_name_stays_in_the_trail(cast):
    spare = unit("Spare", cast.city)
    actions.delete_unit(spare, by=cast.ma, now=NINE_AM, reason="opened by mistake")
    cast.city.refresh_from_db()
    assert cast.city.numchild == 2
    gone = only("unit.deleted")
    assert (gone.subject_id, gone.facts["name"]) == (str(spare.pk), "Spare")
    assert gone.reason == "opened by mistake"


def test_opening_hours_are_replaced_as_a_whole(cast):
    week = {day: hours_of("09:00-18:00") for day in range(1, 6)}
    set_hours(cast.east, week, by=cast.ma, now=NINE_AM)
    later = NINE_AM + timedelta(1)
    set_hours(cast.east, {6: hours_of("10:00-16:30")}, by=cast.ma, now=later)
    assert newest().facts["after"] == ["6 10:00–16:30"]
    assert len(newest().facts["before"]) == 5


class AnyOrderOfMoves(TestCase):
    @settings(max_examples=15)
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
    def test_the_tree_stays_whole(self, moves):
        root = unit("Root")
        units = [root]
        for number in range(5):
            units.append(unit(f"U{number}", units[number // 2]))
        for what, where in moves:
            moved, under = (Unit.objects.get(pk=units[n].pk) for n in (what, where))
            try:
                actions.move_unit(moved, under=under, by=None, now=NINE_AM)
            except actions.BelowItself:
                assert under.path.startswith(moved.path)
        assert not any(Unit.objects.find_problems())
        assert Unit.objects.count() == 6
