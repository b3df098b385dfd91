"""From finding out to closing: the customer has the last word."""

from collections.abc import Callable
from typing import Any

import pytest

from gapless.control.cases import answering
from gapless.control.cases.actions import NothingSaid, ask_customer, assess, write
from gapless.control.cases.choices import Fact, Kind, Severity, State, Step, Verdict
from gapless.control.cases.models import Case, Draft
from gapless.control.cases.steps import NotNow
from gapless.core.clocks.choices import State as ClockState
from gapless.core.notices.models import Notice
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import (
    DAY,
    HOUR,
    category,
    clocks_of,
    ship,
    steps_of,
    taken_in,
)

pytestmark = pytest.mark.django_db
LATER = NINE_AM + HOUR


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def do(verb: Callable[..., Any], case: Case, **facts: Any) -> Any:
    """As a page does it: with the version that was looked at."""
    case.refresh_from_db()
    now = facts.pop("now", LATER)
    key = facts.pop("key", f"{verb.__name__} {case.version}")
    return verb(case, key=key, seen=case.version, now=now, **facts)


def answered(case: Case, cast: Cast) -> Case:
    do(answering.answer, case, text="We are sorry.", by=cast.li)
    return case


def closed(case: Case, cast: Cast, **more: Any) -> Case:
    facts: dict[str, Any] = {
        "category": None,
        "cause": "Two of five counters were open.",
        "measure": "A third opens at noon.",
        "by": cast.li,
    }
    do(answering.close, case, **facts | more)
    return case


def test_a_complaint_from_beginning_to_end(cast: Cast, case: Case) -> None:
    do(
        answering.find_out,
        case,
        verdict=Verdict.JUSTIFIED,
        facts="Nobody there.",
        by=cast.li,
    )
    answered(case, cast)
    do(answering.confirm, case, words="Thank you.", by=None)
    closed(case, cast, category=category())

    assert steps_of(case) == [
        Step.RECEIVED,
        Step.FOUND,
        Step.ANSWERED,
        Step.CONFIRMED,
        Step.CLOSED,
    ]
    case.refresh_from_db()
    assert (case.state, case.ended_at, case.answered_at) == (State.CLOSED, LATER, LATER)
    assert {clock.state for clock in clocks_of(case).values()} == {ClockState.STOPPED}


def test_whoever_is_answered_was_contacted(cast: Cast, case: Case) -> None:
    answered(case, cast)
    assert clocks_of(case)["S3-CONTACT"].stopped_at == LATER


def test_waiting_pauses_what_may_be_paused_and_any_word_ends_it(
    cast: Cast, serious: Case
) -> None:
    do(ask_customer, serious, words="Which day was it?", by=cast.li)
    assert serious.state == State.WAITING
    clocks = clocks_of(serious)
    assert clocks["S2-ANSWER"].state == ClockState.PAUSED
    assert clocks["S2-CONTACT"].stopped_at == LATER

    write(serious, Step.SAID, words="Friday.", key="w", by=None, now=LATER + HOUR)

    assert serious.state == State.HANDLING
    assert clocks_of(serious)["S2-ANSWER"].state == ClockState.RUNNING
    assert told("case.customer_said") == {"Li"}


def test_work_that_goes_on_ends_the_waiting_too(cast: Cast, serious: Case) -> None:
    do(ask_customer, serious, words="Which day was it?", by=cast.li)
    do(answering.find_out, serious, verdict=Verdict.UNCLEAR, facts="No record.", by=cast.li)
    assert clocks_of(serious)["S2-ANSWER"].state == ClockState.RUNNING


def test_a_word_of_the_customer_is_always_heard(cast: Cast, case: Case) -> None:
    answered(case, cast)
    write(case, Step.SAID, words="Not settled!", key="w", by=None, now=LATER)
    assert (case.state, steps_of(case)[-1]) == (State.ANSWERED, Step.SAID)


def test_nothing_said_is_no_entry(cast: Cast, case: Case) -> None:
    for step in (Step.SAID, Step.TOLD, Step.NOTED):
        with pytest.raises(NothingSaid):
            write(case, step, words=" ", key="w", by=cast.li, now=LATER)
    with pytest.raises(ValueError, match="closed"):
        write(case, Step.CLOSED, words="By the back door.", key="w", by=cast.li, now=LATER)
    for verb, facts in (
        (ask_customer, {"words": ""}),
        (answering.propose, {"text": " "}),
        (answering.answer, {"text": " "}),
        (answering.find_out, {"verdict": Verdict.UNCLEAR, "facts": ""}),
    ):
        with pytest.raises((NothingSaid, answering.NothingSaid)):
            do(verb, case, by=cast.li, **facts)
    assert steps_of(case) == [Step.RECEIVED]


