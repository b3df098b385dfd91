"""What those decide who run the place, and what leaves the count of open cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gapless.control.cases import actions, answering, baton, queries, records, ruling_out
from gapless.control.cases.rules import number_in
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy, require

from .acting import act, after
from .ending_forms import (
    AssigningForm,
    ConcernForm,
    DecisionForm,
    MergingForm,
    NotFilingForm,
    ReviewForm,
)

if TYPE_CHECKING:
    from gapless.control.cases.models import Case, Draft, NotFiled
    from gapless.people.org.models import Person
    from gapless.people.org.rules import Viewer


@policy(Policy.DECIDE_CASES)
@require_POST
def holder(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Assigned, and whoever has it now was told.")
    return act(request, pk, AssigningForm, baton.assign, said)


@policy(Policy.DECIDE_CASES)
@require_POST
def draft(request: Request, pk: int, draft: int) -> HttpResponse:
    """Let a proposed answer go out, or send it back."""
    proposed = get_object_or_404(
        records.drafts_of(request.viewer).filter(case=pk), pk=draft
    )
    require(request.viewer, Policy.DECIDE_CASES, proposed.case.unit.path)
    if proposed.decided_at is not None:
        return _decided(request, pk)
    said = gettext_lazy("Decided, and whoever handles it was told.")
    try:
        return act(request, pk, DecisionForm, _deciding(proposed), said, target=draft)
    except answering.OwnDraft:
        sentence = _("You wrote it yourself: somebody else has to read it.")
        messages.warning(request, sentence)
        return redirect(after(request, pk))
    except answering.AlreadyDecided:
        return _decided(request, pk)


def _decided(request: Request, pk: int) -> HttpResponse:
    messages.warning(request, _("It was decided already; this is how it stands."))
    return redirect(after(request, pk))


def _deciding(proposed: Draft) -> Callable[..., None]:
    def decide(
        _case: Case,
        *,
        approved: str,
        remark: str,
        key: str,  # a draft is decided once, under a key of its own
        seen: int,
        by: Person,
        now: datetime,
    ) -> None:
        verb = answering.approve if approved == "yes" else answering.send_back
        verb(proposed, remark=remark, by=by, now=now)

    return decide


@policy(Policy.DECIDE_CASES)
@require_POST
def review(request: Request, pk: int, decision: int) -> HttpResponse:
    """Say whether it was right not to file it."""
    visible = records.not_filings_of(request.viewer).filter(case=pk)
    unfiled = get_object_or_404(visible, pk=decision)
    require(request.viewer, Policy.DECIDE_CASES, unfiled.case.unit.path)
    if unfiled.reviewed_at is not None:
        return _decided(request, pk)
    said = gettext_lazy("Reviewed; it stands on the timeline.")
    try:
        return act(request, pk, ReviewForm, _reviewing(unfiled), said, target=decision)
    except ruling_out.OwnDecision:
        sentence = _("You decided it yourself: somebody else has to review it.")
        messages.warning(request, sentence)
        return redirect(after(request, pk))
    except ruling_out.AlreadyReviewed:
        return _decided(request, pk)


def _reviewing(unfiled: NotFiled) -> Callable[..., None]:
    def decide(
        _case: Case,
        *,
        upheld: str,
        remark: str,
        key: str,  # a decision is reviewed once, under a key of its own
        seen: int,
        by: Person,
        now: datetime,
    ) -> None:
        ruling_out.review(unfiled, upheld=upheld == "yes", remark=remark, by=by, now=now)

    return decide


@policy(Policy.TAKE_CASES)
@require_POST
def not_filing(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Left unfiled. It stays counted, and a second person looks at it.")
    return act(request, pk, NotFilingForm, ruling_out.not_file, said)


@policy(Policy.TAKE_CASES)
@require_POST
def merging(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Merged; the other case goes on, and both stay counted.")
    return act(request, pk, MergingForm, _merging(request.viewer), said)


def _merging(viewer: Viewer) -> Callable[..., None]:
    def merge(
        case: Case,
        *,
        number: str,
        reason: str,
        key: str,
        seen: int,
        by: Person,
        now: datetime,
    ) -> None:
        wanted = number_in(number)
        visible = queries.visible_cases(viewer)
        into = None if wanted is None else visible.filter(pk=wanted).first()
        if into is None:  # missing and foreign are one
            raise ruling_out.NotTheSame(number)
        ruling_out.merge(case, into, reason=reason, key=key, seen=seen, by=by, now=now)

    return merge


@policy(Policy.DECIDE_CASES)
@require_POST
def concerned(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Kept out: the case does not exist for them from now on.")
    return act(request, pk, ConcernForm, _keep_out(request.viewer), said)


def _keep_out(viewer: Viewer) -> Callable[..., None]:
    def keep_out(
        case: Case,
        *,
        person: Person,
        instead: Person | None,
        key: str,
        seen: int,  # whoever it is about is kept out, whatever happened
        by: Person,
        now: datetime,
    ) -> None:
        require(viewer, Policy.DECIDE_CASES, case.unit.path)
        actions.keep_out(case, person, instead=instead, key=key, by=by, now=now)

    return keep_out
