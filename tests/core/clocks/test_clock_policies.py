"""What no policy may say, whom a clock tells and when, and whose hands time is in."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from gapless.core.calendar.rules import USUAL_WEEK, always, made_of
from gapless.core.clocks.choices import Kind, State, Unit, Why
from gapless.core.clocks.limits import LONGEST
from gapless.core.clocks.rules import (
    PAUSED,
    RESUMED,
    Escalation,
    Extension,
    Happening,
    Limit,
    PausePolicy,
    Policy,
    Step,
    Warned,
    held,
    read,
)

CHINA = ZoneInfo("Asia/Shanghai")
OFFICE = made_of(CHINA, USUAL_WEEK)
HOTLINE = always(CHINA)
HOUR = timedelta(hours=1)
POLICY = Policy(
    code="answer",
    kind=Kind.PROMISE,
    limit=Limit(10, Unit.HOUR),
    starts_on=frozenset({"received"}),
    stops_on=frozenset({"answered"}),
    pauses=(PausePolicy("customer", 4 * HOUR),),
    escalation=(Step(24 * HOUR, "director"), Step(timedelta(), "manager")),
)


def at(hour, minute=0, day=9):
    """In March 2026; the 9th is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


RECEIVED = Happening(at(8), "received")


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": frozenset()},
        {"starts_on": frozenset({"answered"})},
        {"kind": Kind.REGULATORY},
        {"warn_at": (Fraction(1),)},
        {"warn_at": (Fraction(0),)},
        {"escalation": (Step(-HOUR, "manager"),)},
    ],
)
def test_a_policy_that_makes_no_sense_is_none(wrong):
    with pytest.raises(ValueError, match="answer"):
        replace(POLICY, **wrong)


@pytest.mark.parametrize("unit", Unit)
def test_a_limit_is_from_one_to_ten_years(unit):
    assert Limit(1, unit).end(HOTLINE, at(8)) > at(8)
    assert Limit(LONGEST[unit], unit).end(HOTLINE, at(8)).year in (2036, 2037)
    for amount in (0, -1, LONGEST[unit] + 1):
        with pytest.raises(ValueError, match=unit.value):
            Limit(amount, unit)


@pytest.mark.parametrize(("reason", "cap"), [("", None), ("customer", timedelta())])
def test_a_pause_has_a_reason_and_lasts(reason, cap):
    with pytest.raises(ValueError, match="pause"):
        PausePolicy(reason, cap)


def test_an_extension_says_one_thing():
    with pytest.raises(ValueError, match="an extension is by a limit"):
        Extension(at(9), "Li", "parts on order")
    with pytest.raises(ValueError, match="an extension is by a limit"):
        Extension(at(9), "Li", "parts", limit=Limit(1, Unit.DAY), until=at(10))


def test_a_moment_has_a_time_zone():
    naive = at(8).replace(tzinfo=None)

    with pytest.raises(ValueError, match="without a time zone"):
        Happening(naive, "received")
    with pytest.raises(ValueError, match="without a time zone"):
        read(POLICY, OFFICE, [RECEIVED], naive)


def test_whom_a_clock_tells_and_when():
    """Ten hours from 8:00: half at 13:00, four fifths at 16:00, over at 18:00."""
    late = read(POLICY, OFFICE, [RECEIVED], at(20, day=10))

    assert late.warnings == (
        Warned(Fraction(1, 2), at(13)),
        Warned(Fraction(4, 5), at(16)),
    )
    assert late.breached_at == at(18)
    assert late.escalations == (
        Escalation("manager", at(18)),
        Escalation("director", at(18, day=10)),
    )
    assert late.next_check_at is None


def test_from_check_to_check():
    checks, now = [], at(8)
    while (found := read(POLICY, OFFICE, [RECEIVED], now)).next_check_at:
        now = found.next_check_at
        checks.append(now)

    assert checks == [at(13), at(16), at(18), at(18, day=10)]


