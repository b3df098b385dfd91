from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from gapless.evaluation.gaps.models import Event


class EventForm(forms.Form):
    """What happened to a unit, and on which day."""

    happened_on = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            kind: _("Give the day, for example 2026-09-30.")
            for kind in ("required", "invalid")
        },
    )
    words = forms.CharField(
        label=_("What happened"),
        max_length=120,
        help_text=_("For example: moved to the new hall, or a new queue machine."),
        error_messages={"required": _("Say in a few words what happened.")},
    )
    # Whom it is about, and what the person saw when the form was opened.
    unit = forms.IntegerField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"happened_on": said["happened_on"], "words": said["words"]}


def as_typed(event: Event) -> dict[str, Any]:
    """An event as the form has it."""
    return {
        "happened_on": event.happened_on,
        "words": event.words,
        "unit": event.unit_id,
        "version": event.version,
    }
