from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.people.org import queries
from gapless.people.org.choices import Role
from gapless.people.org.rules import Period, PersonFacts, Viewer

if TYPE_CHECKING:
    from gapless.people.org.models import Unit


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")  # what browsers read, in every language


class FactsForm(forms.Form):
    name = forms.CharField(
        label=_("Full name"),
        max_length=80,
        error_messages={"required": _("Give the name, as colleagues write it.")},
    )
    username = forms.CharField(
        label=_("Log-in name"),
        max_length=60,
        help_text=_("Letters, digits and . @ + - _, such as li.na."),
        error_messages={"required": _("Give a log-in name, for example li.na.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("May be used to log in, and to choose a new password."),
        error_messages={
            "invalid": _("This is not an e-mail address; one would be li.na@example.com.")
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def facts(self) -> PersonFacts:
        said = self.cleaned_data
        return PersonFacts(said["username"], said["name"], said["email"])


class RoleForm(forms.Form):
    """A role at a unit, from a day on, until a day."""

    role = forms.ChoiceField(
        label=_("Role"),
        # Nobody becomes an administrator because that role happens to come first.
        choices=[("", _("Choose a role")), *Role.choices],
        error_messages={"required": _("Choose the role that this person is to hold.")},
    )
    unit = forms.CharField(
        label=_("Unit"),
        # The list, in templates/units/choices.html, fills up while one types.
        widget=forms.TextInput({"list": "unit-choices", "autocomplete": "off"}),
        help_text=_("The role covers this unit and all below it. Type its code or name."),
        error_messages={"required": _("Choose the unit where the role is held.")},
    )
    starts_on = forms.DateField(
        label=_("From"),
        widget=DateInput,
        error_messages={
            "required": _("Give the first day of the role."),
            "invalid": _("Give a date, for example 2026-03-02."),
        },
    )
    ends_on = forms.DateField(
        label=_("Until"),
        widget=DateInput,
        required=False,
        help_text=_("The first day without the role. Leave empty for a role without end."),
        error_messages={"invalid": _("Give a date, for example 2026-03-02.")},
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_unit(self) -> Unit:
        typed = self.cleaned_data["unit"]
        unit = queries.unit_called(self.viewer, typed)
        if unit is None:
            raise forms.ValidationError(
                _("You administer no unit “%(code)s”; choose one of the list."),
                params={"code": typed},
            )
        return unit

    def clean_ends_on(self) -> date | None:
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data["ends_on"]
        if starts and ends and ends <= starts:
            raise forms.ValidationError(
                _("The role ends before it begins; give a later day, or leave it empty.")
            )
        return ends  # type: ignore[no-any-return]

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])


class NewPersonForm(RoleForm, FactsForm):
    """A person begins with one role: without any, nobody but the top would see them."""

    way_in = forms.ChoiceField(
        label=_("First log-in"),
        choices=[
            ("password", _("Show me a first password, which I hand over.")),
            ("link", _("Send a link by e-mail for choosing a password.")),
            ("none", _("None yet.")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = [
        *("name", "username", "email", "role", "unit", "starts_on", "ends_on", "way_in")
    ]

    def __init__(self, viewer: Viewer, *args: Any, mail: bool, **kwargs: Any) -> None:
        super().__init__(viewer, *args, **kwargs)
        if not mail:
            ways = self.fields["way_in"].choices  # type: ignore[attr-defined]
            self.fields["way_in"].choices = [  # type: ignore[attr-defined]
                way for way in ways if way[0] != "link"
            ]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("way_in") == "link" and not said.get("email"):
            self.add_error("email", _("Give the address that the link is sent to."))
        return said


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label=_("First day without the role"),
        widget=DateInput,
        error_messages={
            "required": _("Give the first day without the role."),
            "invalid": _("Give a date, for example 2026-03-02."),
        },
    )
