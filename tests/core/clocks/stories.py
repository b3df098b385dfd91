"""What the tests of clocks begin with: a time limit, and a matter that it is for."""

from datetime import datetime, timedelta
from typing import Any

from gapless.core.clocks import drafting
from gapless.core.clocks.actions import MatterFacts, Subject, note_happening, start_clock
from gapless.core.clocks.drafting import Said
from gapless.core.clocks.models import Clock, PolicyVersion
from gapless.core.clocks.rules import Happening
from gapless.people.org.models import Person, Unit
from tests.conftest import NINE_AM

CASE = Subject("test.case", "17")
HOUR = timedelta(hours=1)


def terms(amount: int = 10, unit: str = "hour", **more: Any) -> dict[str, Any]:
    return {
        "limit": {"amount": amount, "unit": unit},
        "starts_on": ["registered"],
        "stops_on": ["answered"],
        "reopens_on": ["reopened"],
        **more,
    }


def limit(code: str = "ANSWER", kind: str = "internal", **more: Any) -> PolicyVersion:
    """A published time limit."""
    by = Person.objects.order_by("pk")[0]
    draft = drafting.make_policy(
        code=code,
        name={"en": "Answer the customer"},
        kind=kind,
        said=Said(terms(**more)),
        by=by,
        now=NINE_AM,
    )
    drafting.publish_policy(draft, by=by, now=NINE_AM)
    return draft


def next_version(policy: PolicyVersion, by: Person, **more: Any) -> PolicyVersion:
    """A draft of what comes after."""
    draft = drafting.open_draft(policy.policy, by=by, now=NINE_AM)
    said = Said(terms(**more))
    name = policy.policy.name
    drafting.change_draft(draft, said=said, name=name, seen=1, by=by, now=NINE_AM)
    draft.refresh_from_db()
    return draft


def started(
    at: Unit,
    owner: Person | None = None,
    *,
    subject: Subject = CASE,
    code: str = "ANSWER",
    now: datetime = NINE_AM,
) -> Clock:
    """A clock that runs."""
    facts = MatterFacts("Case 17", at, "/cases/17/", owner.pk if owner else None)
    start_clock(subject, code, matter=facts, by=owner, now=now)
    happens("registered", subject=subject, at=now)
    return Clock.objects.get(matter__subject_id=subject.id, policy__code=code)


def happens(
    kind: str,
    *,
    at: datetime,
    now: datetime | None = None,
    subject: Subject = CASE,
    key: str = "",
    **more: Any,
) -> bool:
    happened = Happening(at, kind, **more)
    return note_happening(
        subject, happened, key=key or f"{kind} {at}", by=None, now=now or at
    )
