"""Putting something off, taking it up again, handing it over, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapless.loop import HANDED_OVER
from gapless.people.org.queries import today
from gapless.people.org.rules import Policy
from gapless.people.work import actions, queries
from gapless.people.work.sources import NoLongerThere
from gapless.web.deadlines import due_in_words
from gapless.web.http import Request, local_path, policy
from gapless.web.messages import undoable

from .forms import HandOverForm, PutOffForm, proposals
from .listing import Desk

if TYPE_CHECKING:
    from gapless.people.work.rules import Entry


def _entry(desk: Desk, key: str) -> Entry:
    """What the address names, if it is work of the viewer's."""
    entry = queries.entry_of(desk.sources, key)
    if entry is None:
        raise Http404
    return entry


def _back(request: Request) -> str:
    """The list as it was left."""
    said = request.POST.get("next", "") or request.GET.get("next", "")
    return local_path(said, otherwise=reverse("work:index"))


@policy(Policy.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_snooze(request: Request, key: str) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    entry = _entry(desk, key)
    may_wait = entry.may_put_off and entry.due_at > desk.now
    form = PutOffForm(entry, desk.now, request.POST or None)
    if may_wait and form.is_valid():
        try:
            snooze = actions.put_off(
                entry,
                until=form.chosen,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=desk.now,
            )
        except actions.TooLate:
            due = due_in_words(entry.due_at, now=desk.now)
            sentence = _("It is due %(when)s; let it come back before, but not at once.")
            form.add_error(None, sentence % {"when": due.second})
        except actions.AlreadyPutOff:
            messages.warning(
                request, _("It was put off already, perhaps in another window.")
            )
            return redirect(_back(request))
        else:
            undo = reverse("work:snooze-end", args=[snooze.pk])
            when = due_in_words(snooze.until, now=desk.now).second
            said = _("Put off; it comes back %(when)s.") % {"when": when}
            undoable(request, said, undo)
            return redirect(_back(request))
    shown = {
        "entry": entry,
        "due": due_in_words(entry.due_at, now=desk.now),
        "form": form,
        "may_wait": may_wait,
        "proposals": proposals(entry, desk.now),
        "back": _back(request),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "work/put_off.html", shown, status=status)


@policy(Policy.SIGNED_IN)
@require_POST
def end_snooze(request: Request, pk: int) -> HttpResponse:
    snooze = get_object_or_404(queries.snoozes_of(request.viewer), pk=pk)
    try:
        actions.take_up(snooze, by=request.user, now=now())
    except actions.NotPutOff:
        messages.info(request, _("It is back on your list already."))
    else:
        messages.success(request, _("It is back on your list."))
    return redirect(_back(request))


@policy(Policy.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_hand_over(request: Request, key: str) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    entry = _entry(desk, key)
    people = queries.takers(desk.viewer, desk.sources, entry, on=today(desk.now))
    form = HandOverForm(people, request.POST or None)
    seen = str(entry.person_id or "")
    if form.is_valid():
        try:
            if request.POST.get("from", seen) != seen:
                raise NoLongerThere(entry)
            handed = actions.hand_over(
                entry,
                HANDED_OVER[entry.area],
                to=form.chosen,
                note=form.cleaned_data["note"],
                by=request.user,
                now=desk.now,
            )
        except NoLongerThere:
            messages.warning(request, _("Somebody was quicker; this is how it stands."))
        else:
            undo = reverse("work:hand-over-end", args=[handed.pk])
            said = _("Handed over to %(name)s; its date stays the same.")
            undoable(request, said % {"name": form.chosen.name}, undo)
        return redirect(_back(request))
    shown = {
        "entry": entry,
        "due": due_in_words(entry.due_at, now=desk.now),
        "form": form,
        "people": people,
        "seen": seen,
        "back": _back(request),
    }
    return render(
        request, "work/hand_over.html", shown, status=422 if form.is_bound else 200
    )


@policy(Policy.SIGNED_IN)
@require_POST
def end_hand_over(request: Request, pk: int) -> HttpResponse:
    desk = Desk.of(request.viewer, now())
    handed = get_object_or_404(queries.hand_overs_of(request.viewer), pk=pk)
    entry = queries.entry_of(desk.sources, str(handed), mine=False)
    if entry is None:
        messages.info(request, _("It is done, or no longer yours to see."))
        return redirect(_back(request))
    try:
        actions.take_back(handed, HANDED_OVER[entry.area], by=request.user, now=desk.now)
    except (actions.TakenBack, NoLongerThere):
        messages.warning(request, _("It is with somebody else by now, or done."))
    else:
        messages.success(request, _("It is yours again."))
    return redirect(_back(request))
