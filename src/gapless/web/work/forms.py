from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.timezone import get_current_timezone, localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapless.people.work.rules import may_wait_until
from gapless.web.deadlines import due_in_words

if TYPE_CHECKING:
    from gapless.people.org.models import Person
    from gapless.people.work.rules import Entry

MORNING = time(9)
EVENING = time(20)
OTHER = "other"


def proposals(entry: Entry, now: datetime) -> list[datetime]:
    """When one might want to see it again: before its date, each later than the last."""
    zone, today = get_current_timezone(), localtime(now).date()
    hours = [now + timedelta(hours=1), now + timedelta(hours=4)]
    hours = [each for each in hours if MORNING <= localtime(each).time() < EVENING]
    mornings = [
        datetime.combine(today + timedelta(days=days), MORNING, zone)
        for days in (0, 1, 7 - today.weekday())  # before nine, today has a morning yet
    ]
    times = {moment.replace(second=0, microsecond=0) for moment in (*hours, *mornings)}
    return sorted(
        each for each in times if may_wait_until(each, due_at=entry.due_at, now=now)
    )


class PutOffForm(forms.Form):
    """Until when, and why."""

    when = forms.ChoiceField(
        label=gettext_lazy("Show it again"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose when it is to come back.")},
    )
    until = forms.DateTimeField(
        label=gettext_lazy("At another time"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "invalid": gettext_lazy("Write a day and a time, for example 2026-11-23 09:00.")
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why can it wait?"),
        max_length=200,
        help_text=gettext_lazy("Whoever sees your team's work reads it. Leave names out."),
        error_messages={"required": gettext_lazy("Say in a few words why it can wait.")},
    )

    def __init__(self, entry: Entry, now: datetime, data: Any = None) -> None:
        super().__init__(data)
        choices = [
            (each.isoformat(), due_in_words(each, now=now).second)
            for each in proposals(entry, now)
        ]
        self.fields["when"].choices = [  # type: ignore[attr-defined]
            *choices,
            (OTHER, _("at another time")),
        ]
        self.initial["when"] = choices[0][0] if choices else OTHER

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        unsaid = not said.get("until") and "until" not in self.errors
        if said.get("when") == OTHER and unsaid:
            self.add_error("until", _("Say when it is to come back."))
        return said

    @property
    def chosen(self) -> datetime:
        when, until = self.cleaned_data["when"], self.cleaned_data["until"]
        if when != OTHER:
            return datetime.fromisoformat(when)
        return until if until.tzinfo else make_aware(until)


class HandOverForm(forms.Form):
    """To whom, and what they should know."""

    to = forms.ChoiceField(
        label=gettext_lazy("Who takes it?"),
        error_messages={
            "required": gettext_lazy("Choose who takes it."),
            "invalid_choice": gettext_lazy(
                "This person may not see to it any more; choose another."
            ),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("What should they know?"), max_length=200, required=False
    )

    def __init__(self, people: Iterable[Person], data: Any = None) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in people}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((number, person.name) for number, person in self.people.items()),
        ]

    @property
    def chosen(self) -> Person:
        return self.people[self.cleaned_data["to"]]
