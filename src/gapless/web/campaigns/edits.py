"""Planning a campaign: one form, and what it shows while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns import actions
from gapless.evaluation.campaigns.choices import State
from gapless.people.org.queries import last_change, tops
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy

from .forms import ONE_DAY, PlanForm, stands
from .notice import ready_made
from .plan_fields import SampleForm, field_of
from .views import find

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign

FOUR_WEEKS = 28 * ONE_DAY

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.RUN_CAMPAIGNS)
@form_page
def new(request: Request) -> HttpResponse:
    form = PlanForm(request.viewer, request.POST or None, initial=_to_begin_with(request))
    if "work_out" in request.POST:
        return _worked_out(request, form)
    if form.is_valid():
        facts = form.facts
        made = actions.plan_campaign(
            facts,
            form.units,
            by=request.user,
            now=now(),
            simulated=facts.within.simulated,
        )
        messages.success(request, _("Planned. Look it over, then approve it."))
        return redirect("campaigns:detail", made.pk)
    return render(request, "campaigns/plan.html", {"form": form})


@policy(Policy.RUN_CAMPAIGNS)
@form_page
def edit(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk, to_run=True)
    if campaign.state != State.DRAFT:
        messages.warning(request, _("Only a draft can be changed; take it back first."))
        return redirect("campaigns:detail", pk)
    form = PlanForm(
        request.viewer, request.POST or None, initial=stands(campaign), campaign=campaign
    )
    if "work_out" in request.POST:
        return _worked_out(request, form, campaign)
    if form.is_valid():
        try:
            _save(request, campaign, form)
        except actions.ChangedMeanwhile:
            return _conflict(request, campaign, form)
        messages.success(request, _("The plan is saved."))
        return redirect("campaigns:detail", pk)
    return render(request, "campaigns/plan.html", {"form": form, "campaign": campaign})


@policy(Policy.RUN_CAMPAIGNS)
@require_safe
def sample_size(request: Request) -> HttpResponse:
    """How many answers it takes, while somebody types what is wanted."""
    form = SampleForm(_with_target(SampleForm(request.GET)))
    return render(request, "campaigns/plan.html#sample", {"form": form})


@policy(Policy.RUN_CAMPAIGNS)
@require_safe
def follow_up_items(request: Request) -> HttpResponse:
    """The questions of the questionnaire just chosen that may open a follow-up."""
    chosen = {"questionnaire": request.GET.get("questionnaire", "")}
    form = PlanForm(request.viewer, initial=chosen)
    return render(request, "campaigns/plan.html#follow_up", {"form": form})


def _to_begin_with(request: Request) -> dict[str, Any]:
    """Four weeks from tomorrow on, about all that one may ask, with a notice to edit."""
    top = tops(request.viewer, Policy.RUN_CAMPAIGNS).first()
    tomorrow = localdate() + ONE_DAY
    notice = ready_made(top.name if top else "")
    return {
        "questionnaire": request.GET.get("version", ""),
        "within": top,
        "starts_on": tomorrow,
        "ends_on": tomorrow + FOUR_WEEKS - ONE_DAY,
        **{field_of("notice", language): notice[language] for language in LANGUAGES},
    }


def _worked_out(
    request: Request, form: PlanForm, campaign: Campaign | None = None
) -> HttpResponse:
    """Without a script: the same page with the number filled in, nothing saved."""
    form.full_clean()
    form.data = _with_target(form)
    form.errors.clear()
    return render(request, "campaigns/plan.html", {"form": form, "campaign": campaign})


def _with_target(form: SampleForm) -> Any:
    """What was typed, with the number of answers that it takes."""
    typed = form.data.copy()  # type: ignore[attr-defined]
    if form.sample:
        typed["target"] = str(form.sample.needed)
    return typed


def _save(request: Request, campaign: Campaign, form: PlanForm) -> None:
    seen = form.cleaned_data["version"] or 0
    actions.edit_campaign(
        campaign, form.facts, form.units, seen=seen, by=request.user, now=now()
    )


def _conflict(request: Request, campaign: Campaign, form: PlanForm) -> HttpResponse:
    campaign.refresh_from_db()
    if campaign.state != State.DRAFT:
        messages.warning(request, _("It was approved meanwhile; nothing was changed."))
        return redirect("campaigns:detail", campaign.pk)
    shown = {
        "form": form,
        "campaign": campaign,
        "differences": differences(form, stands(campaign)),
        "last": last_change(campaign),
    }
    rebase(form, campaign.edits)
    return render(request, "campaigns/plan.html", shown, status=409)
