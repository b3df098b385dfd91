"""Time limits: what stands, its versions, and editing the next one as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.core.clocks import drafting, queries
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy

from . import words
from .forms import NewForm, ReplayForm, TermsForm, as_it_stands

if TYPE_CHECKING:
    from gapless.core.clocks.models import ClockPolicy, PolicyVersion

form_page = require_http_methods(["GET", "HEAD", "POST"])
REPLAYS_SHOWN = 10


@policy(Policy.SEE_CLOCKS)
@require_safe
def index(request: Request) -> HttpResponse:
    counted = _counted(request)
    rows = [
        _row(each, *counted.get(each.pk, (0, 0)))
        for each in queries.policies().order_by("kind", "code")
    ]
    may_edit = request.viewer.holds(Policy.EDIT_CLOCKS)
    return render(request, "limits/index.html", {"rows": rows, "may_edit": may_edit})


def _counted(request: Request) -> Mapping[int, tuple[int, int]]:
    viewer = request.viewer
    paths = viewer.paths(Policy.SEE_CLOCKS)
    return queries.counted(paths, person_id=viewer.person_id, now=now())


def _row(limit: ClockPolicy, running: int, overdue: int) -> dict[str, object]:
    versions = list(limit.versions.all())
    stands = next((each for each in versions if each.published_at), None)
    shown = stands or versions[0]
    return {
        "limit": limit,
        "version": stands,
        "draft": next((each for each in versions if not each.published_at), None),
        "words": words.limit_words(queries.policy_in(shown).limit),
        "assumed": shown.assumed,
        "running": running,
        "overdue": overdue,
    }


@policy(Policy.EDIT_CLOCKS)
@form_page
def new(request: Request) -> HttpResponse:
    form = NewForm(request.POST or None, initial={"starts_on": ["registered"]})
    if form.is_valid():
        given = form.cleaned_data
        try:
            draft = drafting.make_policy(
                code=given["code"],
                name=form.name,
                kind=given["kind"],
                said=form.said,
                by=request.user,
                now=now(),
            )
        except drafting.CodeTaken:
            form.add_error("code", _("Another time limit has this code; choose one."))
        except drafting.NotKept:
            form.add_error(None, _contradiction())
        else:
            messages.success(request, _("A draft: publish it to put it in force."))
            return redirect("limits:detail", draft.policy_id)
    return render(request, "limits/edit.html", {"form": form})


@policy(Policy.SEE_CLOCKS)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, find(pk))


def page(
    request: Request, limit: ClockPolicy, form: ReplayForm | None = None
) -> HttpResponse:
    versions = list(limit.versions.all())
    stands = next((each for each in versions if each.published_at), None)
    draft = next((each for each in versions if not each.published_at), None)
    paths = request.viewer.paths(Policy.SEE_CLOCKS)
    shown = {
        "limit": limit,
        "versions": versions,
        "stands": stands,
        "draft": draft,
        "lines": words.described(stands) if stands else [],
        "draft_lines": words.described(draft) if draft else [],
        "running": _counted(request).get(limit.pk, (0, 0)),
        "may_edit": request.viewer.holds(Policy.EDIT_CLOCKS),
        "form": form or replay_form(request, limit),
        "replays": queries.replays_within(paths).filter(policy=limit)[:REPLAYS_SHOWN],
    }
    return render(request, "limits/detail.html", shown, status=422 if form else 200)


def replay_form(request: Request, limit: ClockPolicy) -> ReplayForm:
    units = units_for(request.viewer, Policy.SEE_CLOCKS)
    return ReplayForm(
        units, limit.versions.all(), request.POST or None, today=localdate(now())
    )


@policy(Policy.EDIT_CLOCKS)
@form_page
def draft(request: Request, pk: int) -> HttpResponse:
    """The next version. Nothing is written before something is said."""
    limit = find(pk)
    latest = limit.versions.all()[0]
    form = TermsForm(request.POST or None, initial=as_it_stands(latest), stands=latest)
    shown: dict[str, object] = {"form": form, "limit": limit}
    if form.is_valid():
        opened = drafting.open_draft(limit, by=request.user, now=now())
        seen = form.cleaned_data["version"] if opened == latest else opened.edits
        try:
            drafting.change_draft(
                opened,
                said=form.said,
                name=form.name,
                seen=seen or 0,
                by=request.user,
                now=now(),
            )
        except drafting.NotKept:
            form.add_error(None, _contradiction())
        except (drafting.ChangedMeanwhile, drafting.AlreadyPublished):
            shown["differences"] = differences(form, form.initial)
            rebase(form, opened.edits)
            return render(request, "limits/edit.html", shown, status=409)
        else:
            messages.success(request, _("Saved as a draft; what is in force stays."))
            return redirect("limits:detail", pk)
    return render(request, "limits/edit.html", shown)


@policy(Policy.EDIT_CLOCKS)
@require_POST
def publication(request: Request, pk: int) -> HttpResponse:
    drafted = _draft(find(pk))
    try:
        drafting.publish_policy(drafted, by=request.user, now=now())
    except drafting.AlreadyPublished:
        messages.warning(request, _no_draft())
    else:
        messages.success(
            request,
            _("In force: what begins from now on runs under it, the rest as it began."),
        )
    return redirect("limits:detail", pk)


@policy(Policy.EDIT_CLOCKS)
@require_POST
def discard(request: Request, pk: int) -> HttpResponse:
    drafted = _draft(find(pk))
    try:
        drafting.discard_draft(drafted, by=request.user, now=now())
    except drafting.AlreadyPublished:
        messages.warning(request, _no_draft())
    else:
        messages.success(request, _("The draft is gone; what was in force still is."))
    if queries.policies().filter(pk=pk).exists():
        return redirect("limits:detail", pk)
    return redirect("limits:index")


def find(pk: int) -> ClockPolicy:
    return get_object_or_404(queries.policies(), pk=pk)


def _draft(limit: ClockPolicy) -> PolicyVersion:
    """The last version; if it is no draft any more, the verb that wants one says so."""
    return limit.versions.order_by("-number").select_related("policy")[0]


def _no_draft() -> str:
    return _("There is no draft any more; this is how it stands.")


def _contradiction() -> str:
    return _("This cannot be kept: what the law requires is never paused; mend the terms.")
