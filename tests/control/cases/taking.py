"""What the tests of cases begin with: the rules that ship, and a case taken in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gapless.control.cases.choices import Channel, Fact, Kind, ReplyBy
from gapless.control.cases.grading import ship_table
from gapless.control.cases.models import Case, Category, Entry
from gapless.control.cases.opening import Customer, Matter, take_in
from gapless.core.clocks.drafting import ship_builtin as ship_limits
from gapless.core.clocks.models import Clock
from gapless.people.org.models import Person, Unit
from tests.conftest import NINE_AM

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = "+8613800138000"


def ship() -> None:
    """The time limits and the severity table; categories are made where one is needed."""
    ship_limits(now=NINE_AM)
    ship_table(now=NINE_AM)


def category(code: str = "WAIT", **more: Any) -> Category:
    return Category.objects.create(code=code, name={"en": "A long queue"}, **more)


def taken_in(
    at: Unit,
    owner: Person,
    *,
    kind: Kind = Kind.COMPLAINT,
    facts: frozenset[Fact] = frozenset(),
    key: str = "one",
    now: datetime = NINE_AM,
    customer: Customer | None = None,
    by: Person | None = None,
    **more: Any,
) -> Case:
    """A case whose owner took it in: an ordinary complaint, unless said otherwise."""
    said = {"title": "Waited for two hours", "words": "排队两个小时没人管"} | more
    matter = Matter(kind=kind, channel=Channel.HALL, unit=at, facts=facts, **said)
    who = customer or Customer(name="Mr Gao", phone=PHONE, reply_by=ReplyBy.PHONE)
    return take_in(
        matter, who, key=key, opened_at=now, owner=owner, by=by or owner, now=now
    )


def steps_of(case: Case) -> list[str]:
    return list(Entry.objects.filter(case=case).values_list("step", flat=True))


def clocks_of(case: Case) -> Mapping[str, Clock]:
    return {
        clock.policy.code: clock
        for clock in Clock.objects.filter(matter=case.matter_id).select_related("policy")
    }
