"""What happens every minute: late is harmless, and twice is once."""

from datetime import timedelta

import pytest

from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells
from gapless.core.jobs.actions import enqueue_minutely
from gapless.core.jobs.models import Job
from gapless.core.jobs.working import run_next
from gapless.evaluation.campaigns import jobs
from gapless.evaluation.campaigns.actions import plan_campaign, take_step
from gapless.evaluation.campaigns.choices import ResponseState, State
from gapless.evaluation.campaigns.intake import KeyReused, finish, save
from gapless.evaluation.campaigns.models import Response
from gapless.loop import JOBS, MINUTELY
from tests.conftest import NINE_AM
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import handed_in, later


def swept(now) -> dict[str, str]:
    jobs.turn_states(now=now)
    for _ in jobs.close_idle(now=now):
        pass
    return dict(Response.objects.values_list("key", "state"))


@pytest.fixture
def approved(cast, version):
    said = fielding.facts(cast, version, starts_at=later(days=1), ends_at=later(days=2))
    campaign = plan_campaign(said, [cast.city], by=cast.chen, now=NINE_AM)
    take_step(campaign, State.APPROVED, by=cast.chen, now=NINE_AM)
    return campaign


def test_campaigns_begin_and_end_by_themselves(approved):
    states = []
    for moment in (later(hours=23), later(days=1), later(days=1), later(days=2)):
        jobs.turn_states(now=moment)
        approved.refresh_from_db()
        states.append(approved.state)
    assert states == ["approved", "fielding", "fielding", "closed"]


def test_what_cannot_begin_any_more_is_left(approved):
    jobs.turn_states(now=later(days=3))
    approved.refresh_from_db()
    assert approved.state == State.APPROVED


def test_what_lies_idle_for_a_day_is_closed_as_it_stands(door, version):
    save(door, handed_in("whole"), now=later(hours=1))
    save(door, handed_in("part", sat=""), now=later(hours=1))
    save(door, handed_in("little", sat="", T1_p=""), now=later(hours=1))
    save(door, handed_in("fresh"), now=later(hours=2))
    assert set(swept(later(hours=25, seconds=-1)).values()) == {"open"}
    assert swept(later(hours=25)) == {
        "whole": ResponseState.COMPLETE,
        "part": ResponseState.PARTIAL,
        "little": ResponseState.BROKEN_OFF,
        "fresh": ResponseState.OPEN,
    }
    partial = dict(Answer.objects.values_list("key", "partial"))
    assert partial == {"whole": False, "part": True}
    assert set(Answer.objects.values_list("answered_at", flat=True)) == {later(hours=1)}
    assert not list(wrong_cells(version))


def test_the_end_of_a_campaign_closes_what_is_open_ten_minutes_later(door):
    save(door, handed_in("late"), now=later(days=30, minutes=-1))
    assert swept(later(days=30, minutes=9)) == {"late": "open"}
    assert swept(later(days=30, minutes=10)) == {"late": "complete"}


def test_closed_by_the_job_it_is_still_the_same_answer(door):
    save(door, handed_in("one"), now=later(hours=1))
    swept(later(hours=30))
    receipt = finish(door, handed_in("one"), now=later(hours=31))
    assert (receipt.state, receipt.again) == (ResponseState.COMPLETE, True)
    with pytest.raises(KeyReused):  # a receipt for what was never stored would be a lie
        finish(door, handed_in("one", why="x", sat="1"), now=later(hours=31))
    assert Answer.objects.count() == 1


def test_the_usual_time_is_counted_from_twenty_on(door):
    for n in range(19):
        finish(door, handed_in(seconds=100 + n), now=later(hours=1))
    jobs.count_pace()
    door.collector.refresh_from_db()
    assert door.collector.usual_seconds is None
    finish(door, handed_in(seconds=10), now=later(hours=1))
    jobs.count_pace()
    door.collector.refresh_from_db()
    assert door.collector.usual_seconds == 108


@pytest.mark.django_db
def test_every_minute_one_job_and_none_piles_up():
    for second in (0, 30, 60, 90):
        enqueue_minutely([jobs.UPKEEP], now=NINE_AM + timedelta(seconds=second))
    assert jobs.UPKEEP in MINUTELY
    assert Job.objects.count() == 1
    assert run_next(JOBS, clock=lambda: later(minutes=2)).state == "running"
    assert Job.objects.get().state == "done"
    enqueue_minutely([jobs.UPKEEP], now=later(minutes=63))
    enqueue_minutely([jobs.UPKEEP], now=later(minutes=64))
    assert Job.objects.get().state == "queued"
