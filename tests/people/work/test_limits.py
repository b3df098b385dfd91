"""What runs out stands on the list of whoever has it; more time is for others to decide."""

from datetime import timedelta
from typing import Any

import pytest

from gapless.core.clocks.models import Clock, ClockPolicy, Extension, Matter, PolicyVersion
from gapless.people.work.choices import Whose
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
