"""Work that waits: bad answers with a deadline, and a campaign to be approved."""

from datetime import UTC, datetime, timedelta
from itertools import count

from gapless.evaluation.campaigns.actions import add_collector, plan_campaign
from gapless.evaluation.campaigns.choices import (
    CollectorKind,
    FollowUpState,
    ResponseState,
)
from gapless.evaluation.campaigns.models import Campaign, Collector, FollowUp, Response
from gapless.people.org.models import Person, Unit
from tests.conftest import Cast
from tests.evaluation.campaigns.fielding import facts, in_the_field, published

FAR_OFF = datetime(2099, 1, 1, tzinfo=UTC)
_numbers = count(1)


def fielded(cast: Cast) -> Campaign:
    said = {"follow_up_item": "sat", "follow_up_at_most": 4, "ends_at": FAR_OFF}
    return in_the_field(cast, published(code=f"form-{next(_numbers)}"), **said)


def bad_answer(
    campaign: Campaign,
    unit: Unit,
    due_at: datetime,
    owner: Person | None = None,
    value: int = 2,
) -> FollowUp:
    """A bad answer about a unit, which somebody has taken in hand or nobody yet."""
    door = campaign.collectors.first() or _door(campaign, due_at)
    response = Response.objects.create(
        campaign=campaign,
        collector=door,
        unit=unit,
        key=f"bad {next(_numbers)}",
        state=ResponseState.COMPLETE,
        language="en",
        opened_at=due_at - timedelta(days=1),
        saved_at=due_at - timedelta(days=1),
        notice_version=1,
    )
    return FollowUp.objects.create(
        response=response,
        campaign=campaign,
        unit=unit,
        value=value,
        opened_at=due_at - timedelta(days=1),
        due_at=due_at,
        owner=owner,
        state=FollowUpState.TAKEN if owner else FollowUpState.OPEN,
    )


def _door(campaign: Campaign, at: datetime) -> Collector:
    return add_collector(campaign, CollectorKind.LINK, by=None, now=at)


def draft(cast: Cast, starts_at: datetime, within: Unit | None = None) -> Campaign:
    """A campaign that Chen planned, and that waits for somebody's approval."""
    at = within or cast.city
    planned = facts(
        cast,
        published(code=f"form-{next(_numbers)}"),
        within=at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=30),
        name={"en": "Autumn"},
    )
    return plan_campaign(planned, [at], by=cast.chen, now=starts_at - timedelta(days=30))
