"""Single answers, without who gave them: the list, one in full, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.instruments.choices import Flag
from gapless.core.instruments.queries import draft_of, layout_of
from gapless.evaluation.campaigns import queries, single, taking_back
from gapless.evaluation.campaigns.choices import ResponseState
from gapless.evaluation.campaigns.rules import COUNTING
from gapless.evaluation.campaigns.single import Narrowed, answer_in_full, flags_of
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .filters import choice_of, find_campaign
from .told import EXPLAINED, told_lines
from .views import may

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign, Response

PER_PAGE = 50


class ReasonForm(forms.Form):
    """Why an answer no longer counts: it stands in the list and in the trail."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It stands beside the answer and in the audit trail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@policy(Policy.SEE_ANSWERS)
@require_safe
def index(request: Request, pk: int) -> HttpResponse:
    choice = choice_of(request, pk, Policy.SEE_ANSWERS)
    narrowed, sort = narrowed_by(request.GET), request.GET.get("sort", "")
    rows = single.listed(request.viewer, choice.campaign, choice.wanted, narrowed)
    rows = rows.order_by(sort if sort in single.ORDERS else "-saved_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "choice": choice,
        "asked": narrowed,
        "page": page,
        "rows": [(row, flags_of(row)) for row in page],
        "sort": sort,
        "states": ResponseState.choices,
        "flags": Flag.choices,
        "collectors": queries.collectors_of(choice.campaign),
        **may(request.viewer, choice.campaign),
    }
    return render(request, "results/answers.html", shown)


def narrowed_by(query: Mapping[str, str]) -> Narrowed:
    """What was asked for; a value that nobody could have chosen counts as not asked."""
    state, flag = query.get("state", ""), query.get("flag", "")
    excluded, collector = query.get("excluded", ""), query.get("collector", "")
    return Narrowed(
        state=state if state in ResponseState.values else "",
        flag=flag if flag in (*Flag.values, "any") else "",
        excluded=excluded if excluded in ("yes", "no") else "",
        collector=int(collector)
        if collector.isascii() and collector.isdecimal() and len(collector) < 19
        else None,
        day=_day(query.get("day", "")),
    )


def _day(typed: str) -> date | None:
    try:
        day = parse_date(typed)
    except ValueError:  # such as 30 February
        return None
    return day if day and date(1900, 1, 1) <= day < date(9000, 1, 1) else None


@policy(Policy.SEE_ANSWERS)
@require_safe
def detail(request: Request, pk: int, response: int) -> HttpResponse:
    campaign, found = _find(request, pk, response)
    return _detail(request, campaign, found, ReasonForm())


def _find(request: Request, pk: int, response: int) -> tuple[Campaign, Response]:
    campaign = find_campaign(request, pk, Policy.SEE_ANSWERS)
    rows = queries.visible_responses(request.viewer, campaign)
    return campaign, get_object_or_404(rows, pk=response)


def _detail(
    request: Request, campaign: Campaign, response: Response, form: ReasonForm
) -> HttpResponse:
    draft = draft_of(campaign.version)
    items = {item.code: item for item in draft.items}
    given = answer_in_full(layout_of(campaign.version), items, response)
    shown = {
        "response": response,
        "language": dict(settings.LANGUAGES).get(response.language, response.language),
        "said": told_lines(given),
        "flags": [(flag.label, EXPLAINED[flag]) for flag in flags_of(response)],
        "form": form,
        "counts": response.state in COUNTING and response.excluded_at is None,
        **may(request.viewer, campaign),
    }
    status = 400 if form.errors else 200
    return render(request, "results/answer.html", shown, status=status)


@policy(Policy.SEE_ANSWERS)
@require_POST
def exclusion(request: Request, pk: int, response: int) -> HttpResponse:
    campaign, found = _find(request, pk, response)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, campaign, found, form)
    reason = form.cleaned_data["reason"]
    try:
        taking_back.exclude_response(found, reason=reason, by=request.user, now=now())
    except taking_back.NotCounted:
        messages.warning(request, _("It did not count any more; this is how it stands."))
    else:
        messages.success(request, _("Excluded. It counts in no number from now on."))
    return redirect("results:answer", pk, response)


@policy(Policy.SEE_ANSWERS)
@require_POST
def restoration(request: Request, pk: int, response: int) -> HttpResponse:
    _campaign, found = _find(request, pk, response)
    try:
        taking_back.restore_response(found, by=request.user, now=now())
    except taking_back.NotExcluded:
        messages.warning(request, _("It counted again already; this is how it stands."))
    except taking_back.QuotaFull:
        messages.error(
            request,
            _("A quota has filled up meanwhile. Raise the quota, then let it count again."),
        )
    else:
        messages.success(request, _("It counts again."))
    return redirect("results:answer", pk, response)


@policy(Policy.SEE_ANSWERS, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: Request, pk: int, response: int) -> HttpResponse:
    """A page of its own, as asking who somebody is can only come back to a page."""
    campaign, found = _find(request, pk, response)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        taking_back.erase_response(found, reason=reason, by=request.user, now=now())
        messages.success(request, _("Erased. What was said is gone and counts nowhere."))
        return redirect("results:answer", pk, response)
    shown = {"response": found, "form": form, **may(request.viewer, campaign)}
    status = 400 if form.errors else 200
    return render(request, "results/erasure.html", shown, status=status)
