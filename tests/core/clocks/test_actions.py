from datetime import timedelta
from functools import partial

import pytest

from gapless.core.audit.models import Event
from gapless.core.clocks import actions, extending
from gapless.core.clocks.actions import Subject
from gapless.core.clocks.choices import State
from gapless.core.clocks.models import Clock, ClockEffect, Extension, Happening
from gapless.core.clocks.queries import told_of
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import CASE, HOUR, happens, limit, started

pytestmark = pytest.mark.django_db


def test_a_clock_waits_for_all_that_starts_it(cast: Cast) -> None:
    limit(starts_on=["registered", "paid"])
    clock = started(cast.east)

    assert (clock.state, clock.due_at, clock.next_check_at) == (State.WAITING, None, None)

    happens("paid", at=NINE_AM + HOUR)
    clock.refresh_from_db()
    assert (clock.state, clock.started_at) == (State.RUNNING, NINE_AM + HOUR)
    assert clock.due_at == clock.original_due_at == NINE_AM + 11 * HOUR
    assert clock.next_check_at == NINE_AM + 6 * HOUR


def test_started_twice_it_is_one_clock(cast: Cast) -> None:
    limit()

    assert started(cast.east) == started(cast.east)
    assert Clock.objects.count() == 1
    assert Event.objects.filter(type="clock.started").count() == 1


def test_without_a_version_in_force_nothing_starts(cast: Cast) -> None:
    with pytest.raises(actions.NotPublished):
        started(cast.east)


def test_what_is_noted_twice_happened_once(cast: Cast) -> None:
    limit()
    started(cast.east)

    assert happens("answered", at=NINE_AM + HOUR, key="letter 4")
    assert not happens("answered", at=NINE_AM + 2 * HOUR, key="letter 4")
    assert Clock.objects.get().stopped_at == NINE_AM + HOUR


def test_the_future_has_not_happened(cast: Cast) -> None:
    limit()
    started(cast.east)

    with pytest.raises(actions.NotYet):
        happens("answered", at=NINE_AM + HOUR, now=NINE_AM)


def test_nothing_happens_to_what_has_no_clock(cast: Cast) -> None:
    with pytest.raises(actions.NoSuchMatter):
        happens("answered", at=NINE_AM)


def test_several_clocks_hear_of_one_happening(cast: Cast) -> None:
    limit()
    limit("CONTACT", stops_on=["contacted", "answered"], amount=2)
    started(cast.east)
    contact = started(cast.east, code="CONTACT")

    happens("answered", at=NINE_AM + HOUR)

    contact.refresh_from_db()
    assert {clock.state for clock in Clock.objects.all()} == {State.STOPPED}
    assert contact.started_at == NINE_AM  # what happened before it was asked for counts


def test_what_happened_earlier_may_be_told_later(cast: Cast) -> None:
    limit()
    clock = started(cast.east)

    happens("answered", at=NINE_AM + 9 * HOUR, now=NINE_AM + 20 * HOUR)

    clock.refresh_from_db()
    assert (clock.breached_at, clock.state) == (None, State.STOPPED)


def test_a_limit_passed_before_the_stop_leaves_its_effects(cast: Cast) -> None:
    """Also when no sweep came by in between."""
    limit(escalation=[{"after": 60, "role": "quality_manager"}])
    clock = started(cast.east)

    happens("answered", at=NINE_AM + 12 * HOUR)

    clock.refresh_from_db()
    assert clock.breached_at == NINE_AM + 10 * HOUR
    kinds = ClockEffect.objects.order_by("at").values_list("kind", "mark")
    assert list(kinds) == [
        ("warning", "1/2/0"),
        ("warning", "4/5/0"),
        ("breach", "0"),
        ("escalation", "0/0"),
    ]


def test_a_new_owner_is_told_from_then_on(cast: Cast) -> None:
    limit()
    clock = started(cast.east, cast.li)

    actions.hand_over(CASE, owner_id=cast.wang.pk, by=cast.li, now=NINE_AM)
    actions.hand_over(CASE, owner_id=cast.wang.pk, by=cast.li, now=NINE_AM)

    clock.refresh_from_db()
    assert clock.matter.owner == cast.wang
    assert Event.objects.filter(type="clock.handed_over").count() == 1


def test_what_is_derived_is_what_the_rules_read(cast: Cast) -> None:
    limit()
    clock = started(cast.east)
    Clock.objects.update(due_at=None, state=State.STOPPED, next_check_at=None)

    actions.recompute(clock, by=None, now=NINE_AM + HOUR)

    reading = told_of([clock])[clock.pk].read(NINE_AM + HOUR)
    assert (clock.state, clock.due_at) == (reading.state, reading.due_at)
    assert clock.next_check_at == reading.next_check_at == NINE_AM + 5 * HOUR


# --- Withdrawn ------------------------------------------------------------------------


def test_a_clock_that_should_never_have_run_is_withdrawn(cast: Cast) -> None:
    """The matter was less grave: of its two clocks one stays, with all that happened."""
    limit()
    limit("GRAVE", amount=1)
    started(cast.east, cast.li)
    grave = started(cast.east, cast.li, code="GRAVE")
    ask = partial(extending.ask_extension, until=NINE_AM + 8 * HOUR, reason="Slow.")
    ask(grave, tell=(), by=cast.li, now=NINE_AM)

    withdraw = partial(actions.withdraw_clock, CASE, "GRAVE", by=cast.chen, now=NINE_AM)
    assert withdraw()
    assert not withdraw()

    assert Clock.objects.get().policy.code == "ANSWER"
    assert (Happening.objects.count(), Extension.objects.count()) == (1, 0)
    event = Event.objects.get(type="clock.withdrawn")
    assert (event.subject_id, event.facts["code"]) == (str(grave.pk), "GRAVE")
    with pytest.raises(extending.NoLimitToMove):
        ask(grave, tell=(), by=cast.li, now=NINE_AM)


def test_where_there_is_no_clock_there_is_nothing_to_withdraw(cast: Cast) -> None:
    assert not actions.withdraw_clock(CASE, "ANSWER", by=cast.chen, now=NINE_AM)


def test_what_was_withdrawn_may_start_again_from_the_beginning(cast: Cast) -> None:
    limit()
    first = started(cast.east)
    actions.withdraw_clock(CASE, "ANSWER", by=cast.chen, now=NINE_AM + HOUR)

    again = started(cast.east, now=NINE_AM + 2 * HOUR)

    assert again.pk != first.pk
    assert again.started_at == NINE_AM


# --- The clock of the server ----------------------------------------------------------


def test_what_was_noted_by_a_clock_ahead_stays_in_order(cast: Cast) -> None:
    """The server is a day ahead when it starts; then somebody sets it right."""
    limit()
    clock = started(cast.east, now=NINE_AM + timedelta(days=1))

    happens("answered", at=NINE_AM + HOUR)

    clock.refresh_from_db()
    assert clock.state == State.STOPPED
    assert clock.stopped_at == clock.started_at == NINE_AM + timedelta(days=1)
    assert Happening.objects.count() == 2


def test_subjects_are_apart(cast: Cast) -> None:
    limit()
    started(cast.east)
    other = started(cast.east, subject=Subject("test.case", "18"))

    happens("answered", at=NINE_AM + HOUR)

    other.refresh_from_db()
    assert other.state == State.RUNNING
