from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapless.people.org.choices import UnitKind, Weekday
from gapless.people.org.rules import UnitFacts
from gapless.web.profile.forms import TIME_ZONES


class UnitForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Give the unit a name, as people call it.")},
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Files that are imported name the unit by it, for example JZ-0103."),
        error_messages={"required": _("Give a code, for example JZ-0103.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=TIME_ZONES,
        help_text=_("Decides to which day and month an answer belongs."),
    )
    customers_per_month = forms.IntegerField(
        label=_("Customers per month"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        help_text=_("An estimate will do. It weighs the units when they are summed up."),
        error_messages={
            kind: _("Give a whole number from 0 upwards, for example 1200, or nothing.")
            for kind in ("invalid", "min_value", "max_value")
        },
    )
    # What the person saw when the form was opened; a new unit has none yet.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def facts(self) -> UnitFacts:
        said = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        return UnitFacts(**said | {"kind": UnitKind(said["kind"])})


def _time_field(label: str) -> forms.TimeField:
    # In the table of the week, the headings say what the label says to a screen reader.
    control = forms.TimeInput({"type": "time", "aria-label": label}, format="%H:%M")
    return forms.TimeField(
        label=label,
        required=False,
        widget=control,
        error_messages={"invalid": _("Give a time of day, for example 09:00.")},
    )


class HoursForm(forms.Form):
    """Opening and closing time for each weekday; both empty: closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Weekday:
            opens = _("%(day)s, opens at") % {"day": day.label}
            closes = _("%(day)s, closes at") % {"day": day.label}
            self.fields[f"opens_{day}"] = _time_field(opens)
            self.fields[f"closes_{day}"] = _time_field(closes)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for day in Weekday:
            opens, closes = said.get(f"opens_{day}"), said.get(f"closes_{day}")
            if (opens is None) != (closes is None):
                missing = f"opens_{day}" if opens is None else f"closes_{day}"
                self.add_error(
                    missing, gettext("Give both times, or neither when it is closed.")
                )
            elif opens and closes and closes <= opens:
                self.add_error(
                    f"closes_{day}",
                    gettext("Closing comes after opening; check both times."),
                )
        return said

    @property
    def hours(self) -> dict[int, tuple[time, time]]:
        said = self.cleaned_data
        return {
            day: (said[f"opens_{day}"], said[f"closes_{day}"])
            for day in Weekday
            if said[f"opens_{day}"] is not None
        }

    @property
    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [
            (str(day.label), self[f"opens_{day}"], self[f"closes_{day}"]) for day in Weekday
        ]


class RemovalForm(forms.Form):
    """Typing the code is the confirmation."""

    code = forms.CharField(
        label=_("Type the code of the unit"),
        error_messages={"required": _("Type the code to confirm that you mean this unit.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why is it deleted?"),
        max_length=500,
        help_text=_(
            "Stands in the audit trail, which keeps the name and the code as well."
        ),
        error_messages={"required": _("Say in a few words why the unit is deleted.")},
    )

    def __init__(self, code: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = code

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if typed != self.expected:
            raise forms.ValidationError(
                _("This is not the code of the unit; type %(code)s.")
                % {"code": self.expected}
            )
        return typed
