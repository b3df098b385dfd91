"""Assigning several cases at once: each by itself, and what became of each in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from gapless.control.cases import baton, queries, steps
from gapless.people.org.rules import Policy

if TYPE_CHECKING:
    from gapless.control.cases.models import Case
    from gapless.people.org.models import Person
    from gapless.people.org.rules import Viewer

WHY_NOT = {
    steps.ChangedMeanwhile: gettext_lazy(
        "Something happened to %(numbers)s meanwhile; look before you assign."
    ),
    steps.NotNow: gettext_lazy("Nobody has to see to %(numbers)s any more."),
    steps.Concerned: gettext_lazy("%(name)s cannot have %(numbers)s: it is about them."),
}


class AssignForm(forms.Form):
    """Who gets them, and why."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    to = forms.ChoiceField(
        label=gettext_lazy("Who gets them?"),
        error_messages={
            "required": gettext_lazy("Choose who gets them."),
            "invalid_choice": gettext_lazy(
                "This person takes no cases any more; choose another."
            ),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Say in a few words why; whoever gets them reads it.")
        },
    )

    def __init__(self, people: Iterable[Person], data: Any = None, **facts: Any) -> None:
        super().__init__(data, auto_id="assign_%s", **facts)
        self.people: dict[str, Person] = {}
        self.offer(people)

    def offer(self, people: Iterable[Person]) -> None:
        """Say whom they can be given to."""
        self.people = {str(person.pk): person for person in people}
        names = [(number, person.name) for number, person in self.people.items()]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("To a colleague")),
            *names,
        ]

    @property
    def chosen(self) -> Person:
        return self.people[self.cleaned_data["to"]]


def ticked(sent: Iterable[str]) -> dict[int, int]:
    """The numbers of the cases that were ticked, and the version that was looked at."""
    found = {}
    for each in sent:
        number, _colon, version = each.partition(":")
        if all(part.isascii() and part.isdecimal() for part in (number, version)):
            found[int(number[:18])] = int(version[:9])
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    assigned: int
    refused: Mapping[type[Exception], list[str]]  # the numbers of the cases, by why
    already: list[str]


def assign(
    viewer: Viewer,
    seen: Mapping[int, int],
    form: AssignForm,
    *,
    by: Person,
    now: datetime,
) -> Outcome:
    """Those that the viewer decides on; what is seen or decided by others stays alone."""
    to, assigned, already = form.chosen, 0, []
    refused: dict[type[Exception], list[str]] = defaultdict(list)
    cases = queries.visible_cases(viewer).filter(pk__in=seen).select_related("unit")
    for case in cases.order_by("pk"):
        if not viewer.holds_at(Policy.DECIDE_CASES, case.unit.path):
            continue
        if case.holder_id == to.pk and case.version == seen[case.pk]:
            already.append(str(case))
            continue
        try:
            _assign(case, seen[case.pk], form, by=by, now=now)
        except tuple(WHY_NOT) as error:
            refused[type(error)].append(str(case))
        else:
            assigned += 1
    return Outcome(assigned, refused, already)


def _assign(case: Case, seen: int, form: AssignForm, *, by: Person, now: datetime) -> None:
    baton.assign(
        case,
        to=form.chosen,
        reason=form.cleaned_data["reason"],
        key=form.cleaned_data["key"],
        seen=seen,
        by=by,
        now=now,
    )


def in_words(outcome: Outcome, name: str) -> tuple[list[str], list[str]]:
    """What was done, and what was not and why, in sentences."""
    done, not_done = [], []
    if outcome.assigned:
        said = ngettext(
            "%(name)s has %(count)d case more in hand, and was told.",
            "%(name)s has %(count)d cases more in hand, and was told.",
            outcome.assigned,
        )
        done.append(said % {"count": outcome.assigned, "name": name})
    for why, numbers in outcome.refused.items():
        blanks = {"numbers": _listed(numbers), "name": name}
        not_done.append(WHY_NOT[why] % blanks)
    if outcome.already:
        said = _("%(name)s has %(numbers)s in hand already.")
        not_done.append(said % {"name": name, "numbers": _listed(outcome.already)})
    return done, not_done


def _listed(numbers: Iterable[str]) -> str:
    return pgettext("between the members of a list", ", ").join(numbers)
