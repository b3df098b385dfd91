"""The page of one case: how it stands, how it came there, what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapless.control.cases import chain, queries, records
from gapless.control.cases.choices import Kind, Severity, State, Step
from gapless.control.cases.rules import OPEN, REVIEW_WITHIN, SILENCE, needs_approval
from gapless.core.files.queries import open_file
from gapless.people.org.queries import today
from gapless.people.org.rules import Policy
from gapless.web.http import Request, local_path, policy

from . import clockwork, told, words
from .ending_forms import (
    AssigningForm,
    ClosingForm,
    ConcernForm,
    ConfirmationForm,
    DecisionForm,
    MergingForm,
    NotFilingForm,
    ReopeningForm,
    ReviewForm,
)
from .forms import (
    AcceptanceForm,
    AnswerForm,
    AssessmentForm,
    FindingForm,
    HandingOverForm,
    KnowingForm,
    ProposalForm,
    QuestionForm,
    StepForm,
    WritingForm,
)
from .uploads import PHOTOS

if TYPE_CHECKING:
    from gapless.control.cases.models import Case, Draft, Entry, NotFiled, Offer
    from gapless.control.cases.rules import Standing
    from gapless.people.org.models import Person
    from gapless.people.org.rules import Viewer

EARLIER = 5
# What is to be done first stands first; the first that may be done stands open.
FORMS: tuple[type[StepForm], ...] = (
    AcceptanceForm,
    DecisionForm,
    ReviewForm,
    KnowingForm,
    ClosingForm,
    ConfirmationForm,
    FindingForm,
    ProposalForm,
    AnswerForm,
    AssessmentForm,
    QuestionForm,
    WritingForm,
    HandingOverForm,
    AssigningForm,
    ReopeningForm,
    NotFilingForm,
    MergingForm,
    ConcernForm,
)
FIRST: Mapping[State, tuple[type[StepForm], ...]] = {
    State.RECEIVED: (AssessmentForm,),
    State.WAITING: (WritingForm,),
    State.CONFIRMED: (ClosingForm,),
    State.ANSWERED: (ClosingForm, ConfirmationForm),
}
ALWAYS_FIRST = (AcceptanceForm, DecisionForm, ReviewForm, KnowingForm)


@policy(Policy.TAKE_CASES)
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    return show(request, find(request, pk))


@policy(Policy.TAKE_CASES)
@require_safe
def file(request: Request, pk: int, attachment: int) -> FileResponse:
    """A photo is shown, a paper kept; both by whoever sees the case."""
    visible = records.attachments_of(request.viewer).filter(entry__case=pk)
    kept = get_object_or_404(visible, pk=attachment).file
    photo = kept.content_type in PHOTOS
    response = FileResponse(
        open_file(kept),
        as_attachment=not photo,
        filename=kept.name,
        content_type=kept.content_type if photo else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def find(request: Request, pk: int) -> Case:
    visible = queries.visible_cases(request.viewer).select_related(
        "unit", "caused_at", "owner", "holder", "category", "matter", "table", "merged_into"
    )
    return get_object_or_404(visible, pk=pk)


def back(request: Request) -> str:
    """The page from which somebody came to see to it, if not from the list."""
    said = request.POST.get("next", "") or request.GET.get("next", "")
    return local_path(said, otherwise="")


# --- What may be done -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody on this case."""

    offer: Offer | None
    draft: Draft | None
    not_filed: NotFiled | None

    @classmethod
    def on(cls, case: Case) -> Waiting:
        proposed = case.state == State.PROPOSED
        unfiled = case.state == State.NOT_FILED
        return cls(
            queries.open_offer(case),
            queries.waiting_draft(case) if proposed else None,
            queries.unreviewed(case) if unfiled else None,
        )

    def target(self, form: type[StepForm], me: int) -> tuple[bool, int | None]:
        """Whether there is such a thing for this person, and its number."""
        if form is AcceptanceForm:
            return self.offer is not None, self.offer.pk if self.offer else None
        if form is HandingOverForm:
            return self.offer is None, None
        if form is DecisionForm:
            theirs = self.draft is not None and self.draft.by_id != me
            return theirs, self.draft.pk if self.draft else None
        if form is ReviewForm:
            theirs = self.not_filed is not None and self.not_filed.by_id != me
            return theirs, self.not_filed.pk if self.not_filed else None
        return True, None


def _forms(
    viewer: Viewer, case: Case, standing: Standing, waiting: Waiting, kept: StepForm | None
) -> list[StepForm]:
    people: Sequence[Person] | None = None
    found = []
    for form in FORMS:
        exists, target = waiting.target(form, viewer.person_id)
        if not exists or not form.offered(case, standing):
            continue
        if kept and isinstance(kept, form):
            found.append(kept)
            continue
        if people is None:
            people = list(queries.takers(viewer, on=today(now())))
        found.append(form(case, people, target=target))
    return found


