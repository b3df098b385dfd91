"""Changing when a unit works: its week, and the days on which it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapless.core.calendar import actions
from gapless.core.calendar.queries import closures_of, ways_of, weeks_before
from gapless.people.org import queries
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy, require

from .forms import ClosureForm, VersionForm, WeekForm, week_stands

if TYPE_CHECKING:
    from gapless.people.org.models import Unit

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.EDIT_CALENDARS)
@form_page
def week(request: Request, pk: int) -> HttpResponse:
    unit = _find(request, pk)
    ways = ways_of([unit.pk])[unit.pk]
    most = max(len(shifts) for shifts in ways.week)
    form = WeekForm(most, request.POST or None, initial=week_stands(ways))
    shown: dict[str, object] = {
        "form": form,
        "unit": unit,
        "ways": ways,
        "versions": weeks_before(unit.pk),
    }
    if form.is_valid():
        try:
            actions.set_week(unit, **form.facts, by=request.user, now=now())
        except actions.ChangedMeanwhile:
            shown["differences"] = differences(form, form.initial)
            rebase(form, ways.seen)
            return render(request, "calendars/week.html", shown, status=409)
        messages.success(request, _("The working week is saved."))
        return redirect("calendars:unit", unit.pk)
    return render(request, "calendars/week.html", shown)


@policy(Policy.EDIT_CALENDARS)
@require_POST
def inheritance(request: Request, pk: int) -> HttpResponse:
    """Give the unit's own week up: it works as the unit above it."""
    unit = _find(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    ways = ways_of([unit.pk])[unit.pk]
    try:
        actions.set_week(
            unit,
            None,
            region=ways.region,
            closed_on_holidays=ways.closed_on_holidays,
            seen=form.cleaned_data["version"],
            by=request.user,
            now=now(),
        )
    except actions.ChangedMeanwhile:
        messages.warning(
            request, _("Somebody else changed the week meanwhile; this is how it stands.")
        )
    else:
        messages.success(request, _("The unit works as the one above it again."))
    return redirect("calendars:unit", unit.pk)


@policy(Policy.EDIT_CALENDARS)
@form_page
def closure(request: Request, pk: int) -> HttpResponse:
    unit = _find(request, pk)
    form = ClosureForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_closure(unit, **form.cleaned_data, by=request.user, now=now())
        except actions.ClosureTooLong:
            form.add_error(
                "until_on",
                _("A closure lasts two years at most; check both days."),
            )
        else:
            messages.success(request, _("The closure is entered."))
            return redirect("calendars:unit", unit.pk)
    return render(request, "calendars/closure.html", {"form": form, "unit": unit})


@policy(Policy.EDIT_CALENDARS)
@require_POST
def withdrawal(request: Request, pk: int) -> HttpResponse:
    seen = closures_of(queries.visible_units(request.viewer))
    found = get_object_or_404(seen, pk=pk)
    require(request.viewer, Policy.EDIT_CALENDARS, found.unit.path)
    try:
        actions.withdraw_closure(found, by=request.user, now=now())
    except actions.AlreadyWithdrawn:
        messages.warning(request, _("Somebody had withdrawn the closure already."))
    else:
        messages.success(request, _("The closure is withdrawn."))
    return redirect("calendars:unit", found.unit_id)


def _find(request: Request, pk: int) -> Unit:
    unit: Unit = get_object_or_404(queries.visible_units(request.viewer), pk=pk)
    require(request.viewer, Policy.EDIT_CALENDARS, unit.path)
    return unit
