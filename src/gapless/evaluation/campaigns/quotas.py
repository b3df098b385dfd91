"""Verbs of quotas: at most so many answers about a unit, with an option, or both."""

from datetime import datetime

from django.db import transaction

from gapless.core.audit.actions import record
from gapless.core.instruments.choices import ItemKind
from gapless.people.org.models import Person, Unit

from .models import Campaign, Quota
from .queries import draft_for, units_of


class AlreadyAnswered(Exception):
    """A quota counts from the first answer on, so it is set before there are any."""


class BelowFilled(Exception):
    """More answers than this have come in already."""


class NoSuchShare(Exception):
    """A quota is about a unit of the campaign, an option of a single choice, or both."""


@transaction.atomic
def set_quota(
    campaign: Campaign,
    *,
    limit: int,
    unit: Unit | None = None,
    item: str = "",
    option: int | None = None,
    by: Person,
    now: datetime,
) -> Quota:
    """
    Take at most so many answers about a unit's subtree, with an option, or both.

    :raises NoSuchShare: when neither is said, or the campaign does not ask for it.
    :raises AlreadyAnswered: when a quota would be new, and there are answers.
    :raises BelowFilled: when more have come in than the new limit.
    """
    _require_share(campaign, unit, item, option)
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # one person at a time
    same = campaign.quotas.filter(unit=unit, item=item, option=option)
    quota = same.select_for_update().first()
    before = quota.limit if quota else None
    if quota is None:
        if campaign.responses.counting().exists():
            raise AlreadyAnswered(campaign)
        quota = Quota.objects.create(
            campaign=campaign, unit=unit, item=item, option=option, limit=limit
        )
        Campaign.objects.filter(pk=campaign.pk).update(limited=True)
        campaign.limited = True
    elif not same.filter(filled__lte=limit).update(limit=limit):
        raise BelowFilled(quota)
    quota.refresh_from_db()
    record(
        "quota.set",
        subject=quota,
        by=by,
        at=now,
        unit=unit or campaign.within,
        campaign=campaign.pk,
        before=before,
        after=limit,
    )
    return quota


def _require_share(
    campaign: Campaign, unit: Unit | None, item: str, option: int | None
) -> None:
    if unit is None and not item:
        raise NoSuchShare(campaign)
    if unit and not units_of(campaign).filter(pk=unit.pk).exists():
        raise NoSuchShare(unit)
    if bool(item) != (option is not None):
        raise NoSuchShare(campaign)
    if item and option is not None:
        asked = draft_for(campaign).item(item)
        single = asked is not None and asked.kind is ItemKind.SINGLE
        if not single or not 0 <= option < len(asked.options if asked else ()):
            raise NoSuchShare(item)


@transaction.atomic
def remove_quota(quota: Quota, *, by: Person, now: datetime) -> None:
    """Let answers in without this limit. Removing it twice changes nothing."""
    campaign = quota.campaign
    # Locked first: an answer that is being counted must not be left without its quota.
    if not Quota.objects.select_for_update().filter(pk=quota.pk).first():
        return
    record(
        "quota.removed",
        subject=quota,
        by=by,
        at=now,
        unit=quota.unit or campaign.within,
        campaign=campaign.pk,
        before=quota.limit,
        after=None,
    )
    Quota.objects.filter(pk=quota.pk).delete()
