from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from gapless.people.org import queries
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment, Unit
from gapless.people.org.queries import units_for, viewer_of, visible_people, visible_units
from gapless.people.org.rules import (
    HOLDERS,
    STEP,
    Grant,
    Period,
    Policy,
    Viewer,
    ancestors,
    changes,
    outermost,
)
from tests.conftest import NINE_AM, unit

# Paths as the tree makes them: whole steps, here with few signs so that many nest.
path = st.lists(st.sampled_from(["0001", "0002", "000A"]), min_size=1, max_size=4).map(
    "".join
)
days = st.dates(date(2026, 1, 1), date(2026, 1, 10))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(days)
    length = draw(st.none() | st.integers(0, 10))
    return Period(start, None if length is None else start + timedelta(days=length))


@given(st.lists(path), path)
def test_leaving_out_inner_paths_changes_no_answer(tops, asked):
    assert any(asked.startswith(t) for t in tops) == any(
        asked.startswith(t) for t in outermost(tops)
    )


@given(st.lists(path))
def test_no_kept_path_lies_under_another(tops):
    kept = outermost(tops)
    assert not any(a != b and a.startswith(b) for a in kept for b in kept)


@given(
    st.lists(st.tuples(st.sampled_from(Role), path)), path, st.sampled_from(list(HOLDERS))
)
def test_one_role_more_never_takes_anything_away(held, asked, policy):
    grants = tuple(Grant(role, at) for role, at in held)
    for some in range(len(grants)):
        fewer, all_ = Viewer(1, grants[:some]), Viewer(1, grants)
        assert fewer.holds_at(policy, asked) <= all_.holds_at(policy, asked)


@given(
    st.lists(st.tuples(st.sampled_from(Role), path)), path, st.sampled_from(list(HOLDERS))
)
def test_what_holds_at_a_unit_holds_below_it(held, asked, policy):
    viewer = Viewer(1, tuple(Grant(role, at) for role, at in held))
    if viewer.holds_at(policy, asked):
        assert viewer.holds_at(policy, asked + "0001")


@given(path)
def test_ancestors_are_the_shorter_prefixes_of_whole_steps(asked):
    above = ancestors(asked)
    assert len(above) == len(asked) // STEP - 1
    assert all(asked.startswith(a) and len(a) % STEP == 0 for a in above)


@given(periods(), periods(), days)
def test_periods_overlap_when_some_day_lies_in_both(one, other, day):
    assert one.overlaps(other) == other.overlaps(one)
    if one.covers(day) and other.covers(day):
        assert one.overlaps(other)


@given(periods(), periods())
def test_periods_that_touch_do_not_overlap(one, other):
    shared = [d for n in range(40) if one.covers(d := date(2026, 1, 1) + timedelta(days=n))]
    shared = [d for d in shared if other.covers(d)]
    assert one.overlaps(other) == bool(shared)


@given(st.integers(), st.integers(), st.integers())
def test_what_changes_is_exactly_what_differs(was, other, said):
    record = SimpleNamespace(one=was, two=other)
    before, after = changes(record, {"one": said, "two": other})
    assert (before, after) == (({}, {}) if was == said else ({"one": was}, {"one": said}))


def test_an_administrator_reads_no_numbers():
    ma = Viewer(1, (Grant(Role.ADMINISTRATOR, "0001"),))
    assert ma.holds(Policy.EDIT_ORGANISATION)
    assert not ma.holds(Policy.SEE_NUMBERS)


def test_every_policy_that_needs_a_role_has_holders():
    assert set(HOLDERS) | {Policy.ANYONE, Policy.SIGNED_IN} == set(Policy)


def test_wang_sees_the_east_and_chen_the_city(cast):
    wang, chen = (viewer_of(p, now=NINE_AM) for p in (cast.wang, cast.chen))
    assert list(visible_units(wang)) == [cast.east]
    assert list(visible_units(chen)) == [cast.city, cast.east, cast.west]
    assert list(units_for(wang, Policy.IMPORT)) == []


def test_the_tenth_sibling_is_no_descendant_of_the_first(cast):
    """Steps have a fixed width, so “0001” is no prefix of “0010” and its like."""
    for number in range(40):
        unit(f"Hall {number}", cast.city)
    wang = viewer_of(cast.wang, now=NINE_AM)
    assert list(visible_units(wang)) == [cast.east]


