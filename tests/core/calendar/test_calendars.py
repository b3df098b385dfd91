"""Weeks, closures and years: how they are said, and what a calendar is made of them."""

from datetime import date, timedelta

import pytest

from gapless.core.audit.models import Event
from gapless.core.calendar import actions, queries, shipped
from gapless.core.calendar.choices import Region
from gapless.core.calendar.models import HolidayTable, WorkingWeek
from gapless.core.calendar.queries import HolidayYear, calendar_of, calendars_of
from gapless.core.calendar.rules import USUAL_WEEK, Shift, SpecialDay
from gapless.people.org import actions as org
from gapless.people.org.models import Unit
from tests.conftest import NINE_AM, Cast, unit

MORNINGS = ((Shift(540, 720),),) * 7
SPRING = date(2026, 2, 17)
HOUR = timedelta(hours=1)


def said(at: Unit, week=MORNINGS, *, seen=0, closes=True, region=Region.CN, now=NINE_AM):
    return actions.set_week(
        at, week, region=region, closed_on_holidays=closes, seen=seen, by=None, now=now
    )


def year(number=2026, *days: SpecialDay, region=Region.CN, source="Notice") -> HolidayYear:
    some = days or (SpecialDay(date(number, 2, 17), works=False, name={"en": "Spring"}),)
    return HolidayYear(region, number, some, source, date(2026, 1, 1))


def loaded(table: HolidayYear, seen=0, now=NINE_AM) -> HolidayTable:
    return actions.load_year(table, seen=seen, by=None, now=now)


# --- The week -------------------------------------------------------------------------


def test_a_unit_works_as_the_nearest_above_that_says_so(cast: Cast) -> None:
    assert calendar_of(cast.east.pk).calendar.week == USUAL_WEEK
    assert calendar_of(cast.east.pk).ways.region is Region.CN  # by its time zone
    said(cast.city)
    assert calendar_of(cast.east.pk).calendar.week == MORNINGS
    assert calendar_of(cast.east.pk).ways.said_by == cast.city.pk
    said(cast.east, USUAL_WEEK)
    assert calendar_of(cast.east.pk).calendar.week == USUAL_WEEK
    assert calendar_of(cast.west.pk).calendar.week == MORNINGS
    said(cast.east, None, seen=1)
    given_up = calendar_of(cast.east.pk)
    assert given_up.calendar.week == MORNINGS
    assert (given_up.ways.own, given_up.ways.seen) == (False, 2)
    said(cast.east, USUAL_WEEK, seen=2)
    assert calendar_of(cast.east.pk).ways.own


def test_a_week_as_it_was_can_be_looked_up(cast: Cast) -> None:
    said(cast.city)
    said(cast.city, USUAL_WEEK, seen=1, now=NINE_AM + HOUR)
    then = calendar_of(cast.east.pk, at=NINE_AM)
    assert then.calendar.week == MORNINGS
    assert calendar_of(cast.east.pk, at=NINE_AM + HOUR).calendar.week == USUAL_WEEK
    assert then.key != calendar_of(cast.east.pk).key
    assert [week.number for week in queries.weeks_before(cast.city.pk)] == [2, 1]


@pytest.mark.parametrize("seen", [0, 2])
def test_who_has_not_seen_the_last_version_saves_nothing(cast: Cast, seen: int) -> None:
    said(cast.city)
    with pytest.raises(actions.ChangedMeanwhile):
        said(cast.city, USUAL_WEEK, seen=seen)
    assert WorkingWeek.objects.get().week == MORNINGS
    assert queries.revision() == 1


def test_hours_are_said_without_touching_the_holidays(cast: Cast) -> None:
    said(cast.city, region=Region.HK, closes=False)
    actions.set_hours(cast.east, {1: (Shift(0, 1440),)}, by=cast.ma, now=NINE_AM)
    ways = calendar_of(cast.east.pk).ways
    assert (ways.region, ways.closed_on_holidays) == (Region.HK, False)
    event = Event.objects.filter(type="unit.hours_set").latest("pk")
    assert event.facts["after"] == ["1 00:00–24:00"]


# --- Years ----------------------------------------------------------------------------


