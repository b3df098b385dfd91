"""Reading the trail: what was done, what was refused, and whether the chain is whole."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from gapless.core.audit import queries
from gapless.core.audit.actions import note_export, seal_finished
from gapless.core.audit.catalogue import GROUPS, REFUSALS
from gapless.core.files.exports import csv_response, xlsx_response
from gapless.people.org.rules import Policy
from gapless.people.org.trail import actors, reads_whole_trail, visible_events
from gapless.web.http import Request, policy

from . import listing
from .told import told_all, told_refusal

PER_PAGE = 50
RESPONSES = {"csv": csv_response, "xlsx": xlsx_response}


@policy(Policy.READ_AUDIT)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.GET)
    found = listing.found(request.viewer, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    whole = reads_whole_trail(request.viewer)
    shown = {
        "asked": asked,
        "page": page,
        "rows": told_all(page, request.viewer),
        "groups": GROUPS.items(),
        "people": actors(request.viewer),
        "whole": whole,
        "last": queries.last_seal() if whole else None,
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"audit/index.html{fragment}", shown)


@policy(Policy.READ_AUDIT)
@require_safe
def detail(request: Request, pk: str) -> HttpResponse:
    events = visible_events(request.viewer).select_related("actor", "seal")
    event = get_object_or_404(events, pk=pk)
    shown = {
        "told": told_all([event], request.viewer)[0],
        "whole": reads_whole_trail(request.viewer),
    }
    fragment = "#drawer" if request.htmx else ""
    return render(request, f"audit/detail.html{fragment}", shown)


@policy(Policy.READ_AUDIT)
@require_safe
def refusals(request: Request) -> HttpResponse:
    asked = listing.asked(request.GET)
    found = listing.found_refusals(request.viewer, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "asked": asked,
        "page": page,
        "rows": [told_refusal(refusal) for refusal in page],
        "types": REFUSALS.items(),
        "whole": reads_whole_trail(request.viewer),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"audit/refusals.html{fragment}", shown)


@policy(Policy.READ_AUDIT)
@require_POST
def verification(request: Request) -> HttpResponse:
    """Follow the chain now. It holds all events, so it is for whoever reads them all."""
    if not reads_whole_trail(request.viewer):
        raise PermissionDenied
    seal_finished()
    verdict = queries.verify(now=now())
    where = {"count": verdict.count}
    if verdict.fault is None:
        messages.success(request, _("The chain is whole up to number %(count)d.") % where)
    else:
        until = _("The chain is whole up to number %(count)d only.") % where
        messages.error(request, f"{until} {verdict.fault.kind.label}")
    return redirect("audit:index")


@policy(Policy.READ_AUDIT, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: Request) -> HttpResponse:
    """
    Take a copy of what the list shows. A page of its own, as asking who somebody is can
    only come back to a page; and that a copy was taken is written down, which a GET is not
    to do.
    """
    asked = listing.asked(request.GET)
    if request.method != "POST":
        shown = {"count": listing.found(request.viewer, asked).count(), "asked": asked}
        return render(request, "audit/exports.html", shown)
    ending = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    whole = reads_whole_trail(request.viewer)
    rows = list(listing.rows(request.viewer, asked, whole=whole))
    note_export(by=request.user, rows=len(rows), now=now(), asked=asked.said)
    return RESPONSES[ending](f"audit.{ending}", listing.header(whole=whole), rows)
