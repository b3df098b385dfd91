from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.core.text import LANGUAGES, LanguageMap
from gapless.people.org.rules import Viewer
from gapless.requirements.characteristics import queries
from gapless.requirements.characteristics.choices import CODE_FORMAT, State

if TYPE_CHECKING:
    from gapless.requirements.characteristics.models import Characteristic


def field_of(language: str) -> str:
    return f"name_{language.replace('-', '_')}"


def wording_of(characteristic: Characteristic) -> dict[str, Any]:
    """How it is worded now, as the form has it."""
    names = {field_of(code): characteristic.name.get(code, "") for code in LANGUAGES}
    return names | {"version": characteristic.version}


def places_of(
    characteristic: Characteristic, places: Iterable[queries.Place]
) -> dict[str, Any]:
    """Where it lies now, as the form has it; what only the mapping says is left open."""
    elsewhere = {
        f"in_{place.dimension_set.code}": place.dimension if place.stated else None
        for place in places
    }
    leading = {"dimension": characteristic.dimension, "version": characteristic.version}
    return leading | elsewhere


def leading_dimension(viewer: Viewer) -> forms.Field:
    return forms.ModelChoiceField(
        queries.visible_dimensions(viewer).filter(dimension_set__leading=True),
        label=_("Dimension"),
        empty_label=_("Choose a dimension"),
        error_messages={"required": _("Choose the dimension it belongs to.")},
    )


class NameForm(forms.Form):
    """The name in three languages; one is enough to begin with."""

    name_zh_hans = forms.CharField(
        label=_("Name in Simplified Chinese"), max_length=200, required=False
    )
    name_zh_hant = forms.CharField(
        label=_("Name in Traditional Chinese"), max_length=200, required=False
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)

    @property
    def name(self) -> LanguageMap:
        return {language: self.cleaned_data[field_of(language)] for language in LANGUAGES}

    def clean(self) -> dict[str, Any]:
        if not any(self.cleaned_data.get(field_of(language)) for language in LANGUAGES):
            raise forms.ValidationError(_("Give the name in at least one language."))
        return self.cleaned_data


class WordingForm(NameForm):
    # The version that the person saw; an edit made meanwhile is not overwritten unseen.
    version = forms.IntegerField(widget=forms.HiddenInput)
    template = "characteristics/wording.html"

    @property
    def facts(self) -> dict[str, Any]:
        return {"name": self.name, "seen": self.cleaned_data["version"]}


class PlacesForm(forms.Form):
    """Its dimension in the leading set, and where it is said to lie in the others."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    template = "characteristics/places.html"

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"] = leading_dimension(viewer)
        dimensions = queries.visible_dimensions(viewer)
        for dimension_set in queries.visible_dimension_sets(viewer):
            if dimension_set.leading:
                continue
            self.fields[f"in_{dimension_set.code}"] = forms.ModelChoiceField(
                dimensions.filter(dimension_set=dimension_set),
                label=str(dimension_set),
                empty_label=_("As the mapping says"),
                required=False,
            )

    @property
    def elsewhere_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith("in_"))

    @property
    def facts(self) -> dict[str, Any]:
        chosen = (self.cleaned_data[field.name] for field in self.elsewhere_fields)
        return {
            "dimension": self.cleaned_data["dimension"],
            "elsewhere": [dimension for dimension in chosen if dimension],
            "seen": self.cleaned_data["version"],
        }


class NewForm(NameForm):
    """A characteristic of the organisation's own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        validators=[CODE_FORMAT],
        help_text=_("Short and lasting: it stands in exports and never changes."),
        error_messages={"required": _("Give a code, for example VIP-2.")},
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            (State.ACTIVE, State.ACTIVE.label),
            (State.PROPOSED, State.PROPOSED.label),
        ],
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"] = leading_dimension(viewer)
        self.order_fields(["code", *map(field_of, LANGUAGES), "dimension", "state"])

    @property
    def facts(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        return {
            "code": chosen["code"],
            "name": self.name,
            "dimension": chosen["dimension"],
            "state": State(chosen["state"]),
        }


class StepForm(forms.Form):
    to = forms.ChoiceField(choices=State.choices)
