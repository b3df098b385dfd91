from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gapless.core.audit.models import Event
from gapless.core.clocks import actions
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


# --- Extensions -----------------------------------------------------------------------


@pytest.fixture
def asked(cast: Cast) -> Extension:
    limit()
    clock = started(cast.east, cast.li)
    until = NINE_AM + 20 * HOUR
    return actions.ask_extension(
        clock, until=until, reason="The laboratory is slow.", by=cast.li, now=NINE_AM + HOUR
    )


def decide(asked: Extension, by: object, *, approved: bool = True, hours: int = 2) -> None:
    actions.decide_extension(
        asked, approved=approved, answer="No.", by=by, now=NINE_AM + hours * HOUR
    )


def test_an_extension_moves_the_limit_and_keeps_the_first(
    cast: Cast, asked: Extension
) -> None:
    assert Clock.objects.get().due_at == NINE_AM + 10 * HOUR

    decide(asked, cast.chen)

    clock = Clock.objects.get()
    assert (clock.due_at, clock.original_due_at) == (asked.until, NINE_AM + 10 * HOUR)
    event = Event.objects.get(type="clock.extension_decided")
    assert event.facts["before"].startswith("2026-03-02T19")
    assert event.facts["after"].startswith("2026-03-03T05")


def test_a_refused_extension_moves_nothing(cast: Cast, asked: Extension) -> None:
    decide(asked, cast.chen, approved=False)

    assert Clock.objects.get().due_at == NINE_AM + 10 * HOUR
    asked.refresh_from_db()
    assert (asked.approved, asked.decided_by) == (False, cast.chen)


def test_whoever_asks_does_not_decide(cast: Cast, asked: Extension) -> None:
    with pytest.raises(actions.OwnRequest):
        decide(asked, cast.li)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.update(
            approved=True, decided_by=cast.li, decided_at=NINE_AM + HOUR
        )


@pytest.mark.parametrize(("first", "hours"), [(True, 20), (False, 10)])
def test_the_first_decision_stands(
    cast: Cast, asked: Extension, first: bool, hours: int
) -> None:
    decide(asked, cast.chen, approved=first)

    for second in (True, False):
        with pytest.raises(actions.AlreadyDecided):
            decide(asked, cast.wang, approved=second)
    assert Clock.objects.get().due_at == NINE_AM + hours * HOUR


def test_one_extension_is_asked_for_at_a_time(cast: Cast, asked: Extension) -> None:
    with pytest.raises(actions.AlreadyAsked):
        actions.ask_extension(
            asked.clock,
            until=asked.until + HOUR,
            reason="Still slower.",
            by=cast.wang,
            now=NINE_AM + HOUR,
        )


def test_no_limit_is_moved_once_it_has_passed(cast: Cast, asked: Extension) -> None:
    with pytest.raises(actions.NoLimitToMove):
        decide(asked, cast.chen, hours=11)
    assert Extension.objects.get().decided_at is None
    decide(asked, cast.chen, approved=False, hours=11)
    with pytest.raises(actions.NoLimitToMove):
        actions.ask_extension(
            asked.clock,
            until=asked.until,
            reason="Late.",
            by=cast.li,
            now=NINE_AM + 11 * HOUR,
        )


@pytest.mark.parametrize(
    ("hours", "reason", "why"),
    [(10, "Slow.", actions.NotLater), (11, "  ", actions.NothingSaid)],
)
def test_an_extension_is_later_and_has_a_reason(
    cast: Cast, hours: int, reason: str, why: type[Exception]
) -> None:
    limit()
    clock = started(cast.east, cast.li)

    with pytest.raises(why):
        actions.ask_extension(
            clock, until=NINE_AM + hours * HOUR, reason=reason, by=cast.li, now=NINE_AM
        )


def test_the_later_limit_warns_anew(cast: Cast, asked: Extension) -> None:
    decide(asked, cast.chen, hours=6)  # after the first warning of the first limit
    actions.recompute(asked.clock, by=None, now=NINE_AM + 12 * HOUR)

    marks = ClockEffect.objects.order_by("mark").values_list("mark", flat=True)
    assert list(marks) == ["1/2/0", "1/2/1"]


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
