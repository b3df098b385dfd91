from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.control.cases import rules
from gapless.control.cases.choices import (
    Fact,
    FailureType,
    Kind,
    Severity,
    State,
    Step,
)
from tests.conftest import NINE_AM

STATES = st.sampled_from(State)
STEPS = st.sampled_from(sorted(rules.MOVES))
FACTS = st.frozensets(st.sampled_from(Fact))
KINDS = st.sampled_from(Kind)


def test_the_table_knows_every_step_but_the_first() -> None:
    assert set(Step) - set(rules.MOVES) == {Step.RECEIVED}


def test_every_state_is_reached_from_the_first_one() -> None:
    reached = {State.RECEIVED}
    for _ in State:
        reached |= {
            rules.state_after(step, state)
            for state in reached
            for step in rules.MOVES
            if rules.may_happen(step, state)
        }
    assert reached == set(State)


def test_a_merged_case_goes_nowhere() -> None:
    possible = [step for step in rules.MOVES if rules.may_happen(step, State.MERGED)]
    assert {rules.state_after(step, State.MERGED) for step in possible} == {State.MERGED}


def test_only_reopening_leads_back_from_the_end() -> None:
    ended = (State.CLOSED, State.NOT_FILED)
    back = {
        step
        for state in ended
        for step in rules.MOVES
        if rules.may_happen(step, state) and rules.state_after(step, state) in rules.OPEN
    }
    assert back == {Step.REOPENED}


@given(STEPS, STATES)
def test_a_step_that_may_happen_leads_somewhere(step: Step, state: State) -> None:
    if rules.may_happen(step, state):
        assert rules.state_after(step, state) in set(State)


@given(STEPS)
def test_whoever_leaves_the_waiting_sets_the_clocks_going(step: Step) -> None:
    if not rules.may_happen(step, State.WAITING):
        return
    kinds = rules.heard(step, State.WAITING, Severity.SERIOUS)
    still = rules.state_after(step, State.WAITING) == State.WAITING
    assert ("resumed" in kinds) != still


def test_only_the_customer_or_work_ends_the_waiting() -> None:
    assert rules.state_after(Step.SAID, State.WAITING) == State.HANDLING
    assert rules.state_after(Step.FOUND, State.WAITING) == State.HANDLING
    assert rules.state_after(Step.ASSESSED, State.WAITING) == State.WAITING
    assert rules.state_after(Step.NOTED, State.WAITING) == State.WAITING


@pytest.mark.parametrize(
    ("step", "severity", "kinds"),
    [
        (Step.TOLD, Severity.ORDINARY, ("contacted",)),
        (Step.ANSWERED, Severity.ORDINARY, ("contacted", "answered")),
        (Step.ANSWERED, Severity.GRAVE, ("manager_told", "contacted", "answered")),
        (Step.ASSIGNED, Severity.GRAVE, ("manager_told",)),
        (Step.ASSIGNED, Severity.LIGHT, ()),
        (Step.MERGED, Severity.LIGHT, ("contacted", "answered")),
        (Step.NOTED, Severity.GRAVE, ()),
    ],
)
def test_what_the_clocks_hear(
    step: Step, severity: Severity, kinds: tuple[str, ...]
) -> None:
    assert rules.heard(step, State.HANDLING, severity) == kinds


@pytest.mark.parametrize(
    ("kind", "facts", "severity", "because"),
    [
        (Kind.COMPLAINT, {Fact.SAFETY, Fact.LOSS}, Severity.GRAVE, (Fact.SAFETY,)),
        (Kind.INQUIRY, {Fact.MEDIA}, Severity.GRAVE, (Fact.MEDIA,)),
        (
            Kind.COMPLAINT,
            {Fact.LOSS, Fact.THREAT},
            Severity.SERIOUS,
            (Fact.LOSS, Fact.THREAT),
        ),
        (Kind.INQUIRY, {Fact.FAILURE}, Severity.ORDINARY, (Fact.FAILURE,)),
        (Kind.COMPLAINT, set(), Severity.ORDINARY, ()),
        (Kind.FAULT, set(), Severity.ORDINARY, ()),
        (Kind.LEAVING, set(), Severity.ORDINARY, ()),
        (Kind.INQUIRY, set(), Severity.LIGHT, ()),
        (Kind.PRAISE, set(), Severity.LIGHT, ()),
    ],
)
def test_the_shipped_table_is_that_of_the_manual(
    kind: Kind, facts: set[Fact], severity: Severity, because: tuple[Fact, ...]
) -> None:
    judged = rules.severity_of(rules.SHIPPED, kind, facts)
    assert (judged.severity, judged.because) == (severity, because)


@given(KINDS, FACTS, st.sampled_from(Fact))
def test_one_fact_more_never_makes_it_less_grave(
    kind: Kind, facts: frozenset[Fact], more: Fact
) -> None:
    without = rules.severity_of(rules.SHIPPED, kind, facts)
    with_it = rules.severity_of(rules.SHIPPED, kind, facts | {more})
    assert with_it.severity <= without.severity


def test_a_table_without_a_last_line_says_so() -> None:
    with pytest.raises(LookupError):
        rules.severity_of(rules.SHIPPED[:1], Kind.INQUIRY, set())


def test_every_grade_has_an_answer_and_only_the_gravest_tells_the_manager() -> None:
    for severity in Severity:
        codes = rules.limits_of(severity)
        assert f"S{severity.value}-ANSWER" in codes
        assert ("S1-NOTIFY" in codes) == (severity == Severity.GRAVE)


def test_every_kind_of_failure_points_at_a_gap() -> None:
    assert rules.GAPS.keys() == set(FailureType)


def test_two_hands_and_then_the_manager() -> None:
    assert [rules.may_hand_over(transfers) for transfers in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_week_of_silence_and_a_month_to_reopen() -> None:
    week, month, second = timedelta(days=7), timedelta(days=30), timedelta(seconds=1)
    assert not rules.silent_since(NINE_AM, now=NINE_AM + week - second)
    assert rules.silent_since(NINE_AM, now=NINE_AM + week)
    assert rules.may_reopen(NINE_AM, now=NINE_AM + month - second)
    assert not rules.may_reopen(NINE_AM, now=NINE_AM + month)


@given(number=st.integers(1, 10**9), year=st.integers(2020, 2099), month=st.integers(1, 12))
def test_a_number_read_out_is_found(number: int, year: int, month: int) -> None:
    title = rules.title_of(number, year, month)
    assert rules.number_in(f" {title} ") == number
    assert rules.number_in(str(number)) == number


@pytest.mark.parametrize("typed", ["", "-", "2610-", "排队", "٤٢", "1" * 16, "12a"])
def test_what_is_no_number_finds_none(typed: str) -> None:
    assert rules.number_in(typed) is None


def test_a_number_looks_as_on_the_receipt() -> None:
    assert rules.title_of(417, 2026, 10) == "2610-00417"
