from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.text import LANGUAGES
from gapless.people.org.rules import Policy
from gapless.requirements.characteristics import actions, queries
from gapless.requirements.characteristics.choices import State
from gapless.requirements.characteristics.rules import may_become
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy

from . import listing
from .forms import NewForm, PlacesForm, StepForm, WordingForm, places_of, wording_of

if TYPE_CHECKING:
    from gapless.requirements.characteristics.models import Characteristic

PER_PAGE = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])
SAID_AFTER = {
    State.ACTIVE: gettext_lazy("In use again: new forms offer it."),
    State.RETIRED: gettext_lazy(
        "Retired: new forms no longer offer it, and nothing is lost."
    ),
}


@policy(Policy.SEE_UNITS)
@require_safe
def index(request: Request) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    found = listing.found(request.viewer, asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "asked": asked,
        "page": page,
        "groups": queries.grouped(page, asked.dimensions),
        "states": State.choices,
        "may_edit": request.viewer.holds(Policy.EDIT_CHARACTERISTICS),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"characteristics/index.html{fragment}", shown)


@policy(Policy.SEE_UNITS)
@require_safe
def export(
    request: Request, respond: Callable[..., HttpResponse], filename: str
) -> HttpResponse:
    asked = listing.asked(request.viewer, request.GET)
    rows = listing.rows(request.viewer, asked)
    return respond(filename, listing.header(asked), rows)


@policy(Policy.SEE_UNITS)
@require_safe
def dimensions(request: Request) -> HttpResponse:
    sets = queries.visible_dimension_sets(request.viewer)
    leading = queries.visible_dimensions(request.viewer).filter(dimension_set__leading=True)
    shown = {
        "leading": leading,
        "matrices": [
            queries.matrix(request.viewer, other) for other in sets if not other.leading
        ],
    }
    return render(request, "characteristics/dimensions.html", shown)


@policy(Policy.SEE_UNITS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    shown = {
        "characteristic": found,
        "wordings": [(language, found.name.get(language)) for language in LANGUAGES],
        "places": queries.places(request.viewer, found),
        "uses": queries.uses(request.viewer, found),
        "steps": may_become(State(found.state)),
        "may_edit": request.viewer.holds(Policy.EDIT_CHARACTERISTICS),
        "may_see_forms": request.viewer.holds(Policy.SEE_FORMS),
    }
    return render(request, "characteristics/detail.html", shown)


@policy(Policy.EDIT_CHARACTERISTICS)
@form_page
def new(request: Request) -> HttpResponse:
    form = NewForm(request.viewer, request.POST or None)
    if form.is_valid():
        try:
            added = actions.add_characteristic(**form.facts, by=request.user, now=now())
        except actions.CodeTaken:
            form.add_error("code", _("Another characteristic has this code; choose one."))
        else:
            return redirect("characteristics:detail", added.pk)
    return render(request, "characteristics/new.html", {"form": form})


@policy(Policy.EDIT_CHARACTERISTICS)
@form_page
def wording(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = WordingForm(request.POST or None, initial=wording_of(found))
    return _edit(request, found, form, actions.reword_characteristic)


@policy(Policy.EDIT_CHARACTERISTICS)
@form_page
def places(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    stands = places_of(found, queries.places(request.viewer, found))
    form = PlacesForm(request.viewer, request.POST or None, initial=stands)
    return _edit(request, found, form, actions.place_characteristic)


@policy(Policy.EDIT_CHARACTERISTICS)
@require_POST
def state(request: Request, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    to = State(form.cleaned_data["to"])
    try:
        actions.take_step(found, to=to, by=request.user, now=now())
    except actions.NoSuchStep:
        messages.warning(
            request, _("Its state had changed already; this is how it stands.")
        )
    else:
        messages.success(request, SAID_AFTER[to])
    return redirect("characteristics:detail", pk)


def _find(request: Request, pk: int) -> Characteristic:
    return get_object_or_404(queries.visible_characteristics(request.viewer), pk=pk)


def _edit(
    request: Request,
    found: Characteristic,
    form: WordingForm | PlacesForm,
    act: Callable[..., None],
) -> HttpResponse:
    """Show the form, or do what it says, unless somebody else was faster."""
    shown: dict[str, object] = {"characteristic": found, "form": form}
    if form.is_valid():
        try:
            act(found, **form.facts, by=request.user, now=now())
        except actions.ChangedMeanwhile:
            shown["differences"] = differences(form, form.initial)
            rebase(form, form.initial["version"])
            return render(request, form.template, shown, status=409)
        messages.success(request, _("Saved. Published forms keep what they froze."))
        return redirect("characteristics:detail", found.pk)
    return render(request, form.template, shown)
