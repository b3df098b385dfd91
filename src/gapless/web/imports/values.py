"""What the cells stand for, what is still open, and what holds for every row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapless.core.evidence.choices import CollectionMode
from gapless.core.imports.cells import Wrong
from gapless.core.imports.choices import ColumnKind, DateOrder
from gapless.core.imports.confirming import Question, answered
from gapless.core.imports.dates import moment
from gapless.core.imports.mapping import (
    SCALED,
    BadScale,
    FileMap,
    Scale,
    parse_scale,
)
from gapless.core.instruments.choices import ExpectationType, ItemKind

from .asking import Asked
from .lists import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from gapless.core.instruments.models import Form
    from gapless.people.org.models import UnitQuerySet

FILTERS = 3
"""How many conditions the row filter has room for."""

SCALE_LABELS = {
    ItemKind.PAIR: _("Scale of expectations and perceptions"),
    ItemKind.SCORE: _("Scale of the scores"),
    ItemKind.ZONE: _("Scale of the zones of tolerance"),
    ItemKind.OVERALL: _("Scale of the overall judgements"),
}


class ValuesForm(forms.Form):
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
        spans: Mapping[ItemKind, Scale],
        questions: Sequence[Question],
        units: UnitQuerySet,
        forms_known: QuerySet[Form],
        said: Any,
    ) -> None:
        super().__init__(said, initial=_initial(file_map, spans))
        self.file_map = file_map
        self.asked = [Asked(question) for question in questions]
        for each in self.asked:
            self.fields.update(each.fields())
        self._add_scales(file_map)
        self._add_dates(file_map)
        self._add_filter(file_map)
        self._add_constants(file_map, units)
        self._add_form(forms_known)

    def _add_scales(self, file_map: FileMap) -> None:
        kinds = {file_map.item_kind(c) for c in file_map.of(*SCALED) if not c.scale}
        for kind, label in SCALE_LABELS.items():
            if kind in kinds:
                self.fields[f"scale_{kind}"] = forms.CharField(
                    label=label,
                    help_text=_("As in 1-7. Suggested is what the answers span."),
                )

    def _add_dates(self, file_map: FileMap) -> None:
        """What was said of dates before, to be corrected; what is open, is asked."""
        if file_map.date_order:
            self.fields["date_order"] = forms.ChoiceField(
                label=_("Order of the dates"), choices=DateOrder.choices
            )
        if file_map.no_dates:
            self.fields["no_dates"] = forms.CharField(
                label=_("Dates that mean “none”"),
                help_text=_("Separated by commas, like 1900-01-01."),
                required=False,
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
            help_text=_("Where a column holds only the day of the month, its month too."),
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

    def _add_form(self, known: QuerySet[Form]) -> None:
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
    def date_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("date_order", "no_dates") if name in self.fields]

    @property
    def filter_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [
            (self[f"where_column_{place}"], self[f"where_value_{place}"])
            for place in range(FILTERS)
        ]

    @property
    def open_questions(self) -> list[tuple[Asked, list[forms.BoundField]]]:
        return [(each, [self[name] for name in each.fields()]) for each in self.asked]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for field in self.scale_fields:
            self._clean_scale(field.name)
        if said.get("time"):
            try:
                moment(said["time"], "UTC")
            except Wrong:
                self.add_error("time", _("Write the day like 2026-03-02."))
        for each in self.asked:
            if each.lacks_points(said):
                self.add_error(
                    each.question.key, _("Give the words their points, or choose another.")
                )
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
    def where(self) -> tuple[tuple[str, str], ...]:
        pairs = (
            (self.cleaned_data[column.name], self.cleaned_data[value.name])
            for column, value in self.filter_fields
        )
        return tuple((column, value) for column, value in pairs if column)

    def mapped(self, new_code: str) -> FileMap:
        """The map with everything that the page says; ``new_code`` of a new form."""
        said, file_map = self.cleaned_data, self.file_map
        file_map = replace(
            file_map,
            date_order=said.get("date_order", file_map.date_order),
            no_dates=listed(said.get("no_dates", ", ".join(file_map.no_dates))),
        )
        for each in self.asked:
            file_map = answered(file_map, each.question, *each.answer(said))
        known, unit = said["form"], said["unit"]
        return replace(
            file_map,
            scales={**file_map.scales, **self.scales},
            missing=listed(said["missing"]),
            not_applicable=listed(said["not_applicable"]),
            where=self.where,
            unit=unit.code if unit else "",
            time=said["time"],
            mode=CollectionMode(said["mode"]),
            expectation=ExpectationType(said.get("expectation", file_map.expectation)),
            form=known.code if known else new_code,
            form_name="" if known else said["form_name"],
        )


def _initial(file_map: FileMap, spans: Mapping[ItemKind, Scale]) -> dict[str, Any]:
    scales = {**spans, **file_map.scales}
    return {
        **{f"scale_{kind}": str(scale) for kind, scale in scales.items()},
        **{f"where_column_{i}": name for i, (name, _value) in enumerate(file_map.where)},
        **{f"where_value_{i}": value for i, (_name, value) in enumerate(file_map.where)},
        "missing": ", ".join(file_map.missing),
        "not_applicable": ", ".join(file_map.not_applicable),
        "no_dates": ", ".join(file_map.no_dates),
        "date_order": file_map.date_order,
        "mode": file_map.mode if file_map.form else "",
        "unit": file_map.unit,
        "time": file_map.time,
        "expectation": file_map.expectation,
        "form": file_map.form,
        "form_name": file_map.form_name,
    }
