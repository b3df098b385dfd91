"""Which cases are asked for: each filter by itself, and what somebody may not find."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gapless.control.cases.actions import keep_out
from gapless.control.cases.answering import answer
from gapless.control.cases.choices import Channel, Fact, Kind, Severity, State
from gapless.control.cases.finding import SORTS, Wanted, found, sorted_by
from gapless.control.cases.models import Case, Category
from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from tests.conftest import Cast
from tests.control.cases.listed import PHONE, case_of, shipped

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday morning in Shanghai
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _shipped(cast: Cast) -> None:
    shipped(NOW)


def titles(who: Person, **wanted: Any) -> set[str]:
    cases = found(viewer_of(who, now=NOW), Wanted(**wanted), now=NOW)
    return set(cases.values_list("title", flat=True))


def test_words_of_two_signs_are_found_in_the_matter_and_in_what_was_said(
    cast: Cast,
) -> None:
    case_of(cast.wang, cast.east, "空调不制冷", now=NOW)
    case_of(cast.wang, cast.east, "Cold hall", now=NOW, words="坐了一小时，空调没开。")
    case_of(cast.wang, cast.east, "Queue", now=NOW)

    assert titles(cast.wang, words="空调") == {"空调不制冷", "Cold hall"}
    assert titles(cast.wang, words="排队") == set()
    assert titles(cast.wang, words="queue") == {"Queue"}


def test_a_number_and_a_telephone_are_found_however_they_are_written(cast: Cast) -> None:
    case = case_of(cast.wang, cast.east, "One", now=NOW)
    case_of(cast.wang, cast.east, "Other", now=NOW, phone="+8613900139000")

    for typed in (str(case), str(case.pk), f"{case.pk:05d}"):
        assert "One" in titles(cast.wang, words=typed), typed
    for typed in (PHONE, "138 0013 8000", "13800138000"):
        assert titles(cast.wang, words=typed) == {"One"}, typed


def test_nobody_finds_by_a_number_what_they_may_not_see(cast: Cast) -> None:
    case = case_of(cast.wang, cast.east, now=NOW)

    assert titles(cast.zhao, words=str(case)) == set()
    assert titles(cast.zhao, words=PHONE) == set()


def test_mine_is_what_i_hold_or_am_responsible_for(cast: Cast) -> None:
    case_of(cast.li, cast.east, "Both", now=NOW)
    held = case_of(cast.wang, cast.east, "Held", now=NOW)
    owned = case_of(cast.li, cast.east, "Owned", now=NOW)
    Case.objects.filter(pk=held.pk).update(holder=cast.li)
    Case.objects.filter(pk=owned.pk).update(holder=cast.wang)

    assert titles(cast.li, whose="mine") == {"Both", "Held", "Owned"}
    assert titles(cast.li, whose="held") == {"Both", "Held"}
    assert titles(cast.li, whose="owned") == {"Both", "Owned"}


def test_overdue_is_what_a_running_clock_has_passed(cast: Cast) -> None:
    late = case_of(cast.wang, cast.east, "Late", now=NOW, age=20 * DAY)
    case_of(cast.wang, cast.east, "Fresh", now=NOW)
    assert titles(cast.wang, overdue=True) == {"Late"}

    answer(late, text="We are sorry.", key="a", seen=late.version, by=cast.wang, now=NOW)
    assert titles(cast.wang, overdue=True) == set()
    assert titles(cast.wang, open=True) == {"Late", "Fresh"}
    assert titles(cast.wang, state=State.ANSWERED) == {"Late"}


def test_each_filter_leaves_out_what_is_not_of_its_kind(cast: Cast) -> None:
    top = Category.objects.filter(parent=None, parts__isnull=False).first()
    assert top
    part = top.parts.first()
    case_of(cast.chen, cast.west, "Grave", now=NOW, facts=frozenset({Fact.SAFETY}))
    case_of(cast.chen, cast.east, "Asked", now=NOW, kind=Kind.INQUIRY)
    case_of(cast.chen, cast.east, "Called", now=NOW, channel=Channel.PHONE, category=part)
    case_of(cast.chen, cast.city, "Old", now=NOW, age=40 * DAY)
    whole = {each.pk for each in (top, *top.parts.all())}

    assert titles(cast.chen, severity=Severity.GRAVE) == {"Grave"}
    assert titles(cast.chen, kind=Kind.INQUIRY) == {"Asked"}
    assert titles(cast.chen, channel=Channel.PHONE) == {"Called"}
    assert titles(cast.chen, categories=frozenset(whole)) == {"Called"}
    assert titles(cast.chen, unit=cast.east) == {"Asked", "Called"}
    assert titles(cast.chen, unit=cast.city) == {"Grave", "Asked", "Called", "Old"}
    assert titles(cast.chen, since=NOW) == {"Grave", "Asked", "Called"}
    assert titles(cast.chen, until=NOW) == {"Old"}


def test_whom_a_case_is_about_finds_it_nowhere(cast: Cast) -> None:
    case = case_of(cast.chen, cast.east, "About Wang", now=NOW)
    assert titles(cast.wang) == {"About Wang"}

    keep_out(case, cast.wang, instead=None, key="k", by=cast.chen, now=NOW)
    assert titles(cast.wang) == titles(cast.wang, words=str(case)) == set()


@pytest.mark.parametrize("sort", list(SORTS))
def test_every_order_goes_up_and_down(cast: Cast, sort: str) -> None:
    case_of(cast.wang, cast.east, "Fresh", now=NOW)
    case_of(cast.li, cast.city, "Old", now=NOW, age=9 * DAY, kind=Kind.INQUIRY)
    viewer = viewer_of(cast.chen, now=NOW)

    def ordered(by: str) -> list[str]:
        cases = found(viewer, Wanted(), now=NOW)
        return [case.title for case in sorted_by(cases, by)]

    turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    assert ordered(sort) == ordered(turned)[::-1]
