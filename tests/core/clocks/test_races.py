"""Who was first, when several act on one clock: the database says."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from gapless.core.audit.models import Event
from gapless.core.clocks import actions, drafting, extending, sweeping
from gapless.core.clocks.choices import State
from gapless.core.clocks.models import Clock, ClockEffect, Happening, PolicyVersion
from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices.models import Notice
from gapless.loop import JOBS
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import CASE, HOUR, happens, limit, next_version, started
from tests.evaluation.campaigns.test_together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def whole(transactional_db: None, cast: Cast) -> Cast:
    return cast


def test_a_clock_is_started_once(whole: Cast) -> None:
    limit()
    facts = actions.MatterFacts("Case 17", whole.east)
    start = partial(actions.start_clock, CASE, "ANSWER", matter=facts, by=None, now=NINE_AM)

    clocks = at_once([start] * 8, threads=8)

    assert set(clocks) == {Clock.objects.get()}
    assert Event.objects.filter(type="clock.started").count() == 1


def test_what_happens_at_once_is_all_heard(whole: Cast) -> None:
    """A second clock is started while things happen: neither misses the other."""
    limit()
    limit("CONTACT", amount=2, stops_on=["contacted"])
    started(whole.east)
    facts = actions.MatterFacts("Case 17", whole.east)
    at = NINE_AM + HOUR
    verbs = [partial(happens, "contacted", at=at, key=f"call {n}") for n in range(3)]
    verbs += [partial(happens, "answered", at=at, key="letter")]
    verbs += [
        partial(actions.start_clock, CASE, "CONTACT", matter=facts, by=None, now=at)
    ] * 4

    ended = at_once(verbs, threads=8)

    assert not [each for each in ended if isinstance(each, type)]
    assert Happening.objects.count() == 5
    states = Clock.objects.values_list("policy__code", "state", "started_at")
    assert set(states) == {
        ("ANSWER", State.STOPPED, NINE_AM),
        ("CONTACT", State.STOPPED, NINE_AM),
    }


def test_one_key_happens_once(whole: Cast) -> None:
    limit()
    started(whole.east)
    note = partial(happens, "answered", at=NINE_AM + HOUR, key="letter")

    ended = at_once([note] * 8, threads=8)

    assert Counter(ended) == {True: 1, False: 7}
    assert Event.objects.filter(type="clock.happening").count() == 2


def test_an_extension_is_asked_for_and_decided_once(whole: Cast) -> None:
    limit()
    clock = started(whole.east)
    until, now = NINE_AM + 20 * HOUR, NINE_AM + HOUR
    ask = partial(
        extending.ask_extension, clock, until=until, reason="Slow.", tell=(), now=now
    )

    asked = at_once([partial(ask, by=whole.li), partial(ask, by=whole.wang)], threads=2)

    (extension,) = [each for each in asked if not isinstance(each, type)]
    assert extending.AlreadyAsked in asked
    decide = partial(extending.decide_extension, extension, answer="No.", now=now)
    ended = at_once(
        [
            partial(decide, approved=approved, by=by)
            for by in (whole.chen, whole.ma)
            for approved in (True, False)
        ],
        threads=4,
    )
    assert Counter(ended) == {None: 1, extending.AlreadyDecided: 3}
    assert Event.objects.filter(type="clock.extension_decided").count() == 1
    extension.refresh_from_db()
    clock.refresh_from_db()
    assert (clock.due_at == until) == extension.approved


def test_a_draft_is_opened_and_published_once(whole: Cast) -> None:
    first = limit()
    open_ = partial(drafting.open_draft, first.policy, now=NINE_AM)

    drafts = at_once(
        [partial(open_, by=each) for each in (whole.chen, whole.qian)] * 4, threads=8
    )

    (draft,) = set(drafts)
    publish = partial(drafting.publish_policy, draft, by=whole.chen, now=NINE_AM)
    ended = at_once([publish] * 4, threads=4)
    assert Counter(ended) == {None: 1, drafting.AlreadyPublished: 3}
    assert PolicyVersion.objects.count() == 2


def test_publishing_and_editing_do_not_meet(whole: Cast) -> None:
    """Either the edit is in what was published, or it is refused."""
    draft = next_version(limit(), whole.chen, amount=4)
    said = drafting.Said(draft.terms | {"limit": {"amount": 3, "unit": "hour"}})
    edit = partial(
        drafting.change_draft,
        draft,
        said=said,
        name=draft.policy.name,
        seen=2,
        by=whole.qian,
        now=NINE_AM,
    )
    publish = partial(drafting.publish_policy, draft, by=whole.chen, now=NINE_AM)

    edited, published = at_once([edit, publish], threads=2)

    assert published is None
    draft.refresh_from_db()
    assert draft.published_at is not None
    amount = draft.terms["limit"]["amount"]
    assert amount == (3 if edited is None else 4)
    assert edited in (None, drafting.AlreadyPublished)


def test_two_sweeps_and_a_stop_bring_nothing_about_twice(whole: Cast) -> None:
    limit(escalation=[{"after": 0, "role": "unit_manager"}])
    for number in range(12):
        subject = actions.Subject("test.case", str(number))
        started(whole.east, whole.li, subject=subject)
    late = NINE_AM + timedelta(days=2)
    for _ in range(6):
        enqueue(sweeping.SWEEP, {}, now=late)
    sweep = partial(run_next, {sweeping.SWEEP: JOBS[sweeping.SWEEP]}, clock=lambda: late)
    stops = [
        partial(happens, "answered", at=late, subject=actions.Subject("test.case", str(n)))
        for n in range(4)
    ]

    ended = at_once([sweep] * 6 + stops, threads=5)
    sweep()

    assert not [each for each in ended if isinstance(each, type)]
    assert ClockEffect.objects.count() == 12 * 4
    assert not ClockEffect.objects.filter(told_at=None).exists()
    keys = Counter(Notice.objects.values_list("person", "key"))
    assert set(keys.values()) == {1}
    assert Notice.objects.filter(kind="clock.breached").count() == 12
    assert Clock.objects.filter(state=State.STOPPED).count() == 4


def test_a_clock_is_withdrawn_while_it_is_swept_and_asked_of(whole: Cast) -> None:
    """Whoever comes after that is told so, and the other clock runs on."""
    limit(escalation=[{"after": 0, "role": "unit_manager"}])
    limit("GRAVE", amount=1)
    started(whole.east, whole.li)
    grave = started(whole.east, whole.li, code="GRAVE")
    late = NINE_AM + HOUR / 2
    enqueue(sweeping.SWEEP, {}, now=late)
    sweep = partial(run_next, {sweeping.SWEEP: JOBS[sweeping.SWEEP]}, clock=lambda: late)
    withdraw = partial(actions.withdraw_clock, CASE, "GRAVE", by=whole.chen, now=late)
    ask = partial(
        extending.ask_extension,
        grave,
        until=NINE_AM + 8 * HOUR,
        reason="Slow.",
        tell=(),
        by=whole.li,
        now=late,
    )

    ended = at_once([withdraw, sweep, ask, withdraw], threads=4)

    assert Counter([ended[0], ended[3]]) == {True: 1, False: 1}
    assert not isinstance(ended[1], type)
    assert not isinstance(ended[2], type) or ended[2] is extending.NoLimitToMove
    assert Clock.objects.get().policy.code == "ANSWER"
    assert Event.objects.filter(type="clock.withdrawn").count() == 1


def test_hidden_from_one_person_by_two_at_once(whole: Cast) -> None:
    limit()
    started(whole.east, whole.li)
    hide = partial(actions.hide_matter, CASE, [whole.wang.pk], by=whole.chen, now=NINE_AM)

    ended = at_once([hide] * 6, threads=6)

    assert set(ended) == {None}
    assert Event.objects.filter(type="clock.hidden").count() == 1
    assert Clock.objects.get().matter.hidden_from.get() == whole.wang
