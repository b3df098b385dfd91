"""Following up bad answers: the list, taking one in hand, closing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.evaluation.campaigns import follow_ups, queries
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.http import Request, local_path, policy

from . import listing, told
from .forms import OutcomeForm

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import FollowUp

PER_PAGE = 50


@policy(Policy.FOLLOW_UP)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    found = listing.found(request.viewer, asked, now=now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "asked": asked,
        "page": page,
        "rows": [told.row(each, now=now()) for each in page],
        "units": units_for(request.viewer, Policy.FOLLOW_UP),
        "overdue": queries.overdue_follow_ups(request.viewer, now()).count(),
        "any": queries.visible_follow_ups(request.viewer).exists(),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"follow_ups/index.html{fragment}", shown)


@policy(Policy.FOLLOW_UP)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    rows = listing.rows(request.viewer, asked, now=now())
    return respond(filename, listing.header(), rows)


@policy(Policy.FOLLOW_UP)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, find(request, pk), OutcomeForm())


def _detail(
    request: Request, follow_up: FollowUp, form: OutcomeForm, *, status: int = 200
) -> HttpResponse:
    shown = {
        "row": told.row(follow_up, now=now()),
        "follow_up": follow_up,
        "mine": follow_up.owner_id == request.user.pk,
        "question": told.question_of(follow_up),
        "said": told.said_in(follow_up),
        "contact": told.contact_of(request.viewer, follow_up),
        "sees_contacts": request.viewer.holds_at(Policy.SEE_CONTACTS, follow_up.unit.path),
        "form": form,
        "back": _back(request),
    }
    return render(request, "follow_ups/detail.html", shown, status=status)


def _back(request: Request) -> str:
    """The page from which somebody came to see to it, if not from the list."""
    said = request.POST.get("next", "") or request.GET.get("next", "")
    return local_path(said, otherwise="")


@policy(Policy.FOLLOW_UP)
@require_POST
def owner(request: Request, pk: int) -> HttpResponse:
    """Take it in hand; from whom, the page said."""
    follow_up = find(request, pk)
    seen = request.POST.get("from", "")
    try:
        if str(follow_up.owner_id or "") != seen:
            raise follow_ups.TakenMeanwhile(follow_up)
        follow_ups.take_follow_up(follow_up, by=request.user, now=now())
    except follow_ups.AlreadyDone:
        messages.warning(request, _("It is closed already; this is how it stands."))
    except follow_ups.TakenMeanwhile:
        name = follow_up.owner.name if follow_up.owner else ""
        taken = _("%(name)s took it in hand just before; ask before you take it over.")
        messages.warning(request, taken % {"name": name})
    else:
        messages.success(request, _("It is yours; say here what was done."))
    back = _back(request)
    here = reverse("follow_ups:detail", args=[pk])
    return redirect(f"{here}?{urlencode({'next': back})}" if back else here)


@policy(Policy.FOLLOW_UP)
@require_POST
def outcome(request: Request, pk: int) -> HttpResponse:
    follow_up = find(request, pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _detail(request, follow_up, form, status=422)
    try:
        follow_ups.finish_follow_up(
            follow_up,
            outcome=form.cleaned_data["outcome"],
            resolved=form.cleaned_data["resolved"] == "yes",
            by=request.user,
            now=now(),
        )
    except follow_ups.AlreadyDone:
        messages.warning(request, _("It is closed already; this is how it stands."))
    except follow_ups.NothingSaid:
        form.add_error("outcome", _("Say in a few words what was done."))
        return _detail(request, follow_up, form, status=422)
    else:
        messages.success(request, _("The follow-up is closed."))
    return redirect(_back(request) or reverse("follow_ups:detail", args=[pk]))


def find(request: Request, pk: int) -> FollowUp:
    return get_object_or_404(queries.visible_follow_ups(request.viewer), pk=pk)
