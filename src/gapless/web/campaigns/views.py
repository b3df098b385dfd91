"""Looking at campaigns: the list, one of them, its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.core.instruments.queries import published_versions
from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns import actions, queries
from gapless.evaluation.campaigns.choices import State
from gapless.evaluation.campaigns.letters import minutes_to_answer
from gapless.evaluation.campaigns.progress import progress_of
from gapless.people.org.rules import Policy
from gapless.web.http import Request, local_path, policy, require

from . import listing, words
from .forms import period_of
from .shares import share_of

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign

PER_PAGE = 50
UNITS_SHOWN = 100


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.GET)
    found = listing.found(request.viewer, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    may_run = request.viewer.holds(Policy.RUN_CAMPAIGNS)
    shown = {
        "asked": asked,
        "page": page,
        "rows": list(listing.rows(request.viewer, page.object_list)),
        "states": State.choices,
        "may_run": may_run,
        "askable": may_run and published_versions().exists(),
        "may_design": request.viewer.holds(Policy.EDIT_FORMS),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"campaigns/index.html{fragment}", shown)


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    asked = listing.asked(request.GET)
    return respond(filename, listing.header(), listing.table(request.viewer, asked))


@policy(Policy.SEE_CAMPAIGNS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk)
    shown = _progress(request, campaign)
    if request.htmx:
        return render(request, "campaigns/detail.html#progress", shown)
    shown |= period_of(campaign) | {
        "units": queries.visible_units_of(
            request.viewer, campaign, Policy.SEE_CAMPAIGNS
        ).count(),
        "tops": campaign.units.order_by("path"),
        "minutes": minutes_to_answer(campaign.version),
        "steps": words.steps_from(State(campaign.state)),
        "missing": words.missing(actions.reasons_against(campaign, now=now())),
        "notices": [(code, campaign.notice.get(code, "")) for code in LANGUAGES],
        "watched": queries.draft_for(campaign).item(campaign.follow_up_item),
        "reads_audit": request.viewer.holds_at(Policy.READ_AUDIT, campaign.within.path),
        "sees_forms": request.viewer.holds(Policy.SEE_FORMS),
    }
    # The page from which somebody came to lead it on, such as their own work.
    shown["back"] = local_path(request.GET.get("next", ""), otherwise="")
    return render(request, "campaigns/detail.html", shown)


def _progress(request: Request, campaign: Campaign) -> dict[str, object]:
    """What changes while people answer; numbers of the whole for who sees the whole."""
    progress = progress_of(request.viewer, campaign)
    whole = request.viewer.holds_at(Policy.SEE_CAMPAIGNS, campaign.within.path)
    quotas = queries.quotas_of(campaign) if whole else ()
    return {
        "campaign": campaign,
        "may_run": request.viewer.holds_at(Policy.RUN_CAMPAIGNS, campaign.within.path),
        "progress": progress,
        "by_unit": progress.by_unit[:UNITS_SHOWN],
        "target": campaign.target if whole else None,
        "whole": whole,
        "quotas": [share_of(quota, queries.draft_for(campaign)) for quota in quotas],
        "takes_answers": campaign.takes_answers(now()),
        "at": now(),
    }


@policy(Policy.RUN_CAMPAIGNS)
@require_POST
def state(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk, to_run=True)
    if request.POST.get("to") not in State.values:
        raise BadRequest
    to = State(request.POST["to"])
    try:
        actions.take_step(campaign, to, by=request.user, now=now())
    except actions.NoSuchStep:
        messages.warning(
            request, _("Its state had changed already; this is how it stands.")
        )
    except actions.NotReady as error:
        for sentence in words.missing(error.reasons):
            messages.error(request, str(sentence))
    else:
        messages.success(request, str(words.SAID_AFTER[to]))
    here = reverse("campaigns:detail", args=[pk])
    return redirect(local_path(request.POST.get("next", ""), otherwise=here))


def find(request: Request, pk: int, *, to_run: bool = False) -> Campaign:
    """A campaign the viewer sees; to run, one that is run where the viewer may do so."""
    campaign: Campaign = get_object_or_404(queries.visible_campaigns(request.viewer), pk=pk)
    if to_run:
        require(request.viewer, Policy.RUN_CAMPAIGNS, campaign.within.path)
    return campaign