def test_a_serious_one_is_answered_by_two(cast: Cast, serious: Case) -> None:
    with pytest.raises(answering.NeedsApproval):
        answered(serious, cast)
    draft = do(answering.propose, serious, text="We pay it back.", by=cast.li)
    assert (serious.state, told("case.to_decide")) == (State.PROPOSED, {"Wang"})
    with pytest.raises(answering.OwnDraft):
        answering.approve(draft, by=cast.li, now=LATER)

    answering.approve(draft, by=cast.wang, now=LATER)

    serious.refresh_from_db()
    assert (serious.state, serious.answered_at) == (State.ANSWERED, LATER)
    with pytest.raises(answering.AlreadyDecided):
        answering.send_back(draft, remark="Wait.", by=cast.chen, now=LATER)
    assert steps_of(serious).count(Step.ANSWERED) == 1


def test_an_answer_sent_back_is_written_anew(cast: Cast, serious: Case) -> None:
    draft = do(answering.propose, serious, text="No.", by=cast.li)
    with pytest.raises(answering.NothingSaid):
        answering.send_back(draft, remark="", by=cast.wang, now=LATER)
    answering.send_back(draft, remark="Say why.", by=cast.wang, now=LATER)

    serious.refresh_from_db()
    assert (serious.state, told("case.sent_back")) == (State.HANDLING, {"Li"})
    do(answering.propose, serious, text="No, because …", by=cast.li)
    assert Draft.objects.filter(decided_at=None).count() == 1


def test_a_managers_own_draft_goes_to_the_next_one_up(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.wang, facts=frozenset({Fact.LOSS}))
    do(answering.propose, case, text="We pay it back.", by=cast.wang)
    assert told("case.to_decide") == {"Chen"}


def test_what_was_handed_in_to_be_read_is_not_sent_past_the_reader(
    cast: Cast, case: Case
) -> None:
    do(answering.propose, case, text="Read this, please.", by=cast.li)
    with pytest.raises(answering.NeedsApproval):
        answered(case, cast)


def test_a_complaint_is_closed_with_what_was_learnt(cast: Cast, case: Case) -> None:
    with pytest.raises(NotNow):
        closed(case, cast, category=category())
    answered(case, cast)
    with pytest.raises(answering.NotConfirmed):
        closed(case, cast)
    do(answering.confirm, case, words="", by=None)
    with pytest.raises(answering.NotLearnt):
        closed(case, cast)  # no finding, no category
    assert steps_of(case)[-1] == Step.CONFIRMED


def test_an_inquiry_is_closed_without_more_ado(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.li, kind=Kind.INQUIRY)
    answered(case, cast)
    do(answering.confirm, case, words="", by=None)
    closed(case, cast, cause="", measure="")
    assert case.state == State.CLOSED


def test_a_week_of_silence_closes_it(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.li, kind=Kind.INQUIRY)
    answered(case, cast)
    with pytest.raises(answering.NotConfirmed):
        closed(case, cast, now=LATER + 7 * DAY - HOUR)
    closed(case, cast, now=LATER + 7 * DAY)
    assert case.state == State.CLOSED


def test_sent_twice_it_is_closed_once(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.li, kind=Kind.INQUIRY)
    answered(case, cast)
    do(answering.confirm, case, words="", by=None)
    for _ in range(2):
        closed(case, cast, key="closing")
    assert steps_of(case).count(Step.CLOSED) == 1


def test_reopened_the_clock_has_run_all_the_time(cast: Cast, case: Case) -> None:
    due_at = clocks_of(case)["S3-ANSWER"].due_at
    answered(case, cast)
    with pytest.raises(answering.NothingSaid):
        do(answering.reopen, case, words=" ", by=None)
    do(answering.reopen, case, words="Still no signal.", by=None, now=LATER + DAY)

    assert (case.state, case.reopened, case.answered_at) == (State.HANDLING, 1, None)
    clock = clocks_of(case)["S3-ANSWER"]
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, due_at)
    assert told("case.reopened") == {"Li"}


def test_after_a_month_it_is_another_case(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.li, kind=Kind.INQUIRY)
    answered(case, cast)
    do(answering.confirm, case, words="", by=None)
    closed(case, cast)
    with pytest.raises(answering.TooLate):
        do(answering.reopen, case, words="Again.", by=None, now=LATER + 30 * DAY)
    do(answering.reopen, case, words="Again.", by=None, now=LATER + 29 * DAY)
    assert case.state == State.HANDLING


def test_a_graver_case_runs_under_the_limits_of_its_grade(cast: Cast, case: Case) -> None:
    promised_at = case.promised_at
    write(case, Step.TOLD, words="We look into it.", key="call", by=cast.li, now=LATER)
    do(
        assess,
        case,
        kind=Kind.COMPLAINT,
        facts=frozenset({Fact.LOSS}),
        category=None,
        words="She paid twice.",
        by=cast.li,
        now=LATER + HOUR,
    )
    assert (case.severity, case.promised_at) == (Severity.SERIOUS, promised_at)
    clocks = clocks_of(case)
    assert set(clocks) == {"S2-CONTACT", "S2-ANSWER"}
    assert clocks["S2-ANSWER"].started_at == NINE_AM
    assert clocks["S2-CONTACT"].stopped_at == LATER  # contacted before it was graver
