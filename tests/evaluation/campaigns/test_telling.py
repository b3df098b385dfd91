"""Who hears of a bad answer: when it comes in, and once more when nobody saw to it."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from gapless.core.notices.models import Notice
from gapless.evaluation.campaigns.choices import FollowUpState
from gapless.evaluation.campaigns.follow_ups import finish_follow_up, take_follow_up
from gapless.evaluation.campaigns.intake import HandedIn, finish
from gapless.evaluation.campaigns.models import FollowUp
from gapless.evaluation.campaigns.queries import door_of
from gapless.evaluation.campaigns.telling import tell_overdue
from gapless.people.org.models import RoleAssignment
from tests.conftest import Cast
from tests.web.asking import campaign_of, way_in

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def bad(cast: Cast) -> FollowUp:
    campaign = campaign_of(cast, follow_up_item="overall", follow_up_at_most=5)
    door = door_of(way_in(campaign, cast.east))
    assert door is not None
    fields = {"q.wait.e": ["7"], "q.wait.p": ["1"], "q.overall": ["2"]}
    finish(door, HandedIn("key", fields, "en", 60, "", ""), now=now())
    return FollowUp.objects.get()


def told(kind: str = "follow_up.overdue") -> list[str]:
    heard = Notice.objects.filter(kind=kind).order_by("person__name")
    return list(heard.values_list("person__name", flat=True))


def test_who_runs_the_hall_hears_of_it_at_once(cast: Cast) -> None:
    bad(cast)

    assert told("follow_up.opened") == ["Wang"]
    assert not Notice.objects.get().urgent


def test_where_nobody_runs_the_hall_quality_hears_of_it(cast: Cast) -> None:
    RoleAssignment.objects.filter(person=cast.wang).delete()
    bad(cast)

    assert told("follow_up.opened") == ["Chen"]


def test_a_good_answer_is_told_to_nobody(cast: Cast) -> None:
    campaign = campaign_of(cast, follow_up_item="overall", follow_up_at_most=1)
    door = door_of(way_in(campaign, cast.east))
    assert door is not None
    fields = {"q.wait.e": ["7"], "q.wait.p": ["7"], "q.overall": ["7"]}
    finish(door, HandedIn("key", fields, "en", 60, "", ""), now=now())

    assert not Notice.objects.exists()


def test_what_is_overdue_is_told_once_and_urgently(cast: Cast) -> None:
    follow_up = bad(cast)

    tell_overdue(now=follow_up.due_at - timedelta(seconds=1))
    assert told() == []
    for late in (timedelta(), A_DAY, 30 * A_DAY):
        tell_overdue(now=follow_up.due_at + late)

    assert told() == ["Wang"]
    assert Notice.objects.get(kind="follow_up.overdue").urgent


def test_who_has_it_in_hand_is_told_and_nobody_when_it_is_done(cast: Cast) -> None:
    follow_up = bad(cast)
    take_follow_up(follow_up, by=cast.chen, now=now())
    tell_overdue(now=follow_up.due_at + A_DAY)
    assert told() == ["Chen"]

    Notice.objects.all().delete()
    finish_follow_up(follow_up, outcome="Called.", resolved=True, by=cast.chen, now=now())
    tell_overdue(now=follow_up.due_at + A_DAY)
    assert told() == []
    assert FollowUp.objects.get().state == FollowUpState.DONE
