from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.instruments.choices import ItemKind
from gapless.core.text import said
from gapless.evaluation.campaigns import queries
from gapless.evaluation.campaigns.choices import CollectorKind

if TYPE_CHECKING:
    from gapless.evaluation.campaigns.models import Campaign
    from gapless.people.org.models import Unit

MOST = 2_000_000_000


def called(campaign: Campaign, typed: str) -> Unit | None:
    """The campaign's unit that has this code, else the only one of this name."""
    units = queries.units_of(campaign)
    by_code: Unit | None = units.filter(code__iexact=typed).first()
    by_name: list[Unit] = [] if by_code else list(units.filter(name=typed)[:2])
    return by_name[0] if len(by_name) == 1 else by_code


class UnitOfForm(forms.Form):
    """A form that may name one of the campaign's units, by code or name."""

    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        widget=forms.TextInput({"list": "unit-choices", "autocomplete": "off"}),
    )

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign

    def clean_unit(self) -> Unit | None:
        typed = self.cleaned_data["unit"].replace("\0", "").strip()
        if not typed:
            return None
        unit = called(self.campaign, typed)
        if unit is None:
            raise forms.ValidationError(
                _("The campaign does not ask about “%(unit)s”; choose one of the list."),
                params={"unit": typed},
            )
        return unit


class CollectorForm(UnitOfForm):
    kind = forms.ChoiceField(
        label=_("How do people come in?"),
        choices=CollectorKind.choices,
        error_messages={"required": _("Choose how people come in.")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("For the staff, to tell two of a kind apart."),
    )
    mode = forms.ChoiceField(
        label=_("How were these people chosen?"),
        choices=[("", _("As is usual for this kind")), *CollectionMode.choices],
        required=False,
        help_text=_("Stands beside every number that comes from here."),
    )
    pin = forms.CharField(
        label=_("PIN with which staff leave the kiosk"),
        max_length=8,
        required=False,
        validators=[RegexValidator(r"^\d{4,8}$", _("A PIN has four to eight digits."))],
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Four to eight digits. Left empty, one is made up and shown once."),
    )
    field_order = ("kind", "unit", "pin", "name", "mode")

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(campaign, *args, **kwargs)
        self.fields["unit"].help_text = _(
            "A kiosk stands at one. The others serve all of them when none is named."
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        kiosk = said.get("kind") == CollectorKind.KIOSK
        if kiosk and not said.get("unit") and "unit" not in self.errors:
            self.add_error("unit", gettext("Say at which unit the kiosk stands."))
        return said

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "kind": CollectorKind(said["kind"]),
            "name": said["name"],
            "unit": said["unit"],
            "mode": CollectionMode(said["mode"]) if said["mode"] else None,
        }


class QuotaForm(UnitOfForm):
    """At most so many answers about a unit, with an option, or both."""

    share = forms.ChoiceField(
        label=_("Only those who chose"),
        required=False,
        help_text=_("Of the single choices that the questionnaire asks."),
    )
    limit = forms.IntegerField(
        label=_("At most"),
        min_value=1,
        max_value=MOST,
        error_messages={
            kind: _("Give a whole number from 1 upwards, for example 50.")
            for kind in ("required", "invalid", "min_value", "max_value")
        },
    )

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(campaign, *args, **kwargs)
        self.fields["unit"].help_text = _("It counts with all below it. Empty: any unit.")
        self.fields["share"].choices = [  # type: ignore[attr-defined]
            ("", _("Anything")),
            *_options(campaign),
        ]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors and not said["unit"] and not said["share"]:
            raise forms.ValidationError(
                gettext("Say about which unit the quota is, or which answer, or both.")
            )
        return said

    @property
    def facts(self) -> dict[str, Any]:
        item, _, option = self.cleaned_data["share"].rpartition("=")
        return {
            "unit": self.cleaned_data["unit"],
            "item": item,
            "option": int(option) if item else None,
            "limit": self.cleaned_data["limit"],
        }


def _options(campaign: Campaign) -> list[tuple[str, list[tuple[str, str]]]]:
    """The single choices of the questionnaire, each with its options."""
    return [
        (
            said(item.text),
            [
                (f"{item.code}={place}", said(option.text))
                for place, option in enumerate(item.options)
            ],
        )
        for item in queries.draft_for(campaign).items
        if item.kind is ItemKind.SINGLE
    ]
