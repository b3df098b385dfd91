from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from gapless.core.audit.models import Event
from gapless.people.org import actions
from gapless.people.org.choices import Role
from gapless.people.org.models import Person, RoleAssignment
from gapless.people.org.queries import today, viewer_of
from gapless.people.org.rules import Period, PersonFacts, Policy, Preferences
from tests.conftest import LONG_AGO, NINE_AM, person

TODAY = date(2026, 3, 2)
FROM_TODAY = Period(TODAY)
NOW = NINE_AM
HE = PersonFacts(username="he.yun", name="He Yun", email="He.Yun@Example.com")


def add(facts: PersonFacts, cast, role: Role = Role.AGENT) -> Person:
    return actions.add_person(
        facts, role, cast.east, period=FROM_TODAY, by=cast.ma, now=NOW
    )


def assign(who, role, at, cast, period=FROM_TODAY) -> RoleAssignment:
    return actions.assign_role(who, role, at, period=period, by=cast.ma, now=NOW)


def held_by(who: Person) -> RoleAssignment:
    return RoleAssignment.objects.get(person=who)


def test_a_new_person_has_a_role_and_no_password(cast):
    he = add(HE, cast)
    assert he.email == "he.yun@example.com"
    assert not he.has_usable_password()
    assert viewer_of(he, now=NOW).holds_at(Policy.SEE_NUMBERS, cast.east.path)
    types = Event.objects.order_by("type").values_list("type", flat=True)
    assert list(types) == ["person.added", "role.assigned"]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (PersonFacts("LI", "Another Li"), actions.LoginNameTaken),
        (PersonFacts("ｌｉ", "Li in wide letters"), actions.LoginNameTaken),
        (PersonFacts("li2", "Li", "LI@EXAMPLE.COM"), actions.EmailTaken),
        (PersonFacts("li na", "Li Na"), ValidationError),
        (PersonFacts("li3", "Li", "no address"), ValidationError),
    ],
)
def test_who_cannot_be_told_apart_is_not_added(cast, facts, refusal):
    before = Person.objects.count()
    with pytest.raises(refusal):
        add(facts, cast)
    assert Person.objects.count() == before
    assert not Event.objects.exists()


def test_the_trail_of_an_edit_names_fields_and_no_words(cast):
    actions.edit_person(
        cast.li,
        PersonFacts("li", "Li Na", "na@example.com"),
        version=1,
        by=cast.ma,
        now=NOW,
    )
    event = Event.objects.get()
    assert event.facts == {"changed": ["email", "name"]}
    assert event.unit_path == cast.east.path


def test_the_second_of_two_edits_is_told(cast):
    facts = PersonFacts("li", "Li Na")
    actions.edit_person(cast.li, facts, version=1, by=cast.ma, now=NOW)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.edit_person(cast.li, facts, version=1, by=cast.ma, now=NOW)


def test_nobody_can_be_renamed_to_somebody_else(cast):
    with pytest.raises(actions.LoginNameTaken):
        actions.edit_person(
            cast.li, PersonFacts("Wang", "Li"), version=1, by=cast.ma, now=NOW
        )
    with pytest.raises(actions.EmailTaken):
        actions.edit_person(
            cast.li,
            PersonFacts("li", "Li", "wang@example.com"),
            version=1,
            by=cast.ma,
            now=NOW,
        )


def test_preferences_that_no_page_could_use_are_refused(cast):
    with pytest.raises(ValidationError):
        actions.set_preferences(
            cast.li, Preferences("en", "Mars/Olympus", "auto", "compact"), now=NOW
        )


def test_a_given_password_is_random_and_to_be_changed(cast):
    first, second = (actions.give_password(cast.li, by=cast.ma, now=NOW) for _ in range(2))
    cast.li.refresh_from_db()
    assert first != second
    assert cast.li.check_password(second)
    assert cast.li.password_given
    actions.set_password(cast.li, "a password of my own", by=cast.li, now=NOW)
    cast.li.refresh_from_db()
    assert not cast.li.password_given


def test_without_an_address_there_is_no_invitation(cast):
    Person.objects.filter(pk=cast.li.pk).update(email="")
    cast.li.refresh_from_db()
    with pytest.raises(actions.NoAddress):
        actions.invite_person(cast.li, by=cast.ma, now=NOW)


def test_shutting_out_and_letting_in_again_revives_no_session(cast):
    before = cast.li.get_session_auth_hash()
    actions.deactivate_person(cast.li, by=cast.ma, now=NOW)
    actions.reactivate_person(cast.li, by=cast.ma, now=NOW)
    cast.li.refresh_from_db()
    assert cast.li.is_active
    assert cast.li.get_session_auth_hash() != before


