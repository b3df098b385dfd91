"""How a case ends or goes on, and what those decide who run the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases import actions, answering, baton, ruling_out, steps
from gapless.control.cases.choices import NotFiling, State, Step
from gapless.control.cases.rules import LOOKED_INTO, Standing, is_settled, may_reopen

from .forms import (
    NOT_THEM,
    NOTHING_SAID,
    SAY_WHY,
    StepForm,
    reason_field,
    words_field,
)
from .taking_in_form import category_field

if TYPE_CHECKING:
    from gapless.control.cases.models import Case

ASSIGN_FIRST = gettext_lazy("They have it in hand or answer for it: say who takes over.")


class ConfirmationForm(StepForm):
    noun, step = "confirmation", Step.CONFIRMED
    title = gettext_lazy("The customer says that it is settled")
    button = gettext_lazy("It is settled")

    words = words_field(gettext_lazy("In the customer’s words"), rows=2, needed=False)


class ClosingForm(StepForm):
    noun, step = "closing", Step.CLOSED
    title = gettext_lazy("Close it, with what was learnt")
    button = gettext_lazy("Close the case")
    refused: ClassVar = {
        answering.NotConfirmed: (
            None,
            gettext_lazy(
                "Ask the customer first: it is closed when they say that it is settled, or"
                " say nothing for a week."
            ),
        ),
        answering.NotLearnt: (
            None,
            gettext_lazy(
                "What it was about, its cause and what was changed belong to it, and of a"
                " complaint what was found."
            ),
        ),
    }

    cause = words_field(gettext_lazy("What was the cause?"), rows=3, needed=False)
    measure = words_field(gettext_lazy("What was changed?"), rows=3, needed=False)

    def prepare(self) -> None:
        self.fields["category"] = category_field()
        self.initial.update(
            category=self.case.category_id,
            cause=self.case.cause,
            measure=self.case.measure,
        )
        self.order_fields(["category", "cause", "measure"])
        if self.case.kind in LOOKED_INTO:
            for field in self.fields.values():
                field.required = True

    @classmethod
    def offered(cls, case: Case, standing: Standing) -> bool:
        settled = is_settled(State(case.state), case.answered_at, now=now())
        return settled and super().offered(case, standing)


class ReopeningForm(StepForm):
    noun, step = "reopening", Step.REOPENED
    title = gettext_lazy("Take it up again")
    button = gettext_lazy("Take it up again")
    refused: ClassVar = {
        answering.NothingSaid: ("words", NOTHING_SAID),
        answering.TooLate: (
            None,
            gettext_lazy("It ended more than 30 days ago: take a new case in."),
        ),
    }

    words = words_field(
        gettext_lazy("What is not settled?"),
        rows=3,
        hint=gettext_lazy("Its clocks have then run all the time."),
    )

    @classmethod
    def offered(cls, case: Case, standing: Standing) -> bool:
        fresh = may_reopen(case.ended_at, now=now())
        return fresh and super().offered(case, standing)


class NotFilingForm(StepForm):
    noun, step = "not-filing", Step.NOT_FILED
    title = gettext_lazy("Leave it unfiled")
    button = gettext_lazy("Leave it unfiled")
    refused: ClassVar = {ruling_out.NoReason: ("reason", SAY_WHY)}

    why = forms.ChoiceField(
        label=gettext_lazy("On what ground?"),
        choices=NotFiling,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the ground.")},
        help_text=gettext_lazy("It stays counted, and a second person looks at it."),
    )
    reason = words_field(gettext_lazy("What shows that?"), rows=3)

    @property
    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {"why": NotFiling(typed["why"]), "reason": typed["reason"]}


class MergingForm(StepForm):
    noun, step = "merging", Step.MERGED
    title = gettext_lazy("Merge it into another case")
    button = gettext_lazy("Merge it")
    refused: ClassVar = {
        ruling_out.NoReason: ("reason", SAY_WHY),
        ruling_out.NotTheSame: (
            "number",
            gettext_lazy("That is this one, or it is not open; give another one’s number."),
        ),
        steps.Concerned: (
            "number",
            gettext_lazy(
                "Whoever has the other one cannot have this one: have that one assigned to"
                " somebody else first."
            ),
        ),
    }

    number = forms.CharField(
        label=gettext_lazy("Number of the case that goes on"),
        max_length=20,
        error_messages={"required": gettext_lazy("Give the number, like 2610-00417.")},
        help_text=gettext_lazy("Both stay counted; the other one goes on."),
    )
    reason = reason_field()


# --- For those who decide -------------------------------------------------------------


class DecisionForm(StepForm):
    noun, step = "draft", Step.SENT_BACK
    title = gettext_lazy("Read the proposed answer")
    button = gettext_lazy("Record the decision")
    refused: ClassVar = {answering.NothingSaid: ("remark", SAY_WHY)}

    approved = forms.ChoiceField(
        label=gettext_lazy("May it go out?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("Yes: with that the customer is answered in these words")),
            ("no", gettext_lazy("No, back to be mended")),
        ],
        error_messages={"required": gettext_lazy("Say whether it may go out.")},
    )
    remark = words_field(
        gettext_lazy("Remark"),
        rows=2,
        needed=False,
        hint=gettext_lazy("If not: what is to be mended."),
    )


class AssigningForm(StepForm):
    noun, step = "holder", Step.ASSIGNED
    title = gettext_lazy("Assign it")
    button = gettext_lazy("Assign it")
    refused: ClassVar = {
        baton.NoReason: ("reason", SAY_WHY),
        steps.Concerned: ("to", NOT_THEM),
    }

    to = forms.ChoiceField(
        label=gettext_lazy("Who gets it?"),
        error_messages={"required": gettext_lazy("Choose who gets it.")},
        help_text=gettext_lazy("Nobody is asked: it is theirs from now on."),
    )
    reason = reason_field()

    def prepare(self) -> None:
        self.people.pop(str(self.case.holder_id), None)
        self.offer_people("to", _("To a colleague"))

    @property
    def facts(self) -> dict[str, Any]:
        return {"to": self.chosen("to"), "reason": self.cleaned_data["reason"]}


class ReviewForm(StepForm):
    noun, step = "review", Step.REVIEWED
    title = gettext_lazy("Review that it was not filed")
    button = gettext_lazy("Record the decision")
    refused: ClassVar = {ruling_out.NoReason: ("remark", SAY_WHY)}

    upheld = forms.ChoiceField(
        label=gettext_lazy("Was it right not to file it?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("Yes, it stays unfiled")),
            ("no", gettext_lazy("No, it is taken up again")),
        ],
        error_messages={"required": gettext_lazy("Say whether it was right.")},
    )
    remark = words_field(
        gettext_lazy("Remark"), rows=2, needed=False, hint=gettext_lazy("If not: why.")
    )


class ConcernForm(StepForm):
    noun, step = "concerned", Step.RECUSED
    title = gettext_lazy("Keep somebody out whom it is about")
    button = gettext_lazy("Keep them out")
    refused: ClassVar = {
        actions.NeedsAnother: ("instead", ASSIGN_FIRST),
        steps.Concerned: (
            "instead",
            gettext_lazy(
                "Nobody keeps themselves out or takes over from themselves; choose somebody"
                " else."
            ),
        ),
    }

    person = forms.ChoiceField(
        label=gettext_lazy("Whom is it about?"),
        error_messages={"required": gettext_lazy("Choose whom it is about.")},
        help_text=gettext_lazy("From now on the case does not exist for them."),
    )
    instead = forms.ChoiceField(
        label=gettext_lazy("Who takes over what they have of it"), required=False
    )

    def prepare(self) -> None:
        self.offer_people("person", _("A colleague"))
        self.offer_people("instead", _("Nobody: they have nothing of it"))

    @property
    def facts(self) -> dict[str, Any]:
        return {"person": self.chosen("person"), "instead": self.chosen("instead")}
