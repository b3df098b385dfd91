"""
How any step of a case is sent in: whoever may, the form, the verb, and what is said if
somebody was quicker. What was typed is never lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from gapless.control.cases import queries, records
from gapless.control.cases.rules import theirs
from gapless.control.cases.steps import ChangedMeanwhile, NotNow
from gapless.people.org.queries import today

from . import words
from .page import Waiting, back, find, show

if TYPE_CHECKING:
    from gapless.control.cases.models import Case
    from gapless.web.http import Request

    from .forms import StepForm

MEANWHILE = (ChangedMeanwhile, NotNow)

Verb = Callable[..., Any]


def act(
    request: Request,
    pk: int,
    form_type: type[StepForm],
    verb: Verb,
    said: str | Promise,
    *,
    target: int | None = None,
) -> HttpResponse:
    """
    Let a step happen, as it was sent.

    :param verb: told the case, what the form says, and key, seen, by and now.
    :param said: to whoever sent it, when it has happened.
    """
    case = find(request, pk)
    people = list(queries.takers(request.viewer, on=today(now())))
    form = form_type(case, people, request.POST, request.FILES, target=target)
    standing = records.standing_of(request.viewer, case, queries.open_offer(case))
    valid = form.is_valid()
    step = form.chosen_step if valid else form_type.step
    if not theirs(step, standing):
        if not standing.decides:
            raise PermissionDenied(step.value)
        form.add_error(None, _("Only whoever has it hands it over; assign it instead."))
        return _kept(request, find(request, pk), form, status=409)
    if not valid:
        return _kept(request, find(request, pk), form, status=422)
    try:
        verb(
            case,
            **form.facts,
            key=f"{request.user.pk}:{form.cleaned_data['key']}",
            seen=form.cleaned_data["version"],
            by=request.user,
            now=now(),
        )
    except MEANWHILE:
        return _meanwhile(request, pk, form)
    except tuple(form.refused) as error:
        field, sentence = form.refused[type(error)]
        form.add_error(field, str(sentence))
        return _kept(request, find(request, pk), form, status=422)
    messages.success(request, str(said))
    return redirect(after(request, pk))


def after(request: Request, pk: int) -> str:
    """The case again, as long as it is still theirs to see."""
    if not queries.visible_cases(request.viewer).filter(pk=pk).exists():
        return back(request) or reverse("cases:index")
    here, came_from = reverse("cases:detail", args=[pk]), back(request)
    return f"{here}?{urlencode({'next': came_from})}" if came_from else here


def _kept(request: Request, case: Case, form: StepForm, *, status: int) -> HttpResponse:
    """The page as it stands, with the form; or its words, where it has no place now."""
    standing = records.standing_of(request.viewer, case, queries.open_offer(case))
    exists, _number = Waiting.on(case).target(type(form), request.viewer.person_id)
    if exists and form.offered(case, standing):
        return show(request, case, form, status=status)
    lost = [
        (str(field.label), str(field.value() or ""))
        for field in form.visible_fields()
        if not field.field.widget.needs_multipart_form
        and not hasattr(field.field.widget, "choices")
    ]
    sentence = " ".join(str(error) for error in form.non_field_errors())
    sentence = sentence or _("As the case stands, this does not happen to it any more.")
    return show(
        request, case, lost=list(words.typed(lost)), sentence=sentence, status=status
    )


def _meanwhile(request: Request, pk: int, form: StepForm) -> HttpResponse:
    """Somebody was quicker: what they did, and what was typed, to be sent again."""
    case = find(request, pk)
    typed = form.data.copy()  # type: ignore[attr-defined]
    typed["version"] = str(case.version)
    form.data, form.case = typed, case
    form.add_error(None, _what_happened(case))
    return _kept(request, case, form, status=409)


def _what_happened(case: Case) -> str:
    last = queries.timeline(case).last()
    if last is None or last.by is None:
        return _(
            "Something happened to the case after you opened it. What you typed is kept:"
            " look at it again before you send it."
        )
    return _(
        "%(name)s was quicker, at %(at)s: %(step)s. What you typed is kept: look at it"
        " again before you send it."
    ) % {
        "name": last.by.name,
        "at": f"{localtime(last.at):%H:%M}",
        "step": last.get_step_display(),
    }
