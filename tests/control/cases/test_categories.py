"""The tree of categories: what is added, changed, retired, and who is told no."""

import pytest

from gapless.control.cases import categories
from gapless.control.cases.categories import Points, leaves, tree
from gapless.control.cases.choices import FailureType
from gapless.control.cases.models import Category
from gapless.core.audit.models import Event
from gapless.requirements.characteristics.actions import ship_builtin
from gapless.requirements.characteristics.models import Characteristic
from gapless.requirements.characteristics.rules import NoWording
from tests.conftest import NINE_AM, Cast

pytestmark = pytest.mark.django_db
NOWHERE = Points()


def add(
    cast: Cast, code: str, parent: Category | None = None, points: Points = NOWHERE
) -> Category:
    return categories.add_category(
        code=code,
        name={"en": f" {code} "},
        parent=parent,
        points=points,
        by=cast.chen,
        now=NINE_AM,
    )


def edit(cast: Cast, category: Category, name: str, *, seen: int) -> None:
    categories.edit_category(
        category, name={"en": name}, points=NOWHERE, seen=seen, by=cast.chen, now=NINE_AM
    )


def retire(cast: Cast, category: Category) -> None:
    categories.retire_category(category, by=cast.chen, now=NINE_AM)


def restore(cast: Cast, category: Category) -> None:
    categories.restore_category(category, by=cast.chen, now=NINE_AM)


def test_a_failure_points_at_the_gap_that_it_comes_from(cast: Cast) -> None:
    """S004-24; and who knows better says so."""
    ship_builtin(now=NINE_AM)
    r4 = Characteristic.objects.get(code="R4")
    broken = Points(r4, FailureType.PROMISE)
    kept = add(cast, "WAIT", points=broken)
    assert (kept.characteristic, kept.failure_type, kept.gap) == (r4, "promise", 4)
    assert Points(failure_type=FailureType.PROMISE, gap=1).comes_from == 1
    assert NOWHERE.comes_from is None


def test_each_stands_below_what_it_is_part_of_and_last_beside_others(cast: Cast) -> None:
    service = add(cast, "SERVICE")
    fees = add(cast, "FEES")
    wait, manners = add(cast, "WAIT", service), add(cast, "MANNERS", service)
    assert [(each.category, each.depth, each.above) for each in tree()] == [
        (service, 0, ()),
        (wait, 1, (service,)),
        (manners, 1, (service,)),
        (fees, 0, ()),
    ]
    assert [each.category for each in leaves(tree())] == [wait, manners, fees]
    assert str(wait) == "WAIT"  # without the blanks around it


def test_a_code_is_given_once_and_never_again(cast: Cast) -> None:
    retire(cast, add(cast, "WAIT"))
    with pytest.raises(categories.CodeTaken):
        add(cast, "WAIT")


def test_a_category_has_a_name(cast: Cast) -> None:
    with pytest.raises(NoWording):
        edit(cast, add(cast, "WAIT"), "  ", seen=1)


def test_whoever_edits_second_is_told(cast: Cast) -> None:
    wait = add(cast, "WAIT")
    edit(cast, wait, "The wait", seen=1)
    with pytest.raises(categories.ChangedMeanwhile):
        edit(cast, wait, "Queues", seen=1)
    wait.refresh_from_db()
    assert (str(wait), wait.version) == ("The wait", 2)


def test_what_is_retired_is_offered_no_more_until_it_is_again(cast: Cast) -> None:
    wait = add(cast, "WAIT")
    retire(cast, wait)
    assert list(leaves(tree())) == []
    with pytest.raises(categories.NotNow):
        retire(cast, wait)
    restore(cast, wait)
    assert [each.category for each in leaves(tree())] == [wait]
    with pytest.raises(categories.NotNow):
        restore(cast, wait)


def test_nothing_in_use_hangs_below_what_is_retired(cast: Cast) -> None:
    service = add(cast, "SERVICE")
    wait = add(cast, "WAIT", service)
    with pytest.raises(categories.HasParts):
        retire(cast, service)
    retire(cast, wait)
    retire(cast, service)
    with pytest.raises(categories.ParentRetired):
        add(cast, "MANNERS", service)
    wait.refresh_from_db()
    with pytest.raises(categories.ParentRetired):
        restore(cast, wait)


def test_when_its_last_part_is_retired_a_category_is_a_leaf_again(cast: Cast) -> None:
    service = add(cast, "SERVICE")
    retire(cast, add(cast, "WAIT", service))
    assert [each.category for each in leaves(tree())] == [service]


def test_the_trail_says_who_changed_what(cast: Cast) -> None:
    wait = add(cast, "WAIT")
    edit(cast, wait, "Queues", seen=1)
    retire(cast, wait)
    restore(cast, wait)
    told = Event.objects.filter(type__startswith="case_category.").order_by("id")
    assert [event.type.partition(".")[2] for event in told] == [
        "added",
        "edited",
        "retired",
        "restored",
    ]
    facts = told[1].facts
    assert (facts["before"]["name"], facts["after"]["name"]) == (
        {"en": "WAIT"},
        {"en": "Queues"},
    )
