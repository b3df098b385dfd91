"""What runs out stands on the list of whoever has it; more time is for others to decide."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from gapless.core.audit.models import Event
from gapless.core.clocks.models import Clock, ClockPolicy, Extension, Matter, PolicyVersion
from gapless.core.notices.models import Notice
from gapless.loop import HANDED_OVER
from gapless.people.org.models import Person
from gapless.people.work import actions, queries
from gapless.people.work import limits as work_limits
from gapless.people.work.choices import Whose
from gapless.people.work.models import HandOver
from gapless.people.work.sources import NoLongerThere
from tests.conftest import NINE_AM, Cast

from .test_lists import HOUR, Desk


@pytest.fixture
def limits(db: None) -> list[PolicyVersion]:
    found = []
    for code in ("answer", "law"):
        policy = ClockPolicy.objects.create(
            code=code, name={"en": code.title()}, kind="promise", created_at=NINE_AM
        )
        found.append(
            PolicyVersion.objects.create(
                policy=policy, number=1, terms={}, made_at=NINE_AM, published_at=NINE_AM
            )
        )
    return found


def clock(limit: PolicyVersion, matter: Matter, hours: float, **said: Any) -> Clock:
    due_at = NINE_AM + hours * HOUR
    facts = {
        "state": "running",
        "created_at": NINE_AM - HOUR,
        "started_at": NINE_AM - HOUR,
        "read_at": NINE_AM,
        "due_at": due_at,
        "original_due_at": due_at,
    }
    return Clock.objects.create(
        policy=limit.policy, version=limit, matter=matter, **(facts | said)
    )


def matter(cast: Cast, number: int = 1, **said: Any) -> Matter:
    facts = {"owner": cast.wang, "url": "/work/", "unit": cast.east}
    return Matter.objects.create(
        subject_type="cases.case",
        subject_id=str(number),
        title=f"Case {number}",
        created_at=NINE_AM,
        **(facts | said),
    )


def test_a_matter_is_one_line_with_the_clock_that_runs_out_first(
    cast: Cast, limits: list[PolicyVersion]
) -> None:
    case = matter(cast)
    clock(limits[0], case, 9)
    first = clock(limits[1], case, 3, provisional=True)
    stopped = matter(cast, 2)
    clock(limits[0], stopped, 1, stopped_at=NINE_AM, state="stopped")

    (entry,) = Desk(cast.wang).entries()

    assert (entry.key, entry.title, entry.url) == (f"clock-{first.pk}", "Case 1", "/work/")
    assert entry.provisional
    assert Desk(cast.zhao).keys(Whose.TEAM) == []
    assert Desk(cast.chen).keys() == []
    (seen,) = Desk(cast.chen).entries(Whose.TEAM)
    assert (seen.person, seen.url) == ("Wang", f"/clocks/{first.pk}/")


def test_whoever_may_not_see_clocks_is_led_to_the_matter_or_nowhere(
    cast: Cast, limits: list[PolicyVersion]
) -> None:
    clock(limits[0], matter(cast, owner=cast.li), 3)
    clock(limits[0], matter(cast, 2, owner=cast.li, url=""), 4)

    assert [entry.url for entry in Desk(cast.li).entries()] == ["/work/"]


def test_more_time_is_decided_by_somebody_else_before_the_limit(
    cast: Cast, limits: list[PolicyVersion]
) -> None:
    running = clock(limits[0], matter(cast), 3)
    asked = Extension.objects.create(
        clock=running,
        asked_by=cast.wang,
        asked_at=NINE_AM,
        reason="The shop is closed.",
        until=NINE_AM + timedelta(days=2),
    )
    key = f"extension-{asked.pk}"

    (entry,) = Desk(cast.chen).entries()
    assert (entry.key, entry.due_at, entry.waits) == (key, running.due_at, "Wang")
    assert Desk(cast.wang).keys() == [f"clock-{running.pk}"]
    assert Desk(cast.zhao).keys(Whose.TEAM) == []
    Extension.objects.update(approved=True, decided_by=cast.chen, decided_at=NINE_AM)
    assert Desk(cast.chen).keys() == []


# --- Whom it is about -----------------------------------------------------------------


def test_what_is_hidden_from_somebody_is_on_none_of_their_lists(
    cast: Cast, limits: list[PolicyVersion]
) -> None:
    case = matter(cast, owner=cast.li)
    running = clock(limits[0], case, 3)
    Extension.objects.create(
        clock=running,
        asked_by=cast.qian,
        asked_at=NINE_AM,
        reason="The shop is closed.",
        until=NINE_AM + timedelta(days=2),
    )
    case.hidden_from.add(cast.wang)

    assert Desk(cast.wang).keys(Whose.TEAM) == []
    assert len(Desk(cast.chen).keys(Whose.TEAM)) == 2
    for someone, many in ((cast.wang, 0), (cast.chen, 2)):
        desk = Desk(someone)
        places = queries.work_counts(desk.viewer, desk.sources, cast.east, desk.bounds)
        assert places[0].tally.all == many


def test_who_decides_is_whoever_may_and_did_not_ask(
    cast: Cast, limits: list[PolicyVersion]
) -> None:
    case = matter(cast)
    running = clock(limits[0], case, 3)

    def decide(but: Person) -> set[int]:
        return work_limits.deciders(running, but=but, now=NINE_AM)

    assert decide(cast.wang) == {cast.chen.pk}
    assert decide(cast.chen) == set()
    case.hidden_from.add(cast.chen)
    assert decide(cast.wang) == set()


# --- From hand to hand ----------------------------------------------------------------


@pytest.fixture
def bare(cast: Cast, limits: list[PolicyVersion]) -> Clock:
    """A matter of Wang's without a page of its own."""
    return clock(limits[0], matter(cast, url=""), 3)