def test_a_new_notice_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    first = loaded(year())
    assert not calendar_of(cast.east.pk).calendar.works_on(SPRING)
    moved = year(2026, SpecialDay(date(2026, 2, 18), works=False))
    with pytest.raises(actions.ChangedMeanwhile):
        loaded(moved)
    later = NINE_AM + HOUR
    second = loaded(moved, seen=1, now=later)
    assert calendar_of(cast.east.pk).calendar.works_on(SPRING)
    assert not calendar_of(cast.east.pk, at=NINE_AM).calendar.works_on(SPRING)
    assert calendar_of(cast.east.pk).tables == {2026: 2}
    assert list(queries.versions_of(Region.CN, 2026)) == [second, first]


def test_a_year_without_a_table_is_provisional_until_it_is_loaded(cast: Cast) -> None:
    loaded(year(2026))
    over = date(2026, 12, 28), date(2027, 1, 8)
    assert calendar_of(cast.east.pk).calendar.is_provisional(*over)
    loaded(year(2027))
    assert not calendar_of(cast.east.pk).calendar.is_provisional(*over)


def test_who_keeps_no_holidays_is_never_provisional(cast: Cast) -> None:
    loaded(year())
    for ways in ({"closes": False}, {"region": Region.NONE}):
        seen = calendar_of(cast.east.pk).ways.seen
        said(cast.east, seen=seen, **ways)
        calendar = calendar_of(cast.east.pk).calendar
        assert calendar.works_on(SPRING)
        assert not calendar.is_provisional(date(2026, 1, 1), date(2099, 1, 1))


def test_a_table_holds_days_of_its_year_once_each(cast: Cast) -> None:
    day = SpecialDay(SPRING, works=False)
    with pytest.raises(actions.OtherYear):
        loaded(year(2027, day))
    with pytest.raises(actions.DayTwice):
        loaded(year(2026, day, SpecialDay(SPRING, works=True)))
    assert not HolidayTable.objects.exists()


# --- What ships -----------------------------------------------------------------------


def test_what_ships_is_loaded_once_and_never_over_an_edit(db: None) -> None:
    new = actions.ship_years(now=NINE_AM)
    assert [(t.region, t.year) for t in new] == [
        (region, number)
        for region, years in (
            ("CN", (2024, 2025, 2026)),
            ("HK", (2025, 2026, 2027)),
            ("TW", (2025, 2026)),
        )
        for number in years
    ]
    assert not actions.ship_years(now=NINE_AM)
    loaded(year(2026, source="Ours"), seen=1)
    HolidayTable.objects.filter(region="HK", year=2026).update(source="Older")
    again = actions.ship_years(now=NINE_AM + HOUR)
    assert [(t.region, t.year, t.number) for t in again] == [("HK", 2026, 2)]
    assert queries.tables_of(Region.CN).get(year=2026).source == "Ours"


@pytest.mark.parametrize(
    ("region", "number", "off", "worked"),
    [
        # The days off and worked instead, counted in the notices.
        (Region.CN, 2024, 28, 8),
        (Region.CN, 2025, 28, 5),
        (Region.CN, 2026, 33, 6),
        (Region.HK, 2025, 17, 0),
        (Region.HK, 2026, 17, 0),
        (Region.HK, 2027, 17, 0),
        (Region.TW, 2025, 18, 1),
        (Region.TW, 2026, 22, 0),
    ],
)
def test_shipped_years_have_as_many_days_as_the_notices(
    region: Region, number: int, off: int, worked: int
) -> None:
    (found,) = (y for y in shipped.years() if (y.region, y.year) == (region, number))
    assert sum(not day.works for day in found.days) == off
    assert sum(day.works for day in found.days) == worked
    assert all(day.day.weekday() >= 5 for day in found.days if day.works)
    assert found.source
    assert found.address
    assert all(day.name.keys() == {"zh-hans", "zh-hant", "en"} for day in found.days)


def test_spring_festival_2026_as_an_office_works_it(cast: Cast) -> None:
    actions.ship_years(now=NINE_AM)
    calendar = calendar_of(cast.east.pk).calendar
    february = [date(2026, 2, day) for day in range(9, 29)]
    assert [day.day for day in february if calendar.works_on(day)] == [
        9, 10, 11, 12, 13, 14, 24, 25, 26, 27, 28,
    ]  # fmt: skip
    assert (
        sum(calendar.works_on(date(2026, 1, 1) + timedelta(n)) for n in range(365)) == 248
    )
    # The worked example of docs/concepts/working-time.md.
    assert calendar.working_day(date(2026, 2, 12), 3) == date(2026, 2, 24)


