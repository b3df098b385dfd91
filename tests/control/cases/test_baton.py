"""Handing a case over: it is where it was until the next one takes it."""

from datetime import timedelta

import pytest

from gapless.control.cases import baton
from gapless.control.cases.actions import NeedsAnother, keep_out
from gapless.control.cases.choices import OfferState, Step
from gapless.control.cases.grading import ship_table
from gapless.control.cases.models import Case, Offer
from gapless.control.cases.queries import visible_cases
from gapless.control.cases.steps import ChangedMeanwhile, Concerned
from gapless.core.clocks.queries import whole
from gapless.core.notices.models import Notice
from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import DAY, HOUR, MINUTE, clocks_of, steps_of, taken_in

pytestmark = pytest.mark.django_db
LATER = NINE_AM + HOUR


def offered(case: Case, to: Person, *, by: Person, key: str = "offer") -> Offer:
    return baton.offer(
        case, to=to, reason="Your field.", key=key, seen=case.version, by=by, now=LATER
    )


def handed(case: Case, to: Person, *, by: Person, key: str) -> None:
    baton.take_on(offered(case, to, by=by, key=key), by=to, now=LATER)
    case.refresh_from_db()


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def test_until_it_is_taken_on_it_stays_where_it_was(cast: Cast, case: Case) -> None:
    made = offered(case, cast.zhao, by=cast.li)

    case.refresh_from_db()
    assert (case.holder, case.transfers, made.state) == (cast.li, 0, OfferState.OPEN)
    assert told("case.offered") == {"Zhao"}
    assert visible_cases(viewer_of(cast.zhao, now=LATER)).get() == case


def test_taken_on_it_is_theirs_and_the_owner_stays(cast: Cast, case: Case) -> None:
    handed(case, cast.zhao, by=cast.li, key="offer")

    assert (case.owner, case.holder, case.transfers) == (cast.li, cast.zhao, 1)
    assert steps_of(case) == [Step.RECEIVED, Step.OFFERED, Step.TAKEN]
    assert told("case.taken") == {"Li"}
    assert case.matter is not None
    assert case.matter.owner == cast.zhao


def test_the_time_until_then_is_the_old_holders(cast: Cast, case: Case) -> None:
    made = offered(case, cast.zhao, by=cast.li)
    baton.take_on(made, by=cast.zhao, now=NINE_AM + 3 * HOUR)

    held = whole(clocks_of(case)["S3-ANSWER"], now=NINE_AM + 4 * HOUR).held
    assert held == {"Li": 3 * HOUR, "Zhao": HOUR}


def test_refused_it_stays_and_the_manager_hears_why(cast: Cast, case: Case) -> None:
    made = offered(case, cast.zhao, by=cast.li)
    with pytest.raises(baton.NoReason):
        baton.refuse(made, why=" ", by=cast.zhao, now=LATER)
    baton.refuse(made, why="Not our hall.", by=cast.zhao, now=LATER)

    case.refresh_from_db()
    assert (case.holder, case.transfers) == (cast.li, 0)
    assert (made.state, made.refusal) == (OfferState.REFUSED, "Not our hall.")
    assert told("case.not_taken") == {"Li", "Wang"}
    assert not visible_cases(viewer_of(cast.zhao, now=LATER)).exists()


def test_nobody_takes_it_on_in_time_and_it_goes_back_and_up(cast: Cast, case: Case) -> None:
    made = offered(case, cast.zhao, by=cast.li)

    baton.bounce(made, now=made.due_at)
    baton.bounce(made, now=made.due_at)

    case.refresh_from_db()
    assert (case.holder, made.state) == (cast.li, OfferState.BOUNCED)
    assert steps_of(case)[-1] == Step.BOUNCED
    assert steps_of(case).count(Step.BOUNCED) == 1
    assert told("case.not_taken") == {"Li", "Wang"}
    with pytest.raises(baton.AlreadyEnded):
        baton.take_on(made, by=cast.zhao, now=made.due_at + MINUTE)


def test_half_an_hour_of_business_time_is_given(cast: Cast, case: Case) -> None:
    """domain.md 5.5; Monday 18:00 in the City is after hours, so it ends on Tuesday."""
    made = offered(case, cast.zhao, by=cast.li)
    assert made.due_at - made.made_at > timedelta(hours=12)
    assert made.due_at.date() == (NINE_AM + DAY).date()


