"""What can be said of one column."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import (
    BadCoding,
    BadScale,
    Coding,
    Scale,
    parse_coding,
    parse_options,
    parse_scale,
)

from .lists import listed

UNDECIDED = ""
"""Nobody has said what the column is: it stays out until somebody does."""

KINDS = [(UNDECIDED, _("To be decided")), *ColumnKind.choices]
MOST_DECIMALS = 6


class ColumnForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    item = forms.CharField(label=_("Item"), required=False)
    text = forms.CharField(label=_("Wording"), required=False, max_length=300)
    dimension = forms.CharField(label=_("Dimension"), required=False)
    reverse = forms.BooleanField(label=_("Reverse-keyed"), required=False)
    scale = forms.CharField(label=_("Own scale"), required=False)
    coding = forms.CharField(label=_("Own coding"), required=False)
    missing = forms.CharField(label=_("Not answered"), required=False)
    not_applicable = forms.CharField(label=_("Does not apply"), required=False)
    options = forms.CharField(label=_("Options"), required=False)
    separator = forms.CharField(
        label=_("Between options"), required=False, max_length=8, strip=False
    )
    option = forms.CharField(label=_("The one option"), required=False)
    groups = forms.BooleanField(label=_("Keep these groups apart"), required=False)
    decimals = forms.IntegerField(
        label=_("Decimals"), required=False, min_value=0, max_value=MOST_DECIMALS
    )

    def clean_scale(self) -> Scale | None:
        said = self.cleaned_data["scale"]
        try:
            return parse_scale(said) if said else None
        except BadScale:
            raise forms.ValidationError(
                _("“%(said)s” is no scale. Write the lowest and highest point, as in 1-7."),
                params={"said": said},
            ) from None

    def clean_coding(self) -> Coding:
        try:
            return parse_coding(self.cleaned_data["coding"])
        except BadCoding as error:
            raise forms.ValidationError(
                _("“%(line)s” is no coding. Write it like: agree = 5; disagree = 1."),
                params={"line": error.args[0]},
            ) from None

    def clean_missing(self) -> tuple[str, ...]:
        return listed(self.cleaned_data["missing"])

    def clean_not_applicable(self) -> tuple[str, ...]:
        return listed(self.cleaned_data["not_applicable"])

    def clean_options(self) -> tuple[tuple[str, ...], Coding]:
        return parse_options(self.cleaned_data["options"])
