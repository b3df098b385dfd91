"""Putting off, taking up again, handing over, taking back; and two who do it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from gapless.core.audit.models import Event
from gapless.core.clocks.actions import MatterFacts, start_clock
from gapless.core.clocks.models import Matter
from gapless.core.notices.models import Notice
from gapless.evaluation.campaigns.follow_ups import (
    AlreadyDone,
    TakenMeanwhile,
    finish_follow_up,
    hand_over_follow_up,
    take_follow_up,
)
from gapless.evaluation.campaigns.models import Campaign, FollowUp
from gapless.people.org.models import Person
from gapless.people.org.queries import today
from gapless.people.work import actions, queries
from gapless.people.work.choices import Whose
from gapless.people.work.limits import hand_over_clock
from gapless.people.work.models import HandOver, Snooze
from gapless.people.work.rules import Entry
from gapless.people.work.sources import NoLongerThere
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import CASE, limit

from .test_lists import HOUR, Desk
from .waiting import bad_answer, draft, fielded


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return fielded(cast)


def entry_for(someone: Person, record: FollowUp) -> Entry:
    desk = Desk(someone)
    found = queries.entry_of(desk.sources, f"follow_up-{record.pk}")
    assert found
    return found


def put_off(someone: Person, record: FollowUp, hours: float = 2) -> Snooze:
    return actions.put_off(
        entry_for(someone, record),
        until=NINE_AM + hours * HOUR,
        reason="The customer asked for a call at eleven.",
        by=someone,
        now=NINE_AM,
    )


def test_what_is_put_off_leaves_the_list_and_comes_back_by_itself(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + 5 * HOUR, cast.wang)
    key = f"follow_up-{record.pk}"

    put_off(cast.wang, record)

    assert Desk(cast.wang).keys() == []
    assert Desk(cast.wang).keys(Whose.PUT_OFF) == [key]
    assert Desk(cast.chen).keys(Whose.TEAM) == [key]
    later = Desk(cast.wang, NINE_AM + 2 * HOUR)
    assert later.keys() == [key]
    assert later.keys(Whose.PUT_OFF) == []
    record.refresh_from_db()
    assert record.due_at == NINE_AM + 5 * HOUR


def test_it_comes_back_at_once_when_its_date_was_moved_before(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + 5 * HOUR, cast.wang)
    put_off(cast.wang, record, hours=4)
    FollowUp.objects.filter(pk=record.pk).update(due_at=NINE_AM - HOUR)

    assert len(Desk(cast.wang).keys()) == 1


def test_one_puts_off_for_oneself_alone(cast: Cast, campaign: Campaign) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + 5 * HOUR)  # nobody took it yet
    put_off(cast.wang, record)

    assert Desk(cast.wang).keys() == []
    assert Desk(cast.chen).keys() == [f"follow_up-{record.pk}"]


def test_the_trail_knows_it_and_it_can_be_taken_up_again(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + 5 * HOUR, cast.wang)
    snooze = put_off(cast.wang, record)
    actions.take_up(snooze, by=cast.wang, now=NINE_AM + HOUR)

    assert Desk(cast.wang, NINE_AM + HOUR).keys() == [f"follow_up-{record.pk}"]
    events = Event.objects.filter(subject_type="work.snooze").order_by("at")
    assert [event.type for event in events] == ["work.put_off", "work.taken_up"]
    with pytest.raises(actions.NotPutOff):
        actions.take_up(snooze, by=cast.wang, now=NINE_AM + HOUR)
    put_off(cast.wang, record)


def test_what_came_back_may_be_put_off_again(cast: Cast, campaign: Campaign) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + 9 * HOUR, cast.wang)
    put_off(cast.wang, record)
    with pytest.raises(actions.AlreadyPutOff):
        put_off(cast.wang, record)

    later = NINE_AM + 3 * HOUR
    actions.put_off(
        entry_for(cast.wang, record),
        until=later + HOUR,
        reason="Busy.",
        by=cast.wang,
        now=later,
    )
    assert Snooze.objects.filter(ended_at=None).count() == 1


def test_nothing_is_put_off_past_its_date_or_without_a_reason(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + 5 * HOUR, cast.wang)
    late = bad_answer(campaign, cast.east, NINE_AM - HOUR, cast.wang)

    for which, hours in ((record, 5), (record, 0.01), (late, 1), (late, -2)):
        with pytest.raises(actions.TooLate):
            put_off(cast.wang, which, hours=hours)
    with pytest.raises(actions.NoReason):
        actions.put_off(
            entry_for(cast.wang, record),
            until=NINE_AM + HOUR,
            reason=" ",
            by=cast.wang,
            now=NINE_AM,
        )


# --- Handing over ---------------------------------------------------------------------


def give(
    someone: Person, record: FollowUp, to: Person, entry: Entry | None = None
) -> HandOver:
    return actions.hand_over(
        entry or entry_for(someone, record),
        hand_over_follow_up,
        to=to,
        note="You know the customer.",
        by=someone,
        now=NINE_AM,
    )


def test_colleagues_are_those_who_may_see_to_it_there(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.wang)

    def names(someone: Person) -> list[str]:
        desk, entry = Desk(someone), entry_for(someone, record)
        on = today(NINE_AM)
        return [p.name for p in queries.takers(desk.viewer, desk.sources, entry, on=on)]

    assert names(cast.wang) == ["Chen"]  # neither Zhao of the west, nor Li, nor the shopper
    Person.objects.filter(pk=cast.chen.pk).update(is_active=False)
    assert names(cast.wang) == []


def test_what_is_handed_over_changes_lists_and_is_kept_in_sight(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.wang)
    key = f"follow_up-{record.pk}"

    give(cast.wang, record, cast.chen)

    assert Desk(cast.wang).keys() == []
    assert Desk(cast.wang).keys(Whose.HANDED) == [key]
    assert Desk(cast.chen).keys() == [key]
    (with_chen,) = Desk(cast.chen).entries()
    assert queries.given_with([with_chen])[key].note == "You know the customer."
    event = Event.objects.get(type="follow_up.handed_over")
    assert (event.facts["before"], event.facts["after"]) == (cast.wang.pk, cast.chen.pk)
    finish_follow_up(record, outcome="Called.", resolved=True, by=cast.chen, now=NINE_AM)
    assert Desk(cast.wang).keys(Whose.HANDED) == []


def test_it_is_taken_back_as_long_as_it_is_still_there(
    cast: Cast, campaign: Campaign
) -> None:
    record = bad_answer(campaign, cast.east, NINE_AM + HOUR, cast.wang)
    handed = give(cast.wang, record, cast.chen)
    actions.take_back(handed, hand_over_follow_up, by=cast.wang, now=NINE_AM)

    record.refresh_from_db()
    assert record.owner == cast.wang
    assert Desk(cast.wang).keys(Whose.HANDED) == []
    with pytest.raises(actions.TakenBack):
        actions.take_back(handed, hand_over_follow_up, by=cast.wang, now=NINE_AM)

    again = give(cast.wang, record, cast.chen)
    finish_follow_up(record, outcome="Called.", resolved=True, by=cast.chen, now=NINE_AM)
    with pytest.raises(AlreadyDone):
        actions.take_back(again, hand_over_follow_up, by=cast.wang, now=NINE_AM)
    again.refresh_from_db()
    assert again.taken_back_at is None


def test_a_campaign_is_on_the_list_of_all_who_may_approve_it(cast: Cast) -> None:
    draft(cast, NINE_AM + timedelta(days=2))
    (entry,) = Desk(cast.chen).entries()

    with pytest.raises(actions.StaysHere):
        actions.hand_over(
            entry, hand_over_follow_up, to=cast.wang, note="", by=cast.chen, now=NINE_AM
        )


# --- At once --------------------------------------------------------------------------


def at_once(*verbs: Callable[[], object]) -> list[type[Exception] | None]:
    start = Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> type[Exception] | None:
        try:
            start.wait()
            verb()
        except Exception as error:  # noqa: BLE001  the test names what it expects
            return type(error)
        else:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_it_over_at_once_one_is_told(
    transactional_db: None, cast: Cast
) -> None:
    record = bad_answer(fielded(cast), cast.east, NINE_AM + HOUR)
    wangs, chens = entry_for(cast.wang, record), entry_for(cast.chen, record)

    ended = at_once(
        lambda: give(cast.wang, record, cast.chen, wangs),
        lambda: give(cast.chen, record, cast.wang, chens),
    )

    assert set(ended) == {None, TakenMeanwhile}
    handed = HandOver.objects.get()
    record.refresh_from_db()
    assert record.owner == handed.to


@pytest.mark.django_db(transaction=True)
def test_handed_over_while_somebody_takes_it_one_is_told(
    transactional_db: None, cast: Cast
) -> None:
    record = bad_answer(fielded(cast), cast.east, NINE_AM + HOUR)
    entry = entry_for(cast.wang, record)
    seen = FollowUp.objects.get(pk=record.pk)

    ended = at_once(
        lambda: give(cast.wang, record, cast.chen, entry),
        lambda: take_follow_up(seen, by=cast.wang, now=NINE_AM),
    )

    assert set(ended) == {None, TakenMeanwhile}
    record.refresh_from_db()
    won = cast.chen if ended[0] is None else cast.wang
    assert record.owner == won
    assert HandOver.objects.count() == (won == cast.chen)


@pytest.mark.django_db(transaction=True)
def test_put_off_in_two_windows_at_once_it_is_put_off_once(
    transactional_db: None, cast: Cast
) -> None:
    record = bad_answer(fielded(cast), cast.east, NINE_AM + 5 * HOUR, cast.wang)

    ended = at_once(*[lambda: put_off(cast.wang, record)] * 2)

    assert set(ended) == {None, actions.AlreadyPutOff}
    assert Snooze.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_a_clock_over_at_once_one_is_told(
    transactional_db: None, cast: Cast
) -> None:
    limit()
    facts = MatterFacts("Case 17", cast.east, owner_id=cast.wang.pk)
    running = start_clock(CASE, "ANSWER", matter=facts, by=cast.wang, now=NINE_AM)
    give_to = partial(
        hand_over_clock, running.pk, before=cast.wang.pk, by=cast.wang, now=NINE_AM
    )

    ended = at_once(lambda: give_to(to=cast.chen), lambda: give_to(to=cast.qian))

    assert set(ended) == {None, NoLongerThere}
    won = cast.chen if ended[0] is None else cast.qian
    assert Matter.objects.get().owner == won
    assert Notice.objects.get().person == won
