"""Whose work is on whose list, how much of it there is, and what it costs to know."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from gapless.evaluation.campaigns.actions import take_step
from gapless.evaluation.campaigns.choices import State
from gapless.evaluation.campaigns.models import Campaign, FollowUp
from gapless.loop import WORK
from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from gapless.people.work import queries
from gapless.people.work.choices import Group, Whose
from gapless.people.work.queries import Wanted
from gapless.people.work.rules import Bounds, Entry, Span, Tally
from tests.conftest import NINE_AM, Cast

from .waiting import bad_answer, draft, fielded

HOUR = timedelta(hours=1)
ZONE = NINE_AM.tzinfo
assert ZONE


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return fielded(cast)


class Desk:
    """What somebody sees at nine in the morning."""

    def __init__(self, person: Person, now: datetime = NINE_AM) -> None:
        self.viewer = viewer_of(person, now=now)
        self.sources = queries.sources_for(WORK, self.viewer, now)
        self.now = now
        self.bounds = Bounds.of(now, ZONE)

    def entries(self, whose: Whose = Whose.MINE, **said: object) -> list[Entry]:
        wanted = Wanted(whose, **said)  # type: ignore[arg-type]
        lines = queries.lines(self.viewer, self.sources, wanted, self.now)
        return queries.entries_of(self.sources, lines)

    def keys(self, whose: Whose = Whose.MINE, **said: object) -> list[str]:
        return [entry.key for entry in self.entries(whose, **said)]

    def tally(self, whose: Whose = Whose.MINE) -> Tally:
        found = queries.tallies(self.viewer, self.sources, Wanted(whose), self.bounds)
        return sum(found.values(), Tally())


def key(record: FollowUp | Campaign) -> str:
    area = "campaign" if isinstance(record, Campaign) else "follow_up"
    return f"{area}-{record.pk}"


def test_my_list_is_what_i_took_and_what_waits_for_somebody_like_me(
    cast: Cast, campaign: Campaign
) -> None:
    mine = bad_answer(campaign, cast.east, NINE_AM + 2 * HOUR, cast.wang)
    nobodys = bad_answer(campaign, cast.east, NINE_AM + HOUR)
    chens = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.chen)
    west = bad_answer(campaign, cast.west, NINE_AM + HOUR)

    assert Desk(cast.wang).keys() == [key(nobodys), key(mine)]
    assert Desk(cast.zhao).keys() == [key(west)]
    assert Desk(cast.chen).keys() == [key(nobodys), key(chens), key(west)]
    for someone in (cast.li, cast.sun, cast.ma, cast.zhou, cast.wu):
        assert Desk(someone).keys() == []


@pytest.mark.parametrize("whose", Whose)
def test_zhao_never_sees_the_east(cast: Cast, campaign: Campaign, whose: Whose) -> None:
    east = bad_answer(campaign, cast.east, NINE_AM + HOUR)
    draft(cast, NINE_AM + HOUR, within=cast.east)
    # Once he stood in for Wang there; now he does not.
    bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.zhao)

    desk = Desk(cast.zhao)
    assert desk.keys(whose) == []
    assert desk.tally(whose) == Tally()
    assert queries.pressing(desk.viewer, desk.sources, desk.bounds) == 0
    assert queries.entry_of(desk.sources, key(east), mine=False) is None


def test_a_team_is_the_people_of_ones_units(cast: Cast, campaign: Campaign) -> None:
    mine = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.wang)
    chens = bad_answer(campaign, cast.east, NINE_AM + 2 * HOUR, cast.chen)
    west = bad_answer(campaign, cast.west, NINE_AM + 3 * HOUR, cast.zhao)

    assert Desk(cast.wang).keys(Whose.TEAM) == [key(mine), key(chens)]
    assert Desk(cast.zhao).keys(Whose.TEAM) == [key(west)]
    everything = [key(mine), key(chens), key(west)]
    assert Desk(cast.chen).keys(Whose.TEAM) == everything
    assert Desk(cast.chen).keys(Whose.TEAM, unit=cast.east) == everything[:2]
    for someone in (cast.sun, cast.qian, cast.li):
        assert Desk(someone).keys(Whose.TEAM) == []


def test_done_is_off_every_list(cast: Cast, campaign: Campaign) -> None:
    done = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.wang)
    FollowUp.objects.filter(pk=done.pk).update(state="done", closed_at=NINE_AM - HOUR)

    assert Desk(cast.wang).keys() == Desk(cast.chen).keys(Whose.TEAM) == []


def test_a_campaign_waits_for_whoever_may_approve_it(cast: Cast) -> None:
    planned = draft(cast, NINE_AM + 30 * HOUR)

    (entry,) = Desk(cast.chen).entries()
    assert (entry.key, entry.due_at) == (key(planned), planned.starts_at)
    assert Desk(cast.wang).keys() == []
    take_step(planned, State.APPROVED, by=cast.chen, now=NINE_AM)
    assert Desk(cast.chen).keys() == []
    # Nobody's fault but the worker's: it should have started by itself.
    (entry,) = Desk(cast.chen, planned.starts_at + HOUR).entries()
    assert entry.key == key(planned)


def test_a_draft_whose_time_is_over_nags_nobody(cast: Cast) -> None:
    planned = draft(cast, NINE_AM - 40 * 24 * HOUR)

    assert planned.ends_at < NINE_AM
    assert Desk(cast.chen).keys() == []


def test_words_find_units_campaigns_and_people(cast: Cast, campaign: Campaign) -> None:
    east = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.wang)
    west = bad_answer(campaign, cast.west, NINE_AM + 2 * HOUR)
    autumn = draft(cast, NINE_AM + 3 * HOUR)

    chen = Desk(cast.chen)
    assert chen.keys(Whose.TEAM, words="east") == [key(east)]
    assert chen.keys(Whose.TEAM, words="wang") == [key(east)]
    assert chen.keys(Whose.TEAM, words="spring") == [key(east), key(west)]
    assert chen.keys(Whose.TEAM, words="AUTUMN") == [key(autumn)]
    assert chen.keys(Whose.TEAM, words="100%_") == []
    assert chen.keys(Whose.TEAM, area="campaign") == [key(autumn)]


def test_counts_are_the_numbers_of_the_list(cast: Cast, campaign: Campaign) -> None:
    for hours in (-30, -1, 0, 3, 14, 30, 24 * 6, 24 * 9, 24 * 30):
        bad_answer(campaign, cast.east, NINE_AM + hours * HOUR, cast.wang)
    draft(cast, NINE_AM + 5 * HOUR)

    assert Desk(cast.wang).tally() == Tally(3, 2, 2, 2, NINE_AM + 24 * 9 * HOUR)
    wang = Desk(cast.wang)
    assert queries.pressing(wang.viewer, wang.sources, wang.bounds) == 5
    groups = [str(wang.bounds.group(entry.due_at)) for entry in wang.entries()]
    assert [groups.count(each.value) for each in Group] == [3, 2, 2, 2]


def test_executives_are_told_numbers_and_no_single_thing(
    cast: Cast, campaign: Campaign
) -> None:
    bad_answer(campaign, cast.east, NINE_AM - HOUR, cast.wang)
    bad_answer(campaign, cast.west, NINE_AM + HOUR)
    draft(cast, NINE_AM + 5 * HOUR)
    sun = Desk(cast.sun)

    found = queries.work_counts(sun.viewer, sun.sources, cast.city, sun.bounds)

    assert {place.unit: place.tally for place in found} == {
        cast.city: Tally(overdue=1, today=2),
        cast.east: Tally(overdue=1),
        cast.west: Tally(today=1),
    }
    assert [place.unit for place in found if place.whole] == [cast.city]
    zhao = Desk(cast.zhao)
    assert queries.work_counts(zhao.viewer, zhao.sources, cast.city, zhao.bounds) == []
    (west,) = queries.work_counts(zhao.viewer, zhao.sources, cast.west, zhao.bounds)
    assert west.tally == Tally(today=1)


def test_a_calendar_counts_everything_and_tells_the_first_few(
    cast: Cast, campaign: Campaign
) -> None:
    for minutes in range(5):
        bad_answer(campaign, cast.east, NINE_AM + minutes * HOUR / 60, cast.wang)
    # Ten at night by Greenwich is the next morning in Shanghai.
    bad_answer(campaign, cast.east, NINE_AM + 13 * HOUR, cast.wang)
    wang = Desk(cast.wang)
    yesterday = NINE_AM.date() - timedelta(days=1)

    def numbers(zone: tzinfo) -> list[tuple[int, int]]:
        span = Span(yesterday, yesterday + timedelta(days=5), zone)
        found = queries.days(wang.viewer, wang.sources, Wanted(), NINE_AM, span)
        return [(day.number, len(day.entries)) for day in found.values()]

    assert numbers(ZONE) == [(6, queries.MOST_SHOWN_A_DAY)]
    assert numbers(ZoneInfo("Asia/Shanghai")) == [(5, queries.MOST_SHOWN_A_DAY), (1, 1)]


def test_how_yesterday_went_counts_only_what_i_did(cast: Cast, campaign: Campaign) -> None:
    for hours, late in ((-20, -1), (-19, 1), (-18, 0), (-30, 1)):
        closed_at = NINE_AM + hours * HOUR
        done = bad_answer(campaign, cast.east, closed_at - late * HOUR, cast.wang)
        FollowUp.objects.filter(pk=done.pk).update(state="done", closed_at=closed_at)
    since, until = NINE_AM - 24 * HOUR, NINE_AM

    assert queries.how_yesterday_went(Desk(cast.wang).sources, since, until) == (3, 2)
    assert queries.how_yesterday_went(Desk(cast.zhao).sources, since, until) == (0, 0)


@pytest.mark.parametrize("number", [1, 60])
def test_a_list_costs_the_same_however_long_it_is(
    cast: Cast, campaign: Campaign, django_assert_num_queries: object, number: int
) -> None:
    for hours in range(number):
        bad_answer(campaign, cast.east, NINE_AM + hours * HOUR, cast.wang)
    draft(cast, NINE_AM + 5 * HOUR)
    desk = Desk(cast.chen)
    lines = queries.lines(desk.viewer, desk.sources, Wanted(Whose.TEAM), NINE_AM)

    with django_assert_num_queries(3):  # type: ignore[operator]
        page = list(lines[:50])
        assert len(queries.entries_of(desk.sources, page)) == min(number + 1, 50)
    with django_assert_num_queries(len(desk.sources)):  # type: ignore[operator]
        desk.tally(Whose.TEAM)
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.pressing(desk.viewer, desk.sources, desk.bounds)
