"""What is said when something is to happen to a case: for those who handle it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.control.cases import actions, answering, baton, steps
from gapless.control.cases.choices import Fact, Kind, Severity, State, Step, Verdict
from gapless.control.cases.rules import (
    MOVES,
    Standing,
    may,
    may_hand_over,
    needs_approval,
)

from .taking_in_form import category_field, new_key
from .uploads import PAPERS, FilesField

if TYPE_CHECKING:
    from gapless.control.cases.models import Case
    from gapless.people.org.models import Person

NOTHING_SAID = gettext_lazy("Say it in a few words.")
NOT_THEM = gettext_lazy("This person cannot take it; choose somebody else.")
SAY_WHY = gettext_lazy("Say in a few words why.")


def words_field(
    label: Any, *, rows: int = 4, needed: bool = True, hint: Any = ""
) -> forms.CharField:
    """A few words or many; the label and the hint are lazy translations."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=needed,
        max_length=10_000,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": NOTHING_SAID},
    )


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why?"), max_length=200, error_messages={"required": SAY_WHY}
    )


class StepForm(forms.Form):
    """With the version of the case that was looked at; sent twice, it happens once."""

    noun: ClassVar[str]  # of its address
    step: ClassVar[Step]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]
    refused: ClassVar[Mapping[type[Exception], tuple[str | None, str | Promise]]] = {}

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        case: Case,
        people: Sequence[Person],
        data: Any = None,
        files: Any = None,
        *,
        target: int | None = None,
    ) -> None:
        initial = {"key": new_key(), "version": case.version}
        super().__init__(data, files, auto_id=f"{self.noun}-%s", initial=initial)
        self.case, self.people = case, {str(person.pk): person for person in people}
        numbers = [case.pk] if target is None else [case.pk, target]
        self.url = reverse(f"cases:{self.noun}", args=numbers)
        self.prepare()

    def prepare(self) -> None:
        """What depends on the case."""

    @classmethod
    def offered(cls, case: Case, standing: Standing) -> bool:
        """Whether this person may do it to the case as it stands."""
        return may(cls.step, State(case.state), standing)

    @property
    def chosen_step(self) -> Step:
        return self.step

    @property
    def facts(self) -> dict[str, Any]:
        """What the verb is told."""
        hidden = ("key", "version")
        return {name: v for name, v in self.cleaned_data.items() if name not in hidden}

    def offer_people(self, name: str, empty: str) -> None:
        named = [(number, person.name) for number, person in self.people.items()]
        self.fields[name].choices = [("", empty), *named]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> Person | None:
        return self.people.get(self.cleaned_data[name])


class WritingForm(StepForm):
    noun, step = "entries", Step.NOTED
    title = gettext_lazy("Put something down")
    button = gettext_lazy("Put it down")
    refused: ClassVar = {actions.NothingSaid: ("words", NOTHING_SAID)}

    what = forms.ChoiceField(label=gettext_lazy("What is it?"))
    words = words_field(gettext_lazy("Words"), rows=3, needed=False)
    papers = FilesField(
        kinds=PAPERS,
        label=gettext_lazy("Photos and papers"),
        help_text=gettext_lazy("Up to five: JPEG, PNG or PDF."),
    )

    def prepare(self) -> None:
        choices = [
            (Step.NOTED.value, _("A note for colleagues; the customer never sees it")),
            (Step.SAID.value, _("The customer said")),
        ]
        if may(Step.TOLD, State(self.case.state), Standing(holds=True)):
            choices.append((Step.TOLD.value, _("The customer was told")))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "papers" in typed and not (typed.get("words") or typed["papers"]):
            self.add_error("words", str(NOTHING_SAID))
        return typed

    @property
    def chosen_step(self) -> Step:
        return Step(self.cleaned_data["what"])


class KnowingForm(StepForm):
    noun, step = "knowledge", Step.MANAGER_KNOWS
    title = gettext_lazy("Say that you know of it")
    button = gettext_lazy("I know of it")

    @classmethod
    def offered(cls, case: Case, standing: Standing) -> bool:
        if case.severity != Severity.GRAVE or not super().offered(case, standing):
            return False
        # Whoever has decided on it knows of it.
        deciding = [step for step, move in MOVES.items() if move.decides]
        return not case.entries.filter(step__in=deciding).exists()


class QuestionForm(StepForm):
    noun, step = "question", Step.ASKED
    title = gettext_lazy("Ask the customer, and wait")
    button = gettext_lazy("The customer has been asked")
    refused: ClassVar = {actions.NothingSaid: ("words", NOTHING_SAID)}

    words = words_field(
        gettext_lazy("What was asked?"),
        rows=3,
        hint=gettext_lazy("Our limits pause until the customer answers; theirs does not."),
    )


