"""Noting what happened to a unit, for its trends and those of everything below."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapless.evaluation.gaps import actions
from gapless.evaluation.gaps.events import visible_events
from gapless.people.org.queries import tops, visible_units
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy, require

from .event_forms import EventForm, as_typed

if TYPE_CHECKING:
    from gapless.evaluation.gaps.models import Event
    from gapless.people.org.models import Unit

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.NOTE_EVENTS)
@form_page
def new(request: Request) -> HttpResponse:
    unit = _unit(request)
    form = EventForm(request.POST or None, initial={"unit": unit.pk})
    if form.is_valid():
        actions.note_event(unit, **form.facts, by=request.user, now=now())
        messages.success(request, _("The event is noted: it stands on the trends now."))
        return redirect(_trend_of(unit))
    return render(request, "gaps/event_new.html", _shown(unit, form))


@policy(Policy.NOTE_EVENTS)
@form_page
def detail(request: Request, pk: int) -> HttpResponse:
    event = _find(request, pk)
    form = EventForm(request.POST or None, initial=as_typed(event))
    shown = _shown(event.unit, form) | {"event": event}
    if form.is_valid():
        seen = form.cleaned_data["version"] or 0
        try:
            actions.edit_event(
                event, version=seen, **form.facts, by=request.user, now=now()
            )
        except actions.ChangedMeanwhile:
            event.refresh_from_db()
            shown |= {"event": event, "differences": differences(form, as_typed(event))}
            rebase(form, event.version)
            return render(request, "gaps/event.html", shown, status=409)
        messages.success(request, _("The event is saved."))
        return redirect(_trend_of(event.unit))
    return render(request, "gaps/event.html", shown)


@policy(Policy.NOTE_EVENTS)
@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    event = _find(request, pk)
    actions.remove_event(event, by=request.user, now=now())
    messages.success(request, _("The event is struck out."))
    return redirect(_trend_of(event.unit))


def _find(request: Request, pk: int) -> Event:
    return get_object_or_404(visible_events(request.viewer), pk=pk)


def _unit(request: Request) -> Unit:
    """The unit it happened to: the one that is named, else the highest within reach."""
    typed = request.POST.get("unit") or request.GET.get("unit", "")
    if not typed and (top := tops(request.viewer, Policy.NOTE_EVENTS).first()):
        return top
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise Http404
    unit: Unit = get_object_or_404(visible_units(request.viewer), pk=int(typed))
    require(request.viewer, Policy.NOTE_EVENTS, unit.path)
    return unit


def _trend_of(unit: Unit) -> str:
    return f"{reverse('gaps:trend')}?{urlencode({'unit': unit.pk})}#events"


def _shown(unit: Unit, form: EventForm) -> dict[str, object]:
    return {"unit": unit, "form": form, "back": _trend_of(unit)}