def hand_over(bare: Clock, to: Person, by: Person) -> HandOver:
    desk = Desk(by)
    entry = queries.entry_of(desk.sources, f"clock-{bare.pk}")
    assert entry
    verb = HANDED_OVER["clock"]
    return actions.hand_over(entry, verb, to=to, note="Ring first.", by=by, now=NINE_AM)


def test_a_matter_without_a_page_goes_to_a_colleague(cast: Cast, bare: Clock) -> None:
    key = f"clock-{bare.pk}"
    desk = Desk(cast.wang)
    entry = queries.entry_of(desk.sources, key)
    assert entry
    takers = queries.takers(desk.viewer, desk.sources, entry, on=NINE_AM.date())
    assert {each.name for each in takers} == {"Chen", "Qian"}  # who see clocks there

    handed = hand_over(bare, cast.chen, cast.wang)

    assert Desk(cast.wang).keys() == []
    assert Desk(cast.wang).keys(Whose.HANDED) == [key]
    assert Desk(cast.chen).keys() == [key]
    assert Event.objects.get(type="clock.handed_over").facts["after"] == cast.chen.pk
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (cast.chen, "clock.handed_over")
    actions.take_back(handed, HANDED_OVER["clock"], by=cast.wang, now=NINE_AM)
    assert Desk(cast.wang).keys() == [key]
    assert Notice.objects.count() == 1


def test_what_has_a_page_of_its_own_is_handed_over_there(
    cast: Cast, limits: list[PolicyVersion]
) -> None:
    clock(limits[0], matter(cast), 3)

    (entry,) = Desk(cast.wang).entries()

    assert not entry.may_hand_over


def test_whoever_comes_too_late_hands_nothing_over(cast: Cast, bare: Clock) -> None:
    hand_over(bare, cast.chen, cast.wang)

    give = partial(
        HANDED_OVER["clock"],
        bare.pk,
        before=cast.wang.pk,
        to=cast.qian,
        by=cast.wang,
        now=NINE_AM,
    )
    with pytest.raises(NoLongerThere):
        give()
    Clock.objects.update(stopped_at=NINE_AM, state="stopped")
    with pytest.raises(NoLongerThere):
        give(before=cast.chen.pk)
    assert Matter.objects.get().owner == cast.chen
