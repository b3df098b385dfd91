"""Views of the list that people keep."""

import pytest

from gapless.control.cases.saving import (
    MOST,
    NoName,
    TooMany,
    filters_of,
    forget_filter,
    save_filter,
)
from gapless.people.org.models import Person
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast


def kept(who: Person) -> list[tuple[str, str]]:
    found = filters_of(viewer_of(who, now=NINE_AM))
    return list(found.values_list("name", "query"))


def test_everybody_keeps_their_own(cast: Cast) -> None:
    save_filter("Late", "state=overdue", by=cast.wang, now=NINE_AM)
    save_filter("Late", "state=overdue&unit=WEST", by=cast.zhao, now=NINE_AM)

    assert kept(cast.wang) == [("Late", "state=overdue")]
    assert kept(cast.zhao) == [("Late", "state=overdue&unit=WEST")]


def test_under_the_same_name_the_new_one_replaces_the_old(cast: Cast) -> None:
    save_filter("Late", "state=overdue", by=cast.wang, now=NINE_AM)
    save_filter(" Late ", "state=open", by=cast.wang, now=NINE_AM)

    assert kept(cast.wang) == [("Late", "state=open")]


def test_a_view_has_a_name_and_there_are_not_too_many(cast: Cast) -> None:
    with pytest.raises(NoName):
        save_filter("  ", "", by=cast.wang, now=NINE_AM)
    for number in range(MOST):
        save_filter(f"View {number}", "", by=cast.wang, now=NINE_AM)
    with pytest.raises(TooMany):
        save_filter("One more", "", by=cast.wang, now=NINE_AM)
    save_filter("View 3", "state=open", by=cast.wang, now=NINE_AM)

    assert len(kept(cast.wang)) == MOST


def test_forgotten_twice_it_is_forgotten(cast: Cast) -> None:
    saved = save_filter("Late", "", by=cast.wang, now=NINE_AM)
    forget_filter(saved)
    forget_filter(saved)

    assert kept(cast.wang) == []
