"""Which answers of a campaign a page is about: unit, period and flags, from its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from gapless.analytics.periods import ALL_TIME, Grain, Period, periods_of
from gapless.evaluation.campaigns.queries import visible_campaigns, visible_units_of
from gapless.evaluation.campaigns.reporting import Wanted, months_in
from gapless.people.org.rules import Policy
from gapless.web.http import Request

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign
    from gapless.people.org.models import Unit

UNITS_OFFERED = 400


@dataclass(frozen=True, slots=True)
class Choice:
    """A campaign and what was chosen of it, and what else could have been."""

    campaign: Campaign
    wanted: Wanted
    units: tuple[tuple[int, Unit], ...]  # how deep below the first, and which
    periods: tuple[Period, ...]

    @property
    def query(self) -> str:
        """The query string of every link that keeps the choice."""
        chosen = {
            "unit": str(self.wanted.unit.pk) if self.wanted.unit else "",
            "period": "" if self.wanted.period == ALL_TIME else str(self.wanted.period),
            "flagged": "" if self.wanted.with_flagged else "without",
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def narrowed(self) -> bool:
        return bool(self.wanted.unit) or self.wanted.period != ALL_TIME

    @property
    def without_period(self) -> Wanted:
        return replace(self.wanted, period=ALL_TIME)


def choice_of(request: Request, pk: int, policy: Policy = Policy.SEE_CAMPAIGNS) -> Choice:
    """
    :raises Http404: for a campaign, unit or period that is not there for this viewer.
    :raises PermissionDenied: for a campaign that is seen, but not under ``policy``.
    """
    campaign = find_campaign(request, pk, policy)
    units = visible_units_of(request.viewer, campaign, policy).order_by("path")
    unit: Unit | None = None
    if asked := request.GET.get("unit"):
        unit = get_object_or_404(units, pk=number(asked))
    wanted = Wanted(unit, _period(request), request.GET.get("flagged") != "without")
    months = months_in(request.viewer, campaign, wanted)
    offered = list(units[:UNITS_OFFERED])
    top = min((len(each.path) for each in offered), default=0)
    return Choice(
        campaign,
        wanted,
        tuple(((len(each.path) - top) // 4, each) for each in offered),
        tuple(p for grain in Grain for p in periods_of(months, grain) if p != ALL_TIME),
    )


def find_campaign(request: Request, pk: int, policy: Policy) -> Campaign:
    campaign: Campaign = get_object_or_404(visible_campaigns(request.viewer), pk=pk)
    if not visible_campaigns(request.viewer, policy).filter(pk=pk).exists():
        raise PermissionDenied(policy.value)
    return campaign


def number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def _period(request: Request) -> Period:
    try:
        return Period.parse(request.GET.get("period") or Grain.ALL)
    except ValueError:
        raise Http404 from None