def test_a_stopped_clock_tells_nobody_more():
    """Answered at 13:00 sharp: the warning of that moment was not needed."""
    done = read(POLICY, OFFICE, [RECEIVED, Happening(at(13), "answered")], at(20, day=10))

    assert done.state == State.STOPPED
    assert (done.warnings, done.escalations, done.next_check_at) == ((), (), None)


def test_an_escalation_goes_on_through_a_pause_after_the_deadline():
    paused = [RECEIVED, Happening(at(19), PAUSED, "customer")]

    found = read(POLICY, OFFICE, paused, at(20))

    assert found.state == State.PAUSED
    assert found.next_check_at == at(23)  # the cap of four hours
    later = read(POLICY, OFFICE, paused, at(18, day=10))
    assert [each.role for each in later.escalations] == ["manager", "director"]


def test_what_did_nothing_is_told_with_its_reason():
    told = [
        Happening(at(7), PAUSED, "customer"),
        RECEIVED,
        Happening(at(9), PAUSED, "lunch"),
        Happening(at(10), PAUSED, "customer"),
        Happening(at(11), PAUSED, "customer"),
        Happening(at(14, 30), PAUSED, "customer"),
        Happening(at(15), "answered", human=False),
        Happening(at(16), "answered"),
        Happening(at(17), PAUSED, "customer"),
    ]

    found = read(POLICY, OFFICE, told, at(18))

    assert [(each.happening.at, each.why) for each in found.ignored] == [
        (at(7), Why.NOT_STARTED),
        (at(9), Why.REASON),
        (at(11), Why.ALREADY_PAUSED),
        (at(14, 30), Why.USED_UP),
        (at(15), Why.AUTOMATIC),
        (at(17), Why.ALREADY_STOPPED),
    ]
    assert found.capped == (("customer", at(14)),)
    assert found.paused == {"customer": 4 * HOUR}
    assert found.elapsed == 4 * HOUR  # 8 to 10, and 14 to 16
    assert found.waited == 8 * HOUR


def test_extensions_beyond_ten_years_end_there():
    months = Limit(100, Unit.MONTH)
    policy = replace(POLICY, limit=months)
    more = Extension(at(9), "Li", "parts on order", limit=months)

    found = read(policy, OFFICE, [RECEIVED], at(10), [more])

    assert found.due_at == at(8).replace(year=2036)
    assert found.original_due_at == datetime(2034, 7, 9, 8, tzinfo=CHINA)


def test_a_place_that_is_never_open_has_a_clock_without_an_end():
    closed = made_of(CHINA, ((),) * 7)
    policy = replace(POLICY, limit=Limit(1, Unit.WORKING_DAY))

    found = read(policy, closed, [RECEIVED, Happening(at(9), PAUSED, "customer")], at(10))

    assert found.never_open
    assert found.state == State.PAUSED
    assert (found.due_at, found.late, found.left) == (None, False, None)
    assert found.next_check_at == at(13)


def test_in_whose_hands_it_was():
    """
    Nobody's for half an hour; Li's from 8:30, Wang's from 12:00 over lunch, and Li's again
    from 14:00; a pause changes no hands.
    """
    told = [
        RECEIVED,
        Happening(at(8, 30), "taken", holder="Li"),
        Happening(at(9), PAUSED, "customer"),
        Happening(at(10), RESUMED),
        Happening(at(12), "handed_over", holder="Wang"),
        Happening(at(14), "handed_over", holder="Li"),
        Happening(at(16), "handed_over", holder="Zhao"),
    ]

    assert held(told, at(15)) == {"": HOUR / 2, "Li": 4.5 * HOUR, "Wang": 2 * HOUR}
    # The office opens at 9:00 and is closed from 12:00 to 13:30.
    assert held(told, at(15), OFFICE) == {
        "": timedelta(),
        "Li": 4 * HOUR,
        "Wang": HOUR / 2,
    }
    assert held([], at(15)) == {}
