"""Changing units: each page one form, each form one action."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapless.people.org import actions, queries
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy, require

from .forms import RemovalForm, UnitForm

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

FACTS = (
    "name",
    "code",
    "kind",
    "address",
    "time_zone",
    "customers_per_month",
    "phone",
    "supervision_phone",
    "version",
)
CANDIDATES = 30

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.EDIT_ORGANISATION)
@form_page
def new(request: Request, pk: int) -> HttpResponse:
    parent = _find(request, pk)
    form = UnitForm(request.POST or None, initial={"time_zone": parent.time_zone})
    if form.is_valid():
        with _said_in(form):
            made = actions.create_unit(parent, form.facts, by=request.user, now=now())
            messages.success(request, _("%(unit)s is created.") % {"unit": made.name})
            return redirect("units:detail", made.pk)
    return render(request, "units/new.html", {"form": form, "parent": parent})


@policy(Policy.EDIT_ORGANISATION)
@form_page
def facts(request: Request, pk: int) -> HttpResponse:
    unit = _find(request, pk)
    form = UnitForm(request.POST or None, initial=_stands(unit))
    if form.is_valid():
        try:
            with _said_in(form):
                _edit(request, unit, form)
                saved = {"unit": form.facts.name}
                messages.success(request, _("%(unit)s is saved.") % saved)
                return redirect("units:detail", unit.pk)
        except actions.ChangedMeanwhile:
            return _conflict(request, unit, form)
    return render(request, "units/facts.html", {"form": form, "unit": unit})


@policy(Policy.EDIT_ORGANISATION)
@form_page
def position(request: Request, pk: int) -> HttpResponse:
    """Search the new place, look at what moves along, move."""
    unit = _find(request, pk, moved=True)
    places = queries.places_for(request.viewer, unit)
    asked = (request.POST.get("under") or request.GET.get("under", "")).replace("\0", "")
    under: Unit | None = get_object_or_404(places, code=asked) if asked else None
    if under and request.method == "POST":
        return _move(request, unit, under)
    words = request.GET.get("q", "").strip()
    shown = {
        "unit": unit,
        "words": words,
        "rows": queries.placed(request.viewer, places.matching(words)[:CANDIDATES]),
        "new": queries.placed(request.viewer, [under])[0] if under else None,
        "along": queries.moving_along(unit, on=queries.today(now())),
    }
    return render(request, "units/position.html", shown)


@policy(Policy.EDIT_ORGANISATION, step_up=True)
@form_page
def removal(request: Request, pk: int) -> HttpResponse:
    unit = _find(request, pk, moved=True)
    form = RemovalForm(unit.code, request.POST or None)
    shown = {"form": form, "unit": unit}
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.delete_unit(unit, by=request.user, now=now(), reason=reason)
        except actions.InUse as error:
            shown["found"] = error.found
            return render(request, "units/removal.html", shown, status=409)
        messages.success(request, _("%(unit)s is deleted.") % {"unit": unit.name})
        return redirect("units:index")
    return render(request, "units/removal.html", shown)


def _find(request: Request, pk: int, *, moved: bool = False) -> Unit:
    """
    The unit, if it may be edited. To move or delete it is to change what its parent
    consists of, so these need the policy there too.
    """
    unit: Unit = get_object_or_404(queries.visible_units(request.viewer), pk=pk)
    require(request.viewer, Policy.EDIT_ORGANISATION, unit.path)
    if moved and not queries.may_move(request.viewer, unit):
        raise PermissionDenied
    return unit


def _edit(request: Request, unit: Unit, form: UnitForm) -> None:
    version = form.cleaned_data["version"] or 0
    actions.edit_unit(unit, form.facts, version=version, by=request.user, now=now())


def _move(request: Request, unit: Unit, under: Unit) -> HttpResponse:
    try:
        actions.move_unit(unit, under=under, by=request.user, now=now())
    except actions.BelowItself:
        # Somebody moved the new place meanwhile; the search offers what is left.
        messages.warning(
            request, _("That place now lies below the unit itself; choose another one.")
        )
        return redirect("units:position", unit.pk)
    said = _("%(unit)s now belongs to %(parent)s.")
    messages.success(request, said % {"unit": unit.name, "parent": under.name})
    return redirect("units:detail", unit.pk)


def _conflict(request: Request, unit: Unit, form: UnitForm) -> HttpResponse:
    unit.refresh_from_db()
    shown = {
        "form": form,
        "unit": unit,
        "differences": differences(form, _stands(unit)),
        "last": queries.last_change(unit),
    }
    rebase(form, unit.version)
    return render(request, "units/facts.html", shown, status=409)


def _stands(unit: Unit) -> dict[str, object]:
    return {field: getattr(unit, field) for field in FACTS}


@contextmanager
def _said_in(form: forms.Form) -> Iterator[None]:
    """What the action refuses is said next to the field."""
    try:
        yield
    except ValidationError as error:
        form.add_error(None, error)
    except actions.CodeTaken:
        form.add_error("code", _("Another unit has this code; choose another one."))
