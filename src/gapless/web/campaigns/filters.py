"""The tabs of a campaign, for whoever may open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapless.evaluation.campaigns import queries
from gapless.evaluation.campaigns.queries import WIDE
from gapless.people.org.rules import Policy

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign
    from gapless.people.org.rules import Viewer

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    title: str | Promise
    url_name: str
    policy: Policy


TABS = (
    Tab("overview", _("Overview"), "campaigns:detail", Policy.SEE_CAMPAIGNS),
    Tab("results", _("Results"), "results:overview", Policy.SEE_CAMPAIGNS),
    Tab("collectors", _("Collectors"), "campaigns:collectors", Policy.SEE_CAMPAIGNS),
    Tab("invitations", _("Invitations"), "invitations:index", Policy.RUN_CAMPAIGNS),
    Tab("answers", _("Answers"), "results:answers", Policy.SEE_ANSWERS),
    Tab("follow_ups", _("Follow-ups"), "follow_ups:index", Policy.FOLLOW_UP),
)


@dataclass(frozen=True, slots=True)
class Shown:
    name: str
    title: str | Promise
    url: str
    waiting: int = 0  # what somebody has to see to


@register.simple_tag(takes_context=True)
def tabs_of(context: dict[str, Any], campaign: Campaign) -> list[Shown]:
    """The pages of a campaign that this reader may open."""
    viewer = context["request"].viewer
    tops = [unit.path for unit in campaign.units.all()]
    return [
        Shown(tab.name, tab.title, _address(tab, campaign), _waiting(tab, viewer, campaign))
        for tab in TABS
        if may_open(viewer, tab.policy, campaign.within.path, tops)
    ]


def may_open(viewer: Viewer, policy: Policy, within: str, tops: Iterable[str]) -> bool:
    """As ``queries.visible_campaigns`` decides, for one campaign that is at hand."""
    if viewer.holds_at(policy, within):
        return True
    return policy in WIDE and any(
        top.startswith(path) or path.startswith(top)
        for path in viewer.paths(policy)
        for top in tops
    )


def _waiting(tab: Tab, viewer: Viewer, campaign: Campaign) -> int:
    """Follow-ups that are not done; the other pages wait for nobody."""
    if tab.name != "follow_ups":
        return 0
    return queries.open_follow_ups(viewer).filter(campaign=campaign).count()


def _address(tab: Tab, campaign: Campaign) -> str:
    """The list of follow-ups is one for all campaigns; here it begins with this one's."""
    if tab.name == "follow_ups":
        return reverse(tab.url_name, query={"campaign": campaign.pk})
    return reverse(tab.url_name, args=[campaign.pk])