def _first(case: Case, forms: Sequence[StepForm], kept: StepForm | None) -> StepForm | None:
    """What stands open: what was just sent, else what comes next."""
    if kept in forms:
        return kept
    state = State(case.state)
    wanted = [*ALWAYS_FIRST, *FIRST.get(state, ())]
    if state == State.HANDLING and case.kind == Kind.COMPLAINT and not case.verdict:
        wanted.append(FindingForm)
    elif state == State.HANDLING:
        wanted += [ProposalForm, AnswerForm]
    ranked = sorted(
        (each for each in forms if type(each) in wanted),
        key=lambda each: wanted.index(type(each)),
    )
    return ranked[0] if ranked else None


def _next(case: Case, waiting: Waiting, clocks: clockwork.Clocks) -> words.Next:
    if waiting.offer:
        title = _("Take it on, or say why not")
        return words.Next(title, waiting.offer.to.name, waiting.offer.due_at)
    if case.state == State.PROPOSED:
        title = _("Read the proposed answer, and decide")
        return words.Next(title, _("Whoever decides there"), clocks.due_at)
    if case.state == State.ANSWERED and case.answered_at:
        title = _("Ask the customer whether it is settled")
        return words.Next(title, case.owner.name, case.answered_at + SILENCE)
    if case.state == State.CONFIRMED:
        return words.Next(_("Close it, with what was learnt"), case.owner.name)
    if waiting.not_filed:
        title = _("Review whether it was right not to file it")
        due_at = waiting.not_filed.at + REVIEW_WITHIN
        return words.Next(title, _("Whoever decides there"), due_at)
    if case.state not in OPEN:
        return words.Next(_("Nothing is left to do"))
    to_be_read = needs_approval(Severity(case.severity))
    return words.after(case, to_be_read=to_be_read, due_at=clocks.due_at)


# --- The page -------------------------------------------------------------------------


def show(
    request: Request,
    case: Case,
    kept: StepForm | None = None,
    *,
    lost: Sequence[tuple[str, str]] = (),
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    """
    :param kept: the form that was sent, with what is in its way.
    :param lost: what was typed into a form that the case does not offer any more.
    """
    viewer, at = request.viewer, now()
    waiting = Waiting.on(case)
    standing = records.standing_of(viewer, case, waiting.offer)
    entries = list(queries.timeline(case))
    hands = _hands(case, entries, now=at)
    names = _names(entries) | {case.holder_id: case.holder.name}
    clocks = clockwork.drawn(viewer, case, hands, names, now=at)
    forms = _forms(viewer, case, standing, waiting, kept)
    first = _first(case, forms, kept)
    shown = request.GET.get("show", words.ALL)
    shown = shown if shown in words.SHOWN else words.ALL
    seen = _seen(viewer, entries)
    page: dict[str, Any] = {
        "case": case,
        "severity_tone": told.TONES.get(Severity(case.severity), "plain"),
        "open": case.state in OPEN,
        "standing": standing,
        "customer": words.customer_of(case, standing),
        "clocks": clocks,
        "clocks_said": clockwork.told(clocks),
        "hands": [(hand, names.get(hand.holder, "")) for hand in hands],
        "waiting": waiting,
        "story": words.story(entries, shown, seen, clocks.breaches),
        "shown": shown,
        "next": _next(case, waiting, clocks),
        "first": first,
        "others": [form for form in forms if form is not first],
        "lost": lost,
        "sentence": sentence,
        "earlier": queries.earlier_of(viewer, case).select_related("unit")[:EARLIER],
        "merged_into": case.merged_into if case.merged_into_id in seen else None,
        "concerned": queries.concerned_in(case) if standing.decides else (),
        "photos": PHOTOS,
        "now": at,
        "back": back(request),
    }
    return render(request, "cases/detail.html", page, status=status)


def _hands(
    case: Case, entries: Sequence[Entry], *, now: datetime
) -> tuple[chain.Hand, ...]:
    happened = (chain.Happened(Step(e.step), e.at, e.whom_id, e.code) for e in entries)
    return chain.hands(happened, until=now)


def _names(entries: Sequence[Entry]) -> dict[int, str]:
    return {each.whom.pk: each.whom.name for each in entries if each.whom}


def _seen(viewer: Viewer, entries: Sequence[Entry]) -> set[int]:
    """Of the other cases that the timeline names, those that the viewer sees."""
    named = {each.other_id for each in entries if each.other_id}
    if not named:
        return set()
    visible = queries.visible_cases(viewer).filter(pk__in=named)
    return set(visible.values_list("pk", flat=True))
