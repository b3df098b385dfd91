"""Taking a case in: what is kept, what runs, and who hears of it."""

import pytest

from gapless.control.cases import opening
from gapless.control.cases.choices import Fact, Kind, ReplyBy, Severity, State, Step
from gapless.control.cases.models import Case, Entry
from gapless.control.cases.opening import Customer, NoWayToAnswer, SaysNothing
from gapless.control.cases.queries import earlier_of, matching, visible_cases
from gapless.control.cases.steps import Concerned
from gapless.core.audit.models import Event
from gapless.core.notices.models import Notice
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast
from tests.control.cases.taking import (
    DAY,
    HOUR,
    PHONE,
    clocks_of,
    ship,
    steps_of,
    taken_in,
)

pytestmark = pytest.mark.django_db


def test_whoever_meets_the_customer_owns_it_and_has_it(cast: Cast, case: Case) -> None:
    assert (case.owner, case.holder, case.state) == (cast.li, cast.li, State.RECEIVED)
    assert steps_of(case) == [Step.RECEIVED]
    assert Event.objects.get(type="case.opened").unit_path == cast.east.path


def test_an_ordinary_complaint_is_promised_in_three_days(case: Case) -> None:
    """S003-70: answered within three days, counted from when the customer came."""
    assert case.severity == Severity.ORDINARY
    assert case.promised_at == NINE_AM + 3 * DAY
    assert set(clocks_of(case)) == {"S3-CONTACT", "S3-ANSWER"}


def test_time_counts_from_when_the_customer_came(cast: Cast) -> None:
    ship()
    matter = opening.Matter(Kind.COMPLAINT, opening.Channel.PHONE, cast.east, "No signal")
    case = opening.take_in(
        matter,
        Customer(phone=PHONE),
        key="late",
        opened_at=NINE_AM - 5 * HOUR,
        owner=cast.li,
        by=cast.li,
        now=NINE_AM,
    )
    assert case.promised_at == NINE_AM - 5 * HOUR + 3 * DAY
    assert clocks_of(case)["S3-ANSWER"].started_at == NINE_AM - 5 * HOUR


def test_what_is_not_here_yet_is_refused(cast: Cast) -> None:
    ship()
    matter = opening.Matter(Kind.COMPLAINT, opening.Channel.PHONE, cast.east, "No signal")
    with pytest.raises(ValueError, match="later than"):
        opening.take_in(
            matter,
            Customer(phone=PHONE),
            key="early",
            opened_at=NINE_AM + HOUR,
            owner=cast.li,
            by=cast.li,
            now=NINE_AM,
        )


def test_sent_twice_it_is_one_case(cast: Cast, case: Case) -> None:
    again = taken_in(cast.east, cast.li, now=NINE_AM + HOUR)
    assert again == case
    assert (Case.objects.count(), Entry.objects.count()) == (1, 1)
    assert Event.objects.filter(type="case.opened").count() == 1


@pytest.mark.parametrize(
    ("customer", "reached"),
    [
        (Customer(phone=PHONE, reply_by=ReplyBy.MESSAGE), True),
        (Customer(email="gao@example.com", reply_by=ReplyBy.PHONE), False),
        (Customer(email="gao@example.com", reply_by=ReplyBy.MAIL), True),
        (Customer(phone=PHONE, reply_by=ReplyBy.MAIL), False),
        (Customer(reply_by=ReplyBy.IN_PERSON), True),
        (Customer(reply_by=ReplyBy.NONE), True),
    ],
)
def test_a_reply_needs_an_address_of_its_kind(
    cast: Cast,
    customer: Customer,
    reached: bool,  # noqa: FBT001  of the table above
) -> None:
    ship()
    if reached:
        assert taken_in(cast.east, cast.li, customer=customer)
        return
    with pytest.raises(NoWayToAnswer):
        taken_in(cast.east, cast.li, customer=customer)
    assert not Case.objects.exists()


def test_a_case_has_a_matter(cast: Cast) -> None:
    ship()
    with pytest.raises(SaysNothing):
        taken_in(cast.east, cast.li, title="  ")