def test_doing_it_twice_is_written_down_once(cast):
    actions.deactivate_person(cast.li, by=cast.ma, now=NOW)
    actions.deactivate_person(cast.li, by=cast.ma, now=NOW)
    assert Event.objects.count() == 1


def test_a_root_keeps_an_administrator(cast):
    with pytest.raises(actions.LastAdministrator):
        actions.deactivate_person(cast.ma, by=cast.ma, now=NOW)
    with pytest.raises(actions.LastAdministrator):
        actions.end_role(held_by(cast.ma), ends_on=TODAY, by=cast.ma, now=NOW)
    cast.ma.refresh_from_db()
    assert cast.ma.is_active


@pytest.mark.parametrize("active", [True, False])
def test_another_administrator_counts_while_active(cast, active):
    other = person("Tang", Role.ADMINISTRATOR, cast.city)
    Person.objects.filter(pk=other.pk).update(is_active=active)
    if active:
        actions.deactivate_person(cast.ma, by=other, now=NOW)
    else:
        with pytest.raises(actions.LastAdministrator):
            actions.deactivate_person(cast.ma, by=cast.ma, now=NOW)


def test_an_administrator_whose_time_runs_out_does_not_count(cast):
    other = person("Tang", Role.ADMINISTRATOR, cast.city)
    RoleAssignment.objects.filter(person=other).update(ends_on=TODAY + timedelta(days=30))
    with pytest.raises(actions.LastAdministrator):
        actions.end_role(held_by(cast.ma), ends_on=TODAY, by=cast.ma, now=NOW)


def test_an_administrator_of_a_part_may_go(cast):
    other = person("Tang", Role.ADMINISTRATOR, cast.east)
    actions.deactivate_person(other, by=cast.ma, now=NOW)


def test_a_role_is_not_held_twice_at_once(cast):
    for period in (FROM_TODAY, Period(LONG_AGO, TODAY), Period(TODAY, date(2026, 4, 1))):
        with pytest.raises(actions.AlreadyHeld):
            assign(cast.li, Role.AGENT, cast.east, cast, period)
    assign(cast.li, Role.AGENT, cast.west, cast)
    assign(cast.li, Role.UNIT_MANAGER, cast.east, cast)


def test_a_role_may_begin_the_day_another_ends(cast):
    actions.end_role(held_by(cast.li), ends_on=TODAY, by=cast.ma, now=NOW)
    assign(cast.li, Role.AGENT, cast.east, cast)
    assert viewer_of(cast.li, now=NOW).holds(Policy.SEE_NUMBERS)


def test_a_role_that_ends_today_is_gone_today(cast):
    actions.end_role(held_by(cast.li), ends_on=TODAY, by=cast.ma, now=NOW)
    assert not viewer_of(cast.li, now=NOW).grants
    assert Event.objects.get().facts == {"role": "agent", "ends_on": "2026-03-02"}


def test_a_role_taken_back_on_its_first_day_never_held(cast):
    mistake = assign(cast.li, Role.UNIT_MANAGER, cast.east, cast)
    actions.end_role(mistake, ends_on=TODAY, by=cast.ma, now=NOW)
    again = assign(cast.li, Role.UNIT_MANAGER, cast.east, cast)
    assert again.starts_on == TODAY


def test_a_role_to_come_can_be_called_off(cast):
    coming = assign(cast.li, Role.ANALYST, cast.east, cast, Period(date(2026, 6, 1)))
    actions.end_role(coming, ends_on=TODAY, by=cast.ma, now=NOW)
    coming.refresh_from_db()
    assert coming.ends_on == coming.starts_on
    assert coming not in RoleAssignment.objects.on_or_after(TODAY)


def test_the_past_is_not_rewritten(cast):
    with pytest.raises(actions.InThePast):
        actions.end_role(
            held_by(cast.li), ends_on=TODAY - timedelta(days=1), by=cast.ma, now=NOW
        )


def test_an_end_is_brought_forward_and_never_put_off(cast):
    soon, later = TODAY + timedelta(days=5), TODAY + timedelta(days=9)
    actions.end_role(held_by(cast.li), ends_on=soon, by=cast.ma, now=NOW)
    with pytest.raises(actions.EndedAlready):
        actions.end_role(held_by(cast.li), ends_on=later, by=cast.ma, now=NOW)
    actions.end_role(held_by(cast.li), ends_on=TODAY, by=cast.ma, now=NOW)
    assert held_by(cast.li).ends_on == TODAY


def test_today_is_the_day_of_the_installation():
    assert today(NOW) == TODAY
