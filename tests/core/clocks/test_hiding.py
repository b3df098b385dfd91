"""Whom a matter is about neither sees its clocks nor hears of them."""

from datetime import timedelta

import pytest

from gapless.core.audit.models import Event
from gapless.core.clocks import actions, extending, queries, replays
from gapless.core.clocks.models import Clock
from gapless.core.jobs.working import run_next
from gapless.core.notices.channels import ChannelFacts, add_channel
from gapless.core.notices.choices import ChannelKind
from gapless.core.notices.models import Notice
from gapless.people.org.models import Person
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import CASE, HOUR, limit, next_version, started
from tests.core.clocks.test_sweeping import CHAIN, sweep, told

pytestmark = pytest.mark.django_db


def hide(*people: Person) -> None:
    actions.hide_matter(CASE, [each.pk for each in people], by=None, now=NINE_AM)


def clocks_of(someone: Person, cast: Cast) -> list[Clock]:
    return list(queries.clocks_within([cast.city.path], person_id=someone.pk))


def test_for_whom_it_is_about_it_is_not_there(cast: Cast) -> None:
    limit()
    clock = started(cast.east, cast.li)
    hide(cast.wang)

    assert clocks_of(cast.wang, cast) == []
    assert clocks_of(cast.chen, cast) == [clock]
    counted = {
        someone.name: queries.counted(
            [cast.city.path], person_id=someone.pk, now=NINE_AM + 20 * HOUR
        )
        for someone in (cast.wang, cast.chen)
    }
    assert counted == {"Wang": {}, "Chen": {clock.policy_id: (1, 1)}}


def test_its_requests_and_replays_are_not_listed_either(cast: Cast) -> None:
    version = limit()
    clock = started(cast.east, cast.li)
    extending.ask_extension(
        clock, until=NINE_AM + 20 * HOUR, reason="Slow.", tell=(), by=cast.li, now=NINE_AM
    )
    later = NINE_AM + timedelta(days=3)
    replay = replays.ask_replay(
        version.policy,
        version=next_version(version, cast.chen, amount=5),
        unit=cast.east,
        starts_at=NINE_AM,
        ends_at=later,
        by=cast.chen,
        now=later,
    )
    run_next({replays.REPLAY: replays.run_replay}, clock=lambda: later)
    hide(cast.wang)

    for someone, many in ((cast.wang, 0), (cast.chen, 1)):
        within = queries.extensions_within([cast.city.path], person_id=someone.pk)
        assert within.count() == many
        assert queries.changes_in(replay, person_id=someone.pk).count() == many
    replay.refresh_from_db()
    assert sum(replay.before.values()) == 1


def test_they_hear_of_nothing(cast: Cast) -> None:
    limit(escalation=CHAIN)
    started(cast.east, cast.li)
    hide(cast.wang)

    for hours in (5, 10, 12):
        sweep(NINE_AM + hours * HOUR)

    assert told() == [("warning", "Li"), ("breached", "Li"), ("escalated", "Chen")]


def test_what_is_hidden_from_its_owner_is_nobodys(cast: Cast) -> None:
    limit()
    started(cast.east, cast.li)
    hide(cast.li)

    sweep(NINE_AM + 5 * HOUR)

    assert told() == [("warning", "Wang")]


def test_what_is_hidden_from_somebody_is_not_posted_where_all_read(cast: Cast) -> None:
    add_channel(
        cast.city,
        ChannelFacts(
            kind=ChannelKind.WEBHOOK,
            name="Duty room",
            address="https://hooks.example/in",
            secret="",
            groups=("time_limit",),
            language="en",
        ),
        by=cast.ma,
        now=NINE_AM,
    )
    limit()
    started(cast.east, cast.li)
    started(cast.east, cast.li, subject=actions.Subject("test.case", "18"))
    hide(cast.wang)

    sweep(NINE_AM + 10 * HOUR)

    assert Notice.objects.filter(channel__isnull=False).count() == 1


def test_those_who_decide_on_more_time_do_not_hear_of_what_is_about_them(
    cast: Cast,
) -> None:
    limit()
    clock = started(cast.east, cast.wang)
    hide(cast.chen, cast.wang)

    asked = extending.ask_extension(
        clock,
        until=NINE_AM + 20 * HOUR,
        reason="Slow.",
        tell=[cast.chen.pk, cast.ma.pk],
        by=cast.li,
        now=NINE_AM,
    )
    extending.decide_extension(asked, approved=True, answer="", by=cast.ma, now=NINE_AM)

    assert told() == [("extension_asked", "Ma"), ("extension_granted", "Li")]


def test_hidden_twice_is_written_down_once(cast: Cast) -> None:
    limit()
    started(cast.east)

    hide(cast.wang)
    hide(cast.wang)
    hide(cast.li, cast.wang)

    events = Event.objects.filter(type="clock.hidden").order_by("pk")
    assert [(each.facts["before"], each.facts["after"]) for each in events] == [
        ([], [cast.wang.pk]),
        ([cast.wang.pk], sorted([cast.wang.pk, cast.li.pk])),
    ]


def test_without_clocks_there_is_nothing_to_hide(cast: Cast) -> None:
    hide(cast.wang)

    assert not Event.objects.exists()
