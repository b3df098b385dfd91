"""Invitations of one campaign: how they stand, drawing more, leaving in peace for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from gapless.core.files.exports import Cell
from gapless.core.text import LANGUAGES
from gapless.evaluation.campaigns import contacts, inviting, queries
from gapless.evaluation.campaigns.choices import InvitationState, Suppression
from gapless.people.org.rules import Policy
from gapless.web.answering import entry, pages
from gapless.web.http import Request, policy, require
from gapless.web.templatetags.numbers import count

from .forms import DrawForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gapless.evaluation.campaigns.models import Campaign, Invitation

PER_PAGE = 50
WAYS = tuple(state for state in InvitationState if state != InvitationState.SUPPRESSED)


@policy(Policy.RUN_CAMPAIGNS)
@require_safe
def index(request: Request, pk: int) -> HttpResponse:
    campaign = find(request, pk)
    found = _found(request, campaign)
    counts = inviting.counts(campaign)
    shown = {
        "campaign": campaign,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "counts": counts,
        "drawn": sum(counts[state] for state in InvitationState),
        "ways": [(way, way.label, counts[way]) for way in WAYS],
        "reasons": [(why, why.label, counts[why]) for why in Suppression if counts[why]],
        "state": request.GET.get("state", ""),
        "unit": request.GET.get("unit", ""),
        "units": queries.units_of(campaign),
        "open": campaign.state in inviting.COLLECTING,
        "sees_contacts": request.viewer.holds(Policy.SEE_CONTACTS),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"invitations/index.html{fragment}", shown)


def _found(request: Request, campaign: Campaign) -> QuerySet[Invitation]:
    state, code = request.GET.get("state", ""), request.GET.get("unit", "")
    found = inviting.invitations_in(campaign)
    if state in (*InvitationState.values, *Suppression.values, "answered"):
        found = inviting.in_state(found, state)
    if unit := code and queries.units_of(campaign).filter(code=code).first():
        found = found.filter(unit__path__startswith=unit.path)
    return found


@policy(Policy.RUN_CAMPAIGNS)
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: Request, pk: int) -> HttpResponse:
    """Choose, look at who would be asked, and only then invite them."""
    campaign = find(request, pk)
    units = inviting.frame_by_unit(campaign)
    data = request.POST or (request.GET if "seed" in request.GET else None)
    form = DrawForm(units, data)
    plan = None
    if form.is_valid():
        if request.method == "POST":
            return _invite(request, campaign, form)
        plan = inviting.plan(campaign, form.draw, now=now())
    shown = {
        "campaign": campaign,
        "form": form,
        "plan": plan,
        "reasons": [
            (why.label, n)
            for why in Suppression
            if plan and (n := plan.suppressed.get(why))
        ],
        "frame": sum(n for _unit, _name, n in units),
        "open": campaign.state in inviting.COLLECTING,
    }
    return render(request, "invitations/draw.html", shown)


def _invite(request: Request, campaign: Campaign, form: DrawForm) -> HttpResponse:
    try:
        plan = inviting.invite(campaign, form.draw, by=request.user, now=now())
    except inviting.Over:
        messages.warning(
            request, _("The campaign is closed, so nobody is invited any more.")
        )
    else:
        words = ngettext(
            "%(number)s customer is invited; mails go out while the campaign is in the"
            " field.",
            "%(number)s customers are invited; mails go out while the campaign is in the"
            " field.",
            plan.asked,
        )
        messages.success(request, words % {"number": count(plan.asked)})
    return redirect("invitations:index", campaign.pk)


@policy(Policy.RUN_CAMPAIGNS)
@require_safe
def export(
    request: Request, pk: int, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    """The sample and what became of it, without who anybody is."""
    campaign = find(request, pk)
    header = [
        _("Number"),
        _("Unit"),
        _("State"),
        _("Why not"),
        _("Drawn"),
        _("Sent"),
        _("Reminders"),
        _("Answer"),
    ]
    return respond(filename, header, _cells(_found(request, campaign)))


def _cells(found: QuerySet[Invitation]) -> Iterator[list[Cell]]:
    for row in found.iterator(chunk_size=2_000):
        response = getattr(row, "response", None)
        yield [
            row.pk,
            row.unit.code,
            row.get_state_display(),
            row.get_suppression_display(),
            row.made_at,
            row.sent_at,
            row.reminded,
            response.get_state_display() if response else "",
        ]


@policy(Policy.ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every mail. Looking changes nothing: mail scanners open every link."""
    contact = contacts.contact_of(token)
    if contact is None:
        raise Http404
    if request.method == "POST":
        contacts.opt_out(contact, by=None, now=now())
    language = entry.language_for(request, LANGUAGES, contact.language)
    return pages.message(
        "invitations/opt_out.html",
        language,
        200,
        csrf=pages.csrf(request),
        tongues=pages.tongues(LANGUAGES, language),
        out=request.method == "POST" or contact.opted_out_at is not None,
    )


def find(request: Request, pk: int) -> Campaign:
    """A campaign that the viewer sees, and runs."""
    campaign: Campaign = get_object_or_404(queries.visible_campaigns(request.viewer), pk=pk)
    require(request.viewer, Policy.RUN_CAMPAIGNS, campaign.within.path)
    return campaign
