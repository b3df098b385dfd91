"""Who hears of a bad answer: whoever has it in hand, else those who run the hall."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from gapless.core.notices.actions import notify
from gapless.core.notices.queries import told
from gapless.people.org.models import Person
from gapless.people.org.queries import in_charge

from .choices import FollowUpState
from .models import FollowUp

OPENED = "follow_up.opened"
OVERDUE = "follow_up.overdue"
HANDED_OVER = "follow_up.handed_over"
BATCH = 500


def tell_opened(follow_up: FollowUp, *, now: datetime) -> None:
    """Somebody has to see to it, and nobody has looked yet."""
    _tell(OPENED, follow_up, urgent=False, now=now)


def tell_overdue(*, now: datetime) -> None:
    """Once for each that is overdue and open, however late this comes."""
    late = FollowUp.objects.exclude(state=FollowUpState.DONE).filter(due_at__lte=now)
    late = late.select_related("campaign", "unit").order_by("pk")
    for start in range(0, late.count(), BATCH):
        some = {_key(OVERDUE, each.pk): each for each in late[start : start + BATCH]}
        for key in some.keys() - told(some):
            _tell(OVERDUE, some[key], urgent=True, now=now)


def tell_handed_over(follow_up: FollowUp, *, by: Person, now: datetime) -> None:
    """Whoever has it now got it from a colleague: that is between the two of them."""
    notify(
        [follow_up.owner_id] if follow_up.owner_id else [],
        HANDED_OVER,
        key=f"{_key(HANDED_OVER, follow_up.pk)}:{now:%Y%m%d%H%M%S%f}",
        facts=_facts(follow_up) | {"name": by.name},
        url=reverse("follow_ups:detail", args=[follow_up.pk]),
        urgent=True,
        now=now,
    )


def _tell(kind: str, follow_up: FollowUp, *, urgent: bool, now: datetime) -> None:
    notify(
        [follow_up.owner_id] if follow_up.owner_id else in_charge(follow_up.unit.path, now),
        kind,
        key=_key(kind, follow_up.pk),
        facts=_facts(follow_up),
        url=reverse("follow_ups:detail", args=[follow_up.pk]),
        urgent=urgent,
        unit=follow_up.unit,
        now=now,
    )


def _facts(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "number": follow_up.pk,
        "campaign": follow_up.campaign.name,
        "unit": follow_up.unit.name,
        "due_at": follow_up.due_at.isoformat(),
    }


def _key(kind: str, pk: int) -> str:
    return f"{kind}:{pk}"
