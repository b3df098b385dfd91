from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapless.core.addresses import BadEmail, BadPhone, email_of, phone_of
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.list_rows import LONGEST_NAME
from gapless.web.intake import UploadForm

if TYPE_CHECKING:
    from gapless.people.org.models import UnitQuerySet


class ContactForm(forms.Form):
    """One customer. The attributes come from lists and are not edited here."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Stands encrypted, and at the top of the mail."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("A number without a country is taken for one of +86."),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("In which the invitation is written."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        language.choices = [("", _("Not known")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["unit"] = forms.ModelChoiceField(
            units,
            label=_("Unit"),
            help_text=_("Where this customer is served, and about which they are asked."),
            error_messages={"required": _("Choose the unit that serves this customer.")},
        )

    def clean_email(self) -> str:
        try:
            return email_of(self.cleaned_data["email"])
        except BadEmail:
            raise forms.ValidationError(
                _("This is not an e-mail address; one would be li.na@example.com.")
            ) from None

    def clean_phone(self) -> str:
        try:
            return phone_of(self.cleaned_data["phone"])
        except BadPhone:
            raise forms.ValidationError(
                _("This is not a telephone number; one would be 138 0013 8000.")
            ) from None

    def facts(self, attributes: dict[str, str] | None = None) -> ContactFacts:
        said = self.cleaned_data
        return ContactFacts(
            said["name"], said["email"], said["phone"], said["language"], attributes or {}
        )


class ErasureForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it erased?"),
        max_length=500,
        help_text=_("Stands in the audit trail. Do not write the name here."),
        error_messages={
            "required": _("Say in a few words why, for example: the customer asked for it.")
        },
    )


class ListForm(UploadForm):
    whose = _("Whose customers are these?")
    reach = _("Rows that name no unit belong here; others may name any unit below it.")
