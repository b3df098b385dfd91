"""Two people at once: the database decides, one wins, and the other is told."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from gapless.control.cases import answering, baton, ruling_out
from gapless.control.cases.actions import write
from gapless.control.cases.choices import Kind, OfferState, State, Step
from gapless.control.cases.models import Case, Draft, Entry, Offer
from gapless.control.cases.steps import ChangedMeanwhile, NotNow
from gapless.core.audit.models import Event
from gapless.core.clocks.models import Clock
from gapless.core.jobs.actions import enqueue
from gapless.core.jobs.working import run_next
from gapless.core.notices.models import Notice
from gapless.loop import JOBS
from tests.conftest import NINE_AM, Cast
from tests.control.cases import taking
from tests.evaluation.campaigns.test_together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE_AM + taking.HOUR


@pytest.fixture
def whole(transactional_db: None, cast: Cast) -> Cast:
    taking.ship()
    return cast


def offered(case: Case, whole: Cast) -> Offer:
    return baton.offer(
        case, to=whole.zhao, reason="Yours.", key="o", seen=1, by=whole.li, now=LATER
    )


def test_sent_many_times_it_is_one_case(whole: Cast) -> None:
    send = partial(taking.taken_in, whole.east, whole.li)

    cases = at_once([send] * 16, threads=8)

    assert set(cases) == {Case.objects.get()}
    assert (Entry.objects.count(), Clock.objects.count()) == (1, 2)
    assert Event.objects.filter(type="case.opened").count() == 1


def test_one_key_is_one_entry(whole: Cast) -> None:
    case = taking.taken_in(whole.east, whole.li)

    def say() -> object:
        mine = Case.objects.get(pk=case.pk)
        words = {"words": "Again!", "key": "sms 5", "by": None, "now": LATER}
        return write(mine, Step.SAID, **words)

    entries = at_once([say] * 8, threads=8)

    assert set(entries) == {Entry.objects.get(step=Step.SAID)}
    assert Notice.objects.filter(kind="case.customer_said").count() == 1


def test_taken_on_refused_or_too_late_and_never_two_of_them(whole: Cast) -> None:
    made = offered(taking.taken_in(whole.east, whole.li), whole)
    mine = [Offer.objects.get(pk=made.pk) for _ in range(6)]
    take = [partial(baton.take_on, each, by=whole.zhao, now=LATER) for each in mine[:2]]
    no = [
        partial(baton.refuse, each, why="No.", by=whole.zhao, now=LATER)
        for each in mine[2:4]
    ]
    late = [partial(baton.bounce, each, now=made.due_at) for each in mine[4:]]

    ended = at_once([*take, *no, *late], threads=6)

    case = Case.objects.get()
    steps = Counter(taking.steps_of(case))
    how = {Step.TAKEN, Step.REFUSED, Step.BOUNCED} & set(steps)
    assert len(how) == 1
    assert [steps[step] for step in how] == [1]
    assert set(ended) <= {None, baton.AlreadyEnded}
    assert (case.holder == whole.zhao) == (how == {Step.TAKEN})
    assert case.transfers == (how == {Step.TAKEN})
    assert not Offer.objects.filter(state=OfferState.OPEN).exists()


def test_two_sweeps_bounce_once(whole: Cast) -> None:
    for number in range(12):
        case = taking.taken_in(whole.east, whole.li, key=str(number))
        offered(case, whole)
    late = NINE_AM + timedelta(days=2)
    for _ in range(4):
        enqueue(baton.BOUNCE, {}, now=late)
    sweep = partial(run_next, {baton.BOUNCE: JOBS[baton.BOUNCE]}, clock=lambda: late)

    ended = at_once([sweep] * 4, threads=4)

    assert not [each for each in ended if isinstance(each, type)]
    assert Entry.objects.filter(step=Step.BOUNCED).count() == 12
    assert Notice.objects.filter(kind="case.not_taken").count() == 24  # Li and Wang


def test_a_draft_is_decided_once(whole: Cast) -> None:
    facts = frozenset({taking.Fact.LOSS})
    case = taking.taken_in(whole.east, whole.li, facts=facts)
    draft = answering.propose(case, text="We pay.", key="p", seen=1, by=whole.li, now=LATER)
    mine = [Draft.objects.get(pk=draft.pk) for _ in range(4)]
    yes = [partial(answering.approve, each, by=whole.wang, now=LATER) for each in mine[:2]]
    no = [
        partial(answering.send_back, each, remark="No.", by=whole.chen, now=LATER)
        for each in mine[2:]
    ]

    ended = at_once(yes + no, threads=4)

    assert Counter(ended) == {None: 1, answering.AlreadyDecided: 3}
    case.refresh_from_db()
    draft.refresh_from_db()
    assert (case.state == State.ANSWERED) == draft.approved


def test_two_close_it_and_one_is_told(whole: Cast) -> None:
    case = taking.taken_in(whole.east, whole.li, kind=Kind.INQUIRY)
    answering.answer(case, text="At nine.", key="a", seen=1, by=whole.li, now=LATER)
    answering.confirm(case, words="", key="c", seen=2, by=None, now=LATER)

    def close(key: str) -> object:
        return answering.close(
            Case.objects.get(pk=case.pk),
            category=None,
            cause="",
            measure="",
            key=key,
            seen=3,
            by=whole.li,
            now=LATER,
        )

    ended = at_once([partial(close, key) for key in "wxyz"], threads=4)

    assert Counter(ended) == {None: 1, ChangedMeanwhile: 3}
    assert Entry.objects.filter(step=Step.CLOSED).count() == 1


def test_two_merged_into_each_other_are_not_both_gone(whole: Cast) -> None:
    one = taking.taken_in(whole.east, whole.li, key="1")
    two = taking.taken_in(whole.east, whole.li, key="2")

    def merge(case: Case, into: Case) -> object:
        return ruling_out.merge(
            Case.objects.get(pk=case.pk),
            Case.objects.get(pk=into.pk),
            reason="The same.",
            key="m",
            seen=1,
            by=whole.wang,
            now=LATER,
        )

    ended = at_once([partial(merge, one, two), partial(merge, two, one)], threads=2)

    assert None in ended
    assert set(ended) <= {None, ruling_out.NotTheSame, ChangedMeanwhile, NotNow}
    assert Case.objects.filter(state=State.MERGED).count() == 1


def test_the_customer_and_the_clerk_at_once_are_both_heard(whole: Cast) -> None:
    case = taking.taken_in(whole.east, whole.li)

    def say(number: int) -> object:
        mine = Case.objects.get(pk=case.pk)
        return write(mine, Step.SAID, words="?", key=f"s{number}", by=None, now=LATER)

    def note(number: int) -> object:
        mine = Case.objects.get(pk=case.pk)
        return write(mine, Step.NOTED, words="!", key=f"n{number}", by=whole.li, now=LATER)

    verbs = [partial(say, n) for n in range(6)] + [partial(note, n) for n in range(6)]
    ended = at_once(verbs, threads=6)

    assert not [each for each in ended if isinstance(each, type)]
    case.refresh_from_db()
    assert (Entry.objects.count(), case.version) == (13, 13)