def test_a_region_has_a_calendar_of_no_unit(db: None) -> None:
    actions.ship_years(now=NINE_AM)
    hong_kong = queries.standard_calendar(Region.HK)
    assert hong_kong.calendar.zone.key == "Asia/Hong_Kong"
    assert not hong_kong.calendar.works_on(date(2026, 4, 7))
    assert hong_kong.tables == {2025: 1, 2026: 1, 2027: 1}
    nowhere = queries.standard_calendar(Region.NONE, "Europe/Berlin").calendar
    assert nowhere.years is None


# --- Closures -------------------------------------------------------------------------


def test_a_closure_closes_all_below_until_it_is_withdrawn(cast: Cast) -> None:
    monday = date(2026, 3, 2)
    closure = actions.add_closure(
        cast.city,
        from_on=monday,
        until_on=monday + timedelta(days=1),
        reason="A feast",
        by=cast.ma,
        now=NINE_AM,
    )
    counter = unit("Counter", cast.east)
    assert not calendar_of(counter.pk).calendar.works_on(monday)
    assert calendar_of(counter.pk).calendar.works_on(monday + timedelta(days=1))
    actions.withdraw_closure(closure, by=cast.ma, now=NINE_AM + HOUR)
    assert calendar_of(counter.pk).calendar.works_on(monday)
    assert not calendar_of(counter.pk, at=NINE_AM).calendar.works_on(monday)
    with pytest.raises(actions.AlreadyWithdrawn):
        actions.withdraw_closure(closure, by=cast.ma, now=NINE_AM + HOUR)


@pytest.mark.parametrize("days", [0, -1, 733])
def test_a_closure_has_days_and_not_too_many(cast: Cast, days: int) -> None:
    start = date(2026, 3, 2)
    with pytest.raises(actions.ClosureTooLong):
        actions.add_closure(
            cast.city,
            from_on=start,
            until_on=start + timedelta(days=days),
            reason="?",
            by=None,
            now=NINE_AM,
        )


# --- Many at once, and what changed ---------------------------------------------------


def test_many_calendars_take_as_many_queries_as_one(
    cast: Cast, django_assert_max_num_queries
) -> None:
    actions.ship_years(now=NINE_AM)
    halls = [unit(f"Hall {n}", cast.east) for n in range(queries.FEW + 5)]
    said(halls[3])
    said(cast.east, USUAL_WEEK)
    for some in (halls[:5], halls):
        with django_assert_max_num_queries(4):
            found = calendars_of([hall.pk for hall in some])
        assert found[halls[3].pk].calendar.week == MORNINGS
        assert found[halls[4].pk].calendar.week == USUAL_WEEK
        # Alike is the same, with whatever days it has worked out already.
        assert found[halls[0].pk].calendar is found[halls[1].pk].calendar
        assert found.keys() == {hall.pk for hall in some}


def test_the_key_says_whether_it_was_made_of_the_same(cast: Cast) -> None:
    assert calendar_of(cast.east.pk).key == calendar_of(cast.west.pk).key
    key = calendar_of(cast.east.pk).key
    loaded(year())
    with_year = calendar_of(cast.east.pk).key
    said(cast.east)
    assert len({key, with_year, calendar_of(cast.east.pk).key}) == 3


def test_whoever_computes_by_calendars_learns_what_changed(cast: Cast) -> None:
    seen = queries.revision()
    assert not queries.changed_since(seen)
    said(cast.east)
    loaded(year(2027))
    changed = queries.changed_since(seen)
    assert changed.paths == (cast.east.path,)
    assert changed.years == (("CN", 2027),)
    assert changed.revision == queries.revision() == seen + 2
    assert not queries.changed_since(changed.revision)


def test_a_unit_that_moves_or_has_another_zone_has_another_calendar(cast: Cast) -> None:
    seen = queries.revision()
    org.move_unit(cast.east, under=cast.west, by=cast.ma, now=NINE_AM)
    cast.east.refresh_from_db()
    assert queries.changed_since(seen).paths == (cast.east.path,)
    seen = queries.revision()
    facts = org.UnitFacts("East", "EAST-HALL", time_zone="Europe/Berlin")
    org.edit_unit(cast.east, facts, version=cast.east.version, by=cast.ma, now=NINE_AM)
    assert queries.changed_since(seen).paths == (cast.east.path,)
    assert calendar_of(cast.east.pk).calendar.zone.key == "Europe/Berlin"
