"""The laws of counting time: whatever the week, the zone and the special days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gapless.core.calendar.rules import (
    USUAL_WEEK,
    Calendar,
    Closing,
    NeverOpen,
    Shift,
    Shifts,
    ShiftsOverlap,
    ShiftUnreadable,
    SpecialDay,
    always,
    in_order,
    made_of,
    minutes_of,
    on_make_up_day,
)

# With summer time in both hemispheres, half an hour of it, and none.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "UTC",
    )
]
zones = st.sampled_from(ZONES)
shifts = (
    st.lists(st.integers(0, 1440), unique=True, max_size=6)
    .map(sorted)
    .map(lambda at: tuple(Shift(*pair) for pair in zip(at[::2], at[1::2], strict=False)))
)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    Calendar,
    zones,
    st.tuples(*[shifts] * 7).filter(any),
    st.dictionaries(days, shifts, max_size=8),
)
moments = st.integers(0, 730 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
lengths = st.timedeltas(timedelta(), timedelta(days=20)).map(
    lambda length: timedelta(seconds=int(length.total_seconds()))
)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@given(calendars, moments, moments, moments)
def test_splitting_a_stretch_is_additive(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    whole = calendar.open_between(first, last)
    assert whole == calendar.open_between(first, middle) + calendar.open_between(
        middle, last
    )


@given(calendars, moments, lengths)
def test_after_open_undoes_open_between(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    end = calendar.after_open(start, length)
    assert calendar.open_between(start, end) == length
    # … and it is the first such moment: a second earlier it was not yet so long.
    if length:
        assert calendar.open_between(start, end - timedelta(seconds=1)) < length


@given(calendars, moments, lengths, lengths)
def test_a_longer_length_is_never_over_earlier(
    calendar: Calendar, start: datetime, one: timedelta, more: timedelta
) -> None:
    assert calendar.after_open(start, one) <= calendar.after_open(start, one + more)


@given(zones, moments, lengths)
def test_round_the_clock_is_time_on_the_wall(
    zone: ZoneInfo, start: datetime, length: timedelta
) -> None:
    calendar = always(zone)
    assert calendar.open_between(start, start + length) == length
    assert calendar.after_open(start, length) == start + length


@given(calendars, moments, moments)
def test_nowhere_is_more_open_than_there_is_time(
    calendar: Calendar, one: datetime, two: datetime
) -> None:
    first, last = sorted((one, two))
    assert timedelta() <= calendar.open_between(first, last) <= last - first
    assert calendar.open_between(last, first) == timedelta()


@given(calendars, days, st.integers(1, 30))
def test_the_nth_working_day_has_n_working_days_up_to_it(
    calendar: Calendar, day: date, n: int
) -> None:
    found = calendar.working_day(day, n)
    between = (day + timedelta(k) for k in range(1, (found - day).days + 1))
    assert sum(map(calendar.works_on, between)) == n
    assert calendar.works_on(found)
    assert calendar.day_of(calendar.close_of(found) - timedelta(seconds=1)) == found


@given(calendars, days, days)
def test_a_closure_takes_time_away_and_gives_none(
    calendar: Calendar, one: date, two: date
) -> None:
    first, until = sorted((one, two))
    assume(first < until)
    closed = made_of(calendar.zone, calendar.week, closings=[Closing(first, until)])
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
        for day in (first, until)
    )
    assert closed.open_between(start, end) == timedelta()
    before = start - timedelta(days=40)
    week = made_of(calendar.zone, calendar.week)
    assert closed.open_between(before, start) == week.open_between(before, start)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)],
)
def test_a_day_of_summer_time_has_as_many_hours_as_it_has(day: str, hours: int) -> None:
    calendar = always(ZoneInfo("Europe/Berlin"))
    start = at(day, "Europe/Berlin")
    end = at(str(date.fromisoformat(day) + timedelta(days=1)), "Europe/Berlin")
    assert calendar.open_between(start, end) == timedelta(hours=hours)


# The days on which these zones put the clock forward or back.
changes = st.sampled_from(
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("America/Santiago", date(2026, 4, 5)),
        ("America/Santiago", date(2026, 9, 6)),
    ]
)
early = (
    st.lists(st.integers(0, 300), unique=True, min_size=2, max_size=8)
    .map(sorted)
    .map(lambda at: tuple(Shift(*pair) for pair in zip(at[::2], at[1::2], strict=False)))
)


@given(changes, early)
def test_no_moment_is_worked_twice_when_the_clock_is_changed(
    change: tuple[str, date], some: Shifts
) -> None:
    zone, day = change
    spans = Calendar(ZoneInfo(zone), (some,) * 7).spans(day)
    assert all(opens < closes for opens, closes in spans)
    assert all(one[1] <= next_[0] for one, next_ in pairwise(spans))


def test_a_shift_through_the_lost_hour_is_an_hour_shorter() -> None:
    night: Shifts = (Shift(60, 240),)  # 01:00–04:00
    berlin = Calendar(ZoneInfo("Europe/Berlin"), (night,) * 7)
    spans = {day: berlin.spans(date(2026, 3, day))[0] for day in (28, 29)}
    assert spans[28][1] - spans[28][0] == timedelta(hours=3)
    assert spans[29][1] - spans[29][0] == timedelta(hours=2)


# --- Made of its parts ----------------------------------------------------------------


def test_a_make_up_day_is_worked_as_that_weekday_else_as_the_first_that_is() -> None:
    saturday, sunday = date(2026, 2, 28), date(2026, 1, 4)
    short: Shifts = (Shift(600, 720),)
    late: Shifts = (Shift(780, 1080),)
    week = ((), late, late, late, late, short, ())
    assert on_make_up_day(week, saturday) == short
    assert on_make_up_day(week, sunday) == late
    assert on_make_up_day(((),) * 7, sunday) == ()


def test_a_closure_goes_before_the_table_and_the_table_before_the_week() -> None:
    spring = [
        SpecialDay(date(2026, 2, 14), works=True),
        SpecialDay(date(2026, 2, 16), works=False),
        SpecialDay(date(2026, 2, 28), works=True),
    ]
    moving = Closing(date(2026, 2, 27), date(2026, 3, 1))
    calendar = made_of(ZONES[0], USUAL_WEEK, spring, [moving], [2026])
    assert calendar.works_on(date(2026, 2, 14))  # a Saturday, worked
    assert not calendar.works_on(date(2026, 2, 16))  # a Monday, off
    assert not calendar.works_on(date(2026, 2, 28))  # worked, but the place is closed
    assert calendar.is_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not made_of(ZONES[0], USUAL_WEEK).is_provisional(
        date(2026, 1, 1), date(2090, 1, 1)
    )


def test_a_place_that_never_opens_has_no_deadline() -> None:
    closed = made_of(ZONES[0], ((),) * 7)
    for ask in (
        lambda: closed.after_open(at("2026-01-01T09:00"), timedelta(seconds=1)),
        lambda: closed.working_day(date(2026, 1, 1), 1),
        lambda: closed.close_of(date(2026, 1, 1)),
    ):
        with pytest.raises(NeverOpen):
            ask()


# --- Shifts in words ------------------------------------------------------------------


@given(shifts)
def test_shifts_in_order_are_open_for_as_long(some: Shifts) -> None:
    ordered = in_order(reversed(some))
    assert sum(s.closes - s.opens for s in ordered) == sum(s.closes - s.opens for s in some)
    assert all(one.closes < next_.opens for one, next_ in pairwise(ordered))


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_a_shift_is_read_as_it_is_written(opens: int, closes: int) -> None:
    assume(opens < closes)
    written = str(Shift(opens, closes)).split("–")
    assert [minutes_of(part) for part in written] == [opens, closes]


def test_what_is_no_shift_is_refused() -> None:
    for text in ("", "25:00", "24:01", "9", "9:60", "9.30"):
        with pytest.raises(ShiftUnreadable):
            minutes_of(text)
    with pytest.raises(ShiftsOverlap):
        Shift(600, 600)
    with pytest.raises(ShiftsOverlap):
        in_order([Shift(540, 720), Shift(700, 800)])
