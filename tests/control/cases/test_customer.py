"""What customers do themselves, without logging in."""

from datetime import timedelta

import pytest

from gapless.control.cases import answering, customer
from gapless.control.cases.actions import NothingSaid, ask_customer, write
from gapless.control.cases.choices import (
    Channel,
    Fact,
    Kind,
    ReplyBy,
    Severity,
    State,
    Step,
)
from gapless.control.cases.models import Case, Entry
from gapless.control.cases.opening import Customer, NoWayToAnswer
from gapless.control.cases.steps import ChangedMeanwhile, NotNow
from gapless.control.cases.tokens import (
    case_token,
    read_case_token,
    read_report_token,
    report_token,
)
from gapless.core.notices.models import Notice
from gapless.people.org.models import RoleAssignment
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import DAY, HOUR, PHONE, ship, steps_of

GAO = Customer(name="Gao", phone=PHONE, reply_by=ReplyBy.PHONE)


def reported(cast: Cast, key: str = "a", facts: frozenset[Fact] = frozenset()) -> Case:
    ship()
    told = customer.Report(Kind.COMPLAINT, "Waited an hour", "Nobody came.", facts=facts)
    return customer.report(cast.east, told, GAO, key=key, now=NINE_AM)


def answered(cast: Cast) -> Case:
    case = reported(cast)
    answering.answer(
        case,
        text="We opened a window.",
        key="answer",
        seen=case.version,
        by=cast.wang,
        now=NINE_AM + HOUR,
    )
    return case


def test_tokens_open_what_they_were_made_for_and_nothing_else(cast: Cast) -> None:
    case = reported(cast)
    assert read_report_token(report_token(cast.east)) == cast.east.pk
    assert read_case_token(case_token(case)) == case.pk
    assert read_case_token(report_token(cast.east)) is None
    assert read_report_token(case_token(case)) is None
    other = case_token(cast.west).partition("-")[2]
    assert read_case_token(f"{case_token(case).partition('-')[0]}-{other}") is None
    assert read_case_token(case_token(case)[:-1]) is None
    assert len(case_token(case).partition("-")[2]) * 5 >= 128


def test_whoever_runs_the_hall_owns_what_comes_in_and_hears_of_it(cast: Cast) -> None:
    case = reported(cast)
    assert (case.owner, case.holder) == (cast.wang, cast.wang)
    assert case.channel == Channel.WEB
    assert case.promised_at is not None
    assert Notice.objects.filter(kind="case.reported").get().person_id == cast.wang.pk


def test_where_nobody_runs_the_hall_quality_owns_it(cast: Cast) -> None:
    RoleAssignment.objects.filter(person=cast.wang).delete()
    assert reported(cast).owner == cast.chen


def test_where_nobody_can_own_it_nothing_is_taken_in(cast: Cast) -> None:
    RoleAssignment.objects.filter(person__in=[cast.wang, cast.chen]).delete()
    with pytest.raises(customer.NobodyAnswers):
        reported(cast)
    assert not Case.objects.exists()


def test_sent_twice_it_is_one_case(cast: Cast) -> None:
    first = reported(cast)
    assert reported(cast) == first
    assert Case.objects.count() == 1
    assert Notice.objects.filter(kind="case.reported").count() == 1


def test_what_the_customer_ticks_grades_it(cast: Cast) -> None:
    assert reported(cast).severity == Severity.ORDINARY
    assert reported(cast, "b", frozenset({Fact.LOSS})).severity == Severity.SERIOUS
    # What only staff can judge is not the customer's to say, whatever a form sends.
    assert reported(cast, "c", frozenset({Fact.MEDIA})).severity == Severity.ORDINARY


def test_a_reply_that_cannot_be_given_is_refused(cast: Cast) -> None:
    ship()
    told = customer.Report(Kind.COMPLAINT, "Waited", "")
    nobody = Customer(reply_by=ReplyBy.MAIL)
    with pytest.raises(NoWayToAnswer):
        customer.report(cast.east, told, nobody, key="a", now=NINE_AM)


