"""What is settled while the customer stands there, and what may be said beforehand."""

from datetime import datetime
from typing import Any

import pytest

from gapless.control.cases.answering import NothingSaid
from gapless.control.cases.at_once import (
    NeedsLooking,
    TooGrave,
    may_be_settled,
    settle_at_once,
)
from gapless.control.cases.choices import (
    Channel,
    Fact,
    Kind,
    ReplyBy,
    Severity,
    State,
    Step,
)
from gapless.control.cases.foresight import cases_with, foreseen, sent_under
from gapless.control.cases.models import Case
from gapless.control.cases.opening import Customer, Matter
from gapless.core.addresses import phone_key
from gapless.core.clocks.models import ClockPolicy, PolicyVersion
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import PHONE, clocks_of, ship, steps_of, taken_in

pytestmark = pytest.mark.django_db
IN_PERSON = Customer(reply_by=ReplyBy.IN_PERSON)


def settle(cast: Cast, *, text: str = "Showed the form", **said: Any) -> Case:
    facts = {"kind": Kind.INQUIRY, "title": "Which form for a new card?"} | said
    return settle_at_once(
        Matter(channel=Channel.HALL, unit=cast.east, **facts),
        IN_PERSON,
        text=text,
        key="one",
        opened_at=NINE_AM,
        by=cast.li,
        now=NINE_AM,
    )


def test_it_is_taken_in_answered_confirmed_and_closed_in_one(cast: Cast) -> None:
    ship()
    case = settle(cast)
    assert case.state == State.CLOSED
    assert (case.answered_at, case.ended_at, case.transfers) == (NINE_AM, NINE_AM, 0)
    assert steps_of(case) == [Step.RECEIVED, Step.ANSWERED, Step.CONFIRMED, Step.CLOSED]
    assert {clock.stopped_at for clock in clocks_of(case).values()} == {NINE_AM}


def test_sent_twice_it_is_one_case(cast: Cast) -> None:
    ship()
    assert settle(cast) == settle(cast)
    assert Case.objects.count() == 1
    assert len(steps_of(Case.objects.get())) == 4


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"kind": Kind.COMPLAINT}, NeedsLooking),
        ({"kind": Kind.FAULT}, NeedsLooking),
        ({"facts": frozenset({Fact.LOSS})}, TooGrave),
        ({"text": "  "}, NothingSaid),
    ],
)
def test_what_may_not_be_settled_at_once_leaves_nothing_behind(
    cast: Cast, said: dict[str, Any], refused: type[Exception]
) -> None:
    ship()
    with pytest.raises(refused):
        settle(cast, **said)
    assert not Case.objects.exists()


def test_only_light_matters_are_settled_by_one_person() -> None:
    assert may_be_settled(Kind.LEAVING, Severity.ORDINARY)
    assert not may_be_settled(Kind.INQUIRY, Severity.SERIOUS)
    assert not may_be_settled(Kind.COMPLAINT, Severity.LIGHT)


# --- Beforehand -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("facts", [frozenset(), frozenset({Fact.LOSS}), frozenset(Fact)])
def test_what_is_foreseen_is_what_comes(
    cast: Cast, kind: Kind, facts: frozenset[Fact]
) -> None:
    ship()
    before = foreseen(kind, facts, cast.east, opened_at=NINE_AM)
    case = taken_in(cast.east, cast.li, kind=kind, facts=facts)
    assert before is not None
    assert (before.severity, before.promised_at) == (case.severity, case.promised_at)
    assert set(before.because) <= facts


def test_without_a_table_or_a_limit_nothing_is_foreseen(cast: Cast) -> None:
    def told() -> datetime | None:
        found = foreseen(Kind.COMPLAINT, (), cast.east, opened_at=NINE_AM)
        return found.promised_at if found else NINE_AM

    assert foreseen(Kind.COMPLAINT, (), cast.east, opened_at=NINE_AM) is None
    ship()
    PolicyVersion.objects.filter(policy__code="S3-ANSWER").delete()
    ClockPolicy.objects.filter(code="S3-ANSWER").delete()
    assert told() is None


def test_earlier_cases_are_those_that_one_may_see(cast: Cast) -> None:
    ship()
    east = taken_in(cast.east, cast.li)
    west = taken_in(cast.west, cast.zhao, key="two")
    taken_in(cast.east, cast.li, key="other", customer=Customer(phone="+8613900139000"))

    def seen(person: Any, *keys: str) -> set[Case]:
        return set(cases_with(viewer_of(person, now=NINE_AM), keys))

    key = phone_key(PHONE)
    assert seen(cast.li, key) == seen(cast.wang, key) == {east}
    assert seen(cast.chen, key, phone_key("+8613600136000")) == {east, west}
    assert seen(cast.chen) == set()


def test_a_form_is_found_again_by_whoever_sent_it(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.li, key="staff:1:abc")
    assert sent_under(viewer_of(cast.li, now=NINE_AM), "staff:1:abc") == case
    assert sent_under(viewer_of(cast.zhao, now=NINE_AM), "staff:1:abc") is None
