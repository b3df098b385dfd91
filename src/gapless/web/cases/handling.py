"""What those do to a case who handle it or answer for it: each a noun to send to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gapless.control.cases import actions, answering, baton, records
from gapless.control.cases.choices import Step
from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy

from .acting import act, after
from .ending_forms import ClosingForm, ConfirmationForm, ReopeningForm
from .forms import (
    AcceptanceForm,
    AnswerForm,
    AssessmentForm,
    FindingForm,
    HandingOverForm,
    KnowingForm,
    ProposalForm,
    QuestionForm,
    WritingForm,
)
from .uploads import keeping

if TYPE_CHECKING:
    from gapless.control.cases.models import Case, Offer
    from gapless.people.org.models import Person


@policy(Policy.TAKE_CASES)
@require_POST
def entries(request: Request, pk: int) -> HttpResponse:
    return act(request, pk, WritingForm, _write, gettext_lazy("It stands on the timeline."))


def _write(
    case: Case,
    *,
    what: str,
    words: str,
    papers: list[Any],
    key: str,
    seen: int,  # what happened meanwhile makes no difference to a note
    by: Person,
    now: datetime,
) -> None:
    with keeping(papers, case.unit, by=by, now=now) as files:
        actions.write(case, Step(what), words=words, key=key, by=by, now=now, files=files)


@policy(Policy.DECIDE_CASES)
@require_POST
def knowledge(request: Request, pk: int) -> HttpResponse:
    return act(request, pk, KnowingForm, _know, gettext_lazy("It is noted that you know."))


def _know(
    case: Case,
    *,
    key: str,
    seen: int,  # to know of it, nothing needs to stand still
    by: Person,
    now: datetime,
) -> None:
    actions.write(case, Step.MANAGER_KNOWS, words="", key=key, by=by, now=now)


@policy(Policy.TAKE_CASES)
@require_POST
def question(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Now the customer is waited for; any word of theirs ends that.")
    return act(request, pk, QuestionForm, actions.ask_customer, said)


@policy(Policy.TAKE_CASES)
@require_POST
def assessment(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Assessed; its limits are those of its grade.")
    return act(request, pk, AssessmentForm, actions.assess, said)


@policy(Policy.TAKE_CASES)
@require_POST
def offers(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy(
        "Handed over. Until it is taken on, it is yours, and so is the time."
    )
    return act(request, pk, HandingOverForm, baton.offer, said)


@policy(Policy.TAKE_CASES)
@require_POST
def offer(request: Request, pk: int, offer: int) -> HttpResponse:
    """Take on what was handed over, or say why not."""
    asked = get_object_or_404(records.offers_to(request.viewer).filter(case=pk), pk=offer)
    if asked.ended_at is not None:
        messages.warning(request, _("That was decided already; this is how it stands."))
        return redirect(after(request, pk))
    said = gettext_lazy("Your answer is noted, and whoever handed it over was told.")
    try:
        return act(request, pk, AcceptanceForm, _accepting(asked), said, target=offer)
    except baton.AlreadyEnded:
        messages.warning(request, _("That was decided already; this is how it stands."))
        return redirect(after(request, pk))


def _accepting(asked: Offer) -> Callable[..., None]:
    def decide(
        _case: Case,
        *,
        taken: str,
        why: str,
        key: str,  # an offer is answered once, under a key of its own
        seen: int,
        by: Person,
        now: datetime,
    ) -> None:
        if taken == "yes":
            baton.take_on(asked, by=by, now=now)
        else:
            baton.refuse(asked, why=why, by=by, now=now)

    return decide


@policy(Policy.TAKE_CASES)
@require_POST
def finding(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("The finding stands on the timeline.")
    return act(request, pk, FindingForm, answering.find_out, said)


@policy(Policy.TAKE_CASES)
@require_POST
def drafts(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Handed in; whoever decides there was told.")
    return act(request, pk, ProposalForm, answering.propose, said)


@policy(Policy.TAKE_CASES)
@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Answered. Whoever is responsible asks whether it is settled.")
    return act(request, pk, AnswerForm, answering.answer, said)


@policy(Policy.TAKE_CASES)
@require_POST
def confirmation(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Settled, says the customer. Close it with what was learnt.")
    return act(request, pk, ConfirmationForm, answering.confirm, said)


@policy(Policy.TAKE_CASES)
@require_POST
def closing(request: Request, pk: int) -> HttpResponse:
    return act(request, pk, ClosingForm, answering.close, gettext_lazy("Closed."))


@policy(Policy.TAKE_CASES)
@require_POST
def reopening(request: Request, pk: int) -> HttpResponse:
    said = gettext_lazy("Taken up again; its clocks have run all the time.")
    return act(request, pk, ReopeningForm, answering.reopen, said)