def test_a_word_of_the_customer_ends_the_waiting(cast: Cast) -> None:
    case = reported(cast)
    ask_customer(
        case, words="Which day?", key="ask", seen=case.version, by=cast.wang, now=NINE_AM
    )
    assert case.state == State.WAITING
    for _sent_twice in range(2):
        customer.add_words(case, words="Monday.", key="say", now=NINE_AM + HOUR)
    assert case.state == State.HANDLING
    assert steps_of(case).count(Step.SAID) == 1
    with pytest.raises(NothingSaid):
        customer.add_words(case, words=" ", key="nothing", now=NINE_AM + HOUR)


def test_the_customer_confirms_or_has_it_taken_up_again(cast: Cast) -> None:
    case = answered(cast)
    with pytest.raises(ChangedMeanwhile):
        customer.confirm(case, key="yes", seen=case.version - 1, now=NINE_AM + DAY)
    customer.confirm(case, key="yes", seen=case.version, now=NINE_AM + DAY)
    assert case.state == State.CONFIRMED
    customer.take_up_again(
        case, words="It broke again.", key="no", seen=case.version, now=NINE_AM + 2 * DAY
    )
    assert (case.state, case.reopened) == (State.HANDLING, 1)


def test_what_was_not_filed_or_ended_long_ago_is_not_taken_up(cast: Cast) -> None:
    case = reported(cast)
    Case.objects.filter(pk=case.pk).update(
        state=State.NOT_FILED, not_filed_as="abusive", ended_at=NINE_AM
    )
    case.refresh_from_db()
    assert not customer.may_be_taken_up(case, now=NINE_AM)
    with pytest.raises(NotNow):
        customer.take_up_again(case, words="?", key="k", seen=case.version, now=NINE_AM)
    late = answered_and_closed(cast)
    after = NINE_AM + timedelta(days=31)
    assert customer.may_be_taken_up(late, now=NINE_AM + DAY)
    assert not customer.may_be_taken_up(late, now=after)
    with pytest.raises(answering.TooLate):
        customer.take_up_again(late, words="?", key="k", seen=late.version, now=after)


def answered_and_closed(cast: Cast) -> Case:
    told = customer.Report(Kind.INQUIRY, "When open?", "")
    case = customer.report(cast.east, told, GAO, key="z", now=NINE_AM)
    verbs = {"key": "answer", "by": cast.wang, "now": NINE_AM}
    answering.answer(case, text="At nine.", seen=case.version, **verbs)  # type: ignore[arg-type]
    customer.confirm(case, key="yes", seen=case.version, now=NINE_AM)
    answering.close(
        case,
        category=None,
        cause="",
        measure="",
        key="close",
        seen=case.version,
        by=cast.wang,
        now=NINE_AM,
    )
    return case


def test_ratings_are_kept_and_the_last_one_counts(cast: Cast) -> None:
    case = reported(cast)
    with pytest.raises(NotNow):
        customer.rate(case, 5, key="early", now=NINE_AM)
    answering.answer(
        case, text="Yes.", key="answer", seen=case.version, by=cast.wang, now=NINE_AM
    )
    for points in (2, 4):
        customer.rate(case, points, key=f"r{points}", now=NINE_AM + points * HOUR)
    assert customer.rating_of(case) == 4
    assert steps_of(case).count(Step.RATED) == 2
    for wrong in (0, 6):
        with pytest.raises(customer.NoRating):
            customer.rate(case, wrong, key="wrong", now=NINE_AM)


def test_customers_read_what_was_said_to_them_and_no_note(cast: Cast) -> None:
    case = answered(cast)
    for step in (Step.NOTED, Step.TOLD):
        write(case, step, words=f"{step} words", key=step, by=cast.li, now=NINE_AM + HOUR)
    read = [customer.words_shown(entry) for entry in customer.said_to_customer(case)]
    assert sorted(read) == ["Nobody came.", "We opened a window.", "told words"]


@pytest.mark.parametrize("step", sorted(set(Step)))
def test_of_what_staff_write_only_some_is_for_customers(step: Step) -> None:
    ours = Entry(step=step, by_id=1, words="inside")
    meant = customer.FOR_CUSTOMERS | {Step.RECEIVED, Step.SAID}
    assert customer.words_shown(ours) == ("inside" if step in meant else "")