def test_twice_it_goes_on_then_the_manager_decides(cast: Cast, case: Case) -> None:
    handed(case, cast.wang, by=cast.li, key="1")
    handed(case, cast.zhao, by=cast.wang, key="2")
    with pytest.raises(baton.TooManyHands):
        offered(case, cast.li, by=cast.zhao, key="3")

    case.refresh_from_db()
    baton.assign(
        case,
        to=cast.li,
        reason="It began there.",
        key="4",
        seen=case.version,
        by=cast.chen,
        now=LATER,
    )
    assert (case.holder, case.transfers) == (cast.li, 2)
    assert told("case.assigned") == {"Li"}
    with pytest.raises(baton.TooManyHands):
        offered(case, cast.wang, by=cast.li, key="5")


def test_it_is_offered_to_one_at_a_time(cast: Cast, case: Case) -> None:
    offered(case, cast.zhao, by=cast.li)
    with pytest.raises(baton.AlreadyOffered):
        offered(case, cast.wang, by=cast.li, key="again")
    case.refresh_from_db()
    assert steps_of(case).count(Step.OFFERED) == 1


def test_only_who_has_it_gives_it_and_only_who_is_asked_takes_it(
    cast: Cast, case: Case
) -> None:
    for by, to in ((cast.wang, cast.zhao), (cast.li, cast.li)):
        with pytest.raises(baton.NotTheirs):
            offered(case, to, by=by)
        case.refresh_from_db()
    made = offered(case, cast.zhao, by=cast.li)
    with pytest.raises(baton.NotTheirs):
        baton.take_on(made, by=cast.wang, now=LATER)
    with pytest.raises(baton.NotTheirs):
        baton.refuse(made, why="No.", by=cast.wang, now=LATER)


def test_assigning_ends_an_open_offer(cast: Cast, case: Case) -> None:
    made = offered(case, cast.zhao, by=cast.li)
    baton.assign(
        case,
        to=cast.wang,
        reason="Now.",
        key="assign",
        seen=case.version,
        by=cast.chen,
        now=LATER,
    )
    made.refresh_from_db()
    assert made.state == OfferState.WITHDRAWN
    with pytest.raises(baton.AlreadyEnded):
        baton.take_on(made, by=cast.zhao, now=LATER)


def test_the_one_who_was_slower_is_told(cast: Cast, case: Case) -> None:
    seen = case.version
    offered(case, cast.zhao, by=cast.li)
    with pytest.raises(ChangedMeanwhile):
        baton.assign(
            case, to=cast.wang, reason="Now.", key="b", seen=seen, by=cast.chen, now=LATER
        )


def test_it_is_not_handed_to_whom_it_is_about(cast: Cast, case: Case) -> None:
    keep_out(case, cast.zhao, instead=None, key="out", by=cast.wang, now=LATER)
    with pytest.raises(Concerned):
        offered(case, cast.zhao, by=cast.li)


def test_whoever_is_kept_out_gives_it_up_to_somebody_else(cast: Cast, case: Case) -> None:
    with pytest.raises(NeedsAnother):
        keep_out(case, cast.li, instead=None, key="out", by=cast.wang, now=LATER)
    made = offered(case, cast.zhao, by=cast.li)
    keep_out(case, cast.li, instead=cast.wang, key="out", by=cast.wang, now=LATER)

    case.refresh_from_db()
    made.refresh_from_db()
    assert (case.owner, case.holder) == (cast.wang, cast.wang)
    assert made.state == OfferState.WITHDRAWN
    assert not visible_cases(viewer_of(cast.li, now=LATER)).exists()
    held = whole(clocks_of(case)["S3-ANSWER"], now=LATER + HOUR).held
    assert held == {"Li": HOUR, "Wang": HOUR}
    keep_out(case, cast.li, instead=cast.wang, key="out", by=cast.wang, now=LATER)
    assert steps_of(case).count(Step.RECUSED) == 1


def test_nobody_keeps_themselves_in_by_deciding_it(cast: Cast, case: Case) -> None:
    with pytest.raises(Concerned):
        keep_out(case, cast.wang, instead=None, key="out", by=cast.wang, now=LATER)
    with pytest.raises(Concerned):
        keep_out(case, cast.li, instead=cast.li, key="out", by=cast.wang, now=LATER)


def test_a_case_without_time_limits_goes_from_hand_to_hand_too(cast: Cast) -> None:
    ship_table(now=NINE_AM)
    case = taken_in(cast.east, cast.li)
    assert (case.matter, case.promised_at) == (None, None)
    handed(case, cast.zhao, by=cast.li, key="offer")
    assert case.holder == cast.zhao
