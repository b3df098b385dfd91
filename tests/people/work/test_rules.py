"""When a thing is near: the groups part the time line, for whoever reads."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.people.work.choices import Group
from gapless.people.work.rules import (
    Bounds,
    Entry,
    Tally,
    in_order,
    may_wait_until,
    sections,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 10, 15, 12, tzinfo=SHANGHAI)  # a Thursday

zones = st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "UTC"]).map(
    ZoneInfo
)
moments = st.integers(0, 3 * 365 * 24 * 60 * 60).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def entry(due_at: datetime, number: int = 1, area: str = "follow_up") -> Entry:
    return Entry(
        area=area,
        number=number,
        title="See to it",
        where="East hall",
        why="",
        url="/",
        due_at=due_at,
        opened_at=due_at - timedelta(days=1),
        action="Look",
        unit_path="0001",
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("due", "group"),
    [
        ("2026-10-15T11:59", Group.OVERDUE),
        ("2026-10-15T12:00", Group.OVERDUE),  # the time allowed ends before its date
        ("2026-10-15T12:01", Group.TODAY),
        ("2026-10-15T23:59", Group.TODAY),
        ("2026-10-16T00:00", Group.WEEK),
        ("2026-10-22T23:59", Group.WEEK),
        ("2026-10-23T00:00", Group.LATER),
    ],
)
def test_the_groups_part_at_the_readers_midnight(due: str, group: Group) -> None:
    assert Bounds.of(NOON, SHANGHAI).group(at(due)) is group


def test_what_is_due_tomorrow_in_shanghai_is_due_today_in_london() -> None:
    due_at = at("2026-10-16T05:00")

    assert Bounds.of(NOON, SHANGHAI).group(due_at) is Group.WEEK
    assert Bounds.of(NOON, ZoneInfo("Europe/London")).group(due_at) is Group.TODAY


@given(moments, moments, zones)
def test_every_moment_lies_in_exactly_one_group(
    now: datetime, due_at: datetime, zone: ZoneInfo
) -> None:
    bounds = Bounds.of(now, zone)

    def lies_in(group: Group) -> bool:
        since, until = bounds.span(group)
        return (since is None or since <= due_at) and (until is None or due_at < until)

    assert [group for group in Group if lies_in(group)] == [bounds.group(due_at)]


@given(moments, zones, st.lists(moments, max_size=20))
def test_every_entry_stands_once_under_a_heading_in_the_order_of_dates(
    now: datetime, zone: ZoneInfo, due: list[datetime]
) -> None:
    entries = [entry(due_at, number) for number, due_at in enumerate(due)]

    found = sections(entries, Bounds.of(now, zone))

    assert [each for section in found for each in section.entries] == in_order(entries)
    groups = [section.group for section in found]
    assert groups == [group for group in Group if group in groups]


@given(moments, moments, zones)
def test_a_later_now_never_makes_a_thing_less_urgent(
    due_at: datetime, now: datetime, zone: ZoneInfo
) -> None:
    order = list(Group)
    before = order.index(Bounds.of(now, zone).group(due_at))
    after = order.index(Bounds.of(now + timedelta(hours=7), zone).group(due_at))

    assert after <= before


tallies = st.builds(
    Tally,
    *[st.integers(0, 50)] * 4,
    next_later=st.none() | moments,
)


@given(tallies, tallies, tallies)
def test_tallies_add_up_in_any_order(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c) == c + b + a
    assert (a + b).all == a.all + b.all
    assert a + Tally() == a


@pytest.mark.parametrize(
    ("until", "may"),
    [
        ("2026-10-15T12:04", False),  # looking away
        ("2026-10-15T12:05", True),
        ("2026-10-15T17:59", True),
        ("2026-10-15T18:00", False),  # it would come back when it is due
    ],
)
def test_a_thing_comes_back_before_its_date(until: str, *, may: bool) -> None:
    due_at = at("2026-10-15T18:00")

    assert may_wait_until(at(until), due_at=due_at, now=NOON) is may


@given(moments, moments)
def test_what_is_overdue_cannot_wait(now: datetime, until: datetime) -> None:
    assert not may_wait_until(until, due_at=now - timedelta(seconds=1), now=now)
