"""Quotas of a campaign: at most so many answers of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.evaluation.campaigns import actions, queries
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy, require

from .collector_forms import QuotaForm
from .collectors import form_page
from .shares import share_of
from .views import find

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def index(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk)
    # How full a quota is says how many answered elsewhere.
    require(request.viewer, Policy.SEE_CAMPAIGNS, campaign.within.path)
    return _page(request, campaign, QuotaForm(campaign))


@policy(Policy.RUN_CAMPAIGNS)
@form_page
def new(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk, to_run=True)
    form = QuotaForm(campaign, request.POST or None)
    if form.is_valid() and _set(request, form):
        messages.success(request, _("The quota is set."))
        return redirect("campaigns:quotas", pk)
    return _page(request, campaign, form)


def _page(request: Request, campaign: Campaign, form: QuotaForm) -> HttpResponse:
    draft = queries.draft_for(campaign)
    shown = {
        "campaign": campaign,
        "form": form,
        "quotas": [share_of(quota, draft) for quota in queries.quotas_of(campaign)],
        "may_run": request.viewer.holds_at(Policy.RUN_CAMPAIGNS, campaign.within.path),
    }
    return render(request, "campaigns/quotas.html", shown)


def _set(request: Request, form: QuotaForm) -> bool:
    """Set it, or say next to the field why not."""
    try:
        actions.set_quota(form.campaign, **form.facts, by=request.user, now=now())
    except actions.AlreadyAnswered:
        form.add_error(
            None,
            _(
                "There are answers already, and a new quota would not know them. Only the "
                "limit of one that stands can still be changed."
            ),
        )
    except actions.BelowFilled:
        form.add_error("limit", _("More have come in already; give a higher number."))
    except actions.NoSuchShare:
        form.add_error(None, _("The campaign does not ask about this; choose again."))
    return not form.errors


@policy(Policy.RUN_CAMPAIGNS)
@require_POST
def removal(request: Request, pk: int, quota: int) -> HttpResponse:
    campaign = find(request, pk, to_run=True)
    found = get_object_or_404(queries.quotas_of(campaign), pk=quota)
    actions.remove_quota(found, by=request.user, now=now())
    messages.success(request, _("The quota is removed."))
    return redirect("campaigns:quotas", pk)
