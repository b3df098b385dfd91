"""Replays: what a past period would have looked like, and which clocks make the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from gapless.core.clocks import queries, replays
from gapless.core.clocks.verdicts import Verdict, share_on_time
from gapless.core.files.exports import Cell
from gapless.core.jobs.actions import AlreadyOver
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy
from gapless.web.intake import Progress, progress_of
from gapless.web.templatetags.numbers import count, share

from . import limits

if TYPE_CHECKING:
    from gapless.core.clocks.models import Replay, ReplayChange

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Count:
    verdict: str
    before: int
    after: int


@policy(Policy.SEE_CLOCKS)
@require_POST
def ask(request: Request, pk: int) -> HttpResponse:
    limit = limits.find(pk)
    form = limits.replay_form(request, limit)
    if not form.is_valid():
        return limits.page(request, limit, form)
    try:
        asked = replays.ask_replay(limit, **form.facts, by=request.user, now=now())
    except replays.EmptyPeriod:
        form.add_error(
            "starts_on", _("The period has not begun yet; choose an earlier day.")
        )
        return limits.page(request, limit, form)
    return redirect("limits:replay", pk, asked.pk)


@policy(Policy.SEE_CLOCKS)
@require_safe
def detail(request: Request, pk: int, replay: int) -> HttpResponse:
    found = find(request, pk, replay)
    changes = queries.changes_in(found, person_id=request.user.pk)
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "replay": found,
        "limit": found.policy,
        "progress": _progress(found),
        "sentence": sentence(found),
        "counts": list(_counts(found)),
        "page": page,
    }
    fragment = "#standing" if request.htmx else ""
    return render(request, f"limits/replay.html{fragment}", shown)


@policy(Policy.SEE_CLOCKS)
@require_POST
def stop(request: Request, pk: int, replay: int) -> HttpResponse:
    found = find(request, pk, replay)
    try:
        replays.stop_replay(found, by=request.user, now=now())
    except AlreadyOver:
        messages.warning(request, _("It had ended already."))
    return redirect("limits:replay", pk, replay)


@policy(Policy.SEE_CLOCKS)
@require_safe
def export(
    request: Request,
    pk: int,
    replay: int,
    respond: Callable[..., HttpResponse],
    filename: str,
) -> HttpResponse:
    found = find(request, pk, replay)
    header = [
        _("Matter"),
        _("Unit"),
        _("Started at"),
        _("Stopped at"),
        _("Due"),
        _("Would have been due"),
        _("As it really was"),
        _("As it would have been"),
    ]
    changes = queries.changes_in(found, person_id=request.user.pk)
    return respond(filename, header, _cells(changes))


def _cells(changes: Iterable[ReplayChange]) -> Iterator[list[Cell]]:
    for change in changes:
        clock = change.clock
        yield [
            clock.matter.title,
            clock.matter.unit.code,
            clock.started_at,
            clock.stopped_at,
            change.due_before,
            change.due_after,
            change.get_before_display(),
            change.get_after_display(),
        ]


def find(request: Request, pk: int, replay: int) -> Replay:
    paths = request.viewer.paths(Policy.SEE_CLOCKS)
    return get_object_or_404(queries.replays_within(paths).filter(policy=pk), pk=replay)


def _progress(found: Replay) -> Progress | None:
    if found.finished_at:
        return None
    failed = bool(found.job and found.job.failed)
    return progress_of(found.job, _("Reading the clocks again"), gave_up=failed)


def sentence(found: Replay) -> str:
    """What came of it, as somebody would say it aloud."""
    before, after = share_on_time(found.before), share_on_time(found.after)
    clocks = sum(found.before.values())
    if before is None and after is None:
        return _("No clock of this limit was decided in this period; choose a longer one.")
    blanks = {"before": share(before), "after": share(after), "count": count(clocks)}
    return (
        ngettext(
            "This period would have looked like this: on time %(before)s → %(after)s, of"
            " %(count)s clock.",
            "This period would have looked like this: on time %(before)s → %(after)s, of"
            " %(count)s clocks.",
            clocks,
        )
        % blanks
    )


def _counts(found: Replay) -> Iterator[Count]:
    for verdict in Verdict:
        before, after = found.before.get(verdict, 0), found.after.get(verdict, 0)
        if before or after:
            yield Count(str(verdict.label), before, after)
