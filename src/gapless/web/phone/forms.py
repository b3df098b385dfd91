from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from gapless.people.org.models import UnitQuerySet


class StartForm(forms.Form):
    """About which unit, in which language, and perhaps with whom."""

    language = forms.ChoiceField(label=_("Language of the call"))

    def __init__(
        self, units: UnitQuerySet, *args: Any, with_contact: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        self.fields["unit"] = forms.ModelChoiceField(
            units,
            label=_("Unit"),
            to_field_name="code",
            help_text=_("The one that the customer has been to."),
            error_messages={"required": _("Choose the unit the customer has been to.")},
        )
        if with_contact:
            self.fields["contact"] = forms.CharField(
                label=_("Contact"),
                required=False,
                max_length=254,
                help_text=_(
                    "Number, telephone or e-mail of somebody on the list; leave it empty"
                    " for anybody else."
                ),
                widget=forms.TextInput({"autocomplete": "off"}),
            )
        self.order_fields(["unit", "contact", "language"])
