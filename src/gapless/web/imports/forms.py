from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.imports.cells import Wrong, moment
from gapless.core.imports.choices import ColumnKind
from gapless.core.imports.mapping import BadScale, FileMap, Scale, parse_scale
from gapless.core.imports.suggestions import Shown
from gapless.core.instruments.choices import ExpectationType, ItemKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gapless.core.instruments.models import Form
    from gapless.people.org.models import UnitQuerySet

FILTERS = 3
"""How many conditions the row filter has room for."""

SCALE_LABELS = {
    ItemKind.PAIR: _("Scale of expectations and perceptions"),
    ItemKind.SCORE: _("Scale of the scores"),
    ItemKind.OVERALL: _("Scale of the overall judgements"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose one with names in its first row."),
        },
    )

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"] = forms.ModelChoiceField(
            units,
            label=_("Whose answers are these?"),
            help_text=_("The file may name only units from here down."),
            empty_label=None,
        )


class ValuesForm(forms.Form):
    """What the cells stand for, and what holds for every row."""

    missing = forms.CharField(
        label=_("Cells that mean “not answered”"),
        help_text=_("Besides blank ones; separated by commas, for example NA, 99."),
        required=False,
        max_length=200,
    )
    not_applicable = forms.CharField(
        label=_("Cells that mean “does not apply”"),
        help_text=_("Separated by commas."),
        required=False,
        max_length=200,
    )
    mode = forms.ChoiceField(
        label=_("How were these people chosen?"),
        help_text=_(
            "What an interval may claim depends on it; the answers are never mixed."
        ),
        choices=[("", _("Please choose")), *CollectionMode.choices],
        error_messages={"required": _("Choose one; “not stated” is an answer too.")},
    )

    def __init__(
        self,
        file_map: FileMap,
        shown: Shown,
        units: UnitQuerySet,
        forms_known: QuerySet[Form],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _initial(file_map, shown))
        super().__init__(*args, **kwargs)
        self.file_map, self.words = file_map, list(shown.words)
        self._add_scales(file_map)
        self._add_words()
        self._add_filter(file_map)
        self._add_constants(file_map, units)
        self._add_form(file_map, forms_known)

    def _add_scales(self, file_map: FileMap) -> None:
        asked = {file_map.item_kind(c) for c in file_map.columns if _has_scale(c.kind)}
        for kind, label in SCALE_LABELS.items():
            if kind in asked:
                self.fields[f"scale_{kind}"] = forms.CharField(
                    label=label,
                    help_text=_("As in 1-7. Suggested is what the answers span."),
                )

    def _add_words(self) -> None:
        for place, word in enumerate(self.words):
            self.fields[f"word_{place}"] = forms.IntegerField(
                label=word, required=False, min_value=-100, max_value=127
            )

    def _add_filter(self, file_map: FileMap) -> None:
        columns = [("", _("Every row")), *((c.name, c.name) for c in file_map.columns)]
        for place in range(FILTERS):
            self.fields[f"where_column_{place}"] = forms.ChoiceField(
                label=_("Column"), choices=columns, required=False
            )
            self.fields[f"where_value_{place}"] = forms.CharField(
                label=_("holds"), required=False, max_length=200, strip=False
            )

    def _add_constants(self, file_map: FileMap, units: UnitQuerySet) -> None:
        self.fields["unit"] = forms.ModelChoiceField(
            units,
            label=_("Unit of rows that name none"),
            to_field_name="code",
            required=not file_map.of(ColumnKind.UNIT),
            empty_label=_("Please choose"),
            error_messages={"required": _("Choose a unit; no column names one.")},
        )
        self.fields["time"] = forms.CharField(
            label=_("Day of rows that name none"),
            widget=forms.DateInput(attrs={"type": "date"}),
            required=not file_map.of(ColumnKind.TIME),
            error_messages={"required": _("Choose a day; no column says when.")},
        )
        if file_map.paired:
            self.fields["expectation"] = forms.ChoiceField(
                label=_("What does “expected” mean here?"),
                help_text=_(
                    "The questionnaire says. It changes the number, so it is never mixed."
                ),
                choices=[
                    c for c in ExpectationType.choices if c[0] != ExpectationType.NONE
                ],
            )

    def _add_form(self, file_map: FileMap, known: QuerySet[Form]) -> None:
        self.fields["form"] = forms.ModelChoiceField(
            known,
            label=_("Questionnaire"),
            help_text=_("An existing one, where it asks the same items."),
            to_field_name="code",
            required=False,
            empty_label=_("A new one"),
        )
        self.fields["form_name"] = forms.CharField(
            label=_("Name of the new questionnaire"),
            help_text=_("Needed unless one that exists is chosen."),
            required=False,
            max_length=80,
        )

    @property
    def scale_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("scale_")]

    @property
    def word_fields(self) -> list[forms.BoundField]:
        return [self[f"word_{place}"] for place in range(len(self.words))]

    @property
    def filter_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [
            (self[f"where_column_{place}"], self[f"where_value_{place}"])
            for place in range(FILTERS)
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for field in self.scale_fields:
            self._clean_scale(field.name)
        if said.get("time"):
            try:
                moment(said["time"], "UTC")
            except Wrong:
                self.add_error("time", _("Write the day like 2026-03-02."))
        if not said.get("form") and not said.get("form_name"):
            self.add_error(
                "form_name", _("Name the questionnaire, or choose one that exists.")
            )
        return said

    def _clean_scale(self, name: str) -> None:
        if said := self.cleaned_data.get(name):
            try:
                self.cleaned_data[name] = parse_scale(said)
            except BadScale:
                self.add_error(
                    name, _("Write the lowest and the highest point, as in 1-7.")
                )

    @property
    def scales(self) -> dict[ItemKind, Scale]:
        return {
            ItemKind(field.name.removeprefix("scale_")): self.cleaned_data[field.name]
            for field in self.scale_fields
        }

    @property
    def coding(self) -> tuple[tuple[str, int], ...]:
        given = (
            (word, self.cleaned_data[f"word_{i}"]) for i, word in enumerate(self.words)
        )
        # Words that are in the coding and not among those shown were coded before.
        kept = [pair for pair in self.file_map.coding if pair[0] not in self.words]
        return (*kept, *((word, value) for word, value in given if value is not None))

    @property
    def where(self) -> tuple[tuple[str, str], ...]:
        pairs = (
            (self.cleaned_data[column.name], self.cleaned_data[value.name])
            for column, value in self.filter_fields
        )
        return tuple((column, value) for column, value in pairs if column)


def _has_scale(kind: ColumnKind) -> bool:
    return kind in (
        ColumnKind.EXPECTATION,
        ColumnKind.PERCEPTION,
        ColumnKind.SCORE,
        ColumnKind.OVERALL,
    )


def _initial(file_map: FileMap, shown: Shown) -> dict[str, Any]:
    scales = {**shown.spans, **file_map.scales}
    described = bool(file_map.form)
    return {
        **{f"scale_{kind}": str(scale) for kind, scale in scales.items()},
        **{f"word_{i}": value for i, value in enumerate(shown.words.values())},
        **{f"where_column_{i}": name for i, (name, _value) in enumerate(file_map.where)},
        **{f"where_value_{i}": value for i, (_name, value) in enumerate(file_map.where)},
        "missing": ", ".join(file_map.missing),
        "not_applicable": ", ".join(file_map.not_applicable),
        "mode": file_map.mode if described else "",
        "unit": file_map.unit,
        "time": file_map.time,
        "expectation": file_map.expectation,
        "form": file_map.form,
        "form_name": file_map.form_name,
    }


def listed(said: str) -> tuple[str, ...]:
    """Cells that somebody listed, separated by commas of either width."""
    parts: Sequence[str] = said.replace("\uff0c", ",").replace("\u3001", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


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
