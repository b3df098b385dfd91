"""What holds of every clock, whatever the place, the limit and the story."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gapless.core.calendar.rules import always
from gapless.core.clocks.choices import State, Unit
from gapless.core.clocks.limits import Measure
from gapless.core.clocks.rules import (
    PAUSED,
    RESUMED,
    Happening,
    Limit,
    PausePolicy,
    Reading,
    held,
    read,
)
from tests.core.clocks.strategies import (
    START,
    calendars,
    extensions,
    lengths,
    limits,
    looks,
    moments,
    policies,
    starts,
    stories,
)

FAR = START + timedelta(days=400)
LONG = settings(max_examples=100, deadline=None)


@LONG
@given(policies(), calendars(), moments, lengths, lengths)
def test_pause_and_resume_conserve_time(policy, calendar, start, before, pause):
    """What is left when a clock is paused is left when it runs on, whenever that is."""
    policy = replace(policy, pauses=tuple(replace(p, cap=None) for p in policy.pauses))
    paused_at, resumed_at = start + before, start + before + pause
    story = [Happening(start, "received"), Happening(paused_at, PAUSED, "customer")]
    resumed = [*story, Happening(resumed_at, RESUMED)]
    unpaused = read(policy, calendar, story[:1], paused_at)

    then, after = (
        read(policy, calendar, story, paused_at),
        read(policy, calendar, resumed, resumed_at),
    )

    assert after.elapsed == then.elapsed == unpaused.elapsed
    assert after.left == then.left == unpaused.left
    measure = Measure.of(policy.limit.unit, calendar)
    if not then.late:
        assert measure.between(resumed_at, after.due_at) == measure.between(
            paused_at, unpaused.due_at
        )


@LONG
@given(calendars(), limits, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_splitting_an_interval_is_additive(calendar, limit, three):
    measure = Measure.of(limit.unit, calendar)
    first, middle, last = three

    split = measure.between(first, middle) + measure.between(middle, last)

    assert split == measure.between(first, last)


@LONG
@given(policies(), calendars(), stories, extensions, st.tuples(looks, looks))
def test_a_later_now_never_shortens(policy, calendar, story, more, two):
    """Neither what has run and was waited, nor the deadline; and late stays late."""
    earlier, later = (read(policy, calendar, story, now, more) for now in sorted(two))

    assert earlier.elapsed <= later.elapsed
    assert earlier.waited <= later.waited
    if earlier.due_at is not None:
        assert earlier.due_at <= later.due_at
        assert earlier.original_due_at <= later.original_due_at <= later.due_at
    if earlier.late:
        assert later.late
        assert later.breached_at == earlier.breached_at


@LONG
@given(policies(), calendars(), stories, extensions, looks)
def test_round_the_clock_is_time_on_the_wall(policy, calendar, story, more, now):
    """Business hours where nobody ever closes are hours."""
    calendar = always(calendar.zone)
    amount = policy.limit.amount
    business, wall = (
        read(
            replace(policy, limit=Limit(amount, unit)),
            calendar,
            story,
            now,
            [each for each in more if each.until],
        )
        for unit in (Unit.BUSINESS_HOUR, Unit.HOUR)
    )

    assert business == wall


@LONG
@given(policies(), calendars(), stories, extensions, looks, st.randoms())
def test_reading_again_and_in_any_order_says_the_same(
    policy, calendar, story, more, now, chance
):
    shuffled, more_shuffled = [*story], [*more]
    chance.shuffle(shuffled)
    chance.shuffle(more_shuffled)

    found = read(policy, calendar, story, now, more)

    assert read(policy, calendar, story, now, more) == found
    assert read(policy, calendar, shuffled, now, more_shuffled) == found


def steady(reading: Reading) -> Reading:
    """What does not run on with time."""
    moving = {"elapsed": None, "left": None, "used": None, "waited": None, "paused": None}
    if reading.state == State.PAUSED and not reading.late:
        moving |= {"due_at": None, "provisional": None}
    if reading.state == State.PAUSED:
        moving |= {"original_due_at": None}
    return replace(reading, **moving)


@LONG
@given(policies(), calendars(), starts, lengths, lengths)
def test_a_pause_with_a_cap_is_looked_at_when_that_is_reached(
    policy, calendar, start, before, cap
):
    policy = replace(policy, pauses=(PausePolicy("customer", cap),))
    paused_at = start + before
    story = [Happening(start, "received"), Happening(paused_at, PAUSED, "customer")]

    found = read(policy, calendar, story, paused_at)
    then = read(policy, calendar, story, paused_at + cap)

    assert found.state == State.PAUSED
    assert found.late or found.next_check_at == paused_at + cap
    assert then.state == State.RUNNING
    assert then.capped == (("customer", paused_at + cap),)
    assert then.elapsed == found.elapsed


@LONG
@given(policies(), calendars(), stories, extensions, looks, st.integers(0, 10**6))
def test_nothing_changes_before_the_next_check(policy, calendar, story, more, now, part):
    found = read(policy, calendar, story, now, more)
    end = found.next_check_at or FAR
    assert end > now

    between = now + (end - now) * part // (10**6 + 1)

    for then in (between, end - timedelta.resolution):
        seen = read(policy, calendar, story, then, more)
        assert steady(seen) == steady(found)
        assert seen.next_check_at == found.next_check_at


@LONG
@given(policies(), calendars(), stories, extensions, looks)
def test_looking_at_each_next_check_sees_every_turn(policy, calendar, story, more, now):
    """From check to check a clock comes to rest: stopped, or with nothing left to say."""
    for _ in range(100):
        found = read(policy, calendar, story, now, more)
        if found.next_check_at is None:
            break
        now = found.next_check_at
    else:
        raise AssertionError(found)

    if found.state == State.RUNNING:
        assert found.late
        assert len(found.warnings) == len(policy.warn_at)
        assert len(found.escalations) == len(policy.escalation)


@LONG
@given(stories, moments, calendars() | st.none())
def test_the_times_of_the_holders_sum_to_the_whole(story, until, calendar):
    times = held(story, until, calendar)

    first = min(each.at for each in story)
    whole = max(until - first, timedelta())
    if calendar:
        whole = calendar.open_between(first, until)
    assert sum(times.values(), timedelta()) == whole


@LONG
@given(stories, moments, moments, calendars())
def test_a_later_look_takes_no_time_from_a_holder(story, one, other, calendar):
    earlier, later = (held(story, until, calendar) for until in sorted([one, other]))

    assert all(later[holder] >= time for holder, time in earlier.items())


@LONG
@given(policies(), calendars(), stories, looks)
def test_the_paused_time_is_told_by_reason_and_within_its_cap(policy, calendar, story, now):
    found = read(policy, calendar, story, now)

    for reason, time in found.paused.items():
        cap = policy.caps[reason]
        assert cap is None or time <= cap
    if policy.limit.unit in (Unit.HOUR, Unit.DAY, Unit.MONTH):
        assert found.elapsed + sum(found.paused.values(), timedelta()) == found.waited


@LONG
@given(policies(), calendars(), stories, extensions, looks)
def test_a_warning_is_given_when_its_share_is_used(policy, calendar, story, more, now):
    found = read(policy, calendar, story, now, more)

    given_ = {each.share for each in found.warnings}
    if found.left is not None and found.left + found.elapsed:
        for share in policy.warn_at:
            if abs(found.used - share) > 1e-6:
                assert (share in given_) == (found.used > share)
