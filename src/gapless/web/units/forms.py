from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.people.org.choices import UnitKind
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
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("Stands on receipts. Left empty, that of the unit above does."),
    )
    supervision_phone = forms.CharField(
        label=_("Supervision telephone"),
        max_length=40,
        required=False,
        help_text=_("Where customers call when nobody answers them in time."),
    )
    # What the person saw when the form was opened; a new unit has none yet.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def facts(self) -> UnitFacts:
        said = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        return UnitFacts(**said | {"kind": UnitKind(said["kind"])})


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
