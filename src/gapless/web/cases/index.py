"""The list of cases: looking through it, keeping a view of it, assigning from it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.control.cases import queries, saving
from gapless.control.cases.categories import tree
from gapless.control.cases.choices import Channel, Kind, Severity, State
from gapless.people.org.queries import today, units_for
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from . import assigning, listing, told
from .assigning import AssignForm

if TYPE_CHECKING:
    from gapless.control.cases.categories import Branch

    from .listing import Asked

PER_PAGE = 50


def _asked(request: Request) -> tuple[Asked, list[Branch]]:
    branches = tree()
    return listing.asked(request.viewer, request.GET, branches), branches


@policy(Policy.TAKE_CASES)
@require_safe
def index(request: Request) -> HttpResponse:
    return _page(request, AssignForm([], initial={"key": _new_key(request)}))


def _new_key(request: Request) -> str:
    """One list as one person opened it: sent twice, each is assigned once."""
    this = f"{request.user.pk} {now().isoformat()}"
    return salted_hmac("gapless.assign", this, algorithm="sha256").hexdigest()[:32]


def _page(
    request: Request, form: AssignForm, *, ticked: Collection[int] = (), status: int = 200
) -> HttpResponse:
    viewer, at = request.viewer, now()
    asked, branches = _asked(request)
    found = listing.found(viewer, asked, now=at).defer(*listing.NOT_SHOWN)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [told.row(viewer, each, ticked=ticked, now=at) for each in page]
    shown: dict[str, Any] = {
        "asked": asked,
        "page": page,
        "rows": rows,
        "saved": saving.filters_of(viewer),
        "any": bool(rows) or queries.visible_cases(viewer).exists(),
        "sees_board": viewer.holds(Policy.SEE_CASES),
        "form": _with_people(request, form) if any(row.chosen for row in rows) else None,
    }
    if not request.htmx:
        shown |= _choices(request, branches, asked)
    fragment = "#list" if request.htmx else ""
    return render(request, f"cases/index.html{fragment}", shown, status=status)


def _choices(request: Request, branches: list[Branch], asked: Asked) -> dict[str, Any]:
    """What the filters offer; the fragment leaves them as they are."""
    return {
        "units": units_for(request.viewer, Policy.TAKE_CASES),
        "branches": [
            each
            for each in branches
            if not each.category.retired_at or each == asked.category
        ],
        "kinds": Kind.choices,
        "severities": Severity.choices,
        "states": State.choices,
        "channels": Channel.choices,
    }


def _with_people(request: Request, form: AssignForm) -> AssignForm:
    """Whom cases can be given to is only asked where some can be given."""
    if not form.people:
        form.offer(queries.takers(request.viewer, on=today(now())))
    return form


@policy(Policy.TAKE_CASES)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    asked, _tree = _asked(request)
    rows = listing.rows(request.viewer, asked, now=now())
    return respond(filename, listing.header(), rows)


@policy(Policy.DECIDE_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def holders(request: Request) -> HttpResponse:
    """Give what was ticked to a colleague, and go back to the list as it was."""
    if request.method != "POST":  # from a list that was shown again with what was wrong
        return redirect(_back(request))
    seen = assigning.ticked(request.POST.getlist("case"))
    form = AssignForm(queries.takers(request.viewer, on=today(now())), request.POST)
    if not seen:
        form.add_error(None, _("Tick the cases first that somebody else is to have."))
    if not form.is_valid():
        return _page(request, form, ticked=seen, status=422)
    outcome = assigning.assign(request.viewer, seen, form, by=request.user, now=now())
    done, not_done = assigning.in_words(outcome, form.chosen.name)
    for sentence in done:
        messages.success(request, sentence)
    for sentence in not_done:
        messages.warning(request, sentence)
    return redirect(_back(request))


def _back(request: Request) -> str:
    query = request.GET.urlencode()
    return reverse("cases:index") + (f"?{query}" if query else "")


@policy(Policy.TAKE_CASES)
@require_POST
def filters(request: Request) -> HttpResponse:
    """Keep the view that the address names, under a name."""
    asked, _tree = _asked(request)
    try:
        saved = saving.save_filter(
            request.POST.get("name", ""), asked.kept, by=request.user, now=now()
        )
    except saving.NoName:
        messages.warning(request, _("Give the view a name, so that you find it again."))
        return redirect(_back(request))
    except saving.TooMany:
        said = _("You keep %(count)d views already; take one out first.")
        messages.warning(request, said % {"count": saving.MOST})
        return redirect(_back(request))
    said = _("“%(name)s” stands above the list from now on.")
    messages.success(request, said % {"name": saved.name})
    return redirect(f"{reverse('cases:index')}?{saved.query}")


@policy(Policy.TAKE_CASES)
@require_POST
def filter_removal(request: Request, pk: int) -> HttpResponse:
    saved = get_object_or_404(saving.filters_of(request.viewer), pk=pk)
    saving.forget_filter(saved)
    messages.success(request, _("“%(name)s” is gone.") % {"name": saved.name})
    return redirect("cases:index")
