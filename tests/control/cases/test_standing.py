"""Who may do what to a case: pure, by what somebody is to it."""

import pytest

from gapless.control.cases.choices import State, Step
from gapless.control.cases.rules import MOVES, Standing, may, may_happen, theirs

HOLDER, OWNER = Standing(holds=True), Standing(owns=True)
DECIDER, ASKED = Standing(decides=True), Standing(asked=True)


@pytest.mark.parametrize("step", Step)
def test_nobody_does_what_the_table_does_not_allow(step: Step) -> None:
    everything = Standing(holds=True, owns=True, decides=True, asked=True)
    for state in State:
        assert may(step, state, everything) <= may_happen(step, state)
        assert not may(step, state, Standing())


@pytest.mark.parametrize("step", [step for step in MOVES if MOVES[step].decides])
def test_what_is_decided_only_those_decide_who_run_the_place(step: Step) -> None:
    assert theirs(step, DECIDER)
    assert not any(theirs(step, each) for each in (HOLDER, OWNER, ASKED))


def test_an_offer_is_answered_by_whom_it_is_made_to() -> None:
    for step in (Step.TAKEN, Step.REFUSED):
        assert theirs(step, ASKED)
        assert not any(theirs(step, each) for each in (HOLDER, OWNER, DECIDER))
    assert [theirs(Step.OFFERED, each) for each in (HOLDER, DECIDER)] == [True, False]


def test_whoever_answers_for_it_speaks_with_the_customer_and_ends_it() -> None:
    spoken = {step for step in Step if step in MOVES and theirs(step, OWNER)}
    ends = {Step.CONFIRMED, Step.CLOSED, Step.REOPENED}
    assert spoken == {Step.SAID, Step.TOLD, Step.NOTED} | ends


def test_what_happens_of_itself_nobody_does_by_hand() -> None:
    everything = Standing(holds=True, owns=True, decides=True, asked=True)
    for step in (Step.RECEIVED, Step.BOUNCED, Step.JOINED, Step.RATED):
        assert not theirs(step, everything)


def test_who_the_customer_is_those_see_who_have_to_do_with_them() -> None:
    assert all(each.sees_customer for each in (HOLDER, OWNER, DECIDER))
    assert not ASKED.sees_customer
