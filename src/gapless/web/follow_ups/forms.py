from django import forms
from django.utils.translation import gettext_lazy as _


class OutcomeForm(forms.Form):
    """What was done, and whether that helped."""

    outcome = forms.CharField(
        label=_("What was done?"),
        max_length=4_000,
        help_text=_("What went wrong, what you did about it. Leave names out."),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say in a few words what was done.")},
    )
    resolved = forms.ChoiceField(
        label=_("Is it resolved for the customer?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        error_messages={"required": _("Say whether the customer was helped by it.")},
    )
