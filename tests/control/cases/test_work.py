"""What of cases waits for somebody, and for whom: 我的工作 and its numbers."""

from datetime import datetime

import pytest

from gapless.control.cases import answering, baton, ruling_out
from gapless.control.cases.actions import keep_out
from gapless.control.cases.choices import Kind, NotFiling
from gapless.control.cases.models import Case
from gapless.control.cases.queries import work
from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import DAY, HOUR, taken_in

pytestmark = pytest.mark.django_db
LATER = NINE_AM + HOUR


def waits_for(person: Person) -> dict[str, list[str]]:
    """By kind of work, what it says."""
    viewer = viewer_of(person, now=LATER)
    told = {
        source.area: [
            source.tell(row).title
            for row in source.rows.filter(source.seen).filter(source.mine)
        ]
        for source in work(viewer, LATER)
    }
    return {area: titles for area, titles in told.items() if titles}


def due_of(person: Person, area: str) -> datetime:
    viewer = viewer_of(person, now=LATER)
    (source,) = (each for each in work(viewer, LATER) if each.area == area)
    (row,) = source.rows.filter(source.seen).filter(source.mine)
    return source.tell(row).due_at


def everybody(cast: Cast) -> dict[str, set[str]]:
    people = (cast.li, cast.wang, cast.zhao, cast.chen, cast.sun, cast.qian, cast.ma)
    return {each.name: set(waits_for(each)) for each in people if waits_for(each)}


def test_an_offer_waits_for_whom_it_is_made_to(cast: Cast, case: Case) -> None:
    made = baton.offer(
        case, to=cast.zhao, reason="Yours.", key="o", seen=1, by=cast.li, now=LATER
    )
    assert everybody(cast) == {"Zhao": {"case_offer"}}
    assert due_of(cast.zhao, "case_offer") == made.due_at


def test_a_draft_waits_for_those_who_decide_and_did_not_write_it(
    cast: Cast, serious: Case
) -> None:
    answering.propose(serious, text="We pay.", key="p", seen=1, by=cast.wang, now=LATER)
    assert everybody(cast) == {"Chen": {"case_draft"}}
    assert due_of(cast.chen, "case_draft") < serious.opened_at + 3 * DAY


def test_whoever_met_the_customer_asks_whether_it_is_settled(
    cast: Cast, case: Case
) -> None:
    answering.answer(case, text="Sorry.", key="a", seen=1, by=cast.li, now=LATER)
    assert waits_for(cast.li) == {
        "case_answered": [f"Ask the customer of {case}: Waited for two hours"]
    }
    assert due_of(cast.li, "case_answered") == LATER + 7 * DAY
    answering.confirm(case, words="", key="c", seen=2, by=None, now=LATER)
    assert waits_for(cast.li) == {"case_answered": [f"Close {case}: Waited for two hours"]}


def test_what_was_not_filed_waits_for_a_second_person(cast: Cast, case: Case) -> None:
    ruling_out.not_file(
        case,
        why=NotFiling.ABUSIVE,
        reason="Threats.",
        key="n",
        seen=1,
        by=cast.wang,
        now=LATER,
    )
    assert everybody(cast) == {"Chen": {"case_not_filed"}}
    assert due_of(cast.chen, "case_not_filed") == LATER + 7 * DAY


def test_nothing_waits_of_what_is_about_oneself_and_nothing_counts(
    cast: Cast, case: Case
) -> None:
    other = taken_in(cast.east, cast.li, key="two", kind=Kind.INQUIRY)
    answering.answer(other, text="At nine.", key="a", seen=1, by=cast.li, now=LATER)
    answering.propose(case, text="Sorry.", key="p", seen=1, by=cast.li, now=LATER)
    for each in (case, other):
        keep_out(each, cast.wang, instead=None, key="out", by=cast.chen, now=LATER)

    sources = list(work(viewer_of(cast.wang, now=LATER), LATER))
    assert [source.rows.count() for source in sources] == [0, 0, 0, 0]
    assert everybody(cast) == {"Li": {"case_answered"}, "Chen": {"case_draft"}}
