"""What stands beneath a trend: who may read it, and on which day it stands."""

from datetime import UTC, date, datetime, timedelta

from gapless.core.instruments import actions as instruments
from gapless.core.instruments.queries import draft_of
from gapless.evaluation.gaps.actions import note_event
from gapless.evaluation.gaps.events import MarkKind, events_of, marks_of, visible_events
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM
from tests.evaluation.campaigns.fielding import in_the_field, published
from tests.evaluation.gaps.answering import questionnaire

MARCH = date(2026, 3, 1)


def viewer(person):
    return viewer_of(person, now=NINE_AM)


def note(unit, words="Moved"):
    return note_event(unit, happened_on=MARCH, words=words, by=None, now=NINE_AM)


def test_a_unit_has_its_own_events_and_those_above_it(cast):
    city, east, west = note(cast.city), note(cast.east), note(cast.west)
    assert set(events_of(viewer(cast.wang), cast.east)) == {city, east}
    assert set(events_of(viewer(cast.chen), cast.city)) == {city}
    assert not events_of(viewer(cast.wang), cast.west)
    assert set(visible_events(viewer(cast.chen))) == {city, east, west}
    assert not visible_events(viewer(cast.wang))


def test_whoever_sees_no_numbers_reads_no_events(cast):
    note(cast.city)
    assert not events_of(viewer(cast.zhou), cast.east)
    assert not events_of(viewer(cast.ma), cast.city)


def test_a_version_stands_where_its_answers_begin(cast):
    first = questionnaire()
    second = instruments.draft_version(first.form, draft_of(first), by=None, now=NINE_AM)
    instruments.publish_version(second, by=None, now=NINE_AM)
    later = NINE_AM + timedelta(days=1)
    marks = marks_of(
        viewer(cast.wang),
        cast.east,
        {first: [date(2025, 1, 1)], second: [MARCH]},
        now=later,
    )
    assert [(mark.kind, mark.on) for mark in marks] == [
        (MarkKind.VERSION, date(2026, 3, 2))
    ]
    # Published today, answered years ago: an old file that came in later.
    old = {first: [date(2014, 5, 1)], second: [date(2015, 5, 1)]}
    (mark,) = marks_of(viewer(cast.wang), cast.east, old, now=later)
    assert mark.on == date(2015, 5, 1)


def test_a_campaign_begins_and_ends_for_whoever_may_see_it(cast):
    version = published()
    campaign = in_the_field(cast, version)
    months = {version: [MARCH]}
    long_after = datetime(2036, 1, 1, tzinfo=UTC)
    kinds = [
        mark.kind for mark in marks_of(viewer(cast.wang), cast.east, months, now=NINE_AM)
    ]
    assert kinds == [MarkKind.BEGAN]
    marks = marks_of(viewer(cast.wang), cast.east, months, now=long_after)
    assert [mark.kind for mark in marks] == [MarkKind.BEGAN, MarkKind.ENDED]
    assert {mark.name for mark in marks} == {str(campaign)}
    assert marks_of(viewer(cast.li), cast.east, months, now=long_after) == []
    assert (
        marks_of(viewer(cast.wang), cast.east, {questionnaire(): [MARCH]}, now=NINE_AM)
        == []
    )
