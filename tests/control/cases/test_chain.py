"""In whose hands a case was: told by its entries alone."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gapless.control.cases.chain import Hand, Happened, hands
from gapless.control.cases.choices import Step
from tests.conftest import NINE_AM

HOUR = timedelta(hours=1)
LI, WANG, CHEN = 1, 2, 3


def after(hours: int, step: Step, whom: int | None = None, code: str = "") -> Happened:
    return Happened(step, NINE_AM + hours * HOUR, whom, code)


def test_it_is_the_old_holder_s_until_the_next_one_takes_it() -> None:
    found = hands(
        [
            after(0, Step.RECEIVED, LI),
            after(1, Step.OFFERED, WANG),
            after(3, Step.TAKEN, WANG),
        ],
        until=NINE_AM + 5 * HOUR,
    )

    assert found == (
        Hand(LI, Step.RECEIVED, NINE_AM, NINE_AM + 3 * HOUR),
        Hand(WANG, Step.TAKEN, NINE_AM + 3 * HOUR, NINE_AM + 5 * HOUR),
    )


def test_what_was_refused_or_came_back_never_left() -> None:
    told = [
        after(0, Step.RECEIVED, LI),
        after(1, Step.OFFERED, WANG),
        after(2, Step.REFUSED, LI),
        after(3, Step.BOUNCED, LI),
    ]

    (only,) = hands(told, until=NINE_AM + 4 * HOUR)
    assert (only.holder, only.length) == (LI, 4 * HOUR)


def test_who_steps_in_for_the_owner_alone_does_not_get_the_case() -> None:
    told = [after(0, Step.RECEIVED, LI), after(1, Step.RECUSED, CHEN)]
    assert [each.holder for each in hands(told, until=NINE_AM + 2 * HOUR)] == [LI]

    told = [after(0, Step.RECEIVED, LI), after(1, Step.RECUSED, CHEN, "holder")]
    assert [each.holder for each in hands(told, until=NINE_AM + 2 * HOUR)] == [LI, CHEN]


def test_while_it_is_over_nobody_has_it() -> None:
    told = [
        after(0, Step.RECEIVED, LI),
        after(2, Step.CLOSED),
        after(10, Step.REOPENED),
    ]
    found = hands(told, until=NINE_AM + 11 * HOUR)

    assert [(each.holder, each.length) for each in found] == [(LI, 2 * HOUR), (LI, HOUR)]
    assert hands(told[:2], until=NINE_AM + 99 * HOUR)[-1].until == NINE_AM + 2 * HOUR


steps = st.sampled_from([Step.TAKEN, Step.ASSIGNED, Step.CLOSED, Step.REOPENED, Step.NOTED])


@given(st.lists(st.tuples(steps, st.sampled_from([LI, WANG, CHEN]))))
def test_hands_follow_each_other_and_never_overlap(
    happened: list[tuple[Step, int]],
) -> None:
    told = [after(0, Step.RECEIVED, LI)]
    told += [after(n, step, whom) for n, (step, whom) in enumerate(happened, 1)]
    found = hands(told, until=NINE_AM + (len(told) + 1) * HOUR)

    assert found[0].since == NINE_AM
    assert all(each.since <= each.until for each in found)
    assert all(a.until <= b.since for a, b in pairwise(found))