def test_a_grave_case_is_told_to_those_who_decide(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.li, facts=frozenset({Fact.SAFETY}))
    assert case.severity == Severity.GRAVE
    assert set(clocks_of(case)) == {"S1-NOTIFY", "S1-CONTACT", "S1-ANSWER"}
    notice = Notice.objects.get(kind="case.grave")
    assert (notice.person, notice.facts["number"]) == (cast.wang, str(case))
    assert "Gao" not in str(notice.facts)
    assert clocks_of(case)["S1-NOTIFY"].stopped_at is None


def test_a_manager_who_takes_it_in_knows_of_it(cast: Cast) -> None:
    ship()
    case = taken_in(cast.east, cast.wang, facts=frozenset({Fact.SAFETY}))
    assert steps_of(case) == [Step.RECEIVED, Step.MANAGER_KNOWS]
    assert clocks_of(case)["S1-NOTIFY"].stopped_at == NINE_AM
    assert not Notice.objects.filter(kind="case.grave", person=cast.wang).exists()


def test_nobody_owns_a_case_about_themselves(cast: Cast) -> None:
    ship()
    with pytest.raises(Concerned):
        taken_in(cast.east, cast.li, concerned=[cast.li])
    assert not Case.objects.exists()


def test_for_whom_it_is_about_it_does_not_exist(cast: Cast) -> None:
    ship()
    case = taken_in(
        cast.east, cast.li, facts=frozenset({Fact.SAFETY}), concerned=[cast.wang]
    )
    for person, sees in ((cast.li, True), (cast.chen, True), (cast.wang, False)):
        assert (
            visible_cases(viewer_of(person, now=NINE_AM)).filter(pk=case.pk).exists()
            == sees
        )
    # The manager is whom it is about: the one above hears of it.
    assert set(Notice.objects.values_list("person", flat=True)) == {cast.chen.pk}


def test_only_their_own_and_what_is_in_reach_is_seen(cast: Cast, case: Case) -> None:
    seen = {
        person.name: visible_cases(viewer_of(person, now=NINE_AM)).exists()
        for person in (
            cast.li,
            cast.wang,
            cast.chen,
            cast.zhao,
            cast.sun,
            cast.qian,
            cast.ma,
        )
    }
    assert [name for name, sees in seen.items() if sees] == ["Li", "Wang", "Chen"]


def test_a_customer_is_known_again_by_telephone_or_e_mail(cast: Cast, case: Case) -> None:
    both = Customer(phone=PHONE, email="gao@example.com")
    second = taken_in(cast.east, cast.li, key="two", customer=both)
    mail = Customer(email="gao@example.com", reply_by=ReplyBy.MAIL)
    third = taken_in(cast.east, cast.li, key="three", customer=mail)
    nobody = Customer(reply_by=ReplyBy.NONE)
    fourth = taken_in(cast.east, cast.li, key="four", customer=nobody)

    viewer = viewer_of(cast.wang, now=NINE_AM)
    assert set(earlier_of(viewer, second)) == {case, third}
    assert set(earlier_of(viewer, third)) == {second}
    assert not earlier_of(viewer, fourth)


def test_cases_are_found_by_number_word_and_telephone(cast: Cast, case: Case) -> None:
    other = taken_in(
        cast.east,
        cast.li,
        key="2",
        title="Thanks",
        words="",
        customer=Customer(reply_by=ReplyBy.NONE),
    )
    seen = visible_cases(viewer_of(cast.wang, now=NINE_AM))
    for typed in (str(case), "排队", "two hours", "138 0013 8000", "+86 138-0013-8000"):
        assert set(matching(seen, typed)) == {case}, typed
    assert set(matching(seen, str(other.pk))) == {other}
    assert not matching(seen, "Gao")  # names stand encrypted


def test_the_customer_stands_encrypted(case: Case) -> None:
    raw = Case.objects.extra(select={"raw": "customer_phone"}).values_list("raw", flat=True)
    assert "138" not in raw[0][:20]
    assert case.customer_phone == PHONE
