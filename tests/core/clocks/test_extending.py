"""More time: asked for with a reason, decided by somebody else, and told."""

import pytest
from django.db import IntegrityError, transaction

from gapless.core.audit.models import Event
from gapless.core.clocks import actions, extending
from gapless.core.clocks.models import Clock, ClockEffect, Extension
from gapless.core.notices.models import Notice
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import CASE, HOUR, limit, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> Extension:
    limit()
    clock = started(cast.east, cast.li)
    until = NINE_AM + 20 * HOUR
    return extending.ask_extension(
        clock,
        until=until,
        reason="The laboratory is slow.",
        tell=[cast.li.pk, cast.chen.pk],
        by=cast.li,
        now=NINE_AM + HOUR,
    )


def decide(asked: Extension, by: object, *, approved: bool = True, hours: int = 2) -> None:
    extending.decide_extension(
        asked, approved=approved, answer="No.", by=by, now=NINE_AM + hours * HOUR
    )


def test_an_extension_moves_the_limit_and_keeps_the_first(
    cast: Cast, asked: Extension
) -> None:
    assert Clock.objects.get().due_at == NINE_AM + 10 * HOUR

    decide(asked, cast.chen)

    clock = Clock.objects.get()
    assert (clock.due_at, clock.original_due_at) == (asked.until, NINE_AM + 10 * HOUR)
    event = Event.objects.get(type="clock.extension_decided")
    assert event.facts["before"].startswith("2026-03-02T19")
    assert event.facts["after"].startswith("2026-03-03T05")


def test_a_refused_extension_moves_nothing(cast: Cast, asked: Extension) -> None:
    decide(asked, cast.chen, approved=False)

    assert Clock.objects.get().due_at == NINE_AM + 10 * HOUR
    asked.refresh_from_db()
    assert (asked.approved, asked.decided_by) == (False, cast.chen)


def test_whoever_asks_does_not_decide(cast: Cast, asked: Extension) -> None:
    with pytest.raises(extending.OwnRequest):
        decide(asked, cast.li)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.update(
            approved=True, decided_by=cast.li, decided_at=NINE_AM + HOUR
        )


@pytest.mark.parametrize(("first", "hours"), [(True, 20), (False, 10)])
def test_the_first_decision_stands(
    cast: Cast, asked: Extension, *, first: bool, hours: int
) -> None:
    decide(asked, cast.chen, approved=first)

    for second in (True, False):
        with pytest.raises(extending.AlreadyDecided):
            decide(asked, cast.wang, approved=second)
    assert Clock.objects.get().due_at == NINE_AM + hours * HOUR


def test_one_extension_is_asked_for_at_a_time(cast: Cast, asked: Extension) -> None:
    with pytest.raises(extending.AlreadyAsked):
        extending.ask_extension(
            asked.clock,
            until=asked.until + HOUR,
            reason="Still slower.",
            tell=(),
            by=cast.wang,
            now=NINE_AM + HOUR,
        )


def test_no_limit_is_moved_once_it_has_passed(cast: Cast, asked: Extension) -> None:
    with pytest.raises(extending.NoLimitToMove):
        decide(asked, cast.chen, hours=11)
    assert Extension.objects.get().decided_at is None
    decide(asked, cast.chen, approved=False, hours=11)
    with pytest.raises(extending.NoLimitToMove):
        extending.ask_extension(
            asked.clock,
            until=asked.until,
            reason="Late.",
            tell=(),
            by=cast.li,
            now=NINE_AM + 11 * HOUR,
        )


@pytest.mark.parametrize(
    ("hours", "reason", "why"),
    [(10, "Slow.", extending.NotLater), (11, "  ", extending.NothingSaid)],
)
def test_an_extension_is_later_and_has_a_reason(
    cast: Cast, hours: int, reason: str, why: type[Exception]
) -> None:
    limit()
    clock = started(cast.east, cast.li)

    with pytest.raises(why):
        extending.ask_extension(
            clock,
            until=NINE_AM + hours * HOUR,
            reason=reason,
            tell=(),
            by=cast.li,
            now=NINE_AM,
        )


def test_the_later_limit_warns_anew(cast: Cast, asked: Extension) -> None:
    decide(asked, cast.chen, hours=6)  # after the first warning of the first limit
    actions.recompute(asked.clock, by=None, now=NINE_AM + 12 * HOUR)

    marks = ClockEffect.objects.order_by("mark").values_list("mark", flat=True)
    assert list(marks) == ["1/2/0", "1/2/1"]


# --- Who hears of it ------------------------------------------------------------------


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.order_by("pk").values_list("kind", "person__name", "url")
    return [(kind.removeprefix("clock.extension_"), who, url) for kind, who, url in rows]


def test_those_who_decide_hear_of_the_request(cast: Cast, asked: Extension) -> None:
    assert told() == [("asked", "Chen", f"/clocks/{asked.clock_id}/")]
    facts = Notice.objects.get().facts
    assert (facts["name"], facts["until_at"]) == ("Li", asked.until.isoformat())
    assert "laboratory" not in str(facts)


@pytest.mark.parametrize(("approved", "kind"), [(True, "granted"), (False, "refused")])
def test_who_asked_and_who_owns_it_hear_of_the_decision(
    cast: Cast, asked: Extension, *, approved: bool, kind: str
) -> None:
    """Whoever owns the matter is led to it: perhaps clocks are not theirs to see."""
    actions.hand_over(CASE, owner_id=cast.wang.pk, by=cast.li, now=NINE_AM)

    decide(asked, cast.chen, approved=approved)

    assert told()[1:] == [
        (kind, "Li", f"/clocks/{asked.clock_id}/"),
        (kind, "Wang", "/cases/17/"),
    ]
    due_at = Clock.objects.get().due_at.isoformat()
    assert {each.facts["due_at"] for each in Notice.objects.all()[:2]} == {due_at}


def test_whoever_decides_is_not_told_what_was_decided(cast: Cast, asked: Extension) -> None:
    actions.hand_over(CASE, owner_id=cast.chen.pk, by=cast.li, now=NINE_AM)

    decide(asked, cast.chen)

    assert [who for _kind, who, _url in told()] == ["Chen", "Li"]