class AssessmentForm(StepForm):
    noun, step = "assessment", Step.ASSESSED
    title = gettext_lazy("Say what it is and how grave")
    button = gettext_lazy("Assess it")

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=Kind)
    facts_ticked = forms.MultipleChoiceField(
        label=gettext_lazy("What is true?"),
        choices=Fact,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The table of severities decides by what is ticked."),
    )
    words = words_field(gettext_lazy("Remark"), rows=2, needed=False)

    def prepare(self) -> None:
        self.fields["category"] = category_field()
        self.initial.update(
            kind=self.case.kind,
            facts_ticked=self.case.facts,
            category=self.case.category_id,
        )
        self.order_fields(["kind", "category", "facts_ticked", "words"])

    @property
    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "kind": Kind(typed["kind"]),
            "facts": frozenset(Fact(code) for code in typed["facts_ticked"]),
            "category": typed["category"],
            "words": typed["words"],
        }


class HandingOverForm(StepForm):
    noun, step = "offers", Step.OFFERED
    title = gettext_lazy("Hand it over")
    button = gettext_lazy("Hand it over")
    refused: ClassVar = {
        baton.NoReason: ("reason", SAY_WHY),
        baton.NotTheirs: ("to", NOT_THEM),
        steps.Concerned: ("to", NOT_THEM),
        baton.TooManyHands: (
            None,
            gettext_lazy(
                "It went through as many hands as it may; ask the manager to assign it."
            ),
        ),
        baton.AlreadyOffered: (
            None,
            gettext_lazy("It is handed over already, and not taken on yet."),
        ),
    }

    to = forms.ChoiceField(
        label=gettext_lazy("To whom?"),
        error_messages={"required": gettext_lazy("Choose who is to take it on.")},
        help_text=gettext_lazy("Until it is taken on, it is yours, and so is the time."),
    )
    reason = reason_field()

    def prepare(self) -> None:
        self.people.pop(str(self.case.holder_id), None)
        self.offer_people("to", _("To a colleague"))

    @classmethod
    def offered(cls, case: Case, standing: Standing) -> bool:
        return may_hand_over(case.transfers) and super().offered(case, standing)

    @property
    def facts(self) -> dict[str, Any]:
        return {"to": self.chosen("to"), "reason": self.cleaned_data["reason"]}


class AcceptanceForm(StepForm):
    noun, step = "offer", Step.TAKEN
    title = gettext_lazy("Take it on, or say why not")
    button = gettext_lazy("Send")
    refused: ClassVar = {baton.NoReason: ("why", SAY_WHY)}

    taken = forms.ChoiceField(
        label=gettext_lazy("Do you take it on?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("I take it on")), ("no", gettext_lazy("I cannot"))],
        error_messages={"required": gettext_lazy("Say whether you take it on.")},
    )
    why = forms.CharField(
        label=gettext_lazy("If not: why?"), max_length=200, required=False
    )


class FindingForm(StepForm):
    noun, step = "finding", Step.FOUND
    title = gettext_lazy("Say what was found")
    button = gettext_lazy("Put the finding down")
    refused: ClassVar = {answering.NothingSaid: ("words", NOTHING_SAID)}

    verdict = forms.ChoiceField(
        label=gettext_lazy("What came out?"),
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what came out.")},
    )
    words = words_field(
        gettext_lazy("By what facts?"),
        hint=gettext_lazy("What was looked at, who was asked, what the records say."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {"verdict": Verdict(typed["verdict"]), "facts": typed["words"]}


class ProposalForm(StepForm):
    noun, step = "drafts", Step.PROPOSED
    title = gettext_lazy("Write the answer, and have it read")
    button = gettext_lazy("Hand it in")
    refused: ClassVar = {answering.NothingSaid: ("text", NOTHING_SAID)}

    text = words_field(gettext_lazy("The answer, as the customer is to read it"), rows=7)


class AnswerForm(StepForm):
    noun, step = "answer", Step.ANSWERED
    title = gettext_lazy("Answer the customer")
    button = gettext_lazy("The customer has this answer")
    refused: ClassVar = {
        answering.NothingSaid: ("text", NOTHING_SAID),
        answering.NeedsApproval: (
            None,
            gettext_lazy("A second person reads the answer first: hand it in."),
        ),
    }

    text = words_field(
        gettext_lazy("What the customer was told or sent"),
        rows=7,
        hint=gettext_lazy(
            "What was the cause, what is changed, what the customer gets from it."
        ),
    )

    @classmethod
    def offered(cls, case: Case, standing: Standing) -> bool:
        waits = case.state == State.PROPOSED or needs_approval(Severity(case.severity))
        return not waits and super().offered(case, standing)
