from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.web.intake import UploadForm

if TYPE_CHECKING:
    from gapless.people.org.models import UnitQuerySet


class AnswersForm(UploadForm):
    whose = _("Whose answers are these?")
    reach = _("The file may name only units from here down.")


class StartForm(forms.Form):
    """Whether the units that nobody knows yet are to be created, and where."""

    create_units = forms.BooleanField(label=_("Create these units"), required=False)

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = forms.ModelChoiceField(
            units, label=_("Under"), required=False, empty_label=None
        )


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why are the answers taken out?"),
        help_text=_("It stands in the audit trail."),
        min_length=4,
        max_length=500,
        error_messages={"required": _("Say why; it stands in the audit trail.")},
    )
