"""The clocks of one's units: the list, one clock, and asking for more time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapless.core.clocks import extending, queries
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.people.work.limits import deciders
from gapless.web.http import Request, local_path, policy

from . import listing, words
from .forms import DecisionForm, ExtensionForm
from .picture import drawn
from .story import held, signals, story

if TYPE_CHECKING:
    from gapless.core.clocks.models import Clock

PER_PAGE = 50


@policy(Policy.SEE_CLOCKS)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    found = listing.found(request.viewer, asked, now=now())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "asked": asked,
        "page": page,
        "rows": listing.rows(page, now=now()),
        "units": units_for(request.viewer, Policy.SEE_CLOCKS),
        "limits": queries.policies(),
        "overdue": listing.visible(request.viewer).overdue(now()).count(),
        "any": listing.visible(request.viewer).exists(),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"clocks/index.html{fragment}", shown)


@policy(Policy.SEE_CLOCKS)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    cells = listing.cells(request.viewer, asked, now=now())
    return respond(filename, listing.header(), cells)


@policy(Policy.SEE_CLOCKS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, find(request, pk), ExtensionForm(), DecisionForm())


def _detail(
    request: Request,
    clock: Clock,
    asking: ExtensionForm,
    deciding: DecisionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    whole = queries.whole(clock, now=now())
    reading = whole.reading
    may_edit = request.viewer.holds_at(Policy.EDIT_CLOCKS, clock.matter.unit.path)
    extensions = list(clock.extensions.select_related("asked_by", "decided_by"))
    waits = next((each for each in extensions if each.decided_at is None), None)
    shown = {
        "clock": clock,
        "row": listing.row(clock, now=now()),
        "reading": reading,
        "paused_by": [words.reason(code) for code in reading.paused_by],
        "picture": drawn(reading, whole.pauses, now=now()),
        "story": story(clock, whole),
        "signals": signals(whole),
        "held": list(held(whole)),
        "lines": words.described(clock.version),
        "others": listing.rows(queries.clocks_beside(clock), now=now()),
        "extensions": extensions,
        "waits": waits,
        "may_ask": reading.due_at and not (waits or reading.stopped_at or reading.late),
        "may_decide": waits and may_edit and waits.asked_by_id != request.user.pk,
        "asking": asking,
        "deciding": deciding,
        "back": _back(request),
    }
    return render(request, "clocks/detail.html", shown, status=status)


def _back(request: Request) -> str:
    """The page from which somebody came to see to it, if not from the list."""
    said = request.POST.get("next", "") or request.GET.get("next", "")
    return local_path(said, otherwise="")


def _here(request: Request, pk: int) -> str:
    back, here = _back(request), reverse("clocks:detail", args=[pk])
    return f"{here}?{urlencode({'next': back})}" if back else here


@policy(Policy.SEE_CLOCKS)
@require_POST
def extensions(request: Request, pk: int) -> HttpResponse:
    """Ask for a later limit."""
    clock = find(request, pk)
    form = ExtensionForm(request.POST)
    if form.is_valid():
        try:
            extending.ask_extension(
                clock,
                **form.cleaned_data,
                tell=deciders(clock, but=request.user, now=now()),
                by=request.user,
                now=now(),
            )
        except extending.NotLater:
            form.add_error("until", _("The new limit is later than the one that stands."))
        except extending.NothingSaid:
            form.add_error("reason", _("Say why more time is needed; leave names out."))
        except extending.NoLimitToMove:
            messages.warning(request, _("There is no limit to move: it passed or stopped."))
            return redirect(_here(request, pk))
        except extending.AlreadyAsked:
            messages.warning(request, _("Somebody asked already; see below."))
            return redirect(_here(request, pk))
        else:
            messages.success(
                request, _("Asked. The limit stands until somebody else has said yes.")
            )
            return redirect(_here(request, pk))
    return _detail(request, clock, form, DecisionForm(), status=422)


@policy(Policy.EDIT_CLOCKS)
@require_POST
def decision(request: Request, pk: int, extension: int) -> HttpResponse:
    clock = find(request, pk)
    if not request.viewer.holds_at(Policy.EDIT_CLOCKS, clock.matter.unit.path):
        raise PermissionDenied(Policy.EDIT_CLOCKS.value)
    paths = request.viewer.paths(Policy.SEE_CLOCKS)
    within = queries.extensions_within(paths, person_id=request.user.pk)
    asked = get_object_or_404(within.filter(clock=clock), pk=extension)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _detail(request, clock, ExtensionForm(), form, status=422)
    approved = form.cleaned_data["approved"] == "yes"
    answer = form.cleaned_data["answer"]
    try:
        extending.decide_extension(
            asked, approved=approved, answer=answer, by=request.user, now=now()
        )
    except extending.NothingSaid:
        form.add_error("answer", _("Say why not, so that whoever asked can act on it."))
        return _detail(request, clock, ExtensionForm(), form, status=422)
    except extending.OwnRequest:
        messages.warning(request, _("You asked yourself; somebody else has to decide."))
    except extending.AlreadyDecided:
        messages.warning(request, _("It was decided already; this is how it stands."))
    except (extending.NoLimitToMove, extending.NotLater):
        messages.warning(
            request, _("It can only be refused: its limit has passed, stopped or moved.")
        )
    else:
        messages.success(request, _("Decided; the first limit stays visible."))
    return redirect(_here(request, pk))


def find(request: Request, pk: int) -> Clock:
    return get_object_or_404(listing.visible(request.viewer), pk=pk)
