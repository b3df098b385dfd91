"""What is not filed, and what is one: each stays counted."""

from typing import Any

import pytest

from gapless.control.cases import ruling_out
from gapless.control.cases.actions import keep_out
from gapless.control.cases.answering import reopen
from gapless.control.cases.choices import NotFiling, State, Step
from gapless.control.cases.models import Case, Concern, NotFiled
from gapless.control.cases.queries import visible_cases
from gapless.control.cases.steps import Concerned, NotNow
from gapless.core.clocks.choices import State as ClockState
from gapless.core.notices.models import Notice
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import HOUR, clocks_of, steps_of, taken_in

pytestmark = pytest.mark.django_db
LATER = NINE_AM + HOUR


def not_filed(case: Case, cast: Cast, **more: Any) -> NotFiled:
    facts = {"why": NotFiling.NO_FACTS, "reason": "Asked twice.", "by": cast.li}
    return ruling_out.not_file(
        case, key="not filed", seen=case.version, now=LATER, **facts | more
    )


def merged(case: Case, into: Case, cast: Cast, **more: Any) -> None:
    facts = {"reason": "The same call.", "key": "merge", "by": cast.wang}
    ruling_out.merge(case, into, seen=case.version, now=LATER, **facts | more)


def test_what_is_not_filed_waits_for_a_second_person(cast: Cast, case: Case) -> None:
    with pytest.raises(ruling_out.NoReason):
        not_filed(case, cast, reason=" ")
    decision = not_filed(case, cast)

    assert (case.state, case.not_filed_as) == (State.NOT_FILED, NotFiling.NO_FACTS)
    assert {clock.state for clock in clocks_of(case).values()} == {ClockState.STOPPED}
    assert list(Notice.objects.values_list("kind", "person__name")) == [
        ("case.to_decide", "Wang")
    ]
    with pytest.raises(ruling_out.OwnDecision):
        ruling_out.review(decision, upheld=True, remark="", by=cast.li, now=LATER)
    ruling_out.review(decision, upheld=True, remark="", by=cast.wang, now=LATER)
    with pytest.raises(ruling_out.AlreadyReviewed):
        ruling_out.review(decision, upheld=False, remark="No.", by=cast.chen, now=LATER)
    assert steps_of(case) == [Step.RECEIVED, Step.NOT_FILED, Step.REVIEWED]


def test_if_that_was_wrong_it_is_taken_up_again(cast: Cast, case: Case) -> None:
    decision = not_filed(case, cast)
    with pytest.raises(ruling_out.NoReason):
        ruling_out.review(decision, upheld=False, remark=" ", by=cast.wang, now=LATER)
    ruling_out.review(
        decision, upheld=False, remark="Facts enough.", by=cast.wang, now=LATER
    )

    case.refresh_from_db()
    assert (case.state, case.not_filed_as, case.ended_at) == (State.HANDLING, "", None)
    assert case.reopened == 0  # the customer never came back
    assert clocks_of(case)["S3-ANSWER"].state == ClockState.RUNNING


def test_reopened_by_the_customer_nothing_is_left_to_review(cast: Cast, case: Case) -> None:
    decision = not_filed(case, cast)
    reopen(case, words="Here are facts.", key="r", seen=case.version, by=None, now=LATER)
    with pytest.raises(ruling_out.AlreadyReviewed):
        ruling_out.review(decision, upheld=True, remark="", by=cast.wang, now=LATER)
    case.refresh_from_db()
    assert case.state == State.HANDLING


def test_a_merged_case_stays_counted(cast: Cast, case: Case) -> None:
    other = taken_in(cast.east, cast.wang, key="two")
    merged(other, case, cast)

    assert (other.state, other.merged_into) == (State.MERGED, case)
    assert Case.objects.count() == 2
    assert steps_of(case) == [Step.RECEIVED, Step.JOINED]
    assert {clock.state for clock in clocks_of(other).values()} == {ClockState.STOPPED}
    merged(other, case, cast)  # sent again
    assert steps_of(case).count(Step.JOINED) == 1


def test_only_into_another_one_that_goes_on(cast: Cast, case: Case) -> None:
    other = taken_in(cast.east, cast.wang, key="two")
    with pytest.raises(ruling_out.NoReason):
        merged(other, case, cast, reason=" ")
    with pytest.raises(ruling_out.NotTheSame):
        merged(case, case, cast)
    merged(other, case, cast)
    with pytest.raises(ruling_out.NotTheSame):
        merged(case, other, cast)
    with pytest.raises(NotNow):
        merged(other, taken_in(cast.east, cast.li, key="three"), cast, key="elsewhere")


def test_whom_one_is_about_is_kept_out_of_both(cast: Cast, case: Case) -> None:
    other = taken_in(cast.east, cast.wang, key="two")
    keep_out(other, cast.zhao, instead=None, key="out", by=cast.wang, now=LATER)
    merged(other, case, cast)
    assert Concern.objects.filter(case=case, person=cast.zhao).exists()
    assert not visible_cases(viewer_of(cast.zhao, now=LATER)).exists()
    assert case.matter is not None
    assert set(case.matter.hidden_from.all()) == {cast.zhao}


def test_it_does_not_get_into_the_hands_of_whom_it_is_about(cast: Cast, case: Case) -> None:
    other = taken_in(cast.east, cast.wang, key="two", concerned=[cast.li])
    with pytest.raises(Concerned):
        merged(other, case, cast)  # Li has the other one
    other.refresh_from_db()
    assert other.state == State.RECEIVED