def test_a_role_holds_from_its_first_day_until_the_day_of_its_end(cast):
    held = RoleAssignment.objects.get(person=cast.wang)
    held.starts_on, held.ends_on = date(2026, 3, 1), date(2026, 3, 3)
    held.save()
    sees = [
        viewer_of(cast.wang, now=datetime(2026, 3, day, 4, tzinfo=UTC)).holds(
            Policy.SEE_UNITS
        )
        for day in (1, 2, 3)
    ]
    assert sees == [True, True, False]
    assert not viewer_of(cast.wang, now=datetime(2026, 2, 28, 4, tzinfo=UTC)).grants


def test_roles_end_by_the_day_of_the_installation_not_of_the_reader(cast, settings):
    """Whoever chooses Honolulu as time zone keeps no role until tomorrow."""
    held = RoleAssignment.objects.get(person=cast.wang)
    held.ends_on = date(2026, 3, 3)
    held.save()
    midnight_in_shanghai = datetime(2026, 3, 2, 16, tzinfo=UTC)
    Person.objects.filter(pk=cast.wang.pk).update(time_zone="Pacific/Honolulu")
    cast.wang.refresh_from_db()
    assert not viewer_of(cast.wang, now=midnight_in_shanghai).grants
    assert viewer_of(cast.wang, now=midnight_in_shanghai - timedelta(seconds=1)).grants


def test_an_administrator_sees_the_people_of_the_subtree(cast):
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    ma = viewer_of(cast.ma, now=NINE_AM)
    assert set(visible_people(ma)) == {cast.ma, cast.wang, cast.li}


def test_only_the_top_sees_people_without_any_role(cast):
    nobody = Person.objects.create(username="new", name="New", joined_at=NINE_AM)
    assert nobody in visible_people(viewer_of(cast.ma, now=NINE_AM))
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    assert nobody not in visible_people(viewer_of(cast.ma, now=NINE_AM))


def test_who_holds_roles_elsewhere_is_seen_but_not_edited(cast):
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    RoleAssignment.objects.create(
        person=cast.wang, role=Role.INSPECTOR, unit=cast.west, starts_on=date(2026, 5, 1)
    )
    ma = viewer_of(cast.ma, now=NINE_AM)
    assert cast.wang in visible_people(ma)
    assert not queries.may_edit_person(ma, cast.wang, on=NINE_AM.date())
    assert queries.may_edit_person(ma, cast.li, on=NINE_AM.date())
    assert [a.unit for a in queries.assignments_of(ma, cast.wang)] == [cast.east]


def test_a_role_elsewhere_that_is_over_is_no_hindrance(cast):
    RoleAssignment.objects.filter(person=cast.ma).update(unit=cast.east)
    RoleAssignment.objects.create(
        person=cast.wang,
        role=Role.INSPECTOR,
        unit=cast.west,
        starts_on=date(2025, 1, 1),
        ends_on=date(2026, 1, 1),
    )
    ma = viewer_of(cast.ma, now=NINE_AM)
    assert queries.may_edit_person(ma, cast.wang, on=NINE_AM.date())


def test_an_answer_about_places_needs_one_query_however_many(
    cast, django_assert_num_queries
):
    for number in range(30):
        unit(f"Desk {number}", cast.east, kind="other")
    chen = viewer_of(cast.chen, now=NINE_AM)
    desks = list(Unit.objects.filter(depth=3))
    with django_assert_num_queries(1):
        placed = queries.placed(chen, desks)
    assert {p.above for p in placed} == {(cast.city, cast.east)}


def test_places_show_no_unit_beyond_reach(cast):
    wang = viewer_of(cast.wang, now=NINE_AM)
    assert queries.placed(wang, [cast.east])[0].above == ()


@pytest.mark.parametrize("username", ["WANG", "Wang"])
def test_capitals_make_no_other_log_in_name(cast, username):
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(username=username, name="Another", joined_at=NINE_AM)


def test_an_address_names_one_person_and_none_names_nobody(cast):
    Person.objects.create(username="a", name="A", joined_at=NINE_AM)
    Person.objects.create(username="b", name="B", joined_at=NINE_AM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(
            username="c", name="C", email="LI@example.com", joined_at=NINE_AM
        )
